"""Which cells of a table are labels, of whom they speak, and which cells hold their values."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from operator import attrgetter

from intake.documents.document import Cell, Table
from intake.forms.columns import that_hold
from intake.forms.labels import Label, Labels
from intake.forms.lines import glued_label, habit_of, is_foot, looks_like, pairs
from rules.campaign import FieldType

FORM_LABELS = 3
LISTED_ROWS = 2  # a row of labels with that many filled rows below is a list: one nominee a row
MAX_VALUE_ROWS = 50  # that one label's value may run over
MOST_COLUMNS = 64  # of a row in which labels may stand in groups
MAX_LABEL_LINES = 4  # a label broken over lines, above its value in one cell
SURE_LENGTH = 4  # characters of a label that recognition may have run together with its value

LONGEST_UNKNOWN = 40  # characters of a label that we do not know
SHORTEST_STORY = 12  # characters behind a long field's label that are no more of the label

#: A row across the whole table that heads what follows: 三、推荐人信息, 推荐单位意见（盖章）：
_SECTION = re.compile(
    r"(?:(?:[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．]|第[一二三四五六七八九十\d]{1,2}部分[:：]?)\s*)?"
    r"(?:(?:.{0,8}(?:推荐|单位|协会|部门|审核).{0,6}|(?:被?推荐人|个人)?基本|个人|工作|联系)(?:信息|情况|意见|资料)|备注|附件|(?:填表)?说明)(?:[（(][^（）()]*[）)])?[:：]?"
)
_NOTE = re.compile(r"\s*(?:注|备注|说明|填表说明)\s*(?:[:：]|\d|$)")
_TOTAL = re.compile(
    r"\s*(?:合\s*计|小\s*计|总\s*计|共\s*计|共\s*\d+\s*[人名位]|备\s*注|说\s*明|注\s*[:：]|填表|填报|制表|审核)"
)
#: What makes another label of the one that a cell begins with: 推荐单位意见, 单位地址.
_OTHER_LABEL = re.compile(
    r"(?:意见|地址|性质|领导|负责人|联系人|盖章|公章|签[字名章]|邮编|传真|邮箱|代码|简称|编[号码]|时间|日期|说明|情况|材料|证明"
    r"|拼音|类[别型]|级别|网址|规模|所在地|人数)"
)
#: 推荐单位（盖章）, and on the next line who signs for it.
_SIGNED = re.compile(r"\s*(?:经办人|联系人|联络人|负责人)\s*[:：]|\s*[（(]?(?:盖章|公章|签[字名章])")
LONGEST_OTHER = 8  # characters: 所在单位, and on the next line 意见（盖章）
_DIGITS = frozenset((FieldType.PHONE, FieldType.MONTH, FieldType.NUMBER))


class Layout:
    """A table with its labels found. A cell that is a label, or begins with one, is never a value."""

    def __init__(self, table: Table, labels: Labels, about: str = "") -> None:
        self.labels = labels
        self.cells = that_hold(table)
        self.rows: list[list[Cell]] = [[] for _ in range(table.rows)]
        for cell in self.cells:
            for row in range(cell.row, min(cell.row + cell.row_span, table.rows)):
                self.rows[row].append(cell)
        for cells in self.rows:
            cells.sort(key=lambda cell: cell.column)
        self.whole: dict[Cell, Label] = {cell: label for cell in self.cells if (label := labels.match(cell.text))}
        self.about: dict[Cell, str] = {}  # of whom the part of the form is in which a cell stands
        self.headings: set[Cell] = set()
        self.last_about = about
        self._group()
        self._divide()
        self.parted: dict[Cell, tuple[Label, str]] = {}  # label and value in one
        self._part_cells()
        self.begun = {cell: label for cell in self.cells if (label := self._first_label(cell))}
        self.labelled = {*self.whole, *self.parted, *self.begun, *self.headings}
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
        plain = [cell.text.partition("\n")[0] for cell in self.cells if cell not in self.labelled]
        self.habit = habit_of(plain if len(self.keys) < FORM_LABELS else (), labels)

    # Labels

    def meant(self, cell: Cell) -> Label | None:
        """The label that a cell is, as the part of the form means it in which it stands."""
        label = self.whole.get(cell)
        return label and self.labels.within(label, self.about.get(cell, ""))

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

    def inside(self, cell: Cell) -> tuple[Label, str] | None:
        """Label and value of a cell that holds both, the label on its first lines."""
        return self.parted.get(cell)

    def at(self, row: int, column: int) -> Cell | None:
        before = bisect_right(self.rows[row], column, key=attrgetter("column")) - 1
        cell = self.rows[row][before] if before >= 0 else None
        return cell if cell and column < cell.column + cell.column_span else None

    def own(self, row: int) -> list[Cell]:
        return [cell for cell in self.rows[row] if cell.row == row]

    def _is_head(self, row: int) -> bool:
        """Labels side by side: 序号 | 姓名 | 性别 | 工作单位. Not 关系 | 所在单位 | 联系电话 | 138…, which has its values."""
        beside = list(pairwise(self.own(row)))
        labels = sum(a in self.whole and b in self.whole for a, b in beside)
        return labels >= FORM_LABELS - 1 and not any(
            a in self.whole and b not in self.whole and looks_like(self.whole[a].keys[0], b.text, self.labels)
            for a, b in beside
        )

    def _group(self) -> None:
        """联系电话 | 被推荐人 | 138… | 推荐人 | 139…: the label of a group makes those in it its own."""
        for row, cells in enumerate(self.rows):
            for cell, after in pairwise(cells if len(cells) <= MOST_COLUMNS else ()):
                if cell.row == row and cell in self.whole and self._splits(cell, row, after):
                    below = range(row, min(row + cell.row_span, len(self.rows)))
                    self._join(cell, (c for r in below for c in self.rows[r] if c.column > cell.column))
            filled = [cell for cell in self.own(row) if cell.text.strip()]
            if len(filled) == 1 and filled[0] in self.whole and row + 1 < len(self.rows):
                first, *others = self.rows[row + 1] or [filled[0]]
                if (
                    first.row == row + 1
                    and len(others) < MOST_COLUMNS
                    and self._splits(filled[0], row + 1, first, least=2)
                ):
                    self._join(filled[0], (first, *others))

    def _splits(self, cell: Cell, row: int, first: Cell, least: int = 1) -> bool:
        """Whether `first` and its like are parts of the label in `cell`, their values beside them."""
        label, cells = self.whole[cell], self.rows[row]
        parts = [c for c in cells if c.column >= first.column and self._part(label, c)]
        if first not in parts or len(parts) < least:
            return False
        digits = any(self.labels.fields[key].type in _DIGITS for key in label.keys)
        for part in parts:
            value = next((c for c in cells if c.column > part.column), None)
            if value is None or value in self.whole or (digits and self._is_no_number(label, value)):
                return False
        return True

    def _is_no_number(self, label: Label, value: Cell) -> bool:
        return not re.search(r"\d", value.text) and bool(self.labels.value(label.keys[0], value.text))

    def _part(self, label: Label, cell: Cell) -> Label | None:
        person = self.labels.person(cell.text)
        return self.labels.of_person(label, person) if person else None

    def _join(self, group: Cell, cells: Iterable[Cell]) -> None:
        label = self.whole.pop(group)
        self.headings.add(group)
        for cell in cells:
            if part := self._part(label, cell):
                self.whole[cell] = part

    def _divide(self) -> None:
        """Of whom each part of the table is: below 二、推荐人信息, or beside a 推荐人 that stands before 姓名 and 单位."""
        beside: dict[Cell, str] = {}
        heads = {row for row in range(len(self.rows)) if self._is_head(row)}
        for row, cells in enumerate(self.rows):
            filled = [cell for cell in self.own(row) if cell.text.strip() or cell.tables]
            if len(filled) == 1 and (about := self._heads(filled[0], row)):
                self.last_about = about
                self._make_heading(filled[0])
                continue
            here = ""
            for number, cell in enumerate(cells):
                after = cells[number + 1 : number + 3]
                if cell.row == row and (about := self._stands_before(cell, after, in_head=row in heads)):
                    beside[cell] = about
                    self._make_heading(cell)
                here = beside.get(cell, here)
                if about := here or self.last_about:
                    self.about.setdefault(cell, about)

    def _make_heading(self, cell: Cell) -> None:
        self.whole.pop(cell, None)
        self.headings.add(cell)

    def _heads(self, cell: Cell, row: int) -> str:
        if about := self.labels.heading(cell.text):
            return about
        below = self.own(row + 1) if row + 1 < len(self.rows) else []
        followed = len(below) > 1 and below[0] in self.whole and not self.labels.person(below[0].text)
        return self.labels.person(cell.text) if followed and cell.column_span > 1 else ""

    def _stands_before(self, cell: Cell, after: Sequence[Cell], *, in_head: bool) -> str:
        if about := self.labels.heading(cell.text):
            return about
        if cell not in self.whole or len(after) < 2 or in_head or not (about := self.labels.person(cell.text)):
            return ""
        label = self.whole.get(after[0])
        grouped = label is not None and after[1] not in self.whole and not self.labels.person(after[0].text)
        return about if grouped and label and self._general(label) else ""

    def _general(self, label: Label) -> bool:
        """姓名, 单位, 联系电话: said of anybody. 与被推荐人关系 is not."""
        return not any(person in label.word for person in self.labels.persons)

    # Values

    def value_of(self, label: Cell, long: bool, seen: Collection[str]) -> list[Cell]:
        """The cells that belong to a label: on its right, else below it."""
        cells = self._right(label, seen)
        if not any(cell.text.strip() or cell.tables for cell in cells) and (long or not cells):
            cells = self._below(label, cells, long) or cells
        self.taken.update(cells)
        return cells

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
            filled = [cell for cell in self.own(row) if cell.text.strip()]
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
        repeated = self._says_it_again(label, after[0]) or self._only_looks_like_label(label, after, seen)
        if not (self._free(after[0]) or repeated):
            return []
        empty = not after[0].text.strip() and not after[0].tables
        further = after[1:2]
        if empty and further and self._free(further[0]) and further[0].row_span <= label.row_span:
            unknown = after[2:] and self._free(after[2])  # 工作单位 | blank | 邮政编码 | 400010
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

    def _only_looks_like_label(self, label: Cell, after: Sequence[Cell], seen: Collection[str]) -> bool:
        """工作单位 as the answer to 与被推荐人关系: its label was there before, or stands above with its own value."""
        looks = self.whole.get(after[0])
        if looks is None or set(looks.keys) & set(self.whole[label].keys):
            return False
        known = all(key in seen for key in looks.keys)
        if len(after) > 1 and self._free(after[1]) and (after[1].text.strip() or not known):
            return False
        followed = len(after) > 1 and after[1] not in self.labelled
        return known or (not followed and self._stands_elsewhere(after[0]))

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
            if cell is None or cell in cells[-1:]:
                continue
            others = [other for other in self.rows[row] if other is not cell]
            open_to = self._free(cell) or (cell not in self.taken and self._answers_above(cell))
            known = any(other in self.labelled and not self._answers_above(other) for other in others)
            known = known and cell.row_span == 1  # a tall one has rows of the form beside it
            if cell.column != label.column or not open_to or known:
                break
            narrower = cell.column_span < (cells[-1] if cells else label).column_span
            unknown = narrower and len(cell.text) < LONGEST_UNKNOWN
            if len(own) == 1 and others and (unknown or any(other.text.strip() for other in others)):
                break  # a row of its own: a label that we do not know, and its value or room for it
            if beside and cell.column_span <= label.column_span and not self.under:
                if len(cell.text) < LONGEST_UNKNOWN:
                    break  # another label, that we do not know
                self.under = True
            if self._ends_form(cell) or (cells and (_NOTE.match(cell.text) or is_foot(cell.text))):
                break
            cells.append(cell)
            if not long or len(cells) == MAX_VALUE_ROWS:
                break
        return cells

    def _ends_form(self, cell: Cell) -> bool:
        """三、推荐人信息, 推荐单位意见（盖章）：, or the title of the form below."""
        first = cell.text.strip().partition("\n")[0]
        return bool(_SECTION.fullmatch(first)) or self.labels.heads_form(cell.text)

    def _answers_above(self, cell: Cell) -> bool:
        """手机：138… below 联系电话, 所在单位 below 与被推荐人关系, where it has been a label before."""
        above = self.at(cell.row - 1, cell.column) if cell.row else None
        if above not in self.whole or above is None:
            return False
        looks = self.whole.get(cell)
        if looks is None or looks.keys == self.whole[above].keys:
            return self._says_it_again(above, cell)
        return any(other.row < cell.row and label.keys == looks.keys for other, label in self.whole.items())

    def _free(self, cell: Cell) -> bool:
        return cell not in self.labelled and cell not in self.taken

    # Several people

    def headed(self) -> dict[int, tuple[Mapping[Cell, Label], Sequence[int]]]:
        """Rows in which labels stand side by side, each with the rows of values below it."""
        found: dict[int, tuple[Mapping[Cell, Label], Sequence[int]]] = {}
        for row in range(len(self.rows)):
            if self._is_head(row) and (filled := self._filled_below(row)):
                found[row] = {cell: label for cell in self.own(row) if (label := self.meant(cell))}, filled
                self.taken.update(cell for r in (row, *filled) for cell in self.own(r))
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
            if _TOTAL.match(next((cell.text for cell in cells if cell.text.strip()), "")):
                break
            if any(cell.text.strip() for cell in cells):
                filled.append(below)
        return filled

    def side_by_side(self) -> list[list[tuple[Label, Cell]]]:
        """Several people in columns, the labels once at their left: 姓名 | 张伟 | 李娜."""
        lines: list[tuple[Label, list[Cell]]] = []
        for row, cells in enumerate(self.rows):
            labelled = [
                number for number, cell in enumerate(cells) if cell in self.labelled and cell not in self.headings
            ]
            if len(labelled) > 1:
                if lines:
                    return []
                continue  # 被推荐人一 | 被推荐人二 above the columns
            if labelled and cells[labelled[0]].row == row and (label := self.meant(cells[labelled[0]])):
                lines.append((label, cells[labelled[0] + 1 :]))
        names = next((values for label, values in lines if label.keys == (self.labels.first,)), [])
        people = [cell.column for cell in names if self.labels.value(self.labels.first, cell.text)]
        several = [values for _, values in lines if sum(bool(cell.text.strip()) for cell in values) > 1]
        if len(people) < LISTED_ROWS or len(several) < FORM_LABELS:
            return []
        return [[(label, cell) for label, values in lines if (cell := _over(values, column))] for column in people]

    # Labels and values in one cell

    def _part_cells(self) -> None:
        """Cells that hold a label and its value, or what is left of a hint: then they are the label alone."""
        self._look_inside()
        for cell in [cell for cell in self.whole if len(self.own(cell.row)) == 1 and cell.row + 1 < len(self.rows)]:
            below = self.parted.get(next(iter(self.own(cell.row + 1)), cell))
            if below and set(below[0].keys) == set(self.whole[cell].keys):
                self._make_heading(cell)  # 二、事迹材料, and below it 核心事迹简介：…

    def _look_inside(self) -> None:
        for cell in self.cells:
            if cell in self.headings or (parts := self._parted(cell)) is None:
                continue
            label, text = parts
            if any(self.labels.value(key, text) for key in label.keys):
                self.parted[cell] = parts
                self.whole.pop(cell, None)
            else:
                self.whole[cell] = label

    def _parted(self, cell: Cell) -> tuple[Label, str] | None:
        if (label := self.whole.get(cell)) is not None:
            misread = cell.confidence < 1.0 and label.confidence < 1.0 and not self.labels.begins(cell.text)
            parts = self._run_together(cell) if misread else None
            return parts if parts and parts[0].keys == label.keys else None
        lines = cell.text.strip("\n").split("\n")
        for count in range(min(MAX_LABEL_LINES, len(lines) - 1), 0, -1):
            label = self.labels.match("".join(lines[:count]))
            rest = "\n".join(lines[count:])
            if label and label.confidence == 1.0 and len(label.keys) == 1:
                other = _OTHER_LABEL.match(rest) and len(rest) <= LONGEST_OTHER
                return None if other or _SIGNED.match(rest) else (label, rest)
        return self._run_together(cell) if cell.confidence < 1.0 else self._broken(lines)

    def _broken(self, lines: Sequence[str]) -> tuple[Label, str] | None:
        """政治, and on the next line 面貌：群众."""
        for count, line in enumerate(lines[1:MAX_LABEL_LINES], start=1):
            head, colon, rest = line.replace("：", ":").partition(":")
            if colon and (label := self.labels.match("".join(lines[:count]) + head)):
                exact = label.confidence == 1.0 and len(label.keys) == 1
                return (label, "\n".join((rest, *lines[count + 1 :]))) if exact else None
        return None

    def _run_together(self, cell: Cell) -> tuple[Label, str] | None:
        """工作单位某某公 | 司, as a recognised page has it where the rule between two cells was not seen."""
        found = glued_label(cell.text, self.labels)
        if found is None or not re.match(r"\w\w|[^\W\d_]", found[1]):
            return None
        label, rest = found
        if any(self.labels.is_long(key) for key in label.keys) and len(rest) < SHORTEST_STORY:
            return None
        sure = all(looks_like(key, rest, self.labels) for key in label.keys)
        if not sure and (len(label.word) < SURE_LENGTH or len(label.keys) > 1 or _OTHER_LABEL.match(rest)):
            return None
        after = [c for c in self.rows[cell.row] if c.column > cell.column]
        if after and (after[0] not in self.whole or len(after) == 1 or after[1] in self.whole):
            self.headings.add(after[0])  # it is taken: the rest of the value
            self.whole.pop(after[0], None)
            rest += after[0].text
        return label, rest

    def _first_label(self, cell: Cell) -> Label | None:
        """The label that a cell begins with, its value behind it."""
        if cell in self.whole or cell in self.headings or not any(mark in cell.text for mark in ":：=\t】]﹕︰∶"):
            return None
        first = next(iter(pairs(cell.text[:200], self.labels)), None)
        return first.label if first is not None and first.line == 0 else None


def _over(cells: Sequence[Cell], column: int) -> Cell | None:
    return next((cell for cell in cells if cell.column <= column < cell.column + cell.column_span), None)
