"""Screenshots of one page: what two of them show is there once; pages that only begin alike stay what they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from intake.documents.document import Table
from intake.documents.pages.overlap import once, page_by_page, without_window
from intake.documents.pages.ruling import Box, Text, blocks_of
from intake.documents.pages.stacking import Sheet, stacked

EM, PITCH = 25.0, 30
STORY = [f"第{i}年他在{i}号桥上守了整整一个月，" for i in range(1, 13)]


def shown(lines: list[str], top: float, ends: Sequence[tuple[str, str]] = (), bar: str = "") -> Sheet:
    """A picture with these lines of a story's cell, and below it rows of a label and a value; a window's bar above."""
    texts = [Text(Box(-200, 5, -100, 30), bar, 1.0)] if bar else []
    for i, line in enumerate(lines):
        y = top + i * PITCH
        texts.append(Text(Box(10, y, 10 + EM * len(line), y + EM), line, 1.0))
    edge = top + len(lines) * PITCH
    cells = [Box(0, top - 10, 1000, edge)]
    for label, value in ends:
        cells += [Box(0, edge, 300, edge + 50), Box(300, edge, 1000, edge + 50)]
        texts += [
            Text(Box(x, edge + 10, x + EM * len(said), edge + 10 + EM), said, 1.0)
            for x, said in ((10, label), (310, value))
        ]
        edge += 50
    return Sheet(1100.0, EM, texts, [cells])


ROWS = [("线索亮点", "攻坚克难"), ("推荐人/单位", "张伟"), ("与被推荐人关系", "同事")]


def test_lines_that_two_screenshots_show_are_there_once():
    sheets = [shown(STORY[:8], 700, bar="章节 审阅 视图"), shown(STORY[5:], 100, ROWS, bar="章节 审阅 视图")]
    (whole,) = once(sheets)
    (table,) = (block for block in blocks_of(*stacked([whole])) if isinstance(block, Table))
    said = [cell.text.replace("\n", "") for cell in table.cells]
    assert said == ["".join(STORY), *(text for row in ROWS for text in row)]


def test_a_line_cut_in_half_by_the_screens_edge_is_taken_from_the_other_screenshot():
    (whole,) = once([shown([*STORY[:8], "竺9午他仕"], 700), shown(["尸年恤在", *STORY[6:]], 100, ROWS)])
    assert [text.text for text in whole.texts][:12] == STORY


def test_the_same_page_twice_is_no_overlap():
    sheets = [shown(STORY, 100, ROWS), shown(STORY, 130, ROWS)]
    assert once(sheets) == sheets


def test_a_heading_that_each_page_repeats_is_no_overlap():
    sheets = [
        shown(["姓名与工作单位", "出生年月与党派", *STORY[:6]], 100),
        shown(["姓名与工作单位", "出生年月与党派", *STORY[6:]], 100),
    ]
    assert once(sheets) == sheets


def windowed(sheet: Sheet, clock: str) -> Sheet:
    """On a screen, below a window's menus and above its bar."""
    window = [
        (clock, 10),
        ("开始 插入 页面", 60),
        ("宋体 五号", 100),
        ("查找替换", 140),
        (f"页面：1/2 {clock}", 1040),
        ("100%", 1040),
    ]
    beside = [Text(Box(20, y, 200, y + EM), said, 1.0) for said, y in window]
    return replace(sheet, texts=[*sheet.texts, *beside])


def test_a_windows_menus_and_its_bar_are_not_read():
    sheets = [shown(STORY[:8], 300), shown(STORY[5:], 250, ROWS)]
    seen = [windowed(sheet, clock) for sheet, clock in zip(sheets, ("20:32", "20:33"), strict=True)]
    assert without_window(seen) == sheets


def test_headings_and_page_numbers_of_two_forms_are_no_window():
    sheets = [
        shown(STORY[:8], 300, ROWS, bar="重庆工程师故事线索征集表"),
        shown(STORY[5:], 250, ROWS, bar="重庆工程师故事线索征集表"),
    ]
    assert without_window(sheets) == sheets


def test_pages_of_a_long_screenshot_are_told_by_the_gap_between_them():
    first, second = shown(STORY[:8], 300), shown(STORY[8:], 900, ROWS)
    both = replace(first, texts=[*first.texts, *second.texts], tables=[*first.tables, *second.tables])
    assert page_by_page([both]) == [first, second]
    near = shown(STORY[8:], 600, ROWS)
    alone = replace(first, texts=[*first.texts, *near.texts], tables=[*first.tables, *near.tables])
    assert page_by_page([alone]) == [alone]
