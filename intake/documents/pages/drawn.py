"""What is drawn on a PDF's page: lines, pictures, and areas that white letters may stand on."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # ships no types

from intake.documents.pages.calls import address_of
from intake.documents.pages.inputs import Shape
from intake.documents.pages.ruling import Rule
from intake.documents.pages.setting import Box
from intake.documents.pages.strips import whole
from intake.documents.pages.upright import Placing

MAX_OBJECTS = 20_000  # of one page that are looked at, those within form XObjects too
MAX_POINTS = 60_000  # of the paths of one page
MAX_DARK = 500  # areas of a page that white letters may stand on
MAX_BLOTS = 50  # white areas of a page that may hide words
MAX_BLOTTED = 3_000  # texts of such a page
LONGEST_BLOT = 6  # points of a rectangle
BIGGEST_BLOT = 0.2  # of the page
MAX_DEPTH = 6  # form XObjects within each other
LONGEST_PATH = 4_000  # points: what has more is a drawing
ROUND = (8, 120)  # points of an outline with round corners, or of a circle
CORNER = 9.0  # points from the corner of its box that they are at most
MAX_SHAPES = 500  # of one page
THIN = 4.0  # points: a filled rectangle up to this is a line
WHITE = 250  # of 255: lighter is white

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Blot:
    """White areas painted over a text."""

    areas: list[Box]
    over: list[tuple[int, Box]]  # handles and places of texts that came over it


@dataclass(slots=True)
class Drawn:
    rules: list[Rule] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    paths: int = 0  # that are no lines: letters as outlines, drawings
    dark: list[Box] = field(default_factory=list)  # what white letters stand on
    blotted: dict[int, Blot] = field(default_factory=dict)  # by the text's handle
    shapes: list[Shape] = field(default_factory=list)  # what fields of web forms are made of


def drawn_on(page: Any, place: Placing) -> Drawn:
    looking = _Looking(place)
    looking.visit(pdfium.FPDFPage_CountObjects(page), lambda i: pdfium.FPDFPage_GetObject(page, i), None, 0)
    looking.sort_pictures()
    looking.found.blotted = looking.blotted()
    return looking.found


class _Looking:
    """One look at one page."""

    def __init__(self, place: Placing) -> None:
        self.found = Drawn()
        self._place = place
        self._objects = MAX_OBJECTS
        self._points = MAX_POINTS
        self._pictures: list[Box] = []
        self._texts: list[tuple[Any, Matrix | None]] = []  # in the order of painting
        self._white: list[tuple[int, Box]] = []  # after so many texts

    def visit(self, count: int, at: Callable[[int], Any], matrix: Matrix | None, depth: int) -> None:
        """Objects of the page, or of a form XObject, whose own place is `matrix`."""
        for number in range(count):
            self._objects -= 1
            if self._objects < 0:
                return
            thing = at(number)
            kind = pdfium.FPDFPageObj_GetType(thing)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self._texts.append((thing, matrix))
            elif kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._path(thing, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM:
                if depth < MAX_DEPTH:
                    inner = pdfium.FPDFFormObj_CountObjects(thing)
                    own = _product(_matrix_of(thing), matrix)
                    self.visit(inner, lambda i, form=thing: pdfium.FPDFFormObj_GetObject(form, i), own, depth + 1)  # type: ignore[misc]
            elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
                self._pictures += filter(None, [self._bounds(thing, matrix)])

    def _may_hide(self, path: Any, box: Box, count: int) -> bool:
        """Whether the white area is a rectangle over some words. A big one is mostly clipped to a small part."""
        small = box.width * box.height < BIGGEST_BLOT * self._place.width * self._place.height
        few = len(self._white) < MAX_BLOTS
        return small and few and count <= LONGEST_BLOT and not pdfium.FPDFPageObj_HasTransparency(path)

    def blotted(self) -> dict[int, Blot]:
        """Words painted over, as people mend a PDF: a white area that came after them."""
        if not self._white or len(self._texts) > MAX_BLOTTED:
            return {}
        boxes = [self._bounds(text, matrix) for text, matrix in self._texts]
        found: dict[int, Blot] = {}
        for number, ((text, _), box) in enumerate(zip(self._texts, boxes, strict=False)):
            areas = [area for after, area in self._white if number < after and box and _meet(box, area)]
            if box and areas:
                over = [(address_of(self._texts[i][0]), boxes[i]) for i in range(number + 1, len(boxes))]
                found[address_of(text)] = Blot(areas, [(later, at) for later, at in over if at and _meet(box, at)])
        return found

    def sort_pictures(self) -> None:
        for box in whole(self._pictures):
            if line := _thin(box):  # some versions of WPS draw a table's lines as pictures
                self.found.rules += line
            else:
                self.found.pictures.append(box)
                self._darken(box)

    def _darken(self, box: Box) -> None:
        if len(self.found.dark) < MAX_DARK:
            self.found.dark.append(box)

    def _path(self, path: Any, matrix: Matrix | None) -> None:
        filled, stroked = ctypes.c_int(), ctypes.c_int()
        if not pdfium.FPDFPath_GetDrawMode(path, filled, stroked) or not (filled.value or stroked.value):
            return
        box = self._bounds(path, matrix)
        if box is None or not _opaque(path, stroked=bool(stroked.value)):
            return
        count = pdfium.FPDFPath_CountSegments(path)
        if count <= 5 and (line := _thin(box)):
            self.found.rules += line
            return
        self._points -= count
        if count > LONGEST_PATH or self._points < 0:
            self.found.paths += 1
            return
        if filled.value and not stroked.value:
            if _colour(path) < WHITE:
                self._darken(box)
            elif self._texts and self._may_hide(path, box, count):
                self._white.append((len(self._texts), box))
        own = _product(_matrix_of(path), matrix)
        before = len(self.found.rules)
        full = bool(filled.value) and _colour(path) < WHITE
        for points, curved in _subpaths(path, count):
            placed = [self._place.point(*_applied(own, point)) for point in points]
            if ROUND[0] <= count <= ROUND[1] and (stroked.value or full) and len(self.found.shapes) < MAX_SHAPES:
                self.found.shapes += _shape(placed, full=full)
            self.found.rules += _lines(placed) if stroked.value and not curved else _thin(_around(placed))
        self.found.paths += len(self.found.rules) == before

    def _bounds(self, thing: Any, matrix: Matrix | None) -> Box | None:
        sides = [ctypes.c_float() for _ in range(4)]
        if not pdfium.FPDFPageObj_GetBounds(thing, *sides):
            return None
        left, bottom, right, top = (side.value for side in sides)
        if not all(map(math.isfinite, (left, bottom, right, top))):
            return None
        if matrix is None:
            return self._place.box(left, bottom, right, top)
        corners = [(left, bottom), (right, top), (left, top), (right, bottom)]
        return _around([self._place.point(*_applied(matrix, corner)) for corner in corners])


def _meet(one: Box, other: Box) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


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


def _shape(points: list[tuple[float, float]], *, full: bool) -> list[Shape]:
    box = _around(points)
    at_corners = all(
        min(x - box.left, box.right - x) < CORNER and min(y - box.top, box.bottom - y) < CORNER for x, y in points
    )
    return [Shape(box, full)] if at_corners else []


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
