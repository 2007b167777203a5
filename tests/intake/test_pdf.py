"""PDFs as office programs, browsers, report writers and telephones make them: every field as it was written."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from letters import File, Letter, netease_web
from pdfs import (
    drawn,
    exported,
    laid_on_its_side,
    listed_lines,
    moved,
    pictured,
    printed,
    rewritten,
    say,
    side_by_side,
    turned,
    web_form,
    without_unicode,
    word_form,
    wrapped,
)
from people import Person, person
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject, NameObject, StreamObject
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from intake.documents.document import Document, Paragraph, Unreadable
from intake.documents.limits import Allowance, Limits
from intake.documents.means import PLAIN, Means
from intake.documents.open import open_document
from intake.documents.pages.pdf import LAYER_CONFIDENCE, pdf_document
from intake.kind import Marks
from service.inspecting import inspect_bytes
from service.rulebook import load_book

CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)
BOOKS = {"yugong-story": load_book(Path(__file__).parents[2] / "rules" / "yugong-story", frozenset())}
MARKS = Marks(own_addresses=frozenset({"ceacq@163.com"}), case_prefixes=frozenset({"YG"}))


def nominee(number: int) -> Person:
    return person(random.Random(number), 3000 + number)


def told(pdf: bytes) -> list[dict[str, Any]]:
    """The fields that the whole reader finds in a mail with this file."""
    mail = netease_web(Letter("渝工故事线索征集", files=[File("征集表.pdf", pdf, "application/pdf")]))
    said = inspect_bytes(mail, BOOKS, MARKS, NOW, CHINA)
    found = ({key: field["value"] for key, field in one["fields"].items()} for one in said["submissions"])
    return [fields for fields in found if fields]


WORD: Mapping[str, Mapping[str, Any]] = {
    "as the annex is": {},
    "double lines": {"border": "double", "width": 6},
    "dotted lines": {"border": "dotted", "width": 8},
    "dashed lines": {"border": "dashed"},
    "thick lines": {"border": "thick", "width": 24},
    "fine dashes": {"border": "dashSmallGap", "width": 2},
    "song, small": {"size": 10.5, "font": "宋体"},
    "large and indented": {"size": 14, "indent": True},
    "tiny": {"size": 9, "indent": True},
    "page numbers": {"indent": True, "spacing": 1.5, "footer": "— N —"},
    "header and footer": {"margin": 4.5, "indent": True, "footer": "第 N 页", "header": "重庆工程师故事线索征集"},
    "landscape": {"landscape": True, "footer": "N"},
    "justified": {"justified": True, "indent": True},
    "a letter before it": {
        "cover": ["尊敬的组委会：", *["　　现推荐我单位职工，事迹详见下表，请审阅。"] * 12],
        "footer": "N / 2",
    },
    "the printed hints": {"keep_hints": True},
    "its first row on every page": {"repeat": True, "margin": 5, "size": 14, "indent": True},
    "rows that stay whole": {"whole_rows": True, "margin": 4},
    "double spacing": {"spacing": 2.0, "justified": True, "indent": True},
    "the story on a page of its own": {
        "whole_rows": True,
        "landscape": True,
        "size": 14,
        "indent": True,
        "header": "重庆工程师故事",
        "footer": "Page N of 2",
    },
    "a label spaced out": {"labels": {"nominee_name": "姓　　名"}},
}
TABLES: Mapping[str, Mapping[str, Any]] = {
    "side by side": {},
    "side by side, no lines": {"bordered": False},
    "two columns": {"columns": 2},
    "two columns, no lines": {"columns": 2, "bordered": False},
    "six columns": {"columns": 6},
    "six columns, no lines": {"columns": 6, "bordered": False},
}
WEB: Mapping[str, tuple[str, str]] = {
    "collapsed borders": ("table{border-collapse:collapse}td{border:1px solid #000;padding:6px}", ""),
    "a border of its own round every cell": ("", "border=1"),
    "cells far apart": ("table{border-collapse:separate;border-spacing:6px}td{border:1px solid #888}", ""),
    "dotted": ("table{border-collapse:collapse}td{border:1px dotted #000}", ""),
    "double": ("table{border-collapse:collapse}td{border:3px double #000}", ""),
    "shaded labels, no lines": ("td{padding:8px}.label{background:#eee}", ""),
    "lines below only": (
        "table{border-collapse:collapse;font-size:14px}td{border-bottom:1px solid #ccc;padding:10px 4px}",
        "",
    ),
}


@pytest.fixture(scope="module")
def office() -> Mapping[str, bytes]:
    """All Word files in one run of LibreOffice."""
    files = {f"word{i}": word_form(nominee(i).written, **look) for i, look in enumerate(WORD.values())}
    files |= {f"table{i}": side_by_side(nominee(100 + i).written, **look) for i, look in enumerate(TABLES.values())}
    files["lines"] = listed_lines(nominee(200).written)
    files["two"] = word_form(nominee(201).written, more=[nominee(202).written], footer="N", indent=True)
    files["one table"] = word_form(nominee(203).written, more=[nominee(204).written], one_table=True, indent=True)
    files["dash"] = word_form(
        {**nominee(205).written, "highlights": "攻坚克难——三年如一日。"}, font="Noto Serif CJK SC"
    )
    return exported(files)


@pytest.mark.parametrize("number", range(len(WORD)), ids=WORD)
def test_word_form(office: Mapping[str, bytes], number: int) -> None:
    assert told(office[f"word{number}"]) == [nominee(number).expected]


def test_a_dash_that_is_one_drawing_for_two_letters(office: Mapping[str, bytes]) -> None:
    """Not struck twice, as bold letters may be."""
    assert told(office["dash"])[0]["highlights"] == "攻坚克难——三年如一日。"


@pytest.mark.parametrize("number", range(len(TABLES)), ids=TABLES)
def test_table_made_by_hand(office: Mapping[str, bytes], number: int) -> None:
    assert told(office[f"table{number}"]) == [nominee(100 + number).expected]


def test_lines_without_a_table(office: Mapping[str, bytes]) -> None:
    assert told(office["lines"]) == [nominee(200).expected]


@pytest.mark.parametrize(("name", "first"), [("two", 201), ("one table", 203)])
def test_several_forms(office: Mapping[str, bytes], name: str, first: int) -> None:
    assert told(office[name]) == [nominee(first).expected, nominee(first + 1).expected]


@pytest.mark.parametrize("number", range(len(WEB)), ids=WEB)
def test_printed_by_a_browser(number: int) -> None:
    style, attributes = list(WEB.values())[number]
    one = nominee(300 + number)
    assert told(printed(web_form(one.written, style, attributes=attributes))) == [one.expected]


CENTRED = "td{padding:8px;text-align:center;vertical-align:middle}"


@pytest.mark.parametrize("frame", ["", "table.mail{border-collapse:collapse}.mail>tbody>tr>td{border:1px solid #999}"])
def test_centred_without_lines(frame: str) -> None:
    """Also in a frame, as a web mailer's page has it."""
    one = nominee(320)
    html = web_form(one.written, CENTRED + frame)
    if frame:
        html = html.replace("<body>", "<body><table class=mail><tr><td>发件人：李娜</td></tr><tr><td>")
        html = html.replace("</body>", "</td></tr></table></body>")
    assert told(printed(html)) == [one.expected]


@cache
def plain() -> bytes:
    return drawn(nominee(400).written)


@pytest.mark.parametrize(
    "look",
    [
        {},
        {"lines": "rects"},
        {"lines": "boxes"},
        {"lines": "image"},
        {"lines": "pieces"},
        {"shaded": True},
        {"white": "被推荐人姓名：王小二 工作单位：没有的公司"},
        {"fields": "text"},
        {"fields": "bare"},
        {"notes": True},
        {"layer": True},
        {"letters": "italic"},
        {"letters": "outlined"},
        {"letters": "twice"},
    ],
    ids=lambda look: " ".join(f"{key} {value}" for key, value in look.items()) or "lines",
)
def test_drawn(look: Mapping[str, Any]) -> None:
    assert told(drawn(nominee(400).written, **look)) == [nominee(400).expected]


def _stamped(writer: PdfWriter) -> None:
    """A watermark across the page and a round seal over its values."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for x, y, angle, size, colour, said in [
        (100, 200, 45, 60, (0.8, 0.8, 0.8), "仅供征集使用"),
        *(
            (250 + 12 * i, 420 - 3 * (i - 3) ** 2, 60 - 20 * i, 11, (1, 0, 0), c)
            for i, c in enumerate("重庆某某公司章")
        ),
    ]:
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(angle)
        canvas.setFillColorRGB(*colour)
        say(canvas, said, 0, 0, size)
        canvas.restoreState()
    canvas.save()
    over = PdfReader(io.BytesIO(buffer.getvalue())).pages[0]
    for page in writer.pages:
        page.merge_page(over)


def test_seals_and_watermarks_are_no_values() -> None:
    assert told(rewritten(plain(), _stamped)) == [nominee(400).expected]


@pytest.mark.parametrize(
    "change",
    [turned(1), turned(2), turned(3), laid_on_its_side, moved, wrapped],
    ids=["turned right", "upside down", "turned left", "laid on its side", "cropped", "within form XObjects"],
)
def test_however_the_page_lies(office: Mapping[str, bytes], change: Callable[[PdfWriter], None]) -> None:
    assert told(rewritten(office["word0"], change)) == [nominee(0).expected]


@pytest.mark.parametrize(
    "damage",
    [
        lambda pdf: b"\r\n\r\nX-Mailer: something\r\n" + pdf,
        lambda pdf: pdf + b"\n\0\0<html>appended by a gateway</html>" * 50,
        lambda pdf: pdf.replace(b"startxref", b"startxxxx"),
        lambda pdf: rewritten(
            pdf, lambda writer: writer.encrypt("", owner_password="only to print", algorithm="RC4-128")
        ),
    ],
    ids=["something before it", "something behind it", "no index", "may not be changed"],
)
def test_damaged_but_readable(damage: Callable[[bytes], bytes]) -> None:
    assert told(damage(plain())) == [nominee(400).expected]


def test_needs_a_password() -> None:
    locked = rewritten(plain(), lambda writer: writer.encrypt("secret", algorithm="RC4-128"))
    found = open_document(locked, "表.pdf")
    assert isinstance(found, Unreadable)
    assert (found.code, found.format) == ("encrypted_attachment", "pdf")
    assert "密码" in found.reason


@pytest.mark.parametrize("data", [b"%PDF-1.4\n%%EOF", b"%PDF-1.7\n" + bytes(5_000)])
def test_broken(data: bytes) -> None:
    found = pdf_document(data, Allowance(), PLAIN)
    assert isinstance(found, Unreadable)
    assert "损坏" in found.reason


def test_forms_that_only_one_program_shows() -> None:
    def xfa(writer: PdfWriter) -> None:
        packet = StreamObject()
        packet.set_data(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
        form = {NameObject("/Fields"): ArrayObject(), NameObject("/XFA"): writer._add_object(packet)}
        writer.root_object[NameObject("/AcroForm")] = DictionaryObject(form)
        writer.root_object[NameObject("/NeedsRendering")] = BooleanObject(value=True)

    found = pdf_document(rewritten(plain(), xfa), Allowance(), PLAIN)
    assert isinstance(found, Unreadable)
    assert "XFA" in found.reason


def test_cut_off() -> None:
    found = pdf_document(plain()[:3_000], Allowance(), PLAIN)
    assert isinstance(found, Unreadable) or not any(map(str, found.blocks))


def _scans(pdf: bytes, means: Means = PLAIN) -> list[int]:
    found = pdf_document(pdf, Allowance(), means)
    assert isinstance(found, Document)
    return [scan.page for scan in found.scans]


def test_pages_that_are_pictures_are_scans() -> None:
    found = pdf_document(pictured(plain()), Allowance(), PLAIN)
    assert isinstance(found, Document)
    assert [(scan.format, scan.page) for scan in found.scans] == [("pdf", 0)]
    assert found.blocks == ()


@pytest.mark.parametrize(("across", "down"), [(1, 8), (1, 300), (4, 6)], ids=["strips", "as thin as lines", "tiles"])
def test_a_scan_in_strips_is_one_picture(across: int, down: int) -> None:
    """So copiers store a page: none of its pictures is big by itself."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    width, height = A4[0] / across, A4[1] / down
    for number in range(across * down):
        row, column = divmod(number, across)
        canvas.drawImage(ImageReader(Image.new("RGB", (99, 30), "white")), column * width, row * height, width, height)
    canvas.save()
    assert _scans(out.getvalue()) == [0]


def test_a_form_signed_and_scanned_behind_the_form(office: Mapping[str, bytes]) -> None:
    writer = PdfWriter()
    writer.append(io.BytesIO(plain()))
    writer.append(io.BytesIO(pictured(plain())))
    out = io.BytesIO()
    writer.write(out)
    assert _scans(out.getvalue()) == [1]
    assert told(out.getvalue()) == [nominee(400).expected]


def test_characters_that_nobody_knows_are_looked_at_as_a_picture(office: Mapping[str, bytes]) -> None:
    unknown = rewritten(office["word0"], without_unicode)
    assert _scans(unknown)
    assert told(unknown) == []


def test_a_page_that_makes_no_sense_is_looked_at_as_a_picture() -> None:
    """A font without names for its letters: what comes out is an alphabet that no form is written in."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.drawString(60, 700, "ÄÅÇÉÑÖÜáàâäãåçéèêëíì 1986-10 îïñóòôöõúùûü 13800000000")
    canvas.save()
    assert _scans(out.getvalue()) == [0]


class _Recogniser:
    """Stands for one: the reader only asks whether there is one."""

    ruled = glimpse = read = staticmethod(lambda scan, allowance: None)


def test_a_scanners_text_is_used_where_nobody_recognises() -> None:
    layered = drawn(nominee(400).written, layer=True)
    found = pdf_document(layered, Allowance(), PLAIN)
    assert isinstance(found, Document)
    assert {block.confidence for block in found.blocks if isinstance(block, Paragraph)} == {LAYER_CONFIDENCE}
    better = pdf_document(layered, Allowance(), Means(recogniser=_Recogniser()))
    assert isinstance(better, Document)
    assert (better.blocks, len(better.scans)) == ((), 1)


def test_typed_onto_the_picture_of_a_form() -> None:
    """Its labels and lines are the picture's: what was typed alone makes no sense."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.drawImage(ImageReader(Image.new("RGB", (200, 280), "white")), 0, 0, *A4)
    for line in range(20):
        say(canvas, "他主持了大桥的主拱合龙，连续三个月没有休过一个完整的周末", 60, 700 - 20 * line, 12)
    canvas.save()
    assert _scans(out.getvalue()) == [0]


@pytest.mark.parametrize("wrong", ["李四", "张三"], ids=["another", "the same first character"])
def test_words_painted_over_with_white(wrong: str) -> None:
    """As people mend a PDF. Of the same character in the same place PDFium only tells the one below."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    say(canvas, "姓名：", 60, 700, 12)
    say(canvas, wrong, 96, 700, 12)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(94, 696, 60, 16, stroke=0, fill=1)
    canvas.setFillColorRGB(0, 0, 0)
    say(canvas, "张伟", 96, 700, 12)
    canvas.save()
    assert _paragraphs(out.getvalue()) == ["姓名：张伟"]


def test_a_mark_that_hangs_over_the_border_is_no_text_beside_the_table() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.grid([60, 120, 216], [600, 630, 660])
    say(canvas, "匠心独运的工程师。", 122, 610, 12)
    canvas.save()
    assert _paragraphs(out.getvalue()) == []


def _paragraphs(pdf: bytes) -> list[str]:
    found = pdf_document(pdf, Allowance(), PLAIN)
    assert isinstance(found, Document)
    return [block.text for block in found.blocks if isinstance(block, Paragraph)]


def test_no_more_pages_than_allowed() -> None:
    writer = PdfWriter()
    for _ in range(5):
        writer.append(io.BytesIO(pictured(plain(), 20)))
    out = io.BytesIO()
    writer.write(out)
    found = pdf_document(out.getvalue(), Allowance(Limits(pages=3)), PLAIN)
    assert isinstance(found, Document)
    assert len(found.scans) == 3


def test_radicals_are_characters() -> None:
    """⻓ and ⼯ in place of 长 and 工, as fonts that are read backwards give them."""
    one = nominee(401)
    written = {**one.written, "employer": "⻓寿某某⼯程公司", "position": "⻋间主任"}
    expected = {**one.expected, "employer": "长寿某某工程公司", "position": "车间主任"}
    assert told(drawn(written)) == [expected]


def test_characters_beyond_the_basic_plane() -> None:
    one = nominee(402)
    written, expected = ({**told, "nominee_name": "吴𠮷祥"} for told in (one.written, one.expected))
    style, attributes = next(iter(WEB.values()))
    assert told(printed(web_form(written, style, attributes=attributes))) == [expected]


@cache
def samples() -> list[bytes]:
    looks: list[Mapping[str, Any]] = [{}, {"fields": "text"}, {"notes": True}, {"layer": True}, {"lines": "pieces"}]
    return [drawn(nominee(400).written, **look) for look in looks] + [pictured(plain(), 20)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=40), st.floats(0.1, 1.0))
def test_changed_bytes_never_crash(number: int, changes: list[tuple[float, int]], kept: float) -> None:
    data = bytearray(samples()[number])
    for place, byte in changes:
        data[int(place * (len(data) - 1))] = byte
    found = pdf_document(bytes(data[: int(kept * len(data))] if kept > 0.5 else data), Allowance(), PLAIN)
    assert isinstance(found, Document | Unreadable)
