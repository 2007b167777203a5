"""Texts of one cell that are two cells' whose border was lost: one stands half way between two lines of the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from intake.documents.pages.setting import FIELD_FROM, Text, em_of

BETWEEN = 0.3  # of a line's height that its middle is above or below those beside it: it is in no row with them


def unlevel(texts: Sequence[Text]) -> list[Sequence[Text]]:
    """The texts left and right of a gap from top to bottom, where no line goes on across it; else all of them."""
    if len(texts) < 3:  # two lines and one between them
        return [texts]
    ordered = sorted(texts, key=lambda text: text.box.left)
    reach = accumulate((text.box.right for text in ordered), max)
    for number, (so_far, text) in enumerate(zip(reach, ordered[1:], strict=False), start=1):
        if text.box.left - so_far >= FIELD_FROM * em_of(text):
            left, right = ordered[:number], ordered[number:]
            if _half_way(*sorted((left, right), key=len)):
                return [left, *unlevel(right)]
    return [texts]


def _half_way(few: Sequence[Text], many: Sequence[Text]) -> bool:
    """Whether each of the few stands between lines of the many, level with none of them."""
    middles = [text.box.y for text in many]
    return all(
        min(middles) < one.box.y < max(middles) and min(abs(one.box.y - y) for y in middles) > BETWEEN * one.box.height
        for one in few
    )
