"""What an answer says to the questions that it quotes, in its own words or typed into ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from intake.answer_lines import LONGEST_TEXT, NUMBERING, lines_in, remarks_in
from intake.chinese.characters import even, one_line
from intake.draft import FieldValue
from intake.forms.endings import CLOSING
from intake.forms.labels import Labels, labels_of
from intake.forms.lines import pairs
from intake.forms.speech import Named
from intake.lone_values import value_of
from intake.remarks import Remark, meant
from intake.values.names import PERSON
from rules.campaign import Campaign, Field, FieldType

_SPEAKS_OF = re.compile(rf"(?m)^[^\S\n]*({PERSON})(?:同志)?(?=现|在|担?任|出?生)")  # 李明现在某某公司工作
_OUR_WORDS = re.compile(r"(?:已收到，|写的是|在.{1,40}中写作|现为|没有填写)")  # 「性别」写的是“…”
_OURS_GOES_ON = re.compile(r"\s*(?:【.*|.*[:：]\s*|也可以填写附件.*)")  # 已经登记的内容：
_ONE_MEANING = (FieldType.CHOICE, FieldType.MONTH, FieldType.NUMBER)


def answers(
    own: str, quoted: str, campaign: Campaign, today: date
) -> tuple[Mapping[str, FieldValue], tuple[Remark, ...]]:
    """What was answered, as far as the mail itself tells by the questions that it quotes; and all that its writer may have
    meant, for whoever knows what was asked."""
    quoted, numbers = quoted[:LONGEST_TEXT], rf"{re.escape(campaign.case_prefix)}-\d{{4}}-\d+"
    name = re.search(rf"【{numbers}】[^\S\n]*([^\s（(]{{2,12}})", quoted) or _SPEAKS_OF.search(own[:LONGEST_TEXT])
    said = remarks_in(own, campaign, today, Named(name[1] if name else ""))
    asks = [field.key for field in _asks(quoted, campaign)]
    typed = tuple(one for one in _typed(quoted, campaign, today) if not asks or one.means.keys() & asks)
    asked = _asked(quoted, campaign)
    told = meant(typed, asked) or dict(_below_questions(quoted, asked, campaign, today))
    if not told and len(set(re.findall(numbers, quoted))) < 2 and (asked or not asks):
        asked = asked or _named(quoted, campaign)
        told = {**_story(own, asked, today), **meant(said, asked)} if asked else dict(_unasked(said, campaign))
    return told, (*typed, *said)


def _unasked(said: Sequence[Remark], campaign: Campaign) -> Iterator[tuple[str, FieldValue]]:
    """What can mean but one thing, where nothing is quoted: 工作年限19年, 男. A lone letter may mean anything."""
    for one in said:
        keys = one.means.keys() - one.guessed
        plain = len(keys) == 1 and (one.labelled or campaign.field(min(keys)).type in _ONE_MEANING)
        if plain and len(one.means[min(keys)].raw.encode()) > 1:
            yield min(keys), one.means[min(keys)]


def _asked(quoted: str, campaign: Campaign) -> list[Field]:
    """The questions that stand in the quoted text, in their order there, once: in a mail about two cases they do not tell whom they mean."""
    text = _squeezed(quoted)
    once = [field for field in _asks(quoted, campaign) if text.count(_squeezed(field.ask)) == 1]
    return sorted(once, key=lambda field: text.find(_squeezed(field.ask)))


def _asks(quoted: str, campaign: Campaign) -> list[Field]:
    text = _squeezed(quoted)
    return [field for field in campaign.fields if field.ask and _squeezed(field.ask) in text]


def _named(quoted: str, campaign: Campaign) -> list[Field]:
    """What somebody of the staff asked for in his own words: a list of our labels, one a line."""
    labels, lines = labels_of(campaign), quoted.split("\n")
    alone = (labels.match(NUMBERING.sub("", line)) for line in lines if line[-1:] not in ":：")
    keys = dict.fromkeys(label.keys[0] for label in alone if label and len(label.keys) == 1)
    return [campaign.field(key) for key in keys]


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", even(text))


def _below_questions(
    quoted: str, asked: Sequence[Field], campaign: Campaign, today: date
) -> Iterator[tuple[str, FieldValue]]:
    """答：总工程师 typed below our question, within what is quoted."""
    lines = [line.strip(" \t>|") for line in quoted[:LONGEST_TEXT].split("\n")]
    lines = [line for line in lines if line and not line.startswith(("例如：", "例如:"))]
    for line, below in pairwise(lines):
        for field in (one for one in asked if one.ask in line):
            yield from meant(remarks_in(below, campaign, today), [field]).items()


def _typed(quoted: str, campaign: Campaign, today: date) -> Iterator[Remark]:
    """性别：男 within what is quoted: many type their answer behind the colons of our own lines."""
    labels = labels_of(campaign)
    for key, text in _lines_with_values(quoted, labels, campaign.organiser):
        field = campaign.field(key)
        written = labels.value(key, text)
        if written and not (field.ask and field.ask in written) and not _OUR_WORDS.match(written):
            value = value_of(field, written, today)
            yield Remark({key: value} if value else {}, labelled=True)


def _lines_with_values(quoted: str, labels: Labels, ours: str) -> list[tuple[str, str]]:
    """A value stands on its label's line; only a long text goes on, until an empty line, or our letter does."""
    found: list[tuple[str, str]] = []
    going_on = False
    for line in quoted.split("\n"):
        met = pairs(line, labels)
        here = [p for p in met if p.text]
        if here:
            found += [(p.label.keys[0], p.text) for p in here if len(p.label.keys) == 1]
            going_on = len(here[-1].label.keys) == 1 and labels.is_long(here[-1].label.keys[0])
        elif going_on and not met and not _ends(line, ours):
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}")
        else:
            going_on = False
    return found


def _ends(line: str, ours: str) -> bool:
    return line.strip() in ("", ours) or bool(CLOSING.match(line) or _OURS_GOES_ON.fullmatch(line))


def _story(own: str, asked: Sequence[Field], today: date) -> Mapping[str, FieldValue]:
    """The story, where nothing else was asked for: so long a text can be nothing else."""
    [field, *others] = asked
    lines = list(lines_in(own)) if field.min_chars and not others else []
    text = "\n".join(lines[:-1] if lines and re.fullmatch(PERSON, lines[-1]) else lines)  # signed
    long_enough = field.min_chars is not None and 4 * len(one_line(text)) >= field.min_chars
    value = value_of(field, text, today) if long_enough else None
    return {field.key: value} if value else {}
