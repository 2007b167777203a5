"""The rich text of an Outlook mail, as MAPI packs it (MS-OXRTFCP)."""

from __future__ import annotations

LONGEST = 4_000_000  # bytes that come out: what a person writes is far shorter

_HEADER = 16
_STORED, _PACKED = b"MELA", b"LZFu"
_WINDOW = 4096
#: What the window holds before the first byte: words that every RTF has.
_WORDS = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def decompressed_rtf(data: bytes) -> bytes:
    """The RTF, as far as the bytes go. Its checksum is not asked: half a text is more than none."""
    if data[8:12] == _STORED:
        return data[_HEADER:][: int.from_bytes(data[4:8], "little")]
    return bytes(_unpacked(data)) if data[8:12] == _PACKED else b""


def _unpacked(data: bytes) -> bytearray:
    """Runs of eight pieces after a byte that says of each whether it is a byte or points into the last 4096."""
    out = bytearray(_WORDS)
    start = len(out)
    place, end = _HEADER, min(len(data), int.from_bytes(data[:4], "little") + 4)
    while place < end and len(out) < LONGEST:
        flags = data[place]
        place += 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += data[place : min(place + 1, end)]
                place += 1
                continue
            if place + 2 > end:
                return out[start:]
            pointer = data[place] << 8 | data[place + 1]
            place += 2
            back = (len(out) - (pointer >> 4)) % _WINDOW
            if not back:  # points at where it stands: the end
                return out[start:]
            _repeat(out, back, (pointer & 15) + 2)
    return out[start:]


def _repeat(out: bytearray, back: int, count: int) -> None:
    for _ in range(count):
        out.append(out[-back] if back <= len(out) else 0x20)
