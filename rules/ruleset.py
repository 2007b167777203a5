"""Reads triage.toml: every rule checked against the catalogue, every example tried. All faults at once, or a Ruleset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from rules.catalogue import Catalogue
from rules.conditions.condition import Condition, ConditionError, Flaw, compile_condition
from rules.example import Example, failures, read_example
from rules.nearest import suggest
from rules.rule import Rule, Ruleset
from rules.toml.fault import Fault, FaultyFile
from rules.toml.locator import places_in
from rules.toml.table import Table, read_toml
from rules.triage import triage

__all__ = ["Rule", "Ruleset", "load_ruleset"]

_MOST = 20  # faults shown of one file: behind them mostly stand their consequences
_HASH = 8


def load_ruleset(path: Path, catalogue: Catalogue, assignees: frozenset[str] = frozenset()) -> Ruleset:
    """Raises FaultyFile with all faults. `assignees` are the staff's names; empty means that any name will do."""
    fingerprint = _fingerprint(path)  # before reading: a file saved in between is then seen as changed
    file = read_toml(path)
    rules, names = _rules(file, catalogue, assignees)
    examples = [(table, read_example(table, catalogue, names)) for table in file.tables("example")]
    _finish(file)
    ruleset = Ruleset(rules, fingerprint, path)
    for table, example in examples:
        _try(table, example, ruleset)
    _uncovered(file, [example for _, example in examples], ruleset)
    _finish(file)
    return Ruleset(rules, fingerprint, path, file.faults, len(examples))


def _fingerprint(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()[:_HASH]
    except OSError:
        return ""  # read_toml says what is wrong


def _finish(file: Table) -> None:
    try:
        file.finish()
    except FaultyFile as faulty:
        raise FaultyFile(faulty.faults[:_MOST]) from None


def _rules(file: Table, catalogue: Catalogue, assignees: frozenset[str]) -> tuple[tuple[Rule, ...], list[str]]:
    """The good rules, and the names of all: an example may speak of a faulty one."""
    read = [(table, _rule(table, catalogue, assignees)) for table in file.tables("rule")]
    if not file.has("rule"):
        mend = '写一条，以 [[rule]] 开头，下面写 name = "…" 和 when = "…"。'
        file.add(Fault(file.file, 0, 0, "没有规则", "文件里一条规则也没有。", mend))
    _lint(read)
    return tuple(rule for _, rule in read if rule), [table.text("name", "") for table, _ in read]


def _rule(table: Table, catalogue: Catalogue, assignees: frozenset[str]) -> Rule | None:
    name = table.text("name", example="重点线索")
    text = table.text("when", example="线索亮点 不为空")
    written = table.has("when") and table.raw("when")[:1] in {'"', "'"}  # otherwise the table has said what is wrong
    condition = _condition(table, text, catalogue) if written else None
    effects = (
        table.text("category", None),
        table.texts("tags", ()),
        table.text("priority", None),
        _assignee(table, assignees),
        table.boolean("stop", False),
        table.text("why", "", example="为什么要有这条规则"),
    )
    if not any(table.has(key) for key in ("category", "tags", "priority", "assignee", "stop")):
        mend = '补上要做的事，例如 tags = ["复核"]。'
        table.fault(None, "没有作用", f"规则「{name}」命中后什么也不做。", mend, reminder=True)
    if not table.has("why"):
        table.fault(
            None, "没有理由", f"规则「{name}」没有写理由。", '补上一行 why = "…"，同事才知道为什么。', reminder=True
        )
    return Rule(name, condition, *effects, table.line) if condition else None


def _assignee(table: Table, assignees: frozenset[str]) -> str | None:
    name = table.text("assignee", None)
    if name and assignees and name not in assignees:
        known = suggest(name, sorted(assignees)) or f"名单里有：{'、'.join(sorted(assignees))}。"
        table.fault("assignee", "无此人员", f"人员名单里没有「{name}」。", known)
    return name


def _condition(table: Table, text: str, catalogue: Catalogue) -> Condition | None:
    try:
        condition = compile_condition(text, catalogue)
    except ConditionError as error:
        for flaw in error.flaws:
            table.add(_fault(table, text, flaw))
        return None
    for flaw in condition.reminders:
        table.add(_fault(table, text, flaw, reminder=True))
    return condition


def _fault(table: Table, text: str, flaw: Flaw, *, reminder: bool = False) -> Fault:
    """The flaw at its place in the file; at the value's line where characters and places do not agree."""
    line, column = table.place("when")
    places = places_in(table.raw("when"), text, line, column)
    length = 1
    if places:
        line, column = places[min(flaw.start, len(places) - 1)]
        end_line, end_column = places[min(flaw.end, len(places) - 1)]
        length = end_column - column if end_line == line else len(table.source(line)) - column + 1
    else:
        column = 0
    return Fault(
        table.file, line, column, flaw.code, flaw.message, flaw.mend, max(1, length), table.source(line), reminder
    )


def _lint(read: Sequence[tuple[Table, Rule | None]]) -> None:
    """What is well written and yet most likely not meant."""
    names: dict[str, int] = {}
    conditions: dict[str, tuple[int, Rule]] = {}
    for number, (table, rule) in enumerate(read, start=1):
        if rule is None:
            continue
        if rule.name in names:
            message = f"第 {number} 条规则与第 {names[rule.name]} 条同名。"
            table.fault("name", "规则重名", message, "请换一个名字，否则记录里分不清。")
        names.setdefault(rule.name, number)
        title = rule.when.judgement.title
        if title in conditions:
            _repeated(table, number, *conditions[title])
        conditions.setdefault(title, (number, rule))


def _repeated(table: Table, number: int, earlier: int, rule: Rule) -> None:
    message = f"第 {number} 条规则与第 {earlier} 条条件完全相同"
    if rule.stop:
        message += f"，而第 {earlier} 条写了 stop = true，所以第 {number} 条永远轮不到。"
        table.fault("when", "轮不到", message, "请移到前面或删掉。", reminder=True)
    else:
        table.fault("when", "条件重复", f"{message}。", "可以合并成一条。", reminder=True)


def _try(table: Table, example: Example, ruleset: Ruleset) -> None:
    for difference in failures(example, ruleset):
        mend = "请改规则，或改例子。"
        table.fault("expect", "例子不符", f"例子「{example.name}」不符：{difference}。", mend)


def _uncovered(file: Table, examples: Sequence[Example], ruleset: Ruleset) -> None:
    """A rule that no example hits, or none misses, is tried for the first time by a real mail."""
    decisions = [triage(example.facts, ruleset) for example in examples]
    hit = {outcome.rule for decision in decisions for outcome in decision.matched}
    missed = {outcome.rule for decision in decisions for outcome in (*decision.missed, *decision.unclear)}
    for rule in ruleset.rules:
        lacking = "、".join(_lacking(rule.name, hit, missed))
        if lacking:
            message = f"规则「{rule.name}」还没有{lacking}的例子。"
            mend = "补一个 [[example]]，改规则时就知道有没有改坏。"
            source = file.source(rule.line)
            file.add(Fault(file.file, rule.line, 1, "缺例子", message, mend, len(source) or 1, source, reminder=True))


def _lacking(name: str, hit: set[str], missed: set[str]) -> Iterator[str]:
    if name not in hit:
        yield "命中"
    if name not in missed:
        yield "不命中"
