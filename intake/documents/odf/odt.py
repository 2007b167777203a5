"""OpenDocument files, as LibreOffice and WPS save them: texts (.odt), sheets (.ods), and flat ones (.fodt, .fods)."""

from __future__ import annotations

import base64
import binascii
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from intake.documents.document import Document, Scan, Unreadable
from intake.documents.limits import Allowance
from intake.documents.means import Means
from intake.documents.odf.odf_text import (
    COLUMNS_REPEATED,
    MAX_REPEATED,
    ROWS_REPEATED,
    Block,
    OdfWalk,
    controls_of,
    name,
    number,
    rows_of,
    spans_of,
    styles_of,
)
from intake.documents.package import DAMAGED, Members, members_of, package_of, part_bytes, tree_of
from intake.documents.pasted import pages_of, pasted_pages
from intake.documents.sheets.sheet import Area, Place, heading, sheet_table

MAX_PLACE = 2_000_000  # rows or columns that a sheet may claim to have
_BROKEN = Unreadable("unreadable_attachment", "", "odt")
_ENCRYPTED = Unreadable("encrypted_attachment", "", "odt")
_CELLS = (name("table:table-cell"), name("table:covered-table-cell"))
#: The text itself; a password on macros alone hides none of it.
_LOCKED = re.compile(rb"full-path\s*=\s*[\"']content\.xml[\"'][^>]{0,400}>\s*<[\w:]{0,40}encryption-data")


def odt_document(data: bytes, allowance: Allowance, _means: Means) -> Document | Unreadable:
    """Read a zipped OpenDocument file."""
    package = package_of(data)
    if package is None:
        return _BROKEN
    members = members_of(package)
    try:
        if _encrypted(package, members, allowance):
            return _ENCRYPTED
        xml = part_bytes(package, members["content.xml"], allowance)
        root = tree_of(xml)
    except (*DAMAGED, etree.XMLSyntaxError):
        return _BROKEN
    return _document(root, len(xml), pasted_pages(package, "pictures/", allowance))


def flat_odt(root: etree._Element, weight: int, allowance: Allowance) -> Document | Unreadable:
    """Read an OpenDocument file that is one piece of XML."""
    return _document(root, weight, pages_of(_flat_pictures(root, allowance)))


def _encrypted(package: zipfile.ZipFile, members: Members, allowance: Allowance) -> bool:
    """Each part for itself, as the manifest tells, or all in one package within, as newer LibreOffice does."""
    manifest = members.get("meta-inf/manifest.xml")
    told = part_bytes(package, manifest, allowance) if manifest is not None else b""
    return "encrypted-package" in members or _LOCKED.search(told) is not None


def _document(root: etree._Element, weight: int, scans: tuple[Scan, ...]) -> Document | Unreadable:
    body = next(root.iter(name("office:body")), None)
    if body is None:
        return _BROKEN
    walk = OdfWalk(styles_of(root), controls_of(root))
    sheets = body.find(name("office:spreadsheet"))
    try:
        blocks = walk.blocks(body) if sheets is None else list(_sheets(sheets, walk))
    except RecursionError:  # a few hundred tables inside each other
        return _BROKEN
    return Document(tuple(blocks), "odt" if sheets is None else "ods", weight, scans, omitted=walk.room.omitted)


def _flat_pictures(root: etree._Element, allowance: Allowance) -> Iterator[bytes]:
    for element in root.iter(name("office:binary-data")):
        try:
            picture = base64.b64decode("".join((element.text or "").split()))
        except (binascii.Error, ValueError):
            continue
        allowance.take_bytes(len(picture))
        yield picture


def _sheets(spreadsheet: etree._Element, walk: OdfWalk) -> Iterator[Block]:
    """Sheets that are shown, and the text boxes that lie on them."""
    for sheet in spreadsheet.iterchildren(name("table:table")):
        if sheet.get(name("table:style-name")) in walk.styles.sheets:
            continue
        table = _sheet(sheet, walk)
        if table is not None:
            yield from heading(sheet.get(name("table:name"), ""))
            yield table
        for shapes in sheet.iterchildren(name("table:shapes")):
            yield from walk.blocks(shapes)


def _sheet(sheet: etree._Element, walk: OdfWalk) -> Block | None:
    texts: dict[Place, str] = {}
    merged: list[Area] = []
    hidden: set[int] = set()
    row = 0
    for element in rows_of(sheet):
        times = number(element, ROWS_REPEATED, 1, MAX_PLACE)
        copies = range(row, row + min(times, MAX_REPEATED))
        if element.get(name("table:visibility")) == "collapse":
            hidden.update(copies)
        for column, text, spans in _row(element, walk):
            texts.update(((copy, column), text) for copy in copies if text)
            if not walk.room.take(len(copies) if text else 0):  # few words of markup make thousands of cells
                break
            if spans != (1, 1):
                merged.append((row, column, row + spans[0] - 1, column + spans[1] - 1))
        row += times
        if walk.room.blocks < 0 or row > MAX_PLACE:
            break
    return sheet_table(texts, merged, hidden, _hidden_columns(sheet))


def _row(row: etree._Element, walk: OdfWalk) -> Iterator[tuple[int, str, tuple[int, int]]]:
    """Column, text and spans of each cell that has either."""
    column = 0
    for cell in row.iterchildren(*_CELLS):
        times = number(cell, COLUMNS_REPEATED, 1, MAX_PLACE)
        spans = spans_of(cell)
        text = ""
        if cell.tag == _CELLS[0] and (len(cell) or cell.get(_TYPE)):
            walk.room.take()
            text = _as_shown(cell, walk.contents(cell)[0])
        if walk.room.blocks < 0 or column > MAX_PLACE:
            return
        if text or spans != (1, 1):
            yield from ((column + copy, text, spans) for copy in range(min(times, MAX_REPEATED) if text else 1))
        column += times


def _hidden_columns(sheet: etree._Element) -> set[int]:
    found: set[int] = set()
    column = 0
    for element in sheet.iter(name("table:table-column")):
        times = number(element, COLUMNS_REPEATED, 1, MAX_PLACE)
        if element.get(name("table:visibility")) == "collapse":
            found.update(range(column, column + min(times, 20_000)))
        column += times
    return found


_TYPE, _VALUE, _DATE = name("office:value-type"), name("office:value"), name("office:date-value")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def _as_shown(cell: etree._Element, text: str) -> str:
    """What the cell shows, unless that is less than what it holds: ###, 1.38E+10, a year of two digits."""
    kind = cell.get(_TYPE)
    if kind == "float" and (not text.strip() or "#" in text or re.search(r"\dE\+?\d", text)):
        return _plain(cell.get(_VALUE, "")) or text
    if kind == "float" and re.fullmatch(r"\d{1,3}(?:,\d{3}){3,}", text):
        return text.replace(",", "")
    if kind == "date" and (date := _ISO.match(cell.get(_DATE, ""))):
        return _dated(text, *map(int, date.groups()))
    return text


def _plain(value: str) -> str:
    try:
        figure = float(value)
    except ValueError:
        return ""
    return str(int(figure)) if figure.is_integer() and abs(figure) < 1e15 else value


def _dated(text: str, year: int, month: int, day: int) -> str:
    """80-05-01, May-80 and ### get their year; 5月1日 never showed any. 5/1/1980 is May to some, and January to others."""
    figures = [int(figure) for figure in re.findall(r"\d{1,4}", text)]
    turned = len(figures) == 3 and figures[2] == year
    if text.strip() and "#" not in text and not turned and (year in figures or year % 100 not in figures):
        return text
    return f"{year}年{month}月{day}日" if len(figures) != 2 else f"{year}年{month}月"
