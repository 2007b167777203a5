"""winmail.dat, written as Outlook does, byte by byte."""

from __future__ import annotations

import struct
from collections.abc import Mapping

UNICODE, STRING, BINARY, OBJECT, NUMBER, SHORT, TRUTH = 0x1F, 0x1E, 0x102, 0x0D, 3, 2, 0xB


def attribute(level: int, name: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def properties(*entries: tuple[int, int, bytes], named: bytes = b"") -> bytes:
    """(name, type, value); `named` stands before them as it is."""
    out = struct.pack("<I", len(entries) + bool(named)) + named
    for name, kind, value in entries:
        out += struct.pack("<HH", kind, name)
        if kind in (UNICODE, STRING, BINARY, OBJECT):
            out += struct.pack("<II", 1, len(value)) + value + b"\0" * (-len(value) % 4)
        else:
            out += value.ljust(4, b"\0")
    return out


def attachment(content: bytes, title: bytes, *more: tuple[int, int, bytes]) -> bytes:
    return (
        attribute(2, 0x00069002, b"\x01\0" + b"\xff" * 12)
        + attribute(2, 0x00018010, title + b"\0")
        + (attribute(2, 0x0006800F, content) if content else b"")
        + (attribute(2, 0x00069005, properties(*more)) if more else b"")
    )


def winmail(*attributes: bytes, codepage: int = 936) -> bytes:
    head = b"\x78\x9f\x3e\x22\x01\x00" + attribute(1, 0x00089006, struct.pack("<I", 0x10000))
    return head + attribute(1, 0x00069007, struct.pack("<II", codepage, 0)) + b"".join(attributes)


def message(**told: bytes | str) -> bytes:
    names: Mapping[str, tuple[int, int]] = {
        "html": (0x1013, BINARY),
        "text": (0x1000, STRING),
        "rtf": (0x1009, BINARY),
        "page": (0x3FDE, NUMBER),
    }
    told_bytes = {key: value.encode("gb18030") if isinstance(value, str) else value for key, value in told.items()}
    return attribute(1, 0x00069003, properties(*((*names[key], value) for key, value in told_bytes.items())))


def stored(rtf: bytes) -> bytes:
    return struct.pack("<II", len(rtf) + 12, len(rtf)) + b"MELA" + b"\0" * 4 + rtf
