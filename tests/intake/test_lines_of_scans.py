"""Lines of a scanned page as its writers set them: one letter below the other, close together, leaning."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from intake.documents.document import Scan, Table
from intake.documents.limits import Allowance
from intake.documents.pages.downward import side_by_side
from intake.documents.pages.heaps import singly
from intake.documents.pages.models import models
from intake.documents.pages.ocr import Engine
from intake.documents.pages.ruling import Box, Text
from intake.documents.pages.scan import recogniser
from intake.documents.pages.setting import lines_of
from intake.documents.pages.unlevel import unlevel

FONT = ImageFont.truetype("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 40)


def page_of(*lines: str, pitch: int = 50, width: int = 700) -> NDArray[np.uint8]:
    page = Image.new("L", (width, 20 + pitch * len(lines)), 245)
    for number, line in enumerate(lines):
        ImageDraw.Draw(page).text((10, 5 + pitch * number), line, fill=20, font=FONT)
    return np.asarray(page)


def saved(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def test_a_narrow_columns_label_is_read_from_top_to_bottom() -> None:
    """The detector takes 被推荐人姓名 with a letter a line for one line, which read as 试验."""
    folder = models()
    assert folder is not None
    strip = page_of(*"被推荐人工二年", width=60)
    assert Engine(folder).read(side_by_side(strip)).text == "被推荐人工二年"


def test_a_single_letter_and_a_line_stay_as_they_are() -> None:
    broken = page_of("5", width=45).copy()
    broken[35:38] = 245  # as a fax loses a row of dots
    for strip in (page_of("三", width=45), page_of("吕", width=45), page_of("1", width=40), broken, page_of("推荐人")):
        assert side_by_side(strip) is strip


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


def text(said: str, x: float, y: float) -> Text:
    return Text(Box(x, y, x + 10 * len(said), y + 10), said)


def test_a_label_half_way_between_two_lines_is_a_cell_of_its_own() -> None:
    """A copied seal had covered the border: 智云新能与被推荐人关系源发电."""
    value, label = [text("重庆智云新能", 0, 0), text("源发电公司", 0, 12)], [text("与被推荐人关系", 80, 6)]
    assert unlevel([value[0], *label, value[1]]) == [value, label]
    level = [*value, text("甲", 80, 0), text("乙", 80, 12)]
    assert unlevel(level) == [level]
    below = [*value, text("2026年3月", 80, 24)]  # a date at the right, below
    assert unlevel(below) == [below]


def test_a_written_line_that_leans_into_the_next_one_stands_before_it() -> None:
    above, below = text("他带着三名年轻同事在狭小的机舱", 5, 0), text("里一待就是八个小时逐个排查原因", 0, 4)
    assert [line.text for line in lines_of([below, above])] == [above.text, below.text]


def test_dirt_beside_a_label_is_none_of_its_letters() -> None:
    """It was read as ·电话, and no label."""
    page = Image.new("L", (1240, 1754), 245)
    draw = ImageDraw.Draw(page)
    for row, said in enumerate(("电话", "工作单位", "出生年月")):
        draw.rectangle((200, 300 + 90 * row, 1000, 390 + 90 * row), outline=20, width=3)
        draw.text((320, 315 + 90 * row), said, fill=20, font=FONT)
    draw.ellipse((298, 338, 308, 348), fill=60)
    found = recogniser()
    assert found is not None
    document = found.read([Scan(saved(page), "png")], Allowance())
    assert document is not None
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert [cell.text for cell in table.cells] == ["电话", "工作单位", "出生年月"]
