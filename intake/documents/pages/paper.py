"""The sheet of paper that a picture's lines of text stand on, told from the desk around it by its light."""

from __future__ import annotations

from itertools import product
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from intake.documents.pages.picture import Picture

Quads: TypeAlias = NDArray[Any]  # n x 4 x 2: corners of lines of text

SEVERAL, _FEW = 2.0, 3  # width : height of a line of several letters; so many of them tell the sheet
_FLOODED = 320  # pixels of the long side at which the sheet is told from the desk: lines and letters are gone there
_BESIDE, _AS_LIGHT = 6, 25  # of those pixels, and grey levels, in which a fold's two sides may differ
_SOLID = 0.5  # of a sheet's outline that is reached at least
_STEP = 2  # grey levels from one of those pixels to the next that are still the same sheet
_LIGHT = 160  # pixels of the long side that show how light it is
_REACHES, _ENOUGH = (2, 8, 32, 128), 0.2  # from how far light spreads, by so many of those pixels
_PLACES = (0.1, 0.5, 0.9)  # of a line from which it is flooded: a shadow's sharp edge may cross the line


def paper(page: Picture, quads: Quads) -> Picture:
    """The sheet that the texts stand on, white beyond its edges: a desk's grain is full of lines.

    Paper is what can be reached from a text without a sudden change of light; shadows grow and fade.
    """
    height, width = page.shape[:2]
    small, reached = flooded(page, _lines(quads))
    hull = _convex(beyond_folds(small, reached))
    if hull.mean() > 0.97 or not hull.any():  # nothing but paper
        return page
    return alone(page, cv2.resize(hull, (width, height), interpolation=cv2.INTER_NEAREST))


def alone(page: Picture, sheet: Picture) -> Picture:
    """The sheet, and beyond it paper in the light that falls on its edge: a step there would look like a border."""
    scale = _LIGHT / max(page.shape[:2])
    size = tuple(max(1, round(side * scale)) for side in page.shape[1::-1])
    inside = cv2.resize(sheet.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    small = cv2.resize(cv2.copyTo(page, sheet), size, interpolation=cv2.INTER_AREA).astype(np.float32)
    light, weight = np.zeros_like(small), np.zeros_like(inside)
    for reach in _REACHES:
        near, share = (cv2.GaussianBlur(part, (0, 0), reach) for part in (small, inside))
        fresh = (1 - weight) * np.minimum(share / _ENOUGH, 1.0)
        spread = near / np.maximum(share, 1e-6)[(..., None) if small.ndim == 3 else ...]
        light += spread * (fresh[..., None] if small.ndim == 3 else fresh)
        weight += fresh
    light /= np.maximum(weight, 1e-6)[(..., None) if small.ndim == 3 else ...]
    paper = cv2.resize(light.clip(0, 255).astype(np.uint8), page.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.copyTo(page, sheet, paper), np.uint8)


def flooded(page: Picture, quads: Quads) -> tuple[Picture, Picture]:
    """The page made small, and what of that can be reached from these lines."""
    scale = _FLOODED / max(page.shape[:2])
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.medianBlur(np.asarray(small, np.uint8), 7)
    rows, columns = small.shape[:2]
    reached = np.zeros((rows + 2, columns + 2), np.uint8)
    how = 4 | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
    for quad in quads * scale:
        (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
        across = (left + inset * (right - left) for inset in _PLACES)
        for x, y in product(across, (top - 2, bottom + 2)):
            at = (int(min(max(x, 0), columns - 1)), int(min(max(y, 0), rows - 1)))
            if not reached[at[1] + 1, at[0] + 1]:
                cv2.floodFill(small, reached, at, 0, (_STEP,) * 3, (_STEP,) * 3, how)
    joined = cv2.morphologyEx(reached[1:-1, 1:-1], cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    return small, _convex(np.asarray(joined, np.uint8))


def _convex(part: Picture) -> Picture:
    """With all that lies between its parts, as a sheet has: the sharp shadow of an arm is paper, too."""
    if not part.any():
        return part
    whole = np.asarray(cv2.fillConvexPoly(part.copy(), cv2.convexHull(cv2.findNonZero(part)), (1,)), np.uint8)
    return whole if part.sum() > _SOLID * whole.sum() else part  # else parts of many things


def _lines(quads: Quads) -> Quads:
    """Those of several letters, if there are some: keys and knobs on the desk look like single ones."""
    sides = np.linalg.norm(quads - np.roll(quads, -1, axis=1), axis=2)
    lines = quads[np.maximum(sides[:, 0], sides[:, 1]) >= SEVERAL * np.minimum(sides[:, 0], sides[:, 1])]
    return lines if len(lines) >= _FEW else quads


def beyond_folds(small: Picture, sheet: Picture) -> Picture:
    """The sheet with what is beside it and just as light: its other side of a fold, which stops the flood."""
    count, others = cv2.connectedComponents(1 - sheet, connectivity=4)
    reach = np.ones((2 * _BESIDE + 1,) * 2, np.uint8)
    whole = sheet.copy()
    for i in range(1, count):
        other = np.asarray(others == i, np.uint8)
        near = [np.bitwise_and(other, cv2.dilate(sheet, reach)), np.bitwise_and(sheet, cv2.dilate(other, reach))]
        if not all(part.any() for part in near):
            continue
        here, there = (np.median(small[part > 0], axis=0) for part in near)
        if np.abs(here - there).max() < _AS_LIGHT:
            whole |= other
    return whole
