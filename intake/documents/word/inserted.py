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
    relations = relations_of(package, members, part, allowance)
    read: dict[str, Blocks] = {}
    for name in {name for kind, name in relations.values() if kind == _KIND}:
        info = members.get(name)
        if info is None or info.flag_bits & 1:
            continue
        try:
            document = reader.open_document(part_bytes(package, info, allowance), name, allowance)
        except (*DAMAGED, RecursionError):  # a hundred documents, each within the other
            continue
        if isinstance(document, Document):
            read[name] = document.blocks
    return {number: read[name] for number, (_, name) in relations.items() if name in read}
