"""Labels that a page's end tore: 线索 in a table's row, 亮点 in the next; 与被推荐 where a photograph ends."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from intake.documents.document import Cell, Table
from intake.forms.labels import Labels

LONGEST = 12  # characters of a piece
LEAST = 4  # characters of a label by which it is known

_VALUE = re.compile(r"\s*\d+(?!\s*[.、．)）])")  # 22, 30（年）; not 8.线索


def whole_again(table: Table, labels: Labels) -> Table:
    """The table with such labels beside their values. The row that held the other piece is empty then."""
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    changed: dict[Cell, Cell] = {}
    for (_, above), (_, below) in pairwise(sorted(rows.items())):
        one, other = above[0], below[0]
        if one.column != other.column or not _torn(one.text, other.text, labels):
            continue
        kept, emptied = (other, one) if any(cell.text.strip() for cell in below[1:]) else (one, other)
        if not any(cell.text.strip() for cell in (below if emptied is other else above)[1:]):
            changed |= {kept: replace(kept, text=one.text + other.text), emptied: replace(emptied, text="")}
    return replace(table, cells=tuple(changed.get(cell, cell) for cell in table.cells)) if changed else table


def completed(table: Table, labels: Labels) -> Table:
    """The table with the labels of its last row whole, where a photograph shows but their beginnings."""
    last = [cell for cell in table.cells if cell.confidence < 1 and cell.row + cell.row_span == table.rows]
    changed = {cell: replace(cell, text=word) for cell in last if (word := _meant(cell.text.strip(), labels))}
    return replace(table, cells=tuple(changed.get(cell, cell) for cell in table.cells)) if changed else table


def _meant(start: str, labels: Labels) -> str:
    """The label that alone begins so."""
    if not LEAST <= len(start) <= LONGEST or labels.match(start) or labels.heading(start):
        return ""
    words = [word for word in labels.exact if word.startswith(start)]
    return words[0] if len({labels.exact[word] for word in words}) == 1 else ""


def _torn(above: str, below: str, labels: Labels) -> bool:
    """Whether two texts are a label only together. 被推荐人 above its part of the form heads that."""
    if not (0 < len(above.strip()) <= LONGEST and 0 < len(below.strip()) <= LONGEST):
        return False
    if labels.match(above) or labels.heading(above) or _VALUE.match(above):  # 22 above 职务 is no number of it
        return False
    both = labels.match(above + below)
    return both is not None and both.confidence == 1.0  # 短 above 线索亮点 is no misspelt label
