"""Files that a Word document refers to: pages of web programs and merged letters (altChunk), documents put in as objects."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping

from intake.documents.document import Document, Enclosed, Paragraph, Table, Unreadable
from intake.documents.limits import Allowance
from intake.documents.package import DAMAGED, members_of, part_bytes, relations_of

_KINDS = ("aFChunk", "package", "oleObject")

Blocks = tuple[Paragraph | Table, ...]
#: How any file is opened: its bytes, its name, what the mail may still cost.
Opener = Callable[[bytes, str, Allowance], Document | Enclosed | Unreadable]


def inserted_blocks(package: zipfile.ZipFile, part: str, allowance: Allowance, opener: Opener) -> Mapping[str, Blocks]:
    """What is shown at each reference, by its id; nothing for what cannot be read. Raises Exceeded."""
    members = members_of(package)
    relations = relations_of(package, members, part, allowance)
    read: dict[str, Blocks] = {}
    for name in {name for kind, name in relations.values() if kind in _KINDS}:
        info = members.get(name)
        if info is None or info.flag_bits & 1:
            continue
        try:
            document = opener(part_bytes(package, info, allowance), name, allowance)
        except (*DAMAGED, RecursionError):  # a hundred documents, each within the other
            continue
        if isinstance(document, Document):
            read[name] = document.blocks
    return {number: read[name] for number, (_, name) in relations.items() if name in read}
