"""Old mails in files (mbox, Maildir, .eml) as deliveries, as if a mailbox had brought them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path

from intake.mailboxes.mailbox import Delivery

#: What staff see as the folder, and what tells such mails from polled ones.
FOLDER = "导入"

#: A line of an mbox is looked at in pieces no longer than this.
LINE_BYTES = 64 * 1024
#: What a mail, or an mbox, begins with; a folder may hold other things too.
HEADER = re.compile(
    rb"(?:From [^\n]*\n)?"
    rb"(?i:return-path|received|delivered-to|from|to|subject|date|message-id|mime-version|content-type|reply-to"
    rb"|dkim-signature|authentication-results|arc-[a-z-]+|x-[\w-]+)[ \t]*:"
)


def mail_files(folder: Path) -> list[Path]:
    """The files of a folder that are mails: of a Maildir what is in cur and new, else .eml, and what looks like one.

    What nobody may look into, be it a folder, is among them: whoever reads it learns that and why.
    """
    locked: list[Path] = []
    walk = os.walk(folder, onerror=lambda error: locked.append(Path(error.filename)))
    found = [Path(place, name) for place, _, names in walk for name in names]
    return sorted([path for path in found if _is_mail(path, folder)] + [p for p in locked if not _hidden(p, folder)])


def _is_mail(path: Path, folder: Path) -> bool:
    try:
        return path.is_file() and _looks_like_mail(path, folder)
    except PermissionError:
        return not _hidden(path, folder)


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _looks_like_mail(path: Path, folder: Path) -> bool:
    if (path.parent / "cur").is_dir() and (path.parent / "new").is_dir():
        return False  # what a Maildir keeps beside its mails
    if path.parent.name in {"cur", "new"}:
        return True
    if path.parent.name == "tmp" and (path.parent.parent / "cur").is_dir():
        return False  # not delivered yet
    if _hidden(path, folder):
        return False
    if path.suffix.lower() == ".eml":
        return True
    with path.open("rb") as stream:
        return HEADER.match(stream.read(500)) is not None


def count_of(path: Path) -> int | None:
    """How many mails there are; None where that is not known before they are read."""
    return len(mail_files(path)) if path.is_dir() else None


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a mail lies: a file, or a part of an mbox."""

    path: Path
    start: int = 0
    size: int | None = None  # None: up to the end
    number: int | None = None  # within an mbox, counted from 1

    def read(self, most: int | None = None) -> bytes:
        sizes = [size for size in (self.size, most) if size is not None]
        with self.path.open("rb") as stream:
            if self.start:
                stream.seek(self.start)
            return stream.read(min(sizes, default=-1))


def pieces(path: Path) -> Iterator[Piece]:
    """The mails of an mbox, of a file with one mail (whatever it looks like), or of the `mail_files` of a folder."""
    for file in mail_files(path) if path.is_dir() else [path]:
        yield from _mbox(file) if _starts_like(file, b"From ") else [Piece(file)]


def _starts_like(file: Path, start: bytes) -> bool:
    try:
        if not file.is_file():  # a pipe gives its first bytes only once
            return False
        with file.open("rb") as stream:
            return stream.read(len(start)) == start
    except PermissionError:
        return False


def _mbox(path: Path) -> Iterator[Piece]:
    """A mail begins below each line with From; an empty line above that belongs to neither."""
    number = start = place = empty = 0
    begins = True  # whether a line begins here: a very long one comes in pieces
    with path.open("rb") as stream:
        while line := stream.readline(LINE_BYTES):
            if begins and line.startswith(b"From "):
                if number:
                    yield Piece(path, start, place - empty - start, number)
                number, start = number + 1, place + len(line)
            place += len(line)
            empty = 1 if begins and line == b"\n" else 0
            begins = line.endswith(b"\n")
    if number:
        yield Piece(path, start, place - empty - start, number)


def mails_in(path: Path) -> Iterator[bytes]:
    """The raw mails there; a single file that is none gives none."""
    for piece in pieces(path):
        raw = piece.read()
        if path.is_dir() or piece.number or path.suffix.lower() == ".eml" or HEADER.match(raw):
            yield raw


@dataclass(frozen=True, slots=True)
class Batches:
    """Deliveries in batches. A mail's number is made from its bytes: the same file twice is the same mail twice."""

    mails: Iterator[bytes]
    size: int
    now: datetime
    max_bytes: int
    answer: bool

    def __iter__(self) -> Iterator[list[Delivery]]:
        while batch := [self._delivery(raw) for raw in islice(self.mails, self.size)]:
            yield batch

    def _delivery(self, raw: bytes) -> Delivery:
        whole = len(raw) <= self.max_bytes
        return Delivery(
            folder=FOLDER,
            uidvalidity=1,
            uid=int.from_bytes(sha256(raw).digest()[:6]) + 1,
            received_at=received_at(raw, self.now),
            raw=raw if whole else raw[: _end_of_head(raw)],
            complete=whole,
            size=len(raw),
            junk=not self.answer,  # as with junk: filed, and answered only when a person lets the answer go
        )


def received_at(raw: bytes, now: datetime) -> datetime:
    """When the last server had it (topmost Received), else its Date; never later than now."""
    head = message_from_bytes(raw[: _end_of_head(raw)])
    moments = (_moment(text) for text in (_received(head), head["Date"]))
    return min(next((moment for moment in moments if moment is not None), now), now)


def _received(head: Message) -> str | None:
    return str(head["Received"]).rpartition(";")[2] if head["Received"] else None


def _moment(text: object) -> datetime | None:
    if text is None:
        return None
    try:
        moment = parsedate_to_datetime(str(text).strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _end_of_head(raw: bytes) -> int:
    ends = [end for end in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if end >= 0]
    return min(ends) + 2 if ends else min(len(raw), 64 * 1024)
