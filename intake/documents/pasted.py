"""Pictures that were pasted into an office file and are big enough to be a page: a form signed, scanned and put back."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable, Iterator

from intake.documents.document import Scan
from intake.documents.formats import IMAGES, marked_format
from intake.documents.limits import Allowance, Exceeded
from intake.documents.package import DAMAGED, MAX_MEMBERS

MOST = 6  # of one file: a story with its album holds more, but no form among the rest
SMALLEST = 40 * 1024  # bytes; a page of text takes more, a logo or a signature less
NARROWEST, LONGEST = 600, 800  # pixels of the shorter and of the longer side


def pasted_pages(package: zipfile.ZipFile, folder: str, allowance: Allowance) -> tuple[Scan, ...]:
    """Of an office package. Raises Exceeded where even looking costs too much."""
    return pages_of(_media(package, folder, allowance))


def pages_within(streams: Iterable[bytes | None]) -> tuple[Scan, ...]:
    """Of older files, which keep pictures as they came amidst other things."""
    return pages_of(picture for stream in streams if stream for picture in _blips(stream))


def pages_among(pictures: Iterable[bytes]) -> tuple[Scan, ...]:
    """Of pictures that stand in a file by themselves."""
    return pages_of(pictures)


def pages_of(pictures: Iterable[bytes]) -> tuple[Scan, ...]:
    """Those that may show a page, each once."""
    found: dict[bytes, Scan] = {}
    for picture in pictures:
        kind = marked_format(picture)
        if kind in IMAGES and len(picture) >= SMALLEST and _may_be_page(picture, kind):
            found.setdefault(picture[:64] + picture[-4096:], Scan(picture, kind))
        if len(found) == MOST:
            break
    return tuple(found.values())


def _media(package: zipfile.ZipFile, folder: str, allowance: Allowance) -> Iterator[bytes]:
    for info in package.filelist[:MAX_MEMBERS]:
        name = info.filename.replace("\\", "/").lower()
        if not name.startswith(folder) or info.file_size < SMALLEST or info.flag_bits & 1:
            continue
        try:
            allowance.take_file(info.file_size)
            with package.open(info) as member:
                data = member.read(info.file_size)
            allowance.take_bytes(len(data), info.compress_size)
        except Exceeded:
            return  # the text has been read: pictures are not worth losing it for
        except DAMAGED:
            continue
        yield data


_BLIPS = frozenset((0xF01D, 0xF01E, 0xF029, 0xF02A))  # JPEG, PNG, TIFF, JPEG in CMYK
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*")


def _blips(stream: bytes) -> Iterator[bytes]:
    """Pictures as Office's drawings keep them: a record's head, one checksum or two, a byte, and the file itself."""
    for start in _STARTS:
        at = stream.find(start)
        while at >= 0:
            length = 0
            for sums in (17, 33):
                head = at - sums - 8
                if head >= 0 and struct.unpack_from("<H", stream, head + 2)[0] in _BLIPS:
                    length = struct.unpack_from("<I", stream, head + 4)[0] - sums
            if length >= SMALLEST:
                yield stream[at : at + length]
            at = stream.find(start, at + max(length, len(start)))


def _may_be_page(picture: bytes, kind: str) -> bool:
    """By its pixels, where these are told at the start; other kinds are scans more often than not."""
    size = _png_size(picture) if kind == "png" else _jpeg_size(picture) if kind == "jpg" else None
    return size is None or (min(size) >= NARROWEST and max(size) >= LONGEST)


def _png_size(picture: bytes) -> tuple[int, int]:
    return int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")


def _jpeg_size(picture: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(picture) and picture[at] == 0xFF:
        mark, length = picture[at + 1], int.from_bytes(picture[at + 2 : at + 4], "big")
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(picture[at + 7 : at + 9], "big"), int.from_bytes(picture[at + 5 : at + 7], "big")
        at += 2 + length
    return None
