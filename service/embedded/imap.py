"""The built-in server's IMAP side: pymap's, with 163's manners on request."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import datetime
from pathlib import Path
from typing import Any

from proxyprotocol.sock import SocketInfo, SocketInfoLocal
from pymap.backend.dict import Config, Identity, Login
from pymap.backend.dict.filter import FilterSet
from pymap.context import connection_exit
from pymap.exceptions import InvalidAuth
from pymap.imap import IMAPConnection
from pymap.imap.state import ConnectionState
from pymap.parsing.message import AppendMessage
from pymap.parsing.response import ResponseNo
from pymap.parsing.response.code import UidNext
from pymap.parsing.response.specials import ListResponse, StatusResponse
from pymap.user import UserMetadata

from service.embedded.behaviour import Behaviour
from service.embedded.mailboxes import Folder, Kept, Mailboxes

UNSAFE = b"SELECT Unsafe Login. Please contact kefu@188.com for help"
TEXT_KEYS = frozenset({b"FROM", b"TO", b"CC", b"BCC", b"SUBJECT", b"BODY", b"TEXT", b"HEADER"})


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
        self._made: dict[str, Mailboxes] = {}
        self._writers: set[asyncio.StreamWriter] = set()

    async def mailboxes(self, address: str) -> Mailboxes:
        """The folders of an address; made when first asked for."""
        address = address.lower()
        if address in self._made:
            return self._made[address]
        place = None if self._folder is None else self._folder / address.replace("/", "_")
        mailboxes = self._made[address] = Mailboxes(self.behaviour, place)
        self._config.set_cache[address] = (mailboxes, FilterSet())
        self._login.users_dict[address] = UserMetadata(self._config, address)
        await mailboxes.load()
        return mailboxes

    async def _find(self, address: str, folder: str) -> Folder:
        return await (await self.mailboxes(address)).find(folder)

    async def append(self, address: str, folder: str, raw: bytes, received_at: datetime) -> int:
        message = await (await self._find(address, folder)).append(AppendMessage(raw, received_at), recent=True)
        return int(message.uid)

    async def mails(self, address: str, folder: str) -> list[Kept]:
        return await (await self._find(address, folder)).kept()

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
