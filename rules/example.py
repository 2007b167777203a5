"""An example beside the rules: a form as it could be filled in, and what the rules must make of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rules.catalogue import MAIL_FACTS, Catalogue, Kind, Label
from rules.facts import Facts
from rules.nearest import suggest
from rules.rule import Ruleset
from rules.toml.table import Table
from rules.triage import Decision, RuleOutcome, triage

_EFFECTS = {"category": "类别", "priority": "优先级", "assignee": "负责人"}
_OUTCOMES = {"rules": "命中的规则", "unclear": "无法判断的规则"}


@dataclass(frozen=True, slots=True)
class Example:
    """Read from an [[example]]; only the keys named in `expect` are compared, and those exactly."""

    name: str
    facts: Facts
    effects: dict[str, str | None]
    tags: tuple[str, ...] | None
    rules: tuple[str, ...] | None
    not_rules: tuple[str, ...]
    unclear: tuple[str, ...] | None


def read_example(table: Table, catalogue: Catalogue, rule_names: Sequence[str]) -> Example:
    """What is wrong in it is recorded in the table."""
    name = table.text("name", example="攻坚老职工归重点")
    now = table.day("now", None)
    given = table.text("given", example="工作年限：25年")
    expect = table.table("expect")
    if not table.has("expect"):
        table.fault(
            None, "缺少设置", f"{table.name}里缺少「expect」。", '补上一行，例如 expect = { category = "重点" }。'
        )
    example = Example(
        name,
        _facts(table, given, now, catalogue),
        {key: expect.text(key) or None for key in _EFFECTS if expect.has(key)},
        expect.texts("tags", None),
        expect.texts("rules", None),
        expect.texts("not_rules", ()),
        expect.texts("unclear", None),
    )
    for key in _EFFECTS:
        expect.text(key, None)  # known also where it is not written, for the list of names
    for key in ("rules", "not_rules", "unclear"):
        for index, rule in enumerate(expect.texts(key, ())):
            if rule not in rule_names:
                mend = suggest(rule, rule_names)
                expect.fault(key, "无此规则", f"没有叫「{rule}」的规则。", mend, item=index)
    return example


def failures(example: Example, ruleset: Ruleset) -> tuple[str, ...]:
    """What differs, as 类别 应为 重点，实际 一般; () when the example holds."""
    return tuple(_differences(example, triage(example.facts, ruleset)))


def _differences(example: Example, decision: Decision) -> Iterator[str]:
    for key, wanted in example.effects.items():
        got = getattr(decision, key)
        if got != wanted:
            yield f"{_EFFECTS[key]} 应为 {wanted or '无'}，实际 {got or '无'}"
    if example.tags is not None and set(example.tags) != set(decision.tags):
        yield f"标签 应为 {_listed(example.tags)}，实际 {_listed(decision.tags)}"
    yield from _outcomes("rules", example.rules, decision.matched)
    yield from _outcomes("unclear", example.unclear, decision.unclear)
    for outcome in (*decision.missed, *decision.unclear):
        if outcome.rule in (example.rules or ()):
            yield f"「{outcome.rule}」应该命中，没有命中：{outcome.explanation}"
    for outcome in decision.matched:
        if outcome.rule in example.not_rules:
            yield f"「{outcome.rule}」不应命中，实际命中：{outcome.explanation}"


def _outcomes(key: str, wanted: tuple[str, ...] | None, got: tuple[RuleOutcome, ...]) -> Iterator[str]:
    names = tuple(outcome.rule for outcome in got)
    if wanted is not None and set(wanted) != set(names):
        yield f"{_OUTCOMES[key]} 应为 {_listed(wanted)}，实际 {_listed(names)}"


def _listed(names: Sequence[str]) -> str:
    return "、".join(names) or "无"


def _facts(table: Table, given: str, now: date | None, catalogue: Catalogue) -> Facts:
    """标签：值 lines; a line without a label goes on with the value above it."""
    texts: dict[str, str] = {}
    label: Label | None = None
    for line in given.splitlines():
        name, colon, rest = line.replace("：", ":", 1).partition(":")
        found = catalogue.find(name) if colon else None
        if found:
            label = found
            texts[label.name] = rest.strip()
        elif label and not _looks_like_label(name, colon, catalogue):
            texts[label.name] += "\n" + line
        elif line.strip():
            mend = suggest(name.strip(), catalogue.names) or "每行写成「栏目名：内容」。"
            table.fault("given", "无此栏目", f"例子里的「{name.strip()}」不是表单里的栏目。", mend)
            label = None
    return _whole(texts, now, catalogue)


def _looks_like_label(name: str, colon: str, catalogue: Catalogue) -> bool:
    return bool(colon) and bool(suggest(name.strip(), catalogue.names))


def _whole(texts: dict[str, str], now: date | None, catalogue: Catalogue) -> Facts:
    """With what the mail would have brought along: the day it came, and 全文."""
    facts: dict[str, str | int | date | bool | tuple[str, ...] | None] = dict(texts)
    for label in catalogue.labels:
        if label.kind is Kind.OPTIONS and label.name in texts:
            facts[label.name] = tuple(part.strip() for part in texts[label.name].split("、") if part.strip())
    mail = {label.name for label in MAIL_FACTS}
    facts.setdefault("全文", "\n".join(text for name, text in texts.items() if name not in mail))
    if now:
        facts.setdefault("收到时间", now)
    return facts
