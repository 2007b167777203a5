"""Pages saved as one file, as Word, Internet Explorer, Chrome and Excel save them."""

import pytest
from forms import ZHANG_WEI
from hypothesis import given, settings
from hypothesis import strategies as st
from saved_pages import WAYS, by_word, form, page, part, saved

from intake.documents.document import Document, Enclosed, Paragraph, Table, Unreadable
from intake.documents.formats import format_of
from intake.documents.open import open_document
from intake.forms.forms import read_forms


@pytest.mark.parametrize("save", WAYS.values(), ids=WAYS)
def test_page(save):
    data = save(page("姓名：张镕"))
    assert format_of(data) == "mht"
    document = open_document(data, "表.mht")
    assert (document.format, document.blocks) == ("mht", (Paragraph("姓名：张镕"),))


@pytest.mark.parametrize("save", WAYS.values(), ids=WAYS)
def test_filled_form(save, story_campaign):
    (found,) = read_forms(open_document(save(form()), "x"), story_campaign)
    assert {key: one.text for key, one in found.fields.items()} == ZHANG_WEI


def test_each_sheet_is_a_page():
    frames = part(
        b"<html><head><xml><x:ExcelWorkbook/></xml></head><frameset><frame src=sheet001.htm><noframes><body>x</body></noframes></frameset></html>",
        "text/html",
        "8bit",
        "file:///C:/1/a.htm",
    )
    sheets = [
        part(
            f"<html><body><table><tr><td>{t}<td x:num>1</table></body></html>".encode(),
            'text/html; charset="utf-8"',
            "quoted-printable",
            f"file:///C:/1/sheet00{t}.htm",
        )
        for t in "甲乙"
    ]
    tables = open_document(saved(frames, *sheets), "x").blocks
    assert [table.cells[0].text for table in tables if isinstance(table, Table)] == ["甲", "乙"]


def test_scan_within():
    jpeg = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 400
    picture = part(jpeg, "image/jpeg", "base64", "file:///C:/1/file.files/image001.jpg")
    html = part(b"<html><body><img src=image001.jpg></body></html>", "text/html", "8bit", "file:///C:/1/a.htm")
    assert [scan.data for scan in open_document(saved(html, picture), "x").scans] == [jpeg]


def test_empty_page_is_said_so():
    found = open_document(by_word("<html></html>", "utf-8", "utf-8"), "表.mht")
    assert isinstance(found, Unreadable)
    assert "《表.mht》" in found.reason


MAILS = [
    b"From: =?gb2312?B?1cXI/Q==?= <a@163.com>\nTo: b@163.com\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n",
    b"Received: from x\nFrom: a@163.com\nMIME-Version: 1.0\nX-MimeOLE: Produced By Microsoft MimeOLE V6\nContent-Type: multipart/mixed; boundary=x\n\n",
    b"Date: Wed, 18 Nov 2026 10:00:00 +0800\nFrom: a@qq.com\nTo: b@163.com\nContent-Type: text/html\n\n",
]


@pytest.mark.parametrize("head", MAILS)
def test_mail_saved_as_a_file_is_none(head):
    assert format_of(head + b"<html>") == "eml"
    assert isinstance(open_document(head + "<html>张".encode(), "x"), Enclosed)


@given(
    st.sampled_from([save(form()) for save in WAYS.values()]),
    st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=20),
)
@settings(max_examples=100)
def test_damaged_bytes(data, flips):
    damaged = bytearray(data)
    for place, octet in flips:
        damaged[place % len(damaged)] = octet
    assert isinstance(open_document(bytes(damaged), "x"), Document | Enclosed | Unreadable)
