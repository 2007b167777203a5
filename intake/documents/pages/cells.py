"""Which cell of which table is where; of tables within each other, the inner one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from intake.documents.pages.setting import Box, around

MAX_TABLES = 1_000  # that are looked at for standing in another one


class Cells:
    """A page's tables, by the numbers of their cells."""

    def __init__(self, tables: Sequence[Sequence[Box]]) -> None:
        self._places = [_Places(cells) for cells in tables]
        self.around = [places.around for places in self._places]
        self.order = sorted(range(len(tables)), key=lambda i: self.around[i].width * self.around[i].height)
        self.homes = self._homes()  # of the tables that stand in a cell of another one: (outer table, cell)

    def holding(self, x: float, y: float) -> tuple[int, int] | None:
        """Numbers of the table and of its cell."""
        for table in self.order:
            if (cell := self._places[table].holding(x, y)) is not None:
                return table, cell
        return None

    def share(self, one: Box, other: Box) -> bool:
        """Whether a line of text from the one to the other is in one cell, or in none."""
        place = self.holding(one.x, one.y)
        if place != self.holding(other.x, other.y):
            return False
        inner = self.order if place is None else self.order[: self.order.index(place[0])]
        return not any(_crosses(one, other, self.around[table]) for table in inner)

    def _homes(self) -> dict[int, tuple[int, int]]:
        homes: dict[int, tuple[int, int]] = {}
        for at, inner in enumerate(self.order[:MAX_TABLES]):
            around = self.around[inner]
            for outer in self.order[at + 1 :]:
                cell = self._places[outer].holding(around.x, around.y)
                if cell is not None and cell == self._places[outer].holding(around.left, around.top):
                    homes[inner] = outer, cell
                    break
        return homes


def _crosses(one: Box, other: Box, table: Box) -> bool:
    over = one.x < table.right and table.left < other.x
    return over and min(one.y, other.y) < table.bottom and table.top < max(one.y, other.y)


class _Places:
    """Which cell of a table is where."""

    def __init__(self, cells: Sequence[Box]) -> None:
        self.around = around(cells)
        self._cells = cells
        self._edges = sorted({edge for cell in cells for edge in (cell.top, cell.bottom)})
        self._bands: list[list[int]] = [[] for _ in self._edges]
        for number, cell in enumerate(cells):
            for band in range(bisect_left(self._edges, cell.top), bisect_left(self._edges, cell.bottom)):
                self._bands[band].append(number)

    def holding(self, x: float, y: float) -> int | None:
        if not (self.around.left <= x < self.around.right and self.around.top <= y < self.around.bottom):
            return None
        band = self._bands[bisect_right(self._edges, y) - 1]
        return next((number for number in band if self._cells[number].left <= x < self._cells[number].right), None)
