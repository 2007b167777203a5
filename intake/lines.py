"""Labels and values in running text: 姓名：张伟, several in a line, values over several lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from intake.labels import Label, Labels
from rules.campaign import FieldType

LOOSE_LINES = 3  # 性别 男, without a colon; one less in a person's own words
LONGEST_LINE = 2_000  # characters that are looked through for further labels

_COLON = "[:：=＝→]"
_MARKED = re.compile("[:：=＝→\t】\\]]")  # what stands behind a label that is not bare
_UNKNOWN = r"(?<=\s)(?P<unknown>[^\s:：\d]{1,15})[:：]"  # a label that we do not ask for ends the value before it
_NEXT = re.compile(r"[\s，,；;、|]\s*[（(]?\d{1,2}[.、．)）]\s*$")  # the number of the label that follows
_CLAUSES = re.compile("[，,；;。:：]")
_CLOSING = re.compile(r"\s*(?:此致|敬礼|顺颂|顺祝|祝好|祝您|谢谢|多谢|发自我的|发自|附件[:：]|-{2,}\s*$|—{2,}\s*$)")
_DIGITS_FIRST = frozenset((FieldType.PHONE, FieldType.MONTH, FieldType.NUMBER))


@dataclass(slots=True)
class Pair:
    """A label and what follows it."""

    label: Label
    line: int
    values: list[str] = field(default_factory=list)
    bare: bool = False  # the label stood alone on its line, without a colon

    @property
    def text(self) -> str:
        return "\n".join(self.values).strip()


@lru_cache(maxsize=32)
def _loose(spellings: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """性别 男, 职务——总工程师: a label set off by blanks or a dash; and the gap before a further one in the line."""
    gap = r"(?:[^\S\n]*+(?:[—–―－]{1,2}|--?)[^\S\n]*+|[^\S\n]++)"
    numbering = r"(?:[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．][^\S\n]*+)?"
    start = rf"[^\S\n]*+{numbering}(?P<label>{spellings}){gap}(?=[^\s:：=＝])"
    return re.compile(start), re.compile(rf"[^\S\n]{{2,}}(?=(?:{spellings}){gap})")


@lru_cache(maxsize=32)
def _patterns(spellings: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Where a label stands at the start of a line, where one stands within it, and 推荐人是李四."""
    blank = r"[^\S\n]*+"  # possessive: a line of a million blanks is read once
    numbering = r"(?:[*＊★※●•·▲]|[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．])?"
    note = r"(?:[（(][^（）()\n]{0,30}[）)])?"
    label = rf"(?P<label>{spellings})[^\S\n\t]*+{note}[^\S\n\t]*+"
    boxed = rf"[【\[]{blank}(?P<boxed>{spellings}){blank}[】\]]{_COLON}?"
    changed = rf"(?:应该是|应为|应是|更正为|改为|改成){blank}"
    start = rf"{blank}{numbering}{blank}(?:{boxed}|{label}(?:\s*+(?:{changed})?{_COLON}|\t))"
    within = rf"(?<=[\s，。；;,、|（(:：.．]){label}(?:(?:{changed})?{_COLON}|\t)|{_UNKNOWN}|(?P<joined>{spellings}){blank}{_COLON}"
    said = rf"\s*+(?P<label>{spellings})\s*+(?P<is>应该是|应为|应是|改为|改成|更正为|是|为)?\s*+(?P<value>[^\s:：].*)$"
    return re.compile(start), re.compile(within), re.compile(said)


def pairs(text: str, labels: Labels, *, bare: bool = False, free: bool = False) -> list[Pair]:
    """All labels in `text` with their values.

    bare  a line that is nothing but a label counts too; its value is on the next line
    free  a person's own words: 推荐人是李四, 联系电话 13900005678 count, and a closing formula ends a value
    """
    found: list[Pair] = []
    open_pair: Pair | None = None
    blanks = 0
    lines = text.split("\n")
    loose = _loosely_written(lines, labels, LOOSE_LINES - free)
    for number, line in enumerate(lines):
        fresh = list(_in_line(line, number, labels, bare=bare, free=free)) if line.strip() else []
        if not fresh and loose:
            fresh = list(_in_loose_line(line, number, labels))
        if open_pair and _answers(fresh, open_pair, found):
            open_pair.values.append(line.strip())
        elif fresh:
            found.extend(fresh)
            open_pair, blanks = fresh[-1], 0
        elif not line.strip():
            blanks += 1
            open_pair = open_pair if _goes_on(open_pair, labels, blanks) else None
        elif open_pair and free and _CLOSING.match(line):
            open_pair = None
        elif open_pair and _takes(open_pair, labels):
            open_pair.values.append(line)
        else:
            open_pair = None
    return found


def split(label: Label, text: str, labels: Labels) -> list[Pair]:
    """A value that holds further labels: 李四 联系电话：139… beside 推荐人."""
    return list(_rest(Pair(label, 0), text, labels))


def _in_line(line: str, number: int, labels: Labels, *, bare: bool, free: bool) -> Iterator[Pair]:
    at_start, within, _ = _patterns(labels.spellings)
    marked = _MARKED.search(line) is not None
    if marked and (match := at_start.match(line)):
        label = labels.match(match["label"] or match["boxed"])
        if label:
            yield from _rest(Pair(label, number), line[match.end() :], labels)
        return
    head, colon, rest = line.replace("：", ":", 1).partition(":")
    if (
        colon and len(head) <= 24 and (label := labels.match(head.rstrip("是为 ")))
    ):  # a misspelt one, or one with marks around it
        yield from _rest(Pair(label, number), rest, labels)
    elif bare and (label := labels.match(line)) and label.confidence == 1.0:
        yield Pair(label, number, bare=True)
    elif free and (said := [pair for clause in _CLAUSES.split(line) if (pair := _said(clause, number, labels))]):
        yield from said
    elif (
        free
        and marked
        and (match := within.search(line[:LONGEST_LINE]))
        and (label := labels.match(match["label"] or ""))
    ):
        yield from _rest(Pair(label, number), line[match.end() :], labels)  # 补充如下：1. 联系电话：…


def _answers(fresh: list[Pair], open_pair: Pair, found: list[Pair]) -> bool:
    """所在单位 below 与被推荐人关系： is its answer, where the label that it might be was met before."""
    if len(fresh) != 1 or not fresh[0].bare or open_pair.text:
        return False
    met = {key for pair in found for key in pair.label.keys}
    return met.issuperset(fresh[0].label.keys)


def _loosely_written(lines: list[str], labels: Labels, least: int) -> bool:
    """Whether it is the writer's habit: one such line may be a sentence, three different ones are a form."""
    if len(lines) < 2:
        return False
    start, gap = _loose(labels.spellings)
    pieces = (piece for line in lines if start.match(line) for piece in gap.split(line[:LONGEST_LINE]))
    return len({match["label"] for piece in pieces if (match := start.match(piece))}) >= least


def _in_loose_line(line: str, number: int, labels: Labels) -> Iterator[Pair]:
    start, gap = _loose(labels.spellings)
    if not start.match(line):
        return
    for piece in gap.split(line[:LONGEST_LINE]):
        if (match := start.match(piece)) and (label := labels.match(match["label"])):
            yield Pair(label, number, [piece[match.end() :].strip()])


def _rest(pair: Pair, text: str, labels: Labels) -> Iterator[Pair]:
    """The pair with its value, and the pairs that follow in the same line."""
    _, within, _ = _patterns(labels.spellings)
    if not any(labels.is_long(key) for key in pair.label.keys):
        text = text[:LONGEST_LINE]
    while _MARKED.search(text) and not any(labels.is_long(key) for key in pair.label.keys):
        match = within.search(text)
        if match is None:
            break
        pair.values.append(_NEXT.sub("", text[: match.start()]).strip(" \t\u3000，,；;、|"))
        yield pair
        label = labels.match(match["label"] or match["joined"] or match["unknown"])
        if label is None:
            return
        pair, text = Pair(label, pair.line), text[match.end() :]
    if text.strip():
        pair.values.append(text.strip(" \t\u3000"))
    yield pair


def _takes(pair: Pair, labels: Labels) -> bool:
    """Whether the next line may belong to the pair: paragraphs to a long text, one line to an empty short one."""
    return any(labels.is_long(key) for key in pair.label.keys) or not pair.text


def _goes_on(pair: Pair | None, labels: Labels, blanks: int) -> bool:
    """Whether the pair stays open over an empty line."""
    if pair is None:
        return False
    long = any(labels.is_long(key) for key in pair.label.keys)
    return blanks < 3 if long else pair.bare and blanks < 2


def _said(line: str, number: int, labels: Labels) -> Pair | None:
    """推荐人是李四。 被推荐人联系电话 13800001234"""
    match = _patterns(labels.spellings)[2].match(line)
    label = labels.match(match["label"]) if match else None
    if match is None or label is None or len(label.keys) > 1:
        return None
    kind, value = labels.types[label.keys[0]], match["value"]
    if match["is"]:
        value = re.split(r"[。；;，,！!]", value)[0].strip()
        said = len(value) <= 40 and not re.search(r"[?？吗呢]|^(?:否|不|什么|谁|哪|空|多少|几)", value)
        return Pair(label, number, [value]) if said and kind is not FieldType.LONG_TEXT else None
    return Pair(label, number, [value]) if kind in _DIGITS_FIRST and re.match(r"[\d０-９+（(]", value) else None
