"""Telephone numbers within a text, in one shape: 13800138000, 023-67891234, 400-123-4567, +852 91234567."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intake.chinese.characters import lookalikes

#: A number of eight digits without an area code is a local one.
LOCAL_AREA = "023"

_S = r"[\s\-‐‑‒–—―ー－.．·]"  # what people put between groups of digits
_CHINA = rf"(?:\+|00)?\(?\+?86\)?{_S}{{0,2}}"
_NUMBER = re.compile(
    rf"""
    (?<![\d+])(?:
      (?:{_CHINA}|0)?(?P<mobile>1[3-9]\d(?:{_S}{{0,3}}\d){{8}}|1{_S}[3-9](?:{_S}\d){{9}})
    | (?:{_CHINA}[(（]?0?|[(（]?0|(?=23{_S}?[3-8]\d{{7}}(?!\d)))     # a sheet's number cell drops the 0 of 023
      (?: (?P<area3>10|2\d)[)）]?{_S}{{0,3}}(?P<local8>[2-8]\d{{3}}{_S}?\d{{4}})
        | (?P<area4>[3-9]\d{{2}})[)）]?{_S}{{0,3}}(?P<local7>[2-8]\d{{2,3}}{_S}?\d{{4}}) )
    | (?P<service>[48]00(?:{_S}?\d){{7}})
    | (?<![\-)零〇一二三四五六七八九幺])(?P<local>[3-8]\d{{7}}|[4-8]\d{{3}}{_S}\d{{4}})
    | (?P<abroad>(?<!\d)(?:\+(?!86)|00(?=8(?:52|53|86)))\d(?:[\s\-()]?\d){{6,14}})
    )(?!\d)
    """,
    re.VERBOSE,
)
_APART = re.compile(r"[\s()（）\-‐‑‒–—―ー－._·•,，、*/|~～+]")
_SPOKEN = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_TWO_NUMBERS = re.compile(r"1[3-9]\d{9}(?:1[3-9]\d{9}|0[1-9]\d{8,10})")
_WHOLE = 11  # digits of a mobile, or of a landline with its area code
LONGEST_BESIDE = 200  # characters of a name or a unit with its number
_BEHIND = re.compile(
    r"(?P<words>.*?[^\W\d_][）)”》]?)(?:[\s，,、；;/／（(]+(?:(?:联系)?(?:电话|方式)|手机号?码?|座机|tel)?[\s:：]*|(?=1[3-9]\d{9}(?!\d)))(?P<number>[+(（\d][\d\s()（）+\-]{6,}?)[）)]?",
    re.IGNORECASE,
)
_NOT_DIGIT = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class Phone:
    number: str
    start: int
    end: int


def phones_in(text: str) -> tuple[Phone, ...]:
    """Every valid number, in order. `text` is evened (half-width digits)."""
    found = ((_shape(match), match) for match in _NUMBER.finditer(lookalikes(text)))
    return tuple(Phone(number, match.start(), match.end()) for number, match in found if number)


def only_phone(text: str) -> str:
    """The number where the text is one and nothing else, whatever stands between its digits: 138·0013·8000, 138，0013，8000.

    A mobile and what is glued to it are two numbers; the first is given. "" where it is none.
    """
    digits = _APART.sub("", lookalikes(text).translate(_SPOKEN))
    if not digits.isascii() or not digits.isdigit():
        return ""
    if _TWO_NUMBERS.fullmatch(digits):
        return digits[:11]
    phones = phones_in(digits)
    return phones[0].number if len(phones) == 1 and len(digits) >= _WHOLE else ""


def phone_behind(text: str) -> tuple[str, str] | None:
    """Words and the number behind them: 李四，电话13900139000. None where there is no such pair."""
    match = _BEHIND.fullmatch(text) if len(text) <= LONGEST_BESIDE else None
    found = phones_in(match["number"]) if match else ()
    return (match["words"], found[0].number) if match and len(found) == 1 else None


def _shape(match: re.Match[str]) -> str:
    groups = {name: _NOT_DIGIT.sub("", value) for name, value in match.groupdict().items() if value}
    if mobile := groups.get("mobile"):
        return mobile
    if local := groups.get("local"):
        return f"{LOCAL_AREA}-{local}"
    if service := groups.get("service"):
        return f"{service[:3]}-{service[3:6]}-{service[6:]}"
    if abroad := groups.get("abroad"):
        return _abroad(f"+{abroad.removeprefix('00')}")
    area = groups.get("area3") or groups["area4"]
    return f"0{area}-{groups.get('local8') or groups['local7']}"


def _abroad(number: str) -> str:
    import phonenumbers  # noqa: PLC0415  # 22 MB of rules about other countries, needed by few mails

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    return f"+{parsed.country_code} {parsed.national_number}" if phonenumbers.is_valid_number(parsed) else ""
