"""Labels and values in a person's own words, where no form is: an answer to our question, a covering letter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from intake.chinese.squeezed import squeezed
from intake.forms.joint import shared_out
from intake.forms.labels import Labels, labels_of
from intake.forms.line import Pair
from intake.forms.lines import pairs
from intake.forms.raw_field import RawField
from rules.campaign import Campaign

_ANSWER = re.compile(r"^\s*【?(?:答|回答|回复)[】:：]\s*")  # 1. 职务, and below 答：总工程师
#: 职称 on a line, and below it: 必须填吗？ 1. 单位, and below it 2. 13800001234: both are answers in a list.
_ASKS = re.compile(r"[?？]|吗$|^\s*[（(]?\d{1,2}(?:[)）、．]|\.(?!\d))")


def read_lines(text: str, campaign: Campaign) -> list[dict[str, RawField]]:
    """The 标签：值 lines of a person's own words, any number of them: an answer to our question, one dict a nominee.

    A bare 联系电话 that may be several people's means the one that was spoken of before, or nothing.
    """
    labels = labels_of(campaign)
    found: dict[str, RawField] = {}
    people = [found]
    about = ""
    for pair in pairs(text, labels, free=True, bare=True):
        if pair.bare and _ASKS.search(pair.text):
            continue
        for key, written in _said(pair, about, labels):
            about = labels.about(key)
            value = labels.value(key, _ANSWER.sub("", written))
            if value and key == labels.first and squeezed(value) != squeezed(_text(found, key) or value):
                found = {}
                people.append(found)  # the next one's name
            if value and key not in found:
                found[key] = RawField(value, f"第{pair.line + 1}行", pair.label.confidence)
    return people


def _said(pair: Pair, about: str, labels: Labels) -> Iterable[tuple[str, str]]:
    """What a pair says, by key; nothing where it may be meant for several people."""
    label = labels.within(pair.label, pair.about)
    if label is None:
        return []
    if label.joint:
        return shared_out(label, pair.text, labels)
    keys = label.keys if len(label.keys) == 1 else [key for key in label.keys if labels.about(key) == about]
    return [(keys[0], pair.text)] if len(keys) == 1 else []


def _text(found: Mapping[str, RawField], key: str) -> str:
    return found[key].text if key in found else ""
