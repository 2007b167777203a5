"""A private Dovecot 2.3 on loopback: a real IMAP server for tests and benchmarks, in a folder of its own."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from imapclient import imap_utf7

BINARY = "/usr/sbin/dovecot"
PASSWORD = "secret-sq-2026"

CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
log_path = {folder}/dovecot.log
ssl = no
auth_mechanisms = plain login
disable_plaintext_auth = no
auth_username_format = %Lu
auth_failure_delay = 0
auth_verbose = no
first_valid_uid = 1
mail_uid = {uid}
mail_gid = {gid}
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
mail_home = {folder}/mail/%u
mail_location = maildir:{folder}/mail/%u/Maildir
mail_fsync = never
mail_max_userip_connections = 100
mailbox_list_index = no
namespace inbox {{
  inbox = yes
  mailbox 已发送 {{
    auto = create
    special_use = \\Sent
  }}
  mailbox 垃圾邮件 {{
    auto = create
    special_use = \\Junk
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """Start, deliver, look, stop. Any user name logs in with `password`; mail of a user lives in his Maildir."""

    host = "127.0.0.1"
    password = PASSWORD

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._serial = 0
        root = os.geteuid() == 0
        self._owner = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
        self._login = "nobody" if root else self._owner.pw_name

    @staticmethod
    def installed() -> bool:
        return Path(BINARY).exists()

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "mail").mkdir(exist_ok=True)
        (self.folder / "run").mkdir(exist_ok=True)
        self._give(self.folder, self.folder / "mail")
        self._open_path()
        config = self.folder / "dovecot.conf"
        group = _group_name(self._owner.pw_gid)
        config.write_text(
            CONFIG.format(
                folder=self.folder,
                uid=self._owner.pw_uid,
                gid=self._owner.pw_gid,
                internal=self._owner.pw_name,
                group=group,
                login=self._login,
                port=self.port,
                password=PASSWORD,
            ),
            encoding="utf-8",
        )
        self._process = subprocess.Popen(
            [BINARY, "-F", "-c", str(config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._await_greeting()

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As when the machine is switched off: no goodbye to anybody."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def maildir(self, user: str, folder: str = "INBOX") -> Path:
        """Where the mail of a folder lies (Maildir++; folder names in modified UTF-7)."""
        home = self.folder / "mail" / user.lower() / "Maildir"
        return home if folder == "INBOX" else home / f".{imap_utf7.encode(folder).decode('ascii')}"

    def deliver(
        self, user: str, raw: bytes, folder: str = "INBOX", received_at: datetime | None = None, seen: bool = False
    ) -> Path:
        """Put a mail into a folder as a delivery agent does: written aside, then renamed in."""
        maildir = self.maildir(user, folder)
        self._make(maildir)
        self._serial += 1
        now = received_at or datetime.now(UTC)
        name = f"{int(now.timestamp())}.M{self._serial:06}P{os.getpid()}.tests"
        aside = maildir / "tmp" / name
        aside.write_bytes(raw)
        os.utime(aside, (now.timestamp(), now.timestamp()))
        self._give(aside)
        final = maildir / "cur" / f"{name}:2,S" if seen else maildir / "new" / name
        aside.rename(final)
        return final

    def deliver_all(self, user: str, mails: Iterable[bytes], folder: str = "INBOX") -> None:
        for raw in mails:
            self.deliver(user, raw, folder)

    def files(self, user: str, folder: str = "INBOX") -> list[Path]:
        maildir = self.maildir(user, folder)
        return sorted(p for sub in ("new", "cur") if (maildir / sub).is_dir() for p in (maildir / sub).iterdir())

    def rebuild(self, user: str, folder: str = "INBOX") -> None:
        """A new UIDVALIDITY and UIDs from 1, as after a repair of the mailbox. Open connections are cut."""
        self.stop()
        maildir = self.maildir(user, folder)
        uidlist = maildir / "dovecot-uidlist"
        before = uidlist.read_text(encoding="utf-8").splitlines()[0] if uidlist.exists() else "3 V1 N1"
        validity = next(int(word[1:]) for word in before.split() if word.startswith("V"))
        for path in maildir.glob("dovecot*"):
            path.unlink()
        uidlist.write_text(f"3 V{validity + 1} N1\n", encoding="utf-8")
        self._give(uidlist)
        self.start()

    def pids(self) -> list[int]:
        """The master, for those who want to stop it in its tracks (SIGSTOP)."""
        return [self._process.pid] if self._process else []

    def _make(self, maildir: Path) -> None:
        if (maildir / "tmp").is_dir():
            return
        for sub in ("tmp", "new", "cur"):
            (maildir / sub).mkdir(parents=True, exist_ok=True)
        home = self.folder / "mail"
        for path in (maildir, *maildir.iterdir(), *(p for p in maildir.parents if p.is_relative_to(home))):
            self._give(path)

    def _give(self, *paths: Path) -> None:
        if os.geteuid() == 0:
            for path in paths:
                os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def _open_path(self) -> None:
        """Started by root, Dovecot reads mail as nobody: the way there must be passable. Only folders of ours change."""
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.parents):
                mode = path.stat().st_mode
                if path.stat().st_uid == 0 and not mode & 0o001 and path != Path("/root"):
                    path.chmod(mode | 0o011)

    def _await_greeting(self) -> None:
        for _ in range(500):
            try:
                with socket.create_connection((self.host, self.port), timeout=0.5) as sock:
                    if sock.recv(16).startswith(b"* OK"):
                        return
            except OSError:
                pass
            if self._process is not None and self._process.poll() is not None:
                break
            time.sleep(0.02)
        log = self.folder / "dovecot.log"
        self.kill()
        raise RuntimeError("Dovecot does not start: " + (log.read_text(encoding="utf-8") if log.exists() else "no log"))

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if how != signal.SIGKILL:
            process.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.5)  # it waits for its children, and they for their clients
        _kill_group(process.pid)
        process.wait(20)


def _kill_group(pid: int) -> None:
    """Children that outlive the master would keep the port."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _group_name(gid: int) -> str:
    return grp.getgrgid(gid).gr_name


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
