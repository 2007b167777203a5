"""A mail's bytes as a Message: headers decoded, texts decoded, parts in order. Never raises; what is wrong is data."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.mime.header import (
    addresses,
    date_of,
    message_ids,
    split_header,
    text_of,
)
from intake.mime.hypertext import text_of_html
from intake.mime.parts import MAX_DELIMITERS, MAX_DEPTH, MAX_PARTS, Body, Part, Walk, take_apart
from intake.mime.trust import Trust, judge

__all__ = ["MAX_DELIMITERS", "MAX_DEPTH", "MAX_PARTS", "Address", "Message", "Part", "Trust", "parse_message"]

MAX_TEXT = 1_000_000  # characters of body text
MAX_HTML = 2_000_000  # characters of its markup
MAX_LINES = 20_000  # lines of it
MAX_RECIPIENTS = 500  # kept of To and Cc together
MAX_FIELDS_OF_ONE_NAME = 20  # From, To, Cc: a real mail has one, a list's archive a few
MAX_REFERENCES = 200  # ids kept of References
MAX_DEFECTS = 50  # named; who sends more has made the point

_ON_BEHALF = re.compile(r"\s*[【\[]请注意[，,]?\s*邮件由[^】\]]{1,200}代发[】\]]\s*$")


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    address: str  # lower-cased local@domain, "" where there is none


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
    if raw[: raw.find(b"\n")].endswith(b"\r\r"):  # text mode on top of text mode
        raw = raw.replace(b"\r\r\n", b"\r\n")
    fields, start, defects = split_header(raw)
    return _message(fields, take_apart(raw, fields, start, defects))


def _plain(bodies: Sequence[Body]) -> str:
    """The text of each body; the HTML is asked where the plain spelling says nothing."""
    texts = [plain if plain.strip() else text_of_html(html) if html else "" for plain, html in bodies]
    return "\n".join(text for text in texts if text.strip())


def _message(fields: Sequence[tuple[str, bytes]], walk: Walk) -> Message:
    headers, wrong = _decoded_headers(fields)
    header = _First(fields, headers)
    senders = header.all_addresses("from", walk.defects)
    sender = next(iter(senders), Address("", ""))
    text = _plain(walk.bodies)
    if len(text) > MAX_TEXT:
        walk.defects.append(f"邮件正文只读了前 {MAX_TEXT // 10_000} 万字")
    text = text[:MAX_TEXT]
    if text.count("\n") >= MAX_LINES:
        walk.defects.append(f"邮件正文只读了前 {MAX_LINES} 行")
        text = "\n".join(text.split("\n", MAX_LINES)[:MAX_LINES])
    html = "\n".join(html for _, html in walk.bodies if html)
    if len(html) > MAX_HTML:
        walk.defects.append(f"邮件的网页正文只读了前 {MAX_HTML // 10_000} 万个字符")
    subject = _ON_BEHALF.sub("", header.text("subject"))
    verdict = judge(headers, sender.address)
    reply_to = header.address("reply-to", walk.defects)
    recipients = [address for name in ("to", "cc") for address in header.all_addresses(name, walk.defects)]
    ambiguous = len({a.address for a in senders}) > 1
    return Message(
        message_id=header.message_id(walk.defects),
        sender=sender,
        reply_to=reply_to if reply_to.address else None,
        envelope_from=verdict.envelope_from if verdict.envelope_from is not None else header.return_path(),
        recipients=tuple(recipients[:MAX_RECIPIENTS]),
        subject=subject,
        date=date_of(header.text("date")),
        in_reply_to=message_ids(header.text("in-reply-to"))[:MAX_REFERENCES],
        references=message_ids(header.text("references"))[-MAX_REFERENCES:],
        headers=headers,
        text=text,
        html=html[:MAX_HTML],
        parts=tuple(walk.parts),
        # Two senders: servers check one and programs show the other.
        trust=Trust.FAIL if ambiguous else verdict.trust,
        content_hash=_content_hash(sender.address, subject, text, walk.parts),
        defects=tuple(dict.fromkeys([*wrong, *walk.defects, *_doubled(fields)]))[:MAX_DEFECTS],
        report=tuple(walk.report),
    )


def _decoded_headers(fields: Sequence[tuple[str, bytes]]) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    headers: list[tuple[str, str]] = []
    defects: list[str] = []
    for name, raw in fields:
        text, wrong = text_of(raw)
        headers.append((name, text))
        defects += wrong
    return tuple(headers), defects


@dataclass(frozen=True, slots=True)
class _First:
    """The header by name: the first of a name counts, as mail programs show it."""

    fields: Sequence[tuple[str, bytes]]
    headers: Sequence[tuple[str, str]]

    def text(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    def all_addresses(self, name: str, defects: list[str]) -> list[Address]:
        found: list[Address] = []
        for raw in [raw for key, raw in self.fields if key == name][:MAX_FIELDS_OF_ONE_NAME]:
            pairs, wrong = addresses(raw)
            found += [Address(*pair) for pair in pairs]
            defects += wrong
        return found

    def address(self, name: str, defects: list[str]) -> Address:
        return next(iter(self.all_addresses(name, defects)), Address("", ""))

    def message_id(self, defects: list[str]) -> str | None:
        """As sent; Foxmail and scripts sometimes leave the brackets out."""
        text = self.text("message-id")
        if ids := message_ids(text):
            return ids[0]
        bare = "".join(text.split()).strip("<>")[:998]
        if bare:
            defects.append("header: Message-ID without brackets")
        return f"<{bare}>" if bare else None

    def return_path(self) -> str | None:
        path = self.text("return-path").strip()
        return path.strip("<> ").lower() if path else None


def _doubled(fields: Sequence[tuple[str, bytes]]) -> list[str]:
    once = ("from", "subject", "date", "message-id", "content-type", "to", "reply-to")
    counts = Counter(name for name, _ in fields)
    missing = [f"header: no {name}" for name in ("from", "date", "message-id") if not counts[name]]
    return [f"header: {counts[name]} times {name}" for name in once if counts[name] > 1] + missing


def _content_hash(sender: str, subject: str, text: str, parts: Iterable[Part]) -> str:
    """Equal when the same mail is sent again: no Message-ID, no date, no boundary, no line width in it."""
    digest = hashlib.sha256()
    for line in (sender.lower(), "".join(subject.split()), "".join(text.split())):
        digest.update(hashlib.sha256(line.encode("utf-8", "replace")).digest())
    for content in sorted(part.digest for part in parts):
        digest.update(content)
    return digest.hexdigest()
