"""What reading a mail costs: mail-parser on the whole mail, on its skeleton, all of parse_message, of read_message, interleaved.

.venv/bin/python -m bench.reading
"""

from __future__ import annotations

import email
import statistics
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import mailparser

from bench.mails import mails
from intake.documents.open import open_document
from intake.kind import Marks
from intake.mime.header import split_header
from intake.mime.message import parse_message
from intake.mime.skeleton import Skeleton, cut
from intake.submission import read_message
from rules.campaign import load_campaign

COUNT, ROUNDS = 60, 15
CAMPAIGN = Path(__file__).parent.parent / "rules" / "yugong-story"
RECEIVED = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def bones(raw: bytes, *, every_field: bool = False) -> bytes:
    fields, start, _ = split_header(raw)
    skeleton: Skeleton = cut(fields, raw, start)
    if not every_field:
        return skeleton.bones
    head = b"".join(b"%b:%b\r\n" % (name.encode(), value) for name, value in fields)
    return head + b"\r\n" + skeleton.bones.split(b"\r\n\r\n", 1)[1]


def main() -> None:
    whole = list(mails(COUNT))
    cut_down, all_fields = [bones(raw) for raw in whole], [bones(raw, every_field=True) for raw in whole]
    messages = [parse_message(raw) for raw in whole]
    forms = [next(part.content for part in message.parts if part.content[:2] == b"PK") for message in messages]
    campaigns, marks = [load_campaign(CAMPAIGN)], Marks(frozenset({"us@example.com"}), case_prefixes=frozenset({"YG"}))
    steps: dict[str, tuple[Callable[[Any], object], Sequence[Any]]] = {
        "mail-parser, whole mail": (mailparser.parse_from_bytes, whole),
        "standard library, whole mail": (email.message_from_bytes, whole),
        "mail-parser, skeleton with every field": (mailparser.parse_from_bytes, all_fields),
        "mail-parser, skeleton": (mailparser.parse_from_bytes, cut_down),
        "standard library, skeleton": (email.message_from_bytes, cut_down),
        "cutting the skeleton": (bones, whole),
        "parse_message, all of it": (parse_message, whole),
        "opening the form": (lambda data: open_document(data, ""), forms),
        "read_message, all of it": (lambda one: read_message(one, campaigns, marks, RECEIVED), messages),
    }
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, (read, inputs) in steps.items():
            start = process_time()
            for raw in inputs:
                read(raw)
            times[name].append((process_time() - start) / COUNT * 1000)
    first = times["mail-parser, whole mail"]
    print(f"{COUNT} mails, mean {sum(map(len, whole)) // COUNT} bytes, CPU ms a mail")
    for name, spent in times.items():
        ratio = statistics.median(mine / base for mine, base in zip(spent, first, strict=True))
        print(f"{name:40s} {statistics.median(spent):6.2f}  x {ratio:.2f}")


if __name__ == "__main__":
    main()
