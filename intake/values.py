"""A field's text as a value: phones, months, numbers, choices, names, stories, normalised; what is wrong is a problem."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from intake.characters import HAN, even, length, one_line, paragraphs
from intake.months import months_in
from intake.numerals import arabic, vague
from intake.phones import phones_in
from intake.years import years_in
from rules.campaign import Field, FieldType


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a field, a form or a mail that somebody should know. `message` is Chinese, for the submitter."""

    field: str | None  # the field's key; None: the whole
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Value:
    value: str | int
    problems: tuple[Problem, ...] = ()


LONGEST_SHORT = 300  # characters that are looked at for a name, a month, a number

_NONE = re.compile(
    r"[（(【]?(?:暂无|没有|无|空|n/?a|none|未填|[/／\\、。.·…—–―_\-－~～×*＊]+)[）)】]?[。.]?", re.IGNORECASE
)
_LETTER = re.compile(r"[^\W_]")
_NAME_LETTER = re.compile(r"[^\W\d_]")
_SAME = re.compile(r"(?:同上|同左|同前|同被推荐人.{0,4})[。.]?")
_EMPTY_BRACKETS = re.compile(r"[（(【\[]\s*[）)】\]]")


def read_value(field: Field, raw: str, today: date) -> Value | Problem | None:
    """The value of `raw`, a Problem where it is no value of that type (bad_phone, bad_date …), None where it is empty."""
    text = even(raw).strip()
    if not text or not _EMPTY_BRACKETS.sub("", text).strip():
        return None
    if field.hint and _bare(text) == _bare(field.hint):
        return None
    if _NONE.fullmatch(text) and "无" not in field.choices:
        return None if field.required else Value("无")
    if not _LETTER.search(text):
        return None  # a stray mark
    if field.type not in (FieldType.TEXT, FieldType.LONG_TEXT):
        text = text[:LONGEST_SHORT].strip()
    return _READERS[field.type](field, text, today)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", even(text))


def _text(_field: Field, text: str, _today: date) -> Value | None:
    line = one_line(text).strip(" ;；,，、").removesuffix("。")
    return Value(line) if line else None


def _long_text(field: Field, text: str, _today: date) -> Value | None:
    story = paragraphs(text)
    return Value(story, _length_problems(field, length(story))) if story else None


def _length_problems(field: Field, count: int) -> tuple[Problem, ...]:
    low, high = field.min_chars, field.max_chars
    wanted = f"要求 {low}—{high} 字" if low and high else f"要求不少于 {low} 字" if low else f"要求不超过 {high} 字"
    if low is not None and count < low:
        message = f"「{field.label}」现为 {count} 字，尚差 {low - count} 字（{wanted}，按汉字和标点计）。"
        return (Problem(field.key, f"{field.key}_too_short", message),)
    if high is not None and count > high:
        message = f"「{field.label}」现为 {count} 字，超出 {count - high} 字（{wanted}，按汉字和标点计）。"
        return (Problem(field.key, f"{field.key}_too_long", message),)
    return ()


_DOT = re.compile(f"(?<=[{HAN}])\\s*[·•・‧∙⋅･．.˙]\\s*(?=[{HAN}])")
_POLITE = re.compile(f"(?<=[{HAN}]{{2}})(?:先生|女士|同志)$")
_REMARK = re.compile(
    f"(?<=[{HAN}]{{2}})(?:[（(](?:男|女|先生|女士|本人)[）)]|\\s+[{HAN}]*(?:工程师|总工|经理|主任|教授|[部院处科厂局所校站队]长|董事长|书记)|\\s+[A-Za-z .]+)$"
)
_AND = re.compile(f"\\s*[、，,;；/&]\\s*|(?<=[{HAN}]{{2}})\n(?=[{HAN}]{{2}})")


def _name(field: Field, text: str, _today: date) -> Value | Problem | None:
    if not _NAME_LETTER.search(text):
        return _unclear(field, text, "不是姓名")  # a number that slipped into the neighbouring cell
    names = [one for one in (_one_name(part) for part in _AND.split(text)) if _LETTER.search(one)]
    chinese = [name for name in names if re.match(f"[{HAN}]", name)] or names  # 张伟 / Zhang Wei is one person
    if len(set(chinese)) > 1:
        return _unclear(field, text, "像是写了不止一个姓名，请每张表只填一人")
    return Value(chinese[0]) if chinese else None


def _one_name(text: str) -> str:
    """Blanks within a Chinese name are layout (张  伟); the middle dot has one shape; 先生 and 女士 are no part of it."""
    name = _POLITE.sub("", _DOT.sub("·", one_line(_REMARK.sub("", text.strip()))).strip(" ：:。"))
    return name.replace(" ", "") if re.match(f"[{HAN}]", name) else name


def _month(field: Field, text: str, today: date) -> Value | Problem:
    months = months_in(text, today)
    if len(months) == 1:
        return Value(next(iter(months)))
    if months:
        found = "或 ".join(sorted(months))
        return _wrong(field, "bad_date", text, f"有不止一种读法（{found}）", "1980年5月")
    return _wrong(field, "bad_date", text, "不是能识别的年月", "1980年5月")


def _phone(field: Field, text: str, _today: date) -> Value | Problem | None:
    if _SAME.fullmatch(text):
        return None
    text = re.sub(r"(?<=\d)\.0$", "", text)  # a sheet's number cell: 13800138000.0
    phones = phones_in(text) or phones_in(re.sub(r"[\s()（）]", "", text))  # 1 3 8 0 0 …
    if phones:
        return Value(phones[0].number)
    digits = len(re.sub(r"\D", "", text))
    what = f"只有 {digits} 位" if 6 < digits < 11 else f"有 {digits} 位" if digits > 11 else "不是完整的电话号码"
    return _wrong(field, "bad_phone", text, what, "13800138000 或 023-67891234")


def _number(field: Field, text: str, today: date) -> Value | Problem:
    number = years_in(text, today) if field.unit == "年" else _whole_number(text, field.unit)
    return Value(number) if number is not None else _unclear(field, text, "不是一个确定的数")


_COUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?(万)?")


def _whole_number(text: str, unit: str) -> int | None:
    if vague(text):
        return None
    match = _COUNT.fullmatch(re.sub(r"\s", "", arabic(text)).removesuffix(unit))
    return int(match[1].replace(",", "")) * (10_000 if match[2] else 1) if match else None


_BRACKETED = re.compile(r"[（(][^（）()]*[）)]$")
_TICKED = "☑☒✓✔√■●◉⊠þ"
_UNTICKED = "□☐○◯▢"


def _choice(field: Field, text: str, _today: date) -> Value | Problem | None:
    words = _spellings(tuple(field.choices.items()))
    if (choice := words.get(_bare(text).casefold().strip("。.,，；;"))) is not None:
        return Value(choice)
    if (choice := words.get(_bare(_BRACKETED.sub("", text)).casefold())) is not None:  # 中共党员（2005年入党）
        return Value(choice)
    marked = _marked(text, words)
    if len(marked) == 1:
        return Value(marked.pop())
    if any(box in text for box in _TICKED + _UNTICKED):
        return _unclear(field, text, "勾选了不止一项") if marked else None
    if field.free_text:
        return Value(one_line(text))
    named = {words[match.casefold()] for match in _words(words).findall(_bare(text))}
    if len(named) == 1:
        return Value(named.pop())
    return _unclear(field, text, f"请在{'、'.join(field.choices)}中选填一项")


@lru_cache(maxsize=256)
def _spellings(choices: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, str]:
    """Every way to write a choice -> the choice."""
    return {_bare(word).casefold(): choice for choice, synonyms in choices for word in (choice, *synonyms)}


def _words(words: Mapping[str, str]) -> re.Pattern[str]:
    """Any of the words, the longest first: 中共预备党员 before 党员."""
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))) or r"(?!)", re.IGNORECASE)


def _marked(text: str, words: Mapping[str, str]) -> set[str]:
    """The ticked ones of a row of boxes: ☑男 □女, and 男√ 女□ where the box stands behind its word."""
    box, word = f"[{_TICKED}{_UNTICKED}]", _words(words).pattern
    before = re.match(rf"[（(\s]*{box}", text) is not None
    pair = rf"({box})[）)\s]*({word})" if before else rf"({word})[（(\s]*({box})"
    matches = re.findall(pair, text, re.IGNORECASE)
    pairs = matches if before else [(mark, name) for name, mark in matches]
    return {words[name.casefold()] for mark, name in pairs if mark in _TICKED}


def _wrong(field: Field, code: str, text: str, what: str, example: str) -> Problem:
    found = one_line(text)
    found = found if len(found) <= 30 else found[:30] + "…"
    return Problem(
        field.key, code, f"「{field.label}」写的是“{found}”，{what}，请按“{field.example or example}”的样子填写。"
    )


def _unclear(field: Field, text: str, what: str) -> Problem:
    example = "张伟" if field.type is FieldType.NAME else next(iter(field.choices), f"20{field.unit}")
    return _wrong(field, "unclear_value", text, what, example)


_READERS: Mapping[FieldType, Callable[[Field, str, date], Value | Problem | None]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _long_text,
    FieldType.NAME: _name,
    FieldType.CHOICE: _choice,
    FieldType.MONTH: _month,
    FieldType.NUMBER: _number,
    FieldType.PHONE: _phone,
}
