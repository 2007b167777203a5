"""What each step of a mail's way costs: CPU milliseconds a mail, the steps one after another in one process."""

from __future__ import annotations

import pickle
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

from intake.decide import decide
from intake.mailboxes.mailbox import Delivery
from intake.mime.message import parse_message
from intake.outcome import Known
from intake.submission import read_message
from outbox import compose
from service.config.config import load_config
from service.parts import Parts, assemble
from storage import filing, known, messages, outgoing
from storage.filing import Filing

ROOT = Path(__file__).parent.parent
USER = "bench@example.com"
CONFIG = f"""
[service]
campaigns = "{ROOT / "rules"}"
[[mailbox]]
name = "bench"
address = "{USER}"
campaigns = ["yugong-story"]
imap = "embedded:"
smtp = "embedded:"
"""


class Stopwatch:
    """`lap("step")` books what has passed since the last one."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = process_time()

    def lap(self, step: str = "") -> None:
        now = process_time()
        if step:
            self.seconds[step] = self.seconds.get(step, 0.0) + now - self._since
        self._since = process_time()


def steps(batches: Sequence[Sequence[bytes]]) -> dict[str, float]:
    """CPU milliseconds a mail, by step, in the order of the mail's way. The first batch warms up and is not counted."""
    folder = Path(tempfile.mkdtemp(prefix="bench-steps-"))
    try:
        (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
        parts = assemble(load_config(folder / "config.toml"))
        _batch(parts, batches[0], Stopwatch(), 0)
        watch = Stopwatch()
        for number, raws in enumerate(batches[1:], 1):
            _batch(parts, raws, watch, number)
        parts.database.close()
    finally:
        shutil.rmtree(folder)
    count = sum(map(len, batches[1:]))
    return {step: seconds / count * 1000 for step, seconds in watch.seconds.items()}


def _batch(parts: Parts, raws: Sequence[bytes], watch: Stopwatch, number: int) -> None:
    now = datetime.now(UTC)
    books = parts.rulebook.books
    campaigns = {name: book.campaign for name, book in books.items()}
    [campaign] = campaigns.values()
    uids = range(number * 1000 + 1, number * 1000 + 1 + len(raws))
    deliveries = [Delivery("INBOX", 1, uid, now, raw, True, len(raw)) for uid, raw in zip(uids, raws, strict=True)]
    watch.lap()
    refs = parts.archives["bench"].append([(d.raw, {"uid": d.uid}) for d in deliveries])
    watch.lap("archive")
    with parts.database.transaction() as tx:
        ids = messages.receive(tx, "bench", list(zip(deliveries, refs, strict=True)), now)
    watch.lap("receive")
    parsed = [parse_message(raw) for raw in raws]
    watch.lap("parse_message")
    readings = [read_message(m, [campaign], parts.marks, now.astimezone(parts.timezone)) for m in parsed]
    watch.lap("read_message")
    readings = pickle.loads(pickle.dumps(readings))
    watch.lap("between processes")
    pairs = list(zip(ids, readings, strict=True))
    with parts.database.transaction() as tx:
        on_file = known.known(tx, pairs, now, campaigns)
        watch.lap("look up")
        outcomes = [decide(r, k, books, now.date()) for r, k in zip(readings, on_file, strict=True)]
        watch.lap("decide and triage")
        filings = [Filing(i, o, now, "bench") for i, o in zip(ids, outcomes, strict=True)]
        filed = filing.file(tx, filings, now, campaigns, now.year)
        watch.lap("file")
        mails = [
            mail
            for one, outcome, i in zip(filed, outcomes, ids, strict=True)
            for mail in compose.answers(
                outcome, [c.number for c in one or ()], campaign, message=i, mailbox="bench", address=USER, round_=1
            )
        ]
        watch.lap("compose the answer")
        outgoing.queue(tx, mails, now)
        watch.lap("queue")
    watch.lap("commit")
    assert [o.answer is not None for o in outcomes] == [True] * len(raws)
    assert len(mails) == len(raws)
    assert all(isinstance(k, Known) for k in on_file)
