"""Tables typed as text: with bars, as chat programs and Markdown editors paste them, or a row of labels with tabs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from intake.documents.document import MAX_BLOCKS, Cell, Paragraph, Table
from intake.forms.labels import Labels

FEWEST_ROWS = 2
FEWEST_HEADS = 3  # labels side by side between tabs, their values on the lines below
MAX_COLUMNS = 63

_TAB = re.compile("\t")
_BAR = re.compile(r"[|｜│┃]")
_RULE = re.compile(r"[\s|｜│┃:+\-—–─━=┼├┤┌┐└┘┬┴╔╗╚╝═]+")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def ruled(blocks: Sequence[Paragraph | Table], labels: Labels) -> Iterator[tuple[int, Paragraph | Table]]:
    """The blocks with their places; lines that are rows, one after another, made one table at the first one's place."""
    place, room = 0, MAX_BLOCKS  # a page of tabs is a million cells
    while place < len(blocks):
        lines = _run(blocks, place, _BAR)
        if lines and not _marked(lines, _BAR):
            yield from enumerate(lines, place)  # passed over at once: looked at from each of them, a page costs minutes
        elif len(lines) >= FEWEST_ROWS:
            yield place, (table := _table(lines, _barred, room))
            room -= len(table.cells)
        elif len(lines := _listed(blocks, place, labels)) >= FEWEST_ROWS:
            yield place, (table := _table(lines, _tabbed, room))
            room -= len(table.cells)
        else:
            lines = []
            yield place, blocks[place]
        place += max(len(lines), 1)


def _run(blocks: Sequence[Paragraph | Table], start: int, mark: re.Pattern[str]) -> list[Paragraph]:
    lines: list[Paragraph] = []
    for place in range(start, len(blocks)):
        block = blocks[place]
        if not isinstance(block, Paragraph) or not (mark.search(block.text) or _is_rule(block.text)):
            break
        lines.append(block)
    return lines


def _marked(lines: Sequence[Paragraph], mark: re.Pattern[str]) -> bool:
    return any(mark.search(line.text) for line in lines)


def _is_rule(line: str) -> bool:
    return bool(line.strip()) and _RULE.fullmatch(line) is not None


def _listed(blocks: Sequence[Paragraph | Table], start: int, labels: Labels) -> list[Paragraph]:
    """序号, 姓名, 性别 and the like with tabs between, and the lines with tabs below: pasted from a sheet. Where a value
    stands beside each label it is a form, which is read by its lines."""
    first = blocks[start]
    if not isinstance(first, Paragraph) or "\t" not in first.text:
        return []
    cells = _tabbed(first.text)
    heads = sum(labels.match(text) is not None for text in cells)
    return _run(blocks, start, _TAB) if heads >= FEWEST_HEADS and 2 * heads > len(cells) else []


def _table(lines: Sequence[Paragraph], cut: Callable[[str], list[str]], most: int) -> Table:
    rows = [(line, cut(line.text)) for line in lines if not _RULE.fullmatch(line.text)]
    cells = (
        Cell(r, c, 1, 1, _BREAK.sub("\n", text), confidence=line.confidence)
        for r, (line, texts) in enumerate(rows)
        for c, text in enumerate(texts)
    )
    return Table(len(rows), max((len(texts) for _, texts in rows), default=0), tuple(islice(cells, most)))


def _barred(line: str) -> list[str]:
    texts = [text.strip() for text in _BAR.split(line.strip())]
    inner = texts[1:] if not texts[0] else texts
    return (inner[:-1] if len(inner) > 1 and not inner[-1] else inner)[:MAX_COLUMNS]


def _tabbed(line: str) -> list[str]:
    return [text.strip() for text in line.split("\t")][:MAX_COLUMNS]
