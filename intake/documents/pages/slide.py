"""Two blocks of lines side by side, as on a slide: the fields and the story. Each is read by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intake.documents.pages.boxed import usual_em
from intake.documents.pages.setting import (
    LABELLED,
    LONGEST_LABEL,
    PROSE,
    Line,
    Text,
    Written,
    lines_of,
    paragraphs_of,
    reach,
)

FIELDS = 4  # with a label and its value in one line
LINES = 4  # of the story
LEVEL = 0.2  # em by which lines side by side are at one height
MOST = 400  # texts of a slide
ALONE = 0.6  # of the story's lines: fewer that are at no other's height are the values of labels


@dataclass(frozen=True, slots=True)
class Slide:
    above: list[Text]  # its title
    blocks: tuple[list[Text], list[Text]]


def slide_of(texts: Sequence[Text]) -> Slide | None:
    """The texts as such a slide: lines below a heading, beside all the fields and at heights of their own."""
    if not FIELDS + LINES < len(texts) <= MOST:
        return None
    em = usual_em(texts)
    first = min((text.box.top for text in texts if LABELLED.match(text.text)), default=0.0)
    title = [text for text in texts if text.box.y < first]
    rest = [text for text in texts if text.box.y >= first]
    for begin in sorted({text.box.left - em / 2 for text in rest if _heads(text)}):
        left = [text for text in rest if text.box.right < begin]
        right = [text for text in rest if text.box.left > begin]
        above = title + [text for text in rest if text.box.left <= begin <= text.box.right]
        for fields, story in ((left, right), (right, left)):
            if _is_slide(above, fields, story):
                return Slide(above, (fields, story))
    return None


def _heads(text: Text) -> bool:
    return len(text.text.strip()) <= LONGEST_LABEL or LABELLED.match(text.text) is not None


def _is_slide(above: Sequence[Text], fields: Sequence[Text], story: Sequence[Text]) -> bool:
    if not fields or not story or not _heads(min(story, key=lambda text: text.box.top)):
        return False
    told = [text for text in fields if LABELLED.match(text.text) and not LABELLED.fullmatch(text.text.strip())]
    if len(told) < max(FIELDS, len(fields) / 2):
        return False
    em = usual_em(story)
    long = [text for text in story if text.box.width > PROSE * em]
    if len(long) < LINES:
        return False
    alone = [text for text in long if all(abs(text.box.y - other.box.y) > LEVEL * em for other in fields)]
    top = min(text.box.top for text in (*fields, *story))
    return len(alone) > ALONE * len(long) and all(text.box.y < top for text in above)


def paragraphs_on(slide: Slide) -> list[Written]:
    """Its title, and those of one block after those of the other. A label begins a field, however full the line above is."""
    fields, story = slide.blocks
    title = [Written(line.text, line.box.top, line.confidence) for line in lines_of(slide.above)]
    parts: list[list[Line]] = []
    for line in lines_of(fields):
        if not parts or LABELLED.match(line.text):
            parts.append([])
        parts[-1].append(line)
    limit = max(map(reach, fields))
    written = [paragraph for part in parts for paragraph in paragraphs_of(part, limit)]
    return title + written + paragraphs_of(lines_of(story), max(map(reach, story)))
