"""Mail waiting to leave: rows committed with the case change they tell of, and what became of each attempt."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, select, update

from storage.engine import insert_new
from storage.schema import accounts, blobs, events, outgoing, outgoing_cases

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


# --- sending ---


def due(tx: Connection, mailbox: str, now: datetime, limit: int = 20) -> list[OutgoingRow]:
    """What is to leave by this account now, the longest due first."""
    o = outgoing.c
    query = select(outgoing).where(
        o.mailbox == mailbox, o.state.in_((OutgoingState.QUEUED, OutgoingState.DEFERRED)), o.next_attempt_at <= now
    )
    return _rows(tx, query.order_by(o.next_attempt_at, o.id).limit(limit))


def next_due_at(tx: Connection, mailbox: str) -> datetime | None:
    """When the next mail of this account is due; None where none waits."""
    o = outgoing.c
    waiting = (OutgoingState.QUEUED, OutgoingState.DEFERRED)
    soonest = select(o.next_attempt_at).where(
        o.mailbox == mailbox, o.state.in_(waiting), o.next_attempt_at.is_not(None)
    )
    return tx.execute(soonest.order_by(o.next_attempt_at).limit(1)).scalar()


def begin(tx: Connection, mail_id: int, now: datetime, next_attempt_at: datetime | None) -> bool:
    """Record an attempt before dialling, with the next one already planned. False where another sender was quicker."""
    o = outgoing.c
    claimed = update(outgoing).where(o.id == mail_id, o.state.in_((OutgoingState.QUEUED, OutgoingState.DEFERRED)))
    attempt = claimed.values(
        state=OutgoingState.SENDING,
        attempts=o.attempts + 1,
        last_attempt_at=now,
        next_attempt_at=next_attempt_at,
        handing_over=False,
    )
    return tx.execute(attempt).rowcount == 1


def handing_over(tx: Connection, mail_id: int, attempt: int) -> bool:
    """The text is about to be given to the server: from here on a crash leaves the mail in doubt.

    False where the attempt is no longer ours: another process took over the database and the mail with it.
    """
    o = outgoing.c
    ours = update(outgoing).where(o.id == mail_id, o.state == OutgoingState.SENDING, o.attempts == attempt)
    return tx.execute(ours.values(handing_over=True)).rowcount == 1


def sent(tx: Connection, mail_id: int, now: datetime, reply: str, queue_id: str | None = None) -> None:
    """The server took it."""
    _settle(tx, mail_id, OutgoingState.SENT, now, reply, queue_id=queue_id)


def deferred(tx: Connection, mail_id: int, now: datetime, reply: str, next_attempt_at: datetime) -> None:
    """Not now; due again at `next_attempt_at`."""
    _set(
        tx, mail_id, state=OutgoingState.DEFERRED, handing_over=False, last_reply=reply, next_attempt_at=next_attempt_at
    )
    _note(tx, mail_id, OutgoingState.DEFERRED, now, reply)


def parked(tx: Connection, mail_id: int, now: datetime, reply: str, *, in_doubt: bool = False) -> None:
    """A person must act. `in_doubt`: it may have left, so that no retry takes it along."""
    _settle(tx, mail_id, OutgoingState.PARKED, now, reply)
    if in_doubt:
        _set(tx, mail_id, handing_over=True)


def in_doubt(tx: Connection, mail_id: int, now: datetime, reply: str) -> None:
    """The connection was cut after the text was handed over: nobody knows whether it left."""
    _settle(tx, mail_id, OutgoingState.IN_DOUBT, now, reply)


def failed(tx: Connection, mail_id: int, now: datetime, reply: str) -> None:
    """Given up."""
    _settle(tx, mail_id, OutgoingState.FAILED, now, reply)


def recover(tx: Connection, now: datetime, mailbox: str | None = None) -> tuple[int, int]:
    """After a crash, under the daemon's lock: attempts that had not handed over are due again, the others are in doubt.

    `mailbox`: only its own, by its only sender. Returns how many of each.
    """
    o = outgoing.c
    sending = update(outgoing).where(o.state == OutgoingState.SENDING)
    if mailbox is not None:
        sending = sending.where(o.mailbox == mailbox)
    doubtful = sending.where(o.handing_over).values(
        state=OutgoingState.IN_DOUBT,
        next_attempt_at=None,
        settled_at=now,
        last_reply="程序在交付邮件时中断，不知道是否已发出",
    )
    stuck = tx.scalars(doubtful.returning(o.id)).all()
    for mail_id in stuck:
        _note(tx, mail_id, OutgoingState.IN_DOUBT, now, "interrupted")
    again = tx.execute(sending.values(state=OutgoingState.QUEUED, next_attempt_at=now)).rowcount
    return again, len(stuck)


# --- what people do ---


def retry(tx: Connection, ids: Collection[int] | None, now: datetime) -> list[int]:
    """Make deferred and parked mails due now (None: all of them) and lift the pauses of their accounts.

    Never a mail in doubt. A parked or late one gets a new deadline. Returns the ids.
    """
    o = outgoing.c
    again = update(outgoing).where(o.state.in_((OutgoingState.DEFERRED, OutgoingState.PARKED)), ~o.handing_over)
    if ids is not None:
        again = again.where(o.id.in_(ids))
    values = {
        "state": OutgoingState.QUEUED,
        "next_attempt_at": now,
        "deadline": now + LIFETIME,
        "settled_at": None,
        "handing_over": False,
    }
    rows = tx.execute(again.values(values).returning(o.id, o.mailbox)).all()
    pauses = delete(accounts)
    if ids is not None:
        pauses = pauses.where(accounts.c.mailbox.in_({row.mailbox for row in rows}))
    tx.execute(pauses)
    return sorted(row.id for row in rows)


def release(tx: Connection, ids: Collection[int], now: datetime) -> list[int]:
    """Let held mails go. Returns the ids that were held."""
    o = outgoing.c
    held = update(outgoing).where(o.id.in_(ids), o.state == OutgoingState.HELD)
    values = {"state": OutgoingState.QUEUED, "next_attempt_at": now, "deadline": now + LIFETIME}
    return sorted(tx.scalars(held.values(values).returning(o.id)))


def bounced(tx: Connection, message_id: str, now: datetime, reply: str) -> int | None:
    """A mail of ours came back. Returns its id; None where the Message-ID is not ours."""
    o = outgoing.c
    back = update(outgoing).where(o.message_id == message_id).values(bounced_at=now, last_reply=reply)
    mail_id: int | None = tx.execute(back.returning(o.id)).scalar()
    if mail_id is not None:
        tx.execute(
            events.insert(), {"at": now, "kind": "outgoing.bounced", "outgoing_id": mail_id, "detail": {"reply": reply}}
        )
    return mail_id


# --- looking ---


def get(tx: Connection, mail_id: int) -> OutgoingRow | None:
    return next(iter(_rows(tx, select(outgoing).where(outgoing.c.id == mail_id))), None)


def by_message_id(tx: Connection, message_id: str) -> OutgoingRow | None:
    return next(iter(_rows(tx, select(outgoing).where(outgoing.c.message_id == message_id))), None)


def in_state(tx: Connection, *states: OutgoingState) -> list[OutgoingRow]:
    """The mails in these states, oldest first."""
    return _rows(tx, select(outgoing).where(outgoing.c.state.in_(states)).order_by(outgoing.c.id))


def sent_count(tx: Connection, mailbox: str, since: datetime) -> int:
    """How many mails the server took from this account since then; for the caps per hour and day."""
    o = outgoing.c
    query = select(func.count()).where(o.mailbox == mailbox, o.settled_at >= since, o.state == OutgoingState.SENT)
    return tx.execute(query).scalar_one()


def last_attempt_at(tx: Connection, mailbox: str) -> datetime | None:
    """When this account last dialled; for the spacing between mails."""
    o = outgoing.c
    return tx.execute(select(func.max(o.last_attempt_at)).where(o.mailbox == mailbox)).scalar()


def listing(tx: Connection) -> list[dict[str, Any]]:
    """All outgoing mail, oldest first, as `outbox list --json` prints it."""
    return [_listed(row) for row in tx.execute(select(outgoing).order_by(outgoing.c.id))]


# --- accounts ---


def pause(tx: Connection, mailbox: str, until: datetime, reason: str) -> None:
    """Nothing leaves by this account until then: the server set a limit."""
    row = {"mailbox": mailbox, "paused_until": until, "reason": reason}
    tx.execute(insert_new(tx, accounts, conflict=("mailbox",), then_set=("paused_until", "reason")), row)


def paused(tx: Connection, mailbox: str, now: datetime) -> tuple[datetime, str] | None:
    """Until when and why the account is paused; None where it is not."""
    a = accounts.c
    row = tx.execute(select(a.paused_until, a.reason).where(a.mailbox == mailbox, a.paused_until > now)).one_or_none()
    return row and (row.paused_until, row.reason)


# --- rows ---


def _set(tx: Connection, mail_id: int, **values: object) -> None:
    """What was sent stays sent, whatever a sender that lost the database still has to say."""
    o = outgoing.c
    tx.execute(update(outgoing).where(o.id == mail_id, o.state != OutgoingState.SENT).values(values))


def _settle(tx: Connection, mail_id: int, state: OutgoingState, now: datetime, reply: str, **more: object) -> None:
    _set(tx, mail_id, state=state, handing_over=False, settled_at=now, next_attempt_at=None, last_reply=reply, **more)
    _note(tx, mail_id, state, now, reply)


def _note(tx: Connection, mail_id: int, state: OutgoingState, now: datetime, reply: str) -> None:
    tx.execute(
        events.insert(), {"at": now, "kind": f"outgoing.{state}", "outgoing_id": mail_id, "detail": {"reply": reply}}
    )


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


def _listed(row: Row[Any]) -> dict[str, Any]:
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
    at = row._mapping  # noqa: SLF001  SQLAlchemy's public name
    return (
        {name: at[name] for name in plain}
        | {name: at[name] and at[name].isoformat() for name in moments}
        | {"to": at["to_address"], "case": at["case_number"], "answers": at["answers"]}
    )
