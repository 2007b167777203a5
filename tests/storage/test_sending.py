"""Sending: nothing leaves twice, nothing is forgotten, and whatever a server said is kept."""

import pytest
from stored import LATER, NOW, answer

from storage import accounts, outgoing, sending
from storage.outgoing import OutgoingState as S


def state(tx, mail_id):
    return outgoing.get(tx, mail_id).state


def test_an_attempt_is_recorded_before_dialling_and_once(tx, one):
    assert sending.begin(tx, one, NOW, LATER)
    assert not sending.begin(tx, one, NOW, LATER)
    row = outgoing.get(tx, one)
    assert (row.state, row.attempts, row.last_attempt_at, row.next_attempt_at) == (S.SENDING, 1, NOW, LATER)
    assert outgoing.due(tx, "ceacq", LATER) == []
    assert accounts.last_attempt_at(tx, "ceacq") == NOW


@pytest.mark.parametrize(
    ("settle", "expected"),
    [
        (sending.parked, S.PARKED),
        (sending.in_doubt, S.IN_DOUBT),
        (sending.failed, S.FAILED),
        (sending.sent, S.SENT),
    ],
)
def test_what_is_settled_does_not_leave_again(tx, one, settle, expected):
    sending.begin(tx, one, NOW, LATER)
    sending.handing_over(tx, one, 1)
    settle(tx, one, NOW, "the server's words")
    row = outgoing.get(tx, one)
    assert (row.state, row.last_reply, row.next_attempt_at) == (expected, "the server's words", None)
    assert outgoing.due(tx, "ceacq", LATER) == []
    assert sending.recover(tx, LATER) == (0, 0)


def test_after_a_crash_only_what_was_not_handed_over_is_sent_again(tx):
    dialled, handed = outgoing.queue(tx, [answer("YG-2026-00001"), answer("YG-2026-00002")], NOW)
    sending.begin(tx, dialled, NOW, LATER)
    sending.begin(tx, handed, NOW, LATER)
    sending.handing_over(tx, handed, 1)
    assert sending.recover(tx, LATER) == (1, 1)
    assert (state(tx, dialled), state(tx, handed)) == (S.QUEUED, S.IN_DOUBT)
    assert [row.id for row in outgoing.due(tx, "ceacq", LATER)] == [dialled]
    assert [row.id for row in outgoing.in_state(tx, S.IN_DOUBT)] == [handed]


def test_a_mail_that_another_process_took_over_is_not_handed_over(tx, one):
    sending.begin(tx, one, NOW, LATER)
    sending.recover(tx, NOW)  # the other process starts, while we are still dialling
    assert not sending.handing_over(tx, one, 1)
    sending.begin(tx, one, NOW, LATER)
    assert not sending.handing_over(tx, one, 1)
    assert sending.handing_over(tx, one, 2)
    sending.sent(tx, one, NOW, "250 OK")
    sending.deferred(tx, one, NOW, "we were cut off", LATER)
    assert state(tx, one) == S.SENT


@pytest.mark.parametrize("everything", [True, False])
def test_retry_takes_deferred_and_parked_and_lifts_the_pause_never_a_doubt(tx, everything):
    ids = outgoing.queue(tx, [answer(f"YG-2026-0000{n}") for n in range(1, 7)], NOW)
    deferred, parked, doubt, failed, sent, _queued = ids
    for mail_id in ids[:-1]:
        sending.begin(tx, mail_id, NOW, LATER)
    sending.deferred(tx, deferred, NOW, "451", LATER)
    for settle, mail_id in (
        (sending.parked, parked),
        (sending.in_doubt, doubt),
        (sending.failed, failed),
        (sending.sent, sent),
    ):
        settle(tx, mail_id, NOW, "reply")
    accounts.pause(tx, "ceacq", LATER, "MI:SFQ")
    assert sending.retry(tx, None if everything else ids, NOW) == [deferred, parked]
    assert accounts.paused(tx, "ceacq", NOW) is None
    assert (state(tx, doubt), state(tx, failed), state(tx, sent)) == (S.IN_DOUBT, S.FAILED, S.SENT)


def test_a_retry_of_one_account_leaves_the_pause_of_another(tx, one):
    accounts.pause(tx, "other", LATER, "MI:SFQ")
    sending.retry(tx, [one], NOW)
    assert accounts.paused(tx, "other", NOW) == (LATER, "MI:SFQ")


def test_a_bounce_is_noted_at_its_mail(tx, one):
    assert sending.bounced(tx, answer().message_id, LATER, "550 no such user") == one
    assert sending.bounced(tx, "<stranger@example.com>", LATER, "550") is None
    assert outgoing.listing(tx)[0]["bounced_at"] == LATER.isoformat()
