"""What an answer says of the files that came along: which could not be had and why, and what came in a form's place. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intake.draft import SUBJECT
from intake.outcome import FILE_CODES, Outcome
from intake.values.values import Problem
from outbox.mime import one_line

#: For staff alone: a number of somebody else's case is none of the submitter's business.
STAFF_CODES = frozenset({"possible_duplicate"})
#: More files than this with the same trouble are counted.
MOST_NAMES = 4
_MEND = "请把征集表存为 Word 文档（.docx）发来。"
#: What would make of our answer somebody's advertisement.
SUSPICIOUS = re.compile(r"://|www\.|@|\.(com|cn|net|top|xyz)\b|[<>]", re.IGNORECASE)


def problems_told(outcome: Outcome) -> tuple[Problem, ...]:
    """Problems of the mail as a whole, and those of files, each once."""
    of_files = [p for change in outcome.changes for p in change.problems if p.code in FILE_CODES]
    whole = [p for p in outcome.reading.problems if p.code not in STAFF_CODES]
    return tuple({p.message: p for p in [*whole, *of_files]}.values())


def nothing_read(outcome: Outcome) -> bool:
    """All that is known comes from the subject."""
    return bool(outcome.changes) and all(change.source == SUBJECT for change in outcome.changes)


def about_files(outcome: Outcome) -> tuple[str, ...]:
    """What the sender should know of files in which nothing was wrong, and nothing to be had: a program, the blank form,
    a film; that no file came at all."""
    formless = nothing_read(outcome)
    files = [file for file in outcome.reading.attachments if file.role != "inline"]
    notes = []
    for file in files:
        name = f"《{one_line(file.filename)}》" if file.filename else ""
        if file.role == "rejected":
            notes.append(f"附件{name}是程序，为了安全没有打开。" + (_MEND if formless else ""))
        elif file.role == "form" and formless:
            notes.append(f"附件{name}里的征集表还没有填写，是不是发错了文件？")
        elif file.role == "evidence" and formless:
            notes.append(f"附件{name}里没有读到征集表。")
    if formless and not files and not any(p.code in FILE_CODES for p in problems_told(outcome)):
        notes.append("来信没有附件，正文里也没有读到征集表的内容，是不是忘了添加附件？")
    return told_once([without_names(note) for note in notes])


def told_once(messages: Sequence[str]) -> tuple[str, ...]:
    """Each once; what is said of several files in the same words is said of them together: 附件《1.jpg》《2.jpg》是图片……"""
    named: dict[tuple[str, str], list[str]] = {}
    for message in messages:
        before, _, rest = message.partition("《")
        name, _, after = rest.partition("》")
        named.setdefault((before, after), []).append(name)
    return tuple(before + _names(names) + after for (before, after), names in named.items())


def _names(names: Sequence[str]) -> str:
    different = [f"《{name}》" for name in dict.fromkeys(names) if name]
    if len(different) <= MOST_NAMES:
        return "".join(different)
    return "".join(different[: MOST_NAMES - 1]) + f"等 {len(different)} 个文件"


def without_names(message: str) -> str:
    """What is said of a file, without its name where that is somebody's advertisement."""
    if not SUSPICIOUS.search(message):
        return message
    bare = re.sub("《.*》", "", message, flags=re.DOTALL)
    return "有文件没能读出来，请把征集表存为 Word 文档（.docx）后重新发来。" if SUSPICIOUS.search(bare) else bare
