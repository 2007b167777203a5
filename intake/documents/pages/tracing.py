"""Which pieces of a table's lines are really drawn: each is asked of the picture itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from intake.documents.pages.grid import FAINTEST, THICKEST, TOLERANCE, Stroke, place_of
from intake.documents.pages.picture import Picture
from intake.documents.pages.ruling import Box

Depths: TypeAlias = NDArray[Any]  # grey levels by which each pixel is darker than what is beside it, across a line

RUNS_OVER = 8.0  # pixels of a text on either side of a line
ASTRAY = 4  # pixels that a line may lie beside its place
JOINT = 6  # pixels around a line that crosses: its own darkness
CORE = 0.15  # of the height of a text's box above and below its letters
DIM = 0.4  # of a line's usual depth: what is less is not drawn
LOUD = 1.7  # times the page's noise: a monitor's own pattern draws no borders
CLOSE, AMONG = 6, 0.2  # pixels beside a border that letters leave empty; a share of their height that shows them
LEAST_ROOM = 6  # pixels of a piece that no letter covers
DRAWN, NOT_DRAWN = 0.9, 0.55  # of a piece that is dark, where it surely is a border, or is none
BARE = 0.1  # of a piece beside letters that is dark, where letters are all there is


def traced(grey: Picture, lines: Sequence[Stroke], crossing: Sequence[Stroke], texts: Sequence[Box]) -> list[Stroke]:
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
