"""RTF in its pieces: control words, groups, and characters in the charset of their font."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.documents.boxes import boxed, lettered
from intake.mime.charset import codec_of

MAX_TOKENS = 1_000_000  # control words, groups and runs of text looked at: a second; a form has some ten thousand

WORD, OPEN, CLOSE, OCTETS = 1, 2, 3, 4
#: The runs are possessive: a run of megabytes would cost a hundred times as much to be able to go back in.
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?"
    rb"|((?:\\'[0-9a-fA-F]{2})++)"
    rb"|(\{)(?=[\r\n ]*(\\\*[\r\n ]*)?(?:\\([a-zA-Z]{1,32}))?)"
    rb"|(\})"
    rb"|\\([^a-zA-Z'])"
    rb"|([^\\{}\r\n]+)"
    rb"|[\r\n]+|\\'?",
    re.DOTALL,
)
#: As before, with raw GBK between the control words, as some programs write: its second bytes may be \ { or }.
_TOKEN_GBK = re.compile(
    _TOKEN.pattern.replace(rb"([^\\{}\r\n]+)", rb"((?:[\x81-\xfe][\x40-\xfe]|[^\\{}\r\n])++)"), re.DOTALL
)
_BRACE = re.compile(rb"\\bin(\d{1,10}) ?|\\[^a-zA-Z]|(\{+)|(\}+)", re.DOTALL)
_SYMBOLS = {b"~": "\xa0", b"_": "-", b"\n": "par", b"\r": "par", b"\t": "\t"}
_CHARSETS = {  # of a font -> Python's codec
    128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254", 177: "cp1255",
    178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 77: "mac_roman",
}  # fmt: skip
_WESTERN = frozenset(("cp1252", "mac_roman", "cp850", "cp437"))
_ALL_CHINESE = re.compile(rb"(?:[\xa1-\xf7][\xa1-\xfe]|[\x00-\x7f])++")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBER, _CHARSET, _CODE_PAGE = (
    re.compile(rb"\d{1,9}"),
    re.compile(rb"\\fcharset(\d{1,3})"),
    re.compile(rb"\\cpg(\d{1,5})"),
)

_SAYING = frozenset((3, 8, 9))  # groups that may be characters

Token = tuple[int, bytes, int | None]


class Tokens:
    """The pieces of one file, in order. Reading ends where the outermost group does, or when it has cost enough."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.left = MAX_TOKENS
        self.skipped = 0
        self.starred = False  # of the group that was opened last: \* stands for "pass over what you do not know"
        self.fallback = 1  # \\ucN: characters that stand behind \\u for old programs
        self.utf8 = not data.isascii() and _is_utf8(data)
        self._match = (_TOKEN if data.isascii() or self.utf8 else _TOKEN_GBK).match

    def __iter__(self) -> Iterator[Token]:
        """(WORD, name, number), (OPEN, first word in the group or b"", None), (CLOSE …), (OCTETS, bytes, None).

        What stands behind \\u for old programs is left out.
        """
        to_skip, said = 0, ""
        while self.left > 0 and (found := self._match(self.data, self.at)):
            self.left -= 1
            self.at = found.end()
            if found.lastindex is None:
                continue
            octets = _octets(found) if found.lastindex in _SAYING else None
            if octets is not None:
                if to_skip:
                    octets, to_skip = _without_fallback(octets, to_skip, said)
                if octets:
                    yield OCTETS, octets, None
                continue
            to_skip = 0
            if found[1]:
                number = None if found[2] is None else int(found[2])
                if found[1] == b"u" and number is not None:
                    to_skip, said = self.fallback, chr(number & 0xFFFF)
                yield WORD, found[1], number
            elif found[4]:
                self.starred = found[5] is not None
                yield OPEN, found[6] or b"", None
            elif found[7]:
                yield CLOSE, b"", None
            else:
                yield WORD, found[8], None

    def rest_of_group(self) -> bytes:
        """Pass over what is left of the group that was just opened, its end included; and what it was."""
        start, depth = self.at, 1
        for found in _BRACE.finditer(self.data, start):
            self.left -= 1
            if found.start() < self.at:
                continue  # within binary data
            if found[1]:
                self.at = found.end() + int(found[1])
            elif found[2]:
                depth += len(found[2])
            elif found[3]:
                depth -= len(found[3])
                if depth <= 0:
                    return self._passed(start, found.end() + depth)
            if self.left <= 0:
                break
        return self._passed(start, len(self.data))

    def pass_over(self, count: int) -> None:
        """Binary data."""
        self._passed(self.at, min(self.at + max(count, 0), len(self.data)))

    def _passed(self, start: int, end: int) -> bytes:
        self.at = end
        self.skipped += end - start
        return self.data[start:end]


def _octets(found: re.Match[bytes]) -> bytes | None:
    if found[3]:
        return bytes.fromhex(found[3].replace(b"\\'", b"").decode("ascii"))
    if found[9]:
        return found[9]
    return found[8] if found[8] in (b"\\", b"{", b"}") else None


def _without_fallback(octets: bytes, to_skip: int, said: str) -> tuple[bytes, int]:
    """What is left of the bytes, and how many more are to be passed over."""
    if len(octets) < to_skip:
        return b"", to_skip - len(octets)
    if to_skip == 1 and len(octets) > 1 and octets[0] > 0x80 and octets[:2].decode("gb18030", "replace") == said:
        to_skip = 2  # one character to the writer, though it is two bytes
    return octets[to_skip:], 0


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class Fonts:
    """Which charset a font has, and whether its letters are pictures."""

    def __init__(self, *, utf8: bool) -> None:
        self.utf8 = utf8
        self.page = "cp1252"
        self.codecs: dict[int, str] = {}
        self.wingdings: set[int] = set()

    def learn(self, table: bytes) -> None:
        """{\\f0\\fnil\\fcharset134 \\'cb\\'ce\\'cc\\'e5;}…, with or without braces."""
        for entry in re.split(rb"\\f(?=\d)", table)[1:]:
            number = _NUMBER.match(entry)
            charset, page = _CHARSET.search(entry), _CODE_PAGE.search(entry)
            if number is None:
                continue
            if b"wingdings" in entry.lower():
                self.wingdings.add(int(number[0]))
            codec = codec_of(f"cp{int(page[1])}") if page else _CHARSETS.get(int(charset[1])) if charset else None
            if codec:
                self.codecs[int(number[0])] = codec

    def kind(self, font: int) -> tuple[str, bool]:
        return self.codec(font), font in self.wingdings

    def codec(self, font: int) -> str:
        return "utf-8" if self.utf8 else self.codecs.get(font, self.page)


class Script:
    """Characters put together: half of one may stand in a group of its own."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts
        self.pieces: list[str] = []
        self._octets = bytearray()
        self._font = -1

    def octets(self, octets: bytes, font: int) -> None:
        if font != self._font:
            if self._octets and self.fonts.kind(font) != self.fonts.kind(self._font):
                self._decode()
            self._font = font
        self._octets += octets

    def text(self, text: str) -> None:
        self._decode()
        self.pieces.append(text)

    def code(self, code: int, font: int) -> None:
        """\\u with its number, which is signed."""
        self._decode()
        character = chr(code & 0xFFFF)
        if character != "\0":
            self.pieces.append(boxed(character, wingdings=font in self.fonts.wingdings))

    def taken(self) -> str:
        """All text so far; a new one begins."""
        self._decode()
        text = "".join(self.pieces)
        self.pieces.clear()
        if _SURROGATE.search(text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text.replace("\0", "")

    def _decode(self) -> None:
        if not self._octets:
            return
        octets = bytes(self._octets)
        self._octets.clear()
        if self._font in self.fonts.wingdings and len(octets) <= 2:
            self.pieces.append(lettered(octets.decode("latin-1")))
            return
        codec = self.fonts.codec(self._font)
        if codec in _WESTERN and not octets.isascii() and _ALL_CHINESE.fullmatch(octets):
            codec = "gb18030"  # a Western font over Chinese characters: no word is all accents
        self.pieces.append(octets.decode(codec, "replace"))


def symbol(token: bytes) -> str:
    """What \\~ and \\_ stand for; "par" for an escaped line end; "" for what is not shown."""
    return _SYMBOLS.get(token, "")
