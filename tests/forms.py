"""The campaign's form as Word would hold it: blank, and filled in by somebody. Shared by all tests.

`python tests/forms.py` writes the blank form that ships with the campaign.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

FORM_FILE = Path(__file__).parent.parent / "rules" / "yugong-story" / "form.docx"
TITLE = "“重庆工程师故事”线索征集表"
STORY_HINT = "以简洁文字阐述人物主要工作经历、关键项目参与情况、突出贡献及感人故事（500-800字为宜）"
HIGHLIGHTS_HINT = "标注故事最具代表性的特质（如攻坚克难、创新突破等），可说明是否有相关实物线索（老图纸、工具、照片等）"
HINTS = {"story": STORY_HINT, "highlights": HIGHLIGHTS_HINT}

#: Label by key, in the form's order.
LABELS = {
    "nominee_name": "被推荐人姓名",
    "gender": "性别",
    "birth_month": "出生年月",
    "employer": "工作单位",
    "party": "党派",
    "years_of_service": "工作年限",
    "position": "职务",
    "title": "职称",
    "nominee_phone": "被推荐人联系电话",
    "recommender_phone": "推荐人联系电话",
    "story": "核心事迹简介",
    "highlights": "线索亮点",
    "recommender": "推荐人/单位",
    "relationship": "与被推荐人关系",
}

#: The annex's grid of 24 columns: (key, columns of the label, columns of the value), row by row.
GRID: tuple[tuple[tuple[str, int, int], ...], ...] = (
    (("nominee_name", 4, 5), ("gender", 3, 3), ("birth_month", 4, 5)),
    (("employer", 4, 11), ("party", 4, 5)),
    (("years_of_service", 4, 5), ("position", 3, 3), ("title", 4, 5)),
    (("nominee_phone", 5, 7), ("recommender_phone", 5, 7)),
    (("story", 24, 24),),
    (("highlights", 24, 24),),
    (("recommender", 4, 8), ("relationship", 6, 6)),
)
COLUMN = 378  # twentieths of a point: 24 of them are the width of the page

#: 614 characters without the line break.
STORY = "\n".join(
    (
        "张伟同志自2003年参加工作以来，长期扎根桥梁建设一线，先后参与嘉陵江大桥、轨道交通六号线等重点工程。"
        "面对复杂地质条件，他带领团队连续奋战三年，攻克深水基础施工难题，形成多项专利成果。" * 4,
        "他常说，桥要一寸一寸地修，人要一步一步地走。二十余年来，他培养青年技术骨干三十余人，"
        "其中多人已成长为项目总工程师。他把每一张图纸都当作作品，把每一颗螺栓都当作责任。" * 3,
    )
)

#: A nominee with everything filled in.
ZHANG_WEI: Mapping[str, str] = {
    "nominee_name": "张伟",
    "gender": "男",
    "birth_month": "1980年5月",
    "employer": "重庆某某桥梁工程有限公司",
    "party": "中共党员",
    "years_of_service": "22年",
    "position": "总工程师",
    "title": "正高级工程师",
    "nominee_phone": "13800001234",
    "recommender_phone": "13900005678",
    "story": STORY,
    "highlights": "攻坚克难，保存有1998年手绘图纸与老式水准仪。",
    "recommender": "重庆某某桥梁工程有限公司",
    "relationship": "所在单位",
}


def blank_form() -> bytes:
    """The form as the notice annexes it."""
    return filled_form({}, keep_hints=True)


def filled_form(
    values: Mapping[str, str],
    *,
    keep_hints: bool = False,
    labels: Mapping[str, str] | None = None,
    cover: Sequence[str] = (),
    title: str | None = TITLE,
    more: Iterable[Mapping[str, str]] = (),
    one_table: bool = False,
) -> bytes:
    """The form filled in with `values` (by key), as .docx bytes.

    keep_hints  leave the printed hint above the story and the highlights
    labels      other words for some labels: {"nominee_name": "姓名"}
    cover       paragraphs of a covering letter before the form
    title       the heading, None for none
    more        further nominees: each a form of its own after this one
    one_table   ... or all of them in a single table
    """
    document = docx.Document()
    _page(document)
    for line in cover:
        document.add_paragraph(line)
    names = {**LABELS, **(labels or {})}
    nominees = [values, *more]
    rows = ["".join(_rows(nominee, names, keep_hints)) for nominee in nominees]
    for group in ["".join(rows)] if one_table else rows:
        if title:
            _heading(document, title)
        _append_table(document, group)
    return saved(document)


def saved(document: Any) -> bytes:
    """The bytes of a python-docx document. An empty paragraph comes last: LibreOffice loses a table at a .doc's very end."""
    document.add_paragraph()
    buffer = io.BytesIO()
    document.save(buffer)
    return repacked(buffer.getvalue(), lambda _, part: part)


def repacked(package: bytes, edit: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """A zip with each part as `edit` gives it back (None: left out), and some more. No dates: the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        parts = {name: edit(name, old.read(name)) for name in old.namelist()}
        for name, part in (parts | more).items():
            if part is not None:
                new.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    font = document.styles["Normal"].font
    font.name, font.size = "Times New Roman", Pt(12)
    document.styles["Normal"].element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")


def _heading(document: Any, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(18), True


def _append_table(document: Any, rows: str) -> None:
    grid = f'<w:gridCol w:w="{COLUMN}"/>' * 24
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    properties = f'<w:tblPr><w:tblW w:w="{24 * COLUMN}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders></w:tblPr>'
    table = parse_xml(f"<w:tbl {nsdecls('w')}>{properties}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>")
    document.element.body.insert(len(document.element.body) - 1, table)


def _rows(values: Mapping[str, str], labels: Mapping[str, str], keep_hints: bool) -> Iterable[str]:
    for row in GRID:
        key, label_columns, value_columns = row[0]
        if label_columns == value_columns == 24:  # the long ones stand below their label
            hint = HINTS[key] + "\n" if keep_hints else ""
            yield _row([(labels[key], 24, True)])
            yield _row([(hint + values.get(key, ""), 24, False)], height=3000)
            continue
        cells = [((labels[k], a, True), (values.get(k, ""), b, False)) for k, a, b in row]
        yield _row([cell for pair in cells for cell in pair])


def _row(cells: Iterable[tuple[str, int, bool]], height: int = 600) -> str:
    body = "".join(_cell(text, columns, label) for text, columns, label in cells)
    return f'<w:tr><w:trPr><w:trHeight w:val="{height}"/></w:trPr>{body}</w:tr>'


def _cell(text: str, columns: int, label: bool) -> str:
    align = '<w:pPr><w:jc w:val="center"/></w:pPr>' if label else ""
    paragraphs = "".join(
        f'<w:p>{align}<w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in text.split("\n")
    )
    width = f'<w:tcW w:w="{columns * COLUMN}" w:type="dxa"/>'
    return f'<w:tc><w:tcPr>{width}<w:gridSpan w:val="{columns}"/><w:vAlign w:val="center"/></w:tcPr>{paragraphs}</w:tc>'


if __name__ == "__main__":
    FORM_FILE.write_bytes(blank_form())
