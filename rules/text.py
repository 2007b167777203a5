"""Texts made comparable: what a submitter typed and what a rule looks for meet in one spelling."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Literal

# Soft hyphen, zero-width blanks and joiners, direction marks, BOM: pasted from web pages and WPS, invisible to people.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# What takes one square on the page, Chinese punctuation included; and what is written in runs.
_SQUARE = "\u2e80-\u2fff\u3001-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uffee\U00020000-\U0003ffff—‘’“”…·"
_RUN = re.compile(f"[^\\s{_SQUARE}]+")
_HALF_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
_COMMON = {wide: chr(ord(wide) - 0xFEE0) for wide in "，：；！？（）％０１２３４５６７８９"} | {
    "\u3000": " ",
    "…": "...",
}
#: So many marks may stand upon a letter (UAX 15, stream-safe text); no language needs ten. To order n takes n² steps.
_MOST_MARKS = 30
_STACK = re.compile(rf"(?:[^\w\s\x00-\u02ff]|[ﾞﾟ]){{{_MOST_MARKS + 1},}}")
_LONG = 1_000  # characters: in fewer, no stack costs anything


def composed(text: str, form: Literal["NFC", "NFKC"] = "NFC") -> str:
    """One of Unicode's forms. Of the marks that somebody heaped upon a letter, those that nobody needs are left out."""
    return unicodedata.normalize(form, _STACK.sub(_fewer_marks, text) if len(text) > _LONG else text)


def _fewer_marks(run: re.Match[str]) -> str:
    return "".join(one for n, one in enumerate(run[0]) if n < _MOST_MARKS or not _is_mark(one))


def _is_mark(character: str) -> bool:
    return character in "ﾞﾟ" or unicodedata.category(character).startswith("M")


def normalise(text: str) -> str:
    """One spelling for comparing: width, case, invisible characters and blanks next to Chinese no longer matter.

    攻\\n坚 克 难 Ａbc -> 攻坚克难abc. Neither synonyms nor simplified/traditional are touched.
    """
    text = _compatible(_INVISIBLE.sub("", text)).casefold()
    if not unicodedata.is_normalized("NFKC", text):  # casefold can take a composed letter apart
        text = composed(text, "NFKC")
    return _closed_up(text.split())


def _compatible(text: str) -> str:
    """NFKC. The wide punctuation of every Chinese text is replaced first: what is left mostly passes the quick check."""
    for wide, half in _COMMON.items():
        text = text.replace(wide, half)
    return text if text.isascii() else composed(text, "NFKC")


def _closed_up(words: list[str]) -> str:
    """Words joined by one blank where both neighbours are written with blanks, by none next to Chinese."""
    if not words:
        return ""
    joined = [words[0]]
    for left, right in pairwise(words):
        joined.append(right if _is_cjk(left[-1]) or _is_cjk(right[0]) else " " + right)
    return "".join(joined)


def _is_cjk(char: str) -> bool:
    return (
        "\u2e80" <= char <= "\u9fff"
        or "\uac00" <= char <= "\ud7af"
        or "\uf900" <= char <= "\ufaff"
        or char >= "\U00020000"
    )


def length(text: str) -> int:
    """字数 as Word and WPS count: each Chinese character and mark is one, each run of letters or digits is one."""
    text = _INVISIBLE.sub("", text)
    runs = _RUN.findall(text)
    return len("".join(text.split())) - len("".join(runs)) + len(runs)


def fold(text: str) -> str:
    """Width and case folded one character for one, so that columns in a source text stay true.

    NFKC is out of the question here: ℃ and ㎏ would grow.
    """
    half = text.translate(_HALF_WIDTH)
    lower = half.lower()
    return lower if len(lower) == len(half) else "".join(c.lower() if len(c.lower()) == 1 else c for c in half)
