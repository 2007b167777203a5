"""RTF files walked by ourselves: LibreOffice takes a second to start, this takes some milliseconds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from intake.documents.document import Document, Table, Unreadable
from intake.documents.limits import Allowance
from intake.documents.means import Means
from intake.documents.package import package_of
from intake.documents.pasted import pages_of
from intake.documents.rtf.walk import RtfWalk
from intake.documents.word.docx import docx_document

#: Where a picture begins, in hexadecimal digits or, seldom, as it is: JPEG or PNG.
_PICTURE = re.compile(rb"(?i:(ffd8ff|89504e470d0a))|\xff\xd8\xff|\x89PNG\r\n")
_NO_DIGITS = re.compile(rb"[^0-9a-fA-F]+")


def rtf_document(data: bytes, allowance: Allowance, means: Means) -> Document | Unreadable:
    """Read an RTF file. Where nothing is found in it, the office program is asked; not for what would take it minutes."""
    walk = _walked(data)
    document = replace(_document(walk), scans=pages_of(_pictures(walk.pictures, allowance)))
    if document.blocks or document.scans:
        return document
    docx = means.convert(data, "rtf", "docx", means.limits) if means.convert and not walk.endless else None
    converted = docx_document(package_of(docx)) if docx else None
    if isinstance(converted, Document) and converted.blocks:
        return replace(converted, format="rtf")
    return Unreadable("unreadable_attachment", "", "rtf")


def rtf_text(data: bytes) -> Document:
    """What is written in RTF, without its pictures: the body of a mail. Never raises."""
    return _document(_walked(data))


def _walked(data: bytes) -> RtfWalk:
    walk = RtfWalk(data)
    walk.read()
    return walk


def _document(walk: RtfWalk) -> Document:
    blocks = tuple(walk.flow.all())
    said = any(isinstance(block, Table) or block.text.strip() for block in blocks)
    if walk.endless:
        walk.flow.room.leave_out("只读了前面一部分，后面的太复杂")
    weight = len(walk.tokens.data) - walk.tokens.skipped
    return Document(blocks if said else (), "rtf", weight, omitted=walk.flow.room.omitted)


def _pictures(groups: Iterable[bytes], allowance: Allowance) -> Iterator[bytes]:
    """\\pict groups as the files that they hold."""
    for group in groups:
        start = _PICTURE.search(group, 0, 4096)
        if start is None:
            continue
        picture = group[start.start() :]
        if start[1]:
            digits = _NO_DIGITS.sub(b"", picture)
            picture = bytes.fromhex(digits[: len(digits) & ~1].decode("ascii"))
        allowance.take_bytes(len(picture))
        yield picture
