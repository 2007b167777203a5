"""What the rules decide about one submission, and why. Pure: facts and rules in, a Decision out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rules.facts import Facts, Sheet
from rules.rule import Rule, Ruleset

__all__ = ["Decision", "Facts", "RuleOutcome", "triage"]


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """How one rule fared: its name, its place, and a sentence that says why."""

    rule: str
    line: int  # in triage.toml
    why: str  # the rule's own reason
    explanation: str  # Chinese: which test held or failed, with the text found
    effects: Mapping[str, str | tuple[str, ...]]  # what it set; empty unless it matched


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a case goes. First writer wins for category, priority and assignee; tags add up."""

    category: str | None = None
    tags: tuple[str, ...] = ()
    priority: str | None = None
    assignee: str | None = None
    matched: tuple[RuleOutcome, ...] = ()
    missed: tuple[RuleOutcome, ...] = ()
    unclear: tuple[RuleOutcome, ...] = ()  # 无法判断: a person should look
    ruleset: str = ""  # short hash of the rules that decided


def triage(facts: Facts, ruleset: Ruleset) -> Decision:
    """Ask every rule in order, up to one that says stop. A rule that fails to run counts as unclear and stops nothing."""
    sheet, tally = Sheet(facts), _Tally()
    for rule in ruleset.rules:
        held = _ask(rule, sheet, tally)
        if held and rule.stop:
            break
    return tally.decision(ruleset.hash)


@dataclass(slots=True)
class _Tally:
    """What the rules have said so far."""

    matched: list[RuleOutcome] = field(default_factory=list)
    missed: list[RuleOutcome] = field(default_factory=list)
    unclear: list[RuleOutcome] = field(default_factory=list)

    def decision(self, ruleset: str) -> Decision:
        return Decision(
            category=_first(self.matched, "category"),
            tags=tuple(dict.fromkeys(_tags(self.matched))),
            priority=_first(self.matched, "priority"),
            assignee=_first(self.matched, "assignee"),
            matched=tuple(self.matched),
            missed=tuple(self.missed),
            unclear=tuple(self.unclear),
            ruleset=ruleset,
        )


def _ask(rule: Rule, sheet: Sheet, tally: _Tally) -> bool | None:
    try:
        held = rule.when.test(sheet)
        if held is False:
            tally.missed.append(_outcome(rule, rule.when.why_missed(sheet)))
        elif held:
            tally.matched.append(_outcome(rule, rule.when.explain(sheet), rule.effects))
        else:
            tally.unclear.append(_outcome(rule, rule.when.explain(sheet)))
    except Exception as error:  # noqa: BLE001 - triage must never keep a mail from being filed
        tally.unclear.append(_outcome(rule, f"？ 这条规则运行出错（{type(error).__name__}），请人工看一眼"))
        return None
    return held


def _outcome(rule: Rule, explanation: str, effects: Mapping[str, str | tuple[str, ...]] | None = None) -> RuleOutcome:
    return RuleOutcome(rule.name, rule.line, rule.why, explanation, effects or {})


def _first(matched: Iterable[RuleOutcome], name: str) -> str | None:
    for outcome in matched:
        if isinstance(value := outcome.effects.get(name), str):
            return value
    return None


def _tags(matched: Iterable[RuleOutcome]) -> Iterable[str]:
    for outcome in matched:
        yield from outcome.effects.get("tags", ())
