"""A triage rule: when it holds and what it then sets. A Ruleset is all of them, in the file's order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rules.conditions.condition import Condition
from rules.toml.fault import Fault


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    when: Condition
    category: str | None
    tags: tuple[str, ...]
    priority: str | None
    assignee: str | None
    stop: bool  # no rule behind this one is looked at once it matched
    why: str  # the admin's reason, kept with every decision
    line: int  # of its [[rule]] in triage.toml

    @property
    def effects(self) -> Mapping[str, str | tuple[str, ...]]:
        """What it sets, by name."""
        single = {"category": self.category, "priority": self.priority, "assignee": self.assignee}
        effects: dict[str, str | tuple[str, ...]] = {name: value for name, value in single.items() if value}
        return effects | {"tags": self.tags} if self.tags else effects


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A file of rules that is fit to go live."""

    rules: tuple[Rule, ...]
    hash: str  # of the file's bytes, short: shown to people and kept with each decision
    path: Path
    reminders: tuple[Fault, ...] = ()
    examples: int = 0  # how many passed
