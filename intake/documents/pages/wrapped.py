"""Values that had no room left beside their label, and went on at the page's margin: 工作单位： and a tab before them.

What stands at the margin below a label would be a label, or a row of its own: it is moved below the value's beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from intake.documents.pages.boxed import usual_em
from intake.documents.pages.setting import FIELD_FROM, LABELLED, Box, Text, full, reach, rows_of

NEXT = 2.5  # em to the next line of one paragraph, at most
AT = 0.5  # em by which it may miss the margin


def unwrapped(texts: Sequence[Text]) -> list[Text]:
    """The texts, such rests of a value below its beginning."""
    if not any(text.text.endswith(("：", ":")) for text in texts):
        return list(texts)
    em, limit = usual_em(texts), max(map(reach, texts))
    moved: dict[int, Text] = {}
    for above, below in pairwise(rows_of(texts)):
        if _goes_on(above, below, em, limit):
            shift = above[1].box.left - below[0].box.left
            if below[-1].box.right + shift < limit + em:
                moved |= {id(text): replace(text, box=_beside(text.box, shift)) for text in below}
    return [moved.get(id(text), text) for text in texts]


def _goes_on(above: Sequence[Text], below: Sequence[Text], em: float, limit: float) -> bool:
    label, rest = above[0], below[0]
    if len(above) < 2 or not label.text.endswith(("：", ":")) or LABELLED.match(rest.text):
        return False
    beside = above[1].box.left - label.box.right >= FIELD_FROM * em
    under = abs(rest.box.left - label.box.left) < AT * em and rest.box.y - label.box.y < NEXT * em
    whole = all(right.box.left - left.box.right < FIELD_FROM * em for left, right in pairwise(below))
    return beside and under and whole and full(above[-1], rest, em, limit)


def _beside(box: Box, shift: float) -> Box:
    return Box(box.left + shift, box.top, box.right + shift, box.bottom)
