"""Which pictures are recognised, and how what they say is joined with the typed forms of the same mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from forms import ZHANG_WEI, filled_form
from letters import File, Letter, netease_web

from intake.documents.document import Cell, Document, Paragraph, Scan, Table, texts_in
from intake.documents.limits import Allowance, Limits
from intake.documents.means import Means
from intake.documents.open import open_document
from intake.kind import Kind, Marks
from intake.mime.message import parse_message
from intake.scans import GLANCED, GLIMPSES
from intake.submission import Reading, read_message
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SUBJECT = "渝工故事线索+重庆建工集团+13700137000"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF"


def without(*keys: str) -> dict[str, str]:
    return {key: "" if key in keys else text for key, text in ZHANG_WEI.items()}


def picture(name: str) -> bytes:
    """Bytes that any program takes for a photograph."""
    return JPG + name.encode() * 2_000


class Reader:
    """Recognises the pictures that it knows, and counts what it was asked for."""

    def __init__(self, known: Mapping[bytes, Document], ruled: bool = True) -> None:
        self.known = known
        self.is_ruled = ruled
        self.read_scans: list[Scan] = []
        self.glimpsed: list[Scan] = []

    def ruled(self, scan: Scan, allowance: Allowance) -> bool:
        return self.is_ruled

    def glimpse(self, scan: Scan, allowance: Allowance) -> Iterator[str]:
        self.glimpsed.append(scan)
        return texts_in(self._said([scan]).blocks)

    def read(self, scans: Sequence[Scan], allowance: Allowance) -> Document | None:
        self.read_scans += scans
        return self._said(scans)

    def _said(self, scans: Sequence[Scan]) -> Document:
        pages = [self.known[scan.data] for scan in scans if scan.data in self.known]
        return Document(tuple(block for page in pages for block in page.blocks), "jpg", recognised=True)


def scanned(values: Mapping[str, str], confidence: float = 0.99) -> Document:
    """The filled-in form as a recogniser gives it."""
    typed = open_document(filled_form(values), "")
    assert isinstance(typed, Document)
    blocks = tuple(
        replace(b, confidence=confidence) if isinstance(b, Paragraph) else less_sure(b, confidence)
        for b in typed.blocks
    )
    return Document(blocks, "jpg", recognised=True)


def less_sure(table: Table, confidence: float) -> Table:
    cells: tuple[Cell, ...] = tuple(replace(cell, confidence=confidence) for cell in table.cells)
    return replace(table, cells=cells)


def read(reader: Reader | None, *files: File, limits: Limits | None = None) -> Reading:
    raw = netease_web(Letter(SUBJECT, files=files))
    means = Means(limits or Limits(), recogniser=reader)
    return read_message(parse_message(raw), [CAMPAIGN], Marks(frozenset({"ceacq@163.com"})), NOW, means)


def test_a_photograph_of_the_form_is_a_submission_with_its_confidence():
    reading = read(Reader({picture("a"): scanned(ZHANG_WEI)}), File("IMG_1.jpg", picture("a")))
    (one,) = reading.submissions
    assert (reading.kind, one.missing, reading.problems) == (Kind.SUBMISSION, (), ())
    assert one.fields["nominee_phone"].value == "13800001234"
    assert one.fields["nominee_phone"].confidence == pytest.approx(0.99)
    assert not one.fields["nominee_phone"].doubtful
    assert [a.role for a in reading.attachments] == ["form"]


def test_what_can_hardly_be_made_out_is_doubtful_and_not_missing():
    (one,) = read(Reader({picture("a"): scanned(ZHANG_WEI, 0.5)}), File("IMG_1.jpg", picture("a"))).submissions
    assert one.missing == ()
    assert one.fields["nominee_name"].doubtful


def test_without_a_recogniser_nothing_claims_to_have_read_it():
    reading = read(None, File("IMG_1.jpg", picture("a")))
    assert [p.code for p in reading.problems] == ["unreadable_attachment"]
    assert [a.role for a in reading.attachments] == ["unreadable"]


def test_a_picture_without_a_form_is_told_where_there_is_no_form():
    reading = read(Reader({}), File("现场.jpg", picture("b")))
    assert [p.code for p in reading.problems] == ["unreadable_attachment"]
    assert "没有从图片（jpg）《现场.jpg》里读到征集表" in reading.problems[0].message


def test_every_photographed_page_of_a_form_is_the_form():
    whole = scanned(ZHANG_WEI)
    [at] = [i for i, block in enumerate(whole.blocks) if isinstance(block, Table)]
    table = whole.blocks[at]
    pages = [[cell for cell in table.cells if (cell.row > 5) == lower] for lower in (False, True)]
    known = {
        picture(f"{n}"): replace(whole, blocks=(replace(table, cells=tuple(cells)),)) for n, cells in enumerate(pages)
    }
    diploma = replace(whole, blocks=(Paragraph("荣誉证书"),))
    reader = Reader(known | {picture("2"): diploma})
    reading = read(reader, *(File(f"IMG_{n}.jpg", picture(f"{n}")) for n in range(3)))
    assert [file.role for file in reading.attachments] == ["form", "form", "evidence"]


def test_a_photographed_sheet_headed_with_the_storys_label_belongs_to_its_form():
    known = {
        picture("0"): scanned({**ZHANG_WEI, "story": "见第二页"}),
        picture("1"): Document((Paragraph("核心事迹简介"), Paragraph(ZHANG_WEI["story"])), "jpg", recognised=True),
        picture("2"): Document((Paragraph("荣誉证书"), Paragraph("李明同志")), "jpg", recognised=True),
    }
    reading = read(Reader(known), *(File(f"IMG_{n}.jpg", picture(f"{n}")) for n in range(3)))
    assert [file.role for file in reading.attachments] == ["form", "form", "evidence"]
    (one,) = reading.submissions
    assert one.fields["story"].value == ZHANG_WEI["story"]


class Album(Reader):
    """Several pages are one form to it: their texts in one table."""

    def read(self, scans: Sequence[Scan], allowance: Allowance) -> Document | None:
        alone = super().read(scans, allowance)
        return scanned(ZHANG_WEI) if len(scans) == 3 else alone


def test_a_page_from_the_midst_of_a_story_belongs_to_its_form():
    form = scanned(without("story"))
    midst = Document((Paragraph("张伟同志自2003年参加工作以来，长期扎根桥梁建设一线。"),), "jpg", recognised=True)
    last = scanned(without("nominee_name", "story"))
    pages = {picture("a"): form, picture("b"): midst, picture("c"): last}
    reading = read(Album(pages), *(File(f"IMG_{n}.jpg", data) for n, data in enumerate(pages)))
    (one,) = reading.submissions
    assert one.missing == ()


def test_photographs_beside_a_typed_form_are_evidence_and_are_not_looked_at():
    reader = Reader({}, ruled=False)
    reading = read(reader, File("表.docx", filled_form(ZHANG_WEI)), File("现场.jpg", picture("b")))
    assert reader.read_scans == []
    assert [a.role for a in reading.attachments] == ["form", "evidence"]
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("scan", "problems", "name"),
    [
        (ZHANG_WEI, [], "张伟"),
        (
            {**ZHANG_WEI, "nominee_name": "张玮"},
            ["conflicting_values"],
            "张伟",
        ),  # a character recognised wrongly, or not
        ({**ZHANG_WEI, "employer": "重庆某某桥粱工程有限公司"}, [], "张伟"),  # the recogniser's slip in a long name
        ({**ZHANG_WEI, "nominee_phone": "13800001235"}, ["conflicting_values"], "张伟"),
        (without("story", "gender"), [], "张伟"),
    ],
)
def test_the_typed_form_and_its_scan_are_one_case_and_what_was_typed_wins(scan, problems, name):
    reader = Reader({picture("a"): scanned(scan)})
    reading = read(reader, File("扫描.jpg", picture("a")), File("表.docx", filled_form(ZHANG_WEI)))
    (one,) = reading.submissions
    assert one.source == "表.docx"
    assert one.fields["nominee_name"].value == name
    assert one.fields["nominee_phone"].value == "13800001234"
    assert [p.code for p in one.problems] == problems
    assert [a.role for a in reading.attachments] == ["form", "form"]


def test_an_unsure_reading_never_contradicts_what_was_typed():
    reader = Reader({picture("a"): scanned({**ZHANG_WEI, "nominee_phone": "13800001235"}, 0.9)})
    (one,) = read(reader, File("表.docx", filled_form(ZHANG_WEI)), File("扫描.jpg", picture("a"))).submissions
    assert one.problems == ()


def test_the_scan_fills_what_the_typed_form_leaves_blank():
    reader = Reader({picture("a"): scanned(ZHANG_WEI)})
    typed = filled_form(without("story", "highlights"))
    (one,) = read(reader, File("表.docx", typed), File("扫描.jpg", picture("a"))).submissions
    assert one.missing == ()
    assert (one.fields["story"].source, one.fields["gender"].source) == ("扫描.jpg", "表.docx")


def test_so_many_pictures_are_recognised_and_no_more():
    reader = Reader({})
    photographs = [File(f"IMG_{n}.jpg", picture(f"{n}")) for n in range(9)]
    read(reader, *photographs, limits=Limits(scans=4))
    assert len(reader.glimpsed) == 4


def article(name: str) -> tuple[bytes, Document]:
    """Another mail's worth of evidence: a page of a newspaper."""
    said = Paragraph(f"山城新闻第{name}版：大桥合龙，两岸通车在即，市民纷纷前往观看。")
    return picture(name), Document((said,), "jpg", recognised=True)


def test_of_pages_that_do_not_speak_of_the_form_two_are_looked_into_and_none_is_read():
    reader = Reader(dict(article(f"{n}") for n in range(5)), ruled=False)
    reading = read(reader, *(File(f"{n}.jpg", picture(f"{n}")) for n in range(5)))
    assert [len(reader.glimpsed), reader.read_scans] == [GLIMPSES, []]
    assert {p.code for p in reading.problems} == {"unreadable_attachment"}


def test_a_form_behind_them_is_read_with_all_of_them_for_they_may_be_its_pages():
    reader = Seer({**dict(article(f"{n}") for n in range(4)), picture("form"): scanned(ZHANG_WEI)})
    reading = read(reader, *(File(f"{n}.jpg", picture(f"{n}")) for n in range(4)), File("5.jpg", picture("form")))
    (one,) = reading.submissions
    assert (one.missing, len({scan.data for scan in reader.read_scans})) == ((), 5)


class Seer(Reader):
    """Sees a grid on the pages that it knows."""

    glanced = 0

    def ruled(self, scan: Scan, allowance: Allowance) -> bool:
        self.glanced += 1
        return scan.data in self.known


def test_of_too_many_pictures_pages_with_a_grid_are_recognised_first_and_staff_are_told():
    form = File("IMG_7.jpg", picture("form"))
    photographs = [File(f"IMG_{n}.jpg", picture(f"{n}")) for n in range(7)]
    reading = read(Seer({picture("form"): scanned(ZHANG_WEI)}), *photographs, form, limits=Limits(scans=4))
    (one,) = reading.submissions
    assert one.missing == ()
    assert "图片和扫描页有 8 张，只识别了 4 张" in reading.defects


def test_of_many_photographs_beside_a_form_only_some_are_glanced_at():
    reader = Seer({})
    photographs = [File(f"IMG_{n}.jpg", picture(f"{n}")) for n in range(GLANCED + 5)]
    reading = read(reader, File("表.docx", filled_form(ZHANG_WEI)), *photographs)
    assert (reader.glanced, reader.read_scans) == (GLANCED, [])
    assert reading.defects == (f"图片和扫描页有 {GLANCED + 5} 张，只看了前 {GLANCED} 张里有没有表格",)
