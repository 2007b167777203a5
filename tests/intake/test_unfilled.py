"""What a scan leaves of a form's own words is no answer, and what somebody wrote beside it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from intake.documents.document import Cell, Table
from intake.forms.labels import labels_of
from intake.forms.stamped import unparted, unstamped
from intake.forms.unfilled import answer, squeezed
from intake.forms.walls import walled
from rules.campaign import Field, FieldType, load_campaign

CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")
HIGHLIGHTS = next(field for field in CAMPAIGN.fields if field.key == "highlights")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("生的特质（如攻坚克难、创新突破等），可说明是否有\n默默坚守。", "默默坚守。"),
        ("默默坚守。\n标注故事的特质（如攻坚克难、创新突破等），可说明是否有相", "默默坚守。"),
        ("默默坚守。\n难、创新突破等)，可说明是\t线索（老图纸、工具、照片等）", "默默坚守。"),
        (
            "攻坚克难、创新突破。有老图纸、工具、照片等实物线索。",
            "攻坚克难、创新突破。有老图纸、工具、照片等实物线索。",
        ),
        ("老图纸、工具、照片等）\n默默坚守。", "默默坚守。"),
        ("攻坚克难；有相关实物线索（老图纸、照片）", "攻坚克难；有相关实物线索（老图纸、照片）"),
    ],
)
def test_what_a_scan_left_of_the_hint_goes(text: str, value: str):
    assert answer(HIGHLIGHTS, text, squeezed(HIGHLIGHTS.hint)) == value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (FieldType.TEXT, "(如同事、师徒等）职工", "职工"),
        (FieldType.MONTH, "1968-07如：\n1980.05", "1968-07"),
        (FieldType.MONTH, "格式：XXXX年XX月", ""),
        (FieldType.MONTH, "格式:XXXX年XX月1962.4", "1962.4"),
        (FieldType.NUMBER, "(整数）\n5", "5"),
        (FieldType.TEXT, "（现任职务）首席专家", "首席专家"),
        (FieldType.NUMBER, "15年（例：20年）", "15年"),
        (FieldType.TEXT, "（如同事、师徒等）", ""),
        (FieldType.TEXT, "如同事、师徒等）", ""),
        (FieldType.TEXT, "同事（如今已退休）", "同事（如今已退休）"),
        (FieldType.TEXT, "（没有填无）九三学社社员", "九三学社社员"),
        (FieldType.TEXT, "璧山隧道工程局（单位推荐请加盖公章）", "璧山隧道工程局"),
    ],
)
def test_examples_and_requests_in_a_cell_are_no_answer(kind: FieldType, text: str, value: str):
    assert answer(Field("one", "某项", kind, required=True), text, "") == value


def row(*texts: str) -> Table:
    return Table(1, len(texts), tuple(Cell(0, i, 1, 1, text, confidence=0.9) for i, text in enumerate(texts)))


def test_a_label_whose_last_letter_a_seal_hid_is_not_a_shorter_one_with_a_value():
    table = unstamped(row("推荐人/单粒三", "川渝环保工程有限公司"), labels_of(CAMPAIGN))
    assert table.cells[0].text == "推荐人/单位"
    table = unstamped(row("工作单位某某公司", ""), labels_of(CAMPAIGN))
    assert table.cells[0].text == "工作单位某某公司"


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


def test_a_row_that_a_seals_ring_parted_is_in_one_piece():
    cells = [Cell(0, 0, 1, 4, "线索亮点", confidence=0.9)]
    cells += [Cell(1, i, 1, 1, text, confidence=0.5) for i, text in enumerate(("薪火相传。有", "", "", "书5本。"))]
    (_, whole) = unparted(Table(2, 4, tuple(cells)), labels_of(CAMPAIGN)).cells
    assert (whole.text, whole.column_span, whole.confidence) == ("薪火相传。有书5本。", 4, 0.5)
    sure = Table(2, 4, tuple(replace(cell, confidence=0.9) for cell in cells))  # 时间 | 项目 | 角色, perhaps
    assert unparted(sure, labels_of(CAMPAIGN)) == sure
