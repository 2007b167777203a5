"""Mails are read in processes of their own: one that hangs, dies or grows costs one mail, and none outlives the daemon."""

from __future__ import annotations

import ctypes
import faulthandler
import itertools
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from letters import File, Letter, qq_web

from intake.documents.document import Document, Scan
from intake.documents.limits import Allowance
from intake.documents.means import Means
from intake.kind import Kind, Marks
from intake.submission import read_message
from rules.campaign import load_campaign
from service import reading as reading_process
from service.config.reading import ReadingConfig
from service.importing import Piece
from service.readers import Forked, ReaderFault, Readers, Start, spawned
from service.reading import Read, Setting, Task
from storage.archive import Archive

STORY = Path(__file__).parent.parent.parent / "rules" / "yugong-story"
SERVED = frozenset({"yugong-story"})
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ONE = ReadingConfig(workers=1, seconds=2, ocr=False, office="off")


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return Setting(tmp_path / "archive", (load_campaign(STORY),), Marks(), ONE)


def tasks_of(setting: Setting, raws: list[bytes]) -> list[Task]:
    refs = Archive(setting.archive).append([(raw, {}) for raw in raws])
    return [Task(number, ref, NOW, SERVED) for number, ref in enumerate(refs)]


def question(number: int, subject: str = "咨询", *files: File) -> bytes:
    return qq_web(
        Letter(
            subject=f"{subject} {number}",
            text=f"请问第 {number} 批什么时候截止？",
            message_id=f"<q-{number}@qq.com>",
            files=files,
        )
    )


@pytest.fixture
def readers(setting: Setting) -> Iterator[Readers]:
    made = Readers(setting)
    made.await_ready()
    yield made
    made.close()


def all_of(readers: Readers, tasks: list[Task], seconds: float = 60) -> dict[int, Read]:
    readers.submit(tasks)
    done: dict[int, Read] = {}
    until = time.monotonic() + seconds
    while readers.pending and time.monotonic() < until:
        done |= {read.message: read for read in readers.collect(1.0)}
    return done


def failures(done: dict[int, Read]) -> dict[int, str | None]:
    return {n: read.failure for n, read in done.items() if read.reading is None}


def processes(readers: Readers) -> list[int]:
    return [reader.process.pid for reader in readers._readers]


def the_process(readers: Readers) -> int:
    [pid] = processes(readers)
    return pid


@pytest.mark.parametrize("start", [spawned, Forked])
def test_every_mail_is_read(setting: Setting, start: Start) -> None:
    two = replace(setting, reading=replace(ONE, workers=2, seconds=60))
    readers = Readers(two, start)
    try:
        done = all_of(readers, tasks_of(setting, [question(n) for n in range(100)]))
    finally:
        readers.close()
    assert sorted(done) == list(range(100))
    assert {read.reading.kind for read in done.values()} == {Kind.OTHER}
    assert {read.received_at for read in done.values()} == {NOW}


def test_a_mail_may_lie_in_a_file_and_then_its_date_counts(readers: Readers, tmp_path: Path) -> None:
    dates = (NOW - timedelta(hours=2), NOW + timedelta(days=4000), NOW)
    early, late, none = (qq_web(Letter(subject="咨询", text="请问", date=date.astimezone(UTC))) for date in dates)
    none = re.sub(rb"(?m)^Date: .*\r?\n", b"", none)
    mbox = b"".join(b"From a@example.com Mon Mar  2 09:00:00 2026\n" + raw + b"\n" for raw in (early, late))
    (tmp_path / "box").write_bytes(mbox)
    (tmp_path / "one.eml").write_bytes(none)
    first = len(b"From a@example.com Mon Mar  2 09:00:00 2026\n")
    pieces = [
        Piece(tmp_path / "box", first, len(early), 1),
        Piece(tmp_path / "box", 2 * first + len(early) + 1, len(late), 2),
        Piece(tmp_path / "one.eml"),
        Piece(tmp_path / "gone.eml"),
    ]
    done = all_of(readers, [Task(n, piece, NOW, SERVED) for n, piece in enumerate(pieces)])
    assert [done[n].received_at for n in range(3)] == [NOW - timedelta(hours=2), NOW, NOW]
    assert {done[n].received_at.tzinfo for n in range(3)} == {NOW.tzinfo}
    assert done[3].failure == f"读不了 {tmp_path / 'gone.eml'}：没有这个文件或文件夹。请检查路径。"


def test_ctrl_c_is_the_daemons_business(tmp_path: Path) -> None:
    """A terminal gives it to the whole group."""
    parent = start_parent(tmp_path, start_new_session=True)
    pids = pids_of(parent)
    os.killpg(parent.pid, signal.SIGINT)
    assert parent.stdout.readline() == b"\n"  # they have started all the same
    os.killpg(parent.pid, signal.SIGINT)
    assert all(running(pid) for pid in pids)
    parent.kill()
    assert parent.communicate()[1] == b""


# --- a mail that brings its reader down ---


def stopped(readers: Readers) -> int:
    pid = the_process(readers)
    os.kill(pid, signal.SIGSTOP)
    return pid


def test_a_process_that_hangs_costs_one_mail(readers: Readers, setting: Setting) -> None:
    stopped(readers)
    done = all_of(readers, tasks_of(setting, [question(n) for n in range(5)]))
    assert failures(done) == {0: "读取超过 2 秒，已中止"}
    letterhead = done[0].letterhead
    assert (letterhead.message_id, letterhead.subject) == ("<q-0@qq.com>", "咨询 0")
    assert sorted(done) == list(range(5))


def test_a_process_that_dies_costs_one_mail(readers: Readers, setting: Setting) -> None:
    pid = stopped(readers)  # so that it dies with mails in hand
    readers.submit(tasks_of(setting, [question(n) for n in range(5)]))
    os.kill(pid, signal.SIGKILL)
    done = all_of(readers, [])
    assert failures(done) == {0: "读信进程意外退出（被系统结束，可能是内存不足）"}
    assert sorted(done) == list(range(5))


def test_a_mail_that_is_gone_from_the_archive_fails_with_its_reason(readers: Readers, setting: Setting) -> None:
    tasks = tasks_of(setting, [question(0), question(1)])
    (setting.archive / tasks[0].source.segment).write_bytes(b"")
    done = all_of(readers, tasks)
    assert all(read.reading is None and read.failure for read in done.values())


def test_memory_is_bounded(setting: Setting) -> None:
    readers = Readers(replace(setting, reading=replace(ONE, memory_mb=400, seconds=30)))
    try:
        head = b"Subject: big\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        done = all_of(readers, tasks_of(setting, [head + b"x" * 150_000_000, question(1)]))
    finally:
        readers.close()
    assert failures(done) == {0: "读取时内存超过 400 MB，已中止"}
    assert done[1].reading is not None


KEPT: list[bytearray] = []


def eat(megabytes: int) -> list[bytearray]:
    return [bytearray(b"x" * 1024) for _ in range(megabytes * 1024)]


def spin() -> None:
    for _ in itertools.repeat(None):
        pass


def work(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


#: What a mail's subject brings about while it is read, as only a bug or an attack would.
FAULTS: dict[str, Callable[[], object]] = {
    "abort": os.abort,
    "segfault": lambda: ctypes.string_at(0),
    "spin": spin,
    "hang": lambda: time.sleep(600),
    "eat": lambda: eat(2_000),
    "leak": lambda: KEPT.extend(eat(200)),
    "stumble": lambda: 1 // 0,
    "leave": lambda: os._exit(7),
}


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forked processes read like this."""

    def read(message, campaigns, marks, received_at, means):
        faulthandler.disable()  # what follows is meant
        what = message.subject.split()[0]
        with means.pdfium() if what.endswith("-pdf") else nullcontext() as granted:
            if granted:
                FAULTS[what.removesuffix("-pdf")]()
        if what in FAULTS:
            FAULTS[what]()
        if what.endswith("-ocr") and means.recogniser is not None:
            means.recogniser.read((Scan(what.encode(), "jpg"),), Allowance(means.limits))
        return read_message(message, campaigns, marks, received_at, means)

    class Recogniser:
        def ruled(self, scan: Scan, allowance: Allowance) -> bool:
            return True

        def glimpse(self, scan: Scan, allowance: Allowance) -> Iterator[str]:
            FAULTS[scan.data.decode().removesuffix("-ocr")]()
            return iter(())

        def read(self, scans: Sequence[Scan], allowance: Allowance) -> Document | None:
            FAULTS[scans[0].data.decode().removesuffix("-ocr")]()
            return None

    monkeypatch.setattr(reading_process, "read_message", read)
    monkeypatch.setattr(reading_process, "means_of", lambda config: Means(config.limits, recogniser=Recogniser()))


def megabytes_of_this_process() -> int:
    [line] = [one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmData:")]
    return int(line.split()[1]) // 1024


def forked(setting: Setting, **more: object) -> Readers:
    made = Readers(replace(setting, reading=replace(ONE, **more)), Forked)
    made.await_ready()
    return made


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("abort", "读信进程意外退出（SIGABRT）"),
        ("segfault", "读信进程意外退出（SIGSEGV）"),
        ("spin", "读取用的处理器时间超过 1 秒，已中止"),
        ("hang", "读取超过 4 秒，已中止"),
        ("eat", "读取时内存超过 {memory} MB，已中止"),
        ("stumble", "读取时出错：ZeroDivisionError: integer division or modulo by zero"),
        ("leave", "读信进程意外退出（7）"),
    ],
)
@pytest.mark.parametrize("by", ["", "-ocr", "-pdf"])
def test_a_fault_costs_one_mail_and_by_a_library_only_what_it_reads(
    setting: Setting, faulty: None, what: str, why: str, by: str
) -> None:
    memory = megabytes_of_this_process() + 300  # a copy of this process begins with all that other tests have loaded
    why = why.format(memory=memory)
    # On a busy machine even what eats or stumbles was seen to take a second of CPU.
    cpu, seconds = (1, 100) if what == "spin" else (50, 4 if what == "hang" else 100)
    readers = forked(setting, cpu_seconds=cpu, seconds=seconds, memory_mb=memory)
    try:
        raws = [question(0), question(1, what + by), question(2), question(3)]
        done = all_of(readers, tasks_of(setting, raws))
    finally:
        readers.close()
    assert sorted(done) == [0, 1, 2, 3]
    assert done[1].message == 1
    if by:
        assert failures(done) == {}
        why = why.replace("超过 1 秒", "超过 1 秒，或一个 PDF 超过 1 秒") if by == "-pdf" else why
        without = "识别图片、转换文档" if by == "-ocr" else "打开 PDF、识别图片、转换文档"
        assert done[1].reading.defects == (f"第一次没有读完（{why}），第二次没有{without}",)
    else:
        assert failures(done) == {1: why}
        assert done[1].letterhead.subject == f"{what} 1"


def test_a_pdf_may_take_a_share_of_the_time_and_what_follows_it_the_rest(
    setting: Setting, faulty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FAULTS, "open", lambda: None)
    monkeypatch.setitem(FAULTS, "open-pdf", lambda: work(3.0))  # after it was open
    readers = forked(setting, cpu_seconds=6, seconds=200)
    try:
        pid = the_process(readers)
        assert failures(all_of(readers, tasks_of(setting, [question(0, "open-pdf")]))) == {}
        assert the_process(readers) == pid
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        done = all_of(readers, tasks_of(setting, [question(1, "spin-pdf")]))
        spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        assert spent < 8  # 3 for the first question, 2 for the second, a start; with all of its time it would be 9
        assert "超过 6 秒，或一个 PDF 超过 2 秒" in done[0].reading.defects[0]
    finally:
        readers.close()


def test_the_time_of_one_mail_is_not_counted_against_the_next(
    setting: Setting, faulty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FAULTS, "work", lambda: sum(range(12_000_000)))
    monkeypatch.setattr(time, "process_time", lambda: 0.0)  # on a busy machine it does run slower than the kernel's own
    readers = forked(setting, cpu_seconds=1, seconds=30)
    try:
        pid = the_process(readers)
        done = all_of(readers, tasks_of(setting, [question(n, "work") for n in range(12)]))
        assert failures(done) == {}
        assert the_process(readers) == pid
    finally:
        readers.close()


def test_a_process_that_has_grown_is_replaced_and_nobody_is_blamed(
    setting: Setting, faulty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = megabytes_of_this_process() + 500  # a copy of this process begins with all that other tests have loaded
    monkeypatch.setattr("service.reading.KEPT", 150 / memory)
    readers = forked(setting, memory_mb=memory, seconds=30)
    try:
        first = the_process(readers)
        done = all_of(readers, tasks_of(setting, [question(n, "leak" if n == 1 else "咨询") for n in range(20)]))
        assert failures(done) == {}
        assert sorted(done) == list(range(20))
        assert the_process(readers) != first
    finally:
        readers.close()
    assert not running(first)


def test_mails_behind_a_slow_one_are_read_by_another_process(setting: Setting, faulty: None) -> None:
    readers = forked(setting, workers=2, seconds=6)
    try:
        raws = [question(n, "hang" if n == 0 else "咨询") for n in range(60)]
        readers.submit(tasks_of(setting, raws))
        done: list[int] = []
        while readers.pending > 1:
            done += [read.message for read in readers.collect(1.0)]
        assert sorted(done) == list(range(1, 60))  # while the first one still hangs
        assert failures(all_of(readers, [])) == {0: "读取超过 6 秒，已中止"}
    finally:
        readers.close()


def test_a_process_that_was_asked_to_give_back_goes_on_afterwards(setting: Setting, faulty: None) -> None:
    FAULTS["pause"] = lambda: time.sleep(1.0)
    readers = forked(setting, seconds=20)
    try:
        pid = the_process(readers)
        raws = [question(n, "pause" if n % 4 == 0 else "咨询") for n in range(12)]
        done = all_of(readers, tasks_of(setting, raws))
        assert failures(done) == {}
        assert sorted(done) == list(range(12))
        assert the_process(readers) == pid
    finally:
        readers.close()
        del FAULTS["pause"]


def test_processes_that_do_not_start_are_told_and_tried_again(setting: Setting) -> None:
    broken = [True, True]

    def start(theirs):
        if broken:
            broken.pop()
            return subprocess.Popen(["/bin/false"], process_group=0)
        return spawned(theirs)

    readers = Readers(setting, start)
    try:
        for _ in range(2):
            with pytest.raises(ReaderFault, match="读信进程启动失败"):
                readers.await_ready()
        assert failures(all_of(readers, tasks_of(setting, [question(1)]))) == {}
    finally:
        readers.close()


def test_a_system_without_room_for_a_process_is_told(setting: Setting) -> None:
    def start(theirs):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with pytest.raises(ReaderFault, match="没有余力"):
        Readers(setting, start)


# --- the end ---

PARENT = """
import signal, sys, time
signal.signal(signal.SIGINT, lambda *_: None)
from pathlib import Path
from intake.kind import Marks
from service.reading import Setting
from service.readers import Readers
readers = Readers(Setting(Path(sys.argv[1]), (), Marks()))
print(*(r.process.pid for r in readers._readers), flush=True)
readers.await_ready()
print(flush=True)
time.sleep(600)
"""


def start_parent(folder: Path, **more: bool) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", PARENT, str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


def pids_of(parent: subprocess.Popen[bytes]) -> list[int]:
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(pids) == 2
    return pids


def test_reading_processes_end_with_the_daemon_even_on_sigkill(tmp_path: Path) -> None:
    parent = start_parent(tmp_path)
    pids = pids_of(parent)
    parent.stdout.readline()
    parent.kill()
    parent.communicate()
    assert gone(pids)


def gone(pids: list[int]) -> bool:
    until = time.monotonic() + 10
    while any(running(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.05)
    return not any(running(pid) for pid in pids)


def running(pid: int) -> bool:
    """A zombie does not run any more: whoever inherited it has not looked yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
