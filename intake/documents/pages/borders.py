"""The borders of a straightened page's table: which of the lines on it are its own."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from intake.documents.pages.creases import CORNER, sides_of, within_sheet, without_folds
from intake.documents.pages.grid import SHORTEST_ACROSS, TOLERANCE, Stroke, place_of, strokes_of
from intake.documents.pages.picture import Picture
from intake.documents.pages.ruling import Box, Rule
from intake.documents.pages.tracing import traced

OPEN = 40  # pixels that both sides of a table go on beyond its first or last line, where that one is missing
OUTER = 0.8  # of the longest line: the table's width
MARGINS = 2  # sides that a sheet's edges may be as well, or two letters' strokes: more are a table's
LEANING = 5.0  # pixels from end to end
COMPANY, ALIKE = 3, 0.03  # lines that lean nearly as much; difference of their slopes
LOOKS = 2  # a faint side that is drawn on to the table's end shows to where the lines that meet it go


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
    for _ in range(LOOKS):
        across, down = traced(grey, across, down, texts), traced(grey.T, down, across, turned)
    down = within_sheet(down, across, texts)
    across = without_folds(across, down)
    down = without_folds(down, across, texts)
    if left_open := _left_open(across, down, texts):
        across += left_open
        down = traced(grey.T, down, across, turned)  # in a low row letters stand right on the borders of the next one
    down = [trimmed for s in down if (trimmed := _trimmed(s, across, height))]
    across = [s for s in across if s.length > 4 * SHORTEST_ACROSS or _held(s.start, s.at, down, width)]
    down = [s for s in down if _trimmed(s, across, height)]  # a seal's ring above the table held some
    across = _no_wider(across, down, width)
    rules = [Rule(s.start, s.at - 1, s.end, s.at + 1) for s in across]
    return rules + [Rule(s.at - 1, s.start, s.at + 1, s.end) for s in down]


def _left_open(across: Sequence[Stroke], down: Sequence[Stroke], texts: Sequence[Box]) -> list[Stroke]:
    """The first and the last line of a table that is open there: a row that goes on on the page before or after.

    Some programs draw no border at a page's end, and a photograph may end before the row does.
    """
    held = [(line, sides) for line in across if all(sides := sides_of(line, down))]
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
    """The first and the last line of a page that holds nothing but the midst of one long row: text from side to side.

    A screenshot may show two such pages, of one of them a few lines only, and a window around them.
    """
    longest = max((side.length for side in down), default=0.0)
    found: list[Stroke] = []
    for sides in _alike(down):
        left, right = min(side.at for side in sides), max(side.at for side in sides)
        start, end = max(side.start for side in sides), min(side.end for side in sides)
        held = [box for box in texts if start < box.y < end]
        surely_sides = len(sides) > MARGINS or (len(sides) == MARGINS and 3 * (end - start) > 2 * longest)
        if not (held and surely_sides):
            continue
        first = min(box.left for box in held)
        column = max((side.at for side in sides if side.at - CORNER < first), default=-math.inf)  # after a label's
        if first < column + OPEN and max(box.right for box in held) < right + CORNER:
            found += [Stroke(left, right, at, at) for at in (start, end)]
    return found


def _no_wider(across: Sequence[Stroke], down: Sequence[Stroke], width: int) -> list[Stroke]:
    """Without what of a line from edge to edge of the picture, a window's, lies beyond a table that ends within it."""
    near = 1.5 * TOLERANCE
    held = [line for line in across if all(sides_of(line, down)) and near < line.start and line.end < width - near]
    left, right = (
        min((line.start for line in held), default=0.0),
        max((line.end for line in held), default=float(width)),
    )
    return [
        Stroke(left, right, place_of(line, left), place_of(line, right))
        if held and line.start < near and line.end > width - near
        else line
        for line in across
    ]


def _alike(lines: Sequence[Stroke]) -> list[list[Stroke]]:
    """Those that begin and end together."""
    groups: list[list[Stroke]] = []
    for line in sorted(lines, key=lambda line: -line.length):
        for group in groups:
            if abs(group[0].start - line.start) < OPEN and abs(group[0].end - line.end) < OPEN:
                group.append(line)
                break
        else:
            groups.append([line])
    return groups


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
