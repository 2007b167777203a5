"""Forms as people build them in Excel: SpreadsheetML written by hand, as Excel writes it, no library in between."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from forms import GRID, LABELS, TITLE

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

Value = str | float | tuple[float, str] | tuple[float, int]  # a number may come with its format or a built-in one


@dataclass
class Sheet:
    name: str = "Sheet1"
    cells: dict[tuple[int, int], Value] = field(default_factory=dict)  # by row and column, from 1
    merged: list[str] = field(default_factory=list)
    state: str = "visible"
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    boxes: Sequence[str] = ()

    def put(self, row: int, column: int, value: Value, rows: int = 1, columns: int = 1) -> None:
        if value != "":
            self.cells[row, column] = value
        if rows * columns > 1:
            self.merged.append(f"{place(row, column)}:{place(row + rows - 1, column + columns - 1)}")


def place(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def form_sheet(values: Mapping[str, Value], name: str = "Sheet1", row: int = 1, first: int = 1) -> Sheet:
    """The annex in a merged grid of 24 columns, title above, the long texts in big merged cells."""
    sheet = Sheet(name)
    sheet.put(row, first, TITLE, columns=24)
    for line in GRID:
        row += 1
        if line[0][1] == line[0][2] == 24:
            key = line[0][0]
            sheet.put(row, first, LABELS[key], columns=24)
            sheet.put(row + 1, first, values.get(key, ""), rows=5, columns=24)
            row += 5
            continue
        column = first
        for key, label_columns, value_columns in line:
            sheet.put(row, column, LABELS[key], columns=label_columns)
            sheet.put(row, column + label_columns, values.get(key, ""), columns=value_columns)
            column += label_columns + value_columns
    return sheet


def list_sheet(nominees: Sequence[Mapping[str, Value]], row: int = 1, first: int = 1) -> Sheet:
    """One nominee a row, the labels above."""
    sheet = Sheet()
    for column, label in enumerate(("序号", *LABELS.values()), start=first):
        sheet.put(row, column, label)
    for number, nominee in enumerate(nominees, start=1):
        sheet.put(row + number, first, float(number))
        for column, key in enumerate(LABELS, start=first + 1):
            sheet.put(row + number, column, nominee.get(key, ""))
    return sheet


def xlsx(*sheets: Sheet, members: Mapping[str, str] | None = None) -> bytes:
    formats: dict[str | int, int] = {}
    strings: dict[str, int] = {}
    parts = {f"xl/worksheets/sheet{n}.xml": _sheet(one, formats, strings) for n, one in enumerate(sheets, start=1)}
    for n, one in enumerate(sheets, start=1):
        if one.boxes:
            parts[f"xl/worksheets/_rels/sheet{n}.xml.rels"] = _relations({"rId1": ("drawing", f"../drawings/d{n}.xml")})
            parts[f"xl/drawings/d{n}.xml"] = _drawing(one.boxes)
    listed = "".join(
        f'<sheet name={quoteattr(one.name)} sheetId="{n}" state="{one.state}" r:id="rId{n}"/>'
        for n, one in enumerate(sheets, start=1)
    )
    targets = {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)}
    targets |= {"rId98": ("sharedStrings", "sharedStrings.xml"), "rId99": ("styles", "styles.xml")}
    texts = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
    parts |= {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(targets),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" count="{len(strings)}" uniqueCount="{len(strings)}">{texts}</sst>',
        "xl/styles.xml": _styles(formats),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "[Content_Types].xml": _types(parts),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in sorted({**parts, **(members or {})}.items()):
            package.writestr(
                zipfile.ZipInfo(name), f'<?xml version="1.0" encoding="UTF-8"?>{content}', zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


def _sheet(sheet: Sheet, formats: dict[str | int, int], strings: dict[str, int]) -> str:
    columns = "".join(f'<col min="{c}" max="{c}" width="9" hidden="1"/>' for c in sheet.hidden_columns)
    rows = []
    for row in sorted({row for row, _ in sheet.cells}):
        cells = "".join(
            _cell(place(row, c), value, formats, strings) for (r, c), value in sorted(sheet.cells.items()) if r == row
        )
        hidden = ' hidden="1"' if row in sheet.hidden_rows else ""
        rows.append(f'<row r="{row}"{hidden}>{cells}</row>')
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in sheet.merged)
    inside = "".join(
        (
            f"<cols>{columns}</cols>" if columns else "",
            f"<sheetData>{''.join(rows)}</sheetData>",
            f"<mergeCells>{merged}</mergeCells>" if merged else "",
            '<drawing r:id="rId1"/>' if sheet.boxes else "",
        )
    )
    return f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{inside}</worksheet>'


def _cell(reference: str, value: Value, formats: dict[str | int, int], strings: dict[str, int]) -> str:
    if isinstance(value, str):
        return f'<c r="{reference}" t="s"><v>{strings.setdefault(value, len(strings))}</v></c>'
    if isinstance(value, tuple):
        number, code = value
        return f'<c r="{reference}" s="{formats.setdefault(code, len(formats) + 1)}"><v>{number!r}</v></c>'
    return f'<c r="{reference}"><v>{value!r}</v></c>'


def _styles(formats: Mapping[str | int, int]) -> str:
    own = {code: 164 + n for n, code in enumerate(code for code in formats if isinstance(code, str))}
    listed = "".join(f'<numFmt numFmtId="{n}" formatCode={quoteattr(code)}/>' for code, n in own.items())
    cells = "".join(
        f'<xf numFmtId="{own[code] if isinstance(code, str) else code}" fontId="0" fillId="0" borderId="0" applyNumberFormat="1"/>'
        for code in formats
    )
    plain = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    return (
        f'<styleSheet xmlns="{MAIN}">{f"<numFmts>{listed}</numFmts>" if listed else ""}<fonts><font/></fonts>'
        f"<fills><fill/></fills><borders><border/></borders><cellStyleXfs>{plain}</cellStyleXfs>"
        f"<cellXfs>{plain}{cells}</cellXfs></styleSheet>"
    )


def _drawing(boxes: Sequence[str]) -> str:
    draw = "http://schemas.openxmlformats.org/drawingml/2006"
    lines = ["".join(f"<a:p><a:r><a:t>{escape(line)}</a:t></a:r></a:p>" for line in box.splitlines()) for box in boxes]
    shapes = "".join(f"<xdr:sp><xdr:txBody>{box}</xdr:txBody></xdr:sp>" for box in lines)
    return f'<xdr:wsDr xmlns:xdr="{draw}/spreadsheetDrawing" xmlns:a="{draw}/main"><xdr:twoCellAnchor>{shapes}</xdr:twoCellAnchor></xdr:wsDr>'


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="{n}" Type="{OFFICE}/{kind}" Target="{target}"/>' for n, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def _types(parts: Mapping[str, str]) -> str:
    kinds = {"xl/workbook.xml": "sheet.main", "xl/sharedStrings.xml": "sharedStrings", "xl/styles.xml": "styles"}
    listed = "".join(
        f'<Override PartName="/{name}" ContentType="{TYPE}.{kinds.get(name, "worksheet")}+xml"/>'
        for name in (*kinds, *parts)
        if name.startswith("xl/") and name.endswith(".xml") and "drawings" not in name
    )
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{PACKAGE}/content-types">{rels}<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
