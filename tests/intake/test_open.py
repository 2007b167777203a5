"""What a file is, told by its bytes; what is read of it; what is said when it is not."""

import io
import zipfile

import pytest
from forms import ZHANG_WEI, filled_form
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.documents.document import Document, Enclosed, Unreadable
from intake.documents.open import IMAGES, NAMES, format_of, open_document


def zipped(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def ole(stream):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1_000 + stream.encode("utf-16-le") + b"\0" * 1_000


def locked_zip():
    data = bytearray(zipped("表.docx"))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


FORMATS = [
    (filled_form(ZHANG_WEI), "docx"),
    (filled_form(ZHANG_WEI)[:20_000], "docx"),
    (filled_form(ZHANG_WEI)[:500], "docx"),
    (zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
    (zipped("[Content_Types].xml", "ppt/presentation.xml"), "pptx"),
    (zipped("[Content_Types].xml", "_rels/.rels", "document.xml"), "docx"),
    (zipped("mimetype", "content.xml"), "odt"),
    (zipped("OFD.xml", "Doc_0/Document.xml"), "ofd"),
    (zipped("[Content_Types].xml", "FixedDocSeq.fdseq", "Documents/1/FixedDoc.fdoc"), "xps"),
    (zipped("Index/Document.iwa", "Metadata/Properties.plist", "preview.jpg"), "iwork"),
    (zipped("表.pages/Index.zip", "表.pages/preview.jpg"), "iwork"),
    (zipped("表.pages/Index.zip", "表.pages/preview.jpg", "表.docx"), "zip"),
    (zipped("表.docx", "照片.jpg"), "zip"),
    (locked_zip(), "zip"),
    (ole("WordDocument"), "doc"),
    (ole("Workbook"), "xls"),
    (ole("PowerPoint Document"), "ppt"),
    (ole("__properties_version1.0"), "msg"),
    (ole("EncryptedPackage"), "encrypted-docx"),
    (zipped("mimetype", "encrypted-package", "META-INF/manifest.xml"), "encrypted-odt"),
    (ole("别的"), "unknown"),
    (b"%PDF-1.7\n...", "pdf"),
    (b"\r\n%PDF-1.4\n...", "pdf"),
    (b"{\\rtf1\\ansi", "rtf"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\0\0\0\x18ftypheic", "heic"),
    (b"\0\0\0\x18ftypisom", "mp4"),
    (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
    (b"II*\0\x08\0\0\0", "tiff"),
    (b"Rar!\x1a\x07\x01\0", "rar"),
    (b"7z\xbc\xaf\x27\x1c\0\4", "7z"),
    (b"\x1f\x8b\x08\0", "gz"),
    (b"\x78\x9f\x3e\x22", "tnef"),
    (b"MIME-Version: 1.0\r\n", "eml"),
    (b"<!DOCTYPE html><p>x", "html"),
    (b"\xef\xbb\xbf \n<table><tr>", "html"),
    (b'<?xml version="1.0"?><html xmlns="x">', "html"),
    (b'<?xml version="1.0"?><w:wordDocument/>', "xml"),
    ("姓名：张伟".encode(), "text"),
    ("姓名：张伟".encode("gb18030"), "text"),
    ("姓名：张伟".encode("utf-16"), "text"),
    (b"\0\1\2\3\4\5\6", "unknown"),
    (b"", "empty"),
    (b"\0\0\0\0", "empty"),
]


@pytest.mark.parametrize(("data", "kind"), FORMATS, ids=[kind for _, kind in FORMATS])
def test_format_by_bytes(data, kind):
    assert format_of(data) == kind
    assert kind.removeprefix("encrypted-") in NAMES


@pytest.mark.parametrize("name", ["表.docx", "表.pdf", "照片.jpg", "", "x" * 300])
def test_name_never_decides(name):
    assert open_document(filled_form(ZHANG_WEI), name).format == "docx"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("姓名：张伟".encode(), "姓名：张伟"),
        ("姓名：张镕".encode("gb18030"), "姓名：张镕"),
        ("\ufeff姓名：张伟".encode("utf-16-le"), "姓名：张伟"),
        ('<html><meta charset="gb2312"><p>姓名：张镕</p>'.encode("gb18030"), "姓名：张镕"),
        ('<html><meta charset="utf-8"><p>姓名：张伟</p>'.encode("gb18030"), "姓名：张伟"),
        ('<html><meta charset="no-such"><p>姓名：张伟</p>'.encode(), "姓名：张伟"),
    ],
)
def test_text_in_its_encoding(data, text):
    (paragraph,) = open_document(data, "x").blocks
    assert paragraph.text == text


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"%PDF-1.7", "unreadable_attachment", ["PDF 文件", "损坏"]),
        (ole("WordDocument"), "unreadable_attachment", ["旧版 Word/WPS 文档", ".docx"]),
        (b"\xff\xd8\xff", "unreadable_attachment", ["图片", ".docx"]),
        (b"", "unreadable_attachment", ["空文件"]),
        (b"\0\1\2", "unreadable_attachment", ["无法识别的文件"]),
        (ole("EncryptedPackage"), "encrypted_attachment", ["《征集表》", "去掉密码"]),
        (locked_zip(), "encrypted_attachment", ["去掉密码"]),
    ],
)
def test_what_is_said_of_the_unreadable(data, code, words):
    found = open_document(data, "征集表")
    assert isinstance(found, Unreadable)
    assert (found.code, found.format) == (code, format_of(data).removeprefix("encrypted-"))
    assert all(word in found.reason for word in words)


def test_name_from_outside_is_made_harmless():
    reason = open_document(b"%PDF-", "a\r\nBcc: x\x1b[2J" + "长" * 200 + ".pdf").reason
    assert reason.isprintable()
    assert len(reason) < 150


def test_images_are_told_apart_for_evidence():
    assert {format_of(data) for data, kind in FORMATS if kind in IMAGES} <= IMAGES < NAMES.keys()


STARTS = st.sampled_from([data[:64] for data, _ in FORMATS])


@given(STARTS, st.binary(max_size=200))
@settings(max_examples=200)
def test_any_bytes_give_an_answer(start, rest):
    assert isinstance(open_document(start + rest, "x"), Document | Enclosed | Unreadable)
