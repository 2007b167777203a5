"""Labels and values in running text: 姓名：张伟, several in a line, values over several lines."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from intake.chinese.spellings import spelled
from intake.chinese.ticks import TICKED, UNTICKED
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
from intake.forms.habits import COLONS, LEAD, LONGEST_GLUED, LONGEST_LINE, NUMBER, Habit, glued_label, habit_of
from intake.forms.habits import patterns as without_colons
from intake.forms.labels import AGAIN, LONGEST_WITH_NOTE, Label, Labels
from intake.forms.numbers import by_person, is_kind_of, says_what_kind
from intake.forms.sentences import NOW, looks_like, said, set_right
from rules.campaign import FieldType

LONGEST_NUMBER = 12  # of what stands before a further label: its number or bullet, with blanks
LONGEST_HEAD = 40  # of what stands before a colon, which may have notes: 党派（政治面貌）（Political Status）

_COLON = f"[{COLONS}]"
_MARKED = re.compile(f"[{COLONS}\t】\\]〕」』〗>》]")  # what stands behind a label that is not bare
_UNKNOWN = rf"(?<=[\s；;|])(?P<unknown>(?![{TICKED}{UNTICKED}]|其[他它])[^\s{COLONS}\d，,；;。]{{1,15}})[:：]"  # a label that we do not ask for ends the value before it
_BEGINS_UNKNOWN = re.compile(rf"\s*[^\s{COLONS}，,；;。]{{1,15}}[^\S\n]*{_COLON}")  # 民族：汉族  性别：男
#: The number of the label that follows.
_NEXT = re.compile(
    r"[\s，,；;。、|]\s*(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、．)）]|[①-⑳❶-❿⑴-⒇⒈-⒛㈠-㈩])\s*$"
)
_BULLETS = "*＊★☆※●○•·▪▫◆◇■□▲△►▶➤➢➣➔✦✧✅✔☑"
_NEXT_BULLET = re.compile(rf"[\s，,；;。、|]+[{_BULLETS}]\s*$")
_CLAUSES = re.compile("[，,；;。:：！!]")
_OPENING, _ENDING = r"[<《“\"]?", r"[>》”\"*]*+"


@dataclass(slots=True)
class Pair:
    """A label and what follows it."""

    label: Label
    line: int
    values: list[str] = field(default_factory=list)
    bare: bool = False  # the label stood alone on its line, without a colon
    about: str = ""  # of whom the part of the text is: below 推荐人信息
    last: int = 0  # the value's last line

    @property
    def text(self) -> str:
        return "\n".join(self.values).strip()

    @property
    def empty(self) -> bool:
        """Without putting a story together at each of its lines."""
        return not any(map(str.strip, self.values))


@lru_cache(maxsize=32)
def _patterns(spellings: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Where a label stands at the start of a line, and where one stands within it."""
    blank = r"[^\S\n]*+"  # possessive: a line of a million blanks is read once
    note = rf"(?:[（(][^（）()\n]{{0,30}}[）)]|{AGAIN})?"
    foreign = r"(?:[^\S\n\t]*+[A-Za-z][A-Za-z'’/.&\- ]{1,30}(?=[】\]〕」』〗>》:：\t]))?"
    label = rf"(?P<label>{spellings}[^\S\n\t]*+{note}{foreign})[^\S\n\t]*+"
    boxed = rf"[【\[〔「『〖<《]{blank}{LEAD}(?:{NUMBER})?{blank}(?P<boxed>{spellings}{blank}{note}{foreign}){blank}[*＊]?[】\]〕」』〗>》]{_COLON}?"
    changed = rf"(?:{NOW}){blank}"
    start = rf"{blank}{LEAD}(?:{NUMBER})?{blank}{LEAD}(?:{boxed}|{_OPENING}{label}{_ENDING}(?:\s*+(?:{changed})?{_COLON}|\t))\**+"
    within = rf"(?<=[\s，。；;,、|（(:：.．_＿{_BULLETS}]){label}[*＊]?(?:(?:{changed})?{_COLON}|\t)|{_UNKNOWN}|(?P<joined>{spellings}){blank}{_COLON}|[【\[]{blank}(?P<inbox>{spellings}){blank}[】\]]{_COLON}?"
    return re.compile(start), re.compile(within)


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
        speaks = free and not _narrates(open_pair, line, labels)
        narrated = open_pair is not None and _long(open_pair.label.keys, labels)
        fresh = _in_either(line, number, labels, habit, bare=bare, free=speaks, narrated=narrated)
        fresh = _beside_contact(fresh, lines, number, met, labels)
        over = bool(found) and _long(found[-1].label.keys, labels)
        fresh = [] if _is_writers(fresh, lines, number, met, over=over) else fresh
        signed = signed or signs(lines, number)
        fresh = [pair for pair in fresh if not (signed and len(pair.label.keys) > 1)]
        if open_pair and (own := _own_words(fresh, open_pair, line, met, labels)):
            open_pair.values.extend(own)
            open_pair.last = number
        elif open_pair and fresh and _retold(fresh, open_pair, found, told, labels=labels, below=lines[number:]):
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


def _narrates(open_pair: Pair | None, line: str, labels: Labels) -> bool:
    """Whether 职称是高级工程师 in this line is told within a story."""
    if open_pair is None or not _long(open_pair.label.keys, labels):
        return False
    return open_pair.empty or len(line) > LONGEST_GLUED


def _in_either(
    line: str, number: int, labels: Labels, habit: Habit, *, bare: bool, free: bool, narrated: bool
) -> list[Pair]:
    """The pairs of a line: with colons, else as the writer's habit has them."""
    fresh = list(_in_line(line, number, labels, bare=bare, free=free, narrated=narrated)) if line.strip() else []
    return fresh or (list(_in_loose_line(line, number, labels, habit)) if habit.loose or habit.glued else [])


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
    if not _long(pair.label.keys, labels):
        pair.values = [POLITE.sub("", value) for value in pair.values]
    return pair


def _own_words(fresh: list[Pair], open_pair: Pair, line: str, met: Collection[str], labels: Labels) -> list[str]:
    """What a line says that begins with a label, and yet is the value of the label above it."""
    if _answers(fresh, open_pair, met) or _goes_on_about(fresh, open_pair, labels):
        return [line.strip()]
    own = len(fresh) == 1 and open_pair.empty and is_kind_of(fresh[0].label, open_pair.label)
    return fresh[0].values if own else []


def _retold(
    fresh: Sequence[Pair],
    open_pair: Pair,
    found: Sequence[Pair],
    told: Collection[str],
    *,
    labels: Labels,
    below: Sequence[str],
) -> bool:
    """Whether a line that begins with a label is part of the story above it. `below` begins with that line."""
    if not _long(open_pair.label.keys, labels):
        return False
    if _tells_again(fresh, open_pair, told, labels) or _repeats(fresh, found, labels):
        return True
    goes_on = PARAGRAPH.search(below[0]) or _told_on(below, 0, labels)
    return bool(goes_on) and _tells_again(fresh, open_pair, _told_so_far(found, labels), labels)


def _tells_again(fresh: Sequence[Pair], open_pair: Pair, known: Collection[str], labels: Labels) -> bool:
    """工作单位：2001年至2008年在某厂任技术员。 within a story, where the workplace was told before."""
    if open_pair.empty or not _long(open_pair.label.keys, labels):
        return False
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


def _told_on(lines: Sequence[str], number: int, labels: Labels) -> bool:
    """Whether a paragraph of running text comes below the line."""
    below = next((line for line in lines[number + 1 :] if line.strip()), "")
    return bool(PARAGRAPH.search(below)) and next(_in_line(below, 0, labels, bare=False, free=False), None) is None


def _ends(open_pair: Pair, lines: Sequence[str], number: int, labels: Labels) -> bool:
    """Whether the line is no more of the value above it, but what stands below a form or a letter."""
    line = lines[number]
    if (
        FAREWELL.fullmatch(line)
        or LETTER.fullmatch(line)
        or (CONTACT.match(line) and _long(open_pair.label.keys, labels) and not _told_on(lines, number, labels))
    ):
        return True
    if open_pair.empty:
        return not _long(open_pair.label.keys, labels) and is_remark(line)
    if is_ordinal(line) and _begins_form(next((one for one in lines[number + 1 :] if one.strip()), ""), labels):
        return True
    apart = number > 0 and not lines[number - 1].strip()
    if _long(open_pair.label.keys, labels) and is_signature(lines, number):
        return True
    return is_foot(line) or bool(THANKS.fullmatch(line) and (apart or signs_off(lines[number + 1 :])))


def _begins_form(line: str, labels: Labels) -> bool:
    first = next(_in_line(line, 0, labels, bare=False, free=False), None)
    return first is not None and labels.first in first.label.keys


def split(label: Label, text: str, labels: Labels) -> list[Pair]:
    """A value that holds further labels: 李四 联系电话：139… beside 推荐人."""
    return list(_rest(Pair(label, 0), text, labels))


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
        first = next(_in_line(below, 0, labels, bare=False, free=False), None)
        if first and labels.is_part(first.label, about):
            return about
    return None


def _in_line(
    line: str, number: int, labels: Labels, *, bare: bool, free: bool, narrated: bool = False
) -> Iterator[Pair]:
    """narrated   the line may belong to a story: 时间：2015年  职务：总工 is no more of the form than 时间 is"""
    at_start, within = _patterns(labels.spellings)
    marked = _MARKED.search(line) is not None
    if marked and (match := at_start.match(line)):
        label = labels.match(match["label"] or match["boxed"])
        if label:
            yield from _rest(_pair(label, number), line[match.end() :], labels)
        return
    head, colon, rest = line.replace("：", ":", 1).partition(":")
    if (
        colon
        and len(head) <= (LONGEST_WITH_NOTE if "（" in head else LONGEST_HEAD)
        and (label := labels.match(head.rstrip("是为 ")))
    ):  # a misspelt one, or one with marks around it
        yield from _rest(_pair(label, number), rest, labels)
    elif bare and (label := labels.match(line)) and label.confidence == 1.0 and not label.joint:
        yield _pair(label, number, bare=True)
    elif free and (told := [one for clause in _CLAUSES.split(set_right(line)) if (one := said(clause, labels))]):
        yield from (_pair(label, number, value) for label, value in told)
    elif marked and (free or (_BEGINS_UNKNOWN.match(line) and not CONTACT.match(line))):
        met = within.finditer(line[:LONGEST_LINE])
        known = [(match.end(), label) for match in met if (label := labels.match(match["label"] or ""))]
        if len(known) > (narrated and not free):
            (end, label), *_ = known
            yield from _rest(_pair(label, number), line[end:], labels)  # 补充如下：1. 联系电话：…


def _pair(label: Label, number: int, *values: str, bare: bool = False) -> Pair:
    return Pair(label, number, list(values), bare, last=number)


def _answers(fresh: list[Pair], open_pair: Pair, met: Collection[str]) -> bool:
    """所在单位 below 与被推荐人关系： is its answer, where the label that it might be was met before."""
    if len(fresh) != 1 or not fresh[0].bare or not open_pair.empty:
        return False
    return all(key in met for key in fresh[0].label.keys)


def _goes_on_about(fresh: list[Pair], open_pair: Pair, labels: Labels) -> bool:
    """主要贡献：… within the story is a heading of it."""
    if not fresh or len(open_pair.label.keys) != 1 or not labels.is_long(open_pair.label.keys[0]):
        return False
    printed, word = labels.printed(open_pair.label.keys[0]), fresh[0].label.word
    heading = word != printed and not (printed.startswith(word) and open_pair.empty)  # 核心事迹：… below 【事迹】
    return fresh[0].label.keys == open_pair.label.keys and heading


def _in_loose_line(line: str, number: int, labels: Labels, habit: Habit) -> Iterator[Pair]:
    start, gap, run_together = without_colons(labels.spellings)
    if not start.match(line):
        match = run_together.match(line) if habit.glued and len(line) <= LONGEST_GLUED else None
        if match and (label := labels.match(match["label"])):
            yield _pair(label, number, line[match.end() :].strip())
        return
    while (match := start.match(line)) and (label := labels.match(match["label"])):
        text = line[match.end() :]
        further = None if _long(label.keys, labels) else gap.search(text[:LONGEST_LINE])
        yield _pair(label, number, text[: further.start() if further else None].strip())
        line = text[further.end() :] if further else ""


def _rest(pair: Pair, text: str, labels: Labels) -> Iterator[Pair]:
    """The pair with its value, and the pairs that follow in the same line."""
    if not _long(pair.label.keys, labels):
        text = text[:LONGEST_LINE]
    asked = True  # the text is of a field of ours, not of 民族 or 籍贯 beside it
    while match := _next_label(pair, text, labels):
        value, end = text[: match.start()][:-LONGEST_NUMBER], text[: match.start()][-LONGEST_NUMBER:]
        value = (value + _NEXT_BULLET.sub("", _NEXT.sub("", end))).strip(" \t\u3000，,；;、|/／")
        label = labels.match(match[match.lastgroup or 0])
        if asked:
            pair.values.append(value)
            beside = match.start() <= 1 and not value
            if says_what_kind(label or match[match.lastgroup or 0], pair.label, pair.text, labels, beside=beside):
                text = text[match.end() :]  # 被推荐人联系电话：手机：138…
                continue
            yield from _with_glued(pair, labels)
        if label is None and CONTACT.match(match[0]):
            return  # what follows is of whom to ask about the mail
        asked = label is not None
        pair, text = _pair(label or pair.label, pair.line), text[match.end() :]
    if asked:
        pair.values += [text.strip(" \t\u3000")] if text.strip() else []
        shared = by_person(pair.label, pair.text, labels)
        yield from [_pair(label, pair.line, number) for label, number in shared] or _with_glued(pair, labels)


def _with_glued(pair: Pair, labels: Labels) -> Iterator[Pair]:
    """职称：工程师，工作年限24年"""
    first, *clauses = re.split("[，,；;]", pair.text) if len(pair.text) <= LONGEST_LINE else [""]
    told = [glued_label(clause.strip(), labels) for clause in clauses]
    known = [(label.keys[0], label, text) for label, text in filter(None, told) if len(label.keys) == 1]
    if not known or _long(pair.label.keys, labels) or not all(looks_like(key, text, labels) for key, _, text in known):
        yield pair
        return
    kept = (clause for clause, one in zip(clauses, told, strict=True) if one is None)
    pair.values = ["，".join((first, *kept))]
    yield pair
    yield from (_pair(label, pair.line, text) for _, label, text in known)


def _next_label(pair: Pair, text: str, labels: Labels) -> re.Match[str] | None:
    """Where the value ends. A long text goes on until a label that the form prints behind its own."""
    if not _MARKED.search(text):
        return None
    if not _long(pair.label.keys, labels):
        return _patterns(labels.spellings)[1].search(text)
    keys = list(labels.fields)
    return _printed(tuple(labels.fields[key].label for key in keys[keys.index(pair.label.keys[0]) + 1 :])).search(text)


@lru_cache(maxsize=32)
def _printed(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:^[^\S\n]*|(?<=[。；;，,、|！!？?”\s]))(?P<label>{spelled(words)})[^\S\n]*{_COLON}")


def _long(keys: Iterable[str], labels: Labels) -> bool:
    return any(labels.is_long(key) for key in keys)


def _takes(pair: Pair, line: str, labels: Labels) -> bool:
    """Whether the next line may belong to the pair: paragraphs to a long text, one line to an empty short one, unless
    it heads something else: 已经登记的内容："""
    if _long(pair.label.keys, labels):
        return True
    number = any(labels.fields[key].type is FieldType.PHONE for key in pair.label.keys)  # 办公室：023-…
    return pair.empty and not (line.rstrip().endswith((":", "：")) or (not number and _BEGINS_UNKNOWN.match(line)))


def _goes_on(pair: Pair | None, labels: Labels, blanks: int) -> bool:
    """Whether the pair stays open over an empty line."""
    if pair is None:
        return False
    return blanks < 3 if _long(pair.label.keys, labels) else pair.bare and blanks < 2
