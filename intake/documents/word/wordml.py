"""The text of a document in Word's XML: all that is visible, each once, in its cell, whatever wraps it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lxml import etree

from intake.documents.boxes import BOXES, boxed
from intake.documents.document import MAX_BLOCKS, MAX_TEXT, Cell, Paragraph, Table
from intake.documents.overprinted import overprinted
from intake.documents.word.inserted import Blocks

MAX_SPAN = 63  # Word's own limit on columns

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_VAL = f"{W}val"
_TRPR, _TCPR, _GRID_BEFORE = f"{W}trPr", f"{W}tcPr", f"{W}gridBefore"
_RPR, _PPR, _VANISH, _RSTYLE, _FRAME = f"{W}rPr", f"{W}pPr", f"{W}vanish", f"{W}rStyle", f"{W}framePr"
_FIELD_PART, _CELL_DELETED = f"{W}fldCharType", f"{W}tcPr/{W}cellDel"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_SYMBOL_FONTS = ("Wingdings", "Webdings")
_GRID_SPAN, _VMERGE, _HMERGE = f"{W}gridSpan", f"{W}vMerge", f"{W}hMerge"

#: Elements that are met as such. Anything unknown is a wrapper (ins, hyperlink, smartTag, fldSimple …): look inside.
_MET = (
    "p",
    "tbl",
    "tr",
    "tc",
    "r",
    "t",
    "tab",
    "ptab",
    "br",
    "cr",
    "sym",
    "noBreakHyphen",
    "fldChar",
    "instrText",
    "txbxContent",
    "altChunk",
)
_WRAPPERS = ("sdt", "ruby", "AlternateContent")
_PASSED_OVER = (
    *("del", "moveFrom", "delText", "delInstrText"),  # tracked deletions
    *("pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "tblPrEx", "sdtPr", "sdtEndPr", "smartTagPr"),
    *("proofErr", "bookmarkStart", "bookmarkEnd", "lastRenderedPageBreak", "customXmlPr"),
)
_KINDS: dict[object, str] = {
    **{f"{W}{name}": name for name in (*_MET, "sdt", "ruby")},
    **{f"{W}{name}": "" for name in _PASSED_OVER},
    f"{_MC}AlternateContent": "AlternateContent",
    f"{_MATH}t": "t",
}


def word_blocks(
    root: etree._Element,
    *,
    deletions: bool,
    hidden: frozenset[str] = frozenset(),
    inserted: Mapping[str, Blocks] = MappingProxyType({}),
) -> Blocks:
    """What the document shows. `hidden` are styles that hide text, `inserted` the blocks of other files by their ids.

    Raises RecursionError for a few hundred tables inside each other.
    """
    return tuple(_Walk(deletions, hidden, inserted).blocks(root))


@dataclass(slots=True)
class _Slot:
    """A cell while its table is read: a vertical merge makes it grow."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    tables: tuple[Table, ...]

    def cell(self) -> Cell:
        return Cell(self.row, self.column, self.row_span, self.column_span, self.text, self.tables)


class _Walk:
    """One reading of one document. `instead` holds what a content control shows in place of its text."""

    def __init__(self, deletions: bool, hidden: frozenset[str], inserted: Mapping[str, Blocks]) -> None:
        self.deletions = deletions
        self.hidden = hidden
        self.inserted = inserted
        self.hides = False  # the paragraph's style does
        self.fields: list[str] = []  # that are open: "told" by its state, "shown" once more, or ""
        self.code = ""  # of the innermost of them
        self.room = MAX_BLOCKS
        self.text_room = MAX_TEXT
        self.instead: list[str] | None = None

    def blocks(self, parent: etree._Element) -> list[Paragraph | Table]:
        found: list[Paragraph | Table] = []
        open_text: str | None = None  # of a paragraph whose mark was deleted: it runs into the next one
        for kind, element in self._within(parent):
            self.room -= 1
            if self.room < 0:
                break
            if kind == "tbl":
                found.append(self._table(element))
            elif kind == "p":
                text, boxes = self._paragraph(element)
                text = text[: self.text_room]
                self.text_room -= len(text)
                if open_text is not None:
                    text, open_text = open_text + text, None
                if (self.deletions and _mark_deleted(element)) or _is_initial(element):
                    open_text = text
                else:
                    found.append(Paragraph(text))
                found.extend(boxes)
            elif kind == "txbxContent":
                found.extend(self.blocks(element))
            elif kind == "altChunk":
                found.extend(self._shown_here(self.inserted.get(element.get(_ID) or "", ())))
        if open_text is not None:
            found.append(Paragraph(open_text))
        return found

    def _shown_here(self, blocks: Blocks) -> Iterator[Paragraph | Table]:
        """What another file holds, as far as there is room: it may be referred to a thousand times."""
        for block in blocks:
            texts = [cell.text for cell in block.cells] if isinstance(block, Table) else [block.text]
            self.room -= len(texts)
            self.text_room -= sum(map(len, texts))
            if self.room < 0 or self.text_room < 0:
                return
            yield block

    def _within(self, parent: etree._Element) -> Iterator[tuple[str, etree._Element]]:
        """What stands in `parent`, wrappers taken off."""
        for element in parent:
            kind = _KINDS.get(element.tag)
            if kind is None or kind in _WRAPPERS:
                yield from self._unwrapped(kind, element)
            elif kind:
                yield kind, element

    def _unwrapped(self, kind: str | None, element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
        if kind == "sdt":
            return self._controlled(element)
        if kind == "AlternateContent":
            return self._within(_alternative(element))
        if kind == "ruby":  # pinyin above a name: the name alone
            base = element.find(f"{W}rubyBase")
            return self._within(element if base is None else base)
        return self._within(element)

    def _controlled(self, control: etree._Element) -> Iterator[tuple[str, etree._Element]]:
        outer = self.instead
        properties, content = control.find(f"{W}sdtPr"), control.find(f"{W}sdtContent")
        if properties is not None:
            self.instead = _shown_instead(properties, outer)
        if content is not None:
            yield from self._within(content)
        self.instead = outer

    def _paragraph(self, paragraph: etree._Element) -> tuple[str, list[Paragraph | Table]]:
        texts: list[str] = []
        boxes: list[Paragraph | Table] = []
        self.fields, self.code = [], ""
        self.hides = bool(self.hidden) and _style(paragraph, "pPr", "pStyle") in self.hidden
        for kind, element in self._within(paragraph):
            if kind == "r":
                self._run(element, texts, boxes)
            elif kind == "t":
                texts.append(element.text or "")
            elif kind == "txbxContent":
                boxes.extend(self.blocks(element))
        return "".join(texts), boxes

    def _run(self, run: etree._Element, texts: list[str], boxes: list[Paragraph | Table]) -> None:
        if self.instead is not None:
            texts.extend(self.instead)
            self.instead = []
            return
        if self._is_hidden(run):
            return
        font: str | None = None  # looked up once a run: a run can hold a hundred thousand texts
        for element in run:
            kind = _KINDS.get(element.tag)
            if kind in ("fldChar", "instrText"):
                texts.append(self._field(element))
            elif self.fields and "shown" in self.fields:
                continue
            elif kind == "t":
                text = element.text or ""
                if len(text) <= 2 and text.isascii():
                    font = _font(run) if font is None else font
                texts.append(_run_text(text, font or ""))
            elif kind is None or kind in _WRAPPERS:
                self._wrapped_in_run(kind, element, texts, boxes)
            elif kind:
                texts.append(_special(kind, element))

    def _is_hidden(self, run: etree._Element) -> bool:
        """Text that Word does not print: 隐藏文字, by itself or by its style."""
        for part in _properties(run, _RPR):
            if part.tag == _VANISH:
                return is_on(part)
            if part.tag == _RSTYLE and part.get(_VAL) in self.hidden:
                return True
        return self.hides

    def _field(self, mark: etree._Element) -> str:
        """Of a field's mark or code: a legacy tick box or drop-down by its state, and what only the code shows.

        Some writers put that once more behind it.
        """
        part = mark.get(_FIELD_PART)
        if part is None:
            self.code += mark.text or ""
            return ""
        if part == "begin":
            self.code = ""
            text = "" if "shown" in self.fields else _form_field(mark)
            self.fields.append("told" if text else "")
            return text
        text, self.code = overprinted(self.code) if self.code else "", ""
        if part == "separate" and self.fields and (self.fields[-1] or text):
            self.fields[-1] = "shown"
        elif part == "end" and self.fields:
            self.fields.pop()
        return text

    def _wrapped_in_run(
        self, kind: str | None, wrapper: etree._Element, texts: list[str], boxes: list[Paragraph | Table]
    ) -> None:
        for inner, element in self._unwrapped(kind, wrapper):
            if inner == "txbxContent":
                boxes.extend(self.blocks(element))
            elif inner == "r":
                self._run(element, texts, boxes)
            else:
                texts.append((element.text or "") if inner == "t" else _special(inner, element))

    def _table(self, table: etree._Element) -> Table:
        slots: list[_Slot] = []
        above: dict[int, _Slot] = {}  # by first column: the cell that a vertical merge would continue
        rows = columns = 0
        for kind, row in self._within(table):
            if kind == "tr" and not (self.deletions and row.find(f"{W}trPr/{W}del") is not None):
                width = self._row(row, rows, above, slots)
                rows, columns = rows + 1, max(columns, width)
        return Table(rows, columns, tuple(slot.cell() for slot in slots))

    def _row(self, row: etree._Element, index: int, above: dict[int, _Slot], slots: list[_Slot]) -> int:
        column = _columns_before(row)
        left: _Slot | None = None
        for kind, element in self._within(row):
            self.room -= 1
            if kind != "tc" or self.room < 0 or (self.deletions and element.find(_CELL_DELETED) is not None):
                continue
            span, down, across = _merges(element)
            merged = above.get(column) if down == "continue" else None
            if across == "continue" and left:
                left.column_span += span
            elif merged and merged.row + merged.row_span == index:
                merged.row_span += 1
            else:
                text, tables = self._cell(element)
                left = above[column] = _Slot(index, column, 1, span, text, tables)
                slots.append(left)
            column += span
        return column

    def _cell(self, cell: etree._Element) -> tuple[str, tuple[Table, ...]]:
        blocks = self.blocks(cell)
        text = "\n".join(block.text for block in blocks if isinstance(block, Paragraph))
        return text.strip("\n"), tuple(block for block in blocks if isinstance(block, Table))


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def is_on(element: etree._Element | None, name: str = _VAL) -> bool:
    """A switch: on where it stands without a value."""
    return element is not None and (element.get(name) or "1").lower() not in ("0", "false", "off")


def _number(text: str | None, least: int, most: int) -> int:
    digits = (text or "").strip()
    return min(max(int(digits), least), most) if digits.isascii() and digits.isdigit() and len(digits) < 10 else least


def _alternative(element: etree._Element) -> etree._Element:
    """Choice before Fallback: the same text box stands in both."""
    choice = element.find(f"{_MC}Choice")
    fallback = element.find(f"{_MC}Fallback") if choice is None else choice
    return element if fallback is None else fallback


def _shown_instead(properties: etree._Element, outer: list[str] | None) -> list[str] | None:
    """A prompt such as 单击此处输入文字 is no text; a tick box is ☑ or ☐, whatever glyph it wears."""
    for element in properties:
        if element.tag == f"{_W14}checkbox":
            checked = element.find(f"{_W14}checked")
            return ["☑" if is_on(checked, f"{_W14}val") else "☐"]
        if _local(element) == "showingPlcHdr" and is_on(element):
            return []
    return outer


def _run_text(text: str, font: str) -> str:
    return boxed(text, wingdings=font.startswith("Wingdings"))


def _font(run: etree._Element) -> str:
    fonts = run.find(f"{W}rPr/{W}rFonts")
    return "" if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or ""


def _special(kind: str, element: etree._Element) -> str:
    match kind:
        case "tab" | "ptab":
            return "\t"
        case "br" | "cr":
            return "\n"
        case "noBreakHyphen":
            return "-"
        case "sym":
            return _symbol(element.get(f"{W}char"), element.get(f"{W}font") or "")
    return ""


def _symbol(code: str | None, font: str) -> str:
    """A box of a symbol font; of an ordinary font the character itself."""
    try:
        number = int(code or "", 16)
    except ValueError:
        return ""
    if 0xFF < number < 0xE000 or 0xF8FF < number < 0x10000:
        return chr(number) if chr(number).isprintable() else ""
    return BOXES.get(number & 0xFF, "") if not font or font.startswith(_SYMBOL_FONTS) else ""


def _form_field(begin: etree._Element) -> str:
    """A legacy tick box or drop-down keeps its state in the field's data; a text field's value is ordinary runs."""
    box, choice = begin.find(f"{W}ffData/{W}checkBox"), begin.find(f"{W}ffData/{W}ddList")
    if box is not None:
        checked = box.find(f"{W}checked")
        return "☑" if is_on(box.find(f"{W}default") if checked is None else checked) else "☐"
    return "" if choice is None else _chosen(choice)


def _chosen(choice: etree._Element) -> str:
    entries = [entry.get(_VAL) or "" for entry in choice.findall(f"{W}listEntry")]
    result = choice.find(f"{W}result")
    if result is None:
        result = choice.find(f"{W}default")
    index = 0 if result is None else _number(result.get(_VAL), 0, len(entries))
    return entries[index] if index < len(entries) else ""


def _mark_deleted(paragraph: etree._Element) -> bool:
    return any(paragraph.find(f"{W}pPr/{W}rPr/{W}{mark}") is not None for mark in ("del", "moveFrom"))


def _is_initial(paragraph: etree._Element) -> bool:
    """A drop cap is a paragraph of its own, and the first character of the next one."""
    frame = next((part for part in _properties(paragraph, _PPR) if part.tag == _FRAME), None)
    return frame is not None and frame.get(f"{W}dropCap", "none") != "none"


def _style(element: etree._Element, properties: str, name: str) -> str:
    style = element.find(f"{W}{properties}/{W}{name}")
    return "" if style is None else style.get(_VAL) or ""


def _columns_before(row: etree._Element) -> int:
    for part in _properties(row, _TRPR):
        if part.tag == _GRID_BEFORE:
            return _number(part.get(_VAL), 0, MAX_SPAN)
    return 0


def _merges(cell: etree._Element) -> tuple[int, str, str]:
    """Columns covered, vertical merge, horizontal merge: "restart", "continue" or ""."""
    span, down, across = 1, "", ""
    for part in _properties(cell, _TCPR):
        if part.tag == _GRID_SPAN:
            span = _number(part.get(_VAL), 1, MAX_SPAN)
        elif part.tag == _VMERGE:
            down = part.get(_VAL) or "continue"
        elif part.tag == _HMERGE:
            across = part.get(_VAL) or "continue"
    return span, down, across


def _properties(element: etree._Element, tag: str) -> Iterable[etree._Element]:
    """The properties come first where there are any. `find` would cost as much as reading the cell."""
    first = next(iter(element), None)
    return first if first is not None and first.tag == tag else ()
