"""A page's transcript: the page found and straightened, its tables and lines too, each line's text read into its cell."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from statistics import median

from intake.chinese.traditional import mostly_simplified, simplified
from intake.documents.pages.beneath import own_sheet, without_margins
from intake.documents.pages.borders import rules_of
from intake.documents.pages.downward import side_by_side
from intake.documents.pages.grid import TOLERANCE, grey_of, levelled_roughly
from intake.documents.pages.heaps import singly
from intake.documents.pages.ink import ink_across, ink_in, letters_in, parted, sharpened, unread_in
from intake.documents.pages.ocr import GUESSED, LEGIBLE, Engine, Line
from intake.documents.pages.page import RULED_CELLS, Sighted, sheet_of, straightened, turned_upright
from intake.documents.pages.picture import Picture
from intake.documents.pages.ruling import Box, Text, around, tables_of
from intake.documents.pages.setting import em_of
from intake.documents.pages.stacking import Sheet

LEGIBLE_SCRAWL = 0.8  # certainty of a line's text beside a form's table or across its borders, where people sign, and of what looks like that
CUT = 0.7  # of a line's height that is left of it in a cell: letters stand between borders, a signature lies across
INCOMPLETE = 0.5  # confidence at most, of what part was not read of
INSET = 4.0  # pixels of a cell's border that are kept out of its texts
BLANK = 14.0  # grey levels by which the darkest of a strip differ from its paper where nothing stands in it
WIDTH, EM = 1000.0, 25.0  # of a page's widest table, and of its letters: the unit pages are compared in
SEVERAL_LINES = 2.5  # times the usual height of a line: no line is as high
SQUARE = 1.5  # long side : short side of what is a seal
MARK = 0.4  # of a line's height: what is empty beside the ink of a full-width mark
LOST, LOST_OF_EACH = 0.6, 0.06  # of a letter, and more for each read: so much more ink is a letter that was not
LONGEST_NAME = 4  # letters
BESIDE_STROKE = 8  # letters of a cell's other texts: a 1 among them is a border's
MOST_PIECES = 400  # of a page that are read
_STROKES = frozenset("1lI|丨")
_SPECKS = " ·•"  # dirt beside a line; within a name a point is one
_LATIN = re.compile("[A-Za-z .'-]+")
_HAN = re.compile("[\u4e00-\u9fff]{1,6}")  # few: of many letters the sizes differ too much


def is_ruled(picture: Picture) -> bool:
    """Whether the page has a form's table, seen without looking for a single line."""
    tables = tables_of(rules_of(levelled_roughly(picture)), TOLERANCE)
    return any(len(cells) >= RULED_CELLS for cells in tables)


def read_page(seen: Sighted, engine: Engine) -> Sheet:
    """All that stands on the page, its tables, and where each text is."""
    if not len(seen.quads):
        return Sheet(float(seen.page.shape[0]), EM, [], [])
    page, lines, tables = _straight_page(straightened(sheet_of(seen, engine), engine), engine)
    if not tables:
        lines = [part for line in lines for part in parted(page, line)]
    across = {piece: piece.height < CUT * line.height for line in lines for piece in _pieces(line, tables)}
    pieces = {piece: cut or _beside(piece, tables) for piece, cut in across.items()}  # True: a signature, or a seal
    pieces |= dict.fromkeys(_overlooked(page, list(pieces), tables), False)
    read = [
        (piece, text)
        for piece, scrawled in islice(pieces.items(), MOST_PIECES)
        if (text := _text(page, piece, engine, scrawled=scrawled))
    ]
    texts = _doubted(page, [piece for piece, _ in read], [text for _, text in read], tables)
    texts = in_one_script(without_strokes(texts, tables))
    tables = [cells for cells in tables if any(_holds(cells, text.box) for text in texts)]
    return _even(Sheet(float(page.shape[0]), median([em_of(text) for text in texts] or [EM]), texts, tables))


def _straight_page(page: Picture, engine: Engine) -> tuple[Picture, list[Box], list[Sequence[Box]]]:
    """The page that stands straight, its lines and tables."""
    lines = _lines(page, engine)
    if sum(line.height > 2 * line.width for line in lines) > sum(line.width > 2 * line.height for line in lines):
        page = straightened(turned_upright(page, engine), engine)
        lines = _lines(page, engine)
    tables = _tables(page, lines)
    if (alone := own_sheet(page, lines, tables)) is None:
        return page, lines, tables
    lines = _lines(alone, engine)
    return alone, lines, _tables(alone, lines)


def _tables(page: Picture, lines: Sequence[Box]) -> list[Sequence[Box]]:
    """The page's tables; a story's page has but one cell."""
    tables = tables_of(rules_of(grey_of(page), lines), TOLERANCE, single=True)
    return apart([without_margins(cells, lines) for cells in tables], lines)


def _lines(page: Picture, engine: Engine) -> list[Box]:
    """Where lines of text are; those that reach into each other, as closely set ones do, parted in the middle."""
    boxes = sorted(
        singly(page, _one_line_high([Box(*map(float, sides)) for sides in engine.level_boxes(page)])),
        key=lambda box: box.y,
    )
    for i, above in enumerate(boxes):
        for j in range(i + 1, len(boxes)):
            below = boxes[j]
            if below.top > above.bottom:
                continue
            beside = min(above.right, below.right) <= max(above.left, below.left)
            shared = above.bottom - below.top
            if beside or shared <= 0 or shared > 0.5 * min(above.height, below.height):
                continue
            middle = (above.bottom + below.top) / 2
            above = boxes[i] = replace(above, bottom=middle)  # noqa: PLW2901
            boxes[j] = replace(below, top=middle)
    return boxes


def _one_line_high(boxes: Sequence[Box]) -> list[Box]:
    """Without those around several others' lines: a black seal, all of it taken for one line."""
    usual = median([box.height for box in boxes] or [0.0])
    high = [
        box
        for box in boxes
        if box.height > SEVERAL_LINES * usual and box.height / SQUARE < box.width < SQUARE * box.height
    ]
    return [
        box for box in boxes if box not in high or not any(_crosses(other, box) for other in boxes if other is not box)
    ]


def _crosses(line: Box, box: Box) -> bool:
    return box.top < line.y < box.bottom and line.left < box.right and line.right > box.left


def apart(tables: Sequence[Sequence[Box]], lines: Sequence[Box]) -> list[Sequence[Box]]:
    """Without those that others lie across, with more cells that are written in: a sheet's edges, a window's frame."""

    def written(cells: Sequence[Box]) -> tuple[int, int]:
        return sum(any(_holds([cell], line) for line in lines) for cell in cells), len(cells)

    apart: list[Sequence[Box]] = []
    for cells in sorted(tables, key=written, reverse=True):
        own = around(cells)
        if not any(_meet(own, around(other)) for other in apart):
            apart.append(cells)
    return apart


def _meet(one: Box, other: Box) -> bool:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return width > INSET and height > INSET


def _holds(cells: Sequence[Box], box: Box) -> bool:
    edge = around(cells)
    return edge.left <= box.x < edge.right and edge.top <= box.y < edge.bottom


def _even(sheet: Sheet) -> Sheet:
    """The page at the size of all others, its widest table from one side to the other: each photograph has its own."""
    widest = max((around(cells) for cells in sheet.tables), key=lambda box: box.width, default=None)
    factor = WIDTH / widest.width if widest else EM / sheet.em
    left = widest.left if widest else min((text.box.left for text in sheet.texts), default=0.0)

    def scaled(box: Box) -> Box:
        return Box((box.left - left) * factor, box.top * factor, (box.right - left) * factor, box.bottom * factor)

    texts = [replace(text, box=scaled(text.box)) for text in sheet.texts]
    tables = [[scaled(cell) for cell in cells] for cells in sheet.tables]
    return Sheet(sheet.height * factor, sheet.em * factor, texts, tables)


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
    empty = [
        cell
        for cells in tables
        for cell in cells
        if not any(cell.left <= piece.x < cell.right and cell.top <= piece.y < cell.bottom for piece in pieces)
    ]
    return [found for cell in empty if (found := ink_in(page, cell))]


def _doubted(
    page: Picture, pieces: Sequence[Box], texts: Sequence[Text], tables: Sequence[Sequence[Box]]
) -> list[Text]:
    """Less certain, what stands in a cell beside letters that were not read: some of the text is missing."""
    doubted = list(texts)
    for cell in (cell for cells in tables for cell in cells):
        held = [
            i
            for i, piece in enumerate(pieces)
            if cell.left <= piece.x < cell.right and cell.top <= piece.y < cell.bottom
        ]
        if held and unread_in(page, cell, [pieces[i] for i in held]):
            for i in held:
                doubted[i] = replace(texts[i], confidence=min(texts[i].confidence, INCOMPLETE))
    return doubted


def without_strokes(texts: Sequence[Text], tables: Sequence[Sequence[Box]]) -> list[Text]:
    """Without a border's ends that were read as 1 in a cell with more to say."""
    strokes = set[int]()
    for cell in (cell for cells in tables for cell in cells):
        held = [text for text in texts if _holds([cell], text.box)]
        if sum(len(text.text) for text in held) > BESIDE_STROKE:
            strokes |= {id(text) for text in held if text.text in _STROKES}
    return [text for text in texts if id(text) not in strokes]


def in_one_script(texts: Sequence[Text]) -> list[Text]:
    """級 as 级 on a page in simplified characters: so 楷 fonts are read. In a name it stays doubtful."""
    if not mostly_simplified([text.text for text in texts]):
        return list(texts)
    return [_simplified(text) for text in texts]


def _simplified(text: Text) -> Text:
    usual = simplified(text.text)
    if usual == text.text:
        return text
    name = len(usual) <= LONGEST_NAME
    return replace(text, text=usual, confidence=min(text.confidence, GUESSED) if name else text.confidence)


def _beside(piece: Box, tables: Sequence[Sequence[Box]]) -> bool:
    return bool(tables) and not any(_holds(cells, piece) for cells in tables)


def _text(page: Picture, piece: Box, engine: Engine, *, scrawled: bool) -> Text | None:
    top, bottom = max(0, int(piece.top)), math.ceil(piece.bottom)
    left, right = max(0, int(piece.left)), math.ceil(piece.right)
    strip = page[top:bottom, left:right]
    if min(strip.shape[:2]) < 6 or float(strip.max()) - float(strip.min()) < BLANK:
        return None
    row = side_by_side(strip)
    line = _whole(row, engine.read(row), engine)
    doubtful = scrawled or _LATIN.fullmatch(line.text)
    said = line.text.strip(_SPECKS)
    if not said or line.certainty < (LEGIBLE_SCRAWL if doubtful else LEGIBLE):
        return None
    inked = ink_across(strip)
    if inked is not None:  # the detector's boxes are wider by a quarter of a letter or by none
        piece = replace(piece, left=left + inked[0], right=left + inked[1])
    return Text(_set(piece, said), said, line.confidence)


def _whole(strip: Picture, line: Line, engine: Engine) -> Line:
    """The line with as many letters as its ink makes: 武秀兰 on a fax was surely 武秀. Read again, or uncertain."""
    if not _HAN.fullmatch(line.text) or (letters := letters_in(strip)) is None:
        return line
    if letters - len(line.text) < LOST + LOST_OF_EACH * len(line.text):
        return line
    again = engine.read(sharpened(strip))
    if _HAN.fullmatch(again.text) and abs(letters - len(again.text)) < LOST:
        return again
    return replace(line, confidence=min(line.confidence, INCOMPLETE))


def _set(piece: Box, text: str) -> Box:
    """With the room that a full-width mark takes beside its ink: by that it is seen whether a line was full."""
    room = MARK * piece.height
    before = room if text[0] in "“‘（《【" else 0.0
    return replace(
        piece, left=piece.left - before, right=piece.right + (room if text[-1] in "，。、；：！？”’）》】" else 0.0)
    )
