"""The service as its people meet it: config.toml, the command, a mail server before and behind it. For end-to-end tests."""

from __future__ import annotations

import email
import email.policy
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from email.message import EmailMessage
from pathlib import Path
from random import Random
from typing import Any, Protocol
from unittest.mock import patch

from forms import filled_form
from letters import CLIENTS, File, Letter
from people import Person, person

from service.cli import DONE, run
from service.embedded.server import EmbeddedServer

ROOT = Path(__file__).parent.parent
INTAKE = Path(sys.executable).parent / "intake"
ADDRESS = "ceacq@163.com"


class Server(Protocol):
    """Where submitters' mail arrives."""

    host: str
    port: int
    password: str

    def deliver(self, user: str, raw: bytes) -> object: ...


class Embedded(EmbeddedServer):
    """The built-in server, spoken to like any other."""

    password = "secret-code"

    @property
    def port(self) -> int:
        return self.imap_port


class World:
    """One service in a folder of its own. Mail comes in at `server`; what leaves can be read at `exit`."""

    def __init__(self, folder: Path, server: Server, leaving: EmbeddedServer, address: str = ADDRESS) -> None:
        self.folder, self.server, self.exit, self.address = folder, server, leaving, address
        self.config = folder / "config.toml"
        self.password = server.password
        self.write()

    def write(
        self, mailbox: str = "", more: str = "", *, imap: str = "", smtp: str = "", rules: Path = ROOT / "rules"
    ) -> None:
        """Write config.toml, with further lines in the mailbox's table, and further tables."""
        self.config.write_text(
            f"""
[service]
data = "data"
campaigns = "{rules}"
[reading]
workers = 1
[database]
url = "sqlite:///data/intake.db"
[[mailbox]]
name = "ceacq"
address = "{self.address}"
username = "{self.address}"
campaigns = ["yugong-story"]
imap = "{imap or f"imap://{self.server.host}:{self.server.port}"}"
smtp = "{smtp or f"smtp://127.0.0.1:{self.exit.smtp_port}"}"
poll_seconds = 0.2
send_interval_seconds = 0
send_per_hour = 100000
send_per_day = 100000
retry_seconds = [1, 2]
{mailbox}
{more}
""",
            encoding="utf-8",
        )

    # --- the command ---

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "INTAKE_MAIL_PASSWORD": self.password, "PYTHONUTF8": "1"}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """The command in this process, which has loaded what a new one loads for a second or two. A mistake of ours is
        raised."""
        said, wrong = io.StringIO(), io.StringIO()
        with redirect_stdout(said), redirect_stderr(wrong), patch.dict(os.environ, self.environment):
            code = run(["--config", str(self.config), *command])
        return subprocess.CompletedProcess(command, code, said.getvalue(), wrong.getvalue())

    def process(self, *command: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """The command in a process of its own, as people start it. `inspect` needs one: it forks, which is for a process
        without threads."""
        return subprocess.run(
            [INTAKE, "--config", self.config, *command],
            env=self.environment, capture_output=True, encoding="utf-8", timeout=timeout, check=False,
        )  # fmt: skip

    @property
    def output(self) -> Path:
        """What started commands say."""
        return self.folder / "output.log"

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        with self.output.open("ab") as log:
            return subprocess.Popen(
                [INTAKE, "--config", self.config, *command], env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """The daemon, ended in good order: when it has begun, for Python itself dies of a signal before that."""
        said = self.output.stat().st_size if self.output.exists() else 0
        daemon = self.start("run")
        try:
            until(lambda: self.output.stat().st_size > said)
            yield daemon
        finally:
            daemon.terminate()
            assert daemon.wait(10) == 0, self.output.read_text("utf-8")[-2000:]

    def once(self, code: int = 0) -> str:
        """One round; its exit code is checked, its output returned."""
        done = self.run("run", "--once")
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def rows(self, *command: str) -> list[dict[str, Any]]:
        """What a command lists for programs."""
        done = self.run(*command, "--json")
        assert done.returncode == DONE, done.stderr
        rows: list[dict[str, Any]] = json.loads(done.stdout)
        return rows

    def cases(self) -> list[dict[str, Any]]:
        return self.rows("cases", "list")

    def messages(self) -> list[dict[str, Any]]:
        return self.rows("messages", "list")

    def outbox(self) -> list[dict[str, Any]]:
        return self.rows("outbox", "list")

    # --- mail ---

    def deliver(self, *raws: bytes) -> None:
        for raw in raws:
            self.server.deliver(self.address, raw)

    def received_by(self, address: str) -> list[EmailMessage]:
        """The mails that reached somebody."""
        found = (email.message_from_bytes(kept.raw, policy=email.policy.default) for kept in self.exit.mails(address))
        return [mail for mail in found if isinstance(mail, EmailMessage)]


def nomination(number: int, one: Person | None = None, client: str = "", **more: object) -> bytes:
    """A mail of sender N about a nominee of his own."""
    one = one or person(Random(9000 + number), 5_000 + number)
    write = CLIENTS[client] if client else list(CLIENTS.values())[number % len(CLIENTS)]
    full = person(Random(9000 + number), 5_000 + number)
    subject = f"渝工故事线索+{full.written['recommender']}+{full.written['recommender_phone']}"
    plain = {
        "subject": subject,
        "sender": f"sender{number}@example.com",
        "sender_name": f"推荐人{number}",
        "files": (File("征集表.docx", filled_form(one.written)),),
        "message_id": f"<nomination-{number}@example.com>",
    }
    return write(Letter(**{**plain, **more}))


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait for it; fail when it does not come."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain",))
    assert body is not None
    return str(body.get_content())
