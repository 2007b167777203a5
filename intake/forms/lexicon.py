"""What a label may mean, and the words of a campaign's labels, prepared for looking up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rules.campaign import Field, FieldType


@dataclass(frozen=True, slots=True)
class Label:
    """A label that was met. Several keys: it fits each person the form is about, the place decides."""

    keys: tuple[str, ...]
    confidence: float = 1.0
    word: str = ""  # as the campaign writes it, squeezed
    joint: bool = False  # 职务/职称: the value holds one after another
    more: bool = False  # 核心事迹（续）: the rest of a value


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words of one campaign's labels."""

    clean: Mapping[str, Label]  # labels written as they should be: most are
    exact: Mapping[str, tuple[str, ...]]
    even: Mapping[str, str]  # 推荐人/单位 -> 推荐人或单位: an exact one, whatever stands between its words
    shortened: Mapping[str, frozenset[str]]  # a long label with any one character left out -> the keys it may mean
    letters: frozenset[str]  # that occur in labels
    titles: frozenset[str]
    fields: Mapping[str, Field]
    hints: Mapping[str, str]  # by key, squeezed
    persons: Mapping[str, str]  # 推荐单位 -> 推荐人: words for whom a field is about
    first: str  # the key that a form begins with
    spellings: str  # a regular expression of all labels as they stand in a line, longest first
    headings: re.Pattern[str]  # 推荐人信息, squeezed

    def exactly(self, word: str) -> Label | None:
        if keys := self.exact.get(word):
            return Label(keys, word=word)
        for person, about in self.persons.items():  # 推荐单位 + 手机
            if word.startswith(person) and (keys := self._about(word.removeprefix(person).removeprefix("的"), about)):
                return Label(keys, word=word)
        return None

    def _about(self, word: str, about: str) -> tuple[str, ...]:
        return tuple(key for key in self.exact.get(word, ()) if self.about(key) == about)

    def about(self, key: str) -> str:
        return self.fields[key].about

    def is_long(self, key: str) -> bool:
        return self.fields[key].type is FieldType.LONG_TEXT
