"""Rows of RTF put together to tables: a cell is known by where its edges are, not by a column's number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from intake.documents.document import Cell, Paragraph, Room, Table

MAX_LEVEL = 20  # tables inside each other
MAX_EDGES = 200  # cells of one row
SAME_EDGE = 30  # twentieths of a point by which rows miss each other's edges: half a millimetre
COLUMN = 1000  # width of a cell of which nothing is said

Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Edge:
    """What a row's definition says of one cell: its right edge, and how it is merged ("first", "rest" or "")."""

    at: int
    across: str = ""
    down: str = ""


@dataclass(slots=True)
class RowShape:
    """A row's definition while it is read: \\trleft, \\clvmgf, \\cellx1404 …"""

    left: int = 0
    edges: list[Edge] = field(default_factory=list)
    across: str = ""
    down: str = ""

    def edge(self, at: int) -> None:
        if len(self.edges) < MAX_EDGES:
            self.edges.append(Edge(at, self.across, self.down))
        self.across = self.down = ""


@dataclass(slots=True)
class _Slot:
    left: int
    right: int
    across: str
    down: str
    blocks: list[Block]


@dataclass(slots=True)
class _OpenTable:
    """A table while it is read: rows done, cells of the row under way, blocks of the cell under way."""

    rows: list[list[_Slot]] = field(default_factory=list)
    cells: list[list[Block]] = field(default_factory=list)
    content: list[Block] = field(default_factory=list)

    def end_row(self, shape: RowShape) -> None:
        edges = list(shape.edges)
        if not all(b.at - a.at > SAME_EDGE for a, b in pairwise([Edge(shape.left), *edges])):
            edges = [Edge((i + 1) * COLUMN, edge.across, edge.down) for i, edge in enumerate(edges)]
            shape = RowShape()
        while len(edges) < len(self.cells):
            if edges and not _said(self.cells[-1]):
                self.cells.pop()  # LibreOffice ends a cell twice behind a nested table
                continue
            edges.append(Edge((edges[-1].at if edges else shape.left) + COLUMN))
        lefts = [shape.left, *(edge.at for edge in edges)]
        row = [
            _Slot(left, edge.at, edge.across, edge.down, blocks)
            for left, edge, blocks in zip(lefts, edges, self.cells, strict=False)
        ]
        if row:
            self.rows.append(row)
        self.cells = []

    def table(self) -> Table:
        column = _columns(edge for row in self.rows for slot in row for edge in (slot.left, slot.right))
        cells: list[_Placed] = []
        above: dict[int, _Placed] = {}
        width = 0
        for number, row in enumerate(self.rows):
            left: _Placed | None = None
            for slot in row:
                start, end = column[slot.left], max(column[slot.right], column[slot.left] + 1)
                width = max(width, end)
                upper = above.get(start) if slot.down == "rest" else None
                if slot.across == "rest" and left:
                    left.column_span = end - left.column
                elif upper and upper.row + upper.row_span == number:
                    upper.row_span += 1
                else:
                    left = above[start] = _Placed(number, start, 1, end - start, slot.blocks)
                    cells.append(left)
        return Table(len(self.rows), width, tuple(cell.cell() for cell in cells))


def _said(blocks: Sequence[Block]) -> bool:
    return any(isinstance(block, Table) or block.text.strip() for block in blocks)


@dataclass(slots=True)
class _Placed:
    row: int
    column: int
    row_span: int
    column_span: int
    blocks: list[Block]

    def cell(self) -> Cell:
        text = "\n".join(block.text for block in self.blocks if isinstance(block, Paragraph)).strip("\n")
        tables = tuple(block for block in self.blocks if isinstance(block, Table))
        return Cell(self.row, self.column, self.row_span, self.column_span, text, tables)


def _columns(edges: Iterable[int]) -> dict[int, int]:
    """Edge -> column: those that nearly meet are one."""
    found: dict[int, int] = {}
    number, first = -1, 0
    for edge in sorted(set(edges)):
        if number < 0 or edge - first > SAME_EDGE:
            number, first = number + 1, edge
        found[edge] = number
    return found


class Flow:
    """Paragraphs and cells as they come, each with the depth of tables that it stands in."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.open: list[_OpenTable] = []
        self.room = Room()

    def paragraph(self, text: str, level: int) -> None:
        self._go_to(level)
        if self.room.take():
            self._content().append(Paragraph(self.room.cut(text)))

    def add(self, blocks: Sequence[Block]) -> None:
        """What stands beside the text here: a text box."""
        self._content().extend(blocks)

    def end_cell(self, level: int) -> None:
        self._go_to(level)
        table = self.open[-1]
        if self.room.take() and len(table.cells) < MAX_EDGES:
            table.cells.append(table.content)
        table.content = []

    def end_row(self, level: int, shape: RowShape) -> None:
        if len(self.open) < level:
            return
        self._go_to(level)
        table = self.open[-1]
        if _said(table.content):
            table.cells.append(table.content)  # the end of the cell was left out
        table.content = []
        table.end_row(shape)

    def all(self) -> list[Block]:
        self._go_to(0)
        return self.blocks

    def _content(self) -> list[Block]:
        return self.open[-1].content if self.open else self.blocks

    def _go_to(self, level: int) -> None:
        level = min(level, MAX_LEVEL)
        while len(self.open) > level:
            self._close()
        while len(self.open) < level:
            self.open.append(_OpenTable())

    def _close(self) -> None:
        table = self.open.pop()
        rest, table.content = table.content, []
        if table.cells:
            table.end_row(RowShape())
        if table.rows:
            self._content().append(table.table())
        self._content().extend(rest)
