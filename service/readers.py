"""The reading processes: hands them mails, gathers what they read, ends and replaces one that takes too long or dies."""

from __future__ import annotations

import math
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import Protocol

from service.reading import Attempt, Read, Setting, Task, Word, begin, seconds_of_pdf

#: Room for what a process has read while we file a batch: it goes on reading meanwhile.
RESULT_BYTES = 1024 * 1024
#: A process gets this many mails ahead, so that it never waits for us; few enough that a pipe never fills.
AHEAD = 48
#: A mail that takes longer than this lets those behind it go to another process.
SLOW_SECONDS = 0.5
#: Importing the parsers on a slow machine; not counted against a mail.
START_SECONDS = 60.0

#: Of mails that are wanted in their order, so many are under way or wait for an earlier one.
WINDOW = 1000

START = "from service.reading import main; main()"


class ReaderFault(Exception):
    """The reading process does not start. The message is a Chinese sentence."""


class Process(Protocol):
    """A child that leads a process group of its own: a terminal's Ctrl-C does not reach it, and whatever programs it
    started can be ended with it."""

    @property
    def pid(self) -> int: ...

    def wait(self) -> int:
        """Its end: the exit code, or the number of the signal, negative."""
        ...


def spawned(theirs: socket.socket) -> Process:
    """A fresh interpreter: takes half a second, and is safe in a program with threads."""
    return subprocess.Popen(  # noqa: S603  our own interpreter, our own words
        [sys.executable, "-P", "-c", START, str(theirs.fileno()), str(os.getpid())],
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        process_group=0,
    )


class Forked:
    """A copy of this program, which has loaded the parsers already: there at once, and only for one without threads."""

    def __init__(self, theirs: socket.socket) -> None:
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setpgid(0, 0)
                begin(theirs.fileno(), parent)
            finally:
                os._exit(0)
        with suppress(OSError):  # done by itself already: whoever comes first
            os.setpgid(self.pid, self.pid)

    def wait(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


Start = Callable[[socket.socket], Process]


class _Reader:
    """One child process and the tasks that it has been given, oldest first."""

    def __init__(self, setting: Setting, start: Start) -> None:
        """Raises OSError."""
        ours, theirs = socket.socketpair()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, RESULT_BYTES)
        with theirs:
            try:
                self.process = start(theirs)
            except OSError:
                ours.close()
                raise
        self.connection = Connection(ours.detach())
        self.tasks: deque[Task] = deque()
        self.ready = False
        self.milder = Attempt.LETTERHEAD  # how its oldest task is tried again if that brings it down
        self.giving_back = False  # whether it has been asked to and has not said so
        self.retired = False
        self.since = time.monotonic()  # it has been starting, or on its oldest task
        self.send(setting)

    @property
    def busy(self) -> bool:
        return bool(self.tasks) or self.giving_back or not self.ready

    @property
    def quick(self) -> bool:
        """Whether more can be given to it."""
        return self.ready and not self.giving_back and not (self.tasks and self.seconds() > SLOW_SECONDS)

    @property
    def holds_up(self) -> bool:
        """Whether mails wait behind a slow one."""
        return len(self.tasks) > 1 and not self.giving_back and self.seconds() > SLOW_SECONDS

    def seconds(self) -> float:
        return time.monotonic() - self.since

    def give(self, tasks: Sequence[Task]) -> None:
        if not self.tasks:
            self.since, self.milder = time.monotonic(), Attempt.LETTERHEAD
        self.tasks.extend(tasks)
        self.send(tasks)

    def take_back(self) -> list[Task]:
        """All but the one that it is on. It may have begun the next one just now: what it says of that is not heard."""
        self.giving_back = True
        self.send(Word.GIVE_BACK)
        kept = self.tasks.popleft()
        behind = list(self.tasks)
        self.tasks = deque([kept])
        return behind

    def note(self, said: Read | Attempt | Word) -> None:
        """What its words mean for what it is doing."""
        if isinstance(said, Attempt):
            self.milder = said
            return
        self.since, self.milder = time.monotonic(), Attempt.LETTERHEAD
        self.ready |= said is Word.READY
        self.retired |= said is Word.RETIRED
        self.giving_back &= said is not Word.GIVEN_BACK

    def send(self, given: Setting | Sequence[Task] | Word) -> None:
        with suppress(OSError):  # it is gone, which shows when we listen to it
            self.connection.send(given)

    def end(self) -> int:
        """End it and all it has started. Returns how it ended."""
        self.connection.close()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait()


class Readers:
    """A few reading processes. Not thread-safe: one thread submits and collects."""

    def __init__(self, setting: Setting, start: Start = spawned) -> None:
        """Raises ReaderFault where the system has no room for another process."""
        self._setting = setting
        self._start = start
        self._waiting: deque[Task] = deque()
        self._done: list[Read] = []
        self._readers: list[_Reader] = []
        self._man()

    @property
    def pending(self) -> int:
        """Mails submitted and not collected yet."""
        return len(self._waiting) + sum(len(reader.tasks) for reader in self._readers) + len(self._done)

    def await_ready(self) -> None:
        """Until every process has loaded what it needs. Raises ReaderFault."""
        while sum(reader.ready for reader in self._readers) < self._setting.reading.workers:
            self._done += self.collect(1.0)

    def renew(self, setting: Setting) -> None:
        """From the next mail on, read by these campaigns."""
        self._setting = setting
        for reader in self._readers:
            reader.send(setting)

    def submit(self, tasks: Sequence[Task]) -> None:
        self._waiting.extend(tasks)
        self._hand_out()

    def collect(self, seconds: float) -> list[Read]:
        """What has been read, waiting at most `seconds` for the first of it. Raises ReaderFault."""
        self._man()
        wait([reader.connection for reader in self._readers], min(seconds, self._patience()))
        for reader in list(self._readers):
            alive = self._listen(reader)
            if reader.retired or not alive or (reader.busy and reader.seconds() > self._limit(reader)):
                self._end(reader, alive)
            elif reader.holds_up:
                self._waiting.extendleft(reversed(reader.take_back()))
        self._man()
        self._hand_out()
        done, self._done = self._done, []
        return done

    def close(self) -> None:
        for reader in self._readers:
            reader.end()
        self._readers.clear()

    def _man(self) -> None:
        """Start as many processes as are missing."""
        try:
            while len(self._readers) < self._setting.reading.workers:
                self._readers.append(_Reader(self._setting, self._start))
        except OSError as error:
            raise ReaderFault(f"系统没有余力启动读信进程（{error.strerror}）。请查看内存和进程数。") from None

    def _limit(self, reader: _Reader) -> float:
        return self._setting.reading.seconds if reader.ready else START_SECONDS

    def _patience(self) -> float:
        """How long there is nothing to do but listen."""
        left = (
            (SLOW_SECONDS if len(r.tasks) > 1 and not r.giving_back else self._limit(r)) - r.seconds()
            for r in self._readers
            if r.busy
        )
        return max(0.0, min(left, default=float("inf")))

    def _listen(self, reader: _Reader) -> bool:
        """Take what the process has sent. False when it is gone."""
        try:
            while reader.connection.poll():
                said: Read | Attempt | Word = reader.connection.recv()
                if isinstance(said, Read):
                    self._settle(reader, said)
                reader.note(said)
        except (EOFError, OSError):
            return False
        return True

    def _settle(self, reader: _Reader, read: Read) -> None:
        if not reader.tasks or reader.tasks[0].message != read.message:
            return  # taken back too late: another process reads it, too
        task = reader.tasks.popleft()
        if read.failure is not None and reader.milder is not Attempt.LETTERHEAD:
            self._waiting.appendleft(replace(task, attempt=reader.milder, failure=read.failure))
        else:
            self._done.append(read)

    def _end(self, reader: _Reader, alive: bool) -> None:
        """End the process. The mail that it was on is tried again with less; then come the others."""
        self._readers.remove(reader)
        code = reader.end()
        if not reader.ready:
            raise ReaderFault("读信进程启动失败。请运行 intake check 查看原因")
        again = [self._blamed(reader, self._why(reader, alive, code))] if reader.tasks and not reader.retired else []
        self._waiting.extendleft(reversed([*(task for task in again if task), *reader.tasks]))

    def _blamed(self, reader: _Reader, why: str) -> Task | None:
        """The task that a process ended on, as it is to be tried again; None where not even its letterhead can be."""
        task = reader.tasks.popleft()
        if task.attempt is Attempt.LETTERHEAD:
            self._done.append(Read(task.message, None, task.failure))
            return None
        return replace(task, attempt=reader.milder, failure=why)

    def _why(self, reader: _Reader, alive: bool, code: int) -> str:
        reading = self._setting.reading
        if alive:
            return f"读取超过 {reading.seconds:g} 秒，已中止"
        if code == -signal.SIGPROF:
            pdf = f"，或一个 PDF 超过 {seconds_of_pdf(reading)} 秒" if reader.milder is Attempt.BARE else ""
            return f"读取用的处理器时间超过 {reading.cpu_seconds} 秒{pdf}，已中止"
        if code == -signal.SIGKILL:
            return "读信进程意外退出（被系统结束，可能是内存不足）"
        return f"读信进程意外退出（{signal.Signals(-code).name if code < 0 else code}）"

    def _hand_out(self) -> None:
        """To each process its share, the idle ones first; none to one that is on a slow mail."""
        free = sorted((r for r in self._readers if r.quick), key=lambda r: len(r.tasks))
        for sharers, reader in zip(range(len(free), 0, -1), free, strict=True):
            share = min(math.ceil(len(self._waiting) / sharers), AHEAD - len(reader.tasks))
            if share > 0:
                reader.give([self._waiting.popleft() for _ in range(share)])


def in_order(readers: Readers, tasks: Iterable[Task]) -> Iterator[Read]:
    """What came of each task, in the order of the tasks. Raises ReaderFault."""
    coming = iter(tasks)
    order: deque[int] = deque()
    done: dict[int, Read] = {}
    while True:
        fresh = list(islice(coming, WINDOW - len(order)))
        order.extend(task.message for task in fresh)
        if not order:
            return
        readers.submit(fresh)
        done |= {read.message: read for read in readers.collect(1.0)}
        while order and order[0] in done:
            yield done.pop(order.popleft())
