"""How many pages a TIFF has: scanners and fax machines put all of them into one file."""

from __future__ import annotations

import struct

MOST = 10_000  # that are counted


def tiff_pages(data: bytes) -> int:
    """At least one: the directories that the file chains together are counted, none is read."""
    order = "<" if data[:2] == b"II" else ">"
    seen: set[int] = set()
    at = _number(data, 4, order + "I")
    while at and at not in seen and len(seen) < MOST:
        seen.add(at)
        at = _number(data, at + 2 + 12 * _number(data, at, order + "H"), order + "I")
    return max(1, len(seen))


def _number(data: bytes, at: int, how: str) -> int:
    """0, which ends the chain, where the file ends."""
    found = data[at : at + struct.calcsize(how)]
    return int(struct.unpack(how, found)[0]) if len(found) == struct.calcsize(how) else 0
