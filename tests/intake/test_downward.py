"""Letters that stand one below the other."""

from __future__ import annotations

from written_lines import page_of

from intake.documents.pages.downward import side_by_side
from intake.documents.pages.models import models
from intake.documents.pages.ocr import Engine


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
