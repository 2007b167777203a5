"""The cases on file, as they are listed and shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, RowMapping, or_, select

from intake.draft import FieldValue
from storage.schema import (
    attachments,
    case_messages,
    cases,
    events,
    field_values,
    messages,
    outgoing,
    outgoing_cases,
)


def current_fields(tx: Connection, ids: Collection[int] | None) -> dict[int, dict[str, FieldValue]]:
    """Case id -> its current values, in the order they were written. None: of all cases."""
    v = field_values.c
    query = select(v.case_id, v.key, v.value, v.number, v.raw, v.source, v.confidence).where(v.current).order_by(v.id)
    if ids is not None:
        query = query.where(v.case_id.in_(ids))
    fields: defaultdict[int, dict[str, FieldValue]] = defaultdict(dict)
    for r in tx.execute(query):
        fields[r.case_id][r.key] = field_value(r)
    return fields


def field_value(row: Any) -> FieldValue:
    value = int(row.value) if row.number else row.value
    return FieldValue(value, row.raw, row.source, row.confidence)


def listing(tx: Connection) -> list[dict[str, Any]]:
    """All cases, oldest first, as `cases list --json` prints them."""
    fields = current_fields(tx, None)
    cm, m = case_messages.c, messages.c
    ids: defaultdict[int, list[str]] = defaultdict(list)
    joined = select(cm.case_id, m.message_id).join(messages, m.id == cm.message_id).order_by(cm.case_id, m.id)
    for case, message_id in tx.execute(joined.where(m.message_id.is_not(None))):
        ids[case].append(message_id)
    rows = tx.execute(select(cases).order_by(cases.c.id)).mappings()
    return [_listed(row, fields.get(row["id"], {}), ids.get(row["id"], [])) for row in rows]


def _listed(row: RowMapping, fields: Mapping[str, FieldValue], message_ids: Sequence[str]) -> dict[str, Any]:
    plain = (
        *("number", "campaign", "stage", "complete", "missing", "problems", "batch", "category", "tags", "priority"),
        *("assignee", "similar", "mailbox"),
    )
    return {name: row[name] for name in plain} | {
        "message_ids": list(message_ids),
        "fields": {key: asdict(value) for key, value in fields.items()},
        "doubtful": [key for key, value in fields.items() if value.doubtful],
        "sender": {"name": row["sender_name"], "address": row["sender_address"]},
        "received_at": row["received_at"].isoformat(),
        "opened_at": row["opened_at"].isoformat(),
        "updated_at": row["updated_at"].isoformat(),
    }


def show(tx: Connection, number: str) -> dict[str, Any] | None:
    """All that is known of one case: history of every field, mails, attachments, answers, events, decision. None: no such case."""
    row = tx.execute(select(cases).where(cases.c.number == number)).mappings().one_or_none()
    if row is None:
        return None
    case = row["id"]
    mails = _mails_of(tx, case)
    listed = _listed(row, current_fields(tx, [case]).get(case, {}), [m["message_id"] for m in mails if m["message_id"]])
    answers = _answers_of(tx, number)
    return listed | {
        "decision": row["decision"] | {"ruleset": row["ruleset"]},
        "history": _history_of(tx, case),
        "messages": mails,
        "attachments": attachments_of(tx, [m["id"] for m in mails]),
        "outgoing": answers,
        "events": _events_of(tx, case, [m["id"] for m in mails], [a["id"] for a in answers]),
    }


def _history_of(tx: Connection, case: int) -> list[dict[str, Any]]:
    v = field_values.c
    rows = tx.execute(select(field_values).where(v.case_id == case).order_by(v.key, v.id))
    return [
        {"field": r.key, **asdict(field_value(r)), "message": r.message_id, "staff": r.staff, "current": r.current}
        | {"at": r.at.isoformat()}
        for r in rows
    ]


def _mails_of(tx: Connection, case: int) -> list[dict[str, Any]]:
    m, cm = messages.c, case_messages.c
    columns = (m.id, m.message_id, m.subject, m.sender_name, m.sender_address, m.state, m.kind, m.excerpt, cm.role)
    query = (
        select(*columns, m.problems, m.received_at).join(case_messages, cm.message_id == m.id).where(cm.case_id == case)
    )
    return [
        dict(r) | {"problems": r["problems"] or [], "received_at": r["received_at"].isoformat()}
        for r in tx.execute(query.order_by(m.id)).mappings()
    ]


def attachments_of(tx: Connection, mails: Collection[int]) -> list[dict[str, Any]]:
    """The files that came with these mails, those of archives behind the archive."""
    a = attachments.c
    columns = (a.message_id.label("message"), a.filename, a.content_type, a.size, a.role, a.sha256, a.path)
    rows = tx.execute(select(*columns).where(a.message_id.in_(mails)).order_by(a.id))
    return [dict(row) for row in rows.mappings()]


def _answers_of(tx: Connection, number: str) -> list[dict[str, Any]]:
    o, oc = outgoing.c, outgoing_cases.c
    columns = (
        o.id,
        o.kind,
        o.to_address.label("to"),
        o.subject,
        o.message_id,
        o.state,
        o.held,
        o.attempts,
        o.last_reply,
    )
    moments = ("created_at", "bounced_at")
    query = (
        select(*columns, o.created_at, o.bounced_at)
        .join(outgoing_cases, oc.outgoing_id == o.id)
        .where(oc.number == number)
    )
    rows = tx.execute(query.order_by(o.id)).mappings()
    return [dict(row) | {name: row[name] and row[name].isoformat() for name in moments} for row in rows]


def _events_of(tx: Connection, case: int, mails: Collection[int], answers: Collection[int]) -> list[dict[str, Any]]:
    e = events.c
    about = or_(e.case_id == case, (e.message_id.in_(mails) & e.case_id.is_(None)), e.outgoing_id.in_(answers))
    rows = tx.execute(select(events).where(about).order_by(e.at, e.id))
    return [
        {"at": r.at.isoformat(), "kind": r.kind, "message": r.message_id, "outgoing": r.outgoing_id, "detail": r.detail}
        for r in rows
    ]
