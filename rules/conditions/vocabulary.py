"""The labels of a catalogue, found in the text of a condition together with what is asked of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rules.catalogue import Catalogue, Label
from rules.conditions.lexicon import LENGTH, SPELLINGS, Operator
from rules.conditions.scanner import Scanner
from rules.text import fold

_BLANKS = re.compile(r"\s*")
_LENGTH = re.compile(rf"\s*(?:{'|'.join(LENGTH)})")


@dataclass(frozen=True, slots=True)
class Asked:
    """A label and the operator that follows it."""

    label: Label
    counted: bool  # 的字数
    operator: Operator
    operator_at: int
    end: int


class Vocabulary:
    """Longest label first, and only if an operator follows: 是否为空巢老人 is a label, not 是否 为空."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        longest_first = sorted(catalogue.labels, key=lambda label: -len(label.name))
        self._patterns = [(label, _pattern(label.name)) for label in longest_first]

    def asked_at(self, scanner: Scanner) -> Asked | None:
        return self.asked(scanner.folded, scanner.at)

    def asked(self, folded: str, at: int) -> Asked | None:
        """The label at that place, blanks aside, if something is asked of it."""
        at = _behind_blanks(folded, at)
        for label, pattern in self._patterns:
            if not (found := pattern.match(folded, at)):
                continue
            counted = _LENGTH.match(folded, found.end())
            if counted and (judged := self.operator_at(folded, counted.end())):
                return Asked(label, True, *judged)
            if judged := self.operator_at(folded, found.end()):
                return Asked(label, False, *judged)
        return None

    def label_at(self, folded: str, at: int) -> tuple[Label, int] | None:
        """The longest label at that place and its end, whatever follows."""
        for label, pattern in self._patterns:
            if found := pattern.match(folded, at):
                return label, found.end()
        return None

    def operator_at(self, folded: str, at: int) -> tuple[Operator, int, int] | None:
        """The operator there, blanks aside, with its extent."""
        at = _behind_blanks(folded, at)
        for spelling, operator in SPELLINGS:
            if folded.startswith(spelling, at):
                return operator, at, at + len(spelling)
        return None


@cache
def vocabulary_of(catalogue: Catalogue) -> Vocabulary:
    return Vocabulary(catalogue)


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(r"\s*".join(re.escape(char) for char in fold(name) if not char.isspace()))


def _behind_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
