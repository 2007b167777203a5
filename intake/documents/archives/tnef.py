"""winmail.dat (TNEF): what Outlook makes of a mail in rich text. Its attachments as files, its text as a document.

Read here and not by tnefparse, which fails altogether on one bad character of a Chinese name, copies the rest of the
file for each attribute, and counts to four thousand million where a header says so.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from intake.documents.archives.compressed_rtf import decompressed_rtf
from intake.documents.archives.mail import body_documents
from intake.documents.archives.unpacked import plain_name
from intake.documents.document import Document, Enclosed, File, Table, Unreadable
from intake.documents.limits import Allowance, Exceeded
from intake.documents.means import Means
from intake.documents.rtf.enclosed_html import encapsulated_html
from intake.documents.rtf.rtf import rtf_text
from intake.mime.charset import decode

MOST_PROPERTIES = 2_000  # of one message or attachment; Outlook writes about a hundred

# Attributes
_CODEPAGE, _BODY, _MESSAGE_PROPERTIES = 0x9007, 0x800C, 0x9003
_NEXT_ATTACHMENT, _TITLE, _CONTENT, _ATTACHMENT_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_OF_ATTACHMENT = 2  # the level

# Properties
_TEXT, _HTML, _RTF, _INTERNET_CODEPAGE = 0x1000, 0x1013, 0x1009, 0x3FDE
_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME, _DATA = 0x3707, 0x3704, 0x3001, 0x3701
_MIME_TYPE, _CONTENT_ID, _HIDDEN = 0x370E, 0x3712, 0x7FFE

# Their types
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING, _UNICODE, _OBJECT, _BINARY, _SEVERAL = 0x1E, 0x1F, 0x0D, 0x102, 0x1000
_NAMED = 0x8000  # from here on a property's name stands before its value
_INTERFACE = 16  # bytes before an object's content that say what it is

_CUT_SHORT = "文件不完整，有附件没有取出来。请把征集表存为 Word 文档（.docx），作为普通附件重新发来。"


@dataclass(slots=True)
class _Message:
    """What a TNEF stream says, as far as it goes."""

    codepage: int = 936
    body: bytes = b""
    properties: Mapping[int, tuple[int, bytes]] = field(default_factory=dict)
    attachments: list[_Attachment] = field(default_factory=list)
    whole: bool = True


@dataclass(slots=True)
class _Attachment:
    title: bytes = b""
    content: bytes = b""
    properties: Mapping[int, tuple[int, bytes]] = field(default_factory=dict)


def tnef_files(data: bytes, allowance: Allowance, _means: Means) -> Enclosed | Unreadable:
    """Take a winmail.dat apart. What is cut short gives what is there."""
    message = _read(data)
    files: list[File] = []
    omitted = "" if message.whole else _CUT_SHORT
    try:
        for attachment in message.attachments:
            allowance.take_entry()
            files.append(_file(attachment, message.codepage))
    except Exceeded as limit:
        omitted = f"{limit}，其余的没有取出来。请把征集表存为 Word 文档（.docx）后单独发来。"
    body = _body(message)
    if not files and body is None:
        return Unreadable("unreadable_attachment", omitted, "tnef")
    return Enclosed(tuple(files), "tnef", body, weight=body.weight if body else 0, omitted=omitted)


def _read(data: bytes) -> _Message:
    message = _Message()
    for level, name, value in _attributes(data):
        if value is None:
            message.whole = False
        elif level == _OF_ATTACHMENT or name == _NEXT_ATTACHMENT:
            if name == _NEXT_ATTACHMENT or not message.attachments:
                message.attachments.append(_Attachment())
            _take(message.attachments[-1], name, value)
        elif name == _CODEPAGE and len(value) >= 4:
            message.codepage = int.from_bytes(value[:4], "little")
        elif name == _BODY:
            message.body = value
        elif name == _MESSAGE_PROPERTIES:
            message.properties = dict(_properties(value))
    return message


def _take(attachment: _Attachment, name: int, value: bytes) -> None:
    if name == _TITLE:
        attachment.title = value
    elif name == _CONTENT:
        attachment.content = value
    elif name == _ATTACHMENT_PROPERTIES:
        attachment.properties = dict(_properties(value))


def _attributes(data: bytes) -> Iterator[tuple[int, int, bytes | None]]:
    """Level, name and value of each; None where the value is cut short. Checksums are not asked: the bytes are."""
    place = 6  # signature and key
    while place + 9 <= len(data):
        level, name, _, size = struct.unpack_from("<BHHI", data, place)
        place += 9
        if level not in (1, _OF_ATTACHMENT) or place + size > len(data):
            yield level, name, None
            return
        yield level, name, data[place : place + size]
        place += size + 2


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Name, type and first value of each; it ends where it cannot be understood any more."""
    place = 4
    try:
        for _ in range(min(MOST_PROPERTIES, struct.unpack_from("<I", data)[0])):
            kind, name = struct.unpack_from("<HH", data, place)
            place += 4
            if name >= _NAMED:
                place = _after_name(data, place)
            value, place = _value(data, place, kind)
            yield name, (kind & ~_SEVERAL, value)
    except (struct.error, KeyError):
        return


def _after_name(data: bytes, place: int) -> int:
    by_text, size = struct.unpack_from("<II", data, place + 16)
    return place + 24 + (_padded(size) if by_text else 0)


def _value(data: bytes, place: int, kind: int) -> tuple[bytes, int]:
    """The (first) value and where the next property begins."""
    several, kind = kind & _SEVERAL, kind & ~_SEVERAL
    variable = kind in (_STRING, _UNICODE, _OBJECT, _BINARY)
    count = 1
    if several or variable:
        (count,) = struct.unpack_from("<I", data, place)
        place += 4
    if not variable:
        size = _FIXED[kind]
        return data[place : place + size], place + size * count
    first = b""
    for number in range(count):
        (size,) = struct.unpack_from("<I", data, place)
        first = first if number else data[place + 4 : place + 4 + size]
        place += 4 + _padded(size)
    return first, place


def _padded(size: int) -> int:
    return -(-size // 4) * 4


def _file(attachment: _Attachment, codepage: int) -> File:
    told = attachment.properties
    content = attachment.content
    kind, value = told.get(_DATA, (0, b""))
    if not content:
        content = value[_INTERFACE:] if kind == _OBJECT else value
    names = [_string(told[name], codepage) for name in (_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME) if name in told]
    names.insert(1 if _LONG_NAME in told else 0, _text(attachment.title, codepage))
    shown_within = _CONTENT_ID in told or any(told.get(_HIDDEN, (0, b""))[1])
    return File(
        name=next(filter(None, map(plain_name, names)), ""),
        data=content,
        content_type=_string(told.get(_MIME_TYPE, (0, b"")), codepage) or "application/octet-stream",
        inline=shown_within,
    )


def _string(value: tuple[int, bytes], codepage: int) -> str:
    kind, raw = value
    return raw.decode("utf-16-le", "replace").rstrip("\0") if kind == _UNICODE else _text(raw, codepage)


def _text(raw: bytes, codepage: int) -> str:
    return decode(raw.partition(b"\0")[0], "utf-8" if codepage == 65001 else f"cp{codepage}")[0]


def _body(message: _Message) -> Document | None:
    """HTML where there is some; it may be packed into the rich text. The plain text has lost the tables."""
    told = message.properties
    internet = int.from_bytes(told.get(_INTERNET_CODEPAGE, (0, b""))[1][:4], "little") or message.codepage
    html = _string(told.get(_HTML, (0, b"")), internet)
    text = _string(told[_TEXT], message.codepage) if _TEXT in told else _text(message.body, message.codepage)
    rich = decompressed_rtf(told.get(_RTF, (0, b""))[1]) if not html else b""
    html = html or (encapsulated_html(rich) or "" if rich else "")
    plain = next(body_documents(html, text), None)
    if not rich or (plain and _has_table(plain)):
        return plain
    shown = rtf_text(rich)
    return shown if shown.blocks and (plain is None or _has_table(shown)) else plain


def _has_table(document: Document) -> bool:
    return any(isinstance(block, Table) for block in document.blocks)
