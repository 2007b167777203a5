"""Which cells of a table are labels, which hold a label and its value in one, and of whom they speak."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import attrgetter

from intake.documents.document import Cell, Table
from intake.forms.columns import that_hold
from intake.forms.habits import glued_label
from intake.forms.labels import Label, Labels
from intake.forms.lines import pairs
from intake.forms.sentences import looks_like
from intake.values.relations import is_relation
from rules.campaign import FieldType

FORM_LABELS = 3
MOST_COLUMNS = 64  # of a row in which labels may stand in groups
MAX_LABEL_LINES = 4  # a label broken over lines, above its value in one cell
SURE_LENGTH = 4  # characters of a label that recognition may have run together with its value
SHORTEST_STORY = 12  # characters behind a long field's label that are no more of the label

#: What makes another label of the one that a cell begins with: 推荐单位意见, 单位地址.
_OTHER_LABEL = re.compile(
    r"(?:意见|地址|性质|领导(?![与和])|负责人|联系人|盖章|公章|签[字名章]|邮编|传真|邮箱|代码|简称|编[号码]|时间|日期|说明|情况|材料|证明"
    r"|拼音|类[别型]|级别|网址|规模|所在地|人数)"
)
#: 推荐单位（盖章）, and on the next line who signs for it; 推荐单位, and on the next 审核意见.
_SIGNED = re.compile(
    r"\s*(?:经办人|联系人|联络人|负责人)\s*[:：]|\s*[（(]?(?:盖章|公章|签[字名章])"
    r"|\s*[^\s,，。；:：]{0,10}(?:意见|评语|签[字名章]|盖章)\s*(?:[（(][^（）()\n]*[）)])?[^\S\n]*[:：]?[^\S\n]*(?:\n|$)"
)
LONGEST_OTHER = 8  # characters: 所在单位, and on the next line 意见（盖章）
_MARK = re.compile("[:：=\t】\\]﹕︰∶]")  # behind a label that is not bare
_DIGITS = frozenset((FieldType.PHONE, FieldType.MONTH, FieldType.NUMBER))


class Labelled:
    """A table with its labels found."""

    def __init__(self, table: Table, labels: Labels, about: str) -> None:
        self.labels = labels
        self.cells = that_hold(table, labels.match)
        self.rows: list[list[Cell]] = [[] for _ in range(table.rows)]
        for cell in self.cells:
            for row in range(cell.row, min(cell.row + cell.row_span, table.rows)):
                self.rows[row].append(cell)
        for cells in self.rows:
            cells.sort(key=lambda cell: cell.column)
        self._own = [[cell for cell in cells if cell.row == row] for row, cells in enumerate(self.rows)]
        self._filled = [[cell for cell in cells if cell.text.strip() or cell.tables] for cells in self._own]
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

    def meant(self, cell: Cell) -> Label | None:
        """The label that a cell is, as the part of the form means it in which it stands."""
        label = self.whole.get(cell)
        return label and self.labels.within(label, self.about.get(cell, ""))

    def inside(self, cell: Cell) -> tuple[Label, str] | None:
        """Label and value of a cell that holds both, the label on its first lines."""
        return self.parted.get(cell)

    def at(self, row: int, column: int) -> Cell | None:
        before = bisect_right(self.rows[row], column, key=attrgetter("column")) - 1
        cell = self.rows[row][before] if before >= 0 else None
        return cell if cell and column < cell.column + cell.column_span else None

    def before(self, cell: Cell) -> Cell | None:
        """The cell at its left."""
        return self.at(cell.row, cell.column - 1) if cell.column else None

    def own(self, row: int) -> list[Cell]:
        return self._own[row]

    def filled(self, row: int) -> list[Cell]:
        return self._filled[row]

    def is_head(self, row: int) -> bool:
        """Labels side by side: 序号 | 姓名 | 性别 | 工作单位. Not 关系 | 所在单位 | 联系电话 | 138…, which has its values.
        Those over two rows head with the second, below a 联系电话 that is parted into 被推荐人 | 推荐人 there."""
        beside = list(pairwise(cell for cell in self.rows[row] if cell.row + cell.row_span - 1 == row))
        labels = sum(a in self.whole and b in self.whole for a, b in beside)
        return labels >= FORM_LABELS - 1 and not any(
            a in self.whole and b not in self.whole and looks_like(self.whole[a].keys[0], b.text, self.labels)
            for a, b in beside
        )

    def _group(self) -> None:
        """联系电话 | 被推荐人 | 138… | 推荐人 | 139…: the label of a group makes those in it its own."""
        for row, cells in enumerate(self.rows):
            for cell, after in pairwise(cells if len(cells) <= MOST_COLUMNS else ()):
                if cell.row == row and (parts := self._under(cell)):
                    self._join(cell, parts)
                elif cell.row == row and cell in self.whole and self._splits(cell, row, after):
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

    def _under(self, cell: Cell) -> list[Cell]:
        """被推荐人 | 推荐人 below a 联系电话 as wide as both."""
        below = cell.row + cell.row_span
        if cell not in self.whole or cell.column_span < 2 or below >= len(self.rows):
            return []
        under = [c for c in self.own(below) if cell.column <= c.column < cell.column + cell.column_span]
        parted = len(under) > 1 and all(self._part(self.whole[cell], c) for c in under)
        return under if parted else []

    def _splits(self, cell: Cell, row: int, first: Cell, least: int = 1) -> bool:
        """Whether `first` and its like are parts of the label in `cell`, their values beside them."""
        label, cells = self.whole[cell], self.rows[row]
        if not self._part(label, first):
            return False
        parts = [c for c in cells if c.column >= first.column and self._part(label, c)]
        if len(parts) < least:
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
        self._divide_columns()
        beside: dict[Cell, str] = {}
        heads = {row for row in range(len(self.rows)) if self.is_head(row)}
        for row, cells in enumerate(self.rows):
            filled = self.filled(row)
            if len(filled) == 1 and self.labels.heads_form(filled[0].text):
                self.last_about = ""
            if len(filled) == 1 and (about := self._heads(filled[0], row)):
                self.last_about = about
                self._make_heading(filled[0])
                continue
            here = ""
            for number, cell in enumerate(cells):
                after = cells[number + 1 : number + 3]
                if (
                    cell.row == row
                    and cell not in self.headings
                    and (about := self._stands_before(cell, after, in_head=row in heads))
                ):
                    beside[cell] = about
                    self._make_heading(cell)
                here = beside.get(cell, here)
                if about := here or self.last_about:
                    self.about.setdefault(cell, about)

    def _divide_columns(self) -> None:
        """被推荐人信息 | 推荐人信息 above 姓名 | 单位 | 姓名 | 电话: heads on two rows."""
        columns: dict[int, str] = {}
        for row in range(len(self.rows)):
            own = self.own(row)
            self.about |= {cell: columns[cell.column] for cell in own if cell.column in columns}
            for cell in own:
                if cell.row_span == 1 < cell.column_span and (about := self._heads_columns(cell)):
                    self._make_heading(cell)
                    columns |= dict.fromkeys(range(cell.column, cell.column + cell.column_span), about)

    def _heads_columns(self, cell: Cell) -> str:
        about = self.labels.heading(cell.text) or self.labels.person(cell.text)
        if not about or cell.row + 1 >= len(self.rows):
            return ""
        under = self.own(cell.row + 1)
        within = [one for one in under if cell.column <= one.column < cell.column + cell.column_span]
        return about if len(under) > len(within) > 1 and self.whole.keys() >= set(within) else ""

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

    # Labels and values in one cell

    def _part_cells(self) -> None:
        """Cells that hold a label and its value, or what is left of a hint: then they are the label alone."""
        self._look_inside()
        for cell in [cell for cell in self.whole if cell.row + 1 < len(self.rows)]:
            row, under = self.filled(cell.row), self.filled(cell.row + 1)
            single = under[0] if len(row) == len(under) == 1 else None
            below = single and (self.parted[single][0] if single in self.parted else self._first_label(single))
            printed = below and self.labels.printed(
                below.keys[0]
            )  # within the form's own text, a heading is the text's
            if below and set(below.keys) == set(self.whole[cell].keys) and self.whole[cell].word != printed:
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
            misread &= len(cell.text.strip()) > len(self.labels.printed(label.keys[0]))  # not 联系电活, for 联系电话
            parts = self._run_together(cell) if misread else None
            return parts if parts and parts[0].keys == label.keys else None
        lines = cell.text.strip("\n").split("\n")
        for count in range(min(MAX_LABEL_LINES, len(lines) - 1), 0, -1):
            label = self.labels.match("".join(lines[:count]))
            rest = "\n".join(lines[count:])
            if label and label.confidence == 1.0 and len(label.keys) == 1:
                related = "关系" in label.word and is_relation(rest.strip())  # 与被推荐人关系, and below it 领导
                other = _OTHER_LABEL.match(rest) and len(rest) <= LONGEST_OTHER and not related
                return None if other or _SIGNED.match(rest) or self._begins_another(label, rest) else (label, rest)
        return self._gapped(cell) or self._run_together(cell) if cell.confidence < 1.0 else self._broken(lines)

    def _gapped(self, cell: Cell) -> tuple[Label, str] | None:
        """被推荐人联系电话, a gap and 139…, where the rule between two cells was not seen. The label may have two lines."""
        lines = [line.partition("\t") for line in cell.text.split("\n")]
        rest = "\n".join(value for _, _, value in lines if value.strip())
        label = self.labels.match("".join(head for head, _, _ in lines)) if rest else None
        return (label, rest) if label and label.confidence == 1.0 and len(label.keys) == 1 else None

    def _begins_another(self, label: Label, rest: str) -> bool:
        """被推荐人： was left blank, 推荐人：139… follows."""
        first = next(iter(pairs(rest.partition("\n")[0][:200], self.labels)), None)
        return (
            first is not None
            and not self.labels.is_long(label.keys[0])
            and set(label.keys).isdisjoint(first.label.keys)
        )

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
        if cell in self.whole or cell in self.headings or not _MARK.search(cell.text):
            return None
        first = next(iter(pairs(cell.text[:200], self.labels)), None)
        return first.label if first is not None and first.line == 0 else None
