"""What single elements of Word's XML say: switches, merges, symbols, tick boxes and other form fields."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from intake.documents.boxes import BOXES, boxed, lettered

MAX_SPAN = 63  # Word's own limit on columns

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
VAL = f"{W}val"
_TRPR, _TCPR, _GRID_BEFORE = f"{W}trPr", f"{W}tcPr", f"{W}gridBefore"
FRAME = f"{W}framePr"
_PPR = f"{W}pPr"
_SYMBOL_FONTS = ("Wingdings", "Webdings")
_GRID_SPAN, _VMERGE, _HMERGE = f"{W}gridSpan", f"{W}vMerge", f"{W}hMerge"


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def is_on(element: etree._Element | None, name: str = VAL) -> bool:
    """A switch: on where it stands without a value."""
    return element is not None and (element.get(name) or "1").lower() not in ("0", "false", "off")


def _number(text: str | None, least: int, most: int) -> int:
    digits = (text or "").strip()
    return min(max(int(digits), least), most) if digits.isascii() and digits.isdigit() and len(digits) < 10 else least


def alternative(element: etree._Element) -> etree._Element:
    """Choice before Fallback: the same text box stands in both."""
    choice = element.find(f"{MC}Choice")
    fallback = element.find(f"{MC}Fallback") if choice is None else choice
    return element if fallback is None else fallback


def shown_instead(properties: etree._Element, outer: list[str] | None) -> list[str] | None:
    """A prompt such as 单击此处输入文字 is no text; a tick box is ☑ or ☐, whatever glyph it wears."""
    for element in properties:
        if element.tag == f"{_W14}checkbox":
            checked = element.find(f"{_W14}checked")
            return ["☑" if is_on(checked, f"{_W14}val") else "☐"]
        if _local(element) == "showingPlcHdr" and is_on(element):
            return []
    return outer


def run_text(text: str, font: str) -> str:
    shown = boxed(text, wingdings=False)
    return lettered(shown) if font.startswith("Wingdings") else shown


def font_of(run: etree._Element) -> str:
    fonts = run.find(f"{W}rPr/{W}rFonts")
    return "" if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or ""


def special_text(kind: str, element: etree._Element) -> str:
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


def form_field(begin: etree._Element) -> str:
    """A legacy tick box or drop-down keeps its state in the field's data; a text field's value is ordinary runs."""
    box, choice = begin.find(f"{W}ffData/{W}checkBox"), begin.find(f"{W}ffData/{W}ddList")
    if box is not None:
        checked = box.find(f"{W}checked")
        return "☑" if is_on(box.find(f"{W}default") if checked is None else checked) else "☐"
    return "" if choice is None else _chosen(choice)


def _chosen(choice: etree._Element) -> str:
    entries = [entry.get(VAL) or "" for entry in choice.findall(f"{W}listEntry")]
    result = choice.find(f"{W}result")
    if result is None:
        result = choice.find(f"{W}default")
    index = 0 if result is None else _number(result.get(VAL), 0, len(entries))
    return entries[index] if index < len(entries) else ""


def mark_deleted(paragraph: etree._Element) -> bool:
    return any(paragraph.find(f"{W}pPr/{W}rPr/{W}{mark}") is not None for mark in ("del", "moveFrom"))


def is_initial(paragraph: etree._Element) -> bool:
    """A drop cap is a paragraph of its own, and the first character of the next one."""
    frame = next((part for part in properties_of(paragraph, _PPR) if part.tag == FRAME), None)
    return frame is not None and frame.get(f"{W}dropCap", "none") != "none"


def style_of(element: etree._Element, properties: str, name: str) -> str:
    style = element.find(f"{W}{properties}/{W}{name}")
    return "" if style is None else style.get(VAL) or ""


def columns_before(row: etree._Element) -> int:
    for part in properties_of(row, _TRPR):
        if part.tag == _GRID_BEFORE:
            return _number(part.get(VAL), 0, MAX_SPAN)
    return 0


def merges_of(cell: etree._Element) -> tuple[int, str, str]:
    """Columns covered, vertical merge, horizontal merge: "restart", "continue" or ""."""
    span, down, across = 1, "", ""
    for part in properties_of(cell, _TCPR):
        if part.tag == _GRID_SPAN:
            span = _number(part.get(VAL), 1, MAX_SPAN)
        elif part.tag == _VMERGE:
            down = part.get(VAL) or "continue"
        elif part.tag == _HMERGE:
            across = part.get(VAL) or "continue"
    return span, down, across


def properties_of(element: etree._Element, tag: str) -> Iterable[etree._Element]:
    """The properties come first where there are any. `find` would cost as much as reading the cell."""
    first = next(iter(element), None)
    return first if first is not None and first.tag == tag else ()
