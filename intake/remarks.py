"""What an answer says without the form's own labels: 男, 联系电话 138…, or typed into our quoted question.

What such words mean, only the gaps of the case tell; so nothing here ever counts against a value that is on file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from intake.chinese.characters import even
from intake.draft import BODY, FieldValue
from intake.forms.labels import Labels, labels_of
from intake.forms.lines import pairs
from intake.forms.own_words import read_lines
from intake.values.values import Value, read_value
from rules.campaign import Campaign, Field, FieldType

#: One thing said: its value by each KEY that it may be meant for.
Remark = Mapping[str, FieldValue]

LONGEST_TEXT = 20_000  # characters of the mail, and of what it quotes, that are looked at
LONGEST = 60  # characters of a short value with its label
MOST = 100
YOUNGEST = 14  # 2026年3月2日 below a letter is the day it was written
CLAUSES = re.compile(r"[，,；;、。!！\t]|[^\S\n]{2,}")
NUMBERING = re.compile(r"^\s*[（(]?(?P<number>\d{1,2})[)）.、．]\s*")
CLOSING = re.compile(r"\s*(?:此致|敬礼|顺颂|顺祝|祝好|祝您|-{2,}\s*$|—{2,}\s*$)")
_PHONE = re.compile(r"[+\d\s()（）\-—]{7,20}")
_MONTH = re.compile(r"[\d年月日号.\-/\s]{4,14}")
_YEARS = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*"
_OUR_WORDS = re.compile(r"(?:写的是|在.{1,40}中写作|现为|没有填写)")  # 「性别」写的是“…”
_NO_ANSWER = re.compile(r"[?？吗呢]|^(?:否|不|没|稍后|待|随后|暂)")


def remarks(own: str, quoted: str, campaign: Campaign, today: date) -> tuple[Remark, ...]:
    """All that the sender's own words, and values typed into our quoted question, may mean."""
    labels = labels_of(campaign)
    said = [
        *_said(own[:LONGEST_TEXT], campaign, labels, today),
        *typed(quoted[:LONGEST_TEXT], campaign, labels, today),
    ]
    return tuple(said[:MOST])


def labelled(own: str, campaign: Campaign, today: date) -> tuple[Remark, ...]:
    """Only what stands behind a label, in a mail that is not known to be an answer: its writer may have a case open."""
    [found, *others] = read_lines(own[:LONGEST_TEXT], campaign)
    said = (_values([campaign.field(key)], raw.text, today) for key, raw in found.items() if not others)
    return tuple(remark for remark in said if remark)


def _said(text: str, campaign: Campaign, labels: Labels, today: date) -> Iterator[Remark]:
    start = re.compile(
        rf"(?P<label>{labels.spellings})(?P<is>\s*(?:应该是|应为|应是|更正为|改为|改成|是|为)?\s*[:：]?\s*)(?P<value>\S.*)"
    )
    for line in text.split("\n"):
        if CLOSING.match(line):
            return
        whole = NUMBERING.sub("", line).strip()
        if len(whole) <= LONGEST and (told := _labelled(whole, start, campaign, labels, today, texts=True)):
            yield told
            continue
        for clause in (NUMBERING.sub("", part).strip() for part in CLAUSES.split(whole)):
            if 0 < len(clause) <= LONGEST:
                remark = _labelled(clause, start, campaign, labels, today) or _bare(clause, campaign, today)
                if remark:
                    yield remark


def _labelled(
    clause: str, start: re.Pattern[str], campaign: Campaign, labels: Labels, today: date, *, texts: bool = False
) -> Remark:
    """性别 男, 性别男, 您的性别是男; 职务 总工程师 only as a line of its own."""
    match = start.match(clause)
    label = labels.match(match["label"]) if match else None
    if match is None or label is None or _NO_ANSWER.search(match["value"]) or re.search(r"[:：]", match["value"]):
        return {}
    asked = [campaign.field(key) for key in label.keys]
    if texts:
        asked = [f for f in asked if f.type in (FieldType.TEXT, FieldType.NAME) and match["is"]]
        return _values(asked, match["value"], today)
    return _values((f for f in asked if _exactly(f, match["value"].rstrip("。.!！ "), today)), match["value"], today)


def _bare(clause: str, campaign: Campaign, today: date) -> Remark:
    """男, 1980年5月, 138…, 22年: values that cannot be anything else."""
    return _values((field for field in campaign.fields if _exactly(field, clause, today)), clause, today)


def _exactly(field: Field, text: str, today: date) -> bool:
    text = even(text).strip()
    match field.type:
        case FieldType.CHOICE:
            return any(text in (choice, *synonyms) for choice, synonyms in field.choices.items())
        case FieldType.PHONE:
            return bool(_PHONE.fullmatch(text))
        case FieldType.NUMBER:
            return bool(field.unit and re.fullmatch(rf"{_YEARS}{re.escape(field.unit)}", text))
        case FieldType.MONTH:
            if not _MONTH.fullmatch(text):
                return False
            read = read_value(field, text, today)
            return isinstance(read, Value) and int(str(read.value)[:4]) <= today.year - YOUNGEST
        case _:
            return False


def typed(quoted: str, campaign: Campaign, labels: Labels, today: date) -> Iterator[Remark]:
    """性别：男 within what is quoted: many type their answer behind the colons of our own lines."""
    for key, text in _lines_with_values(quoted, labels, campaign.organiser):
        field = campaign.field(key)
        value = labels.value(key, text)
        if value and not (field.ask and field.ask in value) and not _OUR_WORDS.match(value):
            yield _values([field], value, today)


def _lines_with_values(quoted: str, labels: Labels, ours: str) -> list[tuple[str, str]]:
    """A value stands on its label's line; only a long text goes on, until an empty line, or our name below our letter."""
    found: list[tuple[str, str]] = []
    going_on = False
    for line in quoted.split("\n"):
        met = pairs(line, labels)
        here = [p for p in met if p.text]
        if here:
            found += [(p.label.keys[0], p.text) for p in here if len(p.label.keys) == 1]
            going_on = len(here[-1].label.keys) == 1 and labels.is_long(here[-1].label.keys[0])
        elif going_on and not met and line.strip() not in ("", ours) and not CLOSING.match(line):
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}")
        else:
            going_on = False
    return found


def _values(fields: Iterable[Field], raw: str, today: date) -> Remark:
    read = ((field.key, read_value(field, raw, today)) for field in fields)
    return {k: FieldValue(v.value, raw, BODY) for k, v in read if isinstance(v, Value)}
