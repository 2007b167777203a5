"""The database: opened, checked that it is ours, brought up to date, and its transactions and locks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.engine import engine_for
from storage.fault import DatabaseFault, faults
from storage.lock import FileLock, Lock, ServerLock, lock_key

MIGRATIONS = Path(__file__).parent / "migrations"

#: Not "alembic_version": another program's database would pass for ours.
VERSION_TABLE = "intake_version"


def open_database(url: str) -> Database:
    """Connect, and make sure that the database is empty or ours. Raises DatabaseFault."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise DatabaseFault(
            f"数据库地址 {url!r} 的写法不对：请写成 sqlite:///data/intake.db 或 postgresql+psycopg://用户@主机/库名。"
        ) from error
    database = Database(engine_for(parsed))
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
        with faults(self.name), self._writing.begin() as tx:
            yield tx

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read: one unchanging view for as long as it lasts."""
        with faults(self.name), self._reading.connect() as tx:
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
        with faults(self.name):
            if self._file:
                self._use_wal()
            with self.transaction() as tx:
                if not self._file:  # two processes may start at once; SQLite's write lock has them queue already
                    tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock_key("upgrade")})
                settings.attributes["connection"] = tx
                command.upgrade(settings, head)

    def lock(self, name: str) -> Lock | None:
        """Take the exclusive lock of that name; None where another process (or thread) holds it."""
        with faults(self.name):
            if self._file:
                return FileLock.take(self._lock_file(name))
            return ServerLock.take(self._engine, name)

    def holder(self, name: str) -> str | None:
        """Who holds the lock, for people; None where nobody does."""
        if self._file:
            return FileLock.holder(self._lock_file(name))
        with self.reading() as tx:
            return ServerLock.holder(tx, name)

    def backup(self, target: Path) -> None:
        """Copy a SQLite database in use to `target`, whole. Raises DatabaseFault."""
        if self._file is None:
            raise DatabaseFault(f"数据库 {self.name} 在 PostgreSQL 上：请用 pg_dump 备份。")
        copy = sqlite3.connect(target)
        try:
            with faults(self.name), self._engine.connect() as tx:
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


def _shown(url: URL) -> str:
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
