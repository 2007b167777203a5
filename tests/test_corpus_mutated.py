"""Every mail of the corpus with bytes flipped, cut and doubled: never an exception, never a hang, never an invented field.

What is damaged may be read wrongly where the damaged byte stands in plain text, and may get lost. It may not gain: no more
forms than the mail held before, and no field that it did not state, unless the text says so in so many words.
"""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from corpus_reading import BOOKS, CHINA, MARKS, MEANS, NOW
from forms import LABELS

from intake.documents.means import Means
from intake.draft import SUBJECT
from intake.mime.message import parse_message
from service.inspecting import inspect_bytes

FOLDER = Path(__file__).parent / "corpus"
FILES = sorted(FOLDER.glob("*.eml"))
#: Recognising takes seconds a page, and LibreOffice seconds a file.
QUICK = replace(MEANS, convert=None, recogniser=None)
MUTATIONS = 4
MANY = 60
CPU_SECONDS = 20  # the reading process gets fifty

Damage = Callable[[Random, bytearray], None]


def _flip(random: Random, data: bytearray) -> None:
    for _ in range(random.choice((1, 1, 3, 20))):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _overwrite(random: Random, data: bytearray) -> None:
    place = random.randrange(len(data))
    data[place : place + random.choice((1, 4, 60))] = random.randbytes(random.choice((1, 4, 60)))


def _cut_out(random: Random, data: bytearray) -> None:
    place = random.randrange(len(data))
    del data[place : place + random.choice((1, 2, 30, 900, 20_000))]


def _cut_off(random: Random, data: bytearray) -> None:
    del data[random.randrange(len(data)) :]


def _double(random: Random, data: bytearray) -> None:
    place = random.randrange(len(data))
    piece = data[place : place + random.choice((1, 30, 900, 20_000))]
    data[place:place] = piece


DAMAGES: tuple[Damage, ...] = (_flip, _flip, _overwrite, _cut_out, _cut_off, _double)


def mutated(raw: bytes, seed: str) -> bytes:
    random = Random(seed)
    data = bytearray(raw)
    for damage in random.choices(DAMAGES, k=random.choice((1, 1, 2))):
        if data:
            damage(random, data)
    return bytes(data)


def read(raw: bytes, means: Means = QUICK) -> dict[str, Any]:
    with cpu_limit():
        return inspect_bytes(raw, BOOKS, MARKS, NOW, CHINA, means=means)


@contextmanager
def cpu_limit() -> Iterator[None]:
    """A hang is a failure, not a test that never ends."""

    def stop(*_: object) -> None:
        raise AssertionError(f"more than {CPU_SECONDS} seconds of CPU")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@cache
def whole(file: Path) -> dict[str, Any]:
    return read(file.read_bytes())


def forms(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What was read from forms; the subject alone makes no form."""
    return [s["fields"] for s in said["submissions"] if any(f["source"] != SUBJECT for f in s["fields"].values())]


def gained(file: Path, said: Mapping[str, Any], damaged: bytes) -> list[str]:
    """What the damaged mail has that the whole one has not."""
    before = forms(whole(file))
    written = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))["submissions"]
    stated = {key for fields in before for key in fields} | {key for s in written for key in s["fields"]}
    found = forms(said)
    people = [name_in(fields) for fields in before]
    # Where the damage stands in a name, and in what tells a mail's text from the same text as a page, both are read.
    strangers = [f for f in found if not any(len(set(name_in(f)) & set(name)) > 1 for name in people)]
    more = (
        [f"{len(found)} forms instead of {len(before)}"]
        if strangers and len(found) > max(len(before), len(written))
        else []
    )
    new = ((key, one) for fields in found for key, one in fields.items() if key not in stated)
    return more + [f"{key}: {one['value']!r}" for key, one in new if not says(damaged, key, str(one["raw"]))]


def name_in(fields: Mapping[str, Any]) -> str:
    return str(fields.get("nominee_name", {}).get("value", ""))


def says(damaged: bytes, key: str, raw: str) -> bool:
    """Whether the mail's text states it: where the mark of a quotation is damaged, or the word that makes a part the mail's
    text, what was quoted is as good as said."""
    message = parse_message(damaged)
    if raw in message.subject:
        return True
    parts = (part.content.decode(errors="replace") for part in message.parts)
    text = "\n".join((message.text, re.sub("<[^<>]*>", " ", message.html), *parts))
    return re.search(rf"{re.escape(LABELS[key])}\s*[:：]?\s*{re.escape(raw)}", text) is not None


def check(file: Path, seeds: range, means: Means = QUICK) -> None:
    raw = file.read_bytes()
    for seed in seeds:
        damaged = mutated(raw, f"{file.stem} {seed}")
        assert gained(file, read(damaged, means), damaged) == [], f"{file.stem} {seed}"


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_damaged_mails_are_read_without_inventing(file: Path) -> None:
    check(file, range(MUTATIONS))


@pytest.mark.skipif(MEANS.recogniser is None, reason="no recogniser on this machine")
@pytest.mark.parametrize("name", ["scan", "scan-pdf"])
def test_damaged_scans_are_recognised_without_inventing(name: str) -> None:
    check(FOLDER / f"{name}.eml", range(1), MEANS)


@pytest.mark.heavy
@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_the_same_many_times(file: Path) -> None:
    check(file, range(MUTATIONS, MANY))
