"""The neutral shape that every file format becomes: paragraphs and tables of cells, in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

MAX_BLOCKS = 20_000  # paragraphs and cells read of one document: what is longer is no form, and costs seconds
MAX_TEXT = 500_000  # characters of text read of one document


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    confidence: float = 1.0  # below 1 where the text was recognised from a picture


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

    __hash__ = object.__hash__  # a reader of forms looks one table's cells up by the hundred: each is itself


@dataclass(frozen=True, slots=True)
class Table:
    """Cells in reading order; merged cells stand once with their spans."""

    rows: int
    columns: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """A page that only shows a picture: whether it holds a form is known when somebody has recognised it."""

    data: bytes = field(repr=False)  # the file: a picture, or the PDF that the page is in
    format: str  # of `data`: jpg, png, heic, tiff, pdf …
    page: int = 0  # counted from 0; of a TIFF or a PDF


@dataclass(frozen=True, slots=True)
class Document:
    blocks: tuple[Paragraph | Table, ...]
    format: str  # docx, html, text …: what the bytes were
    weight: int = field(default=0, compare=False)  # characters of markup and text that were read: what it cost
    scans: tuple[Scan, ...] = ()  # its pages and pictures that have no text
    recognised: bool = False  # whether `blocks` come from a picture
    omitted: str = ""  # Chinese, said of the file: what lies beyond a limit (只读了前 40 页); "" where nothing does


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The file cannot be read (here). `code` is a problem code: unreadable_attachment or encrypted_attachment."""

    code: str
    reason: str  # Chinese, for submitter and staff: names what it is and the mend
    format: str  # what the bytes are: pdf, doc, jpg, zip …


@dataclass(frozen=True, slots=True)
class File:
    """A file within another one: of an archive, of an attached mail, of winmail.dat."""

    name: str  # decoded, without folders, "" where there is none; from outside, so never a path
    data: bytes = field(repr=False)
    content_type: str = "application/octet-stream"
    inline: bool = False  # shown within a mail's body
    locked: bool = False  # needs a password; `data` is empty then


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that holds files, and perhaps a text of its own: an archive, an attached mail, winmail.dat."""

    files: tuple[File, ...]
    format: str
    body: Document | None = None
    weight: int = field(default=0, compare=False)
    omitted: str = ""  # Chinese: what of it was not unpacked and why; "" where all was
    subject: str = ""  # of an attached mail


class Room:
    """What may be taken in of one document. What finds no room any more is left out, and told."""

    def __init__(self) -> None:
        self.blocks = MAX_BLOCKS
        self.text = MAX_TEXT
        self._beyond = ""

    def take(self, blocks: int = 1) -> bool:
        """Whether there is room for so many more paragraphs and cells."""
        self.blocks -= blocks
        return self.blocks >= 0

    def cut(self, text: str) -> str:
        """As much of it as there is room for."""
        fits = text[: max(self.text, 0)]
        self.text -= len(text)
        return fits

    def first(self, count: int, most: int, measure: str) -> int:
        """How many of so many pages, sheets, characters are read."""
        if count > most:
            self.leave_out(f"只读了前 {most} {measure}（共 {count} {measure}）")
        return min(count, most)

    def leave_out(self, told: str) -> None:
        """For another reason than these. The first one is what is told."""
        self._beyond = self._beyond or told

    @property
    def full(self) -> bool:
        return self.blocks < 0 or self.text < 0

    @property
    def omitted(self) -> str:
        """As a Document has it."""
        if self.text < 0:
            self.leave_out(f"只读了前 {MAX_TEXT // 10_000} 万字")
        if self.blocks < 0:
            self.leave_out(f"只读了前 {MAX_BLOCKS // 10_000} 万个段落和单元格")
        return self._beyond


def lines_in(blocks: Iterable[Paragraph | Table]) -> Iterator[str]:
    """Paragraphs, and a table's rows with tabs between their cells."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
            continue
        rows: dict[int, list[str]] = {}
        for cell in block.cells:
            rows.setdefault(cell.row, []).append(cell.text)
        yield from map("\t".join, rows.values())


def texts_in(blocks: Iterable[Paragraph | Table]) -> Iterator[str]:
    """All texts, those of nested tables too, in reading order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
            continue
        for cell in block.cells:
            yield cell.text
            yield from texts_in(cell.tables)
