"""What an answer says to the questions that it quotes: typed behind our labels, or values alone, in the order of the questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from intake.chinese.characters import even, one_line
from intake.draft import BODY, FieldValue
from intake.forms.endings import ASIDE
from intake.forms.labels import POST, TITLE, UNIT, labels_of
from intake.forms.speech import SENTENCES, Named, clauses, keys_of, told
from intake.remarks import CLAUSES, CLOSING, LONGEST_TEXT, NUMBERING, YOUNGEST, typed
from intake.values.names import ADDRESSED, PERSON
from intake.values.phones import phones_in
from intake.values.posts import is_post, is_title, may_be_unit, post_in
from intake.values.relations import is_relation
from intake.values.values import Value, read_value
from rules.campaign import Campaign, Field, FieldType

LONGEST = 40  # characters of a value that stands alone
LONGEST_TOLD = 300  # of a long text
ALIKE = 2  # pairs of characters that it has in common with the form's hint and example
_GREETING = re.compile(
    r"(?:尊敬的|亲爱的|各位)?.{0,8}(?:您好|你好|老师|领导|同志)[们好]*[!！,，:：。~]*"
    r"|.{0,12}(?:补充|回复|更正|填写|完善|内容|信息|资料|材料)(?:如下|好了|完毕|完整|了)?[，,]?(?:请查收|请查看)?[!！,，:：。~]*|.{0,10}如下[:：]?"
)
_THANKS = re.compile(r".{0,6}(?:谢谢|多谢|感谢|辛苦).{0,8}")
#: Of a sentence, not of an office or a unit: 都填好了, 我再问问.
_SENTENCE = re.compile(
    r"[我您你了请再给吧哦嗯还这那是呀啊哈]|(?<!成)都|可以|改天|明天|今天|暂时|正在|找|等(?:[一下我]|公司|领导)"
)
_TALK = re.compile(
    r"[?？吗呢]|收到|谢|方便|高兴|邮件|邮箱|微信|退休|撤回|不清楚|说过|[填发报]过|上[封次回]|之前|前面|核实|出差|好的|稍后|稍等|尽快|再发|再补|辛苦|麻烦|知道|明白|抱歉|不好意思|附件|请查|联系|^(?:没有?|无|不|未)"
)
_THAT_IS = re.compile(r"^(?:\W*→\W*|答[:：]|(?:应该?)?(?:[是为]|填写?|写))\s*[:：]?\s*(?=\S{2})")
_TEXTS = (FieldType.TEXT, FieldType.NAME, FieldType.LONG_TEXT)
_NOTE = re.compile(r"[（(][^（）()]{1,12}[）)]")  # （微信同号）
_HELLO = re.compile(
    r"^(?:您好|你好|老师好|各位老师|收到)[，,！!。:：\s]{1,8}(?=\S)|[，,。；;！!\s]{1,8}(?:谢谢|多谢|感谢|辛苦)[^，,。；;]{0,6}$"
)
_AT_END = re.compile(r"(?:就行|即可|就可以|就好)了?[。.!！]?$")
_NUMBER_WITHIN = re.compile(r"\s+(?=[（(]?\d{1,2}[)）、．])")  # 1、男 2、总工程师
_IS = re.compile(r"\s*(?:应该是|应为|应是|就是|是|为)?\s*[:：—－-]*\s*(?:我(?=本人))?")


def answers(own: str, quoted: str, campaign: Campaign, today: date) -> Mapping[str, FieldValue]:
    """The values that the mail's own words, and what was typed into the quoted questions, give to what was asked."""
    asked = _asked(quoted, campaign)
    if not asked:
        return {}
    labels, keys = labels_of(campaign), {field.key for field in asked}
    written = typed(quoted[:LONGEST_TEXT], campaign, labels, today)
    found = {key: value for remark in written for key, value in remark.items() if key in keys}
    found = found or dict(_below_questions(quoted, asked, campaign, today))
    numbers = set(re.findall(rf"{re.escape(campaign.case_prefix)}-\d{{4}}-\d+", quoted))
    return found if found or len(numbers) > 1 else dict(_said(list(_lines(own[:LONGEST_TEXT])), asked, campaign, today))


def _below_questions(
    quoted: str, asked: Sequence[Field], campaign: Campaign, today: date
) -> Iterator[tuple[str, FieldValue]]:
    """答：总工程师 typed below our question, within what is quoted."""
    lines = [line.strip(" \t>|") for line in quoted[:LONGEST_TEXT].split("\n")]
    lines = [line for line in lines if line and not line.startswith(("例如：", "例如:"))]
    for line, below in pairwise(lines):
        for field in asked:
            if field.ask in line and (value := _alone(field, below, campaign, today)):
                yield field.key, value


def _asked(quoted: str, campaign: Campaign) -> list[Field]:
    """The questions that stand in the quoted text, once: in a mail about two cases they do not tell whom they mean."""
    text = re.sub(r"\s", "", even(quoted))
    counted = ((field, text.count(re.sub(r"\s", "", even(field.ask)))) for field in campaign.fields if field.ask)
    return [field for field, count in counted if count == 1]


def _lines(own: str) -> Iterator[str]:
    """The lines of an answer without greeting, closing and signature."""
    lines = [line for line in own.split("\n") if line.strip()]
    for line, below in zip(lines, (*lines[1:], ""), strict=False):
        words = _HELLO.sub("", line.strip())
        if CLOSING.match(line) or _THANKS.fullmatch(words) or ASIDE.fullmatch(words):
            return
        if re.fullmatch(PERSON, words) and may_be_unit(below.split()[0] if below else ""):
            return  # 王芳, and below 某某公司
        if (
            re.search(r"[^\W_]", words)
            and "@" not in words
            and words[-1] not in ":："
            and not _GREETING.fullmatch(words)
        ):
            yield words


def _said(
    lines: Sequence[str], asked: Sequence[Field], campaign: Campaign, today: date
) -> Iterator[tuple[str, FieldValue]]:
    if lines and NUMBERING.match(lines[0]):
        lines = [item for line in lines for item in _NUMBER_WITHIN.split(line)]
    numbers = [int(match["number"]) if (match := NUMBERING.match(line)) else 0 for line in lines]
    numbered = bool(lines) and all(a < b for a, b in pairwise((0, *numbers))) and numbers[-1] <= len(asked)
    lines = [NUMBERING.sub("", line).strip() for line in lines] if numbered else lines
    clauses = [clause.strip() for line in lines for clause in CLAUSES.split(line) if clause.strip()]
    spoken = _spoken("\n".join(lines), asked, campaign, today)
    glued = dict(filter(None, (_glued(part, asked, campaign, today) for part in (*clauses, *lines))))
    if glued or spoken:
        yield from {**glued, **spoken}.items()
        return
    if numbered:
        meant = [(asked[number - 1], line) for number, line in zip(numbers, lines, strict=True)]
        told = ((field.key, _alone(field, line, campaign, today, sure=True)) for field, line in meant)
        yield from ((key, value) for key, value in told if value)
        return
    for parts in (lines, clauses, " ".join(lines).split()):
        sure = len(asked) > 1 and parts is lines
        values = [_alone(field, part, campaign, today, sure=sure) for field, part in zip(asked, parts, strict=False)]
        if len(parts) == len(asked) and all(values) and _tell_apart(asked, parts, campaign):
            yield from ((field.key, value) for field, value in zip(asked, values, strict=True) if value)
            return
    if len(asked) == 1 and (story := _told(asked[0], lines, today)):
        yield asked[0].key, story


def _spoken(text: str, asked: Sequence[Field], campaign: Campaign, today: date) -> Mapping[str, FieldValue]:
    """她是1980年5月出生的，我的电话是139…, 我们是同事."""
    fields = {field.key: field for field in asked}
    found: dict[str, FieldValue] = {}
    for sentence in SENTENCES.finditer(even(text)):
        for clause in clauses(even(text), sentence, Named()):
            for one in told(clause, keys_of(campaign), campaign, today, alone=False):
                value = _value(fields[one.key], one.text, today) if one.key in fields else None
                if value and one.sure:
                    found.setdefault(one.key, value)
    return found


def _tell_apart(asked: Sequence[Field], parts: Sequence[str], campaign: Campaign) -> bool:
    """Whether each text is of the kind of one field that was asked for, and of no other: 李四 and 同事 are, two units not."""
    texts = [(field, one_line(part)) for field, part in zip(asked, parts, strict=True) if field.type in _TEXTS]
    return all(
        [_looks_like(other, part, campaign) for other, _ in texts] == [other is field for other, _ in texts]
        for field, part in texts
        if field.type is not FieldType.LONG_TEXT
    )


def _glued(clause: str, asked: Sequence[Field], campaign: Campaign, today: date) -> tuple[str, FieldValue] | None:
    """职务总工程师: what is no label and value elsewhere is one where just this was asked."""
    labels = labels_of(campaign)
    clause = re.sub("^(?:[我他她其]的?|本人的?)(?=.{3})", "", clause)
    match = re.match(labels.spellings, clause)
    label = labels.match(match[0]) if match else None
    fields = [field for field in asked if label and field.key in label.keys]
    if match is None or len(fields) != 1:
        return None
    text = _IS.sub("", clause[match.end() :], count=1)
    value = _alone(fields[0], text, campaign, today)
    return (fields[0].key, value) if value else None


def _alone(field: Field, text: str, campaign: Campaign, today: date, *, sure: bool = False) -> FieldValue | None:
    """A value that nothing but its place tells apart. A text must look like what was asked for, where one can tell; else
    its place must be sure."""
    text = _AT_END.sub("", _THAT_IS.sub("", text.strip()))
    text = text if field.type is FieldType.LONG_TEXT else text.rstrip("。.!！")
    longest = LONGEST_TOLD if field.type is FieldType.LONG_TEXT else LONGEST
    if not text or len(text) > longest or _TALK.search(_NOTE.sub("", text)):
        return None
    if field.type in _TEXTS:
        line = one_line(text)
        if NUMBERING.match(line) or _SENTENCE.search(line) or phones_in(line):
            return None
        if not (_looks_like(field, line, campaign) or (sure and _any_words(field, campaign))):
            return None
    value = _value(field, text, today)
    grown = field.type is FieldType.MONTH and value and int(str(value.value)[:4]) > today.year - YOUNGEST
    return None if grown else value


def _looks_like(field: Field, text: str, campaign: Campaign) -> bool:
    """Whether the words are of the kind that the field is about: much may be said where 总工程师 was asked for."""
    if field.type is FieldType.LONG_TEXT:
        alike = {a + b for a, b in pairwise(text)} & {a + b for a, b in pairwise(f"{field.hint}{field.example}")}
        return len(alike) >= ALIKE and field.min_chars is None
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


def _told(field: Field, lines: Sequence[str], today: date) -> FieldValue | None:
    """The story, where it was asked for: so long a text can be nothing else."""
    text = "\n".join(lines)
    long_enough = field.min_chars is not None and 4 * len(one_line(text)) >= field.min_chars
    return _value(field, text, today) if long_enough else None


def _value(field: Field, text: str, today: date) -> FieldValue | None:
    read = read_value(field, text, today)
    return FieldValue(read.value, text, BODY) if isinstance(read, Value) else None
