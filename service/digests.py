"""The daily digest: due once a day at its hour, written from what is stored, queued like any other mail."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from outbox.digest import compose_digest, digest_mails
from service.parts import Parts
from storage import operations, outgoing
from storage.worklist import WorkList, worklist

HEARTBEAT = "digest"


def send_due(parts: Parts, now: datetime) -> bool:
    """Queue today's digest if its hour has come and it is not written yet. True: queued now.

    A machine that was off at the hour sends it when it is back; two days' digests are never sent at once.
    """
    local = now.astimezone(parts.timezone)
    with parts.database.reading() as tx:
        last = operations.last_beat(tx, HEARTBEAT)
    if local.time() < parts.config.digest_at or (last and last.detail.get("day") == local.date().isoformat()):
        return False
    return send(parts, local.date(), now)


def send(parts: Parts, day: date, now: datetime) -> bool:
    """Queue the digest of `day` to everybody on the list. False: it has been queued before, or nobody is on the list."""
    sender = parts.config.mailboxes[0]
    campaigns = {name: book.campaign for name, book in parts.rulebook.books.items()}
    mails = digest_mails(
        _work(parts, day, now),
        campaigns,
        day,
        parts.timezone,
        to=parts.config.digest_to,
        mailbox=sender.name,
        address=sender.address,
    )
    with parts.database.transaction() as tx:
        queued = outgoing.queue(tx, mails, now)
        operations.beat(tx, HEARTBEAT, now, {"day": day.isoformat(), "to": len(mails)})
    return bool(queued)


def written(parts: Parts, day: date, now: datetime) -> tuple[str, str, str]:
    """Subject, text and HTML of the digest of `day` as it would be written now; nothing is queued."""
    campaigns = {name: book.campaign for name, book in parts.rulebook.books.items()}
    return compose_digest(_work(parts, day, now), campaigns, day, parts.timezone)


def _work(parts: Parts, day: date, now: datetime) -> WorkList:
    """From yesterday's hour until today's; what came in since is in it too, when it is written later."""
    at = datetime.combine(day, parts.config.digest_at, parts.timezone)
    until = max(at, now) if day == now.astimezone(parts.timezone).date() else at
    verify = {name: book.campaign.complete_stage for name, book in parts.rulebook.books.items()}
    with parts.database.reading() as tx:
        return worklist(tx, at - timedelta(days=1), until, now, zone=parts.timezone, verify=verify)
