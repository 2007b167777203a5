"""A SQLAlchemy engine for the address in config.toml, SQLite or PostgreSQL; and what the two say differently."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import NoSuchModuleError

from storage.fault import DatabaseFault
from storage.schema import storable

#: Seconds to wait for another writer of the same SQLite file.
BUSY_SECONDS = 20


def engine_for(url: URL) -> Engine:
    """An engine that connects when it is first used. Raises DatabaseFault: unknown kind, no driver, no place for the file."""
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
