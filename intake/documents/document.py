"""The neutral shape that every file format becomes: paragraphs and tables of cells, in reading order."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_BLOCKS = 20_000  # paragraphs and cells read of one document: what is longer is no form, and costs seconds
MAX_TEXT = 500_000  # characters of text read of one document


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the grid, once, at its top left corner. Lines within it are separated by \n."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    tables: tuple[Table, ...] = ()  # nested tables, not part of `text`
    confidence: float = 1.0  # below 1 where the text was recognised from a picture


@dataclass(frozen=True, slots=True)
class Table:
    """Cells in reading order; merged cells stand once with their spans."""

    rows: int
    columns: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Document:
    blocks: tuple[Paragraph | Table, ...]
    format: str  # docx, html, text …: what the bytes were
    weight: int = field(default=0, compare=False)  # characters of markup and text that were read: what it cost


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The file cannot be read (here). `code` is a problem code: unreadable_attachment or encrypted_attachment."""

    code: str
    reason: str  # Chinese, for submitter and staff: names what it is and the mend
    format: str  # what the bytes are: pdf, doc, jpg, zip …
