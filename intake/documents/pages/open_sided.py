"""Tables whose cells have a line above and one below, but none at their sides, as browsers print them.

Each cell draws its own two lines, as wide as it is: their ends say where its sides would be.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from intake.documents.pages.ruling import MAX_RULES, Rule
from intake.documents.pages.setting import Box, around

SAME = 0.2  # of the tolerance by which the two lines of a cell begin and end elsewhere
THIN = 5.0  # times as wide as high, at least
MAX_WIDTHS = 200  # of cells, at different places
FULL = 0.05  # of the table that its cells may leave, or hold twice


def open_sided(rules: Sequence[Rule], tolerance: float) -> list[list[Box]]:
    """Such tables on a page as their cells. Lines that only part rows, or that one writes on, are none."""
    lines = [rule for rule in rules if rule.right - rule.left >= THIN * (rule.bottom - rule.top)]
    boxes = sorted(_boxes(lines, tolerance), key=lambda box: box.top) if len(rules) <= MAX_RULES else []
    tables: list[list[Box]] = []
    end = -math.inf
    for box in boxes:
        if box.top > end + tolerance:
            tables.append([])
        tables[-1].append(box)
        end = max(end, box.bottom)
    tables = [cells for cells in tables if _abreast(cells) and _filled(cells) and _drawn_by(lines, cells, tolerance)]
    rows = [len({round(cell.top) for cell in cells}) for cells in tables]
    if len(tables) > 1 and min(rows) == 1:  # a line below each row, taken for those around every second one
        return []
    return tables


def _boxes(lines: Sequence[Rule], tolerance: float) -> Iterator[Box]:
    """Two lines as wide as each other are a cell, the next two the one below: what is between cells is drawn twice."""
    columns: list[list[Rule]] = []
    for line in sorted(lines, key=lambda line: line.top):
        alike = (column for column in columns if _as_wide(column[0], line, SAME * tolerance))
        if column := next(alike, None):
            column.append(line)
        elif len(columns) < MAX_WIDTHS:
            columns.append([line])
    for column in columns:
        for above, below in list(pairwise(column))[::2]:
            if below.top - above.top > 2 * tolerance:
                yield Box(above.left, (above.top + above.bottom) / 2, above.right, (below.top + below.bottom) / 2)


def _as_wide(one: Rule, other: Rule, apart: float) -> bool:
    return abs(one.left - other.left) < apart and abs(one.right - other.right) < apart


def _abreast(cells: Sequence[Box]) -> bool:
    return max(cell.left for cell in cells) > min(cell.x for cell in cells)


def _filled(cells: Sequence[Box]) -> bool:
    whole = around(cells)
    area = whole.width * whole.height
    return abs(sum(cell.width * cell.height for cell in cells) - area) < FULL * area


def _drawn_by(lines: Sequence[Rule], cells: Sequence[Box], tolerance: float) -> bool:
    """Whether all the lines there are the cells' own."""
    top, bottom = min(cell.top for cell in cells) - tolerance, max(cell.bottom for cell in cells) + tolerance
    return sum(top < line.top and line.bottom < bottom for line in lines) == 2 * len(cells)
