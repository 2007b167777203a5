"""What may be a value where nothing but its place says so: 总工程师, where just the post was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise

from intake.chinese.characters import one_line
from intake.draft import BODY, FieldValue
from intake.forms.labels import POST, TITLE, UNIT, labels_of
from intake.remarks import NUMBERING, YOUNGEST
from intake.values.names import ADDRESSED, PERSON
from intake.values.phones import phones_in
from intake.values.posts import is_post, is_title, may_be_unit, post_in
from intake.values.relations import is_relation
from intake.values.values import Value, read_value
from rules.campaign import Campaign, Field, FieldType

LONGEST = 40  # characters of a value that stands alone
LONGEST_TOLD = 300  # of a long text
ALIKE = 2  # pairs of characters that it has in common with the form's hint and example
#: Of a sentence, not of an office or a unit: 都填好了, 我再问问.
_SENTENCE = re.compile(
    r"[我您你他她了请再给吧哦嗯还这那是呀啊哈]|(?<!成)都|可以|改天|明天|今天|暂时|正在|找|等(?:[一下我]|公司|领导)"
)
#: Of the writer himself, in a text that may well speak of somebody else: 有他自制的刮刀.
_OWN_TALK = re.compile(r"[我您你请再给吧哦嗯啊]|改天|明天|今天|暂时|正在|等(?:[一下]|公司|领导)")
_TALK = re.compile(
    r"[?？吗呢]|收到|谢|方便|高兴|邮件|邮箱|微信|退休|撤回|不清楚|说过|[填发报]过|上[封次回]|之前|前面|核实|出差|好的|稍后|稍等|尽快|再发|再补|辛苦|麻烦|知道|明白|抱歉|不好意思|附件|请查|联系|^(?:没有?|无|不|未)"
)
_THAT_IS = re.compile(r"^(?:\W*→\W*|答[:：]|现任|担任|(?:应该?)?(?:[是为]|填写?|写))\s*[:：]?\s*(?=\S{2})")
TEXTS = (FieldType.TEXT, FieldType.NAME, FieldType.LONG_TEXT)
_NOTE = re.compile(r"[（(][^（）()]{1,12}[）)]")  # （微信同号）
_AT_END = re.compile(r"(?:就行|即可|就可以|就好)了?[。.!！]?$")


def alone(field: Field, text: str, campaign: Campaign, today: date, *, sure: bool = False) -> FieldValue | None:
    """A value that nothing but its place tells apart. A text must look like what was asked for, where one can tell; else
    its place must be sure."""
    text = _AT_END.sub("", _THAT_IS.sub("", text.strip()))
    text = text if field.type is FieldType.LONG_TEXT else text.rstrip("。.!！")
    longest = LONGEST_TOLD if field.type is FieldType.LONG_TEXT else LONGEST
    if not text or len(text) > longest or _TALK.search(_NOTE.sub("", text)):
        return None
    if field.type in TEXTS:
        line = one_line(text)
        sentence = _OWN_TALK if field.type is FieldType.LONG_TEXT else _SENTENCE
        if NUMBERING.match(line) or sentence.search(line) or phones_in(line):
            return None
        if not (looks_like(field, line, campaign) or (sure and _any_words(field, campaign))):
            return None
    value = value_of(field, text, today)
    grown = field.type is FieldType.MONTH and value and int(str(value.value)[:4]) > today.year - YOUNGEST
    return None if grown else value


def looks_like(field: Field, text: str, campaign: Campaign) -> bool:
    """Whether the words are of the kind that the field is about: much may be said where 总工程师 was asked for."""
    if field.type is FieldType.LONG_TEXT:
        alike = {a + b for a, b in pairwise(text)} & {a + b for a, b in pairwise(f"{field.hint}{field.example}")}
        return sum(not pair.isascii() for pair in alike) >= ALIKE and field.min_chars is None
    look = _looks(campaign).get(field.key)
    return look is not None and look(text)


def _any_words(field: Field, campaign: Campaign) -> bool:
    """Whether nobody can tell an answer to it from other words."""
    return field.min_chars is None and field.key not in _looks(campaign)


def _looks(campaign: Campaign) -> Mapping[str, Callable[[str], bool]]:
    """By key, how an answer to a short text is known."""
    exact, rule = labels_of(campaign).exact, campaign.self_nomination
    found = {
        exact[word][0]: look
        for word, look in ((UNIT, may_be_unit), (POST, _is_post), (TITLE, is_title))
        if word in exact
    }
    found |= {field.key: _is_name for field in campaign.fields if field.type is FieldType.NAME}
    found |= {campaign.subject.recommender_field or "": lambda text: may_be_unit(text) or _is_name(text)}
    return found | ({rule.field: is_relation} if rule else {})


def _is_name(text: str) -> bool:
    return re.fullmatch(PERSON, text) is not None or "·" in text


def _is_post(text: str) -> bool:
    if re.fullmatch(ADDRESSED, text):
        return False
    return is_post(text) or bool((post := post_in(text)) and not post.unit and post.post)


def value_of(field: Field, text: str, today: date) -> FieldValue | None:
    read = read_value(field, text, today)
    return FieldValue(read.value, text, BODY) if isinstance(read, Value) else None
