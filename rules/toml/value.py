"""The sorts of values an admin writes: what is taken for one, and how people read of it and of what they wrote instead."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any


def _as_text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _as_integer(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _as_number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def _as_boolean(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _as_day(value: object) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None


def _as_clock(value: object) -> time | None:
    if isinstance(value, time):
        return value
    if isinstance(value, str) and ":" in (told := value.strip().replace("：", ":")):
        try:
            return time.fromisoformat(told.rjust(5, "0"))
        except ValueError:
            return None
    return None


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of value: how it is named and shown to people, what stands in for a wrong one, how it is told."""

    expected: str
    example: str
    stand_in: object
    convert: Callable[[Any], object | None]


TEXT = Sort("文字（放在英文引号里）", '"……"', "", _as_text)
INTEGER = Sort("整数（不加引号）", "1", 0, _as_integer)
NUMBER = Sort("数字（不加引号）", "1", 0, _as_number)
BOOLEAN = Sort("true 或 false（不加引号）", "true", False, _as_boolean)
DAY = Sort("日期，如 2026-03-31", "2026-03-31", date.min, _as_day)
CLOCK = Sort('时刻，如 "08:30"', '"08:30"', time.min, _as_clock)


def is_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def named(value: object) -> str:
    if isinstance(value, bool):
        return "是非值"
    if isinstance(value, dict):
        return "一个表"
    names: tuple[tuple[type, str], ...] = ((str, "文字"), (int, "整数"), (float, "小数"), (list, "列表"))
    return next((name for kind, name in names if isinstance(value, kind)), "日期或时间")


def literal(value: object) -> str:
    """The value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{ … }"
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    return value.isoformat() if isinstance(value, date) else str(value)


def shown(value: object) -> str:
    text = literal(value)
    return text if len(text) <= 30 else text[:30] + "…"


_YES_OR_NO = {"是": True, "true": True, "on": True, "否": False, "false": False, "off": False}
#: A number, and the unit that such settings are counted in anyhow.
_WITH_UNIT = re.compile(r"(-?\d+(?:\.\d+)?)\s*(?:秒|MB|个|封|页|层|倍|张|次|年|字)?", re.IGNORECASE)


def mended(written: object, kind: Sort) -> str:
    """What the admin most likely meant, in TOML; "" where that cannot be told."""
    if isinstance(written, str):
        meant: object = _YES_OR_NO.get(written.strip().lower())
        if meant is None and (number := _WITH_UNIT.fullmatch(written.strip())):
            meant = float(number[1]) if "." in number[1] else int(number[1])
    elif isinstance(written, int | float) and not isinstance(written, bool):
        meant = str(written)
    else:
        return ""
    return literal(meant) if kind.convert(meant) is not None else ""
