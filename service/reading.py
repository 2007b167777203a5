"""The child process that reads mails: bytes from the archive in, Readings out, under a memory limit.

Nothing that a sender wrote is parsed in the daemon's own process; this one may be killed at any moment without loss.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

from intake.kind import Marks
from intake.message import parse_message
from intake.submission import Reading, read_message
from rules.campaign import Campaign
from storage.archive import Archive, Ref

PR_SET_PDEATHSIG = 1
#: Of a mail that could not be read, so much is looked at to say whose it was.
HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Setting:
    """What a reading process must know before its first mail. Sent again when an admin changes a campaign."""

    archive: Path
    campaigns: tuple[Campaign, ...]
    marks: Marks
    memory_mb: int


@dataclass(frozen=True, slots=True)
class Task:
    """One mail to read."""

    message: int  # row id
    ref: Ref
    received_at: datetime  # in the service's time zone
    campaigns: frozenset[str]  # names of those that its mailbox serves
    failure: str | None = None  # what the reading process ended of, the first time: now its letterhead alone is read


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What staff need to know of a mail that could not be read."""

    message_id: str | None
    sender: str  # address
    subject: str


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a Task: a Reading, or the reason (Chinese) why there is none."""

    message: int
    reading: Reading | None
    failure: str | None = None
    letterhead: Letterhead | None = None  # of a failed one


READY = "ready"


def read(task: Task, setting: Setting, archive: Archive) -> Read:
    """Read one mail. A bug on one mail is that mail's failure, shown to staff; it never stops the next."""
    if task.failure is not None:
        return _failed(task, task.failure, archive)
    try:
        message = parse_message(archive.read(task.ref))
        campaigns = [campaign for campaign in setting.campaigns if campaign.name in task.campaigns]
        return Read(task.message, read_message(message, campaigns, setting.marks, task.received_at))
    except MemoryError:
        return _failed(task, f"读取时内存超过 {setting.memory_mb} MB，已中止", archive)
    except Exception as error:  # noqa: BLE001  # the loop's edge: one per message, always set aside with its reason
        return _failed(task, f"读取时出错：{type(error).__name__}: {error}"[:500], archive)


def _failed(task: Task, why: str, archive: Archive) -> Read:
    """Say at least whose mail it was, so that staff can find it in the mailbox."""
    try:
        head = parse_message(archive.read(task.ref)[:HEAD_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")[0])
        return Read(task.message, None, why, Letterhead(head.message_id, head.sender.address, head.subject))
    except Exception:  # noqa: BLE001  # the same edge: whatever made the mail fail may well be in its header
        return Read(task.message, None, why)


def serve(connection: Connection) -> None:
    """Take Settings and lists of Tasks from the parent until it hangs up; send each Read as soon as it is there."""
    setting: Setting | None = None
    archive: Archive | None = None
    while True:
        try:
            given: Setting | Sequence[Task] = connection.recv()
        except (EOFError, OSError):
            return
        if isinstance(given, Setting):
            setting, archive = given, Archive(given.archive)
            _limit_memory(setting.memory_mb)
            connection.send(READY)
            continue
        assert setting is not None
        assert archive is not None
        for task in given:
            connection.send(read(task, setting, archive))


def _limit_memory(megabytes: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _die_with(parent: int) -> None:
    """Ask the kernel to end this process when the daemon ends, however it ends (SIGKILL too)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it was gone before we asked
            sys.exit(0)


def main() -> None:
    """Started by `service.readers` with the number of its end of the pipe and the pid of the daemon, never by hand."""
    fd, parent = int(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the daemon ends us in order
    _die_with(parent)
    serve(Connection(fd))
