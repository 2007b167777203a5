"""A campaign as data: what one public notice asks for, how to recognise it, and in which words to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType


class FieldType(StrEnum):
    """How a field's text is normalised and checked."""

    TEXT = "text"  # a line of text: blanks between Chinese characters go
    LONG_TEXT = "long_text"  # paragraphs, joined by \n; may have length bounds
    NAME = "name"  # a person's name
    CHOICE = "choice"  # one of `choices`, by synonym
    MONTH = "month"  # YYYY-MM, or YYYY
    NUMBER = "number"  # a whole number
    PHONE = "phone"  # an 11-digit mobile or 023-67891234


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that the form asks for."""

    key: str  # nominee_name: ASCII, used by programs
    label: str  # 被推荐人姓名: as printed on the form, used in rules, replies and the digest
    type: FieldType
    required: bool
    aliases: tuple[str, ...] = ()  # other labels seen for the same thing
    hint: str = ""  # text that the blank form prints into the cell: never a value
    example: str = ""  # shown to a submitter who is asked for it
    ask: str = ""  # the sentence that asks for it
    choices: Mapping[str, tuple[str, ...]] = MappingProxyType({})  # canonical value -> synonyms
    min_chars: int | None = None  # long_text: fewer is `<key>_too_short`, counted as Chinese people count
    max_chars: int | None = None
    unit: str = ""  # number: 年


@dataclass(frozen=True, slots=True)
class SubjectGrammar:
    """How the notice wants the subject: PREFIX+recommender+contact."""

    prefixes: tuple[str, ...]  # 渝工故事线索 first, then spellings seen
    example: str  # 渝工故事线索+XX单位+13800001234: quoted in replies
    recommender_field: str | None = None  # a blank field that the subject's 2nd part fills
    contact_field: str | None = None  # ... and its 3rd part


@dataclass(frozen=True, slots=True)
class SelfNomination:
    """Who recommends himself need not repeat himself: `values` in `field` copy from -> to."""

    field: str  # relationship
    values: tuple[str, ...]  # 本人, 自荐
    copies: Mapping[str, str]  # recommender <- nominee_name: {"recommender": "nominee_name"}


@dataclass(frozen=True, slots=True)
class Batch:
    """One round of the campaign. The last one has no end."""

    name: str
    until: date | None  # the last day that belongs to it, in the service's time zone


@dataclass(frozen=True, slots=True)
class Stage:
    """A step in a case's life."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """All that one notice asks for. Nothing of a particular notice stands in Python code."""

    name: str  # yugong-story: the folder's name
    title: str  # 渝工故事线索征集
    organiser: str  # 重庆市工程师协会: signs the replies
    case_prefix: str  # YG
    privacy: str  # one sentence on purpose and retention, shown in every first reply
    subject: SubjectGrammar
    fields: tuple[Field, ...]  # in the form's order
    batches: tuple[Batch, ...]
    stages: tuple[Stage, ...]
    incomplete_stage: str  # where a case with missing fields starts
    complete_stage: str  # where it goes once complete
    form: Path | None  # the blank form: recognised when it comes back empty, attached to requests
    form_titles: tuple[str, ...]  # headings by which a form is known
    folder: Path  # where triage.toml and mail/ are
    self_nomination: SelfNomination | None = None
    identity: tuple[str, ...] = ()  # fields that tell two nominees apart: nominee_name, nominee_phone, employer

    def field(self, key: str) -> Field:
        """The field of that key. KeyError where there is none."""
        for field in self.fields:
            if field.key == key:
                return field
        raise KeyError(key)

    def batch_on(self, day: date) -> Batch:
        """The batch that a mail received on `day` (service time zone) belongs to."""
        return next(b for b in self.batches if b.until is None or day <= b.until)


def load_campaign(folder: Path) -> Campaign:
    """Read FOLDER/campaign.toml. Raises `rules.fault.FaultyFile` with all faults at once."""
    raise NotImplementedError
