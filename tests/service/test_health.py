"""Health: told from signs of life, at a moment that the test chooses."""

from datetime import UTC, datetime, time, timedelta

import pytest

from service.config.config import Config
from service.config.mailbox import MailboxConfig
from service.health import ROOM, signs, unwell
from storage import operations
from storage.database import open_database

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
def service(tmp_path):
    """A database with signs of life so many minutes old; gives the sentences and whether the service is unwell."""
    mailbox = MailboxConfig("m", "a@example.com", "a@example.com", (), "embedded:", "embedded:", poll_seconds=60)
    config = Config(
        tmp_path / "config.toml", tmp_path, "Asia/Shanghai", tmp_path, f"sqlite:///{tmp_path}/x.db", (mailbox,),
        time(8, 30), (), (), "127.0.0.1:0",
    )  # fmt: skip
    database = open_database(config.database_url)
    database.upgrade()

    def look(beats, alert=None, free=10 * ROOM):
        with database.transaction() as tx:
            for name, minutes in beats.items():
                operations.beat(tx, name, NOW - timedelta(minutes=minutes))
            if alert:
                operations.alert(tx, "mailbox_refused", alert, NOW, "m")
        found = signs(config, database, NOW, free)
        return [sign.text for sign in found if not sign.well], unwell(found)

    yield look
    database.close()


@pytest.mark.parametrize(
    ("beats", "trouble"),
    [
        ({"daemon": 1, "poll/m": 1, "digest": 600}, None),
        ({"daemon": 1}, None),  # just started
        ({}, "服务没有在运行"),
        ({"daemon": 3, "poll/m": 3, "digest": 60}, "服务没有在运行"),
        ({"daemon": 0, "poll/m": 6, "digest": 60}, "邮箱「m」很久没有收信成功"),
        ({"daemon": 0, "poll/m": 0, "digest": 26 * 60}, "日报今天没有发出"),
    ],
)
def test_what_is_late_makes_the_service_unwell(service, beats, trouble):
    texts, bad = service(beats)
    assert bad is (trouble is not None)
    assert [text for text in texts if trouble and text.startswith(trouble)] == texts


def test_an_open_alert_makes_it_unwell(service):
    texts, bad = service({"daemon": 0, "digest": 0}, alert="邮箱拒绝登录。")
    assert (texts, bad) == (["待处理：邮箱拒绝登录。"], True)


@pytest.mark.parametrize(("free", "told", "bad"), [(ROOM, 0, False), (ROOM // 2, 1, False), (ROOM // 20, 1, True)])
def test_a_disk_that_fills_up_is_told_before_it_is_full(service, free, told, bad):
    texts, unwell_ = service({"daemon": 0, "digest": 0}, free=free)
    assert (len(texts), unwell_) == (told, bad)
    assert all("请清理" in text for text in texts)
