"""A mailbox as the service sees it: new mail comes out in batches, and what was done with it is told back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail as the server holds it. `raw` is untouched; nothing has looked inside."""

    folder: str
    uidvalidity: int
    uid: int
    received_at: datetime  # aware; the server's INTERNALDATE, the business time of everything that follows
    raw: bytes
    complete: bool = True  # False: over the size cap, `raw` is the header alone
    size: int = 0  # RFC822.SIZE as the server said it
    junk: bool = False  # found in a junk, advertising, subscription or virus folder: its answer waits for a person


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a folder has been archived."""

    uidvalidity: int
    uid: int  # every mail up to and including this UID is archived, or has vanished from the server
    beyond: frozenset[int] = frozenset()  # UIDs above `uid` that are archived already


@dataclass(frozen=True, slots=True)
class Head:
    """By size and time of receipt a mail is told from another one that has been given its UID; None: not known."""

    size: int | None = None  # RFC822.SIZE
    received_at: datetime | None = None

    def fits(self, other: Head) -> bool:
        """Nothing says that these are two mails."""
        sizes, times = (self.size, other.size), (self.received_at, other.received_at)
        return (None in sizes or self.size == other.size) and (None in times or self.received_at == other.received_at)


#: What is archived, by folder. Read from the database before each poll and handed in.
Marks = Mapping[str, Mark]


class Mailbox(Protocol):
    """Implemented by `intake.mailboxes.imap.ImapMailbox` and `intake.mailboxes.maildir.MaildirMailbox`."""

    name: str
    warnings: list[str]  # Chinese sentences for staff, each once

    @property
    def covered(self) -> Mapping[str, Mark]:
        """By folder: how far the server's mails are archived, once what was yielded is."""
        ...

    def new_messages(self, marks: Marks) -> Iterator[Sequence[Delivery]]:
        """Yield batches of mails that `marks` does not cover, oldest first within a folder, bounded in count and bytes.

        The caller archives and commits a batch before it asks for the next one.
        Raises MailboxRefused (login, permissions) or MailboxUnreachable (network, server gone).
        """
        ...

    def done(self, deliveries: Sequence[tuple[str, int, int]], after_filing: str) -> None:
        """After filing (folder, uidvalidity, uid): "nothing", "seen" or "move:FOLDER". A vanished mail means nothing."""
        ...

    def sent_ids(self, since: datetime) -> frozenset[str]:
        """Message-IDs in the Sent folder since that day; empty where there is no such folder."""
        ...

    def wait(self, seconds: float, stop: Callable[[], bool]) -> None:
        """Return when new mail may be there (IDLE), when `stop()` is true, or after `seconds`."""
        ...

    def close(self) -> None:
        """Log out and let go of the connection. Never raises."""
        ...


class MailboxError(Exception):
    """The mailbox cannot be used now. The message is a Chinese sentence with the mend."""


class MailboxUnreachable(MailboxError):
    """Network or server trouble: try again later."""


class MailboxRefused(MailboxError):
    """The server said no: wrong 授权码, IMAP service off, or 163's "Unsafe Login". A person must act."""
