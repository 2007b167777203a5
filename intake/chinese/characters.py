"""Chinese text as typed made even: width, invisible characters, blanks between characters; and how long it is."""

from __future__ import annotations

import re

from intake.chinese.radicals import character
from rules.text import composed

#: What takes one square on the page: Han, kana, Chinese punctuation, and the quotes, dashes and dots Chinese shares.
HAN = "\u2e80-\u2fff\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
SQUARE = HAN + "\u2014\u2018\u2019\u201c\u201d\u2026\u00b7\u3001-\u30ff\ufe30-\ufe4f\uff01-\uffee"

_WIDTH = {code: code - 0xFEE0 for span in ("０９", "ＡＺ", "ａｚ") for code in range(ord(span[0]), ord(span[1]) + 1)}
_WIDTH |= dict.fromkeys((0x00A0, 0x2002, 0x2003, 0x2007, 0x2009, 0x202F, 0x3000, 0x09), 0x20)
_MARKS = str.maketrans("．－―／＼～＋：（）", ".--/\\~+:()")
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u061c\u180e\u2060-\u206f\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]"
)
_RADICAL = re.compile("[\u2e80-\u2fd5]")
#: Characters that had no place in Unicode yet when GBK's fonts put them into the private area: 䶮 (U+E863) in names.
#: Those that the codec still leaves there are in GB 18030-2022's table.
_PRIVATE_2022 = dict(
    zip(
        (
            0xE816,
            0xE817,
            0xE818,
            0xE81E,
            0xE826,
            0xE82B,
            0xE82C,
            0xE831,
            0xE832,
            0xE83B,
            0xE843,
            0xE854,
            0xE855,
            0xE864,
        ),
        "\U00020087\U00020089\U000200cc\u9fb4\u9fb5\u9fb6\u9fb7\U000215d7\u9fb8\U0002298f\u9fb9\u9fba\U000241fe\u9fbb",
        strict=True,
    )
)
_PRIVATE = {
    code: bytes((0xFE, low)).decode("gb18030")
    for code, low in enumerate((*range(0x50, 0x7F), *range(0x80, 0xA1)), start=0xE815)
} | _PRIVATE_2022
_EVEN = _WIDTH | _PRIVATE
_UNEVEN = re.compile(f"[\r\u2028\ue815-\ue864\u2e80-\u2fd5{''.join(map(chr, _WIDTH))}{_INVISIBLE.pattern[1:-1]}]")
_BLANK_BETWEEN = re.compile(f"(?<=[{SQUARE}])\\s+(?=[{SQUARE}])")
_LETTERS = re.compile(f"[^\\s{SQUARE}]+")
_SQUARES = re.compile(f"[{SQUARE}]+")
#: What drives a terminal, or turns the direction of writing: a mail must not repaint the screen of who reads about it.
#: Colours are left alone, they are our own.
_CONTROLS = re.compile(
    "(?!\x1b\\[[0-9;]{0,20}m)[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]"
)


def printable(text: str) -> str:
    """Nothing in it but what is to be read."""
    return _CONTROLS.sub("�", text)


def even(text: str) -> str:
    """Half-width digits and letters, plain blanks and line ends, nothing invisible; Chinese punctuation stays."""
    text = composed(text)
    if not _UNEVEN.search(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = _RADICAL.sub(lambda radical: character(radical[0]), text)
    return _INVISIBLE.sub("", text.translate(_EVEN))


def figures(text: str) -> str:
    """Evened, and the marks that stand between figures half-width too: １９８０．０５ is 1980.05."""
    return even(text).translate(_MARKS)


_LOOKALIKES = re.compile("(?<![A-Za-z])[OoIl]+(?![A-Za-z])")
_LIKE = str.maketrans("OoIl", "0011")
_NUMERALS = frozenset("0123456789〇零一二三四五六七八九十")


def lookalikes(text: str) -> str:
    """O as 0, I and l as 1 where they stand in a number, as scanners and typists confuse them: 198O年l2月.

    Only for what is a number in any case: elsewhere an l is an l.
    """

    def digits(letters: re.Match[str]) -> str:
        beside = text[letters.start() - 1 : letters.start()], text[letters.end() : letters.end() + 1]
        return letters[0].translate(_LIKE) if not _NUMERALS.isdisjoint(beside) else letters[0]

    return _LOOKALIKES.sub(digits, text)


def one_line(text: str) -> str:
    """Evened, with no blanks between Chinese characters and single ones elsewhere."""
    return _closed(even(text))


def _closed(text: str) -> str:
    words = text.split()
    return _BLANK_BETWEEN.sub("", " ".join(words)) if len(words) > 1 else "".join(words)


def paragraphs(text: str) -> str:
    """Each paragraph evened, empty ones gone, joined by line ends."""
    lines = map(_closed, even(text).split("\n"))
    return "\n".join(line for line in lines if line)


def length(text: str) -> int:
    """Characters as Chinese people count them: each Chinese character and punctuation mark is one, and so is each
    run of letters or digits, as the word count (字数) of Word and WPS has it; blanks are none."""
    text = even(text)
    return sum(map(len, _SQUARES.findall(text))) + len(_LETTERS.findall(text))
