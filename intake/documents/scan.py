"""Scans and photographs read: the page found and straightened, its table's grid too, each text put into its cell."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from intake.documents.document import Document, Scan
from intake.documents.limits import Allowance, Exceeded
from intake.documents.models import models
from intake.documents.ruling import Box, Text, blocks_of, tables_of

if TYPE_CHECKING:
    from intake.documents.means import Recogniser
    from intake.documents.ocr import Engine
    from intake.documents.picture import Picture

_NEEDED = ("rapidocr", "onnxruntime", "cv2", "PIL", "pillow_heif", "pypdfium2")

LEGIBLE = 0.5  # certainty of a line below which there was nothing to read: a pattern, a signature
INSET = 4.0  # pixels of a cell's border that are kept out of its texts
BLANK = 14.0  # grey levels by which the darkest of a strip differ from its paper where nothing stands in it
GLANCE = 700_000  # pixels that show whether a page is ruled
RULED_CELLS = 6  # that make a form's table
MOST_PIECES = 400  # of a page that are read


def recogniser(threads: int = 1) -> Recogniser | None:
    """What reads pictures here; None where the extra `ocr` is not installed. Nothing is loaded before the first picture."""
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        return None
    return None if models() is None else _Recogniser(threads)


class _Recogniser:
    """Not thread-safe; one a process."""

    def __init__(self, threads: int) -> None:
        self._threads = threads

    @cached_property
    def _engine(self) -> Engine:
        import cv2  # noqa: PLC0415  # loaded with the first picture: a fifth of a second, and 100 MB

        from intake.documents.ocr import Engine  # noqa: PLC0415

        cv2.setNumThreads(self._threads)
        folder = models()
        assert folder is not None
        return Engine(folder, self._threads)

    def ruled(self, scan: Scan, allowance: Allowance) -> bool:
        from intake.documents.grid import TOLERANCE, levelled_roughly, rules_of  # noqa: PLC0415
        from intake.documents.picture import picture_of  # noqa: PLC0415

        try:
            picture = picture_of(scan, allowance, GLANCE)
        except Exceeded:
            return False
        if picture is None:
            return False
        tables = tables_of(rules_of(levelled_roughly(picture)), TOLERANCE)
        return any(len(cells) >= RULED_CELLS for cells in tables)

    def read(self, scan: Scan, allowance: Allowance) -> Document | None:
        from intake.documents.picture import picture_of  # noqa: PLC0415

        try:
            picture = picture_of(scan, allowance)
        except Exceeded:
            return None
        if picture is None:
            return None
        return Document(_blocks(picture, self._engine), scan.format, recognised=True)


def _blocks(picture: Picture, engine: Engine):
    from intake.documents.grid import TOLERANCE, grey_of, levelled, rules_of, skew_of, squared, turned_back  # noqa: PLC0415
    from intake.documents.page import page_in, unstamped  # noqa: PLC0415

    page = page_in(picture, engine)
    if page is None:
        return ()
    page = unstamped(page)
    page = turned_back(page, skew_of(grey_of(page)))
    page = levelled(squared(page))
    lines = [_box(quad) for quad in engine.boxes(page)]
    tables = tables_of(rules_of(grey_of(page), lines), TOLERANCE)
    pieces = [piece for line in lines for piece in _pieces(line, tables)]
    pieces += _overlooked(page, pieces, tables)
    texts = [text for piece in pieces[:MOST_PIECES] if (text := _text(page, piece, engine))]
    return blocks_of(texts, tables)


def _box(quad) -> Box:
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    return Box(float(left), float(top), float(right), float(bottom))


def _pieces(line: Box, tables: Sequence[Sequence[Box]]) -> Iterator[Box]:
    """The line cut at the borders that it runs over; whole, where it is in no cell."""
    found = [piece for cells in tables for cell in cells if (piece := _shared(line, cell))]
    if not found:
        yield line
    yield from found


def _shared(line: Box, cell: Box) -> Box | None:
    """What of the line is within the cell's borders; None where that is only its edge."""
    left, right = max(line.left, cell.left + INSET), min(line.right, cell.right - INSET)
    top, bottom = max(line.top, cell.top + INSET), min(line.bottom, cell.bottom - INSET)
    low = bottom - top < 0.5 * min(line.height, cell.height)
    narrow = right - left < min(0.5 * line.height, 0.8 * line.width)
    return None if low or narrow else Box(left, top, right, bottom)


def _overlooked(page: Picture, pieces: Sequence[Box], tables: Sequence[Sequence[Box]]) -> list[Box]:
    """Ink in cells in which no line was found: a single character, mostly."""
    from intake.documents.grid import ink_in  # noqa: PLC0415

    empty = [
        cell
        for cells in tables
        for cell in cells
        if not any(cell.left <= piece.x < cell.right and cell.top <= piece.y < cell.bottom for piece in pieces)
    ]
    return [found for cell in empty if (found := ink_in(page, cell))]


def _text(page: Picture, piece: Box, engine: Engine) -> Text | None:
    top, bottom = max(0, int(piece.top)), math.ceil(piece.bottom)
    left, right = max(0, int(piece.left)), math.ceil(piece.right)
    strip = page[top:bottom, left:right]
    if min(strip.shape[:2]) < 6 or float(strip.max()) - float(strip.min()) < BLANK:
        return None
    line = engine.read(strip)
    if not line.text.strip() or line.certainty < LEGIBLE:
        return None
    return Text(piece, line.text, line.confidence)
