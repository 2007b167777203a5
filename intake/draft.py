"""One form's texts as values, each with its source: what is known before the mail's other forms are looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from intake.chinese.characters import HAN, even
from intake.forms.speech import HIS, WRITERS, Clause, keys_of, told
from intake.values.phones import LONGEST_BESIDE, phone_behind
from intake.values.values import Problem, Value, read_value
from rules.campaign import Campaign, FieldType

SUBJECT = "subject"
BODY = "正文"
#: A value recognised from a picture with less confidence may well be wrong: staff see it marked, the sender is asked.
DOUBTFUL_BELOW = 0.8


@dataclass(frozen=True, slots=True)
class FieldValue:
    value: str | int
    raw: str
    source: str  # 征集表.docx, 正文, subject: where a person can find it
    confidence: float = 1.0

    @property
    def recognised(self) -> bool:
        """Made out in a picture."""
        return self.confidence < 1

    @property
    def doubtful(self) -> bool:
        return self.confidence < DOUBTFUL_BELOW


class Raw(Protocol):
    """A field's text as a form has it (`intake.forms.forms.RawField`)."""

    @property
    def text(self) -> str: ...
    @property
    def confidence(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """One form's values, before the mail's other forms and its subject are looked at."""

    source: str
    fields: Mapping[str, FieldValue]
    problems: tuple[Problem, ...] = ()
    stated: frozenset[str] = field(default_factory=frozenset)  # keys in which something stands, readable or not
    recognised: bool = False  # read from a picture: a character may be wrong


def draft_of(
    raw: Mapping[str, Raw], source: str, campaign: Campaign, today: date, *, recognised: bool = False
) -> Draft:
    """Read one form's texts as values."""
    fields: dict[str, FieldValue] = {}
    problems: list[Problem] = []
    raw = {**_numbers_beside_names(raw, campaign), **raw, **_said_beside_names(raw, campaign, today)}
    for asked in campaign.fields:
        if asked.key not in raw:
            continue
        text, confidence = raw[asked.key].text, raw[asked.key].confidence
        if asked.type is FieldType.NAME and (_is_printed(text, campaign) or (recognised and _runs_on(text, campaign))):
            continue
        read = read_value(asked, text, today)
        if isinstance(read, Value):
            fields[asked.key] = FieldValue(read.value, text, source, confidence)
            problems += read.problems
        elif read is not None:
            problems.append(read)
    stated = frozenset(fields) | {problem.field for problem in problems if problem.field}
    return Draft(source, fields, tuple(problems), stated, recognised)


def _is_printed(text: str, campaign: Campaign) -> bool:
    """工作单位 as somebody's name: a picture whose borders are half lost puts a label into its neighbour's cell."""
    text = even(text).strip()
    return any(text == one.label or text in one.aliases for one in campaign.fields)


def _runs_on(text: str, campaign: Campaign) -> bool:
    """许山城性别男 as somebody's name: of three cells without the borders between."""
    words = (re.escape(word) for one in campaign.fields for word in (one.label, *one.aliases) if len(word) > 1)
    return re.search(rf"(?<=[{HAN}])(?:{'|'.join(words)})(?=[{HAN}])", even(text)) is not None


def _numbers_beside_names(raw: Mapping[str, Raw], campaign: Campaign) -> Mapping[str, Raw]:
    """推荐人：李四 13900139000 fills two fields."""
    named = {one.about: one.key for one in reversed(campaign.fields) if one.type is FieldType.NAME}
    whose = {one.key: named.get(one.about) for one in campaign.fields if one.type is FieldType.PHONE}
    if campaign.subject.contact_field:
        whose[campaign.subject.contact_field] = campaign.subject.recommender_field
    beside = {number: raw[who] for number, who in whose.items() if who and who in raw}
    found = {number: (phone_behind(even(name.text).strip()), name.confidence) for number, name in beside.items()}
    return {number: Said(told[1], confidence) for number, (told, confidence) in found.items() if told}


_MARKS = re.compile(r"\s*[，,、；;（）()]\s*")  # behind a mere blank 男 may be a letter of the name


def _said_beside_names(raw: Mapping[str, Raw], campaign: Campaign, today: date) -> Mapping[str, Raw]:
    """被推荐人：李伟，男，1980年5月生 and 推荐人：李四（同事） say more than a name; of the recommender nothing but his name is kept."""
    keys, name = keys_of(campaign), next((one.key for one in campaign.fields if one.type is FieldType.NAME), "")
    found: dict[str, Raw] = {}
    for key, whose in ((name, HIS), (keys.recommender, WRITERS)):
        if key not in raw or len(raw[key].text) > LONGEST_BESIDE:
            continue
        head, *rest = filter(None, _MARKS.split(even(raw[key].text)))
        said = [list(told(Clause(words, whose), keys, campaign, today, alone=True)) for words in rest]
        found |= {
            one.key: Said(one.text, raw[key].confidence)
            for ones in reversed(said)
            for one in ones
            if one.key not in raw
        }
        if key == keys.recommender and rest and all(said):
            found[key] = Said(head, raw[key].confidence)
    return found


@dataclass(frozen=True, slots=True)
class Said:
    """A text that stood in no form."""

    text: str
    confidence: float = 1.0
