"""Where a wall that was not seen stood, told by a label within a cell."""

from __future__ import annotations

from pathlib import Path

from intake.documents.document import Cell, Table
from intake.forms.labels import labels_of
from intake.forms.walls import walled
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")


def row(*texts: str) -> Table:
    return Table(1, len(texts), tuple(Cell(0, i, 1, 1, text, confidence=0.9) for i, text in enumerate(texts)))


def test_a_lost_wall_stood_before_the_label_and_not_within_the_number():
    table = walled(row("被推荐人联系电话", "15853474995\t推荐人联系电话", "023-69320315"), labels_of(CAMPAIGN))
    assert [cell.text for cell in table.cells] == ["被推荐人联系电话", "15853474995", "推荐人联系电话", "023-69320315"]


def test_lost_walls_stood_between_a_value_and_the_next_label():
    """推荐介（单 was no value, and 单位 no label; the last of a row may have nothing behind it."""
    table = row("推荐介（单\n位", "司马光")
    assert walled(table, labels_of(CAMPAIGN)) == table
    table = walled(row("推荐人/单位", "乔先国\t与被推荐人\n关系"), labels_of(CAMPAIGN))
    assert [cell.text for cell in table.cells] == ["推荐人/单位", "乔先国", "与被推荐人\n关系"]
    table = row("推荐人/单位", "乔先国", "与被推荐人\t同事\n关系")  # a gap, and no wall
    assert walled(table, labels_of(CAMPAIGN)) == table


def test_each_of_several_forms_may_have_lost_a_wall():
    """Two people's forms scanned one after the other are one table: the label that the first one has is not the second one's."""
    forms = [["被推荐人姓名", "乔先国", ""], ["推荐人/单位", "张伟", "与被推荐人关系"], ["被推荐人姓名", "石磊", ""]]
    forms.append(["推荐人/单位", "重庆石桥（公章）\t与被推荐人关系", "同事"])
    cells = tuple(Cell(i, j, 1, 1, text, confidence=0.9) for i, row in enumerate(forms) for j, text in enumerate(row))
    table = walled(Table(4, 3, cells), labels_of(CAMPAIGN))
    assert [cell.text for cell in table.cells if cell.row == 3] == [
        "推荐人/单位",
        "重庆石桥",
        "（公章）\t与被推荐人关系",
        "同事",
    ]


def test_an_answer_that_reads_like_a_label_is_one_where_the_form_has_that_label():
    rows = [["工作单位", "重庆石桥", ""], ["推荐人/单位", "重庆石桥（公章）\t与被推荐人关系", "工作单位"]]
    cells = tuple(Cell(i, j, 1, 1, text, confidence=0.9) for i, row in enumerate(rows) for j, text in enumerate(row))
    table = walled(Table(2, 3, cells), labels_of(CAMPAIGN))
    assert [cell.text for cell in table.cells if cell.row == 1][-1] == "工作单位"
    assert len([cell for cell in table.cells if cell.row == 1]) == 4
