"""Whom a letter without a form puts forward, and what it plainly says of him: 王建国，男，汉族，1975年8月出生，现任某某公司总工程师。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

from intake.chinese.characters import HAN, even
from intake.draft import Said
from intake.forms.labels import POST, TITLE, UNIT, labels_of
from intake.forms.mentions import Mention, mentions
from intake.forms.sayings import CLAUSE, Saying
from intake.forms.speech import SENTENCES, WRITERS, Clause, Named, clauses, keys_of, of_another, told
from intake.forms.tale import tale
from intake.values.phones import phones_in
from intake.values.posts import is_post, is_unit
from rules.campaign import Campaign, FieldType

LONGEST_TEXT = 20_000
MOST_NAMED = 50  # people and places where they are named
ANY = "工程师"  # anybody here is one: a title where no other is told
LONGEST_TOLD = 400  # characters that go on about the one who was introduced

_OFFERS_HIMSELF = re.compile("(?<![/、或和])(?:自荐|自我推荐|推荐(?:我)?自己)(?![/、或和者]|他荐)")
_ABOUT = re.compile("(?<=简介|情况|简历|如下)[:：]")
#: What follows is of somebody else, or the story.
_OTHERS = re.compile(rf"推荐人|推荐单位|联系人|经办人|填报人|\n\s*\n|\n\s*[{HAN}（）()]{{2,12}}[:：]")

#: 推荐我公司总工程师李明, 我院现推荐李明; 我局推荐某某公司李明 is of another.
_OF_OURS = re.compile(
    r"(?:[推举]荐|报送|任|兹有)(?:我们?|本)(?P<ours>单位|公司|集团|[院厂校所])(?!推荐|报送)"
    r"|(?:我|本)(?P<we>单位|公司|[院厂])[^，,。；;\n]{0,8}推荐(?![^，,。；;\n]{2,20}(?:公司|集团|[院厂校所](?!长)))"
)
#: 我单位拟推荐…, signed by it: the recommender, wherever he works who is put forward.
_WE_RECOMMEND = re.compile("(?:我们?|本)(?:单位|公司|集团|中心|[院厂局校所会])[^，,。；;\n]{0,8}(?:[推举]荐|报送)")
_SIGNED = re.compile(
    r"(?m)^[^\S\n]*(?:推荐单位[:：][^\S\n]*(?P<labelled>[^\s，,（(。；;\d]{4,40})|(?P<signed>[^\s，,（(。；;:：]{4,40})(?:[^\S\n][^，,。；;\n]*)?$)"
)


def biographies(text: str, campaign: Campaign, today: date) -> Iterator[Mapping[str, Said]]:
    """One who is put forward with all that the letter says of him; of several each with what his sentence says."""
    named = next((field for field in campaign.fields if field.type is FieldType.NAME), None)
    if named is None:
        return
    written = even(text[:LONGEST_TEXT])
    text = _closed_up(_ABOUT.sub("，", written))
    people = list(islice(mentions(text), MOST_NAMED))
    names = _put_forward(people, text) or _told_of(people, text, campaign, today)
    for name in names:
        about = [one for one in people if one.name == name]
        said = (
            _sentence(text, about[0], campaign, today)
            if len(names) > 1
            else _letter(text, about, people, campaign, today)
        )
        if len(names) == 1:
            said = {**tale(written, name, campaign, today), **said}
        yield {named.key: Said(name), **{key: Said(value) for key, value in said.items()}}


def _put_forward(people: Sequence[Mention], text: str) -> Sequence[str]:
    """Whose sex is told; else the one who is recommended; else the writer, where he offers himself. 推荐李明，也推荐王芳: whom?"""
    others = [one for one in people if not one.himself]
    own = [
        one for one in people if one.himself and not is_post(one.name) and (one.sexed or _OFFERS_HIMSELF.search(text))
    ]
    if sexed := list(dict.fromkeys(one.name for one in others if one.sexed)):
        return sexed
    friends = [one for one in others if one.relation]  # 我的师傅李明是总工
    for candidates in ([one for one in others if one.put_forward], own, friends):
        if names := list(dict.fromkeys(one.name for one in candidates)):
            return names if len(names) == 1 else ()
    return ()


def _told_of(people: Sequence[Mention], text: str, campaign: Campaign, today: date) -> Sequence[str]:
    """李明，1980年5月生，某某公司总工程师: of the only one whose life is told where he is named.

    Behind a 他 somebody else was spoken of: 他的徒弟李明，1990年5月生.
    """
    life = (FieldType.MONTH, FieldType.NUMBER, FieldType.CHOICE)
    names = list[str]()
    for one in (one for one in people if not one.himself and not re.search("[他她]", text[: one.start])):
        keys = {saying.key for saying in _sayings(text, one, campaign, today) if saying.key and saying.sure}
        if len(keys) > 1 and any(campaign.field(key).type in life for key in keys):
            names.append(one.name)
    return names[:1] if len(set(names)) == 1 else ()


def _letter(
    text: str, about: Sequence[Mention], people: Sequence[Mention], campaign: Campaign, today: date
) -> Mapping[str, str]:
    """All that is said of him near the places where he is named, and numbers by whose they are, wherever they stand."""
    himself = any(one.himself for one in about) or _OFFERS_HIMSELF.search(text) is not None
    writers = {one.start: one.name for one in people if one.himself and one not in about}
    keys, places = keys_of(campaign), {one.start: one.end for one in about}
    named = Named(about[0].name, places, frozenset(writers), himself, about[0].relation)
    said = [
        *_introduced(about, campaign, himself=himself),
        *(Saying(keys.recommender, writer) for writer in writers.values()),
    ]
    if _WE_RECOMMEND.search(text) and len(signed := list(_signed(text))) == 1:
        said.append(Saying(keys.recommender, signed[0], sure=False))
    posts = [one.post for one in people if one.himself and one.post]
    if UNIT in labels_of(campaign).exact and (unit := _own_unit(text, [post.unit for post in posts if post.unit])):
        said.append(Saying(labels_of(campaign).exact[UNIT][0], unit, sure=False))
    before = False
    for sentence in SENTENCES.finditer(text):
        here = any(sentence.start() <= start < sentence.end() for start in named.his)
        known, before = here or before, here  # here, and in the next sentence, what is said is of him
        near = _is_near(sentence, about, text)
        for clause in clauses(text, sentence, named):
            for one in told(clause, keys, campaign, today, alone=known):
                if (near or (clause.whose and one.key in keys.of_both)) and (one.sure or known):
                    said.append(one)
                    known = known or clause.whose != WRITERS
    return _settled(said)


def _sentence(text: str, one: Mention, campaign: Campaign, today: date) -> Mapping[str, str]:
    """What a list says of one of several people: in the sentence that names him."""
    return _settled([*_introduced([one], campaign, himself=False), *_sayings(text, one, campaign, today)])


def _sayings(text: str, one: Mention, campaign: Campaign, today: date) -> Iterator[Saying]:
    end = end.start() if (end := re.compile(r"[。\n]").search(text, one.end)) else len(text)
    for clause in CLAUSE.finditer(text, one.end, end):
        if of_another(clause[0]) or clause.end() > one.end + LONGEST_TOLD:
            return
        yield from told(Clause(clause[0]), keys_of(campaign), campaign, today, alone=True)


def _introduced(about: Sequence[Mention], campaign: Campaign, *, himself: bool) -> Iterator[Saying]:
    """What stands before his name: 我推荐我的师父李明, 某某公司总工程师李明."""
    relation, exact = keys_of(campaign).relation, labels_of(campaign).exact
    if himself and campaign.self_nomination:
        yield Saying(relation, campaign.self_nomination.values[0])
    for one in about:
        if one.relation and not himself:
            yield Saying(relation, one.relation)
        parts = ((UNIT, one.post.unit), (POST, one.post.post), (TITLE, one.post.title)) if one.post else ()
        yield from (Saying(exact[word][0], text, text != ANY) for word, text in parts if text and word in exact)


def _is_near(sentence: re.Match[str], about: Sequence[Mention], text: str) -> bool:
    """Whether the sentence may go on about him."""
    before = [one.end for one in about if one.start < sentence.end()]
    return any(
        sentence.start() < end + LONGEST_TOLD and not _OTHERS.search(text, end, max(end, sentence.end()))
        for end in before
    )


def _settled(said: Iterable[Saying]) -> Mapping[str, str]:
    """By key, the first that is sure; else what all say. 先后任工程师、高级工程师 says neither."""
    found: dict[str, str] = {}
    said = [one for one in said if one.key]
    for key in dict.fromkeys(one.key for one in said):
        sure, any_ = ([one.text for one in said if one.key == key and one.sure >= least] for least in (True, False))
        any_ = [text for text in any_ if text != ANY] or any_
        if sure or len(set(any_)) == 1:
            found[key] = _most_exact((sure or any_)[0], any_)
    return found


def _most_exact(told: str, texts: Sequence[str]) -> str:
    """工程师李明, and below 高级工程师; 7年 is no part of 17年."""
    longer = [text for text in texts if text.endswith(told) and not re.search(r"\d", text)]
    return max(longer, key=len, default=told)


def _own_unit(text: str, writers: Sequence[str]) -> str:
    """推荐我公司技术中心主任李明, signed by one company or written by one of its people: his employer."""
    ours = _OF_OURS.search(text)
    units = [*{*writers, *_signed(text)}] if ours else []
    noun = ours[ours.lastgroup or 0].replace("单位", "") if ours else ""
    return units[0] if len(units) == 1 and units[0].endswith(noun) and not units[0].endswith("会") else ""


def _signed(text: str) -> set[str]:
    """The units by which a letter is signed."""
    return set(filter(is_unit, (one["labelled"] or one["signed"] for one in _SIGNED.finditer(text))))


def _closed_up(text: str) -> str:
    """138 0000 1234 is one word."""
    for phone in reversed(phones_in(text)):
        text = f"{text[: phone.start]}{phone.number}{text[phone.end :]}"
    return text
