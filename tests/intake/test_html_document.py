"""HTML as mail clients, Word and web forms write it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.documents.document import Cell, Document, Paragraph, Table
from intake.documents.html import html_document
from intake.documents.text import text_document

LINES = [
    ("paragraphs", "<p>甲</p><p>乙</p>", ["甲", "乙"]),
    ("divisions and breaks", "<div>甲<br>乙</div><div>丙</div>", ["甲", "乙", "丙"]),
    ("an empty line stays", "<div>甲</div><div><br></div><div>乙</div>", ["甲", "", "乙"]),
    ("blanks are squeezed", "<p>  甲\n   乙 </p>", ["甲 乙"]),
    ("inline tags", "<p><b>姓</b><span>名</span>：<font color=red>张伟</font></p>", ["姓名：张伟"]),
    ("entities", "<p>A&amp;B&nbsp;&lt;C&gt; &#24352;</p>", ["A&B\xa0<C> 张"]),
    ("no tags at all", "姓名：张伟", ["姓名：张伟"]),
    ("unclosed", "<div><p>甲<p>乙<div>丙", ["甲", "乙", "丙"]),
    ("unseen parts", "<head><title>x</title><style>y</style></head><script>z</script><p>甲</p><!-- 乙 -->", ["甲"]),
    ("hidden", "<div style='DISPLAY: none'>预览</div><p>甲</p>", ["甲"]),
    ("Word's own tags", "<p class=MsoNormal>甲<o:p></o:p></p><o:p>乙</o:p>", ["甲", "乙"]),
    ("controls", "<input type=checkbox checked>男<input type=checkbox>女 <input value=张伟><input type=hidden value=x>", ["☑男☐女 张伟"]),
    ("select and textarea", "<select><option>男<option selected>女</select><textarea>事迹</textarea>", ["女事迹"]),
    ("encoding declared within", '<?xml version="1.0" encoding="gbk"?><html><meta charset="gb2312"><p>张伟</p></html>', ["张伟"]),
    ("nothing", "", []),
    ("only a comment", "<!-- x -->", []),
    ("zero bytes", "\0<p>甲\0</p>", ["甲"]),
]  # fmt: skip


@pytest.mark.parametrize(("html", "lines"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
def test_lines(html, lines):
    assert html_document(html) == Document(tuple(Paragraph(line) for line in lines), "html")


TABLES = [
    ("plain", "<tr><td>A<td>B<tr><th>C", [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B"), (1, 0, 1, 1, "C")]),
    ("colspan", "<tr><td colspan=2>A<td>B", [(0, 0, 1, 2, "A"), (0, 2, 1, 1, "B")]),
    ("rowspan", "<tr><td rowspan=2>A<td>B<tr><td>C", [(0, 0, 2, 1, "A"), (0, 1, 1, 1, "B"), (1, 1, 1, 1, "C")]),
    ("sections", "<thead><tr><td>A</thead><tbody><tr><td>B</tbody>", [(0, 0, 1, 1, "A"), (1, 0, 1, 1, "B")]),
    ("absurd spans", "<tr><td rowspan=99 colspan=0>A<td colspan=x>B", [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B")]),
    ("lines in a cell", "<tr><td><p>一</p><p>二</p>", [(0, 0, 1, 1, "一\n二")]),
]


@pytest.mark.parametrize(("rows", "cells"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES])
def test_table(rows, cells):
    (table,) = html_document(f"<table>{rows}</table>").blocks
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells] == cells


def test_spans_without_end_are_bounded():
    (table,) = html_document("<table><tr>" + "<td rowspan=100 colspan=100>x" * 500).blocks
    assert len(table.cells) == 500
    assert table.columns < 100 * 500


def test_nested_table_and_text_around():
    found = html_document("前<table><tr><td>外<table><tr><td>内</table></table>后")
    inner = Table(1, 1, (Cell(0, 0, 1, 1, "内"),))
    assert found.blocks == (Paragraph("前"), Table(1, 1, (Cell(0, 0, 1, 1, "外", (inner,)),)), Paragraph("后"))


@pytest.mark.parametrize("tag", ["div", "span", "table><tr><td", "p", "ul><li"])
def test_any_depth(tag):
    assert isinstance(html_document(f"<{tag}>" * 5_000 + "底"), Document)


PIECES = st.sampled_from(
    [
        "<table>",
        "<tr>",
        "<td rowspan=3>",
        "</td>",
        "</table>",
        "<br>",
        "<p>",
        "&#0;",
        "&#x110000;",
        "<!--",
        "<![CDATA[",
        "张",
    ]
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=30).map("".join))
@settings(max_examples=200, deadline=None)
def test_anything_is_read(html):
    assert isinstance(html_document(html), Document)


def test_text_keeps_its_lines():
    assert text_document("姓名：张伟\n\n性别：男\r\n").blocks == (
        Paragraph("姓名：张伟"),
        Paragraph(""),
        Paragraph("性别：男"),
    )
