"""What of a file lies beyond a limit is never left out without a word: staff are told, and the sender where it matters."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from forms import LABELS, filled_form
from letters import File, Letter, qq_web
from office_maker import FOLDER
from people import person
from PIL import Image
from sheets import Sheet, form_sheet, xlsx

from intake.documents.document import Document, Scan
from intake.documents.limits import Allowance, Limits
from intake.documents.means import Means
from intake.documents.open import open_document
from intake.documents.sheets import biff
from intake.kind import Marks
from intake.mime.message import parse_message
from intake.scans import GLANCED
from intake.submission import Reading, read_message
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ONE = person(Random(7), 7)
FORM = File("征集表.docx", filled_form(ONE.written))
LONG = "字" * 1_000
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
)


class Recogniser:
    """Sees no grid on any page, and reads nothing: only which are offered to it matters."""

    def ruled(self, scan: Scan, allowance: Allowance) -> bool:
        return False

    def glimpse(self, scan: Scan, allowance: Allowance) -> None:
        return None

    def read(self, scans: object, allowance: Allowance) -> None:
        return None


def zipped(name: str, text: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr(name, text)
    return kept.getvalue()


def docx(text: str, times: int) -> bytes:
    paragraphs = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" * times
    return zipped("word/document.xml", f"<w:document {_W}><w:body>{paragraphs}</w:body></w:document>")


def odt(text: str, times: int) -> bytes:
    body = f"<office:body><office:text>{f'<text:p>{text}</text:p>' * times}</office:text></office:body>"
    return zipped("content.xml", f"<office:document-content {_ODF}>{body}</office:document-content>")


def pdf(pages: int) -> bytes:
    made = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        made.new_page(595, 842)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def tiff(pages: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (9, 9)).save(out, "TIFF", save_all=True, append_images=[Image.new("L", (9, 9))] * (pages - 1))
    return out.getvalue()


def workbook(count: int) -> bytes:
    return xlsx(*(Sheet(f"{n}", {(1, 1): "字"}) for n in range(count)))


def lines(line: str, times: int) -> bytes:
    return f"{line}\n".encode() * times


def page(paragraphs: str) -> bytes:
    return f"<html><meta charset=utf-8><body>{paragraphs}</body></html>".encode()


BEYOND: dict[str, tuple[Callable[[], bytes], str]] = {
    "docx: text": (lambda: docx(LONG, 501), "只读了前 50 万字"),
    "docx: paragraphs": (lambda: docx("字", 20_001), "只读了前 2 万个段落和单元格"),
    "odt: text": (lambda: odt(LONG, 501), "只读了前 50 万字"),
    "odt: paragraphs": (lambda: odt("字", 20_001), "只读了前 2 万个段落和单元格"),
    "rtf: text": (lambda: b"{\\rtf1\\ansi\\ansicpg936 " + LONG.encode("gbk") * 501 + b"}", "只读了前 50 万字"),
    "rtf: paragraphs": (lambda: b"{\\rtf1 " + b"a\\par " * 20_001 + b"}", "只读了前 2 万个段落和单元格"),
    "rtf: words": (lambda: b"{\\rtf1 a\\par " + b"\\b" * 1_000_001 + b" b}", "只读了前面一部分，后面的太复杂"),
    "xlsx: text": (lambda: xlsx(Sheet("1", {(n, 1): LONG for n in range(1, 502)})), "只读了前 50 万字"),
    "xlsx: cells": (
        lambda: xlsx(Sheet("1", {(n, m): "字" for n in range(1, 2_002) for m in range(1, 11)})),
        "只读了前 2 万个段落和单元格",
    ),
    "xlsx: sheets": (lambda: workbook(51), "只读了前 50 张工作表（共 51 张工作表）"),
    "text": (lambda: lines(LONG, 501), "只读了前 50 万字"),
    "text: lines": (lambda: lines("字", 20_001), "只读了前 2 万个段落和单元格"),
    "csv": (lambda: lines(f"姓名,单位,{LONG}", 600), "只读了前 50 万字"),
    "html": (lambda: page(f"<p>{LONG}</p>" * 2_000), "只读了前 2000000 个字符（共 2014046 个字符）"),
    "html: paragraphs": (lambda: page("<p>字</p>" * 20_001), "只读了前 2 万个段落和单元格"),
    "html: cells": (
        lambda: page(f"<table>{'<tr><td>字<td>字' * 10_001}</table>"),
        "一个表格里只读了前 20000 个单元格",
    ),
    "pdf": (lambda: pdf(41), "只读了前 40 页（共 41 页）"),
}  # fmt: skip


@pytest.mark.parametrize("which", BEYOND)
def test_each_reader_tells_what_it_left_out(which: str) -> None:
    make, told = BEYOND[which]
    found = open_document(make(), "")
    assert isinstance(found, Document)
    assert found.omitted == told


def test_pages_of_a_tiff() -> None:
    found = open_document(tiff(42), "", means=Means(recogniser=Recogniser()))
    assert isinstance(found, Document)
    assert (len(found.scans), found.omitted) == (40, "只读了前 40 页（共 42 页）")


def test_older_workbooks_and_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their limits are lowered: nobody here writes as big ones."""
    monkeypatch.setattr(biff, "MAX_SHEETS", 1)
    monkeypatch.setattr("intake.documents.document.MAX_BLOCKS", 10)
    for name, told in (("workbook.xls", "只读了前 1 张工作表"), ("form.doc", "只读了前 0 万个段落和单元格")):
        found = open_document((FOLDER / name).read_bytes(), "")
        assert isinstance(found, Document)
        assert found.omitted.startswith(told)


@pytest.mark.parametrize("file", ["list.xls", "workbook.xls", "form.doc", "two.doc"])
def test_of_an_ordinary_file_nothing_is_left_out(file: str) -> None:
    found = open_document((FOLDER / file).read_bytes(), "")
    assert isinstance(found, Document)
    assert found.omitted == ""


def read(*files: File, means: Means | None = None) -> Reading:
    letter = Letter(subject=f"渝工故事线索+{ONE.written['recommender']}+13800138000", text="请查收。", files=files)
    return read_message(parse_message(qq_web(letter)), [CAMPAIGN], Marks(), NOW, means or Means())


BOOK = File("画册.pdf", pdf(41))


def test_beside_a_form_only_staff_are_told() -> None:
    found = read(FORM, BOOK)
    assert found.defects == ("附件《画册.pdf》只读了前 40 页（共 41 页）",)
    assert found.problems == ()


def test_without_a_form_the_sender_is_told_too() -> None:
    found = read(BOOK, File("说明.txt", lines("字", 20_001)))
    assert len(found.defects) == 2
    told = [problem.message for problem in found.problems if problem.code == "unreadable_attachment"]
    assert told == [
        f"{defect}，其中没有读到征集表。请只把征集表存为 Word 文档（.docx）后重新发来。" for defect in found.defects
    ]


def test_a_list_of_long_rows_is_told_to_go_on() -> None:
    """Fewer than the 200 nominees fit into what is read of one file."""
    people = [{**person(Random(n), n).written, "story": LONG * 4} for n in range(1, 160)]
    out = io.StringIO()
    csv.writer(out).writerows([LABELS.values(), *([one[key] for key in LABELS] for one in people)])
    found = read(File("汇总表.csv", out.getvalue().encode("gb18030")))
    taken = len(found.submissions)
    assert 100 < taken < 159
    assert [problem.message.partition("。")[0] for problem in found.problems] == [
        f"来信推荐的人太多，只收了前 {taken} 位"
    ]
    assert found.defects == ("附件《汇总表.csv》只读了前 50 万字",)


def test_a_workbook_with_a_form_a_sheet() -> None:
    names = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
    written = [
        {**ONE.written, "nominee_name": f"{a}{b}{a}", "nominee_phone": f"1380013{n:04}"}
        for n, (a, b) in enumerate(zip(names * 2, names[3:] + names[:3] + names[7:] + names[:7], strict=True))
    ]
    found = read(File("汇总.xlsx", xlsx(*(form_sheet(one, f"表{n}") for n, one in enumerate(written)))))
    assert len(found.submissions) == 50
    assert "只收了前 50 位" in found.problems[0].message


def test_pictures_beside_a_form_that_nobody_glanced_at() -> None:
    photographs = [
        File(f"{n}.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + str(n).encode() * 9_000) for n in range(GLANCED + 1)
    ]
    found = read(FORM, *photographs, means=Means(recogniser=Recogniser(), limits=Limits()))
    assert found.defects == (f"图片和扫描页有 {GLANCED + 1} 张，只看了前 {GLANCED} 张里有没有表格",)
    assert read(FORM, *photographs[1:], means=Means(recogniser=Recogniser())).defects == ()
