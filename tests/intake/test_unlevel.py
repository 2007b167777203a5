"""Two cells whose border was lost, told by lines that are level with none of the other."""

from __future__ import annotations

from intake.documents.pages.ruling import Box, Text
from intake.documents.pages.unlevel import unlevel


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
