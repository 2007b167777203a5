"""Files of plain text: lines, and sheets that were saved as text."""

import csv
import io

import pytest
from forms import GRID, LABELS, TITLE, ZHANG_WEI
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.documents.document import Document, Paragraph, Table, Unreadable
from intake.documents.open import open_document
from intake.forms.forms import read_forms

LINES = [
    ("lines", "姓名：张伟\n\n性别：男\r\n", ["姓名：张伟", "", "性别：男"]),
    ("commas in prose", "各位老师,您好,附件请查收\n谢谢", ["各位老师,您好,附件请查收", "谢谢"]),
    ("one comma a line", "姓名,张伟\n性别,男", ["姓名,张伟", "性别,男"]),
    ("tabs here and there", "姓名\t张伟\t性别\t男\n工作单位\t某某公司", ["姓名\t张伟\t性别\t男", "工作单位\t某某公司"]),
    (
        "labels and values by tabs",
        "姓名\t张伟\n性别\t男\n单位\t甲\n职务\t乙\n职称\t丙",
        ["姓名\t张伟", "性别\t男", "单位\t甲", "职务\t乙", "职称\t丙"],
    ),
    ("a quotation mark never closed", '"A,B,C\n', ['"A,B,C']),
]


@pytest.mark.parametrize(("text", "lines"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_lines(text, lines, charset):
    assert open_document(text.encode(charset), "x").blocks == tuple(map(Paragraph, lines))


SHEETS = [
    ("a list", "姓名,性别,单位\n张伟,,某某公司\n", [(0, 0, 1, "姓名"), (0, 1, 1, "性别"), (0, 2, 1, "单位"), (1, 0, 1, "张伟"), (1, 1, 1, ""), (1, 2, 1, "某某公司")]),
    ("a drawn form", "征集表,,,\n姓名,,张伟,男\n", [(0, 0, 4, "征集表"), (1, 0, 2, "姓名"), (1, 2, 1, "张伟"), (1, 3, 1, "男")]),
    ("by tabs", "姓名\t性别\t单位\n张伟\t男\t甲,乙\n", [(0, 0, 1, "姓名"), (0, 1, 1, "性别"), (0, 2, 1, "单位"), (1, 0, 1, "张伟"), (1, 1, 1, "男"), (1, 2, 1, "甲,乙")]),
    ("by semicolons, with a title", "征集表\n姓名;性别;单位\n张伟;男;甲\n", [(0, 0, 3, "征集表"), (1, 0, 1, "姓名"), (1, 1, 1, "性别"), (1, 2, 1, "单位"), (2, 0, 1, "张伟"), (2, 1, 1, "男"), (2, 2, 1, "甲")]),
    ("labels and values", "姓名,张伟\n性别,男\n单位,甲\n职务,\n职称,工程师\n", [(r, c, 1, text) for r, row in enumerate([("姓名", "张伟"), ("性别", "男"), ("单位", "甲"), ("职务", ""), ("职称", "工程师")]) for c, text in enumerate(row)]),
    ("quoted values by tabs", '姓名\t"张伟"\n性别\t"男"\n单位\t"甲"\n职务\t""\n职称\t"乙"\n', [(r, c, 1, text) for r, row in enumerate([("姓名", "张伟"), ("性别", "男"), ("单位", "甲"), ("职务", ""), ("职称", "乙")]) for c, text in enumerate(row)]),
    ("lines in a cell", 'A,B,C\n"一\n二","说""好""",三\n', [(0, 0, 1, "A"), (0, 1, 1, "B"), (0, 2, 1, "C"), (1, 0, 1, "一\n二"), (1, 1, 1, '说"好"'), (1, 2, 1, "三")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "cells"), [row[1:] for row in SHEETS], ids=[row[0] for row in SHEETS])
def test_sheet(text, cells):
    (table,) = open_document(text.encode("gb18030"), "表.csv").blocks
    assert [(c.row, c.column, c.column_span, c.text) for c in table.cells] == cells


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark(charset):
    data = "姓名：张伟\r\n性别：男\r\n".encode(charset)
    assert open_document(data, "x").blocks == (Paragraph("姓名：张伟"), Paragraph("性别：男"))


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_damaged_character(charset):
    data = ("姓名：张伟\n" * 99).encode(charset)[:-2] + b"\xff\n"
    blocks = open_document(data, "x").blocks
    assert blocks[:98] == (Paragraph("姓名：张伟"),) * 98


def as_csv(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("gb18030")


def test_filled_form(story_campaign):
    rows = [[TITLE]]
    for line in GRID:
        pairs = [(LABELS[key], a, ZHANG_WEI[key], b) for key, a, b in line]
        texts = [(text, n) for label, a, value, b in pairs for text, n in ((label, a), (value, b))]
        lines = [[text] for text in texts] if len(line) == 1 else [texts]
        rows += [[piece for text, n in one for piece in (text, *[""] * (n - 1))] for one in lines]
    data = as_csv([row + [""] * (24 - len(row)) for row in rows])
    (form,) = read_forms(open_document(data, "x"), story_campaign)
    assert {key: one.text for key, one in form.fields.items()} == ZHANG_WEI


def test_what_lacks_in_a_list_is_not_taken_from_its_neighbour(story_campaign):
    keys = list(LABELS)
    values = [{**ZHANG_WEI, "nominee_name": name, "party": "", "title": ""} for name in ("张伟", "李娜")]
    data = as_csv([[LABELS[key] for key in keys], *([one[key] for key in keys] for one in values)])
    forms = read_forms(open_document(data, "x"), story_campaign)
    assert [{key: one.text for key, one in form.fields.items()} for form in forms] == [
        {key: text for key, text in one.items() if text} for one in values
    ]


def test_a_list_that_is_too_long_is_read_as_far_as_its_last_whole_row():
    rows = [["姓名", "性别", "事迹"], *([f"张{n}", "男", "他攻克难题，\n精益求精。" * 100] for n in range(800))]
    (table,) = open_document(as_csv(rows), "表.csv").blocks
    assert isinstance(table, Table)
    assert 300 < table.rows < 800
    assert table.cells[-1].text == rows[1][2]


@given(st.text(alphabet='甲,\t\n\r"1 ', max_size=60))
@settings(max_examples=200)
def test_any_text_is_read(text):
    found = open_document(text.encode(), "x")
    assert isinstance(found, Document | Unreadable)
    assert isinstance(found, Unreadable) or all(isinstance(block, Paragraph | Table) for block in found.blocks)
