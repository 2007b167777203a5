"""A text without what tells nothing in a label: its width, case, script and blanks. 姓　　名 is 姓名."""

from __future__ import annotations

import re
from functools import lru_cache

from intake.chinese.traditional import simplified
from rules.text import composed

SHORT = 40  # characters: a label's

_BLANKS = re.compile("[\\s\u00ad\u200b-\u200f\u2060\ufeff]+")


def squeezed(text: str) -> str:
    """Width, case and script folded, all blanks gone."""
    return _short_squeezed(text) if len(text) <= SHORT else _squeezed(text)


@lru_cache(maxsize=4096)
def _short_squeezed(text: str) -> str:
    """The same labels come with every mail."""
    return _squeezed(text)


def _squeezed(text: str) -> str:
    return simplified(_BLANKS.sub("", composed(text, "NFKC")).casefold())
