"""Which of a table's cells can hold anything: no row that heads columns, no column that tells how to fill the form in."""

from __future__ import annotations

import re

from intake.documents.document import Cell, Table
from intake.forms.endings import EXPLAINS, explanations

MAX_HEAD = 4  # rows from the top in which the columns may be headed
FEWEST_COLUMNS = 3  # a name, a value, a remark
LONGEST_HEAD = 20  # characters that are looked at

_REMARKS = re.compile(
    r"(?:填写|填报|填表)?(?:说明|要求|提示|示例|样例|范例|举例|注意事项|格式)|备注(?:说明)?|(?:必填|是否必填)"
)
_COLON = re.compile(r"\s*[:：]\s*")  # between a label and its value
_COLUMNS = re.compile(
    r"序号|编号|(?:填写|填报|信息)?(?:项目|栏目|条目|名称|事项|字段|内容|情况)(?:名称)?|填写内容|填报内容|填写处|填写栏|请填写"
)


def that_hold(table: Table) -> tuple[Cell, ...]:
    """The cells in which a label or a value may stand: no column of colons, none of remarks, no rows that explain."""
    rows = _rows_of_heads(table) | _rows_that_explain(table)
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


def _rows_of_heads(table: Table) -> set[int]:
    """项目 | 内容 | 项目 | 内容: above the form, and again at each page's top."""
    rows: dict[int, list[bool]] = {}
    for cell in table.cells:
        if text := "".join(cell.text[:LONGEST_HEAD].split()):
            rows.setdefault(cell.row, []).append(bool(_COLUMNS.fullmatch(text) or _REMARKS.fullmatch(text)))
    return {row for row, heads in rows.items() if len(heads) > 1 and all(heads)}


def _without_remarks(table: Table) -> tuple[Cell, ...]:
    """Those not below 填写说明, where a row above heads the columns: 项目 | 填写说明 | 填写内容."""
    top = [cell for cell in table.cells if cell.row < MAX_HEAD and cell.text.strip()]
    for row in range(min(MAX_HEAD, table.rows)):
        heads = [cell for cell in top if cell.row == row]
        texts = ["".join(cell.text.split()) for cell in heads]
        remarks = [cell for cell, text in zip(heads, texts, strict=True) if _REMARKS.fullmatch(text)]
        columns = sum(bool(_COLUMNS.fullmatch(text)) for text in texts)
        if remarks and columns >= 2 and len(remarks) + columns == len(heads) >= FEWEST_COLUMNS:
            places = {column for head in remarks for column in range(head.column, head.column + head.column_span)}
            return tuple(cell for cell in table.cells if cell.row < row or cell.column not in places)
    return table.cells
