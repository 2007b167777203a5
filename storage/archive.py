"""The raw-mail archive: every mail's bytes, appended to segments and synced once a batch, addressed by SHA-256."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO

SEGMENT_BYTES = 64 * 1024 * 1024
_HEADER_LIMIT = 64 * 1024  # a record's JSON line is far shorter


@dataclass(frozen=True, slots=True)
class Ref:
    """Where a mail's bytes are; small enough to hand to another process."""

    segment: str  # path relative to the archive's folder
    offset: int  # of the first byte of the mail
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Record:
    """A valid record met by `Archive.scan`."""

    ref: Ref
    meta: Mapping[str, str | int]  # what `append` was given
    raw: bytes


class ArchiveFault(Exception):
    """The archive cannot be written or read. The message is a Chinese sentence with the mend."""


@dataclass(slots=True)
class _Segment:
    """The one file that this process appends to."""

    name: str
    fd: int
    day: date
    end: int = 0


class Archive:
    """Append-only segment files under one folder; each record is one JSON line (what, when, from where) and the bytes.

    A process starts its own segments, so two writers never share a file, and a tail torn by a crash stays where it is:
    nothing refers to it, because a Ref is handed out only after the sync.
    """

    def __init__(self, folder: Path, writer: str = "main", today: Callable[[], date] | None = None) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_]+", writer):
            raise ValueError(f"writer {writer!r}")
        self.folder = folder
        self._writer = writer
        self._today = today or (lambda: datetime.now(UTC).date())
        self._segment: _Segment | None = None

    def append(self, mails: Sequence[tuple[bytes, Mapping[str, str | int]]]) -> list[Ref]:
        """Append the mails, sync once, and only then return. Raises ArchiveFault (disk full, no right to write)."""
        if not mails:
            return []
        try:
            segment = self._open_segment()
            start = segment.end
            try:
                refs = [_write(segment, raw, meta) for raw, meta in mails]
                os.fdatasync(segment.fd)
            except OSError:
                self._abandon(segment, start)
                raise
        except OSError as error:
            raise _write_fault(self.folder, error) from error
        return refs

    def read(self, ref: Ref) -> bytes:
        """The mail's bytes, checked against its hash. Raises ArchiveFault."""
        try:
            with self._path(ref).open("rb", buffering=0) as file:
                raw = _read_at(file, ref.offset, ref.size)
        except OSError as error:
            raise ArchiveFault(
                f"邮件归档文件 {self._path(ref)} 无法读取（{error.strerror}）：请检查该文件是否还在、是否有读取权限，必要时从备份恢复。"
            ) from error
        if len(raw) != ref.size or sha256(raw).hexdigest() != ref.sha256:
            raise ArchiveFault(
                f"邮件归档文件 {self._path(ref)} 第 {ref.offset} 字节处的邮件与登记的校验值不符（已损坏或已被清除）：请从备份恢复该文件。"
            )
        return raw

    def erase(self, ref: Ref) -> None:
        """Overwrite the mail's bytes with zeros, for good. Erasing twice does no harm. Raises ArchiveFault."""
        try:
            with self._path(ref).open("r+b", buffering=0) as file:
                end = min(ref.offset + ref.size, file.seek(0, os.SEEK_END))
                file.seek(ref.offset)
                while (left := end - file.tell()) > 0:
                    file.write(bytes(min(left, 1 << 20)))
                os.fdatasync(file.fileno())
        except OSError as error:
            raise _write_fault(self._path(ref), error) from error

    def scan(self) -> Iterator[Record]:
        """Every whole record, segment by segment in order of name. Torn tails and erased mails are passed over."""
        for path in sorted(self.folder.glob("[0-9]*/[0-9]*/*.seg")):
            yield from _records(path, path.relative_to(self.folder).as_posix())

    def close(self) -> None:
        """Let go of the open segment; the next append starts another."""
        if self._segment is not None:
            os.close(self._segment.fd)
            self._segment = None

    def _path(self, ref: Ref) -> Path:
        return self.folder / ref.segment

    def _open_segment(self) -> _Segment:
        day = self._today()
        if self._segment is not None and (self._segment.day != day or self._segment.end >= SEGMENT_BYTES):
            self.close()
        if self._segment is None:
            self._segment = self._new_segment(day)
        return self._segment

    def _new_segment(self, day: date) -> _Segment:
        folder = self.folder / f"{day:%Y}" / f"{day:%m}"
        _make_folder(folder)
        stem = f"{day:%d}-{self._writer}-"
        number = 1 + max((int(p.stem[len(stem) :]) for p in folder.glob(f"{stem}[0-9]*.seg")), default=0)
        while True:  # another process of the same name may be quicker
            path = folder / f"{stem}{number:03d}.seg"
            try:
                fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
            except FileExistsError:
                number += 1
                continue
            _sync_folder(folder)
            return _Segment(path.relative_to(self.folder).as_posix(), fd, day)

    def _abandon(self, segment: _Segment, end: int) -> None:
        """After a failed write or sync nothing in the file's cache can be trusted: cut it back and start another."""
        self._segment = None
        try:
            os.ftruncate(segment.fd, end)
        except OSError:
            pass  # a torn tail is harmless
        finally:
            os.close(segment.fd)


def _write(segment: _Segment, raw: bytes, meta: Mapping[str, str | int]) -> Ref:
    digest = sha256(raw).hexdigest()
    header = json.dumps({"sha256": digest, "size": len(raw), **meta}, ensure_ascii=False).encode() + b"\n"
    left = [memoryview(header), memoryview(raw), memoryview(b"\n")]
    while left:
        written = os.writev(segment.fd, left)
        while left and written >= len(left[0]):
            written -= len(left.pop(0))
        if left:
            left[0] = left[0][written:]
    ref = Ref(segment.name, segment.end + len(header), len(raw), digest)
    segment.end = ref.offset + ref.size + 1
    return ref


def _records(path: Path, name: str) -> Iterator[Record]:
    """The records of one segment up to the first place that is no record: what a crash left behind."""
    with path.open("rb") as file:
        end = os.fstat(file.fileno()).st_size
        while header := file.readline(_HEADER_LIMIT):
            try:
                meta = json.loads(header)
                digest, size = str(meta.pop("sha256")), int(meta.pop("size"))
            except (ValueError, KeyError, AttributeError, TypeError):
                return
            offset = file.tell()
            if not 0 <= size < end - offset:
                return
            raw = file.read(size)
            if file.read(1) != b"\n":
                return
            if sha256(raw).hexdigest() == digest:  # else erased, or damaged: the next record is still there
                yield Record(Ref(name, offset, size, digest), meta, raw)


def _read_at(file: IO[bytes], offset: int, size: int) -> bytes:
    parts: list[bytes] = []
    while size > 0 and (part := os.pread(file.fileno(), size, offset)):
        parts.append(part)
        offset += len(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _make_folder(folder: Path) -> None:
    """Create the folder; a new name lasts only once the folder above it is synced."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _write_fault(place: Path, error: OSError) -> ArchiveFault:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ArchiveFault(
            f"磁盘已满，邮件无法归档到 {place}：请清理磁盘或扩容；在此之前不会再收取新邮件，邮箱里的邮件不会丢失。"
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ArchiveFault(
            f"没有写入邮件归档 {place} 的权限（{error.strerror}）：请让运行本程序的用户拥有该目录的写权限。"
        )
    return ArchiveFault(f"邮件归档 {place} 无法写入（{error.strerror}）：请检查该路径和磁盘。")
