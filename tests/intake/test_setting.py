"""Rows of texts."""

from __future__ import annotations

from intake.documents.pages.ruling import Box, Text
from intake.documents.pages.setting import lines_of


def text(said: str, x: float, y: float) -> Text:
    return Text(Box(x, y, x + 10 * len(said), y + 10), said)


def test_a_written_line_that_leans_into_the_next_one_stands_before_it() -> None:
    above, below = text("他带着三名年轻同事在狭小的机舱", 5, 0), text("里一待就是八个小时逐个排查原因", 0, 4)
    assert [line.text for line in lines_of([below, above])] == [above.text, below.text]
