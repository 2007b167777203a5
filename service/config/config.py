"""config.toml as a whole: what it says for each part of the service."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from rules.toml.table import Table, read_toml
from service.config import values
from service.config.mailbox import MailboxConfig, mailboxes
from service.config.reading import ReadingConfig, reading


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    address: str
    role: str


@dataclass(frozen=True, slots=True)
class Config:
    file: Path
    data: Path
    timezone: str
    campaigns: Path
    database_url: str
    mailboxes: tuple[MailboxConfig, ...]
    digest_at: time
    digest_to: tuple[str, ...]
    staff: tuple[Person, ...]
    console_listen: str
    reading: ReadingConfig = field(default_factory=ReadingConfig)
    log: str = "auto"  # human, json; auto is human


def load_config(path: Path) -> Config:
    """Read config.toml. Raises `rules.toml.fault.FaultyFile` with all faults at once."""
    root = read_toml(path)
    base = path.absolute().parent
    service, console = root.table("service"), root.table("console")
    data, campaigns = _folder(service, "data", "data", base), _folder(service, "campaigns", "rules", base)
    if not campaigns.is_dir():
        message = f"[service] 的「campaigns」写的文件夹 {campaigns} 不存在。"
        service.fault("campaigns", "没有这个文件夹", message, "写征集活动所在的文件夹，一般是 rules。")
    digest = root.table("digest")
    config = Config(
        file=path.absolute(),
        data=data,
        timezone=_timezone(service),
        campaigns=campaigns,
        database_url=_database_url(root.table("database"), base, data),
        mailboxes=mailboxes(root, base, campaigns),
        digest_at=digest.clock("at", time(8, 30)),
        digest_to=values.addresses(digest, "to"),
        staff=tuple(_person(table) for table in root.table("staff").tables("people")),
        console_listen=_listen(console),
        reading=reading(service, root.table("reading"), base),
        log=service.choice("log", ("auto", "human", "json"), "auto"),
    )
    root.finish()
    return config


def _folder(service: Table, key: str, default: str, base: Path) -> Path:
    written = service.text(key, default)
    if not written.strip():
        service.fault(key, "路径不对", f"[service] 的「{key}」是空的。", f'写成 {key} = "{default}"。')
    return base / (written or default)


def _timezone(service: Table) -> str:
    name = service.text("timezone", "Asia/Shanghai")
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a folder's name, an absolute path, an unknown zone
        message = f"[service] 的「timezone」写的「{name}」不是时区名。"
        service.fault("timezone", "没有这个时区", message, '写成 timezone = "Asia/Shanghai"。')
    return name


def _database_url(table: Table, base: Path, data: Path) -> str:
    url = table.text("url", None)
    if url is None:
        return f"sqlite:///{data / 'intake.db'}"
    if url.startswith("sqlite:///") and len(url) > len("sqlite:///") and ":memory:" not in url:
        return f"sqlite:///{base / url.removeprefix('sqlite:///')}"
    if url.startswith("postgresql+psycopg://") and _is_url(url):
        return url
    message = f"[database] 的「url」写的「{values.without_password(url)}」不能用。"
    mend = '写成 "sqlite:///data/intake.db"，或 "postgresql+psycopg://用户@主机/库名"。'
    table.fault("url", "数据库地址不对", message, mend)
    return url


def _is_url(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _person(table: Table) -> Person:
    return Person(
        table.text("name", example="张伟"),
        values.address(table, "address", "name@example.com"),
        table.text("role", "staff"),
    )


def _listen(table: Table) -> str:
    written = table.text("listen", "127.0.0.1:8080")
    host, _, port = written.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and int(port) <= 65535):
        message = f"[console] 的「listen」写的「{written}」不是「地址:端口」。"
        table.fault("listen", "地址不对", message, '写成 listen = "127.0.0.1:8080"。')
    return written
