"""The page within a picture: which part of it, which way up, without its stamps. Lines of text show it, not its edges."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from intake.documents.ocr import Engine
from intake.documents.picture import AREA, LEAST_AREA, Picture

Quads = NDArray[np.float32]  # n x 4 x 2: corners of lines of text

FEWEST_LINES = 2  # a photograph of a bridge has none
_AROUND = 0.15  # of the text's extent that is kept on each side of it: borders, empty cells
_LONG = 3.5  # width : height of a line that shows its direction
_PROBED = 3  # lines that are read to see whether the page stands on its head
_READABLE = 0.85
_STAMP = (0.07, 0.4)  # of the page's width
_RED = 45  # levels that red ink is redder than it is green or blue
_MOST_ENLARGED = 2.5


def page_in(picture: Picture, engine: Engine) -> Picture | None:
    """The part with text, level as far as its lines tell, upright, at a size between LEAST_AREA and AREA.

    None where hardly any text is in the picture.
    """
    quads = engine.boxes(picture, quick=True)
    if len(quads) < FEWEST_LINES:
        return None
    page = _cropped(picture, quads, _direction(quads))
    return page if _stands(page, engine) else np.ascontiguousarray(np.rot90(page, 2))


def _direction(quads: Quads) -> float:
    """Degrees that text runs downhill: of most of the long lines' length. Up and down cannot be told yet."""
    found: list[tuple[float, float]] = []
    for quad in quads:
        one, other = quad[1] - quad[0], quad[2] - quad[1]
        length, height = np.linalg.norm(one), np.linalg.norm(other)
        along = one if length >= height else other
        if max(length, height) >= _LONG * max(min(length, height), 1.0):
            found.append((math.degrees(math.atan2(along[1], along[0])) % 180, float(max(length, height))))
    if not found:
        return 0.0
    angles, lengths = (np.array(column) for column in zip(*found, strict=True))
    apart = np.abs((angles[:, None] - angles[None] + 90) % 180 - 90)
    around = int(((apart < 5) * lengths[None]).sum(axis=1).argmax())  # noqa: PLR2004  # degrees
    near = apart[around] < 5  # noqa: PLR2004
    turns = (angles[near] - angles[around] + 90) % 180 - 90
    direction = (angles[around] + float(np.average(turns, weights=lengths[near])) + 90) % 180 - 90
    return float(direction)


def _cropped(picture: Picture, quads: Quads, direction: float) -> Picture:
    """Text and some room around it, turned level in one step from the picture's own pixels."""
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), direction, 1.0)
    texts = cv2.transform(quads.reshape(1, -1, 2), turn)[0]
    edges = cv2.transform(np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float32), turn)[0]
    around = np.ptp(texts, axis=0).max() * _AROUND
    low = np.maximum(texts.min(axis=0) - around, edges.min(axis=0))
    high = np.minimum(texts.max(axis=0) + around, edges.max(axis=0))
    size = np.maximum(high - low, 1.0)
    scale = min(_MOST_ENLARGED, max(1.0, math.sqrt(LEAST_AREA / size.prod())))
    scale = min(scale, math.sqrt(AREA / size.prod()))
    turn[:, 2] -= low
    shape = (max(1, round(float(size[0]) * scale)), max(1, round(float(size[1]) * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
    if scale < 0.7:  # noqa: PLR2004  # warping samples single pixels: make it small first, or letters get ragged
        picture = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
        turn[:, :2] /= scale
    return np.asarray(cv2.warpAffine(picture, turn * scale, shape, flags=how, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _stands(page: Picture, engine: Engine) -> bool:
    """Whether the page is upright: lines on their heads read as nonsense, and the model knows it."""
    quads = engine.boxes(page, quick=True)
    boxes = [(*quad.min(axis=0).clip(0), *quad.max(axis=0)) for quad in quads]
    strips = [page[int(top) : math.ceil(bottom), int(left) : math.ceil(right)] for left, top, right, bottom in boxes]
    strips = [s for s in strips if s.shape[0] >= 8 and 3 <= s.shape[1] / s.shape[0] <= 20]  # noqa: PLR2004
    strips = sorted(strips, key=lambda s: s.shape[0] * min(s.shape[1], 10 * s.shape[0]), reverse=True)[:_PROBED]
    if not strips:
        return True
    upright = [engine.read(strip).certainty for strip in strips]
    if min(upright) > _READABLE:
        return True
    turned = [engine.read(np.ascontiguousarray(np.rot90(strip, 2))).certainty for strip in strips]
    return sum(upright) >= sum(turned)


def unstamped(page: Picture) -> Picture:
    """Without red seals: what is under them stays. Red writing elsewhere is left alone."""
    if page.ndim == 2:  # noqa: PLR2004
        return page
    blue, green, red = cv2.split(page)
    ink = cv2.subtract(red, cv2.max(blue, green))
    mask = np.asarray(ink > _RED, np.uint8)
    if not mask.any():
        return page
    width = page.shape[1]
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((2 * (width // 120) + 1,) * 2, np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    cleaned = page
    for x, y, w, h, _area in stats[1:count].tolist():
        if _STAMP[0] * width < max(w, h) < _STAMP[1] * width and min(w, h) > 0.5 * max(w, h):  # noqa: PLR2004
            cleaned = cleaned.copy() if cleaned is page else cleaned
            place = (slice(max(0, y - 3), y + h + 3), slice(max(0, x - 3), x + w + 3))
            cleaned[place] = _without_red(page[place])
    return cleaned


def _without_red(part: Picture) -> Picture:
    """Seen through red glass, on which red ink is as light as the paper."""
    red = part[..., 2].astype(np.float32)
    tinted = part[..., 2].astype(np.int16) - part[..., :2].max(axis=2) > _RED // 2
    paper = float(np.percentile(red, 90))
    glass = np.where(tinted & (red > 0.55 * paper), paper, red)  # noqa: PLR2004
    return np.repeat(glass.clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)
