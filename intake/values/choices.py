"""Which of a field's choices a text names: in words, by a synonym, or ticked in a row of boxes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from intake.chinese.characters import HAN, even, one_line
from intake.chinese.ticks import TICKED, UNTICKED, chosen, drawn, ticked
from intake.values.doubt import Doubt

Choices = Mapping[str, Sequence[str]]  # each with its synonyms

LONGEST_WORDS = 60  # characters of a choice in words of one's own; a page's prose behind a label left blank is none

_BRACKETED = re.compile(r"[（(](?P<remark>[^（）()]*)[）)]$")
_CHANGES_IT = re.compile("预备|不是|曾|原|前|退")  # 中共党员（预备） is something else
_YEAR = r"(?:19|20)\d{2}"
_MONTH = r"(?:[年.\-/]\d{1,2}(?:[月.\-/](?:\d{1,2}日?)?)?|年)?"
_WHEN = re.compile(rf"{_YEAR}{_MONTH}(?:入党|入团|加入|转正)?|入党|入团|加入")
_LEAD = re.compile(r"^(?:是|系|\d[.、])(?=.)")  # 是中共党员
_SPREAD = re.compile(f"(?<![{HAN}])[{HAN}](?: +[{HAN}](?![{HAN}])){{2,}}")  # 中 共 党 员
_HALF = str.maketrans("（）", "()")


def choice_in(text: str, choices: Choices, *, free_text: bool) -> str | Doubt | None:
    """The choice that `text` (evened) names; with `free_text` other words as they are; None where no box is ticked."""
    words = _spellings(tuple((choice, tuple(synonyms)) for choice, synonyms in choices.items()))
    if choice := _plainly(text, words):
        return choice
    row = drawn(_SPREAD.sub(lambda word: word[0].replace(" ", ""), text))
    marked = _marked(row, words)
    if len(marked) == 1:
        return marked.pop()
    if free_text and not marked and (said := chosen(text)):  # ☑其他（民建）
        return _plainly(said, words) or one_line(said)
    if any(box in row for box in TICKED + UNTICKED):
        return Doubt("勾选了不止一项") if marked else None
    if free_text:
        return one_line(text) if len(text) <= LONGEST_WORDS else _asked(choices)
    named = {words[match.casefold()] for match in _pattern(words).findall(_bare(text))}
    return named.pop() if len(named) == 1 else _asked(choices)


def _asked(choices: Choices) -> Doubt:
    return Doubt(f"请在{'、'.join(choices)}中选填一项")


def _plainly(text: str, words: Mapping[str, str]) -> str | None:
    """男；党员；中共党员（2005年入党）；2005年7月加入中国共产党."""
    bracket = _BRACKETED.search(text)
    without = text[: bracket.start()] if bracket and not _CHANGES_IT.search(bracket["remark"]) else text
    spellings = (text, without, _WHEN.sub("", _bare(text)))
    return next((words[word] for word in map(_word, spellings) if word in words), None)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", even(text))


def _word(text: str) -> str:
    return _LEAD.sub("", _bare(text).casefold().translate(_HALF).strip("。.,，；;/、"))


@lru_cache(maxsize=256)
def _spellings(choices: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, str]:
    """Every way to write a choice -> the choice."""
    return {_word(word): choice for choice, synonyms in choices for word in (choice, *synonyms)}


def _pattern(words: Mapping[str, str]) -> re.Pattern[str]:
    """Any of the words, the longest first: 中共预备党员 before 党员."""
    spellings = (
        rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)  # no f of confidential
        for word in sorted(words, key=len, reverse=True)
    )
    return re.compile("|".join(spellings) or r"(?!)", re.IGNORECASE)


def _marked(row: str, words: Mapping[str, str]) -> set[str]:
    """The choices that are ticked in a row of boxes."""
    named = (_pattern(words).match(word.lstrip("（( ")) for word in ticked(row) or ())
    return {words[_word(match[0])] for match in named if match}
