"""Mail that leaves: put into the outbox with the case change it tells of, and what lies there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, Select, func, select, true

from storage.engine import insert_new
from storage.schema import blobs, outgoing, outgoing_cases

#: After this long an answer is no longer worth sending by itself.
LIFETIME = timedelta(days=3)


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


#: An attempt is planned.
WAITING = (OutgoingState.QUEUED, OutgoingState.DEFERRED)


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


@dataclass(frozen=True, slots=True)
class OutgoingRow:
    """A mail in the outbox, with what became of it so far."""

    id: int
    mail: Outgoing
    state: OutgoingState
    attempts: int
    next_attempt_at: datetime | None
    last_attempt_at: datetime | None
    last_reply: str | None  # the server's own words
    queue_id: str | None
    created_at: datetime
    deadline: datetime


# --- queueing ---


def queue(tx: Connection, mails: Sequence[Outgoing], now: datetime, lifetime: timedelta = LIFETIME) -> list[int]:
    """Queue mails, due at once; held ones wait for `release`. Returns the new ids: a key already there is kept as it is."""
    if not mails:
        return []
    first = {mail.key: mail for mail in reversed(mails)}
    mails = [mail for mail in mails if first[mail.key] is mail]
    _keep_files(tx, mails)
    insert = insert_new(tx, outgoing, conflict=("key",)).returning(outgoing.c.id, outgoing.c.key)
    new = {row.key: row.id for row in tx.execute(insert, [_row(mail, now, lifetime) for mail in mails])}
    links = [
        {"number": number, "outgoing_id": new[mail.key], "answers": mail.message}
        for mail in mails
        if mail.key in new
        for number in _numbers(mail)
    ]
    if links:
        tx.execute(insert_new(tx, outgoing_cases), links)
    return [new[mail.key] for mail in mails if mail.key in new]


def _numbers(mail: Outgoing) -> tuple[str, ...]:
    return mail.cases or ((mail.case,) if mail.case else ())


def _row(mail: Outgoing, now: datetime, lifetime: timedelta) -> dict[str, Any]:
    return {
        "key": mail.key,
        "mailbox": mail.mailbox,
        "kind": mail.kind,
        "to_address": mail.to,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "case_number": mail.case,
        "cases": list(mail.cases),
        "round": mail.round,
        "answers": mail.message,
        "attachments": [[name, sha256(content).hexdigest()] for name, content in mail.attachments],
        "state": OutgoingState.HELD if mail.held else OutgoingState.QUEUED,
        "held": mail.held,
        "next_attempt_at": None if mail.held else now,
        "created_at": now,
        "deadline": now + lifetime,
    }


def _keep_files(tx: Connection, mails: Sequence[Outgoing]) -> None:
    files = {sha256(content).hexdigest(): content for mail in mails for _, content in mail.attachments}
    if files:
        there = set(tx.scalars(select(blobs.c.sha256).where(blobs.c.sha256.in_(files))))
        if new := [{"sha256": key, "content": content} for key, content in files.items() if key not in there]:
            tx.execute(insert_new(tx, blobs), new)


# --- looking ---


def due(tx: Connection, mailbox: str, now: datetime, limit: int = 20) -> list[OutgoingRow]:
    """What is to leave by this account now, the longest due first."""
    o = outgoing.c
    query = select(outgoing).where(o.mailbox == mailbox, o.state.in_(WAITING), o.next_attempt_at <= now)
    return _rows(tx, query.order_by(o.next_attempt_at, o.id).limit(limit))


def next_due_at(tx: Connection, mailbox: str) -> datetime | None:
    """When the next mail of this account is due; None where none waits."""
    o = outgoing.c
    return tx.execute(select(func.min(o.next_attempt_at)).where(o.mailbox == mailbox, o.state.in_(WAITING))).scalar()


def get(tx: Connection, mail_id: int) -> OutgoingRow | None:
    return next(iter(_rows(tx, select(outgoing).where(outgoing.c.id == mail_id))), None)


def by_message_id(tx: Connection, message_id: str) -> OutgoingRow | None:
    return next(iter(_rows(tx, select(outgoing).where(outgoing.c.message_id == message_id))), None)


def in_state(tx: Connection, *states: OutgoingState) -> list[OutgoingRow]:
    """The mails in these states, oldest first."""
    return _rows(tx, select(outgoing).where(outgoing.c.state.in_(states)).order_by(outgoing.c.id))


def listing(tx: Connection, number: int | None = None) -> list[dict[str, Any]]:
    """All outgoing mail, oldest first, as `outbox list --json` prints it; or the one of that number."""
    which = outgoing.c.id == number if number is not None else true()
    return [_listed(row) for row in tx.execute(select(outgoing).where(which).order_by(outgoing.c.id)).mappings()]


# --- rows ---


def _rows(tx: Connection, query: Select[Any]) -> list[OutgoingRow]:
    rows = tx.execute(query).all()
    wanted = {key for row in rows for _, key in row.attachments}
    files: dict[str, bytes] = {}
    if wanted:
        files = {r.sha256: r.content for r in tx.execute(select(blobs).where(blobs.c.sha256.in_(wanted)))}
    return [_outgoing_row(row, files) for row in rows]


def _outgoing_row(row: Row[Any], files: Mapping[str, bytes]) -> OutgoingRow:
    mail = Outgoing(
        key=row.key,
        mailbox=row.mailbox,
        kind=row.kind,
        to=row.to_address,
        subject=row.subject,
        text=row.text,
        html=row.html,
        message_id=row.message_id,
        in_reply_to=row.in_reply_to,
        references=tuple(row.references),
        case=row.case_number,
        cases=tuple(row.cases),
        round=row.round,
        message=row.answers,
        held=row.held,
        attachments=tuple((name, files[key]) for name, key in row.attachments),
    )
    return OutgoingRow(
        id=row.id,
        mail=mail,
        state=OutgoingState(row.state),
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        last_attempt_at=row.last_attempt_at,
        last_reply=row.last_reply,
        queue_id=row.queue_id,
        created_at=row.created_at,
        deadline=row.deadline,
    )


def _listed(row: RowMapping) -> dict[str, Any]:
    plain = (
        "id",
        "key",
        "mailbox",
        "kind",
        "subject",
        "cases",
        "round",
        "message_id",
        "state",
        "held",
        "attempts",
        "last_reply",
        "queue_id",
    )
    moments = ("next_attempt_at", "last_attempt_at", "created_at", "deadline", "settled_at", "bounced_at")
    return (
        {name: row[name] for name in plain}
        | {name: row[name] and row[name].isoformat() for name in moments}
        | {"to": row["to_address"], "case": row["case_number"], "answers": row["answers"]}
    )
