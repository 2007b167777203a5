"""Office files that are one XML file: Word 2003 XML, flat OPC (.xml as Word saves it now), Excel 2003's XML tables."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from intake.documents.document import Document, Room, Unreadable
from intake.documents.limits import Allowance
from intake.documents.means import Means
from intake.documents.odf.odt import flat_odt
from intake.documents.package import package_of, tree_of
from intake.documents.pasted import pages_of
from intake.documents.sheets.spreadsheetml import tables_of
from intake.documents.word.docx import docx_document, word_document

_W = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_W_2003 = b"http://schemas.microsoft.com/office/word/2003/wordml"
_PACKAGE = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_NOTES = "{http://schemas.microsoft.com/aml/2001/core}"
_KNOWN_HERE = (_W, _STRICT, _W_2003, b"urn:schemas-microsoft-com:office:spreadsheet")
#: Left to the office program, by the root's name: the Chinese standard 标文通.
_FOREIGN = {"UOF": "uot"}


def flat_document(data: bytes, allowance: Allowance, means: Means) -> Document | Unreadable:
    """Read what an office program saved as .xml (often renamed .doc or .xls). Other XML is Unreadable."""
    if not any(name in data for name in _KNOWN_HERE) and b"office:document" not in data and b":UOF" not in data:
        return Unreadable("unreadable_attachment", "", "xml")
    try:
        root = tree_of(data.replace(_W_2003, _W).replace(_STRICT, _W))
    except (etree.XMLSyntaxError, ValueError):
        return Unreadable("unreadable_attachment", "", "xml")
    name = etree.QName(root).localname
    if name == "Workbook":
        room = Room()
        blocks = tuple(tables_of(root, room))
        read = Document(blocks, "xml", len(data), omitted=room.omitted)
        return read if blocks else Unreadable("unreadable_attachment", "", "xml")
    if name == "wordDocument":
        return _word_2003(root, data)
    if name == "package":
        return _package(root, data)
    if name == "document" and b"opendocument" in data[:4096]:
        return flat_odt(root, len(data), allowance)
    if name in _FOREIGN and means.convert:
        made = means.convert(data, _FOREIGN[name], "docx", means.limits)
        found = docx_document(package_of(made), allowance) if made else None
        if isinstance(found, Document):
            return replace(found, format="xml")
    return Unreadable("unreadable_attachment", "", "xml")


def _word_2003(root: etree._Element, data: bytes) -> Document | Unreadable:
    for element in list(root.iter(f"{{{_W.decode()}}}vmerge", f"{{{_W.decode()}}}hmerge")):
        element.tag = element.tag.replace("merge", "Merge")  # as it was called before 2007
    for note in list(root.iter(f"{_NOTES}annotation")):
        kind = note.get(f"{{{_W.decode()}}}type", "")
        parent = note.getparent()
        if parent is not None and kind in ("Word.Comment", "Word.Deletion"):
            parent.remove(note)
    body = root.find(f"{{{_W.decode()}}}body")
    if body is None:
        return Unreadable("unreadable_attachment", "", "xml")
    return _as_xml(word_document(body, len(data), deletions=False), root.iter(f"{{{_W.decode()}}}binData"))


def _package(root: etree._Element, data: bytes) -> Document | Unreadable:
    """The parts of a .docx one behind the other."""
    main = next((part for part in root if "document.main+xml" in part.get(f"{_PACKAGE}contentType", "")), None)
    main = next((p for p in root if p.get(f"{_PACKAGE}name") == "/word/document.xml"), None) if main is None else main
    if main is None:
        return Unreadable("unreadable_attachment", "", "xml")
    return _as_xml(word_document(main, len(data), deletions=b":del" in data), root.iter(f"{_PACKAGE}binaryData"))


def _as_xml(found: Document | Unreadable, pictures: Iterator[etree._Element]) -> Document | Unreadable:
    if isinstance(found, Unreadable):
        return replace(found, format="xml")
    return replace(found, format="xml", scans=pages_of(map(_binary, pictures)))


def _binary(element: etree._Element) -> bytes:
    try:
        return base64.b64decode(element.text or "")
    except (binascii.Error, ValueError):
        return b""
