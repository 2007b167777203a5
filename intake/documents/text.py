"""Plain text as a Document: a paragraph a line, or a table where a sheet was saved as text (.csv)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from intake.documents.document import Document, Paragraph, Room, Table
from intake.documents.limits import Allowance
from intake.documents.means import Means
from intake.documents.sheets.sheet import Area, sheet_table

_LOST = "\ufffd"
_ONE_IN = 100  # characters may be damaged: a text cut off in the middle of one
_DIVIDERS = (",", "\t", ";")
_FEWEST_COLUMNS = 3  # of a list
_FEWEST_PAIRS = 5  # of a label and its value; tabs between these are read as in any text, unless these are quoted
_WIDE_LINE_ENDS = ((b"\n\0", "utf-16-le"), (b"\0\n", "utf-16-be"))


def text_file(data: bytes, _allowance: Allowance, _means: Means) -> Document:
    """Read a file of text in whatever Chinese charset."""
    room, whole = Room(), decoded(data) or ""
    text = room.cut(whole)
    table = next((table for divider in _DIVIDERS if (table := _sheet(text, divider, torn=room.full))), None)
    return Document((table,), "text", len(text), omitted=room.omitted) if table else text_document(whole)


def text_document(text: str) -> Document:
    """Lines become paragraphs; empty ones stay, for they end a value."""
    room = Room()
    text = room.cut(text)
    lines = tuple(Paragraph(line) for line in text.splitlines() if room.take())
    return Document(lines, "text", len(text), omitted=room.omitted)


def _sheet(text: str, divider: str, *, torn: bool) -> Table | None:
    """The sheet that was saved as text: its rows have as many dividers, but for a title's. None where it is no sheet."""
    if divider not in text[:1000]:
        return None
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=divider) if row]
    except csv.Error:
        return None
    rows = rows[:-1] if torn else rows
    columns = max(map(len, rows), default=0)
    full = [row for row in rows if len(row) == columns]
    pairs = columns < _FEWEST_COLUMNS and (divider != "\t" or '\t"' in text)
    fewest, least = (2, _FEWEST_PAIRS) if pairs else (_FEWEST_COLUMNS, 2)
    uneven = any(len(row) not in (1, columns) for row in rows) or len(rows) > 2 * len(full)
    if columns < fewest or len(full) < least or uneven:
        return None
    texts = {(r, c): text.strip() for r, row in enumerate(rows) for c, text in enumerate(row) if text.strip()}
    return sheet_table(texts, list(_merged(rows, columns, is_list=any(map(all, full)))))


def _merged(rows: list[list[str]], columns: int, *, is_list: bool) -> Iterator[Area]:
    """Text has forgotten which cells were merged. A list has a row with something in each column, so there an empty cell
    is an answer that lacks; in a drawn form, it belongs to the cell before it. A title stands across."""
    for r, row in enumerate(rows):
        starts = [c for c, text in enumerate(row) if text.strip()]
        if len(row) == 1 or not is_list:
            ends = [*starts[1:], columns]
            yield from ((r, a, r, b - 1) for a, b in zip(starts, ends, strict=False) if b - a > 1)


def decoded(data: bytes, declared: str = "") -> str | None:
    """Chinese text files come as UTF-8, as GBK (which GB18030 contains), or as Notepad's UTF-16."""
    if wide := wide_charset(data):
        return data.decode(wide, "replace")
    traditional = ("big5hkscs",) if declared.lower().startswith("big5") else ()
    charsets = (*traditional, "utf-8-sig", "gb18030")
    for charset in charsets:
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    nearly = (data.decode(charset, "replace") for charset in charsets)
    return next((text for text in nearly if text.count(_LOST) * _ONE_IN <= len(text)), None)


def wide_charset(data: bytes) -> str:
    """UTF-16 by its mark, or by how its lines end where a program left the mark out; "" for any other charset."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for end, charset in _WIDE_LINE_ENDS:
        at = data.find(end)
        if at >= 0 and at % 2 == 0 and len(data) % 2 == 0 and _is_text(data, charset):
            return charset
    return ""


def _is_text(data: bytes, charset: str) -> bool:
    """Whether the first lines are Chinese and ASCII: any bytes at all can be read as UTF-16."""
    head = data[:512].decode(charset, "replace")
    known = sum(
        "\u3000" <= c <= "\u9fff" or "\uff00" <= c <= "\uffef" or c in "\r\n\t" or (c.isascii() and c.isprintable())
        for c in head
    )
    return 10 * known >= 9 * len(head)
