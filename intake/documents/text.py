"""Plain text as a Document: a paragraph a line, or a table where a sheet was saved as text (.csv)."""

from __future__ import annotations

import csv
import io

from intake.documents.document import MAX_BLOCKS, MAX_TEXT, Document, Paragraph, Table
from intake.documents.limits import Allowance
from intake.documents.means import Means
from intake.documents.sheets.sheet import Area, sheet_table

_FEWEST_COLUMNS = 3


def text_file(data: bytes, _allowance: Allowance, _means: Means) -> Document:
    """Read a file of text in whatever Chinese charset."""
    text = (decoded(data) or "")[:MAX_TEXT]
    table = _sheet(text, ",") or _sheet(text, "\t")
    return Document((table,), "text", len(text)) if table else text_document(text)


def text_document(text: str) -> Document:
    """Lines become paragraphs; empty ones stay, for they end a value."""
    text = text[:MAX_TEXT]
    return Document(tuple(Paragraph(line) for line in text.splitlines()[:MAX_BLOCKS]), "text", len(text))


def _sheet(text: str, divider: str) -> Table | None:
    """The sheet that was saved as text: all its rows have as many dividers. None where it is no sheet."""
    if divider not in text[:1000]:
        return None
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=divider) if row]
    except csv.Error:
        return None
    if len(rows) < 2 or len(rows[0]) < _FEWEST_COLUMNS or len({len(row) for row in rows}) > 1:
        return None
    texts = {(r, c): text.strip() for r, row in enumerate(rows) for c, text in enumerate(row) if text.strip()}
    return sheet_table(texts, _merged(rows))


def _merged(rows: list[list[str]]) -> list[Area]:
    """Text has forgotten which cells were merged. A list has a row with something in each column, so there an empty cell
    is an answer that lacks; in a drawn form, it belongs to the cell before it."""
    if any(all(row) for row in rows):
        return []
    found = []
    for r, row in enumerate(rows):
        starts = [c for c, text in enumerate(row) if text.strip()]
        ends = [*starts[1:], len(row)]
        found += [(r, start, r, end - 1) for start, end in zip(starts, ends, strict=False) if end - start > 1]
    return found


def decoded(data: bytes, declared: str = "") -> str | None:
    """Chinese text files come as UTF-8, as GBK (which GB18030 contains), or as Notepad's UTF-16."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    traditional = ("big5hkscs",) if declared.lower().startswith("big5") else ()
    for charset in (*traditional, "utf-8-sig", "gb18030"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return None
