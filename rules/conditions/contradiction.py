"""Conditions that are well written and yet can never hold."""

from __future__ import annotations

from collections.abc import Iterator

from rules.conditions.flaw import Flaw
from rules.conditions.judgement import AllOf, AnyOf, Bounds, IsEmpty, IsWithin, Judgement, Not

_MEND = "请改数字，或把「且」改成「或」。"


def contradictions(judgement: Judgement) -> Iterator[Flaw]:
    """A reminder for every 且 whose parts exclude each other."""
    if isinstance(judgement, Not):
        yield from contradictions(judgement.part)
    if isinstance(judgement, AllOf | AnyOf):
        for part in judgement.parts:
            yield from contradictions(part)
    if isinstance(judgement, AllOf):
        yield from _ranges(judgement.parts)
        yield from _empty_and_filled(judgement.parts)


def _ranges(parts: tuple[Judgement, ...]) -> Iterator[Flaw]:
    left: dict[object, tuple[Bounds, int]] = {}
    for part in parts:
        if not isinstance(part, IsWithin) or part.denied:
            continue
        asked = (part.label.name, part.read)
        bounds, start = left.get(asked, (Bounds(), part.start))
        left[asked] = bounds.and_also(part.bounds), start
        if left[asked][0].impossible:
            yield Flaw(start, part.end, "永不成立", "这两个条件不可能同时成立。", _MEND)
            return


def _empty_and_filled(parts: tuple[Judgement, ...]) -> Iterator[Flaw]:
    asked = [part for part in parts if isinstance(part, IsEmpty)]
    for part in asked:
        for other in asked:
            if part.label == other.label and part.empty and not other.empty:
                start, end = min(part.start, other.start), max(part.end, other.end)
                yield Flaw(start, end, "永不成立", "这两个条件不可能同时成立。", "请删去一个，或把「且」改成「或」。")
