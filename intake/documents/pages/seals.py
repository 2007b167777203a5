"""Seals taken off a page, what is printed under them kept: red ones by their colour, copied ones by their ring."""

from __future__ import annotations

from itertools import product
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from intake.documents.pages.picture import Picture
from intake.documents.pages.pieces import pieces_of

Levels: TypeAlias = NDArray[Any]  # of grey, as floats

SIZE = (0.07, 0.4)  # of the page's width
SLIMMEST, AROUND = 0.15, 0.85  # height of a stamp in a frame by its width; share of both that the frame reaches
REDDER, RED = 25, 0.18  # levels, and share of them, that red ink is redder than it is green or blue; beyond the lamp's
TINTED = 1.07  # times that red ink is redder than the paper around it, which a lamp may tint, too
BARE = 90  # percentile of the light that is not red: paper for sure
PRINT, INK = 0.7, 0.9  # of the light that bare ink lets through, red: what is darker is printed beneath, or is paper
SEARCHED = 480  # pixels of the page's width at which rings are looked for
RING = (0.075, 0.125)  # of the page's width: the radius
MOST_RINGS = 4  # of a page that are looked at closely
ROUND = 0.6  # of a ring's points that are dark, where it is one; its neighbours' count against it
BESIDE = 5  # of those pixels from a ring to what is beside it
DEEP = 8  # grey levels by which they are darker than what is inside and outside
APART = 40.0  # grey levels between a copied seal and print
STRAIGHT, THIN = 45, 7  # pixels of a border: no stroke of a seal is as long, or it is thicker than that
WITHIN = 0.8  # of a ring's reach: beyond, it runs straight itself for as long
COLOUR = 0.05  # by which the light differs that coloured ink lets through of red, green, blue
COLOURED = 0.35  # ... of its darkness
MOSTLY = 0.3  # of the ink where a ring is
BARELY = 0.9  # of the light that bare paper reflects at least
EDGE = 0.15  # of them in which a seal's own ink varies


def unstamped(page: Picture) -> Picture:
    """Without seals: what is under them stays. Red writing elsewhere is left alone."""
    page = _without_copied(page)
    if page.ndim == 2:
        return page
    blue, green, red = cv2.split(page)
    redder = cv2.subtract(red, cv2.max(blue, green))
    lamp = float(np.median(redder[::7, ::7] / np.maximum(red[::7, ::7], 1)))
    mask = np.asarray((redder > REDDER) & (redder > (RED + lamp) * red), np.uint8)
    seals = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))  # without a dark photograph's noise
    if not seals.any():
        return page
    width = page.shape[1]
    joined = cv2.morphologyEx(seals, cv2.MORPH_CLOSE, np.ones((2 * (width // 120) + 1,) * 2, np.uint8))
    _, stats = pieces_of(joined)
    cleaned = page
    for x, y, w, h, _area in stats[1:].tolist():
        if not SIZE[0] * width < max(w, h) < SIZE[1] * width:
            continue
        if min(w, h) > 0.5 * max(w, h) or _framed(seals[y : y + h, x : x + w]):
            cleaned = cleaned.copy() if cleaned is page else cleaned
            place = (slice(max(0, y - 3), y + h + 3), slice(max(0, x - 3), x + w + 3))
            cleaned[place] = _without_red(page[place])
    return cleaned


def _framed(red: Picture) -> bool:
    """Whether a line goes around all of it: 收文, 与原件一致. Handwriting has none."""
    closed = cv2.morphologyEx(red, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    _, stats = pieces_of(closed)
    height, width = red.shape
    high = height > SLIMMEST * width
    return high and any(w > AROUND * width and h > AROUND * height for _x, _y, w, h, _area in stats[1:].tolist())


def _without_red(part: Picture) -> Picture:
    """Seen through red glass, on which red ink is as light as the paper; what is printed beneath it is darker."""
    red, others = part[..., 2].astype(np.float32), part[..., :2].max(axis=2).astype(np.float32)
    paper = _paper(red)
    light = red / paper
    tinted = light > TINTED * others / _paper(others)
    ink = float(np.percentile(light[tinted], 45)) if tinted.any() else 1.0  # most of a seal is on bare paper
    touched = cv2.dilate(tinted.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0  # cameras draw halos around it
    glass = np.where(touched, ((light / max(ink, 0.01) - PRINT) / (INK - PRINT)).clip(0, 1), light)
    bare = part[others >= np.percentile(others, BARE)].astype(np.float32)
    tint = np.median(bare / np.maximum(bare[:, 2:], 1.0), axis=0)  # the paper's own: a white patch would have edges
    return np.asarray(((paper * glass)[..., None] * tint).clip(0, 255), np.uint8)


def _paper(levels: Levels) -> Levels:
    """How light the paper is at each place: a shadow may fall across the seal."""
    light = cv2.dilate(cv2.medianBlur(levels.astype(np.uint8), 5), np.ones((31, 31), np.uint8))
    return np.maximum(cv2.blur(light, (31, 31)).astype(np.float32), 1.0)


def _without_copied(page: Picture) -> Picture:
    """Without the grey seals of a copy, where they are lighter than print."""
    grey = page if page.ndim == 2 else _lightest(page)  # in which red ink is light
    cleaned = page
    for x, y, radius in _rings(grey):
        place = tuple(  # a seal at the sheet's edge may go on beyond it
            slice(max(0, at - radius), min(size, at + radius)) for at, size in zip((y, x), grey.shape, strict=True)
        )
        levels = grey[place].astype(np.float32)
        paper = _paper(levels)
        light = levels / paper
        away = np.hypot(*(axis - centre for axis, centre in zip(np.ogrid[place], (y, x), strict=True)))
        on_ring = (away < 0.95 * radius) & (away > 0.8 * radius)
        ring = light[on_ring]
        inked, coloured = _inked(page[place])
        if (coloured & inked & on_ring).sum() > MOSTLY * (inked & on_ring).sum():  # a red one
            continue
        seal, printed = float(np.percentile(ring[ring < 0.9], 50)), float(np.percentile(light, 0.5))
        if (seal - printed) * float(np.median(paper)) < APART:
            continue
        edge = seal - EDGE * (seal - printed)
        clean = np.where(light < edge, printed + (light - printed) * (1 - printed) / (edge - printed), 1.0) * paper
        kept = (away > radius) | ((away < WITHIN * radius) & _ruled(grey[place]))
        clean = np.where(kept, levels, clean).clip(0, 255).astype(np.uint8)
        cleaned = cleaned.copy() if cleaned is page else cleaned
        if page.ndim > 2:
            clean = _tinted(clean, page[place], light > BARELY, levels)
            clean[coloured] = page[place][coloured]
        cleaned[place] = clean
    return cleaned


def _tinted(levels: Levels, part: Picture, bare: NDArray[np.bool_], before: Levels) -> Picture:
    """In the colour of the bare paper there, which a lamp may tint: a grey patch on it would have edges, like borders."""
    tint = np.median(part[bare] / np.maximum(before[bare], 1.0)[:, None], axis=0)
    return np.asarray((levels[..., None] * tint).clip(0, 255), np.uint8)


def _inked(part: Picture) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where ink is, and where it has a colour: in the lightest of its colours a pen's blue is as light as a grey seal."""
    smooth = cv2.blur(part, (3, 3)).astype(np.float32)
    light = np.stack([levels / _paper(levels) for levels in (cv2.split(smooth) if part.ndim > 2 else [smooth])])
    least, differs = light.min(axis=0), np.ptp(light, axis=0)
    return least < BARELY, differs > np.maximum(COLOUR, COLOURED * (1 - least))


def _ruled(grey: Picture) -> Levels:
    """Where thin lines run straight across or down: a table's borders, which a scanning app made as light as the seal."""
    found = np.zeros(grey.shape, np.bool_)
    for way in ((1, STRAIGHT), (STRAIGHT, 1)):
        deep = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones([THIN if side == 1 else 1 for side in way], np.uint8))
        line = cv2.dilate((deep > DEEP).astype(np.uint8), np.ones([2 if side == 1 else 1 for side in way], np.uint8))
        found |= cv2.morphologyEx(line, cv2.MORPH_OPEN, np.ones(way, np.uint8)) > 0
    return found


def _lightest(page: Picture) -> Picture:
    blue, green, red = cv2.split(page)
    return np.asarray(cv2.max(cv2.max(blue, green), red), np.uint8)


def _rings(grey: Picture) -> list[tuple[int, int, int]]:
    """Centre and reach of each ring of a seal's size."""
    scale = SEARCHED / grey.shape[1]
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    sizes = [round(share * SEARCHED) for share in RING]
    circles = cv2.HoughCircles(
        small, cv2.HOUGH_GRADIENT, 1.5, sizes[0], param1=120, param2=60, minRadius=sizes[0], maxRadius=sizes[1]
    )
    deep = cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, np.ones((7, 7), np.uint8))
    dark = np.asarray(deep > DEEP, np.uint8)
    found = []
    for x, y, radius in [] if circles is None else circles.reshape(-1, 3)[:MOST_RINGS].tolist():
        best = max(
            ((x + dx, y + dy, radius + dr) for dx, dy, dr in product((-2, -1, 0, 1, 2), repeat=3)),
            key=lambda ring: _roundness(dark, *ring),
        )
        if _roundness(dark, *best) > ROUND:
            found.append((round(best[0] / scale), round(best[1] / scale), round((best[2] + BESIDE) / scale)))
    return found


def _roundness(dark: Picture, x: float, y: float, radius: float) -> float:
    """How much of the circle is drawn, less what is drawn on either side of it, where letters stand."""
    on, inside, outside = (_drawn(dark, x, y, radius + off) for off in (0, -BESIDE, BESIDE))
    return on - 0.5 * max(inside, outside)


def _drawn(dark: Picture, x: float, y: float, radius: float) -> float:
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    rows, columns = (np.rint(at).astype(np.int64) for at in (y + radius * np.sin(angles), x + radius * np.cos(angles)))
    within = (rows >= 0) & (columns >= 0) & (rows < dark.shape[0]) & (columns < dark.shape[1])
    return float(dark[rows[within], columns[within]].sum() / angles.size)
