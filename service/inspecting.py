"""What the service would make of a mail, as the JSON object that `intake inspect` prints. Touches nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from intake.decide import Book, decide
from intake.documents.means import PLAIN, Means
from intake.kind import Kind, Marks
from intake.mime.message import parse_message
from intake.nomination import Submission
from intake.outcome import CaseChange, Known, Outcome
from intake.submission import Reading, read_message
from intake.values.values import Problem
from outbox.compose import reply_subject
from rules.triage import Decision, RuleOutcome
from service.importing import Piece
from service.readers import Readers, in_order
from service.reading import Letterhead, Read, Task, arrival


def inspect_bytes(
    raw: bytes, books: Mapping[str, Book], marks: Marks, fallback: datetime, timezone: ZoneInfo, *, means: Means = PLAIN
) -> dict[str, Any]:
    """Read one mail here and now, and decide about it as if nothing were on file.

    Its Date counts as the day of arrival, `fallback` (aware) where it has none or one that lies later than that.
    """
    message = parse_message(raw)
    arrived = arrival(message, fallback.astimezone(timezone))
    campaigns = tuple(book.campaign for book in books.values())
    reading = read_message(message, campaigns, marks, arrived, means)
    return as_json(decide(reading, Known(), books, arrived.date()))


def inspected(
    pieces: Iterable[Piece], readers: Readers, books: Mapping[str, Book], now: datetime
) -> Iterator[tuple[Piece, dict[str, Any]]]:
    """The same for many mails, one by one in their order, each read by a process under limits.

    `now` is in the service's time zone. Raises ReaderFault.
    """
    names = frozenset(books)
    under_way: deque[Piece] = deque()

    def tasks() -> Iterator[Task]:
        for number, piece in enumerate(pieces):
            under_way.append(piece)
            yield Task(number, piece, now, names)

    for read in in_order(readers, tasks()):
        piece = under_way.popleft()
        if read.reading is None:
            yield piece, failed_json(read)
        else:
            arrived = (read.received_at or now).date()
            yield piece, as_json(decide(read.reading, Known(), books, arrived))


def failed_json(read: Read) -> dict[str, Any]:
    """A mail that could not be read: the same keys, and `error` with the reason."""
    head = read.letterhead or Letterhead(None, "", "")
    return {
        "message_id": head.message_id,
        "kind": str(Kind.OTHER),
        "reason": read.failure,
        "campaign": None,
        "sender": {"name": "", "address": head.sender},
        "subject": {"text": head.subject, "recommender": None, "contact": None},
        "submissions": [],
        "attachments": [],
        "problems": [],
        "replies": [],
        "defects": [],
        "error": read.failure,
    }


def as_json(outcome: Outcome) -> dict[str, Any]:
    reading = outcome.reading
    changes: list[CaseChange | None] = [*outcome.changes]
    changes += [None] * (len(reading.submissions) - len(changes))
    return {
        "message_id": reading.message_id,
        "kind": str(reading.kind),
        "reason": outcome.reason,
        "campaign": reading.campaign,
        "sender": {"name": reading.sender.name, "address": reading.sender.address},
        "subject": {
            "text": reading.subject.text,
            "recommender": reading.subject.recommender,
            "contact": reading.subject.contact,
        },
        "submissions": [_submission(s, c) for s, c in zip(reading.submissions, changes, strict=False)],
        "attachments": _attachments(reading),
        "problems": [_problem(p) for p in reading.problems],
        "replies": _replies(outcome, reading),
        "defects": list(reading.defects),
    }


def _attachments(reading: Reading) -> list[dict[str, Any]]:
    names = {a.path: a.filename for a in reading.attachments}
    return [
        {"filename": a.filename, "content_type": a.content_type, "size": a.size, "role": a.role}
        | ({"within": names.get(a.path.rpartition("/")[0], "")} if "/" in a.path else {})
        for a in reading.attachments
    ]


def _submission(submission: Submission, change: CaseChange | None) -> dict[str, Any]:
    return {
        "source": submission.source,
        "category": change.decision.category if change else None,
        "fields": {
            key: {"value": v.value, "raw": v.raw, "source": v.source, "confidence": v.confidence}
            for key, v in submission.fields.items()
        },
        "missing": list(submission.missing),
        "problems": [_problem(p) for p in submission.problems],
        "decision": decision_json(change.decision) if change else None,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {"field": problem.field, "code": problem.code, "message": problem.message}


def decision_json(decision: Decision) -> dict[str, Any]:
    return {
        "category": decision.category,
        "tags": list(decision.tags),
        "priority": decision.priority,
        "assignee": decision.assignee,
        "matched": [_rule(r) for r in decision.matched],
        "unclear": [_rule(r) for r in decision.unclear],
        "ruleset": decision.ruleset,
    }


def _rule(rule: RuleOutcome) -> dict[str, Any]:
    return {"rule": rule.rule, "line": rule.line, "why": rule.why, "explanation": rule.explanation}


def _replies(outcome: Outcome, reading: Reading) -> list[dict[str, Any]]:
    if outcome.answer is None:
        return []
    return [
        {
            "kind": outcome.answer.kind,
            "to": outcome.answer.to,
            "subject": reply_subject(reading.subject.text, ()),
            "held": outcome.answer.held,
        }
    ]
