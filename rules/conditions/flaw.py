"""What is wrong within the text of one condition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong, or worth a look, at text[start:end]."""

    start: int
    end: int
    code: str  # short, Chinese, stable
    message: str
    mend: str = ""


class ConditionError(Exception):
    """The condition cannot be used; `flaws` has all that was found in it, in its order."""

    def __init__(self, text: str, flaws: Iterable[Flaw]) -> None:
        self.text = text
        self.flaws = tuple(sorted(flaws, key=lambda flaw: (flaw.start, flaw.end)))
        super().__init__("；".join(flaw.message + flaw.mend for flaw in self.flaws))
