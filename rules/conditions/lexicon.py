"""The words of a condition: operators with their other spellings, what joins and what denies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from rules.catalogue import Kind
from rules.text import fold


class Takes(Enum):
    """What stands behind an operator."""

    NOTHING = auto()  # 为空
    WORD = auto()  # 包含 "攻坚"
    WORDS = auto()  # 包含任一 ["攻坚", "突破"]
    NUMBER = auto()  # 不少于 20
    DATE = auto()  # 早于 2026-01-01
    TWO = auto()  # 介于 10 到 20, numbers or dates
    VALUE = auto()  # 等于: a word, a number or a date, as the label demands


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to judge a value."""

    name: str  # printed, whatever spelling was typed
    takes: Takes
    others: tuple[str, ...] = ()  # other spellings understood
    sign: str = ""  # ≥: printed beside words that people read in two ways


OPERATORS = (
    Operator("为空", Takes.NOTHING, ("是空", "未填写", "没有填写", "没填写", "没有填", "未填", "没填")),
    Operator("不为空", Takes.NOTHING, ("不是空", "非空", "已填写", "已填")),
    Operator("包含", Takes.WORD, ("含有",)),
    Operator("不包含", Takes.WORD, ("不含有", "没有包含")),
    Operator("等于", Takes.VALUE, ("是", "为", "==", "=")),
    Operator("不等于", Takes.VALUE, ("不是", "不为", "!=", "<>", "≠")),
    Operator("开头是", Takes.WORD, ("开头为",)),
    Operator("结尾是", Takes.WORD, ("结尾为",)),
    Operator("包含任一", Takes.WORDS, ("包含任意", "包含任何", "含有任一")),
    Operator("包含全部", Takes.WORDS, ("包含所有", "同时包含")),
    Operator("不包含任一", Takes.WORDS, ("不包含任意", "不包含任何", "都不包含")),
    Operator("属于", Takes.WORDS, ("是其中一个", "是其中之一")),
    Operator("不属于", Takes.WORDS, ("不是其中一个", "不是其中之一")),
    Operator("不少于", Takes.NUMBER, ("≥", ">=", "大于等于", "大于或等于", "不低于", "不小于", "至少"), "≥"),
    Operator("不超过", Takes.NUMBER, ("≤", "<=", "小于等于", "小于或等于", "不大于", "不高于", "不多于", "至多"), "≤"),
    Operator("大于", Takes.NUMBER, (">", "超过", "高于", "多于"), "＞"),
    Operator("小于", Takes.NUMBER, ("<", "少于", "不满", "低于", "不足"), "＜"),
    Operator("介于", Takes.TWO),
    Operator("早于", Takes.DATE),
    Operator("晚于", Takes.DATE),
    Operator("不早于", Takes.DATE),
    Operator("不晚于", Takes.DATE),
)

#: Every spelling, the longest first: 不为空 before 不为 before 为.
SPELLINGS = tuple(
    sorted(((fold(word), op) for op in OPERATORS for word in (op.name, *op.others)), key=lambda pair: -len(pair[0]))
)

#: What a label of that kind can be asked.
FITS: dict[Kind, frozenset[Takes]] = {
    Kind.TEXT: frozenset({Takes.NOTHING, Takes.WORD, Takes.WORDS, Takes.VALUE}),
    Kind.OPTIONS: frozenset({Takes.NOTHING, Takes.WORD, Takes.WORDS, Takes.VALUE}),
    Kind.FLAG: frozenset({Takes.NOTHING, Takes.VALUE}),
    Kind.NUMBER: frozenset({Takes.NOTHING, Takes.NUMBER, Takes.TWO, Takes.VALUE}),
    Kind.DATE: frozenset({Takes.NOTHING, Takes.DATE, Takes.TWO, Takes.VALUE}),
}

#: What a list asks for where a single word was meant, and what numbers call what dates call differently.
FOR_SEVERAL = {
    "包含": "「包含任一」还是「包含全部」",
    "不包含": "「不包含任一」",
    "等于": "「属于」",
    "不等于": "「不属于」",
}
DATE_WORDS = {"大于": "晚于", "小于": "早于", "不少于": "不早于", "不超过": "不晚于"}
NUMBER_WORDS = {late: big for big, late in DATE_WORDS.items()}

AND = ("并且", "而且", "同时", "且", "&&", "and")
OR = ("或者", "或是", "或", "||", "|", "or")
NOT = ("不满足", "并非", "非", "not", "!")
BUT = ("但是", "但", "不过", "以及", "而", "和", "与", "及")  # join sentences, not conditions
IF = ("如果", "假如", "若", "当", "如")
THEN = ("那么", "则", "就")
BEYOND = ("以上", "以下", "以内", "以外", "之内", "左右")  # said already by the operator
TO = ("到", "至", "~", "-")
LENGTH = ("的字数", "的长度", "字数")
QUOTES = {'"': '"', "“": "“”", "”": "“”", "「": "」", "『": "』", "'": "'", "‘": "‘’", "’": "‘’"}
BRACKETS = {"[": "]", "【": "】", "〔": "〕"}
SEPARATORS = ",、"
PUNCTUATION = ",、;。"


def operators_for(kind: Kind) -> tuple[str, ...]:
    """The operators that a label of that kind understands, in the order of the table."""
    return tuple(op.name for op in OPERATORS if op.takes in FITS[kind])
