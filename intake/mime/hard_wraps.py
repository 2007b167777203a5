"""Plain text that the sender's program broke at its 76th column, put together again."""

from __future__ import annotations

import re

from intake.chinese.characters import SQUARE

NARROWEST, WIDEST = 64, 80  # columns at which programs break lines
SLACK = 4  # columns that a line may lack: no full stop begins one
FEWEST = 4  # lines that end there: somebody's own lines do not

_WIDE = re.compile(f"[{SQUARE}]")
_END = re.compile(rf"[{SQUARE}\w](?<![。！？：；”])$")  # a sentence's end may be its line's
#: Not a label, a numbered heading, an indented paragraph, a quoted line, a rule of a table.
_GOES_ON = re.compile(
    rf"(?![^\s：:]{{1,16}}[：:])(?![（(]?(?:[一二三四五六七八九十]|\d){{1,3}}[、)）])(?!　)[{SQUARE}\w]"
)
_DRAWN = re.compile(r"[|│┃\t]|[-=_]{8}")


def unwrapped(text: str) -> str:
    """The text with a broken line's rest behind it; as it is, where it was not broken by a program."""
    lines = text.split("\n")
    if len(lines) <= FEWEST:
        return text
    widths = [len(line) + len(_WIDE.findall(line)) if len(line) <= WIDEST else WIDEST + 1 for line in lines]
    edge = max(widths)
    if not NARROWEST <= edge <= WIDEST or sum(width >= edge - SLACK for width in widths) < FEWEST:
        return text
    whole: list[str] = []
    broken = False
    for line, width in zip(lines, widths, strict=True):
        if broken and _GOES_ON.match(line) and not _DRAWN.search(line):
            whole[-1] += line
        else:
            whole.append(line)
        broken = width >= edge - SLACK and bool(_END.search(line)) and not _DRAWN.search(line)
    return "\n".join(whole)
