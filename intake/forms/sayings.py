"""What one clause of a letter plainly says of somebody: 1975年8月出生, 中共党员, 现任某某公司总工程师, 手机138…"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from intake.chinese.characters import HAN
from intake.forms.labels import POST, TITLE, UNIT, labels_of
from intake.values.phones import phones_in
from intake.values.posts import Post, is_post, is_title, may_be_unit, post_in, within
from intake.values.values import Value, read_value
from rules.campaign import Campaign, Field, FieldType

LONGEST_POST = 8  # characters of one that stands alone

#: Between marks; 重庆（北碚）某某公司 is one, 党委委员、副总经理 too.
CLAUSE = re.compile(
    rf"(?:[^，,；;\s（）()。！!？?]|[（(][{HAN}]{{2,6}}[）)](?=[{HAN}]{{2,20}}(?:公司|集团|[厂院所])))+"
)
_IS = r"(?:就?[是为])?\s*[:：—－-]*\s*"
_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
#: Of whom is spoken, and when: what may stand before any of it.
_LEAD = re.compile(
    r"(?:截[止至]到?(?:今年|目前|现在|\d{4}年)?(?:\d{1,2}月)?底?)?(?:我|本人|他|她|其|该同志)?的?(?:现(?:在(?!(?!在).{4,30}(?:工作|上班|[任就供]职)))?|如今|眼下|目前|今年|退休[前时]|返聘)?(?=.)"
)
_NOW = re.compile("现|如今|眼下|目前|返聘")
_SEX = re.compile(rf"性别{_IS}(?P<value>[男女])性?|(?:是?一?[位名个]?)(?P<bare>[男女])(?:性|同志|士|的)?")
_BORN = re.compile(
    r"(?:是|于)?(?P<lead>(?:出生[于在]|生[于在]|出生(?:年月|日期)?[是为:：]))?"
    r"(?P<value>(?:\d{4}|[一二三四五六七八九〇零○]{4})\s*(?:年\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*月|[.\-/]\d{1,2})(?:\s*\d{1,2}\s*日)?|(?:19|20)\d{2}年?(?=出?生))(?P<behind>份?(?:出?生人?|出生[在于]?.{0,10}|生于.{0,10}|[出的]?生的|份?的)(?:[他她].{0,12})?)?"
)
_YEARS = re.compile(
    rf"(?:是?\d{{4}}年(?:\d{{1,2}}月)?(?:至今|起))?(?:已经?)?(?:在[^，,]{{1,12}}?)?(?:已经?)?(?:从业|入行|参加工作|工龄|工作年限|工作|服务|干[{HAN}]{{0,6}}?|做[{HAN}]{{0,4}}?(?=.{{0,3}}(?:\d\d|[二三四]?十))|从事[{HAN}]{{2,12}}?|扎根[{HAN}]{{2,8}}?)"
    rf"{_IS}(?:已经?|有|了|长达|至今|整整){{0,3}}(?P<value>{_N}年)(?:[了整来]|[{HAN}]{{0,2}}工程)?"
    rf"|[^\d]{{0,10}}有着?(?P<behind>{_N}年)的?(?:工龄|[{HAN}]{{0,6}}(?:工作)?(?:经验|经历)).{{0,8}}"
)
_BEING = re.compile(r"^(?:政治面貌|党派)?[是为:：]?(?:一[名位])?(?=.)")
_JOINED = re.compile(r"(?:\d{4}年)?(?:\d{1,2}月)?(?:光荣)?(?:加入|入党为)(?P<value>.+)")
_TITLED = re.compile(rf"(?:专业)?(?:技术)?职称{_IS}(?P<value>.+)|(?:拥?有|具有|具备|取得)(?P<behind>.{{2,12}})职称")
_WORKS_AT = re.compile(
    rf"(?:.{{0,8}}(?:分[配到]|调入|进入|入职|来)到?(?=.*至今)|在)(?P<unit>.{{4,30}}?)(?:工作|上班|任职|就职|供职|干(?=.{{0,3}}(?:\d\d|[二三四]?十)))(?:[已了满至今有整]*(?P<years>{_N}年)了?|至今)?|(?:(?:任职|就职|供职)于|来自)(?P<at>.{{4,30}})|(?:工作)?单位{_IS}(?P<is>.+)"
)
_WORKS_AS = re.compile(
    rf"(?:在(?P<at>.{{4,30}}?)[现所]?)?(?P<now>任(?!公司)职?于?|为|是|系|担任|(?:任职|就职|供职)于|职务{_IS})[:：]?(?:一[名位])?(?P<value>.{{2,60}}?)(?:一职)?"
)
OURS = "(?:我们?|本)(?:单位|公司|院|厂|局|校|所|集团|中心|部门|项目部)"
_OWN_UNIT = re.compile(
    f"(?:{OURS}|[该其](?:单位|公司|院|厂|局|校|所|集团|中心|部门))的?|^(?:公司|单位|集团|[院厂局])里?的"
)
_YEARS_OF = ("years", "value", "behind")
#: Of former days, or of what was done: 曾任某某公司技术员, 加入某某公司.
_PAST = re.compile(r"[\d曾原前后历先毕入进加调在于从由获被并负参主兼其退]")
_ADDRESS = re.compile("(?:各位)?(?:老师|师傅|领导|专家|主任|会长)")  # 老师，他的职务是…
_FIRM = re.compile("公司|集团|[厂院所局]")
_NUMBER = re.compile(r"(?:(?:电话|方式|手机)(?:号码|号)?就?[是为:：\s]*|(?:的|^)号码[是为:：\s]*|[打拨电])[+\d]")


@dataclass(frozen=True, slots=True)
class Saying:
    """A field's value that was said; not `sure` where the place alone gives the words their meaning: 男, 1980年5月."""

    key: str
    text: str
    sure: bool = True


def said_in(clause: str, campaign: Campaign, today: date) -> Iterator[Saying]:
    """All that the clause says of one person, as the fields about the nominee."""
    lead = _LEAD.match(clause)
    now, clause = bool(lead and _NOW.search(lead[0])), clause[lead.end() if lead else 0 :]
    own = [field for field in campaign.fields if field.about == campaign.fields[0].about]
    for part in clause.split("、"):
        told = filter(None, (_said(field, part) for field in own))
        yield from (one for one in told if isinstance(read_value(campaign.field(one.key), one.text, today), Value))
    exact = labels_of(campaign).exact
    yield from (
        Saying(exact[word][0], text, sure) for word, text, sure in _work(clause, now=now) if text and word in exact
    )


def number_in(clause: str, *, alone: bool) -> str:
    """The one telephone number that a clause tells: 手机138…, and 138… `alone`; "" where it tells none."""
    numbers = phones_in(clause)
    told = numbers and (_NUMBER.search(clause) or (alone and len(clause) == len(numbers[0].number)))
    return numbers[0].number if told and len(numbers) == 1 else ""


def _said(field: Field, clause: str) -> Saying | None:
    match field.type:
        case FieldType.CHOICE:
            if {"男", "女"} <= field.choices.keys():
                sex = _SEX.fullmatch(clause)
                return Saying(field.key, sex["value"] or sex["bare"], bool(sex["value"])) if sex else None
            joined = _JOINED.fullmatch(clause)
            word = joined["value"] if joined else _BEING.sub("", clause)
            known = any(word in (choice, *others) for choice, others in field.choices.items())
            return Saying(field.key, word) if known else None
        case FieldType.MONTH:
            born = _BORN.fullmatch(clause)
            return Saying(field.key, born["value"], bool(born["lead"] or born["behind"])) if born else None
        case FieldType.NUMBER:
            worked = (_YEARS.fullmatch(clause) or _WORKS_AT.fullmatch(clause)) if field.unit == "年" else None
            years = (
                next((text for name, text in worked.groupdict().items() if text and name in _YEARS_OF), "")
                if worked
                else ""
            )
            return Saying(field.key, years) if years else None
        case _:
            return None


def _work(clause: str, *, now: bool) -> Iterator[tuple[str, str, bool]]:
    """Unit, post, title, by the words that every form has for them; not sure where the clause is nothing but a title."""
    if titled := _TITLED.fullmatch(clause):
        yield TITLE, titled["value"] or titled["behind"], True
    elif is_title(clause):
        yield TITLE, clause, False
    elif (at := _WORKS_AT.fullmatch(clause)) and may_be_unit(unit := at["unit"] or at["at"] or at["is"]):
        yield UNIT, unit, True
    elif as_ := _WORKS_AS.fullmatch(clause):
        post = post_in(_OWN_UNIT.sub("", f"{as_['at'] or ''} {as_['value']}".strip()))
        if post:
            sure = now or (bool(post.unit) and as_["now"] not in ("任", "担任", "为"))
            yield from _parts(post, sure=sure or as_["now"].startswith("职务"))
    elif (
        not _PAST.match(clause)
        and (post := post_in(_OWN_UNIT.sub("", clause)))
        and post.unit
        and (post.post or post.title)
    ):
        yield from _parts(post)
    elif is_post(clause) and len(clause) <= LONGEST_POST and not (_FIRM.search(clause) or _ADDRESS.fullmatch(clause)):
        yield POST, clause, False


def _parts(post: Post, *, sure: bool = True) -> Iterator[tuple[str, str, bool]]:
    post = within(post)
    yield from ((UNIT, post.unit, sure), (POST, post.post, sure), (TITLE, post.title, sure))
