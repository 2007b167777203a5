"""A condition of a rule: one Chinese sentence, checked against the catalogue when it is loaded, true, false or unclear for a case."""

from __future__ import annotations

from dataclasses import dataclass

from rules.catalogue import Catalogue
from rules.conditions.contradiction import contradictions
from rules.conditions.explain import explain, why_missed
from rules.conditions.flaw import ConditionError, Flaw
from rules.conditions.judgement import Judgement
from rules.conditions.scanner import Scanner
from rules.conditions.syntax import parse
from rules.facts import Facts, Sheet

__all__ = ["Condition", "ConditionError", "Flaw", "compile_condition"]


@dataclass(frozen=True, slots=True)
class Condition:
    """Ready to be asked. The same judgements answer and explain."""

    text: str
    judgement: Judgement
    reminders: tuple[Flaw, ...] = ()  # sound, but worth a look

    def test(self, facts: Facts | Sheet) -> bool | None:
        """True, False, or None: 无法判断."""
        return self.judgement.test(_sheet(facts))

    def explain(self, facts: Facts | Sheet) -> str:
        """Every judgement with its mark and what it found, in Chinese."""
        return explain(self.judgement, _sheet(facts))

    def why_missed(self, facts: Facts | Sheet) -> str:
        """What failed first, in a few words; cheap."""
        return why_missed(self.judgement, _sheet(facts))


def compile_condition(text: str, catalogue: Catalogue) -> Condition:
    """Raises ConditionError with all flaws of the text, and nothing else whatever the text is."""
    scanner = Scanner(text)
    judgement = parse(scanner, catalogue)
    if judgement is None:
        raise ConditionError(text, scanner.flaws)
    return Condition(text, judgement, (*scanner.reminders, *contradictions(judgement)))


def _sheet(facts: Facts | Sheet) -> Sheet:
    return facts if isinstance(facts, Sheet) else Sheet(facts)
