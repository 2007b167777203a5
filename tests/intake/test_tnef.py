"""winmail.dat, written as Outlook does, byte by byte."""

from __future__ import annotations

import struct

import pytest
from forms import ZHANG_WEI, filled_form
from hypothesis import given, settings
from hypothesis import strategies as st
from winmails import (
    BINARY,
    OBJECT,
    SHORT,
    STRING,
    TRUTH,
    UNICODE,
    attachment,
    attribute,
    message,
    properties,
    stored,
    winmail,
)

from intake.attachments import opened
from intake.documents.archives.compressed_rtf import decompressed_rtf
from intake.documents.archives.tnef import tnef_files
from intake.documents.document import Document, Enclosed, Paragraph, Table, Unreadable
from intake.documents.limits import Allowance, Limits
from intake.documents.means import PLAIN
from intake.documents.open import open_document
from intake.mime.message import Part

FORM = filled_form(ZHANG_WEI)
TABLE = "<table><tr><td>姓名</td><td>张伟</td></tr></table>"


def read(data: bytes, allowance: Allowance | None = None) -> Enclosed:
    found = tnef_files(data, allowance or Allowance(), PLAIN)
    assert isinstance(found, Enclosed)
    return found


GBK_NAME = "征集表镕.docx".encode("gb18030")
LONG = (0x3707, UNICODE, "“重庆工程师故事”线索征集表（张伟）.docx\0".encode("utf-16-le"))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (winmail(attachment(FORM, GBK_NAME)), "征集表镕.docx"),
        (winmail(attachment(FORM, b"ZJB~1.DOC", LONG)), "“重庆工程师故事”线索征集表（张伟）.docx"),
        (winmail(attachment(FORM, b"~1.DOC", (0x3707, STRING, GBK_NAME + b"\0"))), "征集表镕.docx"),
        (winmail(attachment(FORM, "表.docx".encode()), codepage=65001), "表.docx"),
        (winmail(attachment(FORM, "表.docx".encode("gbk")), codepage=1252), "表.docx"),  # a label that lies
        (winmail(attachment(b"", b"", (0x3701, BINARY, FORM), LONG)), "“重庆工程师故事”线索征集表（张伟）.docx"),
        (winmail(attachment(FORM, b"../../etc/a.docx")), "a.docx"),
        (winmail(attachment(FORM, b"")), ""),
    ],
)
def test_attachments(data: bytes, name: str) -> None:
    [file] = read(data).files
    assert (file.name, file.data, file.inline) == (name, FORM, False)


def test_what_stands_within_the_body_is_inline() -> None:
    data = winmail(
        attachment(b"GIF89a...", b"image001.gif", (0x3712, STRING, b"image001@01D\0")),
        attachment(b"x", b"a.png", (0x7FFE, TRUTH, b"\1\0")),
        attachment(FORM, b"a.docx", (0x7FFE, TRUTH, b"\0\0")),
    )
    assert [file.inline for file in read(data).files] == [True, True, False]


def test_properties_with_names_of_their_own_and_with_several_values() -> None:
    guid = b"\x11" * 16
    named = (
        struct.pack("<HH", UNICODE, 0x8005) + guid + struct.pack("<II", 1, 6) + "字段\0".encode("utf-16-le") + b"\0\0"
    )
    named += struct.pack("<II", 1, 4) + "值\0".encode("utf-16-le")
    several = struct.pack("<HHI", UNICODE | 0x1000, 0x6001, 2) + 2 * (struct.pack("<I", 4) + "值\0".encode("utf-16-le"))
    told = properties((0x3707, UNICODE, LONG[2]), named=named)
    told = struct.pack("<I", 3) + several + told[4:]
    data = winmail(
        attribute(2, 0x00069002, b"\x01\0" + b"\xff" * 12),
        attribute(2, 0x0006800F, FORM),
        attribute(2, 0x00069005, told),
    )
    assert read(data).files[0].name.endswith("（张伟）.docx")


@pytest.mark.parametrize(
    ("data", "cells"),
    [
        (winmail(message(html=TABLE, page=struct.pack("<I", 936))), ["姓名", "张伟"]),
        (winmail(message(html=TABLE.encode(), page=struct.pack("<I", 65001))), ["姓名", "张伟"]),
        (
            winmail(
                message(
                    rtf=stored(
                        b"{\\rtf1\\ansi\\ansicpg936\\fromhtml1 {\\*\\htmltag64 <table><tr><td>}\\'d0\\'d5\\'c3\\'fb"
                        b"{\\*\\htmltag64 </td><td>}\\'d5\\'c5\\'ce\\'b0{\\*\\htmltag64 </td></tr></table>}}"
                    )
                )
            ),
            ["姓名", "张伟"],
        ),
        (
            winmail(
                message(
                    text="姓名 张伟",
                    rtf=stored(
                        b"{\\rtf1\\ansi\\ansicpg936\\trowd\\cellx1000\\cellx2000\\intbl \\'d0\\'d5\\'c3\\'fb\\cell "
                        b"\\'d5\\'c5\\'ce\\'b0\\cell\\row\\pard\\par}"
                    ),
                )
            ),
            ["姓名", "张伟"],
        ),
    ],
    ids=["html, GBK", "html, UTF-8", "html in rtf", "rtf"],
)
def test_tables_of_the_body(data: bytes, cells: list[str]) -> None:
    body = read(data).body
    assert isinstance(body, Document)
    [table] = [block for block in body.blocks if isinstance(block, Table)]
    assert [cell.text for cell in table.cells] == cells


def test_a_plain_body() -> None:
    for data in (
        winmail(message(text="姓名：张伟\0")),
        winmail(attribute(1, 0x0002800C, "姓名：张伟\0".encode("gbk"))),
    ):
        body = read(data).body
        assert body is not None
        assert body.blocks == (Paragraph("姓名：张伟"),)


def test_a_mail_within() -> None:
    inner = winmail(attachment(FORM, GBK_NAME))
    data = winmail(
        attachment(b"", b"", (0x3001, UNICODE, "转发\0".encode("utf-16-le")), (0x3701, OBJECT, b"\x07" * 16 + inner))
    )
    found = list(opened(Part("winmail.dat", "application/ms-tnef", data, False, "2")))
    assert [one.part.path for one in found] == ["2", "2/1", "2/1/1"]
    assert found[-1].part.filename == "征集表镕.docx"
    assert isinstance(found[-1].document, Document)


def test_cut_short_gives_what_is_there() -> None:
    data = winmail(attachment(FORM, b"1.docx"), attachment(FORM, b"2.docx"))
    found = read(data[:-9000])
    assert [len(file.data) for file in found.files] == [len(FORM), 0]
    assert "不完整" in found.omitted
    assert isinstance(tnef_files(data[:200], Allowance(), PLAIN), Enclosed | Unreadable)


def test_nothing_in_it() -> None:
    found = open_document(winmail(), "winmail.dat")
    assert isinstance(found, Unreadable)
    assert "winmail.dat" in found.reason


def test_files_are_counted() -> None:
    data = winmail(*(attachment(b"x", b"a.txt") for _ in range(9)))
    found = read(data, Allowance(Limits(entries=4)))
    assert len(found.files) == 4
    assert "超过 4 个" in found.omitted


def test_counts_that_lie_cost_nothing() -> None:
    lie = struct.pack("<I", 0xFFFFFFFF)
    several = lie + struct.pack("<HHI", BINARY, 0x3701, 0xFFFFFFFF)
    many = lie + struct.pack("<HHI", SHORT | 0x1000, 0x3701, 0xFFFFFFFF)
    for told in (
        lie,
        several,
        many,
        lie + struct.pack("<HH", BINARY, 0x9000) + b"\1" * 16 + struct.pack("<I", 1) + lie,
    ):
        data = winmail(attribute(2, 0x00069002, b""), attribute(2, 0x0006800F, FORM), attribute(2, 0x00069005, told))
        assert read(data).files[0].data == FORM


SAMPLE = winmail(
    message(html=TABLE, text="正文", rtf=stored(b"{\\rtf1 a}"), page=struct.pack("<I", 936)),
    attachment(b"content", GBK_NAME, LONG, (0x3701, OBJECT, b"\7" * 20)),
)


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=8), st.integers(0, len(SAMPLE))
)
def test_any_change_of_a_byte_gives_an_answer(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(SAMPLE)
    for place, value in changes:
        data[place] = value
    assert isinstance(tnef_files(bytes(data[:cut]) or b"\0", Allowance(), PLAIN), Enclosed | Unreadable)


@given(st.binary(max_size=300))
def test_any_bytes_as_packed_rich_text(data: bytes) -> None:
    decompressed_rtf(struct.pack("<II", 200, 900) + b"LZFu" + b"\0" * 4 + data)


def test_packed_rich_text() -> None:
    """The two examples of the specification (MS-OXRTFCP 3.1 and 3.2)."""
    simple = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert decompressed_rtf(simple) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    crossing = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert decompressed_rtf(crossing) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
