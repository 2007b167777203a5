"""The story that a letter tells: what is left of it without greeting, introduction, addresses and farewell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from intake.forms.endings import CLOSING, PARAGRAPH, THANKS, is_foot
from intake.forms.labels import Labels, labels_of
from intake.forms.mentions import mentions
from intake.forms.sayings import CLAUSE, said_in
from intake.values.phones import phones_in
from rules.campaign import Campaign, FieldType

SHORTEST_PARAGRAPH = 40  # characters of the first one
SHORTEST_LAST = 20
ENOUGH = 2  # such a part of what is asked for is a story; less may be a covering letter

_SENTENCES = re.compile(r"[^。！!？?]+[。！!？?]*[”’」』）)]*")
_OF_THE_LETTER = re.compile("贵会|贵协会|贵单位|[自举]荐|征集|敬请|特此|随信|附件|[请望].{0,4}(?:审[核阅查]|查收)")


def tale(text: str, name: str, campaign: Campaign, today: date) -> Mapping[str, str]:
    """The story of him who is put forward, and what is called its highlight; as far as the letter tells them."""
    asked = next((one for one in campaign.fields if one.type is FieldType.LONG_TEXT and one.min_chars), None)
    if asked is None:
        return {}
    labels, found, paragraphs = labels_of(campaign), dict[str, str](), list[str]()
    for line in map(str.strip, text.split("\n")):
        if CLOSING.match(line) and len(line) < SHORTEST_PARAGRAPH:
            break
        trait = _trait(line, labels)
        found |= trait
        own = not (trait or _of_form(labels.spellings).match(line) or THANKS.fullmatch(line) or is_foot(line))
        paragraphs.append(_story(line, name, campaign, today) if own else "")
    first = next((n for n, one in enumerate(paragraphs) if len(one) >= SHORTEST_PARAGRAPH), len(paragraphs))
    last = max(
        (n for n, one in enumerate(paragraphs) if len(one) >= SHORTEST_LAST and PARAGRAPH.search(one)), default=0
    )
    story = "\n".join(filter(None, paragraphs[first : last + 1]))
    return found | ({asked.key: story} if ENOUGH * len(story) >= (asked.min_chars or 0) else {})


def _story(line: str, name: str, campaign: Campaign, today: date) -> str:
    """A paragraph without the sentences that introduce somebody, speak of the letter or tell a number."""
    named = {one.start for one in mentions(line) if one.name == name and (one.sexed or one.put_forward or one.himself)}
    return "".join(
        one[0]
        for one in _SENTENCES.finditer(line)
        if not (
            any(start in range(*one.span()) for start in named)
            or phones_in(one[0])
            or _OF_THE_LETTER.search(one[0])
            or sum(said.sure for clause in CLAUSE.findall(one[0]) for said in said_in(clause, campaign, today)) > 1
        )
    )


def _trait(line: str, labels: Labels) -> Mapping[str, str]:
    """这个故事最大的亮点是攻坚克难: a long text other than the story."""
    match = _tells(labels.spellings).match(line)
    keys = label.keys if match and (label := labels.match(match["label"])) else ()
    long = len(keys) == 1 and labels.is_long(keys[0]) and not labels.fields[keys[0]].min_chars
    return {keys[0]: match["value"]} if match and long else {}


@lru_cache(maxsize=32)
def _tells(spellings: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:[^，,。：:]{{0,10}}?)(?P<label>{spellings})(?:主要)?(?:在于|就?是)[:：]?\s*(?P<value>.{{4,}})"
    )


@lru_cache(maxsize=32)
def _of_form(spellings: str) -> re.Pattern[str]:
    """推荐人：… is no story."""
    return re.compile(rf"{spellings}\s*[:：]")
