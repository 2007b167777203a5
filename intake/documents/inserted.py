"""Files that a Word document only refers to (altChunk): pages saved by web programs, documents joined by mail merges."""

from __future__ import annotations

import importlib
import zipfile
from collections.abc import Mapping

from intake.documents.document import Document, Paragraph, Table
from intake.documents.limits import Allowance
from intake.documents.package import DAMAGED, members_of, part_bytes, relations_of

_KIND = "aFChunk"

Blocks = tuple[Paragraph | Table, ...]


def inserted_blocks(package: zipfile.ZipFile, part: str, allowance: Allowance) -> Mapping[str, Blocks]:
    """What is shown at each reference, by its id; nothing for what cannot be read. Raises Exceeded."""
    reader = importlib.import_module("intake.documents.open")  # it reads Word files by what is read here
    members = members_of(package)
    found: dict[str, Blocks] = {}
    for number, (kind, name) in relations_of(package, members, part, allowance).items():
        info = members.get(name) if kind == _KIND else None
        if info is None or info.flag_bits & 1:
            continue
        try:
            data = part_bytes(package, info, allowance)
        except DAMAGED:
            continue
        document = reader.open_document(data, name, allowance)
        if isinstance(document, Document):
            found[number] = document.blocks
    return found
