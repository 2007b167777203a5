"""config.toml as typed values; an unknown key or a wrong value names file, table, key and the mend."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import time
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from intake.documents.limits import Limits
from rules.toml.table import Table, read_toml

PASSWORD_ENV = "INTAKE_MAIL_PASSWORD"  # noqa: S105 - the variable's name, not a password
EMBEDDED = "embedded:"
MAILDIR = "maildir:"
DAY, WEEK = 86_400, 604_800  # seconds
MANY = 1_000_000_000  # no real limit, and no trouble for clocks and databases either
#: Least and most of each of Limits that an admin may write in [reading].
LIMITS = {
    "file_mb": (1, 4096),
    "expanded_mb": (1, 65_536),
    "ratio": (2, MANY),
    "entries": (1, MANY),
    "depth": (0, 50),
    "pages": (1, MANY),
    "scans": (0, MANY),
    "megapixels": (1, 1000),
    "convert_seconds": (1, DAY),
}


class ConfigFault(Exception):
    """The configuration cannot be used as it is. The message is a Chinese sentence with the mend."""


@dataclass(frozen=True, slots=True)
class MailboxConfig:
    name: str
    address: str
    username: str
    campaigns: tuple[str, ...]
    imap: str  # imaps://host:993, imap:// on loopback, embedded:, maildir:PATH
    smtp: str  # smtps://host:465, smtp:// on loopback, embedded:
    password_env: str | None = None
    password_file: Path | None = None
    folders: tuple[str, ...] = ("INBOX",)
    poll_seconds: float = 60
    send_interval_seconds: float = 10
    send_per_hour: int = 60  # 0: no limit
    send_per_day: int = 200
    retry_seconds: tuple[float, ...] = (60, 300, 900, 3600)
    after_filing: str = "nothing"
    max_message_mb: int = 70


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    address: str
    role: str


@dataclass(frozen=True, slots=True)
class ReadingConfig:
    """What reading one mail may cost, and by what means it is read."""

    workers: int = 2  # reading processes
    seconds: float = 60  # that one mail may take: six scanned pages on a slow machine fit
    cpu_seconds: int = 50
    memory_mb: int = 1024  # that a reading process may use
    limits: Limits = field(default_factory=Limits)
    ocr: bool = True  # where it is installed
    office: str = "auto"  # LibreOffice: auto where it is installed, off, or the path of the program


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
    """Read config.toml. Raises `rules.fault.FaultyFile` with all faults at once."""
    root = read_toml(path)
    base = path.absolute().parent
    service, console = root.table("service"), root.table("console")
    data, campaigns = _folder(service, "data", "data", base), _folder(service, "campaigns", "rules", base)
    digest = root.table("digest")
    config = Config(
        file=path.absolute(),
        data=data,
        timezone=_timezone(service),
        campaigns=campaigns,
        database_url=_database_url(root.table("database"), base, data),
        mailboxes=_mailboxes(root, base, campaigns),
        digest_at=digest.clock("at", time(8, 30)),
        digest_to=_addresses(digest, "to"),
        staff=tuple(_person(table) for table in root.table("staff").tables("people")),
        console_listen=_listen(console),
        reading=_reading(service, root.table("reading"), base),
        log=service.choice("log", ("auto", "human", "json"), "auto"),
    )
    root.finish()
    return config


def password(mailbox: MailboxConfig, environ: Mapping[str, str]) -> str | None:
    """The 授权码, or None where no server asks for one. Raises ConfigFault."""
    if not any(server.startswith(("imap", "smtp")) for server in (mailbox.imap, mailbox.smtp)):
        return None
    if mailbox.password_file is not None:
        return _usable(_password_of_file(mailbox.name, mailbox.password_file), mailbox.name, str(mailbox.password_file))
    variable = mailbox.password_env or PASSWORD_ENV
    secret = environ.get(variable, "").strip()
    if not secret:
        raise ConfigFault(
            f"邮箱「{mailbox.name}」缺少密码：环境变量 {variable} 没有设置。"
            f"请设置 {variable}=授权码（在网页邮箱的「设置 → POP3/SMTP/IMAP」里生成，不是登录密码），"
            f"或在 [[mailbox]] 里写 password_file。"
        )
    return _usable(secret, mailbox.name, f"环境变量 {variable}")


def _password_of_file(name: str, file: Path) -> str:
    try:
        mode = file.stat().st_mode
        secret = file.read_text(encoding="utf-8-sig").strip()
    except FileNotFoundError:
        raise ConfigFault(f"邮箱「{name}」的密码文件 {file} 不存在。请新建这个文件，只写一行授权码。") from None
    except (OSError, UnicodeDecodeError) as error:
        causes = {PermissionError: "没有权限", IsADirectoryError: "是文件夹", UnicodeDecodeError: "不是文字"}
        why = causes.get(type(error), str(error))
        raise ConfigFault(f"读不了邮箱「{name}」的密码文件 {file}（{why}）。请检查文件的权限和内容。") from None
    if mode & 0o077:
        raise ConfigFault(f"密码文件 {file} 别人也能读。请执行：chmod 600 {file}")
    if not secret:
        raise ConfigFault(f"密码文件 {file} 是空的。请在里面写一行授权码。")
    return secret


def _usable(secret: str, name: str, where: str) -> str:
    if not (secret.isascii() and secret.isprintable()):
        raise ConfigFault(f"邮箱「{name}」的密码（{where}）里有全角或特殊字符。请重新复制授权码，只有英文字母和数字。")
    return secret


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
    message = f"[database] 的「url」写的「{_without_password(url)}」不能用。"
    mend = '写成 "sqlite:///data/intake.db"，或 "postgresql+psycopg://用户@主机/库名"。'
    table.fault("url", "数据库地址不对", message, mend)
    return url


def _is_url(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _without_password(url: str) -> str:
    return re.sub(r"(?<=://)([^/@]*?):[^/]*@", r"\1:***@", url)


def _mailboxes(root: Table, base: Path, campaigns: Path) -> tuple[MailboxConfig, ...]:
    if not root.has("mailbox"):
        root.fault(None, "缺少设置", "没有写要收哪个邮箱。", "补上 [[mailbox]] 一段，照示例 config.toml 填写。")
    mailboxes: list[MailboxConfig] = []
    for table in root.tables("mailbox"):
        mailbox = _mailbox(table, base, campaigns)
        if any(other.name == mailbox.name for other in mailboxes):
            message = f"有两个 [[mailbox]] 的「name」都是「{mailbox.name}」。"
            table.fault("name", "名称重复", message, "每个邮箱起一个不同的名称。")
        mailboxes.append(mailbox)
    return tuple(mailboxes)


def _mailbox(table: Table, base: Path, campaigns: Path) -> MailboxConfig:
    address = _address(table, "address", "ceacq@163.com")
    mend = f"把授权码放进环境变量 {PASSWORD_ENV}，或放进一个文件（权限 0600）并写 password_file。"
    table.refuse("password", "密码外露", "不能写在 config.toml 里：看到这个文件的人都能看到密码。", mend)
    password_env, password_file = table.text("password_env", None), table.text("password_file", None)
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
        password_env=password_env,
        password_file=base / password_file if password_file else None,
        folders=table.texts("folders", ("INBOX",)),
        poll_seconds=_within(table, "poll_seconds", table.number("poll_seconds", 60), 0, DAY),
        send_interval_seconds=_within(
            table, "send_interval_seconds", table.number("send_interval_seconds", 10), 0, DAY
        ),
        send_per_hour=int(_within(table, "send_per_hour", table.integer("send_per_hour", 60), 0, MANY)),
        send_per_day=int(_within(table, "send_per_day", table.integer("send_per_day", 200), 0, MANY)),
        retry_seconds=_delays(table),
        after_filing=_after_filing(table),
        max_message_mb=int(_within(table, "max_message_mb", table.integer("max_message_mb", 70), 1, 4096)),
    )


def _name(table: Table) -> str:
    name = table.text("name", example="ceacq")
    if table.has("name") and (not name.strip() or set(name) & set("/\\\0\n") or name.startswith(".")):
        table.fault("name", "名称不对", f"{table.name} 的「name」不能为空，也不能含 / 和 \\。", '写成 name = "ceacq"。')
    return name


def _address(table: Table, key: str, example: str) -> str:
    address = table.text(key, example=example)
    if table.has(key) and not _is_address(address):
        _no_address(table, key, address, example)
    return address


def _addresses(table: Table, key: str) -> tuple[str, ...]:
    addresses = table.texts(key, ())
    for address in addresses:
        if not _is_address(address):
            _no_address(table, key, address, "name@example.com")
    return addresses


def _is_address(text: str) -> bool:
    local, _, domain = text.rpartition("@")
    return bool(local and domain) and text.isascii() and text.isprintable() and not set(text) & set(" <>,;")


def _no_address(table: Table, key: str, written: str, example: str) -> None:
    message = f"{table.name} 的「{key}」写的「{written}」不是邮箱地址。"
    table.fault(key, "地址不对", message, f'写成 "{example}" 这样的地址，@ 也要用半角。')


def _campaigns(table: Table, folder: Path) -> tuple[str, ...]:
    names = table.texts("campaigns", example="yugong-story")
    there = sorted(path.parent.name for path in folder.glob("*/campaign.toml"))
    for index, name in enumerate(names):
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
    if not written:
        return written
    if written == EMBEDDED:
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
        message = f"{table.name} 的「{key}」写的「{_without_password(written)}」不是服务器地址。"
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


def _person(table: Table) -> Person:
    return Person(
        table.text("name", example="张伟"), _address(table, "address", "name@example.com"), table.text("role", "staff")
    )


def _listen(table: Table) -> str:
    written = table.text("listen", "127.0.0.1:8080")
    host, _, port = written.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and int(port) <= 65535):
        message = f"[console] 的「listen」写的「{written}」不是「地址:端口」。"
        table.fault("listen", "地址不对", message, '写成 listen = "127.0.0.1:8080"。')
    return written


def _reading(service: Table, table: Table, base: Path) -> ReadingConfig:
    for old, new in (("workers", "workers"), ("read_seconds", "seconds"), ("read_memory_mb", "memory_mb")):
        mend = f"把这一行移到 [reading] 一段，写成 {new} = {service.raw(old)}。"
        service.refuse(old, "设置换了地方", "现在写在 [reading] 里。", mend)
    plain, files = ReadingConfig(), asdict(Limits())
    return ReadingConfig(
        workers=_whole(table, "workers", plain.workers, 1, 256),
        seconds=_within(table, "seconds", table.number("seconds", plain.seconds), 1, DAY),
        cpu_seconds=_whole(table, "cpu_seconds", plain.cpu_seconds, 1, DAY),
        memory_mb=_whole(table, "memory_mb", plain.memory_mb, 256, MANY),
        limits=Limits(**{key: _whole(table, key, files[key], *ends) for key, ends in LIMITS.items()}),
        ocr=table.choice("ocr", ("auto", "off"), "auto") == "auto",
        office=_office(table, base),
    )


def _office(table: Table, base: Path) -> str:
    written = table.text("office", "auto").strip()
    if not written:
        table.fault("office", "路径不对", "[reading] 的「office」是空的。", '写成 office = "auto"，不用就写 "off"。')
    return written if written in {"auto", "off", ""} else str(base / written)


def _whole(table: Table, key: str, default: int, least: int, most: int) -> int:
    return int(_within(table, key, table.integer(key, default), least, most))


def _within(table: Table, key: str, value: float, least: int, most: int) -> float:
    if value < least:
        table.fault(key, "数值不对", f"{table.name} 的「{key}」写的 {value} 太小。", f"写 {least} 或更大的数。")
    elif value > most:
        table.fault(key, "数值不对", f"{table.name} 的「{key}」写的 {value} 太大。", f"写 {most} 或更小的数。")
    return min(max(value, least), most)
