"""Tables that nobody drew lines for: labels and values that stand beside each other.

Only their places tell which lines are one row: those whose cells have one middle, for labels mostly stand half way down
beside their values; else those from one label's line to the next. No row ends within a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from intake.documents.pages.abreast import (
    BETWEEN,
    GAP,
    LABEL_PITCH,
    PITCH,
    Column,
    Line,
    Page,
    lines_abreast,
    page_of,
    share,
)
from intake.documents.pages.boxed import usual_em
from intake.documents.pages.setting import ENDS, LABELLED, Box, Text

CENTRED = 0.45  # em by which a label may miss the middle of its value
LEADING = 1.1  # of the usual way from line to line: nearer are lines of the same cells
LONGEST_LABEL = 8  # lines: 核心事迹简介 from top to bottom
FEWEST_ROWS = 2  # with two columns filled: one alone is a line
FIELDS_IN_ONE = 3  # ... unless it has so many
LONGEST_ROW = 120  # lines that are tried as one row
MAX_TEXTS = 5_000

Row = Sequence[Line]


def columns_of(texts: Sequence[Text]) -> list[Box]:
    """The cells of such a table, as if lines were drawn around them. Texts of one line need not be one piece."""
    texts = [text for text in texts if text.text.strip()]
    if not 3 <= len(texts) <= MAX_TEXTS:
        return []
    em = usual_em(texts)
    lines = lines_abreast(texts, em) if em > 0 else []
    page = page_of(lines, em)
    if page is None:
        return []
    band = _band(_rows(lines, page), page)
    return list(_cells(band, page)) if band and not _only_told(band, page) else []


def _only_told(band: Sequence[Row], page: Page) -> bool:
    """Whether all fields have their values behind their colons, and none goes on below: lines of several fields each."""
    abreast = [row for row in band if len(page.columns(row)) > 1]
    return all(len(row) == 1 and all(LABELLED.match(text.text.strip()) for text in row[0].texts) for row in abreast)


def _rows(lines: Sequence[Line], page: Page) -> list[Row]:
    """Lines that run over the columns part the table; what stands with them is theirs."""
    wholes = _wholes(lines, page)
    rows: list[Row] = []
    start = 0
    for number in [*sorted(wholes), len(lines)]:
        if start < number:
            rows += _gathered(_labelled(lines[start:number], page), page, parted=number < len(lines))
        if number < len(lines):
            rows.append([lines[number]])
        start = number + 1
    return rows


def _wholes(lines: Sequence[Line], page: Page) -> set[int]:
    """Lines without a second one beside them, where one of them runs over the columns; less the ends of cells."""
    found: set[int] = set()
    start = 0
    for end in [*(i for i in range(len(lines)) if not _alone(lines, i, page)), len(lines)]:
        run = range(start, end)
        labels = [_label_end(lines, i, page) for i in (start - 1, end) if 0 <= i < len(lines)]
        if any(page.whole(lines[i]) and lines[i].left < min(labels, default=page.gap) for i in run):
            first, last = start, end
            while start and first < end and _hangs(lines[first - 1], lines[first], page):
                first += 1
            while end < len(lines) and last > first and _hangs(lines[last], lines[last - 1], page):
                last -= 1
            found.update(range(first, last))
        start = end + 1
    return found


def _alone(lines: Sequence[Line], number: int, page: Page) -> bool:
    """Whether nothing stands beside the line, nor beside the space between it and the next one."""
    line = lines[number]
    near = [other for other in lines[max(number - 1, 0) : number + 2] if abs(other.y - line.y) < BETWEEN * page.em]
    return len(line.texts) == 1 and all(share(text, line.texts[0]) for other in near for text in other.texts)


def _label_end(lines: Sequence[Line], number: int, page: Page) -> float:
    """Where what stands first ends, in the line and those that stand beside it."""
    near = [
        line for line in lines[max(number - 1, 0) : number + 2] if abs(line.y - lines[number].y) < BETWEEN * page.em
    ]
    return min(line.texts[0].box.right for line in near)


def _hangs(row: Line, line: Line, page: Page) -> bool:
    """Whether the line belongs to a cell of the one next to it."""
    near = abs(row.y - line.y) <= LABEL_PITCH * page.em
    return near and not page.whole(line) and any(share(text, line.texts[0]) for text in row.texts)


def _labelled(lines: Sequence[Line], page: Page) -> list[Row]:
    """Rows whose cells have one middle, each as short as can be; else those that begin with a label."""
    rows: list[Row] = []
    start = 0
    while start < len(lines):
        end = next((end for end in _ends(lines, start, page) if _level(lines[start:end], page)), start)
        level = end > start
        while end == start or (not level and end < len(lines) and _goes_on(lines[start:end], lines[end:], page)):
            end += 1
        rows.append(lines[start:end])
        start = end
    return rows


def _ends(lines: Sequence[Line], start: int, page: Page) -> Iterator[int]:
    """Where a row that begins there may end: not within a sentence, nor between a label and the line beside it."""
    for end in range(start + 1, min(len(lines), start + LONGEST_ROW) + 1):
        if end < len(lines):
            above, below = lines[end - 1 : end + 1]
            if not _begins(lines[start:end], below, page) and (page.beside(above, below) or page.torn(above, below)):
                continue
        yield end
        if end < len(lines) and below.y - above.y > PITCH * page.em:
            return


def _level(row: Row, page: Page) -> bool:
    columns = page.columns(row)
    if len(columns) < 2:
        return False
    extents = [(min(t.box.y for t in column), max(t.box.y for t in column)) for column in columns]
    middles = [(top + bottom) / 2 for top, bottom in extents]
    if max(middles) - min(middles) > CENTRED * page.em:
        return False
    return len(row) == 1 or _dense(columns[0], page.label_pitch)


def _dense(column: Column, most: float) -> bool:
    ys = sorted(text.box.y for text in column)
    return all(below - above <= most for above, below in pairwise(ys))


def _begins(row: Row, line: Line, page: Page) -> bool:
    """Whether the line has a label of its own, below that of the row: a photograph may stand half way between them."""
    named = page.names(row[-1], line) or (_ends_label(line) and any(map(_ends_label, row)))
    if line.left < page.gap and named and not page.beside(row[-1], line):
        return True
    labels = [n for n, above in enumerate(row) if len(above.texts) > 1 and share(above.texts[0], line.texts[0])]
    if not labels or len(line.texts) < 2 or line.left > page.gap:
        return False
    beyond = all(between.left > line.right for between in row[labels[-1] + 1 :])
    return beyond and line.y - row[labels[-1]].y > page.label_pitch


def _ends_label(line: Line) -> bool:
    """Whether a label stands first, with a colon, and its value beside it."""
    return len(line.texts) > 1 and LABELLED.fullmatch(line.texts[0].text.strip()) is not None


def _goes_on(row: Row, after: Row, page: Page) -> bool:
    """Whether the row goes on with the first of the lines after it."""
    line = after[0]
    if _begins(row, line, page):
        return False
    if page.beside(row[-1], line) or page.torn(row[-1], line) or _wraps(row, line, page):
        return True
    return not _taken(row, after, page) and _lonely([line], page) and _hangs_on(row, line, page)


def _taken(row: Row, after: Row, page: Page) -> bool:
    """Whether the next label has the line: it stands beside that, or its sentence runs on to where that stands."""
    labelled = any(line.left < page.gap for line in row)
    for line, below in pairwise(after):
        if not (page.beside(line, below) or (labelled and page.torn(line, below))):
            return False
        if below.left < page.gap:
            return True
    return False


def _wraps(row: Row, line: Line, page: Page) -> bool:
    """Whether the line is the second one of labels."""
    columns = page.columns(row)
    under = all(any(share(text, column[0]) for column in columns) for text in line.texts)
    near = line.y - row[-1].y <= page.label_pitch and len(row) < LONGEST_LABEL
    labelled = len(columns) >= FIELDS_IN_ONE and line.left < page.gap and row[-1].left < page.gap
    all_go_on = labelled and len(line.texts) == len(columns) and line.y - row[-1].y < LEADING * page.leading
    fewer = len(line.texts) < len(columns)
    return near and under and (fewer or all_go_on) and not _begins(row, line, page)


def _gathered(rows: Sequence[Row], page: Page, *, parted: bool) -> list[Row]:
    """Values without a label beside them belong to the row whose sentence they go on with, else to the one above.

    `parted`: a line that runs over the columns stands below; what stands alone above that may be its heading.
    """
    found: list[list[Line]] = []
    for number, row in enumerate(rows):
        above = found[-1] if found else None
        heading = parted and number == len(rows) - 1 and len(row) == 1 and page.heads(row[0])
        if above and not heading and _belongs(row, above, page):
            found[-1] += row
        else:
            found.append(list(row))
    return list(found)


def _belongs(row: Row, above: Row, page: Page) -> bool:
    if _lonely(above, page) and page.torn(above[-1], row[0]):
        return True
    if len(above) > 1 and _level(above, page) and _level(row, page):
        return False
    return (_lonely(row, page) and _hangs_on(above, row[0], page)) or (len(row) == 1 and _wraps(above, row[0], page))


def _hangs_on(above: Row, line: Line, page: Page) -> bool:
    near = line.y - above[-1].y <= PITCH * page.em
    return near and any(share(text, line.texts[0]) for other in above for text in other.texts)


def _lonely(row: Row, page: Page) -> bool:
    return all(len(line.texts) == 1 and line.left > page.gap for line in row)


def _band(rows: Sequence[Row], page: Page) -> list[Row]:
    """The table from its first row of fields to its last; what stands between is a cell as wide as the table."""
    several = [number for number, row in enumerate(rows) if len(page.columns(row)) > 1]
    if len(several) < FEWEST_ROWS and all(len(page.columns(rows[number])) < FIELDS_IN_ONE for number in several):
        return []
    band: list[list[Line]] = []
    for row in rows[several[0] : several[-1] + 1]:
        if band and len(row) == 1 and (_runs_on(band[-1], row[0], page) or _heading(band[-1][-1], row[0], page)):
            band[-1].append(row[0])
        else:
            band.append(list(row))
    return list(band)


def _runs_on(row: Sequence[Line], line: Line, page: Page) -> bool:
    """Whether a line that stands alone goes on with the one that runs over the columns above it."""
    last = row[-1]
    if len(line.texts) > 1 or not any(page.whole(above) for above in row):
        return False
    ended = last.texts[-1].text.endswith(ENDS) or not page.full(last, line)
    if page.names(last, line) or (page.heads(line) and ended):
        return False
    if LABELLED.fullmatch(last.texts[0].text.strip()):
        return False
    pitch = last.y - row[-2].y if len(row) > 1 else 2 * page.em
    return line.y - last.y < 1.3 * pitch


def _heading(above: Line, below: Line, page: Page) -> bool:
    """Whether the lines are one heading, centred over the columns."""
    centred = abs(above.texts[0].box.x - below.texts[0].box.x) < page.em and above.left > page.gap
    return centred and page.heads(above) and page.heads(below) and below.y - above.y <= page.label_pitch


def _cells(band: Sequence[Row], page: Page) -> Iterator[Box]:
    """Labels and values stand in pairs: in a row of an odd number, the one place that other rows fill is an empty value."""
    columns = [page.columns(row) for row in band]
    gaps = [_between(one, other) for row in columns for one, other in pairwise(row)]
    gutters = _gutters(gaps)
    left = min(text.box.left for row in columns for column in row for text in column) - GAP * page.em / 2
    tops = [min(text.box.top for line in row for text in line.texts) for row in band]
    tops.append(max(text.box.bottom for line in band[-1] for text in line.texts))
    held_by = [[_places(one, other, gutters) for one, other in pairwise(row)] for row in columns]
    for number, (row, top, bottom) in enumerate(zip(columns, tops, tops[1:], strict=False)):
        places = _as_beside(held_by, number)
        skipped = [held for held in places if len(held) > 1] if len(row) % 2 else []
        empty = skipped[0] if len(skipped) == 1 else []
        edges = [left]
        for held in places:
            edges += [min(held), max(held)] if held is empty else held[:1]
        edges.append(page.right + page.em)
        for start, end in pairwise(edges):
            yield Box(start, top, end, bottom)


def _between(one: Column, other: Column) -> tuple[float, float]:
    return max(text.box.right for text in one), min(text.box.left for text in other)


def _places(one: Column, other: Column, gutters: Sequence[float]) -> list[float]:
    """The gutters between two cells of a row: several where a cell between them is empty, or one of them is centred."""
    start, end = _between(one, other)
    return [gutter for gutter in gutters if start <= gutter < end] or [end]


def _as_beside(held_by: Sequence[Sequence[list[float]]], number: int) -> list[list[float]]:
    """The row's gutters; of several, first the one that a row of as many cells beside it has: labels stand over values."""
    own = held_by[number]
    beside = [*held_by[max(number - 1, 0) : number], *held_by[number + 1 : number + 2]]
    alike = [row for row in beside if len(row) == len(own)]
    return [_as_in([row[k] for row in alike], held) for k, held in enumerate(own)]


def _as_in(others: Sequence[list[float]], held: list[float]) -> list[float]:
    return sorted(held, key=lambda gutter: -sum(gutter in other for other in others))


def _gutters(gaps: Sequence[tuple[float, float]]) -> list[float]:
    """The fewest places of which each gap holds one."""
    found: list[float] = []
    for start, end in sorted(gaps, key=lambda gap: gap[1]):
        if not found or found[-1] <= start:
            found.append(end - (end - start) / 10)
    return found
