"""What is on file about a mail, and what is to be done about it: the values between reading, deciding and filing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from intake.draft import FieldValue
from intake.submission import Reading
from intake.values.values import Problem
from rules.triage import Decision

#: Codes of the problems that a file has which could not be read.
FILE_CODES = frozenset({"unreadable_attachment", "encrypted_attachment", "large_attachment_link"})


class State(StrEnum):
    """Where a message stands. Staff see every one of them."""

    RECEIVED = "received"  # archived; work is under way or waiting
    FILED = "filed"  # opened one or more cases
    MERGED = "merged"  # added to a case that was there
    REPEATED = "repeated"  # the same mail once more
    IGNORED = "ignored"  # needs nothing from us; `reason` says why
    HELD = "held"  # a person must look before anything happens
    FAILED = "failed"  # could not be read (crash, timeout, poison); can be reprocessed


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case on file, as far as a new mail may bear on it."""

    number: str
    campaign: str
    stage: str
    sender: str  # the address that opened it
    fields: Mapping[str, FieldValue]  # current values
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]  # still open
    rounds: int  # answers already queued for it


@dataclass(frozen=True, slots=True)
class Known:
    """What is on file about one mail. Looked up by `storage.known.known`, before deciding."""

    repeat_of: int | None = None  # id of the earlier message with the same content
    threads: tuple[KnownCase, ...] = ()  # cases it answers: by our Message-IDs, else by number with the same sender
    same_sender: tuple[KnownCase, ...] = ()  # incomplete cases of this sender, newest first
    similar: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # index of submission -> other cases' numbers
    answers_today: int = 0  # answers queued to this address in the last 24 hours
    answers_in_thread: int = 0  # ... and since the thread's last mail with substance
    claims_number: bool = False  # names a case number that is not this sender's


@dataclass(frozen=True, slots=True)
class CaseChange:
    """One case to open (number None) or to add to."""

    number: str | None
    campaign: str
    source: str
    new_values: Mapping[str, FieldValue]  # to be written into the field history
    fields: Mapping[str, FieldValue]  # all current values after the change
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]  # what this mail brought up: told to its sender
    decision: Decision
    batch: str
    stage: str
    similar: tuple[str, ...] = ()  # numbers of possible duplicates
    contested: Mapping[str, FieldValue] = field(default_factory=dict)  # kept in the history, not current
    unsettled: tuple[Problem, ...] = ()  # problems of earlier mails that this one did not settle: for staff

    @property
    def complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class Answer:
    """The one reply that a mail gets."""

    kind: str  # acknowledgement, missing_fields, unreadable_attachment
    to: str
    held: str | None = None  # Chinese reason why a person must release it first


@dataclass(frozen=True, slots=True)
class Outcome:
    reading: Reading
    state: State
    reason: str
    changes: tuple[CaseChange, ...] = ()
    answer: Answer | None = None
