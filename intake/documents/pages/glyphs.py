"""The characters on a PDF's page, as they follow each other in the file, less what is not meant to be read."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from statistics import median
from typing import Any

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # ships no types

from intake.chinese.characters import even
from intake.chinese.radicals import character
from intake.documents.boxes import BOXES, PRIVATE_BOXES
from intake.documents.pages.calls import (
    address_of,
    generated,
    loose_box_of,
    object_of,
    render_mode_of,
    unicode_of,
    unmapped,
)
from intake.documents.pages.drawn import WHITE, Drawn
from intake.documents.pages.setting import Box
from intake.documents.pages.upright import Placing

MAX_GLYPHS = 30_000  # of one page: a printed page has two thousand
BAND = 24.0  # points: letters are looked for by their height on the page
PALE = 160  # of 255: no part of a colour is darker
LARGE = 2.0  # times as high as most letters: pale ones are a watermark, level as it may be
HAIR = 0.15  # of its height that a letter is struck beside itself
JOINED = 1.6  # times as wide as high: one drawing for two letters, as fonts have it for a Chinese dash

_OUTLINED = (1, 2)  # text render modes: a pen draws the letters, too
_INVISIBLE = 3  # text render mode: as scanners lay recognised text under their picture

Colour = tuple[int, int, int]
_BLACK = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Glyph:
    box: Box
    text: str


@dataclass(slots=True)
class Glyphs:
    glyphs: list[Glyph] = field(default_factory=list)
    layer: list[Glyph] = field(default_factory=list)  # invisible text: what a scanner recognised
    unmapped: int = 0  # characters that nobody knows


def glyphs_of(text: Any, place: Placing, drawn: Drawn) -> Glyphs:
    """What stands on the page, where `drawn` is drawn: white letters on a dark area, words painted over with white."""
    found = Glyphs()
    if not text:
        return found
    page = address_of(text)
    styles = _Styles(text)
    placed = list(_placed(text, place))
    hidden = _Hidden(drawn, placed)
    printed: list[tuple[Glyph, Colour]] = []
    stamped: set[Colour] = set()  # of seals and watermarks: some letters of a round seal stand upright
    for i, thing, code, box in placed:
        style, colour = styles.of(i, thing)
        if style == "aslant":
            stamped.add(colour)
        if style in ("aslant", "transparent"):
            continue
        if drawn.blotted and hidden.holds(thing, box):
            continue
        if style == "white" and not any(_holds(dark, box) for dark in drawn.dark):
            continue
        character = BOXES[code] if code in BOXES and styles.symbols(i) else _character(code)
        if not character or unmapped(page, i) == 1:
            found.unmapped += 1
        elif style == "invisible":
            found.layer.append(Glyph(box, character))
        else:
            printed.append((Glyph(box, character), colour))
    stamped.discard(_BLACK)
    shown = _unmarked([(glyph, colour) for glyph, colour in printed if colour not in stamped], drawn)
    found.glyphs = _once(glyph for glyph, _ in shown)
    return found


def _unmarked(printed: list[tuple[Glyph, Colour]], drawn: Drawn) -> list[tuple[Glyph, Colour]]:
    """Without large pale words, as they stand behind a page's text; on a dark area they are a title."""
    pale = {colour for colour in {colour for _, colour in printed} if min(colour) >= PALE}
    if not pale:
        return printed
    large = LARGE * median(glyph.box.height for glyph, _ in printed)
    return [
        (glyph, colour)
        for glyph, colour in printed
        if colour not in pale or glyph.box.height < large or any(_holds(dark, glyph.box) for dark in drawn.dark)
    ]


def _placed(text: Any, place: Placing) -> Iterator[tuple[int, int, int, Box]]:
    """Number, text object, code and place of each character that is on the page."""
    rect = pdfium.FS_RECTF()
    width, height = place.width, place.height
    page = address_of(text)
    for i in range(min(pdfium.FPDFText_CountChars(text), MAX_GLYPHS)):
        code = unicode_of(page, i)
        if 0xD800 <= code < 0xE000:
            code = _whole(code, page, i)
        thing = object_of(page, i)
        if thing is None or code in (0x0A, 0x0D) or (code == 0x20 and generated(page, i) == 1):
            continue  # PDFium's own, between two texts or in one
        if not loose_box_of(page, i, rect):
            continue
        box = place.box(rect.left, rect.bottom, rect.right, rect.top)
        if box.left < width and box.right > 0 and box.top < height and box.bottom > 0:
            yield i, thing, code, box  # others are cut off, or typed beside the page


class _Hidden:
    """What was painted over with white. Of the same letter in the same place, PDFium only tells the first: that is seen."""

    def __init__(self, drawn: Drawn, placed: Iterable[tuple[int, int, int, Box]]) -> None:
        self._blotted = drawn.blotted
        self._told: dict[int, list[Box]] = {}
        if drawn.blotted:
            for _, thing, _, box in placed:
                self._told.setdefault(thing, []).append(box)

    def holds(self, thing: int, box: Box) -> bool:
        blot = self._blotted.get(thing)
        if blot is None or not any(_holds(area, box) for area in blot.areas):
            return False
        over = [handle for handle, at in blot.over if _holds(at, box)]
        told = (other for handle in over for other in self._told.get(handle, ()))
        return not over or any(_holds(other, box) for other in told)


def _once(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """Without what is struck twice, a hair apart: some programs make bold letters and shadows so."""
    found: list[Glyph] = []
    struck: dict[tuple[str, float], list[tuple[float, float]]] = {}
    for glyph in glyphs:
        if found and glyph == found[-1] and glyph.box.width > JOINED * glyph.box.height:
            box = glyph.box
            found[-1:] = [Glyph(replace(box, right=box.x), glyph.text), Glyph(replace(box, left=box.x), glyph.text)]
            continue
        left, bottom, hair = glyph.box.left, glyph.box.bottom, HAIR * glyph.box.height
        low, high = (bottom - hair) // BAND, (bottom + hair) // BAND
        near = struck.get((glyph.text, low), [])
        if high > low:
            near = near + struck.get((glyph.text, high), [])
        for x, y in near:
            if abs(x - left) < hair and abs(y - bottom) < hair:
                break
        else:
            found.append(glyph)
            struck.setdefault((glyph.text, bottom // BAND), []).append((left, bottom))
    return found


class _Styles:
    """How each text is shown. Some writers make one of every character, so nothing is allocated for it."""

    def __init__(self, text: Any) -> None:
        self._text = text
        self._known: dict[int, tuple[str, Colour]] = {}
        self._parts = tuple(ctypes.c_uint() for _ in range(4))
        self._name = ctypes.create_string_buffer(64)
        self._matrix = pdfium.FS_MATRIX()

    def of(self, number: int, thing: int) -> tuple[str, Colour]:
        """plain, white, transparent, invisible (as scanners lay it), aslant (as watermarks are); and the colour."""
        if (style := self._known.get(thing)) is None:
            style = self._known[thing] = self._style(number, thing)
        return style

    def _style(self, number: int, thing: int) -> tuple[str, Colour]:
        r, g, b, a = self._parts
        known = pdfium.FPDFText_GetFillColor(self._text, number, r, g, b, a)
        colour = _shown(r.value, g.value, b.value, a.value) if known else _BLACK
        mode = render_mode_of(thing)
        if mode == _INVISIBLE:
            return "invisible", colour
        if self._aslant(number):
            return "aslant", colour
        if known and a.value == 0:
            return "transparent", colour
        if mode in _OUTLINED:
            outlined = pdfium.FPDFText_GetStrokeColor(self._text, number, r, g, b, a)
            known = known or outlined
        return "white" if known and min(r.value, g.value, b.value) >= WHITE else "plain", colour

    def _aslant(self, number: int) -> bool:
        """By its baseline: in italics, which Chinese fonts have not and programs shear, only the upright strokes lean."""
        m = self._matrix
        pdfium.FPDFText_GetMatrix(self._text, number, m)
        quarters = math.atan2(m.b, m.a) / (math.pi / 2)
        return abs(quarters - round(quarters)) > 0.1

    def symbols(self, number: int) -> bool:
        """Whether a character stands for a symbol: ☑ is R in Wingdings 2."""
        pdfium.FPDFText_GetFontInfo(self._text, number, self._name, 63, None)
        return b"Wingdings" in self._name.value


def _shown(r: int, g: int, b: int, a: int) -> Colour:
    """A colour as it shows on white paper."""
    return 255 - (255 - r) * a // 255, 255 - (255 - g) * a // 255, 255 - (255 - b) * a // 255


def _holds(outer: Box, inner: Box) -> bool:
    return outer.left <= inner.x <= outer.right and outer.top <= inner.y <= outer.bottom


def _whole(half: int, page: int, i: int) -> int:
    """𠮷 comes as two halves, both with the glyph's box: told with the first, the second is 0x0A."""
    if half < 0xDC00 and 0xDC00 <= (low := unicode_of(page, i + 1)) < 0xE000:
        return 0x10000 + ((half - 0xD800) << 10) + int(low) - 0xDC00
    return half if half < 0xDC00 else 0x0A


@lru_cache(10_000)
def _character(code: int) -> str:
    """A character as it is read; "" for one that nobody knows."""
    if code in (0x02, 0xAD):
        return "-"  # where PDFium saw a word divided at a line's end
    if 0xF000 <= code <= 0xF0FF:
        return PRIVATE_BOXES.get(code, "")
    if 0x2E80 <= code <= 0x2FDF:
        return character(chr(code))
    if 0xE000 <= code <= 0xF8FF:  # 䶮 in names, where GBK's fonts have it; else shapes that only the font knows
        return known if (known := even(chr(code))) != chr(code) else ""
    printed = 0x20 <= code < 0xD800 or 0xF900 <= code < 0xFFF0 or 0x10000 <= code < 0xE0000
    return chr(code) if printed or code == 0x09 else ""
