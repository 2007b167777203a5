"""Which of a mail's forms are about the same nominee, and what they say together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from difflib import SequenceMatcher
from functools import lru_cache

from intake.chinese.characters import even, one_line
from intake.draft import BODY, Draft, FieldValue
from intake.values.values import Problem
from rules.campaign import Campaign, Field, FieldType

#: Two readings differ for certain from here on; below, it may be the recogniser that differs.
CERTAIN_FROM = 0.95
#: Long texts with that share of letters in common are one text, recognised with a few errors.
ALIKE_FROM = 0.7


def one_per_nominee(drafts: Iterable[Draft], campaign: Campaign) -> list[Draft]:
    """The same person in several forms is one: the best source wins, the others fill its blanks, contradictions are told.

    `drafts` come in order of trust: attachments first, the body last.
    """
    kept: list[Draft] = []
    known = _Known(campaign)
    for draft in _each_with_common(list(drafts), campaign):
        index = next((i for i in known.like(draft) if _same(kept[i], draft, campaign)), None)
        if index is None and draft.source == BODY and not named(draft, campaign) and not _second(kept, draft, campaign):
            index = 0 if len(kept) == 1 else None
            if len(kept) > 1:
                continue  # a covering letter; whom it means cannot be told
        if index is None and not named(draft, campaign):
            index = next((i for i, other in enumerate(kept) if _continues(draft, other)), None)
        if index is None and not named(draft, campaign) and len(kept) == 1 and _is_a_page_of(draft, kept[0]):
            index = 0
        if index is None:
            index = len(kept)
            kept.append(draft)
        else:
            kept[index] = _united(*_better_first(kept[index], draft), campaign)
        known.add(index, kept[index])
    return kept


class _Known:
    """The forms so far by what two of the same nominee have in common, so that a list of thousands is not compared row
    with row: the name, a long text; and what was recognised apart from what was typed, for there is never much of it."""

    def __init__(self, campaign: Campaign) -> None:
        self._keys = [_identity(campaign)[0], *(f.key for f in campaign.fields if f.type is FieldType.LONG_TEXT)]
        self._by_text: dict[tuple[str, str], set[int]] = {}
        self._by_means: dict[bool, set[int]] = {True: set(), False: set()}

    def add(self, index: int, draft: Draft) -> None:
        self._by_means[draft.recognised].add(index)
        for text in self._texts(draft):
            self._by_text.setdefault(text, set()).add(index)

    def like(self, draft: Draft) -> list[int]:
        """All that may be of the same nominee, in their order."""
        alike = (self._by_text.get(text, set()) for text in self._texts(draft))
        return sorted(self._by_means[not draft.recognised].union(*alike))

    def _texts(self, draft: Draft) -> list[tuple[str, str]]:
        return [(key, _letters(draft.fields[key].value)) for key in self._keys if key in draft.fields]


def _each_with_common(drafts: list[Draft], campaign: Campaign) -> list[Draft]:
    """推荐单位：…, 与被推荐人关系：… said once, above or below several nominees of the same text, is said of them all."""
    own = [draft for draft in drafts if draft.source == BODY]
    theirs = campaign.field(_identity(campaign)[0]).about
    of_recommender = {f.key for f in campaign.fields if f.about != theirs}
    telling = [draft for draft in own if of_recommender & draft.stated]
    if sum(named(draft, campaign) for draft in own) < 2 or len(telling) != 1 or telling[0] not in (own[0], own[-1]):
        return drafts
    (one,) = telling
    common = {key: value for key, value in one.fields.items() if key in of_recommender}
    return [
        replace(draft, fields={**draft.fields, **common}, stated=draft.stated | set(common)) if draft in own else draft
        for draft in drafts
        if draft is not one or named(one, campaign)
    ]


def _continues(draft: Draft, known: Draft) -> bool:
    """A form torn in two: what names nobody goes on with what stands before it in the file, as far as they agree."""
    if draft.source != known.source:
        return False
    return all(_alike(one, known.fields[key]) for key, one in draft.fields.items() if key in known.fields)


def _is_a_page_of(draft: Draft, known: Draft) -> bool:
    """The last page of a form that came as a file, too, signed and photographed: it says nothing else than the file."""
    if not draft.recognised or known.recognised:
        return False
    return not any(
        _contradict(one, known.fields[key], True) for key, one in draft.fields.items() if key in known.fields
    )


def _second(kept: list[Draft], draft: Draft, campaign: Campaign) -> bool:
    """Whether a nameless text in the body is one more form there: it says most of what a form does."""
    return all(known.source == BODY for known in kept) and 2 * len(draft.stated) >= len(campaign.fields)


def named(draft: Draft, campaign: Campaign) -> bool:
    """Whether the form says whom it is about."""
    return _identity(campaign)[0] in draft.fields


def _same(one: Draft, other: Draft, campaign: Campaign) -> bool:
    """Beside a typed form, a scan is of the same person where anything that identifies one agrees."""
    if same_nominee(one, other, campaign):
        return True
    if one.recognised == other.recognised:
        return False
    keys = [key for key in _identity(campaign) if key in one.fields and key in other.fields]
    return any(_alike(one.fields[key], other.fields[key]) for key in keys)


def same_nominee(one: Draft, other: Draft, campaign: Campaign) -> bool:
    """The same name, unless all else that tells people apart differs; or the name misspelt once, and all else the same."""
    first, *others = _identity(campaign)
    if first not in one.fields or first not in other.fields:
        return False
    both = [key for key in others if key in one.fields and key in other.fields]
    agree = [_alike(one.fields[key], other.fields[key]) for key in both]
    if one.fields[first].value == other.fields[first].value:
        return not both or any(agree)
    return any(agree) and all(agree) and _misspelt(one, other, first, campaign)


def _misspelt(one: Draft, other: Draft, name: str, campaign: Campaign) -> bool:
    """张伟 here and 张玮 there, with one and the same story. A unit gives one telephone number for all its nominees."""
    names = [str(draft.fields[name].value) for draft in (one, other)]
    stories = [
        [draft.fields[f.key] for draft in (one, other) if f.key in draft.fields]
        for f in campaign.fields
        if f.type is FieldType.LONG_TEXT
    ]
    told = [pair for pair in stories if len(pair) == 2]
    differ = sum(a != b for a, b in zip(*names, strict=False)) + abs(len(names[0]) - len(names[1]))
    return differ == 1 and bool(told) and all(_alike(*pair) for pair in told)


def _identity(campaign: Campaign) -> tuple[str, ...]:
    return campaign.identity or (campaign.fields[0].key,)


def _better_first(known: Draft, new: Draft) -> tuple[Draft, Draft]:
    if known.recognised != new.recognised:
        return (new, known) if known.recognised else (known, new)
    better = (new.source != BODY or known.source == BODY) and len(new.fields) > len(known.fields)
    return (new, known) if better else (known, new)


def _united(best: Draft, other: Draft, campaign: Campaign) -> Draft:
    recognised = best.recognised or other.recognised
    blanks = {key for key in other.stated if key not in best.fields}
    contradictions = [
        _contradiction(campaign.field(key), best.fields[key], other.fields[key])
        for key in (f.key for f in campaign.fields)
        if key in best.fields
        and key in other.fields
        and _contradict(best.fields[key], other.fields[key], recognised)
        and not (campaign.field(key).type is FieldType.TEXT and _abbreviated(best.fields[key], other.fields[key]))
    ]
    filled = {key: value for key, value in other.fields.items() if key in blanks}
    problems = [p for p in best.problems if p.field not in filled]
    problems += [p for p in other.problems if p.field in blanks and p not in problems]
    scan_says_more = other.recognised and not best.recognised and len(other.fields) > len(best.fields)
    return Draft(
        source=other.source if scan_says_more else best.source,
        fields={**best.fields, **filled},
        problems=(*problems, *contradictions),
        stated=best.stated | other.stated,
        recognised=best.recognised and other.recognised,
    )


def _contradict(one: FieldValue, other: FieldValue, recognised: bool) -> bool:
    """Whether two readings say different things. A recognised one that is nearly the same is the same."""
    if _alike(one, other):
        return False
    if not recognised:
        return True
    if min(one.confidence, other.confidence) < CERTAIN_FROM:
        return False
    if re.fullmatch(r"[\d-]+", str(one.value)):  # one wrong digit is another number
        return True
    return likeness(one.value, other.value) < ALIKE_FROM


_PLACE = re.compile(r"^(?:中国|重庆市?)")


def _abbreviated(one: FieldValue, other: FieldValue) -> bool:
    """高工, 川仪股份: in a letter people say shortly what their form says in full."""
    if BODY not in (one.source, other.source):
        return False
    few, many = sorted((_PLACE.sub("", _letters(value.value)) for value in (one, other)), key=len)
    rest = iter(many)
    return len(few) > 1 and few[0] == many[0] and all(letter in rest for letter in few)


def _alike(one: FieldValue, other: FieldValue) -> bool:
    return _letters(one.value) == _letters(other.value)


def likeness(one: str | int, other: str | int) -> float:
    """The share of letters in common, 0 to 1."""
    return SequenceMatcher(None, _letters(one), _letters(other), autojunk=False).ratio()


@lru_cache(maxsize=4096)
def _letters(value: str | int) -> str:
    return re.sub(r"[\W_]", "", even(str(value))).casefold()


def _contradiction(asked: Field, one: FieldValue, other: FieldValue) -> Problem:
    first, second = _titled(one.source), _titled(other.source)
    if asked.type is FieldType.LONG_TEXT:
        told = f"在{first}和{second}中不一样"
    else:
        told = f"在{first}中写作“{short(one.value)}”，在{second}中写作“{short(other.value)}”"
    return Problem(asked.key, "conflicting_values", f"「{asked.label}」{told}，暂以{first}为准，请确认。")


def _titled(source: str) -> str:
    """A file's name set off from the sentence: 《表.docx》."""
    return source if source == BODY else f"《{source}》"


def short(value: str | int) -> str:
    text = one_line(str(value))
    return text if len(text) <= 30 else text[:30] + "…"
