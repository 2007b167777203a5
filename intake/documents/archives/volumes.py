"""The volumes into which an archive was cut, put together again where all of them lie side by side. Nothing is unpacked."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

#: 材料.part1.rar · 材料.rar, 材料.r00, 材料.r01 · 材料.7z.001 · 材料.z01, 材料.z02, 材料.zip
_PART = re.compile(r"(.*\.part)(\d{1,3})\.rar", re.IGNORECASE | re.DOTALL)
_OLD = re.compile(r"(.*\.r)(ar|\d\d)", re.IGNORECASE | re.DOTALL)
_OF_ZIP = re.compile(r"(.*\.z)(ip|\d\d)", re.IGNORECASE | re.DOTALL)
_PIECE = re.compile(r"(.*\.)(\d{3})", re.DOTALL)
_VOLUME_OF_ZIP = b"PK\x07\x08PK\x03\x04"
_CUT_ANYWHERE = (b"7z\xbc\xaf\x27\x1c", b"PK\x03\x04", b"Rar!\x1a\x07", b"\x1f\x8b\x08")


_LAST = 1000  # its number is not in its name


def whole_archives(files: Mapping[str, tuple[str, bytes]]) -> dict[str, bytes]:
    """Of name and bytes of each file, under any key: for each first volume the whole archive, for the later ones nothing."""
    series: dict[str, dict[int, str]] = {}
    for key, (name, _) in files.items():
        if place := _place(name):
            series.setdefault(place[0], {}).setdefault(place[1], key)
    found: dict[str, bytes] = {}
    for numbered in series.values():
        if _LAST in numbered:
            last = numbered.pop(_LAST)
            numbered[len(numbered) + 1] = last
        keys = [numbered[number] for number in sorted(numbered)]
        if len(keys) > 1 and max(numbered) == len(keys) and (whole := _joined([files[key][1] for key in keys])):
            found |= {keys[0]: whole, **dict.fromkeys(keys[1:], b"")}
    return found


def _place(name: str) -> tuple[str, int] | None:
    """What the names of an archive's volumes have in common, and the number of this one, from 1."""
    if match := _PART.fullmatch(name) or _PIECE.fullmatch(name):
        return (match[1], int(match[2])) if int(match[2]) else None
    if match := _OLD.fullmatch(name):
        return match[1], 1 if match[2].lower() == "ar" else int(match[2]) + 2
    if match := _OF_ZIP.fullmatch(name):
        return match[1], _LAST if match[2].lower() == "ip" else int(match[2])
    return None


def _joined(volumes: Sequence[bytes]) -> bytes:
    """One archive; nothing where a volume is missing or broken."""
    try:
        for mark, blocks, end in ((_RAR5, _blocks5, _END5), (_RAR4, _blocks4, _END4)):
            if all(volume.startswith(mark) for volume in volumes):
                return b"".join((mark, *_one_archive(list(map(blocks, volumes))), end))
        if volumes[0].startswith(_VOLUME_OF_ZIP):
            return _one_zip(volumes)
    except (struct.error, IndexError, ValueError):  # hostile bytes
        return b""
    return b"".join(volumes) if volumes[0].startswith(_CUT_ANYWHERE) else b""


def _one_zip(volumes: Sequence[bytes]) -> bytes:
    """Its directory tells places within volumes."""
    starts = [0, *accumulate(map(len, volumes))]
    whole = bytearray(b"".join(volumes))
    end = whole.rindex(b"PK\5\6", starts[-2])
    volume, files, size, place = struct.unpack_from("<6xH2xHLL", whole, end)
    place += starts[volume]
    struct.pack_into("<4HLL", whole, end + 4, 0, 0, files, files, size, place)
    for _ in range(files):
        name, extra, comment, volume, header = struct.unpack_from("<28x4H6xL", whole, place)
        struct.pack_into("<H", whole, place + 34, 0)
        struct.pack_into("<L", whole, place + 42, starts[volume] + header)
        place += 46 + name + extra + comment
    return bytes(whole)


# --- RAR: each volume is an archive of its own, whose first and last file may be only a piece of one ---

_RAR4, _END4 = b"Rar!\x1a\x07\x00", bytes.fromhex("c43d7b00400700")
_RAR5, _END5 = b"Rar!\x1a\x07\x01\x00", bytes.fromhex("1d77565103050400")


@dataclass(frozen=True, slots=True)
class _Block:
    headed: Callable[[int], bytes]  # its header, as if so many bytes of data followed and no other volume did
    data: bytes = b""
    begun: bool = False  # a file's piece: it began in the volume before
    goes_on: bool = False
    is_file: bool = True


def _one_archive(volumes: Sequence[Iterator[_Block]]) -> Iterator[bytes]:
    """The blocks, each file in one piece. Its last header is the one that tells the checksum of the whole."""
    pieces: list[bytes] = []
    for number, blocks in enumerate(volumes):
        for block in blocks:
            if not block.is_file:
                yield block.headed(0) if number == 0 else b""
                continue
            if block.begun != bool(pieces):
                raise ValueError("a volume is missing")
            pieces.append(block.data)
            if not block.goes_on:
                yield block.headed(sum(map(len, pieces)))
                yield from pieces
                pieces = []
    if pieces:
        raise ValueError("the last volume is missing")


def _blocks4(volume: bytes) -> Iterator[_Block]:
    place = len(_RAR4)
    while place < len(volume):
        kind, flags, size = struct.unpack_from("<BHH", volume, place + 2)
        data = struct.unpack_from("<I", volume, place + 7)[0] if flags & 0x8000 else 0
        header = volume[place + 2 : place + size]
        if size < 7 or (kind == 0x73 and flags & 0x80):  # what follows is encrypted
            raise ValueError
        if kind == 0x73:  # the archive itself: solid, but no longer in volumes
            yield _Block(partial(_header4, header, flags & ~0x0111), is_file=False)
        elif kind == 0x74:
            content = volume[place + size : place + size + data]
            yield _Block(partial(_header4, header, flags & ~0x0003), content, bool(flags & 1), bool(flags & 2))
        elif kind == 0x7B:
            return
        place += size + data


def _header4(header: bytes, flags: int, data: int) -> bytes:
    changed = header[:1] + struct.pack("<H", flags) + header[3:5]
    changed += struct.pack("<I", data) + header[9:] if flags & 0x8000 else header[5:]
    return struct.pack("<H", zlib.crc32(changed) & 0xFFFF) + changed


def _blocks5(volume: bytes) -> Iterator[_Block]:
    place = len(_RAR5)
    while place < len(volume):
        size, start = _number(volume, place + 4)
        end = start + size
        kind, rest = _number(volume, start)
        flags, rest = _number(volume, rest)
        extra, rest = _number(volume, rest) if flags & 1 else (0, rest)
        data, rest = _number(volume, rest) if flags & 2 else (0, rest)
        if kind == 4:  # what follows is encrypted
            raise ValueError
        if kind == 1:
            solid = _number(volume, rest)[0] & 4
            yield _Block(partial(_header5, 1, 0, 0, _written(solid)), is_file=False)
        elif kind == 2:
            headed = partial(_header5, 2, flags & ~0x18, extra, volume[rest:end])
            yield _Block(headed, volume[end : end + data], bool(flags & 8), bool(flags & 16))
        elif kind == 5:
            return
        place = end + data


def _header5(kind: int, flags: int, extra: int, body: bytes, data: int) -> bytes:
    head = _written(kind) + _written(flags)
    head += (_written(extra) if flags & 1 else b"") + (_written(data) if flags & 2 else b"") + body
    sized = _written(len(head)) + head
    return struct.pack("<I", zlib.crc32(sized)) + sized


def _number(data: bytes, place: int) -> tuple[int, int]:
    """A number of RAR 5, seven bits a byte, and the place behind it."""
    number = 0
    for shift in range(0, 70, 7):
        octet = data[place]
        place += 1
        number |= (octet & 0x7F) << shift
        if octet < 0x80:
            return number, place
    raise ValueError


def _written(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])
