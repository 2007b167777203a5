"""Tables of Word's binary format, which has none: paragraphs that say how deep they stand, and rows with column edges."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from intake.documents.document import Cell, Paragraph, Table

MAX_DEPTH = 20  # tables inside each other
NEAR = 20  # twentieths of a point: column edges so close are the same

CONTINUES, BEGINS = 1, 3


@dataclass(frozen=True, slots=True)
class CellShape:
    """What a row says of one of its cells."""

    left: int  # edge, in twentieths of a point
    right: int
    beside: bool  # belongs to the cell on its left
    down: int  # BEGINS a cell that the CONTINUES ones below belong to; 0 is a cell of its own


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a paragraph belongs."""

    depth: int  # in tables
    row_end: bool
    inner_cell_end: bool  # of a table within a cell; one at the first level ends with a mark of its own
    cells: tuple[CellShape, ...]  # of the row that it ends


@dataclass(slots=True)
class _Open:
    """A table while it is read."""

    rows: list[tuple[list[tuple[str, tuple[Table, ...]]], tuple[CellShape, ...]]] = field(default_factory=list)
    cells: list[tuple[str, tuple[Table, ...]]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def end_cell(self) -> None:
        self.cells.append(("\n".join(self.lines).strip("\n"), tuple(self.tables)))
        self.lines, self.tables = [], []

    def end_row(self, shapes: tuple[CellShape, ...]) -> None:
        self.rows.append((self.cells, shapes))
        self.cells, self.lines, self.tables = [], [], []


def blocks_of(paragraphs: Iterable[tuple[str, bool, Placed]]) -> Iterator[Paragraph | Table]:
    """From texts, whether a cell's mark ends each, and where each belongs."""
    open_tables: list[_Open] = []
    for text, marked, placed in paragraphs:
        depth = min(placed.depth or int(marked), MAX_DEPTH)  # where the properties are lost, the mark still tells
        while len(open_tables) > depth:
            yield from _close(open_tables)
        while len(open_tables) < depth:
            open_tables.append(_Open())
        if not open_tables:
            yield Paragraph(text)
        elif placed.row_end:
            open_tables[-1].end_row(placed.cells)
        else:
            open_tables[-1].lines.append(text)
            if placed.inner_cell_end or (marked and depth == 1):
                open_tables[-1].end_cell()
    while open_tables:
        yield from _close(open_tables)


def _close(open_tables: list[_Open]) -> Iterator[Table]:
    """The innermost table is done: it belongs to the cell around it, or comes out."""
    done = open_tables.pop()
    if any(done.lines):
        done.end_cell()
    if done.cells:
        done.end_row(())
    table = _table(done)
    if open_tables:
        open_tables[-1].tables.append(table)
    else:
        yield table


def _table(read: _Open) -> Table:
    """Rows with the edges of their cells as a grid. Where a row does not tell them its cells are counted."""
    told = [shape for cells, shapes in read.rows if len(shapes) >= len(cells) for shape in shapes]
    edges = sorted({edge for shape in told for edge in (shape.left, shape.right)})
    grid = [edge for n, edge in enumerate(edges) if not n or edge - edges[n - 1] > NEAR]
    found: list[Cell] = []
    above: dict[int, int] = {}  # by column: which of `found` begins a merge downward
    columns = 0
    for number, (cells, shapes) in enumerate(read.rows):
        last = -1  # of this row, in `found`
        for n, (text, tables) in enumerate(cells):
            shape = shapes[n] if len(shapes) >= len(cells) else None
            left = n if shape is None else bisect_right(grid, shape.left) - 1
            right = n + 1 if shape is None else max(bisect_right(grid, shape.right) - 1, left + 1)
            columns = max(columns, right)
            over = above.get(left) if shape is not None and shape.down == CONTINUES and not text else None
            if shape is not None and shape.beside and last >= 0 and not text:
                found[last] = replace(found[last], column_span=found[last].column_span + right - left)
                continue
            if over is not None and found[over].row + found[over].row_span == number:
                found[over] = replace(found[over], row_span=found[over].row_span + 1)
                last = over
                continue
            last = len(found)
            above.pop(left, None)
            if shape is not None and shape.down == BEGINS:
                above[left] = last
            found.append(Cell(number, left, 1, right - left, text, tables))
    return Table(len(read.rows), columns, tuple(found))
