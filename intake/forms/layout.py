"""Where in a table the values stand to their labels: beside, below, in rows or columns of several people."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from itertools import pairwise
from operator import attrgetter

from intake.documents.document import Cell, Table
from intake.forms.endings import is_foot
from intake.forms.habits import habit_of
from intake.forms.labelled import FORM_LABELS, Labelled
from intake.forms.labels import Label, Labels

LISTED_ROWS = 2  # a row of labels with that many filled rows below is a list: one nominee a row
MAX_VALUE_ROWS = 50  # that one label's value may run over

LONGEST_UNKNOWN = 40  # characters of a label that we do not know
LONGEST_SECTION = 200  # characters of a heading, with what stands below it in its cell

#: A row across the whole table that heads what follows: 三、推荐人信息, 推荐单位意见（盖章）：
_SECTION = re.compile(
    r"(?:(?:[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．]|第[一二三四五六七八九十\d]{1,2}部分[:：]?)\s*)?"
    r"(?:(?:.{0,8}(?:推荐|单位|协会|部门|审核).{0,6}|(?:被?推荐人|个人)?基本|个人|工作|联系)(?:信息|情况|意见|资料)|备注|附件|(?:填表)?说明)(?:[（(][^（）()]*[）)])?[:：]?"
)
_NOTE = re.compile(r"\s*(?:注|备注|说明|填表说明)\s*(?:[:：]|\d|$)")
_TOTAL = re.compile(
    r"\s*(?:合\s*计|小\s*计|总\s*计|共\s*计|共\s*\d+\s*[人名位]|备\s*注|说\s*明|注\s*[:：]|填表|填报|制表|审核)"
)


class Layout(Labelled):
    """A cell that is a label, or begins with one, is never a value."""

    def __init__(self, table: Table, labels: Labels, about: str = "") -> None:
        super().__init__(table, labels, about)
        self.taken: set[Cell] = set(self.headings)
        self.under = False  # a long text stood below its label, though there was a blank cell beside it
        told = [label for cell in self.whole if (label := self.meant(cell))]
        self.valued = {  # rows with text that is no label
            row for row, cells in enumerate(self.rows) if any(c.text.strip() and c not in self.labelled for c in cells)
        }
        self.answered = {  # labels with a value, or room for one, beside them
            self.whole[cell].keys
            for cells in self.rows
            for cell, after in pairwise(cells)
            if cell in self.whole and after not in self.labelled
        }
        self.keys = {key for label in told if len(label.keys) == 1 for key in label.keys}
        plain = self._typed_behind_labels() if len(self.keys) >= FORM_LABELS else self.cells
        self.habit = habit_of([c.text.partition("\n")[0] for c in plain if c not in self.labelled], labels)

    def _typed_behind_labels(self) -> list[Cell]:
        """Cells before a blank one, where the form lacks labels: 姓名 李明 typed into the label's own cell."""
        if self.keys.issuperset(self.labels.fields):
            return []
        return [a for cells in self.rows for a, b in pairwise(cells) if a.text.strip() and not b.text.strip()]

    def told(self, seen: Collection[str]) -> set[str]:
        """The keys of the labels; not of 所在单位 as the last answer of a row, where that label was seen before."""
        answers = {
            after
            for cells in self.rows
            for before, after in pairwise(cells)
            if before in self.whole and after is cells[-1] and not self.labelled.issuperset(cells)
            if self._only_looks_like_label(before, [after], seen)
        }
        meant = [label for cell in self.whole if cell not in answers and (label := self.meant(cell))]
        return {key for label in meant if not label.more for key in label.keys}

    def told_besides(self, cell: Cell) -> set[str]:
        """The keys that other cells are about than one that begins with the label of a long text."""
        begun = self.begun.get(cell)
        long = begun is not None and any(self.labels.is_long(key) for key in begun.keys)
        return self._told_by_others(cell) if long else set()

    def _told_by_others(self, cell: Cell) -> set[str]:
        inside = ((other, label) for other, (label, _) in self.parted.items())
        others = (*self.whole.items(), *self.begun.items(), *inside)
        return {key for other, label in others if other is not cell for key in label.keys}

    # Values

    def value_of(self, label: Cell, long: bool, seen: Collection[str]) -> list[Cell]:
        """The cells that belong to a label: on its right, else below it."""
        cells = self._right(label, seen)
        if not any(cell.text.strip() or cell.tables for cell in cells):
            if not long and self._last_head(label):
                cells = self._below(label, (), long) or cells
            elif long or not cells:
                cells = self._below(label, cells, long) or cells
        self.taken.update(cells)
        return cells

    def _last_head(self, label: Cell) -> bool:
        """工作单位 | 党派 | blank, their values below: of labels side by side, the last before a column of other rows."""
        row = self.rows[label.row]
        before = self.before(label)
        heads = before in self.whole and before in row and before is not None and before.row_span == label.row_span
        return heads and not any(cell.text.strip() for cell in row if cell.column > label.column)

    def _right(self, label: Cell, seen: Collection[str]) -> list[Cell]:
        last = min(label.row + min(label.row_span, MAX_VALUE_ROWS), len(self.rows))
        rows = range(label.row, last)
        beside = (
            self._in_parts if label.row_span > 1 and all(self._in_parts(row, label, seen) for row in rows) else None
        )
        cells = list(dict.fromkeys(c for row in rows for c in (beside or self._beside)(row, label, seen)))
        long = any(self.labels.is_long(key) for key in self.whole[label].keys)
        return [*cells, *self._further(label, cells[-1])] if long and cells else cells

    def _further(self, label: Cell, last: Cell) -> Iterable[Cell]:
        """More paragraphs, each in a cell below the value, with nothing but a blank at their left."""
        for row in range(last.row + last.row_span, len(self.rows)):
            filled = self.filled(row)
            if not filled:
                continue
            alone = len(filled) == 1 and filled[0].column == last.column > label.column and self._free(filled[0])
            if not alone or len(filled[0].text) < LONGEST_UNKNOWN or self._ends_form(filled[0]):
                break
            yield filled[0]

    def _in_parts(self, row: int, label: Cell, _seen: Collection[str]) -> list[Cell]:
        """核心事迹 over several rows, in each of them a heading and its text: 工作经历 | …, 突出贡献 | …"""
        after = [cell for cell in self.rows[row] if cell.column > label.column]
        whole = len(after) == 2 and all(self._free(cell) and cell.row_span == 1 for cell in after)
        return after if whole and len(after[0].text) < LONGEST_UNKNOWN else []

    def _beside(self, row: int, label: Cell, seen: Collection[str]) -> list[Cell]:
        """The next cell, or the one after it where the next is an empty extra column."""
        start = bisect_right(self.rows[row], label.column, key=attrgetter("column"))
        after = self.rows[row][start : start + 3]
        if not after:
            return []
        kind = self.whole.get(after[0])
        of_number = kind and len(kind.keys) > 1 and set(self.whole[label].keys) < set(kind.keys)
        if of_number and after[1:] and self._free(after[1]):
            self.taken.add(after[0])  # 被推荐人联系电话 | 手机 | 138…: what kind of number it is
            return after[1:2]
        repeated = self._says_it_again(label, after[0]) or self._only_looks_like_label(label, after, seen)
        repeated = repeated or self._narrates(label, after[0])
        if not (self._free(after[0]) or repeated):
            return []
        empty = not after[0].text.strip() and not after[0].tables
        further = after[1:2]
        if empty and further and self._free(further[0]) and further[0].row_span <= label.row_span:
            third = after[2] if after[2:] and self._free(after[2]) else None  # 工作单位 | blank | 邮政编码 | 400010
            unknown = third and (third.text.strip() or third.column_span >= further[0].column_span)
            return further if further[0].text.strip() and not unknown and self._is_extra(after[0]) else after[:1]
        return after[:1]

    def _is_extra(self, blank: Cell) -> bool:
        """Whether no label has its value in that column; else what follows is a remark: 职称 | blank | 没有可不填."""
        place = (blank.column, blank.column_span)
        return not any(
            before in self.whole
            and (cell.column, cell.column_span) == place
            and cell.text.strip()
            and cell not in self.labelled
            for cells in self.rows
            for before, cell in pairwise(cells)
        )

    def _says_it_again(self, label: Cell, after: Cell) -> bool:
        """手机：138… beside 被推荐人联系电话, and a story that begins with 个人简介：."""
        begun = self.begun.get(after) or (self.parted[after][0] if after in self.parted else None)
        return begun is not None and not set(begun.keys).isdisjoint(self.whole[label].keys)

    def _narrates(self, label: Cell, after: Cell) -> bool:
        """工作单位：2001年起在某厂… at the beginning of a story, where 工作单位 has a cell of its own."""
        begun = self.begun.get(after)
        story = any(self.labels.is_long(key) for key in self.whole[label].keys) and len(after.text) >= LONGEST_SECTION
        return (
            begun is not None
            and story
            and after not in self.taken
            and self._told_by_others(after).issuperset(begun.keys)
        )

    def _only_looks_like_label(self, label: Cell, after: Sequence[Cell], seen: Collection[str]) -> bool:
        """工作单位 as the answer to 与被推荐人关系: its label was there before, or stands above with its own value."""
        looks = self.whole.get(after[0])
        if looks is None or set(looks.keys) & set(self.whole[label].keys):
            return False
        known = all(key in seen for key in looks.keys)
        rest = [cell for cell in self.rows[label.row] if cell.column > after[0].column]
        if known and len(rest) > 1 and len(rest) % 2 == 0 and not self.labelled.intersection(rest[:2]):
            return True  # 与被推荐人关系 | 所在单位 | 传真 | 023-…: a label that we do not know, and its value
        left_over = len(rest) == 2 and not any(cell.text.strip() for cell in rest)  # behind a form's last field
        if left_over and self._filled_elsewhere(after[0]):
            return True
        if len(after) > 1 and self._free(after[1]) and (after[1].text.strip() or not known):
            return False
        followed = len(after) > 1 and after[1] not in self.labelled
        return known or (not followed and self._stands_elsewhere(after[0]))

    def _filled_elsewhere(self, cell: Cell) -> bool:
        """Whether another cell is that label, with a value beside it."""
        return any(
            before is not cell
            and before in self.whole
            and self.whole[before].keys == self.whole[cell].keys
            and after not in self.labelled
            and bool(after.text.strip())
            for cells in self.rows
            for before, after in pairwise(cells)
        )

    def _stands_elsewhere(self, cell: Cell) -> bool:
        """Whether another cell is that label, with room for a value, and this one has none below it either."""
        under = cell.row + cell.row_span
        if under < len(self.rows) and self.labelled.isdisjoint(self.rows[under]):
            return False
        return self.whole[cell].keys in self.answered

    def _below(self, label: Cell, beside: Sequence[Cell], long: bool) -> list[Cell]:
        """The cell under the label, for a long text those under it too. A wrong value is worse than a missing one."""
        own = [cell for cell in self.rows[label.row] if cell.text.strip()]
        if not long and label.row in self.valued:
            return []  # values stand on the right in this form; this one is just not filled in
        cells: list[Cell] = []
        for row in range(label.row + label.row_span, len(self.rows)):
            cell = self.at(row, label.column)
            pushed = cell is None and len(self.rows[row]) == 1 and self.rows[row][0].column <= label.column + 1
            cell = self.rows[row][0] if pushed else cell  # its left edge lies a hair farther in
            if cell is None or cell in cells[-1:] or self._is_page_title(cell):
                continue
            others = [other for other in self.rows[row] if other is not cell]
            open_to = self._free(cell) or (cell not in self.taken and self._answers_above(cell))
            open_to = open_to or (long and self._narrates(label, cell))
            known = any(other in self.labelled and not self._answers_above(other) for other in others)
            known = known and cell.row_span == 1  # a tall one has rows of the form beside it
            if (cell.column != label.column and not pushed) or not open_to or known:
                break
            narrower = cell.column_span < (cells[-1] if cells else label).column_span
            unknown = narrower and len(cell.text) < LONGEST_UNKNOWN
            if len(own) == 1 and others and (unknown or any(other.text.strip() for other in others)):
                break  # a row of its own: a label that we do not know, and its value or room for it
            if beside and cell.column_span <= label.column_span and not self.under:
                if len(cell.text) < LONGEST_UNKNOWN:
                    break  # another label, that we do not know
                self.under = True
            if self._ends_form(cell) or ((cells or not long) and (_NOTE.match(cell.text) or is_foot(cell.text))):
                break
            cells.append(cell)
            if not long or len(cells) == MAX_VALUE_ROWS:
                break
        return cells

    def _is_page_title(self, cell: Cell) -> bool:
        """The form's title once more, between a label at a page's end and its text on the next."""
        if cell.row + 1 >= len(self.rows) or not self.labels.heads_form(cell.text):
            return False
        below = self.at(cell.row + 1, cell.column)
        return below is not None and self._free(below) and len(below.text) >= LONGEST_UNKNOWN

    def _ends_form(self, cell: Cell) -> bool:
        """三、推荐人信息, 推荐单位意见（盖章）：, or the title of the form below. Not a story that begins with 一、基本情况."""
        first = cell.text.strip().partition("\n")[0]
        section = _SECTION.fullmatch(first) and ("意见" in first or len(cell.text) < LONGEST_SECTION)
        return bool(section) or self.labels.heads_form(cell.text)

    def _answers_above(self, cell: Cell) -> bool:
        """手机：138… below 联系电话, 所在单位 below 与被推荐人关系, where it has been a label before."""
        above = self.at(cell.row - 1, cell.column) if cell.row else None
        if above not in self.whole or above is None:
            return False
        looks = self.whole.get(cell)
        if looks is None or looks.keys == self.whole[above].keys:
            return self._says_it_again(above, cell)
        if any(map(self.labels.is_long, self.whole[above].keys)):
            return False
        parted = ((other, label) for other, (label, _) in self.parted.items())
        told = (*self.whole.items(), *self.begun.items(), *parted)
        return any(other.row < cell.row and label.keys == looks.keys for other, label in told)

    def _free(self, cell: Cell) -> bool:
        return cell not in self.labelled and cell not in self.taken

    # Several people

    def headed(self) -> dict[int, tuple[Mapping[Cell, Label], Sequence[int]]]:
        """Rows in which labels stand side by side, each with the rows of values below it."""
        found: dict[int, tuple[Mapping[Cell, Label], Sequence[int]]] = {}
        for row in range(len(self.rows)):
            if self.is_head(row) and (filled := self._filled_below(row)):
                heads = [cell for cell in self.rows[row] if cell.row + cell.row_span - 1 == row]
                found[row] = {cell: label for cell in heads if (label := self.meant(cell))}, filled
                self.taken.update(heads, *map(self.own, filled))
        return found

    def _filled_below(self, row: int) -> list[int]:
        """The rows under a row of labels that hold values: up to the next row with labels, or the total."""
        filled = []
        for below in range(row + 1, len(self.rows)):
            cells = self.rows[below]
            taken = sum(not self._free(cell) for cell in cells)
            texts = [cell for cell in cells if cell.text.strip()]
            enough = len(texts) + (self._free(texts[0]) if texts else 0)  # a row of labels begins with one
            if (texts and 2 * taken >= enough) or 2 * taken > len(cells):
                break  # labels of its own; one among many is a value that reads like a label: 所在单位
            if texts and (_TOTAL.match(texts[0].text) or self._ends_form(texts[0])):
                break
            if any(cell.text.strip() for cell in cells):
                filled.append(below)
        return filled

    def _are_numbered(self, columns: Iterable[int]) -> bool:
        """人选一 | 人选二 above the columns: each is a person, named or not."""
        heads = [cell.text.strip() if (cell := self.at(0, column)) else "" for column in columns]
        return len(set(heads)) > 1 and "" not in heads and len({_ORDINAL.sub("", head) for head in heads}) == 1

    def side_by_side(self) -> list[list[tuple[Label, Cell]]]:
        """Several people in columns, the labels once at their left: 姓名 | 张伟 | 李娜."""
        lines: list[tuple[Label, list[Cell]]] = []
        told: set[tuple[str, ...]] = set()  # 所在单位 is an answer where it was a label before
        for row, cells in enumerate(self.rows):
            labelled = [
                number for number, cell in enumerate(cells) if cell in self.labelled and cell not in self.headings
            ]
            if sum(self._asks(cells[n], cells[labelled[0]], told) for n in labelled) > 1:
                if lines:
                    return []
                continue  # 被推荐人一 | 被推荐人二 above the columns
            if labelled and cells[labelled[0]].row == row and (label := self.meant(cells[labelled[0]])):
                lines.append((label, cells[labelled[0] + 1 :]))
                told.add(label.keys)
        names = next((values for label, values in lines if label.keys == (self.labels.first,)), [])
        alike = names if self._are_numbered(cell.column for cell in names) else ()
        people = [cell.column for cell in names if cell in alike or self.labels.value(self.labels.first, cell.text)]
        several = [values for _, values in lines if sum(bool(cell.text.strip()) for cell in values) > 1]
        if len(people) < LISTED_ROWS or len(several) < FORM_LABELS:
            return []
        return [[(label, cell) for label, values in lines if (cell := _over(values, column))] for column in people]

    def _asks(self, cell: Cell, first: Cell, told: Container[tuple[str, ...]]) -> bool:
        """Whether a labelled cell is no answer to the row's first: not 手机：138… behind 联系电话."""
        if label := self.whole.get(cell):
            return label.keys not in told
        asked, within = self.whole.get(first), self.begun.get(cell) or self.parted[cell][0]
        return asked is None or set(asked.keys).isdisjoint(within.keys)


_ORDINAL = re.compile(r"[\d一二三四五六七八九十①②③④⑤甲乙丙丁A-D]")


def _over(cells: Sequence[Cell], column: int) -> Cell | None:
    return next((cell for cell in cells if cell.column <= column < cell.column + cell.column_span), None)
