"""The rules in order: first writer wins, tags add up, stop stops, and nothing keeps a mail from being filed."""

from pathlib import Path

import pytest
from catalogues import STORY

from rules.conditions.condition import Condition, compile_condition
from rules.rule import Rule, Ruleset
from rules.triage import triage

FACTS = {"性别": "男", "工作年限": 25}
YES, NO, UNCLEAR = "性别 不为空", "性别 为空", "出生年月 早于 1960-01-01"


def rule(name, when=YES, category=None, tags=(), priority=None, assignee=None, stop=False):
    condition = when if isinstance(when, Condition) else compile_condition(when, STORY)
    return Rule(name, condition, category, tags, priority, assignee, stop, f"{name}的理由", 7)


def decide(*rules):
    return triage(FACTS, Ruleset(rules, "7f3a", Path("triage.toml")))


def test_first_writer_wins_and_tags_add_up():
    decision = decide(
        rule("甲", category="重点", tags=("复核", "优先")),
        rule("乙", category="一般", priority="高", tags=("优先", "实物")),
        rule("丙", priority="低", assignee="李民"),
    )
    assert (decision.category, decision.priority, decision.assignee) == ("重点", "高", "李民")
    assert decision.tags == ("复核", "优先", "实物")
    assert decision.matched[1].effects == {"category": "一般", "priority": "高", "tags": ("优先", "实物")}
    assert decision.ruleset == "7f3a"


def test_only_a_rule_that_holds_has_effects():
    decision = decide(rule("没中", NO, category="甲"), rule("不清", UNCLEAR, category="乙"), rule("中", category="丙"))
    assert decision.category == "丙"
    assert [[o.rule for o in outcomes] for outcomes in (decision.matched, decision.missed, decision.unclear)] == [
        ["中"], ["没中"], ["不清"]
    ]  # fmt: skip
    assert not decision.missed[0].effects


def test_each_outcome_says_why():
    decision = decide(rule("没中", NO), rule("不清", UNCLEAR), rule("中", "工作年限 不少于 20"))
    assert decision.missed[0].explanation == "性别 为空：不成立"
    assert decision.unclear[0].explanation == "？ 出生年月 早于 1960-01-01 —— 没有填，无法判断"
    assert decision.matched[0].explanation == "✓ 工作年限 不少于 20（≥20） —— 填的是「25」"
    assert (decision.matched[0].why, decision.matched[0].line) == ("中的理由", 7)


@pytest.mark.parametrize(
    ("when", "looked_at"), [(YES, ["头", "停"]), (NO, ["头", "停", "尾"]), (UNCLEAR, ["头", "停", "尾"])]
)
def test_stop_counts_only_when_the_rule_holds(when, looked_at):
    decision = decide(rule("头", category="甲"), rule("停", when, stop=True), rule("尾", tags=("尾",)))
    names = [o.rule for o in (*decision.matched, *decision.missed, *decision.unclear)]
    assert sorted(names) == sorted(looked_at)


class Broken:
    title = "坏了"

    def test(self, _sheet):
        raise ZeroDivisionError


def test_a_rule_that_fails_blocks_nothing():
    decision = decide(rule("坏", Condition("坏了", Broken()), category="甲", stop=True), rule("好", category="乙"))
    assert decision.category == "乙"
    (unclear,) = decision.unclear
    assert "运行出错（ZeroDivisionError）" in unclear.explanation


def test_no_rules_decide_nothing():
    assert decide().category is None
