"""Labels and values in running text, line by line: 姓名：张伟, values over several lines, and where they end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from intake.forms.endings import PARAGRAPH, POLITE, is_item, own_lines
from intake.forms.habits import LONGEST_GLUED, Habit, habit_of
from intake.forms.labels import Labels
from intake.forms.line import LONGEST_HEAD, Pair, first_in, in_line, in_loose_line, is_long
from intake.forms.narrative import goes_on_about, narrates, retold
from intake.forms.numbers import is_kind_of
from intake.forms.value_ends import ends, outlasts_blanks, takes
from intake.forms.whose_number import of_the_form
from intake.values.relations import is_relation

SPACED_FROM = 3  # lines


def pairs(
    text: str,
    labels: Labels,
    *,
    bare: bool = False,
    free: bool = False,
    habit: Habit | None = None,
    told: Collection[str] = (),
) -> list[Pair]:
    """All labels in `text` with their values.

    bare   a line that is nothing but a label counts too; its value is on the next line
    free   a person's own words: 推荐人是李四, 联系电话 13900005678 count, and a closing formula ends a value
    habit  how the writer does without colons; None: see it from the text
    told   keys that have their answers elsewhere
    """
    lines = own_lines(_whole_cells(text.split("\n"), labels))
    writing = _Writing(lines, labels, habit or habit_of(lines, labels, free=free), told, bare=bare, free=free)
    found = writing.pairs()
    return [_without_thanks(pair, labels) for pair in found] if free else found


class _Writing:
    """Somebody's lines while they are read: the labels so far, and the value that may go on."""

    def __init__(
        self, lines: Sequence[str], labels: Labels, habit: Habit, told: Collection[str], *, bare: bool, free: bool
    ) -> None:
        self.lines, self.labels = lines, labels
        self.bare, self.free, self.habit, self.told = bare, free, habit, told
        self.found: list[Pair] = []
        self.open: Pair | None = None  # whose value may go on in the next line
        self.met: set[str] = set()  # keys of labels so far
        self.about = ""  # of whom the part of the form is
        self.blanks = 0  # lines since the open value's last paragraph
        self.spaced = _is_spaced(lines)  # an empty line between any two: that one says nothing

    def pairs(self) -> list[Pair]:
        for number in range(len(self.lines)):
            if (about := _heads(self.lines, number, self.labels)) is not None:
                self.about, self.open = about, None
            else:
                self._read(number)
        return self.found

    def _read(self, number: int) -> None:
        line, fresh = self.lines[number], self._labels_in(number)
        if self.open and (own := self._of_open(self.open, fresh, number)):
            self._add(self.open, own, number)
        elif fresh:
            self._begin(fresh)
        elif not line.strip():
            self.blanks += not self.spaced or (number > 0 and not self.lines[number - 1].strip())
            self.open = self.open if self.open and outlasts_blanks(self.open, self.blanks, self.labels) else None
        elif self.open and not ends(self.open, self.lines, number, self.labels, free=self.free):
            self.open = self._add(self.open, [line], number) if takes(self.open, line, self.labels) else None
        else:
            self.open = None

    def _labels_in(self, number: int) -> list[Pair]:
        """The pairs that begin in a line: with colons, else as the writer's habit has them."""
        line, labels = self.lines[number], self.labels
        free = self.free and not narrates(self.open, line, labels)
        narrated = self.open is not None and is_long(self.open.label.keys, labels)
        fresh = (
            list(in_line(line, number, labels, bare=self.bare, free=free, narrated=narrated)) if line.strip() else []
        )
        if not fresh and (self.habit.loose or self.habit.glued):
            fresh = list(in_loose_line(line, number, labels, self.habit))
        return of_the_form(fresh, self.lines, number, self.met, labels, below=self.found[-1:]) if fresh else fresh

    def _of_open(self, pair: Pair, fresh: Sequence[Pair], number: int) -> Sequence[str]:
        """What a line says that begins with a label, and yet is the value of the label above it."""
        line = self.lines[number]
        if _answers(fresh, pair, self.met) or goes_on_about(fresh, pair, self.labels):
            return [line.strip()]
        if len(fresh) == 1 and pair.empty and is_kind_of(fresh[0].label, pair.label):
            return fresh[0].values
        below = self.lines[number:]
        return [line] if fresh and retold(fresh, pair, self.found, self.told, labels=self.labels, below=below) else ()

    def _add(self, pair: Pair, own: Sequence[str], number: int) -> Pair:
        pair.values.extend(own)
        pair.last = number
        self.blanks = 0 if PARAGRAPH.search(own[-1]) or is_item(own[-1]) else self.blanks
        return pair

    def _begin(self, fresh: Sequence[Pair]) -> None:
        for pair in fresh:
            if self.about:  # 被推荐人姓名 ends what 推荐人 headed
                self.about = self.labels.whom(pair.label) or self.about
            pair.about = self.about
            self.met.update(pair.label.keys)
        self.found.extend(fresh)
        self.open, self.blanks = fresh[-1], 0


def _is_spaced(lines: Sequence[str]) -> bool:
    """Whether there is an empty line between any two, as some programs write paragraphs down."""
    written = [bool(line.strip()) for line in lines]
    return sum(written) > SPACED_FROM and not any(a and b for a, b in pairwise(written))


def _whole_cells(lines: list[str], labels: Labels) -> list[str]:
    """推荐人 at a line's end and 联系电话, a tab, 139… below: a table's cell of two lines, as mail programs write it down."""
    for number in range(1, len(lines)):
        cell, tab, _ = lines[number].partition("\t")
        head, _, person = lines[number - 1].rpartition("\t")
        if tab and cell and len(person) < LONGEST_HEAD and labels.person(person) and labels.match(f"{person}{cell}"):
            lines[number - 1], lines[number] = head, f"{person}{lines[number]}"
    return lines


def _without_thanks(pair: Pair, labels: Labels) -> Pair:
    """与被推荐人关系：父女，麻烦更新一下"""
    if not is_long(pair.label.keys, labels):
        pair.values = [POLITE.sub("", value) for value in pair.values]
    return pair


def _heads(lines: Sequence[str], number: int, labels: Labels) -> str | None:
    """Whom the line's part is about, where it is a heading: 二、推荐人信息, or 【推荐人】 with 姓名：… below."""
    line = lines[number]
    if len(line) > LONGEST_GLUED or not line.strip():
        return None
    if about := labels.heading(line):
        return about
    if about := labels.person(line):
        asked = line.rstrip().endswith((":", "："))  # 推荐人： with a blank line below was not filled in
        near = lines[number + 1 : number + (2 if asked else 3)]
        below = next((one for one in near if one.strip()), "")
        first = first_in(below, labels)
        if first and labels.is_part(first.label, about):
            return about
    return None


def _answers(fresh: Sequence[Pair], open_pair: Pair, met: Collection[str]) -> bool:
    """所在单位 below 与被推荐人关系： is its answer, as is a label that was met before."""
    if len(fresh) != 1 or not fresh[0].bare or not open_pair.empty:
        return False
    if not open_pair.bare and is_relation(fresh[0].label.word):
        return True
    return all(key in met for key in fresh[0].label.keys)
