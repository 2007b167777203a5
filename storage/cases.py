"""Cases: what is on file about a mail before it is decided on, and the filing of what was decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, or_, select, update

from intake.outcome import CaseChange, Known, KnownCase, Outcome, State
from intake.submission import FieldValue, Reading
from rules.campaign import Campaign
from rules.triage import RuleOutcome
from storage import messages as mail
from storage.database import insert_new
from storage.schema import (
    attachments,
    case_identities,
    case_messages,
    cases,
    counters,
    events,
    field_values,
    messages,
    outgoing,
    outgoing_cases,
)

#: References looked at in one mail: a hostile header may name thousands.
REFERENCES = 50
#: Incomplete cases of one sender that a new mail may bear on.
SAME_SENDER = 20
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


# --- looking up, before deciding ---


def known(tx: Connection, readings: Sequence[tuple[int, Reading]], now: datetime, campaigns: Campaigns) -> list[Known]:
    """What is on file about each mail: a handful of queries for the whole batch, none of which grows with the database."""
    repeats = _repeats(tx, readings)
    ours = _answered(tx, readings)
    threads = {message: [n for answered in _named(r) for n in ours.get(answered, ())] for message, r in readings}
    claimed = _numbers_claimed(tx, readings)
    senders = {r.sender.address for _, r in readings if r.sender.address}
    waiting = _incomplete(tx, senders)
    found = _known_cases(tx, {n for ns in threads.values() for n in ns} | set(claimed), waiting)
    similar = _similar(tx, readings, campaigns)
    answers = _answers_since(tx, senders, now - timedelta(days=1))
    in_thread = _answers_in_threads(tx, found)
    result = []
    for message, reading in readings:
        sender = reading.sender.address
        by_number = [n for n in reading.case_numbers if n in claimed and claimed[n] == sender]
        thread = _unique(threads[message] or by_number)
        result.append(
            Known(
                repeat_of=repeats.get(message),
                threads=tuple(found[n] for n in thread if n in found),
                same_sender=tuple(found[n] for n in waiting.get(sender, ())),
                similar={
                    i: others
                    for i, numbers in similar[message].items()
                    if (others := tuple(n for n in numbers if n not in thread))
                },
                answers_today=answers.get(sender, 0),
                answers_in_thread=max((in_thread.get(n, 0) for n in thread), default=0),
                claims_number=any(claimed.get(n, sender) != sender and n not in thread for n in reading.case_numbers),
            )
        )
    return result


def _unique(numbers: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(numbers))


def _named(reading: Reading) -> list[str]:
    """The Message-IDs that a mail answers, the nearest first."""
    return _unique([*reading.in_reply_to[:REFERENCES], *reversed(reading.references[-REFERENCES:])])


def _repeats(tx: Connection, readings: Sequence[tuple[int, Reading]]) -> dict[int, int]:
    """Message -> the earlier one with the same content, on file or further up in this batch."""
    hashes = {r.content_hash for _, r in readings if r.content_hash}
    if not hashes:
        return {}
    m = messages.c
    settled = (State.FILED, State.MERGED, State.IGNORED, State.HELD)
    query = select(m.content_hash, func.min(m.id)).where(m.content_hash.in_(hashes), m.state.in_(settled))
    first: dict[str, int] = {row[0]: row[1] for row in tx.execute(query.group_by(m.content_hash))}
    repeats: dict[int, int] = {}
    for message, reading in readings:
        if reading.content_hash and first.setdefault(reading.content_hash, message) != message:
            repeats[message] = first[reading.content_hash]
    return repeats


def _answered(tx: Connection, readings: Sequence[tuple[int, Reading]]) -> dict[str, tuple[str, ...]]:
    """Message-ID of ours -> numbers of the cases that it spoke of."""
    ids = {named for _, r in readings for named in _named(r)}
    if not ids:
        return {}
    o = outgoing.c
    rows = tx.execute(select(o.message_id, o.case_number, o.cases).where(o.message_id.in_(ids)))
    return {r.message_id: tuple(r.cases) or ((r.case_number,) if r.case_number else ()) for r in rows}


def _numbers_claimed(tx: Connection, readings: Sequence[tuple[int, Reading]]) -> dict[str, str]:
    """Case number -> address of its sender, for the numbers that the mails name and that exist."""
    numbers = {n for _, r in readings for n in r.case_numbers[:REFERENCES]}
    if not numbers:
        return {}
    c = cases.c
    return {
        r.number: r.sender_address for r in tx.execute(select(c.number, c.sender_address).where(c.number.in_(numbers)))
    }


def _incomplete(tx: Connection, senders: Collection[str]) -> dict[str, list[str]]:
    """Sender -> numbers of incomplete cases, newest first."""
    if not senders:
        return {}
    c = cases.c
    rank = func.row_number().over(partition_by=c.sender_address, order_by=c.id.desc()).label("rank")
    open_ones = select(c.number, c.sender_address, rank).where(c.sender_address.in_(senders), ~c.complete).subquery()
    rows = select(open_ones.c.sender_address, open_ones.c.number).where(open_ones.c.rank <= SAME_SENDER)
    numbers: defaultdict[str, list[str]] = defaultdict(list)
    for sender, number in tx.execute(rows.order_by(open_ones.c.rank)):
        numbers[sender].append(number)
    return numbers


def _known_cases(
    tx: Connection, numbers: Collection[str], waiting: Mapping[str, Sequence[str]]
) -> dict[str, KnownCase]:
    wanted = {*numbers, *(n for ns in waiting.values() for n in ns)}
    if not wanted:
        return {}
    rows = tx.execute(select(cases).where(cases.c.number.in_(wanted))).all()
    fields = current_fields(tx, [r.id for r in rows])
    o = outgoing_cases.c
    rounds = _counted(tx, select(o.number, func.count()).where(o.number.in_(wanted)).group_by(o.number))
    return {
        r.number: KnownCase(
            number=r.number,
            campaign=r.campaign,
            stage=r.stage,
            sender=r.sender_address,
            fields=fields.get(r.id, {}),
            missing=tuple(r.missing),
            rounds=rounds.get(r.number, 0),
        )
        for r in rows
    }


def _similar(
    tx: Connection, readings: Sequence[tuple[int, Reading]], campaigns: Campaigns
) -> dict[int, dict[int, tuple[str, ...]]]:
    """Message -> index of submission -> numbers of cases that may be about the same nominee."""
    tokens = {
        (message, i): [(campaign.name, t) for t in identity_tokens(s.fields, campaign.identity)]
        for message, r in readings
        if (campaign := campaigns.get(r.campaign or "")) is not None
        for i, s in enumerate(r.submissions)
    }
    numbers = _numbers_by_token(tx, {pair for pairs in tokens.values() for pair in pairs})
    found: dict[int, dict[int, tuple[str, ...]]] = {message: {} for message, _ in readings}
    for (message, i), pairs in tokens.items():
        found[message][i] = tuple(_unique(n for pair in pairs for n in numbers.get(pair, ())))
    return found


def _numbers_by_token(tx: Connection, wanted: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], list[str]]:
    """(campaign, token) -> numbers of the cases that have it, oldest first."""
    numbers: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    if wanted:
        ci = case_identities.c
        names, tokens = (set(column) for column in zip(*wanted, strict=True))
        query = select(ci.campaign, ci.token, ci.case_id, cases.c.number).join(cases, cases.c.id == ci.case_id)
        rows = tx.execute(query.where(ci.campaign.in_(names), ci.token.in_(tokens))).all()
        for row in sorted(
            rows, key=lambda row: row.case_id
        ):  # not in SQL: SQLite would walk through all cases in order
            numbers[row.campaign, row.token].append(row.number)
    return numbers


def identity_tokens(fields: Mapping[str, FieldValue], identity: Sequence[str]) -> list[str]:
    """By what two cases are taken for the same nominee: the first identity field together with any one of the others.

    Two people of one name differ in phone and employer; where neither is known, the name alone has to do.
    """
    if not identity or identity[0] not in fields:
        return []
    name = _identity_value(fields[identity[0]])
    others = [f"{name}|{key}={_identity_value(fields[key])}" for key in identity[1:] if key in fields]
    return others or [name]


def _identity_value(field: FieldValue) -> str:
    return "".join(str(field.value).split()).casefold()[:200]


def _answers_since(tx: Connection, senders: Collection[str], since: datetime) -> dict[str, int]:
    """Address -> answers queued to it since then; the digest is no answer."""
    if not senders:
        return {}
    o = outgoing.c
    answers = or_(o.answers.is_not(None), o.case_number.is_not(None))
    query = select(o.to_address, func.count()).where(o.to_address.in_(senders), o.created_at > since, answers)
    return _counted(tx, query.group_by(o.to_address))


def _answers_in_threads(tx: Connection, found: Collection[str]) -> dict[str, int]:
    """Case -> answers queued since the last mail that told us something: what two machines would pile up."""
    if not found:
        return {}
    c, cm, o = cases.c, case_messages.c, outgoing_cases.c
    told = (
        select(c.number, func.max(cm.message_id).label("message"))
        .join(case_messages, cm.case_id == c.id)
        .where(c.number.in_(found), cm.new_values > 0)
        .group_by(c.number)
        .subquery()
    )
    query = select(o.number, func.count()).join(told, told.c.number == o.number).where(o.answers > told.c.message)
    return _counted(tx, query.group_by(o.number))


def _counted(tx: Connection, query: Select[str, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in tx.execute(query)}


# --- filing ---


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
        "problems": [asdict(p) for p in change.problems],
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
    """Add to the field history. A value equal to the current one is not written again; a new one takes its place as the
    current one, unless a person of the staff typed that: then it is kept beside it."""
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
            if old is not None and (old["value"], old["number"]) == (row["value"], row["number"]):
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
    query = select(v.id, v.case_id, v.key, v.value, v.number, v.staff).where(v.case_id.in_(ids), v.current)
    return {(r.case_id, r.key): dict(r._mapping) for r in tx.execute(query)}  # noqa: SLF001  SQLAlchemy's public name


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


# --- looking ---


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
    rows = tx.execute(select(cases).order_by(cases.c.id))
    return [_listed(row, fields.get(row.id, {}), ids.get(row.id, [])) for row in rows]


def _listed(row: Row[Any], fields: Mapping[str, FieldValue], message_ids: Sequence[str]) -> dict[str, Any]:
    plain = (
        *("number", "campaign", "stage", "complete", "missing", "problems", "batch", "category", "tags", "priority"),
        *("assignee", "similar", "mailbox"),
    )
    at = row._mapping  # noqa: SLF001  SQLAlchemy's public name
    return {name: at[name] for name in plain} | {
        "message_ids": list(message_ids),
        "fields": {key: asdict(value) for key, value in fields.items()},
        "sender": {"name": row.sender_name, "address": row.sender_address},
        "received_at": row.received_at.isoformat(),
        "opened_at": row.opened_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }


def show(tx: Connection, number: str) -> dict[str, Any] | None:
    """All that is known of one case: history of every field, mails, attachments, answers, events, decision. None: no such case."""
    row = tx.execute(select(cases).where(cases.c.number == number)).one_or_none()
    if row is None:
        return None
    mails = _mails_of(tx, row.id)
    listed = _listed(
        row, current_fields(tx, [row.id]).get(row.id, {}), [m["message_id"] for m in mails if m["message_id"]]
    )
    answers = _answers_of(tx, number)
    return listed | {
        "decision": row.decision | {"ruleset": row.ruleset},
        "history": _history_of(tx, row.id),
        "messages": mails,
        "attachments": _attachments_of(tx, [m["id"] for m in mails]),
        "outgoing": answers,
        "events": _events_of(tx, row.id, [m["id"] for m in mails], [a["id"] for a in answers]),
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
    query = select(*columns, m.received_at).join(case_messages, cm.message_id == m.id).where(cm.case_id == case)
    return [dict(r._mapping) | {"received_at": r.received_at.isoformat()} for r in tx.execute(query.order_by(m.id))]  # noqa: SLF001


def _attachments_of(tx: Connection, mails: Collection[int]) -> list[dict[str, Any]]:
    a = attachments.c
    columns = (a.message_id.label("message"), a.filename, a.content_type, a.size, a.role, a.sha256, a.path)
    rows = tx.execute(select(*columns).where(a.message_id.in_(mails)).order_by(a.id))
    return [dict(r._mapping) for r in rows]  # noqa: SLF001  SQLAlchemy's public name


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
    query = select(*columns, o.created_at).join(outgoing_cases, oc.outgoing_id == o.id).where(oc.number == number)
    return [dict(r._mapping) | {"created_at": r.created_at.isoformat()} for r in tx.execute(query.order_by(o.id))]  # noqa: SLF001


def _events_of(tx: Connection, case: int, mails: Collection[int], answers: Collection[int]) -> list[dict[str, Any]]:
    e = events.c
    about = or_(e.case_id == case, (e.message_id.in_(mails) & e.case_id.is_(None)), e.outgoing_id.in_(answers))
    rows = tx.execute(select(events).where(about).order_by(e.at, e.id))
    return [
        {"at": r.at.isoformat(), "kind": r.kind, "message": r.message_id, "outgoing": r.outgoing_id, "detail": r.detail}
        for r in rows
    ]
