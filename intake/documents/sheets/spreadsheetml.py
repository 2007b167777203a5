"""Excel 2003's XML tables (.xml, often renamed .xls): the texts of the sheets that are not hidden."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from intake.documents.document import MAX_BLOCKS, Room, Table
from intake.documents.sheets.sheet import Sheet
from intake.documents.sheets.shown import shown

_S = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_DATES = {"short date": "yyyy/m/d", "general date": "yyyy/m/d", "long date": "yyyy/m/d", "medium date": "yyyy/m/d"}
_FURTHEST = 1_048_576  # a sheet's last row


def tables_of(root: etree._Element, room: Room) -> Iterator[Table]:
    """A table a sheet that is not hidden."""
    formats = {
        style.get(f"{_S}ID", ""): number.get(f"{_S}Format", "")
        for style in root.iter(f"{_S}Style")
        for number in style.iter(f"{_S}NumberFormat")
    }
    for sheet in root.iter(f"{_S}Worksheet"):
        state = sheet.findtext(f"{_X}WorksheetOptions/{_X}Visible") or ""
        if state in ("SheetHidden", "SheetVeryHidden"):
            continue
        if table := _sheet(sheet, formats, room).table():
            yield table


def _sheet(sheet: etree._Element, formats: dict[str, str], room: Room) -> Sheet:
    read = Sheet(room=room)
    column = 0
    for one in sheet.iterfind(f"{_S}Table/{_S}Column"):
        column = _number(one, "Index", column + 1)
        last = min(column + _number(one, "Span", 0), column + MAX_BLOCKS)
        if one.get(f"{_S}Hidden") == "1":
            read.hidden_columns.update(range(column - 1, last))
        column = last
    number = 0
    for row in sheet.iterfind(f"{_S}Table/{_S}Row"):
        number = _number(row, "Index", number + 1)
        if row.get(f"{_S}Hidden") == "1":
            read.hidden_rows.add(number - 1)
        column = 0
        for cell in row.iterfind(f"{_S}Cell"):
            column = _number(cell, "Index", column + 1)
            place = number - 1, column - 1
            across, down = _number(cell, "MergeAcross", 0), _number(cell, "MergeDown", 0)
            if across or down:
                read.merged.append((*place, place[0] + down, place[1] + across))
            read.put(place, _text(cell, formats))
            column += across
        number += _number(row, "Span", 0)
    return read


def _text(cell: etree._Element, formats: dict[str, str]) -> str:
    data = cell.find(f"{_S}Data")
    if data is None:
        return ""
    text = "".join(map(str, data.itertext()))
    code = formats.get(cell.get(f"{_S}StyleID", ""), "")
    try:
        if data.get(f"{_S}Type") == "Number":
            return shown(float(text), code)
        if data.get(f"{_S}Type") == "DateTime":
            day = datetime.fromisoformat(text[:19]) - datetime(1899, 12, 30)  # noqa: DTZ001  # a calendar's day
            return shown(day.total_seconds() / 86_400, _DATES.get(code.lower(), code or "yyyy/m/d"))
    except (ValueError, OverflowError):
        return text
    return "" if data.get(f"{_S}Type") in ("Error", "Boolean") else text


def _number(element: etree._Element, name: str, otherwise: int) -> int:
    text = element.get(f"{_S}{name}", "")
    return min(int(text), _FURTHEST) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise
