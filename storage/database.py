"""The database: opened, checked that it is ours, brought up to date, and its transactions and locks."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import socket
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, NoSuchModuleError, OperationalError

from storage.schema import storable

MIGRATIONS = Path(__file__).parent / "migrations"

#: Not "alembic_version": another program's database would pass for ours.
VERSION_TABLE = "intake_version"

#: Seconds to wait for another writer of the same SQLite file.
BUSY_SECONDS = 20


class DatabaseFault(Exception):
    """The database cannot be used. The message is a Chinese sentence with the mend."""


class DatabaseUnreachable(DatabaseFault):
    """The database server is not to be had just now. The message is a Chinese sentence."""


class Lock(Protocol):
    """An exclusive lock, held until released or until the process ends in whatever way."""

    def held(self) -> bool:
        """Whether it is still ours: a lost connection to a server loses the lock."""
        ...

    def release(self) -> None: ...


def open_database(url: str) -> Database:
    """Connect, and make sure that the database is empty or ours. Raises DatabaseFault."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise DatabaseFault(
            f"数据库地址 {url!r} 的写法不对：请写成 sqlite:///data/intake.db 或 postgresql+psycopg://用户@主机/库名。"
        ) from error
    database = Database(_engine(parsed))
    try:
        database.check()
    except DatabaseFault:
        database.close()
        raise
    return database


class Database:
    """One database, shared by the threads of a process. Not to be taken across a fork."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._file = Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None
        self._writing = engine.execution_options(intake_writes=True)
        self._reading = (
            engine
            if self._file
            else engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        )

    @property
    def name(self) -> str:
        """For people: the file, or the server's address without its password."""
        return _shown(self._engine.url)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write: all or nothing. On SQLite the write lock is taken at the start, so nothing read here can grow stale."""
        with _faults(self.name), self._writing.begin() as tx:
            yield tx

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read: one unchanging view for as long as it lasts."""
        with _faults(self.name), self._reading.connect() as tx:
            yield tx

    def revision(self) -> str | None:
        """The schema's version in the database; None where nothing is there yet."""
        with self.reading() as tx:
            return _revision(tx)

    def check(self) -> None:
        """Raises DatabaseFault where the database belongs to another program or to a newer version of this one."""
        with self.reading() as tx:
            revision = _revision(tx)
            if revision is None and (strange := sorted(inspect(tx).get_table_names())):
                raise DatabaseFault(
                    f"数据库 {self.name} 里已有其他程序的表（{'、'.join(strange[:3])}{' 等' if len(strange) > 3 else ''}），不是本程序的数据库："
                    "请检查 config.toml 中 [database] 的 url，换一个空的数据库。"
                )
        if revision is not None and revision not in revisions():
            raise DatabaseFault(
                f"数据库 {self.name} 是由更新版本的程序建立的（版本 {revision}，本程序只认识到 {max(revisions())}）：请升级本程序，或从旧版本的备份恢复数据库。"
            )

    def upgrade(self) -> None:
        """Bring the tables up to date; costs one query where they are. Raises DatabaseFault."""
        head = max(revisions())
        if self.revision() == head:
            return
        from alembic import command, config  # noqa: PLC0415  0.7 s that only a new or old database has to pay

        self.check()
        settings = config.Config()
        settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        with _faults(self.name):
            if self._file:
                self._use_wal()
            with self.transaction() as tx:
                if not self._file:  # two processes may start at once; SQLite's write lock has them queue already
                    tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _lock_key("upgrade")})
                settings.attributes["connection"] = tx
                command.upgrade(settings, head)

    def lock(self, name: str) -> Lock | None:
        """Take the exclusive lock of that name; None where another process (or thread) holds it."""
        with _faults(self.name):
            if self._file:
                return _FileLock.take(self._lock_file(name))
            return _ServerLock.take(self._engine, name)

    def holder(self, name: str) -> str | None:
        """Who holds the lock, for people; None where nobody does."""
        if self._file:
            return _FileLock.holder(self._lock_file(name))
        with self.reading() as tx:
            return tx.execute(_HOLDER, _halves(_lock_key(name))).scalar()

    def backup(self, target: Path) -> None:
        """Copy a SQLite database in use to `target`, whole. Raises DatabaseFault."""
        if self._file is None:
            raise DatabaseFault(f"数据库 {self.name} 在 PostgreSQL 上：请用 pg_dump 备份。")
        copy = sqlite3.connect(target)
        try:
            with _faults(self.name), self._engine.connect() as tx:
                source = tx.connection.driver_connection
                assert isinstance(source, sqlite3.Connection)
                source.backup(copy)
        except sqlite3.Error as error:
            raise DatabaseFault(f"数据库无法备份到 {target}（{error}）：请检查该路径的写权限和磁盘空间。") from error
        finally:
            copy.close()

    def close(self) -> None:
        self._engine.dispose()

    def _lock_file(self, name: str) -> Path:
        assert self._file is not None
        return self._file.with_name(f"{self._file.name}.{name}.lock")

    def _use_wal(self) -> None:
        """Readers and the writer do not wait for each other. Kept in the file; cannot be set within a transaction."""
        with self._engine.connect() as tx:
            driver = tx.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.rollback()
            driver.execute("PRAGMA journal_mode=WAL")


def revisions() -> frozenset[str]:
    """All schema versions that this program knows: the file names say them, so that alembic need not be asked."""
    return frozenset(p.name.partition("_")[0] for p in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _revision(tx: Connection) -> str | None:
    if not inspect(tx).has_table(VERSION_TABLE):
        return None
    return tx.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608  a constant of ours


# --- connecting ---


def _engine(url: URL) -> Engine:
    # Parameters hold personal data: they stay out of error messages and so out of logs.
    common: dict[str, Any] = {"hide_parameters": True, "json_serializer": _dumps}
    match url.get_backend_name():
        case "sqlite":
            _make_folder(url)
            engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **common)
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        case "postgresql":
            who = f"intake pid {os.getpid()} on {socket.gethostname()}"[:63]  # the server cuts longer names off
            try:
                return create_engine(
                    url.set(drivername="postgresql+psycopg"),
                    pool_pre_ping=True,
                    connect_args={"application_name": who, "connect_timeout": 10},
                    **common,
                )
            except (ModuleNotFoundError, NoSuchModuleError) as error:
                raise DatabaseFault(
                    "要使用 PostgreSQL 数据库，还缺少驱动 psycopg：请执行 pip install 'yugong-intake[postgresql]'。"
                ) from error
        case other:
            raise DatabaseFault(
                f"不支持 {other} 数据库：请把 config.toml 中 [database] 的 url 写成 sqlite:///… 或 postgresql+psycopg://…。"
            )


def _make_folder(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        raise DatabaseFault("数据库地址里没有文件名：请写成 sqlite:///data/intake.db。")
    file = Path(url.database)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        writable = (
            os.access(file.parent, os.W_OK) and not file.is_dir() and (not file.exists() or os.access(file, os.W_OK))
        )
    except OSError:
        writable = False
    if not writable:
        raise DatabaseFault(
            f"数据库文件 {file} 无法写入：请检查该路径，并让运行本程序的用户拥有目录 {file.parent} 的写权限。"
        )


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")  # a commit is on the disk


def _begin_sqlite(tx: Connection) -> None:
    tx.exec_driver_sql("BEGIN IMMEDIATE" if tx.get_execution_options().get("intake_writes") else "BEGIN")


def _dumps(value: object) -> str:
    return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


# --- what can go wrong ---

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
def _faults(name: str) -> Iterator[None]:
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


def _shown(url: URL) -> str:
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


# --- locks ---


class _FileLock:
    """flock on a file beside the database. The kernel lets go when the process ends, also on SIGKILL."""

    def __init__(self, fd: int) -> None:
        self._fd: int | None = fd

    @classmethod
    def take(cls, path: Path) -> _FileLock | None:
        try:
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DatabaseFault(
                f"锁文件 {path} 无法建立（{error.strerror}）：请让运行本程序的用户拥有该目录的写权限。"
            ) from error
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return None
        os.ftruncate(fd, 0)
        os.pwrite(
            fd,
            f"pid {os.getpid()} on {socket.gethostname()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n".encode(),
            0,
        )
        return cls(fd)

    @classmethod
    def holder(cls, path: Path) -> str | None:
        try:
            fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return os.pread(fd, 200, 0).decode(errors="replace").strip()
        finally:
            os.close(fd)
        return None

    def held(self) -> bool:
        return self._fd is not None

    def release(self) -> None:
        if self._fd is not None:
            os.close(self._fd)  # the file stays: removing it would let two processes lock two files of one name
            self._fd = None


class _ServerLock:
    """A PostgreSQL advisory lock on a connection of its own. The server lets go when the connection ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @classmethod
    def take(cls, engine: Engine, name: str) -> _ServerLock | None:
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _lock_key(name)}).scalar():
            return cls(connection)
        connection.close()
        return None

    def held(self) -> bool:
        if self._connection.closed or self._connection.invalidated:  # it would reconnect, without the lock
            return False
        try:
            return self._connection.execute(text("SELECT 1")).scalar() == 1
        except DBAPIError:
            return False

    def release(self) -> None:
        if not self._connection.closed:
            self._connection.invalidate()  # really closed, never back into the pool with the lock on it
            self._connection.close()


_HOLDER = text(
    "SELECT activity.application_name FROM pg_locks JOIN pg_stat_activity AS activity USING (pid)"
    " WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid::bigint = :high AND objid::bigint = :low"
    " AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def _lock_key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"intake/{name}".encode()).digest()[:7])


def _halves(key: int) -> dict[str, int]:
    return {"high": key >> 32, "low": key & 0xFFFFFFFF}


# --- what the two databases say differently ---


def insert_new(
    tx: Connection, table: Table, conflict: Sequence[str] | None = None, then_set: Sequence[str] = ()
) -> sqlite.Insert | postgresql.Insert:
    """INSERT that passes over rows already there, or gives them the new values of the columns `then_set`."""
    insert = (sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert)(table)
    if not then_set:
        return insert.on_conflict_do_nothing(index_elements=conflict)
    return insert.on_conflict_do_update(
        index_elements=conflict, set_={name: insert.excluded[name] for name in then_set}
    )
