"""What a seal or a stamp left of a recognised row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from intake.documents.document import Cell, Table
from intake.forms.labels import labels_of
from intake.forms.stamped import unparted, unstamped
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")


def row(*texts: str) -> Table:
    return Table(1, len(texts), tuple(Cell(0, i, 1, 1, text, confidence=0.9) for i, text in enumerate(texts)))


def test_a_label_whose_last_letter_a_seal_hid_is_not_a_shorter_one_with_a_value():
    table = unstamped(row("推荐人/单粒三", "川渝环保工程有限公司"), labels_of(CAMPAIGN))
    assert table.cells[0].text == "推荐人/单位"
    table = unstamped(row("工作单位某某公司", ""), labels_of(CAMPAIGN))
    assert table.cells[0].text == "工作单位某某公司"


def test_a_row_that_a_seals_ring_parted_is_in_one_piece():
    cells = [Cell(0, 0, 1, 4, "线索亮点", confidence=0.9)]
    cells += [Cell(1, i, 1, 1, text, confidence=0.5) for i, text in enumerate(("薪火相传。有", "", "", "书5本。"))]
    (_, whole) = unparted(Table(2, 4, tuple(cells)), labels_of(CAMPAIGN)).cells
    assert (whole.text, whole.column_span, whole.confidence) == ("薪火相传。有书5本。", 4, 0.5)
    sure = Table(2, 4, tuple(replace(cell, confidence=0.9) for cell in cells))  # 时间 | 项目 | 角色, perhaps
    assert unparted(sure, labels_of(CAMPAIGN)) == sure
