"""Which pictures of a mail are worth recognising, and what they say. A page costs seconds, so not all are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from intake.attachments import Opened
from intake.documents.document import Document, Scan
from intake.documents.limits import Allowance
from intake.documents.means import Recogniser
from intake.letter import Letter


def has_scans(letter: Letter) -> bool:
    return any(isinstance(one.document, Document) and one.document.scans for one in letter.parts)


def recognised(letter: Letter, recogniser: Recogniser, allowance: Allowance, *, beside_form: bool) -> Letter:
    """The letter with its pictures recognised, as many as it is allowed.

    Beside a form that could be read, a picture is most likely evidence: only a page with a table's grid is looked at,
    for it may be the same form signed and scanned.
    """
    said = {
        id(one): pages
        for one in sorted(letter.parts, key=_likely_first)
        if isinstance(one.document, Document)
        and (pages := _pages(one.document.scans, recogniser, allowance, only_ruled=beside_form)) is not None
    }
    return replace(letter, parts=tuple(replace(one, recognised=said.get(id(one))) for one in letter.parts))


def _likely_first(one: Opened) -> bool:
    """Attached files before pictures that stand in a body."""
    return one.part.inline


def _pages(scans: Iterable[Scan], recogniser: Recogniser, allowance: Allowance, *, only_ruled: bool) -> Document | None:
    """One document of all the pages of a file; None where none was looked at."""
    pages = [
        page
        for scan in scans
        if (not only_ruled or recogniser.ruled(scan, allowance))
        and allowance.take_scan()
        and (page := recogniser.read(scan, allowance)) is not None
    ]
    if not pages:
        return None
    blocks = tuple(block for page in pages for block in page.blocks)
    return Document(blocks, pages[0].format, sum(page.weight for page in pages), recognised=True)
