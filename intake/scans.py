"""Which pictures of a mail are worth recognising, and what they say. A page costs seconds, so not all are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from intake.attachments import Opened
from intake.documents.document import Document, Paragraph, Scan, Table
from intake.documents.formats import IMAGES
from intake.documents.limits import Allowance
from intake.documents.means import Recogniser
from intake.letter import Letter

GLANCED = 30  # pictures of a mail that are looked at for a grid: a tenth of a second each
GLIMPSES = 2  # pages of a document, or with writing, that are no form's; then only those with a grid are glimpsed


def has_scans(letter: Letter) -> bool:
    return any(isinstance(one.document, Document) and one.document.scans for one in letter.parts)


def recognised(
    letter: Letter,
    recogniser: Recogniser,
    allowance: Allowance,
    is_about: Callable[[str], bool],
    heads_a_text: Callable[[str], bool],
    *,
    beside_form: bool,
) -> Letter:
    """The letter with its pictures recognised, as many as it is allowed.

    `is_about` knows a line that speaks of the form, `heads_a_text` one that is the label of a long text.

    Beside a form that could be read, a picture is most likely evidence: only a page with a table's grid is looked at,
    for it may be the same form signed and scanned. Of certificates, articles and screenshots a few lines are read.
    """
    offered = [
        (id(one), scan)
        for one in sorted(letter.parts, key=_likely_first)
        if isinstance(one.document, Document)
        for scan in one.document.scans
    ]
    wanted = _wanted(offered, recogniser, allowance, only_ruled=beside_form)
    chosen = [offered[i] for i in sorted(i for i in wanted if allowance.take_scan())]
    said = _read(chosen, recogniser, allowance, is_about)
    album = _album(letter, said, recogniser, allowance, heads_a_text)
    said.update(album)
    first = next((one.part.path for one in letter.parts if id(one) in album), "")
    parts = (
        replace(one, recognised=said.get(id(one)), album=first if id(one) in album else "") for one in letter.parts
    )
    told = []
    if len(wanted) > len(chosen):
        told.append(f"图片和扫描页有 {len(offered)} 张，只识别了 {len(chosen)} 张")
    if beside_form and len(offered) > GLANCED:
        told.append(f"图片和扫描页有 {len(offered)} 张，只看了前 {GLANCED} 张里有没有表格")
    told += dict.fromkeys(allowance.told)
    return replace(letter, parts=tuple(parts), defects=(*letter.defects, *told))


def _read(
    chosen: Sequence[tuple[int, Scan]], recogniser: Recogniser, allowance: Allowance, is_about: Callable[[str], bool]
) -> dict[int, Document]:
    """What each file's pages say; where none in the mail speaks of the form, no more than the few lines that show it."""
    glimpsed: dict[int, Document] = {}
    in_vain = 0
    for part, scan in chosen:
        lines: Iterator[str] | None = iter(())
        if in_vain < GLIMPSES or recogniser.ruled(scan, allowance):
            lines = recogniser.glimpse(scan, allowance)
        if lines is None:
            continue
        known = glimpsed.get(part, Document((), scan.format, recognised=True))
        for line in lines:
            if is_about(line):
                return _whole(chosen, recogniser, allowance)
            known = replace(known, blocks=(*known.blocks, Paragraph(line)))
        glimpsed[part] = known
        in_vain += bool(known.blocks) or scan.format == "pdf"  # no photographs of a building site
    return glimpsed


def _whole(chosen: Sequence[tuple[int, Scan]], recogniser: Recogniser, allowance: Allowance) -> dict[int, Document]:
    files = {part: [scan for of, scan in chosen if of == part] for part, _ in chosen}
    read = {part: recogniser.read(scans, allowance) for part, scans in files.items()}
    return {part: document for part, document in read.items() if document is not None}


def _album(
    letter: Letter,
    said: Mapping[int, Document],
    recogniser: Recogniser,
    allowance: Allowance,
    heads_a_text: Callable[[str], bool],
) -> dict[int, Document]:
    """Photographs of a form's pages, each a file of its own, as one document: the first one's.

    A page in the midst of a long story shows but a box of text: it belongs to them if it goes into their table. A sheet
    of its own for the story is headed with the form's label.
    """
    pictures = [
        (id(one), one.document)
        for one in letter.parts
        if isinstance(one.document, Document)
        and one.document.format in IMAGES
        and id(one) in said
        and said[id(one)].blocks
    ]
    pages = [(part, one) for part, one in pictures if _tables(said[part]) or heads_a_text(_heading(said[part]))]
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


def _heading(document: Document) -> str:
    first = document.blocks[0]
    return first.text if isinstance(first, Paragraph) else ""


def _tables(document: Document) -> int:
    return sum(isinstance(block, Table) for block in document.blocks)


def _likely_first(one: Opened) -> bool:
    """Attached files before pictures that stand in a body."""
    return one.part.inline


def _wanted(
    offered: Sequence[tuple[int, Scan]], recogniser: Recogniser, allowance: Allowance, *, only_ruled: bool
) -> list[int]:
    """Places of the pages that are worth recognising. Of too many, those with a table's grid before the others."""
    first: list[int] = []
    if only_ruled or len(offered) > allowance.limits.scans:
        first = [i for i, (_, scan) in enumerate(offered[:GLANCED]) if recogniser.ruled(scan, allowance)]
    others = [] if only_ruled else [i for i in range(len(offered)) if i not in first]
    return [*first, *others]
