"""Forms laid out as submitters rebuild them: WordprocessingML written by hand, as WPS writes it, no library in between."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from forms import HINTS, LABELS, TITLE

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{MAIN_TYPE}"/></Types>'
)
RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
APP = '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>WPS Office_12.1.0</Application></Properties>'


def run(text: str) -> str:
    return f'<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraphs(text: str) -> str:
    tabbed = (line.split("\t") for line in text.split("\n"))
    return "".join(f"<w:p>{'<w:r><w:tab/></w:r>'.join(map(run, pieces))}</w:p>" for pieces in tabbed)


def cell(text: str, columns: int = 1, *, merge: str = "", content: str = "") -> str:
    """`merge`: restart begins a cell that the continue ones below belong to; `content` stands in place of text."""
    merged = {"": "", "restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}[merge]
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{columns}"/>{merged}</w:tcPr>{content or paragraphs(text)}</w:tc>'


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(cells)}</w:tr>"


def table(*rows: str, columns: int = 12) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid>{'<w:gridCol/>' * columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def docx(body: str, title: str = TITLE, namespaces: str = "") -> bytes:
    document = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{WORD}" xmlns:r="{OFFICE}"{namespaces}>'
        f"<w:body>{paragraphs(title)}{body}<w:sectPr/></w:body></w:document>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in (
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", RELATIONS),
            ("word/document.xml", document),
            ("docProps/app.xml", APP),
        ):
            package.writestr(zipfile.ZipInfo(name), content)  # no date: the same bytes each time
    return out.getvalue()


def form_rows(values: Mapping[str, str], labels: Mapping[str, str] | None = None, *, left: bool = False) -> list[str]:
    """The annex's rows. `left`: the long fields beside their labels, as many redraw them."""
    named = {**LABELS, **(labels or {})}

    def line(*keys: tuple[str, int, int]) -> str:
        return row(*(c for key, a, b in keys for c in (cell(named[key], a), cell(values.get(key, ""), b))))

    def long(key: str) -> list[str]:
        if left:
            return [row(cell(named[key], 2), cell(values.get(key, ""), 10))]
        return [row(cell(named[key], 12)), row(cell(values.get(key, ""), 12))]

    return [
        line(("nominee_name", 2, 2), ("gender", 1, 2), ("birth_month", 2, 3)),
        line(("employer", 2, 5), ("party", 2, 3)),
        line(("years_of_service", 2, 2), ("position", 1, 2), ("title", 2, 3)),
        line(("nominee_phone", 3, 3), ("recommender_phone", 3, 3)),
        *long("story"),
        *long("highlights"),
        line(("recommender", 2, 4), ("relationship", 3, 3)),
    ]


def lists(nominees: Sequence[Mapping[str, str]]) -> str:
    """One nominee a row, the labels above."""
    head = row(cell("序号"), *(cell(LABELS[key]) for key in LABELS))
    below = (row(cell(str(i)), *(cell(one[key]) for key in LABELS)) for i, one in enumerate(nominees, start=1))
    return table(head, *below, columns=len(LABELS) + 1)


def hint(key: str) -> str:
    """The printed hint with other punctuation, as it looks after somebody's hands were on it."""
    return "（" + HINTS[key].replace("（", "，").replace("）", "") + "）"
