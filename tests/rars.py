"""RAR archives: written by hand where they only store, and two that RAR itself has packed, which need a program.

The packed ones are from rarfile's own tests (https://github.com/markokr/rarfile, ISC licence, © Marko Kreen).
"""

from __future__ import annotations

import base64
import struct
import zlib

RAR5_SOLID = base64.b64decode(
    "UmFyIRoHAQAJ78hvCwEFBwQGAQGAgIAA3vVwchwCAroABIAQtoMCoua3xYAbAQpzdGVzdDEudHh0waw3REQj+iP2l/1iU1G+TJGBQQKMwQN5XL9H"
    "o6otoDaT3aBYAEACANRQBHb2xH8y6p8ypcTM14PfABDoLYkcAgKNAASAELaDAqLmt8XAGwEKc3Rlc3QyLnR4dEUVCmABAAgD37f79vwdd1ZRAwUE"
    "AA=="
)

RAR4_SOLID = base64.b64decode(
    "UmFyIRoHADvQcwgADQAAAAAAAAArNHSAkCwAXAAAAAAIAAADoua3xbBmzD4dMwoApIEAAHN0ZXN0MS50eHQAwBEMzP6MnrD+MYGrrLG7QHeoCmTW"
    "SzeDwQe8AeCFku77th0ACCAACIjpeAzSDAdhOkF4S7Nun1IK2sonQLrnC2SKYnH7uACRnlAv2FX/+sZY6+vE14h+VJaHH03s2RZ0kJAsAA4AAAAA"
    "CAAAA6Lmt8WwZsw+HTMKAKSBAABzdGVzdDIudHh0AMCxIACIB+vyCmn6/JTe0MQ9ewBABwA="
)

PACKED = {"RAR 5": RAR5_SOLID, "RAR 4": RAR4_SOLID}


def vint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def block5(body: bytes) -> bytes:
    sized = vint(len(body)) + body
    return struct.pack("<I", zlib.crc32(sized)) + sized


def rar5(*files: tuple[str, bytes], flags: int = 0, extra: bytes = b"", method: int = 0) -> bytes:
    out = b"Rar!\x1a\x07\x01\x00" + block5(vint(1) + vint(0) + vint(0))
    for name, content in files:
        raw = name.encode()
        head = vint(2) + vint(2 | flags | bool(extra)) + (vint(len(extra)) if extra else b"") + vint(len(content))
        head += vint(4) + vint(len(content)) + vint(0o100644) + struct.pack("<I", zlib.crc32(content))
        out += block5(head + vint(method << 7) + vint(1) + vint(len(raw)) + raw + extra) + content
    return out + block5(vint(5) + vint(0) + vint(0))


def block4(kind: int, flags: int, body: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


def rar4(*files: tuple[bytes, bytes], flags: int = 0, archive: int = 0, mode: int = 0o100644) -> bytes:
    out = b"Rar!\x1a\x07\x00" + block4(0x73, archive, bytes(6))
    for name, content in files:
        body = struct.pack(
            "<IIBIIBBHI", len(content), len(content), 3, zlib.crc32(content), 0, 29, 0x30, len(name), mode
        )
        out += block4(0x74, 0x8000 | flags, body + name) + content
    return out + block4(0x7B, 0x4000, b"")
