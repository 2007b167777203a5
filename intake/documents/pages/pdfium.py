"""What stands on a PDF's pages, by PDFium: characters, lines, pictures, and what was filled in. y grows downward.

Its C functions are called directly: a form is a thousand characters, and objects around each would cost more than reading.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # ships no types

from intake.chinese.characters import even
from intake.documents.boxes import BOXES, PRIVATE_BOXES
from intake.documents.pages.radicals import RADICALS
from intake.documents.pages.ruling import Rule
from intake.documents.pages.setting import Box, Text

MAX_GLYPHS = 30_000  # of one page: a printed page has two thousand
MAX_OBJECTS = 20_000  # of one page that are looked at, those within form XObjects too
MAX_POINTS = 60_000  # of the paths of one page
MAX_DARK = 500  # areas of a page that white letters may stand on
MAX_DEPTH = 6  # form XObjects within each other
MAX_ANNOTATIONS = 2_000  # of one page
MAX_VALUE = 20_000  # characters of one field or note
LONGEST_PATH = 4_000  # points: what has more is a drawing
THIN = 4.0  # points: a filled rectangle up to this is a line

_OUTLINED = (1, 2)  # text render modes: a pen draws the letters, too
_INVISIBLE = 3  # text render mode: as scanners lay recognised text under their picture
_WHITE = 250
_BLACK = 0
_HIDDEN = 2 | 32  # annotation flags: hidden, not on screen

Matrix = tuple[float, float, float, float, float, float]


class Locked(Exception):
    """The file needs a password."""


class Broken(Exception):
    """The file cannot be opened."""


@dataclass(frozen=True, slots=True)
class Glyph:
    box: Box
    text: str


@dataclass(slots=True)
class Page:
    """One page as it is looked at: turned upright, from its upper left corner."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    layer: list[Glyph] = field(default_factory=list)  # invisible text: what a scanner recognised
    unmapped: int = 0  # characters that nobody knows
    rules: list[Rule] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    drawn: int = 0  # paths that are no lines: letters as outlines, drawings
    filled_in: list[Text] = field(default_factory=list)  # values of form fields, notes typed onto the page


_ready = False


def _prepare() -> None:
    global _ready  # noqa: PLW0603  # the library is one for the process
    if not _ready:
        pdfium.FPDF_InitLibrary()
        _ready = True


class Pdf:
    """An open file."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self.pages: int = pdfium.FPDF_GetPageCount(handle)
        kind = pdfium.FPDF_GetFormType(handle)
        self.dynamic = kind == pdfium.FORMTYPE_XFA_FULL
        self._info = pdfium.FPDF_FORMFILLINFO(version=2)
        self._form = (
            pdfium.FPDFDOC_InitFormFillEnvironment(handle, self._info) if kind != pdfium.FORMTYPE_NONE else None
        )

    def close(self) -> None:
        if self._form:
            pdfium.FPDFDOC_ExitFormFillEnvironment(self._form)
        pdfium.FPDF_CloseDocument(self._handle)

    def page(self, number: int) -> Page | None:
        """A page, counted from 0; None where it is broken."""
        handle = pdfium.FPDF_LoadPage(self._handle, number)
        if not handle:
            return None
        try:
            return _Looking(handle, self._form).page()
        finally:
            pdfium.FPDF_ClosePage(handle)


@contextmanager
def opened(data: bytes) -> Iterator[Pdf]:
    """The file, closed again at the end. Raises Locked or Broken."""
    _prepare()
    handle = pdfium.FPDF_LoadMemDocument64(data, len(data), None)  # `data` lives as long as this frame
    if not handle:
        why = pdfium.FPDF_GetLastError()
        raise Locked if why in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY) else Broken
    pdf = Pdf(handle)
    try:
        yield pdf
    finally:
        pdf.close()


class _Looking:
    """One look at one page."""

    def __init__(self, page: Any, form: Any) -> None:
        self._page = page
        self._form = form
        self._objects = MAX_OBJECTS
        self._points = MAX_POINTS
        self._dark: list[Box] = []  # what white letters stand on

    def page(self) -> Page:
        text = pdfium.FPDFText_LoadPage(self._page)
        try:
            self._place = _placing(self._page, text)
            self._found = Page(self._place.width, self._place.height)
            count = pdfium.FPDFPage_CountObjects(self._page)
            self._visit(count, lambda i: pdfium.FPDFPage_GetObject(self._page, i), None, 0)
            if text:
                self._read(text)
        finally:
            if text:
                pdfium.FPDFText_ClosePage(text)
        self._fill_in()
        return self._found

    def _visit(self, count: int, at: Callable[[int], Any], matrix: Matrix | None, depth: int) -> None:
        """Objects of the page, or of a form XObject, whose own place is `matrix`."""
        for number in range(count):
            self._objects -= 1
            if self._objects < 0:
                return
            thing = at(number)
            kind = pdfium.FPDFPageObj_GetType(thing)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._path(thing, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM:
                if depth < MAX_DEPTH:
                    inner = pdfium.FPDFFormObj_CountObjects(thing)
                    own = _product(_matrix_of(thing), matrix)
                    self._visit(inner, lambda i, form=thing: pdfium.FPDFFormObj_GetObject(form, i), own, depth + 1)  # type: ignore[misc]
            elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
                self._picture(self._bounds(thing, matrix))

    def _picture(self, box: Box | None) -> None:
        if box is None:
            return
        if line := _thin(box):  # some versions of WPS draw a table's lines as pictures
            self._found.rules += line
        else:
            self._found.pictures.append(box)
            self._darken(box)

    def _darken(self, box: Box) -> None:
        if len(self._dark) < MAX_DARK:
            self._dark.append(box)

    def _path(self, path: Any, matrix: Matrix | None) -> None:
        filled, stroked = ctypes.c_int(), ctypes.c_int()
        if not pdfium.FPDFPath_GetDrawMode(path, filled, stroked) or not (filled.value or stroked.value):
            return
        box = self._bounds(path, matrix)
        if box is None or not _opaque(path, stroked=bool(stroked.value)):
            return
        count = pdfium.FPDFPath_CountSegments(path)
        if count <= 5 and (line := _thin(box)):
            self._found.rules += line
            return
        self._points -= count
        if count > LONGEST_PATH or self._points < 0:
            self._found.drawn += 1
            return
        if filled.value and not stroked.value and _colour(path) < _WHITE:
            self._darken(box)
        own = _product(_matrix_of(path), matrix)
        before = len(self._found.rules)
        for points, curved in _subpaths(path, count):
            placed = [self._place.point(*_applied(own, point)) for point in points]
            self._found.rules += _lines(placed) if stroked.value and not curved else _thin(_around(placed))
        self._found.drawn += len(self._found.rules) == before

    def _bounds(self, thing: Any, matrix: Matrix | None) -> Box | None:
        sides = [ctypes.c_float() for _ in range(4)]
        if not pdfium.FPDFPageObj_GetBounds(thing, *sides):
            return None
        left, bottom, right, top = (side.value for side in sides)
        corners = [(left, bottom), (right, top), (left, top), (right, bottom)]
        if not all(map(math.isfinite, (left, bottom, right, top))):
            return None
        return _around([self._place.point(*_applied(matrix, corner)) for corner in corners])

    def _read(self, text: Any) -> None:
        """The characters, as they follow each other in the file."""
        count = min(pdfium.FPDFText_CountChars(text), MAX_GLYPHS)
        rect = pdfium.FS_RECTF()
        styles = _Styles(text)
        printed: list[tuple[Glyph, int]] = []
        stamped: set[int] = set()  # colours of seals and watermarks: some letters of a round seal stand upright
        for i in range(count):
            code = _code(text, i)
            if code in (0x0A, 0x0D) or pdfium.FPDFText_IsGenerated(text, i) == 1:
                continue
            if not pdfium.FPDFText_GetLooseCharBox(text, i, rect):
                continue
            box = self._place.box(rect.left, rect.bottom, rect.right, rect.top)
            if not (box.left < self._found.width and box.right > 0 and box.top < self._found.height and box.bottom > 0):
                continue  # cut off, or typed beside the page
            style, colour = styles.of(i)
            if style == "aslant":
                stamped.add(colour)
            if style in ("aslant", "transparent"):
                continue
            if style == "white" and not any(_holds(dark, box) for dark in self._dark):
                continue
            character = BOXES[code] if code in BOXES and styles.symbols(i) else _character(code)
            if not character or pdfium.FPDFText_HasUnicodeMapError(text, i) == 1:
                self._found.unmapped += 1
                continue
            glyph = Glyph(box, character)
            if style == "invisible":
                self._found.layer.append(glyph)
            else:
                printed.append((glyph, colour))
        stamped.discard(_BLACK)
        self._found.glyphs = [glyph for glyph, colour in printed if colour not in stamped]

    def _fill_in(self) -> None:
        count = min(pdfium.FPDFPage_GetAnnotCount(self._page), MAX_ANNOTATIONS)
        for number in range(count):
            note = pdfium.FPDFPage_GetAnnot(self._page, number)
            if not note:
                continue
            try:
                if not pdfium.FPDFAnnot_GetFlags(note) & _HIDDEN:
                    self._annotation(note)
            finally:
                pdfium.FPDFPage_CloseAnnot(note)

    def _annotation(self, note: Any) -> None:
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        rect = pdfium.FS_RECTF()
        if kind not in (pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_WIDGET):
            return
        if not pdfium.FPDFAnnot_GetRect(note, rect):
            return
        box = self._place.box(rect.left, rect.bottom, rect.right, rect.top)
        if kind == pdfium.FPDF_ANNOT_FREETEXT:
            said = _string(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(note, b"Contents", buffer, size))
            said = said or _TAG.sub("", _string(lambda b, size: pdfium.FPDFAnnot_GetStringValue(note, b"RC", b, size)))
        else:
            said = self._value(note)
        self._found.filled_in += _written(said, box)

    def _value(self, widget: Any) -> str:
        """What a form field says: ticked or not, chosen, typed."""
        if not self._form:
            return ""
        kind = pdfium.FPDFAnnot_GetFormFieldType(self._form, widget)
        if kind in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON):
            return "☑" if self._ticked(widget) else "☐"
        if kind in (pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX):
            chosen = [
                _string(lambda b, size, i=i: pdfium.FPDFAnnot_GetOptionLabel(self._form, widget, i, b, size))  # type: ignore[misc]
                for i in range(min(pdfium.FPDFAnnot_GetOptionCount(self._form, widget), 1_000))
                if pdfium.FPDFAnnot_IsOptionSelected(self._form, widget, i)
            ]
            if chosen:
                return "、".join(chosen)
        elif kind != pdfium.FPDF_FORMFIELD_TEXTFIELD:
            return ""  # buttons, signatures
        return _string(lambda b, size: pdfium.FPDFAnnot_GetFormFieldValue(self._form, widget, b, size))

    def _ticked(self, widget: Any) -> bool:
        """By what is shown; by its value, where a program left it to the reader to show that."""
        shown = _string(lambda b, size: pdfium.FPDFAnnot_GetStringValue(widget, b"AS", b, size))
        if shown:
            return shown != "Off"
        value = _string(lambda b, size: pdfium.FPDFAnnot_GetFormFieldValue(self._form, widget, b, size))
        own = _string(lambda b, size: pdfium.FPDFAnnot_GetFormFieldExportValue(self._form, widget, b, size))
        return bool(pdfium.FPDFAnnot_IsChecked(self._form, widget)) or (value == own and value not in ("", "Off"))


@dataclass(frozen=True, slots=True)
class _Placing:
    """From a PDF's page, whose y grows upward, to the page as it is looked at."""

    left: float
    bottom: float
    right: float
    top: float
    turned: int  # quarters, clockwise

    @property
    def width(self) -> float:
        return self.top - self.bottom if self.turned % 2 else self.right - self.left

    @property
    def height(self) -> float:
        return self.right - self.left if self.turned % 2 else self.top - self.bottom

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.turned == 0:
            return x - self.left, self.top - y
        if self.turned == 1:
            return y - self.bottom, x - self.left
        if self.turned == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        (x, y), (u, v) = self.point(left, bottom), self.point(right, top)
        return Box(min(x, u), min(y, v), max(x, u), max(y, v))


_SAMPLE = 200  # characters that say which way is up


def _placing(page: Any, text: Any) -> _Placing:
    rect = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, rect):
        rect = pdfium.FS_RECTF(0, pdfium.FPDF_GetPageHeightF(page), pdfium.FPDF_GetPageWidthF(page), 0)
    turned = pdfium.FPDFPage_GetRotation(page) % 4
    count = pdfium.FPDFText_CountChars(text) if text else 0
    angles = [pdfium.FPDFText_GetCharAngle(text, i) for i in range(0, count, max(count // _SAMPLE, 1))]
    quarters = Counter(-round(angle / (math.pi / 2)) % 4 for angle in angles if angle >= 0)
    if quarters:  # a page that lies on its side, or that a program has turned without saying so
        turned = quarters.most_common(1)[0][0]
    return _Placing(rect.left, rect.bottom, rect.right, rect.top, turned)


class _Styles:
    """How each text is shown. Some writers make one of every character, so nothing is allocated for it."""

    def __init__(self, text: Any) -> None:
        self._text = text
        self._known: dict[int | None, tuple[str, int]] = {}
        self._parts = tuple(ctypes.c_uint() for _ in range(4))
        self._name = ctypes.create_string_buffer(64)
        self._matrix = pdfium.FS_MATRIX()

    def of(self, number: int) -> tuple[str, int]:
        """plain, white, transparent, invisible (as scanners lay it), aslant (as watermarks are); and the colour."""
        thing = pdfium.FPDFText_GetTextObject(self._text, number)
        key = ctypes.cast(thing, ctypes.c_void_p).value
        if (known := self._known.get(key)) is not None:
            return known
        self._known[key] = style = self._style(number, thing)
        return style

    def _style(self, number: int, thing: Any) -> tuple[str, int]:
        r, g, b, a = self._parts
        known = pdfium.FPDFText_GetFillColor(self._text, number, r, g, b, a)
        colour = r.value << 16 | g.value << 8 | b.value if known else 0
        mode = pdfium.FPDFTextObj_GetTextRenderMode(thing) if thing else 0
        if mode == _INVISIBLE:
            return "invisible", colour
        if self._aslant(number):
            return "aslant", colour
        if known and a.value == 0:
            return "transparent", colour
        if mode in _OUTLINED and pdfium.FPDFPageObj_GetStrokeColor(thing, r, g, b, a):
            known = True
        return "white" if known and min(r.value, g.value, b.value) >= _WHITE else "plain", colour

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


def _opaque(path: Any, *, stroked: bool) -> bool:
    r, g, b, a = (ctypes.c_uint() for _ in range(4))
    ask = pdfium.FPDFPageObj_GetStrokeColor if stroked else pdfium.FPDFPageObj_GetFillColor
    return not ask(path, r, g, b, a) or a.value > 0


def _colour(path: Any) -> int:
    """How light the filling is, by its darkest part."""
    r, g, b, a = (ctypes.c_uint() for _ in range(4))
    known = pdfium.FPDFPageObj_GetFillColor(path, r, g, b, a)
    return min(r.value, g.value, b.value) if known else 0


def _subpaths(path: Any, count: int) -> Iterator[tuple[list[tuple[float, float]], bool]]:
    """The points of each piece that is drawn in one go, and whether it has curves."""
    points: list[tuple[float, float]] = []
    curved = False
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, number)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        if not (math.isfinite(x.value) and math.isfinite(y.value)):
            continue
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                yield points, curved
            points, curved = [], False
        points.append((x.value, y.value))
        curved = curved or kind == pdfium.FPDF_SEGMENT_BEZIERTO
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points, curved


def _lines(points: list[tuple[float, float]]) -> Iterator[Rule]:
    """The straight pieces of what a pen draws."""
    for (x, y), (u, v) in pairwise(points):
        if abs(x - u) <= 1 or abs(y - v) <= 1:
            yield Rule(min(x, u), min(y, v), max(x, u), max(y, v))


def _thin(box: Box) -> list[Rule]:
    """A filled shape as a line, or a dot of a dotted one."""
    return [Rule(box.left, box.top, box.right, box.bottom)] if min(box.width, box.height) <= THIN else []


def _matrix_of(thing: Any) -> Matrix | None:
    m = pdfium.FS_MATRIX()
    return (m.a, m.b, m.c, m.d, m.e, m.f) if pdfium.FPDFPageObj_GetMatrix(thing, m) else None


def _product(inner: Matrix | None, outer: Matrix | None) -> Matrix | None:
    if inner is None or outer is None:
        return inner or outer
    a, b, c, d, e, f = inner
    u, v, w, x, y, z = outer
    return a * u + b * w, a * v + b * x, c * u + d * w, c * v + d * x, e * u + f * w + y, e * v + f * x + z


def _applied(matrix: Matrix | None, point: tuple[float, float]) -> tuple[float, float]:
    if matrix is None:
        return point
    (a, b, c, d, e, f), (x, y) = matrix, point
    return a * x + c * y + e, b * x + d * y + f


def _around(points: list[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _holds(outer: Box, inner: Box) -> bool:
    return outer.left <= inner.x <= outer.right and outer.top <= inner.y <= outer.bottom


_TAG = re.compile(r"<[^>]{0,500}>")


def _string(ask: Callable[[Any, int], int]) -> str:
    """A UTF-16 string that PDFium writes into a buffer; asked for its size first."""
    size = ask(None, 0)
    if not 2 < size <= 2 * MAX_VALUE:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    ask(buffer, size)
    return bytes(buffer)[:size].decode("utf-16-le", "replace").rstrip("\0")


def _code(text: Any, i: int) -> int:
    """The character's number. 𠮷 comes as two halves, both with the glyph's box: told with the first, the second is 0x0A."""
    code: int = pdfium.FPDFText_GetUnicode(text, i)
    if 0xD800 <= code < 0xDC00 and 0xDC00 <= (low := pdfium.FPDFText_GetUnicode(text, i + 1)) < 0xE000:
        return 0x10000 + ((code - 0xD800) << 10) + int(low) - 0xDC00
    return 0x0A if 0xDC00 <= code < 0xE000 else code


def _character(code: int) -> str:
    """A character as it is read; "" for one that nobody knows."""
    if code in (0x02, 0xAD):
        return "-"  # where PDFium saw a word divided at a line's end
    if 0xF000 <= code <= 0xF0FF:
        return PRIVATE_BOXES.get(code, "")
    if 0x2E80 <= code <= 0x2FDF:
        return RADICALS.get(chr(code)) or unicodedata.normalize("NFKC", chr(code))
    if 0xE000 <= code <= 0xF8FF:  # 䶮 in names, where GBK's fonts have it; else shapes that only the font knows
        return known if (known := even(chr(code))) != chr(code) else ""
    printed = 0x20 <= code < 0xD800 or 0xF900 <= code < 0xFFF0 or 0x10000 <= code < 0xE0000
    return chr(code) if printed or code == 0x09 else ""


def _written(said: str, box: Box) -> Iterator[Text]:
    """A typed value line by line. A line is never taken for a broken one: its box ends long before its border does."""
    lines = said.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    height = box.height / len(lines)
    for number, line in enumerate(lines):
        if line.strip():
            top = box.top + number * height
            yield Text(Box(box.left, top, box.left + box.width / 2, top + height), line)
