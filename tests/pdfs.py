"""PDFs as people make them: Word files exported by an office program, pages printed by a browser, and what pens type on."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import docx
import pypdfium2 as pdfium
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from forms import GRID, LABELS, TITLE, filled_form, saved
from PIL import Image
from pypdf import PdfReader, PdfWriter, Transformation
from pypdf.annotations import FreeText
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    RectangleObject,
    StreamObject,
    TextStringObject,
)
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

OFFICE = shutil.which("soffice") or ""
BROWSER = shutil.which("chromium") or ""


def needed(program: str, package: str) -> None:
    if not program:
        pytest.skip(f"{package} is not installed")


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
    _bordered(document, border, width)
    for table in document.tables:
        for cell in {c._tc: c for row in table.rows for c in row.cells}.values():
            for paragraph in cell.paragraphs:
                _set_paragraph(paragraph, 2 * size if indent else 0, spacing, justified=justified)
        marks = [(table.rows[:1], "tblHeader")] if repeat else []
        for rows, mark in [*marks, *([(table.rows, "cantSplit")] if whole_rows else [])]:
            for row in rows:
                row._tr.get_or_add_trPr().append(parse_xml(f"<w:{mark} {nsdecls('w')}/>"))
    if footer is not None:
        _numbered(section.footer.paragraphs[0], footer)
    if header is not None:
        section.header.paragraphs[0].text = header
    return saved(document)


def _bordered(document: Any, border: str, width: int) -> None:
    sides = (qn(f"w:{side}") for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    for side in document.element.body.iter(*sides):
        side.set(qn("w:val"), border)
        side.set(qn("w:sz"), str(width))


def _set_paragraph(paragraph: Any, indent: float, spacing: float | None, *, justified: bool) -> None:
    if indent and len(paragraph.text) > 60:
        paragraph.paragraph_format.first_line_indent = Pt(indent)
    if spacing:
        paragraph.paragraph_format.line_spacing = spacing
    if justified:
        paragraph._p.get_or_add_pPr().get_or_add_jc().set(qn("w:val"), "both")


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
            f"<td colspan={a} class=label>{LABELS[k]}</td><td colspan={b}>{_lines(values.get(k, ''))}</td>"
            for k, a, b in row
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


def drawn(
    values: Mapping[str, str],
    *,
    lines: str = "stroke",
    layer: bool = False,
    fields: str = "",
    notes: bool = False,
    white: str = "",
    shaded: bool = False,
    letters: str = "",
) -> bytes:
    """The annex drawn by hand, as report writers and small programs do.

    lines   stroke, rects (thin filled ones), boxes (a stroked one a cell), image (pictures of lines), pieces, "" for none
    layer   the text invisible above a picture of the page, as scanners lay it
    fields  the values are form fields: text, or bare, without anything that shows them
    notes   the values are notes typed onto the page
    white   what is printed in white on white
    shaded  labels are white on dark blue
    letters italic, as programs shear Chinese fonts, or outlined, white with a black edge
    """
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    if layer:
        canvas.drawImage(ImageReader(Image.new("RGB", (200, 280), (250, 248, 240))), 0, 0, *A4)
    say(canvas, TITLE, 180, 790, 16, layer=layer)
    notes_at: list[tuple[float, float, float, float, str]] = []
    for key, box, is_label in _places():
        text = LABELS[key] if is_label else values.get(key, "")
        _rule(canvas, lines, box)
        if shaded and is_label:
            canvas.setFillColorRGB(0.1, 0.2, 0.5)
            canvas.rect(box[0], box[1], box[2] - box[0], box[3] - box[1], stroke=0, fill=1)
            canvas.setFillColorRGB(1, 1, 1)
        if is_label or not (fields or notes):
            _set(canvas, text, box, layer=layer, letters=letters)
        elif fields:
            _field(canvas, key, text, box)
        else:
            notes_at += [(*box, text)] if text else []
        canvas.setFillColorRGB(0, 0, 0)
    if white:
        canvas.setFillColorRGB(1, 1, 1)
        say(canvas, white, 60, 30, 10, layer=False)
    canvas.save()
    pdf = buffer.getvalue()
    if fields:
        pdf = _filled(pdf, values, bare=fields == "bare")
    return _noted(pdf, notes_at) if notes else pdf


def _places() -> Iterator[tuple[str, tuple[float, float, float, float], bool]]:
    """Key, place and whether it is the label, cell by cell."""
    top = 770.0
    for row in GRID:
        x = 60.0
        if row[0][1] == row[0][2] == 24:
            yield row[0][0], (x, top - 44, x + 480, top), True
            yield row[0][0], (x, top - 284, x + 480, top - 44), False
            top -= 284
            continue
        for key, label, value in row:
            yield key, (x, top - 44, x + 20 * label, top), True
            x += 20 * label
            yield key, (x, top - 44, x + 20 * value, top), False
            x += 20 * value
        top -= 44


def _rule(canvas: Any, lines: str, box: tuple[float, float, float, float]) -> None:
    left, bottom, right, top = box
    sides = (
        (left, bottom, right, bottom),
        (left, top, right, top),
        (left, bottom, left, top),
        (right, bottom, right, top),
    )
    if lines == "boxes":
        canvas.rect(left + 1, bottom + 1, right - left - 2, top - bottom - 2)
    for x, y, u, v in sides if lines != "boxes" else ():
        if lines == "stroke":
            canvas.line(x, y, u, v)
        elif lines == "rects":
            canvas.rect(x, y, max(u - x, 0.48), max(v - y, 0.48), stroke=0, fill=1)
        elif lines == "image":
            canvas.drawImage(ImageReader(Image.new("L", (1, 1))), x, y, max(u - x, 0.6), max(v - y, 0.6))
        elif lines == "pieces":
            steps = int(max(u - x, v - y) // 3)
            for i in range(steps):
                canvas.rect(x + (3 * i if u > x else 0), y + (3 * i if v > y else 0), 1, 1, stroke=0, fill=1)


def _set(canvas: Any, text: str, box: tuple[float, float, float, float], *, layer: bool, letters: str) -> None:
    """In lines of full width, centred from top to bottom."""
    left, bottom, right, top = box
    size = 11.0
    room = int((right - left - 8) // size)
    lines = [line[i : i + room] for line in text.split("\n") for i in range(0, max(len(line), 1), room)]
    y = (top + bottom) / 2 + (len(lines) - 1) * size * 0.7 - size * 0.35
    for line in lines:
        say(canvas, line, left + 4, y, size, layer=layer, letters=letters)
        y -= size * 1.4


def say(canvas: Any, text: str, x: float, y: float, size: float, *, layer: bool = False, letters: str = "") -> None:
    said = canvas.beginText(x, y)
    said.setFont(_font(), size)
    said.setTextRenderMode(3 if layer else 0)
    if letters == "italic":
        said.setTextTransform(1, 0, 0.27, 1, x, y)
    elif letters == "outlined":
        said.setTextRenderMode(2)
        said.setFillColorRGB(1, 1, 1)
    said.textOut(text)
    if letters == "twice":
        said.setTextOrigin(x + 0.3, y)
        said.textOut(text)
    canvas.drawText(said)


def _field(canvas: Any, key: str, text: str, box: tuple[float, float, float, float]) -> None:
    left, bottom, right, top = box
    place = {"x": left + 3, "y": bottom + 3, "width": right - left - 6, "height": top - bottom - 6}
    if key == "gender":
        for i, word in enumerate(("男", "女")):
            canvas.acroForm.checkbox(
                name=f"gender{i}", checked=text == word, x=left + 4 + 26 * i, y=bottom + 14, size=12
            )
            say(canvas, word, left + 17 + 26 * i, bottom + 16, 11, layer=False)
        return
    if key == "title":
        canvas.acroForm.choice(name=key, value="A", options=["A", "B", "C"], borderStyle="solid", **place)
        return
    flags = "multiline" if key in ("story", "highlights") else ""
    canvas.acroForm.textfield(name=key, value="x" if text else "", fieldFlags=flags, maxlen=20_000, **place)


def _filled(pdf: bytes, values: Mapping[str, str], *, bare: bool) -> bytes:
    """Values typed into the fields; `bare`: by a program that leaves it to the reader to show them."""
    writer = PdfWriter(PdfReader(io.BytesIO(pdf)))
    for note in writer.pages[0]["/Annots"]:
        field = note.get_object()
        if field.get("/T") in values and field.get("/FT") == "/Tx":
            field[NameObject("/V")] = TextStringObject(values[field["/T"]].replace("\n", "\r"))
        if field.get("/FT") == "/Ch":
            titles = ["无", values.get(field["/T"], ""), "技术员"]
            field[NameObject("/Opt")] = ArrayObject(
                ArrayObject([TextStringObject(str(i)), TextStringObject(title)]) for i, title in enumerate(titles)
            )
            field[NameObject("/V")] = TextStringObject("1")
        if bare and field.get("/FT") == "/Tx":
            field.pop("/AP", None)
    if bare:
        writer.set_need_appearances_writer(state=True)
    return _bytes(writer)


def _noted(pdf: bytes, notes: Sequence[tuple[float, float, float, float, str]]) -> bytes:
    """Typed onto the page by an app on a telephone."""
    writer = PdfWriter(PdfReader(io.BytesIO(pdf)))
    for left, bottom, right, top, text in notes:
        writer.add_annotation(0, FreeText(text=text, rect=(left + 2, bottom + 2, right - 2, top - 2), font_size="10pt"))
    return _bytes(writer)


def rewritten(pdf: bytes, change: Callable[[PdfWriter], None]) -> bytes:
    """The file opened, changed and written anew."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    change(writer)
    return _bytes(writer)


def _bytes(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def turned(quarters: int) -> Callable[[PdfWriter], None]:
    """The page lies on its side: only its /Rotate says so."""

    def change(writer: PdfWriter) -> None:
        for page in writer.pages:
            page.rotate(90 * quarters)

    return change


def laid_on_its_side(writer: PdfWriter) -> None:
    """What is printed is turned and the page with it, as a landscape scan of a portrait form."""
    for page in writer.pages:
        height = float(page.mediabox.height)
        page.add_transformation(Transformation().rotate(90).translate(height, 0))
        page.mediabox = RectangleObject((0, 0, height, float(page.mediabox.width)))
        page.cropbox = page.mediabox
        page.rotate(90)


def moved(writer: PdfWriter) -> None:
    """A page whose corner is elsewhere, cropped, in units of its own."""
    for page in writer.pages:
        page.add_transformation(Transformation().scale(0.5).translate(300, -200))
        page.mediabox = RectangleObject((250, -250, 900, 600))
        page.cropbox = RectangleObject((295, -205, 605, 225))
        page[NameObject("/UserUnit")] = FloatObject(2)


def wrapped(writer: PdfWriter) -> None:
    """All that is on a page within a form XObject, within another one."""
    for page in writer.pages:
        for scale in (1.0, 1.0):
            inner = StreamObject()
            inner.set_data(page.get_contents().get_data())
            inner[NameObject("/Type")], inner[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
            inner[NameObject("/BBox")] = RectangleObject((-2000, -2000, 4000, 4000))
            inner[NameObject("/Matrix")] = ArrayObject(map(FloatObject, (scale, 0, 0, scale, 0, 0)))
            inner[NameObject("/Resources")] = page["/Resources"]
            outer = StreamObject()
            outer.set_data(b"q /Inner Do Q")
            objects = DictionaryObject({NameObject("/Inner"): writer._add_object(inner)})
            page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): objects})
            page[NameObject("/Contents")] = writer._add_object(outer)


def without_unicode(writer: PdfWriter) -> None:
    """Fonts that do not say which characters they show, as some programs embed them."""
    for page in writer.pages:
        for font in page["/Resources"]["/Font"].values():
            font.get_object().pop("/ToUnicode", None)


def pictured(pdf: bytes, dpi: int = 60) -> bytes:
    """Every page as a picture of itself: what a scanner makes."""
    document = pdfium.PdfDocument(pdf)
    try:
        images = [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]
    finally:
        document.close()
    out = io.BytesIO()
    images[0].save(out, "PDF", save_all=True, append_images=images[1:])
    return out.getvalue()


def _font() -> str:
    """A font that needs no file: readers have it, or one like it."""
    if "STSong-Light" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return "STSong-Light"
