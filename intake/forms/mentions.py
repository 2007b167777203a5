"""Who is named in a letter, and as what: 我推荐我的师父李明, 某某公司总工程师李明, 我叫李明."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from intake.chinese.characters import HAN
from intake.forms.sayings import CLAUSE, OURS
from intake.values.names import PERSON
from intake.values.posts import Post, is_post, may_be_unit, post_in, within
from intake.values.relations import RELATION

LONGEST = 80  # characters of a clause that names somebody

_DOTTED = rf"(?:(?![的我是叫])[{HAN}]){{2,6}}·[{HAN}]{{2,8}}"
_RARE = rf"(?![各该此其我本他她人了的一位名])[{HAN}]{{2,3}}"  # 晏思, without one of the common surnames
_POLITE = "同志|先生|女士|老师|师傅"
_NAMED = re.compile(
    rf"(?!单位|谢谢|(?<=师)傅|(?<=工)程|[{HAN}]族$)(?P<name>{_DOTTED}|{PERSON}|(?P<rare>(?!{_POLITE}|推荐|被推荐|性别){_RARE}))(?P<polite>{_POLITE})?"
    r"(?:作?为.*|参[加评选].*|(?:的?个人)?(?:的?简介|的?基本情况)[:：]?|的(?:先进)?(?:故事|事迹|事)[:：]?|[是系].+)?"
)
_PARTS = re.compile(CLAUSE.pattern.replace("[^", "[^、", 1))
_HIMSELF = re.compile(r"我叫|我是|我的名字[是叫]|本人|我$")
_CALLED = re.compile(r"(?:.{0,10}有一?[个位名]人?)?(?:他|她|此人)?名?字?叫$")
_I_AM = re.compile(r"(?:我|本人)是[^。！!？?\n]*$")
_PUTS_FORWARD = re.compile(r".*(?:推荐(?!人|单位|表)|举荐|讲讲|讲述|说说|聊聊|介绍)(?:的.{0,8}?[是叫])?")
_NUMBER = r"[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[.、．)）]"
_NUMBERED = re.compile(rf"(?:{_NUMBER})?")
_HEADED = re.compile(
    rf"(?:{_NUMBER}|被推荐人|推荐对象|推荐人选|{OURS}的?|我们?的?|身边的?|[甲乙]方的?|现?有?一?[位名个]|(?:优秀|杰出|普通|年轻)的?|[:：—－-])*"
)
_WHOSE = re.compile("^[他她其]的?")  # 我是他的同事李明
_RELATION = re.compile(f"(?:(?:{RELATION})[:：—－-]*)?")
_SEX_BEHIND = re.compile(rf"[，,、；;\s（(]+[男女]性?(?![{HAN}])")
_SAID_OF_HIM = re.compile(rf"\d{{4}}\s*[年.]\s*\d{{1,2}}|[{HAN}]族|党员|群众|\d岁")


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody who is named at a clause's end, where all that stands before his name is understood."""

    name: str
    start: int  # of the clause
    end: int
    sexed: bool = False  # his sex follows at once: nobody writes so of two people
    put_forward: bool = False
    himself: bool = False  # he who writes
    relation: str = ""  # to the one who writes
    post: Post | None = None


def mentions(text: str) -> Iterator[Mention]:
    return filter(None, (_mention(part, text) for part in _PARTS.finditer(text)))


def _mention(clause: re.Match[str], text: str) -> Mention | None:
    """The first reading of the clause as words that are understood, and a name."""
    words, behind = clause[0], text[clause.end() : clause.end() + LONGEST]
    places = range(len(words) - 1 if len(words) <= LONGEST else 0)
    for at in reversed(places) if "·" in words else places:  # 总工程师尼玛·扎西
        named = _NAMED.fullmatch(words, at)
        if named is None or is_post(named["name"]) or (named["rare"] and not _sets_off_any_name(named, behind)):
            continue
        if lead := _understood(words[:at], text[max(clause.start() - LONGEST, 0) : clause.start()]):
            end = clause.start() + named.end("name")
            sexed = _SEX_BEHIND.match(behind) is not None
            return replace(lead, name=named["name"], start=clause.start(), end=end, sexed=sexed)
    return None


def _understood(lead: str, earlier: str) -> Mention | None:
    """What the words before a name make of him; None for 他的徒弟."""
    if _CALLED.fullmatch(lead):  # 我是某某公司的工程师，名叫李明. 推荐一个人，叫李明
        own = _I_AM.search(earlier) is not None
        return Mention("", 0, 0, put_forward=not own, himself=own)
    himself, puts = _HIMSELF.match(lead), _PUTS_FORWARD.match(lead)
    rest = lead[said.end() :] if (said := puts or himself) else lead
    rest = _WHOSE.sub("", rest) if himself else rest
    headed = rest != (rest := _without(_HEADED, rest))
    relation = _RELATION.match(rest) if said or headed else None
    rest = _without(_HEADED, rest[relation.end() :]) if relation else rest
    # 我是一名干了三十年的老工程师李明, 我们公司有位老工程师叫李明
    described = himself is not None or rest.endswith("叫")
    rest = rest.rstrip("—－-:：").removesuffix("叫").removesuffix("名").removesuffix("的")
    post = post_in(rest) if rest and not lead.endswith("叫") else None
    if rest and post is None and not (described and (is_post(rest.rpartition("的")[2]) or may_be_unit(rest))):
        return None
    told = relation[0].strip(":：—－-") if relation else ""
    post = within(post) if post else None
    return Mention("", 0, 0, False, puts is not None, himself is not None and puts is None, told, post)


def _without(start: re.Pattern[str], text: str) -> str:
    match = start.match(text)
    return text[match.end() :] if match else text


def _sets_off_any_name(named: re.Match[str], behind: str) -> bool:
    """晏思同志，男，1984年11月出生: an uncommon surname that can be nothing else."""
    puts = _PUTS_FORWARD.match(named.string[: named.start()])
    set_off = named["polite"] or re.search("[—:：]$", named.string[: named.start()])
    if set_off and puts and not re.match(RELATION, named["name"]):
        return True  # 推荐我院副总工程师薄云峰同志, 推荐一位工程师——薄云峰
    alone = named["polite"] or _NUMBERED.fullmatch(named.string[: named.start()])
    if re.fullmatch(r"[我他她名]叫", named.string[: named.start()]) and not re.match(RELATION, named["name"]):
        return True
    return bool(alone and _SEX_BEHIND.match(behind) and _SAID_OF_HIM.search(re.split("[。\n]", behind)[0]))
