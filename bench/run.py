"""How fast the service files a backlog, as ratios to a bare fetch loop measured in the same run. `make bench`.

Prints, for each size: our `run --once` up to the queued reply against (a) a bare IMAPClient fetch loop and (b) the same
loop plus mail-parser; what each step costs; syncs a mail; peak memory; and what an empty poll costs at 0, 1,000 and
10,000 mails. Absolute times are of this machine; the ratios are what counts.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "bench")]

import mailparser
from dovecot import Dovecot
from imapclient import IMAPClient
from mails import mails
from steps import steps

from service import once
from service.config.config import load_config
from service.daemon import Office
from service.parts import assemble
from storage import database

BATCH = 50
CONFIG = """
[service]
data = "{data}"
campaigns = "{rules}"
[[mailbox]]
name = "bench"
address = "{user}"
username = "{user}"
campaigns = ["yugong-story"]
imap = "imap://127.0.0.1:{port}"
smtp = "smtp://127.0.0.1:9"
password_env = "BENCH_PASSWORD"
folders = ["INBOX"]
"""


def bare(dovecot: Dovecot, user: str, parse: bool) -> int:
    """The reference: what the IMAP library alone takes to bring the mails here (and mail-parser to parse them)."""
    count = 0
    with IMAPClient(dovecot.host, dovecot.port, ssl=False) as client:
        client.login(user, dovecot.password)
        client.select_folder("INBOX", readonly=True)
        uids = client.search("ALL")
        for start in range(0, len(uids), BATCH):
            for data in client.fetch(uids[start : start + BATCH], ["INTERNALDATE", "BODY.PEEK[]"]).values():
                if parse:
                    mailparser.parse_from_bytes(data[b"BODY[]"])
                count += 1
    return count


@contextmanager
def office(dovecot: Dovecot, user: str, folder: Path) -> Iterator[Office]:
    config = folder / "config.toml"
    config.write_text(CONFIG.format(data=folder / "data", rules=ROOT / "rules", user=user, port=dovecot.port))
    os.environ["BENCH_PASSWORD"] = dovecot.password
    parts = assemble(load_config(config))
    place = Office(parts, lambda _line: None)
    try:
        yield place
    finally:
        place.close()
        parts.database.close()


def ours(dovecot: Dovecot, user: str, expected: int) -> tuple[float, dict[str, float]]:
    """Seconds from login to the last queued reply, reading processes up; and what was counted on the way."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    counted: dict[str, float] = {}
    try:
        with office(dovecot, user, folder) as place, counting(counted):
            place.readers.await_ready()
            report = once.RunReport()
            started, cpu = time.perf_counter(), time.process_time()
            once.receive_and_file(place, report)
            seconds = time.perf_counter() - started
            counted["main CPU ms"] = (time.process_time() - cpu) / expected * 1000
            with place.parts.database.reading() as tx:
                replies = tx.exec_driver_sql("SELECT count(*) FROM outgoing").scalar()
        assert (report.received, report.filed, replies) == (expected, expected, expected), (report, replies)
        counted["disk KB"] = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / expected / 1024
        return seconds, counted
    finally:
        shutil.rmtree(folder)


@contextmanager
def counting(counted: dict[str, float]) -> Iterator[None]:
    """Syncs: one for each archive batch, one for each committed write transaction (WAL, synchronous=FULL)."""
    real_sync, real_transaction = os.fdatasync, database.Database.transaction
    counted["syncs"] = 0

    def sync(fd: int) -> None:
        counted["syncs"] += 1
        real_sync(fd)

    def transaction(self: database.Database):
        counted["syncs"] += 1
        return real_transaction(self)

    os.fdatasync, database.Database.transaction = sync, transaction  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        os.fdatasync, database.Database.transaction = real_sync, real_transaction  # type: ignore[method-assign]


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def compare(dovecot: Dovecot, user: str, count: int, rounds: int) -> None:
    rows: dict[str, list[float]] = {"bare": [], "parsed": [], "ours": []}
    counted: dict[str, float] = {}
    for _ in range(rounds):
        rows["bare"].append(timed(lambda: bare(dovecot, user, parse=False)))
        rows["parsed"].append(timed(lambda: bare(dovecot, user, parse=True)))
        seconds, counted = ours(dovecot, user, count)
        rows["ours"].append(seconds)
    ratio = statistics.median(b / o for b, o in zip(rows["bare"], rows["ours"], strict=True))
    parsed = statistics.median(p / o for p, o in zip(rows["parsed"], rows["ours"], strict=True))
    print(f"\n{count:,} mails, {rounds} rounds (median)")
    for name, title in (
        ("bare", "bare IMAPClient fetch loop"),
        ("parsed", "... and mail-parser"),
        ("ours", "run --once"),
    ):
        seconds = statistics.median(rows[name])
        print(f"  {title:28} {count / seconds:8.0f} mails/s  {seconds / count * 1000:6.2f} ms a mail")
    print(f"  ours / bare loop             {ratio:8.2f}   (aim 0.35)")
    print(f"  ours / loop with mail-parser {parsed:8.2f}")
    print(f"  syncs a mail                 {counted['syncs'] / count:8.3f}")
    print(f"  CPU of the main process      {counted['main CPU ms']:8.2f} ms a mail")
    print(f"  on disk                      {counted['disk KB']:8.1f} KB a mail")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"  peak memory                  {own:8.0f} MB main (with the bench's own), {child:.0f} MB a reading process")


def empty_poll(dovecot: Dovecot, user: str, count: int) -> None:
    """On a kept connection, everything archived."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        with office(dovecot, user, folder) as place:
            place.readers.await_ready()  # their imports would take a core from the first polls
            once.receive_and_file(place, once.RunReport())
            [post] = place.posts
            post.poll(lambda _count: None)
            polls = [timed(lambda: post.poll(lambda _count: None)) * 1000 for _ in range(60)]
        print(f"  empty poll at {count:6,} mails       {statistics.median(polls):8.2f} ms  (aim < 2 ms)")
    finally:
        shutil.rmtree(folder)


def whole_process(dovecot: Dovecot, user: str, count: int) -> None:
    """`intake run --once` as its user starts it, interpreter and all."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        config = folder / "config.toml"
        config.write_text(CONFIG.format(data=folder / "data", rules=ROOT / "rules", user=user, port=dovecot.port))
        command = [str(Path(sys.executable).parent / "intake"), "--config", str(config), "run", "--once"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        seconds = timed(lambda: subprocess.run(command, check=False, **quiet))
        print(
            f"  whole process                {count / seconds:8.0f} mails/s  ({seconds:.1f} s, start and first refused send included)"
        )
    finally:
        shutil.rmtree(folder)


def print_steps(count: int = 300) -> None:
    raws = list(mails(count, seed=2))
    costs = steps([raws[start : start + BATCH] for start in range(0, count, BATCH)])
    whole = timed_cpu(lambda: [mailparser.parse_from_bytes(raw) for raw in raws]) / count * 1000
    print(f"\nCPU ms a mail, step by step ({count} mails; beside it mail-parser on the whole mail: {whole:.2f})")
    for step, milliseconds in costs.items():
        print(f"  {step:28} {milliseconds:8.3f}")
    print(f"  {'together':28} {sum(costs.values()):8.3f}")


def timed_cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    arguments.add_argument("--rounds", type=int, default=3)
    chosen = arguments.parse_args()
    if not Dovecot.installed():
        sys.exit("bench needs Debian's dovecot-imapd")
    folder = Path(tempfile.mkdtemp(prefix="bench-dovecot-"))
    folder.chmod(0o755)
    dovecot = Dovecot(folder)
    dovecot.start()
    try:
        print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, mail server on the same cores")
        print_steps()
        for size in chosen.sizes:
            for raw in mails(size):
                dovecot.deliver(f"user{size}@example.com", raw)
            compare(dovecot, f"user{size}@example.com", size, chosen.rounds if size <= 2000 else 1)
            whole_process(dovecot, f"user{size}@example.com", size)
        print()
        for size in [0, *chosen.sizes]:
            empty_poll(dovecot, f"user{size}@example.com", size)
    finally:
        dovecot.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
