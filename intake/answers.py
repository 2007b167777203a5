"""What an answer says to the questions that it quotes: typed behind our labels, or values alone, in the order of the questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from intake.chinese.characters import even, one_line
from intake.draft import BODY, FieldValue
from intake.forms.labels import Labels, labels_of
from intake.remarks import CLAUSES, CLOSING, LONGEST_TEXT, NUMBERING, typed
from intake.values.phones import phones_in
from intake.values.values import Value, read_value
from rules.campaign import Campaign, Field, FieldType

LONGEST = 40  # characters of a value that stands alone
_GREETING = re.compile(
    r"(?:尊敬的|亲爱的|各位)?.{0,8}(?:您好|你好|老师|领导|同志)[们好]*[!！,，:：。~]*"
    r"|.{0,12}(?:补充|回复|更正|填写|完善|内容|信息|资料|材料)(?:如下|好了|完毕|完整|了)?[，,]?(?:请查收|请查看)?[!！,，:：。~]*|.{0,10}如下[:：]?"
)
_THANKS = re.compile(r".{0,6}(?:谢谢|多谢|感谢|辛苦).{0,8}")
#: Of a sentence, not of an office or a unit: 都填好了, 我再问问.
_SENTENCE = re.compile(r"[我您你了请再给吧哦嗯还这那是呀啊哈]|(?<!成)都|可以|改天|明天|今天|暂时")
_TALK = re.compile(
    r"[?？吗呢]|收到|谢|好的|稍后|稍等|尽快|再发|再补|辛苦|麻烦|知道|明白|抱歉|不好意思|附件|请查|联系|^(?:没有?|无|不|未)"
)
_IS = re.compile(r"\s*(?:应该是|应为|应是|就是|是|为)?\s*[:：]?\s*(?:我(?=本人))?")


def answers(own: str, quoted: str, campaign: Campaign, today: date) -> Mapping[str, FieldValue]:
    """The values that the mail's own words, and what was typed into the quoted questions, give to what was asked."""
    asked = _asked(quoted, campaign)
    if not asked:
        return {}
    labels, keys = labels_of(campaign), {field.key for field in asked}
    written = typed(quoted[:LONGEST_TEXT], campaign, labels, today)
    found = {key: replace(value, confidence=1.0) for remark in written for key, value in remark.items() if key in keys}
    return found or dict(_said(list(_lines(own[:LONGEST_TEXT])), asked, labels, today))


def _asked(quoted: str, campaign: Campaign) -> list[Field]:
    """The questions that stand in the quoted text, once: in a mail about two cases they do not tell whom they mean."""
    text = re.sub(r"\s", "", even(quoted))
    counted = ((field, text.count(re.sub(r"\s", "", even(field.ask)))) for field in campaign.fields if field.ask)
    return [field for field, count in counted if count == 1]


def _lines(own: str) -> Iterator[str]:
    """The lines of an answer without greeting and closing."""
    for line in own.split("\n"):
        words = line.strip()
        if CLOSING.match(line) or _THANKS.fullmatch(words):
            return
        if re.search(r"[^\W_]", words) and "@" not in words and not _GREETING.fullmatch(words):
            yield words


def _said(
    lines: Sequence[str], asked: Sequence[Field], labels: Labels, today: date
) -> Iterator[tuple[str, FieldValue]]:
    numbered = all(map(NUMBERING.match, lines))
    lines = [NUMBERING.sub("", line).strip() for line in lines]
    clauses = [clause.strip() for line in lines for clause in CLAUSES.split(line) if clause.strip()]
    if glued := dict(filter(None, (_glued(clause, asked, labels, today) for clause in clauses))):
        yield from glued.items()
        return
    if not numbered and sum(field.type is FieldType.TEXT for field in asked) > 1:
        return  # which of two texts is which, only their numbers tell
    for parts in (lines, clauses, " ".join(lines).split()):
        values = [_alone(field, part, today) for field, part in zip(asked, parts, strict=False)]
        if len(parts) == len(asked) and all(values):
            yield from ((field.key, value) for field, value in zip(asked, values, strict=True) if value)
            return
    if len(asked) == 1 and (told := _told(asked[0], lines, today)):
        yield asked[0].key, told


def _glued(clause: str, asked: Sequence[Field], labels: Labels, today: date) -> tuple[str, FieldValue] | None:
    """职务总工程师: what is no label and value elsewhere is one where just this was asked."""
    match = re.match(labels.spellings, clause)
    label = labels.match(match[0]) if match else None
    fields = [field for field in asked if label and field.key in label.keys]
    if match is None or len(fields) != 1:
        return None
    text = _IS.sub("", clause[match.end() :], count=1)
    value = _alone(fields[0], text, today)
    return (fields[0].key, value) if value else None


def _alone(field: Field, text: str, today: date) -> FieldValue | None:
    """A value that nothing but its place tells apart."""
    text = text.strip().rstrip("。.!！")
    if not text or len(text) > LONGEST or field.type is FieldType.LONG_TEXT or _TALK.search(text):
        return None
    if field.type in (FieldType.TEXT, FieldType.NAME) and not _names_something(even(text)):
        return None
    return _value(field, text, today)


def _names_something(text: str) -> bool:
    return bool(re.search(r"[^\W\d_]{2}", text)) and not (_SENTENCE.search(text) or phones_in(text))


def _told(field: Field, lines: Sequence[str], today: date) -> FieldValue | None:
    """The story, where it was asked for: so long a text can be nothing else."""
    text = "\n".join(lines)
    long_enough = field.min_chars is not None and 4 * len(one_line(text)) >= field.min_chars
    return _value(field, text, today) if long_enough else None


def _value(field: Field, text: str, today: date) -> FieldValue | None:
    read = read_value(field, text, today)
    return FieldValue(read.value, text, BODY) if isinstance(read, Value) else None
