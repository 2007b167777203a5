"""Words as a regular expression that finds them however they are spaced, in either width, simplified or traditional."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from intake.chinese.traditional import variants

_BLANKS = r"[^\S\n]*"
_WIDE = {"/": "/／", "(": "(（", "（": "(（", ")": ")）", "）": ")）"}
_VARIANTS = variants()

#: A word's characters, one step each; the empty one ends a word.
Tree = dict[str, "Tree"]


def spelled(words: Iterable[str]) -> str:
    """An expression for any of the words, the longest that fits: a tree, for a list of hundreds is slow to try."""
    tree: Tree = {}
    for word in words:
        step = tree
        for character in word:
            if not character.isspace():
                step = step.setdefault(_class(character), {})
        step[""] = {}
    return _expression(tree) or r"(?!)"


def _class(character: str) -> str:
    alike = _WIDE.get(character) or character + _VARIANTS.get(character, "")
    return re.escape(character) if len(alike) == 1 else f"[{re.escape(alike)}]"


def _expression(tree: Mapping[str, Tree]) -> str:
    branches = [step + _behind(below) for step, below in tree.items() if step]
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})" if branches else ""


def _behind(tree: Mapping[str, Tree]) -> str:
    """What may follow a character: nothing where a word ends there, and blanks before the next one."""
    rest = _expression(tree)
    return "" if not rest else f"(?:{_BLANKS}{rest})?" if "" in tree else _BLANKS + rest
