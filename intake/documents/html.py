"""HTML, of a mail's body or of a file, as a Document: what a reader sees, tables with their spans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from intake.documents.boxes import boxed, lettered
from intake.documents.document import Cell, Document, Paragraph, Room, Table
from intake.mime.hidden import is_hidden
from intake.mime.hypertext import unended

MAX_DEPTH = 120  # elements inside each other that are looked at one by one; deeper ones give their bare text
MAX_HTML = 2_000_000  # characters read of one body or file
MAX_SPAN = 100
MAX_CELLS = 20_000
MAX_SPANNED = 200_000  # places covered by spans in one table; after that a cell is just itself

_UNSEEN = frozenset(
    (
        *("head", "script", "style", "title", "template", "noscript", "noframes", "colgroup", "col", "object", "svg"),
        *("xml", "rt", "rp", "datalist", "audio", "video"),  # islands of Office's own XML; pinyin above a name
        *("del", "s", "strike"),  # struck out: 男/<s>女</s> says 男
    )
)
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "ul"),
        *(
            "tr",
            "td",
            "th",
            "tbody",
            "thead",
            "tfoot",
            "caption",
            "body",
            "html",
        ),  # cells without a table are just lines
    )
)
_KEEPING_LINES = frozenset(("pre", "xmp", "listing", "plaintext"))
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_WINGDINGS = re.compile(r"font-family\s*:[^;]{0,60}Wingdings|^Wingdings", re.IGNORECASE)
_AS_TYPED = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_CUT_SHORT = re.compile(r"#{2,}|-?\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)  # how Excel shows what does not fit


def html_document(html: str) -> Document:
    """Read HTML of any quality. Never raises."""
    room = Room()
    html = html[: room.first(len(html), MAX_HTML, "个字符")]
    root = _tree(html)
    blocks = tuple(block for block in ([] if root is None else _blocks(root, 0)) if room.take())
    if any(isinstance(block, Table) and len(block.cells) >= MAX_CELLS for block in blocks):
        room.leave_out(f"一个表格里只读了前 {MAX_CELLS} 个单元格")
    return Document(blocks, "html", len(html), omitted=room.omitted)


def _tree(html: str) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    data = unended(html).replace("\0", "").encode("utf-8", "replace")
    try:
        return etree.fromstring(data, parser) if data.strip() else None
    except (etree.LxmlError, ValueError, AssertionError):  # nothing but a comment, a doctype, control characters
        return None


@dataclass(slots=True)
class _Flow:
    """Lines and tables in the order in which they are met."""

    blocks: list[Paragraph | Table] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    as_typed: bool = False  # line ends are line ends

    def say(self, text: str | None) -> None:
        if not text:
            return
        if not self.as_typed or "\n" not in text:
            self.line.append(text)
            return
        first, *others = text.split("\n")
        self.line.append(first)
        for other in others:
            self.end_line(keep_empty=True)
            self.line.append(other)

    def end_line(self, keep_empty: bool = False) -> None:
        text = boxed(_BLANKS.sub(" ", "".join(self.line)), wingdings=False).strip(" ")
        self.line.clear()
        if text or keep_empty:
            self.blocks.append(Paragraph(text))


def _blocks(element: etree._Element, depth: int) -> list[Paragraph | Table]:
    flow = _Flow(as_typed=_is_as_typed(element))
    _into(flow, element, depth)
    flow.end_line()
    return flow.blocks


def _into(flow: _Flow, element: etree._Element, depth: int) -> None:
    if depth > MAX_DEPTH:
        flow.line.append(_all_text(element))
        return
    flow.say(element.text)
    for child in element:
        _child(flow, child, depth + 1)
        flow.say(child.tail)


def _child(flow: _Flow, child: etree._Element, depth: int) -> None:
    tag = child.tag
    if not isinstance(tag, str) or tag in _UNSEEN or is_hidden(child):
        return
    if tag == "br":
        flow.end_line(keep_empty=True)
    elif tag == "table":
        flow.end_line()
        flow.blocks.extend(_table_blocks(child, depth))
    elif tag in ("input", "textarea", "select"):
        _typed_in(flow, child)
    elif tag not in _BLOCKS and not len(child) and _WINGDINGS.search(child.get("style") or child.get("face") or ""):
        flow.say(lettered((child.text or "").strip()))
    elif tag in _BLOCKS:
        flow.end_line()
        _within_typed(flow, child, depth)
        flow.end_line()
    else:
        _within_typed(flow, child, depth)


def _typed_in(flow: _Flow, control: etree._Element) -> None:
    """In a box of its own: a longer text below its label, a line's behind it."""
    outer, shown = flow.as_typed, _control(control)
    flow.as_typed = control.tag == "textarea"
    if flow.as_typed:
        flow.end_line()
    elif shown not in ("☐", "☑"):
        flow.say(" ")
    flow.say(shown)
    flow.as_typed = outer


def _within_typed(flow: _Flow, element: etree._Element, depth: int) -> None:
    outer = flow.as_typed
    flow.as_typed = outer or _is_as_typed(element)
    _into(flow, element, depth)
    flow.as_typed = outer


def _is_as_typed(element: etree._Element) -> bool:
    return element.tag in _KEEPING_LINES or _AS_TYPED.search(element.get("style", "")) is not None


def _control(element: etree._Element) -> str:
    """A form control as a mail client shows it."""
    kind = element.get("type", "text").lower()
    if kind in ("checkbox", "radio"):
        return "☐" if element.get("checked") is None else "☑"
    if element.tag == "select":
        chosen = next((option for option in element.iter("option") if option.get("selected") is not None), None)
        return "" if chosen is None else _all_text(chosen)
    if element.tag == "textarea":
        return _all_text(element)
    return "" if kind in ("hidden", "submit", "button", "password") else element.get("value", "")


def _all_text(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _table_blocks(table: etree._Element, depth: int) -> list[Paragraph | Table]:
    """What stands above the table, and the table; one that only keeps things in their places is looked through."""
    above = _Flow()
    for child in table:
        if child.tag == "caption" and not is_hidden(child):
            _into(above, child, depth)
            above.end_line()
    found, laid_out = _table(table, depth)
    return above.blocks + (laid_out if laid_out is not None else [found])


def _table(table: etree._Element, depth: int) -> tuple[Table, list[Paragraph | Table] | None]:
    """The table; and what is in it, in order, where it has a single column and holds further tables, or a single cell."""
    cells: list[Cell] = []
    contents: list[list[Paragraph | Table]] = []
    taken: set[tuple[int, int]] = set()  # by a cell that spans rows from above
    rows = columns = 0
    for row in _rows(table):
        column = 0
        for element in _cells(row):
            if len(cells) >= MAX_CELLS:
                break
            while (rows, column) in taken:
                column += 1
            down, across = _span(element, "rowspan"), _span(element, "colspan")
            if len(taken) > MAX_SPANNED:
                down = across = 1
            taken.update((rows + r, column + c) for r in range(1, down) for c in range(across))
            contents.append(_blocks(element, depth + 1))
            cells.append(Cell(rows, column, down, across, *_contents(element, contents[-1])))
            column += across
        rows, columns = rows + 1, max(columns, column)
    laid_out = len(cells) == 1 or (columns == 1 and any(cell.tables for cell in cells))
    found = Table(rows, columns, tuple(_within(cell, rows) for cell in cells))
    return found, [block for blocks in contents for block in blocks] if laid_out else None


def _rows(parent: etree._Element) -> Iterator[etree._Element]:
    """Rows, also those within a section, or a form that begins in the middle of a table."""
    for child in parent:
        if child.tag == "tr":
            if not is_hidden(child):
                yield child
        elif isinstance(child.tag, str) and child.tag not in ("caption", "table", "td", "th") and not is_hidden(child):
            yield from _rows(child)


def _cells(parent: etree._Element) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag in ("td", "th"):
            if not is_hidden(child):
                yield child
        elif isinstance(child.tag, str) and child.tag not in ("tr", "table"):
            yield from _cells(child)


def _span(element: etree._Element, name: str) -> int:
    digits = element.get(name, "1").strip()
    return min(max(int(digits), 1), MAX_SPAN) if digits.isascii() and digits.isdigit() and len(digits) < 5 else 1


def _contents(cell: etree._Element, blocks: list[Paragraph | Table]) -> tuple[str, tuple[Table, ...]]:
    text = "\n".join(block.text for block in blocks if isinstance(block, Paragraph)).strip("\n")
    if _CUT_SHORT.fullmatch(text.strip()):
        text = cell.get("x:num") or text  # as Excel keeps beside what it shows
    return text, tuple(block for block in blocks if isinstance(block, Table))


def _within(cell: Cell, rows: int) -> Cell:
    """Rows that a span announces but the table does not have are not there."""
    down = min(cell.row_span, rows - cell.row)
    return replace(cell, row_span=down)
