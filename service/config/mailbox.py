"""[[mailbox]]: a mailbox whose mail is read, and the account that its answers leave by."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rules.toml.table import Table
from service.config import values
from service.config.values import DAY, MANY, WEEK

PASSWORD_ENV = "INTAKE_MAIL_PASSWORD"  # noqa: S105 - the variable's name, not a password
EMBEDDED = "embedded:"
MAILDIR = "maildir:"


@dataclass(frozen=True, slots=True)
class MailboxConfig:
    name: str
    address: str
    username: str
    campaigns: tuple[str, ...]
    imap: str  # imaps://host:993, imap:// on loopback, embedded:, maildir:PATH
    smtp: str  # smtps://host:465, smtp:// on loopback, embedded:
    password_env: str = PASSWORD_ENV
    password_file: Path | None = None
    folders: tuple[str, ...] = ("INBOX",)
    poll_seconds: float = 60
    send_interval_seconds: float = 10
    send_per_hour: int = 60  # 0: no limit
    send_per_day: int = 200
    retry_seconds: tuple[float, ...] = (60, 300, 900, 3600)
    after_filing: str = "nothing"
    max_message_mb: int = 70


def mailboxes(root: Table, base: Path, campaigns: Path) -> tuple[MailboxConfig, ...]:
    """All [[mailbox]] tables; at least one, and no two of one name."""
    if not root.has("mailbox"):
        root.fault(None, "缺少设置", "没有写要收哪个邮箱。", "补上 [[mailbox]] 一段，照示例 config.toml 填写。")
    found: list[MailboxConfig] = []
    for table in root.tables("mailbox"):
        mailbox = _mailbox(table, base, campaigns)
        if any(other.name == mailbox.name for other in found):
            message = f"有两个 [[mailbox]] 的「name」都是「{mailbox.name}」。"
            table.fault("name", "名称重复", message, "每个邮箱起一个不同的名称。")
        found.append(mailbox)
    return tuple(found)


def _mailbox(table: Table, base: Path, campaigns: Path) -> MailboxConfig:
    address = values.address(table, "address", "ceacq@163.com")
    mend = f"把授权码放进环境变量 {PASSWORD_ENV}，或放进一个文件（权限 0600）并写 password_file。"
    table.refuse("password", "密码外露", "不能写在 config.toml 里：看到这个文件的人都能看到密码。", mend)
    password_env, password_file = table.text("password_env", None), table.text("password_file", None)
    if password_env is not None and re.fullmatch(r"[A-Za-z]{16}", password_env):  # what 163 makes
        message = f"{table.name} 的「password_env」要写环境变量的名字，现在写的像是授权码本身。"
        table.fault("password_env", "密码外露", message, f'写成 password_env = "{PASSWORD_ENV}"，{mend}')
    if password_env is not None and password_file is not None:
        message = f"{table.name} 里 password_env 和 password_file 只能写一个。"
        table.fault("password_file", "设置冲突", message, "删去其中一行。")
    imap, smtp = _server(table, "imap", base), _server(table, "smtp", base)
    if imap == EMBEDDED and smtp.startswith("smtps://"):
        message = (
            f"{table.name} 收的是内置的演示邮箱，回信却要从「smtp」写的真实服务器发出，示例来信的回信会寄到陌生人那里。"
        )
        table.fault("smtp", "设置冲突", message, '写成 smtp = "embedded:"，或者把 imap 也换成真实的邮箱。')
    return MailboxConfig(
        name=_name(table),
        address=address,
        username=table.text("username", address),
        campaigns=_campaigns(table, campaigns),
        imap=imap,
        smtp=smtp,
        password_env=password_env or PASSWORD_ENV,
        password_file=base / password_file if password_file else None,
        folders=table.texts("folders", ("INBOX",)),
        poll_seconds=values.number(table, "poll_seconds", 60, 0, DAY),
        send_interval_seconds=values.number(table, "send_interval_seconds", 10, 0, DAY),
        send_per_hour=values.whole(table, "send_per_hour", 60, 0, MANY),
        send_per_day=values.whole(table, "send_per_day", 200, 0, MANY),
        retry_seconds=_delays(table),
        after_filing=_after_filing(table),
        max_message_mb=values.whole(table, "max_message_mb", 70, 1, 4096),
    )


def _name(table: Table) -> str:
    name = table.text("name", example="ceacq")
    if table.has("name") and (not name.strip() or set(name) & set("/\\\0\n") or name.startswith(".")):
        table.fault("name", "名称不对", f"{table.name} 的「name」不能为空，也不能含 / 和 \\。", '写成 name = "ceacq"。')
    return name


def _campaigns(table: Table, folder: Path) -> tuple[str, ...]:
    names = table.texts("campaigns", example="yugong-story")
    there = sorted(path.parent.name for path in folder.glob("*/campaign.toml"))
    for index, name in enumerate(names if folder.is_dir() else ()):
        if name not in there:
            known = f"可以写的有：{'、'.join(there)}。" if there else f"{folder} 里一个活动也没有。"
            message = f"{table.name} 的「campaigns」里的「{name}」没有对应的文件夹（{folder / name}）。"
            table.fault("campaigns", "没有这个活动", message, known, item=index)
    return names


def _server(table: Table, key: str, base: Path) -> str:
    """A server's address, checked; a folder is made absolute."""
    port = 993 if key == "imap" else 465
    example = f"{key}s://{key}.163.com:{port}"
    written = table.text(key, example=example)
    if written in {"", EMBEDDED}:
        return written
    if key == "imap" and written.startswith(MAILDIR) and written != MAILDIR:
        return f"{MAILDIR}{base / written.removeprefix(MAILDIR)}"
    try:
        url = urlsplit(written)
        host, _ = url.hostname, url.port
    except ValueError:
        host = None
    if host is None or url.scheme not in {key, f"{key}s"} or url.path.strip("/") or url.username:
        other = "，或 embedded:、maildir:文件夹" if key == "imap" else "，或 embedded:"
        message = f"{table.name} 的「{key}」写的「{values.without_password(written)}」不是服务器地址。"
        table.fault(key, "服务器地址不对", message, f'写成 {key} = "{example}"{other}。')
    elif url.scheme == key and not is_loopback(host):
        message = f"{table.name} 的「{key}」用了不加密的 {key}://，密码会明文传送，只允许用在本机。"
        table.fault(key, "没有加密", message, f'改用加密的 {key} = "{key}s://{host}:{port}"。')
    return written


def is_loopback(host: str) -> bool:
    """Whether the name or number means this very machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _delays(table: Table) -> tuple[float, ...]:
    delays = table.numbers("retry_seconds", (60, 300, 900, 3600))
    for index, delay in enumerate(delays):
        if not 0 <= delay <= WEEK:
            message = f"{table.name} 的「retry_seconds」里的 {delay} 不行。"
            table.fault("retry_seconds", "数值不对", message, f"每一项都写 0 到 {WEEK} 的秒数。", item=index)
    return delays


def _after_filing(table: Table) -> str:
    written = table.text("after_filing", "nothing")
    if written in {"nothing", "seen"} or written.removeprefix("move:").strip() not in {"", written}:
        return written
    message = f"{table.name} 的「after_filing」写的「{written}」看不懂。"
    table.fault(
        "after_filing",
        "没有这个选项",
        message,
        '写成 "nothing"（不动）、"seen"（标为已读）或 "move:文件夹名"（移走）。',
    )
    return "nothing"
