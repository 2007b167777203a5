"""PDFs as people make them: Word files exported by an office program, pages printed by a browser, and what pens type on."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from forms import GRID, LABELS, TITLE, filled_form, saved

OFFICE = shutil.which("soffice") or ""
BROWSER = shutil.which("chromium") or ""


def needed(program: str, package: str) -> None:
    """In CI a missing program is a failure."""
    if not program:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"{package} is not installed")


def exported(files: Mapping[str, bytes], suffix: str = "docx") -> dict[str, bytes]:
    """Each Word file as LibreOffice exports it."""
    needed(OFFICE, "LibreOffice")
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            Path(folder, f"{name}.{suffix}").write_bytes(data)
        own = f"-env:UserInstallation=file://{folder}/profile"
        command = [OFFICE, own, "--headless", "--convert-to", "pdf", "--outdir", folder]
        subprocess.run(
            [*command, *sorted(str(p) for p in Path(folder).glob(f"*.{suffix}"))], check=True, capture_output=True
        )
        return {name: Path(folder, f"{name}.pdf").read_bytes() for name in files}


def printed(html: str) -> bytes:
    """The page as Chromium prints it."""
    needed(BROWSER, "Chromium")
    with tempfile.TemporaryDirectory() as folder:
        page, pdf = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(html, encoding="utf-8")
        switches = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
        subprocess.run([BROWSER, *switches, f"--print-to-pdf={pdf}", str(page)], check=True, capture_output=True)
        return pdf.read_bytes()


def word_form(
    values: Mapping[str, str],
    *,
    border: str = "single",
    width: int = 4,
    size: float = 12,
    font: str = "仿宋",
    indent: bool = False,
    spacing: float | None = None,
    margin: float | None = None,
    landscape: bool = False,
    footer: str | None = None,
    header: str | None = None,
    justified: bool = False,
    repeat: bool = False,
    whole_rows: bool = False,
    **form: Any,
) -> bytes:
    """The annex filled in, and made up as offices do."""
    document = docx.Document(io.BytesIO(filled_form(values, **form)))
    section = document.sections[0]
    normal = document.styles["Normal"]
    normal.font.size = Pt(size)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), font)
    if margin is not None:
        section.top_margin = section.bottom_margin = Cm(margin)
    if landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    for side in document.element.body.iter(*(qn(f"w:{s}") for s in ("top", "left", "bottom", "right", "insideH", "insideV"))):
        side.set(qn("w:val"), border)
        side.set(qn("w:sz"), str(width))
    for table in document.tables:
        for cell in {c._tc: c for row in table.rows for c in row.cells}.values():
            for paragraph in cell.paragraphs:
                if indent and len(paragraph.text) > 60:
                    paragraph.paragraph_format.first_line_indent = Pt(2 * size)
                if spacing:
                    paragraph.paragraph_format.line_spacing = spacing
                if justified:
                    paragraph._p.get_or_add_pPr().get_or_add_jc().set(qn("w:val"), "both")
        if repeat:
            table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
        for row in table.rows if whole_rows else ():
            row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    if footer is not None:
        _numbered(section.footer.paragraphs[0], footer)
    if header is not None:
        section.header.paragraphs[0].text = header
    return saved(document)


def _numbered(paragraph: Any, text: str) -> None:
    """— N —, 第 N 页: N is the page's number."""
    before, _, after = text.partition("N")
    paragraph.add_run(before)
    paragraph._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'))
    paragraph.add_run(after)


def side_by_side(values: Mapping[str, str], *, bordered: bool = True, columns: int = 4, size: float = 11) -> bytes:
    """Every label on the left of its value, the story too; rebuilt by hand as a plain table."""
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(size)
    document.styles["Normal"].element.rPr.get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    document.add_paragraph(TITLE)
    table = document.add_table(rows=0, cols=columns)
    if bordered:
        table.style = "Table Grid"
    short = [key for row in GRID for key, label, value in row if label != value or label != 24]
    pairs = columns // 2
    for at in range(0, len(short), pairs):
        cells = table.add_row().cells
        for i, key in enumerate(short[at : at + pairs]):
            cells[2 * i].text, cells[2 * i + 1].text = LABELS[key], values.get(key, "")
    for key in ("story", "highlights"):
        cells = table.add_row().cells
        cells[0].text = LABELS[key]
        merged = cells[1].merge(cells[-1]) if columns > 2 else cells[1]
        merged.text = values.get(key, "")
    return saved(document)


def listed_lines(values: Mapping[str, str], *, size: float = 12) -> bytes:
    """姓名：张伟, a line each; the story below its label."""
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(size)
    document.add_paragraph(TITLE)
    for key, label in LABELS.items():
        value = values.get(key, "")
        if key in ("story", "highlights"):
            document.add_paragraph(f"{label}：")
            for line in value.split("\n"):
                document.add_paragraph(line).paragraph_format.first_line_indent = Pt(2 * size)
        else:
            document.add_paragraph(f"{label}：{value}")
    return saved(document)


def web_form(values: Mapping[str, str], style: str = "", head: Sequence[str] = (), *, attributes: str = "") -> str:
    """The annex as a page of HTML."""
    rows = []
    for row in GRID:
        key, label, value = row[0]
        if label == value == 24:
            rows.append(f"<tr><td colspan=24 class=label>{LABELS[key]}</td></tr>")
            rows.append(f"<tr><td colspan=24 class=long>{_lines(values.get(key, ''))}</td></tr>")
            continue
        cells = (
            f"<td colspan={a} class=label>{LABELS[k]}</td><td colspan={b}>{_lines(values.get(k, ''))}</td>" for k, a, b in row
        )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    letter = "".join(f"<p>{escape(line)}</p>" for line in head)
    return (
        f"<html><head><meta charset=utf-8><title>征集表</title><style>body{{font-family:'Noto Serif CJK SC'}}"
        f"table{{width:100%}}{style}</style></head><body>{letter}<h2>{TITLE}</h2>"
        f"<table {attributes}>{''.join(rows)}</table></body></html>"
    )


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.split("\n"))
