"""Archives that Python can unpack: zip, 7z, tar, and what gzip, bzip2 and xz make. Only in memory: no name becomes a path."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, cast

import py7zr
from py7zr.exceptions import PasswordRequired
from py7zr.io import Py7zIO, WriterFactory

from intake.charset import decode
from intake.documents.document import Enclosed, Unreadable
from intake.documents.formats import is_tar
from intake.documents.limits import Allowance, Exceeded
from intake.documents.means import Means
from intake.documents.unpacked import Entry, unpacked

_FOLDER = 0o040000  # the type in a Unix mode
_REGULAR = 0o100000
_TYPE = 0o170000
_UTF8_NAME = 0x800  # flag of a zip entry
_LOCKED = 0x1
_UNICODE_PATH = 0x7075  # extra field in which some programs give the name a second time, in UTF-8

_DAMAGED = (
    "压缩包已经损坏或不完整，打不开（分卷压缩的请合成一个）。请重新压缩，或把征集表作为普通附件（.docx）重新发来。"
)


def _damaged(kind: str) -> Unreadable:
    return Unreadable("unreadable_attachment", _DAMAGED, kind)


# --- zip ---


def zip_files(data: bytes, allowance: Allowance, _means: Means) -> Enclosed | Unreadable:
    """Unpack a zip. Entries packed by what Python cannot unpack (Deflate64 …) are left out and named."""
    package = _package(data)
    return _damaged("zip") if package is None else unpacked("zip", _zip_entries(package, len(data)), allowance)


def _package(data: bytes) -> zipfile.ZipFile | None:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except UnicodeDecodeError:  # says that its names are UTF-8, and they are GBK
        return _package(_without_utf8_flags(data))
    except Exception:  # noqa: BLE001  # a library over hostile bytes
        return None


def _without_utf8_flags(data: bytes) -> bytes:
    """Each header's flags with the one for UTF-8 cleared; then no name is decoded as UTF-8 any more."""
    cleared = bytearray(data)
    for mark, place in ((b"PK\x01\x02", 9), (b"PK\x03\x04", 7)):
        for header in re.finditer(re.escape(mark), data):
            if header.start() + place < len(data):
                cleared[header.start() + place] &= ~(_UTF8_NAME >> 8) & 0xFF
    return bytes(cleared)


def _zip_entries(package: zipfile.ZipFile, size: int) -> Iterator[Entry]:
    left = size
    for info in package.infolist():
        packed = min(info.compress_size, left)  # entries that share bytes must not count them twice
        left -= packed
        kind = info.external_attr >> 16 & _TYPE
        if not info.is_dir() and not info.filename.endswith("\\") and kind in (0, _REGULAR):
            read = partial(_zip_bytes, package, info)
            yield Entry(_zip_name(info), info.file_size, packed, read, locked=bool(info.flag_bits & _LOCKED))


def _zip_bytes(package: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    with package.open(info) as member:
        return member.read(most + 1)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Windows programs write GBK, macOS and Linux UTF-8, both without saying so."""
    if info.flag_bits & _UTF8_NAME:
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


# --- 7z ---


def sevenzip_files(data: bytes, allowance: Allowance, _means: Means) -> Enclosed | Unreadable:
    """Unpack a 7z. Its files may be packed together, so all that are wanted are unpacked at once, into memory."""
    try:
        with py7zr.SevenZipFile(io.BytesIO(data), max_extract_size=max(0, allowance.bytes_left)) as archive:
            return unpacked("7z", _sevenzip_entries(archive, len(data)), allowance)
    except PasswordRequired:
        return Unreadable("encrypted_attachment", "", "7z")
    except Exception:  # noqa: BLE001  # a library over hostile bytes; MemoryError too: a header may ask for gigabytes
        return _damaged("7z")


class _Kept(Py7zIO):
    """One unpacked file in memory; counts while it is written."""

    def __init__(self, most: int) -> None:
        self._bytes = io.BytesIO()
        self._most = most

    def write(self, s: bytes | bytearray) -> int:
        if self._bytes.tell() + len(s) > self._most:
            raise Exceeded("文件解开后比说明的大")
        return self._bytes.write(s)

    def read(self, size: int | None = None) -> bytes:
        return self._bytes.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._bytes.seek(offset, whence)

    def flush(self) -> None:
        pass

    def size(self) -> int:
        return len(self._bytes.getbuffer())

    def content(self) -> bytes:
        return self._bytes.getvalue()


class _Shelf(WriterFactory):
    """Where py7zr puts what it unpacks, by the name that it was told."""

    def __init__(self, most: int) -> None:
        self.files: dict[str, _Kept] = {}
        self._most = most

    def create(self, filename: str) -> Py7zIO:
        self.files[filename] = _Kept(self._most)
        return self.files[filename]


def _sevenzip_entries(archive: py7zr.SevenZipFile, size: int) -> Iterator[Entry]:
    """The files of a 7z under numbers instead of names, for py7zr makes paths of names and refuses some."""
    room = archive.max_extract_size or 0
    names: dict[int, str] = {}
    for number, told in enumerate(archive.files.files_list):
        names[number] = told.get("filename") or ""
        told["filename"] = str(number)
    wanted = {str(n): one for n, one in enumerate(archive.files) if one.is_file and one.uncompressed <= room}
    shelf = _Shelf(room)
    fault = _unpack(archive, shelf, set(wanted)) if wanted else None
    for number, one in enumerate(archive.files):
        if one.is_directory or not (one.is_file or one.emptystream):
            continue
        kept = shelf.files.get(str(number))
        content = b"" if one.emptystream else kept.content() if kept else None
        whole = content is not None and len(content) == one.uncompressed
        read = partial(_sevenzip_bytes, content if whole else None, fault)
        locked = not whole and isinstance(fault, PasswordRequired)
        yield Entry(names[number].replace("\\", "/"), one.uncompressed, size, read, locked)


def _unpack(archive: py7zr.SevenZipFile, shelf: _Shelf, wanted: set[str]) -> Exception | None:
    """Unpack as far as that goes; what stopped it."""
    try:
        archive.extract(targets=wanted, factory=shelf)
    except Exception as fault:  # noqa: BLE001  # a library over hostile bytes
        return fault
    return None


def _sevenzip_bytes(content: bytes | None, fault: Exception | None, most: int) -> bytes:
    if content is None:
        raise NotImplementedError if isinstance(fault, py7zr.UnsupportedCompressionMethodError) else ValueError
    return content[: most + 1]


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
    except Exception:  # noqa: BLE001  # a library over hostile bytes
        return _damaged(kind)
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
            if info.isreg() and not info.issparse():
                name = decode(info.name.encode("utf-8", "surrogateescape"), "gb18030")[0]
                yield Entry(name, info.size, max(1, info.size), partial(_tar_bytes, archive, info))


def _tar_bytes(archive: tarfile.TarFile, info: tarfile.TarInfo, most: int) -> bytes:
    member = archive.extractfile(info)
    content = member.read(most + 1) if member else b""
    if len(content) < min(info.size, most + 1):
        raise EOFError
    return content
