"""A sheet's cells, of whatever program, as a Table: merged cells once, what is hidden left out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from intake.documents.document import MAX_BLOCKS, Cell, Paragraph, Room, Table

MAX_SHEETS = 50  # of one workbook

Place = tuple[int, int]  # row and column, from 0
Area = tuple[int, int, int, int]  # first row, first column, last row, last column

#: 样表, 填写示例: a sheet whose name says what its cells do not.
_SAMPLE = re.compile(r".{0,12}(?:样表|样例|示例|范例|范本|样本).{0,4}")


def heading(name: str) -> list[Paragraph]:
    """The sheet's name as a line above its table, where it says that the sheet is only a sample."""
    return [Paragraph(name)] if _SAMPLE.fullmatch(name) else []


@dataclass(slots=True)
class Sheet:
    """A sheet while it is read, cell by cell."""

    texts: dict[Place, str] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    room: Room = field(default_factory=Room)  # of the workbook

    def put(self, place: Place, text: str) -> None:
        if text and not self.room.full and self.room.take() and (fits := self.room.cut(text)):
            self.texts[place] = fits

    def table(self) -> Table | None:
        return sheet_table(self.texts, self.merged, self.hidden_rows, self.hidden_columns)


def sheet_table(
    texts: Mapping[Place, str],
    merged: Iterable[Area] = (),
    hidden_rows: Collection[int] = (),
    hidden_columns: Collection[int] = (),
) -> Table | None:
    """What is written in the sheet, with the empty cells between: in a form these are answers that lack. Rows keep
    their numbers. None for a sheet without a word."""
    seen = {
        place: text
        for place, text in texts.items()
        if text.strip() and place[0] not in hidden_rows and place[1] not in hidden_columns
    }
    if not seen:
        return None
    rows, columns = 1 + max(row for row, _ in seen), 1 + max(column for _, column in seen)
    if rows * columns > MAX_BLOCKS:
        return _drawn_together(seen)
    spans, covered = _spans(merged, rows, columns)
    cells: list[Cell] = []
    for row in range(rows):
        for column in range(columns):
            text = seen.get((row, column), "")
            beside = (row, column) in covered or row in hidden_rows or column in hidden_columns
            if beside or not (text or cells):  # the first cell is the first with a word: it may be the title
                continue
            height, width = spans.get((row, column), (1, 1))
            cells.append(Cell(row, column, height, width, text))
    return Table(rows, columns, tuple(cells))


def _spans(merged: Iterable[Area], rows: int, columns: int) -> tuple[dict[Place, Place], set[Place]]:
    """Rows and columns of each merged cell, within the part that is written in; the places that it covers."""
    spans: dict[Place, Place] = {}
    covered: set[Place] = set()
    for top, left, bottom, right in merged:
        height, width = min(bottom, rows - 1) - top + 1, min(right, columns - 1) - left + 1
        if height < 1 or width < 1 or (top, left) in covered or len(covered) > MAX_BLOCKS:
            continue
        spans[top, left] = height, width
        covered.update((r, c) for r in range(top, top + height) for c in range(left, left + width))
        covered.discard((top, left))
    return spans, covered


def _drawn_together(seen: Mapping[Place, str]) -> Table:
    """A stray word in the last of a million rows: rows and columns without any are left out."""
    places = sorted(seen)[:MAX_BLOCKS]
    rows = {row: n for n, row in enumerate(sorted({row for row, _ in places}))}
    columns = {column: n for n, column in enumerate(sorted({column for _, column in places}))}
    cells = (Cell(rows[row], columns[column], 1, 1, seen[row, column]) for row, column in places)
    return Table(len(rows), len(columns), tuple(cells))
