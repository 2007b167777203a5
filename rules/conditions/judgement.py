"""A condition as a tree of judgements. Each answers True, False, or None: 无法判断."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from rules.catalogue import Label
from rules.facts import Extent, Sheet

INFINITE = float("inf")


class Judgement(Protocol):
    """A leaf or a branch of the tree."""

    @property
    def title(self) -> str:
        """In canonical words: 工作年限 不少于 20（≥20）."""
        ...

    def test(self, sheet: Sheet) -> bool | None: ...


@dataclass(frozen=True, slots=True)
class IsEmpty:
    """为空, 不为空."""

    title: str
    label: Label
    empty: bool
    start: int = 0  # where it stands in the condition's text
    end: int = 0

    def test(self, sheet: Sheet) -> bool:
        return bool(sheet.texts(self.label)) is not self.empty


@dataclass(frozen=True, slots=True)
class Hit:
    """A word that was found, and where."""

    word: str
    text: str  # normalised
    at: int
    length: int


def _inside(text: str, word: str) -> int:
    """Where the word begins, -1 if nowhere. AI must not hit MAIL: a word of ASCII letters and digits stands alone.

    `\\b` is of no use for that: Chinese counts as letters.
    """
    at = text.find(word)
    if at < 0 or not (word.isascii() and word.isalnum()):
        return at
    while at >= 0 and (_is_ascii_letter(text[at - 1 : at]) or _is_ascii_letter(text[at + len(word) :][:1])):
        at = text.find(word, at + 1)
    return at


def _is_ascii_letter(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _whole(text: str, word: str) -> int:
    return 0 if text == word else -1


def _first(text: str, word: str) -> int:
    return 0 if text.startswith(word) else -1


def _last(text: str, word: str) -> int:
    return len(text) - len(word) if text.endswith(word) else -1


@dataclass(frozen=True, slots=True)
class Search:
    """How an operator looks for its words."""

    find: Callable[[str, str], int]
    all_of: bool = False  # every word must be found, not only one of them
    denied: bool = False  # the answer turned round; on an empty field it therefore holds


SEARCHES = {
    "包含": Search(_inside),
    "包含任一": Search(_inside),
    "包含全部": Search(_inside, all_of=True),
    "不包含": Search(_inside, denied=True),
    "不包含任一": Search(_inside, denied=True),
    "等于": Search(_whole),
    "属于": Search(_whole),
    "不等于": Search(_whole, denied=True),
    "不属于": Search(_whole, denied=True),
    "开头是": Search(_first),
    "结尾是": Search(_last),
}


@dataclass(frozen=True, slots=True)
class HasWords:
    """包含, 等于, 属于, 开头是 … and their opposites."""

    title: str
    label: Label
    search: Search
    words: tuple[tuple[str, str], ...]  # as typed, normalised

    def test(self, sheet: Sheet) -> bool:
        texts, search = sheet.texts(self.label), self.search
        for _, word in self.words:  # spelled out: this is where a triage spends its time
            for text in texts:
                if search.find(text, word) >= 0:
                    if not search.all_of:
                        return not search.denied
                    break
            else:
                if search.all_of:
                    return search.denied
        return search.all_of is not search.denied

    def hits(self, sheet: Sheet) -> Iterator[Hit]:
        """The words found, in the rule's order, each at its first place."""
        for typed, word in self.words:
            for text in sheet.texts(self.label):
                at = self.search.find(text, word)
                if at >= 0:
                    yield Hit(typed, text, at, len(word))
                    break


@dataclass(frozen=True, slots=True)
class Bounds:
    """A stretch of numbers or days, with or without its ends."""

    low: float = -INFINITE
    high: float = INFINITE
    with_low: bool = True
    with_high: bool = True

    def holds(self, extent: Extent) -> bool | None:
        """Whether a value lies within; None where it may or may not."""
        low, high = extent
        if high < self.low or low > self.high or (high == self.low and not self.with_low):
            return False
        if low == self.high and not self.with_high:
            return False
        starts = low > self.low or (low == self.low and self.with_low)
        ends = high < self.high or (high == self.high and self.with_high)
        return True if starts and ends else None

    def and_also(self, other: Bounds) -> Bounds:
        low = max((self.low, not self.with_low), (other.low, not other.with_low))
        high = min((self.high, self.with_high), (other.high, other.with_high))
        return Bounds(low[0], high[0], not low[1], high[1])

    @property
    def impossible(self) -> bool:
        return self.low > self.high or (self.low == self.high and not (self.with_low and self.with_high))


@dataclass(frozen=True, slots=True)
class IsWithin:
    """Numbers, dates and lengths compared: 不少于, 早于, 介于, 等于 …"""

    title: str
    label: Label
    bounds: Bounds
    read: Callable[[Sheet, Label], Extent | None]
    denied: bool = False  # 不等于
    start: int = 0  # where it stands in the condition's text
    end: int = 0

    def test(self, sheet: Sheet) -> bool | None:
        extent = self.read(sheet, self.label)
        within = None if extent is None else self.bounds.holds(extent)
        return None if within is None else within is not self.denied


def read_length(sheet: Sheet, label: Label) -> Extent:
    length = sheet.length(label)
    return length, length


@dataclass(frozen=True, slots=True)
class AllOf:
    """且: one that fails decides, then one that is unclear."""

    title: str
    parts: tuple[Judgement, ...]

    def test(self, sheet: Sheet) -> bool | None:
        verdict: bool | None = True
        for part in self.parts:
            held = part.test(sheet)
            if held is False:
                return False
            if held is None:
                verdict = None
        return verdict


@dataclass(frozen=True, slots=True)
class AnyOf:
    """或: one that holds decides, then one that is unclear."""

    title: str
    parts: tuple[Judgement, ...]

    def test(self, sheet: Sheet) -> bool | None:
        verdict: bool | None = False
        for part in self.parts:
            held = part.test(sheet)
            if held:
                return True
            if held is None:
                verdict = None
        return verdict


@dataclass(frozen=True, slots=True)
class Not:
    """非: what is unclear stays unclear."""

    part: Judgement

    @property
    def title(self) -> str:
        return f"非（{self.part.title}）"

    def test(self, sheet: Sheet) -> bool | None:
        held = self.part.test(sheet)
        return None if held is None else not held


def all_of(parts: tuple[Judgement, ...]) -> AllOf:
    return AllOf(_joined(parts, " 且 "), parts)


def any_of(parts: tuple[Judgement, ...]) -> AnyOf:
    return AnyOf(_joined(parts, " 或 "), parts)


def _joined(parts: tuple[Judgement, ...], joiner: str) -> str:
    return joiner.join(f"（{p.title}）" if isinstance(p, AllOf | AnyOf) else p.title for p in parts)
