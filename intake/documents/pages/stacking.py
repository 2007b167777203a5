"""A document's pages put one below the other: without page numbers, and a table that runs over pages whole again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from intake.documents.pages.ruling import Box, Cells, Text, around
from intake.documents.pages.setting import LABELLED, limit_in, lines_of, paragraphs_of, rows_of

MARGIN = 0.11  # of the page's height: above and below it are headers and footers, a telephone's bars
PITCH = 0.3  # em between the last line of a page and the first of the next
ROOM = 5.0  # em: less is left where a heading, or a paragraph's lines, were kept together
RECENT = 5_000  # texts that may stand in a table's last row
SHORT = 12  # characters: a label, not the rest of a story
STORY = 60  # characters: no label, no hint
ENDS = tuple("。！？…")  # of sentences

_PAGE_NUMBER = re.compile(
    r"[\s\-—–_~·•|]*(?:第?\s*[\dⅠ-ⅻivx]{1,4}\s*页?|第\s*[一二三四五六七八九十百]{1,4}\s*页|page\s*\d+)"
    r"(?:\s*(?:[/／,，]|共|of|\s)\s*(?:总?共)?\s*\d{1,4}\s*页?)?[\s\-—–_~·•|]*",
    re.IGNORECASE,
)

#: What a row begins with that is none of the story's: a label with its colon, or alone on its line.
_LABEL = re.compile(rf"{LABELLED.pattern}|[\u4e00-\u9fff/／]{{2,8}}$")

#: What browsers, telephones, fax machines and scanning apps put into the margins: an address, the time, the file's name, the
#: sender's number, their own.
_PRINTED = re.compile(
    r"(?:https?|file)://\S+|(?:\d{2,4}([-/.])\d{1,2}\1\d{1,4},?\s*)?(?:上午|下午)?\d{1,2}:\d{2}(?!\d)|\S{1,30}\.(?:docx?|wps|pdf)$"
    r"|扫描全能\S{0,6}$|\S{0,4}扫描王\S{0,6}$|.{0,12}CamScanner.{0,8}$"
    r"|(?=.*\d{1,2}:\d{2})(?=.*(?:FAX|传真|P(?:age)?\.?\s*\d+\s*[/／])).{12,}",
    re.IGNORECASE,
)

Tables = list[list[Box]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page's texts, and its tables as their cells."""

    height: float
    em: float
    texts: Sequence[Text]
    tables: Sequence[Sequence[Box]]


def stacked(sheets: Sequence[Sheet]) -> tuple[list[Text], Tables]:
    """All pages as one long page."""
    texts: list[Text] = []
    tables: Tables = []
    room = 0.0
    for sheet in _without_margins(sheets):
        _append(texts, tables, sheet, room)
        room = _room(sheet)
    return texts, [cells for cells in tables if len(cells) > 1]  # a box around something is no table


def _without_margins(sheets: Sequence[Sheet]) -> Iterator[Sheet]:
    """Page numbers are no text; nor is a footer that is on several pages, nor a header once it was said."""
    edges = [_at_edges(sheet) for sheet in sheets]
    times = Counter(said for edge in edges for said, _ in edge)
    headers: set[str] = set()
    for sheet, edge in zip(sheets, edges, strict=True):
        dropped: set[int] = set()
        for said, row in edge:
            first_header = row[0].box.y < sheet.height / 2 and said not in headers
            headers.add(said)
            repeated = times[said] > 1 and not first_header
            if repeated or _PAGE_NUMBER.fullmatch(said) or _PRINTED.match(said):
                dropped.update(map(id, row))
        yield replace(sheet, texts=[text for text in sheet.texts if id(text) not in dropped])


def _at_edges(sheet: Sheet) -> list[tuple[str, list[Text]]]:
    """The lines in the page's margins. A page number is a piece of its own in them."""
    cells = Cells(sheet.tables)
    outer = [t for t in sheet.texts if not MARGIN * sheet.height < t.box.y < (1 - MARGIN) * sheet.height]
    rows = rows_of([text for text in outer if cells.holding(text.box.x, text.box.y) is None])
    return [(lines_of(row)[0].text, row) for row in rows]


def _room(sheet: Sheet) -> float:
    """What a page has left below its last line: more than a few lines, and what follows began a page of its own."""
    boxes = [text.box for text in sheet.texts] + [cell for cells in sheet.tables for cell in cells]
    room = (1 - MARGIN) * sheet.height - max((box.bottom for box in boxes), default=sheet.height)
    return room if room > ROOM * sheet.em else 0.0


def _append(texts: list[Text], tables: Tables, sheet: Sheet, room: float) -> None:
    """Put the page below those before it, that left so much room; its first table goes on with their last one where nothing is
    between them.
    """
    own = [list(cells) for cells in sheet.tables]
    if not own and not sheet.texts:
        return
    if not texts and not tables:
        texts += sheet.texts
        tables += own
        return
    first = _outermost(own, top=True)
    last = _last_like(around(own[first]), tables, sheet.em) if first is not None else None
    if first is not None and last is not None and _goes_on(texts, tables[last], sheet, own[first]):
        before = around(tables[last])
        shift = _continue(texts, tables[last], sheet, own.pop(first))
        _lengthen(tables, before, around(tables[last]).bottom, sheet.em)
        tables += [[_moved(cell, shift) for cell in cells] for cells in own]
        return
    end = max([text.box.bottom for text in texts] + [cell.bottom for cells in tables for cell in cells])
    start = min([text.box.top for text in sheet.texts] + [cell.top for cells in own for cell in cells])
    shift = end + max(PITCH * sheet.em, room) - start
    texts += [_lowered(text, shift) for text in sheet.texts]
    tables += [[_moved(cell, shift) for cell in cells] for cells in own]


def _outermost(tables: Sequence[Sequence[Box]], *, top: bool) -> int | None:
    """The first or the last table of a page."""
    if not tables:
        return None
    edges = [around(cells) for cells in tables]
    order = range(len(tables))
    return min(order, key=lambda i: edges[i].top) if top else max(order, key=lambda i: edges[i].bottom)


def _last_like(first: Box, tables: Sequence[Sequence[Box]], em: float) -> int | None:
    """The last table so far; of one in a frame and its frame, the one that is as wide as the next page's first table."""
    edges = [around(cells) for cells in tables]
    end = max((edge.bottom for edge in edges), default=0.0)
    last = [i for i, edge in enumerate(edges) if edge.bottom > end - 2 * em]
    return min(last, key=lambda i: abs(edges[i].left - first.left) + abs(edges[i].right - first.right), default=None)


def _lengthen(tables: Tables, inner: Box, bottom: float, em: float) -> None:
    """A frame around a table that goes on is as long as that."""
    for cells in tables:
        outer = around(cells)
        if outer.left < inner.left and outer.right > inner.right and 0 <= outer.bottom - inner.bottom < 2 * em:
            cells[:] = [replace(cell, bottom=bottom + em) if cell.bottom == outer.bottom else cell for cell in cells]


def _goes_on(texts: Sequence[Text], above: Sequence[Box], sheet: Sheet, below: Sequence[Box]) -> bool:
    one, other = around(above), around(below)
    alike = abs(one.left - other.left) < sheet.em and abs(one.right - other.right) < sheet.em
    after = any(text.box.y > one.bottom for text in texts)
    return alike and not after and not any(text.box.y < other.top for text in sheet.texts)


def _continue(texts: list[Text], above: list[Box], sheet: Sheet, below: list[Box]) -> float:
    """Put `below` under `above`, less a heading that is repeated; a row that was cut in two is whole again.

    Gives by how much the page was lowered.
    """
    heading = _row(below, first=True, em=sheet.em)
    dropped: set[int] = set()
    recent = texts[-RECENT:]
    if (
        len(heading) < len(below)
        and _says(sheet.texts, heading) == _says(texts, _row(above, first=True, em=sheet.em)) != []
    ):
        dropped = {id(text) for cell in heading for text in _in(sheet.texts, cell)}
        below = [cell for cell in below if cell not in heading]
    own = [text for text in sheet.texts if id(text) not in dropped]
    tail, head = _row(above, first=False, em=sheet.em), _row(below, first=True, em=sheet.em)
    shift = around(above).bottom - around(below).top
    said_above, said_below = [_in(recent, cell) for cell in tail], [_in(own, cell) for cell in head]
    if _same_columns(tail, head, sheet.em) and _cut(said_above, said_below, tail):
        bottoms = [text.box.bottom for held in said_above for text in held]
        tops = [text.box.top for held in said_below for text in held]
        between = _between([*said_above, *said_below], PITCH * sheet.em)
        shift = max(bottoms) + between - min(tops) if bottoms and tops else shift
        for cell, rest in zip(tail, head, strict=True):
            above[above.index(cell)] = replace(cell, bottom=rest.bottom + shift)
        below = [cell for cell in below if cell not in head]
    above += [_moved(cell, shift) for cell in below]
    texts += [_lowered(text, shift) for text in own]
    return shift


def _between(cells: Sequence[Sequence[Text]], default: float) -> float:
    """The usual way from a line's lower edge to the next one's upper: below 0 where a font's letters claim more room."""
    stacked = [pairwise(lines_of(held)) for held in cells]
    ways = [below.box.top - above.box.bottom for pairs in stacked for above, below in pairs]
    return median(ways) if len(ways) > 1 else default


def _row(cells: Sequence[Box], *, first: bool, em: float) -> list[Box]:
    """The first or the last row's cells, from left to right."""
    edge = around(cells)
    near = (c for c in cells if (c.top < edge.top + em / 2 if first else c.bottom > edge.bottom - em / 2))
    return sorted(near, key=lambda cell: cell.left)


def _says(texts: Sequence[Text], row: Sequence[Box]) -> list[str]:
    return [text.text for cell in row for text in _in(texts, cell)]


def _same_columns(tail: Sequence[Box], head: Sequence[Box], em: float) -> bool:
    return len(tail) == len(head) and all(
        abs(above.left - below.left) < em / 2 and abs(above.right - below.right) < em / 2
        for above, below in zip(tail, head, strict=True)
    )


def _cut(above: Sequence[Sequence[Text]], below: Sequence[Sequence[Text]], cells: Sequence[Box]) -> bool:
    """Whether a row was cut in two by the page's end, rather than that the next one begins there."""
    both = [i for i, (a, b) in enumerate(zip(above, below, strict=True)) if a and b]
    if len(above) > 1:
        if 0 not in both and any(below) and not below[0] and (len(both) <= 1 or above[0]):
            full = all(_full(above[i], below[i], cells[i]) for i in both)
            return len(both) <= 1 or (full and not all(lines_of(above[i])[-1].text.endswith(ENDS) for i in both))
        return (
            len(both) == 2
            and both[0] == 0
            and _begins(above[0]) != _begins(below[0])  # 核心事迹简介（续）
            and not any(below[i] for i in range(1, len(below)) if i not in both)
            and _broken_off(above[both[1]], below[both[1]], cells[both[1]])
        )
    if not both:
        return not any(below)
    rest = "".join(text.text for text in below[0])
    last = lines_of(above[0])[-1]
    beside = abs(min(text.box.left for text in below[0]) - last.box.left) < last.em / 2  # labels are mostly centred
    unfinished = beside and not last.text.endswith(tuple("。！？…”；"))
    full = last.box.right > cells[0].right - 3 * last.em
    if full:
        return unfinished or len(rest) > SHORT
    told = len("".join(text.text for text in above[0])) > STORY and len(rest) > STORY
    return told and not _LABEL.match(lines_of(below[0])[0].text)  # between two paragraphs: else a label stood there


def _begins(texts: Sequence[Text]) -> str:
    return lines_of(texts)[0].text[:2]


def _broken_off(above: Sequence[Text], below: Sequence[Text], cell: Box) -> bool:
    """Whether the text goes on below in the middle of a sentence that had no room left above."""
    return _full(above, below, cell) and not lines_of(above)[-1].text.endswith(ENDS)


def _full(above: Sequence[Text], below: Sequence[Text], cell: Box) -> bool:
    """Whether the last line above has no room for what the first one below begins with."""
    ended, begun = lines_of(above), lines_of(below)
    last, first = ended[-1], begun[0]
    under = replace(first, box=_moved(first.box, last.box.bottom - first.box.top))
    return len(paragraphs_of([last, under], limit_in([*ended, *begun], cell.left, cell.right))) == 1


def _in(texts: Sequence[Text], cell: Box) -> list[Text]:
    return [t for t in texts if cell.left <= t.box.x < cell.right and cell.top <= t.box.y < cell.bottom]


def _moved(box: Box, shift: float) -> Box:
    return Box(box.left, box.top + shift, box.right, box.bottom + shift)


def _lowered(text: Text, shift: float) -> Text:
    return replace(text, box=_moved(text.box, shift))
