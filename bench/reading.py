"""What reading a mail costs: mail-parser on the whole mail, on its skeleton, and all of parse_message, interleaved.

.venv/bin/python -m bench.reading
"""

from __future__ import annotations

import email
import statistics
from time import process_time

import mailparser

from bench.mails import mails
from intake.header import split_header
from intake.message import parse_message
from intake.skeleton import Skeleton, cut

COUNT, ROUNDS = 60, 15


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
    steps = {
        "mail-parser, whole mail": (mailparser.parse_from_bytes, whole),
        "standard library, whole mail": (email.message_from_bytes, whole),
        "mail-parser, skeleton with every field": (mailparser.parse_from_bytes, all_fields),
        "mail-parser, skeleton": (mailparser.parse_from_bytes, cut_down),
        "standard library, skeleton": (email.message_from_bytes, cut_down),
        "cutting the skeleton": (bones, whole),
        "parse_message, all of it": (parse_message, whole),
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
