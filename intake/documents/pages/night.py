"""A page as a program shows it at night: light letters on a dark ground, made dark on light again."""

from __future__ import annotations

import cv2
import numpy as np

from intake.documents.pages.picture import Picture

DARK = 80  # grey levels of the ground at most
NEAR, GROUND = 12, 0.6  # ... by which most of it varies at most, and its least share of the picture
LIGHTER = 80  # ... by which letters are lighter
LETTERS = 0.005, 0.2  # their share: a sheet on a dark desk has more
EVERY = 4  # of so many rows and columns one is looked at


def by_day(picture: Picture) -> Picture:
    seen = picture[::EVERY, ::EVERY]
    grey = (seen if seen.ndim == 2 else seen.max(axis=2)).astype(np.int16)
    ground = float(np.median(grey))
    even, light = float((np.abs(grey - ground) <= NEAR).mean()), float((grey > ground + LIGHTER).mean())
    if ground > DARK or even < GROUND or not LETTERS[0] < light < LETTERS[1]:
        return picture
    return np.asarray(cv2.bitwise_not(picture), np.uint8)
