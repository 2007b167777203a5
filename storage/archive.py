"""The raw-mail archive: every mail's bytes, appended to segments and synced once a batch, addressed by SHA-256."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ref:
    """Where a mail's bytes are; small enough to hand to another process."""

    segment: str  # path relative to the archive's folder
    offset: int  # of the first byte of the mail
    size: int
    sha256: str


class Archive:
    """Append-only segment files under one folder; each record is one JSON line (what, when, from where) and the bytes."""

    def __init__(self, folder: Path, writer: str = "main") -> None:
        raise NotImplementedError

    def append(self, mails: Sequence[tuple[bytes, Mapping[str, str | int]]]) -> list[Ref]:
        """Append the mails, sync once, and only then return. Raises ArchiveFault (disk full, no right to write)."""
        raise NotImplementedError

    def read(self, ref: Ref) -> bytes:
        """The mail's bytes, checked against its hash. Raises ArchiveFault."""
        raise NotImplementedError


class ArchiveFault(Exception):
    """The archive cannot be written or read. The message is a Chinese sentence with the mend."""
