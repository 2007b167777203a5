"""What most commands begin with: the configuration, the database, the campaigns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from service.config.config import Config, load_config

if TYPE_CHECKING:
    from intake.decide import Book
    from intake.kind import Marks
    from storage.database import Database


@contextmanager
def database_of(file: Path) -> Iterator[tuple[Config, Database]]:
    """The configuration and its database, brought up to date. Raises FaultyFile, DatabaseFault."""
    from storage.database import open_database  # noqa: PLC0415 - half a second that --help need not pay

    config = load_config(file)
    database = open_database(config.database_url)
    try:
        database.upgrade()
        yield config, database
    finally:
        database.close()


def campaign_names(config: Config) -> list[str]:
    """The campaigns that the mailboxes serve."""
    return list(dict.fromkeys(name for mailbox in config.mailboxes for name in mailbox.campaigns))


def assignees(config: Config) -> frozenset[str]:
    return frozenset(person.name for person in config.staff)


def books_of(config: Config) -> dict[str, Book]:
    """The campaigns and rules as their files are now; nothing is written. Raises FaultyFile."""
    from service.rulebook import load_book  # noqa: PLC0415

    return {name: load_book(config.campaigns / name, assignees(config)) for name in campaign_names(config)}


def marks_of(config: Config, books: dict[str, Book]) -> Marks:
    from intake.kind import Marks  # noqa: PLC0415 - the parsers are heavy

    return Marks(
        own_addresses=frozenset(m.address.lower() for m in config.mailboxes),
        staff_addresses=frozenset(p.address.lower() for p in config.staff),
        case_prefixes=frozenset(book.campaign.case_prefix for book in books.values()),
    )
