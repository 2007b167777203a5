"""Word's binary format (.doc, .wps; Word 97 to 2003 and whoever writes like it): its paragraphs and tables.

Read by ourselves, from the published format [MS-DOC]: the readers that we tried tear a table apart where another one
stands in a cell, lose ticked boxes, and count columns wrongly. This one needs a millisecond and a half for a form.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate, pairwise

from intake.documents.boxes import BOXES, boxed
from intake.documents.document import MAX_TEXT, Paragraph, Room, Table
from intake.documents.ole import Compound
from intake.documents.overprinted import overprinted
from intake.documents.word.word97_tables import MAX_DEPTH, CellShape, Placed, blocks_of

MAX_PAGES = 10_000  # of properties, 512 bytes each: a form has four
MAX_ELSEWHERE = 4_000_000  # bytes of properties that stand in another stream
LONGEST_CODE = 300  # characters of a field's code that are looked at

_CELL, _END = "\x07", ("\r", "\x07", "\x0c", "\x0e")
_PLAIN = {0x0B: "\n", 0x1E: "-", 0x1F: "", 0xA0: " "} | dict.fromkeys((0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x08), "")

# Properties ("sprm"): what is looked at of the two hundred there are.
_UNSEEN = (0x0800, 0x083C, 0x0837, 0x2A53)  # deleted, hidden, struck out once or twice
_SYMBOL, _PICTURE, _FONT = 0x6A09, 0x6A03, 0x4A4F
_IN_TABLE, _ROW_END, _DEPTH, _INNER_CELL, _INNER_ROW_END = 0x2416, 0x2417, 0x6649, 0x244B, 0x244C
_DEFINITION, _ELSEWHERE = 0xD608, (0x6645, 0x6646)
_UNSET = 25  # a form field that nobody has touched shows its default
_LENGTHS = (1, 1, 2, 4, 2, 2, 0, 3)  # of an operand, by the three highest bits


class Foreign(Exception):
    """Not in this format, or damaged: another reader may know what to do."""


def word_blocks(file: Compound, room: Room) -> list[Paragraph | Table]:
    """All visible text of the body and of text boxes. Raises Foreign."""
    main = file.stream("WordDocument") or b""
    try:
        return _Reading(main, file, room).blocks()
    except (struct.error, IndexError, UnicodeError, OverflowError) as error:
        raise Foreign(str(error)) from error


def is_encrypted(main: bytes) -> bool:
    """Whether the stream WordDocument says that the file needs a password. Being read-only is another flag."""
    return len(main) > 12 and main[1] == 0xA5 and bool(main[11] & 1)


class _Reading:
    def __init__(self, main: bytes, file: Compound, room: Room) -> None:
        if main[:2] != b"\xec\xa5" or int.from_bytes(main[2:4], "little") < 0xC0:
            raise Foreign("older than Word 97")
        self.main = main
        self.room = room
        named = "1Table" if main[11] & 2 else "0Table"
        self.table = file.stream(named) or file.stream("0Table") or file.stream("1Table") or b""
        self.data = file.stream("Data") or b""
        self.elsewhere = MAX_ELSEWHERE
        self.runs = self._runs(0x102, 13)
        self.fonts = self._font_names()
        self.chars, self.places = self._text()

    def blocks(self) -> list[Paragraph | Table]:
        body, *between, boxes, _ = struct.unpack_from("<8I", self.main, 0x4C)
        start = body + sum(between)
        blocks = [
            block
            for story in (self._paragraphs(0, body), self._paragraphs(start, start + boxes))
            for block in blocks_of(story)
        ]
        while blocks and isinstance(blocks[-1], Paragraph) and not blocks[-1].text:
            blocks.pop()
        return blocks

    # --- text ---

    def _text(self) -> tuple[list[str], list[int]]:
        """Each character as it reads, "" where it is not seen, and its place in the stream."""
        chars: list[str] = []
        places: list[int] = []
        runs = self._runs(0xFA, 1)
        starts = [start for start, _, _ in runs]
        for fc, count, narrow in self._pieces():
            width = 1 if narrow else 2
            raw = self.main[fc : fc + count * width]
            text = raw.decode("cp1252", "replace") if narrow else raw.decode("utf-16-le", "surrogatepass")
            if not narrow and len(text) != len(raw) // 2:  # characters outside the first plane take two places
                text = "".join(map(chr, struct.unpack(f"<{len(raw) // 2}H", raw[: len(raw) // 2 * 2])))
            first = len(chars)
            chars += text
            places += range(fc, fc + len(text) * width, width)
            i = max(0, bisect_right(starts, fc) - 1)
            while i < len(runs) and runs[i][0] < fc + len(text) * width:
                start, end, properties = runs[i]
                if properties:
                    a = first + max(0, (start - fc) // width)
                    self._shown(chars, a, min(len(chars), first + max(0, (end - fc) // width)), properties)
                i += 1
            if len(chars) > 2 * MAX_TEXT:
                self.room.leave_out(f"只读了前 {2 * MAX_TEXT // 10_000} 万字")
                break
        self._without_field_codes(chars)
        return chars, places

    def _pieces(self) -> Iterator[tuple[int, int, bool]]:
        """Place in the stream, characters, whether one byte each."""
        at, length = struct.unpack_from("<2I", self.main, 0x1A2)
        clx = self.table[at : at + length]
        i = 0
        while i < len(clx) and clx[i] == 1:
            i += 3 + int.from_bytes(clx[i + 1 : i + 3], "little")
        if i >= len(clx) or clx[i] != 2:
            raise Foreign("no pieces")
        plc = clx[i + 5 :]
        count = (len(plc) - 4) // 12
        starts = struct.unpack_from(f"<{count + 1}I", plc)
        for n in range(count):
            place = int.from_bytes(plc[4 * (count + 1) + 8 * n + 2 :][:4], "little")
            narrow = bool(place & 0x40000000)
            place &= 0x3FFFFFFF
            yield place // 2 if narrow else place, max(0, starts[n + 1] - starts[n]), narrow

    def _shown(self, chars: list[str], start: int, end: int, properties: bytes) -> None:
        """What a run's properties make of its characters."""
        font = ""
        for code, value in _properties(properties):
            if code in _UNSEEN and value[0] == 1:
                chars[start:end] = ["" if c != _CELL else c for c in chars[start:end]]
            elif code == _SYMBOL:
                chars[start:end] = [BOXES.get(value[2], "") if c == "(" else c for c in chars[start:end]]
            elif code == _FONT:
                number = int.from_bytes(value, "little")
                font = self.fonts[number] if number < len(self.fonts) else ""
            elif code == _PICTURE:
                where = int.from_bytes(value, "little")
                chars[start:end] = [self._form_field(where) if c == "\x01" else c for c in chars[start:end]]
        if font.startswith("Wingdings") and end - start <= 2:  # ☑ typed as R in Wingdings 2
            chars[start:end] = [BOXES.get(ord(c), c) for c in chars[start:end]]

    def _font_names(self) -> list[str]:
        at, length = struct.unpack_from("<2I", self.main, 0x112)
        names, raw, i = [], self.table[at : at + length], 4
        while i < len(raw):
            size = raw[i] + 1
            names.append(raw[i + 40 : i + size].decode("utf-16-le", "replace").partition("\0")[0])
            i += size
        return names

    def _form_field(self, where: int) -> str:
        """A tick box's or drop-down's state, which stands in the stream Data."""
        data = self.data[where : where + 4096]
        head = int.from_bytes(data[4:6], "little")
        if data[head : head + 4] != b"\xff\xff\xff\xff":
            return "\x01"  # a picture
        bits = int.from_bytes(data[head + 4 : head + 6], "little")
        kind, result = bits & 3, bits >> 2 & 31
        at = _behind_string(data, head + 10)  # its name
        default = int.from_bytes(data[at : at + 2], "little")
        state = default if result == _UNSET else result
        if kind == 1:
            return "☑" if state else "☐"
        return _entry(data, at + 2, state) if kind == 2 else ""

    @staticmethod
    def _without_field_codes(chars: list[str]) -> None:
        """Of a field the result stays. A tick box stands within the code, and □ around √ is made by a code alone."""
        fields: list[list[str] | None] = []  # those open: the code while it lasts
        codes = 0  # of them whose code is being passed over
        for i, char in enumerate(chars):
            if char == "\x13":
                fields.append([])
                codes += 1
                chars[i] = ""
            elif char in ("\x14", "\x15"):
                code = fields.pop() if fields else None
                if char == "\x14":
                    fields.append(None)
                codes -= code is not None
                chars[i] = _made_by("".join(code)) if code and not codes else ""
            elif codes and char in _END:  # no code runs on beyond its paragraph
                fields, codes = [None for _ in fields], 0
            elif codes:
                if (code := fields[-1]) is not None and len(code) < LONGEST_CODE:
                    code.append(char)
                chars[i] = ""

    # --- paragraphs and tables ---

    def _paragraphs(self, start: int, end: int) -> Iterator[tuple[str, bool, Placed]]:
        """Text, whether it ends with a cell's mark, and where it belongs."""
        starts = [first for first, _, _ in self.runs]
        begin = start
        for cp in range(start, min(end, len(self.chars))):
            if self.chars[cp] not in _END:
                continue
            text = self.room.cut(boxed("".join(self.chars[begin:cp]).translate(_PLAIN), wingdings=False))
            begin = cp + 1
            if not self.room.take():
                return
            i = bisect_right(starts, self.places[cp]) - 1
            yield text, self.chars[cp] == _CELL, self._placed(self.runs[i][2] if i >= 0 else b"")

    def _placed(self, grpprl: bytes) -> Placed:
        depth, row_end, inner = 0, False, False
        cells: tuple[CellShape, ...] = ()
        for code, value in self._all_properties(grpprl):
            if code == _IN_TABLE:
                depth = max(depth, value[0] & 1)
            elif code == _DEPTH:
                depth = min(int.from_bytes(value, "little"), MAX_DEPTH)
            elif code in (_ROW_END, _INNER_ROW_END):
                row_end = row_end or value[0] == 1
            elif code == _INNER_CELL:
                inner = value[0] == 1
            elif code == _DEFINITION:
                cells = _row_cells(value)
        return Placed(depth, row_end, inner, cells)

    def _all_properties(self, grpprl: bytes) -> Iterator[tuple[int, bytes]]:
        """With those that were too many for their page and stand in the stream Data."""
        for code, value in _properties(grpprl):
            if code in _ELSEWHERE and self.elsewhere > 0:
                at = int.from_bytes(value, "little")
                length = int.from_bytes(self.data[at : at + 2], "little")
                self.elsewhere -= length
                yield from _properties(self.data[at + 2 : at + 2 + length])
            else:
                yield code, value

    def _runs(self, at: int, size: int) -> list[tuple[int, int, bytes]]:
        """Stretches of the stream with their properties: of paragraphs (13 bytes an entry) or of characters (1)."""
        place, length = struct.unpack_from("<2I", self.main, at)
        plc = self.table[place : place + length]
        count = (len(plc) - 4) // 8
        if count < 1:
            return []
        pages = dict.fromkeys(n & 0x3FFFFF for n in struct.unpack_from(f"<{count}I", plc, 4 * (count + 1)))
        found: list[tuple[int, int, bytes]] = []
        for number in list(pages)[:MAX_PAGES]:
            page = self.main[512 * number : 512 * number + 512]
            if len(page) == 512:
                found += _page(page, size)
        found.sort(key=lambda run: run[:2])
        ends = [0, *accumulate((end for _, end, _ in found), max)]
        return [run for run, before in zip(found, ends, strict=False) if before <= run[0] < run[1]]


def _page(page: bytes, size: int) -> Iterator[tuple[int, int, bytes]]:
    count = page[511]
    if 4 * (count + 1) + size * count > 511:
        return
    places = struct.unpack_from(f"<{count + 1}I", page)
    for n in range(count):
        at = 2 * page[4 * (count + 1) + size * n]
        properties = b""
        if at and size == 1:
            properties = page[at + 1 : at + 1 + page[at]]
        elif at:
            length = 2 * page[at] - 1 if page[at] else 2 * page[at + 1]
            begin = at + (1 if page[at] else 2)
            properties = page[begin + 2 : begin + length]  # behind the number of the style
        yield places[n], places[n + 1], properties


def _properties(grpprl: bytes) -> Iterator[tuple[int, bytes]]:
    i = 0
    while i + 3 <= len(grpprl):
        code = grpprl[i] | grpprl[i + 1] << 8
        i += 2
        length = _LENGTHS[code >> 13]
        if code == _DEFINITION:
            length = int.from_bytes(grpprl[i : i + 2], "little") + 1
        elif not length:
            length = grpprl[i] + 1
        value = grpprl[i : i + length]
        if len(value) < length:
            return
        yield code, value
        i += length


def _row_cells(definition: bytes) -> tuple[CellShape, ...]:
    count = definition[2]
    if 3 + 2 * (count + 1) > len(definition):
        return ()
    edges = struct.unpack_from(f"<{count + 1}h", definition, 3)
    flags = definition[3 + 2 * (count + 1) :]
    return tuple(
        CellShape(
            left,
            right,
            beside=bool(flags[20 * n : 20 * n + 1]) and bool(flags[20 * n] & 2),
            down=flags[20 * n] >> 5 & 3 if 20 * n < len(flags) else 0,
        )
        for n, (left, right) in enumerate(pairwise(edges))
    )


def _made_by(code: str) -> str:
    """What a field shows that has no result."""
    words = code.split()
    if not words:
        return ""
    if words[0].startswith(("FORMCHECKBOX", "FORMDROPDOWN")):
        return code.strip()[len("FORMCHECKBOX") :].strip("\x01 ")
    return overprinted(code)


def _behind_string(data: bytes, at: int) -> int:
    return at + 4 + 2 * int.from_bytes(data[at : at + 2], "little")


def _entry(data: bytes, at: int, number: int) -> str:
    """The chosen entry of a drop-down: the list stands behind five strings of no interest."""
    for _ in range(5):
        at = _behind_string(data, at)
    count = int.from_bytes(data[at + 2 : at + 4], "little")
    at += 6
    for n in range(count):
        length = 2 * int.from_bytes(data[at : at + 2], "little")
        if n == number:
            return data[at + 2 : at + 2 + length].decode("utf-16-le", "replace")
        at += 2 + length
    return ""
