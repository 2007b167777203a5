"""Tables within a long text that is told on lines: years beside prizes, below 主要荣誉：, and the story goes on behind them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from intake.documents.document import Paragraph, Table
from intake.forms.labels import Labels
from intake.forms.line import is_long
from intake.forms.lines import pairs


def woven(lines: Sequence[Paragraph], table: Table, labels: Labels) -> list[Paragraph]:
    """The table's rows as lines of the text that the lines above end with; none where it has labels of its own."""
    if not lines or any(cell.tables or labels.match(cell.text) or pairs(cell.text, labels) for cell in table.cells):
        return []
    told = pairs("\n".join(line.text for line in lines), labels, bare=True)
    if not told or not is_long(told[-1].label.keys, labels):
        return []
    rows = [[cell for cell in row if cell.text.strip()] for _, row in groupby(table.cells, lambda cell: cell.row)]
    return [
        Paragraph("\t".join(cell.text for cell in row), min(cell.confidence for cell in row)) for row in rows if row
    ]
