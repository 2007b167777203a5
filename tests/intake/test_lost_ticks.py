"""A ticked box that the recogniser did not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.documents.document import Cell, Table
from intake.forms.labels import labels_of
from intake.forms.lost_ticks import ticked_again
from rules.campaign import load_campaign

LABELS = labels_of(load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story"))


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("男 □女", "☑男 □女"),
        ("□男 女", "□男 ☑女"),
        ("男□ 女", "男□ 女☑"),
        ("□男 □女", "□男 □女"),  # nothing is ticked
        ("男 女", "男 女"),
        ("男□女", "男□女"),  # whose box it is nobody can tell
        ("男如□", "男如□"),
        ("☑男 □女", "☑男 □女"),
        ("□男 女 □保密", "□男 女 □保密"),
    ],
)
def test_the_one_choice_without_a_box(text: str, mended: str):
    table = Table(1, 2, (Cell(0, 0, 1, 1, "性别", confidence=0.99), Cell(0, 1, 1, 1, text, confidence=0.9)))
    cell = ticked_again(table, LABELS).cells[1]
    assert (cell.text, cell.confidence) == (mended, 0.9 if mended == text else 0.7)


def test_what_was_typed_is_as_it_is():
    table = Table(1, 2, (Cell(0, 0, 1, 1, "性别"), Cell(0, 1, 1, 1, "男 □女")))
    assert ticked_again(table, LABELS) == table
