"""What the rules decide about one submission, and why. Pure: facts and rules in, a Decision out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

#: What a condition may ask about: catalogue label (a form label or a mail fact) -> value. None and "" are "empty".
Facts = Mapping[str, "str | int | date | bool | tuple[str, ...] | None"]


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
