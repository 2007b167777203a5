"""Tables that nobody drew lines for: labels and values that stand below each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from intake.documents.setting import FIELD_FROM, Box, Text, around, em_of, needed, rows_of

GAP = 0.5  # em: what is nearer together is one text, wherever it begins
ALIGNED = 0.35  # em by which what begins at the same column may differ
FEWEST_ROWS = 2  # with two columns filled: one alone is a line
MARGIN = 1.3  # em before the next column that nothing is written in
MAX_TEXTS = 5_000


_Line = list[tuple[int, Text]]  # what begins at which column


def columns_of(texts: Sequence[Text]) -> list[list[Box]]:
    """The cells of each such table, as if lines were drawn around them. Texts of one line need not be one piece."""
    if not 3 <= len(texts) <= MAX_TEXTS:
        return []
    em = median(em_of(text) for text in texts if len(text.text) > 1 or len(texts) < 10)
    rows = [_fragments(row, em) for row in rows_of(texts)]
    starts = _starts(rows, em)
    if len(starts) < 2:
        return []
    right = max(text.box.right for row in rows for text in row)
    lines = [_fields(row, starts, em) for row in rows]
    return [list(_cells(band, starts, right, em)) for band in _bands(lines, starts, em)]


def _fragments(row: Sequence[Text], em: float) -> list[Text]:
    found = [row[0]]
    for text in row[1:]:
        if text.box.left - found[-1].box.right < GAP * em:
            found[-1] = _joined(found[-1], text)
        else:
            found.append(text)
    return found


def _joined(one: Text, other: Text) -> Text:
    return Text(around([one.box, other.box]), one.text + other.text)


def _starts(rows: Sequence[Sequence[Text]], em: float) -> list[float]:
    """Where columns begin: where two lines begin a field, or one of them does after a wide gap."""
    lefts: list[tuple[float, int, float]] = []
    for number, row in enumerate(rows):
        ends = [float("-inf"), *(text.box.right for text in row)]
        if len(row) > 1:
            lefts += [(text.box.left, number, text.box.left - end) for text, end in zip(row, ends, strict=False)]
    found: list[float] = []
    group: list[tuple[float, int, float]] = []
    for left in [*sorted(lefts), (float("inf"), -1, 0.0)]:
        if group and left[0] - group[0][0] > ALIGNED * em:
            wide = any(FIELD_FROM * em <= gap < float("inf") for _, _, gap in group)
            if wide or len({number for _, number, _ in group}) >= FEWEST_ROWS:
                found.append(group[0][0])
            group = []
        group.append(left)
    return found


def _fields(row: Sequence[Text], starts: Sequence[float], em: float) -> _Line | None:
    """The line's fields by column; None where it does not begin at one."""
    found: _Line = []
    for text in row:
        column = next((i for i, start in enumerate(starts) if abs(text.box.left - start) <= ALIGNED * em), None)
        if column is not None:
            found.append((column, text))
        elif found:
            found[-1] = found[-1][0], _joined(found[-1][1], text)
        else:
            return None
    return found


def _bands(lines: Sequence[_Line | None], starts: Sequence[float], em: float) -> Iterator[list[_Line]]:
    """Lines that follow each other and belong to one table; a label alone at its end heads what comes below."""
    band: list[_Line] = []
    for line in [*lines, None]:
        alone = line is not None and len(line) == 1 and line[0][0] == 0
        if line and not (alone and line[0][1].box.right > starts[1] - GAP * em):
            band.append(line)
            continue
        while band and len(band[-1]) == 1 and band[-1][0][0] == 0:
            band.pop()
        while band and len(band[0]) == 1:
            band.pop(0)
        if sum(len(fields) > 1 for fields in band) >= FEWEST_ROWS:
            yield band
        band = []


def _cells(band: Sequence[_Line], starts: Sequence[float], right: float, em: float) -> Iterator[Box]:
    rows: list[list[_Line]] = []
    for line in band:
        if rows and _wrapped(rows[-1], line, starts, right, em):
            rows[-1].append(line)
        else:
            rows.append([line])
    tops = [min(text.box.top for line in row for _, text in line) for row in rows]
    tops.append(max(text.box.bottom for _, text in band[-1]))
    for row, top, below in zip(rows, tops, tops[1:], strict=False):
        bottom = max([below] + [text.box.bottom for line in row for _, text in line])
        columns = sorted({column for line in row for column, _ in line})
        for column, further in zip(columns, [*columns[1:], None], strict=True):
            edge = right + em if further is None else starts[further]
            yield Box(starts[column] - GAP * em / 2, top, edge - GAP * em / 2, bottom)


def _wrapped(row: Sequence[_Line], line: _Line, starts: Sequence[float], right: float, em: float) -> bool:
    """Whether each field of the line goes on with one above it that had no room left."""
    columns = {column for above in row for column, _ in above}
    for column, text in line:
        above = [own.box.right for earlier in row for at, own in earlier if at == column]
        if not above:
            return False
        limit = min((starts[other] - MARGIN * em for other in columns if other > column), default=right)
        room = limit - needed(text.text) * em
        paragraphs = column > 0 and len(line) == 1 and max(above) > room  # a new one in a long cell
        if above[-1] <= room and not paragraphs:
            return False
    return True
