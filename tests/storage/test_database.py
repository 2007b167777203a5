"""The database is ours, up to date, and one transaction is one."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from stored import NOW

from storage import operations
from storage.database import MIGRATIONS, open_database, revisions
from storage.fault import DatabaseFault
from storage.schema import heartbeats, metadata


def test_upgrade_makes_the_tables_of_the_schema(empty_url):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    database = open_database(empty_url)
    assert database.revision() is None
    database.upgrade()
    assert database.revision() == max(revisions())
    with database.reading() as tx:
        context = MigrationContext.configure(tx, opts={"version_table": "intake_version", "compare_type": True})
        assert compare_metadata(context, metadata) == []
    database.close()


def test_the_versions_told_by_file_names_are_those_alembic_knows():
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(MIGRATIONS))
    assert revisions() == {script.revision for script in scripts.walk_revisions()}
    assert scripts.get_current_head() == max(revisions())


def test_alembic_is_not_imported_for_a_database_that_is_up_to_date(url):
    program = f"import sys; from storage.database import open_database; open_database({url!r}).upgrade(); print('alembic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_upgrading_again_changes_nothing(database):
    with database.transaction() as tx:
        operations.beat(tx, "daemon", NOW)
    database.upgrade()
    with database.reading() as tx:
        assert operations.last_beat(tx, "daemon").at == NOW


def test_two_upgrades_at_once_give_one_schema(empty_url):
    program = f"from storage.database import open_database; open_database({empty_url!r}).upgrade()"
    both = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    database = open_database(empty_url)
    assert database.revision() == max(revisions())
    database.close()


def test_the_database_of_another_program_is_refused_and_left_alone(empty_url):
    database = open_database(empty_url)
    with database.transaction() as tx:
        tx.execute(text("CREATE TABLE wp_posts (id INTEGER)"))
    database.close()
    with pytest.raises(DatabaseFault, match=r"wp_posts.*不是本程序的数据库"):
        open_database(empty_url)


def test_the_database_of_a_newer_version_is_refused(database, url):
    with database.transaction() as tx:
        tx.execute(text("UPDATE intake_version SET version_num = '9999'"))
    with pytest.raises(DatabaseFault, match="更新版本"):
        open_database(url)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("sqlite:////proc/nowhere/intake.db", "无法写入.*写权限"),
        ("sqlite:////dev/null/intake.db", "无法写入.*写权限"),
        ("sqlite://", "没有文件名"),
        ("mysql://root@localhost/x", "不支持 mysql"),
        ("就放这里", "写法不对"),
        ("postgresql+psycopg://intake:secret@127.0.0.1:1/intake", "连不上数据库.*PostgreSQL"),
    ],
)
def test_what_is_wrong_is_said_in_chinese(address, sentence):
    with pytest.raises(DatabaseFault, match=sentence) as told:
        open_database(address)
    assert "secret" not in str(told.value)


def test_a_missing_driver_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DatabaseFault, match=r"psycopg.*pip install"):
        open_database("postgresql+psycopg://intake@127.0.0.1/intake")


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "note.db").write_text("this is a note, and a rather long one at that. " * 50)
    with pytest.raises(DatabaseFault, match=r"note\.db 不是数据库"):
        open_database(f"sqlite:///{tmp_path}/note.db")


def test_a_full_disk_is_named(sqlite_template, tmp_path):
    import shutil

    shutil.copy(sqlite_template, tmp_path / "full.db")
    database = open_database(f"sqlite:///{tmp_path}/full.db")
    with pytest.raises(DatabaseFault, match="磁盘已满"), database.transaction() as tx:  # noqa: PT012  the disk fills up within
        pages = tx.execute(text("PRAGMA page_count")).scalar()
        tx.execute(text(f"PRAGMA max_page_count = {pages}"))
        operations.beat(tx, "daemon", NOW, {"text": "x" * 100_000})
    with database.reading() as tx:
        assert operations.beats(tx) == []
    database.close()


def test_a_failed_transaction_leaves_nothing(database):
    with pytest.raises(ZeroDivisionError), database.transaction() as tx:  # noqa: PT012  it breaks off half way
        operations.beat(tx, "daemon", NOW)
        1 / 0  # noqa: B018  the failure
    with database.reading() as tx:
        assert operations.beats(tx) == []


def test_sqlite_is_durable_and_readers_do_not_wait(sqlite_template):
    database = open_database(f"sqlite:///{sqlite_template}")
    with database.reading() as tx:
        asked = {
            name: tx.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    database.close()


def test_a_reader_sees_one_unchanging_view(database):
    with database.reading() as before:
        assert operations.beats(before) == []
        with database.transaction() as tx:
            operations.beat(tx, "daemon", NOW)
        assert operations.beats(before) == []
    with database.reading() as after:
        assert len(operations.beats(after)) == 1


def test_moments_come_back_aware_and_naive_ones_are_refused(tx):
    chongqing = timezone(timedelta(hours=8))
    operations.beat(tx, "daemon", datetime(2026, 3, 2, 9, 30, tzinfo=chongqing))
    at = tx.scalars(select(heartbeats.c.at)).one()
    assert (at, at.tzinfo) == (datetime(2026, 3, 2, 1, 30, tzinfo=UTC), UTC)
    with pytest.raises(Exception, match="naive"):
        operations.beat(tx, "digest", datetime(2026, 3, 2, 9, 30))  # noqa: DTZ001  naive on purpose


@pytest.mark.parametrize("words", ["NUL \0 inside", "half a pair \ud83d", "渝工故事 🎉"])
def test_whatever_a_sender_wrote_can_be_stored(tx, words):
    operations.beat(tx, f"poll/{words}", NOW, {"words": words})
    told = operations.beats(tx)[0]
    assert told.name.startswith("poll/")
    assert "\ud83d" not in told.name + told.detail["words"]


def test_one_daemon_per_database(database, url):
    other = open_database(url)
    first = database.lock("daemon")
    assert first is not None
    assert first.held()
    assert other.lock("daemon") is None
    assert f"pid {os.getpid()} on" in other.holder("daemon")
    elsewhere = other.lock("digest")
    assert elsewhere is not None
    elsewhere.release()
    first.release()
    assert other.holder("daemon") is None
    again = other.lock("daemon")
    assert again is not None
    again.release()
    other.close()


def test_a_killed_daemon_leaves_no_lock(database, url):
    program = f"""if True:
        import os, signal
        from storage.database import open_database
        database = open_database({url!r})
        lock = database.lock("daemon")
        os.kill(os.getpid(), signal.SIGKILL)"""
    subprocess.run([sys.executable, "-c", program], check=False)
    for _ in range(100):  # PostgreSQL needs a moment to notice
        lock = database.lock("daemon")
        if lock is not None:
            break
    assert lock is not None
    lock.release()


def test_a_lock_that_the_server_let_go_of_stays_lost(postgresql_migrated):
    url = postgresql_migrated.format("migrated")
    database, other = open_database(url), open_database(url)
    lock = database.lock("daemon")
    with other.transaction() as tx:
        tx.execute(text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"))
    assert [lock.held() for _ in range(3)] == [False] * 3
    lock.release()
    again = other.lock("daemon")
    assert again is not None
    again.release()
    database.close()
    other.close()


def test_backup_of_a_database_in_use(sqlite_template, tmp_path):
    database = open_database(f"sqlite:///{sqlite_template}")
    with database.reading() as tx:
        tx.execute(select(heartbeats)).all()
        database.backup(tmp_path / "copy.db")
    copy = open_database(f"sqlite:///{tmp_path}/copy.db")
    assert copy.revision() == max(revisions())
    copy.close()
    database.close()
