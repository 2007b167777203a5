"""A nominee's values made whole: what the subject and a self-nomination add, and what is still missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from intake.draft import SUBJECT, Draft, FieldValue, Said, draft_of
from intake.nominees import ALIKE_FROM, likeness
from intake.subject import SubjectLine
from intake.values.values import Problem
from rules.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Submission:
    """What one form, or one mail's text, says about one nominee. `fields` holds only what was read, by KEY."""

    source: str
    fields: Mapping[str, FieldValue]
    missing: tuple[str, ...]  # required KEYs without a usable value, in the form's order
    problems: tuple[Problem, ...]


def submission_of(draft: Draft, subject: SubjectLine, campaign: Campaign, today: date) -> Submission:
    """A draft with what the subject and a self-nomination add, and what is still missing."""
    draft = _with_self_nomination(_with_subject(draft, subject, campaign, today), campaign)
    missing = tuple(f.key for f in campaign.fields if f.required and f.key not in draft.fields)
    return Submission(draft.source, draft.fields, missing, draft.problems)


def _with_subject(draft: Draft, subject: SubjectLine, campaign: Campaign, today: date) -> Draft:
    """The subject's recommender and contact, where the form leaves them blank (a wrong number is not blank, but for one made
    out in a picture), or where what could hardly be made out is nearly the same: then the typed one is right."""
    grammar = campaign.subject
    said = ((grammar.recommender_field, subject.recommender), (grammar.contact_field, subject.contact))
    raw = {
        key: Said(text)
        for key, text in said
        if key and text and (key not in draft.stated or _misread(key, draft) or _nearly(text, draft.fields.get(key)))
    }
    if grammar.recommender_field in raw and (
        subject.recommender in _self_words(campaign) or _names_nominee(draft, subject, campaign)
    ):
        del raw[grammar.recommender_field]
    if not raw:
        return draft
    added = draft_of(raw, SUBJECT, campaign, today)
    is_number = len(re.sub(r"\D", "", subject.contact or "")) > 6  # no address, no 微信号
    problems = added.problems if is_number else ()
    left = [p for p in draft.problems if not (p.field in added.fields and p.field not in draft.fields)]
    return replace(draft, fields={**draft.fields, **added.fields}, problems=(*left, *problems))


def _names_nominee(draft: Draft, subject: SubjectLine, campaign: Campaign) -> bool:
    """渝工故事线索——李明 says whom the mail is about. With a number behind it, it says who sends it."""
    name = draft.fields.get(campaign.fields[0].key)
    return name is not None and name.value == subject.recommender and subject.contact is None


def _misread(key: str, draft: Draft) -> bool:
    """What was read from a picture made no value."""
    return draft.recognised and key in draft.stated and key not in draft.fields


def _nearly(text: str, found: FieldValue | None) -> bool:
    if found is None or not found.doubtful:
        return False
    return likeness(text, found.value) >= ALIKE_FROM


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
