"""One logged-in IMAP connection: the commands the mailbox needs, and trouble of any sort turned into two errors."""

from __future__ import annotations

import imaplib
import ipaddress
import select
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError

from intake.mailboxes.fetch import Fetched, read_fetched, uid_set
from intake.mailboxes.mailbox import MailboxRefused, MailboxUnreachable

#: Who we are, for the ID command. 163 opens no folder for a client that has not said it; ASCII only.
IDENTITY = {"name": "yugong-intake", "version": "0.1.0"}
#: A dead peer shows within two minutes: 60 s between signs of life while idling, and 45 s for any answer.
CONNECT_SECONDS, READ_SECONDS, IDLE_SECONDS = 15.0, 45.0, 60.0
STEP_SECONDS = 0.5  # how long a stop may go unnoticed
KEEPALIVE = (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3), ("TCP_USER_TIMEOUT", 60_000))


class FolderError(Exception):
    """The server does not open this folder: it is not there, or not for us."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where to log in, and as whom."""

    host: str
    port: int
    tls: bool
    username: str
    password: str = field(repr=False)
    password_place: str = ""  # where the password is written, for the sentence that says it is wrong
    ssl_context: ssl.SSLContext | None = None
    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float = READ_SECONDS


@dataclass(frozen=True, slots=True)
class Selected:
    """The open folder, as the server described it."""

    name: str
    readonly: bool
    uidvalidity: int
    uidnext: int | None  # 163 does not say


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as LIST names it."""

    name: str
    flags: frozenset[str]  # \\junk, \\sent, \\noselect … in lower case


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class Connection:
    """Good until the first MailboxUnreachable; then it is to be thrown away, IMAPClient cannot be used after an error."""

    def __init__(self, account: Account) -> None:
        assert account.tls or is_loopback(account.host), "plain imap:// is for loopback only"
        self._account = account
        self.selected: Selected | None = None
        with self._trouble("连接"):
            self._client: Any = IMAPClient(
                account.host,
                account.port,
                ssl=account.tls,
                ssl_context=account.ssl_context,
                timeout=cast("Any", SocketTimeout(account.connect_seconds, account.read_seconds)),
            )
            self._imap: Any = self._client._imap  # noqa: SLF001 - its FETCH parser costs 18 times imaplib's, see decision 0003
            self._imap.debug = 0  # IMAPClient hands every line to its log; ours holds no text of a mail
        try:
            self._tune()
            self._login()
            self._identify()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def _trouble(self, doing: str) -> Iterator[None]:
        try:
            yield
        except (OSError, imaplib.IMAP4.error, ValueError) as error:
            raise MailboxUnreachable(
                f"邮件服务器 {self._account.host}:{self._account.port} 在{doing}时没有正常应答（{_words(error)}）。"
                "请检查网络和服务器地址；稍后会自动重试。"
            ) from error

    def _tune(self) -> None:
        """Without NODELAY every literal costs 43 ms; keep-alive notices a peer that is gone while nothing is said."""
        sock: socket.socket = self._client.socket()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in KEEPALIVE:
            if hasattr(socket, name):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def _login(self) -> None:
        account = self._account
        if not account.password.isascii():
            raise MailboxRefused(f"邮箱 {account.username} 的授权码含有非 ASCII 字符{self._place()}，请重新复制。")
        with self._trouble("登录"):
            try:
                self._client.login(account.username, account.password)
            except LoginError as error:
                if isinstance(error.__context__, imaplib.IMAP4.abort) or "[UNAVAILABLE]" in str(error).upper():
                    raise imaplib.IMAP4.abort(str(error)) from error
                words = _words(error).replace(account.password, "***") if account.password else _words(error)
                raise MailboxRefused(
                    f"邮箱 {account.username} 登录被拒绝（服务器答复：{words}）。请核对授权码{self._place()}："
                    "授权码不是网页登录密码，在网页邮箱“设置 → POP3/SMTP/IMAP”中生成；并确认 IMAP 服务已开启。"
                ) from error

    def _place(self) -> str:
        return f"（{self._account.password_place}）" if self._account.password_place else ""

    def _identify(self) -> None:
        """ID after every login. A server that does not know the command may refuse it; that is no trouble."""
        with self._trouble("登录"):
            if self._client.has_capability("ID"):
                self._say_id()

    def _say_id(self) -> None:
        pairs = " ".join(f'"{key}" "{value}"' for key, value in IDENTITY.items())
        with suppress(imaplib.IMAP4.error):
            self._imap._simple_command("ID", f"({pairs})")  # noqa: SLF001 - id_() is refused where ID is not advertised

    def has(self, capability: str) -> bool:
        with self._trouble("查询能力"):
            return bool(self._client.has_capability(capability))

    def folders(self) -> list[Folder]:
        with self._trouble("列出文件夹"):
            return [
                Folder(name, frozenset(flag.decode("ascii", "replace").lower() for flag in flags))
                for flags, _, name in self._client.list_folders()
            ]

    def select(self, name: str, *, readonly: bool = True) -> Selected:
        """Open a folder. Raises FolderError, and MailboxRefused where 163 says "Unsafe Login" even after a second ID."""
        self.selected = None
        with self._trouble("打开文件夹"):
            try:
                answer = self._select(name, readonly)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise FolderError(_words(error)) from error
        self.heard()
        self.selected = Selected(name, readonly, answer.get(b"UIDVALIDITY", 0), answer.get(b"UIDNEXT"))
        return self.selected

    def _select(self, name: str, readonly: bool) -> dict[bytes, Any]:
        try:
            return dict(self._client.select_folder(name, readonly=readonly))
        except imaplib.IMAP4.error as error:
            if "unsafe login" not in str(error).lower():
                raise
        self._say_id()
        try:
            return dict(self._client.select_folder(name, readonly=readonly))
        except imaplib.IMAP4.error as error:
            if "unsafe login" not in str(error).lower():
                raise
            raise MailboxRefused(
                f"邮箱 {self._account.username} 能登录，但服务器以“Unsafe Login”拒绝打开文件夹（授权码没有错）。"
                "请在网页邮箱中确认这次登录是本人操作，并确认 IMAP 服务已开启；仍不行时联系 kefu@188.com。"
            ) from error

    def heard(self) -> bool:
        """True: since the last question the server has said, unasked, that the open folder's size changed."""
        said = self._imap.untagged_responses
        for notice in ("EXPUNGE", "RECENT", "FETCH"):
            said.pop(notice, None)
        return said.pop("EXISTS", None) is not None

    def noop(self) -> None:
        """The cheapest question there is; `heard` then tells whether the open folder changed."""
        with self._trouble("询问"):
            self._imap.noop()

    def search(self, *criteria: str | date) -> frozenset[int]:
        """UIDs only; what 163 cannot be trusted with (FROM, SUBJECT, HEADER) is not asked of anybody."""
        with self._trouble("查找邮件"):
            uids = frozenset(int(uid) for uid in self._client.search(list(criteria)))
        if uids and self.selected is not None and self.selected.uidnext is not None:
            self.selected = replace(self.selected, uidnext=max(self.selected.uidnext, max(uids) + 1))
        return uids

    def above(self, uid: int) -> frozenset[int]:
        """`n:*` always names the last mail, also when its UID is below n."""
        return frozenset(found for found in self.search("UID", f"{uid + 1}:*") if found > uid)

    def fetch(self, uids: Iterable[int], items: str) -> dict[int, Fetched]:
        """What the server tells of these mails; one that is missing here is asked for again another time."""
        wanted = set(uids)
        if not wanted:
            return {}
        with self._trouble("收取邮件"):
            answer, pieces = self._imap.uid("FETCH", uid_set(wanted), items)
            if answer != "OK":  # NO: some could not be had; what came is kept
                pieces = self._imap.untagged_responses.pop("FETCH", [])
        return {uid: mail for uid, mail in read_fetched(pieces).items() if uid in wanted}

    def store(self, uids: Iterable[int], flag: str) -> None:
        self._change("STORE", uid_set(uids), "+FLAGS.SILENT", f"({flag})")

    def move(self, uids: Sequence[int], folder: str) -> None:
        """MOVE, or COPY and \\Deleted and UID EXPUNGE; a plain EXPUNGE would take away what a person has marked."""
        target = self._client._normalise_folder(folder)  # noqa: SLF001 - modified UTF-7 and quoting
        if self.has("MOVE"):
            self._change("MOVE", uid_set(uids), target)
            return
        self._change("COPY", uid_set(uids), target)
        self.store(uids, r"\Deleted")
        if self.has("UIDPLUS"):
            self._change("EXPUNGE", uid_set(uids))

    def _change(self, command: str, *arguments: str | bytes) -> None:
        with self._trouble("标记邮件"):
            answer, words = self._imap.uid(command, *arguments)
            if answer != "OK":
                raise imaplib.IMAP4.error(f"{command}: {words}")

    def create(self, folder: str) -> None:
        """A folder that is there already is no trouble."""
        with self._trouble("新建文件夹"), suppress(imaplib.IMAP4.error):
            self._client.create_folder(folder)

    def idle(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """Wait for a word from the server, at most `seconds`. True: the open folder changed.

        IDLE ends as soon as anything can be read, and the rest is read up to the tagged answer under the socket's
        timeout: reading single lines without one was seen to lose half lines and to swallow a closed connection.
        """
        ends = time.monotonic() + seconds
        with self._trouble("等待新邮件"):
            self._client.idle()
            sock = self._client.socket()
            waiting = not self._buffered(sock)
            while waiting and not stop() and (left := ends - time.monotonic()) > 0:
                waiting = not self._readable(sock, min(left, STEP_SECONDS))
            self._client.idle_done()
        return self.heard()

    def _buffered(self, sock: socket.socket) -> bool:
        """True: a notice came in one packet with the "+ idling", and is past where polling the socket would show it."""
        file: Any = getattr(self._imap, "file", None)
        if not hasattr(file, "peek"):
            return False
        sock.settimeout(0)
        try:
            return bool(file.peek(1))
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            sock.settimeout(self._account.read_seconds)

    @staticmethod
    def _readable(sock: socket.socket, seconds: float) -> bool:
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        poller = select.poll()
        poller.register(sock.fileno(), select.POLLIN)
        return bool(poller.poll(seconds * 1000))

    def logout(self) -> None:
        with suppress(OSError, imaplib.IMAP4.error):
            self._client.logout()
        self.close()

    def close(self) -> None:
        with suppress(OSError, imaplib.IMAP4.error, AttributeError):
            self._client.shutdown()


def _words(error: BaseException) -> str:
    """The server's or the system's own words, on one line and short."""
    text = str(error) or type(error).__name__
    if text.startswith(("b'", 'b"')):
        text = text[2:-1]
    return "".join(c if c.isprintable() else " " for c in text)[:200].strip()
