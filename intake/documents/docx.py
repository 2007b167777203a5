"""Word files (.docx, .docm, .dotx, strict or not) walked by ourselves: all visible text, each once, in its cell.

python-docx loses content controls, insertions and text boxes, shifts a row whose cell is wrapped in a control, and takes
ten times as long.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from intake.documents.document import MAX_BLOCKS, MAX_TEXT, Cell, Document, Paragraph, Table, Unreadable

MAX_MEMBERS = 5_000  # files inside the package
MAX_PART_BYTES = 16 * 1024 * 1024  # of the main part, unpacked
MAX_RATIO = 300  # unpacked : packed; text in XML packs 10 to 60 times
RATIO_MATTERS_FROM = 1024 * 1024  # a small part may pack as well as it likes
MAX_SPAN = 63  # Word's own limit on columns

#: All that zipfile and zlib were seen to raise on damaged bytes.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    ValueError,
)

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_VAL = f"{_W}val"
_TRPR, _TCPR, _GRID_BEFORE = f"{_W}trPr", f"{_W}tcPr", f"{_W}gridBefore"
_GRID_SPAN, _VMERGE, _HMERGE = f"{_W}gridSpan", f"{_W}vMerge", f"{_W}hMerge"

#: Elements that are met as such. Anything unknown is a wrapper (ins, hyperlink, smartTag, fldSimple …): look inside.
_MET = ("p", "tbl", "tr", "tc", "r", "t", "tab", "ptab", "br", "cr", "sym", "noBreakHyphen", "fldChar", "txbxContent")
_WRAPPERS = ("sdt", "ruby", "AlternateContent")
_PASSED_OVER = (
    *("del", "moveFrom", "delText", "instrText", "delInstrText"),  # tracked deletions, field codes
    *("pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "tblPrEx", "sdtPr", "sdtEndPr", "smartTagPr"),
    *("proofErr", "bookmarkStart", "bookmarkEnd", "lastRenderedPageBreak", "customXmlPr"),
)
_KINDS: dict[object, str] = {
    **{f"{_W}{name}": name for name in (*_MET, "sdt", "ruby")},
    **{f"{_W}{name}": "" for name in _PASSED_OVER},
    f"{_MC}AlternateContent": "AlternateContent",
    f"{_MATH}t": "t",
}

#: Tick boxes of Wingdings and Wingdings 2, by the low byte of the character. A cross in a box is a tick in Word.
_BOXES = {
    **dict.fromkeys((0xFE, 0xFD, 0x52, 0x53, 0x54), "☑"),
    **dict.fromkeys((0xA8, 0xA3, 0x6F, 0x71, 0x72, 0x2A), "☐"),
    **dict.fromkeys((0xFC, 0x50), "✓"),
}
_PRIVATE = re.compile("[\uf000-\uf0ff]")
_PRIVATE_BOXES = {0xF000 + code: box for code, box in _BOXES.items()}


def package_of(data: bytes) -> zipfile.ZipFile | None:
    """The package that any bytes are, if they are one."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except DAMAGED:
        return None


def docx_document(package: zipfile.ZipFile | None) -> Document | Unreadable:
    """Read a Word package; None is one that cannot be opened."""
    if package is None:
        return _unreadable("文件已经损坏，打不开")
    try:
        xml = main_part(package)
    except DAMAGED:
        return _unreadable("文件已经损坏，打不开")
    if isinstance(xml, Unreadable):
        return xml
    try:
        root = etree.fromstring(xml.replace(_STRICT, _W[1:-1].encode()), _parser())
    except (etree.XMLSyntaxError, ValueError):
        return _unreadable("文件内容已经损坏，读不出来")
    try:
        blocks = _Walk(b":del" in xml).blocks(root)
    except RecursionError:  # a few hundred tables inside each other
        return _unreadable("文件里的表格嵌套层数过多，无法读取")
    return Document(tuple(blocks), "docx", len(xml))


def main_part(package: zipfile.ZipFile) -> bytes | Unreadable:
    """The XML of the document itself, under our limits."""
    if len(package.filelist) > MAX_MEMBERS:
        return _unreadable("文件里的部件过多，不像正常的 Word 文档")
    info = _main_member(package)
    if info is None:
        return _unreadable("文件里没有 Word 正文")
    if info.flag_bits & 1:
        return Unreadable("encrypted_attachment", "Word 文档设置了密码。请去掉密码后重新发来。", "docx")
    xml = _bounded(package, info)
    return _unreadable("文件解开后过大，不像正常的 Word 文档") if xml is None else xml


def _main_member(package: zipfile.ZipFile) -> zipfile.ZipInfo | None:
    members = {info.filename.replace("\\", "/").lower(): info for info in package.filelist}
    if found := members.get("word/document.xml"):
        return found
    for name in (*_related(package, members), *_typed(package, members)):
        if found := members.get(posixpath.normpath(name.lower()).lstrip("/")):
            return found
    return None


def _related(package: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> Iterator[str]:
    """Main parts by the package's relationships: some writers call it word/document2.xml."""
    for relation in _elements(package, members.get("_rels/.rels")):
        if relation.get("Type", "").endswith("/officeDocument"):
            yield relation.get("Target", "")


def _typed(package: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> Iterator[str]:
    """Main parts by their content type, where the relationships are broken."""
    for override in _elements(package, members.get("[content_types].xml")):
        kind = override.get("ContentType", "")
        if kind.endswith("ain+xml") and (
            "wordprocessingml" in kind or "ms-word" in kind
        ):  # document.main, templateMain
            yield override.get("PartName", "")


def _elements(package: zipfile.ZipFile, info: zipfile.ZipInfo | None) -> list[etree._Element]:
    xml = _bounded(package, info) if info else None
    try:
        return list(etree.fromstring(xml, _parser())) if xml else []
    except (etree.XMLSyntaxError, ValueError):
        return []


def _bounded(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | None:
    """A member's bytes, None where it goes beyond the limits. Declared sizes lie, so what comes out is counted too."""
    limit = min(MAX_PART_BYTES, max(RATIO_MATTERS_FROM, info.compress_size * MAX_RATIO))
    if info.file_size > limit:
        return None
    with package.open(info) as member:
        xml = member.read(limit + 1)
    return xml if len(xml) <= limit else None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )


def _unreadable(what: str) -> Unreadable:
    return Unreadable("unreadable_attachment", f"{what}。请用 Word 或 WPS 重新保存为 .docx 文档后再发来。", "docx")


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

    def __init__(self, deletions: bool) -> None:
        self.deletions = deletions
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
                if self.deletions and _mark_deleted(element):
                    open_text = text
                else:
                    found.append(Paragraph(text))
                found.extend(boxes)
            elif kind == "txbxContent":
                found.extend(self.blocks(element))
        if open_text is not None:
            found.append(Paragraph(open_text))
        return found

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
            base = element.find(f"{_W}rubyBase")
            return self._within(element if base is None else base)
        return self._within(element)

    def _controlled(self, control: etree._Element) -> Iterator[tuple[str, etree._Element]]:
        outer = self.instead
        properties, content = control.find(f"{_W}sdtPr"), control.find(f"{_W}sdtContent")
        if properties is not None:
            self.instead = _shown_instead(properties, outer)
        if content is not None:
            yield from self._within(content)
        self.instead = outer

    def _paragraph(self, paragraph: etree._Element) -> tuple[str, list[Paragraph | Table]]:
        texts: list[str] = []
        boxes: list[Paragraph | Table] = []
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
        font: str | None = None  # looked up once a run: a run can hold a hundred thousand texts
        for element in run:
            kind = _KINDS.get(element.tag)
            if kind == "t":
                text = element.text or ""
                if len(text) <= 2 and text.isascii():
                    font = _font(run) if font is None else font
                texts.append(_run_text(text, font or ""))
            elif kind is None or kind in _WRAPPERS:
                self._wrapped_in_run(kind, element, texts, boxes)
            elif kind:
                texts.append(_special(kind, element))

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
            if kind == "tr" and not (self.deletions and row.find(f"{_W}trPr/{_W}del") is not None):
                width = self._row(row, rows, above, slots)
                rows, columns = rows + 1, max(columns, width)
        return Table(rows, columns, tuple(slot.cell() for slot in slots))

    def _row(self, row: etree._Element, index: int, above: dict[int, _Slot], slots: list[_Slot]) -> int:
        column = _columns_before(row)
        left: _Slot | None = None
        for kind, element in self._within(row):
            self.room -= 1
            if kind != "tc" or self.room < 0:
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


def _on(element: etree._Element | None, name: str = _VAL) -> bool:
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
            return ["☑" if _on(checked, f"{_W14}val") else "☐"]
        if _local(element) == "showingPlcHdr" and _on(element):
            return []
    return outer


def _run_text(text: str, font: str) -> str:
    if not text.isascii():
        return text.translate(_PRIVATE_BOXES) if _PRIVATE.search(text) else text
    if len(text) <= 2 and font.startswith("Wingdings"):  # ☑ typed as R in Wingdings 2
        return "".join(_BOXES.get(ord(character), character) for character in text)
    return text


def _font(run: etree._Element) -> str:
    fonts = run.find(f"{_W}rPr/{_W}rFonts")
    return "" if fonts is None else fonts.get(f"{_W}ascii") or fonts.get(f"{_W}hAnsi") or ""


def _special(kind: str, element: etree._Element) -> str:
    match kind:
        case "tab" | "ptab":
            return "\t"
        case "br" | "cr":
            return "\n"
        case "noBreakHyphen":
            return "-"
        case "sym":
            return _symbol(element.get(f"{_W}char"))
        case "fldChar":
            return _form_field(element)
    return ""


def _symbol(code: str | None) -> str:
    try:
        return _BOXES.get(int(code or "", 16) & 0xFF, "")
    except ValueError:
        return ""


def _form_field(begin: etree._Element) -> str:
    """A legacy tick box or drop-down keeps its state in the field's data; a text field's value is ordinary runs."""
    box, choice = begin.find(f"{_W}ffData/{_W}checkBox"), begin.find(f"{_W}ffData/{_W}ddList")
    if box is not None:
        checked = box.find(f"{_W}checked")
        return "☑" if _on(box.find(f"{_W}default") if checked is None else checked) else "☐"
    return "" if choice is None else _chosen(choice)


def _chosen(choice: etree._Element) -> str:
    entries = [entry.get(_VAL) or "" for entry in choice.findall(f"{_W}listEntry")]
    result = choice.find(f"{_W}result")
    if result is None:
        result = choice.find(f"{_W}default")
    index = 0 if result is None else _number(result.get(_VAL), 0, len(entries))
    return entries[index] if index < len(entries) else ""


def _mark_deleted(paragraph: etree._Element) -> bool:
    return paragraph.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None


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
