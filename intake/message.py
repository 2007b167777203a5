"""A mail's bytes as a Message: headers decoded, texts decoded, parts in order. Never raises; what is wrong is data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    address: str  # lower-cased local@domain, "" where there is none


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of the MIME tree that is not body text: an attachment, an inline picture, an attached message."""

    filename: str  # decoded, without any folder; "" where the mail gives none
    content_type: str  # as declared: a hint only, the bytes decide
    content: bytes  # decoded from base64, quoted-printable, 8bit
    inline: bool  # shown within the body (Content-ID or disposition inline)
    path: str  # "2", "1.3": where in the MIME tree


class Trust(StrEnum):
    """What the receiving server said of the sender (topmost Authentication-Results of its own)."""

    PASS = "pass"
    FAIL = "fail"  # DMARC, or SPF with no DKIM pass, failed: no reply goes there
    UNKNOWN = "unknown"  # nothing said


@dataclass(frozen=True, slots=True)
class Message:
    message_id: str | None  # with its angle brackets, as sent; None where absent
    sender: Address  # From
    reply_to: Address | None
    envelope_from: str | None  # smtp.mail of the trusted Authentication-Results, or Return-Path; "" is the null sender
    recipients: tuple[Address, ...]  # To and Cc
    subject: str  # decoded, white space squeezed
    date: datetime | None  # the Date header: informative, never business time
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]  # every header, name lower-cased, value decoded, in order
    text: str  # the best plain text of the body (from HTML where there is no plain part)
    html: str  # the HTML body, "" where there is none
    parts: tuple[Part, ...]
    trust: Trust
    content_hash: str  # sha256 over sender, subject, text and attachments: equal when the same mail is sent again
    defects: tuple[str, ...]
    report: tuple[tuple[str, str], ...] = ()  # fields of a delivery-status part, in order

    def header(self, name: str) -> str | None:
        """The first header of that name (any case), or None."""
        name = name.lower()
        return next((value for key, value in self.headers if key == name), None)


def parse_message(raw: bytes) -> Message:
    """Read a mail. Any bytes give a Message."""
    raise NotImplementedError
