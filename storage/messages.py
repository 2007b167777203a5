"""Every mail that came in: what is archived of each mailbox, what waits to be read, and what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, bindparam, func, or_, select, update

from intake.kind import Kind
from intake.mailboxes.mailbox import Delivery, Head, Mark, Marks
from intake.outcome import Outcome, State
from storage.archive import Ref
from storage.engine import insert_new
from storage.schema import case_messages, cases, folders, messages

#: A claim older than this belongs to a worker that died.
CLAIM = timedelta(minutes=10)

#: States that changed no case, so that reading the mail again cannot do anything twice.
REPEATABLE = (State.FAILED, State.HELD, State.IGNORED, State.REPEATED)


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail handed to one worker to read."""

    id: int
    mailbox: str
    ref: Ref
    received_at: datetime
    folder: str
    uidvalidity: int
    uid: int
    junk: bool
    complete: bool
    attempts: int  # including this one: a mail that keeps killing its reader shows here


def marks(tx: Connection, mailbox: str) -> dict[str, Mark]:
    """How far each folder of the mailbox has been archived."""
    m, f = messages.c, folders.c
    rows = tx.execute(select(f.folder, f.uidvalidity, f.uid).where(f.mailbox == mailbox)).all()
    # One range of the index for each folder. Joined with `folders`, SQLite reads every mail of the mailbox.
    above = [
        and_(m.mailbox == mailbox, m.folder == row.folder, m.uidvalidity == row.uidvalidity, m.uid > row.uid)
        for row in rows
    ]
    beyond: defaultdict[str, set[int]] = defaultdict(set)
    for folder, uid in tx.execute(select(m.folder, m.uid).where(or_(*above))) if above else ():
        beyond[folder].add(uid)
    return {row.folder: Mark(row.uidvalidity, row.uid, frozenset(beyond[row.folder])) for row in rows}


def archived(tx: Connection, mailbox: str, folder: str, uidvalidity: int, uids: Sequence[int]) -> dict[int, Head]:
    """Those of the UIDs that are archived, and what tells the mail that was last seen under each from another one."""
    m = messages.c
    found: dict[int, Head] = {}
    for start in range(0, len(uids), 500):  # SQLite takes so many parameters and no more
        same = (m.mailbox == mailbox) & (m.folder == folder) & (m.uidvalidity == uidvalidity)
        some = select(m.uid, m.size, m.complete, m.received_at).where(same, m.uid.in_(uids[start : start + 500]))
        for row in tx.execute(some.order_by(m.id)):
            found[row.uid] = Head(row.size if row.complete else None, row.received_at)
    return found


def receive(
    tx: Connection,
    mailbox: str,
    items: Sequence[tuple[Delivery, Ref]],
    now: datetime,
    covered: Marks | None = None,
) -> list[int]:
    """Enter archived mails and move the watermarks. Returns the ids of the new rows; mails already there are skipped.

    `covered` says for each folder up to which UID the poller left nothing behind: a mail that could not be fetched is
    a gap, and the watermark stays below it while mails above it are entered (`Mark.beyond`). It may be lower than
    before: where a server's highest UID is all it tells, the mark goes down with it. A folder that it does not name
    stays where it is. Without it the poller vouches that it skipped nothing.
    """
    rows = [_row(mailbox, delivery, ref, now) for delivery, ref in items]
    new: list[int] = []
    if rows:
        new = list(tx.scalars(insert_new(tx, messages).returning(messages.c.id), rows))
    _move_marks(tx, mailbox, [delivery for delivery, _ in items], covered)
    return sorted(new)


def _row(mailbox: str, delivery: Delivery, ref: Ref, now: datetime) -> dict[str, Any]:
    return {
        "mailbox": mailbox,
        "folder": delivery.folder,
        "uidvalidity": delivery.uidvalidity,
        "uid": delivery.uid,
        "sha256": ref.sha256,
        "segment": ref.segment,
        "offset": ref.offset,
        "size": ref.size,
        "received_at": delivery.received_at,
        "archived_at": now,
        "junk": delivery.junk,
        "complete": delivery.complete,
        "state": State.RECEIVED,
    }


def _move_marks(tx: Connection, mailbox: str, deliveries: Sequence[Delivery], covered: Marks | None) -> None:
    f = folders.c
    rows = tx.execute(select(f.folder, f.uidvalidity, f.uid).where(f.mailbox == mailbox))
    before = {row.folder: Mark(row.uidvalidity, row.uid) for row in rows}
    moved = []
    for folder, goal in sorted((_vouched(deliveries, before) if covered is None else covered).items()):
        uid = _safe(tx, mailbox, folder, before.get(folder), goal)
        if Mark(goal.uidvalidity, uid) != before.get(folder):
            moved.append({"mailbox": mailbox, "folder": folder, "uidvalidity": goal.uidvalidity, "uid": uid})
    if moved:
        statement = insert_new(tx, folders, conflict=("mailbox", "folder"), then_set=("uidvalidity", "uid"))
        tx.execute(statement, moved)


def _vouched(deliveries: Sequence[Delivery], before: Marks) -> dict[str, Mark]:
    """Up to the highest UID of each folder, and never back."""
    marks: dict[str, Mark] = {}
    for d in deliveries:
        mark = marks.get(d.folder) or before.get(d.folder)
        same = mark is not None and mark.uidvalidity == d.uidvalidity
        marks[d.folder] = Mark(d.uidvalidity, max(mark.uid, d.uid) if mark is not None and same else d.uid)
    return marks


def _safe(tx: Connection, mailbox: str, folder: str, before: Mark | None, goal: Mark) -> int:
    """How far the mark may go: down at any time, up to what is archived. Whatever the poller says, no mail is passed."""
    at = before.uid if before is not None and before.uidvalidity == goal.uidvalidity else 0
    if goal.uid <= at:
        return goal.uid
    return _archived_through(tx, mailbox, folder, goal.uidvalidity, above=at, through=goal.uid)


def _archived_through(tx: Connection, mailbox: str, folder: str, uidvalidity: int, *, above: int, through: int) -> int:
    """The highest archived UID that is not beyond `through`."""
    m = messages.c
    highest = select(func.max(m.uid)).where(
        m.mailbox == mailbox, m.folder == folder, m.uidvalidity == uidvalidity, m.uid > above, m.uid <= through
    )
    return tx.execute(highest).scalar() or above


def take(tx: Connection, n: int, now: datetime) -> list[Taken]:
    """Claim up to `n` mails that wait to be read, oldest first. Two takers never get the same one."""
    m = messages.c
    free = or_(m.claimed_at.is_(None), m.claimed_at < now - CLAIM)
    waiting = select(messages).where(m.state == State.RECEIVED, free).order_by(m.id).limit(n)
    rows = tx.execute(waiting.with_for_update(skip_locked=True)).all()
    if rows:
        claim = update(messages).where(m.id.in_([r.id for r in rows]))
        tx.execute(claim.values(claimed_at=now, read_attempts=m.read_attempts + 1))
    return [
        Taken(
            id=r.id,
            mailbox=r.mailbox,
            ref=Ref(r.segment, r.offset, r.size, r.sha256),
            received_at=r.received_at,
            folder=r.folder,
            uidvalidity=r.uidvalidity,
            uid=r.uid,
            junk=r.junk,
            complete=r.complete,
            attempts=r.read_attempts + 1,
        )
        for r in rows
    ]


def release_claims(tx: Connection) -> int:
    """Give back what workers of an earlier run had taken. Only under the daemon's lock. Returns how many."""
    m = messages.c
    taken = update(messages).where(m.state == State.RECEIVED, m.claimed_at.is_not(None))
    return tx.execute(taken.values(claimed_at=None)).rowcount


def unsettled(tx: Connection, ids: Collection[int]) -> set[int]:
    """Those of the mails that are still to be settled, locked until the transaction ends: nobody settles one twice."""
    m = messages.c
    rows = select(m.id).where(m.id.in_(ids), m.state == State.RECEIVED).order_by(m.id).with_for_update()
    return set(tx.scalars(rows))


_FINISH = (
    update(messages)
    .where(messages.c.id == bindparam("row"))
    .values(
        {
            name: bindparam(name)
            for name in (
                *("message_id", "content_hash", "state", "kind", "reason", "campaign", "sender_name", "sender_address"),
                *("subject", "excerpt", "problems", "defects", "repeat_of", "finished_at"),
            )
        }
        | {"claimed_at": None}
    )
)


def finish(tx: Connection, outcomes: Sequence[tuple[int, Outcome, int | None]], now: datetime) -> None:
    """Write what was read and decided: (message, outcome, the message it repeats). Called by `storage.filing.file`."""
    if outcomes:
        tx.execute(_FINISH, [_finished(*outcome, now) for outcome in outcomes])


def _finished(message: int, outcome: Outcome, repeat_of: int | None, now: datetime) -> dict[str, Any]:
    reading = outcome.reading
    return {
        "row": message,
        "message_id": reading.message_id,
        "content_hash": reading.content_hash or None,
        "state": outcome.state,
        "kind": reading.kind,
        "reason": outcome.reason,
        "campaign": reading.campaign,
        "sender_name": reading.sender.name,
        "sender_address": reading.sender.address,
        "subject": reading.subject.text,
        "excerpt": reading.excerpt,
        "problems": [asdict(p) for p in reading.problems]
        + [asdict(p) for change in outcome.changes for p in change.problems],
        "defects": list(reading.defects),
        "repeat_of": repeat_of,
        "finished_at": now,
    }


def fail(
    tx: Connection,
    message: int,
    reason: str,
    now: datetime,
    *,
    kind: Kind | None = None,
    message_id: str | None = None,
    sender: str | None = None,
    subject: str | None = None,
) -> None:
    """Set a mail aside that could not be read; `reason` is Chinese. Whatever is known of its header helps staff."""
    known = {"kind": kind, "message_id": message_id, "sender_address": sender, "subject": subject}
    values = {name: value for name, value in known.items() if value is not None}
    tx.execute(
        update(messages)
        .where(messages.c.id == message, messages.c.state == State.RECEIVED)
        .values(state=State.FAILED, reason=reason, claimed_at=None, finished_at=now, **values)
    )


def reprocess(tx: Connection, ids: Collection[int]) -> list[int]:
    """Have mails read again; only those that changed no case. Returns the ids that now wait."""
    m = messages.c
    again = update(messages).where(m.id.in_(ids), m.state.in_(REPEATABLE))
    values = {
        "state": State.RECEIVED,
        "reason": "",
        "claimed_at": None,
        "finished_at": None,
        "repeat_of": None,
        "read_attempts": 0,
    }
    return sorted(tx.scalars(again.values(values).returning(m.id)))


def in_state(tx: Connection, *states: State) -> list[int]:
    """Ids of the mails in these states, oldest first."""
    return list(tx.scalars(select(messages.c.id).where(messages.c.state.in_(states)).order_by(messages.c.id)))


def ref(tx: Connection, message: int) -> Ref | None:
    """Where the mail's bytes are; None where there is no such mail."""
    m = messages.c
    row = tx.execute(select(m.segment, m.offset, m.size, m.sha256).where(m.id == message)).one_or_none()
    return row and Ref(*row)


def counts(tx: Connection) -> dict[State, int]:
    """How many mails are in each state."""
    rows = tx.execute(select(messages.c.state, func.count()).group_by(messages.c.state))
    return {State(state): count for state, count in rows}


def listing(tx: Connection) -> list[dict[str, Any]]:
    """All mails, oldest first, as `messages list --json` prints them."""
    numbers: defaultdict[int, list[str]] = defaultdict(list)
    pairs = select(case_messages.c.message_id, cases.c.number).join(cases).order_by(cases.c.id)
    for message, number in tx.execute(pairs):
        numbers[message].append(number)
    rows = tx.execute(select(messages).order_by(messages.c.id)).mappings()
    return [_listed(row, numbers[row["id"]]) for row in rows]


def _listed(row: RowMapping, numbers: Sequence[str]) -> dict[str, Any]:
    plain = (
        *(
            "id",
            "mailbox",
            "message_id",
            "folder",
            "uidvalidity",
            "uid",
            "kind",
            "state",
            "reason",
            "campaign",
            "subject",
        ),
        *("excerpt", "repeat_of", "junk", "complete", "size", "sha256", "read_attempts"),
    )
    return {name: row[name] for name in plain} | {
        "sender": {"name": row["sender_name"] or "", "address": row["sender_address"] or ""},
        "cases": list(numbers),
        "problems": row["problems"] or [],
        "defects": row["defects"] or [],
        "received_at": row["received_at"].isoformat(),
        "finished_at": row["finished_at"] and row["finished_at"].isoformat(),
    }
