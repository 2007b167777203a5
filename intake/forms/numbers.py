"""Telephone numbers in running text: what kind of number a word announces, and whose numbers one label holds."""

from __future__ import annotations

import re
from functools import lru_cache

from intake.chinese.characters import even
from intake.chinese.spellings import spelled
from intake.forms.labels import Label, Labels
from intake.values.phones import phones_in
from rules.campaign import FieldType

#: What people call a number, and we do not.
_KINDS = re.compile("办公|单位|座机|固话|固定|宅|家|移动|总机|热线|值班|本人|微信|QQ|身份证|邮箱|传真", re.IGNORECASE)


def is_kind_of(label: Label, asked: Label, *, beside: bool = False) -> bool:
    """手机 behind 被推荐人联系电话： says what kind of number follows, not whose; 电话 does where it stands right `beside`."""
    kind = len(label.keys) > 1 and set(asked.keys) <= set(label.keys)
    return kind and (beside or not asked.word.endswith(label.word))


def says_what_kind(label: Label | str, asked: Label, text: str, labels: Labels, *, beside: bool) -> bool:
    """办公室：, QQ：, 手机： behind `text` in a telephone field: until a number stands there, what follows may be one."""
    awaited = _is_phone(asked, labels) and not phones_in(even(text))
    if isinstance(label, str):
        return awaited and _KINDS.match(label) is not None
    return is_kind_of(label, asked, beside=beside or (awaited and bool(text)))


def by_person(label: Label, text: str, labels: Labels) -> list[tuple[Label, str]]:
    """联系电话：被推荐人138…，推荐人139…"""
    if len(label.keys) < 2 or not _is_phone(label, labels):
        return []
    found = _numbers_of(tuple(labels.persons)).findall(text)
    told = [(labels.of_person(label, labels.persons[person]), number) for person, number in found]
    return [(one, number) for one, number in told if one] if len(told) > 1 else []


def _is_phone(label: Label, labels: Labels) -> bool:
    return all(labels.fields[key].type is FieldType.PHONE for key in label.keys)


@lru_cache(maxsize=32)
def _numbers_of(persons: tuple[str, ...]) -> re.Pattern[str]:
    said = r"的?(?:联系)?(?:电话|手机|方式)?\s*[:：]?\s*"
    return re.compile(rf"({spelled(persons)}){said}([+＋(（]?\d[\d\s()（）\-－–—]{{5,20}}\d)")
