"""The built-in server's SMTP side: takes mail from anybody for anybody, and answers as its script says."""

# ruff: noqa: ARG002, N802 - the hooks of aiosmtpd have its names and arguments

from __future__ import annotations

import asyncio
import email
import email.policy
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from service.embedded.behaviour import CUT_AFTER_DATA, CUT_BEFORE_DATA, LOST_AFTER_DATA, SLOW, Behaviour

if TYPE_CHECKING:
    from service.embedded.imap import Store

OUTGOING = "外发"
logging.getLogger("mail.log").setLevel(logging.ERROR)  # it warns of its own deprecations on every login


class Server(Protocol):
    """What this side knows of the whole."""

    behaviour: Behaviour
    answers: dict[str, list[str]]
    addresses: frozenset[str]
    folder: Path | None
    smtp_port: int
    smtp_sessions: int


class _Line(SMTP):
    """Takes lines of any length: a saved mail often ends its lines with LF alone, and is then one line to SMTP."""

    line_length_limit = 71_680_000


class _Handler:
    """The hooks of aiosmtpd, one object for one connection."""

    def __init__(self, server: Server, store: Store) -> None:
        self._server, self._store = server, store
        self._behaviour = server.behaviour
        self._pending = ""  # what the script says of the mail under way

    async def handle_MAIL(self, smtp: SMTP, session: Any, envelope: Any, address: str, mail_options: list[str]) -> str:
        login = _login(session)
        if self._behaviour.smtp_login_required and not login:
            return "530 Authentication required"
        if login and self._behaviour.sender_must_match and address.lower() != login:
            return "553 Mail from must equal authorized user"
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        self._pending = ""
        return "250 Mail OK"

    async def handle_RCPT(self, smtp: SMTP, session: Any, envelope: Any, address: str, rcpt_options: list[str]) -> str:
        word = self._next_word(address)
        if word == CUT_BEFORE_DATA:
            _cut(smtp)
            return "421 cut"
        if word[:3].isdigit() and "DT:" not in word and "MI:STC" not in word:
            return word
        self._pending = self._pending or word
        envelope.rcpt_tos.append(address)
        return "250 Mail OK"

    async def handle_DATA(self, smtp: SMTP, session: Any, envelope: Any) -> str:
        word, self._pending = self._pending, ""
        if word[:3].isdigit():
            return word
        if word == LOST_AFTER_DATA:
            _cut(smtp)
            return "421 cut"
        if word.startswith(SLOW):
            await asyncio.sleep(float(word.removeprefix(SLOW) or 1))
        await self._deliver(envelope, _login(session))
        if word == CUT_AFTER_DATA:
            _cut(smtp)
        return f"250 Mail OK queued as smtp1,{id(envelope):x} {int(datetime.now(UTC).timestamp())}"

    def _next_word(self, address: str) -> str:
        for key in (address.lower(), "*"):
            words = self._server.answers.get(key)
            if words:
                return words.pop(0)
        return ""

    async def _deliver(self, envelope: Any, login: str) -> None:
        raw, now = bytes(envelope.original_content), datetime.now(UTC)
        sender = (login or envelope.mail_from or "").lower()
        for recipient in envelope.rcpt_tos:
            await self._store.append(recipient, "INBOX", raw, now)
        sent = next((name for name, use in self._behaviour.folders.items() if use == "Sent"), None)
        if login and self._behaviour.sent_copy and sent is not None:
            await self._store.append(login, sent, raw, now)
        ours = sender in self._server.addresses if self._server.addresses else bool(login)
        if ours and self._server.folder is not None:
            with suppress(OSError, LookupError):  # the mail is delivered; the copy for reading is a courtesy
                write_outgoing(self._server.folder / OUTGOING, envelope.rcpt_tos[0], raw)


def _login(session: Any) -> str:
    return str(session.auth_data.login.decode("utf-8", "replace")).lower() if session.authenticated else ""


def _cut(smtp: SMTP) -> None:
    transport: Any = smtp.transport
    if transport is not None:
        transport.abort()


def write_outgoing(folder: Path, recipient: str, raw: bytes) -> Path:
    """Write a mail as NNNN-address-subject.eml, with its text and HTML beside it, for people without a mail program."""
    folder.mkdir(parents=True, exist_ok=True)
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    number = 1 + max((int(p.name[:4]) for p in folder.glob("[0-9][0-9][0-9][0-9]-*.eml")), default=0)
    name = re.sub(r"[^\w@.-]+", "_", f"{recipient}-{message.get('Subject', '')}", flags=re.UNICODE)[:60]
    target = folder / f"{number:04}-{name}.eml"
    target.write_bytes(raw)
    for kind in ("plain", "html"):
        part = message.get_body(preferencelist=(kind,))
        if part is not None:
            suffix = ".txt" if kind == "plain" else ".html"
            target.with_name(target.name.removesuffix(".eml") + suffix).write_text(part.get_content(), encoding="utf-8")
    return target


@asynccontextmanager
async def serve_smtp(server: Server, store: Store, host: str) -> AsyncIterator[int]:
    """Listen until the context ends; gives the port."""
    lines: set[_Line] = set()
    loop = asyncio.get_running_loop()

    def authenticate(_smtp: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        wanted = server.behaviour.password
        good = isinstance(data, LoginPassword) and (wanted is None or data.password == wanted.encode())
        said = None if good else "535 Error: authentication failed"  # a message is said on success, too
        return AuthResult(success=good, auth_data=data, handled=False, message=said)

    def meet() -> _Line:
        server.smtp_sessions += 1
        line = _Line(
            _Handler(server, store),
            hostname="localhost",
            ident="built-in",
            loop=loop,
            auth_require_tls=False,
            authenticator=authenticate,
            data_size_limit=server.behaviour.smtp_size_limit,
        )
        lines.add(line)
        return line

    listening = await loop.create_server(meet, host, server.smtp_port)
    try:
        yield int(listening.sockets[0].getsockname()[1])
    finally:
        listening.close()
        for line in lines:
            _cut(line)
        await listening.wait_closed()
        await asyncio.sleep(0)
