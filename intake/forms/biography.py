"""The sentence with which people introduce somebody: 王建国，男，汉族，1975年8月出生，中共党员，…"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from intake.chinese.characters import HAN, even
from intake.draft import Said
from intake.values.names import PERSON
from intake.values.phones import phones_in
from intake.values.values import Value, read_value
from rules.campaign import Campaign, Field, FieldType

LONGEST_TEXT = 20_000
#: A name and at once the sex, at the start of a sentence or behind what he is: nobody writes so of two people.
_INTRODUCED = re.compile(
    r"(?:^|[。；;，,！!\s]|工程师|技师|高工|技术员|被推荐人|推荐对象|推荐人选|推荐(?!人)|[、.．)）])"
    rf"(?![该此其我本他她人了的一位名]|同志|推荐|被推荐|老师|师傅|性别)(?P<name>[{HAN}]{{2,4}}?)(?P<polite>同志|先生|女士)?"
    r"\s*[，,、\s]\s*(?P<sex>[男女])性?(?P<rest>[，,、；;\s（(][^。\n]*|。|$)",
    re.MULTILINE,
)
_SAID_OF_HIM = re.compile(
    rf"\d{{4}}\s*[年.]\s*\d{{1,2}}|[{HAN}]族|党员|群众|\d岁"
)  # what follows an uncommon surname then
_CLAUSES = re.compile(r"[，,、；;\s（）()]+")
_BORN = re.compile(
    r"(?:出生于|生于)?(?P<month>\d{4}\s*(?:年\s*\d{1,2}\s*月|[.\-/]\d{1,2})(?:\s*\d{1,2}\s*日)?)(?:出?生人?|出生于?.{0,10})?"
)
_WORKED = re.compile(rf"(?:从业|工龄|工作|从事[{HAN}]{{2,12}}?)(?P<years>\d{{1,2}}年)")


def biographies(text: str, campaign: Campaign, today: date) -> Iterator[Mapping[str, Said]]:
    """What is plainly said of each person who is introduced: the rest of the sentence may mean several fields."""
    fields = campaign.fields
    named = next((field for field in fields if field.type is FieldType.NAME), None)
    if named is None:
        return
    for match in _INTRODUCED.finditer(even(text[:LONGEST_TEXT])):
        if not (re.fullmatch(PERSON, match["name"]) or _sets_off_any_name(match)):
            continue
        found = {named.key: Said(match["name"])}
        own = [field for field in fields if field.about == named.about]
        for clause in (match["sex"], *filter(None, _CLAUSES.split(match["rest"]))):
            found |= _said(clause, [field for field in own if field.key not in found], today)
        yield found


def _sets_off_any_name(introduced: re.Match[str]) -> bool:
    """晏思同志，男，1984年11月出生: an uncommon surname that can be nothing else."""
    before = introduced.string[: introduced.start("name")].rpartition("\n")[2]
    return bool(
        (introduced["polite"] or not before.strip())
        and len(introduced["name"]) < 4
        and _SAID_OF_HIM.search(introduced["rest"])
    )


def _said(clause: str, fields: list[Field], today: date) -> Mapping[str, Said]:
    for field in fields:
        if (text := _part(field, clause)) and isinstance(read_value(field, text, today), Value):
            return {field.key: Said(text)}
    return {}


def _part(field: Field, clause: str) -> str:
    """What of a clause such a field may be; "" where it is none."""
    match field.type:
        case FieldType.CHOICE:
            return clause if any(clause in (choice, *others) for choice, others in field.choices.items()) else ""
        case FieldType.MONTH:
            return born["month"] if (born := _BORN.fullmatch(clause)) else ""
        case FieldType.NUMBER:
            return worked["years"] if field.unit == "年" and (worked := _WORKED.fullmatch(clause)) else ""
        case FieldType.PHONE:
            return clause if len(phones_in(clause)) == 1 else ""
        case _:
            return ""
