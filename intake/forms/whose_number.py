"""Whose a telephone number is that may be several people's, and whose post: below 联系人：王芳, below a closing formula it is
the writer's."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from intake.forms.endings import CONTACT, LONGEST_SIGNATURE, signs
from intake.forms.labels import Label, Labels
from intake.forms.line import Pair, first_in, is_long


def of_the_form(
    fresh: Sequence[Pair],
    lines: Sequence[str],
    number: int,
    met: Collection[str],
    labels: Labels,
    *,
    below: Sequence[Pair],
) -> list[Pair]:
    """The line's pairs without those of him who writes. `met` are the keys above, `below` which pair, if any, it stands."""
    fresh = _beside_contact(fresh, lines, number, met, labels)
    if _is_writers(fresh, lines, number, met, labels, over=any(is_long(pair.label.keys, labels) for pair in below)):
        return []
    last = range(max(len(lines) - LONGEST_SIGNATURE, 0), number + 1)
    signed = any(signs(lines, above) for above in last)  # 电话：139… below 顺祝商祺
    return [pair for pair in fresh if not (signed and len(pair.label.keys) > 1)]


def _beside_contact(
    fresh: Sequence[Pair], lines: Sequence[str], number: int, met: Collection[str], labels: Labels
) -> Sequence[Pair]:
    """联系人：王芳，电话：139…, or the number below, gives what others call 联系人电话; whose else it may be, nobody knows."""
    same = CONTACT.match(lines[number])
    if not same and not (number and CONTACT.match(lines[number - 1])):
        return fresh
    for pair in fresh:
        if len(pair.label.keys) > 1:
            keys = labels.exact.get(f"联系人{pair.label.word}", ())
            pair.label = Label(
                () if not same and set(keys) <= set(met) else keys, pair.label.confidence, pair.label.word
            )
    return [pair for pair in fresh if len(pair.label.keys) == 1]


def _is_writers(
    fresh: Sequence[Pair], lines: Sequence[str], number: int, met: Collection[str], labels: Labels, *, over: bool
) -> bool:
    """联系电话：139… or 职务：主任 below 联系人：王芳, where the form is over: all was asked, or its last text was a long one."""
    above = range(number - 1, max(number - LONGEST_SIGNATURE, 0), -1)
    signed = next((n for n in above if CONTACT.match(lines[n])), 0)
    if not fresh or not signed:
        return False
    if over and all(len(pair.label.keys) > 1 for pair in fresh):
        return True
    begun = (first.label for line in lines[signed : number + 1] if (first := first_in(line, labels)))
    return (
        (not lines[signed - 1].strip() or labels.fields.keys() <= set(met))
        and all(key in met for pair in fresh for key in pair.label.keys)
        and not any(labels.first in label.keys for label in begun)  # the next nominee's form
    )
