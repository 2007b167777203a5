"""Files what was decided, in batched statements: cases, field history, attachments, events; and what staff change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from intake.draft import FieldValue
from intake.outcome import CaseChange, Outcome
from rules.campaign import Campaign
from rules.triage import RuleOutcome
from storage import messages as mail
from storage.engine import insert_new
from storage.known import identity_tokens
from storage.schema import (
    attachments,
    case_identities,
    case_messages,
    cases,
    counters,
    events,
    field_values,
)

#: RFC 5321 allows 254 characters; PostgreSQL cannot index what is much longer.
ADDRESS = 320

Campaigns = Mapping[str, Campaign]


@dataclass(frozen=True, slots=True)
class Filing:
    """A decided mail, about to be filed."""

    message: int
    outcome: Outcome
    received_at: datetime
    mailbox: str
    repeat_of: int | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """A case that a mail opened or was added to."""

    number: str
    change: CaseChange
    opened: bool


def file(
    tx: Connection, filings: Sequence[Filing], now: datetime, campaigns: Campaigns, year: int
) -> list[tuple[Filed, ...] | None]:
    """File decided mails: cases, field history, attachments, events, and the mails' own rows, in batched statements.

    `year` goes into new case numbers. Returns for each mail its cases in the order of the outcome's changes; None for
    a mail that another worker settled meanwhile: nothing was written for it, and it must not be answered again.
    """
    waiting = mail.unsettled(tx, [f.message for f in filings])
    live = [f for f in filings if f.message in waiting]
    mail.finish(tx, [(f.message, f.outcome, f.repeat_of) for f in live], now)
    numbers = _number(tx, live, campaigns, year)
    changes = [
        (filing, Filed(numbers.get((filing.message, i)) or str(change.number), change, opened=change.number is None))
        for filing in live
        for i, change in enumerate(filing.outcome.changes)
    ]
    ids = _open_cases(tx, changes, now)
    _update_cases(tx, changes, ids, now)
    written = _write_values(tx, changes, ids, now)
    _write_identities(tx, changes, ids, campaigns)
    _link_messages(tx, changes, ids, written, now)
    _keep_attachments(tx, live)
    _record(tx, live, changes, ids, written, now=now)
    by_message: defaultdict[int, list[Filed]] = defaultdict(list)
    for filing, filed in changes:
        by_message[filing.message].append(filed)
    return [tuple(by_message[f.message]) if f.message in waiting else None for f in filings]


_Changes = Sequence[tuple[Filing, Filed]]
_Ids = Mapping[str, int]
_Written = Mapping[tuple[int, str], int]  # (message, case number) -> how many values became current


def _number(tx: Connection, filings: Sequence[Filing], campaigns: Campaigns, year: int) -> dict[tuple[int, int], str]:
    """(message, index of change) -> number, for every case to be opened."""
    new: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for filing in filings:
        for i, change in enumerate(filing.outcome.changes):
            if change.number is None:
                new[campaigns[change.campaign].case_prefix].append((filing.message, i))
    numbers: dict[tuple[int, int], str] = {}
    for prefix, places in sorted(new.items()):
        last = allocate(tx, prefix, year, len(places))
        for place, n in zip(places, range(last - len(places) + 1, last + 1), strict=True):
            numbers[place] = f"{prefix}-{year}-{n:05d}"
    return numbers


def allocate(tx: Connection, prefix: str, year: int, count: int) -> int:
    """Take `count` numbers in one step; returns the last of them. The row stays locked until the commit."""
    c = counters.c
    tx.execute(insert_new(tx, counters), {"prefix": prefix, "year": year, "last": 0})
    add = update(counters).where(c.prefix == prefix, c.year == year).values(last=c.last + count)
    return int(tx.execute(add.returning(c.last)).scalar_one())


def _open_cases(tx: Connection, changes: _Changes, now: datetime) -> dict[str, int]:
    """Insert new cases and lock the others. Case number -> id."""
    ids: dict[str, int] = {}
    if others := {filed.number for _, filed in changes if not filed.opened}:
        query = select(cases.c.id, cases.c.number).where(cases.c.number.in_(others)).order_by(cases.c.id)
        ids |= {row.number: row.id for row in tx.execute(query.with_for_update())}
    rows = [
        _case_values(filed.change, now)
        | {
            "number": filed.number,
            "campaign": filed.change.campaign,
            "batch": filed.change.batch,
            "sender_name": filing.outcome.reading.sender.name,
            "sender_address": filing.outcome.reading.sender.address[:ADDRESS],
            "mailbox": filing.mailbox,
            "received_at": filing.received_at,
            "opened_at": now,
        }
        for filing, filed in changes
        if filed.opened
    ]
    if rows:
        new = tx.execute(cases.insert().returning(cases.c.id, cases.c.number), rows)
        ids |= {row.number: row.id for row in new}
    return ids


def _case_values(change: CaseChange, now: datetime) -> dict[str, Any]:
    """What a change says about its case, whether new or old. The batch of a case stays that of its first mail."""
    decision = change.decision
    return {
        "stage": change.stage,
        "complete": change.complete,
        "missing": list(change.missing),
        "problems": [asdict(p) for p in (*change.unsettled, *change.problems)],
        "category": decision.category,
        "tags": list(decision.tags),
        "priority": decision.priority,
        "assignee": decision.assignee,
        "ruleset": decision.ruleset,
        "decision": {
            "matched": [_rule(r) for r in decision.matched],
            "missed": [_rule(r) for r in decision.missed],
            "unclear": [_rule(r) for r in decision.unclear],
        },
        "similar": list(change.similar),
        "updated_at": now,
    }


def _rule(outcome: RuleOutcome) -> dict[str, Any]:
    return {
        "rule": outcome.rule,
        "line": outcome.line,
        "why": outcome.why,
        "explanation": outcome.explanation,
        "effects": {k: list(v) if isinstance(v, tuple) else v for k, v in outcome.effects.items()},
    }


_UPDATED = (
    "stage",
    "complete",
    "missing",
    "problems",
    "category",
    "tags",
    "priority",
    "assignee",
    "ruleset",
    "decision",
    "updated_at",
)
_UPDATE = update(cases).where(cases.c.id == bindparam("row")).values({name: bindparam(name) for name in _UPDATED})


def _update_cases(tx: Connection, changes: _Changes, ids: _Ids, now: datetime) -> None:
    rows = []
    for _, filed in changes:
        if not filed.opened:
            values = _case_values(filed.change, now)
            rows.append({"row": ids[filed.number]} | {name: values[name] for name in _UPDATED})
    if rows:
        tx.execute(_UPDATE, rows)


def _write_values(tx: Connection, changes: _Changes, ids: _Ids, now: datetime) -> dict[tuple[int, str], int]:
    """Add to the field history. A value equal to the current one, and no surer, is not written again; a new one takes its
    place as the current one, unless a person of the staff typed that: then it is kept beside it."""
    current = _current_values(tx, [ids[filed.number] for _, filed in changes if not filed.opened])
    written: dict[tuple[int, str], int] = {}
    replaced: list[int] = []
    rows: list[dict[str, Any]] = []
    fresh: dict[tuple[int, str], dict[str, Any]] = {}  # current rows of this batch, which have no id yet
    for filing, filed in changes:
        case = ids[filed.number]
        written[filing.message, filed.number] = 0
        for key, value in filed.change.new_values.items():
            row = _value_row(case, key, value, filing.message, now)
            old = fresh.get((case, key)) or current.get((case, key))
            same = old is not None and (old["value"], old["number"]) == (row["value"], row["number"])
            if old is not None and same and old["confidence"] >= row["confidence"]:
                continue
            if old is not None and old["staff"] is None:
                old["current"] = False
                if "id" in old:
                    replaced.append(old["id"])
            row["current"] = old is None or old["staff"] is None
            if row["current"]:
                fresh[case, key] = row
                written[filing.message, filed.number] += 1
            rows.append(row)
        for key, value in filed.change.contested.items():
            rows.append(_value_row(case, key, value, filing.message, now) | {"current": False})
    if replaced:
        tx.execute(update(field_values).where(field_values.c.id.in_(replaced)).values(current=False))
    if rows:
        tx.execute(field_values.insert(), rows)
    return written


def _current_values(tx: Connection, ids: Collection[int]) -> dict[tuple[int, str], dict[str, Any]]:
    if not ids:
        return {}
    v = field_values.c
    columns = (v.id, v.case_id, v.key, v.value, v.number, v.confidence, v.staff)
    query = select(*columns).where(v.case_id.in_(ids), v.current)
    return {(row["case_id"], row["key"]): dict(row) for row in tx.execute(query).mappings()}


def _value_row(case: int, key: str, value: FieldValue, message: int | None, now: datetime) -> dict[str, Any]:
    return {
        "case_id": case,
        "key": key,
        "value": str(value.value),
        "number": isinstance(value.value, int),
        "raw": value.raw,
        "source": value.source,
        "confidence": value.confidence,
        "message_id": message,
        "staff": None,
        "at": now,
        "current": True,
    }


def _write_identities(tx: Connection, changes: _Changes, ids: _Ids, campaigns: Campaigns) -> None:
    rows = [
        {"campaign": filed.change.campaign, "token": token, "case_id": ids[filed.number]}
        for _, filed in changes
        if filed.change.campaign in campaigns
        for token in identity_tokens(filed.change.fields, campaigns[filed.change.campaign].identity)
    ]
    if rows:
        tx.execute(insert_new(tx, case_identities), rows)


def _link_messages(tx: Connection, changes: _Changes, ids: _Ids, written: _Written, now: datetime) -> None:
    rows = {
        (ids[filed.number], filing.message): {
            "case_id": ids[filed.number],
            "message_id": filing.message,
            "role": "opened" if filed.opened else "merged",
            "new_values": written[filing.message, filed.number],
            "at": now,
        }
        for filing, filed in changes
    }
    if rows:
        tx.execute(insert_new(tx, case_messages), list(rows.values()))


def _keep_attachments(tx: Connection, filings: Sequence[Filing]) -> None:
    rows = [
        {
            "message_id": f.message,
            "filename": a.filename,
            "content_type": a.content_type,
            "size": a.size,
            "role": a.role,
            "sha256": a.sha256,
            "path": a.path,
        }
        for f in filings
        for a in f.outcome.reading.attachments
    ]
    if rows:
        # A mail read again says anew what it carries.
        tx.execute(attachments.delete().where(attachments.c.message_id.in_({f.message for f in filings})))
        tx.execute(attachments.insert(), rows)


def _record(
    tx: Connection, filings: Sequence[Filing], changes: _Changes, ids: _Ids, written: _Written, *, now: datetime
) -> None:
    """The audit trail: one line for what became of each mail, one for each case that it touched."""
    rows: list[dict[str, Any]] = [
        _event(now, f"message.{f.outcome.state}", None, f.message, {"reason": f.outcome.reason}) for f in filings
    ]
    for filing, filed in changes:
        case, change = ids[filed.number], filed.change
        detail: dict[str, Any] = {
            "stage": change.stage,
            "missing": list(change.missing),
            "source": change.source,
            "values": written[filing.message, filed.number],
        }
        rows.append(_event(now, "case.opened" if filed.opened else "case.merged", case, filing.message, detail))
        if change.contested:
            rows.append(_event(now, "case.contested", case, filing.message, {"fields": list(change.contested)}))
    if rows:
        tx.execute(events.insert(), rows)


def _event(
    now: datetime, kind: str, case: int | None, message: int | None, detail: Mapping[str, Any]
) -> dict[str, Any]:
    return {"at": now, "kind": kind, "case_id": case, "message_id": message, "detail": detail}


# --- what staff do ---


def edit(tx: Connection, number: str, key: str, value: FieldValue, *, staff: str, now: datetime) -> None:
    """A person of the staff sets a field: it outranks whatever mails say. KeyError where there is no such case."""
    case = _case_id(tx, number)
    v = field_values.c
    tx.execute(update(field_values).where(v.case_id == case, v.key == key, v.current).values(current=False))
    tx.execute(field_values.insert(), _value_row(case, key, value, None, now) | {"staff": staff})
    tx.execute(update(cases).where(cases.c.id == case).values(updated_at=now))
    tx.execute(events.insert(), [_event(now, "case.edited", case, None, {"field": key, "staff": staff})])


def move(tx: Connection, number: str, stage: str, *, staff: str, now: datetime) -> None:
    """A person of the staff moves a case to another stage. KeyError where there is no such case."""
    case = _case_id(tx, number)
    tx.execute(update(cases).where(cases.c.id == case).values(stage=stage, updated_at=now))
    tx.execute(events.insert(), [_event(now, "case.moved", case, None, {"stage": stage, "staff": staff})])


def _case_id(tx: Connection, number: str) -> int:
    case = tx.execute(select(cases.c.id).where(cases.c.number == number).with_for_update()).scalar()
    if case is None:
        raise KeyError(number)
    return int(case)
