"""Every filled-in form in a Document: which text was written for which field, and where it stands.

A form is at least three different labels (FORM_LABELS), in tables or as 标签：值 lines; fewer are a covering letter. Labels
that merely stand alone on lines, without a colon, count only where something was written below them: so do the notice's
own words. The blank form comes back as a form without fields.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter

from intake.documents.document import Cell, Document, Paragraph, Table
from intake.labels import Label, Labels, labels_of, squeezed
from intake.lines import Pair, pairs, split
from rules.campaign import Campaign

FORM_LABELS = 3
LISTED_ROWS = 2  # a row of labels with that many filled rows below is a list: one nominee a row
MAX_TABLES = 20  # inside each other
MAX_VALUE_ROWS = 50  # that one label's value may run over
MAX_LABEL_LINES = 4  # a label broken over lines, above its value in one cell

#: A row across the whole table that heads what follows: 三、推荐人信息, 推荐单位意见（盖章）：
_SECTION = re.compile(
    r"(?:[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．]\s*)?"
    r"(?:.{0,8}(?:推荐人|单位|协会|部门|审核).{0,6}(?:信息|情况|意见|资料)|备注|(?:填表)?说明)(?:[（(][^（）()]*[）)])?[:：]?"
)


@dataclass(frozen=True, slots=True)
class RawField:
    """What was written for one field, untouched but for the form's own hints."""

    text: str
    place: str  # Chinese: where a person finds it
    confidence: float


@dataclass(frozen=True, slots=True)
class Form:
    """What one form says about one nominee, by KEY. Empty for a form nobody filled in."""

    fields: Mapping[str, RawField]
    place: str
    listed: bool = False  # a row of a list with column headings, not a form of its own


def read_forms(document: Document, campaign: Campaign, least: int = FORM_LABELS) -> list[Form]:
    """Find every form of at least so many labels. Never raises; no form gives an empty list."""
    reading = _Reading(labels_of(campaign), least)
    lines: list[str] = []
    first = 1
    number = tables = 0
    for block in document.blocks:
        if isinstance(block, Paragraph):
            number += 1
            first = first if lines else number
            lines.append(block.text)
            continue
        reading.lines(lines, first)
        lines, tables = [], tables + 1
        reading.table(block, f"第{tables}个表格", 0)
    reading.lines(lines, first)
    return reading.forms()


def read_lines(text: str, campaign: Campaign) -> list[dict[str, RawField]]:
    """The 标签：值 lines of a person's own words, any number of them: an answer to our question, one dict a nominee.

    A bare 联系电话 that may be several people's means the one that was spoken of before, or nothing.
    """
    labels = labels_of(campaign)
    found: dict[str, RawField] = {}
    people = [found]
    about = ""
    for pair in pairs(text, labels, free=True, bare=True):
        if pair.bare and _ASKS.search(pair.text):
            continue
        keys = pair.label.keys if len(pair.label.keys) == 1 else _meant(pair.label.keys, about, labels)
        if len(keys) != 1:
            continue
        about = labels.about[keys[0]]
        value = labels.value(keys[0], pair.text)
        if value and keys[0] == labels.first and squeezed(value) != squeezed(_text(found, keys[0]) or value):
            found = {}
            people.append(found)  # the next one's name
        if value and keys[0] not in found:
            found[keys[0]] = RawField(value, f"第{pair.line + 1}行", pair.label.confidence)
    return people


_ASKS = re.compile(r"[?？]|吗$")  # 职称 on a line, and below it: 必须填吗？


def _text(found: Mapping[str, RawField], key: str) -> str:
    return found[key].text if key in found else ""


def _meant(keys: Sequence[str], about: str, labels: Labels) -> Sequence[str]:
    return [key for key in keys if labels.about[key] == about]


@dataclass(slots=True)
class _Open:
    """A form while it is read."""

    place: str
    seen: dict[str, None] = field(default_factory=dict)  # keys in the order of their labels
    fields: dict[str, RawField] = field(default_factory=dict)
    firm: set[str] = field(default_factory=set)  # keys whose label stood in a table or before a colon
    about: str = ""
    listed: bool = False

    def form(self, least: int) -> Form | None:
        enough = len(self.firm | self.fields.keys()) >= least
        return Form(self.fields, self.place, self.listed) if enough else None


class _Reading:
    """Labels and values put together into forms, in reading order."""

    def __init__(self, labels: Labels, least: int) -> None:
        self.labels = labels
        self.least = least
        self.found: list[Form] = []
        self.open = _Open("")

    def forms(self) -> list[Form]:
        self._close()
        return self.found

    def lines(self, lines: Sequence[str], first: int) -> None:
        if not lines:
            return
        for title, part, number in _parts(lines, self.labels):
            if title and len(self.open.seen) >= FORM_LABELS:
                self._close()
            for pair in pairs("\n".join(part), self.labels, bare=True):
                self._enter(pair, f"第{first + number + pair.line}段")

    def table(self, table: Table, place: str, depth: int) -> None:
        if depth > MAX_TABLES:
            return
        grid = _Grid(table, self.labels)
        again = self.labels.first in grid.keys or not self.open.seen.keys().isdisjoint(grid.possible)
        if len(grid.keys) >= FORM_LABELS and again:
            self._close()  # what the covering letter says of the nominee, the form says again
        for row, headings in grid.headed():
            self._headed(grid, row, headings, place)
        for cell in grid.cells:
            where = f"{place}第{cell.row + 1}行"
            if cell not in grid.taken:
                self._cell(grid, cell, where)
            for number, inner in enumerate(cell.tables, start=1):
                self.table(inner, f"{where}内第{number}个表格", depth + 1)

    def _cell(self, grid: _Grid, cell: Cell, where: str) -> None:
        label = grid.label(cell)
        if label:
            key = self._see(label, where)
            if key:
                self._values(label, key, grid.value_of(cell, self.labels.is_long(key), self.open.seen), where)
        elif inside := grid.inside(cell):
            label, text = inside
            if key := self._see(label, where):
                self._put(key, text, where, label.confidence * cell.confidence)
        elif self.labels.is_title(cell.text):
            if len(self.open.seen) >= FORM_LABELS:
                self._close()
        else:
            for pair in pairs(cell.text, self.labels):
                self._enter(pair, where, cell.confidence)

    def _values(self, label: Label, key: str, cells: Sequence[Cell], where: str) -> None:
        text = "\n".join(text for cell in cells if (text := _cell_text(cell, self.labels)))
        confidence = label.confidence * min((cell.confidence for cell in cells), default=1.0)
        if self.labels.is_long(key):
            self._put(key, text, where, confidence)
            return
        first, *others = split(label, text, self.labels)
        repeated = [pair for pair in others if key in pair.label.keys]  # 办公室：023…，手机：138… for one person
        self._put(key, " ".join(filter(None, (pair.text for pair in (first, *repeated)))), where, confidence)
        for pair in others:
            if pair not in repeated:
                self._enter(pair, where, confidence)

    def _headed(self, grid: _Grid, row: int, headings: Mapping[Cell, Label], place: str) -> None:
        """A row of labels with the values below."""
        rows = grid.filled_below(row)
        grid.taken.update(cell for r in (row, *rows) for cell in grid.rows[r] if cell.row == r)
        several = len(rows) >= LISTED_ROWS
        if several and not any(self.labels.first in label.keys for label in headings.values()):
            rows = []  # a table about something else
        for r in rows or [row]:
            where = f"{place}第{r + 1}行"
            if several:
                self._close()
                self.open.listed = True
            for heading, label in headings.items():
                key = self._see(label, where)
                cell = grid.at(r, heading.column) if r != row else None
                if key and cell:
                    self._put(key, _cell_text(cell, self.labels), where, label.confidence * cell.confidence)
            if several:
                self._close()

    def _enter(self, pair: Pair, where: str, confidence: float = 1.0) -> None:
        key = self._see(pair.label, where, firm=not pair.bare)
        if key:
            self._put(key, pair.text, where, pair.label.confidence * confidence)

    def _see(self, label: Label, where: str, *, firm: bool = True) -> str | None:
        """Which field the label means here; a form's first label once more begins the next form."""
        key = self._resolved(label)
        if key is None:
            return None
        if key in self.open.seen and key in (next(iter(self.open.seen)), self.labels.first):
            self._close()
        if not self.open.seen:
            self.open.place = where
        self.open.seen[key] = None
        if firm:
            self.open.firm.add(key)
        self.open.about = self.labels.about[key]
        return key

    def _resolved(self, label: Label) -> str | None:
        """A bare 联系电话 is of whom the labels before it are about; else of the first person who has none yet."""
        if len(label.keys) == 1:
            return label.keys[0]
        blank = [key for key in label.keys if key not in self.open.seen]
        same = [key for key in blank if self.labels.about[key] == self.open.about]
        return next(iter(same or blank), None)

    def _put(self, key: str, text: str, where: str, confidence: float) -> None:
        value = self.labels.value(key, text)
        known = self.open.fields.get(key)
        if value and (known is None or known.confidence < confidence):
            self.open.fields[key] = RawField(value, where, confidence)

    def _close(self) -> None:
        if form := self.open.form(self.least):
            self.found.append(form)
        self.open = _Open("")


def _parts(lines: Sequence[str], labels: Labels) -> Iterable[tuple[bool, Sequence[str], int]]:
    """The lines cut at each form title: begins with a title, the lines, number of lines before."""
    starts = [0, *(i for i, line in enumerate(lines) if i and labels.is_title(line))]
    for start, end in zip(starts, (*starts[1:], len(lines)), strict=True):
        yield labels.is_title(lines[start]), lines[start:end], start


def _cell_text(cell: Cell, labels: Labels) -> str:
    """The cell's text; of a table within it too, where that holds no labels of its own."""
    texts = [cell.text] if cell.text.strip() else []
    for table in cell.tables:
        if not any(labels.match(inner.text) for inner in table.cells):
            texts.extend(inner.text for inner in table.cells if inner.text.strip())
    return "\n".join(texts)


class _Grid:
    """A table with its labels found. A cell that is a label, or begins with one, is never a value."""

    def __init__(self, table: Table, labels: Labels) -> None:
        self.labels = labels
        self.cells = table.cells
        self.rows: list[list[Cell]] = [[] for _ in range(table.rows)]
        for cell in table.cells:
            for row in range(cell.row, min(cell.row + cell.row_span, table.rows)):
                self.rows[row].append(cell)
        for cells in self.rows:
            cells.sort(key=lambda cell: cell.column)
        self.whole: dict[Cell, Label] = {cell: label for cell in table.cells if (label := labels.match(cell.text))}
        self.parted = {cell: parts for cell in table.cells if (parts := self._parted(cell))}
        self.begun = {cell: label for cell in table.cells if (label := self._first_label(cell))}
        self.labelled = {*self.whole, *self.parted, *self.begun}
        self.taken: set[Cell] = set()
        self.keys = {key for label in self.whole.values() if len(label.keys) == 1 for key in label.keys}
        self.possible = {key for label in self.whole.values() for key in label.keys}

    def label(self, cell: Cell) -> Label | None:
        return self.whole.get(cell)

    def inside(self, cell: Cell) -> tuple[Label, str] | None:
        """Label and value of a cell that holds both, the label on its first lines."""
        return self.parted.get(cell)

    def at(self, row: int, column: int) -> Cell | None:
        return next((c for c in self.rows[row] if c.column <= column < c.column + c.column_span), None)

    def value_of(self, label: Cell, long: bool, seen: Collection[str]) -> list[Cell]:
        """The cells that belong to a label: on its right, else below it."""
        cells = self._right(label, seen)
        if not any(cell.text.strip() or cell.tables for cell in cells) and (long or not cells):
            cells = self._below(label, cells, long) or cells
        self.taken.update(cells)
        return cells

    def _right(self, label: Cell, seen: Collection[str]) -> list[Cell]:
        last = min(label.row + min(label.row_span, MAX_VALUE_ROWS), len(self.rows))
        return list(dict.fromkeys(c for row in range(label.row, last) for c in self._beside(row, label, seen)))

    def _beside(self, row: int, label: Cell, seen: Collection[str]) -> list[Cell]:
        """The next cell, or the one after it where the next is an empty extra column."""
        start = bisect_right(self.rows[row], label.column, key=attrgetter("column"))
        after = self.rows[row][start : start + 3]
        if not after:
            return []
        repeated = self._says_it_again(label, after[0]) or self._only_looks_like_label(after, seen)
        if not (self._free(after[0]) or repeated):
            return []
        empty = not after[0].text.strip() and not after[0].tables
        further = after[1:2]
        if empty and further and self._free(further[0]) and further[0].row_span <= label.row_span:
            return further if further[0].text.strip() else after[:1]
        return after[:1]

    def _says_it_again(self, label: Cell, after: Cell) -> bool:
        """手机：138… beside 被推荐人联系电话."""
        begun = self.begun.get(after)
        return begun is not None and not set(begun.keys).isdisjoint(self.whole[label].keys)

    def _only_looks_like_label(self, after: Sequence[Cell], seen: Collection[str]) -> bool:
        """工作单位 as the answer to 与被推荐人关系: its label was there before, and nothing stands beside this one."""
        label = self.whole.get(after[0])
        known = label is not None and all(key in seen for key in label.keys)
        return known and not (len(after) > 1 and self._free(after[1]))

    def _below(self, label: Cell, beside: Sequence[Cell], long: bool) -> list[Cell]:
        """The cell under the label, for a long text those under it too. A wrong value is worse than a missing one."""
        own = self.rows[label.row]
        if not long and any(cell.text.strip() and cell not in self.labelled for cell in own):
            return []  # values stand on the right in this form; this one is just not filled in
        cells: list[Cell] = []
        for row in range(label.row + label.row_span, len(self.rows)):
            cell = self.at(row, label.column)
            if cell is None or cell in cells[-1:]:
                continue
            others = [other for other in self.rows[row] if other is not cell]
            if cell.column != label.column or not self._free(cell) or not self.labelled.isdisjoint(others):
                break
            if len(own) == 1 and any(other.text.strip() for other in others):
                break  # a row of its own: a label that we do not know, and its value
            if beside and cell.column_span <= label.column_span:
                break
            if cells and _SECTION.fullmatch(cell.text.strip().partition("\n")[0]):
                break
            cells.append(cell)
            if not long or len(cells) == MAX_VALUE_ROWS:
                break
        return cells

    def _free(self, cell: Cell) -> bool:
        return cell not in self.labelled and cell not in self.taken

    def headed(self) -> Iterable[tuple[int, Mapping[Cell, Label]]]:
        """Rows in which labels stand side by side: 序号 | 姓名 | 性别 | 工作单位."""
        for row, cells in enumerate(self.rows):
            own = [cell for cell in cells if cell.row == row]
            together = sum(a in self.whole and b in self.whole for a, b in pairwise(own))
            if together >= FORM_LABELS - 1 and self.filled_below(row):
                yield row, {cell: self.whole[cell] for cell in own if cell in self.whole}

    def filled_below(self, row: int) -> list[int]:
        """The rows under a row of labels that hold values: up to the next row with labels."""
        filled = []
        for below in range(row + 1, len(self.rows)):
            cells = self.rows[below]
            taken = sum(not self._free(cell) for cell in cells)
            if 2 * taken >= sum(bool(cell.text.strip()) for cell in cells) > 0 or 2 * taken > len(cells):
                break  # labels of its own; one among many is a value that reads like a label: 所在单位
            if any(cell.text.strip() for cell in cells):
                filled.append(below)
        return filled

    def _parted(self, cell: Cell) -> tuple[Label, str] | None:
        lines = cell.text.strip("\n").split("\n")
        if len(lines) < 2 or cell in self.whole:
            return None
        for count in range(min(MAX_LABEL_LINES, len(lines) - 1), 0, -1):
            label = self.labels.match("".join(lines[:count]))
            if label and label.confidence == 1.0 and len(label.keys) == 1:
                return label, "\n".join(lines[count:])
        return None

    def _first_label(self, cell: Cell) -> Label | None:
        """The label that a cell begins with, its value behind it."""
        if cell in self.whole or not any(mark in cell.text for mark in ":：=\t】]"):
            return None
        first = next(iter(pairs(cell.text[:200], self.labels)), None)
        return first.label if first is not None and first.line == 0 else None
