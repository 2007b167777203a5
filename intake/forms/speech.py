"""Of whom somebody speaks, clause by clause, and what that says: 他的电话是139…，我的是138…，我和他是同事."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from intake.chinese.characters import HAN
from intake.forms.sayings import CLAUSE, OURS, Saying, number_in, said_in
from intake.values.names import PERSON
from intake.values.posts import post_in
from intake.values.relations import RELATION
from rules.campaign import Campaign, FieldType

SENTENCES = re.compile(r"[^。！!？?\n]+")
HIS, WRITERS = "his", "writer's"

_ASIDE = "(?:也|还|请|可以?|随时|直接|联系|致电|拨?打|核实|或者?){0,6}"
_OF_WRITER = re.compile(rf"{_ASIDE}(?:{OURS}|我|本人)(?!们|[现特拟愿想要向]|推荐|的?{RELATION})")
_OUR = re.compile(f"(?:{OURS})的?(?P<rest>.{{2,}})")
_OF_ANOTHER = re.compile("推荐人|推荐单位|联系人|经办人|填报人")
_OF_HIM = re.compile(
    f"{_ASIDE}(?:他|她|其|该同志|被推荐人|{PERSON}(?:同志|本人)|我们?的?{RELATION}|{RELATION}的?(?:联系)?(?:电话|手机|方式))"
)
_RELATED = re.compile(
    rf"(?:我|本人)?(?:系|是|为)[和与跟]?(?:他|她|其|该同志|被推荐人)的?(?:同一?个?[{HAN}]{{1,4}}的)?(?P<own>{RELATION})"
    rf"|(?:我们|(?:我|本人)?[和与跟同][{HAN}·]{{1,6}}?)(?:是|系|为)(?P<mutual>{RELATION})(?:关系)?"
    rf"|^(?:他|她|其|该同志)(?:是|系|为)(?:我|本人)的?(?P<his>{RELATION})$"
)


_RECOMMENDS = re.compile(rf"推荐人(?:是|为|叫)?(?P<name>{PERSON})")
_RELATION = re.compile(rf"(?:系|为|是)?(?:与?被推荐人|[他她其])?的?(?P<is>{RELATION})(?:关系)?")  # of 李四（同事）


_NOBODY = re.compile("(?!)")
_POLITE = re.compile("^(?:同志|先生|女士|老师|师傅)")


@dataclass(frozen=True, slots=True)
class Named:
    """Where a text names whom it is about, and who writes it."""

    name: str = ""
    his: Mapping[int, int] = field(default_factory=dict)  # where the clauses begin that name him, and the names end
    writers: Collection[int] = ()
    himself: bool = False  # who writes is whom it is about
    relation: str = ""  # as which he was introduced: 我的师父

    @property
    def called(self) -> re.Pattern[str]:
        """王建国, 王工, 老王, and 师父 of one who was introduced as that."""
        return _called(self.name, "" if self.himself else self.relation)


@lru_cache(maxsize=64)
def _called(name: str, relation: str) -> re.Pattern[str]:
    if not name:
        return _NOBODY
    ways = [name, f"[老小]{name[0]}(?!师)", f"{name[0]}(?:[工总队]|师傅|老师|经理|主任|教授|[部院处科厂局所校站队]长)"]
    ways += [f"(?:我的?|{name[0]})?{relation}(?=[\\d生今现是在])"] if relation else []
    return re.compile(rf"(?:(?:联系)?(?:电话|方式|手机)[:：])?(?:{'|'.join(ways)})")


@dataclass(frozen=True, slots=True)
class Clause:
    words: str  # without his name: 李明是某某公司的总工程师
    whose: str = ""  # HIS, WRITERS, or "" where it is not said


def clauses(text: str, sentence: re.Match[str], named: Named) -> Iterator[Clause]:
    whose = ""
    for clause in CLAUSE.finditer(text, *sentence.span()):
        words, place = clause[0], range(*clause.span())
        called = named.called.match(words)
        if any(one in place for one in named.his) or called or _OF_HIM.match(words):
            whose = HIS
        elif any(one in place for one in named.writers) or of_another(words) or _is_of_writer(words):
            whose = WRITERS
        end = max(named.his.get(clause.start(), 0) - clause.start(), called.end() if called else 0)
        yield Clause(
            _POLITE.sub("", words[end:], count=1) if end else words,
            HIS if named.himself and not of_another(words) else whose,
        )


def _is_of_writer(words: str) -> bool:
    """我的电话, 我公司地址; 我公司总工程师 is said of him."""
    post = post_in(ours["rest"]) if (ours := _OUR.match(words)) else None
    of_him = post is not None and not re.search("联系|经办", words) and (post.post or post.title)
    return _OF_WRITER.match(words) is not None and not of_him


def of_another(words: str) -> bool:
    return _OF_ANOTHER.match(words) is not None


def told(clause: Clause, keys: Keys, campaign: Campaign, today: date, *, alone: bool) -> Iterator[Saying]:
    """What the clause says. `alone`: a number without any word for it is one."""
    if number := number_in(clause.words, alone=alone or bool(clause.whose)):
        yield Saying(keys.contact if clause.whose == WRITERS else keys.number, number)
    elif recommends := _RECOMMENDS.fullmatch(clause.words):
        yield Saying(keys.recommender, recommends["name"])
    elif related := _RELATED.search(clause.words):
        yield Saying(keys.relation, related["own"] or related["mutual"] or related["his"])
    elif clause.whose == WRITERS and (related := _RELATION.fullmatch(clause.words)):
        yield Saying(keys.relation, related["is"])
    elif clause.whose != WRITERS:
        yield from said_in(clause.words, campaign, today)


@dataclass(frozen=True, slots=True)
class Keys:
    """What the campaign calls what is said beside the nominee's own life. "" for what it does not ask for."""

    number: str  # the nominee's
    recommender: str
    contact: str
    relation: str

    @property
    def of_both(self) -> Container[str]:
        return (self.number, self.recommender, self.contact, self.relation)


def keys_of(campaign: Campaign) -> Keys:
    first, subject, rule = campaign.fields[0], campaign.subject, campaign.self_nomination
    numbers = (field.key for field in campaign.fields if field.type is FieldType.PHONE and field.about == first.about)
    relation = rule.field if rule else ""
    return Keys(next(numbers, ""), subject.recommender_field or "", subject.contact_field or "", relation)
