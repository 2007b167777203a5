"""What came in: identity, watermarks, claims, states."""

from dataclasses import replace
from datetime import timedelta

import pytest
from stored import CAMPAIGNS, LATER, NOW, change, delivery, filing, reading

from intake.mailboxes.mailbox import Head, Mark
from intake.outcome import Outcome, State
from storage import messages
from storage.database import open_database
from storage.filing import file


def received(tx, *deliveries, **more):
    return messages.receive(tx, "ceacq", list(deliveries), NOW, **more)


def mark(tx, folder="INBOX"):
    return messages.marks(tx, "ceacq")[folder]


# --- identity ---


def test_a_mail_received_twice_is_one(tx):
    assert len(received(tx, delivery(1), delivery(2))) == 2
    assert received(tx, delivery(1), delivery(2)) == []
    assert len(received(tx, delivery(2), delivery(3))) == 1
    assert len(messages.listing(tx)) == 3


@pytest.mark.parametrize(
    "other",
    [
        delivery(1, b"other bytes"),  # a server with UIDVALIDITY 1 for good, rebuilt: the number is used again
        delivery(1, b"mail INBOX 1", uidvalidity=2),
        delivery(1, b"mail INBOX 1", folder="垃圾邮件"),
        delivery(2, b"mail INBOX 1"),
    ],
    ids=["bytes", "uidvalidity", "folder", "uid"],
)
def test_a_mail_that_differs_in_one_thing_is_another(tx, other):
    received(tx, delivery(1))
    assert len(received(tx, other)) == 1


def test_the_same_mail_in_two_mailboxes_is_two(tx):
    received(tx, delivery(1))
    assert len(messages.receive(tx, "other", [delivery(1)], NOW)) == 1
    assert set(messages.marks(tx, "other")) == {"INBOX"}


# --- watermarks ---


def test_nothing_received_nothing_passed(tx):
    assert messages.marks(tx, "ceacq") == {}
    assert received(tx) == []
    assert messages.marks(tx, "ceacq") == {}
    assert received(tx, covered={"INBOX": Mark(1, 900)}) == []
    assert mark(tx) == Mark(1, 0)


def test_the_watermark_follows_what_is_archived_in_each_folder(tx):
    received(tx, delivery(3), delivery(7), delivery(2, folder="垃圾邮件"))
    assert messages.marks(tx, "ceacq") == {"INBOX": Mark(1, 7), "垃圾邮件": Mark(1, 2)}


@pytest.mark.parametrize(
    ("settled", "watermark", "beyond"),
    [
        (9, 7, set()),  # nothing unarchived is passed, whatever the poller says
        (7, 7, set()),
        (6, 5, {7}),  # 6 could not be fetched
        (4, 3, {5, 7}),
        (2, 0, {3, 5, 7}),
    ],
)
def test_the_watermark_stays_below_a_gap(tx, settled, watermark, beyond):
    received(tx, delivery(3), delivery(5), delivery(7), covered={"INBOX": Mark(1, settled)})
    assert mark(tx) == Mark(1, watermark, frozenset(beyond))


def test_a_folder_not_named_stays_where_it_is(tx):
    received(tx, delivery(1))
    received(tx, delivery(3), covered={})
    assert mark(tx) == Mark(1, 1, frozenset({3}))


def test_a_gap_closes_when_the_mail_is_fetched(tx):
    received(tx, delivery(3), delivery(7), covered={"INBOX": Mark(1, 3)})
    received(tx, delivery(5), covered={"INBOX": Mark(1, 7)})
    assert mark(tx) == Mark(1, 7)


def test_a_gap_closes_when_the_mail_has_vanished(tx):
    received(tx, delivery(3), delivery(7), covered={"INBOX": Mark(1, 3)})
    received(tx, covered={"INBOX": Mark(1, 7)})
    assert mark(tx) == Mark(1, 7)


def test_the_watermark_goes_back_only_when_the_poller_says_so(tx):
    received(tx, delivery(7))
    received(tx, delivery(5))
    assert mark(tx) == Mark(1, 7)
    received(tx, delivery(9), covered={"INBOX": Mark(1, 6)})  # the highest there is now, on a server without UIDNEXT
    assert mark(tx) == Mark(1, 6, frozenset({7, 9}))


def test_what_is_archived_can_be_told_from_another_mail_under_its_uid(tx):
    (first, ref), (large, part) = delivery(1), delivery(2)
    received(tx, (first, ref), (replace(large, complete=False), part))
    assert messages.archived(tx, "ceacq", "INBOX", 1, [1, 2, 3]) == {
        1: Head(ref.size, first.received_at),
        2: Head(None, large.received_at),
    }
    received(tx, delivery(1, b"another mail under this number"))
    assert messages.archived(tx, "ceacq", "INBOX", 1, [1])[1].size == 30


def test_a_new_uidvalidity_starts_from_nothing(tx):
    received(tx, delivery(70), delivery(90))
    received(tx, delivery(2, uidvalidity=5), delivery(4, uidvalidity=5), covered={"INBOX": Mark(5, 2)})
    assert mark(tx) == Mark(5, 2, frozenset({4}))


def test_a_new_uidvalidity_is_kept_also_when_the_folder_is_empty(tx):
    received(tx, delivery(70), delivery(90))
    received(tx, covered={"INBOX": Mark(5, 80)})  # mails of the old numbering are nothing to go by
    assert mark(tx) == Mark(5, 0)


# --- claims ---


def test_mails_are_taken_oldest_first_and_once(tx, mails):
    first, rest = messages.take(tx, 2, NOW), messages.take(tx, 9, NOW)
    assert [t.id for t in first + rest] == mails
    assert (first[0].uid, first[0].folder, first[0].attempts) == (1, "INBOX", 1)
    assert first[0].ref == delivery(1)[1]
    assert messages.take(tx, 9, NOW) == []


def test_a_claim_of_a_dead_worker_lapses(tx, mails):
    messages.take(tx, 9, NOW)
    assert messages.take(tx, 9, NOW + messages.CLAIM - timedelta(seconds=1)) == []
    assert [t.attempts for t in messages.take(tx, 9, NOW + messages.CLAIM + timedelta(seconds=1))] == [2] * 5


def test_a_new_daemon_gives_back_what_the_old_one_had_taken(tx, mails):
    messages.take(tx, 3, NOW)
    assert messages.release_claims(tx) == 3
    assert len(messages.take(tx, 9, NOW)) == 5


def test_two_takers_never_get_the_same_mail(url):
    database, other = open_database(url), open_database(url)
    with database.transaction() as tx:
        ids = messages.receive(tx, "ceacq", [delivery(uid) for uid in range(1, 7)], NOW)
    if url.startswith("postgresql"):
        with database.transaction() as one, other.transaction() as two:  # at the same time: nobody waits
            taken = [t.id for t in messages.take(one, 4, NOW)] + [t.id for t in messages.take(two, 4, NOW)]
    else:
        with database.transaction() as one:
            taken = [t.id for t in messages.take(one, 4, NOW)]
        with other.transaction() as two:
            taken += [t.id for t in messages.take(two, 4, NOW)]
    assert taken == ids
    database.close()
    other.close()


# --- states ---


def test_a_failed_mail_is_set_aside_with_what_is_known_of_it(tx, mails):
    messages.fail(tx, mails[0], "读取超时", LATER, message_id="<a@b>", subject="故事")
    (row, *_) = messages.listing(tx)
    assert (row["state"], row["reason"], row["message_id"], row["subject"]) == ("failed", "读取超时", "<a@b>", "故事")
    assert messages.in_state(tx, State.FAILED) == mails[:1]
    assert mails[0] not in [t.id for t in messages.take(tx, 9, LATER)]


def test_a_settled_mail_does_not_fail_afterwards(tx, mails):
    file(tx, [filing(mails[0], change(nominee_name="王强"))], NOW, CAMPAIGNS, 2026)
    messages.fail(tx, mails[0], "读取超时", LATER)
    assert messages.listing(tx)[0]["state"] == "filed"


def test_only_mails_that_changed_no_case_are_read_again(tx, mails):
    filed, ignored, failed, waiting, _ = mails
    file(tx, [filing(filed, change(nominee_name="王强")), filing(ignored, state=State.IGNORED)], NOW, CAMPAIGNS, 2026)
    messages.take(tx, 9, NOW)
    messages.fail(tx, failed, "读取超时", LATER)
    assert messages.reprocess(tx, [filed, ignored, failed, waiting]) == [ignored, failed]
    assert [(t.id, t.attempts) for t in messages.take(tx, 9, NOW)] == [(ignored, 1), (failed, 1)]


def test_the_listing_says_what_programs_rely_on(tx, mails):
    file(tx, [filing(mails[0], change(nominee_name="王强", problems=("story_too_short",)))], NOW, CAMPAIGNS, 2026)
    row = messages.listing(tx)[0]
    assert {
        k: row[k] for k in ("id", "message_id", "folder", "uid", "kind", "state", "reason", "cases", "problems")
    } == {
        "id": mails[0],
        "message_id": f"<content {mails[0]}@example.com>",
        "folder": "INBOX",
        "uid": 1,
        "kind": "submission",
        "state": "filed",
        "reason": "新建线索",
        "cases": ["YG-2026-00001"],
        "problems": [{"field": None, "code": "story_too_short", "message": "请留意"}],
    }


def test_where_a_mail_is_and_how_many_there_are(tx, mails):
    assert messages.ref(tx, mails[1]) == delivery(2)[1]
    assert messages.ref(tx, 999) is None
    messages.finish(tx, [(mails[0], Outcome(reading(), State.HELD, "请看一眼"), None)], NOW)
    assert messages.counts(tx) == {State.HELD: 1, State.RECEIVED: 4}
