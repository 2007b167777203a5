"""Exclusive locks: of a file beside a SQLite database, or of a PostgreSQL server. Gone with the process, whatever ends it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from storage.fault import DatabaseFault


class Lock(Protocol):
    """An exclusive lock, held until released or until the process ends in whatever way."""

    def held(self) -> bool:
        """Whether it is still ours: a lost connection to a server loses the lock."""
        ...

    def release(self) -> None: ...


class FileLock:
    """flock on a file beside the database. The kernel lets go when the process ends, also on SIGKILL."""

    def __init__(self, fd: int) -> None:
        self._fd: int | None = fd

    @classmethod
    def take(cls, path: Path) -> FileLock | None:
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


class ServerLock:
    """A PostgreSQL advisory lock on a connection of its own. The server lets go when the connection ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @classmethod
    def take(cls, engine: Engine, name: str) -> ServerLock | None:
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": lock_key(name)}).scalar():
            return cls(connection)
        connection.close()
        return None

    @classmethod
    def holder(cls, tx: Connection, name: str) -> str | None:
        key = lock_key(name)
        return tx.execute(_HOLDER, {"high": key >> 32, "low": key & 0xFFFFFFFF}).scalar()

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


def lock_key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"intake/{name}".encode()).digest()[:7])
