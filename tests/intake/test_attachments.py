"""What an attachment is to the mail, by its bytes and by what else came."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from forms import ZHANG_WEI, filled_form
from PIL import Image

from intake.attachments import attachment, opened, problems_of
from intake.mime.message import Part

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + b"\x55" * 30_000 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x55" * 3_000
PDF = b"%PDF-1.4\n" + b"\x01" * 500
DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + b"\0" * 600
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
FORM = filled_form(ZHANG_WEI)


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "a")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "inline", "beside_a_form", "alone"),
    [
        ("照片.jpg", JPEG, False, "evidence", "unreadable"),  # alone it may be the form, photographed
        ("IMG_1234.JPG", JPEG, True, "evidence", "unreadable"),  # a telephone puts it into the body
        ("image001.png", PNG, True, "inline", "inline"),
        ("image002.png", PNG * 9, True, "inline", "inline"),
        ("logo.png", PNG, True, "inline", "inline"),
        ("工程照.png", PNG, False, "evidence", "unreadable"),
        ("", PNG[:60], False, "inline", "inline"),  # a tracking pixel
        ("扫描件.pdf", PDF, False, "evidence", "unreadable"),
        ("征集表.doc", DOC, False, "evidence", "unreadable"),
        ("征集表.docx", FORM, False, "evidence", "evidence"),  # readable, and no form was found in it
        ("征集表.docx", FORM[:3000], False, "unreadable", "unreadable"),
        ("征集表.docx", LOCKED, False, "unreadable", "unreadable"),
        ("空.docx", b"", False, "unreadable", "unreadable"),
        ("材料.zip", zipped(), False, "archive", "archive"),
        ("视频.mp4", b"\0\0\0\x18ftypmp42" + b"\1" * 500, False, "evidence", "evidence"),
        ("发票.exe", b"MZ" + b"\0" * 500, False, "rejected", "rejected"),
        ("说明.txt.js", b"alert(1)", False, "rejected", "rejected"),
    ],
)
def test_role(name, content, inline, beside_a_form, alone):
    part, *_ = opened(Part(name, "application/octet-stream", content, inline, "2"))
    assert attachment(part, holds_form=False, form_elsewhere=True).role == beside_a_form
    assert attachment(part, holds_form=False, form_elsewhere=False).role == alone


@pytest.mark.parametrize(
    ("content", "beside_a_form", "alone"),
    [
        (FORM, [], []),
        (JPEG, [], ["unreadable_attachment"]),
        (PDF, [], ["unreadable_attachment"]),
        (DOC, [], ["unreadable_attachment"]),
        (zipped(), [], []),  # opened, and nothing in it is a form
        (LOCKED, ["encrypted_attachment"], ["encrypted_attachment"]),
        (b"", ["unreadable_attachment"], ["unreadable_attachment"]),
        (b"\0\0\0\x18ftypmp42" + b"\1" * 500, [], []),
    ],
)
def test_problems(content, beside_a_form, alone):
    parts = list(opened(Part("文件", "application/octet-stream", content, False, "2")))
    assert [problem.code for problem in problems_of(parts, form_found=True)] == beside_a_form
    assert [problem.code for problem in problems_of(parts, form_found=False)] == alone


def test_a_form_is_a_form():
    part, *_ = opened(Part("征集表.docx", "", FORM, False, "2"))
    one = attachment(part, holds_form=True, form_elsewhere=True)
    assert (one.role, one.size, one.path) == ("form", len(FORM), "2")


def test_a_program_in_place_of_the_form_is_told():
    """材料.exe is an archive to him who packed it so."""
    part = Part("材料.exe", "", b"MZ" + bytes(900), False, "2")
    [problem] = problems_of(list(opened(part)), form_found=False)
    assert (problem.code, "《材料.exe》是程序文件" in problem.message) == ("unreadable_attachment", True)
    assert "自解压" in problem.message
    assert problems_of(list(opened(part)), form_found=True) == []


def test_a_scan_that_nobody_recognises_is_said_to_be_one():
    """Not 是Word 文档，系统不能直接读取: documents of its kind are read."""
    blank = io.BytesIO()
    Image.new("L", (1240, 1754), 255).save(blank, "PDF")
    part = Part("扫描件.pdf", "application/pdf", blank.getvalue(), False, "2")
    [problem] = problems_of(list(opened(part)), form_found=False)
    assert "《扫描件.pdf》里只有图片" in problem.message
    assert "系统没有识别" in problem.message
    page = io.BytesIO()
    Image.new("L", (1240, 1754), 255).save(page, "JPEG")
    [photo] = problems_of(list(opened(Part("照片.jpg", "", page.getvalue(), False, "2"))), form_found=False)
    assert photo.message.startswith("附件《照片.jpg》是图片（jpg），系统没有识别。")
    assert problems_of(list(opened(part)), form_found=True) == []


@pytest.mark.parametrize(
    ("caption", "role"), [("", "unreadable"), ("盖章的征集表见下图：", "unreadable"), ("文" * 300, "evidence")]
)
def test_a_word_file_of_pictures_alone_is_a_scan_too(caption, role):
    page, file = io.BytesIO(), io.BytesIO()
    Image.effect_noise((1000, 1400), 90).convert("RGB").save(page, "JPEG")
    document = docx.Document()
    document.add_paragraph(caption)
    document.add_picture(page)
    document.save(file)
    parts = list(opened(Part("盖章.docx", "", file.getvalue(), False, "2")))
    alone, beside = attachment(parts[0], False, False), attachment(parts[0], False, True)
    assert (alone.role, beside.role) == (role, "evidence")
    assert [p.code for p in problems_of(parts, False)] == ["unreadable_attachment"] * (role == "unreadable")
    assert problems_of(parts, form_found=True) == []
