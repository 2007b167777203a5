"""The fields of web forms that browsers print: frames, buttons, labels beside them; and pale words behind a page."""

from __future__ import annotations

import io

import pytest
from pdfs import printed, say
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from intake.documents.document import Document, Table
from intake.documents.limits import Allowance
from intake.documents.means import PLAIN
from intake.documents.pages.inputs import Shape, beside_frames, buttons_in
from intake.documents.pages.pdf import pdf_document
from intake.documents.pages.setting import Box, Text

STORY = "他主持了大桥的主拱合龙，连续三个月没有休过一个完整的周末，还带出了十名徒弟。" * 3


def said_in(pdf: bytes) -> list[str]:
    """Each row of what the file says, labels and values together."""
    found = pdf_document(pdf, Allowance(), PLAIN)
    assert isinstance(found, Document)
    rows = []
    for block in found.blocks:
        if isinstance(block, Table):
            rows += ["".join(c.text for c in block.cells if c.row == row) for row in range(block.rows)]
        else:
            rows.append(block.text)
    return ["".join(row.split()) for row in rows]


def web_page(form: str) -> bytes:
    style = "body{font-family:'Noto Serif CJK SC'}input,textarea{font:inherit}"
    return printed(f"<html><head><meta charset=utf-8><style>{style}</style></head><body>{form}</body></html>")


@pytest.mark.parametrize(("colon", "label"), [("：", "事迹"), ("", "核心事迹")])
def test_a_web_form_as_a_browser_prints_it(colon: str, label: str) -> None:
    """Its labels stand at the foot of what has several lines, and a button is a circle."""
    form = f"""<p>姓名{colon}<input value=张伟></p>
        <p>性别{colon}<input type=radio>男 <input type=radio checked>女</p>
        <p>{label}{colon}<textarea rows=6 cols=60>{STORY}</textarea></p>
        <p>亮点{colon}<textarea rows=3 cols=60>有手绘图纸。</textarea></p>
        <p>职务{colon}<input value=主任></p>"""
    fields = ["姓名：张伟", f"性别{colon}☐男☑女", f"{label}：{STORY}", "亮点：有手绘图纸。", "职务：主任"]
    assert [row for row in said_in(web_page(form)) if row[:2] in [field[:2] for field in fields]] == fields


def test_labels_in_a_column_of_their_own_half_way_down() -> None:
    rows = (
        ("姓名：", "<input value=张伟>"),
        ("工作年限：", "<input value=20>"),
        ("事迹：", f"<textarea rows=7 cols=50>{STORY}</textarea>"),
        ("亮点：", "<textarea rows=3 cols=50>有手绘图纸。</textarea>"),
        ("推荐人：", "<input value=李娜>"),
    )
    form = "".join(f"<tr><td align=right>{label}</td><td>{field}</td></tr>" for label, field in rows)
    told = said_in(web_page(f"<table>{form}</table>"))
    assert told[:5] == ["姓名：张伟", "工作年限：20", f"事迹：{STORY}", "亮点：有手绘图纸。", "推荐人：李娜"]


def text(said: str, x: float, y: float) -> Text:
    return Text(Box(x, y, x + 10 * len(said), y + 10), said)


def test_circles_that_belong_to_no_word_are_no_buttons() -> None:
    words = [text("性别", 0, 0), text("男", 52, 0), text("女", 82, 0)]
    rings = [Shape(Box(x, 0, x + 10, 10), full=False) for x in (40, 70)]
    assert [mark.text for mark in buttons_in(rings, words)] == ["☐", "☐"]
    assert not buttons_in(rings[:1], words)
    assert not buttons_in([Shape(Box(x, 60, x + 10, 70), full=False) for x in (40, 70)], words)
    dot = Shape(Box(42, 2, 48, 8), full=True)
    assert [mark.text for mark in buttons_in([*rings, dot], words)] == ["☑", "☐"]


def test_only_what_is_beside_a_frame_is_its_label() -> None:
    frames = [Box(40, 0, 100, 18), Box(160, 0, 220, 18)]
    words = [text("姓名", 10, 4), text("张伟", 45, 4), text("性别", 130, 4), text("男", 165, 4), text("备注", 10, 60)]
    told = [word.text for word in beside_frames(words, frames)]
    assert told == ["姓名：", "张伟", "性别：", "男", "备注"]


@pytest.mark.parametrize(("grey", "size", "shown"), [(0.87, 40, False), (0.87, 12, True), (0.3, 40, True)])
def test_large_pale_words_are_a_watermark(grey: float, size: float, shown: bool) -> None:
    page = io.BytesIO()
    canvas = Canvas(page, A4)
    canvas.setFillGray(grey)
    say(canvas, "内部资料", 150, 700, size)
    canvas.setFillGray(0)
    for row in range(5):
        say(canvas, "他主持了大桥的主拱合龙，连续三个月没有休过一个完整的周末", 60, 740 - 20 * row, 12)
    canvas.save()
    assert any("内部资料" in row for row in said_in(page.getvalue())) == shown
