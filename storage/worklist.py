"""The work list: what the daily digest and the console put before staff. Asks, and decides nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, false, func, or_, select

from intake.draft import FieldValue
from intake.kind import Kind
from intake.outcome import FILE_CODES, State
from storage.cases import current_fields
from storage.operations import Alert, open_alerts
from storage.outgoing import OutgoingState
from storage.schema import case_identities, case_messages, cases, messages, outgoing


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of the list. Which field is the nominee is the campaign's business."""

    number: str
    campaign: str
    stage: str
    batch: str
    complete: bool
    missing: tuple[str, ...]
    category: str | None
    tags: tuple[str, ...]
    priority: str | None
    assignee: str | None
    sender_name: str
    sender_address: str
    fields: Mapping[str, FieldValue]
    problems: tuple[Mapping[str, Any], ...]
    similar: tuple[str, ...]  # numbers of other cases that may be about the same nominee
    opened_at: datetime
    updated_at: datetime
    waiting_days: int  # whole days since the last mail or edit


@dataclass(frozen=True, slots=True)
class MailRow:
    """One incoming mail of the list."""

    id: int
    mailbox: str
    folder: str
    message_id: str | None
    kind: str | None
    state: str
    reason: str
    sender_name: str
    sender_address: str
    subject: str
    excerpt: str
    received_at: datetime
    problems: tuple[str, ...]  # codes
    cases: tuple[str, ...]
    unread: tuple[str, ...] = ()  # of its files: which, and why, as the sender was told


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One outgoing mail of the list."""

    id: int
    kind: str
    to: str
    subject: str
    case: str | None
    cases: tuple[str, ...]
    state: str
    held: str | None
    last_reply: str | None
    attempts: int
    created_at: datetime
    bounced: bool


@dataclass(frozen=True, slots=True)
class WorkList:
    """All that staff must look at. What happened is from `since` until `until`; what is open stays until it is done."""

    since: datetime
    until: datetime
    new: tuple[CaseRow, ...]  # opened in the time
    to_verify: tuple[CaseRow, ...]  # complete, and nobody has moved them on
    waiting: tuple[CaseRow, ...]  # for the submitter, longest first
    duplicates: tuple[CaseRow, ...]  # touched in the time, with others alike
    unread: tuple[MailRow, ...]  # could not be read, not yet reprocessed
    held: tuple[MailRow, ...]  # a person must look before anything happens
    partly: tuple[MailRow, ...]  # filed in the time, with an attachment nobody could read, and not sent again
    other: tuple[
        MailRow, ...
    ]  # people who wrote something else in the time, or an answer with nothing new; not answered by us
    held_answers: tuple[AnswerRow, ...]  # wait for a release
    undeliverable: tuple[AnswerRow, ...]  # parked, given up, in doubt; bounced in the time
    alerts: tuple[Alert, ...]
    received: Mapping[State, int]  # mails finished in the time, by state
    stages: Mapping[str, Mapping[str, int]]  # campaign -> stage -> cases, over all
    opened_by_day: Mapping[date, int]  # new cases in the time, by day

    @property
    def empty(self) -> bool:
        """Nothing that anybody has to do."""
        lists = (
            self.new,
            self.to_verify,
            self.waiting,
            self.duplicates,
            self.unread,
            self.held,
            self.partly,
            self.other,
        )
        return not any((*lists, self.held_answers, self.undeliverable, self.alerts))


def worklist(
    tx: Connection, since: datetime, until: datetime, now: datetime, *, zone: tzinfo, verify: Mapping[str, str]
) -> WorkList:
    """The list for the time from `since` until `until` (not included).

    `zone` says what a day is, `verify` in which stage a campaign's complete cases wait for staff.
    """
    c, m = cases.c, messages.c
    finished = (m.finished_at >= since) & (m.finished_at < until)
    new = _cases(tx, (c.opened_at >= since) & (c.opened_at < until), now)
    filed = _mails(tx, finished & m.state.in_((State.FILED, State.MERGED)) & ~_sent_again())
    return WorkList(
        since=since,
        until=until,
        new=new,
        to_verify=_to_verify(tx, verify, now),
        waiting=tuple(sorted(_cases(tx, ~c.complete, now), key=lambda row: (row.updated_at, row.number))),
        duplicates=_duplicates(tx, (c.updated_at >= since) & (c.updated_at < until), now),
        unread=_mails(tx, m.state == State.FAILED),
        held=_mails(tx, m.state == State.HELD),
        partly=tuple(row for row in filed if FILE_CODES.intersection(row.problems)),
        other=_mails(tx, finished & _for_people() & ~exists().where(outgoing.c.answers == m.id)),
        held_answers=_answers(tx, outgoing.c.state == OutgoingState.HELD),
        undeliverable=_undeliverable(tx, since, until),
        alerts=tuple(open_alerts(tx)),
        received=_received(tx, finished),
        stages=_stages(tx),
        opened_by_day=dict(sorted(Counter(row.opened_at.astimezone(zone).date() for row in new).items())),
    )


def _cases(tx: Connection, which: ColumnElement[bool], now: datetime) -> tuple[CaseRow, ...]:
    rows = tx.execute(select(cases).where(which).order_by(cases.c.id)).all()
    ids = [row.id for row in rows]
    fields = current_fields(tx, ids)
    similar = _similar(tx, ids)
    return tuple(_case_row(row, fields.get(row.id, {}), similar.get(row.id, ()), now) for row in rows)


def _case_row(row: Row[Any], fields: Mapping[str, FieldValue], similar: Sequence[str], now: datetime) -> CaseRow:
    return CaseRow(
        number=row.number,
        campaign=row.campaign,
        stage=row.stage,
        batch=row.batch,
        complete=row.complete,
        missing=tuple(row.missing),
        category=row.category,
        tags=tuple(row.tags),
        priority=row.priority,
        assignee=row.assignee,
        sender_name=row.sender_name,
        sender_address=row.sender_address,
        fields=fields,
        problems=tuple(row.problems),
        similar=tuple(similar),
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        waiting_days=max(0, (now - row.updated_at).days),
    )


def _similar(tx: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Case -> numbers of the cases that share an identity with it: also those filed in the same batch, or later."""
    mine, other = case_identities.alias(), case_identities.alias()
    query = (
        select(mine.c.case_id, cases.c.number)
        .join(other, (other.c.campaign == mine.c.campaign) & (other.c.token == mine.c.token))
        .join(cases, cases.c.id == other.c.case_id)
        .where(mine.c.case_id.in_(ids), other.c.case_id != mine.c.case_id)
        .distinct()
        .order_by(mine.c.case_id, cases.c.number)
    )
    numbers: defaultdict[int, list[str]] = defaultdict(list)
    for case, number in tx.execute(query):
        numbers[case].append(number)
    return numbers


def _to_verify(tx: Connection, verify: Mapping[str, str], now: datetime) -> tuple[CaseRow, ...]:
    c = cases.c
    stages = [(c.campaign == campaign) & (c.stage == stage) for campaign, stage in verify.items()]
    return _cases(tx, or_(false(), *stages) & c.complete, now)


def _duplicates(tx: Connection, touched: ColumnElement[bool], now: datetime) -> tuple[CaseRow, ...]:
    return tuple(row for row in _cases(tx, touched, now) if row.similar)


def _for_people() -> ColumnElement[bool]:
    """Written by a person, with nothing in it that we could act on: questions, thanks, what we did not understand."""
    m = messages.c
    return or_(
        (m.kind == Kind.OTHER) & (m.state == State.IGNORED), (m.kind == Kind.FOLLOW_UP) & (m.state == State.MERGED)
    )


def _sent_again() -> ColumnElement[bool]:
    """Its sender was asked for the form once more, and its cases are complete by now."""
    m, o, cm = messages.c, outgoing.c, case_messages.c
    asked = exists().where(o.answers == m.id, o.kind == "unreadable_attachment")
    waiting = exists().where(cm.message_id == m.id, cm.case_id == cases.c.id, ~cases.c.complete)
    return asked & ~waiting


def _mails(tx: Connection, which: ColumnElement[bool]) -> tuple[MailRow, ...]:
    rows = tx.execute(select(messages).where(which).order_by(messages.c.id)).all()
    cm = case_messages.c
    pairs = select(cm.message_id, cases.c.number).join(cases).where(cm.message_id.in_([r.id for r in rows]))
    numbers: defaultdict[int, list[str]] = defaultdict(list)
    for message, number in tx.execute(pairs.order_by(cases.c.id)):
        numbers[message].append(number)
    return tuple(_mail_row(row, numbers.get(row.id, ())) for row in rows)


def _mail_row(row: Row[Any], numbers: Sequence[str]) -> MailRow:
    return MailRow(
        id=row.id,
        mailbox=row.mailbox,
        folder=row.folder,
        message_id=row.message_id,
        kind=row.kind,
        state=row.state,
        reason=row.reason,
        sender_name=row.sender_name or "",
        sender_address=row.sender_address or "",
        subject=row.subject or "",
        excerpt=row.excerpt or "",
        received_at=row.received_at,
        problems=tuple(dict.fromkeys(p["code"] for p in row.problems or ())),
        cases=tuple(numbers),
        unread=tuple(dict.fromkeys(p["message"] for p in row.problems or () if p["code"] in FILE_CODES)),
    )


def _answers(tx: Connection, which: ColumnElement[bool]) -> tuple[AnswerRow, ...]:
    o = outgoing.c
    columns = (o.id, o.kind, o.to_address, o.subject, o.case_number, o.cases, o.state, o.held, o.last_reply)
    rows = tx.execute(select(*columns, o.attempts, o.created_at, o.bounced_at).where(which).order_by(o.id))
    return tuple(_answer_row(row) for row in rows)


def _answer_row(row: Any) -> AnswerRow:
    return AnswerRow(
        id=row.id,
        kind=row.kind,
        to=row.to_address,
        subject=row.subject,
        case=row.case_number,
        cases=tuple(row.cases),
        state=row.state,
        held=row.held,
        last_reply=row.last_reply,
        attempts=row.attempts,
        created_at=row.created_at,
        bounced=row.bounced_at is not None,
    )


def _undeliverable(tx: Connection, since: datetime, until: datetime) -> tuple[AnswerRow, ...]:
    o = outgoing.c
    stuck = o.state.in_((OutgoingState.PARKED, OutgoingState.FAILED, OutgoingState.IN_DOUBT))
    return _answers(tx, or_(stuck, (o.bounced_at >= since) & (o.bounced_at < until)))


def _received(tx: Connection, finished: ColumnElement[bool]) -> dict[State, int]:
    rows = tx.execute(select(messages.c.state, func.count()).where(finished).group_by(messages.c.state))
    return {State(state): count for state, count in rows}


def _stages(tx: Connection) -> dict[str, dict[str, int]]:
    c = cases.c
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for campaign, stage, count in tx.execute(select(c.campaign, c.stage, func.count()).group_by(c.campaign, c.stage)):
        counts[campaign][stage] = count
    return dict(counts)
