"""Two forms beside each other on one sheet, each taken for itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from intake.documents.document import Cell, Table
from intake.forms.labels import LONGEST, Labels

REPEATED = 3  # rows in which both have the same label
MOST_CUTS = 20  # forms beside each other on one sheet


def apart(table: Table, labels: Labels) -> list[Table]:
    """The table cut where a form's first label stands once more in its row, if further rows repeat theirs there."""
    keys = {
        cell: label.keys
        for cell in table.cells
        if 0 < len(cell.text) <= LONGEST and (label := labels.clean.get(cell.text) or labels.match(cell.text))
    }
    first = [cell for cell, known in keys.items() if known == (labels.first,)]
    leftmost: dict[int, int] = {}
    for cell in first:
        leftmost[cell.row] = min(cell.column, leftmost.get(cell.row, cell.column))
    cuts = sorted({cell.column for cell in first if leftmost[cell.row] < cell.column})
    if not 0 < len(cuts) <= MOST_CUTS or not all(_repeats(cut, keys) and _is_free(cut, table) for cut in cuts):
        return [table]
    edges = (0, *cuts, table.columns)
    return [_part(table, left, right) for left, right in pairwise(edges)]


def _repeats(cut: int, keys: dict[Cell, tuple[str, ...]]) -> bool:
    left = {(cell.row, known) for cell, known in keys.items() if cell.column < cut}
    right = {(cell.row, known) for cell, known in keys.items() if cell.column >= cut}
    return len({row for row, _ in left & right}) >= REPEATED


def _is_free(cut: int, table: Table) -> bool:
    """Whether nothing that is written runs across the cut."""
    across = (cell for cell in table.cells if cell.column < cut < cell.column + cell.column_span)
    return not any(cell.text.strip() or cell.tables for cell in across)


def _part(table: Table, left: int, right: int) -> Table:
    cells = tuple(replace(cell, column=cell.column - left) for cell in table.cells if left <= cell.column < right)
    return Table(table.rows, right - left, cells)
