"""The sheet that a form's table is on, without what is beside it: a window's menus, a printed sheet that lies beneath."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

import cv2
import numpy as np

from intake.documents.pages.paper import alone, flooded
from intake.documents.pages.picture import LEAST_AREA, Picture
from intake.documents.pages.ruling import Box, around

FORM = 6  # cells that make a form's table
SMALL = 36.0  # pixels of a line's box: letters of a page that fills its picture are higher
FOREIGN = 3  # lines beside the table, that are no row numbers of a sheet
WORD = 3.0  # width : height of these
EDGE = 2  # of the pixels in which the sheet is told: what lies beneath may show there, or a table's own border
FULL = 0.97  # of a table's height: of more than one row
ENLARGED = 1.15, 2.5  # times, worth another look; more shows no more


def own_sheet(page: Picture, lines: Sequence[Box], tables: Sequence[Sequence[Box]]) -> Picture | None:
    """The form's sheet alone, at the size of other pages; None where it nearly is all of the picture."""
    forms = [around(cells) for cells in tables if len(cells) >= FORM]
    written = [line for line in lines if any(_within(line, form) for form in forms)]
    if not written:
        return None
    small_print = median(line.height for line in written) < SMALL
    beside = [line for line in lines if line.width > WORD * line.height and any(_beside(line, form) for form in forms)]
    if not small_print and len(beside) < FOREIGN:
        return None
    quads = np.array([((b.left, b.top), (b.right, b.top), (b.right, b.bottom), (b.left, b.bottom)) for b in written])
    small, reached = flooded(page, quads.astype(np.float32))
    scale = small.shape[1] / page.shape[1]
    sheet = cv2.erode(reached, np.ones((2 * EDGE + 1,) * 2, np.uint8))
    for form in forms:
        corners = ((form.left, form.top), (form.right, form.bottom))
        (left, top), (right, bottom) = (tuple(round(side * scale) for side in corner) for corner in corners)
        sheet[max(0, top - EDGE) : bottom + EDGE, max(0, left - EDGE) : right + EDGE] = 1
    x, y, width, height = (side / scale for side in cv2.boundingRect(sheet))
    factor = min(ENLARGED[1], math.sqrt(LEAST_AREA / (width * height)))
    if len(beside) < FOREIGN and factor < ENLARGED[0]:
        return None
    mask = cv2.resize(sheet, page.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    part = alone(page, mask)[int(y) : math.ceil(y + height), int(x) : math.ceil(x + width)]
    if factor > ENLARGED[0]:
        part = cv2.resize(part, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(part, np.uint8)


def without_margins(cells: Sequence[Box], lines: Sequence[Box]) -> Sequence[Box]:
    """The table without what a window shows beside its page: nothing is written there, and no row ends there."""
    edge = around(cells)
    high = [cell for cell in cells if cell.height > FULL * edge.height]
    sides = [cell for cell in high if cell.left - edge.left < EDGE or edge.right - cell.right < EDGE]
    margins = [side for side in sides if not any(_within(line, side) for line in lines)]
    return [cell for cell in cells if cell not in margins] if len(high) < len(cells) else cells


def _within(line: Box, form: Box) -> bool:
    return form.left <= line.x < form.right and form.top <= line.y < form.bottom


def _beside(line: Box, form: Box) -> bool:
    return form.top <= line.y < form.bottom and (line.right <= form.left or line.left >= form.right)
