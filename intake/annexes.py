"""A long text in a file of its own: the form says 详见附件 or nothing, and beside it lies 张伟事迹材料.docx."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from intake.chinese.characters import even
from intake.documents.document import Document, Paragraph
from intake.draft import Draft, Said, draft_of
from intake.forms.labels import labels_of
from rules.campaign import Campaign, Field, FieldType

LONGEST_HEADING = 40  # characters
HEADED_WITHIN = 3  # lines from the top
SHORTEST = 4  # such a part of what is asked for is a text, not a remark

_EXTENSION = re.compile(r"\.[A-Za-z]{2,5}$")
_NUMBER = re.compile(r"^(?:附件?)?\s*[（(]?(?:\d{1,2}|[一二三四五六七八九十])?[）)]?\s*[.、:：_\-\s]*")
_AROUND = re.compile(r"关于|同志|先生|女士|老师|[的之\s“”\"《》（）()\-—_+:：、·]")


@dataclass(frozen=True, slots=True)
class Annex:
    """A file of plain paragraphs."""

    name: str
    lines: tuple[str, ...]

    @property
    def stem(self) -> str:
        return _EXTENSION.sub("", self.name)


def annex(name: str, document: Document) -> Annex | None:
    """The file, where it is nothing but text."""
    if document.recognised or not all(isinstance(block, Paragraph) for block in document.blocks):
        return None
    lines = (block.text.strip() for block in document.blocks if isinstance(block, Paragraph))
    return Annex(name, tuple(line for line in lines if line))


def with_annexes(drafts: Sequence[Draft], annexes: Sequence[Annex], campaign: Campaign, today: date) -> list[Draft]:
    """Each form with the long texts that it leaves to the only file that is headed so and speaks of its nominee."""
    whole = list(drafts)
    asked = [field for field in campaign.fields if field.type is FieldType.LONG_TEXT and field.min_chars]
    for field in asked if annexes else ():
        for index, draft in enumerate(whole):
            texts = list(_texts(field, draft, annexes, campaign, alone=len(whole) == 1))
            if field.key not in draft.stated and len(texts) == 1:
                whole[index] = _with(draft, draft_of({field.key: Said(texts[0][1])}, texts[0][0], campaign, today))
    return whole


def _with(draft: Draft, added: Draft) -> Draft:
    return replace(
        draft,
        fields={**draft.fields, **added.fields},
        problems=(*draft.problems, *added.problems),
        stated=draft.stated | added.stated,
    )


def _texts(
    field: Field, draft: Draft, annexes: Sequence[Annex], campaign: Campaign, *, alone: bool
) -> Iterator[tuple[str, str]]:
    """Files that may be the nominee's text: the name stands in what they are called, or in the text of the only form."""
    first = labels_of(campaign).first
    if first not in draft.fields or draft.recognised:
        return
    name = str(draft.fields[first].value)
    for one in annexes:
        headings = [line for line in one.lines[:HEADED_WITHIN] if len(line) <= LONGEST_HEADING]
        headed = [line for line in headings if _says(field, line, name, campaign)]
        text = "\n".join(one.lines[one.lines.index(headed[0]) + 1 if headed else 0 :])
        called = name in even("".join((one.stem, *headed)))
        if not headed and not _says(field, one.stem, name, campaign):
            continue
        if (called or (alone and name in text)) and len(text) * SHORTEST >= (field.min_chars or 0):
            yield one.name, text


def _says(field: Field, heading: str, name: str, campaign: Campaign) -> bool:
    """游丹莹同志先进事迹材料 is 先进事迹材料, a label of the field's."""
    bare = _AROUND.sub("", _NUMBER.sub("", even(heading)).replace(name, ""))
    label = labels_of(campaign).match(bare)
    return label is not None and field.key in label.keys
