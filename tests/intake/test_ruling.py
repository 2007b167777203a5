"""From lines and texts on a page to tables and paragraphs: the geometry that PDFs and scans share."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.documents.document import Paragraph, Table
from intake.documents.pages.ruling import Box, Rule, Text, blocks_of, tables_of

TOLERANCE = 3.0
EM = 10.0


def across(y: float, left: float = 0, right: float = 300) -> Rule:
    return Rule(left, y - 0.3, right, y + 0.3)


def down(x: float, top: float = 0, bottom: float = 90) -> Rule:
    return Rule(x - 0.3, top, x + 0.3, bottom)


def edges(boxes: Sequence[Box]) -> list[tuple[float, float, float, float]]:
    return sorted((b.top, b.left, b.bottom, b.right) for b in boxes)


GRID = [*map(across, (0, 30, 60, 90)), *map(down, (0, 100, 300))]
TWO_BY_THREE = [
    (0, 0, 30, 100),
    (0, 100, 30, 300),
    (30, 0, 60, 100),
    (30, 100, 60, 300),
    (60, 0, 90, 100),
    (60, 100, 90, 300),
]
MERGED = [(0, 0, 30, 100), (0, 100, 30, 300), (30, 0, 60, 100), (30, 100, 60, 300), (60, 0, 90, 300)]


@pytest.mark.parametrize(
    ("rules", "cells"),
    [
        pytest.param(GRID, TWO_BY_THREE, id="a grid"),
        pytest.param([*GRID[:4], down(0), down(100, 0, 60), down(300)], MERGED, id="cells merged"),
        pytest.param(
            [r for y in (0, 30, 60, 90) for r in (across(y), across(y + 2))] + GRID[4:], TWO_BY_THREE, id="double lines"
        ),
        pytest.param(
            [across(y, x, x + 4) for y in (0, 30, 60, 90) for x in range(0, 300, 6)] + GRID[4:],
            TWO_BY_THREE,
            id="dashed",
        ),
        pytest.param(
            [Rule(x, y - 0.5, x + 1, y + 0.5) for y in (0, 30, 60, 90) for x in range(0, 300, 3)] + GRID[4:],
            TWO_BY_THREE,
            id="dotted",
        ),
        pytest.param(
            [
                across(0),
                across(90),
                *(across(y, x, x + w) for y in (30, 60) for x, w in ((1, 98), (101, 198))),
                *GRID[4:],
            ],
            TWO_BY_THREE,
            id="a piece for every cell",
        ),
        pytest.param([*GRID[:4], down(100)], TWO_BY_THREE, id="open at its sides"),
        pytest.param([*GRID, across(45, 110, 200)], TWO_BY_THREE, id="a line to write on"),
        pytest.param(
            [across(y + (y > 0) * 1.5) for y in (0, 30, 60, 90)] + [down(0, 2, 92), *GRID[5:]], None, id="crooked"
        ),
        pytest.param([across(0), across(90), down(0), down(300)], [], id="a frame is no table"),
        pytest.param([across(y) for y in (0, 30, 60)], [], id="lines alone"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_cells(rules: Sequence[Rule], cells: list[tuple[int, int, int, int]] | None) -> None:
    tables = tables_of(rules, TOLERANCE)
    if cells is None:
        assert len(tables[0]) == 6
        return
    found = edges([cell for table in tables for cell in table])
    assert len(found) == len(cells)
    assert all(one == pytest.approx(other, abs=TOLERANCE) for one, other in zip(found, sorted(cells), strict=True))


def test_boxes_side_by_side_are_one_table() -> None:
    boxes = [(x, y) for y in (0, 36) for x in (0, 106)]
    rules = [
        rule
        for x, y in boxes
        for rule in (across(y, x, x + 100), across(y + 30, x, x + 100), down(x, y, y + 30), down(x + 100, y, y + 30))
    ]
    assert [len(table) for table in tables_of(rules, TOLERANCE)] == [4]


def test_two_tables_on_a_page() -> None:
    below = [Rule(r.left, r.top + 200, r.right, r.bottom + 200) for r in GRID]
    assert [len(table) for table in tables_of([*GRID, *below], TOLERANCE)] == [6, 6]


def text(said: str, x: float, y: float, confidence: float = 1.0) -> Text:
    width = sum(EM if ord(c) > 0x2000 else EM / 2 for c in said)
    return Text(Box(x, y, x + width, y + EM), said, confidence)


def cell_texts(texts: Sequence[Text], rules: Sequence[Rule] = GRID) -> list[str]:
    (table,) = (b for b in blocks_of(texts, tables_of(rules, TOLERANCE)) if isinstance(b, Table))
    return [cell.text for cell in table.cells]


def in_one(*lines: str, x: float = 105, right_aligned: bool = False) -> str:
    """The lines in a cell from 100 to 300, that holds 19 characters."""
    tall = [across(0), across(400), across(430), *(down(x, 0, 430) for x in (0, 100, 300))]
    said = [text(line, x if not right_aligned else 295 - EM * len(line), 5 + 14 * i) for i, line in enumerate(lines)]
    return cell_texts(said, tall)[1]


FULL = "先后参与嘉陵江大桥和轨道交通六号线等重点"  # 20 characters: one more than fits is never tried
LINE = FULL[:19]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param([LINE, "工程"], LINE + "工程", id="a line that is full goes on"),
        pytest.param(["张伟", "李四"], "张伟\n李四", id="one that ends early does not"),
        pytest.param([LINE, LINE, "完。", "又一段"], f"{LINE}{LINE}完。\n又一段", id="paragraphs"),
        pytest.param([LINE[:18], "程。后来"], LINE[:18] + "程。后来", id="no line begins with a full stop"),
        pytest.param([LINE[:16], "13800001234"], LINE[:16] + "13800001234", id="no number is divided"),
        pytest.param(
            ["12345678901234567890123456789012345678", "1234"],
            "123456789012345678901234567890123456781234",
            id="digits",
        ),
        pytest.param(
            ["Chongqing Bridge and Tunnel Engineering", "Company"],
            "Chongqing Bridge and Tunnel Engineering Company",
            id="words",
        ),
        pytest.param([LINE, "核心事迹简介："], f"{LINE}\n核心事迹简介：", id="what says what follows"),
        pytest.param([LINE + "，", LINE, "完。"], f"{LINE}，{LINE}完。", id="marks may hang over the margin"),
        pytest.param([LINE[:17], "后来。"], LINE[:17] + "后来。", id="a sentence goes on wherever its line ends"),
        pytest.param([LINE[:14], "说：“我就是”"], LINE[:14] + "说：“我就是”", id="marks that are not parted"),
        pytest.param([LINE[:14], "夜。2021年"], LINE[:14] + "夜。2021年", id="a number behind a full stop"),
        pytest.param([LINE[:16] + "。", "后来。"], LINE[:16] + "。\n后来。", id="one that is finished does not"),
        pytest.param(["一、" + LINE[:16] + "。", "二、后来"], f"一、{LINE[:16]}。\n二、后来", id="a list"),
    ],
)
def test_wrapped_lines(lines: Sequence[str], said: str) -> None:
    assert in_one(*lines) == said


def test_indented_paragraphs_are_told_apart_even_where_a_line_is_full() -> None:
    tall = [across(0), across(400), across(430), *(down(x, 0, 430) for x in (0, 100, 300))]
    said = [text(LINE[:17], 125, 5), text(LINE, 105, 19), text(LINE[:17], 125, 33), text("完", 105, 47)]
    assert cell_texts(said, tall)[1] == f"{LINE[:17]}{LINE}\n{LINE[:17]}完"


@pytest.mark.parametrize(
    "paragraphs",
    [[LINE[:14] + "。"], [LINE[:16] + "。", LINE[:16] + "。"]],
    ids=["as far from both sides", "a line each"],
)
def test_an_indented_paragraph_below_a_full_line(paragraphs: Sequence[str]) -> None:
    tall = [across(0), across(400), across(430), *(down(x, 0, 430) for x in (0, 100, 300))]
    said = [text(LINE, 105, 5), *(text(line, 125, 19 + 14 * i) for i, line in enumerate([*paragraphs, LINE[:17]]))]
    said.append(text("完", 105, 33 + 14 * len(paragraphs)))
    assert cell_texts(said, tall)[1].split("\n") == [LINE, *paragraphs, LINE[:17] + "完"]


def test_a_heading_below_a_full_line_that_ended_its_sentence() -> None:
    assert in_one(LINE[:18] + "。", "线索亮点") == LINE[:18] + "。\n线索亮点"


def test_texts_go_into_the_cell_that_holds_them() -> None:
    said = [
        text("姓名", 5, 10),
        text("张伟", 105, 10),
        text("单位", 5, 40),
        text("某某公司", 105, 40),
        text("备注", 105, 70),
    ]
    assert cell_texts(said) == ["姓名", "张伟", "单位", "某某公司", "", "备注"]


def test_merged_cells_stand_once_with_their_spans() -> None:
    rules = [*GRID[:4], down(0), down(100, 0, 60), down(300)]
    (table,) = blocks_of([text("全文", 120, 70)], tables_of(rules, TOLERANCE))
    assert isinstance(table, Table)
    assert (table.rows, table.columns) == (3, 2)
    last = table.cells[-1]
    assert (last.row, last.column, last.row_span, last.column_span, last.text) == (2, 0, 1, 2, "全文")


def test_a_table_within_a_cell() -> None:
    inner = [*(across(y, 120, 280) for y in (65, 75, 85)), *(down(x, 65, 85) for x in (120, 200, 280))]
    (table,) = blocks_of([text("内", 130, 65)], tables_of([*GRID, *inner], 1.0))
    assert isinstance(table, Table)
    assert [cell.text for cell in table.cells[-1].tables[0].cells] == ["内", "", "", ""]


def test_blocks_from_top_to_bottom() -> None:
    blocks = blocks_of([text("后", 0, 120), text("标题", 0, -30), text("张伟", 105, 10)], tables_of(GRID, TOLERANCE))
    assert [block.text if isinstance(block, Paragraph) else "table" for block in blocks] == ["标题", "table", "后"]


def test_the_least_confidence_counts() -> None:
    blocks = blocks_of(
        [text("张", 105, 10, 0.9), text("伟", 105, 21, 0.6), text("外", 0, 120, 0.7)], tables_of(GRID, TOLERANCE)
    )
    table, outside = blocks
    assert isinstance(table, Table)
    assert isinstance(outside, Paragraph)
    assert (table.cells[1].confidence, outside.confidence) == (0.6, 0.7)


@pytest.mark.parametrize(
    ("gap", "said"),
    [(0.2, "2003年"), (0.7, "2003 年"), (3.0, "2003\t年")],
)
def test_blanks_are_not_invented(gap: float, said: str) -> None:
    assert cell_texts([text("2003", 105, 10), text("年", 125 + gap * EM, 10)])[1] == said


def test_a_tick_belongs_to_what_stands_behind_it() -> None:
    assert cell_texts([text("男", 105, 10), text("√", 118, 10), text("女", 128, 10)])[1] == "男 √女"


def test_columns_without_lines() -> None:
    rows = [
        ("被推荐人姓名", "张伟", "性别", "男"),
        ("工作单位", "某某公司", "职务", "工程师"),
        ("工作年限", "22年", "", ""),
    ]
    said = [
        text(word, x, 20 * i)
        for i, row in enumerate(rows)
        for word, x in zip(row, (0, 80, 180, 230), strict=True)
        if word
    ]
    (table,) = blocks_of(said, [])[:1]
    assert isinstance(table, Table)
    assert [cell.text for cell in table.cells][:8] == [*rows[0], *rows[1]]


STORY = ["他主持了大桥的主拱合龙，连续三个月没有", "休过一个完整的周末，把误差控制在毫米以", "内，还带出了十名徒弟。"]


def undrawn(texts: Sequence[Text]) -> list[list[str]]:
    """The rows of the one table that the texts are."""
    (table,) = (block for block in blocks_of(texts, []) if isinstance(block, Table))
    return [[cell.text for cell in table.cells if cell.row == row] for row in range(table.rows)]


@pytest.mark.parametrize(
    ("at", "count"),
    [(20, 3), (40, 3), (30, 2)],
    ids=["the first line", "the middle line", "the space between two lines"],
)
def test_a_label_beside_its_value(at: float, count: int) -> None:
    """Short values stand in the middle of their columns, wherever those begin."""
    heads = zip(("姓名", "张伟", "性别", "女"), (15, 130, 200, 250), strict=True)
    said = [
        *(text(word, x, -20) for word, x in heads),
        text("事迹", 15, at),
        *(text(line, 80, 20 + 15 * i if at == 30 else 20 + 20 * i) for i, line in enumerate(STORY[:count])),
        text("亮点", 15, 110),
        text("带出了十名徒弟。", 140, 110),
    ]
    if at == 30:
        said[4] = text("事迹", 15, 27.5)
    assert undrawn(said) == [
        ["姓名", "张伟", "性别", "女"],
        ["事迹", "".join(STORY[:count])],
        ["亮点", "带出了十名徒弟。"],
    ]


def test_labels_of_two_lines_beside_values_of_one() -> None:
    rows = [("被推荐人", "姓名", "张伟"), ("被推荐人", "电话", "13800000000")]
    said = [
        piece
        for i, (first, second, value) in enumerate(rows)
        for piece in (text(first, 0, 60 * i), text(second, 10, 60 * i + 14), text(value, 90, 60 * i + 7))
    ]
    said += [text("单位", 10, 127), text("某某公司", 90, 127)]
    assert undrawn(said) == [["被推荐人\n姓名", "张伟"], ["被推荐人\n电话", "13800000000"], ["单位", "某某公司"]]


@pytest.mark.parametrize("value", [True, False], ids=["a value behind the colon", "a value of its own"])
def test_labels_that_are_spread_to_one_width(value: bool) -> None:
    """As browsers do it for text-align: justify: the letters stand further apart than the value."""
    labels = (("性", 0), ("别", 80)), (("出", 0), ("生", 27), ("年", 53), ("月", 80)), (("职", 0), ("称", 80))
    said = []
    for i, (label, answer) in enumerate(zip(labels, ("男", "1980.05", "高工"), strict=True)):
        said += [text(letter, x, 20 * i) for letter, x in label[:-1]]
        last = f"{label[-1][0]}："
        said += [text(last + answer, 80, 20 * i)] if value else [text(last, 80, 20 * i), text(answer, 115, 20 * i)]
    told = ["性别：男", "出生年月：1980.05", "职称：高工"]
    if value:
        assert [block.text for block in blocks_of(said, []) if isinstance(block, Paragraph)] == told
    else:
        assert ["".join(row) for row in undrawn(said)] == told


def test_the_two_characters_of_a_label_stand_apart() -> None:
    rows = (("职", 0), ("务", 20), ("工程师", 80)), (("职", 0), ("称", 20), ("高工", 80))
    said = [text(word, x, 30 * i) for i, row in enumerate(rows) for word, x in row]
    assert undrawn(said) == [["职\t务", "工程师"], ["职\t称", "高工"]]


@pytest.mark.parametrize("label", [65, 105], ids=["at the top of the box", "half way down"])
def test_what_was_typed_into_a_tall_box_of_a_form(label: float) -> None:
    """Each of its lines has an even share of the box, wherever it is shown; blank fields have no text at all."""
    box = (80, 60, 190, 150)
    share = (box[3] - box[1]) / len(STORY)
    typed = [
        Text(Box(box[0], box[1] + i * share, box[2], box[1] + (i + 1) * share), line) for i, line in enumerate(STORY)
    ]
    said = [text("姓名", 0, 0), text("张伟", 80, 0), text("党派", 0, 30), text("事迹", 0, label - EM / 2), *typed]
    said += [text("亮点", 0, 170), text("匠心", 80, 170)]
    told = [[cell.replace("\n", "") for cell in row] for row in undrawn(said)]
    assert told == [["姓名", "张伟"], ["党派"], ["事迹", "".join(STORY)], ["亮点", "匠心"]]


def test_lines_of_a_box_that_are_not_as_long() -> None:
    """A line's box ends where its letters do."""
    lines = ("有手绘的老图纸三张，", "匠心。")
    typed = [Text(Box(80, 60 + 30 * i, 80 + EM * len(line), 90 + 30 * i), line) for i, line in enumerate(lines)]
    said = [
        text("姓名", 0, 0),
        text("张伟", 80, 0),
        text("党派", 0, 30),
        text("群众", 80, 30),
        text("亮点", 0, 62),
        *typed,
    ]
    told = [[cell.replace("\n", "") for cell in row] for row in undrawn(said)]
    assert told == [["姓名", "张伟"], ["党派", "群众"], ["亮点", "".join(lines)]]


def test_values_below_labels_that_are_centred_over_them() -> None:
    rows = (("姓名", 30), ("性别", 120), ("职称", 220)), (("张伟", 0), ("男", 100), ("高工", 200))
    wide = (("工作单位", 80), ("职务", 220)), (("某某公司", 0), ("主任", 200))
    said = [text(word, x, 20 * i) for i, row in enumerate((*rows, *wide)) for word, x in row]
    (table,) = (block for block in blocks_of(said, []) if isinstance(block, Table))
    places = {cell.text: cell.column for cell in table.cells}
    assert (places["工作单位"], places["职务"]) == (places["某某公司"], places["主任"])


def test_a_list_is_parted_by_its_fullest_line() -> None:
    """Most of its lines are a story's and what stands beside that."""
    heads, xs = ("序号", "姓名", "工作单位", "核心事迹", "线索亮点"), (0, 40, 90, 160, 270)
    story = ["他主持了大桥合龙，"] * 24
    said = [text(word, x, 0) for word, x in zip(heads, xs, strict=True)]
    for n, name in enumerate(("张伟", "李娜")):
        top = 25 + 400 * n
        said += [text(word, x, top) for word, x in zip((str(n + 1), name, "某某公司"), xs, strict=False)]
        said += [text(line, 160, top + 15 * i) for i, line in enumerate(story)]
        said += [text(word, 270, top + 15 * i) for i, word in enumerate(("有图纸，",) * 8)]
    rows = undrawn(said)
    assert [row[:3] for row in rows] == [
        ["序号", "姓名", "工作单位"],
        ["1", "张伟", "某某公司"],
        ["2", "李娜", "某某公司"],
    ]
    assert ["".join(row[3].split()) for row in rows[1:]] == ["".join(story)] * 2


def grid(
    *rows: Sequence[str], pitch: float = 20, top: float = 0, xs: Sequence[float] = (0, 70, 150, 220)
) -> list[Text]:
    return [
        text(word, x, top + pitch * i) for i, row in enumerate(rows) for word, x in zip(row, xs, strict=False) if word
    ]


HEAD = ["姓名", "张伟", "性别", "男"]
FOOT = ["推荐人", "李娜", "关系", "同事"]


def test_a_value_that_is_left_blank_in_a_row() -> None:
    rows = [HEAD, ["单位", "", "院校", "某某大学"], ["职务", "主任", "职称", "工程师"]]
    assert undrawn(grid(*rows)) == rows


def test_what_stands_between_two_rows_does_not_join_them() -> None:
    rows = [HEAD, ["职务", "主任", "职称", "高工"], ["年限", "九年", "党派", "群众"]]
    assert [row[:4] for row in undrawn([*grid(*rows), text("照片", 290, 10)])] == rows


def test_boxes_to_tick_are_one_value() -> None:
    said = [*grid(["性别", "□男", "", ""], FOOT), text("☑女", 96, 0)]
    assert undrawn(said)[0][1] == "□男 ☑女"


def test_a_heading_between_texts_that_run_over_the_columns() -> None:
    story = [LINE + FULL[:8], "把误差控制在毫米以内。"]
    said = grid(HEAD, ["电话", "13800000000"])
    said += [text("核心事迹", 120, 40), *(text(line, 0, 60 + 16 * i) for i, line in enumerate(story))]
    said += [text("线索亮点", 120, 96), text(LINE + "。", 0, 114), *grid(FOOT, top=134)]
    assert undrawn(said)[2:] == [["核心事迹"], ["".join(story)], ["线索亮点"], [LINE + "。"], FOOT]


def test_a_label_with_a_colon_begins_a_row() -> None:
    facts = [
        ["姓名：张伟", "性别：男"],
        ["单位：某某电力建设研究所"],
        ["党派：群众", "职务：主任"],
        ["电话：", "13800000000"],
    ]
    told = [[cell for cell in row if cell] for row in undrawn(grid(*facts, pitch=17, xs=(0, 150)))]
    assert told == facts


def test_fields_that_all_have_their_values_behind_their_colons_are_lines() -> None:
    """A story between them is told on lines, too, whatever headings are in it."""
    said = [*grid(["姓名：张伟", "性别：男"], xs=(0, 150)), text("事迹：", 0, 20), text("二、主要业绩", 20, 40)]
    said += [text(FULL + "。", 0, 60), *grid(["推荐人：李娜", "关系：同事"], top=80, xs=(0, 150))]
    told = [block.text for block in blocks_of(said, []) if isinstance(block, Paragraph)]
    assert told == ["姓名：张伟\t性别：男", "事迹：", "二、主要业绩", FULL + "。", "推荐人：李娜\t关系：同事"]


def test_a_value_that_goes_on_at_the_margin() -> None:
    said = [*grid(["姓名：", "张伟"], ["单位：", LINE]), text("工程公司", 0, 33), *grid(["职务：", "主任"], top=53)]
    assert undrawn(said) == [["姓名：", "张伟"], ["单位：", LINE + "工程公司"], ["职务：", "主任"]]


def test_the_two_characters_of_a_label_before_a_colon() -> None:
    said = [
        *(
            text("姓名：张伟", 0, 0),
            text("性", 0, 20),
            text("别：男", 30, 20),
            text("职", 0, 40),
            text("务：主任", 30, 40),
        )
    ]
    assert not any(isinstance(block, Table) for block in blocks_of(said, []))


def test_a_label_after_a_full_line_begins_a_paragraph() -> None:
    said = ("姓名：张伟", "单位：某某公司", FULL[:-1] + "。", "线索亮点：有手绘图纸。")
    assert in_one(*said).splitlines()[2:] == [*said[2:]]


@pytest.mark.parametrize(("began", "count"), [("推荐人：李娜", 2), ("他说：“修桥要紧。”", 1)])
def test_a_label_after_a_line_with_room_left(began: str, count: int) -> None:
    """A sentence that goes on with 他说： is told by what he says."""
    said = ("姓名：张伟", "性别：男", "职务：主任", FULL[:16], began)
    assert len(in_one(*said).splitlines()) == 3 + count


@pytest.mark.parametrize("label", ["【推荐人】", "推荐人：__", "12. 推荐人："])
def test_a_marked_label_begins_a_paragraph_after_any_full_line(label: str) -> None:
    said = (f"{label}张伟", f"{label}李娜", "有珍藏的老图纸可供拍摄，还有与工友的合影", f"{label}王芳")
    assert in_one(*(line[:19] for line in said)).splitlines()[-1] == said[-1]


def test_a_label_alone_below_a_full_line_that_ends_a_sentence() -> None:
    said = grid(["姓名：", "张伟"], ["职务：", "主任"])
    said += [text("核心事迹：", 0, 40), text(LINE, 0, 58), text(FULL[:18] + "。", 0, 74), text("线索亮点：", 0, 90)]
    said += grid(["推荐人：", "李娜"], ["关系：", "同事"], top=110)
    assert ["线索亮点："] in undrawn(said)


@pytest.mark.parametrize("count", [2, 4])
def test_an_answer_that_is_indented_below_its_question(count: int) -> None:
    """All its lines are: none of them begins a paragraph."""
    line = FULL + FULL[:10]
    story = [*[line] * (count - 1), "完。"]
    said = [text("1、核心事迹", 0, 0), *(text(line, 20, 16 + 14 * i) for i, line in enumerate(story))]
    said += [text("2、线索亮点", 0, 30 + 14 * count), text("匠心", 20, 46 + 14 * count)]
    told = [block.text for block in blocks_of(said, []) if isinstance(block, Paragraph)]
    assert told == ["1、核心事迹", "".join(story), "2、线索亮点", "匠心"]


def test_frames_around_the_answers_only() -> None:
    frames = [[Box(80, 30 * i, 300, 30 * i + 20)] for i in range(3)]
    said = [text(word, x, 30 * i + 5) for i, word in enumerate(("姓名", "性别", "职务")) for x in (0,)]
    said += [text(word, 90, 30 * i + 5) for i, word in enumerate(("张伟", "男", "工程师"))]
    (table,) = blocks_of(said, [[box for frame in frames for box in frame]])
    assert isinstance(table, Table)
    assert [cell.text for cell in table.cells] == ["姓名", "张伟", "性别", "男", "职务", "工程师"]


def test_a_table_without_lines_in_a_frame() -> None:
    said = [text(word, x, 30 * i + 40) for i in range(4) for word, x in (("姓名", 10), (f"张伟{i}", 90))]
    (page,) = blocks_of([text("发件人：李娜", 10, 5), *said], [[Box(0, 0, 300, 20), Box(0, 20, 300, 200)]])
    assert isinstance(page, Table)
    (inner,) = page.cells[1].tables
    assert [cell.text for cell in inner.cells] == [word for i in range(4) for word in ("姓名", f"张伟{i}")]


def test_a_letter_is_no_table() -> None:
    said = [text("尊敬的组委会：", 0, 0), *(text(LINE * 2, 0, 20 * i) for i in (1, 2, 3)), text("此致", 20, 80)]
    assert all(isinstance(block, Paragraph) for block in blocks_of(said, []))


numbers = st.floats(-50, 400, allow_nan=False)
boxes = st.builds(lambda x, y, w, h: Box(x, y, x + w, y + h), numbers, numbers, st.floats(0, 200), st.floats(0, 200))
texts = st.builds(Text, boxes, st.text(max_size=12), st.floats(0, 1))


@settings(max_examples=150)
@given(st.lists(boxes, max_size=40), st.lists(texts, max_size=30), st.floats(0.1, 20))
def test_any_lines_and_texts_become_blocks(lines: list[Box], said: list[Text], tolerance: float) -> None:
    tables = tables_of([Rule(b.left, b.top, b.right, b.bottom) for b in lines], tolerance)
    blocks = blocks_of(said, tables)
    for block in blocks:
        if isinstance(block, Table):
            assert all(cell.row + cell.row_span <= block.rows for cell in block.cells)
            assert all(cell.column + cell.column_span <= block.columns for cell in block.cells)
