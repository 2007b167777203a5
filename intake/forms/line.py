"""The labels and values of one line: 姓名：张伟，性别：男, or without colons as the writer has it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from intake.chinese.spellings import spelled
from intake.chinese.ticks import TICKED, UNTICKED
from intake.forms.endings import CONTACT
from intake.forms.habits import COLONS, LEAD, LONGEST_GLUED, LONGEST_LINE, NUMBER, Habit, glued_label
from intake.forms.habits import patterns as without_colons
from intake.forms.labels import AGAIN, LONGEST_WITH_NOTE, Label, Labels
from intake.forms.numbers import by_person, says_what_kind
from intake.forms.sentences import NOW, looks_like, said, set_right
from intake.values.relations import is_relation

LONGEST_NUMBER = 12  # of what stands before a further label: its number or bullet, with blanks
LONGEST_HEAD = 40  # of what stands before a colon, which may have notes: 党派（政治面貌）（Political Status）

_COLON = f"[{COLONS}]"
_MARKED = re.compile(f"[{COLONS}\t】\\]〕」』〗>》]")  # what stands behind a label that is not bare
_UNKNOWN = rf"(?<=[\s；;|])(?P<unknown>(?![{TICKED}{UNTICKED}]|其[他它])[^\s{COLONS}\d，,；;。]{{1,15}})[:：]"  # a label that we do not ask for ends the value before it
BEGINS_UNKNOWN = re.compile(rf"\s*[^\s{COLONS}，,；;。]{{1,15}}[^\S\n]*{_COLON}")  # 民族：汉族  性别：男
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


def in_line(
    line: str, number: int, labels: Labels, *, bare: bool, free: bool, narrated: bool = False
) -> Iterator[Pair]:
    """narrated   the line may belong to a story: 时间：2015年  职务：总工 is no more of the form than 时间 is"""
    if "\t" in line and (row := _row(line, number, labels)):
        yield from row
        return
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
    elif marked and (free or (BEGINS_UNKNOWN.match(line) and not CONTACT.match(line))):
        met = within.finditer(line[:LONGEST_LINE])
        known = [(match.end(), label) for match in met if (label := labels.match(match["label"] or ""))]
        if len(known) > (narrated and not free):
            (end, label), *_ = known
            yield from _rest(_pair(label, number), line[end:], labels)  # 补充如下：1. 联系电话：…


def first_in(line: str, labels: Labels) -> Pair | None:
    """The label with which a line begins."""
    return next(in_line(line, 0, labels, bare=False, free=False), None)


def _row(line: str, number: int, labels: Labels) -> list[Pair]:
    """工作单位, a tab, 某某公司, a tab, 职务/职称, a tab, …: a table's row as text, where no pattern tells its joint label, or
    one before an empty cell."""
    first, *cells = [cell.strip() for cell in line.strip()[:LONGEST_LINE].split("\t")]
    if (label := labels.match(first)) is None:
        return []
    found = [_pair(label, number)]
    for cell in cells:
        if label := labels.match(cell):
            found.append(_pair(label, number))
        elif cell:
            found[-1].values.append(cell)
    blank = [pair for pair in found if pair.empty]
    gaps = "" in cells or blank == found[-1:]  # 所在单位 behind 与被推荐人关系 is its value
    return found if any(pair.label.joint for pair in found) or (found[1:] and blank and gaps) else []


def in_loose_line(line: str, number: int, labels: Labels, habit: Habit) -> Iterator[Pair]:
    start, gap, run_together = without_colons(labels.spellings)
    if not start.match(line):
        match = run_together.match(line) if habit.glued and len(line) <= LONGEST_GLUED else None
        if match and (label := labels.match(match["label"])):
            yield _pair(label, number, line[match.end() :].strip())
        return
    while (match := start.match(line)) and (label := labels.match(match["label"])):
        text = line[match.end() :]
        further = None if is_long(label.keys, labels) else gap.search(text[:LONGEST_LINE])
        yield _pair(label, number, text[: further.start() if further else None].strip())
        line = text[further.end() :] if further else ""


def _pair(label: Label, number: int, *values: str, bare: bool = False) -> Pair:
    return Pair(label, number, list(values), bare, last=number)


def split(label: Label, text: str, labels: Labels) -> list[Pair]:
    """A value that holds further labels: 李四 联系电话：139… beside 推荐人."""
    return list(_rest(Pair(label, 0), text, labels))


def _rest(pair: Pair, text: str, labels: Labels) -> Iterator[Pair]:
    """The pair with its value, and the pairs that follow in the same line."""
    if not is_long(pair.label.keys, labels):
        text = text[:LONGEST_LINE]
    asked = True  # the text is of a field of ours, not of 民族 or 籍贯 beside it
    while match := _next_label(pair, text, labels):
        value, end = text[: match.start()][:-LONGEST_NUMBER], text[: match.start()][-LONGEST_NUMBER:]
        value = (value + _NEXT_BULLET.sub("", _NEXT.sub("", end))).strip(" \t\u3000，,；;、|/／").rstrip("（(")
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
    if (
        not known
        or is_long(pair.label.keys, labels)
        or not all(looks_like(key, text, labels) for key, _, text in known)
    ):
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
    if not is_long(pair.label.keys, labels):
        match = _patterns(labels.spellings)[1].search(text)
        word = match["label"] if match and match[0].endswith("\t") else None
        alone = word and is_relation(word.strip())  # 与被推荐人关系：所在单位, a tab
        return None if match and alone and not f"{text[: match.start()]}{text[match.end() :]}".strip() else match
    keys = list(labels.fields)
    return _printed(tuple(labels.fields[key].label for key in keys[keys.index(pair.label.keys[0]) + 1 :])).search(text)


@lru_cache(maxsize=32)
def _printed(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:^[^\S\n]*|(?<=[。；;，,、|！!？?”\s]))(?P<label>{spelled(words)})[^\S\n]*{_COLON}")


def is_long(keys: Iterable[str], labels: Labels) -> bool:
    return any(labels.is_long(key) for key in keys)
