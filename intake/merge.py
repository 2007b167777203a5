"""What a further mail adds to a case on file. Nothing is overwritten: what contradicts is kept aside for staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from intake.draft import FieldValue
from intake.nomination import Submission
from rules.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Merged:
    """The case's fields afterwards, and what of the mail went where."""

    fields: Mapping[str, FieldValue]
    added: Mapping[str, FieldValue]  # new, or better founded than what was there
    contested: Mapping[str, FieldValue]  # say something else than the case does: for staff to decide


def merge(current: Mapping[str, FieldValue], submission: Submission) -> Merged:
    """Add a submission to a case's current values.

    A value that a person wrote into the form or an answer outranks one that we took from the subject, or could hardly
    make out in a picture, also where it says the same: then it is sure. Between two values that a person wrote, the
    first stays and the second is contested.
    """
    added: dict[str, FieldValue] = {}
    contested: dict[str, FieldValue] = {}
    for key, new in submission.fields.items():
        old = current.get(key)
        if old is None or _outranks(new, old):
            added[key] = new
        elif old.value != new.value and new.source != "subject":
            contested[key] = new
    return Merged({**current, **added}, added, contested)


def _outranks(new: FieldValue, old: FieldValue) -> bool:
    better_known = old.source == "subject" and new.source != "subject" and old.value != new.value
    return better_known or (old.doubtful and not new.doubtful)


def missing_of(fields: Mapping[str, FieldValue], campaign: Campaign) -> tuple[str, ...]:
    """The required fields that have no value, in the form's order."""
    return tuple(f.key for f in campaign.fields if f.required and f.key not in fields)


def same_nominee(fields: Mapping[str, FieldValue], submission: Submission, campaign: Campaign) -> bool:
    """Whether a case and a submission speak of the same person: no identity field differs, and the first one agrees."""
    first, *others = campaign.identity or (campaign.fields[0].key,)
    if first not in fields or first not in submission.fields:
        return False
    if fields[first].value != submission.fields[first].value:
        return False
    return all(
        fields[key].value == submission.fields[key].value
        for key in others
        if key in fields and key in submission.fields
    )
