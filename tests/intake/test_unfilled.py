"""Examples, prompts and requests in a field are no answer."""

from __future__ import annotations

import pytest

from intake.forms.unfilled import answer
from rules.campaign import Field, FieldType


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (FieldType.TEXT, "(如同事、师徒等）职工", "职工"),
        (FieldType.MONTH, "1968-07如：\n1980.05", "1968-07"),
        (FieldType.MONTH, "格式：XXXX年XX月", ""),
        (FieldType.MONTH, "格式:XXXX年XX月1962.4", "1962.4"),
        (FieldType.NUMBER, "(整数）\n5", "5"),
        (FieldType.TEXT, "（现任职务）首席专家", "首席专家"),
        (FieldType.NUMBER, "15年（例：20年）", "15年"),
        (FieldType.TEXT, "（如同事、师徒等）", ""),
        (FieldType.TEXT, "如同事、师徒等）", ""),
        (FieldType.TEXT, "同事（如今已退休）", "同事（如今已退休）"),
        (FieldType.TEXT, "（没有填无）九三学社社员", "九三学社社员"),
        (FieldType.TEXT, "璧山隧道工程局（单位推荐请加盖公章）", "璧山隧道工程局"),
    ],
)
def test_examples_and_requests_in_a_cell_are_no_answer(kind: FieldType, text: str, value: str):
    assert answer(Field("one", "某项", kind, required=True), text, "") == value
