"""Excel's binary format (.xls, .et; Excel 97 to 2003): the texts of the sheets that are not hidden.

Read by ourselves, from the published format [MS-XLS]: the reader that we tried shows hidden sheets, writes telephone
numbers in the scientific way where the cell does, and builds all the cells that a sheet could have.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from intake.documents.document import MAX_TEXT, Paragraph, Room, Table
from intake.documents.sheets.sheet import MAX_SHEETS, Place, Sheet, heading
from intake.documents.sheets.shown import BUILT_IN, shown

MAX_STRINGS = 200_000
MAX_BOXES = 100  # text boxes upon one sheet
MAX_RECORDS = 500_000  # of one sheet: about one a cell

_BOF, _EOF, _CONTINUE = 0x0809, 0x000A, 0x003C
_FILEPASS, _DATEMODE, _BOUNDSHEET, _STRINGS, _FORMAT, _XF = 0x002F, 0x0022, 0x0085, 0x00FC, 0x041E, 0x00E0
_SHARED, _LABEL, _RICH, _NUMBER, _RK, _RKS, _FORMULA, _STRING, _BOOLEAN = (
    *(0x00FD, 0x0204, 0x00D6, 0x0203, 0x027E, 0x00BD, 0x0006, 0x0207, 0x0205),
)
_MERGED, _ROW, _COLUMNS, _OBJECT, _TEXT = 0x00E5, 0x0208, 0x007D, 0x005D, 0x01B6
_COMMENT = 0x19  # a kind of object whose text nobody asked for


class Foreign(Exception):
    """Not in this format, or damaged: another reader may know what to do."""


class Locked(Exception):
    """The file needs a password."""


def workbook_blocks(stream: bytes, room: Room) -> list[Paragraph | Table]:
    """A table a sheet, and the lines of text boxes. Raises Foreign, Locked."""
    try:
        return list(_Workbook(stream, room).blocks())
    except (struct.error, IndexError, UnicodeError, OverflowError, ValueError) as error:
        raise Foreign(str(error)) from error


Record = tuple[int, list[bytes]]  # its kind; its bytes, continued in further pieces


def _records(stream: bytes, at: int) -> Iterator[Record]:
    """The records from a place on, to the end of that part of the file."""
    size, depth = len(stream), 0
    for _ in range(MAX_RECORDS):
        if at + 4 > size:
            return
        kind, length = struct.unpack_from("<HH", stream, at)
        pieces = [stream[at + 4 : at + 4 + length]]
        at += 4 + length
        while at + 4 <= size and stream[at : at + 2] == b"\x3c\0":
            length = stream[at + 2] | stream[at + 3] << 8
            pieces.append(stream[at + 4 : at + 4 + length])
            at += 4 + length
        depth += (kind == _BOF) - (kind == _EOF)  # a chart within a sheet is a part within a part
        if depth <= 1:
            yield kind, pieces
        if depth <= 0:
            return


@dataclass(slots=True)
class _Sheet(Sheet):
    boxes: list[str] = field(default_factory=list)
    comment: bool = False  # the object whose text may follow

    def note(self, kind: int, pieces: list[bytes]) -> None:
        """What is no cell: merges, what is hidden, text boxes."""
        data = pieces[0]
        if kind == _MERGED:
            areas = struct.iter_unpack("<4H", data[2 : 2 + len(data[2:]) // 8 * 8])
            self.merged += [(top, left, bottom, right) for top, bottom, left, right in areas]
        elif kind == _ROW and data[12] & 0x20:
            self.hidden_rows.add(int.from_bytes(data[:2], "little"))
        elif kind == _COLUMNS and data[8] & 1:
            first, last = struct.unpack_from("<HH", data)
            self.hidden_columns.update(range(first, min(last, 255) + 1))
        elif kind == _OBJECT:
            self.comment = data[4] == _COMMENT
        elif kind == _TEXT and len(pieces) > 1 and not self.comment and len(self.boxes) < MAX_BOXES:
            self.boxes.append(_box(pieces[1], int.from_bytes(data[10:12], "little")))


class _Workbook:
    def __init__(self, stream: bytes, room: Room) -> None:
        self.stream = stream
        self.room = room
        self.mac = False
        self.strings: list[str] = []
        self.formats = dict(BUILT_IN)
        self.cell_formats: list[int] = []
        self.sheets: list[tuple[int, str]] = []  # where those begin that are shown, and their names
        self._globals()

    def blocks(self) -> Iterator[Paragraph | Table]:
        for at, name in self.sheets[: self.room.first(len(self.sheets), MAX_SHEETS, "张工作表")]:
            sheet = self._sheet(at)
            if table := sheet.table():
                yield from heading(name)
                yield table
            yield from (Paragraph(line) for box in sheet.boxes for line in box.splitlines())

    def _globals(self) -> None:
        records = _records(self.stream, 0)
        kind, pieces = next(records, (0, [b""]))
        if kind != _BOF or pieces[0][:2] != b"\0\x06":
            raise Foreign("not of Excel 97 or later")
        for kind, pieces in records:
            data = pieces[0]
            if kind == _FILEPASS:
                raise Locked
            if kind == _DATEMODE:
                self.mac = data[:1] == b"\1"
            elif kind == _BOUNDSHEET and not data[4] & 3 and not data[5]:  # neither hidden nor a chart
                self.sheets.append((int.from_bytes(data[:4], "little"), _name(data)))
            elif kind == _STRINGS:
                self.strings = _shared_strings(pieces, self.room)
            elif kind == _FORMAT:
                self.formats[int.from_bytes(data[:2], "little")] = _text(data, 2)
            elif kind == _XF:
                self.cell_formats.append(int.from_bytes(data[2:4], "little"))

    def _sheet(self, at: int) -> _Sheet:
        sheet = _Sheet(room=self.room)
        formula: Place | None = None  # whose text follows
        for kind, pieces in _records(self.stream, at):
            data = pieces[0]
            if kind in (_SHARED, _LABEL, _RICH, _NUMBER, _RK, _FORMULA, _BOOLEAN):
                row, column, xf = struct.unpack_from("<3H", data)
                formula = (row, column) if kind == _FORMULA and data[12:14] == b"\xff\xff" and not data[6] else None
                sheet.put((row, column), self._cell(kind, data, xf))
            elif kind == _RKS:
                row, first = struct.unpack_from("<HH", data)
                for n, place in enumerate(range(4, len(data) - 7, 6)):
                    xf, packed = struct.unpack_from("<HI", data, place)
                    sheet.put((row, first + n), self._number(_unpacked(packed), xf))
            elif kind == _STRING and formula:
                sheet.put(formula, _text(data, 0))
            else:
                sheet.note(kind, pieces)
        return sheet

    def _cell(self, kind: int, data: bytes, xf: int) -> str:
        if kind == _SHARED:
            number = int.from_bytes(data[6:10], "little")
            return self.strings[number] if number < len(self.strings) else ""
        if kind in (_LABEL, _RICH):
            return _text(data, 6)
        if kind == _RK:
            return self._number(_unpacked(int.from_bytes(data[6:10], "little")), xf)
        if kind == _BOOLEAN or data[12:14] == b"\xff\xff":  # errors too: nothing that anybody wrote
            return ""
        return self._number(struct.unpack_from("<d", data, 6)[0], xf)

    def _number(self, value: float, xf: int) -> str:
        number = self.cell_formats[xf] if xf < len(self.cell_formats) else 0
        return shown(value, self.formats.get(number, ""), mac=self.mac)


def _unpacked(packed: int) -> float:
    """Short numbers: whole ones of 30 bits, or the upper half of a float; perhaps a hundredfold."""
    if packed & 2:
        whole = packed >> 2
        value = float(whole - (1 << 30) if whole & 1 << 29 else whole)
    else:
        value = float(struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0])
    return value / 100 if packed & 1 else value


def _name(data: bytes) -> str:
    """A sheet's, behind its place, its state and its kind."""
    return _characters(data[8:], data[6], wide=bool(data[7] & 1)) if len(data) > 8 else ""


def _text(data: bytes, at: int) -> str:
    """A string with its length in two bytes."""
    count, flags = int.from_bytes(data[at : at + 2], "little"), data[at + 2]
    return _characters(data[at + 3 :], count, wide=bool(flags & 1))


def _characters(raw: bytes, count: int, *, wide: bool) -> str:
    return raw[: 2 * count].decode("utf-16-le", "replace") if wide else raw[:count].decode("latin-1")


def _box(piece: bytes, count: int) -> str:
    return _characters(piece[1:], count, wide=bool(piece[0] & 1)) if piece else ""


def _shared_strings(pieces: list[bytes], room: Room) -> list[str]:
    """Strings may be cut anywhere by the next piece, which then says anew how wide its characters are."""
    count = int.from_bytes(pieces[0][4:8], "little")
    strings: list[str] = []
    n, at, left = 0, 8, MAX_TEXT * 4
    while len(strings) < count:
        if len(strings) == MAX_STRINGS or left <= 0:
            room.leave_out("字太多，后面的没有读")
            break
        while n < len(pieces) and at >= len(pieces[n]):
            n, at = n + 1, at - len(pieces[n])
        if n == len(pieces):
            break
        piece = pieces[n]
        length, flags = piece[at] | piece[at + 1] << 8, piece[at + 2]
        at += 3
        runs = int.from_bytes(piece[at : at + 2], "little") if flags & 8 else 0
        at += 2 if flags & 8 else 0
        extra = int.from_bytes(piece[at : at + 4], "little") if flags & 4 else 0
        at += 4 if flags & 4 else 0
        parts: list[str] = []
        while length:
            width = 2 if flags & 1 else 1
            part = _characters(piece[at:], length, wide=width == 2)
            taken = min(length, max(0, len(piece) - at) // width)
            parts.append(part)
            length, at = length - taken, at + taken * width
            if length:
                n, at = n + 1, 1
                if n == len(pieces) or not pieces[n]:
                    length, n = 0, len(pieces) - 1
                    break
                piece, flags = pieces[n], pieces[n][0]
        at += 4 * runs + extra
        strings.append("".join(parts))
        left -= len(strings[-1])
    return strings
