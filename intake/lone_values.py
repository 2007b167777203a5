"""What a text may mean where nothing says so but itself, and what was asked for: 总工程师, 男, 138…."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise

from intake.chinese.characters import HAN, even, one_line
from intake.draft import BODY, FieldValue
from intake.forms.labels import POST, TITLE, UNIT, labels_of
from intake.values.names import ADDRESSED, PERSON
from intake.values.phones import phones_in
from intake.values.posts import is_post, is_title, may_be_unit, post_in
from intake.values.relations import is_relation
from intake.values.values import Value, read_value
from rules.campaign import Campaign, Field, FieldType

LONGEST = 40  # characters of a value that stands alone
LONGEST_TOLD = 300  # of a long text
LONGEST_RELATION = 8
ALIKE = 2  # pairs of characters that it has in common with the form's hint and example
YOUNGEST = 14  # 2026年3月2日 below a letter is the day it was written
#: Of a sentence, not of an office or a unit: 都填好了, 我再问问.
_SENTENCE = re.compile(
    r"[我您你他她了请再给吧哦嗯还这那是呀啊哈]|(?<!成)都|可以|改天|明天|今天|暂时|正在|找|等(?:[一下我]|公司|领导)|[现担]任|[就供任]职于"
)
#: Of the writer himself, in a text that may well speak of somebody else: 有他自制的刮刀.
_OWN_TALK = re.compile(r"[我您你请再给吧哦嗯啊]|改天|明天|今天|暂时|正在|等(?:[一下]|公司|领导)")
_TALK = re.compile(
    r"[?？吗呢]|收到|谢|方便|高兴|邮件|邮箱|微信|退休|撤回|不清楚|说过|[填发报]过|上[封次回]|之前|前面|核实|出差|好的|稍后|稍等|尽快|再发|再补|辛苦|麻烦|知道|明白|抱歉|不好意思|附件|请查|联系|^(?:没有?|无|不|未)"
)
_THAT_IS = re.compile(r"^(?:现任|担任|(?:应该?)?(?:[是为]|填写?|写))\s*[:：]?\s*(?=\S{2})")
TEXTS = (FieldType.TEXT, FieldType.NAME, FieldType.LONG_TEXT)
_NOTE = re.compile(r"[（(][^（）()]{1,12}[）)]")  # （微信同号）
_AT_END = re.compile(r"(?:就行|即可|就可以|就好)了?[。.!！]?$")
_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
#: By type, all that such a value consists of.
_SHAPES = {
    FieldType.PHONE: re.compile(r"[+\d\s()（）\-—]{7,20}(?:转\s*\d{1,6})?"),
    FieldType.MONTH: re.compile(
        r"(?=.*(?:\d{4}|[〇零○一二三四五六七八九]{4}|[月.\-—/]))(?:出生[于在]?|生[于在])?[\d〇零○一二三四五六七八九十年月日号.\-—/\s]{2,16}(?:出?生(?:的|人)?)?"
    ),
    FieldType.NUMBER: re.compile(
        rf"(?:已|满|共|约)?{_N}\s*(?:周?年(?:整|多|以上)?)?|[自从]?\d{{4}}\s*年(?:\d{{1,2}}月)?(?:起|开始|参加工作|工作)*(?:至今|到现在)"
    ),
}
_BARE_NUMBER = re.compile(_N)


def alone(field: Field, text: str, campaign: Campaign, today: date, *, any_words: bool = False) -> FieldValue | None:
    """A value that looks like what was asked for; `any_words` that are no talk will do where it is sure what they mean."""
    text = _AT_END.sub("", _THAT_IS.sub("", text.strip()))
    text = text if field.type is FieldType.LONG_TEXT else text.rstrip("。.!！")
    longest = LONGEST_TOLD if field.type is FieldType.LONG_TEXT else LONGEST
    if not text or len(text) > longest or _TALK.search(_NOTE.sub("", text)):
        return None
    if field.type in TEXTS:
        line = one_line(text)
        sentence = _OWN_TALK if field.type is FieldType.LONG_TEXT else _SENTENCE
        if sentence.search(line) or phones_in(line) or not re.search(f"[{HAN}]", line):
            return None
        words = any_words and not labels_of(campaign).match(line) and 4 * len(line) >= (field.min_chars or 0)
        if not (words or looks_like(field, line, campaign)):
            return None
    elif not _has_shape(field, even(_NOTE.sub("", text)).strip()):
        return None
    value = value_of(field, text, today)
    grown = field.type is FieldType.MONTH and value and int(str(value.value)[:4]) > today.year - YOUNGEST
    return None if grown else value


def meanings(text: str, campaign: Campaign, today: date) -> tuple[Mapping[str, FieldValue], frozenset[str]]:
    """By KEY, all that a text may mean that stands alone, and for which of them only its place could speak: 15."""
    means = {field.key: value for field in campaign.fields if (value := alone(field, text, campaign, today))}
    guesses = {
        field.key: value
        for field in campaign.fields
        if all(campaign.field(key).type in TEXTS for key in means)
        and field.key not in means
        and _any_words(field, text, campaign)
        and (value := alone(field, text, campaign, today, any_words=True))
    }
    bare = {key for key in means if campaign.field(key).type is FieldType.NUMBER and _BARE_NUMBER.fullmatch(even(text))}
    return {**means, **guesses}, frozenset(guesses.keys() | bare)


def looks_like(field: Field, text: str, campaign: Campaign) -> bool:
    """Whether the words are of the kind that the field is about: much may be said where 总工程师 was asked for."""
    if field.type is FieldType.LONG_TEXT:
        alike = {a + b for a, b in pairwise(text)} & {a + b for a, b in pairwise(f"{field.hint}{field.example}")}
        return sum(not pair.isascii() for pair in alike) >= ALIKE and field.min_chars is None
    look = _looks(campaign).get(field.key)
    return look is not None and look(text)


def _has_shape(field: Field, text: str) -> bool:
    if field.type is FieldType.CHOICE:
        text = text.removesuffix("的").removesuffix("同志")
        return any(text in (choice, *synonyms) for choice, synonyms in field.choices.items())
    return _SHAPES[field.type].fullmatch(text) is not None


def _any_words(field: Field, text: str, campaign: Campaign) -> bool:
    """Whether nobody can tell an answer to it from other words: what is said of a story, and as what two know each other."""
    relation = campaign.self_nomination is not None and field.key == campaign.self_nomination.field
    if relation:
        return re.fullmatch(f"[{HAN}]{{2,{LONGEST_RELATION}}}", text) is not None
    return field.type is FieldType.LONG_TEXT and field.min_chars is None


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
