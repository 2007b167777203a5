"""Letters that stand one below the other, as a narrow column's label does, put side by side to be read."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from intake.documents.pages.grid import grey_of
from intake.documents.pages.picture import Picture

TALL = 1.35  # height : width of what may hold two of them
SQUARE = 1.15  # times as high as the widest letter: 二 is one letter, not two
LONG = 1.4  # ... a 1 is longer, and the two halves of one that a fax has broken
TWO = 1.8  # ... two letters are at least
DARK = 0.5  # of the way from paper to print
BORDER = 0.8  # of the rows that a column is inked in: what is left of a border
BETWEEN = 0.12  # of a letter: the gap it is given on each side


def side_by_side(strip: Picture) -> Picture:
    """The letters in one row; the strip as it is, where no two stand below each other."""
    height, width = strip.shape[:2]
    if height < TALL * width:
        return strip
    letters = _letters(grey_of(strip))
    if len(letters) < 2:
        return strip
    high = max(bottom - top for top, bottom in letters)
    paper = np.percentile(strip, 90, axis=(0, 1)).tolist()
    value = paper if isinstance(paper, list) else [paper]
    between = round(BETWEEN * high)
    placed = []
    for top, bottom in letters:
        above = (high - (bottom - top)) // 2 + between
        below = high + 2 * between - (bottom - top) - above
        placed.append(cv2.copyMakeBorder(strip[top:bottom], above, below, 0, 0, cv2.BORDER_CONSTANT, value=value))
    return np.ascontiguousarray(np.hstack(placed), np.uint8)


def _letters(grey: Picture) -> list[tuple[int, int]]:
    """From which row to which each goes; none, where they are no 汉字."""
    dark, paper = np.percentile(grey, (1, 90)).tolist()
    ink = grey < paper - DARK * (paper - dark)
    ink[:, ink.mean(axis=0) > BORDER] = False
    across = np.nonzero(ink.any(axis=0))[0]
    rows = np.nonzero(ink.any(axis=1))[0]
    if not rows.size:
        return []
    widest = int(across[-1] - across[0] + 1)
    ends = [-1, *np.nonzero(np.diff(rows) > 1)[0].tolist(), rows.size - 1]
    runs = [(int(rows[before + 1]), int(rows[last]) + 1) for before, last in pairwise(ends)]
    letters: list[tuple[int, int]] = []
    for top, bottom in runs:
        if letters and bottom - letters[-1][0] <= SQUARE * widest:
            letters[-1] = letters[-1][0], bottom
        else:
            letters.append((top, bottom))
    high = letters[-1][1] - letters[0][0] >= TWO * widest
    return letters if high and max(bottom - top for top, bottom in letters) <= LONG * widest else []
