"""Creases of a sheet and its edges, which look like borders of the table on it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from intake.documents.pages.grid import TOLERANCE, Stroke, place_of
from intake.documents.pages.ruling import Box
from intake.documents.pages.tracing import ASTRAY, RUNS_OVER

CORNER = 15.0  # pixels
FAR = 80.0  # pixels beyond the table that nothing of its own goes on for
LINES_THROUGH = 4  # texts of one cell that a crease runs through
NEARLY_ALL = 0.7  # of the cell's texts; fewer are two cells' texts seen as one


def within_sheet(down: Sequence[Stroke], across: Sequence[Stroke], texts: Sequence[Box]) -> list[Stroke]:
    """Without the sheet's edges: nothing is written between them and the table's sides, where most of its lines end."""
    kept = list(down)
    for starts in (True, False):
        outward = -1 if starts else 1
        ends = [line.start if starts else line.end for line in across]
        while kept:
            edge = max(outward * line.at for line in kept)
            rest = [line for line in kept if outward * line.at < edge - CORNER]
            side = max((outward * line.at for line in rest), default=edge)
            low, high = sorted((outward * edge, outward * side))
            written = any(box.right > low + CORNER and box.left < high - CORNER for box in texts)
            at_edge, at_side = (sum(abs(end - outward * at) < CORNER for end in ends) for at in (edge, side))
            if not rest or written or at_edge >= at_side:
                break
            kept = rest
    return kept


def without_folds(lines: Sequence[Stroke], crossing: Sequence[Stroke], texts: Sequence[Box] = ()) -> list[Stroke]:
    """Without creases: they go beyond the table, so beyond those lines that begin and end at such lines as they are.

    Of a crease down the page the pieces stay that part two `texts`: the middle of the sheet is a border of many a row.
    """
    held = [line for line in crossing if all(sides_of(line, lines))]
    sides = [side for line in held for ends in sides_of(line, lines) for side in ends]
    if not sides:
        return list(lines)
    reach = {line: _reach(line, lines) for line in lines}
    rows = sorted(line.at for line in held)
    through = [line.at for line in lines if _runs_through_text(line, rows, lines, texts)]
    low, high = (median(reach[side][end] for side in sides) for end in (0, 1))  # a table may be open at a page's ends

    def uncreased(line: Stroke) -> list[Stroke]:
        met = [other.at for other in held if other.start - TOLERANCE <= line.at <= other.end + TOLERANCE]
        first, last = min((low, *met)), max((high, *met))
        start, end = reach[line]
        both = start < first - 3 * TOLERANCE and end > last + 3 * TOLERANCE
        runs_out = (start < first - FAR and not _ends_at(line.at, start, crossing)) or (
            end > last + FAR and not _ends_at(line.at, end, crossing)
        )
        in_text = any(abs(line.at - at) <= TOLERANCE for at in through)
        if not (met and (both or runs_out or in_text)):
            return [line]
        if not _ends_columns(line, held, first, last):
            return _parting(line, sorted(met), lines, texts)
        return [replace(line, start=max(line.start, first), end=min(line.end, last))]

    return [kept for line in lines for kept in uncreased(line)]


def _parting(crease: Stroke, rows: Sequence[float], lines: Sequence[Stroke], texts: Sequence[Box]) -> list[Stroke]:
    """Its pieces in rows where, between the borders on either side, texts stand beside it, and none across it."""
    found: list[Stroke] = []
    for top, bottom, held in _beside(crease, rows, lines, texts):
        before, after = ([box for box in held if (box.x > crease.at) == beyond] for beyond in (False, True))
        if before and after:
            apart = min(box.left for box in after) - max(box.right for box in before)
            across = any(box.left + RUNS_OVER < crease.at < box.right - RUNS_OVER for box in held)
            if apart > 0 and not across:  # a text that a crease has cut in two is not
                found.append(replace(crease, start=top, end=bottom))
    return found


def _runs_through_text(line: Stroke, rows: Sequence[float], lines: Sequence[Stroke], texts: Sequence[Box]) -> bool:
    """Whether nearly all lines of a story go on through it, letters and all: a crease, though it ends with the table."""
    for _, _, held in _beside(line, rows, lines, texts):
        across = [box for box in held if box.left + box.height < line.at < box.right - box.height]
        if len(across) >= max(LINES_THROUGH, NEARLY_ALL * len(held)):
            return True
    return False


def _beside(
    line: Stroke, rows: Sequence[float], lines: Sequence[Stroke], texts: Sequence[Box]
) -> Iterator[tuple[float, float, list[Box]]]:
    """Top and bottom of each row that it goes through, and the texts there between the borders on either side."""
    for top, bottom in pairwise(rows):
        y = (top + bottom) / 2
        if not line.start < y < line.end:
            continue
        sides = [other.at for other in lines if other.start < y < other.end and abs(other.at - line.at) > TOLERANCE]
        left = max((at for at in sides if at < line.at), default=-math.inf)
        right = min((at for at in sides if at > line.at), default=math.inf)
        yield top, bottom, [box for box in texts if top < box.y < bottom and left < box.x < right]


def _ends_columns(line: Stroke, crossing: Iterable[Stroke], first: float, last: float) -> bool:
    """Whether more columns end at a crease than go on through it: then a border lies in it."""
    inner = [other for other in crossing if first + CORNER < other.at < last - CORNER]
    above = {other.at for other in inner if other.start < line.at - CORNER <= other.end}
    below = {other.at for other in inner if other.start <= line.at + CORNER < other.end}
    through = [at for at in above if any(abs(at - other) < CORNER for other in below)]
    return len(above) + len(below) - 2 * len(through) > len(through)


def _reach(line: Stroke, lines: Sequence[Stroke]) -> tuple[float, float]:
    """From where to where it goes, with the pieces that follow on, each from where the last one ended: a crease leans."""
    start, end = line.start, line.end
    place = line.at_end
    for piece in sorted(lines, key=lambda piece: piece.start):
        if start <= piece.start <= end + FAR and piece.end > end and abs(piece.at_start - place) <= ASTRAY:
            end, place = piece.end, piece.at_end
    place = line.at_start
    for piece in sorted(lines, key=lambda piece: -piece.end):
        if start - FAR <= piece.end <= end and piece.start < start and abs(piece.at_end - place) <= ASTRAY:
            start, place = piece.start, piece.at_start
    return start, end


def sides_of(line: Stroke, down: Sequence[Stroke]) -> list[list[Stroke]]:
    """The borders that it begins and ends at."""
    near = 1.5 * TOLERANCE
    met = [side for side in down if side.start - near <= line.at <= side.end + near]
    return [[side for side in met if abs(side.at - corner) < CORNER] for corner in (line.start, line.end)]


def _ends_at(at: float, end: float, crossing: Iterable[Stroke]) -> bool:
    """Whether one that crosses it, or meets it there, is where a line at that place ends."""
    near = 1.5 * TOLERANCE
    return any(abs(place_of(o, at) - end) <= near and o.start - near <= at <= o.end + near for o in crossing)
