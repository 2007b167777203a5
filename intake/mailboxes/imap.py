"""A mailbox on an IMAP server: its folders polled, marked, waited for over one connection. One object, one thread."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from intake.mailboxes.folder_names import JUNK_NAMES, SENT_NAMES
from intake.mailboxes.imap_connection import (
    CONNECT_SECONDS,
    IDLE_SECONDS,
    READ_SECONDS,
    STEP_SECONDS,
    Account,
    Connection,
    Folder,
    FolderError,
)
from intake.mailboxes.imap_folder import Known, Terms, WatchedFolder
from intake.mailboxes.mailbox import Delivery, MailboxError, MailboxUnreachable, Mark, Marks

MESSAGE_ID = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
CHANGES_AT_ONCE = 200
SENT_LOOKED_AT = 500  # the newest ones; SINCE is not to be relied on
LOST_SECONDS = 5.0  # between two polls at least, where the line is lost at every wait


class ImapMailbox:
    """Implements `intake.mailboxes.mailbox.Mailbox`.

    After each batch, `covered` tells by folder how far the server's mails are archived, provided that what was
    yielded is: a Mark that passes vanished UIDs and stops before those which could not be had. `warnings` are
    Chinese sentences for staff, each once.
    """

    def __init__(  # noqa: PLR0917 - an account has that many parts
        self,
        name: str,
        host: str,
        port: int,
        tls: bool,
        username: str,
        password: str,
        folders: Sequence[str] = ("INBOX",),
        max_message_bytes: int = 70 * 1024 * 1024,
        batch_count: int = 50,
        batch_bytes: int = 8 * 1024 * 1024,
        clock: Callable[[], float] = time.monotonic,
        *,
        password_place: str = "",
        known: Known | None = None,
        reconcile_seconds: float = 600,
        idle_seconds: float = IDLE_SECONDS,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self.name = name
        self.warnings: list[str] = []
        self._account = Account(
            host, port, tls, username, password, password_place, ssl_context, connect_seconds, read_seconds
        )
        self._configured = tuple(folders) or ("INBOX",)
        self._terms = Terms(
            name, max_message_bytes, batch_count, batch_bytes, reconcile_seconds, clock, known, self._warn
        )
        self._idle_seconds = idle_seconds
        self._connection: Connection | None = None
        self._watched: list[WatchedFolder] = []  # the first is where the connection rests
        self._on_server: list[Folder] = []
        self._polls = 0

    @property
    def covered(self) -> Mapping[str, Mark]:
        return {watched.name: watched.covered for watched in self._watched if watched.covered is not None}

    # -- reading

    def new_messages(self, marks: Marks) -> Iterator[Sequence[Delivery]]:
        connection = self._ready()
        self._polls += 1
        try:
            for watched in self._watched:
                if watched.is_due(self._polls):
                    yield from watched.visit(connection, marks.get(watched.name), self._polls)
        except MailboxError:
            self._discard()
            raise

    # -- after filing

    def done(self, deliveries: Sequence[tuple[str, int, int]], after_filing: str) -> None:
        """A mail that a person has moved or deleted meanwhile is no trouble: the server skips UIDs it does not have."""
        if after_filing == "nothing" or not deliveries:
            return
        connection = self._ready()
        try:
            for folder in dict.fromkeys(folder for folder, _, _ in deliveries):
                self._done_in(connection, folder, [d[1:] for d in deliveries if d[0] == folder], after_filing)
        except MailboxError:
            self._discard()
            raise

    def _done_in(self, connection: Connection, folder: str, uids: Sequence[tuple[int, int]], after_filing: str) -> None:
        target = after_filing.removeprefix("move:")
        if target not in (after_filing, folder) and target not in {known.name for known in self._on_server}:
            connection.create(target)
            self._on_server = connection.folders()
        try:
            selected = connection.select(folder, readonly=False)
        except FolderError as error:
            self._warn(f"邮箱 {self.name} 的文件夹“{folder}”打不开（{error}），办结标记未写入。")
            return
        current = sorted(uid for uidvalidity, uid in uids if uidvalidity == selected.uidvalidity)
        for start in range(0, len(current), CHANGES_AT_ONCE):
            some = current[start : start + CHANGES_AT_ONCE]
            if after_filing == "seen":
                connection.store(some, r"\Seen")
            elif target != folder:
                connection.move(some, target)

    # -- what was sent

    def sent_ids(self, since: datetime) -> frozenset[str]:
        """Found by fetching and comparing: 163 finds nothing by header, QQ finds everything."""
        connection = self._ready()
        try:
            folder = self._sent_folder()
            if folder is None:
                return frozenset()
            connection.select(folder)
            newest = sorted(connection.search("ALL"))[-SENT_LOOKED_AT:]
            day_before = (since - timedelta(days=1)).date()  # the server's day may not be ours
            uids = {*newest, *connection.search("SINCE", day_before)}
            return frozenset(
                message_id
                for mail in connection.fetch(uids, MESSAGE_ID).values()
                for message_id in _message_ids(mail.body)
            )
        except FolderError:
            return frozenset()
        except MailboxError:
            self._discard()
            raise

    def _sent_folder(self) -> str | None:
        names = {folder.name for folder in self._on_server}
        flagged = (folder.name for folder in self._on_server if "\\sent" in folder.flags)
        return next(flagged, None) or next((name for name in SENT_NAMES if name in names), None)

    # -- waiting

    def wait(self, seconds: float, stop: Callable[[], bool]) -> None:
        """Trouble while waiting is not raised here: the next poll meets it again, and says it. It comes soon then."""
        began = time.monotonic()
        ends = began + seconds
        try:
            if self._connection is not None and self._connection.has("IDLE"):
                self._idle(self._connection, ends, stop)
                return
        except MailboxError:
            self._discard()
            ends = min(ends, began + LOST_SECONDS)  # a dead peer took longer to be noticed: the next poll is due now
        while not stop() and (left := ends - time.monotonic()) > 0:
            time.sleep(min(left, STEP_SECONDS))

    def _idle(self, connection: Connection, ends: float, stop: Callable[[], bool]) -> None:
        first = self._watched[0]
        if not first.is_open(connection):
            first.open(connection)
            if not first.nothing_follows(connection, first.covered):
                first.unsettle()  # something may have come while another folder was open
                return
        if connection.heard():
            first.unsettle()
            return
        while not stop() and (left := ends - time.monotonic()) > 0:
            if connection.idle(min(left, self._idle_seconds), stop):
                first.unsettle()
                return

    # -- the connection

    def probe(self) -> None:
        """Log in, say who we are, open the first folder. Raises as the other methods do."""
        connection = self._ready()
        try:
            self._watched[0].open(connection)
        except MailboxError:
            self._discard()
            raise

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.logout()

    def _discard(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _ready(self) -> Connection:
        """The kept connection, or a new one. What is remembered of the folders outlives it."""
        if self._connection is not None:
            try:
                self._connection.noop()
            except MailboxUnreachable:
                self._discard()
        if self._connection is None:
            connection = Connection(self._account)
            try:
                self._on_server = connection.folders()
                self._watched = self._watch(self._on_server)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _watch(self, folders: Sequence[Folder]) -> list[WatchedFolder]:
        """The configured folders that exist, in their order, then the junk folders that nobody thought of."""
        there = {folder.name: folder for folder in folders if not folder.flags & {"\\noselect", "\\nonexistent"}}
        there |= {"INBOX": next((f for n, f in there.items() if n.upper() == "INBOX"), Folder("INBOX", frozenset()))}
        wanted = ["INBOX" if name.upper() == "INBOX" else name for name in self._configured]
        for name in wanted:
            if name not in there:
                self._warn(f"邮箱 {self.name} 中没有文件夹“{name}”，已跳过；请核对 config.toml 的 folders。")
        junk = {name for name, folder in there.items() if "\\junk" in folder.flags or name in JUNK_NAMES}
        names = [name for name in dict.fromkeys([*wanted, *sorted(junk)]) if name in there] or ["INBOX"]
        before = {folder.name: folder for folder in self._watched}
        watched = [before.get(name) or WatchedFolder(self._terms, name, junk=name in junk) for name in names]
        for place, folder in enumerate(watched):
            folder.required = place == 0
        return watched

    def _warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)


def _message_ids(header: bytes | None) -> list[str]:
    return [found.decode("ascii", "replace") for found in re.findall(rb"<[^<>\s]+>", header or b"")]
