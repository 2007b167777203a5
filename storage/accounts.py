"""The accounts that mail leaves by: how much of late, and until when a server told one to wait."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from storage.engine import insert_new
from storage.outgoing import OutgoingState
from storage.schema import accounts, outgoing


def sent_count(tx: Connection, mailbox: str, since: datetime) -> int:
    """How many mails the server took from this account since then; for the caps per hour and day."""
    o = outgoing.c
    query = select(func.count()).where(o.mailbox == mailbox, o.settled_at >= since, o.state == OutgoingState.SENT)
    return tx.execute(query).scalar_one()


def last_attempt_at(tx: Connection, mailbox: str) -> datetime | None:
    """When this account last dialled; for the spacing between mails."""
    o = outgoing.c
    return tx.execute(select(func.max(o.last_attempt_at)).where(o.mailbox == mailbox)).scalar()


def pause(tx: Connection, mailbox: str, until: datetime, reason: str) -> None:
    """Nothing leaves by this account until then: the server set a limit."""
    row = {"mailbox": mailbox, "paused_until": until, "reason": reason}
    tx.execute(insert_new(tx, accounts, conflict=("mailbox",), then_set=("paused_until", "reason")), row)


def paused(tx: Connection, mailbox: str, now: datetime) -> tuple[datetime, str] | None:
    """Until when and why the account is paused; None where it is not."""
    a = accounts.c
    row = tx.execute(select(a.paused_until, a.reason).where(a.mailbox == mailbox, a.paused_until > now)).one_or_none()
    return row and (row.paused_until, row.reason)


def resume(tx: Connection, mailboxes: Collection[str] | None) -> None:
    """Lift the pauses of these accounts; of all where None."""
    lifted = delete(accounts)
    tx.execute(lifted if mailboxes is None else lifted.where(accounts.c.mailbox.in_(mailboxes)))
