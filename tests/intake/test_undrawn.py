"""Tables whose lines are not drawn, or not all of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from intake.documents.document import Paragraph
from intake.documents.pages.open_sided import open_sided
from intake.documents.pages.ruling import Box, Rule, Text, blocks_of

TOLERANCE = 3.0


def cell(left: float, top: float, right: float, bottom: float) -> list[Rule]:
    """The lines above and below a cell; neighbours' overlap by a hair."""
    return [Rule(left - 0.5, y - 0.5, right + 0.5, y + 0.5) for y in (top, bottom)]


def edges(tables: Sequence[Sequence[Box]]) -> list[list[tuple[int, int, int, int]]]:
    return [sorted((round(b.left), round(b.top), round(b.right), round(b.bottom)) for b in cells) for cells in tables]


GROUPED = [(0, 0, 40, 60), (40, 0, 100, 30), (100, 0, 300, 30), (40, 30, 100, 60), (100, 30, 300, 60)]
MERGED_BETWEEN = [
    *((0, 0, 100, 30), (100, 0, 300, 30)),
    (0, 30, 300, 60),
    *((0, 60, 100, 90), (100, 60, 300, 90)),
    (0, 90, 300, 120),
]


@pytest.mark.parametrize(
    "cells", [pytest.param(GROUPED, id="a heading beside rows"), pytest.param(MERGED_BETWEEN, id="merged rows between")]
)
def test_a_line_above_and_one_below_each_cell(cells: list[tuple[int, int, int, int]]) -> None:
    to_remarks = [Rule(310, y, 330, y + 0.5) for y in (150, 200)]
    rules = [*(rule for sides in cells for rule in cell(*sides)), *to_remarks]
    assert edges(open_sided(rules, TOLERANCE)) == [sorted(cells)]


def test_two_tables_one_below_the_other() -> None:
    lower = [(left, top + 100, right, bottom + 100) for left, top, right, bottom in GROUPED]
    rules = [rule for sides in (*lower, *GROUPED) for rule in cell(*sides)]
    assert edges(open_sided(rules, TOLERANCE)) == [sorted(GROUPED), sorted(lower)]


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([Rule(100, y, 300, y + 0.5) for y in (20, 40, 60, 80)], id="lines to write on"),
        pytest.param(
            [Rule(x, y, x + 90, y + 0.5) for x in (60, 210) for y in (20, 40, 60, 80)], id="lines to write on, abreast"
        ),
        pytest.param([Rule(0, y, 300, y + 0.5) for y in (0, 30, 30, 60)], id="lines between rows, without columns"),
        pytest.param(
            [Rule(x, y, x + 101, y + 0.5) for y in (30, 60, 90, 120) for x in (0, 100, 200)], id="a line below each row"
        ),
        pytest.param(
            [*(Rule(x, y, x + 101, y + 0.5) for y in (30, 90) for x in (0, 100)), Rule(0, 60, 201, 60.5)],
            id="a line below each row, one of them merged",
        ),
        pytest.param([], id="nothing"),
    ],
)
def test_lines_that_are_no_cells(rules: list[Rule]) -> None:
    assert open_sided(rules, TOLERANCE) == []


STORY = [
    "他主持了大桥的主拱合龙，连续三个月没有",
    "休过一个完整的周末，把误差控制在毫米以",
    "内，还带出了十名徒弟，",
] * 2


def lines_at(x: float, top: float, pitch: float, said: Sequence[str]) -> list[Text]:
    boxes = (Box(x, top + pitch * i, x + 10 * len(line), top + pitch * i + 10) for i, line in enumerate(said))
    return [Text(box, line) for box, line in zip(boxes, said, strict=True)]


@pytest.mark.parametrize("heading", ["核心事迹简介：", "核心事迹简介"])
@pytest.mark.parametrize(("at", "beside"), [(0, 200), (250, 0)], ids=["on its left", "on its right"])
def test_fields_beside_a_story(at: float, beside: float, heading: str) -> None:
    """A value is not cut by what stands beside it, and the longest field does not run into the next one."""
    fields = [
        "姓名：张伟",
        "单位：某某工程建设集团有限",
        "公司",
        "职务：主任",
        "推荐人/单位：某某工程公司",
        "关系：同事",
    ]
    title = Text(Box(100, 0, 260, 14), "重庆工程师故事线索征集表")
    page = [title, *lines_at(at, 30, 17, fields), *lines_at(beside, 30, 13, [heading, *STORY])]
    blocks = [block.text for block in blocks_of(page, []) if isinstance(block, Paragraph)]
    assert blocks[1:6] == ["姓名：张伟", "单位：某某工程建设集团有限公司", *fields[3:]]
    assert "".join(blocks[6:]) == heading + "".join(STORY)


def test_labels_beside_their_values_are_no_two_blocks() -> None:
    said = ["核心事迹简介：", *STORY]
    labels = [f"第{n}段：李" for n in "一二三四五六七"]
    page = [*lines_at(0, 30, 17, labels), *lines_at(200, 30, 17, said)]
    assert not all(isinstance(block, Paragraph) for block in blocks_of(page, []))
