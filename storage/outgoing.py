"""Mail waiting to leave: rows committed with the case change they tell of, and what became of each attempt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class OutgoingState(StrEnum):
    """Where an outgoing mail stands."""

    QUEUED = "queued"  # due at next_attempt_at
    SENDING = "sending"  # an attempt was recorded; the server has not been given the text yet, so repeating it is safe
    SENT = "sent"
    DEFERRED = "deferred"  # the server said later, or was not there
    PARKED = "parked"  # a person must act: refused, or too often
    HELD = "held"  # waits for a person's release before the first attempt
    IN_DOUBT = "in_doubt"  # cut off after the text was handed over
    FAILED = "failed"  # given up at the deadline


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A composed mail, not yet queued."""

    key: str  # unique: "YG-2026-00012/missing_fields/1", "digest/2026-11-20/a@b"
    mailbox: str  # config name of the account it leaves by
    kind: str
    to: str
    subject: str
    text: str
    html: str
    message_id: str  # fixed for good: with angle brackets
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    case: str | None = None  # the case, or the first of several
    cases: tuple[str, ...] = ()
    round: int = 1
    message: int | None = None  # id of the incoming message that it answers
    held: str | None = None  # Chinese reason
    attachments: tuple[tuple[str, bytes], ...] = ()
