"""How people do without colons: 性别 男, and 性别男."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from intake.forms.labels import Label, Labels
from intake.forms.sentences import looks_like

LOOSE_LINES = 3  # 性别 男, without a colon; one less in a person's own words
LONGEST_LINE = 2_000  # characters that are looked through for further labels
LONGEST_GLUED = 40  # of a line such as 性别男

COLONS = ":：﹕︰∶꞉=＝→"
NUMBER = r"(?:[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)、.．]|\d{1,2}[^\S\n]+|[①-⑳❶-❿⑴-⒇⒈-⒛㈠-㈩]|[0-9]\ufe0f?\u20e3)"
LEAD = r"[^\w\n【\[〔「『〖（(<《“\"|]*+"  # bullets and pictures before a label: ▪, ➤, 📞, **, ##


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody does without colons."""

    loose: bool = False  # 性别 男
    glued: bool = False  # 性别男


@lru_cache(maxsize=32)
def patterns(spellings: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """性别 男, 职务——总工程师: a label set off by blanks, a dash, a rule; the gap before a further one; and 性别男."""
    gap = r"(?:[^\S\n]*+(?:[—–―－]++|-++|[，,；;]|…+|\.{2,}|·{2,}|[_＿]++)[^\S\n]*+|[^\S\n]++)"
    mark = r"(?:[*＊]|[（(][^（）()\n]{0,24}[）)]|[A-Za-z][A-Za-z'’ ]{1,30}|[^\S\n][A-Za-z][A-Za-z'’ ]{1,30}(?=[.…·_＿—–-]{2})){0,2}"
    start = rf"[^\S\n]*+{LEAD}(?:{NUMBER})?[^\S\n]*+(?P<label>{spellings}){mark}{gap}(?=[^\s{COLONS}])"
    glued = rf"[^\S\n]*+{LEAD}(?:{NUMBER})?[^\S\n]*+(?P<label>{spellings})(?=[^\s{COLONS}])"
    return re.compile(start), re.compile(rf"[^\S\n]+(?=(?:{spellings}){mark}{gap})"), re.compile(glued)


def habit_of(lines: Sequence[str], labels: Labels, *, free: bool = False) -> Habit:
    """One such line may be a sentence, three different ones are a form."""
    if len(lines) < 2:
        return Habit()
    loose = _loosely_written(lines, labels, LOOSE_LINES - free)
    return Habit(loose, not loose and not free and _glued(lines, labels))


def _loosely_written(lines: Sequence[str], labels: Labels, least: int) -> bool:
    start, gap, _ = patterns(labels.spellings)
    pieces = (piece for line in lines if start.match(line) for piece in gap.split(line[:LONGEST_LINE]))
    return len({match["label"] for piece in pieces if (match := start.match(piece))}) >= least


def _glued(lines: Sequence[str], labels: Labels) -> bool:
    """性别男, 出生年月1980年5月, 联系电话138…: where three lines are so, and can be nothing else, all are."""
    start = patterns(labels.spellings)[2]
    short = (line for line in lines if 0 < len(line.strip()) <= LONGEST_GLUED)
    sure = {match["label"] for line in short if (match := start.match(line)) and _fits(match, line, labels)}
    return len(sure) >= LOOSE_LINES


def _fits(match: re.Match[str], line: str, labels: Labels) -> bool:
    label = labels.match(match["label"])
    return label is not None and all(looks_like(key, line[match.end() :].strip(), labels) for key in label.keys)


def glued_label(text: str, labels: Labels) -> tuple[Label, str] | None:
    """The label that a text begins with, and what follows it without any mark: 工作单位某某公司."""
    match = patterns(labels.spellings)[2].match(text)
    label = labels.match(match["label"]) if match else None
    return (label, text[match.end() :].strip()) if match and label else None
