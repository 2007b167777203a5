"""The grid that lines on a page draw, and the texts in it: what a PDF's page and a recognised picture become.

Any unit will do, as long as x grows to the right and y downward.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from intake.documents.document import MAX_BLOCKS, Cell, Paragraph, Table
from intake.documents.pages.boxed import beside_labels
from intake.documents.pages.cells import Cells
from intake.documents.pages.columns import columns_of
from intake.documents.pages.setting import Box, Text, Written, around, limit_in, limit_of, lines_of, paragraphs_of
from intake.documents.pages.slide import paragraphs_on, slide_of
from intake.documents.pages.spread import closed_up
from intake.documents.pages.unlevel import unlevel
from intake.documents.pages.wrapped import unwrapped

__all__ = ["Box", "Cells", "Rule", "Text", "around", "blocks_of", "tables_of"]

MAX_RULES = 20_000  # on a page: more are a drawing
MAX_LINES = 1_000  # horizontal, and as many vertical ones
MAX_GRID = 20_000  # elementary cells of one table
SLIM = 5  # times its thickness that a line is long at least
FRAMED_ROWS = 4  # of a table without lines in a frame, at least
LABEL_APART = 8  # times its height that a label may stand before the frame of its value


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal or vertical line as a thin box. A dot is both: dotted lines are made of them."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(slots=True)
class _Stroke:
    """A horizontal line at the height `at` from `start` to `end`; a vertical one with x and y exchanged."""

    at: float
    start: float
    end: float


def tables_of(rules: Sequence[Rule], tolerance: float, *, single: bool = False) -> list[list[Box]]:
    """Each table on the page as its cells, merged ones once. What lies within `tolerance` is the same line.

    A box around something is no table, or with `single` one of one cell where no table is in it: the piece of a long
    cell on a page of its own. Boxes side by side are one table. What is too narrow for text is no cell: it lies
    between the two lines of a double border.
    """
    if len(rules) > MAX_RULES:
        return []
    across, down = _strokes(rules, tolerance)
    tables, boxes = [], []
    for horizontal, vertical in _connected(across, down, tolerance):
        cells = [
            cell for cell in _cells(horizontal, vertical, tolerance) if min(cell.width, cell.height) > 3 * tolerance
        ]
        if len(cells) > 1:
            tables.append(cells)
        else:
            boxes += cells
    groups = _neighbours(boxes, 4 * tolerance)
    return tables + [group for group in groups if len(group) > 1 or (single and not _frames(group[0], tables))]


def _frames(box: Box, tables: Iterable[Sequence[Box]]) -> bool:
    return any(_within(cells[0], box) for cells in tables)


def _strokes(rules: Iterable[Rule], tolerance: float) -> tuple[list[_Stroke], list[_Stroke]]:
    across, down = [], []
    for rule in rules:
        width, height = rule.right - rule.left, rule.bottom - rule.top
        if height <= max(tolerance, width / SLIM):
            across.append(_Stroke((rule.top + rule.bottom) / 2, rule.left, rule.right))
        if width <= max(tolerance, height / SLIM):
            down.append(_Stroke((rule.left + rule.right) / 2, rule.top, rule.bottom))
    return _drawn(across, tolerance), _drawn(down, tolerance)


def _drawn(strokes: list[_Stroke], tolerance: float) -> list[_Stroke]:
    """Strokes at nearly the same place are one line, and its pieces are put together; short ones are no lines."""
    long: list[_Stroke] = []
    for group in _clusters(strokes, tolerance):
        at = median(stroke.at for stroke in group)
        group.sort(key=lambda stroke: stroke.start)
        open_stroke = _Stroke(at, group[0].start, group[0].end)
        for stroke in group[1:]:
            if stroke.start <= open_stroke.end + 1.5 * tolerance:
                open_stroke.end = max(open_stroke.end, stroke.end)
                continue
            long.append(open_stroke)
            open_stroke = _Stroke(at, stroke.start, stroke.end)
        long.append(open_stroke)
    return [stroke for stroke in long if stroke.end - stroke.start > 2 * tolerance]


def _clusters(strokes: list[_Stroke], tolerance: float) -> list[list[_Stroke]]:
    strokes.sort(key=lambda stroke: stroke.at)
    groups: list[list[_Stroke]] = []
    for stroke in strokes:
        if groups and stroke.at - groups[-1][0].at <= tolerance:
            groups[-1].append(stroke)
        else:
            groups.append([stroke])
    return groups


def _connected(
    across: list[_Stroke], down: list[_Stroke], tolerance: float
) -> list[tuple[list[_Stroke], list[_Stroke]]]:
    """The lines that meet: horizontal and vertical ones of each drawing that has both."""
    if len(across) > MAX_LINES or len(down) > MAX_LINES:
        return []
    down = sorted(down, key=lambda stroke: stroke.at)
    places = [stroke.at for stroke in down]
    group = _Groups(len(across) + len(down))
    for i, line in enumerate(across):
        first = bisect_right(places, line.start - 1.5 * tolerance)
        last = bisect_right(places, line.end + 1.5 * tolerance)
        for j in range(first, last):
            if down[j].start - 1.5 * tolerance <= line.at <= down[j].end + 1.5 * tolerance:
                group.join(i, len(across) + j)
    found: dict[int, tuple[list[_Stroke], list[_Stroke]]] = {}
    for i, line in enumerate(across):
        found.setdefault(group.of(i), ([], []))[0].append(line)
    for j, line in enumerate(down):
        found.setdefault(group.of(len(across) + j), ([], []))[1].append(line)
    return [lines for lines in found.values() if all(lines)]


class _Groups:
    """Numbers that are joined to groups."""

    def __init__(self, count: int) -> None:
        self._above = list(range(count))

    def of(self, number: int) -> int:
        above = self._above
        while above[number] != number:
            above[number] = number = above[above[number]]
        return number

    def join(self, one: int, other: int) -> None:
        self._above[self.of(one)] = self.of(other)


def _cells(across: list[_Stroke], down: list[_Stroke], tolerance: float) -> list[Box]:
    """The elementary grid, and in it the cells: united where no line parts them. Open sides count as drawn."""
    outer = (min(s.at for s in across) + tolerance, max(s.at for s in across) - tolerance)
    outline = [s for s in across if not outer[0] < s.at < outer[1]]  # what reaches further leads to a remark beside it
    xs = _edges(
        [s.at for s in down] + [end for s in outline for end in (s.start, s.end)], tolerance, [s.at for s in down]
    )
    ys = _edges(
        [s.at for s in across] + [end for s in down for end in (s.start, s.end)], tolerance, [s.at for s in across]
    )
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < 1 or rows < 1 or columns * rows > MAX_GRID:
        return []
    walls = _covered(down, xs, ys, tolerance)  # (column's left edge, row)
    floors = _covered(across, ys, xs, tolerance)  # (row's upper edge, column)
    group = _Groups(columns * rows)
    for row in range(rows):
        for column in range(columns):
            if column + 1 < columns and (column + 1, row) not in walls:
                group.join(row * columns + column, row * columns + column + 1)
            if row + 1 < rows and (row + 1, column) not in floors:
                group.join(row * columns + column, (row + 1) * columns + column)
    regions: dict[int, list[tuple[int, int]]] = {}
    for row in range(rows):
        for column in range(columns):
            regions.setdefault(group.of(row * columns + column), []).append((row, column))
    return [
        Box(xs[left], ys[top], xs[right + 1], ys[bottom + 1])
        for region in regions.values()
        for top, left, bottom, right in _rectangles(region)
    ]


def _edges(places: list[float], tolerance: float, drawn: list[float]) -> list[float]:
    """The places of the lines; where the outermost pieces end there is an edge even without a line."""
    edges: list[float] = []
    for place in sorted(drawn):
        if not edges or place - edges[-1] > tolerance:
            edges.append(place)
    if min(places) < edges[0] - 2 * tolerance:
        edges.insert(0, min(places))
    if max(places) > edges[-1] + 2 * tolerance:
        edges.append(max(places))
    return edges


def _covered(strokes: Iterable[_Stroke], at: list[float], along: list[float], tolerance: float) -> set[tuple[int, int]]:
    """Which pieces of the grid's lines are drawn: (number of the line, number of the piece between two edges)."""
    found: set[tuple[int, int]] = set()
    for stroke in strokes:
        line = _nearest(at, stroke.at)
        first = max(bisect_right(along, stroke.start + tolerance) - 1, 0)
        for piece in range(first, len(along) - 1):
            start, end = along[piece], along[piece + 1]
            if start >= stroke.end:
                break
            if min(end, stroke.end) - max(start, stroke.start) > 0.6 * (end - start):
                found.add((line, piece))
    return found


def _nearest(places: Sequence[float], place: float) -> int:
    after = bisect_right(places, place)
    around = [i for i in (after - 1, after) if 0 <= i < len(places)]
    return min(around, key=lambda i: abs(places[i] - place))


def _rectangles(region: list[tuple[int, int]]) -> Iterator[tuple[int, int, int, int]]:
    """top, left, bottom, right of the region; of its parts, where a missing line makes it crooked."""
    rows = [row for row, _ in region]
    columns = [column for _, column in region]
    top, bottom, left, right = min(rows), max(rows), min(columns), max(columns)
    if (bottom - top + 1) * (right - left + 1) == len(region):
        yield top, left, bottom, right
        return
    runs: dict[int, list[int]] = {}
    for row, column in region:
        runs.setdefault(row, []).append(column)
    open_runs: dict[tuple[int, int], int] = {}  # (left, right) -> row that it began in
    for row in range(top, bottom + 2):
        here = set(_runs(sorted(runs.get(row, []))))
        for run in [run for run in open_runs if run not in here]:
            yield open_runs.pop(run), run[0], row - 1, run[1]
        for run in here:
            open_runs.setdefault(run, row)


def _runs(columns: list[int]) -> Iterator[tuple[int, int]]:
    start = previous = None
    for column in columns:
        if start is None or previous is None:
            start = column
        elif column != previous + 1:
            yield start, previous
            start = column
        previous = column
    if start is not None and previous is not None:
        yield start, previous


def _neighbours(boxes: list[Box], distance: float) -> list[list[Box]]:
    """Boxes that stand side by side, each drawn with a border of its own. One around others is a frame, not a cell."""
    boxes = [box for box in boxes if not any(_within(other, box) for other in boxes)][:MAX_LINES]
    group = _Groups(len(boxes))
    for i, one in enumerate(boxes):
        for j, other in enumerate(boxes[:i]):
            apart = max(one.left - other.right, other.left - one.right, one.top - other.bottom, other.top - one.bottom)
            if apart <= distance:
                group.join(i, j)
    found: dict[int, list[Box]] = {}
    for i, box in enumerate(boxes):
        found.setdefault(group.of(i), []).append(box)
    return list(found.values())


def _within(inner: Box, outer: Box) -> bool:
    holds = outer.left <= inner.x < outer.right and outer.top <= inner.y < outer.bottom
    return holds and inner.width * inner.height < outer.width * outer.height


def blocks_of(texts: Sequence[Text], tables: Sequence[Sequence[Box]]) -> tuple[Paragraph | Table, ...]:
    """Every text in the cell that holds its centre, the others as paragraphs; blocks from top to bottom.

    Lines are joined where they were only broken for want of room. A confidence is the least of its texts'.
    """
    texts = [text for text in texts if text.text.strip()]
    drawn = [boxes for boxes in tables if boxes]
    if not drawn and (slide := slide_of(closed_up(texts))):
        return tuple(Paragraph(said.text, said.confidence) for said in paragraphs_on(slide)[:MAX_BLOCKS])
    cells = Cells(drawn)
    drawn = [boxes for boxes in drawn if not _answers_only(boxes, texts, cells)]
    cells = Cells(drawn)
    within = [text for text in texts if cells.holding(text.box.x, text.box.y) is not None]
    outside = [text for text in texts if cells.holding(text.box.x, text.box.y) is None]
    outside = unwrapped(closed_up(beside_labels(outside)))
    undrawn = [columns_of(part) for part in _parts(outside, [box.top for box in cells.around])]
    tables = [*drawn, *filter(None, undrawn), *_framed(drawn, within, cells)]
    cells = Cells(tables)
    inside: dict[tuple[int, int], list[Text]] = {}
    flowing: list[Text] = []
    for text in (*within, *outside):
        place = cells.holding(text.box.x, text.box.y)
        (flowing if place is None else inside.setdefault(place, [])).append(text)
    made: dict[int, Table] = {}
    for i in cells.order:  # the inner ones first
        inner: dict[int, list[Table]] = {}
        for j, (outer, cell) in cells.homes.items():
            if outer == i:
                inner.setdefault(cell, []).append(made[j])
        made[i] = _table(tables[i], {cell: held for (table, cell), held in inside.items() if table == i}, inner)
    tops = {i: cells.around[i].top for i in made if i not in cells.homes}
    blocks: list[tuple[float, Paragraph | Table]] = [(top, made[i]) for i, top in tops.items()]
    blocks += _flowing(flowing, tops.values())
    blocks.sort(key=lambda block: block[0])
    return tuple(block for _, block in blocks[:MAX_BLOCKS])


def _framed(tables: Sequence[Sequence[Box]], texts: Sequence[Text], cells: Cells) -> Iterator[list[Box]]:
    """Tables without lines of their own in a cell as wide as its table: in a frame, or the page of a web mailer."""
    wide = {(i, j) for i, boxes in enumerate(tables) for j, box in enumerate(boxes) if _spans(box, cells.around[i])}
    held: dict[tuple[int, int], list[Text]] = {}
    for text in texts if wide else ():
        place = cells.holding(text.box.x, text.box.y)
        if place in wide:
            held.setdefault(place, []).append(text)
    for within in held.values():
        found = columns_of(within)
        if len({box.top for box in found}) >= FRAMED_ROWS:
            yield found


def _spans(box: Box, table: Box) -> bool:
    return box.width > 0.99 * table.width


def _answers_only(boxes: Sequence[Box], texts: Sequence[Text], cells: Cells) -> bool:
    """Whether frames are only drawn around what is filled in, with the labels outside on the left."""
    outside = [text.box for text in texts if cells.holding(text.box.x, text.box.y) is None]
    beside = sum(any(_labels(label, box) for label in outside) for box in boxes)
    return beside > len(boxes) / 2


def _labels(label: Box, box: Box) -> bool:
    return box.top <= label.y <= box.bottom and 0 <= box.left - label.right <= LABEL_APART * label.height


def _table(cells: Sequence[Box], texts: Mapping[int, Sequence[Text]], inner: Mapping[int, Sequence[Table]]) -> Table:
    rows = _ranks([(cell.top, cell.bottom) for cell in cells])
    columns = _ranks([(cell.left, cell.right) for cell in cells])
    found = []
    for number, (box, (row, row_span), (column, column_span)) in enumerate(zip(cells, rows, columns, strict=True)):
        text, confidence = _text_in(box, texts.get(number, ()))
        found.append(Cell(row, column, row_span, column_span, text, tuple(inner.get(number, ())), confidence))
    ordered = tuple(sorted(found, key=lambda cell: (cell.row, cell.column)))
    height = max(cell.row + cell.row_span for cell in ordered)
    return Table(height, max(cell.column + cell.column_span for cell in ordered), ordered)


def _text_in(box: Box, texts: Sequence[Text]) -> tuple[str, float]:
    sides = [lines_of(side) for side in unlevel(texts)]
    written = [paragraphs_of(lines, limit_in(lines, box.left, box.right)) for lines in sides]
    said = "\t".join("\n".join(p.text for p in side) for side in written)
    return said, min((p.confidence for side in written for p in side), default=1.0)


def _ranks(extents: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """Rank and span of each cell in one direction, by where cells begin; crooked by up to a third of the usual cell."""
    sizes = sorted(end - start for start, end in extents)
    tolerance = min(0.4 * sizes[0], median(sizes) / 3)
    starts: list[float] = []
    for start in sorted(start for start, _ in extents):
        if not starts or start - starts[-1] > tolerance:
            starts.append(start)
    ranks = []
    for start, end in extents:
        rank = bisect_right(starts, start) - 1
        ranks.append((rank, max(bisect_left(starts, end - tolerance) - rank, 1)))
    return ranks


def _flowing(texts: Sequence[Text], tops: Iterable[float]) -> list[tuple[float, Paragraph | Table]]:
    """What stands outside of tables, part by part between them."""
    limit = limit_of(lines_of(texts))
    found: list[tuple[float, Paragraph | Table]] = []
    for part in _parts(texts, tops):
        lines = lines_of(part)
        written = (
            paragraphs_of(lines, limit)
            if limit is not None
            else [Written(line.text, line.box.top, line.confidence) for line in lines]
        )
        found += [(paragraph.top, Paragraph(paragraph.text, paragraph.confidence)) for paragraph in written]
    return found


def _parts(texts: Iterable[Text], tops: Iterable[float]) -> list[list[Text]]:
    """The texts before, between and after tables that begin there."""
    edges = sorted(tops)
    parts: dict[int, list[Text]] = {}
    for text in texts:
        parts.setdefault(bisect_right(edges, text.box.y), []).append(text)
    return list(parts.values())
