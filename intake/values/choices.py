"""Which of a field's choices a text names: in words, by a synonym, or ticked in a row of boxes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from intake.chinese.characters import even, one_line
from intake.values.doubt import Doubt

Choices = Mapping[str, Sequence[str]]  # each with its synonyms

_BRACKETED = re.compile(r"[（(](?P<remark>[^（）()]*)[）)]$")
_CHANGES_IT = re.compile("预备|不是|曾|原|前|退")  # 中共党员（预备） is something else
_YEAR = r"(?:19|20)\d{2}"
_MONTH = r"(?:[年.\-/]\d{1,2}(?:[月.\-/](?:\d{1,2}日?)?)?|年)?"
_WHEN = re.compile(rf"{_YEAR}{_MONTH}(?:入党|入团|加入|转正)?|入党|入团|加入")
_TICKED = "☑☒✓✔√■●◉⊠þ✅"
_UNTICKED = "□☐○◯▢"
_CROSS = re.compile(r"[\[【(（]\s*[xX×]\s*[\]】)）]")
#: R and £ are the boxes of Wingdings 2 where the font is gone; others draw a box with brackets.
_LOST_FONT = re.compile("[R£]")
_TICK_IN_BRACKETS = re.compile(rf"[\[【(（]\s*[{_TICKED}]\s*[\]】)）]")
_EMPTY_BRACKETS = re.compile(r"[\[【(（]\s*[\]】)）]")
_HALF = str.maketrans("（）", "()")


def choice_in(text: str, choices: Choices, *, free_text: bool) -> str | Doubt | None:
    """The choice that `text` (evened) names; with `free_text` other words as they are; None where no box is ticked."""
    words = _spellings(tuple((choice, tuple(synonyms)) for choice, synonyms in choices.items()))
    if choice := _plainly(text, words):
        return choice
    drawn = _drawn(text)
    marked = _marked(drawn, words)
    if len(marked) == 1:
        return marked.pop()
    if any(box in drawn for box in _TICKED + _UNTICKED):
        return Doubt("勾选了不止一项") if marked else None
    if free_text:
        return one_line(text)
    named = {words[match.casefold()] for match in _pattern(words).findall(_bare(text))}
    return named.pop() if len(named) == 1 else Doubt(f"请在{'、'.join(choices)}中选填一项")


def _plainly(text: str, words: Mapping[str, str]) -> str | None:
    """男；党员；中共党员（2005年入党）；2005年7月加入中国共产党."""
    bracket = _BRACKETED.search(text)
    without = text[: bracket.start()] if bracket and not _CHANGES_IT.search(bracket["remark"]) else text
    spellings = (text, without, _WHEN.sub("", _bare(text)))
    return next((words[word] for word in map(_word, spellings) if word in words), None)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", even(text))


def _word(text: str) -> str:
    return _bare(text).casefold().translate(_HALF).strip("。.,，；;/、")


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


def _drawn(text: str) -> str:
    """[√]男 [ ]女 as ☑男 □女. A cross is a tick where the other box is empty, beside a tick it is its contrary."""
    if "£" in text:
        text = _LOST_FONT.sub(lambda box: "☑" if box[0] == "R" else "□", text)
    if not re.search(r"[\[【(（]", text):
        return text
    text = _EMPTY_BRACKETS.sub("□", _TICK_IN_BRACKETS.sub("☑", text))
    if any(box in text for box in _TICKED):
        return _CROSS.sub("□", text)
    return _CROSS.sub("☑", text) if "□" in text else text


def _marked(text: str, words: Mapping[str, str]) -> set[str]:
    """The ticked ones of a row of boxes: ☑男 □女, and 男√ 女□ where the box stands behind its word."""
    box, word = f"[{_TICKED}{_UNTICKED}]", _pattern(words).pattern
    before = re.match(rf"[（(\s]*{box}", text) is not None
    pair = rf"({box})[）)\s]*({word})" if before else rf"({word})[（(\s]*({box})"
    matches = re.findall(pair, text, re.IGNORECASE)
    pairs = matches if before else [(mark, name) for name, mark in matches]
    return {words[_word(name)] for mark, name in pairs if mark in _TICKED}
