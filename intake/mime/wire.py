"""A leaf's bytes as they travelled, decoded: base64, quoted-printable and uuencode, whatever the label says."""

from __future__ import annotations

import binascii
import re

from intake.mime.charset import decode, nonsense
from intake.mime.header import decode_base64

#: How the files begin that people send: no text begins so.
MAGIC = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1",
    b"%PDF-",
    b"\xff\xd8\xff",
    b"\x89PNG\r\n",
    b"{\\rtf",
    b"Rar!",
    b"7z\xbc\xaf",
)

_PLAIN = frozenset(("", "7bit", "8bit", "binary"))
_UUENCODED = frozenset(("x-uuencode", "x-uue", "uuencode", "x-uu"))
_BARE_CR = re.compile(rb"\r(?!\n)")
_BLANK_BREAK = re.compile(rb"=[ \t]+(?=[\r\n])")  # a soft break that a relay padded
_BASE64 = re.compile(rb"[A-Za-z0-9+/\r\n]{80,}={0,2}\s*")
_QUOTED_RUN = re.compile(rb"(?:=[0-9A-F]{2}|=\r?\n){6}")
_QUOTED = re.compile(rb"=[0-9A-F]{2}")
_LOOKED_AT = 4096
_BEGIN = re.compile(rb"(?m)^begin [0-7]{3,4} ([^\r\n]{1,200}?)[ \t]*\r?$\n?")
_UU_LINE = re.compile(rb"([ -`]{1,63}|end)[ \t]*\r?(?:\n|\Z)")


def decoded(wire: bytes, encoding: str) -> tuple[bytes, tuple[str, ...]]:
    """The content, and what was wrong. `encoding` is what the header says, lower case, or "" where it says nothing."""
    if encoding == "base64":
        head = wire[:_LOOKED_AT]
        if not head.isascii() and 4 * len(head.decode("ascii", "ignore")) < 3 * len(head):
            return wire, ("base64: is none",)
        content, whole = decode_base64(wire)
        return content, () if whole else ("base64: damaged or cut short",)
    if encoding == "quoted-printable":
        wire = _BLANK_BREAK.sub(b"=", _BARE_CR.sub(b"\n", wire))  # the library knows no soft break before a bare CR
        return binascii.a2b_qp(wire), ()
    if encoding in _UUENCODED:
        _, files = uuencoded(wire)
        return (files[0][1], ()) if files else (wire, (f"transfer encoding without its file: {encoding}",))
    wrong = () if encoding in _PLAIN else (f"transfer encoding unknown: {encoding[:40]}",)
    return _unlabelled(wire), wrong


def _unlabelled(wire: bytes) -> bytes:
    """Gateways lose the field that names the encoding. What is base64 through and through of a file or a Chinese text,
    and Chinese text as =E5=BC=A0, is taken for what it is: no address of a page is half made of =XX.
    """
    head = wire[:_LOOKED_AT]
    if not head.isascii():
        return wire
    if _QUOTED_RUN.search(head) and 6 * len(_QUOTED.findall(head)) > len(head):
        content = binascii.a2b_qp(wire)
        return content if _chinese(content) else wire
    if _BASE64.fullmatch(head) and _BASE64.fullmatch(wire):
        content, _ = decode_base64(wire)
        return content if content.startswith(MAGIC) or _chinese(content) else wire
    return wire


def _chinese(content: bytes) -> bool:
    text, wrong = decode(content[:_LOOKED_AT], None)
    return not text.isascii() and not wrong and nonsense("".join(text.split())) * 10 <= len(text)


def uuencoded(content: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The text without the files uuencoded in it, and the name and content of each (`begin 644 name` to `end`)."""
    rest: list[bytes] = []
    files: list[tuple[bytes, bytes]] = []
    place = 0
    for begin in _BEGIN.finditer(content):
        if begin.start() < place:
            continue
        data, end = _uu_lines(content, begin.end())
        if end is None:
            continue
        rest.append(content[place : begin.start()])
        files.append((begin[1], data))
        place = end
    return b"".join((*rest, content[place:])), files


def _uu_lines(content: bytes, place: int) -> tuple[bytes, int | None]:
    """The data of the lines up to `end`, and where the text goes on; None where they are no such lines."""
    pieces: list[bytes] = []
    while line := _UU_LINE.match(content, place):
        place = line.end()
        if line[1] == b"end":
            return b"".join(pieces), place if pieces else None
        try:
            pieces.append(binascii.a2b_uu(line[1]))
        except binascii.Error:
            # Trailing blanks were cut off, or a gateway put in too many characters.
            count = (((line[1][0] - 32) & 63) * 4 + 5) // 3
            try:
                pieces.append(binascii.a2b_uu(line[1][:count].ljust(count)))
            except binascii.Error:
                return b"", None
    return b"", None
