"""What becomes of a mail in the outbox: every step of an attempt, how it ended, and what a person does about it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, update

from storage import accounts
from storage.outgoing import LIFETIME, WAITING, OutgoingState
from storage.schema import events, outgoing


def begin(tx: Connection, mail_id: int, now: datetime, next_attempt_at: datetime | None) -> bool:
    """Record an attempt before dialling, with the next one already planned. False where another sender was quicker."""
    o = outgoing.c
    claimed = update(outgoing).where(o.id == mail_id, o.state.in_(WAITING))
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


def bounced(tx: Connection, message_id: str, now: datetime, reply: str) -> int | None:
    """A mail of ours came back. Returns its id; None where the Message-ID is not ours."""
    o = outgoing.c
    back = update(outgoing).where(o.message_id == message_id).values(bounced_at=now, last_reply=reply)
    mail_id: int | None = tx.execute(back.returning(o.id)).scalar()
    if mail_id is not None:
        _note(tx, mail_id, "bounced", now, reply)
    return mail_id


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
    accounts.resume(tx, None if ids is None else {row.mailbox for row in rows})
    return sorted(row.id for row in rows)


def release(tx: Connection, ids: Collection[int], now: datetime) -> list[int]:
    """Let held mails go. Returns the ids that were held."""
    o = outgoing.c
    held = update(outgoing).where(o.id.in_(ids), o.state == OutgoingState.HELD)
    values = {"state": OutgoingState.QUEUED, "next_attempt_at": now, "deadline": now + LIFETIME}
    return sorted(tx.scalars(held.values(values).returning(o.id)))


# --- rows ---


def _set(tx: Connection, mail_id: int, **values: object) -> None:
    """What was sent stays sent, whatever a sender that lost the database still has to say."""
    o = outgoing.c
    tx.execute(update(outgoing).where(o.id == mail_id, o.state != OutgoingState.SENT).values(values))


def _settle(tx: Connection, mail_id: int, state: OutgoingState, now: datetime, reply: str, **more: object) -> None:
    _set(tx, mail_id, state=state, handing_over=False, settled_at=now, next_attempt_at=None, last_reply=reply, **more)
    _note(tx, mail_id, state, now, reply)


def _note(tx: Connection, mail_id: int, what: str, now: datetime, reply: str) -> None:
    tx.execute(
        events.insert(), {"at": now, "kind": f"outgoing.{what}", "outgoing_id": mail_id, "detail": {"reply": reply}}
    )
