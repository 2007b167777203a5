"""Walls that a recognised page lost: a cell that ends with the next field's label is a value and that label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from intake.documents.document import Cell, Table
from intake.forms.labels import Label, Labels

LONGEST = 60  # characters of a value and a label
_FEWEST = 2  # characters of either


def walled(table: Table, labels: Labels) -> Table:
    """职务 | 班组长职称 | 工程师 as 职务 | 班组长 | 职称 | 工程师. Only in pictures, and where the form has that label nowhere
    else."""
    if all(cell.confidence == 1 for cell in table.cells):
        return table
    said = Counter(label.keys for cell in table.cells if (label := _exactly(cell.text, labels)))
    forms = max(1, said[(labels.first,)])  # scanned one after the other
    split = {
        cell: parts
        for before, cell, after in zip(table.cells, table.cells[1:], (*table.cells[2:], None), strict=False)
        if before.row == cell.row  # what heads a row is no value
        if (parts := _parts(cell, labels)) and said[parts[1].keys] < forms
        if _has_room(parts[1], after if after and after.row == cell.row else None, labels, said, forms)
    }
    return replace(table, columns=2 * table.columns, cells=tuple(_widened(table, split))) if split else table


def _has_room(label: Label, after: Cell | None, labels: Labels, said: Counter[tuple[str, ...]], forms: int) -> bool:
    """Whether its value may stand behind it; at a row's end nothing does, and it must be a label for sure.

    工作单位 is an answer to 与被推荐人关系, where the form has that label already.
    """
    if after is None:
        return label.word == labels.printed(label.keys[0])
    other = labels.match(after.text)
    return other is None or said[other.keys] > forms


def _parts(cell: Cell, labels: Labels) -> tuple[int, Label] | None:
    """Where the label begins."""
    text = cell.text.rstrip()
    if cell.confidence == 1 or len(text) > LONGEST or _exactly(text, labels):
        return None
    for start in range(_FEWEST, len(text) - _FEWEST + 1):
        label = labels.match(text[start:])
        if (
            label
            and label.confidence == 1
            and len(label.keys) == 1
            and not (text[start].isspace() or text[start].isdigit())
        ):
            return start, label
    return None


def _exactly(text: str, labels: Labels) -> Label | None:
    """男 出生年月 is as much like a label as one with a letter misread."""
    label = labels.match(text)
    return label if label and label.confidence == 1 else None


def _widened(table: Table, split: dict[Cell, tuple[int, Label]]) -> Iterator[Cell]:
    """Every column made two, so that there is room for a wall in each."""
    for cell in table.cells:
        wide = replace(cell, column=2 * cell.column, column_span=2 * cell.column_span)
        if cell not in split:
            yield wide
            continue
        start, middle = split[cell][0], cell.column_span
        yield replace(wide, column_span=middle, text=cell.text[:start].strip())
        yield replace(wide, column=wide.column + middle, column_span=middle, text=cell.text[start:].strip(), tables=())
