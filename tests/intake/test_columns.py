"""Tables without drawn lines: which lines are one row, where labels wrap, are set close, or stand half way down."""

from __future__ import annotations

from collections.abc import Sequence

from intake.documents.document import Paragraph, Table
from intake.documents.pages.ruling import Box, Text, blocks_of

EM = 10.0


def text(said: str, x: float, y: float) -> Text:
    width = sum(EM if ord(c) > 0x2000 else EM / 2 for c in said)
    return Text(Box(x, y, x + width, y + EM), said)


def rows(texts: Sequence[Text]) -> list[list[str]]:
    """The rows of the one table that the texts are."""
    (table,) = (block for block in blocks_of(texts, []) if isinstance(block, Table))
    return [[cell.text for cell in table.cells if cell.row == row] for row in range(table.rows)]


def test_a_label_of_two_lines_above_a_row_of_as_many_fields() -> None:
    said = [text("被推荐人姓", 0, 0), text("名", 20, 15), text("单位", 15, 30)]
    said += [
        text(word, x, 7.5) for word, x in (("张伟", 80), ("性别", 180), ("男", 240), ("年月", 300), ("1980.05", 360))
    ]
    said += [text(word, x, 30) for word, x in (("某某公司", 80), ("党派", 180), ("群众", 240))]
    said += [text(word, x, 60) for word, x in (("年限", 15), ("22年", 80), ("职务", 180), ("主任", 240))]
    assert [row[0] for row in rows(said)] == ["被推荐人姓\n名", "单位", "年限"]


def test_a_row_of_fields_does_not_go_on_with_the_last_value_above() -> None:
    said = [text("高级工程师、一级", 250, 0), text("建造师", 250, 18)]
    said += [text(word, x, 9) for word, x in (("年限", 10), ("34年", 60), ("职称", 200))]
    said += [
        text(w, x, 43) for w, x in (("被推荐人电话", 0), ("13800001234", 70), ("推荐人电话", 150), ("13900005678", 215))
    ]
    said += [text(word, x, 77) for word, x in (("单位", 10), ("某某公司", 60), ("党派", 200), ("群众", 250))]
    assert [row[0] for row in rows(said)] == ["年限", "被推荐人电话", "单位"]


def test_labels_set_close_to_values_that_begin_at_one_place() -> None:
    facts = (("姓名", "张伟"), ("性别", "☑男 □女"), ("出生年月", "1980.05"), ("推荐人电话", "13800001234"))
    said = [
        piece for i, (a, b) in enumerate(facts) for piece in (text(a, 94 - EM * len(a), 20 * i), text(b, 100, 20 * i))
    ]
    assert rows(said) == [list(fact) for fact in facts]


def test_a_value_that_begins_above_its_label_is_not_the_story_s() -> None:
    line = "他主持了大桥的主拱合龙连续三个月没有休息"
    said = [text("姓名", 20, 0), text("张伟", 80, 0), text("核心事迹", 0, 25), text("线索亮点", 0, 108.5)]
    said += [text(line, 80, y) for y in (25, 40, 55)] + [text("完。", 80, 70)]
    said += [text(line[::-1], 80, 93.5), text(line, 80, 108.5), text("有照片。", 80, 123.5)]
    said += [text("推荐人", 10, 150), text("李娜", 80, 150)]
    assert [row[0] for row in rows(said)] == ["姓名", "核心事迹", "线索亮点", "推荐人"]
    assert rows(said)[1][1].endswith("完。")


def test_a_character_that_the_font_lacks_parts_no_line() -> None:
    line = "他主持了大桥的主拱合龙连续三个月没有休过一个完整的周末"
    said = [*(text(line, 0, 15 * i) for i in range(2)), text("地表温度超过60", 0, 30), text("，他仍然没有休息", 85, 30)]
    said += [text("又一年超过60", 0, 45), text("，他也没有休息", 85, 45), text("姓名", 0, 60), text("张伟", 85, 60)]
    assert all(isinstance(block, Paragraph) for block in blocks_of(said, []))


def test_lines_of_prose_are_no_table() -> None:
    line = "他主持了大桥的主拱合龙连续三个月没有休过一个完整的周末"
    assert all(isinstance(block, Paragraph) for block in blocks_of([text(line, 0, 15 * i) for i in range(6)], []))
