"""Office files that are one XML file, as Word and Excel save them: .xml, or renamed .doc and .xls."""

from __future__ import annotations

import base64
import struct
from xml.sax.saxutils import escape

import grids
import pytest
from flats import PARTS, WORD_2003, body_of, excel_2003, flat_package, word_2003
from forms import GRID, LABELS, TITLE, ZHANG_WEI, filled_form
from hypothesis import given, settings
from hypothesis import strategies as st
from test_office import ZHANG, grid, values

from intake.documents.document import Document, Paragraph, Table, Unreadable
from intake.documents.formats import format_of
from intake.documents.open import open_document
from rules.campaign import Campaign

PICTURE = (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 1240, 1754)).ljust(60_000, b"\1")


FORM = grids.docx(grids.table(*grids.form_rows(ZHANG_WEI)))


@pytest.mark.parametrize(
    "data", [word_2003(body_of(FORM)), flat_package(FORM), flat_package(filled_form(ZHANG_WEI))], ids=range(3)
)
def test_word(data: bytes, story_campaign: Campaign) -> None:
    assert format_of(data) == "xml"
    found = open_document(data, "征集表.doc")
    assert isinstance(found, Document)
    assert values(found, story_campaign) == [ZHANG]


def test_merges_changes_and_comments_of_word_2003() -> None:
    rows = grids.table(
        grids.row(grids.cell("甲", merge="restart"), grids.cell("乙")),
        grids.row(grids.cell("", merge="continue"), grids.cell("丙")),
        columns=2,
    ).replace("vMerge", "vmerge")
    note = '<aml:annotation w:type="Word.{}"><aml:content>{}</aml:content></aml:annotation>'
    changed = (
        note.format("Deletion", "<w:r><w:delText>删</w:delText></w:r>")
        + note.format("Insertion", "<w:r><w:t>插</w:t></w:r>")
        + f"<w:r>{note.format('Comment', '<w:p><w:r><w:t>批</w:t></w:r></w:p>')}</w:r>"
    )
    found = open_document(word_2003(f"<w:p>{changed}<w:r><w:t>后</w:t></w:r></w:p>{rows}"), "x")
    assert isinstance(found, Document)
    line, table = found.blocks
    assert isinstance(line, Paragraph)
    assert isinstance(table, Table)
    assert line.text == "插后"
    assert grid(table) == [(0, 0, 2, 1, "甲"), (0, 1, 1, 1, "乙"), (1, 1, 1, 1, "丙")]


def test_pictures() -> None:
    text = base64.b64encode(PICTURE).decode()
    picture = f'<w:p><w:r><w:pict><w:binData w:name="wordml://01.png">{text}</w:binData></w:pict></w:r></w:p>'
    part = f'<pkg:part pkg:name="/word/media/image1.png"><pkg:binaryData>{text}</pkg:binaryData></pkg:part>'
    for data in (word_2003(picture), flat_package(FORM, part)):
        found = open_document(data, "x")
        assert isinstance(found, Document)
        assert [(scan.format, scan.data) for scan in found.scans] == [("png", PICTURE)]


def excel_form() -> str:
    def cell(text: str, columns: int) -> str:
        return f'<Cell ss:MergeAcross="{columns - 1}"><Data ss:Type="String">{escape(text)}</Data></Cell>'

    rows = [cell(TITLE, 24)]
    for line in GRID:
        if line[0][1] == line[0][2] == 24:
            rows += [cell(LABELS[line[0][0]], 24), cell(ZHANG_WEI[line[0][0]], 24)]
        else:
            rows.append("".join(cell(LABELS[key], a) + cell(ZHANG_WEI[key], b) for key, a, b in line))
    return "".join(f"<Row>{row}</Row>" for row in rows)


def test_excel(story_campaign: Campaign) -> None:
    found = open_document(excel_2003(excel_form()), "征集表.xls")
    assert isinstance(found, Document)
    assert values(found, story_campaign) == [ZHANG]


def test_cells_of_excel_2003() -> None:
    styles = '<Style ss:ID="m"><NumberFormat ss:Format="yyyy&quot;年&quot;m&quot;月&quot;"/></Style>'
    rows = (
        '<Column ss:Index="2" ss:Hidden="1"/>'
        '<Row ss:Index="3"><Cell ss:MergeDown="1"><Data ss:Type="String">甲</Data></Cell>'
        '<Cell><Data ss:Type="String">藏</Data></Cell><Cell ss:Index="4"><Data ss:Type="Number">13800001234</Data></Cell></Row>'
        '<Row><Cell ss:Index="4" ss:StyleID="m"><Data ss:Type="DateTime">1980-05-01T00:00:00.000</Data></Cell></Row>'
        '<Row ss:Hidden="1"><Cell><Data ss:Type="String">藏</Data></Cell></Row>'
        '<Row><Cell><ss:Data ss:Type="String"><html:B>粗</html:B>体</ss:Data></Cell>'
        '<Cell ss:Index="4"><Data ss:Type="Error">#N/A</Data></Cell></Row>'
    )
    hidden = (
        '<Worksheet ss:Name="旧"><Table><Row><Cell><Data ss:Type="String">藏</Data></Cell></Row></Table>'
        '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>'
    )
    found = open_document(excel_2003(rows, hidden, styles), "x")
    assert isinstance(found, Document)
    table = found.blocks[0]
    assert found.blocks == (table,)
    assert isinstance(table, Table)
    assert [cell for cell in grid(table) if cell[4]] == [
        (2, 0, 2, 1, "甲"),
        (2, 3, 1, 1, "13800001234"),
        (3, 3, 1, 1, "1980年5月"),
        (5, 0, 1, 1, "粗体"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0"?><note><to>x</to></note>',
        word_2003("")[:-40],
        excel_2003(""),
        f'<?xml version="1.0"?><pkg:package xmlns:pkg="{PARTS}"/>'.encode(),
        f'<?xml version="1.0"?><w:wordDocument xmlns:w="{WORD_2003}"/>'.encode(),
    ],
    ids=["other", "cut off", "empty sheet", "empty package", "no body"],
)
def test_what_cannot_be_read(data: bytes) -> None:
    found = open_document(data, "x.xml")
    assert isinstance(found, Unreadable)
    assert found.reason


SAMPLES = [word_2003(body_of(FORM)), flat_package(FORM), excel_2003(excel_form())]


@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), min_size=1, max_size=5),
    st.integers(0, 20_000),
)
@settings(max_examples=150)
def test_damaged_files_never_raise(data: bytes, changes: list[tuple[int, int]], cut: int) -> None:
    damaged = bytearray(data)
    for at, byte in changes:
        damaged[at % len(data)] = byte
    for one in (damaged, damaged[:cut]):
        assert isinstance(open_document(bytes(one), "x"), Document | Unreadable)
