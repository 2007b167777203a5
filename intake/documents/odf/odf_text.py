"""OpenDocument XML as paragraphs and tables, of text documents as of sheets, zipped or flat."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from intake.documents.boxes import boxed, lettered
from intake.documents.document import Cell, Paragraph, Room, Table

Block = Paragraph | Table

MAX_SPAN = 100
MAX_REPEATED = 50  # times that a row or cell with something in it is told to stand again

_NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "form": "urn:oasis:names:tc:opendocument:xmlns:form:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "loext": "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
    "field": "urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0",
    "xml": "http://www.w3.org/XML/1998/namespace",
}


def name(prefixed: str) -> str:
    """text:p as lxml spells it."""
    prefix, _, local = prefixed.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


#: What is met as such. Anything unknown is a wrapper: look inside.
_KINDS: dict[object, str] = {
    **{name(f"text:{one}"): one for one in ("p", "h", "s", "tab", "line-break", "span", "ruby", "section")},
    **{name(f"table:{one}"): one for one in ("table", "table-row", "table-cell", "covered-table-cell")},
    **{
        name(f"draw:{one}"): "shape" for one in ("frame", "custom-shape", "rect", "ellipse", "g", "text-box", "caption")
    },
    name("draw:control"): "control",
    name("loext:content-control"): "content-control",
    name("field:fieldmark"): "fieldmark",
    **{
        name(one): "passed over"
        for one in (
            *("text:tracked-changes", "text:note", "text:ruby-text", "text:hidden-text", "text:hidden-paragraph"),
            *("text:sequence-decls", "text:variable-decls", "text:user-field-decls", "text:table-of-content"),
            *("office:annotation", "office:annotation-end", "office:forms", "office:binary-data", "office:scripts"),
            *("office:event-listeners", "table:table-column", "table:named-expressions", "table:shapes"),
            *("svg:title", "svg:desc", "draw:object", "draw:object-ole", "field:fieldmark-start", "field:param"),
        )
    },
}
_NAME, _STYLE, _DISPLAY = name("text:name"), name("text:style-name"), name("text:display")
_COLUMNS, _ROWS = name("table:number-columns-spanned"), name("table:number-rows-spanned")
COLUMNS_REPEATED, ROWS_REPEATED = name("table:number-columns-repeated"), name("table:number-rows-repeated")
_BLANKS = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class Styles:
    """Names of styles that change what is to be read: that hide what they are put on, or strike it out."""

    spans: frozenset[str]
    paragraphs: frozenset[str]
    sheets: frozenset[str]
    wingdings: frozenset[str]  # whose letters are pictures


def styles_of(root: etree._Element) -> Styles:
    spans, paragraphs, sheets, wingdings = set(), set(), set(), set()
    for style in root.iter(name("style:style")):
        family, called = style.get(name("style:family")), style.get(name("style:name"), "")
        text, table = style.find(name("style:text-properties")), style.find(name("style:table-properties"))
        if text is not None:
            struck = text.get(name("style:text-line-through-style"), "none") != "none"
            unseen = text.get(_DISPLAY) == "none"
            if family == "text" and (struck or unseen):
                spans.add(called)
            if family == "text" and text.get(name("style:font-name"), "").startswith("Wingdings"):
                wingdings.add(called)
            if family == "paragraph" and unseen:
                paragraphs.add(called)
        if family == "table" and table is not None and table.get(name("table:display")) == "false":
            sheets.add(called)
    return Styles(frozenset(spans), frozenset(paragraphs), frozenset(sheets), frozenset(wingdings))


def controls_of(root: etree._Element) -> dict[str, str]:
    """Form controls by id, as they look on paper: ☑男, or what was typed."""
    found: dict[str, str] = {}
    for forms in root.iter(name("office:forms")):
        for control in forms.iter():
            called = control.get(name("xml:id")) or control.get(name("form:id"))
            if called and isinstance(control.tag, str):
                found[called] = _control(control)
    return found


def _control(control: etree._Element) -> str:
    kind = etree.QName(control).localname
    if kind in ("checkbox", "radio"):
        attributes = ("form:current-state", "form:state", "form:current-selected", "form:selected")
        state = next((value for one in attributes if (value := control.get(name(one)))), "")
        return ("☑" if state in ("checked", "true") else "☐") + control.get(name("form:label"), "")
    if kind == "listbox":
        chosen = (name("form:current-selected"), name("form:selected"))
        options = (o for o in control if any(o.get(one) == "true" for one in chosen))
        return " ".join(option.get(name("form:label"), "") for option in options)
    if kind in ("button", "image", "hidden", "password", "generic-control", "fixed-text", "frame"):
        return ""
    return control.get(name("form:current-value")) or control.get(name("form:value")) or ""


class OdfWalk:
    """One reading of one document."""

    def __init__(self, styles: Styles, controls: Mapping[str, str]) -> None:
        self.styles = styles
        self.controls = controls
        self.room = Room()

    def blocks(self, parent: etree._Element) -> list[Block]:
        found: list[Block] = []
        for element in parent:
            kind = _KINDS.get(element.tag)
            if not self.room.take():
                break
            if kind in ("p", "h"):
                text, beside = self._paragraph(element)
                found.append(Paragraph(text))
                found.extend(beside)
            elif kind == "table":
                found.append(self._table(element))
            elif kind == "control":
                found.append(Paragraph(self._controlled(element)))
            elif kind != "passed over" and not (kind == "section" and element.get(_DISPLAY) == "none"):
                found.extend(self.blocks(element))
        return found

    def _paragraph(self, paragraph: etree._Element) -> tuple[str, list[Block]]:
        if paragraph.get(_STYLE) in self.styles.paragraphs:
            return "", []
        texts: list[str] = []
        beside: list[Block] = []
        self._inline(paragraph, texts, beside)
        return self.room.cut(boxed("".join(texts), wingdings=False)), beside

    def _inline(self, parent: etree._Element, texts: list[str], beside: list[Block]) -> None:
        if parent.text:
            texts.append(_BLANKS.sub(" ", parent.text))
        for element in parent:
            self._inline_one(element, texts, beside)
            if element.tail:
                texts.append(_BLANKS.sub(" ", element.tail))

    def _inline_one(self, element: etree._Element, texts: list[str], beside: list[Block]) -> None:
        match _KINDS.get(element.tag):
            case "s":
                texts.append(" " * number(element, name("text:c"), 1, 200))
            case "tab":
                texts.append("\t")
            case "line-break":
                texts.append("\n")
            case "shape" | "table" | "p":
                beside.extend(self.blocks(element))
            case "control":
                texts.append(self._controlled(element))
            case "content-control":
                self._content_control(element, texts, beside)
            case "fieldmark":
                texts.append(_fieldmark(element))
            case "span" if element.get(_STYLE) in self.styles.wingdings and not len(element):
                texts.append(lettered(element.text or ""))
            case kind if kind != "passed over" and (kind != "span" or element.get(_STYLE) not in self.styles.spans):
                self._inline(element, texts, beside)

    def _controlled(self, element: etree._Element) -> str:
        return self.controls.get(element.get(name("draw:control"), ""), "")

    def _content_control(self, element: etree._Element, texts: list[str], beside: list[Block]) -> None:
        if element.get(name("loext:checkbox")) == "true":
            texts.append("☑" if element.get(name("loext:checked")) == "true" else "☐")
        elif element.get(name("loext:showing-place-holder")) != "true":
            self._inline(element, texts, beside)

    def _table(self, table: etree._Element) -> Table:
        cells: list[Cell] = []
        rows = columns = 0
        for row in rows_of(table):
            for _ in range(number(row, ROWS_REPEATED, 1, MAX_REPEATED)):
                column = 0
                for element in row:
                    if self.room.blocks < 0:
                        break
                    for _ in range(number(element, COLUMNS_REPEATED, 1, MAX_REPEATED)):
                        if _KINDS.get(element.tag) == "table-cell":
                            cells.append(self._cell(element, rows, column))
                        column += _KINDS.get(element.tag) in ("table-cell", "covered-table-cell")
                rows, columns = rows + 1, max(columns, column)
        return Table(rows, columns, tuple(cells))

    def _cell(self, element: etree._Element, row: int, column: int) -> Cell:
        self.room.take()
        text, tables = self.contents(element)
        down, across = number(element, _ROWS, 1, MAX_SPAN), number(element, _COLUMNS, 1, MAX_SPAN)
        return Cell(row, column, down, across, text, tables)

    def contents(self, cell: etree._Element) -> tuple[str, tuple[Table, ...]]:
        blocks = self.blocks(cell)
        text = "\n".join(block.text for block in blocks if isinstance(block, Paragraph))
        return text.strip("\n"), tuple(block for block in blocks if isinstance(block, Table))


def rows_of(table: etree._Element) -> Iterator[etree._Element]:
    """Rows, also those that stand in a group or a heading."""
    for element in table:
        kind = _KINDS.get(element.tag)
        if kind == "table-row":
            yield element
        elif kind is None:
            yield from rows_of(element)


def spans_of(cell: etree._Element) -> tuple[int, int]:
    return number(cell, _ROWS, 1, MAX_SPAN), number(cell, _COLUMNS, 1, MAX_SPAN)


def number(element: etree._Element, attribute: str, least: int, most: int) -> int:
    digits = element.get(attribute, "").strip()
    return min(max(int(digits), least), most) if digits.isascii() and digits.isdigit() and len(digits) < 10 else least


def _fieldmark(mark: etree._Element) -> str:
    """A tick box or drop-down that came from Word."""
    told = [(one.get(name("field:name")), one.get(name("field:value"), "")) for one in mark]
    kind = mark.get(name("field:type"), "")
    if kind.endswith("CHECKBOX"):
        return "☑" if ("Checkbox_Checked", "true") in told else "☐"
    entries = [value for key, value in told if key == "Dropdown_ListEntry"]
    chosen = next((value for key, value in told if key == "Dropdown_Selected"), "")
    return entries[int(chosen)] if re.fullmatch(r"\d{1,3}", chosen) and int(chosen) < len(entries) else ""
