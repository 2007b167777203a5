"""What the forms of one mail say about each nominee: values with their sources, one Submission a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import SequenceMatcher
from typing import Protocol

from intake.chinese.characters import even, one_line
from intake.subject import SubjectLine
from intake.values.phones import phone_behind
from intake.values.values import Problem, Value, read_value
from rules.campaign import Campaign, Field, FieldType

SUBJECT = "subject"
BODY = "正文"
#: A value recognised from a picture with less confidence may well be wrong: staff see it marked, the sender is asked.
DOUBTFUL_BELOW = 0.8
#: Two readings differ for certain from here on; below, it may be the recogniser that differs.
CERTAIN_FROM = 0.95
#: Long texts with that share of letters in common are one text, recognised with a few errors.
ALIKE_FROM = 0.7


@dataclass(frozen=True, slots=True)
class FieldValue:
    value: str | int
    raw: str
    source: str  # 征集表.docx, 正文, subject: where a person can find it
    confidence: float = 1.0

    @property
    def recognised(self) -> bool:
        """Made out in a picture."""
        return self.confidence < 1

    @property
    def doubtful(self) -> bool:
        return self.confidence < DOUBTFUL_BELOW


@dataclass(frozen=True, slots=True)
class Submission:
    """What one form, or one mail's text, says about one nominee. `fields` holds only what was read, by KEY."""

    source: str
    fields: Mapping[str, FieldValue]
    missing: tuple[str, ...]  # required KEYs without a usable value, in the form's order
    problems: tuple[Problem, ...]


class Raw(Protocol):
    """A field's text as a form has it (`intake.forms.forms.RawField`)."""

    @property
    def text(self) -> str: ...
    @property
    def confidence(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """One form's values, before the mail's other forms and its subject are looked at."""

    source: str
    fields: Mapping[str, FieldValue]
    problems: tuple[Problem, ...] = ()
    stated: frozenset[str] = field(default_factory=frozenset)  # keys in which something stands, readable or not
    recognised: bool = False  # read from a picture: a character may be wrong


def draft_of(
    raw: Mapping[str, Raw], source: str, campaign: Campaign, today: date, *, recognised: bool = False
) -> Draft:
    """Read one form's texts as values."""
    fields: dict[str, FieldValue] = {}
    problems: list[Problem] = []
    raw = {**_number_beside_recommender(raw, campaign), **raw}
    for asked in campaign.fields:
        if asked.key not in raw:
            continue
        text, confidence = raw[asked.key].text, raw[asked.key].confidence
        read = read_value(asked, text, today)
        if isinstance(read, Value):
            fields[asked.key] = FieldValue(read.value, text, source, confidence)
            problems += read.problems
        elif read is not None:
            problems.append(read)
    stated = frozenset(fields) | {problem.field for problem in problems if problem.field}
    return Draft(source, fields, tuple(problems), stated, recognised)


def _number_beside_recommender(raw: Mapping[str, Raw], campaign: Campaign) -> Mapping[str, Raw]:
    """推荐人：李四 13900139000 fills two fields."""
    recommender, contact = campaign.subject.recommender_field, campaign.subject.contact_field
    if recommender is None or contact is None or recommender not in raw:
        return {}
    found = phone_behind(even(raw[recommender].text).strip())
    return {contact: _Said(found[1], raw[recommender].confidence)} if found else {}


def one_per_nominee(drafts: Iterable[Draft], campaign: Campaign) -> list[Draft]:
    """The same person in several forms is one: the best source wins, the others fill its blanks, contradictions are told.

    `drafts` come in order of trust: attachments first, the body last.
    """
    kept: list[Draft] = []
    for draft in drafts:
        index = next((i for i, known in enumerate(kept) if _same(known, draft, campaign)), None)
        if index is None and draft.source == BODY and not named(draft, campaign) and not _second(kept, draft, campaign):
            index = 0 if len(kept) == 1 else None
            if len(kept) > 1:
                continue  # a covering letter; whom it means cannot be told
        if index is None and not named(draft, campaign):
            index = next((i for i, known in enumerate(kept) if _continues(draft, known)), None)
        if index is None:
            kept.append(draft)
        else:
            kept[index] = _united(*_better_first(kept[index], draft), campaign)
    return kept


def _continues(draft: Draft, known: Draft) -> bool:
    """A form torn in two: what names nobody goes on with what stands before it in the file, as far as they agree."""
    if draft.source != known.source:
        return False
    return all(_alike(one, known.fields[key]) for key, one in draft.fields.items() if key in known.fields)


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
    keys = [key for key in _identity(campaign) if key in one.fields and key in other.fields]
    return one.recognised != other.recognised and any(_alike(one.fields[key], other.fields[key]) for key in keys)


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
    return SequenceMatcher(None, _letters(one.value), _letters(other.value), autojunk=False).ratio() < ALIKE_FROM


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


def submission_of(draft: Draft, subject: SubjectLine, campaign: Campaign, today: date) -> Submission:
    """A draft with what the subject and a self-nomination add, and what is still missing."""
    draft = _with_self_nomination(_with_subject(draft, subject, campaign, today), campaign)
    missing = tuple(f.key for f in campaign.fields if f.required and f.key not in draft.fields)
    return Submission(draft.source, draft.fields, missing, draft.problems)


def _with_subject(draft: Draft, subject: SubjectLine, campaign: Campaign, today: date) -> Draft:
    """The subject's recommender and contact, where the form leaves them blank (a wrong number is not blank), or where what
    could hardly be made out in a picture is nearly the same: then the typed one is right."""
    grammar = campaign.subject
    said = ((grammar.recommender_field, subject.recommender), (grammar.contact_field, subject.contact))
    raw = {
        key: _Said(text)
        for key, text in said
        if key and text and (key not in draft.stated or _nearly(text, draft.fields.get(key)))
    }
    if grammar.recommender_field in raw and subject.recommender in _self_words(campaign):
        del raw[grammar.recommender_field]
    added = draft_of(raw, SUBJECT, campaign, today)
    problems = [
        p for p in added.problems if len(re.sub(r"\D", "", subject.contact or "")) > 6
    ]  # not of an address or 微信号
    return replace(draft, fields={**draft.fields, **added.fields}, problems=(*draft.problems, *problems))


def _nearly(text: str, found: FieldValue | None) -> bool:
    if found is None or not found.doubtful:
        return False
    return SequenceMatcher(None, _letters(text), _letters(found.value), autojunk=False).ratio() >= ALIKE_FROM


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    confidence: float = 1.0


def _with_self_nomination(draft: Draft, campaign: Campaign) -> Draft:
    """Who recommends himself has said his name and number once; 本人 in their place is the same."""
    rule = campaign.self_nomination
    if rule is None or rule.field not in draft.fields:
        return draft
    words = _self_words(campaign)
    said = re.split(r"[\s（）()、/，,：:。]+", str(draft.fields[rule.field].value))
    if words.isdisjoint(_IS.sub("", word) for word in said):
        return draft
    copied = {
        to: draft.fields[origin]
        for to, origin in rule.copies.items()
        if origin in draft.fields and (to not in draft.stated | set(draft.fields) or _says_self(draft, to, words))
    }
    problems = tuple(p for p in draft.problems if p.field not in copied)
    return replace(draft, fields={**draft.fields, **copied}, problems=problems)


_IS = re.compile(r"^(?:推荐人)?(?:系|为|是|即|就是)?我?(?=.)")


def _says_self(draft: Draft, key: str, words: frozenset[str]) -> bool:
    return key in draft.fields and str(draft.fields[key].value) in words


def _self_words(campaign: Campaign) -> frozenset[str]:
    return frozenset(campaign.self_nomination.values) if campaign.self_nomination else frozenset()
