"""Compound files (OLE2): the container of .doc, .xls, .wps, .et, .ppt, .msg, and of encrypted .docx and .xlsx."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_ENTRIES = 10_000  # streams and folders: an Excel file with a few pictures has thirty

_LAST = 0xFFFFFFFA  # sector numbers from here on are marks: end of a chain, free
_NONE = 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


@dataclass(frozen=True)
class Compound:
    """A compound file, read as it is asked for. `entries` are those at the top: what is embedded deeper is not ours."""

    data: bytes
    sector: int  # bytes of one
    fat: tuple[int, ...]
    small_fat: tuple[int, ...]
    root: Entry
    entries: tuple[Entry, ...]

    def stream(self, name: str) -> bytes | None:
        """The stream's bytes, as many as there are: a file cut short loses its end. None where there is none."""
        entry = next((one for one in self.entries if one.name == name and one.kind == _STREAM), None)
        if entry is None:
            return None
        if entry.size < 4096:
            return _chain(self._small, entry.start, self.small_fat, 64, 0)[: entry.size]
        return _chain(self.data, entry.start, self.fat, self.sector, self.sector)[: entry.size]

    def has(self, name: str) -> bool:
        return any(one.name == name for one in self.entries)

    @cached_property
    def _small(self) -> bytes:
        """Small streams live in a stream of their own."""
        return _chain(self.data, self.root.start, self.fat, self.sector, self.sector)


def compound(data: bytes) -> Compound | None:
    """The compound file that the bytes are; None where they are none, or too damaged to find anything in."""
    if not data.startswith(OLE) or len(data) < 512:
        return None
    sector = 1 << min(max(int.from_bytes(data[30:32], "little"), 9), 12)
    directory, _, _, small_start, small_count, more, more_count = struct.unpack_from("<7I", data, 48)
    room = len(data) // sector + 1
    places = list(struct.unpack_from("<109I", data, 76))
    while more < _LAST and more_count and len(places) < room:  # tables of more than 7 MB go on elsewhere
        place = (more + 1) * sector
        numbers = _numbers(data[place : place + sector])
        if not numbers:
            break
        places += numbers[:-1]
        more, more_count = numbers[-1], more_count - 1
    used = [place for place in places if place < _LAST][:room]
    fat = _numbers(b"".join(data[(place + 1) * sector : (place + 2) * sector] for place in used))
    small_fat = _numbers(_chain(data, small_start, fat, sector, sector)) if small_count else ()
    found = _entries(_chain(data, directory, fat, sector, sector), sector)
    if not found or found[0].kind != _ROOT:
        return None
    return Compound(data, sector, fat, small_fat, found[0], _top(found))


def _chain(data: bytes, start: int, fat: tuple[int, ...], size: int, first: int) -> bytes:
    """The sectors of one stream in order. A chain that bites its tail ends when it is as long as the file."""
    parts = []
    number, room = start, len(data) // size + 1
    while number < len(fat) and room:
        place = first + number * size
        parts.append(data[place : place + size])
        number, room = fat[number], room - 1
    return b"".join(parts)


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _entries(directory: bytes, sector: int) -> list[Entry]:
    found = []
    for place in range(0, min(len(directory), MAX_ENTRIES * 128) - 127, 128):
        raw = directory[place : place + 128]
        length = int.from_bytes(raw[64:66], "little")
        name = raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        left, right, child = struct.unpack_from("<3I", raw, 68)
        start, size = struct.unpack_from("<IQ", raw, 116)
        found.append(Entry(name, raw[66], left, right, child, start, size & _NONE if sector == 512 else size))
    return found


def _top(entries: list[Entry]) -> tuple[Entry, ...]:
    """The root's own: its directory is a tree. Where that is broken, all that there are."""
    waiting, seen = [entries[0].child], set[int]()
    while waiting:
        number = waiting.pop()
        if number < len(entries) and number not in seen:
            seen.add(number)
            waiting += (entries[number].left, entries[number].right)
    named = [one for one in (entries[n] for n in sorted(seen)) if one.kind in (_STORAGE, _STREAM)]
    return tuple(named or (one for one in entries if one.kind == _STREAM))
