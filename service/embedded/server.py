"""The built-in server itself: one thread, both ports, a mailbox for every address."""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from service.embedded.behaviour import Behaviour

if TYPE_CHECKING:
    from service.embedded.imap import Store
    from service.embedded.mailboxes import Kept

HOST = "127.0.0.1"
STARTS_WITHIN = 20.0
_Result = TypeVar("_Result")


class EmbeddedMissingError(Exception):
    """The libraries of the built-in server are not installed. The message is a Chinese sentence with the mend."""


class EmbeddedServer:
    """Runs in one background thread with one event loop. Every address has a mailbox as soon as somebody asks for it.

    With a folder, mail survives a restart (`folder/邮箱`), and what the service sends can be read as files
    (`folder/外发`: .eml, .txt, .html). Without one, all is in memory.
    """

    def __init__(
        self,
        folder: Path | None = None,
        addresses: Sequence[str] = (),
        netease: bool = False,
        *,
        behaviour: Behaviour | None = None,
        imap_port: int = 0,
        smtp_port: int = 0,
    ) -> None:
        self.folder = folder
        self.addresses = frozenset(address.lower() for address in addresses)
        self.behaviour = behaviour or (Behaviour.netease() if netease else Behaviour())
        self.host = HOST
        self.imap_port, self.smtp_port = imap_port, smtp_port
        self.answers = {address.lower(): list(words) for address, words in self.behaviour.answers.items()}
        self.commands: list[str] = []  # IMAP commands received, by name
        self.smtp_sessions = 0
        self._store: Store | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stop: asyncio.Event | None = None

    def start(self) -> None:
        """Return when both ports answer. Raises EmbeddedMissingError, or OSError where a port is taken."""
        started: threading.Event = threading.Event()
        trouble: list[BaseException] = []
        _require()
        self._thread = threading.Thread(target=self._run, args=(started, trouble), name="embedded-mail", daemon=True)
        self._thread.start()
        if not started.wait(STARTS_WITHIN):
            raise OSError("内置邮件服务器没有及时启动。")
        if trouble:
            self._thread.join()
            raise trouble[0]

    def stop(self) -> None:
        loop, stop, thread = self._loop, self._stop, self._thread
        if loop is None or stop is None or thread is None:
            return
        with suppress(RuntimeError):  # the loop has ended by itself
            loop.call_soon_threadsafe(stop.set)
        thread.join(STARTS_WITHIN)
        self._loop = self._stop = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def deliver(
        self,
        address: str,
        raw: bytes,
        folder: str = "INBOX",
        received_at: datetime | None = None,
    ) -> int:
        """Put a mail into a mailbox, bytes untouched, as if it had come in just now. Returns its UID."""
        return self._call(self._open().append(address, folder, raw, received_at or datetime.now(UTC)))

    def mails(self, address: str, folder: str = "INBOX") -> list[Kept]:
        """What lies in a folder: uid, flags, raw."""
        return self._call(self._open().mails(address, folder))

    def remove(self, address: str, uid: int, folder: str = "INBOX") -> None:
        """As when a person deletes a mail for good."""
        self._call(self._open().remove(address, folder, uid))

    def rebuild(self, address: str, folder: str = "INBOX", uidvalidity: int | None = None) -> None:
        """Number the mails anew from 1, under another UIDVALIDITY unless the behaviour has a constant one."""
        self._call(self._open().rebuild(address, folder, uidvalidity))

    def script(self, recipient: str, *answers: str) -> None:
        """The next SMTP answers for a recipient ("*": for anybody); then mails are accepted again."""
        self.answers.setdefault(recipient.lower(), []).extend(answers)

    def drop_connections(self) -> None:
        """Cut every open IMAP line, as 163 does now and then."""

        async def drop() -> None:
            self._open().drop()
            await asyncio.sleep(0)

        self._call(drop())

    def _open(self) -> Store:
        if self._store is None:
            raise RuntimeError("the embedded server is not running")
        return self._store

    def _call(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        if self._loop is None:
            work.close()
            raise RuntimeError("the embedded server is not running")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(STARTS_WITHIN)

    def _run(self, started: threading.Event, trouble: list[BaseException]) -> None:
        try:
            asyncio.run(self._serve(started))
        except OSError as error:
            trouble.append(error)
        finally:
            started.set()

    async def _serve(self, started: threading.Event) -> None:
        from service.embedded.imap import Store  # noqa: PLC0415 - the extra `demo` may not be installed
        from service.embedded.smtp import serve_smtp  # noqa: PLC0415

        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        store = Store(self.behaviour, None if self.folder is None else self.folder / "邮箱", self.commands)
        for address in self.addresses:
            await store.mailboxes(address)
        async with store.serve(HOST, self.imap_port) as imap_port, serve_smtp(self, store, HOST) as smtp_port:
            self.imap_port, self.smtp_port = imap_port, smtp_port
            self._store = store
            started.set()
            await self._stop.wait()
            self._store = None


def _require() -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # both libraries are quiet since 2024 and use what Python has deprecated
            import service.embedded.imap  # noqa: PLC0415
            import service.embedded.smtp  # noqa: F401, PLC0415
    except ModuleNotFoundError as error:
        raise EmbeddedMissingError(
            f"内置邮件服务器需要的组件“{error.name}”没有安装：请运行 pip install 'yugong-intake[demo]'，"
            "或在 config.toml 中把 imap 和 smtp 改为真实邮箱的地址。"
        ) from error
