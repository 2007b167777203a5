from pathlib import Path

import pytest

from rules.toml.fault import Fault
from rules.toml.report import render, summary

FILE = Path("/data/rules/triage.toml")
SOURCE = '且 （姓别 为 "女" 或 工作年限 大于 二十）'


def fault(**changes):
    given = {"line": 15, "column": 4, "length": 2, "source": SOURCE} | changes
    return Fault(FILE, code="无此栏目", message="表单里没有「姓别」这一栏。", mend="应为「性别」。", **given)


def test_the_caret_counts_chinese_as_two():
    assert render(fault(), Path("/data")).splitlines() == [
        "rules/triage.toml:15:4 [无此栏目] 表单里没有「姓别」这一栏。应为「性别」。",
        f"   15 | {SOURCE}",
        "      |      ^^^^",
    ]


@pytest.mark.parametrize(
    ("changes", "place", "lines"),
    [
        ({"line": 0, "column": 0}, "/data/rules/triage.toml [无此栏目]", 1),
        ({"column": 0}, "/data/rules/triage.toml:15 [无此栏目]", 2),
        ({"source": ""}, "/data/rules/triage.toml:15:4 [无此栏目]", 1),
        ({"reminder": True}, "/data/rules/triage.toml:15:4 [提醒：无此栏目]", 3),
        ({"column": 400, "length": 0}, "/data/rules/triage.toml:15:400 [无此栏目]", 3),
    ],
)
def test_what_is_not_known_is_not_shown(changes, place, lines):
    shown = render(fault(**changes))
    assert shown.startswith(place)
    assert len(shown.splitlines()) == lines


def test_a_tab_stays_a_tab():
    assert render(fault(source="\tab", column=3, length=1)).endswith("| \t ^")


@pytest.mark.parametrize(
    ("faults", "line"),
    [
        ([], "没有发现问题。"),
        ([fault(), fault(), fault(reminder=True)], "共 2 处错误、1 处提醒。"),
        ([fault(reminder=True)], "共 1 处提醒。"),
    ],
)
def test_summary(faults, line):
    assert summary(faults) == line
