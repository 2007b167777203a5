"""Screenshots of a long page: without the window around it, and what two of them show is there once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import TypeAlias

from intake.documents.pages.ruling import Box, Text, around
from intake.documents.pages.stacking import Sheet

Held: TypeAlias = Callable[[Sheet], Sequence[Text]]  # those of its texts that are the page's

LEAST = 2  # lines that both show
LETTERS = 4  # of such a line
HALF = 1.8  # em: a line that is cut in half by a picture's edge, or was read in one of them only
WINDOW = 4  # words of a window; of two forms the headings stand at one place
BARS = 0.2  # of a picture's height, above and below, where they are
PLACE = 0.005  # of a picture's height
GAP = 4.0  # em from a page's table to the next one's: the margins of both, at least
OWN = 3  # lines at least that only one of them shows: else both are the same page


def once(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets, those that overlap as one."""
    joined: list[Sheet] = []
    for sheet in sheets:
        ways = (_joined(joined[-1], sheet, held) for held in (_beside_tables, _below_tables)) if joined else ()
        whole = next(filter(None, ways), None)
        if whole is None:
            joined.append(sheet)
        else:
            joined[-1] = whole
    return joined


def without_window(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets without a window's menus, a telephone's bars: what says the same at one place on several of them.

    Between those and the picture's edge is nothing of the page either: 20:32, 页面: 1/2.
    """
    around_tables = [[text for text in sheet.texts if not _in_table(text, sheet)] for sheet in sheets]
    places = [
        {(text.text, round(text.box.y / sheet.height, 2)) for text in outer}
        for sheet, outer in zip(sheets, around_tables, strict=True)
    ]
    return [
        _bare(sheet, outer, set().union(*places[:i], *places[i + 1 :]))
        for i, (sheet, outer) in enumerate(zip(sheets, around_tables, strict=True))
    ]


def _bare(sheet: Sheet, outer: Sequence[Text], elsewhere: set[tuple[str, float]]) -> Sheet:
    def is_there(text: Text) -> bool:
        place = text.box.y / sheet.height
        return any((text.text, round(place + shift, 2)) in elsewhere for shift in (-PLACE, 0.0, PLACE))

    window = [text for text in outer if is_there(text)]
    if len({text.text for text in window}) < WINDOW:
        return sheet
    head = max((t.box.bottom for t in window if t.box.bottom < BARS * sheet.height), default=0.0)
    foot = min((t.box.top for t in window if t.box.top > (1 - BARS) * sheet.height), default=sheet.height)
    gone = {id(text) for text in (*window, *(t for t in outer if t.box.y < head or t.box.y > foot))}
    return replace(sheet, texts=[text for text in sheet.texts if id(text) not in gone])


def _in_table(text: Text, sheet: Sheet) -> bool:
    edges = (around(cells) for cells in sheet.tables)
    return any(edge.left < text.box.x < edge.right and edge.top < text.box.y < edge.bottom for edge in edges)


def page_by_page(sheets: Sequence[Sheet]) -> list[Sheet]:
    """A long screenshot's pages, each a sheet: a table that goes on below the gap between two is one, as on paper."""
    return [page for sheet in sheets for page in _pages(sheet)]


def _pages(sheet: Sheet) -> list[Sheet]:
    tables = sorted(sheet.tables, key=lambda cells: around(cells).top)
    ends = [
        (around(above).bottom, around(below).top) for above, below in pairwise(tables) if _goes_on(above, below, sheet)
    ]
    edges = [0.0, *((end + start) / 2 for end, start in ends), math.inf]
    return [
        replace(
            sheet,
            texts=[text for text in sheet.texts if top <= text.box.y < bottom],
            tables=[cells for cells in sheet.tables if top <= around(cells).y < bottom],
        )
        for top, bottom in pairwise(edges)
    ]


def _goes_on(above: Sequence[Box], below: Sequence[Box], sheet: Sheet) -> bool:
    end, start = around(above).bottom, around(below).top
    between = any(end < text.box.y < start for text in sheet.texts)
    return start - end > GAP * sheet.em and not between and _as_wide(around(above), around(below), sheet.em)


def _joined(above: Sheet, below: Sheet, held: Held) -> Sheet | None:
    """Both as one; None where the last lines of `above` are not the first of `below`."""
    shared = _shared(held(above), held(below), above.em)
    if len(shared) < LEAST:
        return None
    em = above.em
    shift = median(one.box.y - other.box.y for one, other in shared)
    first = min(one.box.y for one, _ in shared)
    last, cut = max((one.box.y, one.box.bottom) for one, _ in shared)
    late = [text for text in held(above) if text.box.y > last + HALF * em]
    early = [text for text in held(below) if text.box.y + shift < first - HALF * em]
    before = [text for text in held(above) if text.box.y < first - em / 2]
    after = [text for text in held(below) if text.box.y + shift > last + em / 2]
    if late or early or len(before) < OWN or len(after) < OWN:
        return None
    lowered = [replace(text, box=_lowered(text.box, shift)) for text in below.texts]
    texts = [text for text in above.texts if text.box.y <= cut] + [text for text in lowered if text.box.y > cut]
    tables = _tables(above.tables, [[_lowered(cell, shift) for cell in cells] for cells in below.tables], cut, em)
    return Sheet(below.height + shift, em, texts, tables)


def _shared(above: Sequence[Text], below: Sequence[Text], em: float) -> list[tuple[Text, Text]]:
    """Lines of both that say the same, by the distance at which most do."""
    said = {text.text: text for text in below if len(text.text) >= LETTERS}
    pairs = [(text, said[text.text]) for text in above if text.text in said]
    pairs = [
        (one, other)
        for one, other in pairs
        if abs(one.box.left - other.box.left) < em and one.box.y - other.box.y > OWN * em
    ]

    def alike(ways: float) -> list[tuple[Text, Text]]:
        return [(one, other) for one, other in pairs if abs(one.box.y - other.box.y - ways) < em / 2]

    return max((alike(one.box.y - other.box.y) for one, other in pairs), key=len, default=[])


def _beside_tables(sheet: Sheet) -> Sequence[Text]:
    """Texts in the page's tables: around them a program's window has its own. All, where there is no table."""
    edges = [around(cells) for cells in sheet.tables]
    held = [t for t in sheet.texts if any(edge.top < t.box.y < edge.bottom for edge in edges)]
    return held if edges else sheet.texts


def _below_tables(sheet: Sheet) -> Sequence[Text]:
    """Texts above and below them, too: of a story's cell that a window cuts off the upper border is not seen."""
    edges = [around(cells) for cells in sheet.tables]
    return [t for t in sheet.texts if any(edge.left < t.box.x < edge.right for edge in edges)]


def _tables(
    above: Sequence[Sequence[Box]], below: Sequence[Sequence[Box]], cut: float, em: float
) -> list[Sequence[Box]]:
    """Those above the cut and those below it; the one that it goes through is one."""
    one = next((cells for cells in above if around(cells).top < cut < around(cells).bottom + em), None)
    other = next((cells for cells in below if cut < around(cells).bottom), None)
    if other and cut < around(other).top - em and not (one and _as_wide(around(one), around(other), em)):
        other = None
    whole = [cells for cells in above if cells is not one and around(cells).top < cut]
    whole += [cells for cells in below if cells is not other and around(cells).top > cut]
    if one is None or other is None:
        return whole + [cells for cells in (one, other) if cells is not None]
    rest = [cell for cell in other if cell.bottom > cut + em / 2]
    kept = [_grown(cell, rest, cut, em) for cell in one if cell.top < cut - em / 2]
    fresh = [cell for cell in rest if not any(_holds(own, cell) for own in kept)]
    return [*whole, [*kept, *fresh]]


def _as_wide(one: Box, other: Box, em: float) -> bool:
    return abs(one.left - other.left) < em and abs(one.right - other.right) < em


def _grown(cell: Box, rest: Sequence[Box], cut: float, em: float) -> Box:
    """A cell that the cut goes through, to its end on the picture below."""
    if cell.bottom < cut - em / 2:
        return cell
    under = [other for other in rest if other.left < (cell.left + cell.right) / 2 < other.right]
    whole = next((other for other in under if other.top < cut + em / 2), None)
    following = min((other.top for other in under), default=cell.bottom)
    return replace(cell, bottom=whole.bottom if whole else max(cut, following))


def _holds(cell: Box, other: Box) -> bool:
    return cell.left < other.x < cell.right and cell.top < other.y < cell.bottom


def _lowered(box: Box, shift: float) -> Box:
    return replace(box, top=box.top + shift, bottom=box.bottom + shift)
