"""What sort of mail it is, told from headers and shape: machine mail is known before anything is answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from intake.message import Message


class Kind(StrEnum):
    SUBMISSION = "submission"
    FOLLOW_UP = "follow_up"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    STAFF_COMMAND = "staff_command"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Marks:
    """What is ours: by these a mail is known as from us, to us, or about something of ours."""

    own_addresses: frozenset[str] = frozenset()
    staff_addresses: frozenset[str] = frozenset()
    case_prefixes: frozenset[str] = frozenset()  # YG: YG-2026-00012
    message_id_mark: str = "yugong-intake"  # every Message-ID we make contains it


@dataclass(frozen=True, slots=True)
class Automatic:
    """Sent by a machine, and how that shows."""

    kind: Kind  # BOUNCE, AUTO_REPLY, or OTHER for lists and system notices
    reason: str  # Chinese, for staff
    bounced_id: str | None = None  # a bounce: the Message-ID of ours that came back
    bounced_address: str | None = None


def automatic(message: Message, marks: Marks) -> Automatic | None:
    """The signs of a machine (RFC 3834, RFC 3464, MDN, Chinese subjects, our own mark), bounce first. None: a person may have written."""
    raise NotImplementedError
