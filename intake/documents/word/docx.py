"""Word files (.docx, .docm, .dotx, strict or not) walked by ourselves: all visible text, each once, in its cell.

python-docx loses content controls, insertions and text boxes, shifts a row whose cell is wrapped in a control, and takes
ten times as long.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from lxml import etree

from intake.documents.document import Document, Room, Unreadable
from intake.documents.limits import Allowance
from intake.documents.package import (
    DAMAGED,
    MAX_MEMBERS,
    Members,
    elements_of,
    members_of,
    part_bytes,
    relations_of,
    tree_of,
)
from intake.documents.pasted import pasted_pages
from intake.documents.word.elements import W, is_on
from intake.documents.word.inserted import Blocks, Opener, inserted_blocks
from intake.documents.word.wordml import word_blocks

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"


def docx_document(
    package: zipfile.ZipFile | None, allowance: Allowance | None = None, opener: Opener | None = None
) -> Document | Unreadable:
    """Read a Word package; None is one that cannot be opened. `opener` reads the files within it. Raises Exceeded."""
    if package is None:
        return _unreadable("文件已经损坏，打不开")
    allowance = allowance or Allowance()
    try:
        xml = main_part(package, allowance)
    except DAMAGED:
        return _unreadable("文件已经损坏，打不开")
    if isinstance(xml, Unreadable):
        return xml
    try:
        root = tree_of(xml.replace(_STRICT, W[1:-1].encode()))
    except (etree.XMLSyntaxError, ValueError):
        return _unreadable("文件内容已经损坏，读不出来")
    hidden = _hidden_styles(package, allowance) if b":rStyle" in xml or b":pStyle" in xml else frozenset()
    refers = b"altChunk" in xml or b"OLEObject" in xml
    inserted = _inserted(package, allowance, opener) if opener and refers else {}
    document = word_document(root, len(xml), deletions=deletes(xml), hidden=hidden, inserted=inserted)
    if isinstance(document, Unreadable):
        return document
    return replace(document, scans=pasted_pages(package, "word/media/", allowance))


def word_document(
    root: etree._Element,
    weight: int,
    *,
    deletions: bool,
    hidden: frozenset[str] = frozenset(),
    inserted: Mapping[str, Blocks] = MappingProxyType({}),
) -> Document | Unreadable:
    """The body of a document, whatever it was packed in."""
    room = Room()
    try:
        blocks = word_blocks(root, room, deletions=deletions, hidden=hidden, inserted=inserted)
    except RecursionError:  # a few hundred tables inside each other
        return _unreadable("文件里的表格嵌套层数过多，无法读取")
    return Document(blocks, "docx", weight, omitted=room.omitted)


def deletes(xml: bytes) -> bool:
    """Whether changes were tracked that take something away."""
    return any(mark in xml for mark in (b":del", b":moveFrom", b":cellDel"))


def _hidden_styles(package: zipfile.ZipFile, allowance: Allowance) -> frozenset[str]:
    info = members_of(package).get("word/styles.xml")
    try:
        xml = part_bytes(package, info, allowance) if info else b""
        styles = tree_of(xml.replace(_STRICT, W[1:-1].encode())) if b":vanish" in xml else ()
    except (*DAMAGED, etree.XMLSyntaxError):
        return frozenset()
    return frozenset(style.get(f"{W}styleId") or "" for style in styles if is_on(style.find(f"{W}rPr/{W}vanish")))


def _inserted(package: zipfile.ZipFile, allowance: Allowance, opener: Opener) -> Mapping[str, Blocks]:
    info = _main_member(package, allowance)
    name = info.filename.replace("\\", "/").lower() if info else ""
    return inserted_blocks(package, name, allowance, opener)


def main_part(package: zipfile.ZipFile, allowance: Allowance) -> bytes | Unreadable:
    """The XML of the document itself. Raises Exceeded."""
    if len(package.filelist) > MAX_MEMBERS:
        return _unreadable("文件里的部件过多，不像正常的 Word 文档")
    info = _main_member(package, allowance)
    if info is None:
        return _unreadable("文件里没有 Word 正文")
    if info.flag_bits & 1:
        return Unreadable("encrypted_attachment", "Word 文档设置了密码。请去掉密码后重新发来。", "docx")
    return part_bytes(package, info, allowance)


def _main_member(package: zipfile.ZipFile, allowance: Allowance) -> zipfile.ZipInfo | None:
    members = members_of(package)
    if found := members.get("word/document.xml"):
        return found
    for name in (*_related(package, members, allowance), *_typed(package, members, allowance)):
        if found := members.get(posixpath.normpath(name.lower()).lstrip("/")):
            return found
    return None


def _related(package: zipfile.ZipFile, members: Members, allowance: Allowance) -> Iterator[str]:
    """Main parts by the package's relationships: some writers call it word/document2.xml."""
    for kind, target in relations_of(package, members, "", allowance).values():
        if kind == "officeDocument":
            yield target


def _typed(package: zipfile.ZipFile, members: Members, allowance: Allowance) -> Iterator[str]:
    """Main parts by their content type, where the relationships are broken."""
    for override in elements_of(package, members.get("[content_types].xml"), allowance):
        kind = override.get("ContentType", "")
        if kind.endswith("ain+xml") and (
            "wordprocessingml" in kind or "ms-word" in kind
        ):  # document.main, templateMain
            yield override.get("PartName", "")


def _unreadable(what: str) -> Unreadable:
    return Unreadable("unreadable_attachment", f"{what}。请用 Word 或 WPS 重新保存为 .docx 文档后再发来。", "docx")
