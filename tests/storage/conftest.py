"""Every storage test runs on SQLite and on a private PostgreSQL."""

import os
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

import pytest
from stored import NOW, answer, delivery

from storage import messages, outgoing
from storage.database import VERSION_TABLE, open_database, revisions
from storage.schema import metadata

SERIAL = count()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """A migrated file to be copied: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "intake.db"
    database = open_database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql():
    """The address of a server of our own, without the database name. It refuses to run as root."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="intake-pg-", dir="/tmp"))
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    if user:
        shutil.chown(folder, "postgres", "postgres")

    def run(program, *arguments):
        command = [programs[-1].with_name(program), "-D", folder / "data", *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **user)

    try:
        run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "--wait", "--log", folder / "log", "--options", settings, "start")
        try:
            yield f"postgresql+psycopg://postgres@/{{}}?host={folder}"
        finally:
            run("pg_ctl", "--mode=immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_migrated(postgresql):
    """A migrated database, emptied for each test: making a new one takes longer."""
    execute(postgresql, "CREATE DATABASE migrated")
    database = open_database(postgresql.format("migrated"))
    database.upgrade()
    database.close()
    return postgresql


def execute(server, statement, name="postgres"):
    import psycopg

    with psycopg.connect(server.format(name).replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The address of a migrated, empty database."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "intake.db")
        return f"sqlite:///{tmp_path}/intake.db"
    server = request.getfixturevalue("postgresql_migrated")
    tables = ", ".join(f'"{name}"' for name in metadata.tables)
    execute(server, f"TRUNCATE {tables} RESTART IDENTITY", "migrated")
    execute(server, f"UPDATE {VERSION_TABLE} SET version_num = '{max(revisions())}'", "migrated")
    return server.format("migrated")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    server = request.getfixturevalue("postgresql")
    name = f"empty_{next(SERIAL)}"
    execute(server, f"CREATE DATABASE {name}")
    return server.format(name)


@pytest.fixture
def database(url):
    database = open_database(url)
    yield database
    database.close()


@pytest.fixture
def tx(database):
    with database.transaction() as tx:
        yield tx


@pytest.fixture
def mails(tx):
    """Ids of five received mails."""
    return messages.receive(tx, "ceacq", [delivery(uid) for uid in range(1, 6)], NOW)


@pytest.fixture
def one(tx):
    """The id of one queued answer."""
    return outgoing.queue(tx, [answer()], NOW)[0]
