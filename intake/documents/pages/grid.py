"""The lines of a table in a picture, and the page straightened by them, as far as a page can be crooked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from intake.documents.pages.picture import Picture
from intake.documents.pages.pieces import pieces_of

Floats: TypeAlias = NDArray[Any]

TOLERANCE = 9.0  # pixels on a page of picture.AREA within which two lines are the same
LONGEST_SKEW = 12.0  # degrees that a page is turned back by its lines; what is more, by its edges
_PROFILE_SIDE = 700
THICKEST = 11  # pixels of a line across; odd
_MEAN_OVER = 15  # pixels along a line over which it is averaged: bridges dots, drowns noise
_GAP = 31  # pixels of a broken line that are bridged
_CROSSED = (13, 5)  # ... across and down, where another line crosses it: letters' strokes are near to lines down
SHORTEST_ACROSS, SHORTEST_DOWN = 60, 26  # pixels of a line: rows may be low, columns are not that narrow
FAINTEST = 7.0  # grey levels that a line must be darker than its neighbourhood
_LOUD = 10  # times the page's usual depth: a monitor's pattern is everywhere, and a line grew together with it
_MOST_STROKES = 1500
_CORNER = 25.0  # pixels within which two borders meet
_TOO_LONG = 300  # pixels: no letter's stroke, nor several in a row
_ODD = 2.5  # pixels that a line bends unlike its neighbours
_FANNED = 0.5  # of the longest line of text: shorter ones do not show how they lean
_HELD = 0.5  # of a page's lines of text that stand between its table's sides
_UPRIGHT, _FALLEN = 0.02, 0.3  # of its length that a border leans: less is nothing, more is no border
_LETTERS = 0.6  # of a stroke within a line of text


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line as it stands in the picture: along x (or y, for one that goes down), with its place at both ends."""

    start: float
    end: float
    at_start: float
    at_end: float

    @property
    def length(self) -> float:
        return self.end - self.start

    @property
    def at(self) -> float:
        return (self.at_start + self.at_end) / 2

    def spans(self, start: float, end: float) -> bool:
        return self.start <= start + TOLERANCE and self.end >= end - TOLERANCE


def grey_of(picture: Picture) -> Picture:
    return picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.uint8)


def skew_of(grey: Picture) -> float:
    """Degrees by which lines of text or of a table lean, clockwise; of a page lying on its side just the same."""
    scale = _PROFILE_SIDE / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12)
    coarse = max(np.arange(-LONGEST_SKEW, LONGEST_SKEW + 0.1, 1.0), key=lambda angle: _sharpness(ink, angle))
    return float(max(np.arange(coarse - 0.8, coarse + 0.81, 0.2), key=lambda angle: _sharpness(ink, angle)))


def _sharpness(ink: Picture, angle: float) -> float:
    """How much the sums of rows differ from one to the next when the picture is turned back by the angle."""
    height, width = ink.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turned = cv2.warpAffine(ink, turn, (width, height), flags=cv2.INTER_NEAREST)
    rows, columns = (np.diff(turned.sum(axis=axis, dtype=np.float32)) for axis in (1, 0))
    return float(max((rows**2).sum() * width, (columns**2).sum() * height))


def turned_back(picture: Picture, angle: float) -> Picture:
    """The whole picture turned by so many degrees, paper-white where nothing was."""
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    size = (math.ceil(height * sine + width * cosine), math.ceil(height * cosine + width * sine))
    turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    return _as_picture(cv2.warpAffine(picture, turn, size, borderMode=cv2.BORDER_REPLICATE))


def strokes_of(grey: Picture, written: Picture | None = None) -> tuple[list[Stroke], list[Stroke]]:
    """Lines across and lines down. `written` is 1 in the midst of lines of text, 2 where they end above and below.

    Strokes within them are the letters' own.
    """
    down = _across(np.ascontiguousarray(grey.T), SHORTEST_DOWN, None if written is None else written.T)
    return _across(grey, SHORTEST_ACROSS, written), down


def _across(grey: Picture, shortest: int, written: Picture | None) -> list[Stroke]:
    ink = _ink_across(grey, shortest)
    if written is not None:
        ink = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, _CROSSED[shortest == SHORTEST_DOWN]), np.uint8))
        ink = _without_letters(ink, written, 2 * shortest if shortest == SHORTEST_DOWN else 0)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, _GAP), np.uint8))
    labels, stats = pieces_of(joined)
    sizes = [(i, *size) for i, size in enumerate(stats.tolist()) if i]
    long = sorted((s for s in sizes if s[3] >= shortest and s[5] <= THICKEST * s[3]), key=lambda s: -s[3])
    return [_stroke(labels, size[:5]) for size in long[:_MOST_STROKES]]


def _without_letters(ink: Picture, written: Picture, short: int) -> Picture:
    """A line may cross a text that runs over it, but does not begin and end there.

    Letters' strokes are `short`; where that is 0, what goes on beside a line longer than any stroke is part of it.
    """
    labels, stats = pieces_of(ink)
    lengths, all_of_it = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_AREA]
    inked = ink > 0
    piece, place = labels[inked], written[inked]
    midst, edges = (np.bincount(piece[place == mark], minlength=len(stats)) for mark in (1, 2))
    within = midst + edges
    letters = (midst > _LETTERS * all_of_it) | ((lengths < short) & (within > _LETTERS * all_of_it))
    if not short:
        middles = stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT] / 2
        beside = np.abs(middles[:, None] - middles[lengths > _TOO_LONG][None]) < THICKEST / 2
        letters &= ~beside.any(axis=1)
    kept = (~letters).astype(np.uint8)
    kept[0] = 0
    return _as_picture(kept[labels])


def _ink_across(grey: Picture, shortest: int) -> Picture:
    """What is dark along a row and light above and below it."""
    mean = cv2.blur(grey, (_MEAN_OVER, 1))
    deep = cv2.morphologyEx(mean, cv2.MORPH_BLACKHAT, np.ones((THICKEST, 1), np.uint8))
    noise, deepest = np.percentile(deep[::4, ::4], (50, 99)).tolist()
    least = max(FAINTEST, 0.2 * deepest, _LOUD * noise)
    ink = cv2.dilate(
        (deep > least).astype(np.uint8), np.ones((2, 1), np.uint8)
    )  # a line that is not quite level steps from row to row
    return _as_picture(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, shortest - _MEAN_OVER + 2), np.uint8)))


def _stroke(labels: NDArray[Any], size: Sequence[int]) -> Stroke:
    """Its ends' places, from the first and the last quarter of it."""
    label, x, y, width, height = size
    inside = labels[y : y + height, x : x + width] == label
    quarter = max(1, width // 4)
    middle = [float(np.nonzero(part)[0].mean()) + y for part in (inside[:, :quarter], inside[:, -quarter:])]
    lean = (middle[1] - middle[0]) / max(1, width - quarter)
    return Stroke(x, x + width, middle[0] - lean * quarter / 2, middle[1] + lean * quarter / 2)


def squared(picture: Picture, quads: Floats) -> Picture | None:
    """The picture seen from straight above, by the outermost long lines of its table; None where there is none.

    Lines of text stand at `quads`.
    """
    grey = grey_of(picture)
    written = cv2.fillPoly(np.zeros(grey.shape, np.uint8), [quad.astype(np.int32) for quad in quads], (1,))
    across, down = strokes_of(grey, written)
    frames = (_frame(*_joined(across, down, grey.shape)), _cornered(across, down), _frame(across, down))
    held = [frame for frame in frames if frame and _holds(frame, quads)]
    if not held:
        return None
    frame = max(held, key=lambda frame: _rows_within(across, frame))  # a sheet's edge may lie beside the table
    top, bottom, left, right = frame
    seen = np.array([_meet(h, v) for h, v in ((top, left), (top, right), (bottom, right), (bottom, left))], np.float32)
    width = float(np.linalg.norm(seen[1] - seen[0]) + np.linalg.norm(seen[2] - seen[3])) / 2
    height = float(np.linalg.norm(seen[3] - seen[0]) + np.linalg.norm(seen[2] - seen[1])) / 2
    x, y = seen[:, 0].mean() - width / 2, seen[:, 1].mean() - height / 2
    flat = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], np.float32)
    if np.abs(flat - seen).max() < 2.0:  # pixels: straight enough
        return picture
    return _warped(picture, cv2.getPerspectiveTransform(seen, flat))


def _holds(frame: tuple[Stroke, Stroke, Stroke, Stroke], quads: Floats) -> bool:
    """Whether text stands between its sides; else they are stripes beside it, or but one of its columns."""
    _, _, left, right = frame
    middles = quads.mean(axis=1).tolist()
    held = sum(place_of(left, y) < x < place_of(right, y) for x, y in middles)
    return bool(held >= _HELD * len(middles))


def _rows_within(across: Sequence[Stroke], frame: tuple[Stroke, Stroke, Stroke, Stroke]) -> int:
    """How many lines go from its left side to its right one."""
    _, _, left, right = frame
    return sum(_reaches(row, left, starts=True) and _reaches(row, right, starts=False) for row in across)


def upright(picture: Picture, quads: Floats) -> Picture:
    """With borders beside lines of text, at `quads`, that lean made upright, by the usual lean: a single row shows too little of a table to square it."""
    grey = grey_of(picture)
    _, down = _joined(*strokes_of(grey), grey.shape)
    first, last = float(quads[..., 1].min(initial=math.inf)), float(quads[..., 1].max(initial=-math.inf))
    down = [s for s in down if s.start < last and s.end > first]  # not a monitor's stripes
    leans = [(s.at_end - s.at_start) / s.length for s in down if s.start > _CORNER and s.end < grey.shape[0] - _CORNER]
    lean = float(np.median(leans)) if len(leans) > 1 else 0.0
    if not _UPRIGHT < abs(lean) < _FALLEN:
        return picture
    height, width = grey.shape
    view = np.array([[1, -lean, lean * height / 2], [0, 1, 0]])
    return _as_picture(cv2.warpAffine(picture, view, (width, height), borderMode=cv2.BORDER_REPLICATE))


def _joined(
    across: Sequence[Stroke], down: Sequence[Stroke], shape: tuple[int, ...]
) -> tuple[list[Stroke], list[Stroke]]:
    """Those that end at lines of the other direction, or with the picture, as a table's do; not stripes, not edges."""
    height, width = shape[:2]
    rows = [s for s in across if _ends_at(s, down, width)]
    columns = [s for s in down if _ends_at(s, across, height)]
    return rows, columns


def _ends_at(line: Stroke, others: Sequence[Stroke], edge: int) -> bool:
    for end, at in ((line.start, line.at_start), (line.end, line.at_end)):
        if _CORNER < end < edge - _CORNER and not any(
            o.start - _CORNER <= at <= o.end + _CORNER and abs(place_of(o, at) - end) <= _CORNER for o in others
        ):
            return False
    near = (
        (o, (o.start - _CORNER, o.end + _CORNER)) for o in others if line.start - _CORNER <= o.at <= line.end + _CORNER
    )
    return any(low <= place_of(line, o.at) <= high for o, (low, high) in near)


def place_of(line: Stroke, along: float) -> float:
    return line.at_start + (line.at_end - line.at_start) * (along - line.start) / max(line.length, 1.0)


def _frame(across: Sequence[Stroke], down: Sequence[Stroke]) -> tuple[Stroke, Stroke, Stroke, Stroke] | None:
    """Top, bottom, left and right line of the table: of the long ones the outermost, where they enclose something."""
    rows = _long(across)
    columns = _long(down)
    if len(rows) < 2 or len(columns) < 2:
        return None
    top, bottom = min(rows, key=lambda s: s.at), max(rows, key=lambda s: s.at)
    left, right = min(columns, key=lambda s: s.at), max(columns, key=lambda s: s.at)
    if bottom.at - top.at < 0.15 * bottom.length or right.at - left.at < 0.15 * right.length:
        return None
    return top, bottom, left, right


def _cornered(across: Sequence[Stroke], down: Sequence[Stroke]) -> tuple[Stroke, Stroke, Stroke, Stroke] | None:
    """The same, by where most lines across begin and end: at no crease, and at the sheet's edges but creases do."""
    sides = []
    for starts in (True, False):
        held = [[row for row in across if _reaches(row, column, starts=starts)] for column in down]
        best = max(range(len(down)), key=lambda i: (len(held[i]), down[i].at if starts else -down[i].at), default=None)
        if best is None:
            return None
        sides.append((down[best], held[best]))
    (left, from_left), (right, to_right) = sides
    rows = [row for row in from_left if row in to_right]
    if len(rows) < 2:
        return None
    top, bottom = min(rows, key=lambda row: row.at), max(rows, key=lambda row: row.at)
    low = bottom.at - top.at < 0.15 * bottom.length
    return None if low or right.at - left.at < 0.15 * right.length else (top, bottom, left, right)


def _reaches(row: Stroke, column: Stroke, *, starts: bool) -> bool:
    end, at = (row.start, row.at_start) if starts else (row.end, row.at_end)
    return column.start - _CORNER <= at <= column.end + _CORNER and abs(place_of(column, at) - end) <= _CORNER


def _long(strokes: Sequence[Stroke]) -> list[Stroke]:
    longest = max((s.length for s in strokes), default=0.0)
    return [s for s in strokes if s.length > 0.6 * longest and abs(s.at_end - s.at_start) < 0.15 * s.length]


def _meet(across: Stroke, down: Stroke) -> tuple[float, float]:
    """Where the two lines cross, or would if they went on."""
    a = (across.at_end - across.at_start) / across.length
    b = (down.at_end - down.at_start) / down.length
    # y = across.at_start + a (x - across.start) and x = down.at_start + b (y - down.start)
    x = (down.at_start + b * (across.at_start - a * across.start - down.start)) / (1 - a * b)
    return x, across.at_start + a * (x - across.start)


def _warped(picture: Picture, view: NDArray[Any]) -> Picture:
    """Seen through `view`, with all that was in the picture, unless it lies absurdly far out."""
    height, width = picture.shape[:2]
    corners = cv2.perspectiveTransform(
        np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float32), view
    )[0]
    low = np.maximum(corners.min(axis=0), (-0.2 * width, -0.2 * height))
    high = np.minimum(corners.max(axis=0), (1.2 * width, 1.2 * height))
    shift = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]])
    size = (max(1, math.ceil(high[0] - low[0])), max(1, math.ceil(high[1] - low[1])))
    return _as_picture(cv2.warpPerspective(picture, shift @ view, size, borderMode=cv2.BORDER_REPLICATE))


def levelled(picture: Picture, quads: Floats | None = None) -> Picture:
    """The picture with lines that bend or lean made straight: a page that did not lie flat, or was seen from aside.

    The lines are the table's; those of text at `quads`, where they are given and are more than one.
    """
    curves = [] if quads is None else _slopes(quads, picture.shape[1])
    if not curves:
        ink = _ink_across(grey_of(picture), SHORTEST_ACROSS)
        curves = _curves(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((5, _GAP), np.uint8)))
    if not curves or max(float(np.abs(curve).max()) for _, curve in curves) < 3.0:  # pixels
        return picture
    height, width = picture.shape[:2]
    places = np.array([at for at, _ in curves], np.float32)
    bends = np.stack([curve for _, curve in curves])
    y = np.arange(height, dtype=np.float32)
    after = np.searchsorted(places, y).clip(1, max(1, len(places) - 1))
    before = (after - 1).clip(0)
    after = after.clip(0, len(places) - 1)
    span = np.maximum(places[after] - places[before], 1.0)
    share = ((y - places[before]) / span).clip(0, 1)[:, None]
    bend = bends[before] * (1 - share) + bends[after] * share
    x = np.broadcast_to(np.arange(width, dtype=np.float32), (height, width))
    moved = (y[:, None] + bend).astype(np.float32)
    return _as_picture(
        cv2.remap(picture, np.ascontiguousarray(x), moved, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    )


def _slopes(quads: Floats, width: int) -> list[tuple[float, Floats]]:
    """Of long lines of text: the place in the middle of the picture, and how far from it each x is. They fan out evenly."""
    along = quads[:, 1] - quads[:, 0]
    lengths = np.linalg.norm(along, axis=1)
    long = (lengths > _FANNED * lengths.max(initial=1.0)) & (np.abs(along[:, 1]) < 0.2 * np.abs(along[:, 0]))
    if int(long.sum()) < 2:
        return []
    slope = along[long, 1] / along[long, 0]
    middle = (quads[long, 0] + quads[long, 2]) / 2
    places = middle[:, 1] + slope * (width / 2 - middle[:, 0])
    order = np.argsort(places)
    x = np.arange(width, dtype=np.float32) - width / 2
    apart = float(np.ptp(places)) > _GAP  # lines side by side show no fan
    fan = np.polynomial.Polynomial.fit(places[order], slope[order], 1 if apart else 0)
    return [(float(at), (float(fan(at)) * x).astype(np.float32)) for at in (places[order][0], places[order][-1])]


def _curves(ink: Picture) -> list[tuple[float, Floats]]:
    """Of each line that goes most of the way across: its place, and how far from it the line is at each x."""
    height, width = ink.shape
    labels, stats = pieces_of(ink)
    found: list[tuple[float, Floats]] = []
    widest = int(stats[:, cv2.CC_STAT_WIDTH].max())
    for i, (x, y, w, h, _area) in enumerate(stats[1:].tolist(), 1):
        if w < 0.7 * widest or w < 0.25 * width or h > 0.08 * height:
            continue
        inside = labels[y : y + h, x : x + w] == i
        thick = inside.sum(axis=0)
        filled = (thick > 0) & (thick <= np.median(thick[thick > 0]) + 3)  # letters that touch the line are left out
        columns = np.nonzero(filled)[0] + x
        rows = (inside * np.arange(h)[:, None]).sum(axis=0)[filled] / thick[filled] + y
        if columns.size < 0.5 * w:
            continue
        shape = np.polynomial.Polynomial.fit(columns, rows, 4)
        near = np.abs(shape(columns) - rows) < 2.5
        if near.mean() < 0.6:  # no smooth line
            continue
        shape = np.polynomial.Polynomial.fit(columns[near], rows[near], 4)
        if float(np.abs(shape(columns[near]) - rows[near]).mean()) > 1.5:
            continue
        first, last = int(columns[near][0]), int(columns[near][-1]) + 1
        course = shape(np.arange(width).clip(first, last - 1))
        at = float(np.median(course[first:last]))
        found.append((at, (course - at).astype(np.float32)))
    found = _alike(sorted(found, key=lambda curve: curve[0]))
    return [
        curve
        for curve, after in pairwise([*found, (math.inf, np.zeros(1, np.float32))])
        if after[0] - curve[0] > TOLERANCE
    ]


def _alike(curves: list[tuple[float, Floats]]) -> list[tuple[float, Floats]]:
    """Without those that bend unlike the line above and the one below, which agree: letters touch them."""
    kept = curves[:1]
    for i in range(1, len(curves) - 1):
        (_, above), (_, curve), (_, below) = kept[-1], curves[i], curves[i + 1]
        odd = float(np.abs(curve - (above + below) / 2).max())
        if odd < _ODD or odd < 1.5 * float(np.abs(above - below).max()):
            kept.append(curves[i])
    return [*kept, *curves[1:][-1:]]


def _as_picture(pixels: object) -> Picture:
    return np.ascontiguousarray(pixels, np.uint8)


def levelled_roughly(picture: Picture) -> Picture:
    """Good enough to see whether there is a grid; enlarged to the sizes that lines are looked for with."""
    grey = grey_of(picture)
    return turned_back(grey, skew_of(grey))
