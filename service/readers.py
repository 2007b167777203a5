"""The reading processes: hands them mails, gathers what they read, ends and replaces one that takes too long or dies."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection, wait

from service.reading import READY, Read, Setting, Task

#: Room for what a process has read while we file a batch: it goes on reading meanwhile.
RESULT_BYTES = 1024 * 1024
#: A process gets this many mails ahead, so that it never waits for us; few enough that a pipe never fills.
AHEAD = 48
#: Importing the parsers on a slow machine; not counted against a mail.
START_SECONDS = 60.0


START = "from service.reading import main; main()"


class ReaderFault(Exception):
    """The reading process does not start. The message is a Chinese sentence."""


class _Reader:
    """One child process and the tasks that it has been given, oldest first."""

    def __init__(self, setting: Setting) -> None:
        ours, theirs = socket.socketpair()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, RESULT_BYTES)
        with theirs, _deaf_to_ctrl_c():
            self.process = subprocess.Popen(  # noqa: S603  our own interpreter, our own words
                [sys.executable, "-P", "-c", START, str(theirs.fileno()), str(os.getpid())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        self.connection = Connection(ours.detach())
        self.tasks: deque[Task] = deque()
        self.ready = False
        self.deadline = time.monotonic() + START_SECONDS
        self.connection.send(setting)

    def give(self, tasks: Sequence[Task], seconds: float) -> None:
        if not self.tasks and self.ready:
            self.deadline = time.monotonic() + seconds
        self.tasks.extend(tasks)
        self.connection.send(tasks)

    def end(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.wait()


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """What is started meanwhile never hears Ctrl-C, which a terminal gives to the whole group: the daemon ends it in
    order. Ignoring it is the process's own first act, but by then Python has been starting for a tenth of a second."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Readers:
    """A few reading processes. Not thread-safe: one thread submits and collects."""

    def __init__(self, setting: Setting, count: int, seconds: float) -> None:
        """`seconds` is the wall time that one mail may take."""
        self._setting = setting
        self._seconds = seconds
        self._waiting: deque[Task] = deque()
        self._readers = [_Reader(setting) for _ in range(max(1, count))]

    @property
    def pending(self) -> int:
        """Mails submitted and not collected yet."""
        return len(self._waiting) + sum(len(reader.tasks) for reader in self._readers)

    def await_ready(self) -> None:
        """Until every process has loaded what it needs. Raises ReaderFault."""
        while not all(reader.ready for reader in self._readers):
            self.collect(1.0)

    def renew(self, setting: Setting) -> None:
        """From the next mail on, read by these campaigns."""
        self._setting = setting
        for reader in self._readers:
            reader.connection.send(setting)

    def submit(self, tasks: Sequence[Task]) -> None:
        self._waiting.extend(tasks)
        self._hand_out()

    def collect(self, seconds: float) -> list[Read]:
        """What has been read, waiting at most `seconds` for the first of it. Raises ReaderFault."""
        patience = min(seconds, max(0.0, self._next_deadline() - time.monotonic()))
        wait([reader.connection for reader in self._readers], patience)
        done: list[Read] = []
        for i, reader in enumerate(self._readers):
            alive = self._drain(reader, done)
            if not alive or (reader.tasks and time.monotonic() > reader.deadline):
                self._readers[i] = self._replace(reader, alive, done)
        self._hand_out()
        return done

    def close(self) -> None:
        for reader in self._readers:
            reader.end()

    def _next_deadline(self) -> float:
        return min((r.deadline for r in self._readers if r.tasks), default=float("inf"))

    def _drain(self, reader: _Reader, done: list[Read]) -> bool:
        """Take what the process has sent. False when it is gone."""
        try:
            while reader.connection.poll():
                answer: Read | str = reader.connection.recv()
                reader.deadline = time.monotonic() + self._seconds
                if isinstance(answer, Read):
                    reader.tasks.popleft()
                    done.append(answer)
                elif answer == READY:
                    reader.ready = True
        except (EOFError, OSError):
            return False
        return True

    def _replace(self, reader: _Reader, alive: bool, done: list[Read]) -> _Reader:
        """End the process. Of the mail that it was on, its successor reads the letterhead alone; then the others."""
        reader.end()
        if not reader.ready:
            raise ReaderFault("读信进程启动失败。请运行 intake check 查看原因")
        if reader.tasks:
            code = reader.process.returncode
            why = f"读取超过 {self._seconds:g} 秒，已中止" if alive else f"读信进程意外退出（{code}）"
            guilty = reader.tasks.popleft()
            if guilty.failure is None:
                reader.tasks.appendleft(replace(guilty, failure=why))
            else:
                done.append(Read(guilty.message, None, guilty.failure))
        self._waiting.extendleft(reversed(reader.tasks))
        return _Reader(self._setting)

    def _hand_out(self) -> None:
        for reader in sorted(self._readers, key=lambda r: len(r.tasks)):
            room = AHEAD - len(reader.tasks)
            tasks = [self._waiting.popleft() for _ in range(min(room, len(self._waiting)))]
            if tasks:
                reader.give(tasks, self._seconds)
