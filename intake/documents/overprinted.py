"""Characters that Word prints over each other by a field: a circle around one, a tick in a box, pinyin above a name."""

from __future__ import annotations

import re

_OVER = re.compile(r"\s*eq\b.*?\\o\s*(?:\\a[lcrd]\s*)*\((.*)\)", re.IGNORECASE | re.DOTALL)
#: Moved up or down: pinyin (拼音指南), or both halves of 合并字符.
_MOVED = re.compile(r"\\s\s*\\(?:up|do)\s*\d*\s*\(([^()]*)\)", re.IGNORECASE)
_SHAPES = frozenset("○◯〇□☐△▲◇")  # of 带圈字符
_TICKS, _CROSSES = frozenset("√✓✔"), frozenset("×✕✗✘╳xX")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def overprinted(code: str) -> str:
    """What a field EQ \\o shows, by its code; "" for any other field.

    Whoever has no box to tick puts a circle around 女, behind a plain 男: that reads 女√.
    """
    match = _OVER.match(code)
    if match is None:
        return ""
    moved = [text.strip() for text in _MOVED.findall(match[1])]
    level = [text for part in _MOVED.sub("", match[1]).split(",") if (text := part.strip())]
    if moved:
        return "".join(level or moved)
    shown = "".join(text for text in level if text not in _SHAPES)
    if len(shown) == sum(map(len, level)):
        return shown
    if shown in _TICKS:
        return "☑"
    if shown in _CROSSES:
        return "☒"
    return f"{shown}√" if _HAN.fullmatch(shown) else shown or level[0]
