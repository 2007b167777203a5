"""Older Word and WPS files, and workbooks old and new; what we cannot read of them, the office program may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lxml import etree

from intake.documents.document import Document, Paragraph, Room, Scan, Table, Unreadable
from intake.documents.limits import Allowance
from intake.documents.means import Means
from intake.documents.ole import OLE, compound
from intake.documents.package import DAMAGED, package_of
from intake.documents.pasted import pages_within, pasted_pages
from intake.documents.sheets import biff, xlsx
from intake.documents.word import word97
from intake.documents.word.docx import docx_document

Blocks = list[Paragraph | Table]


def doc_document(data: bytes, allowance: Allowance, means: Means) -> Document | Unreadable:
    """.doc and .wps. Word 6 and 95, MS Works and damaged files go to the office program."""
    file = compound(data)
    main = file.stream("WordDocument") if file else None
    if file is None or main is None:
        return _converted(data, "doc", "docx", allowance, means)
    if word97.is_encrypted(main):
        return Unreadable("encrypted_attachment", "", "doc")
    room = Room()
    try:
        blocks = word97.word_blocks(file, room)
    except word97.Foreign:
        return _converted(data, "doc", "docx", allowance, means)
    scans = pages_within((file.stream("Data"), main))
    return _document(blocks, "doc", scans, room) or _converted(data, "doc", "docx", allowance, means)


def xls_document(data: bytes, allowance: Allowance, means: Means) -> Document | Unreadable:
    """.xls and .et. Excel 95, a workbook that is only locked against changes, and damaged files go to the office program."""
    file = compound(data)
    stream = file.stream("Workbook") if file else None
    if stream is None:
        return _converted(data, "xls", "xlsx", allowance, means)
    room = Room()
    try:
        blocks = biff.workbook_blocks(stream, room)
    except biff.Foreign:
        return _converted(data, "xls", "xlsx", allowance, means)
    except biff.Locked:  # perhaps by Excel's own word only, which hides nothing
        found = _converted(data, "xls", "xlsx", allowance, means)
        return found if isinstance(found, Document) else Unreadable("encrypted_attachment", "", "xls")
    return _document(blocks, "xls", pages_within((stream,)), room) or Unreadable("unreadable_attachment", "", "xls")


def xlsx_document(data: bytes, allowance: Allowance, means: Means) -> Document | Unreadable:
    """.xlsx and .xlsm; .xlsb by way of the office program."""
    found = _workbook(data, allowance)
    return found or _converted(data, "xlsx", "xlsx", allowance, means)


def _workbook(data: bytes, allowance: Allowance) -> Document | None:
    package = package_of(data)
    if package is None:
        return None
    room = Room()
    try:
        blocks, weight = xlsx.workbook_blocks(package, allowance, room)
        found = _document(blocks, "xlsx", pasted_pages(package, "xl/media/", allowance), room)
    except (xlsx.Foreign, etree.XMLSyntaxError, *DAMAGED):
        return None
    return replace(found, weight=weight) if found else None


def _document(blocks: Blocks, kind: str, scans: tuple[Scan, ...], room: Room) -> Document | None:
    """None where there is nothing in it."""
    weight = sum(_length(block) for block in blocks)
    return Document(tuple(blocks), kind, weight, scans, omitted=room.omitted) if weight or scans else None


def _length(block: Paragraph | Table) -> int:
    if isinstance(block, Paragraph):
        return len(block.text)
    return sum(len(cell.text) + sum(map(_length, cell.tables)) for cell in block.cells)


def _converted(data: bytes, kind: str, to: str, allowance: Allowance, means: Means) -> Document | Unreadable:
    broken = data.startswith(OLE) and compound(data) is None  # it would be taken for text, and come back as rubbish
    made = means.convert(data, kind, to, means.limits) if means.convert and not broken else None
    reader: Callable[[bytes], Document | Unreadable | None] = (
        (lambda found: docx_document(package_of(found), allowance))
        if to == "docx"
        else (lambda found: _workbook(found, allowance))
    )
    found = reader(made) if made else None
    if isinstance(found, Document) and (found.blocks or found.scans):
        return replace(found, format=kind)
    return Unreadable("unreadable_attachment", "", kind)
