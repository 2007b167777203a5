"""Whether the next line is still of the value above it, or of what stands below a form or a letter."""

from __future__ import annotations

from collections.abc import Sequence

from intake.forms.endings import (
    ASIDE,
    CLOSING,
    CONTACT,
    FAREWELL,
    LETTER,
    REACHED,
    THANKS,
    is_foot,
    is_heading,
    is_no_answer,
    is_ordinal,
    is_signature,
    signs_off,
)
from intake.forms.labels import Labels
from intake.forms.line import BEGINS_UNKNOWN, Pair, first_in, is_long
from intake.forms.narrative import told_on
from rules.campaign import FieldType


def ends(pair: Pair, lines: Sequence[str], number: int, labels: Labels, *, free: bool) -> bool:
    """Whether the line is no more of the value. `free`: in a person's own words a closing formula ends any."""
    line, long = lines[number], is_long(pair.label.keys, labels)
    if FAREWELL.fullmatch(line) or LETTER.fullmatch(line) or (free and (CLOSING.match(line) or ASIDE.fullmatch(line))):
        return True
    if long and (CONTACT.match(line) or REACHED.fullmatch(line)) and not told_on(lines, number, labels):
        return True
    if _heads_the_next(lines, number, labels):
        return True
    if pair.empty:
        return (is_no_answer(line) or (long and is_signature(lines, number))) and not (
            long and told_on(lines, number, labels)
        )
    if is_foot(line) or (long and is_signature(lines, number)):
        return True
    thanks = THANKS.fullmatch(line) or ASIDE.fullmatch(line)
    apart = number > 0 and not lines[number - 1].strip()
    return bool(thanks) and (apart or signs_off(lines[number + 1 :]))


def _heads_the_next(lines: Sequence[str], number: int, labels: Labels) -> bool:
    """第二位 or （二）李明 above a form's first label, 【推荐信息】 above any."""
    line, below = lines[number], next((line for line in lines[number + 1 :] if line.strip()), "")
    first = first_in(below, labels)
    if first is None or is_heading(line):
        return first is not None
    name = "".join(first.text.split())
    return labels.first in first.label.keys and (
        is_ordinal(line) or (name != "" and "".join(line.split()).endswith(name))
    )


def takes(pair: Pair, line: str, labels: Labels) -> bool:
    """Whether the next line may belong to the pair: paragraphs to a long text, one line to an empty short one, unless
    it heads something else: 已经登记的内容："""
    if is_long(pair.label.keys, labels):
        return True
    number = any(labels.fields[key].type is FieldType.PHONE for key in pair.label.keys)  # 办公室：023-…
    return pair.empty and not (line.rstrip().endswith((":", "：")) or (not number and BEGINS_UNKNOWN.match(line)))


def outlasts_blanks(pair: Pair, blanks: int, labels: Labels) -> bool:
    """Whether the value may go on below so many empty lines."""
    return blanks < 3 if is_long(pair.label.keys, labels) else pair.bare and blanks < 2
