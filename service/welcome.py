"""The built-in mail server at the daemon's start: on its usual ports, with sample mails the first time, and how to use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from service.config.config import Config
from service.config.mailbox import EMBEDDED
from service.embedded.server import EmbeddedServer

SAMPLES = Path(__file__).parent / "samples"
#: Easy to remember and free on most machines; where they are taken, the system gives others.
IMAP_PORT, SMTP_PORT = 1143, 1025


def open_embedded(config: Config) -> EmbeddedServer | None:
    """Start the built-in server where a mailbox asks for it; at the very first start it holds the sample mails."""
    users = [m.address for m in config.mailboxes if EMBEDDED in {m.imap, m.smtp}]
    if not users:
        return None
    folder = config.data / "mail"
    fresh = not folder.exists()
    server = _started(folder, users)
    if fresh:
        for sample in sorted(SAMPLES.glob("*.eml")):
            server.deliver(users[0], sample.read_bytes())
    return server


def greeting(config: Config, server: EmbeddedServer | None) -> Iterator[str]:
    """What runs now, and how to stop it: a terminal that stays empty looks as if it hung."""
    for mailbox in config.mailboxes:
        if mailbox.imap != EMBEDDED:
            yield f"已启动：收取 {mailbox.address}，每 {mailbox.poll_seconds:g} 秒看一次新邮件。停止：Ctrl-C"
    if server is not None:
        yield from _how_to_try(config, server)


def _how_to_try(config: Config, server: EmbeddedServer) -> Iterator[str]:
    """How to send a mail of one's own, and where the answers and the digest are to be read."""
    [address, *_] = [m.address for m in config.mailboxes if EMBEDDED in {m.imap, m.smtp}]
    leaving = config.data / "mail" / "外发"
    yield f"内置演示邮箱 {address} 已启动（只在本机，不联网）：SMTP 127.0.0.1:{server.smtp_port}，IMAP 127.0.0.1:{server.imap_port}，密码任意。"
    yield (
        f"寄一封自己的信：curl smtp://127.0.0.1:{server.smtp_port} --mail-from me@example.com "
        f"--mail-rcpt {address} -T 我的信.eml   （或用任何邮件客户端）"
    )
    yield f"回信和日报：{leaving} 里的 .html（用浏览器打开）、.txt、.eml"
    yield "看线索：另开一个终端，执行 .venv/bin/intake cases　　停止：Ctrl-C"


def _started(folder: Path, users: list[str]) -> EmbeddedServer:
    server = EmbeddedServer(folder, users, imap_port=IMAP_PORT, smtp_port=SMTP_PORT)
    try:
        server.start()
    except OSError:
        server = EmbeddedServer(folder, users)
        server.start()
    return server
