"""Of whom somebody speaks, clause by clause, and what that says: 他的电话是139…，我的是138…，我和他是同事."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from intake.chinese.characters import HAN
from intake.forms.sayings import CLAUSE, OURS, Saying, number_in, said_in
from intake.values.names import PERSON
from intake.values.relations import RELATION
from rules.campaign import Campaign, FieldType

SENTENCES = re.compile(r"[^。！!？?\n]+")
HIS, WRITERS = "his", "writer's"

_ASIDE = "(?:也|还|请|可以?|随时|直接|联系|致电|拨?打|核实|或者?){0,6}"
_OF_WRITER = re.compile(rf"{_ASIDE}(?:{OURS}|我|本人)(?!们|[现特拟愿想要向]|推荐|的?{RELATION})")
_OF_ANOTHER = re.compile("推荐人|推荐单位|联系人|经办人|填报人")
_OF_HIM = re.compile(
    f"{_ASIDE}(?:他|她|其|该同志|被推荐人|{PERSON}(?:同志|本人)|我们?的?{RELATION}|{RELATION}的?(?:联系)?(?:电话|手机|方式))"
)
_RELATED = re.compile(
    rf"(?:我|本人)?(?:系|是|为)(?:他|她|其|该同志|被推荐人)的?(?P<own>{RELATION})"
    rf"|(?:我们|(?:我|本人)?[和与跟同][{HAN}·]{{1,6}}?)(?:是|系|为)(?P<mutual>{RELATION})(?:关系)?"
)


_RECOMMENDS = re.compile(rf"推荐人(?:是|为|叫)?(?P<name>{PERSON})")
_RELATION = re.compile(rf"(?:系|为|是)?(?:与?被推荐人|[他她其])?的?(?P<is>{RELATION})(?:关系)?")  # of 李四（同事）


@dataclass(frozen=True, slots=True)
class Named:
    """Where a text names whom it is about, and who writes it."""

    name: str = ""
    his: Mapping[int, int] = field(default_factory=dict)  # where the clauses begin that name him, and the names end
    writers: Collection[int] = ()
    himself: bool = False  # who writes is whom it is about


@dataclass(frozen=True, slots=True)
class Clause:
    words: str  # without his name: 李明是某某公司的总工程师
    whose: str = ""  # HIS, WRITERS, or "" where it is not said


def clauses(text: str, sentence: re.Match[str], named: Named) -> Iterator[Clause]:
    whose = ""
    for clause in CLAUSE.finditer(text, *sentence.span()):
        words, place = clause[0], range(*clause.span())
        if any(one in place for one in named.his) or _calls(words, named.name) or _OF_HIM.match(words):
            whose = HIS
        elif any(one in place for one in named.writers) or of_another(words) or _OF_WRITER.match(words):
            whose = WRITERS
        said = words[max(named.his.get(clause.start(), 0) - clause.start(), 0) :]
        yield Clause(
            said.removeprefix(named.name),
            HIS if named.himself and not of_another(words) else whose,
        )


def of_another(words: str) -> bool:
    return _OF_ANOTHER.match(words) is not None


def told(clause: Clause, keys: Keys, campaign: Campaign, today: date, *, alone: bool) -> Iterator[Saying]:
    """What the clause says. `alone`: a number without any word for it is one."""
    if number := number_in(clause.words, alone=alone or bool(clause.whose)):
        yield Saying(keys.contact if clause.whose == WRITERS else keys.number, number)
    elif recommends := _RECOMMENDS.fullmatch(clause.words):
        yield Saying(keys.recommender, recommends["name"])
    elif related := _RELATED.search(clause.words):
        yield Saying(keys.relation, related["own"] or related["mutual"])
    elif clause.whose == WRITERS and (related := _RELATION.fullmatch(clause.words)):
        yield Saying(keys.relation, related["is"])
    elif clause.whose != WRITERS:
        yield from said_in(clause.words, campaign, today)


def _calls(words: str, name: str) -> bool:
    """王建国, 王工, 王师傅."""
    return bool(name) and words.startswith((name, *(f"{name[0]}{title}" for title in ("工", "总", "师傅", "老师"))))


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
