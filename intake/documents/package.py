"""The zip packages that newer office files are: their parts, under the mail's allowance."""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping

from lxml import etree

from intake.documents.limits import MB, Allowance, Exceeded

MAX_MEMBERS = 5_000  # files inside a package
MAX_LISTED = 50_000  # files that a zip may name
MAX_PART_MB = 16  # of XML: it takes ten times as much when it is a tree

#: All that zipfile and zlib were seen to raise on damaged bytes.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    ValueError,
)

UTF8_NAME = 0x800  # in an entry's flags
SMALLEST_ENTRY = 46  # bytes of the directory that name a file

Members = Mapping[str, zipfile.ZipInfo]


def package_of(data: bytes) -> zipfile.ZipFile | None:
    """The package that any bytes are, if they are one."""
    if overfull(data):
        return None
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except UnicodeDecodeError:  # says that its names are UTF-8, and they are GBK
        return package_of(without_utf8_flags(data))
    except DAMAGED:
        return None


def without_utf8_flags(data: bytes) -> bytes:
    """Each header's flags with the one for UTF-8 cleared; then no name is decoded as UTF-8 any more."""
    cleared = bytearray(data)
    for mark, place in ((b"PK\x01\x02", 9), (b"PK\x03\x04", 7)):
        for header in re.finditer(re.escape(mark), data):
            if header.start() + place < len(data):
                cleared[header.start() + place] &= ~(UTF8_NAME >> 8) & 0xFF
    return bytes(cleared)


def overfull(data: bytes) -> bool:
    """Whether its directory is so long that only listing it would take seconds and hundreds of megabytes."""
    return len(data) > MAX_LISTED * SMALLEST_ENTRY and data.count(b"PK\x01\x02") > MAX_LISTED


def members_of(package: zipfile.ZipFile) -> Members:
    """By name in lower case: writers do not agree on it, nor on the slash."""
    return {info.filename.replace("\\", "/").lower().lstrip("/"): info for info in package.filelist}


def part_bytes(package: zipfile.ZipFile, info: zipfile.ZipInfo, allowance: Allowance) -> bytes:
    """A part unpacked. Declared sizes lie, so what comes out is counted. Raises Exceeded, and what is in DAMAGED."""
    most = min(allowance.bytes_left, allowance.most_of(info.compress_size), MAX_PART_MB * MB)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError  # no office program packs so, and zipfile unpacks all of it at once
    if info.file_size > most:
        _refuse(info.file_size, info, allowance)
    with package.open(info) as member:
        data = member.read(max(0, most) + 1)
    if len(data) > most:
        _refuse(len(data), info, allowance)
    allowance.take_bytes(len(data), info.compress_size)
    return data


def _refuse(size: int, info: zipfile.ZipInfo, allowance: Allowance) -> None:
    allowance.take_bytes(size, info.compress_size)
    raise Exceeded(f"文件里有超过 {MAX_PART_MB} MB 的部件，过大")


def tree_of(xml: bytes) -> etree._Element:
    """XML that cannot reach out or blow up. Raises etree.XMLSyntaxError, ValueError."""
    return etree.fromstring(
        xml,
        etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        ),
    )


def elements_of(package: zipfile.ZipFile, info: zipfile.ZipInfo | None, allowance: Allowance) -> list[etree._Element]:
    """What stands in a part's root; nothing where the part is absent or broken."""
    if info is None:
        return []
    try:
        return list(tree_of(part_bytes(package, info, allowance)))
    except (*DAMAGED, etree.XMLSyntaxError):
        return []


def relations_of(
    package: zipfile.ZipFile, members: Members, part: str, allowance: Allowance
) -> dict[str, tuple[str, str]]:
    """By id: the last word of the kind, and the name of the other part."""
    folder, name = posixpath.split(part)
    found = {}
    for relation in elements_of(package, members.get(f"{folder}/_rels/{name}.rels".lstrip("/")), allowance):
        target = relation.get("Target", "").replace("\\", "/")
        if relation.get("TargetMode") != "External":
            joined = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = relation.get("Type", "").rpartition("/")[2]
            found[relation.get("Id", "")] = kind, posixpath.normpath(joined).lower()
    return found
