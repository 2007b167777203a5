"""Streaks taken off a scan: what dust on a feeder's glass draws from one end of the picture to the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from intake.documents.pages.grid import Stroke, grey_of, strokes_of
from intake.documents.pages.picture import Picture

BANDS = 48  # into which the picture is cut across the streaks
THICKEST = 9  # pixels of a streak across, odd
DEEP = 8  # grey levels by which its mean in a band is darker than what is beside it
ALONG = 0.8  # of the bands in which it is seen: in the others letters hide it
MARGIN = 2  # bands at either end: it is in one of them, where a table's border is not
DRIFT = 2  # pixels from one band to the next
MOST = 12  # of a picture: more are a pattern
NEAR = 20.0  # pixels within which a line ends at another
LONG = 100.0  # pixels of a table's line
MOSTLY = 0.5  # of them; of the longest
PAPER = 225  # grey level of a scanner's paper at least: a photograph's is darker, and folds run across it
FADED = 0.2  # of a streak's depth: what is less is the paper beside it


def unstreaked(picture: Picture) -> Picture:
    """Without lines that run along or across the whole picture, and are none of its table's borders."""
    if float(np.percentile(grey_of(picture[::8, ::8]), 25)) < PAPER:
        return picture
    for turned in (False, True):
        seen = picture.swapaxes(0, 1) if turned else picture
        if len(streaks := _streaks(seen)):
            cleaned = _healed(seen, streaks)
            picture = np.ascontiguousarray(cleaned.swapaxes(0, 1)) if turned else cleaned
    return picture


def _streaks(picture: Picture) -> list[NDArray[Any]]:
    """Of each that runs down the picture: its place in each band."""
    width = picture.shape[1]
    means = grey_of(cv2.resize(np.ascontiguousarray(picture), (width, BANDS), interpolation=cv2.INTER_AREA))
    deep = cv2.morphologyEx(means, cv2.MORPH_BLACKHAT, np.ones((1, THICKEST), np.uint8))
    wide = cv2.dilate((deep >= DEEP).astype(np.uint8), np.ones((1, 2 * DRIFT + 1), np.uint8))
    often = np.nonzero(wide.mean(axis=0) >= ALONG)[0]
    courses = [course for group in _groups(often) if (course := _course(deep, group)) is not None]
    if not 0 < len(courses) <= MOST:
        return []
    across, _ = strokes_of(np.ascontiguousarray(grey_of(picture)))
    longest = max((row.length for row in across), default=0.0)
    rows = [row for row in across if row.length >= max(LONG, MOSTLY * longest)]  # no letters' strokes
    return [] if _cut_off(rows, courses, picture.shape) else courses


def _groups(places: NDArray[Any]) -> list[NDArray[Any]]:
    """Places side by side."""
    return [group for group in np.split(places, np.nonzero(np.diff(places) > 1)[0] + 1) if group.size]


def _course(deep: Picture, group: NDArray[Any]) -> NDArray[Any] | None:
    """Where it is in each band, between those that show it; None where it does not reach the picture's ends."""
    part = deep[:, group[0] : group[-1] + 1]
    seen = part.max(axis=1) >= DEEP
    if seen.mean() < ALONG or not (seen[:MARGIN].any() and seen[-MARGIN:].any()):
        return None
    bands = np.arange(len(part))
    straight = np.polynomial.Polynomial.fit(bands[seen], group[0] + part.argmax(axis=1)[seen], 1)
    return np.asarray(straight(bands))


def _cut_off(rows: Sequence[Stroke], courses: Sequence[NDArray[Any]], shape: tuple[int, ...]) -> bool:
    """Whether the picture may be a piece of a table, with borders from end to end: its rows end at them, or with it."""
    height, width = shape[:2]
    bands = [min(BANDS - 1, int(row.at * BANDS / height)) for row in rows]

    def met(side: NDArray[Any]) -> int:
        return sum(
            min(abs(row.start - side[i]), abs(row.end - side[i])) < NEAR for row, i in zip(rows, bands, strict=True)
        )

    edges = (np.zeros(BANDS), np.full(BANDS, float(width)))
    return not rows or max(met(side) for side in (*edges, *courses)) >= MOSTLY * len(rows)


def _half(picture: Picture, course: NDArray[Any]) -> int:
    """Pixels from its middle to clean paper on either side, by its usual look: a border may lie right beside it."""
    height, width = picture.shape[:2]
    rows = ((np.arange(BANDS) + 0.5) * height / BANDS).astype(np.int64)
    beside = np.arange(-(THICKEST // 2), THICKEST // 2 + 1)
    places = (np.rint(course).astype(np.int64)[:, None] + beside).clip(0, width - 1)
    look = np.median(grey_of(picture)[rows[:, None], places], axis=0)
    depth = look.max() - look
    steps = 1 if float(np.ptp(course)) < 0.5 else 2  # where it steps to the next column it may be a pixel astray
    return int(np.abs(beside[depth > FADED * depth.max()]).max(initial=0)) + steps


def _healed(picture: Picture, streaks: list[NDArray[Any]]) -> Picture:
    """With what is beside each streak drawn together over it."""
    height, width = picture.shape[:2]
    healed = np.array(picture)
    rows = np.arange(height)
    for course in streaks:
        half = _half(healed, course)
        places = np.rint(np.interp(rows, (np.arange(BANDS) + 0.5) * height / BANDS, course)).astype(np.int64)
        before, after = (healed[rows, (places + side).clip(0, width - 1)].astype(np.float32) for side in (-half, half))
        for off in range(1 - half, half):
            share = (off + half) / (2 * half)
            healed[rows, (places + off).clip(0, width - 1)] = before * (1 - share) + after * share
    return healed
