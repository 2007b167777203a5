"""7z archives, unpacked into memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial

import py7zr
from py7zr.exceptions import PasswordRequired
from py7zr.io import Py7zIO, WriterFactory

from intake.documents.archives.put_out import put_out, with_checksum
from intake.documents.archives.unpacked import Entry, damaged, unpacked
from intake.documents.document import Enclosed, Unreadable
from intake.documents.limits import Allowance, Exceeded
from intake.documents.means import Means


def sevenzip_files(data: bytes, allowance: Allowance, means: Means) -> Enclosed | Unreadable:
    """Unpack a 7z. Its files may be packed together, so all that are wanted are unpacked at once, into memory."""
    try:
        with py7zr.SevenZipFile(io.BytesIO(data), max_extract_size=max(0, allowance.bytes_left)) as archive:
            return unpacked("7z", _sevenzip_entries(archive, data, allowance, means), allowance)
    except PasswordRequired:
        return Unreadable("encrypted_attachment", "", "7z")
    except Exception:  # noqa: BLE001  # a library over hostile bytes; MemoryError too: a header may ask for gigabytes
        return damaged("7z")


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


def _sevenzip_entries(archive: py7zr.SevenZipFile, data: bytes, allowance: Allowance, means: Means) -> Iterator[Entry]:
    """The files of a 7z under numbers instead of names, for py7zr makes paths of names and refuses some."""
    room = archive.max_extract_size or 0
    names: dict[int, str] = {}
    for number, told in enumerate(archive.files.files_list):
        names[number] = told.get("filename") or ""
        told["filename"] = str(number)
    wanted = {str(n): one for n, one in enumerate(archive.files) if one.is_file and one.uncompressed <= room}
    shelf = _Shelf(room)
    fault = _unpack(archive, shelf, set(wanted)) if wanted else None
    rest: dict[int, bytes] = {}
    if isinstance(fault, py7zr.UnsupportedCompressionMethodError) and means.unpack:  # BCJ2, ARM64 …
        stated = [with_checksum(one.uncompressed, one.crc32) for one in archive.files]
        rest = put_out(means.unpack, data, stated, list(map(int, wanted)), allowance.bytes_left)
    for number, one in enumerate(archive.files):
        if one.is_directory or not (one.is_file or one.emptystream):
            continue
        kept = shelf.files.get(str(number))
        content = b"" if one.emptystream else rest.get(number) or (kept.content() if kept else None)
        whole = content is not None and len(content) == one.uncompressed
        read = partial(_sevenzip_bytes, content if whole else None, fault)
        locked = not whole and isinstance(fault, PasswordRequired)
        yield Entry(names[number].replace("\\", "/"), one.uncompressed, len(data), read, locked)


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
