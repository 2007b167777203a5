"""The parts of the running service, put together from config.toml: database, archives, campaigns, mailboxes, accounts."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from intake.kind import Marks
from intake.mailboxes.imap import ImapMailbox
from intake.mailboxes.imap_folder import Known
from intake.mailboxes.mailbox import Head, Mailbox
from intake.mailboxes.maildir import MaildirMailbox
from outbox.deliver import Account
from service.config.config import Config
from service.config.mailbox import EMBEDDED, MAILDIR, MailboxConfig
from service.config.password import password, place_of
from service.embedded.server import EmbeddedServer
from service.reading import Setting
from service.rulebook import IN_FORCE, Rulebook, alert_of
from storage import messages, operations
from storage.archive import Archive, ArchiveFault
from storage.database import Database, open_database


@dataclass(frozen=True, slots=True)
class Parts:
    """What the steps of the pipeline and the jobs of the daemon work with."""

    config: Config
    timezone: ZoneInfo
    database: Database
    archives: Mapping[str, Archive]  # by mailbox: each poller appends to segments of its own
    rulebook: Rulebook
    marks: Marks
    clock: Callable[[], datetime]

    def setting(self) -> Setting:
        """What a reading process needs to know."""
        campaigns = tuple(book.campaign for book in self.rulebook.books.values())
        return Setting(self.config.data / "archive", campaigns, self.marks, self.config.reading)

    def note_rules(self, now: datetime) -> list[str]:
        """Raise or resolve the alert of each campaign whose files are broken. Returns what is wrong."""
        told = {name: alert_of(faults) for name, faults in self.rulebook.faults.items()}
        with self.database.transaction() as tx:
            for name in self.rulebook.books:
                if name in told:
                    operations.alert(tx, "rules_broken", told[name], now, name)
                else:
                    operations.resolve(tx, "rules_broken", now, name)
        return [f"活动「{name}」的 {sentence}" for name, sentence in told.items()]

    def known_uids(self, mailbox: str) -> Known:
        """Which of some UIDs of a folder are archived, for a poller that has just started."""

        def known(folder: str, uidvalidity: int, uids: Sequence[int]) -> Mapping[int, Head]:
            with self.database.reading() as tx:
                return messages.archived(tx, mailbox, folder, uidvalidity, uids)

        return known

    @property
    def served(self) -> Mapping[str, frozenset[str]]:
        """The campaigns of each mailbox."""
        return {mailbox.name: frozenset(mailbox.campaigns) for mailbox in self.config.mailboxes}

    @property
    def addresses(self) -> Mapping[str, str]:
        """The address that each mailbox sends from."""
        return {mailbox.name: mailbox.address for mailbox in self.config.mailboxes}


def assemble(config: Config) -> Parts:
    """Open what is on disk. Raises FaultyFile, DatabaseFault, ArchiveFault, OSError."""
    _make(config.data)
    rulebook = rulebook_of(config)
    database = open_database(config.database_url)
    database.upgrade()
    return Parts(
        config=config,
        timezone=ZoneInfo(config.timezone),
        database=database,
        archives={m.name: Archive(config.data / "archive", _file_name(m.name)) for m in config.mailboxes},
        rulebook=rulebook,
        marks=marks_of(config, rulebook),
        clock=lambda: datetime.now(UTC),
    )


def _make(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
        writable = os.access(data, os.W_OK | os.X_OK)
    except OSError:
        writable = False
    if not writable:
        raise ArchiveFault(
            f"数据文件夹 {data} 建不了，或不能写入。请检查 config.toml 里 [service] 的 data，和文件夹的权限。"
        )


def rulebook_of(config: Config) -> Rulebook:
    """The campaigns that the mailboxes serve, with the rules that are in force."""
    names = list(dict.fromkeys(name for mailbox in config.mailboxes for name in mailbox.campaigns))
    assignees = frozenset(person.name for person in config.staff)
    return Rulebook([config.campaigns / name for name in names], config.data / IN_FORCE, assignees)


def marks_of(config: Config, rulebook: Rulebook) -> Marks:
    return Marks(
        own_addresses=frozenset(m.address.lower() for m in config.mailboxes),
        staff_addresses=frozenset(p.address.lower() for p in config.staff),
        case_prefixes=frozenset(book.campaign.case_prefix for book in rulebook.books.values()),
    )


def mailbox_of(config: MailboxConfig, embedded: EmbeddedServer | None, known: Known | None) -> Mailbox:
    """The mailbox that a [[mailbox]] table describes. Raises ConfigFault where its password is missing."""
    if config.imap.startswith(MAILDIR):
        return MaildirMailbox(config.name, Path(config.imap.removeprefix(MAILDIR)), config.folders)
    secret = password(config, os.environ)
    if config.imap == EMBEDDED:
        assert embedded is not None
        host, port, tls = "127.0.0.1", embedded.imap_port, False
    else:
        host, port, tls = _endpoint(config.imap, {"imaps": 993, "imap": 143})
    return ImapMailbox(
        config.name,
        host,
        port,
        tls=tls,
        username=config.username,
        password=secret or "",
        folders=config.folders,
        max_message_bytes=config.max_message_mb * 1024 * 1024,
        password_place=place_of(config),
        known=known,
    )


def account_of(config: MailboxConfig, embedded: EmbeddedServer | None, name: str) -> Account:
    """The account by which answers of a mailbox leave; `name` stands beside its address."""
    secret = password(config, os.environ)
    if config.smtp == EMBEDDED:
        assert embedded is not None
        host, port, tls, secret = "127.0.0.1", embedded.smtp_port, False, None
    else:
        host, port, tls = _endpoint(config.smtp, {"smtps": 465, "smtp": 25})
    return Account(
        mailbox=config.name,
        address=config.address,
        username=config.username,
        password=secret,
        host=host,
        port=port,
        tls=tls,
        interval=config.send_interval_seconds,
        per_hour=config.send_per_hour,
        per_day=config.send_per_day,
        delays=config.retry_seconds,
        name=name,
    )


def _endpoint(url: str, ports: Mapping[str, int]) -> tuple[str, int, bool]:
    parts = urlsplit(url)
    return unquote(parts.hostname or ""), parts.port or ports[parts.scheme], parts.scheme in {"imaps", "smtps"}


def _file_name(mailbox: str) -> str:
    """A mailbox's name as the archive's file names want it."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in mailbox)
