"""What one mail says: its kind, the nominees it puts forward, each field with its source, and every problem at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.kind import Kind, Marks
from intake.message import Address, Message, Trust
from intake.subject import SubjectLine as SubjectLine
from intake.values import Problem
from rules.campaign import Campaign


@dataclass(frozen=True, slots=True)
class FieldValue:
    value: str | int
    raw: str
    source: str  # 征集表.docx, 正文, subject: where a person can find it
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Submission:
    """What one form, or one mail's text, says about one nominee. `fields` holds only what was read, by KEY."""

    source: str
    fields: Mapping[str, FieldValue]
    missing: tuple[str, ...]  # required KEYs without a usable value, in the form's order
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    content_type: str
    size: int
    role: str  # form, evidence, archive, inline, unreadable, rejected
    sha256: str
    path: str  # of the MIME part in the raw mail, where the bytes are


@dataclass(frozen=True, slots=True)
class Reading:
    """All that can be said of a mail without knowing what is on file. Plain data: crosses a process border."""

    kind: Kind
    reason: str  # why that kind, Chinese, for staff
    campaign: str | None
    message_id: str | None
    sender: Address
    recipients: tuple[Address, ...]
    subject: SubjectLine
    submissions: tuple[Submission, ...]  # a follow_up has one, with just the fields it states
    attachments: tuple[Attachment, ...]
    problems: tuple[Problem, ...]  # of the mail as a whole
    defects: tuple[str, ...]
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    case_numbers: tuple[str, ...]  # ours, found in the subject or quoted text
    trust: Trust
    content_hash: str
    excerpt: str  # the first words of the body, for staff
    has_new_text: bool  # says something beyond quoted text and signature
    bounced_id: str | None = None
    bounced_address: str | None = None
    body: str = ""  # what the sender wrote, without quoted text; bounded
    answerable: bool = True  # False for all that a machine sent


def read_message(message: Message, campaigns: Sequence[Campaign], marks: Marks, received_at: datetime) -> Reading:
    """Read one mail. Never raises for anything a sender wrote; pure: no clock, no disk, no database."""
    raise NotImplementedError
