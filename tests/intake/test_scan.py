"""Scans and photographs: what is typed in a degraded page's cells comes out, and nothing a sender makes costs too much."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
import pytest
from degrade import TRAITS, jpeg, saved, scan_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from intake.documents.document import Document, Paragraph, Scan, Table, texts_in
from intake.documents.limits import Allowance, Limits
from intake.documents.means import Means, Recogniser
from intake.documents.open import open_document
from intake.documents.pages.borders import level_ones, rules_of
from intake.documents.pages.glimpse import GLIMPSED
from intake.documents.pages.grid import TOLERANCE, Stroke, levelled, squared, strokes_of
from intake.documents.pages.ink import ink_across, ink_in, letters_in, parted, unread_in
from intake.documents.pages.models import models
from intake.documents.pages.ocr import Engine, as_number, as_usual, cores_of, least_certain, usual
from intake.documents.pages.page import sighted
from intake.documents.pages.paper import alone, beyond_folds, paper
from intake.documents.pages.picture import NARROWEST, picture_of
from intake.documents.pages.pieces import pieces_of
from intake.documents.pages.ruling import Box, Text, blocks_of, tables_of
from intake.documents.pages.scan import recogniser
from intake.documents.pages.seals import unstamped
from intake.documents.pages.tiff import tiff_pages
from intake.documents.pages.transcript import apart, in_one_script, without_strokes

FONT = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
SANS = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
pillow_heif.register_heif_opener()

#: A form's page at 300 dots an inch: rows of (text, share of the width).
ROWS = (
    (("被推荐人姓名", 4), ("张伟", 5), ("性别", 3), ("男", 3), ("出生年月", 4), ("1980年5月", 5)),
    (("工作单位", 4), ("重庆某某桥梁工程有限公司", 11), ("党派", 4), ("中共党员", 5)),
    (("工作年限", 4), ("22年", 5), ("职务", 3), ("总工", 3), ("职称", 4), ("正高级工程师", 5)),
    (("联系电话", 5), ("13800001234", 7), ("推荐人电话", 5), ("13900005678", 7)),
    (("线索亮点", 4), ("攻坚克难，保存有1998年手绘图纸与老式水准仪。", 20)),
)
TEXTS = [text for row in ROWS for text, _ in row]


def drawn(font: str = FONT, line: int = 4) -> bytes:
    """The page as PNG."""
    page = Image.new("RGB", (2480, 3508), "white")
    draw = ImageDraw.Draw(page)
    letters = ImageFont.truetype(font, 50)
    draw.text((1240, 300), "“重庆工程师故事”线索征集表", fill="black", font=ImageFont.truetype(font, 75), anchor="mm")
    top, left, unit, height = 450, 280, 80, 160
    for row in ROWS:
        x = left
        for text, share in row:
            draw.rectangle((x, top, x + share * unit, top + height), outline="black", width=line)
            draw.text((x + 20, top + height / 2), text, fill="black", font=letters, anchor="lm")
            x += share * unit
        top += height
    return saved(np.asarray(page), "PNG")


PAGE = drawn()


@pytest.fixture(scope="module")
def reader() -> Recogniser:
    found = recogniser()
    assert found is not None
    return found


def read(reader: Recogniser, data: bytes, kind: str = "jpg") -> Document | None:
    return reader.read([Scan(data, kind)], Allowance())


def cells(document: Document | None) -> list[str]:
    assert document is not None
    return [cell.text for block in document.blocks if isinstance(block, Table) for cell in block.cells]


@pytest.mark.parametrize(
    "traits",
    [
        [],
        ["turned90"],
        ["turned180", "tilt"],
        ["desk", "shadow"],
        ["slanted", "wave"],
        ["fold", "noise"],
        ["faint", "dpi150"],
        ["grey", "margins", "tilt"],
        ["stamp"],
        ["fax"],
        ["screen"],
    ],
    ids="+".join,
)
def test_each_text_is_read_into_its_cell(reader: Recogniser, traits: list[str]):
    assert cells(read(reader, scan_of(PAGE, traits, seed=7))) == TEXTS


def test_the_heading_is_a_paragraph_and_every_text_has_its_confidence(reader: Recogniser):
    document = read(reader, scan_of(drawn(SANS)))
    assert document is not None
    assert document.recognised
    heading, table = document.blocks
    assert isinstance(heading, Paragraph)
    assert heading.text == "“重庆工程师故事”线索征集表"
    assert isinstance(table, Table)
    assert all(0.5 < cell.confidence <= 1 for cell in table.cells)


def test_a_table_without_its_left_border_is_read_all_the_same(reader: Recogniser):
    """The photographer cut it off."""
    page = np.asarray(Image.open(io.BytesIO(PAGE)))[:, 284:]
    assert cells(read(reader, jpeg(np.ascontiguousarray(page[::2, ::2])))) == TEXTS


def test_lines_without_a_table_are_paragraphs(reader: Recogniser):
    page = Image.new("RGB", (1654, 2339), "white")
    for i, line in enumerate(("姓名：张伟", "工作单位：重庆某某桥梁工程有限公司", "联系电话：13800001234")):
        ImageDraw.Draw(page).text((200, 300 + i * 120), line, fill="black", font=ImageFont.truetype(FONT, 42))
    document = read(reader, scan_of(saved(np.asarray(page), "PNG"), ["tilt", "dpi300"], seed=3))
    assert document is not None
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == [
        "姓名：张伟",
        "工作单位：重庆某某桥梁工程有限公司",
        "联系电话：13800001234",
    ]


def glimpsed(reader: Recogniser, scan: Scan) -> list[str]:
    lines = reader.glimpse(scan, Allowance())
    assert lines is not None
    return list(lines)


def test_a_single_row_on_a_photographed_sheet_is_found(reader: Recogniser):
    """A story that fills its page leaves the form's last row on the next one; beside it lies a pen."""
    picture = np.full((3000, 4000, 3), (70, 45, 110), np.uint8)
    picture[:, 800:2900] = (205, 222, 232)
    picture[:1600, 1000:2500] = (120, 128, 130)
    cv2.line(picture, (100, 2400), (760, 1700), (20, 20, 20), 40)
    sheet = Image.fromarray(picture)
    draw = ImageDraw.Draw(sheet)
    letters = ImageFont.truetype(FONT, 40)
    said = (("推荐人/单位", 280), ("张伟", 620), ("与被推荐人关系", 380), ("本人", 320))
    left = 1050
    for text, width in said:
        draw.rectangle((left, 300, left + width, 400), outline=(90, 90, 90), width=3)
        draw.text((left + 20, 350), text, fill=(40, 40, 40), font=letters, anchor="lm")
        left += width
    assert cells(read(reader, jpeg(np.asarray(sheet)))) == [text for text, _ in said]


def test_a_glimpse_shows_what_a_page_is_about(reader: Recogniser):
    """The labels of a form that is small print besides; of an article, a few lines."""
    form = set(glimpsed(reader, Scan(PAGE, "png")))
    assert len(form & {"被推荐人姓名", "性别", "出生年月", "工作单位", "党派", "推荐单位", "政治面貌"}) > 2
    page = Image.new("RGB", (1654, 2339), "white")
    for i in range(2 * GLIMPSED):
        line = f"山城新闻第{i}版：大桥合龙，两岸通车在即，市民纷纷前往观看，有人落泪。"
        ImageDraw.Draw(page).text((120, 150 + i * 50), line, fill="black", font=ImageFont.truetype(FONT, 36))
    article = Scan(saved(np.asarray(page), "PNG"), "png")
    whole = reader.read([article], Allowance())
    assert whole is not None
    said = glimpsed(reader, article), texts_in(whole.blocks)
    assert ["".join(lines).count("第") for lines in said] == [GLIMPSED, 2 * GLIMPSED]


def test_a_sheet_on_a_desk_whose_grain_looks_like_writing_is_looked_through(reader: Recogniser):
    """The grain's lines are larger than the sheet's, and none of them makes sense."""
    page = np.asarray(Image.open(io.BytesIO(PAGE)).convert("RGB"))[::2, ::2]
    height, width = page.shape[:2]
    desk = np.full((height + 100, width + 840, 3), 205, np.uint8)
    random = np.random.default_rng(4)
    for y in range(20, height + 40, 60):
        for x in range(20, width + 800, 14):
            half, lean = int(random.integers(7, 22)), int(random.integers(-9, 9))
            cv2.line(desk, (x, y + 20 - half), (x + lean, y + 20 + half), (90, 90, 90), 4)
    desk[50 : 50 + height, 420 : 420 + width] = page
    assert {"被推荐人姓名", "出生年月", "工作单位"} <= set(glimpsed(reader, Scan(jpeg(desk), "jpg")))


def test_a_sheet_may_bend_sideways(reader: Recogniser):
    page = np.asarray(Image.open(io.BytesIO(PAGE)))[::2, ::2]
    y, x = np.mgrid[0 : page.shape[0], 0 : page.shape[1]].astype(np.float32)
    bent = cv2.remap(page, x + 30 * np.sin(np.pi * y / 800), y, cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    assert cells(read(reader, jpeg(np.asarray(bent, np.uint8)))) == TEXTS


@pytest.mark.parametrize("inked", [0.0, 0.02, 0.4, 1.0])
def test_connected_pieces_are_those_that_opencv_counts(inked: float):
    ink = np.asarray(np.random.default_rng(5).random((90, 130)) < inked, np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    ours, of_each = pieces_of(ink)
    assert np.array_equal(ours, labels)
    assert np.array_equal(of_each[1:], stats[1:])


def test_a_low_band_of_text_is_the_end_of_a_table_whose_rows_above_are_high():
    folder = models()
    assert folder is not None
    page = Image.new("RGB", (1654, 2339), "white")
    for x in range(200, 1400, 240):
        for y in (900, 960):
            ImageDraw.Draw(page).text((x, y), "推荐人", fill="black", font=ImageFont.truetype(FONT, 42))
    found = sighted(np.asarray(page), Engine(folder)).page
    assert found.shape[0] > 0.7 * found.shape[1]


@pytest.mark.parametrize("backwards", [False, True])  # the second photograph may come first: the pages are kept as read
def test_a_page_that_goes_on_is_one_table(reader: Recogniser, backwards: bool):
    """Two photographs of two pages, each nearer or farther: the second one's table has no heading above it.

    The first one is signed below the table: that is no text between the two halves.
    """
    page = np.asarray(Image.open(io.BytesIO(PAGE)))
    upper = np.vstack([page[:930], np.full((500, 2480, 3), 255, np.uint8)])
    pen = np.cumsum(np.random.default_rng(4).normal(0, 14, (60, 2)), axis=0)
    pen += np.stack([np.linspace(1500, 1900, 60), np.full(60, 1150)], axis=1)
    cv2.polylines(upper, [pen.astype(np.int32)], False, (30, 30, 90), 5, cv2.LINE_AA)
    lower = np.vstack([np.full((300, 2480, 3), 255, np.uint8), page[926:]])
    scans = [Scan(scan_of(saved(part, "PNG"), traits), "jpg") for part, traits in ((upper, []), (lower, ["dpi300"]))]
    document = reader.read(scans[::-1] if backwards else scans, Allowance())
    assert document is not None
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert [cell.text for cell in table.cells] == TEXTS


def ruled_picture(rows: tuple[int, ...], columns: tuple[tuple[int, int, int], ...]) -> np.ndarray:
    """Lines across from 100 to 1300 at these heights; lines down at x, from one height to another."""
    page = np.full((900, 1500), 250, np.uint8)
    for y in rows:
        cv2.line(page, (100, y), (1300, y), 20, 3)
    for x, top, bottom in columns:
        cv2.line(page, (x, top), (x, bottom), 20, 3)
    return page


OUTER = ((100, 100, 700), (1300, 100, 700))


def said(*texts: str, confidence: float = 0.99) -> list[Text]:
    return [Text(Box(10, 10 + 30 * i, 200, 35 + 30 * i), text, confidence) for i, text in enumerate(texts)]


def test_a_page_in_simplified_characters_has_no_traditional_ones():
    page = said("线索征集表：单位、职务、党派", "劉建国", "职称", "高級工程师", "推荐单位", "三峽自來水公司")
    even = in_one_script(page)
    assert [text.text for text in even[1::2]] == ["刘建国", "高级工程师", "三峡自来水公司"]
    assert [text.confidence for text in even[1::2]] == [0.7, 0.99, 0.99]  # in a name it may be meant
    theirs = said("被推薦人姓名", "劉建國", "職稱", "高級工程師")
    assert in_one_script(theirs) == theirs


def test_a_one_in_a_cell_with_more_to_say_is_a_borders_end():
    story, years = Box(0, 0, 300, 100), Box(0, 100, 300, 200)
    texts = [*said("1", "默默坚守，守护桥梁安全。", "1"), Text(Box(10, 120, 20, 145), "1", 0.99)]
    assert [text.text for text in without_strokes(texts, [[story, years]])] == ["默默坚守，守护桥梁安全。", "1"]


def test_a_letters_stroke_between_two_borders_is_no_border():
    """修 stood where the rows above and below are divided."""
    page = ruled_picture((100, 180, 260, 340, 700), (*OUTER, (600, 100, 180), (600, 260, 340)))
    cv2.line(page, (600, 205), (600, 237), 20, 3)
    (cells,) = tables_of(rules_of(page, [Box(300, 200, 800, 245)]), TOLERANCE)
    assert len(cells) == 6


def test_a_letters_stroke_close_to_the_borders_above_and_below_is_none():
    """系 of 联系电话 stood there; on a blurred photograph its stroke is all but joined to them."""
    page = ruled_picture((100, 180, 260, 340, 700), (*OUTER, (600, 100, 180), (600, 260, 340)))
    cv2.line(page, (600, 185), (600, 228), 20, 3)
    (cells,) = tables_of(rules_of(page, [Box(300, 195, 800, 245)]), TOLERANCE)
    assert len(cells) == 6


def test_what_a_seals_ring_adds_to_a_letters_stroke_makes_it_no_border():
    """献 stood above the ring of a black seal, whose letters went on to the row's end: the row was cut in two there."""
    page = ruled_picture((100, 180, 242, 304, 700), (*OUTER, (600, 100, 180), (600, 242, 304)))
    cv2.line(page, (600, 196), (600, 262), 20, 3)
    for x in (575, 590, 611, 625):
        cv2.line(page, (x, 196), (x, 212), 20, 3)
    (cells,) = tables_of(rules_of(page, [Box(300, 184, 900, 220)]), TOLERANCE)
    assert len(cells) == 6


def test_a_seals_ring_above_the_table_is_no_row_of_it():
    page = ruled_picture((100, 180, 260, 700), (*OUTER, (600, 180, 260)))
    cv2.line(page, (540, 45), (680, 45), 20, 3)
    cv2.line(page, (610, 45), (610, 100), 20, 3)
    (cells,) = tables_of(rules_of(page, [Box(120, 110, 400, 150)]), TOLERANCE)
    assert len(cells) == 4


def test_a_border_close_beside_letters_is_one():
    """Low rows: the box of 性别 began at the border, and was as high as the row."""
    page = ruled_picture((100, 150, 200, 700), (*OUTER, (600, 100, 200)))
    (cells,) = tables_of(rules_of(page, [Box(150, 155, 300, 195), Box(600, 101, 800, 150)]), TOLERANCE)
    assert len(cells) == 5


def test_a_border_broken_in_the_middle_is_one():
    page = ruled_picture((100, 180, 260, 700), OUTER)
    page[175:186, 620:780] = page[300, 700]  # a fax lost a line of dots
    (cells,) = tables_of(rules_of(page, [Box(620, 110, 780, 150), Box(620, 200, 780, 240)]), TOLERANCE)
    assert len(cells) == 3


def test_a_border_broken_near_its_end_is_one():
    """A seal was taken off there, and a column of the rows above is as wide as the seal."""
    page = ruled_picture((100, 180, 260, 700), (*OUTER, (1000, 100, 180), (1100, 100, 180)))
    page[255:266, 995:1105] = page[300, 700]
    (cells,) = tables_of(rules_of(page, [Box(120, 110, 780, 150), Box(120, 200, 780, 240)]), TOLERANCE)
    assert len(cells) == 5


def test_a_monitors_pattern_does_not_hide_how_a_table_leans():
    """Its sides grew together with the pattern, and were no lines any more."""
    y, x = np.mgrid[0:530, 0:880]
    beat = np.sin((x + 0.07 * y) * 2 * np.pi / 2.2) + np.sin((y - 0.07 * x) * 2 * np.pi / 2.35)
    page = cv2.resize(215 + 15 * beat, (1500, 900), interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    cv2.polylines(page, [np.array([(100, 100), (1300, 100), (1330, 700), (130, 700)])], True, 90, 2, cv2.LINE_AA)
    straight = squared(page, np.array([[(200, 300), (400, 300), (400, 330), (200, 330)]], np.float32))
    assert straight is not None
    sides = [line for line in strokes_of(straight)[1] if line.length > 500]
    assert len(sides) == 2
    assert all(abs(side.at_end - side.at_start) < 5 for side in sides)


@pytest.mark.parametrize("edges", [False, True])
def test_creases_and_the_sheets_edges_are_no_borders(edges: bool):
    """A letter folded twice: the creases cut names in two, and made a table of the sheet."""
    page = ruled_picture((100, 180, 260, 340, 700), (*OUTER, (600, 100, 180), (400, 260, 340)))
    for x in (500, 900):
        cv2.line(page, (x, 20), (x, 880), 150, 3)
    for y in (300, 600):
        cv2.line(page, (30, y), (1470, y), 150, 3)
    if edges:
        cv2.rectangle(page, (30, 20), (1470, 880), 60, 3)
    words = [Box(120, 120, 590, 160), Box(120, 270, 380, 320), Box(150, 400, 1290, 440)]
    tables = tables_of(rules_of(page, words), TOLERANCE)
    assert max(map(len, tables)) == len(apart(tables, words)[0]) == 6


def test_a_wider_table_below_keeps_its_rows():
    page = ruled_picture((), ((400, 100, 340), (1000, 100, 340), (100, 500, 700), (1300, 500, 700)))
    for y, left, right in (*((y, 400, 1000) for y in (100, 180, 260, 340)), *((y, 100, 1300) for y in (500, 600, 700))):
        cv2.line(page, (left, y), (right, y), 20, 3)
    words = [Box(120, 520, 1250, 560)]
    assert sorted(map(len, tables_of(rules_of(page, words), TOLERANCE))) == [2, 3]


def test_a_crease_that_is_seen_on_one_side_of_the_table_is_no_border():
    """The other half of it bent away."""
    page = ruled_picture((100, 180, 700), OUTER)
    cv2.line(page, (4, 400), (1300, 400), 150, 3)
    (cells,) = tables_of(rules_of(page), TOLERANCE)
    assert len(cells) == 2


@pytest.mark.parametrize("seen_from", [4, 60])
def test_a_border_that_lies_in_a_crease_stays(seen_from: int):
    """The paper was folded along it: columns end there."""
    page = ruled_picture((100, 180, 260, 700), (*OUTER, (400, 100, 260), (800, 180, 260)))
    cv2.line(page, (seen_from, 262), (1300 if seen_from == 4 else 1480, 262), 90, 4)
    (cells,) = tables_of(rules_of(page), TOLERANCE)
    assert len(cells) == 6


def test_letters_that_stand_on_a_border_are_no_columns():
    """The last line of a story: from the border to the tops of its letters, where columns of a row above begin."""
    page = ruled_picture((100, 180, 400, 700), (*OUTER, (500, 100, 180), (650, 100, 180)))
    cv2.line(page, (300, 362), (850, 362), 20, 2)
    for x in (500, 650):
        cv2.line(page, (x, 362), (x, 393), 20, 3)
    (cells,) = tables_of(rules_of(page, [Box(120, 316, 1280, 360), Box(120, 360, 1000, 398)]), TOLERANCE)
    assert len(cells) == 5


def test_a_border_close_beside_a_crease_stays():
    page = ruled_picture((100, 180, 260, 700), (*OUTER, (600, 180, 260)))
    cv2.line(page, (591, 10), (591, 890), 140, 3)
    (cells,) = tables_of(rules_of(page, [Box(150, 400, 1290, 440)]), TOLERANCE)
    assert len(cells) == 4


def test_a_crease_between_two_texts_is_their_border():
    """The middle of the sheet is one in the row of the telephone numbers; 重庆某某公司 goes on through it."""
    page = ruled_picture((100, 180, 260, 700), (*OUTER, (400, 100, 260), (1000, 100, 260), (700, 180, 260)))
    cv2.line(page, (700, 10), (700, 890), 110, 3)
    texts = [Box(450, 120, 900, 160), Box(450, 200, 650, 240), Box(750, 200, 950, 240), Box(150, 400, 1290, 440)]
    (cells,) = tables_of(rules_of(page, texts), TOLERANCE)
    assert len(cells) == 3 + 4 + 1


@pytest.mark.parametrize(("begins", "cells"), [(150, 4), (720, 6)])
def test_what_runs_through_a_storys_lines_is_a_crease_and_what_ends_them_a_border(begins: int, cells: int):
    """It ended with the table: the photograph was cut off there. The line right of it may be seen as one with its label."""
    page = ruled_picture((100, 180, 700), (*OUTER, (400, 100, 180)))
    cv2.line(page, (700, 100), (700, 700), 90, 3)
    story = [Box(begins, 220 + 60 * n, 1280, 260 + 60 * n) for n in range(7)]
    labels = [] if begins < 700 else [Box(150, 400, 600, 440), Box(150, 460, 1280, 500)]
    texts = [Box(450, 120, 900 if begins < 700 else 650, 160), *story, *labels]
    (found,) = tables_of(rules_of(page, texts), TOLERANCE)
    assert len(found) == cells - 1


@pytest.mark.parametrize("pen", [154, 163])
def test_a_signature_across_a_border_is_no_answer(reader: Recogniser, pen: int):
    """The half of it in the row of 亮点 was read as 4."""
    page = ruled_picture((100, 400, 480, 700), OUTER)
    strokes = np.cumsum(np.random.default_rng(pen).normal(0, 12, (20, 2)), axis=0)
    curve = np.stack([np.linspace(900, 960, 20), np.full(20, 430)], axis=1) + strokes
    cv2.polylines(page, [curve.astype(np.int32)], False, 40, 3, cv2.LINE_AA)
    cv2.putText(page, "2026", (150, 300), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 20, 3, cv2.LINE_AA)
    assert cells(read(reader, cv2.imencode(".png", page)[1].tobytes(), "png"))[1:] == ["", ""]


def test_the_table_is_the_one_that_is_written_in():
    """Around a single row on the last page a monitor's window has as many cells."""
    window = [Box(0, 0, 1000, 50), Box(0, 50, 500, 900), Box(500, 50, 1000, 900), Box(0, 900, 1000, 950)]
    row = [Box(100 + 200 * i, 100, 300 + 200 * i, 150) for i in range(4)]
    assert apart([window, row], [Box(cell.left + 10, 110, cell.left + 100, 140) for cell in row]) == [row]


def test_letters_whose_feet_stand_in_a_row_are_no_border():
    """工艺工程 above 师."""
    page = ruled_picture((100, 200, 700), (*OUTER, (608, 100, 200), (800, 100, 200)))
    for x in (620, 660, 700, 740):
        cv2.line(page, (x, 150), (x + 34, 150), 20, 3)
    (cells,) = tables_of(rules_of(page, [Box(612, 112, 790, 154), Box(612, 154, 660, 190)]), TOLERANCE)
    assert len(cells) == 4


def test_a_row_that_goes_on_on_the_next_page_may_have_no_border_there():
    sides = [(x, top, 800) for x, top, _ in OUTER]
    page = ruled_picture((100, 180), (*sides, (400, 180, 800)))
    (cells,) = tables_of(rules_of(page), TOLERANCE)
    assert [round(cell.bottom, -1) for cell in cells] == [180, 810, 810]
    (cells,) = tables_of(rules_of(np.ascontiguousarray(page[::-1])), TOLERANCE)
    assert len(cells) == 3
    page = ruled_picture((300, 500), ((100, 100, 800), (1300, 100, 800), (400, 100, 800)))
    (cells,) = tables_of(rules_of(page), TOLERANCE)
    assert len(cells) == 6


def test_a_window_may_show_but_the_midst_of_a_row_on_two_pages():
    """With the window's menus above: a story went on there, and the rest of it was lost."""
    sides = [(x, top, bottom) for top, bottom in ((100, 600), (800, 870)) for x in (100, 400, 1300)]
    story = [Box(410, top, 1290, top + 34) for top in (*range(110, 560, 40), 820)]
    tables = tables_of(rules_of(ruled_picture((), sides), [Box(20, 10, 300, 40), *story]), TOLERANCE)
    assert [[round(cell.left, -1) for cell in cells] for cells in tables] == [[100, 400]] * 2
    page = ruled_picture((), sides)
    page[97:100] = 30  # the menus' lower edge, from one side of the window to the other
    tables = tables_of(rules_of(page, [Box(20, 10, 300, 40), *story]), TOLERANCE)
    assert [[round(cell.left, -1) for cell in cells] for cells in tables] == [[100, 400]] * 2


def test_in_a_low_row_open_above_letters_that_stand_on_the_borders_below_are_none():
    """A page that begins with a story's last line: 创 and 机 stood on the borders of the next row, all but joined to them."""
    page = ruled_picture((160, 240), ((100, 112, 240), (1300, 112, 240), (600, 160, 240), (900, 160, 240)))
    for x in (600, 900):
        for stroke in (x - 10, x, x + 11):
            cv2.line(page, (stroke, 124), (stroke, 150), 20, 3)
    (cells,) = tables_of(rules_of(page, [Box(200, 116, 1100, 158)]), TOLERANCE)
    assert len(cells) == 4


def test_a_border_that_runs_through_a_lines_box_stays():
    """Boxes are wider than letters, and on a blurred photograph borders that cross part each other."""
    page = ruled_picture((100, 180, 700), (*OUTER, (600, 100, 180)))
    blurred = cv2.GaussianBlur(page, (0, 0), 3)
    (cells,) = tables_of(rules_of(blurred, [Box(110, 168, 580, 210), Box(620, 168, 1290, 210)]), TOLERANCE)
    assert len(cells) == 3


def test_a_straight_page_stays_as_it_is_though_letters_touch_a_line():
    page = ruled_picture((100, 400, 700), OUTER)
    for x in range(100, 420, 40):
        cv2.rectangle(page, (x, 402), (x + 30, 420), 20, 2)
    assert levelled(page) is page


def test_a_table_is_squared_by_its_own_lines():
    """Not by a monitor's edge beside it, though that is longer."""
    page = ruled_picture((100, 400, 700), OUTER)
    cv2.line(page, (1420, 0), (1360, 899), 20, 3)
    assert squared(page, np.zeros((0, 4, 2), np.float32)) is page


@pytest.mark.parametrize("bend", [4, 10])
def test_a_bent_single_row_is_a_table(bend: int):
    """The last page of a form that did not lie flat: 推荐人/单位 and what stands beside it."""
    page = np.full((900, 1500), 240, np.uint8)
    x = np.arange(100, 1301)
    for y in (300, 380):
        points = np.stack([x, y + bend * np.sin((x - 100) / 1200 * np.pi)], axis=1).round().astype(np.int32)
        cv2.polylines(page, [points], False, 20, 3)
    for at in (100, 400, 800, 1000, 1300):
        y = 300 + round(bend * np.sin((at - 100) / 1200 * np.pi))
        cv2.line(page, (at, y), (at, y + 80), 20, 3)
    words = [Box(at + 20, 320 + bend, at + 150, 360 + bend) for at in (100, 400, 800, 1000)]
    (cells,) = tables_of(rules_of(levelled(page), words), TOLERANCE, single=True)
    assert [round(cell.left, -1) for cell in cells] == [100, 400, 800, 1000]


def test_a_line_that_leans_is_no_border_of_a_straight_page():
    """The edge of a stamp, 收文, across 工作单位: the company's name was cut in two."""
    page = ruled_picture((100, 180, 260, 700), OUTER)
    cv2.line(page, (496, 176), (505, 264), 20, 3)
    (cells,) = tables_of(rules_of(page), TOLERANCE)
    assert len(cells) == 3


def test_a_stamps_edges_lean_by_themselves_and_a_bent_sheets_borders_all():
    def down(at: float, lean: float) -> Stroke:
        return Stroke(300, 460, at, at + lean)

    straight = [down(at, 0.5) for at in (100, 300, 500, 700)]
    assert level_ones([*straight, down(400, 8), down(560, 8)]) == straight
    bent = [down(at, lean) for at, lean in ((100, 8.5), (300, 7.0), (500, 5.5), (700, 4.0))]
    assert level_ones(bent) == bent


def test_a_crease_that_leans_and_begins_above_the_table_is_no_border():
    """In black and white it was dashed: every row had its own piece of it, a little farther to the left."""
    page = ruled_picture((200, 280, 360, 440, 700), ((100, 200, 700), (1300, 200, 700)))
    for y in range(10, 700, 50):
        cv2.line(page, (640 - y // 40, y), (640 - (y + 40) // 40, y + 40), 20, 3)
    (cells,) = tables_of(rules_of(page), TOLERANCE)
    assert len(cells) == 4


def test_a_table_is_squared_by_the_lines_that_its_rows_end_at():
    """A sheet's edge beside it leaned, and came close to its lowest row."""
    page = ruled_picture((100, 250, 400, 550, 700), OUTER)
    cv2.line(page, (20, 0), (90, 899), 20, 3)
    assert squared(page, np.zeros((0, 4, 2), np.float32)) is page


@pytest.mark.filterwarnings("error")
def test_lines_side_by_side_do_not_show_how_a_page_fans_out():
    side_by_side = np.array([[[x, 400], [x + 500, 430], [x + 500, 470], [x, 440]] for x in (100, 700)], np.float32)
    assert levelled(ruled_picture((), ()), side_by_side).shape == (900, 1500)


def test_a_row_with_one_letter_is_levelled_by_its_borders():
    """The last page of a form held but 司, of the recommending company's name."""
    page = np.full((1600, 1200), 235, np.uint8)
    row = np.array([(150, 200), (1050, 155), (1050, 225), (150, 270)])
    cv2.polylines(page, [row], True, 60, 2, cv2.LINE_AA)
    letter = np.array([[(320, 205), (350, 204), (350, 234), (320, 235)]], np.float32)
    across, _ = strokes_of(levelled(page, letter))
    long = [line for line in across if line.length > 600]
    assert len(long) == 2
    assert all(abs(line.at_end - line.at_start) < 4 for line in long)


def test_seals_and_shadows_are_no_lines_of_text():
    """A line's box over half of the page hid that its borders were lines."""
    probable = np.zeros((768, 512), np.float32)
    probable[100:110, 50:250] = 1.0
    probable[400:600, 100:400] = 1.0
    (core,) = cores_of(probable)
    assert cv2.boundingRect(core)[:2] == pytest.approx((50, 100), abs=2)


def test_a_border_goes_no_farther_for_a_monitors_pattern():
    """Pieces of the pattern in line with the columns of a low row made creases of them."""
    page = ruled_picture((100, 400, 470), ((100, 100, 470), (1300, 100, 470), (500, 400, 470), (900, 400, 470)))
    for x in (500, 900):
        for y in (40, 600):
            cv2.line(page, (x, y), (x, y + 40), 120, 2)
    (cells,) = tables_of(rules_of(page), TOLERANCE)
    assert len(cells) == 4


def test_what_is_printed_beneath_a_seal_stays():
    page = np.full((1600, 1200, 3), 250, np.uint8)
    page[790:810, 450:750] = 10  # a stroke of black
    seal = page.copy()
    cv2.circle(seal, (600, 800), 120, (40, 30, 215), -1)
    cleaned = unstamped((0.25 * page + 0.75 * seal).astype(np.uint8))
    assert cleaned[800, 600].max() < 120
    assert cleaned[740, 600].min() > 215
    assert cleaned[800, 460].max() < 20  # beside the seal


def test_a_copied_seal_goes_and_what_is_printed_beneath_it_stays():
    page = np.full((1600, 1200), 250, np.uint8)
    page[790:800, 450:750] = 20
    cv2.circle(page, (600, 800), 115, 250, -1)
    page[790:800, 450:750] = 20
    sealed = page.copy()
    cv2.circle(sealed, (600, 800), 115, 130, 7)
    sealed[870:880, 560:640] = 130  # its letters
    cleaned = unstamped(np.minimum(page, sealed))
    assert cleaned[860:].min() > 200
    assert cleaned[795, 500:700].max() < 40


def test_a_pens_blue_beneath_a_red_seal_stays():
    """The ring was taken for a copied seal's, and in the lightest of its colours the pen's blue is as light as that."""
    page = np.full((1600, 1200, 3), 245, np.uint8)
    page[700:708, 450:750] = 20
    page[790:800, 450:750] = (150, 50, 40)
    seal = page.copy()
    cv2.circle(seal, (600, 800), 115, (60, 50, 205), 7)
    cleaned = unstamped(np.minimum(page, seal))
    assert cleaned[795, 500:700, 2].max() < 80
    assert cleaned[704, 500:700].max() < 40
    assert cleaned[690, 580:620].min() > 200  # the ring


def test_a_border_stays_beneath_a_copied_seal():
    """Of a scanning app, which left it as light as the seal: the name and the next label grew together."""
    page = np.full((1600, 1200), 250, np.uint8)
    page[770:830, 600:603] = 140
    cv2.circle(page, (600, 800), 115, 130, 7)
    page[790:800, 450:550] = 20
    cleaned = unstamped(page)
    assert cleaned[775:825, 601].max() < 160
    assert cleaned[690:750, 480:720].min() > 200


def test_a_seal_leaves_no_edges_on_yellow_paper():
    page = np.full((1600, 1200, 3), (150, 205, 225), np.uint8)
    clean = page.copy()
    cv2.circle(page, (600, 800), 110, (40, 30, 200), 8)
    cv2.circle(page, (600, 800), 30, (40, 30, 200), -1)
    assert np.abs(unstamped(page).astype(int) - clean).max() < 25


def test_a_copied_seal_leaves_no_grey_patch_on_yellow_paper():
    """What was put in its place was grey, and had edges, like borders."""
    page = np.full((1600, 1200, 3), (150, 205, 225), np.uint8)
    page[790:800, 450:750] = 20
    clean = page.copy()
    cv2.circle(page, (600, 800), 115, (90, 123, 135), 7)
    cleaned = unstamped(np.minimum(page, clean))
    beside = (clean > 100).all(axis=2)
    assert np.abs(cleaned.astype(int) - clean)[beside].max() < 30
    assert cleaned[795, 460:740].max() < 60


@pytest.mark.parametrize("height", [70, 150])
def test_a_red_stamp_in_a_frame_goes_and_red_writing_stays(height: int):
    """与原件一致 was read as part of the story."""
    page = np.full((1600, 1200, 3), 250, np.uint8)
    cv2.rectangle(page, (400, 300), (700, 300 + height), (60, 50, 220), 3)
    cv2.putText(page, "COPY", (430, 300 + height // 2 + 15), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (60, 50, 220), 3)
    cv2.putText(page, "WRITTEN", (400, 900), cv2.FONT_HERSHEY_SIMPLEX, 2, (60, 50, 220), 3)
    cleaned = unstamped(page)
    assert cleaned[290:480].min() > 215
    assert np.array_equal(cleaned[800:], page[800:])


def test_a_copied_seal_may_go_on_beyond_the_sheet():
    page = np.full((1600, 1200), 250, np.uint8)
    page[1400:1420, 550:650] = 20
    cv2.circle(page, (600, 1495), 115, 130, 7)
    cleaned = unstamped(page)
    assert cleaned[1430:].min() > 200
    assert cleaned[1410, 560:640].max() < 40


def test_a_crease_does_not_show_how_a_table_leans():
    """It was the longest line, and the sides of a low table were too short to be seen beside it."""
    page = ruled_picture((300, 420, 620), ((100, 300, 620), (1300, 300, 620)))
    cv2.line(page, (700, 10), (700, 890), 150, 3)
    view = cv2.getPerspectiveTransform(
        np.array([[0, 0], [1500, 0], [1500, 900], [0, 900]], np.float32),
        np.array([[0, 0], [1500, 0], [1470, 900], [30, 900]], np.float32),
    )
    seen = np.asarray(cv2.warpPerspective(page, view, (1500, 900), borderValue=240), np.uint8)
    words = np.array(
        [[[150, 330], [550, 330], [550, 370], [150, 370]], [[800, 500], [999, 500], [999, 540], [800, 540]]]
    )
    flat = squared(seen, words.astype(np.float32))
    assert flat is not None
    (cells,) = tables_of(rules_of(flat), TOLERANCE)
    assert len(cells) >= 2


def test_a_shadow_with_sharp_edges_lies_on_the_sheet():
    page = np.full((1600, 1200, 3), (60, 70, 80), np.uint8)
    page[100:1500, 100:1100] = 225
    page[100:900, 500:700] = 150  # an arm
    lines = np.array(
        [[[x, y], [x + 260, y], [x + 260, y + 30], [x, y + 30]] for y in (200, 600, 1300) for x in (150, 780)]
    )
    sheet = paper(page, lines.astype(np.float32))
    assert (sheet[400, 600] == 150).all()
    assert sheet[50, 50].min() > 200


def test_beyond_its_sheet_the_light_goes_on():
    """A lamp at one side: what was put around the sheet had edges, and they became a table's sides."""
    page = np.repeat(np.linspace(120, 250, 900)[None, :, None], 1200, axis=0).repeat(3, axis=2).astype(np.uint8)
    desk = page.copy()
    desk[:100], desk[:, 820:] = 30, 30
    sheet = np.zeros(page.shape[:2], np.uint8)
    sheet[100:, :820] = 1
    seen = alone(desk, sheet)
    assert np.array_equal(seen[100:, :820], page[100:, :820])
    assert np.abs(seen[60:100].astype(int) - page[60:100])[:, :800].max() < 12
    assert rules_of(seen[..., 0]) == []


def test_of_two_sheets_the_one_with_the_table_is_the_page(reader: Recogniser):
    """It lay askew on a printed one that filled the picture, and had less text."""
    letters = ImageFont.truetype(FONT, 60)
    beneath = Image.new("RGB", (3000, 4000), (235, 235, 235))
    for y in range(60, 3960, 100):
        ImageDraw.Draw(beneath).text(
            (60 - y % 700, y), "关于报送工程技术人才材料的通知，" * 4, fill=(60, 60, 60), font=letters
        )
    form = Image.open(io.BytesIO(PAGE)).convert("RGB").crop((100, 150, 2380, 1500)).resize((1824, 1080))
    form = form.convert("RGBA").rotate(24, expand=True, resample=Image.Resampling.BICUBIC)
    beneath.paste(form, (450, 1000), form)
    assert [text for text in TEXTS if text not in cells(read(reader, saved(np.asarray(beneath), "JPEG")))] == []


def test_a_sheet_goes_on_beyond_its_fold_but_not_on_the_desk():
    light = np.full((320, 240, 3), 230, np.uint8)
    light[150:152], light[152:] = 160, 215
    light[:, 200:] = (70, 104, 142)
    sheet = np.zeros((320, 240), np.uint8)
    sheet[:150, :200] = 1
    whole = beyond_folds(np.ascontiguousarray(light[:, :200]), np.ascontiguousarray(sheet[:, :200]))
    assert whole.all()
    assert not beyond_folds(np.ascontiguousarray(light[:150]), np.ascontiguousarray(sheet[:150]))[:, 200:].any()


def test_a_story_whose_last_line_is_one_letter_is_one_paragraph():
    full = "他保存着一把用了二十年的游标卡尺刀口已经磨得发亮却依然精准"
    texts = [Text(Box(10, 10 + 35 * i, 10 + 28 * len(full), 44 + 35 * i), full) for i in range(3)]
    texts.append(Text(Box(12, 115, 38, 157), "儿"))
    (table,) = blocks_of(texts, [[Box(0, 0, 20 + 28 * len(full), 200), Box(0, 200, 20 + 28 * len(full), 260)]])
    assert isinstance(table, Table)
    assert table.cells[0].text == full * 3 + "儿"


@pytest.mark.parametrize(
    ("text", "unsure", "told"),
    [
        ("13800001234", {3: 0.4}, 0.4),
        ("138 0000 1234", {3: 0.4}, 0.99),
        ("张伟", {1: 0.5}, 0.5),
        ("他一直扎根生产一线，从学徒做起，一步一个脚印成长为技术带头人。", {9: 0.2, 4: 0.3}, 0.99),
        ("他一直扎根生产一线，从学徒做起，一步一个脚印成长为技术带头人。", {3: 0.2, 4: 0.3, 5: 0.4, 6: 0.6}, 0.3),
        ("——", {}, 0.99),
    ],
)
def test_confidence_is_that_of_letters_and_few_of_a_long_line_may_be_unsure(
    text: str, unsure: dict[int, float], told: float
):
    each = np.array([unsure.get(i, 0.99) for i in range(len(text))])
    assert least_certain(text, each) == pytest.approx(told)


@pytest.mark.parametrize(
    ("letters", "likely", "read", "certain"),
    [
        ("参编行业标准三項", 0.3, "参编行业标准三项", 0.98),
        ("参编行业标准三項", 0.02, "参编行业标准三項", 0.68),
        ("李項", 0.3, "李项", 0.3),
        ("李堃", 0.01, "李堃", 0.68),
    ],
)
def test_a_letter_in_two_styles_is_the_usual_one(letters: str, likely: float, read: str, certain: float):
    known = [*letters, "项", ""]
    steps = np.zeros((len(letters), len(known)), np.float32)
    steps[np.arange(len(letters)), np.arange(len(letters))] = 0.99
    steps[-1, -3:] = 0.68, likely, 0.02
    masks = np.array([usual(character) for character in known])
    best = steps.argmax(axis=1)
    found, each = as_usual(steps, best, steps[np.arange(len(letters)), best], masks)
    assert "".join(known[i] for i in found) == read
    assert each[-1] == pytest.approx(certain)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13807|70223", "13807170223"),
        ("133 5387 066)", "133 5387 0661"),
        ("|3800001234", "13800001234"),
        ("13800001234", None),
        ("(13800001234)", None),
        ("1380000123", None),
        ("Bill", None),
    ],
)
def test_a_stroke_in_a_mobile_number_is_a_one(text: str, number: str | None):
    assert as_number(text) == number


def test_letters_that_nobody_read_make_a_cell_doubtful():
    page = np.asarray(Image.open(io.BytesIO(PAGE)).convert("L"))[::2, ::2]
    cell, line = Box(300, 305, 740, 385), Box(308, 330, 612, 360)  # 重庆某某桥梁工程有限公司
    assert not unread_in(page, cell, [line])
    assert unread_in(page, cell, [Box(308, 330, 450, 360)])
    assert unread_in(page, cell, [])


def test_a_border_that_leans_into_an_empty_cell_is_no_figure():
    page = np.full((200, 400), 240, np.uint8)
    cv2.line(page, (112, 40), (118, 140), 20, 4)
    cell = Box(100, 40, 300, 140)
    assert ink_in(page, cell) is None
    cv2.putText(page, "7", (180, 110), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 20, 3)
    found = ink_in(page, cell)
    assert found is not None
    assert found.left > 150


@pytest.mark.parametrize(("text", "letters"), [("武秀兰", 3), ("张　伟", 2), ("女", 1), ("被推荐人姓名", 6)])
def test_letters_are_counted_by_their_ink(text: str, letters: int):
    strip = Image.new("L", (60 * len(text) + 40, 84), 220)
    ImageDraw.Draw(strip).text((20, 42), text, fill=30, font=ImageFont.truetype(SANS, 48), anchor="lm")
    assert letters_in(np.asarray(strip)) == pytest.approx(letters, abs=0.5)


def test_fields_without_borders_are_parted():
    page = np.full((60, 400), 240, np.uint8)
    for x in (20, 50, 80, 150, 180):  # two blanks' room after the third letter
        page[18:42, x : x + 24] = 20
    assert [box.right for box in parted(page, Box(15, 12, 210, 48))] == pytest.approx([127, 210], abs=1)


def test_a_line_is_as_long_as_its_ink():
    strip = np.full((40, 300), 240, np.uint8)
    for x in range(30, 250, 20):
        strip[8:32, x : x + 12] = 60
    strip[:, :150] //= 2  # a shadow ends there
    left, right = ink_across(strip) or (0, 0)
    assert (abs(left - 30) <= 1, abs(right - 242) <= 1) == (True, True)


def test_a_photograph_without_text_says_nothing(reader: Recogniser):
    hills = np.random.default_rng(1).integers(0, 255, (30, 40, 3), dtype=np.uint8)
    document = read(reader, jpeg(cv2.resize(hills, (1600, 1200), interpolation=cv2.INTER_CUBIC)))
    assert document is not None
    assert document.blocks == ()


MODES = {
    "JPEG": ("RGB", "L", "CMYK"),
    "PNG": ("RGB", "1", "L", "P", "RGBA", "I;16"),
    "GIF": ("RGB", "1", "L", "P", "RGBA"),
    "BMP": ("RGB", "1", "L", "P", "RGBA"),
    "TIFF": ("RGB", "1", "L", "P", "RGBA", "CMYK", "I;16"),
    "WEBP": ("RGB", "L", "P", "RGBA"),
    "HEIF": ("RGB", "L", "RGBA", "I;16"),
}


@pytest.mark.parametrize(("kind", "mode"), [(kind, mode) for kind, modes in MODES.items() for mode in modes])
def test_all_formats_and_colours_become_pixels(kind: str, mode: str):
    grey = Image.open(io.BytesIO(PAGE)).convert("L").resize((620, 877))
    image = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257) if mode == "I;16" else grey.convert(mode)
    out = io.BytesIO()
    image.save(out, kind)
    picture = picture_of(Scan(out.getvalue(), kind.lower()), Allowance())
    assert picture is not None
    assert picture.shape[:2] == (877, 620)
    assert abs(float(picture.mean()) - float(np.asarray(grey).mean())) < 4


def test_a_telephone_held_upright_says_so_in_exif():
    image, exif = Image.open(io.BytesIO(PAGE)).convert("RGB"), Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    image.resize((877, 620)).save(out, "JPEG", exif=exif)
    picture = picture_of(Scan(out.getvalue(), "jpg"), Allowance())
    assert picture is not None
    assert picture.shape[:2] == (877, 620)


def test_a_fax_has_pixels_of_its_own_shape():
    out = io.BytesIO()
    Image.new("1", (1728, 1143), 1).save(out, "TIFF", compression="group4", dpi=(204, 98))
    picture = picture_of(Scan(out.getvalue(), "tiff"), Allowance())
    assert picture is not None
    assert picture.shape == (2379, 1728)


def test_a_page_of_a_tiff_is_found_by_its_number():
    out = io.BytesIO()
    Image.new("L", (300, 400), 255).save(
        out, "TIFF", save_all=True, append_images=[Image.new("L", (310, 400), 0), Image.new("L", (320, 400), 255)]
    )
    shapes = [picture_of(Scan(out.getvalue(), "tiff", page), Allowance()) for page in range(4)]
    assert [None if shape is None else shape.shape[1] for shape in shapes] == [300, 310, 320, None]


@pytest.mark.parametrize("order", ["II", "MM"])
def test_the_pages_of_a_tiff_are_counted(order: str):
    out = io.BytesIO()
    Image.new("L", (30, 40)).save(out, "TIFF", save_all=True, append_images=[Image.new("L", (30, 40))] * 6)
    data = out.getvalue()
    assert (tiff_pages(data), tiff_pages(data[:20])) == (7, 1)
    turned = b"MM\0*" + struct.pack(">IH", 8, 0) + struct.pack(">IH", 14, 0) + struct.pack(">I", 8)
    looped = b"II*\0" + struct.pack("<IHIHI", 8, 0, 14, 0, 8)
    assert tiff_pages(turned if order == "MM" else looped) == 2


def test_a_scanned_pdf_is_rendered(reader: Recogniser):
    out = io.BytesIO()
    Image.open(io.BytesIO(scan_of(PAGE, ["tilt"]))).save(out, "PDF", resolution=200)
    opened = open_document(out.getvalue(), "", means=Means(recogniser=reader))
    assert isinstance(opened, Document)
    assert cells(reader.read(opened.scans, Allowance())) == TEXTS


def bomb(width: int, height: int) -> bytes:
    """A PNG that promises so many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (bomb(50_000, 50_000), "png"),
        (saved(np.zeros((1, 50_000), np.uint8), "PNG"), "png"),
        (saved(np.full((NARROWEST - 1, 900), 255, np.uint8), "PNG"), "png"),
        (PAGE[:30], "png"),
        (b"\xff\xd8\xff" + bytes(5000), "jpg"),
        (b"", "jpg"),
        (b"%PDF-1.7 and no more", "pdf"),
    ],
    ids=["50000 x 50000", "a line", "a strip", "cut in its header", "zeros", "empty", "broken PDF"],
)
def test_what_is_no_page_is_not_decoded(reader: Recogniser, data: bytes, kind: str):
    assert read(reader, data, kind) is None
    assert not reader.ruled(Scan(data, kind), Allowance())


def test_a_picture_beyond_the_limit_is_left_alone(reader: Recogniser):
    small = Allowance(Limits(megapixels=1))
    assert reader.read([Scan(scan_of(PAGE), "jpg")], small) is None
    assert not reader.ruled(Scan(scan_of(PAGE), "jpg"), small)


def test_half_a_file_is_read_as_far_as_it_goes(reader: Recogniser):
    whole = scan_of(PAGE)
    assert "张伟" in cells(read(reader, whole[: len(whole) // 2]))


def test_a_ruled_page_is_known_without_being_read(reader: Recogniser):
    assert reader.ruled(Scan(scan_of(PAGE, ["tilt", "shadow"]), "jpg"), Allowance())
    hills = np.random.default_rng(1).integers(0, 255, (30, 40, 3), dtype=np.uint8)
    assert not reader.ruled(
        Scan(jpeg(cv2.resize(hills, (1600, 1200), interpolation=cv2.INTER_CUBIC)), "jpg"), Allowance()
    )


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_flipped_bytes_never_crash(data: st.DataObject):
    small = jpeg(np.asarray(Image.open(io.BytesIO(PAGE)).resize((400, 560))))
    kinds = {"jpg": small, "png": saved(np.asarray(Image.open(io.BytesIO(small))), "PNG")}
    kind = data.draw(st.sampled_from(sorted(kinds)))
    broken = bytearray(kinds[kind])
    for at in data.draw(st.lists(st.integers(0, len(broken) - 1), min_size=1, max_size=20)):
        broken[at] ^= data.draw(st.integers(1, 255))
    picture_of(Scan(bytes(broken), kind), Allowance())


def test_every_trait_makes_a_picture():
    page = saved(np.full((700, 500, 3), 255, np.uint8), "PNG")
    assert all(scan_of(page, [trait]).startswith(b"\xff\xd8") for trait in TRAITS)


def test_nothing_is_loaded_before_the_first_picture():
    """A service that gets no pictures pays nothing for being able to read them."""
    asked = "import sys; from intake.documents.pages.scan import recogniser; recogniser(); print('cv2' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert told.stdout.strip() == "False"
