"""One folder on an IMAP server: which of its mails are new, by UIDs and never by flags, and what we remember of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from intake.mailboxes.fetch import Fetched
from intake.mailboxes.imap_connection import Connection, FolderError
from intake.mailboxes.mailbox import Delivery, Head, MailboxRefused, Mark
from intake.mailboxes.watermark import Listing, advanced, reached, rebuilt, renumbered, unarchived

HEADS = "(UID INTERNALDATE RFC822.SIZE)"
WHOLE = "(UID INTERNALDATE RFC822.SIZE BODY.PEEK[])"
HEADER = "(UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER])"
HEADS_AT_ONCE = 500
LOOKED_AT = 5  # the newest ones, in each full listing
OTHERS_EVERY = 5  # polls
PATIENCE = 3  # polls until a mail that never comes whole is reported

#: Which of these UIDs of (folder, uidvalidity) are archived, and as what; asked when a folder is first listed.
Known = Callable[[str, int, Sequence[int]], Mapping[int, Head]]


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all folders of a mailbox."""

    mailbox: str  # its name, for staff
    max_message_bytes: int  # of a mail over it the header alone is fetched
    batch_count: int
    batch_bytes: int
    reconcile_seconds: float  # between two full listings
    clock: Callable[[], float]
    known: Known | None
    warn: Callable[[str], None]  # takes a Chinese sentence for staff


class WatchedFolder:
    """All that it remembers can be lost without harm, and outlives the connection: 163 drops lines often."""

    def __init__(self, terms: Terms, name: str, *, junk: bool) -> None:
        self.name, self.junk = name, junk
        self.required = False  # a mailbox without this folder is refused
        self.covered: Mark | None = None  # how far it is archived, provided that what was yielded is
        self._terms = terms
        self._settled = False  # the last visit ended with nothing missing
        self._agreed: Mark | None = None  # the caller's mark that was found to say the same as `covered`
        self._known: dict[int, Head] = {}  # archived, under covered.uidvalidity
        self._listed_at = float("-inf")
        self._visited = -OTHERS_EVERY  # number of the poll
        self._missed: Counter[int] = Counter()  # UID -> how often it did not come whole
        self._notices_come = True  # NOOP tells of new mail; until the server is caught not doing so

    def is_due(self, poll: int) -> bool:
        """At each poll where it is required, else now and then and after trouble."""
        return self.required or not self._settled or poll - self._visited >= OTHERS_EVERY

    def unsettle(self) -> None:
        """Something may have come: the next visit asks the server, whatever was remembered."""
        self._settled = False

    def open(self, connection: Connection) -> bool:
        """Select it. False, and a warning, where the server does not let us; MailboxRefused if it is required."""
        try:
            connection.select(self.name)
        except FolderError as error:
            sentence = f"邮箱 {self._terms.mailbox} 的文件夹“{self.name}”打不开（服务器答复：{error}）"
            if self.required:
                raise MailboxRefused(f"{sentence}。请核对 config.toml 的 folders，或在网页邮箱中查看。") from error
            self._terms.warn(f"{sentence}，已跳过。")
            self._settled = True
            return False
        return True

    def is_open(self, connection: Connection) -> bool:
        return connection.selected is not None and connection.selected.name == self.name

    @staticmethod
    def nothing_follows(connection: Connection, mark: Mark | None) -> bool:
        """The folder, just opened, announces as its next UID the one right after the mark."""
        selected = connection.selected
        assert selected is not None
        return mark is not None and selected.uidvalidity == mark.uidvalidity and selected.uidnext == mark.uid + 1

    def visit(self, connection: Connection, mark: Mark | None, poll: int) -> Iterator[list[Delivery]]:
        """Yield what `mark` does not cover, oldest first, in batches; each is archived when the next one is asked for."""
        self._visited = poll
        reconcile = self._terms.clock() - self._listed_at >= self._terms.reconcile_seconds
        kept = self.is_open(connection)
        unchanged = kept and not connection.heard()
        if (not kept or reconcile) and not self.open(connection):
            return
        quiet = unchanged and self._notices_come if kept else self.nothing_follows(connection, mark)
        if quiet and not reconcile and self._settled and self._agrees(mark):
            return
        self._settled = False
        listing = self._list(connection, mark, reconcile=reconcile)
        self._doubt(connection, listing, mark)
        wanted = unarchived(listing, mark, self._known.keys())
        self.covered = reached(listing, mark, 0)
        if unchanged and mark is not None and wanted and not connection.heard():
            self._notices_come = False
        missing = yield from self._collect(connection, listing, mark, wanted)
        self._settle(listing, mark, missing)

    def _agrees(self, mark: Mark | None) -> bool:
        """The caller's mark says at least what we saw archived."""
        covered = self.covered
        if mark is None or covered is None or mark.uidvalidity != covered.uidvalidity:
            return False
        if (
            mark.uid < covered.uid
            and mark != self._agreed
            and not {uid for uid in self._known if uid > mark.uid} <= mark.beyond
        ):
            return False
        self._agreed = mark
        return True

    def _list(self, connection: Connection, mark: Mark | None, *, reconcile: bool) -> Listing:
        """The UIDs on the server: those above the mark where it can be trusted with that, else all of them."""
        selected = connection.selected
        assert selected is not None
        trusted = mark is not None and mark.uidvalidity == selected.uidvalidity and selected.uidnext is not None
        if trusted and mark is not None and not reconcile and not self._missed:
            found = Listing(selected.uidvalidity, connection.above(mark.uid), selected.uidnext, above=mark.uid)
            if not rebuilt(found, mark):
                return found
        listing = Listing(selected.uidvalidity, connection.search("ALL"), selected.uidnext)
        self._remember(listing, mark)
        return listing

    def _remember(self, listing: Listing, mark: Mark | None) -> None:
        """What the caller had archived of this listing, when it is the first one under its UIDVALIDITY."""
        self._listed_at = self._terms.clock()
        if mark is None or mark.uidvalidity != listing.uidvalidity:
            self._known = {}
        elif self.covered is None or self.covered.uidvalidity != listing.uidvalidity:
            if self._terms.known is not None:
                self._known = dict(self._terms.known(self.name, listing.uidvalidity, sorted(listing.uids)))
            elif not rebuilt(listing, mark):
                self._known = dict.fromkeys({uid for uid in listing.uids if uid <= mark.uid} | mark.beyond, Head())

    def _doubt(self, connection: Connection, listing: Listing, mark: Mark | None) -> None:
        """Forget what is known of UIDs that belong to other mails now, or to none.

        Where UIDVALIDITY is always 1, a mailbox set up anew looks like one whose newest mails were deleted, or like
        one with more mail than before: in every full listing the newest mails that we know are looked at again.
        """
        if listing.above:
            return
        here = [] if renumbered(listing, mark) else sorted(listing.uids & self._known.keys())
        others = self._others(connection, here[-LOOKED_AT:])
        if others or rebuilt(listing, mark):
            others |= self._others(connection, here[:-LOOKED_AT])
        self._known = {uid: self._known[uid] for uid in here if uid not in others}

    def _others(self, connection: Connection, uids: Sequence[int]) -> set[int]:
        """Those under which another mail lies than the one that we know."""
        others: set[int] = set()
        for start in range(0, len(uids), HEADS_AT_ONCE):
            some = uids[start : start + HEADS_AT_ONCE]
            heads = {uid: Head(mail.size, mail.received_at) for uid, mail in connection.fetch(some, HEADS).items()}
            others.update(uid for uid in some if uid not in heads or not self._known[uid].fits(heads[uid]))
        return others

    def _collect(
        self, connection: Connection, listing: Listing, mark: Mark | None, wanted: Sequence[int]
    ) -> Generator[list[Delivery], None, set[int]]:
        """Yield the wanted mails in batches; return the UIDs that did not come whole."""
        missing: set[int] = set()
        for start in range(0, len(wanted), HEADS_AT_ONCE):
            heads = connection.fetch(wanted[start : start + HEADS_AT_ONCE], HEADS)
            missing.update(uid for uid in wanted[start : start + HEADS_AT_ONCE] if uid not in heads)
            for group in self._batches([heads[uid] for uid in sorted(heads)]):
                batch = self._deliveries(connection, listing.uidvalidity, group)
                missing.update({head.uid for head in group} - {delivery.uid for delivery in batch})
                if batch:
                    yield batch
                    self._known.update({delivery.uid: Head(delivery.size, delivery.received_at) for delivery in batch})
                if not missing:
                    self.covered = reached(listing, mark, group[-1].uid)
        return missing

    def _batches(self, heads: Sequence[Fetched]) -> Iterator[list[Fetched]]:
        batch: list[Fetched] = []
        filled = 0
        for head in heads:
            size = head.size or 0
            weight = size if size <= self._terms.max_message_bytes else 0
            if batch and (len(batch) >= self._terms.batch_count or filled + weight > self._terms.batch_bytes):
                yield batch
                batch, filled = [], 0
            batch.append(head)
            filled += weight
        if batch:
            yield batch

    def _deliveries(self, connection: Connection, uidvalidity: int, heads: Sequence[Fetched]) -> list[Delivery]:
        """Fetch these mails, of one over the cap the header alone."""
        sized = {head.uid: head for head in heads if head.size is not None}
        large = {uid for uid, head in sized.items() if (head.size or 0) > self._terms.max_message_bytes}
        bodies = connection.fetch(sized.keys() - large, WHOLE) | connection.fetch(large, HEADER)
        found = []
        for uid, head in sorted(sized.items()):
            body = bodies[uid].body if uid in bodies else None
            received_at = head.received_at or (bodies[uid].received_at if uid in bodies else None)
            if received_at is None and self._missed[uid] >= PATIENCE:
                received_at = datetime.now(UTC)  # the server never says; better late than never
            if received_at is None or body is None or (not body and head.size):
                continue  # seen on iCloud: OK, and no literal. It stays a gap and is asked for again
            found.append(
                Delivery(self.name, uidvalidity, uid, received_at, body, uid not in large, head.size or 0, self.junk)
            )
        return found

    def _settle(self, listing: Listing, mark: Mark | None, missing: set[int]) -> None:
        self.covered = advanced(listing, mark, missing)
        self._settled = not missing
        self._missed = Counter({uid: self._missed[uid] + 1 for uid in missing})
        for uid, times in self._missed.items():
            if times == PATIENCE:
                self._terms.warn(
                    f"邮箱 {self._terms.mailbox} 的文件夹“{self.name}”中 UID {uid} 的邮件多次收取不完整，"
                    "请到网页邮箱查看。"
                )
