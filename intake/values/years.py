"""How many years: 15年, 十五年, 自2005年至今, 2005年7月参加工作. What is vague (二十余年, 10-15) is no number."""

from __future__ import annotations

import re
from datetime import date

from intake.chinese.characters import figures, lookalikes
from intake.chinese.numerals import arabic, vague

LONGEST = 80  # years that a person can have worked

_VAGUE = re.compile(
    r"[余多近约几数半\+＋?？]|左右|以上|以下|不足|不满|超|逾|大概|上下|将近|许|世纪|年代|\d\s*[-~～—–/或、至到]\s*\d{1,2}(?!\d)\s*(?:年|$)"
)
_SPAN = re.compile(
    r"(?<![\d.])(?P<years>\d{1,2})(?:\.0+|\.\d{1,2}(?=\s*年))?(?:\s*(?:周年|个年头|年|载)(?:\s*[零又]?(?P<months>\d{1,2})\s*个月)?)?(?![\d.])"
)
_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?:\s*[年./\-]\s*(?P<month>0?[1-9]|1[0-2])(?!\d)(?:\s*[月./\-]\s*\d{1,2}(?!\d)\s*日?)?)?\s*[年月]?份?(?!\d)"
)
_DATE_TEXT = re.sub(r"\(\?P<\w+>", "(?:", _DATE.pattern)
_TO = r"\s*(?:至|到|[-~～—–]+)\s*"
_WORDS = re.compile(
    r"从业|从事|参加工作|至今|现今|自|从|由|于|起|开始|今|现在|目前|参加|参工|工作|入职|以来|任职|工龄|年限|时间|经验|经历|连续|已有|已|共计|合计|共|满|整|计"
    r"|至|到|本职|专业技术|工程|行业|周年|年|years?|[\s,，。．.、;；:：()（）\-~～—–]",
    re.IGNORECASE,
)

#: 机械设计22年, 在本公司22年: one number of years, and words around it, unless these speak of something else.
_ONE_SPAN = re.compile(r"\D*\d{1,2}年\D*")
_NOT_WORKED = re.compile(r"[后前还差再不没未无第届次岁月龄学读培]|本科|硕士|博士|合同|退休")
_REMARK = re.compile(
    r"\((?:不?含|不?包括|其中|除|截[至止]|退休)[^()]*\)|[(,，;；、]\s*(?:现已|已|现)?(?:退休|离休)\)?$|(?<=年)[,，;；]\s*其中.*$"
)
_UNBROKEN = re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(?:[0-3]\d)?(?!\d)")  # 200507
#: 1985年7月参加工作，2020年5月退休
_RETIRED = re.compile(
    rf"({_DATE_TEXT})\s*(?:参加工作|入职|参工)[\s,，、;；至到]*({_DATE_TEXT})\s*(?:正式)?(?:退休|离休)?$"
)


def years_in(text: str, today: date) -> int | None:
    """Full years. None where nothing, or more than one thing, can be meant."""
    text = lookalikes(figures(text).strip()).replace("一线", "")
    if vague(text):
        return None
    text = _RETIRED.sub(r"\1-\2", _UNBROKEN.sub(r"\1年\2月", _REMARK.sub("", arabic(text))))
    stretches, text = _stretches(text, today)
    if _VAGUE.search(text):
        return None
    spans = [int(match["years"]) for match in _SPAN.finditer(text)]
    rest = _WORDS.sub("", _SPAN.sub("", text))
    if rest and (not _ONE_SPAN.fullmatch(text) or _NOT_WORKED.search(rest)):
        return None
    found = spans + stretches
    if not found or max(found) - min(found) > 1 or not 0 <= found[0] <= LONGEST:  # who counts begun years is one ahead
        return None
    return found[0]


def _stretches(text: str, today: date) -> tuple[list[int], str]:
    """Years between two dates, or from one date to today; and the text without them. An odd date is no stretch."""
    pair = re.fullmatch(f"(.*?)({_DATE_TEXT}){_TO}({_DATE_TEXT})(.*)", text, re.DOTALL)
    if pair:
        start, end = _DATE.fullmatch(pair[2]), _DATE.fullmatch(pair[3])
        return [_full_years(start, end, today)], pair[1] + pair[4]
    dates = list(_DATE.finditer(text))
    if len(dates) != 1:
        return [], text
    rest = text[: dates[0].start()] + text[dates[0].end() :]
    return [_full_years(dates[0], None, today)], rest.replace("至今", "")


def _full_years(start: re.Match[str] | None, end: re.Match[str] | None, today: date) -> int:
    """-1, which nobody has worked, where the start lies behind the end or is no month."""
    if start is None:
        return -1
    first_month = int(start["month"] or 0)
    last_year, last_month = (int(end["year"]), int(end["month"] or 0)) if end else (today.year, today.month)
    if first_month > 12 or last_month > 12 or last_year > today.year:
        return -1
    early = first_month > last_month > 0
    return last_year - int(start["year"]) - early
