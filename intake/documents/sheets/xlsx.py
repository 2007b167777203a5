"""Excel workbooks (.xlsx, .xlsm, strict or not) read by ourselves: the texts of the sheets that are not hidden.

openpyxl takes ten times as long for a form and shows no text boxes; both it and the quick readers in Rust build all the
cells that a sheet could have, or run out of memory at a stray word in the last one.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from lxml import etree

from intake.documents.document import MAX_BLOCKS, Paragraph, Room, Table
from intake.documents.limits import Allowance
from intake.documents.package import Members, elements_of, members_of, part_bytes, relations_of, tree_of
from intake.documents.sheets.sheet import MAX_SHEETS, Place, Sheet, heading
from intake.documents.sheets.shown import BUILT_IN, shown

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
MAX_HIDDEN = 50_000  # rows that are remembered as hidden

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Foreign(Exception):
    """No workbook of this kind: the newer binary one (.xlsb), or damaged."""


def workbook_blocks(package: zipfile.ZipFile, allowance: Allowance, room: Room) -> tuple[list[Paragraph | Table], int]:
    """A table a sheet, and the lines of text boxes; characters of markup read. Raises Foreign, Exceeded, package.DAMAGED
    and etree.XMLSyntaxError."""
    book = _Workbook(package, allowance, room)
    return list(book.blocks()), book.weight


class _Workbook:
    def __init__(self, package: zipfile.ZipFile, allowance: Allowance, room: Room) -> None:
        self.package = package
        self.allowance = allowance
        self.room = room
        self.members: Members = members_of(package)
        self.weight = 0
        self.main = self._main()
        self.relations = relations_of(package, self.members, self.main, allowance)
        self.strings = self._shared_strings()
        self.formats = self._formats()
        self.mac = False

    def blocks(self) -> Iterator[Paragraph | Table]:
        book = self._tree(self.main)
        properties = _child(book, "workbookPr")
        self.mac = properties is not None and properties.get("date1904", "0") in ("1", "true")
        sheets = _child(book, "sheets")
        shown_sheets = [one for one in (() if sheets is None else sheets) if one.get("state", "visible") == "visible"]
        for one in shown_sheets[: self.room.first(len(shown_sheets), MAX_SHEETS, "张工作表")]:
            identity = next((value for name, value in one.attrib.items() if str(name).endswith("}id")), "")
            kind, part = self.relations.get(str(identity), ("", ""))
            if kind != "worksheet" or part not in self.members:
                continue
            sheet = self._sheet(part)
            if table := sheet.table():
                yield from heading(one.get("name", ""))
                yield table
            yield from self._boxes(part)

    def _main(self) -> str:
        for kind, part in relations_of(self.package, self.members, "", self.allowance).values():
            if kind == "officeDocument" and part in self.members:
                return part
        if "xl/workbook.xml" in self.members:
            return "xl/workbook.xml"
        raise Foreign

    def _read(self, part: str) -> bytes:
        data = part_bytes(self.package, self.members[part], self.allowance)
        self.weight += len(data)
        return data

    def _tree(self, part: str) -> etree._Element:
        data = self._read(part)
        if not data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
            raise Foreign
        return tree_of(data)

    def _of_kind(self, wanted: str) -> str | None:
        return next((part for kind, part in self.relations.values() if kind == wanted and part in self.members), None)

    def _shared_strings(self) -> list[str]:
        part = self._of_kind("sharedStrings")
        return [_rich(item) for item in self._tree(part)] if part else []

    def _formats(self) -> list[str]:
        """Number format by style."""
        part = self._of_kind("styles")
        if part is None:
            return []
        styles = self._tree(part)
        own: Mapping[str, str] = {
            one.get("numFmtId", ""): one.get("formatCode", "") for one in _children(_child(styles, "numFmts"))
        }
        numbers = [one.get("numFmtId", "0") for one in _children(_child(styles, "cellXfs"))]
        return [
            own.get(n) or BUILT_IN.get(int(n) if n.isascii() and n.isdigit() and len(n) < 10 else 0, "")
            for n in numbers
        ]

    def _sheet(self, part: str) -> Sheet:
        sheet = Sheet(room=self.room)
        row = column = -1  # where the last cell was: some writers do not say
        reading = etree.iterparse(
            io.BytesIO(self._read(part)),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
        )
        for event, element in reading:
            kind = _local(element)
            if event == "start":
                if kind == "row":
                    number = element.get("r", "")
                    row, column = int(number) - 1 if _counts(number) else row + 1, -1
                continue
            if kind == "c":
                row, column = _place(element.get("r", "")) or (row, column + 1)
                sheet.put((row, column), self._text(element))
            elif kind == "row":
                if _on(element.get("hidden")) and len(sheet.hidden_rows) < MAX_HIDDEN:
                    sheet.hidden_rows.add(row)
                element.clear()
            else:
                _note(sheet, kind, element)
        return sheet

    def _text(self, cell: etree._Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = _child(cell, "is")
            return "" if inline is None else _rich(inline)
        value = _child(cell, "v")
        text = "" if value is None else value.text or ""
        if not text or kind in ("b", "e"):  # errors too: nothing that anybody wrote
            return ""
        if kind == "s":
            return (
                self.strings[int(text)]
                if text.isascii() and text.isdigit() and len(text) < 10 and int(text) < len(self.strings)
                else ""
            )
        if kind in ("str", "d"):
            return _unescaped(text)
        try:
            number = float(text)
        except ValueError:
            return text
        style = cell.get("s", "0")
        code = (
            self.formats[int(style)]
            if style.isascii() and style.isdigit() and len(style) < 10 and int(style) < len(self.formats)
            else ""
        )
        return shown(number, code, mac=self.mac)

    def _boxes(self, part: str) -> Iterator[Paragraph]:
        """The lines of text boxes that lie upon the sheet."""
        for kind, drawing in relations_of(self.package, self.members, part, self.allowance).values():
            if kind == "drawing":
                for element in elements_of(self.package, self.members.get(drawing), self.allowance):
                    for paragraph in element.iter("{*}p"):
                        yield Paragraph("".join(t.text or "" for t in paragraph.iter("{*}t")))


def _note(sheet: Sheet, kind: str, element: etree._Element) -> None:
    """What is no cell: merges, hidden columns."""
    if kind == "col" and _on(element.get("hidden")):
        first, last = element.get("min", ""), element.get("max", "")
        if _counts(first) and _counts(last):
            sheet.hidden_columns.update(range(int(first) - 1, min(int(last), MAX_COLUMN)))
    elif kind == "mergeCell" and len(sheet.merged) < MAX_BLOCKS:
        ends = [_place(end) for end in element.get("ref", "").split(":")]
        if len(ends) == 2 and ends[0] and ends[1]:
            sheet.merged.append((*ends[0], *ends[1]))


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next((child for child in element if _local(child) == name), None)


def _children(element: etree._Element | None) -> Iterator[etree._Element]:
    return iter(()) if element is None else iter(element)


def _counts(number: str) -> bool:
    return number.isascii() and number.isdigit() and 0 < len(number) < 8 and int(number) > 0


def _on(value: str | None) -> bool:
    return value in ("1", "true")


def _rich(item: etree._Element) -> str:
    """A string of one piece or several; how it is pronounced stands beside it."""
    pieces = []
    for child in item:
        name = _local(child)
        if name == "t":
            pieces.append(child.text or "")
        elif name == "r" and not _struck(child):
            pieces += [t.text or "" for t in child if _local(t) == "t"]
    return _unescaped("".join(pieces))


def _struck(piece: etree._Element) -> bool:
    properties = _child(piece, "rPr")
    line = None if properties is None else _child(properties, "strike")
    return line is not None and _on(line.get("val", "1"))


def _unescaped(text: str) -> str:
    """_x000D_ is a carriage return that could not stand in XML."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _place(reference: str) -> Place | None:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    return (row - 1, column - 1) if 1 <= row <= MAX_ROW and column <= MAX_COLUMN else None
