"""The borders of a straightened page's table: which lines are its own, and which pieces of them are really drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from intake.documents.pages.grid import FAINTEST, SHORTEST_ACROSS, THICKEST, TOLERANCE, Stroke, place_of, strokes_of
from intake.documents.pages.picture import Picture
from intake.documents.pages.ruling import Box, Rule

Depths: TypeAlias = NDArray[Any]  # grey levels by which each pixel is darker than what is beside it, across a line

ASTRAY = 4  # pixels that a line may lie beside its place
JOINT = 6  # pixels around a line that crosses: its own darkness
RUNS_OVER = 8.0  # pixels of a text on either side of a line
CORE = 0.15  # of the height of a text's box above and below its letters
DIM = 0.4  # of a line's usual depth: what is less is not drawn
OPEN = 40  # pixels that both sides of a table go on beyond its first or last line, where that one is missing
OUTER = 0.8  # of the longest line: the table's width
CORNER = 15.0  # pixels
LEANING = 5.0  # pixels from end to end
COMPANY, ALIKE = 3, 0.03  # lines that lean nearly as much; difference of their slopes
FAR = 80.0  # pixels beyond the table that nothing of its own goes on for
LOUD = 1.7  # times the page's noise: a monitor's own pattern draws no borders
CLOSE, AMONG = 6, 0.2  # pixels beside a border that letters leave empty; a share of their height that shows them
LEAST_ROOM = 6  # pixels of a piece that no letter covers
LINES_THROUGH, NEARLY_ALL = (
    4,
    0.7,
)  # texts of one cell that a crease runs through; more than two cells' texts seen as one
DRAWN, NOT_DRAWN = 0.9, 0.55  # of a piece that is dark, where it surely is a border, or is none

_LOOKS = 2  # a faint side that is drawn on to the table's end shows to where the lines that meet it go
BARE = 0.1  # of a piece beside letters that is dark, where letters are all there is


def rules_of(grey: Picture, texts: Sequence[Box] = ()) -> list[Rule]:
    """The lines of a straightened page that are part of a table: those down end at those across.

    `texts` is where lines of text are: strokes within them are the letters' own.
    """
    height, width = grey.shape
    written = np.zeros((height, width), np.uint8)
    for mark, inner in ((2, 0.0), (1, 0.12)):
        for box in texts:
            top, bottom = max(0, int(box.top + inner * box.height)), int(box.bottom - inner * box.height)
            written[top:bottom, max(0, int(box.left)) : int(box.right)] = mark
    across, down = (level_ones(strokes) for strokes in strokes_of(grey, written))
    turned = [Box(box.top, box.left, box.bottom, box.right) for box in texts]
    for _ in range(_LOOKS):
        across, down = drawn(grey, across, down, texts), drawn(grey.T, down, across, turned)
    down = _within_sheet(down, across, texts)
    across = _without_folds(across, down)
    down = _without_folds(down, across, texts)
    if left_open := _left_open(across, down, texts):
        across += left_open
        down = drawn(grey.T, down, across, turned)  # in a low row letters stand right on the borders of the next one
    down = [trimmed for s in down if (trimmed := _trimmed(s, across, height))]
    across = [s for s in across if s.length > 4 * SHORTEST_ACROSS or _held(s.start, s.at, down, width)]
    down = [s for s in down if _trimmed(s, across, height)]  # a seal's ring above the table held some
    rules = [Rule(s.start, s.at - 1, s.end, s.at + 1) for s in across]
    return rules + [Rule(s.at - 1, s.start, s.at + 1, s.end) for s in down]


def _left_open(across: Sequence[Stroke], down: Sequence[Stroke], texts: Sequence[Box]) -> list[Stroke]:
    """The first and the last line of a table that is open there: a row that goes on on the page before or after.

    Some programs draw no border at a page's end, and a photograph may end before the row does.
    """
    held = [(line, sides) for line in across if all(sides := _sides(line, down))]
    longest = max((line.length for line, _ in held), default=0.0)
    held = [(line, sides) for line, sides in held if line.length > OUTER * longest]
    if not held:
        return _around_all(down, texts)
    found: list[Stroke] = []
    line, sides = min(held, key=lambda one: one[0].at)
    start = max(min(side.start for side in ends) for ends in sides)
    if start < line.at - OPEN:
        found.append(Stroke(line.start, line.end, start, start))
    line, sides = max(held, key=lambda one: one[0].at)
    end = min(max(side.end for side in ends) for ends in sides)
    if end > line.at + OPEN:
        found.append(Stroke(line.start, line.end, end, end))
    return found


def _around_all(down: Sequence[Stroke], texts: Sequence[Box]) -> list[Stroke]:
    """The first and the last line of a page that holds nothing but the midst of one long row: text from side to side."""
    long = [side for side in down if 3 * side.length > 2 * max(other.length for other in down)]
    if len(long) < 2 or not texts:
        return []
    left, right = min(long, key=lambda side: side.at), max(long, key=lambda side: side.at)
    first = min(box.left for box in texts)
    inside = left.at - CORNER < first < left.at + OPEN and max(box.right for box in texts) < right.at + CORNER
    ends = (max(left.start, right.start), min(left.end, right.end))
    alike = abs(left.start - right.start) < OPEN and abs(left.end - right.end) < OPEN
    return [Stroke(left.at, right.at, end, end) for end in ends] if inside and alike else []


def _sides(line: Stroke, down: Sequence[Stroke]) -> list[list[Stroke]]:
    """The borders that it begins and ends at."""
    near = 1.5 * TOLERANCE
    met = [side for side in down if side.start - near <= line.at <= side.end + near]
    return [[side for side in met if abs(side.at - corner) < CORNER] for corner in (line.start, line.end)]


def level_ones(lines: Sequence[Stroke]) -> list[Stroke]:
    """Without a stamp's edges and a seal's strokes, which lean by themselves: of a bent sheet all borders do."""
    level = [line for line in lines if _lean(line) <= max(TOLERANCE, 0.03 * line.length)]
    leaning = [line for line in level if _lean(line) > max(LEANING, 0.03 * line.length)]
    alone = [one for one in leaning if sum(abs(_slope(one) - _slope(o)) < ALIKE for o in level) <= COMPANY]
    return [line for line in level if line not in alone]


def _lean(line: Stroke) -> float:
    return abs(line.at_end - line.at_start)


def _slope(line: Stroke) -> float:
    return (line.at_end - line.at_start) / max(line.length, 1.0)


def _trimmed(line: Stroke, others: Sequence[Stroke], edge: int) -> Stroke | None:
    """The line as far as others hold it: a letter's stroke below the table may have been taken for its end."""
    near = 1.5 * TOLERANCE
    met = [o.at for o in others if o.start - near <= line.at <= o.end + near]
    met = [at for at in met if line.start - near <= at <= line.end + near]
    met += [end for end in (line.start, line.end) if end < near or end > edge - near]
    if not met or max(met) - min(met) < 2 * TOLERANCE:
        return None
    return Stroke(min(met), max(met), line.at_start, line.at_end)


def _held(end: float, at: float, others: Sequence[Stroke], edge: int) -> bool:
    """Whether a line's end lies on one of the others, or the picture ends there."""
    near = 1.5 * TOLERANCE
    if end < near or end > edge - near:
        return True
    return any(abs(end - o.at) <= near and o.start - near <= at <= o.end + near for o in others)


def _ends_at(at: float, end: float, crossing: Iterable[Stroke]) -> bool:
    """Whether one that crosses it, or meets it there, is where a line at that place ends."""
    near = 1.5 * TOLERANCE
    return any(abs(place_of(o, at) - end) <= near and o.start - near <= at <= o.end + near for o in crossing)


def _within_sheet(down: Sequence[Stroke], across: Sequence[Stroke], texts: Sequence[Box]) -> list[Stroke]:
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


def _without_folds(lines: Sequence[Stroke], crossing: Sequence[Stroke], texts: Sequence[Box] = ()) -> list[Stroke]:
    """Without creases: they go beyond the table, so beyond those lines that begin and end at such lines as they are.

    Of a crease down the page the pieces stay that part two `texts`: the middle of the sheet is a border of many a row.
    """
    held = [line for line in crossing if all(_sides(line, lines))]
    sides = [side for line in held for ends in _sides(line, lines) for side in ends]
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


def drawn(grey: Picture, lines: Sequence[Stroke], crossing: Sequence[Stroke], texts: Sequence[Box]) -> list[Stroke]:
    """The lines with each piece between two that cross them asked of the picture itself: letters do not reach that far.

    A letter's stroke right between the ends of two borders seemed to join them, and a border close beside letters
    seemed to be one of theirs: names were cut in two, or grew together with the next label.
    """
    deep = cv2.morphologyEx(np.ascontiguousarray(grey), cv2.MORPH_BLACKHAT, np.ones((THICKEST, 1), np.uint8))
    noise = float(np.median(cv2.dilate(deep, np.ones((2 * ASTRAY + 1, 1), np.uint8))[::8, ::8]))
    found: list[Stroke] = []
    for group in _groups(lines):
        at = median(line.at for line in group)
        usual = median(float(np.median(_depths(deep, line, line.start, line.end))) for line in group)
        least = max(FAINTEST, DIM * usual, LOUD * noise)
        for start, end in pairwise(_joints(at, crossing)):
            line = next((line for line in group if _covers(line, start, end)), None)
            piece = (
                Stroke(start, end, place_of(line, start), place_of(line, end)) if line else Stroke(start, end, at, at)
            )
            seen = _seen(deep, piece, texts, least)
            if line and seen is False:
                group = [rest for one in group for rest in _without(one, start, end)]  # noqa: PLW2901
            elif not (line and line.spans(start, end)) and (seen or (seen is None and _bridged(group, start, end))):
                found.append(piece)
        found += group
    return found


def _groups(lines: Iterable[Stroke]) -> list[list[Stroke]]:
    """Those at the same place: pieces of one border."""
    groups: list[list[Stroke]] = []
    for line in sorted(lines, key=lambda line: line.at):
        if groups and line.at - groups[-1][0].at <= TOLERANCE:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _joints(at: float, crossing: Iterable[Stroke]) -> list[float]:
    """Where other lines cross or meet one at that place."""
    near = 1.5 * TOLERANCE
    return sorted(place_of(line, at) for line in crossing if line.start - near <= at <= line.end + near)


def _covers(line: Stroke, start: float, end: float) -> bool:
    return min(line.end, end) - max(line.start, start) > 0.6 * (end - start)


def _bridged(group: Iterable[Stroke], start: float, end: float) -> bool:
    """Whether most of the piece was found, if in parts: a fax loses a line of dots here and there."""
    return sum(max(0.0, min(line.end, end) - max(line.start, start)) for line in group) > 0.6 * (end - start)


def _without(line: Stroke, start: float, end: float) -> list[Stroke]:
    """What is left of the line on either side of a piece."""
    parts = ((line.start, min(line.end, start)), (max(line.start, end), line.end))
    return [Stroke(a, b, place_of(line, a), place_of(line, b)) for a, b in parts if b > a]


def _seen(deep: Depths, piece: Stroke, texts: Iterable[Box], least: float) -> bool | None:
    """Whether the piece is drawn: all along, so where no letters are too. None where that cannot be told."""
    start, end = piece.start + JOINT, piece.end - JOINT
    if end - start < LEAST_ROOM:
        return None
    dark = _depths(deep, piece, start, end) >= least
    along = np.arange(int(start), int(start) + dark.size)
    bare = np.ones(dark.size, np.bool_)
    within = np.zeros(dark.size, np.bool_)  # letters on either side
    runs_over = False
    for box in texts:
        if not (box.top - RUNS_OVER < piece.at < box.bottom + RUNS_OVER and box.left < end and box.right > start):
            continue
        inset = CORE * min(box.width, box.height)
        bare &= (along < box.left + inset) | (along > box.right - inset)
        if box.top + RUNS_OVER < piece.at < box.bottom - RUNS_OVER:
            runs_over = True
            within |= (along > box.left + inset) & (along < box.right - inset)
    share = float(dark.mean())
    # A stroke of 献, from which a seal's ring goes on:
    among = runs_over and _among_letters(deep, piece, along[within], least)
    if among and share <= DRAWN:
        return False
    if runs_over and int(bare.sum()) < LEAST_ROOM:  # from a border to the other end of the letters that stand on it
        return False if share < NOT_DRAWN else None
    beside = float(dark[bare].mean()) if int(bare.sum()) >= LEAST_ROOM else share
    if min(share, beside) > DRAWN:
        return True
    if among or beside < BARE:  # the feet of 工艺工程 stand in a row
        return False
    return False if runs_over and (beside < NOT_DRAWN or share < NOT_DRAWN) else None


def _among_letters(deep: Depths, piece: Stroke, along: NDArray[np.int64], least: float) -> bool:
    """Whether letters stand close by on both sides of it: beside a border they leave some room."""
    if not along.size:
        return False
    at = round(piece.at)
    before, after = (deep[max(0, low) : max(0, low + CLOSE), along] for low in (at - ASTRAY - CLOSE, at + ASTRAY + 1))
    return all(side.size > 0 and float((side >= least).any(axis=0).mean()) > AMONG for side in (before, after))


def _depths(deep: Depths, line: Stroke, start: float, end: float) -> Depths:
    """How dark it is along the line, at each pixel."""
    along = np.arange(max(0, int(start)), min(deep.shape[1], max(int(end), int(start) + 1)))
    lean = (line.at_end - line.at_start) / max(line.length, 1.0)
    places = np.rint(line.at_start + lean * (along - line.start)).astype(np.int64)
    beside = np.arange(-ASTRAY, ASTRAY + 1)[:, None]
    return np.asarray(deep[(places[None] + beside).clip(0, deep.shape[0] - 1), along[None]].max(axis=0))
