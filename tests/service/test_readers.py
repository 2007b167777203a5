"""Mails are read in processes of their own: one that hangs or dies costs one mail, and none outlives the daemon."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from letters import Letter, qq_web

from intake.kind import Kind, Marks
from rules.campaign import load_campaign
from service.readers import Readers
from service.reading import Read, Setting, Task
from storage.archive import Archive

STORY = Path(__file__).parent.parent.parent / "rules" / "yugong-story"
SERVED = frozenset({"yugong-story"})
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return Setting(tmp_path / "archive", (load_campaign(STORY),), Marks(), memory_mb=1024)


def tasks_of(setting: Setting, raws: list[bytes]) -> list[Task]:
    refs = Archive(setting.archive).append([(raw, {}) for raw in raws])
    return [Task(number, ref, NOW, SERVED) for number, ref in enumerate(refs)]


def question(number: int) -> bytes:
    return qq_web(
        Letter(subject=f"咨询 {number}", text=f"请问第 {number} 批什么时候截止？", message_id=f"<q-{number}@qq.com>")
    )


@pytest.fixture
def readers(setting: Setting) -> Iterator[Readers]:
    made = Readers(setting, count=1, seconds=2)
    made.await_ready()
    yield made
    made.close()


def all_of(readers: Readers, tasks: list[Task]) -> dict[int, Read]:
    readers.submit(tasks)
    done: dict[int, Read] = {}
    until = time.monotonic() + 60
    while readers.pending and time.monotonic() < until:
        done |= {read.message: read for read in readers.collect(1.0)}
    return done


def the_process(readers: Readers) -> int:
    [reader] = readers._readers
    return reader.process.pid


def test_every_mail_is_read(readers: Readers, setting: Setting) -> None:
    done = all_of(readers, tasks_of(setting, [question(n) for n in range(100)]))
    assert sorted(done) == list(range(100))
    assert {read.reading.kind for read in done.values()} == {Kind.OTHER}


def test_ctrl_c_at_the_start_is_the_daemons_business(setting: Setting, capfd) -> None:
    made = Readers(setting, count=1, seconds=2)
    try:
        os.kill(the_process(made), signal.SIGINT)
        made.await_ready()
    finally:
        made.close()
    assert capfd.readouterr().err == ""


def test_a_process_that_hangs_costs_one_mail(readers: Readers, setting: Setting) -> None:
    os.kill(the_process(readers), signal.SIGSTOP)
    done = all_of(readers, tasks_of(setting, [question(n) for n in range(5)]))
    assert {n: read.failure for n, read in done.items() if read.reading is None} == {0: "读取超过 2 秒，已中止"}
    letterhead = done[0].letterhead
    assert (letterhead.message_id, letterhead.subject) == ("<q-0@qq.com>", "咨询 0")
    assert sorted(done) == list(range(5))


def test_a_process_that_dies_costs_one_mail(readers: Readers, setting: Setting) -> None:
    os.kill(the_process(readers), signal.SIGSTOP)  # so that it dies with mails in hand
    tasks = tasks_of(setting, [question(n) for n in range(5)])
    readers.submit(tasks)
    os.kill(the_process(readers), signal.SIGKILL)
    done = all_of(readers, [])
    assert [n for n, read in done.items() if read.reading is None] == [0]
    assert "意外退出" in done[0].failure
    assert sorted(done) == list(range(5))


def test_a_mail_that_is_gone_from_the_archive_fails_with_its_reason(readers: Readers, setting: Setting) -> None:
    tasks = tasks_of(setting, [question(0), question(1)])
    (setting.archive / tasks[0].ref.segment).write_bytes(b"")
    done = all_of(readers, tasks)
    assert all(read.reading is None and read.failure for read in done.values())


def test_memory_is_bounded(setting: Setting) -> None:
    small = Setting(setting.archive, setting.campaigns, setting.marks, memory_mb=400)
    readers = Readers(small, count=1, seconds=30)
    try:
        head = b"Subject: big\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        done = all_of(readers, tasks_of(setting, [head + b"x" * 150_000_000, question(1)]))
    finally:
        readers.close()
    assert done[0].reading is None
    assert done[1].reading is not None


PARENT = """
import sys, time
from pathlib import Path
from intake.kind import Marks
from service.reading import Setting
from service.readers import Readers
readers = Readers(Setting(Path(sys.argv[1]), (), Marks(), 1024), 2, 30)
readers.await_ready()
print(*(r.process.pid for r in readers._readers), flush=True)
time.sleep(600)
"""


def test_reading_processes_end_with_the_daemon_even_on_sigkill(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert len(pids) == 2
    until = time.monotonic() + 10
    while any(running(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.05)
    assert [pid for pid in pids if running(pid)] == []


def running(pid: int) -> bool:
    """A zombie does not run any more: whoever inherited it has not looked yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
