"""The running service: polls each mailbox, reads and files, sends, writes the digest, until it is told to stop."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from loguru import logger

from intake.mailboxes.mailbox import MailboxError
from service import digests, watchdog
from service.parts import Parts
from service.pipeline import Filed, Pipeline, Say
from service.post import Post
from service.readers import ReaderFault, Readers
from service.welcome import greeting, open_embedded
from storage import messages, operations, sending
from storage.archive import ArchiveFault
from storage.fault import DatabaseFault
from storage.lock import Lock

#: From SIGTERM to the end of the process.
STOP_SECONDS = 4.0
#: Rules are looked at, the watchdog is fed and signs of life are left this often.
HOUSEKEEPING_SECONDS = 5
#: After trouble with the disk or the database.
TROUBLE_SECONDS = 5.0
#: A digest that is overdue at the start waits for the mails that are waiting too.
CATCH_UP_SECONDS = 15
#: What waits in the database is looked at this often even when nobody announced it (`import`, `reprocess`).
LOOK_SECONDS = 2.0

TROUBLE = (DatabaseFault, ArchiveFault, ReaderFault)


class AlreadyRunning(Exception):
    """Another process works on this database. The message is a Chinese sentence."""


@contextmanager
def sole(parts: Parts) -> Iterator[Lock]:
    """Hold the database for this process alone. Raises AlreadyRunning."""
    lock = parts.database.lock("daemon")
    if lock is None:
        holder = parts.database.holder("daemon") or "另一个进程"
        raise AlreadyRunning(
            f"已有一个 intake 在用数据库 {parts.database.name}（{holder}）。一个数据库只能运行一个，请先停掉它。"
        )
    try:
        with parts.database.transaction() as tx:
            messages.release_claims(tx)
            sending.recover(tx, parts.clock())
        yield lock
    finally:
        lock.release()


class LockLost(Exception):
    """The database server let go of our lock. The message is a Chinese sentence."""


class Office:
    """What a run has at hand: the built-in mail server where one is asked for, the mailboxes, the reading processes."""

    def __init__(self, parts: Parts, say: Say) -> None:
        self.parts = parts
        self.say = say
        self.arrived = threading.Event()
        self.embedded = open_embedded(parts.config)
        self.posts = [Post(parts, mailbox, self.embedded) for mailbox in parts.config.mailboxes]
        self.readers = Readers(parts.setting())
        self.pipeline = Pipeline(parts, self.readers, say, self._filed)

    def _filed(self, filed: Sequence[Filed]) -> None:
        for post in self.posts:
            post.filed(filed)

    def close(self) -> None:
        self.readers.close()
        for post in self.posts:
            post.close()
        if self.embedded is not None:
            self.embedded.stop()


def run(parts: Parts, say: Say) -> None:
    """Serve until SIGTERM or SIGINT. Raises AlreadyRunning, ConfigFault, DatabaseFault, ReaderFault at the start."""
    with sole(parts) as lock:
        office = Office(parts, say)
        try:
            Daemon(office, lock).run()
        finally:
            office.close()


class Daemon:
    """`run` blocks until SIGTERM or SIGINT."""

    def __init__(self, office: Office, lock: Lock) -> None:
        self._office = office
        self._lock = lock
        self._parts = office.parts
        self._stop = threading.Event()
        self._wrong: list[str] = []  # what was said of broken rules
        # Loaded here: `run --once` needs no clockwork.
        from apscheduler.executors.pool import ThreadPoolExecutor  # noqa: PLC0415
        from apscheduler.schedulers.background import BackgroundScheduler  # noqa: PLC0415

        executors = {"default": ThreadPoolExecutor(4 * len(office.posts) + 4)}
        self._scheduler = BackgroundScheduler(
            timezone=self._parts.timezone,
            executors=executors,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        self._schedule()
        self._scheduler.start()
        self._greet()
        filing = threading.Thread(target=self._file, name="filing", daemon=True)
        filing.start()
        watchdog.ready()
        while not self._stop.wait(1.0):
            pass
        watchdog.stopping()
        self._end(filing)
        if not self._lock.held():
            raise LockLost("与数据库的连接断开过，独占锁已失效，可能有另一个 intake 接手。请重新启动。")

    def _greet(self) -> None:
        embedded = self._office.embedded
        for line in greeting(self._parts.config, embedded):
            self._office.say(line)
        if embedded is None:
            return
        with self._parts.database.transaction() as tx:
            ports = {"smtp_port": embedded.smtp_port, "imap_port": embedded.imap_port}
            operations.beat(tx, "embedded", self._parts.clock(), ports)

    def _schedule(self) -> None:
        at = self._parts.config.digest_at
        keep_house, write_digest = (partial(self._by_the_clock, job) for job in (self._keep_house, self._write_digest))
        self._scheduler.add_job(keep_house, "interval", seconds=HOUSEKEEPING_SECONDS, next_run_time=_now())
        self._scheduler.add_job(write_digest, "cron", hour=at.hour, minute=at.minute, id="digest")
        # Today's, where the machine was off at its hour, or the database was away.
        missed = _now() + timedelta(seconds=CATCH_UP_SECONDS)
        self._scheduler.add_job(write_digest, "interval", minutes=10, next_run_time=missed, id="digest missed")
        for post in self._office.posts:
            for job in (self._poll, self._send):
                self._scheduler.add_job(self._repeat, args=(job, post), id=f"{job.__name__} {post.name}")

    def _repeat(self, job: Callable[[Post], None], post: Post) -> None:
        """A mailbox's job, again and again: it does its own waiting, on the server or for the next mail due.

        Not by the scheduler: a job that is added while its last run is not wholly over is skipped, and gone for good.
        """
        while not self._stop.is_set():
            try:
                job(post)
            except TROUBLE as trouble:
                logger.error("{}", trouble)
                self._stop.wait(TROUBLE_SECONDS)
            except Exception:  # noqa: BLE001  the loop's edge: what nobody thought of must neither end it nor make it spin
                logger.exception("{} of mailbox {} failed", job.__name__, post.name)
                self._stop.wait(TROUBLE_SECONDS)

    def _by_the_clock(self, job: Callable[[], None]) -> None:
        """A job that the scheduler runs again at its time, whatever becomes of it now."""
        try:
            job()
        except TROUBLE as trouble:
            logger.error("{}", trouble)

    # --- the jobs ---

    def _poll(self, post: Post) -> None:
        try:
            post.poll(partial(self._note_arrival, post))
        except MailboxError as error:
            logger.error("{}: {}", post.name, error)
        post.wait(self._stop.is_set)

    def _note_arrival(self, post: Post, count: int) -> None:
        self._office.arrived.set()
        if count:
            self._office.say(f"邮箱「{post.name}」来了 {count} 封新邮件")

    def _send(self, post: Post) -> None:
        post.queued.clear()
        report = post.deliver(self._stop.wait, self._office.say)
        due = report.next_at
        seconds = 30.0 if due is None else (due - self._parts.clock()).total_seconds()
        self._wait_for(post.queued, max(0.05, min(seconds, 30.0)))

    def _file(self) -> None:
        """The filing thread."""
        pipeline = self._office.pipeline
        while not self._stop.is_set():
            try:
                if not pipeline.turn(0.2) and not pipeline.busy:
                    self._wait_for(self._office.arrived, LOOK_SECONDS)
                    self._office.arrived.clear()
            except TROUBLE as trouble:
                logger.error("{}", trouble)
                self._stop.wait(TROUBLE_SECONDS)
            except Exception:  # noqa: BLE001  the loop's edge: a bug of ours must not end filing for good
                logger.exception("filing failed, going on")
                self._stop.wait(TROUBLE_SECONDS)

    def _write_digest(self) -> None:
        if digests.send_due(self._parts, self._parts.clock()):
            self._office.posts[0].queued.set()

    def _keep_house(self) -> None:
        now = self._parts.clock()
        renewal = self._parts.rulebook.renew()
        if renewal.changed:
            self._office.pipeline.renew(self._parts.setting())
        for name in renewal.changed:
            if name not in renewal.faults:
                self._office.say(f"活动「{name}」的新设置、规则和用语已经换上。")
        wrong = self._parts.note_rules(now)
        for sentence in wrong if wrong != self._wrong else ():
            self._office.say(sentence)
        self._wrong = wrong
        with self._parts.database.transaction() as tx:
            operations.beat(tx, "daemon", now, {"pid": os.getpid(), "host": socket.gethostname()})
        if self._lock.held():
            watchdog.alive()
        else:
            self._stop.set()

    # --- stopping ---

    def _wait_for(self, event: threading.Event, seconds: float) -> None:
        until = _now() + timedelta(seconds=seconds)
        while not self._stop.is_set() and not event.wait(0.1) and _now() < until:
            pass

    def _end(self, filing: threading.Thread) -> None:
        """Everything is safe to drop at any moment; what can end in good order does, within STOP_SECONDS."""
        last_resort = threading.Timer(STOP_SECONDS, os._exit, (0,))
        last_resort.daemon = True
        last_resort.start()
        jobs = threading.Thread(target=self._scheduler.shutdown, daemon=True)  # waits for the jobs, which see _stop
        jobs.start()
        jobs.join(STOP_SECONDS / 2)
        filing.join(STOP_SECONDS / 4)


def _now() -> datetime:
    return datetime.now(UTC)
