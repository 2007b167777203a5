"""A long text outside the form, which says 详见附件 or nothing: in a file of its own (张伟事迹材料.docx), behind the form in its
file (张伟同志先进事迹), or in the letter that brings it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from intake.chinese.characters import even
from intake.documents.document import Document, Paragraph, Table
from intake.draft import BODY, Draft, Said, draft_of
from intake.forms.labels import labels_of
from intake.forms.tale import tale
from intake.values.names import PERSON
from rules.campaign import Campaign, Field, FieldType

LONGEST_HEADING = 40  # characters
HEADED_WITHIN = 3  # lines from the top
_LETTERS_OF_A_NAME = (2, 3, 4)
SHORTEST = 4  # such a part of what is asked for is a text, not a remark

_EXTENSION = re.compile(r"\.[A-Za-z]{2,5}$")
_NUMBER = re.compile(r"^(?:附[件页录]?)?\s*[（(]?(?:\d{1,2}|[一二三四五六七八九十])?[）)]?\s*[.、:：_\-\s]*")
_AROUND = re.compile(r"关于|同志|先生|女士|老师|[的之\s“”\"《》（）()\-—_+:：、·]")


@dataclass(frozen=True, slots=True)
class Annex:
    """Plain paragraphs: a file's, or what stands behind a form in the same file."""

    name: str  # the file's
    lines: tuple[str, ...]
    behind_form: bool = False
    confidence: float = 1.0

    @property
    def stem(self) -> str:
        """What the text is called by its file."""
        return "" if self.behind_form else _EXTENSION.sub("", self.name)

    @property
    def headings(self) -> list[str]:
        return [line for line in self.lines[:HEADED_WITHIN] if len(line) <= LONGEST_HEADING]


def annex(name: str, document: Document) -> Annex | None:
    """The file, where it is nothing but text."""
    if document.recognised or not all(isinstance(block, Paragraph) for block in document.blocks):
        return None
    lines = (block.text.strip() for block in document.blocks if isinstance(block, Paragraph))
    return Annex(name, tuple(line for line in lines if line))


def behind(name: str, document: Document) -> Iterator[Annex]:
    """The texts behind each table of a file that holds a form."""
    below = False
    for _, run in groupby(document.blocks, key=type):
        blocks = list(run)
        below = below or isinstance(blocks[0], Table)
        paragraphs = [block for block in blocks if isinstance(block, Paragraph) and block.text.strip()]
        if below and paragraphs:
            certain = min(paragraph.confidence for paragraph in paragraphs)
            yield Annex(name, tuple(paragraph.text.strip() for paragraph in paragraphs), True, certain)


def with_annexes(drafts: Sequence[Draft], annexes: Sequence[Annex], campaign: Campaign, today: date) -> list[Draft]:
    """Each form with the long texts that it leaves to the only file that is headed so and speaks of its nominee."""
    whole = list(drafts)
    for field in _asked(campaign) if annexes else ():
        for index, draft in enumerate(whole):
            texts = list(_his(field, draft, annexes, campaign, alone=len(whole) == 1))
            if field.key not in draft.stated and len(texts) == 1:
                whole[index] = _with(draft, _told(field, *texts[0], campaign, today))
    return whole


def told_in(letter: str, drafts: Sequence[Draft], campaign: Campaign, today: date) -> list[Draft]:
    """The only form with the story that the letter tells, where that names its nominee, or a line heads it as his.

    A firm's account of itself and a legal notice are as long, below a letter that names him.
    """
    if len(drafts) != 1 or (named := labels_of(campaign).first) not in drafts[0].fields:
        return list(drafts)
    (draft,) = drafts
    name = str(draft.fields[named].value)
    said = {key: Said(text) for key, text in tale(letter, name, campaign, today).items() if key not in draft.stated}
    lines = letter.split("\n")
    told = any(
        field.key in said
        and (name in said[field.key].text or any(_says(field, line, campaign, name) for line in lines))
        for field in _asked(campaign)
    )
    return [_with(draft, draft_of(said, BODY, campaign, today)) if told else draft]


def answered_by(annexes: Sequence[Annex], campaign: Campaign, today: date) -> list[Draft]:
    """The long text that an answer to us brings in the only file headed so."""
    texts = [
        (field, one, text) for field in _asked(campaign) for one in annexes if (text := _text(field, one, campaign))
    ]
    return [_told(*texts[0], campaign, today)] if len(texts) == 1 else []


def _asked(campaign: Campaign) -> list[Field]:
    return [field for field in campaign.fields if field.type is FieldType.LONG_TEXT and field.min_chars]


def _told(field: Field, one: Annex, text: str, campaign: Campaign, today: date) -> Draft:
    return draft_of({field.key: Said(text, one.confidence)}, one.name, campaign, today)


def _with(draft: Draft, added: Draft) -> Draft:
    return replace(
        draft,
        fields={**draft.fields, **added.fields},
        problems=(*draft.problems, *added.problems),
        stated=draft.stated | added.stated,
    )


def _his(
    field: Field, draft: Draft, annexes: Sequence[Annex], campaign: Campaign, *, alone: bool
) -> Iterator[tuple[Annex, str]]:
    """Those that may be the nominee's text: the name stands in what they are called, or in the text beside the only form."""
    first = labels_of(campaign).first
    if first not in draft.fields:
        return
    name = str(draft.fields[first].value)
    for one in (one for one in annexes if one.behind_form or not draft.recognised):
        text = _text(field, one, campaign, name)
        called = name in even("".join((one.stem, *one.headings)))
        if text and (called or (alone and (one.behind_form or name in text))):
            yield one, text


def _text(field: Field, one: Annex, campaign: Campaign, name: str = "") -> str:
    """What stands below the heading, where the file has one, or is called so."""
    headed = [line for line in one.headings if _says(field, line, campaign, name)]
    if not headed and not _says(field, one.stem, campaign, name):
        return ""
    text = "\n".join(one.lines[one.lines.index(headed[0]) + 1 if headed else 0 :])
    return text if len(text) * SHORTEST >= (field.min_chars or 0) else ""


def _says(field: Field, heading: str, campaign: Campaign, name: str) -> bool:
    """游丹莹同志先进事迹材料 is 先进事迹材料, a label of the field's. Where nobody's name is known, any may stand before it."""
    bare = _AROUND.sub("", _NUMBER.sub("", even(heading)))
    if name or not re.match(PERSON, bare):
        words = [bare.replace(name, "")]
    else:
        words = [bare, *(bare[letters:] for letters in _LETTERS_OF_A_NAME)]
    found = (label for word in words if (label := labels_of(campaign).match(word)))
    return any(field.key in label.keys for label in found)
