"""What the filing thread does on odd days: a machine that slept, a database that was away, another worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from world import nomination

from intake.mailboxes.mailbox import Delivery
from intake.mime.message import parse_message
from intake.submission import read_message
from service.config.config import load_config
from service.parts import Parts, assemble
from service.pipeline import Filed, Pipeline
from service.reading import Read, Task
from storage import messages
from storage.fault import DatabaseFault

ROOT = Path(__file__).parents[2]
CONFIG = f"""
[service]
campaigns = "{ROOT}/rules"
[[mailbox]]
name = "ceacq"
address = "ceacq@163.com"
campaigns = ["yugong-story"]
imap = "embedded:"
smtp = "embedded:"
"""


class SlowReaders:
    """Reads in this process, and only when told to."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.tasks: list[Task] = []
        self.read_now = False

    @property
    def pending(self) -> int:
        return len(self.tasks)

    def submit(self, tasks: Sequence[Task]) -> None:
        self.tasks += tasks

    def collect(self, _seconds: float) -> list[Read]:
        done, self.tasks = (self.tasks, []) if self.read_now else ([], self.tasks)
        return [self.read(task) for task in done]

    def read(self, task: Task) -> Read:
        setting = self.parts.setting()
        message = parse_message(self.parts.archives["ceacq"].read(task.source))
        return Read(task.message, read_message(message, setting.campaigns, setting.marks, task.received_at))


class Bench:
    """Three mails in the database, and a clock that is set by hand."""

    def __init__(self, folder: Path) -> None:
        (folder / "config.toml").write_text(CONFIG, "utf-8")
        self.now = datetime.now(UTC)
        self.parts = replace(assemble(load_config(folder / "config.toml")), clock=lambda: self.now)
        self.readers = SlowReaders(self.parts)
        self.filed: list[Filed] = []
        self.pipeline = Pipeline(self.parts, self.readers, lambda _line: None, self.filed.extend)  # type: ignore[arg-type]
        raws = [nomination(n, client="163") for n in range(3)]
        refs = self.parts.archives["ceacq"].append([(raw, {}) for raw in raws])
        mails = [Delivery("INBOX", 1, n, self.now, raw) for n, raw in enumerate(raws, 1)]
        with self.parts.database.transaction() as tx:
            messages.receive(tx, "ceacq", list(zip(mails, refs, strict=True)), self.now)

    def turns(self) -> int:
        self.readers.read_now = True
        return sum(self.pipeline.turn(0) for _ in range(4))

    def states(self) -> list[str]:
        with self.parts.database.reading() as tx:
            return [row["state"] for row in messages.listing(tx)]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.parts.database.close()


def test_a_machine_that_slept_reads_nothing_twice(bench: Bench) -> None:
    bench.pipeline.turn(0)
    bench.now += messages.CLAIM + timedelta(minutes=1)
    bench.pipeline.turn(0)
    assert bench.readers.pending == 3
    assert bench.turns() == 3
    assert bench.states() == ["filed"] * 3
    assert not bench.pipeline.busy


def test_mails_that_another_worker_was_quicker_with_are_let_go(bench: Bench) -> None:
    bench.pipeline.turn(0)
    with bench.parts.database.transaction() as tx:
        messages.fail(tx, 1, "读取超时", bench.now)
    bench.turns()
    assert bench.states() == ["failed", "filed", "filed"]
    assert len(bench.filed) == 2
    assert not bench.pipeline.busy


def test_what_was_read_is_filed_when_the_database_is_back(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.pipeline.turn(0)
    bench.readers.read_now = True
    for trouble in (DatabaseFault("数据库不在"), RuntimeError("a mistake of ours")):
        with monkeypatch.context() as away:
            away.setattr(bench.pipeline, "_file", lambda _reads, trouble=trouble: (_ for _ in ()).throw(trouble))
            with pytest.raises(type(trouble)):
                bench.pipeline.turn(0)
    assert bench.turns() == 3
    assert bench.states() == ["filed"] * 3
