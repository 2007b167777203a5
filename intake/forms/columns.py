"""Which of a table's cells can hold anything: no row that heads columns, no column that tells how to fill the form in."""

from __future__ import annotations

import re
from collections.abc import Callable

from intake.documents.document import Cell, Table
from intake.forms.endings import EXPLAINS, explanations

MAX_HEAD = 10  # rows from the top in which the columns may be headed
FEWEST_COLUMNS = 3  # a name, a value, a remark
LONGEST_HEAD = 20  # characters that are looked at

_REMARKS = re.compile(
    r"(?:填写|填报|填表)?(?:说明|要求|提示|示例|样例|范例|举例|注意事项|格式)|备注(?:说明)?|(?:必填|是否必填)"
)
_COLON = re.compile(r"\s*[:：]\s*")  # between a label and its value
_COLUMNS = re.compile(
    r"序号|编号|(?:填写|填报|信息)?(?:项目|栏目|条目|名称|事项|字段|内容|情况)(?:名称)?|填写内容|填报内容|填写处|填写栏|请填写"
)


#: 称谓 | 姓名 | 年龄 | 工作单位及职务, 起止年月 | 工作单位 | 职务: heads of what a unit's own form asks for besides.
_OF_OTHERS = re.compile(r"称谓|与本人(?:的)?关系|家庭关系|亲属关系|起[止讫](?:时间|年月|日期)|证明人")


def that_hold(table: Table, is_label: Callable[[str], object]) -> tuple[Cell, ...]:
    """The cells in which a label or a value may stand: no column of colons, none of remarks, no rows that explain, or
    tell of the nominee's family and former posts."""
    rows = _rows_of_heads(table) | _rows_that_explain(table) | _rows_about_others(table, is_label)
    return tuple(c for c in _without_remarks(table) if c.row not in rows and not _COLON.fullmatch(c.text))


def _rows_that_explain(table: Table) -> set[int]:
    """填表说明 | 1.姓名：须与身份证一致…, or one such line a row."""
    if not any(EXPLAINS.fullmatch(cell.text[:LONGEST_HEAD]) for cell in table.cells):
        return set()
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        if cell.text.strip():
            rows.setdefault(cell.row, []).append(cell.text)
    numbers = sorted(rows)
    alone = explanations([rows[row][0] if len(rows[row]) == 1 else "" for row in numbers])
    beside = {row for row, texts in rows.items() if len(texts) == 2 and EXPLAINS.fullmatch(texts[0])}
    return beside | {numbers[place] for place in alone}


def _rows_about_others(table: Table, is_label: Callable[[str], object]) -> set[int]:
    """A row with such a head, and those below it that have the same columns."""
    heads = {
        cell.row
        for cell in table.cells
        if len(cell.text) <= LONGEST_HEAD and _OF_OTHERS.fullmatch("".join(cell.text.split()))
    }
    if not heads:
        return set()
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    found: set[int] = set()
    for head in heads:
        columns = [cell.column for cell in rows[head]]
        if sum(bool(cell.text.strip()) for cell in rows[head]) < FEWEST_COLUMNS:
            continue
        found.add(head)
        for row in range(head + 1, table.rows):
            cells = rows.get(row, [])
            if [cell.column for cell in cells] != columns or is_label(cells[0].text):
                break
            found.add(row)
    return found


def _rows_of_heads(table: Table) -> set[int]:
    """项目 | 内容 | 项目 | 内容: above the form, and again at each page's top."""
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        if text := "".join(cell.text[:LONGEST_HEAD].split()):
            rows.setdefault(cell.row, []).append(text)
    return {
        row
        for row, texts in rows.items()
        if len(texts) > 1 and all(_COLUMNS.fullmatch(text) or _REMARKS.fullmatch(text) for text in texts)
    }


def _without_remarks(table: Table) -> tuple[Cell, ...]:
    """Those not below 填写说明, where a row above heads the columns: 项目 | 填写说明 | 填写内容."""
    top = [cell for cell in table.cells if cell.row < MAX_HEAD and cell.text.strip()]
    for row in range(min(MAX_HEAD, table.rows)):
        heads = [cell for cell in top if cell.row == row]
        texts = ["".join(cell.text.split()) for cell in heads]
        remarks = [cell for cell, text in zip(heads, texts, strict=True) if _REMARKS.fullmatch(text)]
        columns = sum(bool(_COLUMNS.fullmatch(text)) for text in texts) if remarks else 0
        if columns >= 2 and len(remarks) + columns == len(heads) >= FEWEST_COLUMNS:
            places = {column for head in remarks for column in range(head.column, head.column + head.column_span)}
            return tuple(cell for cell in table.cells if cell.row < row or cell.column not in places)
    return table.cells
