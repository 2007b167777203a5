"""What is on file about a mail, looked up before it is decided on: a handful of queries for a whole batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, func, or_, select

from intake.draft import FieldValue
from intake.outcome import Known, KnownCase, State
from intake.submission import Reading
from intake.values.values import Problem
from rules.campaign import Campaign
from storage.cases import current_fields
from storage.schema import (
    case_identities,
    case_messages,
    cases,
    messages,
    outgoing,
    outgoing_cases,
)

#: References looked at in one mail: a hostile header may name thousands.
REFERENCES = 50
#: Incomplete cases of one sender that a new mail may bear on.
SAME_SENDER = 20

Campaigns = Mapping[str, Campaign]


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
            problems=tuple(Problem(**problem) for problem in r.problems),
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
