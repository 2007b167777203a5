"""Photographs of a form's pages in the order of the form."""

from __future__ import annotations

import pytest

from intake.documents.pages.order import in_order
from intake.documents.pages.ruling import Box, Text
from intake.documents.pages.stacking import Sheet

EM = 20.0


def sheet(said: str, *, large: bool = False, above: bool = False, table: bool = True) -> Sheet:
    """A page whose `said` stands above its table, in large letters perhaps."""
    texts = [Text(Box(100, 300, 900, 320), f"{said}的内容")]
    if above:
        texts.append(Text(Box(300, 100, 700, 100 + (2 if large else 1) * EM), said))
    return Sheet(1000.0, EM, texts, [[Box(50, 200, 950, 900)]] if table else [])


FIRST = sheet("线索征集表", large=True, above=True)
SECOND = sheet("第二页")
LOST_BORDER = sheet("第二页", above=True)  # of its first row: it stands above the table, too
STORY = sheet("核心事迹简介", large=True, above=True, table=False)
LINES = sheet("没有表格", table=False)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ([FIRST, SECOND], [FIRST, SECOND]),
        ([SECOND, FIRST], [FIRST, SECOND]),
        ([LOST_BORDER, FIRST], [FIRST, LOST_BORDER]),
        ([FIRST, LOST_BORDER], [FIRST, LOST_BORDER]),
        ([SECOND, STORY], [SECOND, STORY]),  # the first page's heading was not seen
        ([FIRST, STORY], [FIRST, STORY]),
        ([STORY, FIRST], [FIRST, STORY]),
        ([LINES, STORY], [STORY, LINES]),  # a form without a table
        ([SECOND, SECOND], [SECOND, SECOND]),
        ([], []),
    ],
)
def test_from_the_page_with_the_heading_on(sent: list[Sheet], read: list[Sheet]) -> None:
    assert in_order(sent) == read
