"""Accounts: what was sent counts for the caps, and a server that says wait is heard."""

from datetime import timedelta

from stored import LATER, NOW, answer

from storage import accounts, outgoing, sending


def test_a_pause_ends_by_itself_and_a_new_one_replaces_it(tx):
    accounts.pause(tx, "ceacq", NOW, "MI:SFQ")
    accounts.pause(tx, "ceacq", LATER, "MI:STC")
    assert accounts.paused(tx, "ceacq", NOW) == (LATER, "MI:STC")
    assert accounts.paused(tx, "ceacq", LATER) is None


def test_sent_mail_is_counted_for_the_caps(tx):
    ids = outgoing.queue(tx, [answer(f"YG-2026-0000{n}") for n in range(1, 5)], NOW)
    for mail_id, minutes in zip(ids[:3], (0, 30, 70), strict=True):
        sending.begin(tx, mail_id, NOW, LATER)
        sending.sent(tx, mail_id, NOW + timedelta(minutes=minutes), "250 ok", "q1")
    sending.failed(tx, ids[3], LATER, "given up")
    counts = [accounts.sent_count(tx, "ceacq", NOW + timedelta(minutes=m)) for m in (0, 1, 60)]
    assert counts == [3, 2, 1]
    assert accounts.sent_count(tx, "other", NOW) == 0
