"""Signs of life, and alerts that stay open until they are resolved."""

from stored import LATER, NOW

from storage import operations


def test_a_beat_replaces_the_one_before(tx):
    operations.beat(tx, "daemon", NOW, {"pid": 1})
    operations.beat(tx, "daemon", LATER, {"pid": 2})
    assert operations.beats(tx) == [operations.Heartbeat("daemon", LATER, {"pid": 2})]
    assert operations.last_beat(tx, "digest") is None


def test_an_alert_is_open_once_until_resolved(tx):
    operations.alert(tx, "login_refused", "授权码不对", NOW, "ceacq")
    operations.alert(tx, "login_refused", "授权码仍不对", LATER, "ceacq")
    operations.alert(tx, "login_refused", "授权码不对", LATER, "other")
    told = [(a.mailbox, a.message, a.first_at, a.last_at) for a in operations.open_alerts(tx)]
    assert told == [("ceacq", "授权码仍不对", NOW, LATER), ("other", "授权码不对", LATER, LATER)]
    assert operations.resolve(tx, "login_refused", LATER, "ceacq")
    assert not operations.resolve(tx, "login_refused", LATER, "ceacq")
    operations.alert(tx, "login_refused", "又不对了", LATER, "ceacq")
    assert [a.message for a in operations.open_alerts(tx)] == ["授权码不对", "又不对了"]
