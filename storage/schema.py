"""The tables: what is kept of every mail, case, answer and event. Changed only together with a migration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.types import TypeDecorator


def _utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"naive datetime {value!r}")
    return value.astimezone(UTC)


@lru_cache(maxsize=256)
def _utc_text(value: datetime | None) -> str | None:
    """As SQLAlchemy writes it into SQLite, so that it can be compared and read back."""
    utc = _utc(value)
    return None if utc is None else utc.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. A naive one is a mistake of ours and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Straight to the driver: a batch binds a thousand moments, nearly all of them the same."""
        return _utc_text if dialect.name == "sqlite" else _utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy calls it so
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def storable(words: str) -> str:
    """`words` without what a database refuses and a mail may well contain: NUL (PostgreSQL) and lone surrogates (both)."""
    if "\0" in words:
        words = words.replace("\0", "\N{REPLACEMENT CHARACTER}")
    try:
        words.encode()
    except UnicodeEncodeError:
        words = words.encode(errors="replace").decode()
    return words


class Words(TypeDecorator[str]):
    """Text, whatever a sender put into it."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:  # noqa: ARG002  SQLAlchemy calls it so
        return lambda value: None if value is None else storable(str(value))


#: SQLite counts up only an INTEGER PRIMARY KEY.
Id = BigInteger().with_variant(Integer, "sqlite")

#: Names for constraints, so that a later migration can speak of them on both databases.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: How far each folder has been archived.
folders = Table(
    "folders",
    metadata,
    Column("mailbox", Words, primary_key=True),
    Column("folder", Words, primary_key=True),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),  # every mail up to here is archived, or has vanished
)

#: Every mail that came in. A row exists as soon as the bytes are archived; the rest is known after reading.
messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("mailbox", Words, nullable=False),
    Column("folder", Words, nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("message_id", Words),  # the header, with its angle brackets
    Column("content_hash", Words),  # equal when the same mail is sent again
    Column("sha256", Words, nullable=False),  # of the raw bytes
    Column("segment", Words, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("received_at", Moment, nullable=False),  # the server's INTERNALDATE: business time
    Column("archived_at", Moment, nullable=False),
    Column("junk", Boolean, nullable=False, server_default=false()),
    Column("complete", Boolean, nullable=False, server_default=true()),  # false: over the size cap, header only
    Column("state", Words, nullable=False),
    Column("kind", Words),
    Column("reason", Words, nullable=False, server_default=""),
    Column("campaign", Words),
    Column("sender_name", Words),
    Column("sender_address", Words),
    Column("subject", Words),
    Column("excerpt", Words),
    Column("problems", JSON),
    Column("defects", JSON),
    Column("repeat_of", Id),
    Column("claimed_at", Moment),  # a worker is reading it
    Column("read_attempts", Integer, nullable=False, server_default="0"),
    Column("finished_at", Moment),
    # Some servers keep UIDVALIDITY 1 for good and count from anew after a rebuild: same UID with other bytes is new mail.
    UniqueConstraint("mailbox", "folder", "uidvalidity", "uid", "sha256", name="uq_messages_identity"),
    Index(None, "state", "id"),
    Index(None, "content_hash", "state"),
    Index(None, "finished_at"),  # none on what a sender may make long: PostgreSQL refuses to index 2.7 KB
)

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", Words, nullable=False, unique=True),
    Column("campaign", Words, nullable=False),
    Column("stage", Words, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("missing", JSON, nullable=False),
    Column("problems", JSON, nullable=False),
    Column("batch", Words, nullable=False),
    Column("category", Words),
    Column("tags", JSON, nullable=False),
    Column("priority", Words),
    Column("assignee", Words),
    Column("ruleset", Words, nullable=False, server_default=""),
    Column("decision", JSON, nullable=False),
    Column("similar", JSON, nullable=False),  # numbers of possible duplicates, as seen when it was filed
    Column("sender_name", Words, nullable=False),
    Column("sender_address", Words, nullable=False),
    Column("mailbox", Words, nullable=False),
    Column("received_at", Moment, nullable=False),  # of the mail that opened it
    Column("opened_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index(None, "sender_address", "complete", "id"),
    Index(None, "complete", "id"),
    Index(None, "campaign", "stage", "id"),
    Index(None, "opened_at"),
    Index(None, "updated_at"),
)

#: By what two cases may be about the same nominee: one row for each pair of identity values.
case_identities = Table(
    "case_identities",
    metadata,
    Column("campaign", Words, primary_key=True),
    Column("token", Words, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    Index(None, "case_id"),
)

case_messages = Table(
    "case_messages",
    metadata,
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True),
    Column("message_id", Id, ForeignKey("messages.id"), primary_key=True),
    Column("role", Words, nullable=False),  # opened, merged
    Column("new_values", Integer, nullable=False),  # 0: the mail added nothing
    Column("at", Moment, nullable=False),
    Index(None, "message_id"),
)

#: The history of every field. Rows are added and lose `current`; a value is never overwritten.
field_values = Table(
    "field_values",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Words, nullable=False),
    Column("number", Boolean, nullable=False),  # the value is a whole number
    Column("raw", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("message_id", Id, ForeignKey("messages.id")),
    Column("staff", Text),  # who typed it, instead of a mail
    Column("at", Moment, nullable=False),
    Column("current", Boolean, nullable=False),
    Index(None, "case_id", "key"),
    Index(
        "uq_field_values_current",
        "case_id",
        "key",
        unique=True,
        sqlite_where=text("current"),
        postgresql_where=text("current"),
    ),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Id, ForeignKey("messages.id"), nullable=False),
    Column("filename", Words, nullable=False),
    Column("content_type", Words, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("role", Words, nullable=False),
    Column("sha256", Words, nullable=False),
    Column("path", Words, nullable=False),  # of the MIME part in the raw mail, where the bytes are
    Index(None, "message_id"),
)

#: The audit trail.
events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("kind", Words, nullable=False),
    Column("case_id", Id, ForeignKey("cases.id")),
    Column("message_id", Id, ForeignKey("messages.id")),
    Column("outgoing_id", Id, ForeignKey("outgoing.id")),
    Column("detail", JSON, nullable=False),
    Index(None, "case_id"),
    Index(None, "message_id"),
    Index(None, "outgoing_id"),
    Index(None, "at"),
)

outgoing = Table(
    "outgoing",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("mailbox", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("to_address", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("html", Words, nullable=False),
    Column("message_id", Words, nullable=False, unique=True),
    Column("in_reply_to", Words),
    Column("references", JSON, nullable=False),
    Column("case_number", Words),
    Column("cases", JSON, nullable=False),
    Column("round", Integer, nullable=False),
    Column("answers", Id, ForeignKey("messages.id")),  # the incoming message that it answers
    Column("attachments", JSON, nullable=False),  # [[file name, sha256 in `blobs`]]
    Column("state", Words, nullable=False),
    Column("held", Words),  # Chinese reason
    Column("handing_over", Boolean, nullable=False, server_default=false()),  # the text is being given to the server
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", Moment),
    Column("last_attempt_at", Moment),
    Column("last_reply", Words),  # the server's own words
    Column("queue_id", Words),
    Column("created_at", Moment, nullable=False),
    Column("deadline", Moment, nullable=False),  # given up after it
    Column("settled_at", Moment),  # sent, parked, failed, in doubt
    Column("bounced_at", Moment),
    Index(None, "mailbox", "state", "next_attempt_at"),
    Index(None, "state", "id"),
    Index(None, "to_address", "created_at"),
    Index(None, "mailbox", "last_attempt_at"),
    Index(None, "mailbox", "settled_at"),
    Index(None, "answers"),
    Index(None, "bounced_at"),
)

outgoing_cases = Table(
    "outgoing_cases",
    metadata,
    Column("number", Words, primary_key=True),
    Column("outgoing_id", Id, ForeignKey("outgoing.id"), primary_key=True),
    Column("answers", Id),  # as in `outgoing`, to count the answers since a mail without a second look
    Index(None, "outgoing_id"),
)

#: Files that leave with answers, kept once: the blank form goes out many times.
blobs = Table(
    "blobs",
    metadata,
    Column("sha256", Words, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("prefix", Words, primary_key=True),  # YG: two campaigns that share it share the numbers
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

#: Sending accounts that a server told to wait.
accounts = Table(
    "accounts",
    metadata,
    Column("mailbox", Words, primary_key=True),
    Column("paused_until", Moment),
    Column("reason", Words),
)

#: What operators must know; open ones are in every digest.
alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("mailbox", Words, nullable=False, server_default=""),
    Column("message", Words, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("resolved_at", Moment),
    Index(
        "uq_alerts_open",
        "kind",
        "mailbox",
        unique=True,
        sqlite_where=text("resolved_at IS NULL"),
        postgresql_where=text("resolved_at IS NULL"),
    ),
)

#: Signs of life: "daemon", "poll/MAILBOX", "digest".
heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", Words, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("detail", JSON, nullable=False),
)
