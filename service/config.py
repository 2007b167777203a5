"""config.toml as typed values; an unknown key or a wrong value names file, table, key and the mend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from pathlib import Path


@dataclass(frozen=True, slots=True)
class MailboxConfig:
    name: str
    address: str
    username: str
    campaigns: tuple[str, ...]
    imap: str  # imaps://host:993, imap:// on loopback, embedded:, maildir:PATH
    smtp: str  # smtps://host:465, smtp:// on loopback, embedded:
    password_env: str | None = None
    password_file: Path | None = None
    folders: tuple[str, ...] = ("INBOX",)
    poll_seconds: float = 60
    send_interval_seconds: float = 10
    send_per_hour: int = 60  # 0: nothing leaves
    send_per_day: int = 200
    retry_seconds: tuple[float, ...] = (60, 300, 900, 3600)
    after_filing: str = "nothing"
    max_message_mb: int = 70


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    address: str
    role: str


@dataclass(frozen=True, slots=True)
class Config:
    file: Path
    data: Path
    timezone: str
    campaigns: Path
    database_url: str
    mailboxes: tuple[MailboxConfig, ...]
    digest_at: time
    digest_to: tuple[str, ...]
    staff: tuple[Person, ...]
    console_listen: str


def load_config(path: Path) -> Config:
    """Read config.toml. Raises `rules.fault.FaultyFile` with all faults at once."""
    raise NotImplementedError
