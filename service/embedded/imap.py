"""The built-in server's mailboxes and its IMAP side: pymap's dict backend, kept on disk, with 163's manners on request."""

from __future__ import annotations

import asyncio
import os
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from proxyprotocol.sock import SocketInfo, SocketInfoLocal
from pymap.backend.dict import Config, Identity, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet, Message
from pymap.context import connection_exit
from pymap.exceptions import InvalidAuth
from pymap.imap import IMAPConnection
from pymap.imap.state import ConnectionState
from pymap.parsing.message import AppendMessage
from pymap.parsing.response import ResponseNo
from pymap.parsing.response.code import UidNext
from pymap.parsing.response.specials import ListResponse, StatusResponse
from pymap.parsing.specials import Flag, ObjectId
from pymap.user import UserMetadata

if TYPE_CHECKING:
    from service.embedded.behaviour import Behaviour

UNSAFE = b"SELECT Unsafe Login. Please contact kefu@188.com for help"
TEXT_KEYS = frozenset({b"FROM", b"TO", b"CC", b"BCC", b"SUBJECT", b"BODY", b"TEXT", b"HEADER"})
FLAG_LETTERS = {rb"\Seen": "S", rb"\Answered": "R", rb"\Flagged": "F", rb"\Deleted": "T", rb"\Draft": "D"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail in a folder."""

    uid: int
    flags: frozenset[str]
    raw: bytes
    received_at: datetime


class _Folder(MailboxData):
    """A folder of pymap's, mirrored to files `UID,FLAGS.eml`; the file time is the time of receipt."""

    def __init__(self, mailboxes: _Mailboxes, folder: Path | None, uidvalidity: int | None) -> None:
        super().__init__(mailboxes._content_cache, mailboxes._thread_cache)  # noqa: SLF001
        self._max_uid = 0
        self._folder = folder
        self._files: dict[int, Path] = {}
        if uidvalidity is not None:
            self._uid_validity = uidvalidity
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._numbers(uidvalidity)

    def _numbers(self, uidvalidity: int | None) -> None:
        """Read, or write for the first time, what UIDs rest on."""
        assert self._folder is not None
        with suppress(FileNotFoundError, ValueError):
            validity, self._max_uid = map(int, (self._folder / ".uid").read_text(encoding="ascii").split())
            self._uid_validity = uidvalidity or validity
        self._save_numbers()

    def _save_numbers(self) -> None:
        if self._folder is not None:
            aside = self._folder / ".uid.new"
            aside.write_text(f"{self._uid_validity} {self._max_uid}", encoding="ascii")
            aside.replace(self._folder / ".uid")

    async def load(self) -> None:
        """Take in what the files hold."""
        if self._folder is None:
            return
        last = self._max_uid
        files = [path for path in self._folder.glob("*.eml") if path.stem.partition(",")[0].isdigit()]
        for path in sorted(files, key=lambda path: int(path.stem.partition(",")[0])):
            uid, _, letters = path.stem.partition(",")
            flags = frozenset(Flag(name) for name, letter in FLAG_LETTERS.items() if letter in letters)
            self._max_uid = int(uid) - 1
            self._files[int(uid)] = path
            when = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            await super().append(AppendMessage(path.read_bytes(), when, flags))
        self._max_uid = max(last, self._max_uid)

    def mirror(self, uid: int) -> None:
        """Bring the file of a mail up to date."""
        if self._folder is None:
            return
        message, path = self._messages.get(uid), self._files.pop(uid, None)
        if message is None:
            if path is not None:
                path.unlink(missing_ok=True)
            return
        letters = "".join(letter for name, letter in FLAG_LETTERS.items() if Flag(name) in message.permanent_flags)
        wanted = self._files[uid] = self._folder / f"{uid},{letters}.eml"
        if path is None:
            aside = self._folder / f".{uid}.new"
            aside.write_bytes(raw_of(message))
            os.utime(aside, (message.internal_date.timestamp(),) * 2)
            aside.replace(wanted)
            self._save_numbers()
        elif path != wanted:
            path.replace(wanted)

    async def update_selected(self, selected: Any, *, wait_on: Any = None) -> Any:
        """IDLE announces at once what came just before it; pymap would wait for the next change."""
        if selected.mod_sequence != self._mod_sequences.highest:
            wait_on = None
        return await super().update_selected(selected, wait_on=wait_on)

    async def append(self, append_msg: AppendMessage, *, recent: bool = False) -> Message:
        if append_msg.when is None:
            append_msg = AppendMessage(append_msg.literal, datetime.now(UTC), append_msg.flag_set)
        message = await super().append(append_msg, recent=recent)
        self.mirror(message.uid)
        return message

    async def copy(self, uid: int, destination: MailboxData, *, recent: bool = False) -> int | None:
        copied: int | None = await super().copy(uid, destination, recent=recent)
        if copied is not None and isinstance(destination, _Folder):
            destination.mirror(copied)
        return copied

    async def move(self, uid: int, destination: MailboxData, *, recent: bool = False) -> int | None:
        moved: int | None = await super().move(uid, destination, recent=recent)
        self.mirror(uid)
        if moved is not None and isinstance(destination, _Folder):
            destination.mirror(moved)
        return moved

    async def update(self, uid: int, cached_msg: Any, flag_set: frozenset[Flag], mode: Any) -> Message:
        message = await super().update(uid, cached_msg, flag_set, mode)
        self.mirror(uid)
        return message

    async def delete(self, uids: Any) -> None:
        gone = list(uids)
        await super().delete(gone)
        for uid in gone:
            self.mirror(uid)

    async def rebuild(self, uidvalidity: int | None) -> None:
        old = list(self._messages.values())
        await self.delete([message.uid for message in old])
        self._uid_validity = uidvalidity or self._uid_validity + 1
        self._max_uid = 0
        for message in old:
            await self.append(AppendMessage(raw_of(message), message.internal_date, message.permanent_flags))


def raw_of(message: Message) -> bytes:
    """The mail as it came."""
    content = message._content  # noqa: SLF001
    return b"" if content is None else bytes(content)


class _Mailboxes(MailboxSet):
    """The folders of one address."""

    def __init__(self, behaviour: Behaviour, folder: Path | None) -> None:
        super().__init__()
        self._behaviour, self._on_disk = behaviour, folder
        self._inbox = self._new("INBOX")
        for name in (*behaviour.folders, *self._names_on_disk()):
            if name != "INBOX" and name not in self._set:
                self._set[name] = self._new(name)

    def _names_on_disk(self) -> list[str]:
        if self._on_disk is None or not self._on_disk.is_dir():
            return []
        return sorted(unquote(path.name) for path in self._on_disk.iterdir() if path.is_dir())

    def _new(self, name: str) -> _Folder:
        place = None if self._on_disk is None else self._on_disk / name.replace("%", "%25").replace("/", "%2F")
        return _Folder(self, place, self._behaviour.uidvalidity)

    async def load(self) -> None:
        for folder in (self._inbox, *self._set.values()):
            assert isinstance(folder, _Folder)
            await folder.load()

    async def add_mailbox(self, name: str) -> ObjectId:
        if name in self._set:
            raise ValueError(name)
        self._set[name] = folder = self._new(name)
        return folder.mailbox_id


class _Login(Login):
    """Every address may log in; with a fixed password if the behaviour has one."""

    def __init__(self, config: Config, store: Store) -> None:
        super().__init__(config)
        self._store = store

    async def authenticate(self, credentials: Any) -> Identity:
        address = credentials.authcid.lower()
        wanted = self._store.behaviour.password
        if wanted is not None and getattr(credentials, "_secret", None) != wanted:
            raise InvalidAuth
        await self._store.mailboxes(address)
        return Identity(address, self, None, frozenset())

    async def authorize(self, authenticated: Any, authzid: str) -> Identity:  # noqa: ARG002 - pymap's signature
        assert isinstance(authenticated, Identity)
        return authenticated


class _State(ConnectionState):
    """What 163 does otherwise than pymap."""

    def __init__(self, login: _Login, config: Config, store: Store) -> None:
        super().__init__(login, config)
        self._behaviour = store.behaviour
        self._store = store
        self._identified = False

    @property
    def capability(self) -> Any:
        shown = super().capability
        shown.capabilities = [
            word
            for word in shown.capabilities
            if word.decode("ascii").upper() not in self._behaviour.capabilities_hidden
        ]
        return shown

    async def do_command(self, cmd: Any) -> Any:
        name = cmd.command.decode("ascii", "replace").upper()
        self._store.commands.append(name)
        if name.removeprefix("UID ") in self._behaviour.capabilities_hidden:
            return ResponseNo(cmd.tag, b"Command not supported")
        return await super().do_command(cmd)

    async def do_id(self, cmd: Any) -> Any:
        self._identified = not self._behaviour.id_useless
        return await super().do_id(cmd)

    async def do_select(self, cmd: Any) -> Any:
        if self._behaviour.id_required and not self._identified:
            return ResponseNo(cmd.tag, UNSAFE), None
        response, updates = await super().do_select(cmd)
        if not self._behaviour.uidnext:
            response._untagged = [line for line in response._untagged if not isinstance(line.code, UidNext)]  # noqa: SLF001
        return response, updates

    async def do_status(self, cmd: Any) -> Any:
        response, updates = await super().do_status(cmd)
        if not self._behaviour.uidnext and any(bytes(item.value) == b"UIDNEXT" for item in cmd.status_list):
            response._untagged = [  # noqa: SLF001
                StatusResponse(line.name, {}) if isinstance(line, StatusResponse) else line
                for line in response._untagged  # noqa: SLF001
            ]
        return response, updates

    async def do_list(self, cmd: Any) -> Any:
        response, updates = await super().do_list(cmd)
        for line in response._untagged:  # noqa: SLF001
            if isinstance(line, ListResponse) and self._behaviour.folders.get(line.mailbox):
                line.attrs = [*line.attrs, self._behaviour.folders[line.mailbox].encode("ascii")]
        return response, updates

    async def do_search(self, cmd: Any) -> Any:
        response, updates = await super().do_search(cmd)
        if not self._behaviour.search_text and any(key.value in TEXT_KEYS for key in cmd.keys):
            for line in response._untagged:  # noqa: SLF001
                if hasattr(line, "seqs"):
                    line.seqs = []
        return response, updates


class _Connection(IMAPConnection):
    """A line that may be cut after so many commands."""

    __slots__ = ["count", "drop_every"]

    def __init__(self, *arguments: Any, drop_every: int) -> None:
        super().__init__(*arguments)
        self.drop_every = drop_every
        self.count = 0

    async def read_command(self, state: Any) -> Any:
        command = await super().read_command(state)
        self.count += 1
        if self.drop_every and self.count % self.drop_every == 0:
            raise EOFError
        return command


class _Greeted(Config):
    """pymap's settings without its look-up of our host name, which can take seconds."""

    @property
    def greeting(self) -> bytes:
        return b"Coremail System IMap Server Ready"


class Store:
    """All mailboxes, and the IMAP server before them. To be used inside its event loop."""

    def __init__(self, behaviour: Behaviour, folder: Path | None, commands: list[str]) -> None:
        self.behaviour = behaviour
        self.commands = commands
        self._folder = folder
        arguments = Namespace(passlib_cfg=None, proxy_protocol=None)
        self._config = _Greeted(
            arguments,
            demo_data=False,
            demo_user="nobody",
            demo_password="",
            host=None,
            port=0,
            tls_enabled=False,
            reject_dnsbl=False,
            invalid_user_sleep=0.0,
        )
        self._config.apply_context()
        self._login = _Login(self._config, self)
        self._made: dict[str, _Mailboxes] = {}
        self._writers: set[asyncio.StreamWriter] = set()

    async def mailboxes(self, address: str) -> _Mailboxes:
        """The folders of an address; made when first asked for."""
        address = address.lower()
        if address in self._made:
            return self._made[address]
        place = None if self._folder is None else self._folder / address.replace("/", "_")
        mailboxes = self._made[address] = _Mailboxes(self.behaviour, place)
        self._config.set_cache[address] = (mailboxes, FilterSet())
        self._login.users_dict[address] = UserMetadata(self._config, address)
        await mailboxes.load()
        return mailboxes

    async def _find(self, address: str, folder: str) -> _Folder:
        mailboxes = await self.mailboxes(address)
        if folder != "INBOX" and folder not in mailboxes._set:  # noqa: SLF001
            await mailboxes.add_mailbox(folder)
        found = await mailboxes.get_mailbox(folder)
        assert isinstance(found, _Folder)
        return found

    async def append(self, address: str, folder: str, raw: bytes, received_at: datetime) -> int:
        message = await (await self._find(address, folder)).append(AppendMessage(raw, received_at), recent=True)
        return int(message.uid)

    async def mails(self, address: str, folder: str) -> list[Kept]:
        found = await self._find(address, folder)
        return [
            Kept(
                message.uid,
                frozenset(bytes(flag).decode("ascii") for flag in message.permanent_flags),
                raw_of(message),
                message.internal_date,
            )
            async for message in found.messages()
        ]

    async def remove(self, address: str, folder: str, uid: int) -> None:
        await (await self._find(address, folder)).delete([uid])

    async def rebuild(self, address: str, folder: str, uidvalidity: int | None) -> None:
        await (await self._find(address, folder)).rebuild(self.behaviour.uidvalidity or uidvalidity)
        self.drop()

    def drop(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    @asynccontextmanager
    async def serve(self, host: str, port: int) -> AsyncIterator[int]:
        """Listen until the context ends; gives the port."""
        server = await asyncio.start_server(self._meet, host, port)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()
            self.drop()
            await server.wait_closed()
            await asyncio.sleep(0)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            await self._talk(reader, writer, SocketInfoLocal(writer))
        except (OSError, EOFError):
            pass  # the client has gone
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: SocketInfo) -> None:
        self._config.apply_context()
        line = _Connection(
            self._config.commands, self._config, reader, writer, peer, drop_every=self.behaviour.drop_every
        )
        state = _State(self._login, self._config, self)
        async with AsyncExitStack() as stack:
            connection_exit.set(stack)
            stack.enter_context(closing(line))
            await line.run(state)
