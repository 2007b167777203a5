"""The outbox: nothing leaves twice, nothing is forgotten, and whatever a server said is kept."""

from datetime import timedelta

import pytest
from stored import LATER, NOW, answer, delivery

from storage import messages, outgoing
from storage.outgoing import OutgoingState as S


@pytest.fixture
def one(tx):
    """The id of one queued answer."""
    return outgoing.queue(tx, [answer()], NOW)[0]


def state(tx, mail_id):
    return outgoing.get(tx, mail_id).state


def test_what_is_queued_comes_out_whole(tx):
    message = messages.receive(tx, "ceacq", [delivery(1)], NOW)[0]
    mail = answer(
        message=message,
        cases=("YG-2026-00001", "YG-2026-00002"),
        in_reply_to="<a@b>",
        references=("<a@b>", "<c@d>"),
        attachments=(("空白表.docx", b"PK\0\xff"), ("又一份.docx", b"PK\0\xff")),
    )
    outgoing.queue(tx, [mail], NOW)
    (row,) = outgoing.due(tx, "ceacq", NOW)
    assert row.mail == mail
    assert (row.state, row.attempts, row.deadline) == (S.QUEUED, 0, NOW + timedelta(days=3))
    assert outgoing.by_message_id(tx, mail.message_id) == row
    assert outgoing.by_message_id(tx, "<stranger@example.com>") is None


def test_a_key_is_queued_once(tx, one):
    second = answer(text="又一封", message_id="<again@example.com>")
    assert outgoing.queue(tx, [second], LATER) == []
    more = [second, answer("YG-2026-00002"), answer("YG-2026-00002", text="重复")]
    assert len(outgoing.queue(tx, more, LATER)) == 1
    assert [row.mail.text for row in outgoing.due(tx, "ceacq", LATER)] == ["已收到您的线索"] * 2


def test_nothing_to_queue(tx):
    assert outgoing.queue(tx, [], NOW) == []


def test_due_is_what_may_leave_now_by_this_account_longest_due_first(tx):
    late, early, held, other = outgoing.queue(
        tx,
        [
            answer("YG-2026-00001"),
            answer("YG-2026-00002"),
            answer("YG-2026-00003", held="请确认"),
            answer("YG-2026-00004", mailbox="other"),
        ],
        NOW,
    )
    outgoing.begin(tx, late, NOW, LATER)
    outgoing.deferred(tx, late, NOW, "451 later", LATER)
    assert [row.id for row in outgoing.due(tx, "ceacq", NOW)] == [early]
    assert [row.id for row in outgoing.due(tx, "ceacq", LATER)] == [early, late]
    assert [row.id for row in outgoing.due(tx, "ceacq", LATER, limit=1)] == [early]
    assert outgoing.next_due_at(tx, "ceacq") == NOW
    assert outgoing.next_due_at(tx, "nobody") is None
    assert outgoing.release(tx, [held, early, other], LATER) == [held]
    assert len(outgoing.due(tx, "ceacq", LATER)) == 3


def test_an_attempt_is_recorded_before_dialling_and_once(tx, one):
    assert outgoing.begin(tx, one, NOW, LATER)
    assert not outgoing.begin(tx, one, NOW, LATER)
    row = outgoing.get(tx, one)
    assert (row.state, row.attempts, row.last_attempt_at, row.next_attempt_at) == (S.SENDING, 1, NOW, LATER)
    assert outgoing.due(tx, "ceacq", LATER) == []
    assert outgoing.last_attempt_at(tx, "ceacq") == NOW


@pytest.mark.parametrize(
    ("settle", "expected"),
    [
        (outgoing.parked, S.PARKED),
        (outgoing.in_doubt, S.IN_DOUBT),
        (outgoing.failed, S.FAILED),
        (outgoing.sent, S.SENT),
    ],
)
def test_what_is_settled_does_not_leave_again(tx, one, settle, expected):
    outgoing.begin(tx, one, NOW, LATER)
    outgoing.handing_over(tx, one, 1)
    settle(tx, one, NOW, "the server's words")
    row = outgoing.get(tx, one)
    assert (row.state, row.last_reply, row.next_attempt_at) == (expected, "the server's words", None)
    assert outgoing.due(tx, "ceacq", LATER) == []
    assert outgoing.recover(tx, LATER) == (0, 0)


def test_after_a_crash_only_what_was_not_handed_over_is_sent_again(tx):
    dialled, handed = outgoing.queue(tx, [answer("YG-2026-00001"), answer("YG-2026-00002")], NOW)
    outgoing.begin(tx, dialled, NOW, LATER)
    outgoing.begin(tx, handed, NOW, LATER)
    outgoing.handing_over(tx, handed, 1)
    assert outgoing.recover(tx, LATER) == (1, 1)
    assert (state(tx, dialled), state(tx, handed)) == (S.QUEUED, S.IN_DOUBT)
    assert [row.id for row in outgoing.due(tx, "ceacq", LATER)] == [dialled]
    assert [row.id for row in outgoing.in_state(tx, S.IN_DOUBT)] == [handed]


def test_a_mail_that_another_process_took_over_is_not_handed_over(tx, one):
    outgoing.begin(tx, one, NOW, LATER)
    outgoing.recover(tx, NOW)  # the other process starts, while we are still dialling
    assert not outgoing.handing_over(tx, one, 1)
    outgoing.begin(tx, one, NOW, LATER)
    assert not outgoing.handing_over(tx, one, 1)
    assert outgoing.handing_over(tx, one, 2)
    outgoing.sent(tx, one, NOW, "250 OK")
    outgoing.deferred(tx, one, NOW, "we were cut off", LATER)
    assert state(tx, one) == S.SENT


@pytest.mark.parametrize("everything", [True, False])
def test_retry_takes_deferred_and_parked_and_lifts_the_pause_never_a_doubt(tx, everything):
    ids = outgoing.queue(tx, [answer(f"YG-2026-0000{n}") for n in range(1, 7)], NOW)
    deferred, parked, doubt, failed, sent, _queued = ids
    for mail_id in ids[:-1]:
        outgoing.begin(tx, mail_id, NOW, LATER)
    outgoing.deferred(tx, deferred, NOW, "451", LATER)
    for settle, mail_id in (
        (outgoing.parked, parked),
        (outgoing.in_doubt, doubt),
        (outgoing.failed, failed),
        (outgoing.sent, sent),
    ):
        settle(tx, mail_id, NOW, "reply")
    outgoing.pause(tx, "ceacq", LATER, "MI:SFQ")
    assert outgoing.retry(tx, None if everything else ids, NOW) == [deferred, parked]
    assert outgoing.paused(tx, "ceacq", NOW) is None
    assert (state(tx, doubt), state(tx, failed), state(tx, sent)) == (S.IN_DOUBT, S.FAILED, S.SENT)


def test_a_retry_of_one_account_leaves_the_pause_of_another(tx, one):
    outgoing.pause(tx, "other", LATER, "MI:SFQ")
    outgoing.retry(tx, [one], NOW)
    assert outgoing.paused(tx, "other", NOW) == (LATER, "MI:SFQ")


def test_a_pause_ends_by_itself_and_a_new_one_replaces_it(tx):
    outgoing.pause(tx, "ceacq", NOW, "MI:SFQ")
    outgoing.pause(tx, "ceacq", LATER, "MI:STC")
    assert outgoing.paused(tx, "ceacq", NOW) == (LATER, "MI:STC")
    assert outgoing.paused(tx, "ceacq", LATER) is None


def test_sent_mail_is_counted_for_the_caps(tx):
    ids = outgoing.queue(tx, [answer(f"YG-2026-0000{n}") for n in range(1, 5)], NOW)
    for mail_id, minutes in zip(ids[:3], (0, 30, 70), strict=True):
        outgoing.begin(tx, mail_id, NOW, LATER)
        outgoing.sent(tx, mail_id, NOW + timedelta(minutes=minutes), "250 ok", "q1")
    outgoing.failed(tx, ids[3], LATER, "given up")
    counts = [outgoing.sent_count(tx, "ceacq", NOW + timedelta(minutes=m)) for m in (0, 1, 60)]
    assert counts == [3, 2, 1]
    assert outgoing.sent_count(tx, "other", NOW) == 0


def test_a_bounce_is_noted_at_its_mail(tx, one):
    assert outgoing.bounced(tx, answer().message_id, LATER, "550 no such user") == one
    assert outgoing.bounced(tx, "<stranger@example.com>", LATER, "550") is None
    assert outgoing.listing(tx)[0]["bounced_at"] == LATER.isoformat()


def test_the_listing_says_what_programs_rely_on(tx, one):
    outgoing.begin(tx, one, NOW, LATER)
    outgoing.deferred(tx, one, NOW, "451 4.7.1 greylisted", LATER)
    (row,) = outgoing.listing(tx)
    wanted = ("id", "kind", "to", "case", "message_id", "state", "attempts", "next_attempt_at", "last_reply")
    assert {key: row[key] for key in wanted} == {
        "id": one,
        "kind": "acknowledgement",
        "to": "zhang.wei@example.com",
        "case": "YG-2026-00001",
        "message_id": answer().message_id,
        "state": "deferred",
        "attempts": 1,
        "next_attempt_at": LATER.isoformat(),
        "last_reply": "451 4.7.1 greylisted",
    }
