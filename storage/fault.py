"""What can go wrong with a database, as sentences with their mends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError


class DatabaseFault(Exception):
    """The database cannot be used. The message is a Chinese sentence with the mend."""


class DatabaseUnreachable(DatabaseFault):
    """The database server is not to be had just now. The message is a Chinese sentence."""


#: The driver's words, or PostgreSQL's SQLSTATE -> what it is and the mend.
_FAULTS: tuple[tuple[str, str], ...] = (
    (r"database or disk is full|^53100", "磁盘已满，数据库 {name} 无法写入：请清理磁盘或扩容，数据不会丢失。"),
    (r"database (table )?is locked|^55P03", "数据库 {name} 正被另一个程序长时间占用：请关闭其他打开它的程序后再试。"),
    (r"readonly database|^25006", "数据库 {name} 是只读的：请让运行本程序的用户拥有该文件及其目录的写权限。"),
    (r"unable to open database file", "数据库 {name} 无法打开：请检查该路径，并让运行本程序的用户拥有其目录的写权限。"),
    (
        r"file is not a database|malformed",
        "文件 {name} 不是数据库或已损坏：请检查 config.toml 中 [database] 的 url，或从备份恢复。",
    ),
    (r"disk I/O error|^58030", "读写数据库 {name} 时磁盘出错：请检查磁盘，必要时从备份恢复。"),
    (
        r"^28|authentication failed|no password supplied",
        "数据库 {name} 拒绝登录：请检查 config.toml 中 [database] 的 url 里的用户名和密码。",
    ),
    (
        r"^3D000|database .* does not exist",
        "数据库 {name} 不存在：请先在 PostgreSQL 上建立它（createdb），或检查 config.toml 中 [database] 的 url。",
    ),
    (
        r"^08|^57P|^None.*(connect|closed|server|timeout|resolve)",
        "连不上数据库 {name}：请确认 PostgreSQL 正在运行，并检查 config.toml 中 [database] 的 url。",
    ),
)


@contextmanager
def faults(name: str) -> Iterator[None]:
    """Trouble of the world as a DatabaseFault; mistakes of ours (IntegrityError, ProgrammingError) stay as they are."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        sentence = _sentence(name, error)
        raise (DatabaseUnreachable if sentence.startswith("连不上") else DatabaseFault)(sentence) from error
    except DBAPIError as error:
        if "not a database" in str(error.orig) or "malformed" in str(error.orig):
            raise DatabaseFault(_sentence(name, error)) from error
        raise


def _sentence(name: str, error: DBAPIError) -> str:
    words = str(error.orig).strip()
    code = getattr(error.orig, "sqlstate", None)
    for pattern, sentence in _FAULTS:
        if re.search(pattern, words) or re.search(pattern, f"{code} {words}", re.DOTALL):
            return sentence.format(name=name)
    return (
        f"数据库 {name} 出错（{words.splitlines()[0] if words else type(error.orig).__name__}）：请检查数据库和磁盘。"
    )
