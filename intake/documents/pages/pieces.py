"""The connected pieces of what little ink there is on a page."""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from intake.documents.pages.picture import Picture

Integers: TypeAlias = NDArray[Any]


def pieces_of(ink: Picture) -> tuple[Integers, Integers]:
    """The piece that each pixel belongs to, 0 for none; and of each piece left, top, width, height and area.

    As cv2.connectedComponentsWithStats, which takes seven times as long over a page: it counts the paper's pixels, too.
    """
    count, labels = cv2.connectedComponents(ink, connectivity=8)
    if not ink.any():
        return labels, np.zeros((1, 5), np.int64)
    columns, rows = cv2.findNonZero(ink).reshape(-1, 2).T
    of = labels[rows, columns]
    low, high = np.full((2, count), np.iinfo(np.int32).max, np.int32), np.zeros((2, count), np.int32)
    for places, first, last in zip((columns, rows), low, high, strict=True):
        np.minimum.at(first, of, places)
        np.maximum.at(last, of, places)
    low[:, 0] = high[:, 0] = 0
    return labels, np.stack([*low, *(high - low + 1), np.bincount(of, minlength=count)], axis=1)
