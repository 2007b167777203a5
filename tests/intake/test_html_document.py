"""HTML as mail clients, Word and web forms write it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.documents.document import Cell, Document, Paragraph, Table
from intake.documents.formats import format_of
from intake.documents.html import html_document
from intake.documents.open import open_document
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
    ("hidden in other ways", "<p style='visibility:hidden'>a</p><p hidden>b</p><p style='font-size:0px'>c</p><p style='max-height:0;overflow:hidden'>d</p><p>甲</p>", ["甲"]),
    ("no size, but sizes within", "<div style='font-size:0'><span style='font-size:14px'>甲</span></div>", ["甲"]),
    ("small, not hidden", "<p style='font-size:0.8em;line-height:0;overflow:hidden'>甲</p>", ["甲"]),
    ("deleted and inserted", "<p>张<del>三</del><ins>伟</ins><span style='text-decoration:line-through'>峰</span></p>", ["张伟"]),
    ("a control behind its label", "<p><label>姓名</label><input value=张伟></p><p>性别<input type=radio checked>男</p>", ["姓名 张伟", "性别☑男"]),
    ("lines in a text area", "<form>事迹：<textarea>甲\n乙</textarea>\n丙</form>", ["事迹：", "甲", "乙 丙"]),
    ("pinyin", "<p><ruby>张<rp>(</rp><rt>zhāng</rt></ruby>伟</p>", ["张伟"]),
    ("ticks in Wingdings", "<p><span style='font-family:\"Wingdings 2\"'>R</span>男<font face=Wingdings>&#254;</font><span style='font-family:Wingdings'>\uf0a8</span>女</p>", ["☑男☑☐女"]),
    ("lines as typed", "<pre>姓名：张伟\n性别：男</pre><div style='white-space:pre-wrap'>甲\n<b>乙\n丙</b></div>", ["姓名：张伟", "性别：男", "甲", "乙", "丙"]),
    ("islands", "<!--[if gte mso 9]><xml><w:x>1</w:x></xml><![endif]--><xml><o:Author>李四</o:Author></xml><p>甲<![if !vml]><span>乙</span><![endif]></p>", ["甲乙"]),
    ("Word's own tags", "<p class=MsoNormal>甲<o:p></o:p></p><o:p>乙</o:p>", ["甲", "乙"]),
    ("controls", "<input type=checkbox checked>男<input type=checkbox>女 <input value=张伟><input type=hidden value=x>", ["☑男☐女 张伟"]),
    ("select and textarea", "<select><option>男<option selected>女</select><textarea>事迹</textarea>", ["女", "事迹"]),
    ("encoding declared within", '<?xml version="1.0" encoding="gbk"?><html><meta charset="gb2312"><p>张伟</p></html>', ["张伟"]),
    ("one page behind another", "<html><body><p>甲</p></body></html><p>乙</p><html><body>丙</body></html>丁", ["甲", "乙", "丙丁"]),
    ("nothing", "", []),
    ("only a comment", "<!-- x -->", []),
    ("zero bytes", "\0<p>甲\0</p>", ["甲"]),
    ("not shown", "<template>a</template><noscript>b</noscript><datalist><option>c</datalist><object>d</object>A", ["A"]),
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
    ("lines in a cell", "<tr><td><p>一</p><p>二</p><td>三", [(0, 0, 1, 1, "一\n二"), (0, 1, 1, 1, "三")]),
    ("a hidden row", "<tr><td>A<td>B<tr style='display:none'><td>x<td>y", [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B")]),
    ("a form in mid-table", "<form><tr><td>A<td><input value=B></form>", [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B")]),
    ("struck out", "<tr><td>性别<td>男/<s>女</s>", [(0, 0, 1, 1, "性别"), (0, 1, 1, 1, "男/")]),
    (
        "what Excel had no room for",
        '<tr><td x:num="13800001234">1.38E+10<td x:num="22">######<td x:num="5">5',
        [(0, 0, 1, 1, "13800001234"), (0, 1, 1, 1, "22"), (0, 2, 1, 1, "5")],
    ),
    (
        "Word's hidden row of widths",
        "<tr><td colspan=2>A</td></tr><![if !supportMisalignedColumns]><tr height=0><td width=9></td><td width=9></td></tr><![endif]>",
        [(0, 0, 1, 2, "A"), (1, 0, 1, 1, ""), (1, 1, 1, 1, "")],
    ),
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
    found = html_document("前<table><tr><td>外<table><tr><td>内<td>里</table><td>旁</table>后")
    inner = Table(1, 2, (Cell(0, 0, 1, 1, "内"), Cell(0, 1, 1, 1, "里")))
    outer = Table(1, 2, (Cell(0, 0, 1, 1, "外", (inner,)), Cell(0, 1, 1, 1, "旁")))
    assert found.blocks == (Paragraph("前"), outer, Paragraph("后"))


def test_tables_that_only_lay_out_are_looked_through():
    inner = "<table><tr><td>姓名<td>张伟</table>"
    page = f"<table><tr><td>抬头</td></tr><tr><td><table><tr><td>上{inner}下</table></td></tr></table>"
    table = Table(1, 2, (Cell(0, 0, 1, 1, "姓名"), Cell(0, 1, 1, 1, "张伟")))
    assert html_document(page).blocks == (Paragraph("抬头"), Paragraph("上"), table, Paragraph("下"))


def test_caption_stands_above():
    title, table = html_document("<table><caption>征集表</caption><tr><td>A<td>B</table>").blocks
    assert (title, len(table.cells)) == (Paragraph("征集表"), 2)


@pytest.mark.parametrize("tag", ["div", "span", "table><tr><td", "p", "ul><li", "table><form", "table><tr><b"])
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
@settings(max_examples=200)
def test_anything_is_read(html):
    assert isinstance(html_document(html), Document)


@pytest.mark.parametrize("tag", ["form", "h1", "center", "span", "font color=red", "TABLE border=1", "style", "br/"])
def test_known_by_its_first_tag(tag):
    assert format_of(f"\n<!-- x -->\n<{tag}>姓名".encode()) == "html"


@pytest.mark.parametrize("charset", ["utf-16", "utf-8", "gb18030", "utf-8-sig"])
def test_file_in_its_charset(charset):
    data = '<html><head><meta charset="gb2312"></head><p>姓名：张镕</p></html>'.encode(charset)
    assert format_of(data) == "html"
    assert open_document(data, "x").blocks == (Paragraph("姓名：张镕"),)


def test_one_bad_byte_spoils_no_more():
    data = '<html><meta charset="utf-8"><p>姓名：张伟</p><p>某某'.encode() + b"\xe5</p></html>"
    assert open_document(data, "x").blocks[0] == Paragraph("姓名：张伟")


def test_text_keeps_its_lines():
    assert text_document("姓名：张伟\n\n性别：男\r\n").blocks == (
        Paragraph("姓名：张伟"),
        Paragraph(""),
        Paragraph("性别：男"),
    )
