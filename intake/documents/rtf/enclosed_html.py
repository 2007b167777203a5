"""HTML that Outlook has wrapped into RTF, as it stands in winmail.dat, unwrapped."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from intake.documents.rtf.tokens import OCTETS, OPEN, WORD, Fonts, Script, Tokens, symbol
from intake.documents.rtf.walk import CHARACTERS, MAX_GROUPS, PASSED_OVER, code_page

_MARK = re.compile(rb"\\fromhtml1(?![0-9])")
_SHOWN = {**CHARACTERS, b"par": "\r\n", b"line": "\r\n"}


def encapsulated_html(data: bytes) -> str | None:
    """The HTML in RTF that was made from it; None where the RTF is a text of its own. Never raises."""
    if not data.startswith(b"{\\rtf") or not _MARK.search(data, 0, 4096):
        return None
    unwrapping = _Unwrapping(data)
    unwrapping.read()
    return "".join(unwrapping.pieces)


@dataclass(frozen=True, slots=True)
class _Look:
    """What holds until the group ends."""

    font: int = 0
    fallback: int = 1
    markup: bool = False  # within \\*\\htmltag: goes out as it is
    only_rtf: bool = False  # \\htmlrtf … \\htmlrtf0: for programs that know no HTML


class _Unwrapping:
    """One reading of one body."""

    def __init__(self, data: bytes) -> None:
        self.tokens = Tokens(data)
        self.fonts = Fonts(utf8=self.tokens.utf8)
        self.script = Script(self.fonts)
        self.look = _Look()
        self.groups: list[_Look] = []
        self.pieces: list[str] = []

    def read(self) -> None:
        for kind, value, number in self.tokens:
            if kind == OCTETS:
                if not self.look.only_rtf:
                    self.script.octets(value, self.look.font)
            elif kind == WORD:
                self._word(value, number)
            elif kind == OPEN:
                self._open(value)
            elif not self.groups or not self._close():
                break
            if len(self.groups) > MAX_GROUPS:
                break
        self._out()

    def _open(self, word: bytes) -> None:
        if word == b"fonttbl":
            self.fonts.learn(self.tokens.rest_of_group())
        elif word in PASSED_OVER or word in (b"pict", b"mhtmltag") or (self.tokens.starred and word != b"htmltag"):
            self.tokens.rest_of_group()
        else:
            self.groups.append(self.look)
            if word == b"htmltag":
                self._change(replace(self.look, markup=True))

    def _close(self) -> bool:
        self._change(self.groups.pop())
        self.tokens.fallback = self.look.fallback
        return bool(self.groups)

    def _change(self, look: _Look) -> None:
        if look.markup != self.look.markup:
            self._out()
        self.look = look

    def _out(self) -> None:
        text = self.script.taken()
        if text:
            self.pieces.append(text if self.look.markup else html.escape(text, quote=False))

    def _word(self, word: bytes, number: int | None) -> None:
        if act := _ACTS.get(word):
            act(self, number)
        elif not self.look.only_rtf:
            text = _SHOWN.get(word) or symbol(word)
            self.script.text("\r\n" if text == "par" else text)

    def code(self, number: int | None) -> None:
        if number is not None and not self.look.only_rtf:
            self.script.code(number, self.look.font)

    def in_font(self, number: int | None) -> None:
        self.look = replace(self.look, font=number or 0)

    def set_fallback(self, number: int | None) -> None:
        self.tokens.fallback = min(max(1 if number is None else number, 0), 20)
        self.look = replace(self.look, fallback=self.tokens.fallback)

    def set_only_rtf(self, number: int | None) -> None:
        self.look = replace(self.look, only_rtf=number != 0)

    def set_page(self, number: int | None) -> None:
        self.fonts.page = code_page(number)

    def pass_binary(self, number: int | None) -> None:
        self.tokens.pass_over(number or 0)


_ACTS: dict[bytes, Callable[[_Unwrapping, int | None], None]] = {
    b"u": _Unwrapping.code,
    b"f": _Unwrapping.in_font,
    b"deff": _Unwrapping.in_font,
    b"uc": _Unwrapping.set_fallback,
    b"htmlrtf": _Unwrapping.set_only_rtf,
    b"ansicpg": _Unwrapping.set_page,
    b"bin": _Unwrapping.pass_binary,
}
