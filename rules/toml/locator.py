"""Where each character of a TOML string stands in the file: tomllib gives values, not places."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
_CODES = {"u": 4, "U": 8}
_FOLDED_LINE = re.compile(r"\\[ \t]*\n\s*")


def places_in(raw: str, value: str, line: int, column: int) -> tuple[tuple[int, int], ...]:
    """Line and column of every character of `value`, which was typed as `raw` (quotes included) at line:column.

    One place more, for the end. () where what was typed does not give that value: then only the line is sure.
    """
    delimiter = next((mark for mark in ('"""', "'''", '"', "'") if raw.startswith(mark)), "")
    if not delimiter or len(raw) < 2 * len(delimiter):
        return ()
    start, end = len(delimiter), len(raw) - len(delimiter)
    if len(delimiter) == 3 and raw.startswith("\n", start):
        start += 1  # TOML drops a line end right behind the opening quotes
    units = list(_units(raw, start, end, escaped=delimiter[0] == '"'))
    if "".join(text for text, _ in units) != value:
        return ()
    offsets = [at for text, at in units for _ in text]
    return tuple(_line_column(raw, at, line, column) for at in (*offsets, end))


def _units(raw: str, start: int, end: int, *, escaped: bool) -> Iterator[tuple[str, int]]:
    """Each character as it is meant, with its offset in what was typed."""
    at = start
    while at < end:
        if not escaped or raw[at] != "\\":
            yield raw[at], at
            at += 1
        elif folded := _FOLDED_LINE.match(raw, at):
            at = folded.end()
        elif (letter := raw[at + 1 : at + 2]) in _CODES:
            size = _CODES[letter]
            yield _character(raw[at + 2 : at + 2 + size]), at
            at += 2 + size
        else:
            yield _ESCAPES.get(letter, "\\"), at
            at += 2


def _character(digits: str) -> str:
    try:
        return chr(int(digits, 16))
    except (ValueError, OverflowError):
        return "\\"


def _line_column(raw: str, at: int, line: int, column: int) -> tuple[int, int]:
    before = raw[:at]
    breaks = before.count("\n")
    return (line + breaks, at - before.rfind("\n")) if breaks else (line, column + at)
