"""How people introduce somebody in a letter: 王建国，男，汉族，1975年8月出生，中共党员，现任某某公司总工程师。"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from intake.chinese.characters import HAN, even
from intake.draft import Said
from intake.forms.labels import POST, TITLE, UNIT, labels_of
from intake.values.names import PERSON
from intake.values.phones import phones_in
from intake.values.posts import is_post, is_title, post_in
from intake.values.values import Value, read_value
from rules.campaign import Campaign, Field, FieldType

LONGEST_TEXT = 20_000
LONGEST_TOLD = 400  # characters that go on about the one who was introduced
_NAME = rf"(?:{PERSON}|(?:(?![的我是])[{HAN}]){{2,6}}·[{HAN}]{{2,8}})"
_RELATIONS = "同事|师父|师傅|徒弟|老?领导|(?:老|大学)?同学|朋友|父亲|母亲|丈夫|妻子|邻居"
_POLITE = "同志|先生|女士|老师|师傅"
#: A name and at once the sex, at the start of a sentence or behind what he is: nobody writes so of two people.
_INTRODUCED = re.compile(
    r"(?:^|[。；;，,！!\s]|工程师|技师|高工|技术员|被推荐人|推荐对象|推荐人选|推荐(?!人)|[、.．)）]|(?:基本情况|个人简介|人物简介|简介)[:：]|[我本](?:单位|公司|院|厂|校|局|所|中心|集团)"
    rf"|我的?(?:{_RELATIONS}))"
    r"(?P<self>我叫|我是|我的名字[是叫]|我[,，]|本人[,，]?)?(?:名叫)?"
    rf"(?![该此其我本他她人了的一位名]|同志|推荐|被推荐|老师|师傅|性别)(?P<name>[{HAN}]{{2,4}}?|(?:(?![的我是])[{HAN}]){{2,6}}·[{HAN}]{{2,8}})(?P<polite>同志|先生|女士)?"
    r"\s*[，,、\s]\s*(?P<sex>[男女])性?(?P<rest>[，,、；;\s（(][^。\n]*|。|$)",
    re.MULTILINE,
)
_SAID_OF_HIM = re.compile(
    rf"\d{{4}}\s*[年.]\s*\d{{1,2}}|[{HAN}]族|党员|群众|\d岁"
)  # what follows an uncommon surname then
#: 我想推荐我的师父王建国。 And who puts himself forward: 我是某某公司的王建国，想自荐.
_NAMED = re.compile(
    rf"推荐(?!人|单位|表)(?:我们?的?|身边的?)?(?:一位)?(?:本?(?:单位|公司|院|厂|部门)的?)?(?P<relation>{_RELATIONS})?[:：]?"
    rf"(?P<name>{_NAME})(?:{_POLITE})?(?=[，,。；;（(\s]|参加|参评|$)"
    rf"|我是(?P<post>[^，,。；;\n]{{2,40}}?)的?(?P<own>{_NAME})(?=[，,。])"
)
_OFFERS_HIMSELF = re.compile("(?<![/、或和])(?:自荐|自我推荐|推荐(?:我)?自己)(?![/、或和者]|他荐)")
_IS_HIMSELF = re.compile(rf"(?:我叫|我是|我的名字[是叫]|我[,，]|本人[,，]?)\s*{_NAME}[，,、\s]+[男女]")
_NUMBERED = re.compile(r"\s*(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[.、．)）]?)?\s*")
_CLAUSES = re.compile(r"[，,、；;\s（）()]+")
_BORN = re.compile(
    r"(?:出生于|生于)?(?P<month>\d{4}\s*(?:年\s*\d{1,2}\s*月|[.\-/]\d{1,2})(?:\s*\d{1,2}\s*日)?)(?P<born>出?生人?|出生于?.{0,10})?"
)
_WORKED = re.compile(
    rf"已?(?:从业|参加工作|工龄|工作年限|工作|干这一?行|从事[{HAN}]{{2,12}}?)(?:已经|已有|已|有|了)?(?P<years>\d{{1,2}}年)了?"
)
_WORKS_AS = re.compile(
    r"(?:现任职?于?|现为|(?:现|目前)担任|(?:任职|就职|供职)于|职务是?|[他她]是)[:：]?(?P<post>[^，,。；;\n]{2,60})"
)
_PLAIN = re.compile(r"[，,；;。\n]|(?<=\S)\s+")
#: 某某公司总工程师 as a clause of its own, not 曾任某某公司技术员.
_NOW = re.compile(r"(?![\d曾原前后历先毕入进加调在于从由为获被并是任负参主兼其退])")
_OWN_UNIT = re.compile(r"(?:我|本|该|其)(?:单位|公司|院|厂|局|校|所|集团|中心|部门)的?")
_TITLED = re.compile(r"职称[为是]?[:：]?")
_NUMBER = re.compile(r"(?:[我他她其]的?)?(?:本人|个人)?(?:联系)?(?:电话|方式|手机号?码?)[为是]?[:：]?\s*[+\d]")
#: 我的电话是139…, 我在某某公司工作: the writer on himself, which is the nominee only where he puts himself forward.
_OF_THE_WRITER = re.compile(
    r"(?:(?<=[\s，,。；;！!])|^)(?:我(?:的(?:联系|电话|手机|号码|单位|职务|职称)|在|是|现|今年|任|从事)|本人(?!推荐|想|要|向|特|拟|愿))[^，,。；;\n]*",
    re.MULTILINE,
)
#: What follows is of somebody else, or the story.
_OTHERS = re.compile(rf"推荐人|推荐单位|联系人|经办人|填报人|\n\s*\n|(?:^|\n)\s*[{HAN}（）()]{{2,12}}[:：]")


def biographies(text: str, campaign: Campaign, today: date) -> Iterator[Mapping[str, Said]]:
    """What is plainly said of each person who is introduced: the rest of the sentence may mean several fields."""
    named = next((field for field in campaign.fields if field.type is FieldType.NAME), None)
    if named is None:
        return
    text = even(text[:LONGEST_TEXT])
    if not (_OFFERS_HIMSELF.search(text) or _IS_HIMSELF.search(text)):
        text = _OF_THE_WRITER.sub("", text)
    people = [one for one in _INTRODUCED.finditer(text) if re.fullmatch(PERSON, one["name"]) or _sets_off_any_name(one)]
    if len(people) > 1:
        yield from (_introduced(one, named, campaign, today) for one in people)
    elif people:
        (one,) = people
        more = _more(text, one.end("rest"))
        told = _posts(f"{one['rest']}，{more}", campaign) | _introduced(one, named, campaign, today)
        told |= _self(campaign) if one["self"] or _OFFERS_HIMSELF.search(text) else {}
        yield _strictly(more, campaign, today) | told
    elif len(names := [one for one in _NAMED.finditer(text) if _is_put_forward(one)]) == 1:
        yield from _put_forward(names[0], named, campaign, today)


def _introduced(match: re.Match[str], named: Field, campaign: Campaign, today: date) -> dict[str, Said]:
    found = {named.key: Said(match["name"])}
    own = [field for field in campaign.fields if field.about == named.about]
    for clause in (match["sex"], *filter(None, _CLAUSES.split(match["rest"]))):
        if _OTHERS.match(clause):
            break
        found |= _said(clause, [field for field in own if field.key not in found], today)
    return found


def _is_put_forward(match: re.Match[str]) -> bool:
    """我是某某公司的刘洋 says who writes, and puts him forward only where he offers himself."""
    own = match["own"]
    return not own or (not is_post(own) and _OFFERS_HIMSELF.search(match.string) is not None)


def _put_forward(match: re.Match[str], named: Field, campaign: Campaign, today: date) -> Iterator[Mapping[str, Said]]:
    """One who is named without his sex: only what cannot be said of another counts."""
    text = match.string
    more = _more(text, match.end())
    found = {named.key: Said(match["own"] or match["name"])}
    if match["own"]:
        found |= _self(campaign) | _posts(f"现任{match['post']}", campaign)
    elif match["relation"] and campaign.self_nomination:
        found[campaign.self_nomination.field] = Said(match["relation"])
    yield _strictly(more, campaign, today) | _posts(more, campaign) | found


def _more(text: str, start: int) -> str:
    """What the letter goes on to say of him."""
    rest = text[start : start + LONGEST_TOLD]
    end = _OTHERS.search(rest)
    return rest[: end.start()] if end else rest


def _self(campaign: Campaign) -> dict[str, Said]:
    rule = campaign.self_nomination
    return {rule.field: Said(rule.values[0])} if rule and rule.values else {}


def _posts(text: str, campaign: Campaign) -> dict[str, Said]:
    """现任某某公司总工程师，高级工程师."""
    told: dict[str, str] = {}
    works = _WORKS_AS.search(text)
    named = [
        post for one in _PLAIN.split(text) if _NOW.match(one) and (post := post_in(one)) and post.unit and post.post
    ]
    if post := post_in(_OWN_UNIT.sub("", works["post"])) if works else named[0] if len(named) == 1 else None:
        told = {UNIT: post.unit, POST: post.post, TITLE: post.title}
    titles = {word for clause in re.split(r"[，,、；;\s（）()。]+", text) if is_title(word := _TITLED.sub("", clause))}
    if len(titles) == 1 and not told.get(TITLE):
        told[TITLE] = titles.pop()
    exact = labels_of(campaign).exact
    return {exact[word][0]: Said(part) for word, part in told.items() if part and word in exact}


def _strictly(text: str, campaign: Campaign, today: date) -> dict[str, Said]:
    """What later sentences say of him, where their words leave no doubt: 1980年5月出生, 手机138…, no date or number alone."""
    about = campaign.fields[0].about
    found: dict[str, Said] = {}
    for clause in filter(None, re.split(r"[，,、；;\s（）()。]+", text)):
        born, number, sex = _BORN.fullmatch(clause), _NUMBER.match(clause), re.fullmatch("性别[:：]?([男女])", clause)
        for field in campaign.fields:
            certain = {
                FieldType.MONTH: born is not None and (born["born"] or clause != born["month"]),
                FieldType.PHONE: number is not None,
                FieldType.CHOICE: sex is not None or clause not in "男女",
                FieldType.NUMBER: True,
            }
            if field.about == about and field.key not in found and certain.get(field.type):
                found |= _said(sex[1] if sex else clause, [field], today)
    return found


def _sets_off_any_name(introduced: re.Match[str]) -> bool:
    """晏思同志，男，1984年11月出生: an uncommon surname that can be nothing else."""
    before = introduced.string[: introduced.start("name")].rpartition("\n")[2]
    return bool(
        (introduced["polite"] or _NUMBERED.fullmatch(before) or "·" in introduced["name"])
        and (len(introduced["name"]) < 4 or "·" in introduced["name"])
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
