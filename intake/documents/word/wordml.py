"""The text of a document in Word's XML: all that is visible, each once, in its cell, whatever wraps it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lxml import etree

from intake.documents.document import Cell, Paragraph, Room, Table
from intake.documents.overprinted import overprinted
from intake.documents.word.elements import (
    FRAME,
    MC,
    VAL,
    W,
    alternative,
    columns_before,
    font_of,
    form_field,
    is_initial,
    is_on,
    mark_deleted,
    merges_of,
    properties_of,
    run_text,
    shown_instead,
    special_text,
    style_of,
)
from intake.documents.word.inserted import Blocks

_OFFICE = "{urn:schemas-microsoft-com:office:office}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_RPR, _VANISH, _RSTYLE = f"{W}rPr", f"{W}vanish", f"{W}rStyle"
_STRUCK = (f"{W}strike", f"{W}dstrike")
_FIELD_PART, _CELL_DELETED = f"{W}fldCharType", f"{W}tcPr/{W}cellDel"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

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
    f"{MC}AlternateContent": "AlternateContent",
    f"{_MATH}t": "t",
    f"{_OFFICE}OLEObject": "OLEObject",
}


def word_blocks(
    root: etree._Element,
    room: Room,
    *,
    deletions: bool,
    hidden: frozenset[str] = frozenset(),
    inserted: Mapping[str, Blocks] = MappingProxyType({}),
) -> Blocks:
    """What the document shows. `hidden` are styles that hide text, `inserted` the blocks of other files by their ids.

    Raises RecursionError for a few hundred tables inside each other.
    """
    return tuple(_Walk(root, room, deletions, hidden, inserted).blocks(root))


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

    def __init__(
        self, root: etree._Element, room: Room, deletions: bool, hidden: frozenset[str], inserted: Mapping[str, Blocks]
    ) -> None:
        self.deletions = deletions
        # Few documents have either: to look for them in each paragraph and run was a seventh of the walk.
        self.initials = next(root.iter(FRAME), None) is not None
        self.conceals = bool(hidden) or next(root.iter(_VANISH, *_STRUCK), None) is not None
        self.hidden = hidden
        self.inserted = inserted
        self.hides = False  # the paragraph's style does
        #: That are open: in their "code", "told" by its state, "shown" once more, or ""; and whether one is within another's.
        self.fields: list[tuple[str, bool]] = []
        self.code = ""  # of the innermost of them
        self.room = room
        self.instead: list[str] | None = None

    def blocks(self, parent: etree._Element) -> list[Paragraph | Table]:
        found: list[Paragraph | Table] = []
        open_text: str | None = None  # of a paragraph whose mark was deleted: it runs into the next one
        for kind, element in self._within(parent):
            if not self.room.take():
                break
            if kind == "tbl":
                found.append(self._table(element))
            elif kind == "p":
                text, boxes = self._paragraph(element)
                text = self.room.cut(text)
                if open_text is not None:
                    text, open_text = open_text + text, None
                if (self.deletions and mark_deleted(element)) or (self.initials and is_initial(element)):
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
            self.room.take(len(texts))
            self.room.text -= sum(map(len, texts))
            if self.room.full:
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
            return self._within(alternative(element))
        if kind == "ruby":  # pinyin above a name: the name alone
            base = element.find(f"{W}rubyBase")
            return self._within(element if base is None else base)
        return self._within(element)

    def _controlled(self, control: etree._Element) -> Iterator[tuple[str, etree._Element]]:
        outer = self.instead
        properties, content = control.find(f"{W}sdtPr"), control.find(f"{W}sdtContent")
        if properties is not None:
            self.instead = shown_instead(properties, outer)
        if content is not None:
            yield from self._within(content)
        self.instead = outer

    def _paragraph(self, paragraph: etree._Element) -> tuple[str, list[Paragraph | Table]]:
        texts: list[str] = []
        boxes: list[Paragraph | Table] = []
        self.fields, self.code = [], ""
        self.hides = bool(self.hidden) and style_of(paragraph, "pPr", "pStyle") in self.hidden
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
        if self.conceals and self._is_hidden(run):
            return
        font: str | None = None  # looked up once a run: a run can hold a hundred thousand texts
        for element in run:
            kind = _KINDS.get(element.tag)
            if kind in ("fldChar", "instrText"):
                texts.append(self._field(element))
            elif self.fields and self._is_unseen():
                continue
            elif kind == "t":
                text = element.text or ""
                if len(text) <= 2 and text < "\u0100":  # letters, as which symbol fonts have tick boxes
                    font = font_of(run) if font is None else font
                texts.append(run_text(text, font or ""))
            elif kind is None or kind in _WRAPPERS:
                self._wrapped_in_run(kind, element, texts, boxes)
            elif kind:
                texts.append(special_text(kind, element))

    def _is_hidden(self, run: etree._Element) -> bool:
        """Text that Word does not print, by itself or by its style (隐藏文字); and what somebody struck out."""
        for part in properties_of(run, _RPR):
            if part.tag in _STRUCK and is_on(part):
                return True
            if part.tag == _VANISH:
                return is_on(part)
            if part.tag == _RSTYLE and part.get(VAL) in self.hidden:
                return True
        return self.hides

    def _is_unseen(self) -> bool:
        """Whether what follows is a field's result told already, or stands in another one's code: IF of a mail merge."""
        state, within = self.fields[-1] if self.fields else ("", False)
        return within or state == "shown"

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
            text = "" if self._is_unseen() else form_field(mark)
            self.fields.append(("told" if text else "code", bool(self.fields) and any(self.fields[-1])))
            return text
        text, self.code = overprinted(self.code) if self.code else "", ""
        if part == "separate" and self.fields:
            state, within = self.fields[-1]
            self.fields[-1] = "shown" if text or state == "told" else "", within
        elif part == "end" and self.fields:
            self.fields.pop()
        return text

    def _wrapped_in_run(
        self, kind: str | None, wrapper: etree._Element, texts: list[str], boxes: list[Paragraph | Table]
    ) -> None:
        for inner, element in self._unwrapped(kind, wrapper):
            if inner == "txbxContent":
                boxes.extend(self.blocks(element))
            elif inner == "OLEObject":
                boxes.extend(self._shown_here(self.inserted.get(element.get(_ID) or "", ())))
            elif inner == "r":
                self._run(element, texts, boxes)
            else:
                texts.append((element.text or "") if inner == "t" else special_text(inner, element))

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
        column = columns_before(row)
        left: _Slot | None = None
        for kind, element in self._within(row):
            if not self.room.take() or kind != "tc" or (self.deletions and element.find(_CELL_DELETED) is not None):
                continue
            span, down, across = merges_of(element)
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
        text = "\n".join([block.text for block in blocks if isinstance(block, Paragraph)])
        return text.strip("\n"), tuple([block for block in blocks if isinstance(block, Table)])
