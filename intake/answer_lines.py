"""An answer's own words as remarks: line by line, without greeting, closing and signature."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice, pairwise

from intake.chinese.characters import even
from intake.draft import FieldValue
from intake.forms.endings import ASIDE, FAREWELL, THANKS, unsigned
from intake.forms.labels import labels_of
from intake.forms.speech import SENTENCES, Named, clauses, keys_of, told
from intake.lone_values import alone, meanings, value_of
from intake.remarks import Remark
from intake.values.names import ADDRESSED, PERSON
from intake.values.relations import is_relation
from rules.campaign import Campaign, FieldType

LONGEST_TEXT = 20_000  # characters of the mail that are looked at
LONGEST = 300  # characters of a line with a value
MOST = 40  # lines

NUMBERING = re.compile(r"^\s*[（(]?(?P<number>\d{1,2})(?:[)）、．]|\.(?!\d{1,2}(?!\d)))\s*")  # 80.5 is a month
_LISTED = re.compile(r"^\s*[（(]?(?P<number>\d{1,2})[)）、．.]\s*")  # in a list from 1 on, 1.3年 is 3年
_NUMBER_WITHIN = re.compile(r"\s+(?=[（(]?\d{1,2}[)）、．])")  # 1、男 2、总工程师
_GREETING = re.compile(
    r".{0,4}(?:抱歉|不好意思|对不起).{0,20}|(?!(?:老师|领导)$)(?:尊敬的|亲爱的|各位)?[^是他她]{0,8}(?:您好|你好|老师|领导|同志)[们好]*[!！,，:：。~]*"
    r"|.{0,12}(?:补[充齐全上好]|回复|更正|填写|完善|内容|信息|资料|材料)(?:如下|好了|完毕|完整|了)?[，,]?(?:请查收|请查看)?[!！,，:：。~]*|.{0,10}如下[:：]?"
)
_HELLO = re.compile(
    r"^(?:您好|你好|老师好|各位老师|收到)[，,！!。:：\s]{1,8}(?=\S)|[，,。；;！!\s]{1,8}(?:谢谢|多谢|感谢|辛苦)[^，,。；;]{0,6}$"
)
_UNKNOWN = re.compile(r"(?:不清楚|不知道|待核实|待定|暂无|未知|[稍后]后?补).{0,4}")
#: 李工 13800001111, below an empty line and all else.
_SIGNED = re.compile(rf"\n[^\S\n]*\n[^\S\n]*(?:{PERSON}|{ADDRESSED})(?:[\s，,：:]*[+\d][\d\s\-]{{6,}})?\s*\Z")
_CLAUSES = re.compile(r"[，,；;、。!！\t]|[^\S\n]{2,}|\s[/|]\s")
#: Before an answer: ①, ·, →, 答：.
_MARK = re.compile(r"^(?:[①-⑳·•●◆■➤➢✓√*→\-—\s]|【?(?:答|回答|回复)[】:：])+(?=\w)")
_LEAD = re.compile(r"^[^，,。：:]{0,8}(?:补充|更正|如下|信息|内容)[^，,。：:]{0,4}[:：，,]\s*")
#: Of whom the label that follows is; 张伟的 may be anybody's.
_WHOSE = f"(?:(?P<mine>我的?)|(?P<his>[他她其]的?)|(?P<who>{PERSON})(?:同志)?的|本人的?)"
_ANYBODY = re.sub(r"\?P<\w+>", "?:", _WHOSE)
_IS = re.compile(
    r"^(?:\s*(?:的?(?:名字|姓名)?叫|的?(?:名字|姓名)是|应该是|应为|应是|更正为|改为|改成|就是|是|为|填)\s*[:：]?\s*(?:我(?=本人))?|\s*[:：—－=，,-]+\s*|\s+(?=\S))"
)
NOBODY = Named()


def remarks_in(own: str, campaign: Campaign, today: date, named: Named = NOBODY) -> tuple[Remark, ...]:
    """All that the sender's own words may mean. `named`: whom he answers about, where that is known."""
    text = own[:LONGEST_TEXT]
    text = text[: signed.start()] if (signed := _SIGNED.search(text, max(len(text) - LONGEST, 0))) else text
    found = list[Remark]()
    for number, line in _items(list(_with_labels(list(islice(lines_in(text), MOST)), campaign))):
        found += _said(number, line, campaign, today, named) if len(line) <= LONGEST else [Remark({})]
    return tuple(found)


def lines_in(own: str) -> Iterator[str]:
    """The lines of an answer without greeting, closing and signature."""
    begun = False
    for line in filter(str.strip, unsigned(own).split("\n")):
        words = _HELLO.sub("", _MARK.sub("", line.strip()))
        polite = THANKS.fullmatch(words) or ASIDE.fullmatch(words)
        if (polite and begun) or (FAREWELL.fullmatch(words) and not words.startswith("我")):
            return  # 感谢审核！ above an answer is a greeting, and 我的电话是… one
        empty = re.search(r"[^\W_]", words) is None or "@" in words or words[-1] in ":："
        if not (empty or polite or _GREETING.fullmatch(words)):
            begun = True
            yield words


def _with_labels(lines: Sequence[str], campaign: Campaign) -> Iterator[str]:
    """1. 职务, and below 答：总工程师, is one."""
    labels, heads = labels_of(campaign), list[str]()
    for line in lines:
        label = labels.match(NUMBERING.sub("", line))
        heading = label and label.confidence == 1.0 and not label.joint
        if label and is_relation(label.word):  # 所在单位 is an answer, 工作单位 a label
            heading = label.word == labels.printed(label.keys[0])
        if heading and not heads:
            heads.append(line)
        else:
            yield f"{heads.pop()}：{line}" if heads else line
    yield from heads


def _items(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Each with its number in the writer's list, or 0."""
    if lines and NUMBERING.match(lines[0]):
        lines = [item for line in lines for item in _NUMBER_WITHIN.split(line)]
    listed = [int(match["number"]) for line in lines if (match := _LISTED.match(line))]
    mark = _LISTED if len(lines) > 1 and listed == list(range(1, len(lines) + 1)) else NUMBERING
    matches = [mark.match(line) for line in lines]
    numbers = [int(match["number"]) for match in matches if match]
    rising = all(a < b for a, b in pairwise((0, *numbers)))
    if numbers and not matches[-1] and re.fullmatch(PERSON, lines[-1]):  # signed
        lines, matches = lines[:-1], matches[:-1]
    for line, match in zip(lines, matches, strict=True):
        item = line[match.end() :].strip() if match and rising else line
        if not _UNKNOWN.fullmatch(item):
            yield (int(match["number"]) if match and rising else 0), item


def _said(number: int, line: str, campaign: Campaign, today: date, named: Named) -> Sequence[Remark]:
    """One line: by its labels, as values alone, else as sentences."""
    parts = _labelled(line, campaign)
    labelled = [one for part in parts if (one := _glued(part, campaign, today, named))]
    if labelled:
        keys = {key for one in labelled for key in one.means}
        return [
            *labelled,
            *(one for one in _spoken(line.replace("、", "，"), campaign, today, named) if keys.isdisjoint(one.means)),
        ]
    whole = _bare(line, number, campaign, today)
    if whole.tells:
        return [whole]
    for parts in (_CLAUSES.split(line.rstrip("。.!！")), line.split()):
        bare = (_bare(part, number, campaign, today) for part in filter(None, map(str.strip, parts)))
        if told := _values(bare):
            return told
    return ([whole] if number and whole.means else _spoken(line, campaign, today, named)) or [whole]


def _values(bare: Iterator[Remark]) -> Sequence[Remark]:
    """All of them, where each is a value."""
    found = list[Remark]()
    for one in bare:
        if not one.tells:
            return ()
        found.append(one)
    return found


def _bare(text: str, number: int, campaign: Campaign, today: date) -> Remark:
    means, guessed = meanings(text, campaign, today)
    return Remark(means, guessed, number)


def _labelled(line: str, campaign: Campaign) -> Sequence[str]:
    """补充：性别男，职务总工程师、党支部书记，工作年限25年: its parts from one label to the next."""
    labels, parts = labels_of(campaign), list[str]()
    for part in re.split(rf"[，,；;、。！!\s]+(?={_ANYBODY}?(?:{labels.spellings}))", _LEAD.sub("", line)):
        if parts and (label := labels.match(parts[-1])) and not label.joint:  # 关系 所在单位
            parts[-1] += f" {part}"
        else:
            parts.append(part)
    return parts


def _glued(part: str, campaign: Campaign, today: date, named: Named) -> Remark | None:
    """职务总工程师, 性别是男; 我的电话 is the writer's. Behind a blank or 是 any words will do, but a question."""
    labels = labels_of(campaign)
    match = re.match(rf"{_WHOSE}??(?P<label>{labels.spellings})", part)
    label = labels.match(match["label"]) if match else None
    if match is None or label is None:
        return None
    his = bool(match["his"] or (match["who"] and match["who"] == named.name))
    said = his or bool(match["mine"])
    keys = [key for key in label.keys if not said or (labels.about(key) == labels.about(labels.first)) == his]
    rest = part[match.end() :]
    text = _IS.sub("", rest, count=1)
    means = dict[str, FieldValue]()
    for asked in map(campaign.field, keys):
        for words in (text, *(() if asked.type is FieldType.LONG_TEXT else _CLAUSES.split(text)[:1])):
            if value := alone(asked, words, campaign, today, any_words=text != rest):
                means.setdefault(asked.key, value)
    return Remark(means, labelled=True) if means else None


def _spoken(text: str, campaign: Campaign, today: date, named: Named) -> Sequence[Remark]:
    """她是1980年5月出生的，我的电话是139…, 我们是同事."""
    text, found = even(text), dict[str, Remark]()
    for sentence in SENTENCES.finditer(text):
        said = [
            (one, one.sure or bool(clause.whose))
            for clause in clauses(text, sentence, named)
            for one in told(clause, keys_of(campaign), campaign, today, alone=False)
        ]
        if not any(sure for _, sure in said):  # 女，1986年1月出生
            continue
        for one, _ in said:
            if one.key and (value := value_of(campaign.field(one.key), one.text, today)):
                found.setdefault(one.key, Remark({one.key: value}, labelled=True))
    return list(found.values())
