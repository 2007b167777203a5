"""Lines set so closely that the detector took several of them for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np

from intake.documents.pages.grid import grey_of
from intake.documents.pages.picture import Picture
from intake.documents.pages.ruling import Box

HIGH = 1.8  # times the usual height of a line
WIDE = 3.0  # times its height that is wide: a seal, a column's label are not
DARK = 0.5  # of the way from paper to print
SPARSE = 0.3  # of the usual row's ink: what is less is between two lines
LOW = 0.4  # of the usual height: what is less is a line's mark or a border
ROOM = 0.15  # of it around a line's letters


def singly(page: Picture, boxes: Sequence[Box]) -> list[Box]:
    """Each line by itself; once, where the detector had found one of a heap's as well."""
    usual = median([box.height for box in boxes] or [0.0])
    heaps = [box for box in boxes if box.height > HIGH * usual and box.width > WIDE * box.height]
    single = [box for box in boxes if box not in heaps]
    for heap in heaps:
        lines = _lines_in(page, heap, usual)
        single += [line for line in lines if not any(_same(line, other) for other in single)] if lines else [heap]
    return single


def _lines_in(page: Picture, heap: Box, usual: float) -> list[Box]:
    """None, where its letters are simply large."""
    top, left = max(0, int(heap.top)), max(0, int(heap.left))
    grey = grey_of(page[top : int(heap.bottom), left : int(heap.right)])
    if not grey.size:
        return []
    dark, paper = np.percentile(grey, (1, 90)).tolist()
    ink = (grey < paper - DARK * (paper - dark)).mean(axis=1)
    rows = np.nonzero(ink > SPARSE * float(np.median(ink[ink > 0])))[0] if ink.any() else np.zeros(0, np.int64)
    ends = [-1, *np.nonzero(np.diff(rows) > 1)[0].tolist(), rows.size - 1]
    runs = [(int(rows[before + 1]), int(rows[last]) + 1) for before, last in pairwise(ends)] if rows.size else []
    runs = [(first, last) for first, last in runs if last - first > LOW * usual]
    room = ROOM * usual
    return [replace(heap, top=top + a - room, bottom=top + b + room) for a, b in runs] if len(runs) > 1 else []


def _same(line: Box, other: Box) -> bool:
    beside = min(line.right, other.right) - max(line.left, other.left) < 0.5 * min(line.width, other.width)
    return not beside and other.top < line.y < other.bottom
