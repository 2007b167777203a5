"""A sheet's number as its cell shows it, by the cell's number format: 1980年5月, 22年, 35%, 13800001234."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

#: Formats that files name by number alone. 27 to 36 and 50 to 58 are Chinese Excel's own.
BUILT_IN = {
    **dict(enumerate(("General", "0", "0.00", "#,##0", "#,##0.00"))),
    **dict(zip((9, 10, 11, 49), ("0%", "0.00%", "0.00E+00", "@"), strict=True)),
    **dict(zip((14, 15, 16, 17, 22), ("yyyy/m/d", "d-mmm-yy", "d-mmm", "mmm-yy", "yyyy/m/d h:mm"), strict=True)),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "h:mm"),
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    **dict.fromkeys((30, 31), 'yyyy"年"m"月"d"日"'),
}
LONGEST = 200  # characters of a format that are looked at
_GENERAL = frozenset(("", "general", "@", "g/通用格式"))
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|[_*].|\[[^\]]*\]')
_PLACES = re.compile(r"[0#?](?:[0#?,]*[0#?])?")
_LATEST = 2_958_465  # the last day of the year 9999
_EPOCH, _EPOCH_MAC = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001  # a calendar's day, not a moment


def shown(value: float, code: str, *, mac: bool = False) -> str:
    """`mac`: days are counted from 1904 on, as old Macs did."""
    code = code[:LONGEST]
    dated = _dated(code)
    if dated and 0 <= value < _LATEST:
        return _date(value, dated, mac)
    if not -1e15 < value < 1e15:
        return f"{value:.0f}" if math.isfinite(value) and abs(value) < 1e30 else ""
    section = _plain(code.partition(";")[0])
    if section.strip().lower() in _GENERAL or "e+" in section.lower() or "/" in section or not _PLACES.search(section):
        return _general(value)
    if value < 0:
        return f"-{_filled(-value, section)}"
    return _filled(value, section)


def _general(value: float) -> str:
    """1980.1 may have been typed as 1980.10: the sheet does not know any more, so nobody may choose."""
    text = f"{Decimal(repr(round(value, 10))).normalize():f}"
    return f"{text}或{text}0" if re.fullmatch(r"(?:19|20)\d\d\.1", text) else text


@lru_cache(maxsize=512)
def _dated(code: str) -> str:
    """Which of y, m, d, h a date's format shows; "" where it is none."""
    section = _LITERAL.sub(lambda found: "" if not (found[1] or found[2]) else "\0", code.partition(";")[0]).lower()
    if re.search(r"\[\$-(?:f800|x-sysdate)\]", code, re.IGNORECASE):
        return "ymd"
    if section.strip() in _GENERAL or re.search(r"[0#?]", section) or "general" in section:
        return ""
    kinds = "".join(letter for letter in "ymdh" if letter in section.replace("e", "y"))  # e is a year, too
    if "h" in kinds and "y" not in kinds and "d" not in kinds:
        return "h"
    return kinds if set(kinds) & {"y", "m", "d"} else ""


def _date(value: float, kinds: str, mac: bool) -> str:
    when = (_EPOCH_MAC if mac else _EPOCH) + timedelta(days=value, microseconds=500)
    if kinds == "h":
        return f"{when:%H:%M}"
    if "y" not in kinds:  # 5月1日: its year was never seen
        return f"{when.month}月{when.day}日" if "d" in kinds else f"{when.month}月"
    if "m" not in kinds:
        return f"{when.year}年"
    time = f" {when:%H:%M}" if "h" in kinds and value % 1 else ""
    return f"{when.year}年{when.month}月" + (f"{when.day}日{time}" if "d" in kinds else "")


@lru_cache(maxsize=512)
def _plain(section: str) -> str:
    """The format with its literals bare; a digit in one is no place for a digit."""
    return _LITERAL.sub(lambda found: re.sub(r"[0#?.%,]", "", found[1] or found[2] or ""), section)


def _filled(value: float, section: str) -> str:
    """0"年" -> 22年; 000-0000-0000 -> 138-0000-1234."""
    if "%" in section:
        return f"{_rounded(value * 100, section)}%"
    whole = section.partition(".")[0]
    groups = _PLACES.findall(whole)
    if len(groups) > 1 and float(value).is_integer():
        return _patterned(str(int(value)), whole)
    first, last = re.search(r"[0#?]", section), list(re.finditer(r"[0#?]", section))[-1]
    assert first is not None  # the caller has seen one
    number = _rounded(value, section).zfill(groups[0].count("0") if groups and "." not in section else 0)
    return section[: first.start()] + number + section[last.end() :].lstrip(",")


def _rounded(value: float, section: str) -> str:
    behind = re.search(r"\.([0#?]+)", section)
    places = behind[1] if behind else ""
    text = f"{Decimal(repr(value)):.{min(len(places), 15)}f}"
    kept = places.count("0")
    while behind and len(text.partition(".")[2]) > kept and text.endswith("0"):
        text = text[:-1]
    return text.removesuffix(".")


def _patterned(digits: str, pattern: str) -> str:
    """Digits put into their places, from the right."""
    out: list[str] = []
    left = list(digits)
    places = len(re.findall(r"[0#?]", pattern))
    for char in reversed(pattern):
        if char not in "0#?":
            out.append("" if char == "," else char)
            continue
        places -= 1
        out.append(left.pop() if left else "0" if char == "0" else "")
        if not places:
            out.append("".join(left))
    return "".join(reversed(out))
