"""A field's text as a value: phones, months, numbers, choices, names, stories, normalised; what is wrong is a problem."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from intake.chinese.characters import even, length, lookalikes, one_line, paragraphs
from intake.chinese.numerals import arabic, vague
from intake.chinese.ticks import TICKED, chosen
from intake.values.choices import choice_in
from intake.values.doubt import Doubt
from intake.values.months import months_in
from intake.values.names import name_in
from intake.values.phones import only_phone, phone_behind, phones_in
from intake.values.years import years_in
from rules.campaign import Field, FieldType


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a field, a form or a mail that somebody should know. `message` is Chinese, for the submitter."""

    field: str | None  # the field's key; None: the whole
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Value:
    value: str | int
    problems: tuple[Problem, ...] = ()


LONGEST_SHORT = 300  # characters that are looked at for a name, a month, a number

_NONE = re.compile(
    r"[（(【]?(?:暂无|没有|无|空|n/?a|none|null|nan|#n/a|未填|[x×]{2,}|[/／\\、。.·…—–―_\-－~～×*＊]+)[）)】]?[。.]?",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W_]")
_SAME = re.compile(
    r"[（(]?(?:见上|同上|同左|同前|同本人|同被?推荐(?:人|单位).{0,4}|同(?:原|前|之前|以前|上次).{0,4}|不变|(?:没有?|无)变[化动]?)[）)]?[。.]?"
)
#: 详见附件, 另附页, 见第二页: says where the answer is, and so is none.
_ELSEWHERE = re.compile(
    r"[（(]?(?:略[，,。、\s]*)?(?:具体|内容|详情|事迹|材料)*(?:请|详|另|参|可)*(?:附件|另附|[见阅附](?:后面?|后?附[件页表后录纸]?|另?[页纸]|事迹|材料|第[\d一二三四]页|[下次续背反]一?[页面]|下[方文]|正文|邮件|文档|材料|word|docx?|文件|[\d一二三、])++|[见阅][^，。；]{1,6}表)"
    r"[）)]?[。.]?",
    re.IGNORECASE,
)
#: 推荐人联系电话：本人
_OWN = re.compile(r"(?:即|就是|[同与和跟]|我)?(?:本人|自己)(?:的?(?:联系)?(?:电话|手机|号码|相同|一致|一样))*")
#: Numbers that nobody answers: QQ：67891234 reads like a local one.
_NOT_SPOKEN = re.compile(
    r"(?<![/／、及和(（])(?:(?:QQ|身份证|邮编|邮政编码)(?:号码?)?\s*[:：]?\s*\d{5,18}|(?:传真|fax)(?:号码?)?\s*[:：]?\s*[\d\-() ]{5,})",
    re.IGNORECASE,
)
#: 某某公司（公章）2026年3月5日: where a form is stamped it is dated, too.
_STAMPED = re.compile(
    r"(?:\s*[（(](?:加?盖?(?:单位)?公?盖?章|签[字名章])[)）])*"
    r"(?:(?:(?<=[)）])|\s+)(?:日期\s*[:：]\s*)?20\d{2}\s*[年./\-]\s*\d{1,2}\s*(?:月|[./\-]\s*\d{1,2}|月\s*\d{1,2}\s*日))?$"
)
#: 总工程师（表里漏填了）
_REMARK = re.compile(
    r"(?<=[^\W_])[（(][^（）()]{0,40}(?:漏[填写了]|[补填写改][填写正错上充了]|更正|修改|为准|(?:原来|之前|原先|上次|表[上里中])[写填]|请(?:补|更|核))[^（）()]{0,40}[）)]$"
)
_OF_BOTH = re.compile(
    r"(?<=[^\W_]{2})[，,；;。]\s*[系是与和跟同]{1,3}被推荐人[^，,；;。]{0,12}关系$"
)  # 某某协会，与被推荐人系会员关系
_FULL_STOP = re.compile(r"(?<=[\u4e00-\u9fff])[。.．·]+$")  # or a speck of the scanner's; Co., Ltd. keeps its own
#: 某某公司，1779906522: a number that misses a digit is none, and no part of the name either.
_NUMBER_BEHIND = re.compile(r"(?<=[^\W\d_])([）)]?)[\s，,、；;/（(]+\d[\d\- ]{7,}\d[）)]?$")
_WRAPPED = re.compile(r"[（(【“\"「]([^（）()【】“”\"「」]+)[）)】”\"」]")
_EMPTY_BRACKETS = re.compile(r"[（(【\[]\s*[）)】\]]")


def read_value(field: Field, raw: str, today: date) -> Value | Problem | None:
    """The value of `raw`, a Problem where it is no value of that type (bad_phone, bad_date …), None where it is empty."""
    text = even(raw).strip()
    if not text or not _EMPTY_BRACKETS.sub("", text).strip():
        return None
    if field.hint and "".join(text.split()) == _bare(field.hint):
        return None
    if _NONE.fullmatch(text) and "无" not in field.choices:
        return None if field.required else Value("无")
    if not _LETTER.search(text) or said_elsewhere(text):
        return None  # a stray mark; 同上, 见附件
    if field.type not in (FieldType.TEXT, FieldType.LONG_TEXT):
        text = text[:LONGEST_SHORT].strip()
        text = wrapped[1] if (wrapped := _WRAPPED.fullmatch(text)) else text
    return _READERS[field.type](field, text, today)


@lru_cache(maxsize=256)
def _bare(hint: str) -> str:
    return "".join(even(hint).split())


def _text(field: Field, text: str, _today: date) -> Value | None:
    line = _without_ends(one_line(chosen(text) or text).strip(f" ;；,，、{TICKED}"))
    line = wrapped[1] if (wrapped := _WRAPPED.fullmatch(line)) else line
    line = with_phone[0] if (with_phone := phone_behind(line)) else _NUMBER_BEHIND.sub(r"\1", line)
    line = _without_ends(line)
    if line.endswith(("）", ")")) and not re.search(r"[（(]", line):
        line = line[:-1].rstrip(f" {TICKED}")  # （推荐人：李四）
    if not _LETTER.search(line):
        return None  # of 0□:☑ a colon would be left
    return Value(next((full for full, short in field.choices.items() if line in short), line))


def _without_ends(line: str) -> str:
    """Without stamp, date, remark and full stop, in any order."""
    while (shorter := _FULL_STOP.sub("", _STAMPED.sub("", _REMARK.sub("", _OF_BOTH.sub("", line))))) != line:
        line = shorter
    return line


def _long_text(field: Field, text: str, _today: date) -> Value | None:
    story = re.sub(r"(?<=[。！？])[；;]+$", "", paragraphs(text))
    return Value(story, _length_problems(field, length(story))) if story else None


def said_elsewhere(text: str) -> bool:
    """Whether it only tells where the answer is: 同上, 详见附件."""
    return bool(_SAME.fullmatch(text) or _ELSEWHERE.fullmatch(text))


def _length_problems(field: Field, count: int) -> tuple[Problem, ...]:
    low, high = field.min_chars, field.max_chars
    wanted = f"要求 {low}—{high} 字" if low and high else f"要求不少于 {low} 字" if low else f"要求不超过 {high} 字"
    if low is not None and count < low:
        message = f"「{field.label}」现为 {count} 字，尚差 {low - count} 字（{wanted}，按汉字和标点计）。"
        return (Problem(field.key, f"{field.key}_too_short", message),)
    if high is not None and count > high:
        message = f"「{field.label}」现为 {count} 字，超出 {count - high} 字（{wanted}，按汉字和标点计）。"
        return (Problem(field.key, f"{field.key}_too_long", message),)
    return ()


def _name(field: Field, text: str, _today: date) -> Value | Problem | None:
    return _told(field, text, name_in(text))


def _told(field: Field, text: str, told: str | Doubt | None) -> Value | Problem | None:
    return _unclear(field, text, told.reason) if isinstance(told, Doubt) else Value(told) if told else None


def _month(field: Field, text: str, today: date) -> Value | Problem:
    months = months_in(text, today)
    if len(months) == 1:
        return Value(next(iter(months)))
    if months:
        found = "或 ".join(sorted(months))
        return _wrong(field, "bad_date", text, f"有不止一种读法（{found}）", "1980年5月")
    return _wrong(field, "bad_date", text, "不是能识别的年月", "1980年5月")


def _phone(field: Field, text: str, _today: date) -> Value | Problem | None:
    if _OWN.fullmatch(text):
        return None  # whose that is, the self-nomination knows
    text = re.sub(r"(?<=\d)\.0$", "", text)  # a sheet's number cell: 13800138000.0
    spoken = _NOT_SPOKEN.sub("", text)
    if phones := phones_in(spoken) or phones_in(re.sub(r"[\s()（）]", "", spoken)):  # 1 3 8 0 0 …
        return Value(phones[0].number)
    if number := only_phone(spoken):
        return Value(number)
    digits = len(re.sub(r"\D", "", text))
    what = f"只有 {digits} 位" if 6 < digits < 11 else f"有 {digits} 位" if digits > 11 else "不是完整的电话号码"
    return _wrong(field, "bad_phone", text, what, "13800138000 或 023-67891234")


def _number(field: Field, text: str, today: date) -> Value | Problem:
    number = years_in(text, today) if field.unit == "年" else _whole_number(text, field.unit)
    return Value(number) if number is not None else _unclear(field, text, "不是一个确定的数")


_COUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?(万)?")


def _whole_number(text: str, unit: str) -> int | None:
    if vague(text):
        return None
    match = _COUNT.fullmatch(re.sub(r"\s", "", arabic(lookalikes(text))).removesuffix(unit))
    return int(match[1].replace(",", "")) * (10_000 if match[2] else 1) if match else None


def _choice(field: Field, text: str, _today: date) -> Value | Problem | None:
    return _told(field, text, choice_in(text, field.choices, free_text=field.free_text))


def _wrong(field: Field, code: str, text: str, what: str, example: str) -> Problem:
    found = one_line(text)
    found = found if len(found) <= 30 else found[:30] + "…"
    return Problem(
        field.key, code, f"「{field.label}」写的是“{found}”，{what}，请按“{field.example or example}”的样子填写。"
    )


def _unclear(field: Field, text: str, what: str) -> Problem:
    example = "张伟" if field.type is FieldType.NAME else next(iter(field.choices), f"20{field.unit}")
    return _wrong(field, "unclear_value", text, what, example)


_READERS: Mapping[FieldType, Callable[[Field, str, date], Value | Problem | None]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _long_text,
    FieldType.NAME: _name,
    FieldType.CHOICE: _choice,
    FieldType.MONTH: _month,
    FieldType.NUMBER: _number,
    FieldType.PHONE: _phone,
}
