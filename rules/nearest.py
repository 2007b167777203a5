"""Did you mean: the name that a mistyped word was most likely meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from rules.text import fold

_NEAR = 0.6  # below it a suggestion is a guess
_CLEAR = 0.1  # a lead of that much makes one winner
_SHOWN = 3


def nearest(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """The candidates close to `word`, best first; a clear winner stands alone; () when nothing is near."""
    scored = sorted(((_score(fold(word), fold(name)), name) for name in dict.fromkeys(candidates)), key=_best_first)
    near = [(score, name) for score, name in scored if score >= _NEAR]
    if len(near) > 1 and near[0][0] - near[1][0] >= _CLEAR:
        near = near[:1]
    return tuple(name for _, name in near[:_SHOWN])


def suggest(word: str, candidates: Iterable[str]) -> str:
    """The same as a Chinese sentence: 应为「姓名」。 or 最接近的有：姓名、性别。 or nothing."""
    near = nearest(word, candidates)
    if len(near) == 1:
        return f"应为「{near[0]}」。"
    return f"最接近的有：{'、'.join(near)}。" if near else ""


def _best_first(scored: tuple[float, str]) -> float:
    return -scored[0]


def _score(word: str, name: str) -> float:
    """How alike two words are, 0 to 1. Chinese words are short: one wrong character of two leaves a ratio of only .5."""
    if not word:
        return 0.0
    ratio = SequenceMatcher(None, word, name, autojunk=False).ratio()
    if word in name or name in word:
        ratio = max(ratio, 0.75)  # 年限 for 工作年限
    if len(word) == len(name) > 1 and sum(a != b for a, b in zip(word, name, strict=True)) == 1:
        ratio = max(ratio, 0.70)  # 姓别 for 性别
    return ratio
