"""Signs of life and alerts: what `health` and the operators ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from storage.engine import insert_new
from storage.schema import alerts, heartbeats


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """When something last happened: "daemon" (pid, host, started_at), "poll/ceacq", "digest"."""

    name: str
    at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that operators must know, shown in every digest until it is resolved."""

    id: int
    kind: str  # login_refused, rules_broken, disk_full …
    mailbox: str  # "" where it concerns no single one
    message: str  # Chinese, with the mend
    first_at: datetime
    last_at: datetime
    resolved_at: datetime | None


def beat(tx: Connection, name: str, now: datetime, detail: Mapping[str, Any] | None = None) -> None:
    """Note that `name` is alive, in place of its last sign of life."""
    insert = insert_new(tx, heartbeats, conflict=("name",), then_set=("at", "detail"))
    tx.execute(insert, {"name": name, "at": now, "detail": dict(detail or {})})


def last_beat(tx: Connection, name: str) -> Heartbeat | None:
    row = tx.execute(select(heartbeats).where(heartbeats.c.name == name)).one_or_none()
    return None if row is None else Heartbeat(row.name, row.at, row.detail)


def beats(tx: Connection) -> list[Heartbeat]:
    """All signs of life, by name."""
    return [Heartbeat(r.name, r.at, r.detail) for r in tx.execute(select(heartbeats).order_by(heartbeats.c.name))]


def alert(tx: Connection, kind: str, message: str, now: datetime, mailbox: str = "") -> None:
    """Raise an alert, or renew the open one of that kind and mailbox."""
    a = alerts.c
    same = update(alerts).where(a.kind == kind, a.mailbox == mailbox, a.resolved_at.is_(None))
    if not tx.execute(same.values(message=message, last_at=now)).rowcount:
        row = {"kind": kind, "mailbox": mailbox, "message": message, "first_at": now, "last_at": now}
        tx.execute(insert_new(tx, alerts), row)


def resolve(tx: Connection, kind: str, now: datetime, mailbox: str = "") -> bool:
    """The matter is over. False where no such alert was open."""
    a = alerts.c
    over = update(alerts).where(a.kind == kind, a.mailbox == mailbox, a.resolved_at.is_(None))
    return tx.execute(over.values(resolved_at=now)).rowcount > 0


def open_alerts(tx: Connection) -> list[Alert]:
    """What is not resolved, oldest first."""
    rows = tx.execute(select(alerts).where(alerts.c.resolved_at.is_(None)).order_by(alerts.c.first_at, alerts.c.id))
    return [Alert(*row) for row in rows]
