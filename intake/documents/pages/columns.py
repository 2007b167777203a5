"""Tables that nobody drew lines for: labels and values that stand beside each other.

Only their places tell which lines are one row: those whose cells have one middle, for labels mostly stand half way down
beside their values; else those from one label's line to the next. No row ends within a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from intake.chinese.ticks import TICKED, UNTICKED
from intake.documents.pages.boxed import usual_em
from intake.documents.pages.setting import CLOSING, FIELD_FROM, INDENTED, LABELLED, Box, Text, around, full, reach

GAP = 0.5  # em: what is nearer together is one text
SPREAD = 2.5  # em that the two characters of a label may stand apart, or the boxes of one question
LEVEL = 0.3  # em by which texts of one line may stand higher or lower
CENTRED = 0.45  # em by which a label may miss the middle of its value
OVER = 0.7  # em: texts that are nearer overlap
BETWEEN = 1.05  # em: what stands nearer to a line than the next line of its cell would is beside it
LABEL_PITCH = 1.9  # em from one line of a label to the next
PITCH = 3.0  # em from one line, or paragraph, of a value to the next
LEADING = 1.1  # of the usual way from line to line: nearer are lines of the same cells
TIGHT = 0.85  # of the usual way from row to row: nearer is a label's second line
LONGEST_FIELD = 16  # em: what is longer may be a line of a story
LONGEST_HEADING = 8  # em
LONGEST_LABEL = 8  # lines: 核心事迹简介 from top to bottom
FEWEST_ROWS = 2  # with two columns filled: one alone is a line
FIELDS_IN_ONE = 3  # ... unless it has so many
LONGEST_ROW = 120  # lines that are tried as one row
MAX_TEXTS = 5_000


@dataclass(frozen=True, slots=True)
class _Line:
    y: float
    texts: tuple[Text, ...]  # from left to right, what is near each other as one

    @property
    def left(self) -> float:
        return self.texts[0].box.left

    @property
    def right(self) -> float:
        return self.texts[-1].box.right


_Row = Sequence[_Line]
_Column = list[Text]  # the texts of one cell


def columns_of(texts: Sequence[Text]) -> list[Box]:
    """The cells of such a table, as if lines were drawn around them. Texts of one line need not be one piece."""
    texts = [text for text in texts if text.text.strip()]
    if not 3 <= len(texts) <= MAX_TEXTS:
        return []
    em = usual_em(texts)
    lines = _lines(texts, em) if em > 0 else []
    gap = _gap(lines, em)
    if gap is None:
        return []
    right = max(reach(text) for line in lines for text in line.texts)
    page = _Page(em, gap, right, _pitch(lines, em), _leading(lines, em))
    band = _band(_rows(lines, page), page)
    return list(_cells(band, page)) if band else []


@dataclass(frozen=True, slots=True)
class _Page:
    em: float
    gap: float  # where the first column ends
    right: float  # where lines end
    pitch: float  # from one row to the next, mostly
    leading: float  # from one line of a text to the next, mostly; 0 where no text is so long

    @property
    def label_pitch(self) -> float:
        """The most from one line of a label to its next."""
        return min(LABEL_PITCH * self.em, TIGHT * self.pitch)

    def whole(self, line: _Line) -> bool:
        """Whether it runs over the columns."""
        return len(line.texts) == 1 and line.left < self.gap < line.right

    def columns(self, lines: Sequence[_Line]) -> list[_Column]:
        """Texts that stand below each other, from left to right."""
        found: list[_Column] = []
        end = 0.0
        for text in sorted((text for line in lines for text in line.texts), key=lambda text: text.box.left):
            if found and text.box.left < end + GAP * self.em:
                found[-1].append(text)
                end = max(end, text.box.right)
            else:
                found.append([text])
                end = text.box.right
        return found

    def beside(self, above: _Line, below: _Line) -> bool:
        """Whether the lines are nearer to each other than lines of one cell are: a label half way down its value."""
        apart = (below.y - above.y) / self.em
        return apart < OVER or (apart < BETWEEN and not any(_share(t, u) for t in above.texts for u in below.texts))

    def names(self, above: _Line, below: _Line) -> bool:
        """Whether the lower line begins with a label, 职务：, and not for want of room in the upper one: 他说：."""
        return bool(LABELLED.match(below.texts[0].text)) and not self.full(above, below)

    def full(self, above: _Line, below: _Line) -> bool:
        return full(above.texts[-1], below.texts[0], self.em, self.right)

    def heads(self, line: _Line) -> bool:
        """Whether the line is short, and no sentence's end: 线索亮点 above its text."""
        text = line.texts[0]
        short = len(line.texts) == 1 and text.box.width < LONGEST_HEADING * self.em
        return short and not text.text.rstrip().endswith(tuple(CLOSING))

    def torn(self, above: _Line, below: _Line) -> bool:
        """Whether the lower line goes on with what had no room left in the upper one."""
        one, other = above.texts[-1], below.texts[-1]
        if one.box.right <= self.gap or other.box.right <= self.gap:
            return False
        fields = len(above.texts) > 1 or below.left < self.gap
        if below.y - above.y > (TIGHT * self.pitch if fields else PITCH * self.em):
            return False
        indent = (other.box.left - one.box.left) / self.em
        if not (one.box.left - INDENTED[1] * self.em < other.box.right and other.box.left < one.box.right):
            return False
        return full(one, other, self.em, self.right) and not INDENTED[0] < indent < INDENTED[1]


def _lines(texts: Sequence[Text], em: float) -> list[_Line]:
    """What stands side by side at one height. A crooked scan's line goes on where the last piece ended."""
    rows: list[list[Text]] = []
    for text in sorted(texts, key=lambda text: text.box.y):
        for row in rows[-3:]:
            if abs(min(row, key=lambda other: _apart(other, text)).box.y - text.box.y) <= LEVEL * em:
                row.append(text)
                break
        else:
            rows.append([text])
    lines = []
    for row in rows:
        found: list[Text] = []
        for text in sorted(row, key=lambda text: text.box.left):
            if (
                found
                and text.box.left - found[-1].box.right < _least_gap(found[-1].text.strip(), text.text.strip()) * em
            ):
                found[-1] = _joined(found[-1], text)
            else:
                found.append(text)
        found = _closed_up(found, em)
        lines.append(_Line(median(text.box.y for text in found), tuple(found)))
    return sorted(lines, key=lambda line: line.y)


def _least_gap(one: str, other: str) -> float:
    """Blanks within a telephone number can be as wide as a 汉字, those between the boxes of one question wider: □男  ☑女."""
    if other[0] in TICKED + UNTICKED:
        return SPREAD
    return FIELD_FROM if one[-1].isdigit() and other[0].isdigit() else GAP


def _joined(one: Text, other: Text) -> Text:
    return Text(around([one.box, other.box]), one.text + other.text)


def _closed_up(texts: list[Text], em: float) -> list[Text]:
    """职 务, 姓 名: two single characters nearer to each other than to what else is in the line are one word."""
    gaps = [right.box.left - left.box.right for left, right in pairwise(texts)]
    found = texts[:1]
    for number, (text, gap) in enumerate(zip(texts[1:], gaps, strict=True), start=1):
        nearest = gap <= min([*gaps[max(number - 2, 0) : number + 1], SPREAD * em])
        if nearest and len(found[-1].text.strip()) == 1 and (len(text.text.strip()) == 1 or _ends_label(text)):
            found[-1] = _joined(found[-1], text)
        else:
            found.append(text)
    return found


def _ends_label(text: Text) -> bool:
    """别：男 after 性."""
    return text.text.strip()[1:2] in ("：", ":")


def _apart(one: Text, other: Text) -> float:
    return max(one.box.left - other.box.right, other.box.left - one.box.right)


def _gap(lines: Sequence[_Line], em: float) -> float | None:
    """The place that parts the first column from the second in most lines, and that fewest others run over.

    In a list, with a nominee a row, most lines are a story's: they begin where the fullest line has long begun.
    """
    fullest = max((line.texts for line in lines), key=len, default=())
    begun = max((text.box.right for text in fullest[:2]), default=0.0)
    gaps = [
        (line.texts[0].box.right, line.texts[1].box.left)
        for line in lines
        if len(line.texts) > 1
        and line.left < begun
        and line.texts[1].box.left - line.texts[0].box.right >= FIELD_FROM * em
    ]
    alone = [line.texts[0].box for line in lines if len(line.texts) == 1]

    def parted(x: float) -> int:
        return sum(start < x < end for start, end in gaps) - sum(box.left < x < box.right for box in alone)

    places = {place for start, end in gaps for place in (start + em / 10, end - em / 10)}
    return max(sorted(places), key=parted, default=None)


def _pitch(lines: Sequence[_Line], em: float) -> float:
    """From one row to the next: further than from line to line of one cell, where some are."""
    several = [below.y - above.y for above, below in pairwise(lines) if _fields(above, em) and _fields(below, em)]
    several = [pitch for pitch in several if pitch > BETWEEN * em]
    if not several:
        return PITCH * em
    apart = [pitch for pitch in several if pitch > 1.2 * (_leading(lines, em) or min(several))]
    return median(apart or several)


def _leading(lines: Sequence[_Line], em: float) -> float:
    alone = [below.y - above.y for above, below in pairwise(lines) if len(above.texts) == len(below.texts) == 1]
    alone = [pitch for pitch in alone if pitch > BETWEEN * em]
    return median(alone) if alone else 0.0


def _fields(line: _Line, em: float) -> bool:
    """Whether it has several, and none of them may be a line of a story."""
    return len(line.texts) > 1 and all(text.box.width < LONGEST_FIELD * em for text in line.texts)


def _rows(lines: Sequence[_Line], page: _Page) -> list[_Row]:
    """Lines that run over the columns part the table; what stands with them is theirs."""
    wholes = _wholes(lines, page)
    rows: list[_Row] = []
    start = 0
    for number in [*sorted(wholes), len(lines)]:
        if start < number:
            rows += _gathered(_labelled(lines[start:number], page), page, parted=number < len(lines))
        if number < len(lines):
            rows.append([lines[number]])
        start = number + 1
    return rows


def _wholes(lines: Sequence[_Line], page: _Page) -> set[int]:
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


def _alone(lines: Sequence[_Line], number: int, page: _Page) -> bool:
    """Whether nothing stands beside the line, nor beside the space between it and the next one."""
    line = lines[number]
    near = [other for other in lines[max(number - 1, 0) : number + 2] if abs(other.y - line.y) < BETWEEN * page.em]
    return len(line.texts) == 1 and all(_share(text, line.texts[0]) for other in near for text in other.texts)


def _label_end(lines: Sequence[_Line], number: int, page: _Page) -> float:
    """Where what stands first ends, in the line and those that stand beside it."""
    near = [
        line for line in lines[max(number - 1, 0) : number + 2] if abs(line.y - lines[number].y) < BETWEEN * page.em
    ]
    return min(line.texts[0].box.right for line in near)


def _hangs(row: _Line, line: _Line, page: _Page) -> bool:
    """Whether the line belongs to a cell of the one next to it."""
    near = abs(row.y - line.y) <= LABEL_PITCH * page.em
    return near and not page.whole(line) and any(_share(text, line.texts[0]) for text in row.texts)


def _share(one: Text, other: Text) -> bool:
    return one.box.left < other.box.right and other.box.left < one.box.right


def _labelled(lines: Sequence[_Line], page: _Page) -> list[_Row]:
    """Rows whose cells have one middle, each as short as can be; else those that begin with a label."""
    rows: list[_Row] = []
    start = 0
    while start < len(lines):
        end = next((end for end in _ends(lines, start, page) if _level(lines[start:end], page)), start)
        level = end > start
        while end == start or (not level and end < len(lines) and _goes_on(lines[start:end], lines[end:], page)):
            end += 1
        rows.append(lines[start:end])
        start = end
    return rows


def _ends(lines: Sequence[_Line], start: int, page: _Page) -> Iterator[int]:
    """Where a row that begins there may end: not within a sentence, nor between a label and the line beside it."""
    for end in range(start + 1, min(len(lines), start + LONGEST_ROW) + 1):
        if end < len(lines):
            above, below = lines[end - 1 : end + 1]
            if not _begins(lines[start:end], below, page) and (page.beside(above, below) or page.torn(above, below)):
                continue
        yield end
        if end < len(lines) and below.y - above.y > PITCH * page.em:
            return


def _level(row: _Row, page: _Page) -> bool:
    columns = page.columns(row)
    if len(columns) < 2:
        return False
    extents = [(min(t.box.y for t in column), max(t.box.y for t in column)) for column in columns]
    middles = [(top + bottom) / 2 for top, bottom in extents]
    if max(middles) - min(middles) > CENTRED * page.em:
        return False
    return len(row) == 1 or _dense(columns[0], page.label_pitch)


def _dense(column: _Column, most: float) -> bool:
    ys = sorted(text.box.y for text in column)
    return all(below - above <= most for above, below in pairwise(ys))


def _begins(row: _Row, line: _Line, page: _Page) -> bool:
    """Whether the line has a label of its own, below that of the row: what stands half way between is the row's."""
    if line.left < page.gap and page.names(row[-1], line) and not page.beside(row[-1], line):
        return True
    labels = [above for above in row if len(above.texts) > 1 and _share(above.texts[0], line.texts[0])]
    labelled = len(line.texts) > 1 and line.left < page.gap
    return labelled and any(line.y - above.y > page.label_pitch for above in labels)


def _goes_on(row: _Row, after: _Row, page: _Page) -> bool:
    """Whether the row goes on with the first of the lines after it."""
    line = after[0]
    if _begins(row, line, page):
        return False
    if page.beside(row[-1], line) or page.torn(row[-1], line) or _wraps(row, line, page):
        return True
    taken = len(after) > 1 and page.beside(line, after[1]) and after[1].left < page.gap  # by the next label
    return not taken and _lonely([line], page) and _hangs_on(row, line, page)


def _wraps(row: _Row, line: _Line, page: _Page) -> bool:
    """Whether the line is the second one of labels."""
    columns = page.columns(row)
    under = all(any(_share(text, column[0]) for column in columns) for text in line.texts)
    near = line.y - row[-1].y <= page.label_pitch and len(row) < LONGEST_LABEL
    labelled = len(columns) >= FIELDS_IN_ONE and line.left < page.gap and row[-1].left < page.gap
    all_go_on = labelled and len(line.texts) == len(columns) and line.y - row[-1].y < LEADING * page.leading
    fewer = len(line.texts) < len(columns)
    return near and under and (fewer or all_go_on) and not _begins(row, line, page)


def _gathered(rows: Sequence[_Row], page: _Page, *, parted: bool) -> list[_Row]:
    """Values without a label beside them belong to the row whose sentence they go on with, else to the one above.

    `parted`: a line that runs over the columns stands below; what stands alone above that may be its heading.
    """
    found: list[list[_Line]] = []
    for number, row in enumerate(rows):
        above = found[-1] if found else None
        heading = parted and number == len(rows) - 1 and len(row) == 1 and page.heads(row[0])
        if above and not heading and _belongs(row, above, page):
            found[-1] += row
        else:
            found.append(list(row))
    return list(found)


def _belongs(row: _Row, above: _Row, page: _Page) -> bool:
    if _lonely(above, page) and page.torn(above[-1], row[0]):
        return True
    return (_lonely(row, page) and _hangs_on(above, row[0], page)) or (len(row) == 1 and _wraps(above, row[0], page))


def _hangs_on(above: _Row, line: _Line, page: _Page) -> bool:
    near = line.y - above[-1].y <= PITCH * page.em
    return near and any(_share(text, line.texts[0]) for other in above for text in other.texts)


def _lonely(row: _Row, page: _Page) -> bool:
    return all(len(line.texts) == 1 and line.left > page.gap for line in row)


def _band(rows: Sequence[_Row], page: _Page) -> list[_Row]:
    """The table from its first row of fields to its last; what stands between is a cell as wide as the table."""
    several = [number for number, row in enumerate(rows) if len(page.columns(row)) > 1]
    if len(several) < FEWEST_ROWS and all(len(page.columns(rows[number])) < FIELDS_IN_ONE for number in several):
        return []
    band: list[list[_Line]] = []
    for row in rows[several[0] : several[-1] + 1]:
        if band and len(row) == 1 and (_runs_on(band[-1], row[0], page) or _heading(band[-1][-1], row[0], page)):
            band[-1].append(row[0])
        else:
            band.append(list(row))
    return list(band)


def _runs_on(row: Sequence[_Line], line: _Line, page: _Page) -> bool:
    """Whether a line that stands alone goes on with the one that runs over the columns above it."""
    last = row[-1]
    if len(line.texts) > 1 or not any(page.whole(above) for above in row):
        return False
    if page.names(last, line) or (page.heads(line) and not page.full(last, line)):
        return False
    pitch = last.y - row[-2].y if len(row) > 1 else 2 * page.em
    return line.y - last.y < 1.3 * pitch


def _heading(above: _Line, below: _Line, page: _Page) -> bool:
    """Whether the lines are one heading, centred over the columns."""
    centred = abs(above.texts[0].box.x - below.texts[0].box.x) < page.em and above.left > page.gap
    return centred and page.heads(above) and page.heads(below) and below.y - above.y <= page.label_pitch


def _cells(band: Sequence[_Row], page: _Page) -> Iterator[Box]:
    """Labels and values stand in pairs: in a row of an odd number, the one place that other rows fill is an empty value."""
    columns = [page.columns(row) for row in band]
    gaps = [_between(one, other) for row in columns for one, other in pairwise(row)]
    gutters = _gutters(gaps)
    left = min(text.box.left for row in columns for column in row for text in column) - GAP * page.em / 2
    tops = [min(text.box.top for line in row for text in line.texts) for row in band]
    tops.append(max(text.box.bottom for line in band[-1] for text in line.texts))
    for row, top, bottom in zip(columns, tops, tops[1:], strict=False):
        places = [_places(one, other, gutters) for one, other in pairwise(row)]
        skipped = [held for held in places if len(held) > 1] if len(row) % 2 else []
        empty = skipped[0] if len(skipped) == 1 else []
        edges = [left]
        for held in places:
            edges += [held[0], held[-1]] if held is empty else held[:1]
        edges.append(page.right + page.em)
        for start, end in pairwise(edges):
            yield Box(start, top, end, bottom)


def _between(one: _Column, other: _Column) -> tuple[float, float]:
    return max(text.box.right for text in one), min(text.box.left for text in other)


def _places(one: _Column, other: _Column, gutters: Sequence[float]) -> list[float]:
    """The gutters between two cells of a row: several where a cell between them is empty, or one of them is centred."""
    start, end = _between(one, other)
    return [gutter for gutter in gutters if start <= gutter < end] or [end]


def _gutters(gaps: Sequence[tuple[float, float]]) -> list[float]:
    """The fewest places of which each gap holds one."""
    found: list[float] = []
    for start, end in sorted(gaps, key=lambda gap: gap[1]):
        if not found or found[-1] <= start:
            found.append(end - (end - start) / 10)
    return found
