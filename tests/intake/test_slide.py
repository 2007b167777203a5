"""Slides: the fields and the story side by side."""

from __future__ import annotations

from time import process_time

from intake.documents.pages.setting import Box, Text
from intake.documents.pages.slide import FIELDS, LINES, MOST, slide_of

EM = 12.0


def line(left: float, top: float, text: str) -> Text:
    return Text(Box(left, top, left + EM * len(text), top + EM), text)


def fields(count: int) -> list[Text]:
    return [line(0, 40 + 30 * n, f"工作单位：第{n}公司") for n in range(count)]


def story(count: int) -> list[Text]:
    """Its lines are nearer to each other than those of the fields, as a story's are."""
    return [line(300, 45 + 17 * n, "他三十年如一日坚守在桥梁建设的第一线") for n in range(1, count + 1)]


HEADING, BEGINS = line(150, 0, "线索征集表"), line(300, 45, "核心事迹简介：")


def test_fields_and_story_side_by_side_are_two_blocks() -> None:
    found = slide_of([HEADING, *fields(FIELDS + 1), BEGINS, *story(LINES + 2)])
    assert found is not None
    assert (found.above, found.blocks) == ([HEADING], (fields(FIELDS + 1), [BEGINS, *story(LINES + 2)]))


def test_values_beside_their_labels_are_no_story() -> None:
    beside = [line(300, text.box.top, "他三十年如一日坚守在桥梁建设的第一线") for text in fields(8)]
    assert slide_of([HEADING, *fields(8), *beside]) is None


def test_a_full_page_of_words_in_columns_costs_little() -> None:
    """Every word may be where the other block begins: a manual of three pages once took eight seconds."""
    words = [line(n % 20 * 31 + n / 7, n // 20 * 20, "mtree") for n in range(MOST)]
    start = process_time()
    assert slide_of(words) is None
    assert process_time() - start < 2  # for each word anew, all words measured: half a minute
