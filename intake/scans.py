"""Which pictures of a mail are worth recognising, and what they say. A page costs seconds, so not all are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from intake.attachments import Opened
from intake.documents.document import Document, Scan, Table
from intake.documents.formats import IMAGES
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
    album = _album(letter, said, recogniser, allowance)
    said.update(album)
    first = next((one.part.path for one in letter.parts if id(one) in album), "")
    parts = (
        replace(one, recognised=said.get(id(one)), album=first if id(one) in album else "") for one in letter.parts
    )
    return replace(letter, parts=tuple(parts))


def _album(
    letter: Letter, said: Mapping[int, Document], recogniser: Recogniser, allowance: Allowance
) -> dict[int, Document]:
    """Photographs of a form's pages, each a file of its own, as one document: the first one's.

    A page in the midst of a long story shows but a box of text: it belongs to them if it goes into their table.
    """
    pictures = [
        (id(one), one.document)
        for one in letter.parts
        if isinstance(one.document, Document)
        and one.document.format in IMAGES
        and id(one) in said
        and said[id(one)].blocks
    ]
    pages = [(part, document) for part, document in pictures if _tables(said[part])]
    most = sum(len(said[part].blocks) - _tables(said[part]) for part, _ in pages)
    for chosen in (pictures, pages) if 0 < len(pages) < len(pictures) else (pages,):
        if len(chosen) < 2:
            continue
        whole = recogniser.read([scan for _, document in chosen for scan in document.scans], allowance)
        if whole is not None and (chosen is pages or (_tables(whole) == 1 and len(whole.blocks) - 1 <= most)):
            return {
                part: whole if i == 0 else Document((), page.format, recognised=True)
                for i, (part, page) in enumerate(chosen)
            }
    return {}


def _tables(document: Document) -> int:
    return sum(isinstance(block, Table) for block in document.blocks)


def _likely_first(one: Opened) -> bool:
    """Attached files before pictures that stand in a body."""
    return one.part.inline


def _pages(scans: Iterable[Scan], recogniser: Recogniser, allowance: Allowance, *, only_ruled: bool) -> Document | None:
    """One document of all the pages of a file; None where none was looked at."""
    chosen = [scan for scan in scans if (not only_ruled or recogniser.ruled(scan, allowance)) and allowance.take_scan()]
    return recogniser.read(chosen, allowance) if chosen else None
