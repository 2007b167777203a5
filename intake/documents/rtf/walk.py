"""One way through an RTF file: what is shown of it, paragraph by paragraph and cell by cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from intake.documents.boxes import BOXES
from intake.documents.overprinted import overprinted
from intake.documents.rtf.tables import MAX_LEVEL, Block, Flow, RowShape
from intake.documents.rtf.tokens import OCTETS, OPEN, WORD, Fonts, Script, Tokens, symbol
from intake.mime.charset import codec_of

MAX_GROUPS = 5_000  # inside each other
MAX_PICTURES = 20
SMALLEST_PICTURE = 40 * 1024  # bytes; a smaller one is a logo or a signature
MAX_INSTRUCTION = 500  # characters of a field's code that are looked at

PASSED_OVER = frozenset(
    b"colortbl stylesheet info listtext pntext header headerl headerr headerf footer footerl footerr footerf footnote "
    b"nonshppict nonesttables shprslt sp xe tc rxe filetbl listtable listoverridetable revtbl rsidtbl generator "
    b"objclass objname objdata falt panose bkmkstart bkmkend atnid atnauthor annotation template".split()
)
_KEPT = frozenset(b"shpinst shpgrp shptxt shppict nesttableprops ud do fldinst formfield ffl".split())
CHARACTERS = {
    b"tab": "\t", b"line": "\n", b"lbr": "\n", b"page": "\n", b"column": "\n", b"softline": "\n",
    b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
    b"bullet": "•", b"emspace": "\u2003", b"enspace": "\u2002", b"qmspace": "\u2005",
}  # fmt: skip
_HIDING = {b"v": 1, b"deleted": 2, b"strike": 4, b"striked": 8}
_SYMBOL_FIELD = re.compile(r"\s*SYMBOL\s+(\d{1,5}|0x[0-9a-fA-F]{1,4})\b.*Wingdings", re.IGNORECASE | re.DOTALL)
_PAGES = {437: "cp437", 850: "cp850", 10000: "mac_roman", 10008: "gb18030", 65001: "utf-8"}


def code_page(number: int | None) -> str:
    return _PAGES.get(number or 0) or codec_of(f"cp{number}") or "cp1252"


@dataclass(frozen=True, slots=True)
class _Look:
    """What holds until the group ends."""

    font: int = 0
    fallback: int = 1  # as in Tokens
    hidden: int = 0
    level: int = 0  # of tables: \intbl, \itapN
    place: str = "text"  # where characters go: text, fldinst, ffl, formfield …
    ends: str = ""  # what the group's end ends


@dataclass(slots=True)
class _Field:
    """A form field or a symbol: what is shown in place of its result, None where that is its result."""

    instead: str | None = None
    kind: int = 0
    result: int | None = None
    default: int = 0
    entries: list[str] = field(default_factory=list)

    def settle(self) -> None:
        """A tick box or a drop-down; a text field's value is its result. 25 says that nobody touched it."""
        chosen = self.default if self.result in (None, 25) else self.result or 0
        if self.kind == 1:
            self.instead = "☑" if chosen else "☐"
        elif self.kind == 2:
            self.instead = self.entries[chosen] if 0 <= chosen < len(self.entries) else ""


class RtfWalk:
    """One reading of one file."""

    def __init__(self, data: bytes) -> None:
        self.tokens = Tokens(data)
        self.fonts = Fonts(utf8=self.tokens.utf8)
        self.script = Script(self.fonts)
        self.aside = Script(self.fonts)  # field codes and list entries
        self.flow = Flow()
        self.outer: list[tuple[Flow, Script]] = []  # while a text box is read
        self.beside: list[Block] = []  # text boxes anchored in the paragraph
        self.look = _Look()
        self.groups: list[_Look] = []
        self.shape, self.nested_shape = RowShape(), RowShape()
        self.in_row = self.in_nested_row = False
        self.default_font = 0
        self.skip_next = False
        self.fields: list[_Field] = []
        self.pictures: list[bytes] = []  # \\pict groups, as they stand in the file
        self.endless = False  # it was given up: too deep, or too long

    def read(self) -> None:
        for kind, value, number in self.tokens:
            if kind == OCTETS:
                self._octets(value)
            elif kind == WORD:
                self._word(value, number)
            elif kind == OPEN:
                self._open(value)
                if len(self.groups) > MAX_GROUPS:
                    self.endless = True
                    break
            elif len(self.groups) <= 1:  # the end of the outermost group is that of the file
                break
            else:
                self._close()
            if self.flow.room.full:
                break
        self.endless |= self.tokens.left <= 0
        while self.outer:
            self._end_box()
        self._end_paragraph(keep_empty=False)

    # Groups

    def _open(self, name: bytes) -> None:
        if self._passes(name):
            return
        self.groups.append(self.look)
        place, ends, level = self.look.place, "", self.look.level
        match name:
            case b"upr":
                self.skip_next = True  # the same text for old programs
            case b"field":
                self.fields.append(_Field())
                ends = "field"
            case b"fldinst" | b"ffl" | b"formfield" if self.fields:
                place = ends = name.decode()
            case b"shptxt" | b"dptxbxtext":
                self._begin_box()
                ends, level = "box", 0
            case b"nesttableprops":
                self.in_nested_row = True
                ends = "nested row"
        if place != self.look.place or ends or self.look.ends:
            self.look = replace(self.look, place=place, ends=ends, level=level)

    def _passes(self, name: bytes) -> bool:
        """Whether the group is no text of the document; then it lies behind us."""
        settled = name == b"fldrslt" and bool(self.fields) and self.fields[-1].instead is not None
        if self.skip_next or settled or name in PASSED_OVER or (self.tokens.starred and name not in _KEPT):
            self.skip_next = False
            self.tokens.rest_of_group()
        elif name == b"fonttbl":
            self.fonts.learn(self.tokens.rest_of_group())
        elif name == b"pict":
            picture = self.tokens.rest_of_group()
            if len(self.pictures) < MAX_PICTURES and len(picture) >= SMALLEST_PICTURE:
                self.pictures.append(picture)
        else:
            return False
        return True

    def _close(self) -> None:
        ends = self.look.ends
        self.look = self.groups.pop()
        self.tokens.fallback = self.look.fallback
        match ends:
            case "field":
                shown = self.fields.pop().instead
                if shown and self.look.place == "text" and not self.look.hidden:
                    self.script.text(shown)
            case "fldinst":
                self._made_by(self.aside.taken()[:MAX_INSTRUCTION])
            case "ffl":
                self.fields[-1].entries.append(self.aside.taken())
            case "formfield":
                self.fields[-1].settle()
                self.aside.taken()
            case "nested row":
                self.in_nested_row = False
            case "box":
                self._end_box()

    def _made_by(self, code: str) -> None:
        """What a field shows that has no result."""
        if match := _SYMBOL_FIELD.match(code):
            self.fields[-1].instead = BOXES.get(int(match[1], 0 if "x" in match[1].lower() else 10) & 0xFF, "")
        elif shown := overprinted(code):
            self.fields[-1].instead = shown

    def _begin_box(self) -> None:
        self.outer.append((self.flow, self.script))
        self.flow, self.script = Flow(), Script(self.fonts)

    def _end_box(self) -> None:
        if self.outer:
            self._end_paragraph(keep_empty=False)
            blocks = self.flow.all()
            self.flow, self.script = self.outer.pop()
            self.beside.extend(blocks)

    # Characters

    def _octets(self, octets: bytes) -> None:
        if self.look.place == "text":
            if not self.look.hidden:
                self.script.octets(octets, self.look.font)
        elif self.look.place != "formfield":
            self.aside.octets(octets, -1)

    def _code(self, number: int) -> None:
        if self.look.place == "text":
            if not self.look.hidden:
                self.script.code(number, self.look.font)
        elif self.look.place != "formfield":
            self.aside.code(number, -1)

    def _say(self, text: str) -> None:
        if self.look.place == "text":
            if not self.look.hidden:
                self.script.text(text)
        elif self.look.place != "formfield":
            self.aside.text(text)

    # Control words

    def _word(self, name: bytes, number: int | None) -> None:
        act = _ACTS.get(name)
        if act is not None:
            act(self, number)
        elif name in CHARACTERS:
            self._say(CHARACTERS[name])
        elif name in _HIDING:
            bit = _HIDING[name]
            hidden = self.look.hidden & ~bit if number == 0 else self.look.hidden | bit
            if hidden != self.look.hidden:
                self.look = replace(self.look, hidden=hidden)
        elif not name.isalpha():
            text = symbol(name)
            if text == "par":
                self.end_paragraph(None)
            elif text:
                self._say(text)

    def in_font(self, number: int | None) -> None:
        if number is not None and number != self.look.font:
            self.look = replace(self.look, font=number)

    def in_plain(self, _number: int | None) -> None:
        if self.look.hidden or self.look.font != self.default_font:
            self.look = replace(self.look, font=self.default_font, hidden=0)

    def set_default_font(self, number: int | None) -> None:
        self.default_font = number or 0
        self.in_font(self.default_font)

    def set_fallback(self, number: int | None) -> None:
        self.tokens.fallback = min(max(1 if number is None else number, 0), 20)
        if self.tokens.fallback != self.look.fallback:  # LibreOffice says it before each character
            self.look = replace(self.look, fallback=self.tokens.fallback)

    def say_code(self, number: int | None) -> None:
        if number is not None:
            self._code(number)

    def set_page(self, number: int | None) -> None:
        self.fonts.page = code_page(number)

    def pass_binary(self, number: int | None) -> None:
        self.tokens.pass_over(number or 0)

    # Paragraphs, cells, rows

    def _level(self) -> int:
        return self.look.level or (1 if self.in_row else 0)

    def reset_paragraph(self, _number: int | None) -> None:
        self.in_tables(0)

    def in_table(self, _number: int | None) -> None:
        self.in_tables(max(self.look.level, 1))

    def in_tables(self, number: int | None) -> None:
        level = min(max(number or 0, 0), MAX_LEVEL)
        if level != self.look.level:
            self.look = replace(self.look, level=level)

    def end_paragraph(self, _number: int | None) -> None:
        if self.look.place == "text" and not self.look.hidden:
            self._end_paragraph(keep_empty=True)

    def _end_paragraph(self, *, keep_empty: bool) -> None:
        text = self.script.taken()
        if text.strip() or keep_empty:
            self.flow.paragraph(text, self._level())
        if not self.outer and self.beside:
            self.flow.add(self.beside)
            self.beside = []

    def end_cell(self, _number: int | None) -> None:
        self._end_cell(1)

    def end_nested_cell(self, _number: int | None) -> None:
        self._end_cell(max(self.look.level, 2))

    def _end_cell(self, level: int) -> None:
        if self.look.place == "text":
            self.flow.paragraph(self.script.taken(), level)
            if not self.outer and self.beside:
                self.flow.add(self.beside)
                self.beside = []
            self.flow.end_cell(level)

    def end_row(self, _number: int | None) -> None:
        self.flow.end_row(1, self.shape)
        self.in_row = False

    def end_nested_row(self, _number: int | None) -> None:
        self.flow.end_row(max(self.look.level, 2), self.nested_shape)

    def begin_row(self, _number: int | None) -> None:
        if self.in_nested_row:
            self.nested_shape = RowShape()
        else:
            self.shape, self.in_row = RowShape(), True

    @property
    def _shape(self) -> RowShape:
        return self.nested_shape if self.in_nested_row else self.shape

    def set_left(self, number: int | None) -> None:
        self._shape.left = number or 0

    def set_edge(self, number: int | None) -> None:
        self._shape.edge(number or 0)

    def merge_across(self, merge: str) -> None:
        self._shape.across = merge

    def merge_down(self, merge: str) -> None:
        self._shape.down = merge

    # Form fields

    def set_field(self, name: str, number: int | None) -> None:
        if self.look.place == "formfield" and self.fields:
            setattr(self.fields[-1], name, number)


_ACTS: dict[bytes, Callable[[RtfWalk, int | None], None]] = {
    b"f": RtfWalk.in_font,
    b"plain": RtfWalk.in_plain,
    b"deff": RtfWalk.set_default_font,
    b"uc": RtfWalk.set_fallback,
    b"u": RtfWalk.say_code,
    b"ansicpg": RtfWalk.set_page,
    b"mac": lambda walk, _number: walk.set_page(10000),
    b"bin": RtfWalk.pass_binary,
    b"pard": RtfWalk.reset_paragraph,
    b"intbl": RtfWalk.in_table,
    b"itap": RtfWalk.in_tables,
    b"par": RtfWalk.end_paragraph,
    b"sect": RtfWalk.end_paragraph,
    b"cell": RtfWalk.end_cell,
    b"nestcell": RtfWalk.end_nested_cell,
    b"row": RtfWalk.end_row,
    b"nestrow": RtfWalk.end_nested_row,
    b"trowd": RtfWalk.begin_row,
    b"trleft": RtfWalk.set_left,
    b"cellx": RtfWalk.set_edge,
    b"clmgf": lambda walk, _number: walk.merge_across("first"),
    b"clmrg": lambda walk, _number: walk.merge_across("rest"),
    b"clvmgf": lambda walk, _number: walk.merge_down("first"),
    b"clvmrg": lambda walk, _number: walk.merge_down("rest"),
    b"fftype": lambda walk, number: walk.set_field("kind", number or 0),
    b"ffres": lambda walk, number: walk.set_field("result", number or 0),
    b"ffdefres": lambda walk, number: walk.set_field("default", number or 0),
}
