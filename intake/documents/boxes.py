"""Tick boxes drawn with symbol fonts (Wingdings, Wingdings 2), as the characters that they look like."""

from __future__ import annotations

import re

#: By the low byte of the character. A cross in a box is a tick in Word.
BOXES = {
    **dict.fromkeys((0xFE, 0xFD, 0x52, 0x53, 0x54), "☑"),
    **dict.fromkeys((0xA8, 0xA3, 0x6F, 0x71, 0x72, 0x2A), "☐"),
    **dict.fromkeys((0xFC, 0x50), "✓"),
}
PRIVATE_BOXES = {0xF000 + code: box for code, box in BOXES.items()}
_PRIVATE = re.compile("[\uf000-\uf0ff]")


def boxed(text: str, *, wingdings: bool) -> str:
    """The text with its tick boxes: characters of the private area, and ☑ typed as R in Wingdings 2."""
    if not text.isascii():
        return text.translate(PRIVATE_BOXES) if _PRIVATE.search(text) else text
    if wingdings and len(text) <= 2:
        return "".join(BOXES.get(ord(character), character) for character in text)
    return text


def lettered(text: str) -> str:
    """A letter or two in Wingdings, of which some programs speak by their place in Latin-1: þ is ☑."""
    return "".join(BOXES.get(ord(character), character) for character in text) if len(text) <= 2 else text
