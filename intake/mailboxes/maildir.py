"""A Maildir, or a plain folder of .eml files, as a mailbox: for imports, demos and servers that deliver to disk."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from imapclient import imap_utf7

from intake.mailboxes.folder_names import JUNK_NAMES, SENT_NAMES
from intake.mailboxes.mailbox import Delivery, MailboxRefused, MailboxUnreachable, Mark, Marks

INDEX = ".intake-uids"  # in the folder: first line the UIDVALIDITY, then `UID NAME`; only ever appended to
HEADER_LIMIT = 1024 * 1024
STEP_SECONDS = 0.5
INFO = ":2,"


@dataclass(slots=True)
class _Index:
    """Which file has which UID. A file keeps its number when it is renamed for its flags or moved from new to cur."""

    path: Path
    uidvalidity: int = 0
    names: list[str] = field(default_factory=list)  # names[uid - 1]
    uids: dict[str, int] = field(default_factory=dict)

    def load(self) -> None:
        """Read it once. A lost index gets a new UIDVALIDITY: everything is read again, which the archive makes harmless."""
        if self.uidvalidity:
            return
        lines = self.path.read_bytes().decode("utf-8", "surrogateescape").split("\n") if self.path.exists() else [""]
        if not lines[0].isdigit():
            self.uidvalidity = time.time_ns() // 1_000_000_000
            self._write(f"{self.uidvalidity}\n", "wb")
            return
        self.uidvalidity = int(lines[0])
        if lines[-1]:  # cut off in the middle of a line by a crash
            lines.pop()
            self._write("\n".join([*lines, ""]), "wb")
        for line in lines[1:]:
            if line:
                self._take(line.partition(" ")[2])

    def number(self, names: Sequence[str]) -> None:
        """Give UIDs to new names, in their order; on disk before anybody hears of them."""
        fresh = [name for name in names if name not in self.uids]
        if fresh:
            first = len(self.names) + 1
            self._write("".join(f"{uid} {name}\n" for uid, name in enumerate(fresh, first)), "ab")
            for name in fresh:
                self._take(name)

    def _take(self, name: str) -> None:
        self.names.append(name)
        self.uids[name] = len(self.names)

    def _write(self, text: str, mode: str) -> None:
        with self.path.open(mode) as file:
            file.write(text.encode("utf-8", "surrogateescape"))
            file.flush()
            os.fsync(file.fileno())


@dataclass(slots=True)
class _Watched:
    name: str
    path: Path
    index: _Index
    stamp: tuple[int, ...] = ()  # of the directories when they were last read
    files: dict[str, Path] = field(default_factory=dict)  # name without flags -> file

    def scan(self) -> None:
        """Read the directories if they changed. A change within the clock's grain of the last look is looked at again."""
        stamp = tuple(place.stat().st_mtime_ns for place in _places(self.path))
        if stamp == self.stamp:
            return
        self.files = {_base(file.name): file for place in _places(self.path) for file in _mails(place, self.path)}
        fresh = [(file.stat().st_mtime_ns, base) for base, file in self.files.items() if base not in self.index.uids]
        self.index.number([base for _, base in sorted(fresh)])
        recent = stamp and max(stamp) > time.time_ns() - 1_000_000_000
        self.stamp = () if recent else stamp


class MaildirMailbox:
    """Implements `intake.mailboxes.mailbox.Mailbox`. `covered` and `warnings` as in `intake.mailboxes.imap.ImapMailbox`."""

    def __init__(  # noqa: PLR0917 - as for IMAP
        self,
        name: str,
        path: Path,
        folders: Sequence[str] = ("INBOX",),
        max_message_bytes: int = 70 * 1024 * 1024,
        batch_count: int = 50,
        batch_bytes: int = 8 * 1024 * 1024,
    ) -> None:
        self.name = name
        self.covered: dict[str, Mark] = {}
        self.warnings: list[str] = []
        self._path, self._folders = path, tuple(folders) or ("INBOX",)
        self._max_message_bytes = max_message_bytes
        self._batch_count, self._batch_bytes = batch_count, batch_bytes
        self._watched: dict[str, _Watched] = {}

    def new_messages(self, marks: Marks) -> Iterator[Sequence[Delivery]]:
        self.probe()
        for folder in self._folders:
            watched = self._find(folder)
            if watched is None:
                self._warn(f"邮箱 {self.name} 中没有文件夹“{folder}”，已跳过；请核对 config.toml 的 folders。")
                continue
            yield from self._visit(watched, marks.get(folder))

    def _visit(self, watched: _Watched, mark: Mark | None) -> Iterator[list[Delivery]]:
        with _Reach(self.name, watched.path):
            watched.index.load()
            watched.scan()
        index = watched.index
        if mark is None or mark.uidvalidity != index.uidvalidity:
            mark = Mark(index.uidvalidity, 0)
        self.covered[watched.name] = mark
        waiting = [uid for uid in range(mark.uid + 1, len(index.names) + 1) if uid not in mark.beyond]
        batch: list[Delivery] = []
        gaps: list[int] = []
        for uid in waiting:
            file = watched.files.get(index.names[uid - 1])
            delivery = None if file is None else self._read(watched.name, index.uidvalidity, uid, file)
            if delivery is None:
                gaps += [] if file is None or not file.exists() else [uid]
                continue
            if batch and self._full(batch, len(delivery.raw)):
                yield batch
                batch = []
            batch.append(delivery)
        if batch:
            yield batch
        top = gaps[0] - 1 if gaps else len(index.names)
        beyond = frozenset(range(top + 1, len(index.names) + 1)) - set(gaps)
        self.covered[watched.name] = Mark(index.uidvalidity, top, beyond)

    def _full(self, batch: Sequence[Delivery], more: int) -> bool:
        return len(batch) >= self._batch_count or sum(len(d.raw) for d in batch) + more > self._batch_bytes

    def _read(self, folder: str, uidvalidity: int, uid: int, file: Path) -> Delivery | None:
        """None: gone meanwhile, or not readable now."""
        try:
            status = file.stat()
            complete = status.st_size <= self._max_message_bytes
            raw = file.read_bytes() if complete else _header(file)
        except FileNotFoundError:
            return None
        except OSError as error:
            self._warn(f"邮件文件 {file} 读不出来（{error.strerror}），请检查权限。")
            return None
        received_at = datetime.fromtimestamp(status.st_mtime, UTC)
        return Delivery(folder, uidvalidity, uid, received_at, raw, complete, status.st_size, folder in JUNK_NAMES)

    def done(self, deliveries: Sequence[tuple[str, int, int]], after_filing: str) -> None:
        for folder, uidvalidity, uid in deliveries if after_filing != "nothing" else ():
            watched = self._find(folder)
            if watched is None:
                continue
            with _Reach(self.name, watched.path):
                watched.index.load()
                watched.scan()
                if uidvalidity == watched.index.uidvalidity and 0 < uid <= len(watched.index.names):
                    self._finish(watched, watched.index.names[uid - 1], after_filing)

    def _finish(self, watched: _Watched, base: str, after_filing: str) -> None:
        file = watched.files.get(base)
        if file is None:
            return
        target = after_filing.removeprefix("move:")
        if target != after_filing:
            place = _folder_path(self._path, target, maildir=_is_maildir(watched.path))
            _make(place, maildir=_is_maildir(watched.path))
            wanted = (place / "cur" if _is_maildir(watched.path) else place) / file.name
        elif _is_maildir(watched.path):
            letters = "".join(sorted({*file.name.partition(INFO)[2], "S"}))
            wanted = watched.path / "cur" / f"{base}{INFO}{letters}"
        else:
            return  # a plain file has no flags
        try:
            file.rename(wanted)
        except FileNotFoundError:
            return  # a person was faster
        watched.stamp = ()
        watched.files.pop(base)

    def sent_ids(self, since: datetime) -> frozenset[str]:
        found: set[str] = set()
        for path in {_folder_path(self._path, name, maildir=flag) for name in SENT_NAMES for flag in (True, False)}:
            for place in _places(path) if path.is_dir() else ():
                recent = (file for file in _mails(place, path) if file.stat().st_mtime >= since.timestamp() - 86_400)
                found.update(message_id for file in recent for message_id in _message_ids(_header(file)))
        return frozenset(found)

    def wait(self, seconds: float, stop: Callable[[], bool]) -> None:
        """Return when a directory changes."""
        ends = time.monotonic() + seconds
        before = self._stamps()
        while not stop() and (left := ends - time.monotonic()) > 0 and self._stamps() == before:
            time.sleep(min(left, STEP_SECONDS))

    def _stamps(self) -> list[int]:
        places = [place for watched in self._watched.values() for place in _places(watched.path)]
        return [place.stat().st_mtime_ns for place in places if place.is_dir()]

    def probe(self) -> None:
        """Raises MailboxUnreachable where there is no such folder, MailboxRefused where it cannot be used."""
        if not self._path.is_dir():
            raise MailboxUnreachable(
                f'邮箱 {self.name} 的文件夹 {self._path} 不存在；请新建它，或改正 config.toml 的 imap = "maildir:…"。'
            )
        if not os.access(self._path, os.R_OK | os.W_OK | os.X_OK):
            raise MailboxRefused(f"邮箱 {self.name} 的文件夹 {self._path} 不能读写，请给运行本程序的用户授予权限。")

    def close(self) -> None:
        self._watched.clear()

    def _find(self, folder: str) -> _Watched | None:
        if folder not in self._watched:
            plain = self._path if folder == "INBOX" else _folder_path(self._path, folder, maildir=False)
            dotted = plain if folder == "INBOX" else _folder_path(self._path, folder, maildir=True)
            path = next((path for path in (dotted, plain) if path.is_dir()), None)
            if path is None:
                return None
            self._watched[folder] = _Watched(folder, path, _Index(path / INDEX))
        return self._watched[folder]

    def _warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)


class _Reach:
    """Trouble with the disk as the mailbox errors."""

    def __init__(self, name: str, path: Path) -> None:
        self._name, self._path = name, path

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        if isinstance(error, PermissionError):
            sentence = f"邮箱 {self._name} 的文件夹 {self._path} 不能读写，请给运行本程序的用户授予权限。"
            raise MailboxRefused(sentence) from error
        if isinstance(error, OSError):
            raise MailboxUnreachable(
                f"邮箱 {self._name} 的文件夹 {self._path} 暂时不可用（{error.strerror}）。"
            ) from error


def _is_maildir(path: Path) -> bool:
    return (path / "cur").is_dir() or (path / "new").is_dir()


def _places(path: Path) -> list[Path]:
    """Where the mails of a folder lie: new and cur of a Maildir, else the folder itself."""
    return [path / sub for sub in ("new", "cur") if (path / sub).is_dir()] or [path]


def _mails(place: Path, folder: Path) -> Iterator[Path]:
    with os.scandir(place) as entries:
        for entry in entries:
            plain = place == folder
            if entry.name.startswith(".") or (plain and not entry.name.lower().endswith(".eml")):
                continue
            if "\n" not in entry.name and entry.is_file():
                yield place / entry.name


def _base(name: str) -> str:
    return name.partition(INFO)[0]


def _folder_path(root: Path, folder: str, *, maildir: bool) -> Path:
    """Maildir++ puts folders beside new and cur, as `.Name` in modified UTF-7; plain folders lie below by name."""
    if maildir:
        return root / f".{imap_utf7.encode(folder).decode('ascii').replace('/', '.')}"
    return root / folder.replace("/", "_").lstrip(".")


def _make(place: Path, *, maildir: bool) -> None:
    for sub in ("tmp", "new", "cur") if maildir else ("",):
        (place / sub).mkdir(parents=True, exist_ok=True)


def _header(file: Path) -> bytes:
    """The header alone, up to and including its empty line."""
    with file.open("rb") as opened:
        start = opened.read(HEADER_LIMIT)
    end = re.search(rb"\r?\n\r?\n", start)
    return start[: end.end()] if end else start


def _message_ids(header: bytes) -> list[str]:
    found = re.findall(rb"^message-id:\s*(<[^<>\s]+>)", header, re.IGNORECASE | re.MULTILINE)
    return [message_id.decode("ascii", "replace") for message_id in found]
