"""The child process that reads mails: bytes from archive or file in, Readings out, under limits of memory and CPU.

Nothing that a sender wrote is parsed in the daemon's own process; this one may be killed at any moment without loss.
"""

from __future__ import annotations

import ctypes
import math
import os
import resource
import select
import signal
import sys
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from multiprocessing.connection import Connection
from pathlib import Path

from intake.documents.means import Means
from intake.kind import Marks
from intake.mime.message import Message, parse_message
from intake.submission import Reading, read_message
from rules.campaign import Campaign
from service.config.reading import ReadingConfig
from service.importing import Piece
from service.means import announced, means_of
from storage.archive import Archive, Ref

PR_SET_PDEATHSIG = 1
MB = 1024 * 1024
#: Of a mail that could not be read, so much is looked at to say whose it was.
HEAD_BYTES = 64 * 1024
#: A Date before that is no clock's.
EARLIEST = datetime(2005, 1, 1, tzinfo=UTC)
#: Of its memory limit, so much may a process keep for good beyond what it had at its start; else it asks to be replaced.
KEPT = 0.25
#: Of a mail's CPU time, so much may one PDF take. The slowest seen that was not hostile took 3 seconds.
PDF_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Setting:
    """What a reading process must know before its first mail. Sent again when an admin changes a campaign."""

    archive: Path
    campaigns: tuple[Campaign, ...]
    marks: Marks
    reading: ReadingConfig = field(default_factory=ReadingConfig)


class Attempt(Enum):
    """How a mail is read: whatever brings down its reader is tried again with less.

    The process says before each use of what may do that how the mail is to be tried then; before any, only its
    letterhead is read again.
    """

    FULL = "full"
    PLAIN = "plain"  # without OCR and other programs
    BARE = "bare"  # without PDFium, too
    LETTERHEAD = "letterhead"  # to say whose it was


@dataclass(frozen=True, slots=True)
class Task:
    """One mail to read."""

    message: int  # row id, or any number that no other mail has
    source: Ref | Piece
    received_at: datetime  # in the service's time zone; of a mail in a file, its Date counts where that is earlier
    campaigns: frozenset[str]  # names of those that its mailbox serves
    attempt: Attempt = Attempt.FULL
    failure: str = ""  # what the attempt before ended of


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
    received_at: datetime | None = None  # of one that was read: the moment that counted


class Word(Enum):
    """What the two ends of the pipe say to each other besides Settings, Tasks and Reads."""

    READY = "ready"  # by the process: the Setting is in force
    GIVE_BACK = "give back"  # to the process: begin none of the mails that it still has
    GIVEN_BACK = "given back"  # by the process: done
    RETIRED = "retired"  # by the process, its last: it has grown too big, another one should go on


def serve(connection: Connection) -> None:
    """Take Settings and lists of Tasks from the parent until it hangs up; send each Read as soon as it is there."""
    reader: _Reader | None = None
    tasks: deque[Task] = deque()
    memory = _Memory()
    heard = select.poll()
    heard.register(connection.fileno(), select.POLLIN)
    while True:
        try:
            while not tasks or heard.poll(0):
                given: Setting | Sequence[Task] | Word = connection.recv()
                if isinstance(given, Setting):
                    reader = _Reader(given, memory, connection)
                    reader.rehearse()
                    connection.send(Word.READY)
                elif given is Word.GIVE_BACK:
                    tasks.clear()
                    connection.send(Word.GIVEN_BACK)
                elif not isinstance(given, Word):
                    tasks.extend(given)
        except (EOFError, OSError):
            return
        assert reader is not None
        connection.send(reader.read(tasks.popleft()))
        if reader.bloated():
            connection.send(Word.RETIRED)
            return


class _Reader:
    """Reads mails by one Setting, each under the limits."""

    def __init__(self, setting: Setting, memory: _Memory, connection: Connection) -> None:
        self._setting = setting
        self._archive = Archive(setting.archive)
        self._means = {
            Attempt.FULL: announced(
                means_of(setting.reading),
                lambda: connection.send(Attempt.PLAIN),
                self._with_pdf,
            ),
            Attempt.PLAIN: announced(Means(setting.reading.limits), _nothing, self._with_pdf),
            Attempt.BARE: Means(setting.reading.limits, pdfium=lambda: nullcontext(False)),
        }
        self._connection = connection
        megabytes = setting.reading.memory_mb
        # Not RLIMIT_AS: onnxruntime maps twice as much as it ever writes to.
        _limit(resource.RLIMIT_DATA, megabytes * MB)
        self._memory = memory
        self._may_keep = int(megabytes * MB * KEPT)

    def rehearse(self) -> None:
        """Read the bare labels of each form: their patterns take a third of a second to compile, for which no mail waits."""
        for campaign in self._setting.campaigns:
            labels = "\n".join(f"{asked.label}：" for asked in campaign.fields)
            with suppress(Exception):  # what is wrong shows with the first mail, and is told then
                mail = parse_message(f"Subject: {campaign.title}\n\n{labels}".encode())
                read_message(mail, [campaign], self._setting.marks, datetime.now(UTC))

    def read(self, task: Task) -> Read:
        """Read one mail. A bug on one mail is that mail's failure, shown to staff; it never stops the next."""
        with _of_cpu(self._setting.reading.cpu_seconds):
            if task.attempt is Attempt.LETTERHEAD:
                return self._failed(task, task.failure)
            try:
                return self._read(task)
            except MemoryError:
                return self._failed(task, f"读取时内存超过 {self._setting.reading.memory_mb} MB，已中止")
            except Exception as error:  # noqa: BLE001  # the loop's edge: one per message, always set aside with its reason
                return self._failed(task, f"读取时出错：{type(error).__name__}: {error}"[:500])

    def bloated(self) -> bool:
        """Whether it has grown, even with all given back that can be."""
        if self._memory.grown() <= self._may_keep:
            return False
        self._memory.give_back()
        return self._memory.grown() > self._may_keep

    def _read(self, task: Task) -> Read:
        try:
            raw = self._bytes(task)
        except OSError as error:
            return Read(task.message, None, f"读不了 {error.filename}：{_of_system(error)}")
        message = parse_message(raw)
        received_at = task.received_at if isinstance(task.source, Ref) else arrival(message, task.received_at)
        campaigns = [campaign for campaign in self._setting.campaigns if campaign.name in task.campaigns]
        reading = read_message(message, campaigns, self._setting.marks, received_at, self._means[task.attempt])
        if task.attempt is not Attempt.FULL:
            without = "识别图片、转换文档" if task.attempt is Attempt.PLAIN else "打开 PDF、识别图片、转换文档"
            told = f"第一次没有读完（{task.failure}），第二次没有{without}"
            reading = replace(reading, defects=(*reading.defects, told))
        return Read(task.message, reading, received_at=received_at)

    @contextmanager
    def _with_pdf(self) -> Iterator[None]:
        """While PDFium has a file: one that never ends leaves the mail's other files their time."""
        self._connection.send(Attempt.BARE)
        with _of_cpu(seconds_of_pdf(self._setting.reading)):
            yield

    def _failed(self, task: Task, why: str) -> Read:
        """Say at least whose mail it was, so that staff can find it in the mailbox."""
        try:
            head = self._bytes(task, HEAD_BYTES)[:HEAD_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
            mail = parse_message(head)
            return Read(task.message, None, why, Letterhead(mail.message_id, mail.sender.address, mail.subject))
        except Exception:  # noqa: BLE001  # the same edge: whatever made the mail fail may well be in its header
            return Read(task.message, None, why)

    def _bytes(self, task: Task, most: int | None = None) -> bytes:
        """The mail; of one in a file, perhaps its first bytes alone."""
        return self._archive.read(task.source) if isinstance(task.source, Ref) else task.source.read(most)


def _of_system(error: OSError) -> str:
    from service.cli import REASONS  # noqa: PLC0415 - only when something is wrong

    return REASONS.get(error.errno or 0, str(error.strerror))


def seconds_of_pdf(reading: ReadingConfig) -> int:
    """CPU seconds that one PDF may take."""
    return math.ceil(reading.cpu_seconds * PDF_SHARE)


def arrival(message: Message, latest: datetime) -> datetime:
    """When a mail in a file is taken to have arrived: by its Date, unless that lies in the future, or before there was
    such mail (a clock that was reset says 1970)."""
    told = message.date if message.date is not None and EARLIEST <= message.date <= latest else latest
    return told.astimezone(latest.tzinfo)


@contextmanager
def _of_cpu(seconds: float) -> Iterator[None]:
    """So much CPU time for what is done within, and no more than is left of that around it: the kernel ends a process that
    takes more, whatever it is at.

    Not RLIMIT_CPU, which counts from the process's start, and by a clock that on a busy machine was seen to run a tenth
    faster than those that we can ask: after some hundred scans it would have ended innocent mails.
    """
    around = signal.getitimer(signal.ITIMER_PROF)[0]
    given = min(seconds, around or seconds)
    signal.setitimer(signal.ITIMER_PROF, given)
    try:
        yield
    finally:
        taken = given - signal.getitimer(signal.ITIMER_PROF)[0]
        signal.setitimer(signal.ITIMER_PROF, max(around - taken, 0.001) if around else 0)


def _limit(what: int, soft: int) -> None:
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _nothing() -> None:
    pass


class _Memory:
    """What this process has in use."""

    def __init__(self) -> None:
        try:
            self._statm = os.open("/proc/self/statm", os.O_RDONLY)  # kept open: it is asked after every mail
        except OSError:
            self._statm = -1
        self.give_back()  # a copy of a process that has freed much would seem to have shrunk
        self._at_start = self._resident()

    def grown(self) -> int:
        """Bytes more than at its start; 0 where the system does not say."""
        return self._resident() - self._at_start

    def _resident(self) -> int:
        if self._statm < 0:
            return 0
        return int(os.pread(self._statm, 100, 0).split()[1]) * resource.getpagesize()

    def give_back(self) -> None:
        """To the system, what was freed."""
        if sys.platform == "linux":
            ctypes.CDLL(None).malloc_trim(0)


def _die_with(parent: int) -> None:
    """Ask the kernel to end this process when the daemon ends, however it ends (SIGKILL too)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it was gone before we asked
            os._exit(0)


def _hush() -> None:
    """Libraries tell the terminal what is wrong with a file, those in C past Python. A fault of ours is still heard."""
    warnings.simplefilter("ignore")
    with suppress(OSError), Path(os.devnull).open("wb") as nowhere:  # there may be no stderr
        sys.stderr = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="backslashreplace", buffering=1)
        os.dup2(nowhere.fileno(), 2)


def begin(fd: int, parent: int) -> None:
    """The whole life of the process: `fd` is its end of the pipe, `parent` the pid of whoever wants the mails read."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us in order
    _limit(resource.RLIMIT_CORE, 0)  # a mail is nobody's business
    _hush()
    # Heard when numpy is loaded: more threads would only take turns, and 180 MB of this process's limit.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    _die_with(parent)
    serve(Connection(fd))


def main() -> None:
    """Started by `service.readers`, never by hand."""
    begin(int(sys.argv[1]), int(sys.argv[2]))
