"""Tables that nobody drew lines for: labels and values that stand below each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from intake.documents.pages.setting import FIELD_FROM, SPACED, Box, Text, around, em_of, needed, rows_of

GAP = 0.5  # em: what is nearer together is one text, wherever it begins
ALIGNED = 0.35  # em by which what begins at the same column may differ
FEWEST_ROWS = 2  # with two columns filled: one alone is a line
LONGEST_LABEL = 16  # em
FIELDS_IN_ONE = 3  # ... unless it has so many
NEAR = 0.8  # em between lines of one cell
OVERLAP = 0.1  # em by which lines of one paragraph never overlap
MARGIN = 1.3  # em before the next column that nothing is written in
MAX_TEXTS = 5_000
MAX_COLUMNS = 100


_Line = list[tuple[int, Text]]  # what begins at which column
_Row = list[_Line]
WHOLE = -1  # the column of what runs over the whole width


def columns_of(texts: Sequence[Text]) -> list[Box]:
    """The cells of such a table, as if lines were drawn around them. Texts of one line need not be one piece."""
    if not 3 <= len(texts) <= MAX_TEXTS:
        return []
    em = median(em_of(text) for text in texts for _ in text.text[:40])
    rows = [_fragments(row, em) for row in rows_of(texts)]
    starts = _starts(rows, em)
    if not 2 <= len(starts) <= MAX_COLUMNS:
        return []
    right = max(text.box.right for row in rows for text in row)
    band = _rows([_fields(row, starts, em) for row in rows], starts, right, em)
    return list(_cells(band, starts, right, em)) if band else []


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
    """Where columns begin: where two lines begin a field, or one that has wide gaps does."""
    lefts: list[tuple[float, int, bool]] = []
    for number, row in enumerate(rows):
        gaps = [0.0] + [right.box.left - left.box.right for left, right in pairwise(row)]
        if len(row) > 1:
            gaps[0] = max(gaps)
            lefts += [(text.box.left, number, gap >= FIELD_FROM * em) for text, gap in zip(row, gaps, strict=True)]
    found: list[float] = []
    group: list[tuple[float, int, bool]] = []
    for left in [*sorted(lefts), (float("inf"), -1, False)]:
        if group and left[0] - group[0][0] > ALIGNED * em:
            if any(wide for _, _, wide in group) or len({number for _, number, _ in group}) >= FEWEST_ROWS:
                found.append(group[0][0])
            group = []
        group.append(left)
    return found


def _fields(row: Sequence[Text], starts: Sequence[float], em: float) -> _Line:
    """The line's fields by column; a line that does not begin at one, or runs over several, is a whole."""
    found: _Line = []
    for text in row:
        column = next((i for i, start in enumerate(starts) if abs(text.box.left - start) <= ALIGNED * em), None)
        if column is not None:
            found.append((column, text))
        elif found:
            found[-1] = found[-1][0], _joined(found[-1][1], text)
        else:
            return [(WHOLE, Text(around([text.box for text in row]), "".join(text.text for text in row)))]
    column, first = found[0]
    crossing = column == 0 and first.box.right > starts[1] - GAP * em
    if crossing and (len(found) == 1 or first.box.width > LONGEST_LABEL * em):
        return [(WHOLE, Text(around([text.box for text in row]), "".join(text.text for text in row)))]
    return found


def _rows(lines: Sequence[_Line], starts: Sequence[float], right: float, em: float) -> list[_Row]:
    """The table from its first row of fields to its last; what stands between is a cell as wide as the table."""
    rows: list[_Row] = []
    for line in lines:
        whole = line[0][0] == WHOLE
        above = bool(rows) and rows[-1][0][0][0] == WHOLE
        if above and _near(rows[-1], line, em) and (whole or _runs_out(rows[-1], line, right, em)):
            rows[-1].append([(WHOLE, line[0][1])])
        elif rows and not whole and not above and _wrapped(rows[-1], line, starts, right, em):
            rows[-1].append(line)
        else:
            rows.append([line])
    several = [number for number, row in enumerate(rows) if len(_columns(row)) > 1]
    if len(several) < FEWEST_ROWS and all(len(_columns(rows[number])) < FIELDS_IN_ONE for number in several):
        return []
    return rows[several[0] : several[-1] + 1]


def _near(row: _Row, line: _Line, em: float) -> bool:
    """Whether the line stands as near to the text above as that one's own lines do."""
    ys = [above[0][1].box.y for above in row[-2:]]
    return line[0][1].box.y - ys[-1] < SPACED * (ys[1] - ys[0] if len(ys) > 1 else 1.5 * em)


def _runs_out(row: _Row, line: _Line, right: float, em: float) -> bool:
    """Whether the line is the end of the text above, that had no room left there."""
    (column, text), last = line[0], row[-1][0][1]
    return len(line) == 1 and column == 0 and last.box.right + needed(text.text, text.box.width, em) > right


def _columns(row: _Row) -> list[int]:
    return sorted({column for line in row for column, _ in line})


def _cells(band: Sequence[_Row], starts: Sequence[float], right: float, em: float) -> Iterator[Box]:
    tops = [min(text.box.top for line in row for _, text in line) for row in band]
    tops.append(max(text.box.bottom for line in band[-1] for _, text in line))
    for row, top, below in zip(band, tops, tops[1:], strict=False):
        bottom = max([below] + [text.box.bottom for line in row for _, text in line])
        columns = _columns(row)
        for column, further in zip(columns, [*columns[1:], None], strict=True):
            left = (
                min(starts[0], *(text.box.left for line in row for _, text in line))
                if column == WHOLE
                else starts[column]
            )
            edge = right + em if further is None else starts[further]
            yield Box(left - GAP * em / 2, top, edge - GAP * em / 2, bottom)


def _wrapped(row: _Row, line: _Line, starts: Sequence[float], right: float, em: float) -> bool:
    """Whether the line belongs to the row above: what it says goes on with what had no room left there."""
    columns, ends = _columns(row), [text.box.bottom for above in row for _, text in above]
    if min(text.box.top for _, text in line) < max(ends) - OVERLAP * em:
        return True  # a label half way down beside its value's lines
    if min(text.box.top for _, text in line) > max(ends) + NEAR * em:
        return False
    shared = [(column, text) for column, text in line if column in columns]
    if not shared or (len(shared) < len(line) and 0 in columns):
        return False
    for column, text in shared:
        above = [own.box.right for earlier in row for at, own in earlier if at == column]
        limit = min((starts[other] - MARGIN * em for other in columns if other > column), default=right)
        room = limit - needed(text.text, text.box.width, em)
        paragraphs = column > 0 and len(line) == 1 and max(above) > room  # a new one in a long cell
        if above[-1] <= room and not paragraphs:
            return False
    return True
