"""HTML, of a mail's body or of a file, as a Document: what a reader sees, tables with their spans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from intake.documents.document import MAX_BLOCKS, Cell, Document, Paragraph, Table

MAX_DEPTH = 120  # elements inside each other that are looked at one by one; deeper ones give their bare text
MAX_HTML = 2_000_000  # characters read of one body or file
MAX_SPAN = 100
MAX_CELLS = 20_000
MAX_SPANNED = 200_000  # places covered by spans in one table; after that a cell is just itself

_UNSEEN = frozenset(("head", "script", "style", "title", "template", "noscript", "colgroup", "col", "object", "svg"))
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "ul"),
        *("tr", "td", "th", "caption", "body", "html"),  # cells without a table are just lines
    )
)
_SECTIONS = ("thead", "tbody", "tfoot")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def html_document(html: str) -> Document:
    """Read HTML of any quality. Never raises."""
    html = html[:MAX_HTML]
    root = _tree(html)
    return Document(() if root is None else tuple(_blocks(root, 0)[:MAX_BLOCKS]), "html", len(html))


def _tree(html: str) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    data = html.replace("\0", "").encode("utf-8", "replace")
    try:
        return etree.fromstring(data, parser) if data.strip() else None
    except (etree.LxmlError, ValueError, AssertionError):  # nothing but a comment, a doctype, control characters
        return None


@dataclass(slots=True)
class _Flow:
    """Lines and tables in the order in which they are met."""

    blocks: list[Paragraph | Table] = field(default_factory=list)
    line: list[str] = field(default_factory=list)

    def end_line(self, keep_empty: bool = False) -> None:
        text = _BLANKS.sub(" ", "".join(self.line)).strip(" ")
        self.line.clear()
        if text or keep_empty:
            self.blocks.append(Paragraph(text))


def _blocks(element: etree._Element, depth: int) -> list[Paragraph | Table]:
    flow = _Flow()
    _into(flow, element, depth)
    flow.end_line()
    return flow.blocks


def _into(flow: _Flow, element: etree._Element, depth: int) -> None:
    if depth > MAX_DEPTH:
        flow.line.append(_all_text(element))
        return
    flow.line.append(element.text or "")
    for child in element:
        _child(flow, child, depth + 1)
        flow.line.append(child.tail or "")


def _child(flow: _Flow, child: etree._Element, depth: int) -> None:
    tag = child.tag
    if not isinstance(tag, str) or tag in _UNSEEN or _HIDDEN.search(child.get("style", "")):
        return
    if tag == "br":
        flow.end_line(keep_empty=True)
    elif tag == "table":
        flow.end_line()
        flow.blocks.append(_table(child, depth))
    elif tag in ("input", "textarea", "select"):
        flow.line.append(_control(child))
    elif tag in _BLOCKS:
        flow.end_line()
        _into(flow, child, depth)
        flow.end_line()
    else:
        _into(flow, child, depth)


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


def _table(table: etree._Element, depth: int) -> Table:
    cells: list[Cell] = []
    taken: set[tuple[int, int]] = set()  # by a cell that spans rows from above
    rows = columns = 0
    for row in _rows(table):
        column = 0
        for element in row:
            if element.tag not in ("td", "th") or len(cells) >= MAX_CELLS:
                continue
            while (rows, column) in taken:
                column += 1
            down, across = _span(element, "rowspan"), _span(element, "colspan")
            if len(taken) > MAX_SPANNED:
                down = across = 1
            taken.update((rows + r, column + c) for r in range(1, down) for c in range(across))
            cells.append(Cell(rows, column, down, across, *_contents(element, depth)))
            column += across
        rows, columns = rows + 1, max(columns, column)
    return Table(rows, columns, tuple(_within(cell, rows) for cell in cells))


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in _SECTIONS:
            yield from (row for row in child if row.tag == "tr")


def _span(element: etree._Element, name: str) -> int:
    digits = element.get(name, "1").strip()
    return min(max(int(digits), 1), MAX_SPAN) if digits.isascii() and digits.isdigit() and len(digits) < 5 else 1


def _contents(cell: etree._Element, depth: int) -> tuple[str, tuple[Table, ...]]:
    blocks = _blocks(cell, depth + 1)
    text = "\n".join(block.text for block in blocks if isinstance(block, Paragraph)).strip("\n")
    return text, tuple(block for block in blocks if isinstance(block, Table))


def _within(cell: Cell, rows: int) -> Cell:
    """Rows that a span announces but the table does not have are not there."""
    down = min(cell.row_span, rows - cell.row)
    return replace(cell, row_span=down)
