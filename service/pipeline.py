"""One mail's way: receive -> read -> look up -> decide -> file and answer. The steps are named here, and done elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from loguru import logger
from sqlalchemy import Connection

from intake.decide import Book, capped, decide
from intake.mailboxes.mailbox import Delivery, Mailbox, Marks
from intake.outcome import Known, Outcome, State
from intake.submission import Reading
from outbox import compose
from service.importing import FOLDER
from service.narrator import line_of
from service.parts import Parts
from service.readers import Readers
from service.reading import Letterhead, Read, Setting, Task
from storage import filing, known, messages, outgoing, sending
from storage.fault import DatabaseFault
from storage.filing import Filing
from storage.messages import Taken
from storage.outgoing import Outgoing

#: Mails filed in one transaction, and taken from the database at once.
BATCH = 50
#: Mails with the reading processes at one time.
IN_FLIGHT = 6 * BATCH
#: A mail that has been read waits no longer than this for others to share its transaction.
LINGER_SECONDS = 0.2

Say = Callable[[str], None]
Arrived = Callable[[int], None]


def receive(parts: Parts, mailbox: Mailbox, arrived: Arrived) -> None:
    """Archive and commit whatever is new in a mailbox, batch by batch; `arrived` hears how many mails each one brought.

    Raises MailboxError, ArchiveFault, DatabaseFault.
    """
    with parts.database.reading() as connection:
        marks = messages.marks(connection, mailbox.name)
    before = dict(mailbox.covered)
    for batch in mailbox.new_messages(marks):
        refs = parts.archives[mailbox.name].append([(d.raw, _origin(mailbox.name, d)) for d in batch])
        with parts.database.transaction() as tx:
            items = list(zip(batch, refs, strict=True))
            new = messages.receive(tx, mailbox.name, items, parts.clock(), mailbox.covered)
        arrived(len(new))
    if mailbox.covered != before and _places(mailbox.covered) != _places(marks):
        with parts.database.transaction() as tx:
            messages.receive(tx, mailbox.name, (), parts.clock(), mailbox.covered)


def _places(marks: Marks) -> dict[str, tuple[int, int]]:
    return {folder: (mark.uidvalidity, mark.uid) for folder, mark in marks.items()}


def _origin(mailbox: str, delivery: Delivery) -> dict[str, str | int]:
    """What the archive notes beside the bytes, so that the database could be made again from it."""
    return {
        "mailbox": mailbox,
        "folder": delivery.folder,
        "uidvalidity": delivery.uidvalidity,
        "uid": delivery.uid,
        "received_at": delivery.received_at.isoformat(),
        "complete": int(delivery.complete),
    }


@dataclass(frozen=True, slots=True)
class Filed:
    """A mail that has been dealt with: where it lies in the mailbox, and what became of it."""

    taken: Taken
    outcome: Outcome | None  # None: it could not be read
    numbers: tuple[str, ...] = ()
    failure: str = ""


class Pipeline:
    """Reads and files what has been received. One thread turns it."""

    def __init__(self, parts: Parts, readers: Readers, say: Say, filed: Callable[[Sequence[Filed]], None]) -> None:
        """`filed` hears of every batch once it is committed."""
        self._parts = parts
        self._readers = readers
        self._say = say
        self._filed = filed
        self._taken: dict[int, Taken] = {}
        self._unfiled: list[Read] = []
        self._since = 0.0  # when the oldest of them came
        self._drained = False
        self._setting: Setting | None = None

    @property
    def busy(self) -> bool:
        """Whether there is something in hand, or may be something waiting."""
        return bool(self._taken) or not self._drained

    def turn(self, patience: float) -> int:
        """Hand mails to the reading processes and file what they have read. Returns how many were filed.

        Waits at most `patience` seconds for a batch of readings. Whatever it raises (DatabaseFault), what was read is filed at a
        later turn.
        """
        if self._setting is not None:
            self._readers.renew(self._setting)
            self._setting = None
        self._take()
        self._collect(patience)
        if not self._worth_filing():
            return 0
        reads, self._unfiled = self._unfiled, []
        done = 0
        for group in independent(reads):
            try:
                done += self._file(group)
            except Exception:
                self._unfiled += reads[done:]
                raise
        return done

    def renew(self, setting: Setting) -> None:
        """From the next turn on, read by these campaigns. May be called by any thread."""
        self._setting = setting

    def _collect(self, patience: float) -> None:
        """Gather what has been read until it makes a batch; a turn costs a transaction, so one turn a mail would not do."""
        until = time.monotonic() + patience
        while self._readers.pending and len(self._unfiled) < BATCH:
            left = until - time.monotonic()
            reads = self._readers.collect(max(0.0, left))
            if reads and not self._unfiled:
                self._since = time.monotonic()
            self._unfiled += reads
            if left <= 0:
                return

    def _worth_filing(self) -> bool:
        """A full batch, or all there is, or it has waited long enough: a commit costs the same for one mail as for many."""
        waited = time.monotonic() - self._since > LINGER_SECONDS
        return bool(self._unfiled) and (len(self._unfiled) >= BATCH or not self._readers.pending or waited)

    def _take(self) -> None:
        room = IN_FLIGHT - len(self._taken)
        if room < BATCH:
            return
        with self._parts.database.transaction() as tx:
            taken = messages.take(tx, BATCH, self._parts.clock())
        self._drained = not taken
        # Claims lapse by the clock: after a long sleep of the machine our own are handed to us once more.
        taken = [t for t in taken if t.id not in self._taken]
        self._taken |= {t.id: t for t in taken}
        self._readers.submit([self._task(t) for t in taken])

    def _task(self, taken: Taken) -> Task:
        received_at = taken.received_at.astimezone(self._parts.timezone)
        every = frozenset(self._parts.rulebook.books)  # a mailbox that is no longer in config.toml
        return Task(taken.id, taken.ref, received_at, self._parts.served.get(taken.mailbox, every))

    def _file(self, reads: Sequence[Read]) -> int:
        """File a batch in one transaction; where that fails, each mail in one of its own."""
        try:
            filed = self._commit(reads)
        except DatabaseFault:
            raise
        except Exception:  # noqa: BLE001  # the loop's edge: one mail must not stop the others
            logger.exception("a batch of {} could not be filed, going on one by one", len(reads))
            filed = [one for read in reads for one in self._file_alone(read)]
        for read in reads:  # those that another worker was quicker with, too
            self._taken.pop(read.message, None)
        self._filed(filed)
        for one in filed:
            self._say(self._line(one))
        return len(reads)

    def _file_alone(self, read: Read) -> list[Filed]:
        try:
            return self._commit([read])
        except DatabaseFault:
            raise
        except Exception as error:  # noqa: BLE001  # the loop's edge: the mail is set aside and shown to staff
            logger.exception("message {} could not be filed", read.message)
            why = f"建档时出错：{type(error).__name__}: {error}"[:500]
            return self._commit([Read(read.message, None, why, _letterhead(read.reading))])

    def _commit(self, reads: Sequence[Read]) -> list[Filed]:
        """Look up, decide, file and queue the answers, all in one transaction."""
        now = self._parts.clock()
        books = self._parts.rulebook.books
        campaigns = {name: book.campaign for name, book in books.items()}
        readings = [(r.message, r.reading) for r in reads if r.reading is not None]
        with self._parts.database.transaction() as tx:
            for unread in (r for r in reads if r.reading is None):
                self._fail(tx, unread, now)
            on_file = dict(zip((m for m, _ in readings), known.known(tx, readings, now, campaigns), strict=True))
            filings = [self._filing(message, reading, on_file[message], books) for message, reading in readings]
            filed = filing.file(tx, filings, now, campaigns, now.astimezone(self._parts.timezone).year)
            done = [
                Filed(self._taken[filing.message], filing.outcome, tuple(c.number for c in numbers))
                for filing, numbers in zip(filings, filed, strict=True)
                if numbers is not None  # None: another worker was quicker, and has answered
            ]
            outgoing.queue(tx, [mail for one in done for mail in self._answers(one, on_file[one.taken.id], books)], now)
            for reading in (r for _, r in readings if r.bounced_id):
                sending.bounced(tx, str(reading.bounced_id), now, reading.reason)
        failures = {r.message: r.failure for r in reads if r.reading is None}
        return done + [Filed(self._taken[message], None, failure=why or "") for message, why in failures.items()]

    def _fail(self, tx: Connection, read: Read, now: datetime) -> None:
        why, head = read.failure or "没有读出结果", read.letterhead
        if head is None:
            messages.fail(tx, read.message, why, now)
            return
        message_id, sender, subject = head.message_id, head.sender, head.subject
        messages.fail(tx, read.message, why, now, message_id=message_id, sender=sender, subject=subject)

    def _filing(self, message: int, reading: Reading, known: Known, books: Mapping[str, Book]) -> Filing:
        taken = self._taken[message]
        received_on = taken.received_at.astimezone(self._parts.timezone).date()
        outcome = decide(reading, known, books, received_on, held=_why_held(taken))
        if not taken.complete:
            outcome = Outcome(reading, State.HELD, "邮件超过大小上限，只保存了信头，请在网页邮箱里查看原信")
        return Filing(message, outcome, taken.received_at, taken.mailbox, known.repeat_of)

    def _answers(self, filed: Filed, known: Known, books: Mapping[str, Book]) -> list[Outgoing]:
        outcome = filed.outcome
        if outcome is None or outcome.answer is None or not outcome.changes:
            return []
        campaign = books[outcome.changes[0].campaign].campaign
        rounds = {case.number: case.rounds for case in (*known.threads, *known.same_sender)}
        return compose.answers(
            outcome,
            filed.numbers,
            campaign,
            message=filed.taken.id,
            mailbox=filed.taken.mailbox,
            address=self._parts.addresses[filed.taken.mailbox],
            round_=rounds.get(filed.numbers[0], 0) + 1,
            form=compose.blank_form(campaign.form, campaign.form_titles[0] if campaign.form_titles else campaign.title),
        )

    def _line(self, filed: Filed) -> str:
        if filed.outcome is None:
            return f"读取失败 第 {filed.taken.id} 封来信：{filed.failure}"
        return line_of(filed.outcome, filed.numbers, self._parts.rulebook.books)


def _why_held(taken: Taken) -> str | None:
    """Why no answer may leave before a person has looked, whatever the mail says."""
    if not taken.junk:
        return None
    return (
        "这是导入的旧邮件，确认还需要回信后再放行"
        if taken.folder == FOLDER
        else "来信在垃圾邮件夹里，确认不是垃圾邮件后再放行"
    )


def _letterhead(reading: Reading | None) -> Letterhead | None:
    if reading is None:
        return None
    return Letterhead(reading.message_id, reading.sender.address, reading.subject.text)


def independent(reads: Sequence[Read]) -> Iterator[list[Read]]:
    """Cut a batch so that no two mails in one piece bear on each other: what the first one files, the second one finds."""
    piece: list[Read] = []
    seen: set[object] = set()
    for read in reads:
        marks, counted = _marks(read), _counted(read)
        if seen & (marks | counted) or len(piece) >= BATCH:
            yield piece
            piece, seen = [], set()
        piece.append(read)
        seen |= marks | _sender(read)
    if piece:
        yield piece


def _marks(read: Read) -> set[object]:
    """By what two mails of one batch may concern the same case: sender and nominee, content, thread."""
    reading = read.reading
    if reading is None:
        return set()
    names = {
        (reading.sender.address, str(next(iter(s.fields.values())).value)) for s in reading.submissions if s.fields
    }
    return {reading.content_hash, *names, *reading.in_reply_to, *reading.references, *reading.case_numbers}


def _sender(read: Read) -> set[object]:
    return {read.reading.sender.address} if read.reading is not None else set()


def _counted(read: Read) -> set[object]:
    """Where answers to a sender are counted, those to his mails just before must be on file."""
    return _sender(read) if read.reading is not None and capped(read.reading) else set()
