"""The text of a condition under the reader's finger: where it is, what stands there, what was found wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NoReturn

from rules.conditions.flaw import Flaw
from rules.conditions.lexicon import BRACKETS, QUOTES
from rules.text import fold

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_NO_RUN = frozenset("()") | QUOTES.keys() | BRACKETS.keys() | frozenset(BRACKETS.values()) | frozenset(_INVISIBLE)


class Skipped(Exception):
    """This judgement is beyond repair; reading goes on behind it."""


class Stopped(Exception):
    """Nothing behind this point can be understood."""


class Scanner:
    """Matching is done on the folded text, quoting on the typed one; both have the same columns."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        self.at = 0
        self.operator_at = 0  # where the operator in hand begins and ends
        self.operator_end = 0
        self.flaws: list[Flaw] = []
        self.reminders: list[Flaw] = []

    @property
    def at_end(self) -> bool:
        return self.at >= len(self.text)

    def peek(self) -> str:
        return self.folded[self.at : self.at + 1]

    def next(self) -> str:
        self.at += 1
        return self.folded[self.at - 1]

    def blanks(self) -> None:
        while not self.at_end and _is_blank(self.peek()):
            self.at += 1

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.folded, self.at)
        if found:
            self.at = found.end()
        return found

    def ahead(self, words: Iterable[str]) -> str:
        """The longest of the words that stands here, or nothing. A word of letters ends where letters end."""
        for word in sorted(words, key=len, reverse=True):
            if self.folded.startswith(word, self.at):
                after = self.folded[self.at + len(word) :][:1]
                if not (word[-1].isascii() and word[-1].isalpha() and after.isascii() and after.isalnum()):
                    return word
        return ""

    def word(self, words: Iterable[str]) -> str:
        """The same, and step over it."""
        found = self.ahead(words)
        self.at += len(found)
        return found

    def run(self, stops: str = "") -> str:
        """As typed, up to a blank, a bracket, a quote or one of `stops`."""
        start = self.at
        while not self.at_end:
            char = self.peek()
            if _is_blank(char) or char in _NO_RUN or char in stops:
                break
            self.at += 1
        return self.text[start : self.at]

    def over_quotes(self) -> str:
        """Step over a text in quotes, to the end if they do not close; what was typed, quotes included."""
        start = self.at
        closing = QUOTES[self.next()]
        while not self.at_end and self.next() not in closing:
            pass
        return self.text[start : self.at]

    def flaw(self, start: int, end: int, code: str, message: str, mend: str = "") -> None:
        """Record what is wrong. At the end of the text the caret sits on the last character, not beyond it."""
        start = max(0, min(start, len(self.text.rstrip()) - 1))
        end = max(start + 1, min(end, len(self.text)))
        self.flaws.append(Flaw(start, end, code, message, mend))

    def remind(self, start: int, end: int, code: str, message: str, mend: str = "") -> None:
        self.reminders.append(Flaw(start, end, code, message, mend))

    def skip(self, code: str, message: str, mend: str, start: int) -> NoReturn:
        """Record what is wrong from `start` to here, on the operator where nothing stands here, and give this judgement up."""
        extent = (start, self.at) if start < self.at else (self.operator_at, self.operator_end)
        self.flaw(*extent, code, message, mend)
        raise Skipped


def _is_blank(char: str) -> bool:
    return char.isspace() or char in _INVISIBLE
