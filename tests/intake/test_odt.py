"""OpenDocument as LibreOffice and WPS write it: texts, sheets, zipped and flat."""

import base64
import io
import tracemalloc
import zipfile

import pytest
from forms import GRID, LABELS, TITLE, ZHANG_WEI
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.documents.document import MAX_BLOCKS, Cell, Document, Paragraph, Table, Unreadable
from intake.documents.formats import format_of
from intake.documents.limits import Allowance, Exceeded, Limits
from intake.documents.means import PLAIN
from intake.documents.odf.odt import odt_document
from intake.documents.open import open_document
from intake.forms.forms import read_forms

OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMESPACES = (
    f'xmlns:office="{OASIS}:office:1.0" xmlns:text="{OASIS}:text:1.0" xmlns:table="{OASIS}:table:1.0" '
    f'xmlns:draw="{OASIS}:drawing:1.0" xmlns:form="{OASIS}:form:1.0" xmlns:style="{OASIS}:style:1.0" '
    f'xmlns:svg="{OASIS}:svg-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0" '
    'xmlns:field="urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0"'
)
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="content.xml">{}</manifest:file-entry></manifest:manifest>'
)
STYLES = (
    '<style:style style:name="T4" style:family="text"><style:text-properties style:font-name="Wingdings 2"/></style:style>'
    '<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="T2" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="T3" style:family="text"><style:text-properties style:text-line-through-style="none"/></style:style>'
    '<style:style style:name="P1" style:family="paragraph"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
)


def xml(body, kind="text", root="document-content"):
    styles = f"<office:automatic-styles>{STYLES}</office:automatic-styles>"
    inner = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    return f'<?xml version="1.0" encoding="UTF-8"?><office:{root} {NAMESPACES}>{styles}{inner}</office:{root}>'


def packed(content, kind="text", manifest="", **members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(zipfile.ZipInfo("mimetype"), f"application/vnd.oasis.opendocument.{kind}")
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", MANIFEST.format(manifest))
        for name, data in members.items():
            package.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def odt(body, kind="text", **members):
    return packed(xml(body, kind), kind, **members)


def read(data, allowance=None):
    return odt_document(data, allowance or Allowance(), PLAIN)


def p(*content):
    return f"<text:p>{''.join(content)}</text:p>"


def cell(text, attributes=""):
    return f"<table:table-cell {attributes}>{p(text)}</table:table-cell>"


def row(*cells, attributes=""):
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def table(*rows, attributes=""):
    return f'<table:table {attributes}><table:table-column table:number-columns-repeated="9"/>{"".join(rows)}</table:table>'


COVERED = "<table:covered-table-cell/>"
CONTROLS = (
    "<office:forms><form:form>"
    '<form:checkbox xml:id="c1" form:id="c1" form:current-state="checked" form:label="男"/>'
    '<form:checkbox form:id="c2" form:state="unchecked" form:label="女"/>'
    '<form:text form:id="c3" form:current-value="张伟"/><form:password form:id="c4" form:value="x"/>'
    '<form:listbox form:id="c5"><form:option form:label="甲"/><form:option form:current-selected="true" form:label="乙"/></form:listbox>'
    "</form:form></office:forms>"
)
MARK = '<field:fieldmark field:type="vnd.oasis.opendocument.field.{}">{}</field:fieldmark>'


def param(name, value):
    return f'<field:param field:name="{name}" field:value="{value}"/>'


LINES = [
    ("spans and headings", '<text:h>甲</text:h><text:p>被推荐<text:span text:style-name="T3">人姓</text:span>名</text:p>', ["甲", "被推荐人姓名"]),
    ("blanks", p('A  \n B<text:s text:c="3"/>C<text:s/>D<text:tab/>E<text:line-break/>F'), ["A B   C D\tE\nF"]),
    ("lists", f"<text:list><text:list-header>{p('A')}</text:list-header><text:list-item>{p('B')}<text:list><text:list-item>{p('C')}</text:list-item></text:list></text:list-item></text:list>", ["A", "B", "C"]),
    ("sections", f'<text:section>{p("A")}</text:section><text:section text:display="none">{p("B")}</text:section>', ["A"]),
    ("deletions", f'<text:tracked-changes><text:changed-region><text:deletion>{p("B")}</text:deletion></text:changed-region></text:tracked-changes>{p("A<text:change/>C")}', ["AC"]),
    ("hidden and struck out", p('A<text:span text:style-name="T1">B</text:span><text:span text:style-name="T2">C</text:span>D') + '<text:p text:style-name="P1">E</text:p>', ["AD", ""]),
    ("notes and comments", p("A<text:note><text:note-body>", p("B"), "</text:note-body></text:note><office:annotation><dc:creator>C</dc:creator></office:annotation>D"), ["AD"]),
    ("pinyin", p("<text:ruby><text:ruby-base>张</text:ruby-base><text:ruby-text>zhang</text:ruby-text></text:ruby>伟"), ["张伟"]),
    ("a link", p('<text:a>A</text:a><text:bookmark-start text:name="x"/>B'), ["AB"]),
    ("a text box", p(f"A<draw:frame><draw:text-box>{p('B')}{p('C')}</draw:text-box><svg:desc>D</svg:desc></draw:frame>E"), ["AE", "B", "C"]),
    ("a shape with text", f"<draw:custom-shape>{p('A')}</draw:custom-shape>{p('B')}", ["A", "B"]),
    ("controls", CONTROLS + p('<draw:control draw:control="c1"/><draw:control draw:control="c2"/> <draw:control draw:control="c3"/><draw:control draw:control="c4"/><draw:control draw:control="c5"/>'), ["☑男☐女 张伟乙"]),
    ("content controls", p('<loext:content-control loext:checkbox="true" loext:checked="true">☒</loext:content-control>A<loext:content-control loext:showing-place-holder="true">单击</loext:content-control><loext:content-control>B</loext:content-control>'), ["☑AB"]),
    ("Word's form fields", p(MARK.format("FORMCHECKBOX", param("Checkbox_Checked", "true")), "A", MARK.format("FORMCHECKBOX", ""), MARK.format("FORMDROPDOWN", param("Dropdown_ListEntry", "甲") + param("Dropdown_ListEntry", "乙") + param("Dropdown_Selected", "1"))), ["☑A☐乙"]),
    ("ticks in Wingdings", p('<text:span text:style-name="T4">R</text:span>男\uf0a8女'), ["☑男☐女"]),
    ("an input field", p("<text:text-input>张伟</text:text-input>"), ["张伟"]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "lines"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
def test_lines(body, lines):
    assert read(odt(body)).blocks == tuple(map(Paragraph, lines))


TABLES = [
    ("plain", row(cell("A"), cell("B")), [(0, 0, 1, 1, "A"), (0, 1, 1, 1, "B")]),
    ("spans", row(cell("A", 'table:number-rows-spanned="2"'), cell("B", 'table:number-columns-spanned="2"'), COVERED) + row(COVERED, cell("C"), cell("D")), [(0, 0, 2, 1, "A"), (0, 1, 1, 2, "B"), (1, 1, 1, 1, "C"), (1, 2, 1, 1, "D")]),
    ("headings and groups", f"<table:table-header-rows>{row(cell('A'))}</table:table-header-rows><table:table-row-group><table:table-rows>{row(cell('B'))}</table:table-rows></table:table-row-group>", [(0, 0, 1, 1, "A"), (1, 0, 1, 1, "B")]),
    ("repeated", row(cell("", 'table:number-columns-repeated="2"'), cell("A"), attributes='table:number-rows-repeated="2"'), [(0, 0, 1, 1, ""), (0, 1, 1, 1, ""), (0, 2, 1, 1, "A"), (1, 0, 1, 1, ""), (1, 1, 1, 1, ""), (1, 2, 1, 1, "A")]),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "cells"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES])
def test_table(rows, cells):
    (found,) = read(odt(table(rows))).blocks
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in found.cells] == cells


def test_table_within_a_cell():
    nested = f"<table:table-cell>{p('A')}{table(row(cell('B')))}{p('C')}</table:table-cell>"
    inner = Table(1, 1, (Cell(0, 0, 1, 1, "B"),))
    assert read(odt(table(row(nested)))).blocks == (Table(1, 1, (Cell(0, 0, 1, 1, "A\nC", (inner,)),)),)


def valued(kind, value, shown, attribute="value"):
    return f'<table:table-cell office:value-type="{kind}" office:{attribute}="{value}">{p(shown) if shown else ""}</table:table-cell>'


VALUES = [
    (valued("float", "13800001234", "13800001234"), "13800001234"),
    (valued("float", "13800001234", "1.38E+10"), "13800001234"),
    (valued("float", "13800001234", "###"), "13800001234"),
    (valued("float", "13800001234", "13,800,001,234"), "13800001234"),
    (valued("float", "1980.1", "1980.10"), "1980.10"),
    (valued("float", "22", "22年"), "22年"),
    (valued("float", "2367891234", "02367891234"), "02367891234"),
    (valued("float", "22", ""), "22"),
    (valued("float", "x", "###"), "###"),
    (valued("date", "1980-05-01", "1980年5月", "date-value"), "1980年5月"),
    (valued("date", "1980-05-01", "80-05-01", "date-value"), "1980年5月1日"),
    (valued("date", "1980-05-01", "80-5", "date-value"), "1980年5月"),
    (valued("date", "1980-05-01", "###", "date-value"), "1980年5月1日"),
    (valued("date", "1980-05-01", "5/1/1980", "date-value"), "1980年5月1日"),
    (valued("date", "2026-05-01", "5月1日", "date-value"), "5月1日"),
    (valued("string", "", "张伟"), "张伟"),
    (cell("一") .replace("</text:p>", "</text:p><text:p>二</text:p>"), "一\n二"),
    (cell("张伟<office:annotation><text:p>批注</text:p></office:annotation>"), "张伟"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "text"), VALUES)
def test_value_in_a_sheet(written, text):
    (found,) = read(odt(table(row(cell("A"), written)), "spreadsheet")).blocks
    assert found.cells[1].text == text


def test_sheets():
    empty = '<table:table-cell table:number-columns-repeated="{}"/>'
    first = table(
        row(cell("A", 'table:number-columns-spanned="2"'), COVERED, empty.format(16_382)),
        row(empty.format(16_384), attributes='table:number-rows-repeated="2"'),
        row(cell("B"), cell("E"), empty.format(16_382)),
        row(cell("C"), attributes='table:visibility="collapse"'),
        row(empty.format(16_384), attributes='table:number-rows-repeated="1048572"'),
    )
    hidden = table(row(cell("X")), attributes='table:style-name="ta2"')
    document = read(odt(first + hidden + table(row(cell("D"))), "spreadsheet"))
    assert document.format == "ods"
    assert [[(c.row, c.column, c.column_span, c.text) for c in t.cells if c.text] for t in document.blocks] == [
        [(0, 0, 2, "A"), (3, 0, 1, "B"), (3, 1, 1, "E")],
        [(0, 0, 1, "D")],
    ]
    assert document.blocks[0].rows == 4


@pytest.mark.parametrize("kind", ["text", "spreadsheet"])
def test_repeated_without_end(kind):
    cells = cell("A", 'table:number-columns-repeated="999999999"') * 5
    rows = row(cells, attributes='table:number-rows-repeated="999999999"') * 300
    blocks = read(odt(table(rows), kind)).blocks
    assert sum(len(block.cells) for block in blocks) <= 2 * MAX_BLOCKS


def test_repeated_without_end_costs_no_memory():
    cells = cell("A", 'table:number-columns-repeated="100"')
    data = odt(table(row(cells, attributes='table:number-rows-repeated="1000"') * 2_000), "spreadsheet")
    tracemalloc.start()
    try:
        assert read(data).blocks
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 30_000_000


def form(kind):
    """The annex; of a sheet, as somebody draws it there."""
    rows = []
    for line in GRID:
        pairs = [(LABELS[key], a, ZHANG_WEI[key], b) for key, a, b in line]
        texts = [(t, n) for label, a, value, b in pairs for t, n in ((label, a), (value, b))]
        lines = [[one] for one in texts] if len(line) == 1 else [texts]
        for one in lines:
            cells = (
                cell(t.replace("\n", "</text:p><text:p>"), f'table:number-columns-spanned="{n}"') + COVERED * (n - 1)
                for t, n in one
            )
            rows.append(row(*cells))
    title = p(TITLE) if kind == "text" else ""
    return title + table(*rows)


@pytest.mark.parametrize("kind", ["text", "spreadsheet"])
@pytest.mark.parametrize("flat", [False, True])
def test_filled_form(story_campaign, kind, flat):
    data = xml(form(kind), kind, "document").encode() if flat else odt(form(kind), kind)
    document = open_document(data, "x")
    (found,) = read_forms(document, story_campaign)
    assert {key: one.text for key, one in found.fields.items()} == ZHANG_WEI
    assert document.format == ("odt" if kind == "text" else "ods")


def test_encrypted():
    encrypted = packed(b"\x93\x01" * 50, manifest='<manifest:encryption-data manifest:checksum="x"/>')
    assert read(encrypted) == Unreadable("encrypted_attachment", "", "odt")
    assert "密码" in open_document(encrypted, "表.odt").reason


def test_a_password_on_macros_hides_no_text():
    entry = '</manifest:file-entry><manifest:file-entry manifest:full-path="Basic/Standard/Module1.xml"><manifest:encryption-data manifest:checksum="x"/>'
    assert read(packed(xml("<text:p>张伟</text:p>"), manifest=entry)) == read(odt("<text:p>张伟</text:p>"))


JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 400


def test_scans_within():
    assert [s.data for s in read(odt(p(""), Pictures__1="x", **{"Pictures__2.jpg": JPEG})).scans] == [JPEG]
    flat = xml(
        f"<text:p><draw:frame><draw:image><office:binary-data>{base64.encodebytes(JPEG).decode()}</office:binary-data></draw:image></draw:frame></text:p>",
        root="document",
    )
    assert [s.data for s in open_document(flat.encode(), "x").scans] == [JPEG]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        packed("<a/>"),
        packed("<a"),
        packed(xml("&x;")),
        odt(p("A"))[:700],
        packed('<!DOCTYPE a [<!ENTITY x "y">]>' + xml(p("A"))[38:].replace("A", "&x;")[:200]),
    ],
)
def test_broken(data):
    assert read(data) == Unreadable("unreadable_attachment", "", "odt")


def test_limits_hold():
    with pytest.raises(Exceeded):
        read(odt(p(" " * 9_000_000)), Allowance(Limits(ratio=10)))


@pytest.mark.parametrize(
    "content", ["<text:section>", "<text:span>", "<table:table><table:table-row><table:table-cell>"]
)
def test_any_depth(content):
    tags = content[1:-1].split("><")
    closing = "".join(f"</{tag}>" for tag in reversed(tags))
    for depth in (30, 80, 240, 5_000):
        body = f"<text:p>{content * depth}A{closing * depth}</text:p>"
        assert isinstance(read(odt(body)), Document | Unreadable)


SAMPLES = [odt(form("text")), odt(form("spreadsheet"), "spreadsheet"), xml(form("text"), root="document").encode()]


@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=20))
@settings(max_examples=150)
def test_damaged_bytes(data, flips):
    damaged = bytearray(data)
    for place, octet in flips:
        damaged[place % len(damaged)] = octet
    open_document(bytes(damaged), "x")


def test_known_by_its_bytes():
    assert format_of(odt("")) == "odt"
    assert format_of(odt("", "spreadsheet")) == "ods"
