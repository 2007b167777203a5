"""Archives that Python itself unpacks: zip, tar, and what gzip, bzip2 and xz make. Only in memory: no name becomes a path."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import BinaryIO, cast

from intake.documents.archives.put_out import put_out, with_checksum
from intake.documents.archives.unpacked import Entry, damaged, unpacked
from intake.documents.document import Enclosed, Unreadable
from intake.documents.formats import is_tar
from intake.documents.limits import Allowance
from intake.documents.means import Means
from intake.documents.package import DAMAGED, UTF8_NAME, package_of
from intake.mime.charset import decode

MOST_SAID = 1_000  # fields of a tar that are said of all the files in it: copied for each
_REGULAR = 0o100000
_TYPE = 0o170000
_LOCKED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)  # that Python unpacks
_UNICODE_PATH = 0x7075  # extra field in which some programs give the name a second time, in UTF-8

# --- zip ---


def zip_files(data: bytes, allowance: Allowance, means: Means) -> Enclosed | Unreadable:
    """Unpack a zip. What Python cannot unpack (Deflate64, PPMd …), a program does; else it is left out and named."""
    package = package_of(data)
    if package is None:
        return damaged("zip")
    rest = cache(lambda: _by_program(package, data, allowance, means))
    return unpacked("zip", _zip_entries(package, len(data), rest), allowance)


def _by_program(package: zipfile.ZipFile, data: bytes, allowance: Allowance, means: Means) -> dict[int, bytes]:
    if means.unpack is None:
        return {}
    members = package.infolist()
    stated = [with_checksum(info.file_size, info.CRC) for info in members]
    wanted = [number for number, info in enumerate(members) if info.compress_type not in _METHODS]
    return put_out(means.unpack, data, stated, wanted, allowance.bytes_left)


def _zip_entries(package: zipfile.ZipFile, size: int, rest: Callable[[], dict[int, bytes]]) -> Iterator[Entry]:
    left = size
    for number, info in enumerate(package.infolist()):
        packed = min(info.compress_size, left)  # entries that share bytes must not count them twice
        left -= packed
        kind = info.external_attr >> 16 & _TYPE
        if not info.is_dir() and not info.filename.endswith("\\") and kind in (0, _REGULAR):
            known = info.compress_type in _METHODS
            read = partial(_zip_bytes, package, info) if known else partial(_other_bytes, rest, number)
            yield Entry(_zip_name(info), info.file_size, packed, read, locked=bool(info.flag_bits & _LOCKED))


def _zip_bytes(package: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """zipfile gives no more than the header states, but unpacks as much as it is asked for: of a header that lies, all."""
    most = min(most, info.file_size) + 1
    if info.compress_type in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        content = _spooned(package, info, most)
        cut = len(content) == most <= info.file_size
        if not cut and (len(content) != info.file_size or zlib.crc32(content) != info.CRC):
            raise zipfile.BadZipFile
        return content
    with package.open(info) as member:
        return member.read(most)


def _other_bytes(rest: Callable[[], dict[int, bytes]], number: int, most: int) -> bytes:
    if number not in rest():
        raise NotImplementedError
    return rest()[number][: most + 1]


def _spooned(package: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """What bzip2 or LZMA packed: zipfile would unpack all of it to give one byte."""
    assert package.fp is not None
    package.fp.seek(info.header_offset)
    name, extra = struct.unpack("<26x2H", package.fp.read(30))
    package.fp.seek(name + extra, io.SEEK_CUR)
    packed = package.fp.read(info.compress_size)
    if info.compress_type == zipfile.ZIP_BZIP2:
        return bz2.BZ2Decompressor().decompress(packed, most)
    # Two bytes of version, two of length, then the properties: those that a .lzma begins with, whose size is unknown.
    size = int.from_bytes(packed[2:4], "little")
    alone = packed[4 : 4 + size] + b"\xff" * 8 + packed[4 + size :]
    return lzma.LZMADecompressor(lzma.FORMAT_ALONE).decompress(alone, most)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Windows programs write GBK, macOS and Linux UTF-8, both without saying so."""
    if info.flag_bits & UTF8_NAME:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437")
    return _unicode_path(info.extra, raw) or decode(raw, "gb18030")[0]


def _unicode_path(extra: bytes, raw: bytes) -> str:
    """The name in the extra field 0x7075, if it is still that of this entry."""
    while len(extra) >= 4:
        kind, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and field[:1] == b"\1" and int.from_bytes(field[1:5], "little") == zlib.crc32(raw):
            return field[5:].decode("utf-8", "ignore")
    return ""


# --- tar, and single files in gzip, bzip2, xz ---


def tar_files(data: bytes, allowance: Allowance, _means: Means) -> Enclosed | Unreadable:
    """Unpack a tar. Links and devices in it are passed over."""
    return unpacked("tar", _tar_entries(data), allowance)


def packed_file(data: bytes, allowance: Allowance, means: Means) -> Enclosed | Unreadable:
    """What gzip, bzip2 or xz packed: a tar, or one file."""
    kind = "gz" if data.startswith(b"\x1f\x8b") else "bz2" if data.startswith(b"BZh") else "xz"
    most = min(max(0, allowance.bytes_left), allowance.most_of(len(data)))
    try:
        content = _stream(data, kind).read(most + 1)
    except (*DAMAGED, lzma.LZMAError, MemoryError):  # a header may ask for gigabytes
        return damaged(kind)
    if is_tar(content) and len(content) <= most:
        allowance.take_bytes(len(content), len(data))
        return tar_files(content, allowance, means)
    one = Entry(_gzip_name(data) if kind == "gz" else "", len(content), len(data), lambda _: content)
    return unpacked(kind, [one], allowance)


def _stream(data: bytes, kind: str) -> BinaryIO:
    packed = io.BytesIO(data)
    if kind == "gz":
        return cast(BinaryIO, gzip.GzipFile(fileobj=packed))
    return cast(BinaryIO, bz2.BZ2File(packed) if kind == "bz2" else lzma.LZMAFile(packed))


def _gzip_name(data: bytes) -> str:
    """The original name in the header, which most programs leave there."""
    if len(data) < 10 or not data[3] & 8:
        return ""
    start = 10 + (2 + int.from_bytes(data[10:12], "little") if data[3] & 4 else 0)
    return decode(data[start : start + 1024].partition(b"\0")[0], "gb18030")[0]


def _tar_entries(data: bytes) -> Iterator[Entry]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:", errors="surrogateescape") as archive:
        for info in archive:
            info.pax_headers = {}  # the library keeps each file's, and the archive's own in each
            if len(archive.pax_headers) > MOST_SAID:
                raise tarfile.HeaderError
            if info.isreg() and not info.issparse():
                name = decode(info.name.encode("utf-8", "surrogateescape"), "gb18030")[0]
                yield Entry(name, info.size, max(1, info.size), partial(_tar_bytes, archive, info))


def _tar_bytes(archive: tarfile.TarFile, info: tarfile.TarInfo, most: int) -> bytes:
    member = archive.extractfile(info)
    content = member.read(most + 1) if member else b""
    if len(content) < min(info.size, most + 1):
        raise EOFError
    return content
