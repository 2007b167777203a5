"""A month or a telephone number of which each part has a cell: 1980 | 年 | 5 | 月, eleven boxes for eleven digits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from intake.documents.document import Cell, Table
from intake.forms.labels import Labels
from rules.campaign import FieldType

_PIECE = re.compile(r"\d{1,4}\s*年?|\d{1,2}\s*[月日号]|[年月日号\-—/.]")
_WHOLE = {
    FieldType.MONTH: re.compile(r"\d{4}[年\-—/.]\d{1,2}(?:月|[月\-—/.]\d{1,2}[日号]?)?"),
    FieldType.PHONE: re.compile(r"1\d{10}|0\d{2,3}[\-—]?\d{7,8}"),
}


def unboxed(table: Table, labels: Labels) -> Table:
    """The table with such parts in one cell."""
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    joined: dict[Cell, Cell | None] = {}
    for cells in rows.values():
        for number, cell in enumerate(cells[:-1]):
            if _PIECE.fullmatch(cells[number + 1].text.strip()) and (label := labels.match(cell.text)):
                parts = list(_pieces(cells[number + 1 :]))
                text = "".join(part.text.strip() for part in parts)
                whole = _WHOLE.get(labels.fields[label.keys[0]].type)
                if len(parts) > 1 and whole and whole.fullmatch(text):
                    wide = parts[-1].column + parts[-1].column_span - parts[0].column
                    joined |= dict.fromkeys(parts[1:])
                    joined[parts[0]] = replace(parts[0], text=text, column_span=wide)
    if not joined:
        return table
    return replace(table, cells=tuple(new for cell in table.cells if (new := joined.get(cell, cell))))


def _pieces(cells: Sequence[Cell]) -> Iterator[Cell]:
    for cell in cells:
        if not _PIECE.fullmatch(cell.text.strip()) or cell.row_span > 1:
            return
        yield cell
