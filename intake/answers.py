"""What an answer says to the questions that it quotes: typed behind our labels, or values alone, in the order of the questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from intake.chinese.characters import even, one_line
from intake.draft import FieldValue
from intake.forms.endings import ASIDE
from intake.forms.labels import labels_of
from intake.forms.speech import SENTENCES, Named, clauses, keys_of, told
from intake.lone_values import TEXTS, alone, looks_like, value_of
from intake.remarks import CLAUSES, CLOSING, LONGEST, LONGEST_TEXT, NUMBERING, typed
from intake.values.names import ADDRESSED, PERSON
from intake.values.posts import may_be_unit
from rules.campaign import Campaign, Field, FieldType

_GREETING = re.compile(
    r"(?:尊敬的|亲爱的|各位)?[^是他她]{0,8}(?:您好|你好|老师|领导|同志)[们好]*[!！,，:：。~]*"
    r"|.{0,12}(?:补充|回复|更正|填写|完善|内容|信息|资料|材料)(?:如下|好了|完毕|完整|了)?[，,]?(?:请查收|请查看)?[!！,，:：。~]*|.{0,10}如下[:：]?"
)
_THANKS = re.compile(r".{0,6}(?:谢谢|多谢|感谢|辛苦).{0,8}")
_HELLO = re.compile(
    r"^(?:您好|你好|老师好|各位老师|收到)[，,！!。:：\s]{1,8}(?=\S)|[，,。；;！!\s]{1,8}(?:谢谢|多谢|感谢|辛苦)[^，,。；;]{0,6}$"
)
_UNKNOWN = re.compile(r"(?:不清楚|不知道|待核实|待定|暂无|未知|[稍后]后?补).{0,4}")
_NUMBER_WITHIN = re.compile(r"\s+(?=[（(]?\d{1,2}[)）、．])")  # 1、男 2、总工程师
#: 李工 13800001111, below an empty line and all else.
_SIGNED = re.compile(rf"\n[^\S\n]*\n[^\S\n]*(?:{PERSON}|{ADDRESSED})(?:[\s，,：:]*[+\d][\d\s\-]{{6,}})?\s*\Z")
_WHOSE = f"(?:[我他她其]的?|本人的?|{PERSON}的)?"
_SPEAKS_OF = re.compile(rf"(?m)^[^\S\n]*({PERSON})(?:同志)?(?=现|在|担?任|出?生)")  # 李明现在某某公司工作
_LEAD = re.compile(r"^[^，,。：:]{0,8}(?:补充|更正|如下|信息|内容)[^，,。：:]{0,4}[:：，,]\s*")
_CLAUSE = re.compile("[，,；;。！!]")
_IS = re.compile(r"\s*(?:应该是|应为|应是|就是|是|为)?\s*[:：—－-]*\s*(?:我(?=本人))?")


def answers(own: str, quoted: str, campaign: Campaign, today: date) -> Mapping[str, FieldValue]:
    """The values that the mail's own words, and what was typed into the quoted questions, give to what was asked."""
    asked = _asked(quoted, campaign)
    found = _typed_into(quoted, asked, campaign, today)
    number = rf"{re.escape(campaign.case_prefix)}-\d{{4}}-\d+"
    if found or len(set(re.findall(number, quoted))) > 1:
        return found
    name = re.search(rf"【{number}】[^\S\n]*([^\s（(]{{2,12}})", quoted) or _SPEAKS_OF.search(own[:LONGEST_TEXT])
    asked = asked or _named(quoted, campaign)
    lines = list(_lines(own[:LONGEST_TEXT]))
    lines = lines[:-1] if len(lines) == len(asked) + 1 and _SIGNED.search(own[-LONGEST:]) else lines
    return dict(_said(lines, asked, Named(name[1] if name else ""), campaign, today))


def _typed_into(quoted: str, asked: Sequence[Field], campaign: Campaign, today: date) -> dict[str, FieldValue]:
    """Behind the colons of our lines, or below our questions."""
    keys = {field.key for field in asked}
    written = typed(quoted[:LONGEST_TEXT], campaign, labels_of(campaign), today) if asked else ()
    found = {key: value for remark in written for key, value in remark.items() if key in keys}
    return found or dict(_below_questions(quoted, asked, campaign, today))


def _below_questions(
    quoted: str, asked: Sequence[Field], campaign: Campaign, today: date
) -> Iterator[tuple[str, FieldValue]]:
    """答：总工程师 typed below our question, within what is quoted."""
    lines = [line.strip(" \t>|") for line in quoted[:LONGEST_TEXT].split("\n")]
    lines = [line for line in lines if line and not line.startswith(("例如：", "例如:"))]
    for line, below in pairwise(lines):
        for field in asked:
            if field.ask in line:
                if value := alone(field, below, campaign, today):
                    yield field.key, value
                else:
                    yield from _spoken(even(below), [field], Named(), campaign, today).items()


def _asked(quoted: str, campaign: Campaign) -> list[Field]:
    """The questions that stand in the quoted text, in their order there, once: in a mail about two cases they do not tell whom they mean."""
    text = _squeezed(quoted)
    words = [(field, _squeezed(field.ask)) for field in campaign.fields if field.ask]
    return [field for field, ask in sorted(words, key=lambda one: text.find(one[1])) if text.count(ask) == 1]


def _named(quoted: str, campaign: Campaign) -> list[Field]:
    """What somebody of the staff asked for in his own words: a list of our labels, one a line."""
    labels, text = labels_of(campaign), _squeezed(quoted)
    if any(field.ask and _squeezed(field.ask) in text for field in campaign.fields):
        return []
    alone = (
        labels.match(NUMBERING.sub("", line)) for line in quoted[:LONGEST_TEXT].split("\n") if line[-1:] not in ":："
    )
    keys = dict.fromkeys(label.keys[0] for label in alone if label and len(label.keys) == 1)
    return [campaign.field(key) for key in keys]


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", even(text))


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
    lines: Sequence[str], asked: Sequence[Field], named: Named, campaign: Campaign, today: date
) -> Iterator[tuple[str, FieldValue]]:
    if lines and NUMBERING.match(lines[0]):
        lines = lines[:-1] if re.fullmatch(PERSON, lines[-1]) else lines  # signed
        lines = [item for line in lines for item in _NUMBER_WITHIN.split(line)]
    numbers = [int(match["number"]) if (match := NUMBERING.match(line)) else 0 for line in lines]
    numbered = bool(lines) and all(a < b for a, b in pairwise((0, *numbers))) and numbers[-1] <= len(asked)
    lines = [NUMBERING.sub("", line).strip() for line in lines] if numbered else lines
    clauses = [clause.strip() for line in lines for clause in CLAUSES.split(line) if clause.strip()]
    meant = asked or campaign.fields
    plain = lines if asked else [line for line in lines if len(line) <= LONGEST]  # 我的单位是… is his who writes
    parts = [part for line in plain for part in _labelled(line, campaign) if asked or not re.match("我|本人", part)]
    glued = dict(filter(None, (_glued(part, meant, campaign, today) for part in parts)))
    placed = {} if glued else _placed(lines if numbered else [], numbers, asked, campaign, today)
    ordered = {} if glued or numbered else _in_order(lines, clauses, asked, campaign, today)
    spoken = {} if ordered else _spoken(even("\n".join(plain)), meant, named, campaign, today)
    if found := {**spoken, **placed, **glued, **ordered}:
        yield from found.items()
        return
    lines = [line for line in lines if not _UNKNOWN.fullmatch(line)]
    if 0 < len(lines) < len(asked):
        alike = [
            [(field.key, value) for field in asked if (value := alone(field, line, campaign, today))] for line in lines
        ]
        if all(len(one) == 1 for one in alike) and len({one[0][0] for one in alike}) == len(lines):
            yield from (one[0] for one in alike)  # 1980年5月, where the month and the highlights were asked for
    if len(asked) == 1 and (story := _told(asked[0], lines, today)):
        yield asked[0].key, story


def _placed(
    lines: Sequence[str], numbers: Sequence[int], asked: Sequence[Field], campaign: Campaign, today: date
) -> Mapping[str, FieldValue]:
    """2. 总工程师"""
    meant = [(asked[number - 1], line) for number, line in zip(numbers, lines, strict=False)]
    told = ((field.key, alone(field, line, campaign, today, sure=True)) for field, line in meant)
    return {key: value for key, value in told if value}


def _in_order(
    lines: Sequence[str], clauses: Sequence[str], asked: Sequence[Field], campaign: Campaign, today: date
) -> Mapping[str, FieldValue]:
    """As many texts as questions, each of the kind that was asked for."""
    for parts in (lines, clauses, " ".join(lines).split()):
        sure = len(asked) > 1 and parts is lines
        values = [alone(field, part, campaign, today, sure=sure) for field, part in zip(asked, parts, strict=False)]
        if len(parts) == len(asked) and all(values) and _tell_apart(asked, parts, campaign):
            return {field.key: value for field, value in zip(asked, values, strict=True) if value}
    return {}


def _spoken(
    text: str, asked: Sequence[Field], named: Named, campaign: Campaign, today: date
) -> Mapping[str, FieldValue]:
    """她是1980年5月出生的，我的电话是139…, 我们是同事."""
    fields = {field.key: field for field in asked}
    found: dict[str, FieldValue] = {}
    for sentence in SENTENCES.finditer(text):
        said = [
            (one, one.sure or bool(clause.whose))
            for clause in clauses(text, sentence, named)
            for one in told(clause, keys_of(campaign), campaign, today, alone=False)
        ]
        known = any(sure for _, sure in said)  # 女，1986年1月出生
        for one, _ in said if known else ():
            if one.key in fields and (value := value_of(fields[one.key], one.text, today)):
                found.setdefault(one.key, value)
    return found


def _tell_apart(asked: Sequence[Field], parts: Sequence[str], campaign: Campaign) -> bool:
    """Whether each text is of the kind of one field that was asked for, and of no other: 李四 and 同事 are, two units not."""
    texts = [(field, one_line(part)) for field, part in zip(asked, parts, strict=True) if field.type in TEXTS]
    return all(
        [looks_like(other, part, campaign) for other, _ in texts] == [other is field for other, _ in texts]
        for field, part in texts
        if field.type is not FieldType.LONG_TEXT
    )


def _labelled(line: str, campaign: Campaign) -> Sequence[str]:
    """补充：性别男，职务总工程师、党支部书记，工作年限25年: its parts from one label to the next."""
    labels, parts = labels_of(campaign), list[str]()
    for part in re.split(rf"[，,；;、。！!\s]+(?={_WHOSE}(?:{labels.spellings}))", _LEAD.sub("", line)):
        if parts and labels.match(parts[-1]):  # 关系 所在单位
            parts[-1] += part
        else:
            parts.append(part)
    return parts


def _glued(clause: str, asked: Sequence[Field], campaign: Campaign, today: date) -> tuple[str, FieldValue] | None:
    """职务总工程师: what is no label and value elsewhere is one where just this was asked."""
    labels = labels_of(campaign)
    clause = re.sub(f"^{_WHOSE}(?=.{{3}})", "", clause)
    match = re.match(labels.spellings, clause)
    label = labels.match(match[0]) if match else None
    fields = [field for field in asked if label and field.key in label.keys]
    if match is None or len(fields) != 1:
        return None
    text = _IS.sub("", clause[match.end() :], count=1)
    value = alone(fields[0], text, campaign, today) or alone(fields[0], _CLAUSE.split(text)[0], campaign, today)
    return (fields[0].key, value) if value else None


def _told(field: Field, lines: Sequence[str], today: date) -> FieldValue | None:
    """The story, where it was asked for: so long a text can be nothing else."""
    text = "\n".join(lines)
    long_enough = field.min_chars is not None and 4 * len(one_line(text)) >= field.min_chars
    return value_of(field, text, today) if long_enough else None
