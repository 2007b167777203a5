"""Tables typed with bars, as chat programs and Markdown editors paste them: | 姓名 | 张伟 |."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from intake.documents.document import Cell, Paragraph, Table

FEWEST_ROWS = 2
MAX_COLUMNS = 63

_BAR = re.compile(r"[|｜│]")
_RULE = re.compile(r"[\s|｜│:+\-—–─=┼├┤┌┐└┘┬┴]+")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def ruled(blocks: Sequence[Paragraph | Table]) -> Iterator[tuple[int, Paragraph | Table]]:
    """The blocks with their places; lines with bars, one after another, made one table at the first one's place."""
    place = 0
    while place < len(blocks):
        lines = _barred(blocks, place)
        if len(lines) >= FEWEST_ROWS:
            yield place, _table(lines)
            place += len(lines)
        else:
            yield place, blocks[place]
            place += 1


def _barred(blocks: Sequence[Paragraph | Table], start: int) -> list[Paragraph]:
    lines: list[Paragraph] = []
    for place in range(start, len(blocks)):
        block = blocks[place]
        if not isinstance(block, Paragraph) or not _BAR.search(block.text):
            break
        lines.append(block)
    return lines


def _table(lines: Sequence[Paragraph]) -> Table:
    rows = [(line, _cells(line.text)) for line in lines if not _RULE.fullmatch(line.text)]
    cells = (
        Cell(r, c, 1, 1, _BREAK.sub("\n", text), confidence=line.confidence)
        for r, (line, texts) in enumerate(rows)
        for c, text in enumerate(texts)
    )
    return Table(len(rows), max((len(texts) for _, texts in rows), default=0), tuple(cells))


def _cells(line: str) -> list[str]:
    texts = [text.strip() for text in _BAR.split(line.strip())]
    inner = texts[1:] if not texts[0] else texts
    return (inner[:-1] if len(inner) > 1 and not inner[-1] else inner)[:MAX_COLUMNS]
