"""The built-in server's mailboxes: pymap's folders, with every mail also a file, so that they outlive the server."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pymap.backend.dict.mailbox import MailboxData, MailboxSet, Message
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import Flag, ObjectId

from service.embedded.behaviour import Behaviour

FLAG_LETTERS = {rb"\Seen": "S", rb"\Answered": "R", rb"\Flagged": "F", rb"\Deleted": "T", rb"\Draft": "D"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail in a folder."""

    uid: int
    flags: frozenset[str]
    raw: bytes
    received_at: datetime


class Folder(MailboxData):
    """A folder of pymap's, mirrored to files `UID,FLAGS.eml`; the file time is the time of receipt."""

    def __init__(self, mailboxes: Mailboxes, folder: Path | None, uidvalidity: int | None) -> None:
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
            aside.write_bytes(_raw_of(message))
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
        if copied is not None and isinstance(destination, Folder):
            destination.mirror(copied)
        return copied

    async def move(self, uid: int, destination: MailboxData, *, recent: bool = False) -> int | None:
        moved: int | None = await super().move(uid, destination, recent=recent)
        self.mirror(uid)
        if moved is not None and isinstance(destination, Folder):
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

    async def kept(self) -> list[Kept]:
        """What lies in it."""
        return [
            Kept(
                message.uid,
                frozenset(bytes(flag).decode("ascii") for flag in message.permanent_flags),
                _raw_of(message),
                message.internal_date,
            )
            async for message in self.messages()
        ]

    async def rebuild(self, uidvalidity: int | None) -> None:
        """Number the mails anew from 1."""
        old = list(self._messages.values())
        await self.delete([message.uid for message in old])
        self._uid_validity = uidvalidity or self._uid_validity + 1
        self._max_uid = 0
        for message in old:
            await self.append(AppendMessage(_raw_of(message), message.internal_date, message.permanent_flags))


def _raw_of(message: Message) -> bytes:
    """The mail as it came."""
    content = message._content  # noqa: SLF001
    return b"" if content is None else bytes(content)


class Mailboxes(MailboxSet):
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

    def _new(self, name: str) -> Folder:
        place = None if self._on_disk is None else self._on_disk / name.replace("%", "%25").replace("/", "%2F")
        return Folder(self, place, self._behaviour.uidvalidity)

    async def load(self) -> None:
        for folder in (self._inbox, *self._set.values()):
            assert isinstance(folder, Folder)
            await folder.load()

    async def find(self, name: str) -> Folder:
        """A folder by its name; made when first asked for."""
        if name != "INBOX" and name not in self._set:
            await self.add_mailbox(name)
        found = await self.get_mailbox(name)
        assert isinstance(found, Folder)
        return found

    async def add_mailbox(self, name: str) -> ObjectId:
        if name in self._set:
            raise ValueError(name)
        self._set[name] = folder = self._new(name)
        return folder.mailbox_id
