"""A month as people write it: 1980.5, 80年5月, 一九八〇年五月, 1980-05-12, 198005, 05/1980, a sheet's day number."""

from __future__ import annotations

import re
from datetime import date, timedelta

from intake.chinese.characters import figures, lookalikes
from intake.chinese.numerals import arabic

EARLIEST = 1900
_YOUNGEST, _OLDEST = 14, 90  # of a person whose year of birth has two digits; 二八年 is a recognised 二〇〇八年, mostly
_SHEET_EPOCH = date(1899, 12, 30)  # day 0 of Excel and WPS sheets

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_S = r"\s*(?:年\s*[(\-./·•、,，~]?|[\-/\\:,，、~·•_。\s—–ー]|\.{1,2}|-{2})\s*"
_D = r"(?:\s*[月\-./]?\s*(?:(?<=[月\-./\s])\d{1,2}\s*[日号]?)?)"
_NAME = rf"(?P<name>{'|'.join(_NAMES)})[a-z]*"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
#: Tried in this order; what one has taken is gone for the next.
_SHAPES = tuple(
    re.compile(rf"(?<!\d){shape}(?!\d)", re.IGNORECASE)
    for shape in (
        rf"(?P<year>\d{{4}}){_S}(?P<month>\d{{1,2}}){_D}",  # 1980.5, 1980年5月12日
        r"(?P<month>\d{1,2})[/\-.](?P<other>\d{1,2})[/\-.](?P<year>\d{4})",  # 5/12/1980: May, or December
        r"(?P<month>\d{1,2})\s*[/\-.月]\s*(?P<year>\d{4})年?",  # 05/1980
        # 800512, 8005: above 31 it is a year and no day
        r"(?P<year>3[2-9]|[4-9]\d)(?P<month>0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?",
        r"(?P<year>\d{4})(?P<month>\d{2})(?:\d{2})?",  # 198005, 19800512
        rf"{_DAY}[\s\-.,/]*{_NAME}[\s\-.,/]*(?P<year>\d{{4}}|\d{{2}})",  # 12-May-80
        rf"{_NAME}[\s\-.]*{_DAY}(?:[\s\-.]*,|[\s\-.]+)\s*(?P<year>\d{{4}})",  # May 12, 1980
        rf"{_NAME}[\s\-.,]*(?P<year>\d{{4}}|\d{{2}})",  # May-80, as sheets show it
        rf"(?P<year>\d{{4}}|\d{{2}})[\s\-.,]*{_NAME}",
        rf"(?P<year>\d{{2}})(?:\s*年\s*|[\-./])(?P<month>\d{{1,2}}){_D}",  # 80年5月
        r"(?P<year>\d{4}|\d{2}(?=年))年?",  # 1980
    )
)
_TIME = re.compile(r"(?:[\sT]|(?<=日))\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|\+\d{2}:?\d{2})?\s*$")
_WEEKDAY = re.compile(r"\(?(?:星期|礼拜|周)[一二三四五六日天]\)?")
_LUNAR_TOO = re.compile(r"(?<=[\d日号月])\s*\((?:农历|阴历|旧历)[^()]+\)")  # 1980年5月12日（农历三月廿八）
_CALENDAR = re.compile(r"\(?(?:农历|阴历|旧历|公历|阳历|新历)\)?")
_BESIDE = re.compile(
    r"\d{1,3}\s*周?岁|(?:周岁|年龄)\s*[:：]?\s*\d{1,3}|初\d{1,2}|\((?:1[4-9]|[2-9]\d)\)$|[党工军教]龄\D{0,3}\d{1,2}\s*年"
)  # an age, a day of the lunar month
_SPREAD = re.compile(r"(?<=\d)\s+(?=\d[\d\s]*年)")  # 19 80 年
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")

#: 八十年代, 80后, 1980s: ten years, not one; 1983年左右 is any of several. The twelfth lunar month lies in the next year,
#: mostly.
_NO_CALENDAR_YEAR = re.compile(
    r"民[国國]|年代|\d\s*后|\d\s*'?s(?![a-z])|[腊冬闰]\d*月|左右|前后|上下|约|大概|估计|可能", re.IGNORECASE
)


_FILLED_IN = re.compile(r"[（(]([年月日])[）)]")  # 1980（年）5（月）
#: A narrow cell breaks 1970.12 before its last figure, 1970年3月14日 within its day.
_BROKEN = re.compile(
    r"(?<=[年./\-][01])\n(?=\d(?!\d|\s*周?岁|日))|(?<=\A19|\A20)\n(?=\d\d\D)"
    r"|(?:(?<=月[0-3])|(?<=[./\-]\d[./\-][0-3])|(?<=[./\-]\d\d[./\-][0-3]))\n(?=\d[日号]?\Z)"
)


def months_in(text: str, today: date) -> frozenset[str]:
    """All that the text can mean, as YYYY-MM or YYYY: nothing where it is no possible month, two where it is unclear."""
    text = _FILLED_IN.sub(r"\1", _BROKEN.sub("", text.strip()))
    text = _WEEKDAY.sub("", lookalikes(_TIME.sub("", figures(text).strip())))
    text = _CALENDAR.sub("", _LUNAR_TOO.sub("", text))
    text = _BESIDE.sub("", _SPREAD.sub("", arabic(text)))
    if _NO_CALENDAR_YEAR.search(text):
        return frozenset()
    if _SERIAL.fullmatch(text):
        return _five_digits(text, today)
    found: set[str] = set()
    for shape in _SHAPES:
        matches = list(shape.finditer(text))
        for match in matches:
            months = _readings(match, today)
            if not months:
                return frozenset()  # the 13th month, 2099: no other number beside it makes that good
            found |= months
        text = shape.sub("；", text) if matches else text
    if re.search(r"\d", text):
        return frozenset()
    return frozenset(month for month in found if not any(other.startswith(f"{month}-") for other in found))


def _readings(match: re.Match[str], today: date) -> set[str]:
    groups = match.groupdict()
    years = _years(groups["year"], today)
    if groups.get("name"):
        numbers = {_NAMES.index(groups["name"].lower()) + 1}
    elif groups.get("month") is None:
        return {str(year) for year in years if EARLIEST <= year <= today.year}
    else:
        numbers = {int(groups["month"]), int(groups.get("other") or groups["month"])}
        if groups.get("other"):
            numbers = {number for number in numbers if number <= 12}
    return {f"{year}-{number:02}" for year in years for number in numbers if _possible(year, number, today)}


def _years(digits: str, today: date) -> set[int]:
    if len(digits) == 4:
        return {int(digits)}
    return {year for year in (1900 + int(digits), 2000 + int(digits)) if _YOUNGEST <= today.year - year <= _OLDEST}


def _possible(year: int, month: int, today: date) -> bool:
    return year >= EARLIEST and 1 <= month <= 12 and (year, month) <= (today.year, today.month)


def _five_digits(text: str, today: date) -> frozenset[str]:
    """A sheet's day number; but 19805 may also be May 1980 with its nought lost."""
    day = _SHEET_EPOCH + timedelta(days=int(text[:5]))
    found = {f"{day:%Y-%m}"} if _possible(day.year, day.month, today) else set()
    if len(text) == 5 and _possible(int(text[:4]), int(text[4]), today):
        found.add(f"{text[:4]}-0{text[4]}")
    return frozenset(found)
