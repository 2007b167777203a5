"""RAR archives: what is in them is listed here, what is packed is unpacked by a program, what is only stored needs none."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from functools import partial

import rarfile

from intake.documents.archives.put_out import Stated, put_out
from intake.documents.archives.unpacked import Entry, LeftOut, unpacked
from intake.documents.document import Enclosed, Unreadable
from intake.documents.limits import Allowance
from intake.documents.means import Means, Unpacker
from intake.mime.charset import decode

_SPLIT = rarfile.RAR_FILE_SPLIT_BEFORE | rarfile.RAR_FILE_SPLIT_AFTER

_WANTS_ZIP = "请改用 zip 压缩后重新发来，或把里面的征集表（.docx）直接作为附件发来。"
_NO_PROGRAM = f"压缩包（rar）里的文件系统解不开。{_WANTS_ZIP}"
_DAMAGED = f"压缩包（rar）已经损坏或不完整，打不开。{_WANTS_ZIP}"
_VOLUME = (
    "这是分卷压缩包（rar）中的一卷，缺了其他各卷打不开。"
    "请把各卷放在同一封邮件里重新发来，或把里面的征集表（.docx）直接作为附件发来。"
)
_ELSEWHERE = "不完整，其余部分在分卷压缩包的另一卷里"
_BEHIND = "没有解开，因为压缩包里的文件总共太大"


def rar_files(data: bytes, allowance: Allowance, means: Means) -> Enclosed | Unreadable:
    """Unpack a RAR of version 3 (also called 4) or 5. Of a single volume, what lies in it as a whole."""
    headers: list[rarfile.RarInfo] = []
    try:
        listing = rarfile.RarFile(io.BytesIO(data), info_callback=headers.append, part_only=True)
        locked = listing.needs_password()
    except Exception:  # noqa: BLE001  # a library over hostile bytes
        return _unreadable(_DAMAGED)
    # What refers to another member, as hard links and copies do, has no content of its own.
    members = [h for h in headers if h.type == rarfile.RAR_BLOCK_FILE and not h.is_dir() and not h.file_redir]
    if members and all(one.flags & _SPLIT for one in members):
        return _unreadable(_VOLUME)
    if locked and not members:  # the names are locked, too
        return Unreadable("encrypted_attachment", "", "rar")
    packed = [one for one in members if one.file_size and not one.needs_password() and _stored(one, data) is None]
    if packed and means.unpack is None and len(packed) == len(members):
        return _unreadable(_NO_PROGRAM)
    if listing.strerror() and not members:
        return _unreadable(_DAMAGED)
    return unpacked("rar", _entries(members, data, allowance, means.unpack), allowance)


def _unreadable(reason: str) -> Unreadable:
    return Unreadable("unreadable_attachment", reason, "rar")


def _entries(
    members: Sequence[rarfile.RarInfo], data: bytes, allowance: Allowance, unpack: Unpacker | None
) -> Iterator[Entry]:
    files = {number: one for number, one in enumerate(members) if one.is_file() and not _is_old(one)}  # no links
    found = {number: content for number, one in files.items() if (content := _stored(one, data)) is not None}
    packed = [number for number, one in files.items() if number not in found and not one.needs_password()]
    if unpack and packed:
        stated = [Stated(one.file_size, partial(_whole, one)) for one in members]
        found = put_out(unpack, data, stated, packed, allowance.bytes_left) | found
    cut_off = sum(one.file_size for one in members) > allowance.bytes_left  # what a program may put out
    for number, one in files.items():
        why = _ELSEWHERE if one.flags & _SPLIT else _BEHIND if cut_off else ""
        read = partial(_bytes, found.get(number), known=unpack is not None, why=why)
        yield Entry(_name(one), one.file_size, one.compress_size, read, locked=one.needs_password())


def _is_old(one: rarfile.RarInfo) -> bool:
    """An earlier version of a file, kept beside it."""
    return bool(one.flags & rarfile.RAR_FILE_VERSION or getattr(one, "file_version", None))


def _stored(one: rarfile.RarInfo, data: bytes) -> bytes | None:
    """The bytes of a member that is not packed."""
    if one.needs_password() or one.compress_type != rarfile.RAR_M0:
        return b"" if one.file_size == 0 else None
    content = data[one.data_offset : one.data_offset + one.file_size]
    return content if _whole(one, content) else None


def _whole(one: rarfile.RarInfo, content: bytes) -> bool:
    if len(content) != one.file_size:
        return False
    if one.CRC is not None:
        return bool(zlib.crc32(content) == one.CRC)
    return one.blake2sp_hash is None or bool(rarfile.Blake2SP(content).digest() == one.blake2sp_hash)


def _bytes(content: bytes | None, most: int, *, known: bool, why: str) -> bytes:
    if content is None and why:
        raise LeftOut(why)
    if content is None:
        raise ValueError if known else NotImplementedError
    return content[: most + 1]


def _name(one: rarfile.RarInfo) -> str:
    """Version 5 names are UTF-8; older ones have one in Unicode beside the one in the machine's charset, or not."""
    raw = one.orig_filename
    if one.flags & rarfile.RAR_FILE_UNICODE or not isinstance(raw, bytes):
        return str(one.filename)
    return decode(raw, "gb18030")[0]
