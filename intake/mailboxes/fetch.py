"""A FETCH answer as values, read from what imaplib collected. Pure; odd answers leave fields empty and never raise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

#: What imaplib collects of one untagged line: text alone, or text up to a literal with that literal.
Piece = bytes | tuple[bytes, bytes] | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the server said of one mail; None: it did not say."""

    uid: int
    received_at: datetime | None = None
    size: int | None = None
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Literal:
    value: bytes


_TOKEN = re.compile(rb'[()]|"(?:\\.|[^"\\])*"|(?:BODY|BINARY)\[[^\]]*\](?:<\d+>)?|[^\s()"]+', re.IGNORECASE)
_ANNOUNCED = re.compile(rb"~?\{\d+\+?\}$")
_MONTHS = {
    name: number for number, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_DATE = re.compile(
    rb"^\s*(\d{1,2})-([A-Za-z]{3})[a-z]*-(\d{4})\s+(\d{1,2})[:.](\d{2})[:.](\d{2})(?:\s+([+-]?)(\d{2})(\d{2}))?"
)


def read_fetched(pieces: Iterable[Piece]) -> dict[int, Fetched]:
    """Every mail that the answer names by UID. Notices about other mails (flags changed elsewhere) come out empty."""
    found: dict[int, Fetched] = {}
    for response in _responses(pieces):
        mail = _read(list(_tokens(response)))
        if mail is not None:
            found[mail.uid] = _merged(found.get(mail.uid), mail)
    return found


def _responses(pieces: Iterable[Piece]) -> Iterator[list[bytes | _Literal]]:
    """Group the pieces: imaplib keeps each literal with the text before it, and the text after the last one by itself."""
    response: list[bytes | _Literal] = []
    for piece in pieces:
        if isinstance(piece, tuple):
            response += [_ANNOUNCED.sub(b"", piece[0]), _Literal(piece[1])]
        elif piece is not None:
            yield [*response, piece]
            response = []
    if response:
        yield response


def _tokens(response: Iterable[bytes | _Literal]) -> Iterator[bytes | _Literal]:
    for part in response:
        if isinstance(part, _Literal):
            yield part
        else:
            yield from _TOKEN.findall(part)


def _read(tokens: Sequence[bytes | _Literal]) -> Fetched | None:
    """Look for the items we ask for at the outer level; the rest may be as broken as it likes."""
    uid, received_at, size, body, depth = 0, None, None, None, 0
    for token, value in zip(tokens, [*tokens[1:], b""], strict=False):
        if isinstance(token, _Literal):
            continue
        depth += {b"(": 1, b")": -1}.get(token, 0)
        if depth != 1:
            continue
        name = token.upper()
        if name == b"UID":
            uid = _number(value) or uid
        elif name == b"RFC822.SIZE":
            size = _number(value)
        elif name == b"INTERNALDATE":
            received_at = read_internaldate(_string(value) or b"")
        elif name == b"RFC822" or name.startswith(b"BODY["):
            body = _string(value)
    return Fetched(uid, received_at, size, body) if uid else None


def _number(value: bytes | _Literal) -> int | None:
    return int(value) if isinstance(value, bytes) and re.fullmatch(rb"\d{1,18}", value) else None


def _string(value: bytes | _Literal) -> bytes | None:
    """A literal or a quoted string; None for NIL and for what is no string."""
    if isinstance(value, _Literal):
        return value.value
    if len(value) >= 2 and value.startswith(b'"') and value.endswith(b'"'):
        return re.sub(rb"\\(.)", rb"\1", value[1:-1], flags=re.DOTALL)
    return None


def _merged(first: Fetched | None, second: Fetched) -> Fetched:
    """Some servers answer one mail in two lines, flags apart."""
    if first is None:
        return second
    return Fetched(
        second.uid,
        second.received_at or first.received_at,
        first.size if second.size is None else second.size,
        first.body if second.body is None else second.body,
    )


def read_internaldate(text: bytes) -> datetime | None:
    """`17-Jul-2026 02:44:25 +0800` as an aware datetime, in its own zone (UTC where none is given)."""
    match = _DATE.match(text)
    if match is None:
        return None
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = match.groups()
    offset = timedelta(hours=int(zone_hours or 0), minutes=int(zone_minutes or 0))
    try:
        zone = timezone(-offset if sign == b"-" else offset)
        return datetime(
            int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), min(int(second), 59), tzinfo=zone
        )
    except (KeyError, ValueError):
        return None


def uid_set(uids: Iterable[int]) -> str:
    """UIDs as IMAP wants them: ascending (QQ answers BAD to anything else), neighbours as ranges."""
    ranges: list[list[int]] = []
    for uid in sorted(set(uids)):
        if ranges and uid == ranges[-1][1] + 1:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    return ",".join(str(low) if low == high else f"{low}:{high}" for low, high in ranges)
