"""A ticked box that was not read: of 男 □女 the empty one is what the recogniser knows."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from intake.chinese.squeezed import squeezed
from intake.chinese.ticks import UNTICKED
from intake.documents.document import Cell, Table
from intake.forms.labels import Labels
from rules.campaign import Field, FieldType

CONFIDENCE = 0.7  # that it is ticked, at most: the box may have been lost as an empty one


def ticked_again(table: Table, labels: Labels) -> Table:
    """The table with a tick at the one choice of a recognised row that has no box, where each of the others has one."""
    mended: dict[Cell, Cell] = {}
    for asks, cell in pairwise(table.cells):
        if cell.confidence == 1 or cell.row != asks.row or not any(box in cell.text for box in UNTICKED):
            continue
        label = labels.match(asks.text)
        if label and (text := _ticked(cell.text, labels.fields[label.keys[0]])):
            mended[cell] = replace(cell, text=text, confidence=min(cell.confidence, CONFIDENCE))
    return replace(table, cells=tuple(mended.get(cell, cell) for cell in table.cells)) if mended else table


def _ticked(text: str, field: Field) -> str:
    """☑男 □女 for 男 □女; "" where no box is missing, more than one, or other words stand there."""
    if field.type is not FieldType.CHOICE:
        return ""
    words = {squeezed(word) for choice, synonyms in field.choices.items() for word in (choice, *synonyms)}
    parts = text.split()
    bare = [part for part in parts if squeezed(part) in words]
    before = [part for part in parts if part[0] in UNTICKED and squeezed(part[1:]) in words]
    behind = [part for part in parts if part[-1] in UNTICKED and squeezed(part[:-1]) in words]
    if len(bare) != 1 or len(parts) - 1 != max(len(before), len(behind)):
        return ""
    tick = f"☑{bare[0]}" if before else f"{bare[0]}☑"
    return " ".join(tick if part == bare[0] else part for part in parts)
