"""Labels and values in a person's sentences: 推荐人是李四, 请把职务改为副总经理, 他有15年工龄."""

from __future__ import annotations

import re
from functools import lru_cache

from intake.forms.labels import Label, Labels
from intake.values.names import PERSON
from rules.campaign import FieldType

LONGEST_SAID = 40  # characters of a value

#: 出生年月现已更正为1981年6月, 工作年限应填26年
NOW = "应该是|应为|应是|就写|应?填写?为?|请?[改换][为成]|由.{1,20}?(?:改|变更|调整|更正|修改)[为成]|(?:现已?|已|请)?(?:更正|修改|补充|更新|订正|调整|变更)[为成]"
_LEAD = r"(?:表格?[中里上]?的?)?(?:(?:您问的|关于|其中|另外?|还有|补充|(?:之前|此前|上次|原来|原先)(?:所?[填报写]+|提供)?的?)\s*)?(?:(?:请|麻烦您?|烦请|现)?(?:把|将)\s*)?"
#: Of whom it is said that is put forward; 我的 may be anybody's, and the post of 张伟 a colleague's.
_PRONOUN = rf"(?:(?P<of>[他她])的?|其|(?P<who>{PERSON})(?:同志|老师|先生|女士)?的)?"
_NO_ANSWER = re.compile(r"[?？吗呢]|^(?:我$|否|不|什么|谁|哪|空|多少|几|[填写打]?错|有误)")
#: 工作年限填错了，不是15年，是25年 says that it 应为25年.
_MISTAKEN = re.compile(
    r"(?:[填写打弄报录输]|登记|填写)?(?:错误?|有误|不对|不正确)了?[，,。；;\s]*(?:不是[^，,。；;]{1,30}[，,；;]\s*)?"
    r"(?:现|正确的?(?:号码|数字|内容)?)?(?:应该?[为是]|[更改订][正改]?[为成]|而?是)\s*[:：]?\s*"
    r"|不是[^，,。；;]{1,30}?[，,；;]?\s*(?:而是|[，,；;]应?是|应[为是])\s*"
)
_ITS_ME = re.compile(r"(?<=[是填写为])我[，,、\s]+(?=[\u4e00-\u9fff])")  # 推荐人是我，李四
_STOP = re.compile(r"[。；;，,！!]")
_DIGITS_FIRST = frozenset((FieldType.PHONE, FieldType.MONTH, FieldType.NUMBER))


def set_right(line: str) -> str:
    """A correction in its shortest words."""
    return _MISTAKEN.sub("应为", _ITS_ME.sub("", line))


@lru_cache(maxsize=32)
def _patterns(spellings: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A label before its value, and one behind it: 他有15年工龄, 1981年6月出生."""
    before = rf"\s*+{_LEAD}{_PRONOUN}(?P<label>{spellings})\s*+(?P<is>{NOW}|是|为)?\s*+(?P<value>[^\s:：].*)$"
    behind = rf"\s*+{_PRONOUN}\s*(?:是|于|有|已有)?\s*+(?P<is>)(?P<value>\d[\d年月日.\-/]{{1,12}})的?(?P<label>{spellings})(?:的|了)?\s*$"
    return re.compile(before), re.compile(behind)


def said(clause: str, labels: Labels) -> tuple[Label, str] | None:
    """推荐人是李四, 被推荐人联系电话 13800001234; None for what may be meant for several people, or says nothing."""
    before, behind = _patterns(labels.spellings)
    match = before.match(clause) or behind.match(clause)
    label = labels.match(match["label"]) if match else None
    if match and label and match["of"]:
        label = labels.of_person(label, labels.about(labels.first)) or label
    if match is None or label is None or len(label.keys) > 1:
        return None
    kind, value = labels.fields[label.keys[0]].type, match["value"]
    if match["who"] and kind in (FieldType.TEXT, FieldType.NAME):
        return None
    if match["is"]:
        value = _STOP.split(value)[0].strip()
        tells = len(value) <= LONGEST_SAID and not _NO_ANSWER.search(value) and kind is not FieldType.LONG_TEXT
        return (label, value) if tells else None
    value = value.rstrip("。！!")
    return (label, value) if looks_like(label.keys[0], value, labels) else None


def looks_like(key: str, text: str, labels: Labels) -> bool:
    """Whether the text can hardly be anything but such a value."""
    asked = labels.fields[key]
    if asked.type is FieldType.CHOICE:
        return any(text in (choice, *others) for choice, others in asked.choices.items())
    return asked.type in _DIGITS_FIRST and re.match(r"[（(]?\s*[\d０-９+＋]", text) is not None
