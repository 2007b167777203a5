"""Values of the sorts that several tables hold: numbers within bounds, addresses, URLs."""

from __future__ import annotations

import re

from rules.toml.table import Table

DAY, WEEK = 86_400, 604_800  # seconds
MANY = 1_000_000_000  # no real limit, and no trouble for clocks and databases either


def whole(table: Table, key: str, default: int, least: int, most: int) -> int:
    """A whole number between two bounds."""
    return int(_within(table, key, table.integer(key, default), least, most))


def number(table: Table, key: str, default: float, least: int, most: int) -> float:
    """A number between two bounds."""
    return _within(table, key, table.number(key, default), least, most)


def _within(table: Table, key: str, value: float, least: int, most: int) -> float:
    if value < least:
        table.fault(key, "数值不对", f"{table.name} 的「{key}」写的 {value} 太小。", f"写 {least} 或更大的数。")
    elif value > most:
        table.fault(key, "数值不对", f"{table.name} 的「{key}」写的 {value} 太大。", f"写 {most} 或更小的数。")
    return min(max(value, least), most)


def address(table: Table, key: str, example: str) -> str:
    written = table.text(key, example=example)
    if table.has(key) and not _is_address(written):
        _no_address(table, key, written, example)
    return written


def addresses(table: Table, key: str) -> tuple[str, ...]:
    written = table.texts(key, ())
    for one in written:
        if _is_address(one):
            continue
        several = [part for part in re.split(r"[\s,;，；、]+", one) if _is_address(part)]
        if len(several) > 1:
            each = ", ".join(f'"{part}"' for part in several)
            message = f"{table.name} 的「{key}」把几个地址写在一对引号里了。"
            table.fault(key, "地址不对", message, f"每个地址各用一对引号：{each}。")
        else:
            _no_address(table, key, one, "name@example.com")
    return written


def _is_address(text: str) -> bool:
    local, _, domain = text.rpartition("@")
    return bool(local and domain) and text.isascii() and text.isprintable() and not set(text) & set(" <>,;")


def _no_address(table: Table, key: str, written: str, example: str) -> None:
    message = f"{table.name} 的「{key}」写的「{written}」不是邮箱地址。"
    table.fault(key, "地址不对", message, f'写成 "{example}" 这样的地址，@ 也要用半角。')


def without_password(url: str) -> str:
    return re.sub(r"(?<=://)([^/@]*?):[^/]*@", r"\1:***@", url)
