"""Ink in a page's cells: where letters stand, and whether some stand where none were read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from intake.documents.pages.grid import TOLERANCE, grey_of
from intake.documents.pages.picture import Picture
from intake.documents.pages.ruling import Box

_LETTER = (12, 90)  # pixels of a character's height
_TRACE = 0.01  # of a row's pixels: dirt
_BLANK = 0.45  # of letters' height: a gap between two of them that is a blank
_THIN = 9  # pixels of a border, across
_FIELD = 0.85  # of a line's box, which is higher than its letters: a blank letter's width and more
_BESIDE = 6  # pixels around a line's box in which its letters may end
_MISSED = 40  # pixels of width that were not read, together: more than one letter, or a speck


def ink_in(page: Picture, cell: Box) -> Box | None:
    """Where something of the height of a line stands in the cell, its borders left out."""
    inset = TOLERANCE
    left, right = int(max(0.0, cell.left + inset)), int(cell.right - inset)
    top, bottom = int(max(0.0, cell.top + inset)), int(cell.bottom - inset)
    if right - left < _LETTER[0] or bottom - top < _LETTER[0]:
        return None
    part = grey_of(page[top:bottom, left:right])
    paper = float(np.median(part))
    ink = np.asarray(part < paper - max(30.0, 0.2 * paper), np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    height, width = ink.shape
    marks = [
        (x, y, x + w, y + h)
        for x, y, w, h, area in stats[1:].tolist()
        if area >= 12  # less is dirt
        if min(w, h) > _THIN or (0 < x < width - w and 0 < y < height - h)  # else a border that leans into the cell
    ]
    if not marks:
        return None
    x0, y0, x1, y1 = (f(side) for f, side in zip((min, min, max, max), zip(*marks, strict=True), strict=True))
    if not _LETTER[0] <= y1 - y0 <= _LETTER[1]:
        return None
    room = 0.15 * (y1 - y0)
    return Box(left + x0 - room, top + y0 - room, left + x1 + room, top + y1 + room)


def ink_across(strip: Picture) -> tuple[int, int] | None:
    """From where to where letters stand in the strip."""
    columns = _inked(strip)
    return (int(columns[0]), int(columns[-1]) + 1) if columns.size else None


def letters_in(strip: Picture) -> float | None:
    """How many 汉字 the ink in the strip would make, blanks between them not counted."""
    light = _light(strip)
    ink = light < 1.0 - 0.5 * (1.0 - float(light.min(initial=1.0)))
    rows = np.nonzero(ink.mean(axis=1) > _TRACE)[0]
    columns = np.nonzero(ink[rows[0] : rows[-1] + 1].any(axis=0))[0] if rows.size else rows
    if columns.size < 2:
        return None
    height = float(rows[-1] - rows[0] + 1)
    gaps = np.diff(columns)
    blank = float(gaps[gaps > _BLANK * height].sum())
    return (float(columns[-1] - columns[0] + 1) - blank) / height


def sharpened(strip: Picture) -> Picture:
    """Black letters on white, whatever light they were in."""
    light = _light(strip)
    dark = float(light.min(initial=1.0))
    grey = ((light - dark) / max(0.9 - dark, 0.01)).clip(0, 1) * 255
    return np.ascontiguousarray(cv2.copyMakeBorder(grey, 4, 4, 8, 8, cv2.BORDER_CONSTANT, value=(255,)), np.uint8)


def parted(page: Picture, line: Box) -> list[Box]:
    """The line's pieces, as far apart as fields of a table without borders are."""
    left = max(0, int(line.left))
    columns = _inked(page[max(0, int(line.top)) : int(line.bottom), left : int(line.right)])
    gaps = np.nonzero(np.diff(columns) > _FIELD * line.height)[0]
    ends = [line.left, *(left + (columns[gap] + columns[gap + 1]) / 2 for gap in gaps), line.right]
    return [replace(line, left=float(start), right=float(end)) for start, end in pairwise(ends)]


def _inked(strip: Picture) -> NDArray[Any]:
    """The columns in which letters stand."""
    light = _light(strip)
    dark = 1.0 - float(light.min(initial=1.0))
    return np.nonzero((light < 1.0 - 0.4 * dark).any(axis=0))[0]


def _light(strip: Picture) -> NDArray[Any]:
    """How light each pixel is against its paper, 1 where it is as light; without what borders left above and below."""
    grey = cv2.blur(grey_of(strip), (3, 3))
    grey = grey[len(grey) // 8 : len(grey) - len(grey) // 8]
    if not grey.size:
        return np.ones((0, 0), np.float32)
    paper = cv2.dilate(grey, np.ones((2 * len(grey) + 1, 41), np.uint8))  # beside each column: a shadow may end there
    return np.asarray(grey / np.maximum(paper.astype(np.float32), 1.0))


def unread_in(page: Picture, cell: Box, read: Sequence[Box]) -> bool:
    """Whether letters stand in the cell beside what was read there: a line was missed, or its end."""
    left, right = int(max(0.0, cell.left + TOLERANCE)), int(cell.right - TOLERANCE)
    top, bottom = int(max(0.0, cell.top + TOLERANCE)), int(cell.bottom - TOLERANCE)
    if right - left < _LETTER[0] or bottom - top < _LETTER[0]:
        return False
    grey = grey_of(page[top:bottom, left:right])
    paper = float(np.percentile(grey, 80))
    ink = np.asarray(grey < paper - max(40.0, 0.35 * paper), np.uint8)
    for box in read:
        across = slice(max(0, int(box.left - left) - _BESIDE), max(0, int(box.right - left) + _BESIDE))
        ink[max(0, int(box.top - top) - _BESIDE) : max(0, int(box.bottom - top) + _BESIDE), across] = 0
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    letters = [
        w for _x, _y, w, h, area in stats[1:].tolist() if min(w, h) >= _LETTER[0] and h <= _LETTER[1] and area > 90
    ]
    return bool(sum(letters) >= _MISSED)
