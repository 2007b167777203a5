"""Every filled-in form in a Document: which text was written for which field, and where it stands.

A form is at least three different labels (FORM_LABELS), in tables or as 标签：值 lines; fewer are a covering letter. Labels
that merely stand alone on lines, without a colon, count only where something was written below them: so do the notice's
own words. The blank form comes back as a form without fields.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from intake.chinese.squeezed import squeezed
from intake.documents.document import MAX_BLOCKS, Cell, Document, Paragraph, Table
from intake.forms.beside import apart
from intake.forms.digit_boxes import unboxed
from intake.forms.joint import shared_out
from intake.forms.labelled import FORM_LABELS
from intake.forms.labels import Label, Labels, labels_of
from intake.forms.layout import LISTED_ROWS, LONGEST_UNKNOWN, Layout
from intake.forms.line import Pair, split
from intake.forms.lines import pairs
from intake.forms.lost_ticks import ticked_again
from intake.forms.piped import ruled
from intake.forms.raw_field import RawField
from intake.forms.stamped import unparted, unstamped
from intake.forms.torn import completed, whole_again
from intake.forms.walls import walled
from intake.forms.woven import woven
from rules.campaign import Campaign

__all__ = ["FORM_LABELS", "Form", "RawField", "read_forms"]

MAX_TABLES = 20  # inside each other

_EXAMPLE = re.compile(r"\(?(?:填写|填报)?(?:[示范样举]例|样本|例)(?:\d|[一二三])?\)?[:：]?")
#: （样表）, 填写示例：, what heads a form that somebody made up to show how it is done; with the form's title, or alone.
_SAMPLE = re.compile(
    r"[【\[(（]?(?:附件\d{0,2}[:：.、]?)?.{0,16}?(?:征集表|推荐表|登记表|线索表)?[”\"]?[【\[(（]?(?:填写|填报|填表|参考)?(?:样表|样例|示例|范例|范本|样本)"
    r"(?:表|如下|\(?仅?供参考\)?)?[)）】\]]?[:：]?|[【\[(（](?:填写)?(?:样表|样例|示例|范例|范本|样本)[)）】\]].{0,24}表"
)
_DITTO = re.compile(r"[（(]?(?:同上|同前|〃|″|”|\"|〞)[）)]?[。.]?")


@dataclass(frozen=True, slots=True)
class Form:
    """What one form says about one nominee, by KEY. Empty for a form nobody filled in."""

    fields: Mapping[str, RawField]
    place: str
    listed: bool = False  # a row of a list with column headings, not a form of its own
    sample: bool = False  # below 样表


def read_forms(document: Document, campaign: Campaign, least: int = FORM_LABELS) -> list[Form]:
    """Find every form of at least so many labels. Never raises; no form gives an empty list."""
    reading = _Reading(labels_of(campaign), least)
    lines: list[Paragraph] = []
    first = 1
    number = tables = 0
    for place, block in ruled(document.blocks, reading.labels):
        if isinstance(block, Paragraph):
            number += 1
            first = first if lines else number
            lines.append(block)
            continue
        if rows := woven(lines, block, reading.labels):
            lines += rows
            continue
        reading.lines(lines, first)
        lines = []
        if isinstance(document.blocks[place], Table):
            tables += 1
            for part in apart(block, reading.labels):
                reading.table(part, f"第{tables}个表格", 0)
        else:
            reading.table(block, f"第{number + 1}段起的表格", 0)
            number += block.rows
    reading.lines(lines, first)
    return reading.forms()


@dataclass(slots=True)
class _Open:
    """A form while it is read."""

    place: str
    seen: dict[str, None] = field(default_factory=dict)  # keys in the order of their labels
    fields: dict[str, RawField] = field(default_factory=dict)
    authority: dict[str, int] = field(default_factory=dict)  # of the label at which a key's value stood
    firm: set[str] = field(default_factory=set)  # keys whose label stood in a table or before a colon
    about: str = ""
    listed: bool = False
    ended: bool = False  # a title stood below it: the next form begins, unless the page has merely its title again
    sample: bool = False
    goes_on: bool = False  # began with the label that the form before began with, but perhaps is the rest of that one

    def form(self, least: int) -> Form | None:
        enough = len(self.firm | self.fields.keys()) >= least
        return Form(self.fields, self.place, self.listed, self.sample) if enough else None


class _Reading:
    """Labels and values put together into forms, in reading order."""

    def __init__(self, labels: Labels, least: int) -> None:
        self.labels = labels
        self.least = least
        self.found: list[Form] = []
        self.open = _Open("")
        self.about = ""  # of whom the part of the form is that is being read
        self.lists: set[tuple[tuple[str, ...], ...]] = set()  # headings of lists: again on the next page, above one row
        self.sample = False  # a heading said that the next form is one
        self.owed: Cell | None = None  # a long text's label that a table ends with: its text comes below

    def forms(self) -> list[Form]:
        self._close()
        own = [form for form in self.found if not form.sample]
        return own if any(self.labels.first in form.fields for form in own) else self.found

    def lines(self, lines: Sequence[Paragraph], first: int) -> None:
        owed, self.owed = self.owed, None
        if not lines:
            return
        if owed:
            lines, first = [Paragraph(owed.text, owed.confidence), *lines], first - 1
        samples = [number for number, line in enumerate(lines) if _is_sample(line.text)]
        for title, part, number in _parts([line.text for line in lines], self.labels):
            if title:
                self.about = ""
            self.open.ended = self.open.ended or title
            for pair in pairs("\n".join(part), self.labels, bare=True):
                used = lines[number + pair.line : number + pair.last + 1]
                confidence = min((line.confidence for line in used), default=1.0)
                self.about = pair.about or self.about
                self._passes(samples, number + pair.line)
                self._enter(pair, f"第{first + number + pair.line}段", confidence)
        self._passes(samples, len(lines))
        self.about = next((about for line in lines[-2:] if (about := self.labels.heading(line.text))), self.about)

    def _passes(self, samples: list[int], line: int) -> None:
        """What stands above the line: 样表 ends the form before it, and heads the next."""
        while samples and samples[0] < line:
            del samples[0]
            self.sample = self.open.ended = True

    def table(self, table: Table, place: str, depth: int) -> None:
        if depth > MAX_TABLES:
            return
        for mend in (walled, unstamped, unparted, whole_again, completed, unboxed, ticked_again):
            table = mend(table, self.labels)
        layout = Layout(table, self.labels, self.about)
        again = self.labels.first in layout.keys or not self.open.seen.keys().isdisjoint(layout.told(self.open.seen))
        if len(layout.keys) >= FORM_LABELS and again:
            self._close()  # what the covering letter says of the nominee, the form says again
        self._read_on(layout)
        if people := layout.side_by_side():
            self._columns(people, place)
            return
        headed = layout.headed()
        for cell in layout.cells:
            if head := headed.pop(cell.row, None):
                self._headed(layout, cell.row, *head, place)
            where = f"{place}第{cell.row + 1}行"
            if cell not in layout.taken:
                self.about = layout.about.get(cell, self.about if depth else "")
                self._cell(layout, cell, where)
            for number, inner in enumerate(cell.tables, start=1):
                self.table(inner, f"{where}内第{number}个表格", depth + 1)
        self.about = layout.last_about
        self.owed = self._left_open(layout)

    def _read_on(self, layout: Layout) -> None:
        """A long text that the table before ended with goes on in the first row, which has no label."""
        first = [cell for cell in layout.rows[0] if cell.text.strip()] if layout.rows else []
        key = next(reversed(self.open.seen), "")
        if len(first) != 1 or first[0] in layout.labelled or len(first[0].text) < LONGEST_UNKNOWN:
            return
        if key in self.open.fields and self.labels.is_long(key):
            known, more = self.open.fields[key], self.labels.value(key, first[0].text)
            if more not in known.text:  # a table within the value itself; a hint is nothing more
                self.open.fields[key] = replace(known, text=f"{known.text}\n{more}")
            layout.taken.add(first[0])

    def _left_open(self, layout: Layout) -> Cell | None:
        """Photographs of a second page may lack the border above its first row."""
        last = layout.cells[-1] if layout.cells else None
        label = layout.whole.get(last) if last else None
        if last is None or label is None or any(cell.row == last.row for cell in layout.cells[:-1]):
            return None
        key = label.keys[0]
        return last if self.labels.is_long(key) and key in self.open.seen and key not in self.open.fields else None

    def _cell(self, layout: Layout, cell: Cell, where: str) -> None:
        label, meant = layout.whole.get(cell), layout.meant(cell)
        if meant and meant.joint:
            cells = layout.value_of(cell, False, self.open.seen)
            self._share(meant, self._joined(cells), where, _least(cells))
        elif label:
            if key := self._see(label, where):
                self._values(label, key, layout.value_of(cell, self.labels.is_long(key), self.open.seen), where)
            elif not any(self.labels.is_long(key) for key in label.keys):
                layout.value_of(cell, False, self.open.seen)  # of somebody whom the form does not ask about it
        elif inside := layout.inside(cell):
            self._tell(*inside, where, cell.confidence)
        elif self.labels.heads_form(cell.text) or _is_sample(cell.text):
            self.open.ended = True
            self.sample = self.sample or _is_sample(cell.text)
        else:
            beside = layout.whole.get(layout.before(cell) or cell)
            for pair in pairs(cell.text, self.labels, habit=layout.habit, told=layout.told_besides(cell)):
                self._enter(self._of_person(beside, pair) if beside else pair, where, cell.confidence)

    def _values(self, label: Label, key: str, cells: Sequence[Cell], where: str) -> None:
        text = self._joined(cells)
        confidence = label.confidence * _least(cells)
        if (number := self.labels.reached(label, text)) is not label:
            self._tell(number, text, where, confidence)
            return
        if self.labels.is_long(key):
            self._put(label, key, text, where, confidence)
            return
        first, *others = split(label, text, self.labels)
        repeated = [pair for pair in others if key in pair.label.keys]  # 办公室：023…，手机：138… for one person
        self._put(label, key, " ".join(filter(None, (pair.text for pair in (first, *repeated)))), where, confidence)
        for pair in others:
            if pair not in repeated:
                self._enter(self._of_person(label, pair), where, confidence)

    def _of_person(self, label: Label, pair: Pair) -> Pair:
        """推荐人：139… beside 联系电话 is the recommender's number."""
        person = self.labels.persons.get(pair.label.word, "")
        if person and (part := self.labels.of_person(self.labels.clean.get(label.word, label), person)):
            return Pair(part, pair.line, pair.values)
        return pair

    def _joined(self, cells: Iterable[Cell]) -> str:
        return "\n".join(text for cell in cells if (text := _cell_text(cell, self.labels)))

    def _headed(
        self, layout: Layout, row: int, headings: Mapping[Cell, Label], rows: Sequence[int], place: str
    ) -> None:
        """A row of labels with the values below."""
        named = {label.keys[0] for label in headings.values() if len(label.keys) == 1}  # 推荐人电话 beside 联系电话
        headings = {cell: _of_others(label, named) for cell, label in headings.items()}
        heads = tuple(label.keys for label in headings.values())
        rows = rows[: MAX_BLOCKS // max(len(headings), 1)]  # hundreds of labels, above thousands of rows of one cell
        rows = [r for r in rows if not (_runs_over(layout, r, headings) or _is_example(layout, r, headings))]
        several = len(rows) >= LISTED_ROWS or (bool(rows) and heads in self.lists)
        if several and not any(self.labels.first in label.keys for label in headings.values()):
            rows = []  # a table about something else
        elif several:
            self.lists.add(heads)
            rows = [r for r in rows if self._names_somebody(layout, r, headings)]
        above: dict[Cell, str] = {}
        for r in rows or [row]:
            where = f"{place}第{r + 1}行"
            if several:
                self._close()
                self.open.listed = True
            for heading, label in headings.items():
                cell = layout.at(r, heading.column) if r != row else None
                text = _cell_text(cell, self.labels) if cell else ""
                if several and _DITTO.fullmatch(text.strip()):
                    text = above.get(heading, "")
                above[heading] = text
                self._tell(label, text, where, cell.confidence if cell else 1.0)
            if several:
                self._close()

    def _names_somebody(self, layout: Layout, row: int, headings: Mapping[Cell, Label]) -> bool:
        """Whether a row of a list is about a person: not a single text, below any labels but the name's."""
        below = {cell: label for head, label in headings.items() if (cell := layout.at(row, head.column))}
        told = [label for cell, label in below.items() if cell.text.strip()]
        return len(told) > 1 or any(self.labels.first in label.keys for label in told)

    def _columns(self, people: Sequence[Sequence[tuple[Label, Cell]]], place: str) -> None:
        for told in people:
            self._close()
            for label, cell in told:
                where = f"{place}第{cell.row + 1}行"
                self._tell(label, _cell_text(cell, self.labels), where, cell.confidence)
        self._close()

    def _enter(self, pair: Pair, where: str, confidence: float = 1.0) -> None:
        self._tell(pair.label, pair.text, where, confidence, firm=not pair.bare)

    def _tell(self, label: Label, text: str, where: str, confidence: float, *, firm: bool = True) -> None:
        label = self.labels.reached(label, text)
        meant = self.labels.within(label, self.about)
        if meant and meant.joint:
            self._share(meant, text, where, confidence)
        elif key := self._see(label, where, firm=firm):
            self._put(label, key, text, where, label.confidence * confidence)

    def _share(self, label: Label, text: str, where: str, confidence: float) -> None:
        for key in label.keys:
            self._see(Label((key,)), where)
        for key, part in shared_out(label, text, self.labels):
            self._put(label, key, part, where, label.confidence * confidence)

    def _see(self, label: Label, where: str, *, firm: bool = True) -> str | None:
        """Which field the label means here; a form's first label once more begins the next form."""
        key = self._resolved(label)
        if key is None:
            return None
        if key in self.open.seen and (key in (next(iter(self.open.seen)), self.labels.first) or self.open.ended):
            self._close()
            self.open.goes_on = key != self.labels.first
        self.open.ended = False
        if not self.open.seen:
            self.open.place, self.open.sample, self.sample = where, self.sample, False
        self.open.seen[key] = None
        if firm:
            self.open.firm.add(key)
        self.open.about = self.labels.about(key)
        return key

    def _resolved(self, label: Label) -> str | None:
        """A bare 联系电话 is of whom the labels before it are about; else of the first person who has none yet."""
        within = self.labels.within(label, self.about)
        if within is None:
            return None
        if len(within.keys) == 1:
            return within.keys[0]
        blank = [key for key in within.keys if key not in self.open.seen]
        same = [key for key in blank if self.labels.about(key) == self.open.about]
        return next(iter(same or blank), None)

    def _put(self, label: Label, key: str, text: str, where: str, confidence: float) -> None:
        value = self.labels.value(key, text, label.word)
        known = self.open.fields.get(key)
        if known and value and label.more and self.labels.is_long(key):
            self.open.fields[key] = replace(known, text=f"{known.text}\n{value}")
            return
        authority = self.labels.authority(label, key)
        better = known is None or known.confidence < confidence or authority > self.open.authority[key]
        if known and self.labels.is_long(key) and len(known.text) <= LONGEST_UNKNOWN < len(value):
            better = True  # 附后 in the table, and the story below it
        if value and better:
            self.open.fields[key] = RawField(value, where, confidence)
            self.open.authority[key] = authority

    def _close(self) -> None:
        if self.open.goes_on and self.found and self.labels.first not in self.open.seen:
            before = self.found.pop()  # the covering letter had named what stands at the form's end
            self.found.append(replace(before, fields={**before.fields, **self.open.fields}))
        elif form := self.open.form(self.least):
            self.found.append(form)
        self.open = _Open("")


def _is_sample(text: str) -> bool:
    return len(text) <= LONGEST_UNKNOWN and _SAMPLE.fullmatch(squeezed(text)) is not None


def _least(cells: Iterable[Cell]) -> float:
    return min((cell.confidence for cell in cells), default=1.0)


def _of_others(label: Label, named: Collection[str]) -> Label:
    """A label that may be several people's, without those of whom another one is."""
    keys = tuple(key for key in label.keys if key not in named)
    return replace(label, keys=keys) if keys and len(label.keys) > 1 and not label.joint else label


def _runs_over(layout: Layout, row: int, headings: Collection[Cell]) -> bool:
    """Whether a text stands below several headings: a remark below the list, a torn row's rest."""
    below = [cell for head in headings if (cell := layout.at(row, head.column)) and cell.text.strip()]
    return len(below) - len(set(below)) >= FORM_LABELS - 1


def _is_example(layout: Layout, row: int, headings: Collection[Cell]) -> bool:
    """示例 where the other rows have their numbers."""
    numbers = [cell for cell in layout.own(row) if all(cell.column != head.column for head in headings)]
    return any(_EXAMPLE.fullmatch(squeezed(cell.text)) for cell in numbers)


def _parts(lines: Sequence[str], labels: Labels) -> Iterable[tuple[bool, Sequence[str], int]]:
    """The lines cut at each form title: begins with a title, the lines, number of lines before."""
    starts = [0, *(i for i, line in enumerate(lines) if i and labels.heads_form(line))]
    for start, end in zip(starts, (*starts[1:], len(lines)), strict=True):
        yield labels.heads_form(lines[start]), lines[start:end], start


def _cell_text(cell: Cell, labels: Labels) -> str:
    """The cell's text; of a table within it too, where that holds no labels of its own."""
    texts = [cell.text] if cell.text.strip() else []
    for table in cell.tables:
        if len(table.cells) == 1 or not any(labels.match(inner.text) for inner in table.cells):
            texts.extend(inner.text for inner in table.cells if inner.text.strip())
    return "\n".join(texts)
