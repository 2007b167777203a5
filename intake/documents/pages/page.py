"""The page within a picture: which part of it, which way up, without its stamps. Lines of text show it, not its edges."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from intake.documents.pages.borders import rules_of
from intake.documents.pages.grid import TOLERANCE, grey_of, levelled, skew_of, squared, turned_back, upright
from intake.documents.pages.ocr import READABLE, Engine, Line
from intake.documents.pages.paper import SEVERAL, Quads, paper
from intake.documents.pages.picture import AREA, LEAST_AREA, Picture
from intake.documents.pages.ruling import Box, tables_of
from intake.documents.pages.seals import unstamped

RULED_CELLS = 6  # that make a form's table
FEW_LINES = 8  # of fewer it is asked whether they can be read, and whether a glance showed all: a page may be one row
PARTS = 3  # in which a picture with hardly a line is looked through
SHARED = 0.2  # of a part, that its neighbour shows too
_AROUND = 0.15  # of the text's extent that is kept on each side of it: borders, empty cells
_HIGH = 1.2  # of the text's width: the least height of a page that is kept
_LONG = 3.5  # width : height of a line that shows its direction
_ALIKE = 5.0  # degrees between lines that run the same way
_MANY, _MOST_WAYS = 0.02, 3  # of all lines' length that another sheet's make at a glance; so many are told apart
_PROBED, _MOST_PROBED = 3, 9  # readable lines that show whether the page stands on its head; looked for in so many
_MOST_ENLARGED = 2.5


@dataclass(frozen=True, slots=True)
class Sighted:
    """A picture's part with text."""

    page: Picture
    quads: Quads  # its lines as a glance shows them, the largest first; none where there is hardly any text


def sighted(picture: Picture, engine: Engine) -> Sighted:
    """The part with text, level as far as its lines tell, upright, at a size of LEAST_AREA to AREA.

    Of sheets that lie on each other, each its own way, the one with a table; else the one with most text.
    """
    quads = engine.boxes(picture, quick=True)
    if len(quads) < FEW_LINES:
        quads = _written(picture, _by_parts(picture, engine), engine)
    if not len(quads):
        return Sighted(picture, quads)
    first, *others = _ways(quads)
    crop = _cropped(picture, quads, first)
    if others and not _is_ruled(*crop):
        crops = (_cropped(picture, _running(quads, way), way) for way in others)
        crop = next((other for other in crops if _is_ruled(*other)), crop)
    page, quads = crop
    if not _stands(page, quads, engine):
        page, quads = np.ascontiguousarray(np.rot90(page, 2)), np.array(page.shape[1::-1], np.float32) - quads
    return Sighted(page, quads)


def _by_parts(picture: Picture, engine: Engine) -> Quads:
    """Lines in each part of the picture: the detector, which knows no blank page, sees a lone row no more from afar."""
    height, width = picture.shape[:2]
    down, across = (PARTS, 1) if height >= width else (1, PARTS)
    found: list[NDArray[Any]] = []
    for row, column in product(range(down), range(across)):
        top, bottom = _part(row, down, height)
        left, right = _part(column, across, width)
        quads = engine.boxes(np.ascontiguousarray(picture[top:bottom, left:right]), quick=True)
        found += list(quads + np.array((left, top), np.float32))
    return np.array(_each_once(found), np.float32).reshape(-1, 4, 2)


def _written(picture: Picture, quads: Quads, engine: Engine) -> Quads:
    """Those that can be read, however they lie: a pen beside the sheet and a shadow's edge on it are lines as well."""
    said = [
        any(len(line.text) > 1 and line.certainty > READABLE for line in _either_way(picture, quad, engine))
        for quad in quads
    ]
    return quads[said] if any(said) else quads


def _either_way(picture: Picture, quad: NDArray[Any], engine: Engine) -> Iterator[Line]:
    """What stands in it read from one end, then from the other."""
    width, height = float(np.linalg.norm(quad[1] - quad[0])), float(np.linalg.norm(quad[2] - quad[1]))
    if height > width:
        quad, width, height = np.roll(quad, 1, axis=0), height, width
    size = max(1, round(width)), max(1, round(height))
    corners = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    strip = np.asarray(cv2.warpPerspective(picture, cv2.getPerspectiveTransform(quad, corners), size), np.uint8)
    yield engine.read(strip)
    yield engine.read(np.ascontiguousarray(np.rot90(strip, 2)))


def _part(number: int, count: int, length: int) -> tuple[int, int]:
    """From where to where it reaches: a little into its neighbours."""
    size = length / count
    return max(0, int((number - SHARED) * size)), min(length, math.ceil((number + 1 + SHARED) * size))


def _each_once(quads: list[NDArray[Any]]) -> list[NDArray[Any]]:
    """The largest first; none that is, or is a piece of, one that two parts show."""
    kept: list[NDArray[Any]] = []
    for quad in sorted(quads, key=cv2.contourArea, reverse=True):
        x, y = quad.mean(axis=0).tolist()
        if all(cv2.pointPolygonTest(other, (x, y), measureDist=False) < 0 for other in kept):
            kept.append(quad)
    return kept


def sheet_of(seen: Sighted, engine: Engine) -> Picture:
    """The sheet of paper that the text is on, without stamps and what lies around it."""
    quads = _legible(seen.page, seen.quads, engine) if len(seen.quads) < FEW_LINES else seen.quads
    return paper(unstamped(seen.page), quads)


def turned_upright(page: Picture, engine: Engine) -> Picture:
    """A page that lies on its side after all."""
    page = np.ascontiguousarray(np.rot90(page))
    return page if _stands(page, engine.boxes(page, quick=True), engine) else np.ascontiguousarray(np.rot90(page, 2))


def straightened(page: Picture, engine: Engine) -> Picture:
    """With lines that are level and straight: a table's, or where there is none, the text's."""
    page = turned_back(page, skew_of(grey_of(page)))
    quads = engine.boxes(page, quick=True)
    framed = squared(page, quads)
    if framed is None:
        level = levelled(page, quads)
        return upright(levelled(level) if len(quads) < 2 * FEW_LINES else level, quads)  # a single row may bend, too
    return _on_its_side(levelled(_on_its_side(levelled(framed))))  # a sheet may bend either way


def _on_its_side(page: Picture) -> Picture:
    return np.ascontiguousarray(page.swapaxes(0, 1))


def _is_ruled(page: Picture, quads: Quads) -> bool:
    """Whether the sheet that these lines stand on has a form's table."""
    sides = np.hstack([quads.min(axis=1), quads.max(axis=1)]).tolist()
    rules = rules_of(grey_of(paper(page, quads)), [Box(*map(float, box)) for box in sides])
    return any(len(cells) >= RULED_CELLS for cells in tables_of(rules, TOLERANCE))


def _ways(quads: Quads) -> list[float]:
    """Degrees that text runs downhill: of most of the long lines' length first. Up and down cannot be told yet.

    Then those of other lines, which may be another sheet's.
    """
    angles, lengths = _leans(quads)
    least = _MANY * float(lengths.sum())
    ways: list[float] = []
    while lengths.sum() > least and len(ways) < _MOST_WAYS:
        apart = _apart(angles[None], angles[:, None])
        around = int(((np.abs(apart) < _ALIKE) * lengths[None]).sum(axis=1).argmax())
        near = np.abs(apart[around]) < _ALIKE
        turn = float(np.average(apart[around][near], weights=lengths[near]))
        ways.append((float(angles[around]) + turn + 90) % 180 - 90)
        lengths = np.where(near, 0.0, lengths)
    return ways or [0.0]


def _leans(quads: Quads) -> tuple[NDArray[Any], NDArray[Any]]:
    """Of each line the degrees that it runs downhill, and its length: 0 where it is too short to show the way."""
    one, other = quads[:, 1] - quads[:, 0], quads[:, 2] - quads[:, 1]
    sides = np.linalg.norm(one, axis=1), np.linalg.norm(other, axis=1)
    along = np.where((sides[0] >= sides[1])[:, None], one, other)
    length, height = np.maximum(*sides), np.minimum(*sides)
    angles = np.degrees(np.arctan2(along[:, 1], along[:, 0])) % 180
    return angles, np.where(length >= _LONG * np.maximum(height, 1.0), length, 0.0)


def _apart(one: NDArray[Any], other: NDArray[Any] | float) -> NDArray[Any]:
    """Degrees between two ways, from -90 to 90."""
    return np.asarray((one - other + 90) % 180 - 90)


def _running(quads: Quads, way: float) -> Quads:
    angles, lengths = _leans(quads)
    alike: Quads = quads[(lengths > 0) & (np.abs(_apart(angles, way)) < _ALIKE)]
    return alike


def _cropped(picture: Picture, quads: Quads, direction: float) -> tuple[Picture, Quads]:
    """Text and some room around it, turned level in one step from the picture's own pixels; and where the lines are."""
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), direction, 1.0)
    texts = cv2.transform(quads.reshape(1, -1, 2), turn)[0]
    edges = cv2.transform(np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float32), turn)[0]
    width_of, height_of = np.ptp(texts, axis=0).tolist()
    beside = max(width_of, height_of) * _AROUND * (1 if len(quads) >= 2 * FEW_LINES else 2)
    around = np.array([beside, max(beside, (_HIGH * width_of - height_of) / 2)])  # a table's last rows are but its end
    if len(quads) < FEW_LINES:
        around[:] = math.inf, AREA / width  # of a large picture so much that a lone row is not made small
    low = np.maximum(texts.min(axis=0) - around, edges.min(axis=0))
    high = np.minimum(texts.max(axis=0) + around, edges.max(axis=0))
    size = np.maximum(high - low, 1.0)
    texts -= low
    scale = min(_MOST_ENLARGED, max(1.0, math.sqrt(LEAST_AREA / size.prod())))
    scale = min(scale, math.sqrt(AREA / size.prod()))
    turn[:, 2] -= low
    shape = (max(1, round(float(size[0]) * scale)), max(1, round(float(size[1]) * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
    if scale < 0.7:  # warping samples single pixels: make it small first, or letters get ragged
        picture = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
        turn = np.hstack([turn[:, :2] / scale, turn[:, 2:]])
    page = np.asarray(
        cv2.warpAffine(picture, turn * scale, shape, flags=how, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
    return page, (texts * scale).reshape(-1, 4, 2)


def _legible(page: Picture, quads: Quads, engine: Engine) -> Quads:
    """Those that can be read: the grain of wood was taken for lines, too."""
    strips = [strip_of(page, quad) for quad in quads]
    said = [strip.size > 0 and engine.read(strip).certainty > READABLE for strip in strips]
    return quads[said] if any(said) else quads


def strip_of(page: Picture, quad: NDArray[Any]) -> Picture:
    (left, top), (right, bottom) = quad.min(axis=0).clip(0), quad.max(axis=0).clip(0)
    return page[int(top) : math.ceil(bottom), int(left) : math.ceil(right)]


def _stands(page: Picture, quads: Quads, engine: Engine) -> bool:
    """Whether the page is upright: lines on their heads read as nonsense, and the model knows it.

    What reads as nonsense either way says nothing: of a photographed monitor the largest lines were its stripes.
    """
    high = [strip for quad in quads if (strip := strip_of(page, quad)).shape[0] >= 8]
    shapes = [(strip, strip.shape[1] / strip.shape[0]) for strip in high]
    strips = [s for s, long in shapes if 3 <= long <= 20] or [s for s, long in shapes if SEVERAL / 2 < long < 3]
    strips = sorted(strips, key=lambda s: s.shape[0] * min(s.shape[1], 10 * s.shape[0]), reverse=True)
    votes = [0, 0]
    certain = [0.0, 0.0]
    for strip in strips[:_MOST_PROBED]:
        for way, seen in enumerate((strip, np.ascontiguousarray(np.rot90(strip, 2)))):
            certainty = engine.read(seen).certainty
            certain[way] += certainty
            if certainty > READABLE:
                votes[way] += 1
                if len(strips) >= _PROBED:  # of few, one that says something either way would decide
                    break
        if max(votes) == _PROBED:
            break
    return votes[0] > votes[1] or (votes[0] == votes[1] and certain[0] >= certain[1])
