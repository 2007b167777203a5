"""A photograph within a telephone's screen: without the bars above and below it, their clock, date and buttons."""

from __future__ import annotations

import numpy as np

from intake.documents.pages.picture import Picture

EVEN = 3  # grey levels from a row's usual one
MOSTLY = 0.7  # of a row that is one colour: the rest may be a bar's words
LOOKED_AT = 200  # columns at least
LEAST_BAR = 0.02  # of the picture's height
LEAST_LEFT = 0.3  # ... that the photograph has
NONE = 0.02  # of the rows between the bars that are so even at most: a scan's paper is
FEW = 0.4  # ... of the usual one: a window's page


def unframed(picture: Picture) -> Picture:
    """What a gallery or a messenger showed of a photograph: the screen above and below is of one colour, light on paper is not."""
    height = picture.shape[0]
    rows = picture[:, :: max(1, picture.shape[1] // LOOKED_AT)].astype(np.int16)
    grey = rows if rows.ndim == 2 else rows.max(axis=2)
    even = (np.abs(grey - np.median(grey, axis=1)[:, None]) <= EVEN).mean(axis=1)
    uneven = np.nonzero(even <= MOSTLY)[0]
    if not uneven.size:
        return picture
    first, last = int(uneven[0]), int(uneven[-1]) + 1
    shown = even[first:last]
    if shown.size < LEAST_LEFT * height or (shown > MOSTLY).mean() > NONE or float(np.median(shown)) > FEW:
        return picture
    top = first if first > LEAST_BAR * height else 0
    bottom = last if height - last > LEAST_BAR * height else height
    return np.ascontiguousarray(picture[top:bottom])
