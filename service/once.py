"""One round and out: poll every mailbox once, read and file all that waits, send what is due."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from loguru import logger

from intake.mailboxes.mailbox import MailboxError, MailboxUnreachable
from service.daemon import Office, sole
from service.parts import Parts
from service.pipeline import Say
from service.post import Post
from storage.archive import ArchiveFault
from storage.fault import DatabaseFault
from storage.outgoing import OutgoingState

#: Lines that may be lost in a row without a single mail coming over one of them.
TRIES = 3


@dataclass(slots=True)
class RunReport:
    """What one round did, and what stood in its way (Chinese sentences)."""

    received: int = 0
    filed: int = 0
    sent: int = 0
    refused: list[str] = field(default_factory=list)  # mailboxes and servers that were not to be had
    broken: list[str] = field(default_factory=list)  # the disk or the database

    @property
    def exit_code(self) -> int:
        return 3 if self.refused else 1 if self.broken else 0


def run_once(parts: Parts, say: Say) -> RunReport:
    """Raises AlreadyRunning, ConfigFault, DatabaseFault, ReaderFault; a mailbox that is not there is in the report."""
    report = RunReport()
    with sole(parts):
        office = Office(parts, say)
        try:
            for sentence in parts.note_rules(parts.clock()):
                say(sentence)
            receive_and_file(office, report)
            for post in office.posts:
                _tell_back(post, report)
                _send(post, report, say)
        finally:
            office.close()
    return report


def receive_and_file(office: Office, report: RunReport) -> None:
    """Filing goes on while mail still comes in."""
    with ThreadPoolExecutor(max(1, len(office.posts))) as threads:
        pollers = [threads.submit(_poll, office, post, report) for post in office.posts]
        while True:
            receiving = not all(poller.done() for poller in pollers)
            filed = office.pipeline.turn(0.2)
            report.filed += filed
            if not filed and not receiving and not office.pipeline.busy:
                break
            if not filed and not office.pipeline.busy:
                office.arrived.wait(0.05)
                office.arrived.clear()
        for poller in pollers:
            poller.result()  # a bug of ours in there is not swallowed


def _poll(office: Office, post: Post, report: RunReport) -> None:
    """163 drops lines in the middle of a fetch: what has come is kept, and the rest is fetched over a new one."""
    tries = TRIES

    def arrived(count: int) -> None:
        nonlocal tries
        report.received += count
        tries = TRIES
        office.arrived.set()

    while True:
        try:
            return post.poll(arrived)
        except MailboxUnreachable as error:
            tries -= 1
            if tries <= 0:
                return _note(report, post, error)
            time.sleep(max(0.0, post.put_off()))
        except MailboxError as error:
            return _note(report, post, error)
        except (ArchiveFault, DatabaseFault) as error:
            logger.error("{}: {}", post.name, error)
            return report.broken.append(str(error))


def _note(report: RunReport, post: Post, error: MailboxError) -> None:
    logger.error("{}: {}", post.name, error)
    report.refused.append(f"邮箱 {post.name}：{error}")


def _tell_back(post: Post, report: RunReport) -> None:
    try:
        post.tell_back()
    except MailboxError as error:
        logger.error("{}: {}", post.name, error)
        report.refused.append(f"邮箱 {post.name}：{error}")


def _send(post: Post, report: RunReport, say: Say) -> None:
    delivery = post.deliver(_sleep, say)
    report.sent += delivery.count(OutgoingState.SENT)
    if trouble := delivery.login_refused or delivery.unreachable:
        report.refused.append(f"邮箱 {post.name} 发信：{trouble}")


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False
