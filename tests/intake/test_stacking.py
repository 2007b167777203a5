"""A document's pages one below the other: rows that a page's end cut are whole again, those that it parted are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from intake.documents.document import Table
from intake.documents.pages.ruling import Box, Text, blocks_of
from intake.documents.pages.stacking import Sheet, stacked

EM = 10.0
EDGES = (0, 80, 200, 300)  # of the columns: the last two hold 11 and 9 characters


def sheet(rows: Sequence[Sequence[str]], top: float, *, framed: bool = False) -> Sheet:
    """A page with one table, each row as tall as its tallest cell; "|" parts a cell's lines."""
    cells: list[Box] = []
    texts: list[Text] = []
    y = top
    edges = {1: (EDGES[0], EDGES[3]), 2: (EDGES[0], EDGES[1], EDGES[3]), 3: EDGES}[len(rows[0])]
    for row in rows:
        tall = max(15 * said.count("|") + 25 for said in row)
        for said, left, right in zip(row, edges, edges[1:], strict=False):
            cells.append(Box(left, y, right, y + tall))
            for i, line in enumerate(filter(None, said.split("|"))):
                at = y + 5 + 15 * i
                texts.append(Text(Box(left + 5, at, left + 5 + EM * len(line), at + EM), line))
        y += tall
    frame = [Box(-20, top - 40, 320, top - 10), Box(-20, top - 10, 320, y + 10)]  # below its title
    return Sheet(400, EM, texts, [cells, frame] if framed else [cells])


def rows_after(*sheets: Sheet) -> list[list[str]]:
    (table,) = (block for block in blocks_of(*stacked(sheets)) if isinstance(block, Table))
    return [[cell.text for cell in table.cells if cell.row == row] for row in range(table.rows)]


NAME = ("姓名", "张伟")
FULL = "他在机舱里趴了五天用听针一点一点地排查故"  # as much as a line holds


def test_a_label_and_its_value_are_cut_in_the_middle() -> None:
    above = sheet([NAME, ("核心事迹", FULL)], 200)
    below = sheet([("简介", "障直到找到来源。"), ("亮点", "无")], 60)
    assert rows_after(above, below) == [list(NAME), ["核心事迹\n简介", FULL + "障直到找到来源。"], ["亮点", "无"]]


@pytest.mark.parametrize(
    ("value", "label"),
    [(FULL, "核心事迹|（续）"), ("他在机舱里趴了五天。", "简介"), (FULL[:-1] + "。", "简介")],
    ids=["the label once more", "a line with room left", "a sentence that ended"],
)
def test_the_next_row_begins_with_a_page(value: str, label: str) -> None:
    """Two labels are one only where the value beside them was cut in the middle of a sentence, a line's room used up."""
    above, below = sheet([NAME, ("核心事迹", value)], 200), sheet([(label, "障直到找到来源。"), ("亮点", "无")], 60)
    assert len(rows_after(above, below)) == 4


STORY = "他在机舱里趴了五天用听针一点一点地排查故障直到找到了来源|他在机舱里趴了五天用听针一点一点地排查故障直到找到了来源|后来他又带出三名徒弟。"


@pytest.mark.parametrize(("begins", "count"), [("", 4), ("线索亮点：", 5)], ids=["a paragraph", "the next field"])
def test_a_page_ends_between_two_paragraphs(begins: str, count: int) -> None:
    """Below a story as wide as the table stands a label, not a story."""
    above, below = sheet([("核心事迹",), (STORY,)], 200), sheet([(begins + STORY,), ("推荐人",), ("李娜",)], 60)
    rows = rows_after(above, below)
    assert len(rows) == count
    assert ("徒弟。\n他在" in rows[1][0]) == (count == 4)


def test_a_font_whose_letters_claim_more_room_than_their_line() -> None:
    pages = [sheet([NAME, ("核心事迹", f"{FULL}|{FULL}")], 200), sheet([("", f"障直到|{FULL}"), ("亮点", "无")], 60)]
    tall = [
        replace(p, texts=[replace(t, box=replace(t.box, top=t.box.top - 6, bottom=t.box.bottom + 6)) for t in p.texts])
        for p in pages
    ]
    assert FULL + "障直到" in rows_after(*(replace(page, em=22.0) for page in tall))[1][1]


@pytest.mark.parametrize("last", [375, 200], ids=["a full page", "a page with room left"])
def test_a_page_with_room_left_ended_with_its_row(last: float) -> None:
    """Without lines, what begins the next page may be a tall row's value, whose label stands half way down."""
    lines = [
        Text(Box(100, y, 290, y + EM), "他在机舱里趴了五天用听针一点一点地排查。") for y in range(60, int(last), 15)
    ]
    facts = [Text(Box(0, 30, 20, 40), "姓名"), Text(Box(100, 30, 120, 40), "张伟"), Text(Box(0, 60, 20, 70), "事迹")]
    below = [Text(Box(100, 50, 190, 60), "有老照片二十余张。"), Text(Box(0, 120, 20, 130), "亮点")]
    below += [Text(Box(0, 200, 30, 210), "推荐人"), Text(Box(100, 200, 120, 210), "李娜")]
    blocks = blocks_of(*stacked([Sheet(400, EM, facts + lines, []), Sheet(400, EM, below, [])]))
    story = next(cell for table in blocks if isinstance(table, Table) for cell in table.cells if "机舱" in cell.text)
    assert ("老照片" in story.text) == (last == 375)


LISTED = [("序号", "单位", "事迹"), ("1", "某某公司", "他把笔记整理成册。")]


def test_a_lists_row_with_several_cells_cut() -> None:
    above = sheet([*LISTED, ("2", "重庆市某某机床制造有限", "他在机舱里趴了五天")], 200)
    below = sheet([("", "责任公司", "才找到来源。"), ("3", "某某学院", "他带出徒弟。")], 60)
    assert rows_after(above, below)[2:] == [
        ["2", "重庆市某某机床制造有限责任公司", "他在机舱里趴了五天才找到来源。"],
        ["3", "某某学院", "他带出徒弟。"],
    ]


def test_a_row_without_a_number_is_a_row() -> None:
    above = sheet([*LISTED, ("2", "某某大学", "他在机舱里趴了五天")], 200)
    below = sheet([("", "某某学院", "他带出徒弟。"), ("4", "某某医院", "他救过人。")], 60)
    assert len(rows_after(above, below)) == 5


def test_a_heading_that_is_repeated_stands_once() -> None:
    above, below = sheet(LISTED, 200), sheet([LISTED[0], ("2", "某某学院", "他带出徒弟。")], 60)
    assert [row[0] for row in rows_after(above, below)] == ["序号", "1", "2"]


def test_a_frame_is_as_long_as_the_table_in_it() -> None:
    above = sheet([NAME, ("事迹", FULL)], 200, framed=True)
    texts, (_, frame) = stacked([above, sheet([("亮点", "无"), ("单位", "某某公司")], 60)])
    assert max(cell.bottom for cell in above.tables[1]) < texts[-1].box.top < max(cell.bottom for cell in frame)


@pytest.mark.parametrize("printed", ["2026-03-18 10:25FR0M:023-67893353", "2026/3/18 上午10:25", "扫描全能王创建"])
def test_what_a_fax_or_a_browser_prints_above_a_page_is_no_part_of_its_rows(printed: str) -> None:
    above, below = sheet([NAME, ("核心事迹", FULL)], 200), sheet([("简介", "障直到找到来源。")], 60)
    below = replace(below, texts=[Text(Box(0, 5, 200, 15), printed), *below.texts])
    assert printed not in str(rows_after(above, below))
