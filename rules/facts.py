"""What is known about one submission, as conditions read it: texts normalised once, numbers and dates where they can be read."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone

from rules.catalogue import Label
from rules.text import length, normalise

#: What a condition may ask about: catalogue label (a form label or a mail fact) -> value. None and "" are "empty".
Facts = Mapping[str, "str | int | date | bool | tuple[str, ...] | None"]

UNITS = "周岁|年|岁|人|个|次|天|字|元|份|%"
_BEIJING = timezone(timedelta(hours=8))
_NUMBER = re.compile(rf"(-?\d[\d,]{{0,17}}(?:\.\d{{1,9}})?)([万亿]?)(?:{UNITS})?")
_CHINESE_NUMBER = re.compile(rf"([零〇一二两三四五六七八九十百千万]{{1,12}})(?:{UNITS})?")
_DATE = re.compile(r"(\d{4})(?:年|(?:[-./年](\d{1,2})(?:月|[-./月](\d{1,2})日?)?)?)")
_TIMES = {"": 1, "万": 10_000, "亿": 100_000_000}

#: The smallest and the largest that a value can be: the same twice for a number or a day, a whole year for "1960".
Extent = tuple[float, float]


class Sheet:
    """The facts of one submission during one triage."""

    __slots__ = ("_extents", "_facts", "_lengths", "_texts")

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._texts: dict[str, tuple[str, ...]] = {}
        self._extents: dict[str, Extent | None] = {}
        self._lengths: dict[str, int] = {}

    def texts(self, label: Label) -> tuple[str, ...]:
        """Normalised: one text, or one per option; () when empty or answered with a filler."""
        known = self._texts.get(label.name)
        if known is None:
            texts = (normalise(text) for text in self._raw(label))
            known = self._texts[label.name] = tuple(t for t in texts if t and t not in label.fillers)
        return known

    def raw(self, label: Label) -> str:
        """As it was filled in, for quoting."""
        return "、".join(self._raw(label)).strip()

    def length(self, label: Label) -> int:
        """字数; 0 for an empty field."""
        if label.name not in self._lengths:
            self._lengths[label.name] = sum(length(text) for text in self._raw(label))
        return self._lengths[label.name]

    def number(self, label: Label) -> Extent | None:
        """The value as a number; None when it is empty or not wholly a number (20余年, 约20, 10-15)."""
        if label.name not in self._extents:
            value = self._facts.get(label.name)
            number = value if type(value) is int else read_number("".join(self.texts(label)))
            self._extents[label.name] = None if number is None else (number, number)
        return self._extents[label.name]

    def days(self, label: Label) -> Extent | None:
        """The value as day numbers: a month counts as its first day, a year alone may be any of its days."""
        if label.name not in self._extents:
            value = self._facts.get(label.name)
            self._extents[label.name] = _day_of(value) if isinstance(value, date) else _days_in(self.texts(label))
        return self._extents[label.name]

    def _raw(self, label: Label) -> tuple[str, ...]:
        match self._facts.get(label.name):
            case None:
                return ()
            case str(text):
                return (text,)
            case bool(flag):
                return ("是" if flag else "否",)
            case tuple(options):
                return options
            case other:
                return (str(other),)


def read_number(text: str) -> float | None:
    """A normalised text that is wholly a number, with 万/亿 and a unit allowed: 20年, 1,200元, 3.5万, 二十."""
    if found := _NUMBER.fullmatch(text):
        number = float(found[1].replace(",", "")) * _TIMES[found[2]]
        return int(number) if number == int(number) else number
    if found := _CHINESE_NUMBER.fullmatch(text):
        import cn2an  # noqa: PLC0415  # 0.2 s, which every command would take to start

        try:
            return float(cn2an.cn2an(found[1].replace("两", "二").replace("〇", "零"), "strict"))
        except ValueError:
            return None  # 二二, 十十
    return None


def plain(number: float) -> str:
    """A number as people write it: 20, 24.5, 10000000."""
    return str(int(number)) if number == int(number) else str(number)


def read_days(text: str) -> tuple[date, date] | None:
    """First and last day that a date text can mean: 2026-01-15, 2026年1月, 2026; None for anything else."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None  # the pattern demands it
    try:
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return date(year, month, day), date(year, month, day)
    except ValueError:  # 2026-02-30; calendar's own error is one too
        return None


def _day_of(value: date) -> Extent:
    if isinstance(value, datetime):
        value = (value.astimezone(_BEIJING) if value.tzinfo else value).date()
    return value.toordinal(), value.toordinal()


def _days_in(texts: tuple[str, ...]) -> Extent | None:
    text = "".join(texts)
    days = read_days(text)
    if days is None:
        return None
    first, last = days
    if first.month == last.month:  # a month on a form stands for its first day
        last = first
    return first.toordinal(), last.toordinal()
