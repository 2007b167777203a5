"""What belongs to a story although it begins with a label: 工作单位：2001年至2008年在某厂任技术员。"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from intake.forms.endings import PARAGRAPH
from intake.forms.habits import LONGEST_GLUED
from intake.forms.labels import Labels
from intake.forms.line import Pair, first_in, is_long


def narrates(open_pair: Pair | None, line: str, labels: Labels) -> bool:
    """Whether 职称是高级工程师 in this line is told within a story."""
    if open_pair is None or not is_long(open_pair.label.keys, labels):
        return False
    return open_pair.empty or len(line) > LONGEST_GLUED


def retold(
    fresh: Sequence[Pair],
    open_pair: Pair,
    found: Sequence[Pair],
    told: Collection[str],
    *,
    labels: Labels,
    below: Sequence[str],
) -> bool:
    """Whether a line that begins with a label is part of the story above it. `below` begins with that line."""
    if not is_long(open_pair.label.keys, labels):
        return False
    begun = not open_pair.empty
    if (begun and _tells_again(fresh, told)) or _repeats(fresh, found, labels):
        return True
    running = (PARAGRAPH.search(below[0]) is not None, told_on(below, 0, labels))
    return (any(running) if begun else all(running)) and _tells_again(fresh, _told_so_far(found, labels))


def _tells_again(fresh: Sequence[Pair], known: Collection[str]) -> bool:
    """工作单位：2001年至2008年在某厂任技术员。 within a story, where the workplace was told before."""
    return all(key in known for pair in fresh for key in pair.label.keys)


def _told_so_far(found: Sequence[Pair], labels: Labels) -> set[str]:
    """The keys of the form that the last pair is of, without those with which the next one may begin."""
    start = {labels.first, *found[0].label.keys}
    known: set[str] = set()
    for pair in reversed(found):
        known.update(pair.label.keys)
        if not start.isdisjoint(pair.label.keys):
            break
    return known - start


def _repeats(fresh: Sequence[Pair], found: Sequence[Pair], labels: Labels) -> bool:
    """姓名：张伟 性别：男 within the story of the person whose name it is; the next nominee's recommender may be the same."""
    last = max((number for number, pair in enumerate(found) if labels.first in pair.label.keys), default=0)
    told = {(pair.label.keys, "".join(pair.text.split())) for pair in found[last:]}
    names = [pair for pair in fresh if labels.first in pair.label.keys]
    return all(pair.text.strip() and (pair.label.keys, "".join(pair.text.split())) in told for pair in names or fresh)


def told_on(lines: Sequence[str], number: int, labels: Labels) -> bool:
    """Whether a paragraph of running text comes below the line."""
    below = next((line for line in lines[number + 1 :] if line.strip()), "")
    return bool(PARAGRAPH.search(below)) and first_in(below, labels) is None


def goes_on_about(fresh: Sequence[Pair], open_pair: Pair, labels: Labels) -> bool:
    """主要贡献：… within the story is a heading of it."""
    if not fresh or len(open_pair.label.keys) != 1 or not labels.is_long(open_pair.label.keys[0]):
        return False
    printed, word = labels.printed(open_pair.label.keys[0]), fresh[0].label.word
    heading = word != printed and not (printed.startswith(word) and open_pair.empty)  # 核心事迹：… below 【事迹】
    return fresh[0].label.keys == open_pair.label.keys and heading
