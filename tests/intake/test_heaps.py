"""Lines so close together that they were taken for one."""

from __future__ import annotations

import numpy as np
from written_lines import page_of

from intake.documents.pages.heaps import singly
from intake.documents.pages.ruling import Box


def test_lines_that_were_taken_for_one_are_several() -> None:
    page = page_of(*["他在现场守了三十七个昼夜没有回家"] * 4)
    heap = Box(5, 52, 690, 210)  # the last three; the second one was found as well
    found = sorted(
        singly(page, [Box(5, 4, 690, 56), Box(5, 55, 690, 105), Box(5, 4, 90, 56), heap]), key=lambda box: box.y
    )
    assert [round(box.y / 50 - 0.6) for box in found] == [0, 0, 1, 2, 3]


def test_a_large_heading_is_one_line() -> None:
    page = np.kron(page_of("关于推荐人选的函"), np.ones((2, 2), np.uint8))
    boxes = [Box(0, 0, 690, 140), *[Box(0, 200 + 50 * i, 300, 250 + 50 * i) for i in range(5)]]
    assert set(singly(page, boxes)) == set(boxes)
