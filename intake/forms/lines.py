"""Labels and values in running text, line by line: 姓名：张伟, values over several lines, and where they end."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from intake.forms.endings import (
    CLOSING,
    CONTACT,
    FAREWELL,
    LETTER,
    PARAGRAPH,
    POLITE,
    THANKS,
    is_foot,
    is_ordinal,
    is_remark,
    is_signature,
    own_lines,
    signs,
    signs_off,
)
from intake.forms.habits import LONGEST_GLUED, Habit, habit_of
from intake.forms.labels import Label, Labels
from intake.forms.line import BEGINS_UNKNOWN, LONGEST_HEAD, Pair, in_line, in_loose_line, is_long
from intake.forms.narrative import goes_on_about, narrates, retold, told_on
from intake.forms.numbers import is_kind_of
from rules.campaign import FieldType


def pairs(
    text: str,
    labels: Labels,
    *,
    bare: bool = False,
    free: bool = False,
    habit: Habit | None = None,
    told: Collection[str] = (),
) -> list[Pair]:
    """All labels in `text` with their values.

    bare   a line that is nothing but a label counts too; its value is on the next line
    free   a person's own words: 推荐人是李四, 联系电话 13900005678 count, and a closing formula ends a value
    habit  how the writer does without colons; None: see it from the text
    told   keys that have their answers elsewhere
    """
    found: list[Pair] = []
    open_pair: Pair | None = None
    met: set[str] = set()  # keys of labels so far
    blanks = 0
    signed = False  # 电话：139… below 顺祝商祺 is the writer's own
    about = ""
    lines = own_lines(_whole_cells(text.split("\n"), labels))
    habit = habit or habit_of(lines, labels, free=free)
    for number, line in enumerate(lines):
        if (heads := _heads(lines, number, labels)) is not None:
            about, open_pair = heads, None
            continue
        speaks = free and not narrates(open_pair, line, labels)
        narrated = open_pair is not None and is_long(open_pair.label.keys, labels)
        fresh = _in_either(line, number, labels, habit, bare=bare, free=speaks, narrated=narrated)
        fresh = _beside_contact(fresh, lines, number, met, labels)
        over = bool(found) and is_long(found[-1].label.keys, labels)
        fresh = [] if _is_writers(fresh, lines, number, met, over=over) else fresh
        signed = signed or signs(lines, number)
        fresh = [pair for pair in fresh if not (signed and len(pair.label.keys) > 1)]
        if open_pair and (own := _own_words(fresh, open_pair, line, met, labels)):
            open_pair.values.extend(own)
            open_pair.last = number
        elif open_pair and fresh and retold(fresh, open_pair, found, told, labels=labels, below=lines[number:]):
            open_pair.values.append(line)
            open_pair.last = number
        elif fresh:
            for pair in fresh:
                about = about and (labels.whom(pair.label) or about)  # 被推荐人姓名 ends what 推荐人 headed
                pair.about = about
                met.update(pair.label.keys)
            found.extend(fresh)
            open_pair, blanks = fresh[-1], 0
        elif not line.strip():
            blanks += 1
            open_pair = open_pair if _goes_on(open_pair, labels, blanks) else None
        elif open_pair and (_ends(open_pair, lines, number, labels) or (free and CLOSING.match(line))):
            open_pair = None
        elif open_pair and _takes(open_pair, line, labels):
            open_pair.values.append(line)
            open_pair.last = number
            blanks = 0 if PARAGRAPH.search(line) else blanks
        else:
            open_pair = None
    return [_without_thanks(pair, labels) for pair in found] if free else found


def _whole_cells(lines: list[str], labels: Labels) -> list[str]:
    """推荐人 at a line's end and 联系电话, a tab, 139… below: a table's cell of two lines, as mail programs write it down."""
    for number in range(1, len(lines)):
        cell, tab, _ = lines[number].partition("\t")
        head, _, person = lines[number - 1].rpartition("\t")
        if tab and cell and len(person) < LONGEST_HEAD and labels.person(person) and labels.match(f"{person}{cell}"):
            lines[number - 1], lines[number] = head, f"{person}{lines[number]}"
    return lines


def _in_either(
    line: str, number: int, labels: Labels, habit: Habit, *, bare: bool, free: bool, narrated: bool
) -> list[Pair]:
    """The pairs of a line: with colons, else as the writer's habit has them."""
    fresh = list(in_line(line, number, labels, bare=bare, free=free, narrated=narrated)) if line.strip() else []
    return fresh or (list(in_loose_line(line, number, labels, habit)) if habit.loose or habit.glued else [])


def _beside_contact(
    fresh: list[Pair], lines: Sequence[str], number: int, met: Collection[str], labels: Labels
) -> list[Pair]:
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


def _is_writers(fresh: list[Pair], lines: Sequence[str], number: int, met: set[str], *, over: bool) -> bool:
    """联系电话：139… below 联系人：王芳, where the form is over: all was asked, or its last text was a long one."""
    if not fresh or any(len(pair.label.keys) < 2 for pair in fresh):
        return False
    signed = next((n for n in range(number - 1, max(number - 3, 0), -1) if CONTACT.match(lines[n])), 0)
    if not signed:
        return False
    return over or (all(met.issuperset(pair.label.keys) for pair in fresh) and not lines[signed - 1].strip())


def _without_thanks(pair: Pair, labels: Labels) -> Pair:
    """与被推荐人关系：父女，麻烦更新一下"""
    if not is_long(pair.label.keys, labels):
        pair.values = [POLITE.sub("", value) for value in pair.values]
    return pair


def _own_words(fresh: list[Pair], open_pair: Pair, line: str, met: Collection[str], labels: Labels) -> list[str]:
    """What a line says that begins with a label, and yet is the value of the label above it."""
    if _answers(fresh, open_pair, met) or goes_on_about(fresh, open_pair, labels):
        return [line.strip()]
    own = len(fresh) == 1 and open_pair.empty and is_kind_of(fresh[0].label, open_pair.label)
    return fresh[0].values if own else []


def _ends(open_pair: Pair, lines: Sequence[str], number: int, labels: Labels) -> bool:
    """Whether the line is no more of the value above it, but what stands below a form or a letter."""
    line = lines[number]
    if (
        FAREWELL.fullmatch(line)
        or LETTER.fullmatch(line)
        or (CONTACT.match(line) and is_long(open_pair.label.keys, labels) and not told_on(lines, number, labels))
    ):
        return True
    if open_pair.empty:
        return not is_long(open_pair.label.keys, labels) and is_remark(line)
    if is_ordinal(line) and _begins_form(next((one for one in lines[number + 1 :] if one.strip()), ""), labels):
        return True
    apart = number > 0 and not lines[number - 1].strip()
    if is_long(open_pair.label.keys, labels) and is_signature(lines, number):
        return True
    return is_foot(line) or bool(THANKS.fullmatch(line) and (apart or signs_off(lines[number + 1 :])))


def _begins_form(line: str, labels: Labels) -> bool:
    first = next(in_line(line, 0, labels, bare=False, free=False), None)
    return first is not None and labels.first in first.label.keys


def _heads(lines: Sequence[str], number: int, labels: Labels) -> str | None:
    """Whom the line's part is about, where it is a heading: 二、推荐人信息, or 【推荐人】 with 姓名：… below."""
    line = lines[number]
    if len(line) > LONGEST_GLUED or not line.strip():
        return None
    if about := labels.heading(line):
        return about
    if about := labels.person(line):
        asked = line.rstrip().endswith((":", "："))  # 推荐人： with a blank line below was not filled in
        near = lines[number + 1 : number + (2 if asked else 3)]
        below = next((one for one in near if one.strip()), "")
        first = next(in_line(below, 0, labels, bare=False, free=False), None)
        if first and labels.is_part(first.label, about):
            return about
    return None


def _answers(fresh: list[Pair], open_pair: Pair, met: Collection[str]) -> bool:
    """所在单位 below 与被推荐人关系： is its answer, where the label that it might be was met before."""
    if len(fresh) != 1 or not fresh[0].bare or not open_pair.empty:
        return False
    return all(key in met for key in fresh[0].label.keys)


def _takes(pair: Pair, line: str, labels: Labels) -> bool:
    """Whether the next line may belong to the pair: paragraphs to a long text, one line to an empty short one, unless
    it heads something else: 已经登记的内容："""
    if is_long(pair.label.keys, labels):
        return True
    number = any(labels.fields[key].type is FieldType.PHONE for key in pair.label.keys)  # 办公室：023-…
    return pair.empty and not (line.rstrip().endswith((":", "：")) or (not number and BEGINS_UNKNOWN.match(line)))


def _goes_on(pair: Pair | None, labels: Labels, blanks: int) -> bool:
    """Whether the pair stays open over an empty line."""
    if pair is None:
        return False
    return blanks < 3 if is_long(pair.label.keys, labels) else pair.bare and blanks < 2
