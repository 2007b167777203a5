"""A mailbox on an IMAP server: new mail in bounded batches, told by UIDs and never by flags. One object, one thread."""

from __future__ import annotations

import re
import ssl
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from intake.mailboxes.fetch import Fetched
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
from intake.mailboxes.mailbox import Delivery, Head, MailboxError, MailboxRefused, MailboxUnreachable, Mark, Marks
from intake.mailboxes.watermark import Listing, advanced, reached, rebuilt, renumbered, unarchived

#: Folders of 163 that swallow wanted mail; only the first has the \Junk flag.
JUNK_NAMES = frozenset({"垃圾邮件", "广告邮件", "订阅邮件", "病毒文件夹", "病毒邮件", "Junk", "Spam"})
SENT_NAMES = ("已发送", "Sent Messages", "Sent", "Sent Items", "已发送邮件")
HEADS = "(UID INTERNALDATE RFC822.SIZE)"
WHOLE = "(UID INTERNALDATE RFC822.SIZE BODY.PEEK[])"
HEADER = "(UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER])"
MESSAGE_ID = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
HEADS_AT_ONCE = 500
CHANGES_AT_ONCE = 200
LOOKED_AT = 5  # the newest ones, in each full listing
SENT_LOOKED_AT = 500  # the newest ones; SINCE is not to be relied on
OTHERS_EVERY = 5  # polls
LOST_SECONDS = 5.0  # between two polls at least, where the line is lost at every wait
PATIENCE = 3  # polls until a mail that never comes whole is reported

#: Which of these UIDs of (folder, uidvalidity) are archived, and as what; asked when a folder is first listed.
Known = Callable[[str, int, Sequence[int]], Mapping[int, Head]]


@dataclass(slots=True)
class _Watched:
    """A folder and what this process remembers of it; all of it can be lost without harm."""

    name: str
    junk: bool
    settled: bool = False  # the last visit ended with nothing missing
    covered: Mark | None = None  # how far it was archived then
    agreed: Mark | None = None  # the caller's mark that was found to say the same
    known: dict[int, Head] = field(default_factory=dict)  # archived, under covered.uidvalidity
    listed_at: float = float("-inf")
    visited: int = -OTHERS_EVERY  # number of the poll
    missed: Counter[int] = field(default_factory=Counter)  # UID -> how often it did not come whole

    def holds(self, mark: Mark | None) -> bool:
        """The caller's mark says at least what we saw archived."""
        covered = self.covered
        if mark is None or covered is None or mark.uidvalidity != covered.uidvalidity:
            return False
        if (
            mark.uid < covered.uid
            and mark != self.agreed
            and not {u for u in self.known if u > mark.uid} <= mark.beyond
        ):
            return False
        self.agreed = mark
        return True


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
        self.covered: dict[str, Mark] = {}
        self.warnings: list[str] = []
        self._account = Account(
            host, port, tls, username, password, password_place, ssl_context, connect_seconds, read_seconds
        )
        self._configured = tuple(folders) or ("INBOX",)
        self._max_message_bytes = max_message_bytes
        self._batch_count, self._batch_bytes = batch_count, batch_bytes
        self._clock, self._known = clock, known
        self._reconcile_seconds, self._idle_seconds = reconcile_seconds, idle_seconds
        self._connection: Connection | None = None
        self._watched: list[_Watched] = []  # the first is where the connection rests
        self._on_server: list[Folder] = []
        self._polls = 0
        self._notices_come = True  # NOOP tells of new mail; until the server is caught not doing so

    # -- reading

    def new_messages(self, marks: Marks) -> Iterator[Sequence[Delivery]]:
        connection = self._ready()
        self._polls += 1
        try:
            for watched in self._due():
                for batch in self._visit(connection, watched, marks.get(watched.name)):
                    yield batch
                    watched.known.update({d.uid: Head(d.size, d.received_at) for d in batch})
        except MailboxError:
            self._discard()
            raise

    def _due(self) -> list[_Watched]:
        """The first folder each time, the others now and then and after trouble."""
        first, *others = self._watched
        return [first, *(w for w in others if not w.settled or self._polls - w.visited >= OTHERS_EVERY)]

    def _visit(self, connection: Connection, watched: _Watched, mark: Mark | None) -> Iterator[list[Delivery]]:
        watched.visited = self._polls
        reconcile = self._clock() - watched.listed_at >= self._reconcile_seconds
        kept = connection.selected is not None and connection.selected.name == watched.name
        unchanged = kept and not connection.heard()
        if (not kept or reconcile) and not self._open(connection, watched):
            return
        quiet = unchanged and self._notices_come if kept else self._nothing_next(connection, mark)
        if quiet and not reconcile and watched.settled and watched.holds(mark):
            return
        watched.settled = False
        listing = self._list(connection, watched, mark, reconcile=reconcile)
        self._doubt(connection, watched, listing, mark)
        wanted = unarchived(listing, mark, watched.known.keys())
        self._cover(watched, reached(listing, mark, 0))
        if unchanged and mark is not None and wanted and not connection.heard():
            self._notices_come = False
        missing = yield from self._collect(connection, watched, listing, mark, wanted)
        self._settle(watched, listing, mark, missing)

    def _open(self, connection: Connection, watched: _Watched) -> bool:
        """Select the folder. Only the first one must be there."""
        try:
            connection.select(watched.name)
        except FolderError as error:
            sentence = f"邮箱 {self.name} 的文件夹“{watched.name}”打不开（服务器答复：{error}）"
            if watched is self._watched[0]:
                raise MailboxRefused(f"{sentence}。请核对 config.toml 的 folders，或在网页邮箱中查看。") from error
            self._warn(f"{sentence}，已跳过。")
            watched.settled = True
            return False
        return True

    @staticmethod
    def _nothing_next(connection: Connection, mark: Mark | None) -> bool:
        """The folder, just opened, announces as its next UID the one right after the mark."""
        selected = connection.selected
        assert selected is not None
        return mark is not None and selected.uidvalidity == mark.uidvalidity and selected.uidnext == mark.uid + 1

    def _list(self, connection: Connection, watched: _Watched, mark: Mark | None, *, reconcile: bool) -> Listing:
        """The UIDs on the server: those above the mark where it can be trusted with that, else all of them."""
        selected = connection.selected
        assert selected is not None
        trusted = mark is not None and mark.uidvalidity == selected.uidvalidity and selected.uidnext is not None
        if trusted and mark is not None and not reconcile and not watched.missed:
            found = Listing(selected.uidvalidity, connection.above(mark.uid), selected.uidnext, above=mark.uid)
            if not rebuilt(found, mark):
                return found
        listing = Listing(selected.uidvalidity, connection.search("ALL"), selected.uidnext)
        self._remember(watched, listing, mark)
        return listing

    def _remember(self, watched: _Watched, listing: Listing, mark: Mark | None) -> None:
        """What the caller had archived of this listing, when it is the first one under its UIDVALIDITY."""
        watched.listed_at = self._clock()
        if mark is None or mark.uidvalidity != listing.uidvalidity:
            watched.known = {}
        elif watched.covered is None or watched.covered.uidvalidity != listing.uidvalidity:
            if self._known is not None:
                watched.known = dict(self._known(watched.name, listing.uidvalidity, sorted(listing.uids)))
            elif not rebuilt(listing, mark):
                watched.known = dict.fromkeys({uid for uid in listing.uids if uid <= mark.uid} | mark.beyond, Head())

    def _doubt(self, connection: Connection, watched: _Watched, listing: Listing, mark: Mark | None) -> None:
        """Forget what is known of UIDs that belong to other mails now, or to none.

        Where UIDVALIDITY is always 1, a mailbox set up anew looks like one whose newest mails were deleted, or like
        one with more mail than before: in every full listing the newest mails that we know are looked at again.
        """
        if listing.above:
            return
        here = [] if renumbered(listing, mark) else sorted(listing.uids & watched.known.keys())
        others = self._others(connection, watched, here[-LOOKED_AT:])
        if others or rebuilt(listing, mark):
            others |= self._others(connection, watched, here[:-LOOKED_AT])
        watched.known = {uid: watched.known[uid] for uid in here if uid not in others}

    @staticmethod
    def _others(connection: Connection, watched: _Watched, uids: Sequence[int]) -> set[int]:
        """Those under which another mail lies than the one that we know."""
        others: set[int] = set()
        for start in range(0, len(uids), HEADS_AT_ONCE):
            some = uids[start : start + HEADS_AT_ONCE]
            heads = {uid: Head(mail.size, mail.received_at) for uid, mail in connection.fetch(some, HEADS).items()}
            others.update(uid for uid in some if uid not in heads or not watched.known[uid].fits(heads[uid]))
        return others

    def _collect(
        self, connection: Connection, watched: _Watched, listing: Listing, mark: Mark | None, wanted: Sequence[int]
    ) -> Generator[list[Delivery], None, set[int]]:
        """Yield the wanted mails in batches; return the UIDs that did not come whole."""
        missing: set[int] = set()
        for start in range(0, len(wanted), HEADS_AT_ONCE):
            heads = connection.fetch(wanted[start : start + HEADS_AT_ONCE], HEADS)
            missing.update(uid for uid in wanted[start : start + HEADS_AT_ONCE] if uid not in heads)
            for group in self._batches([heads[uid] for uid in sorted(heads)]):
                batch = self._deliveries(connection, watched, listing.uidvalidity, group)
                missing.update({head.uid for head in group} - {delivery.uid for delivery in batch})
                if batch:
                    yield batch
                if not missing:
                    self._cover(watched, reached(listing, mark, group[-1].uid))
        return missing

    def _batches(self, heads: Sequence[Fetched]) -> Iterator[list[Fetched]]:
        batch: list[Fetched] = []
        filled = 0
        for head in heads:
            size = head.size or 0
            weight = size if size <= self._max_message_bytes else 0
            if batch and (len(batch) >= self._batch_count or filled + weight > self._batch_bytes):
                yield batch
                batch, filled = [], 0
            batch.append(head)
            filled += weight
        if batch:
            yield batch

    def _deliveries(
        self, connection: Connection, watched: _Watched, uidvalidity: int, heads: Sequence[Fetched]
    ) -> list[Delivery]:
        """Fetch these mails, of one over the cap the header alone."""
        sized = {head.uid: head for head in heads if head.size is not None}
        large = {uid for uid, head in sized.items() if (head.size or 0) > self._max_message_bytes}
        bodies = connection.fetch(sized.keys() - large, WHOLE) | connection.fetch(large, HEADER)
        found = []
        for uid, head in sorted(sized.items()):
            body = bodies[uid].body if uid in bodies else None
            received_at = head.received_at or (bodies[uid].received_at if uid in bodies else None)
            if received_at is None and watched.missed[uid] >= PATIENCE:
                received_at = datetime.now(UTC)  # the server never says; better late than never
            if received_at is None or body is None or (not body and head.size):
                continue  # seen on iCloud: OK, and no literal. It stays a gap and is asked for again
            found.append(
                Delivery(
                    watched.name, uidvalidity, uid, received_at, body, uid not in large, head.size or 0, watched.junk
                )
            )
        return found

    def _settle(self, watched: _Watched, listing: Listing, mark: Mark | None, missing: set[int]) -> None:
        self._cover(watched, advanced(listing, mark, missing))
        watched.settled = not missing
        watched.missed = Counter({uid: watched.missed[uid] + 1 for uid in missing})
        for uid, times in watched.missed.items():
            if times == PATIENCE:
                self._warn(
                    f"邮箱 {self.name} 的文件夹“{watched.name}”中 UID {uid} 的邮件多次收取不完整，请到网页邮箱查看。"
                )

    def _cover(self, watched: _Watched, mark: Mark) -> None:
        watched.covered = self.covered[watched.name] = mark

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
        if connection.selected is None or connection.selected.name != first.name:
            self._open(connection, first)
            if not self._nothing_next(connection, first.covered):
                first.settled = False  # something may have come while another folder was open
                return
        if connection.heard():
            first.settled = False
            return
        while not stop() and (left := ends - time.monotonic()) > 0:
            if connection.idle(min(left, self._idle_seconds), stop):
                first.settled = False
                return

    # -- the connection

    def probe(self) -> None:
        """Log in, say who we are, open the first folder. Raises as the other methods do."""
        connection = self._ready()
        try:
            self._open(connection, self._watched[0])
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
        """The kept connection, or a new one. What is remembered of the folders outlives it: 163 drops lines often."""
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

    def _watch(self, folders: Sequence[Folder]) -> list[_Watched]:
        """The configured folders that exist, in their order, then the junk folders that nobody thought of."""
        there = {folder.name: folder for folder in folders if not folder.flags & {"\\noselect", "\\nonexistent"}}
        there |= {"INBOX": next((f for n, f in there.items() if n.upper() == "INBOX"), Folder("INBOX", frozenset()))}
        wanted = ["INBOX" if name.upper() == "INBOX" else name for name in self._configured]
        for name in wanted:
            if name not in there:
                self._warn(f"邮箱 {self.name} 中没有文件夹“{name}”，已跳过；请核对 config.toml 的 folders。")
        junk = {name for name, folder in there.items() if "\\junk" in folder.flags or name in JUNK_NAMES}
        names = [name for name in dict.fromkeys([*wanted, *sorted(junk)]) if name in there] or ["INBOX"]
        before = {watched.name: watched for watched in self._watched}
        return [before.get(name) or _Watched(name, name in junk) for name in names]

    def _warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)


def _message_ids(header: bytes | None) -> list[str]:
    return [found.decode("ascii", "replace") for found in re.findall(rb"<[^<>\s]+>", header or b"")]
