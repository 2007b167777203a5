"""The outbox: what is queued lies there once and whole, and is due when it should be."""

from datetime import timedelta

from stored import LATER, NOW, answer, delivery

from storage import messages, outgoing, sending
from storage.outgoing import OutgoingState as S


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
    sending.begin(tx, late, NOW, LATER)
    sending.deferred(tx, late, NOW, "451 later", LATER)
    assert [row.id for row in outgoing.due(tx, "ceacq", NOW)] == [early]
    assert [row.id for row in outgoing.due(tx, "ceacq", LATER)] == [early, late]
    assert [row.id for row in outgoing.due(tx, "ceacq", LATER, limit=1)] == [early]
    assert outgoing.next_due_at(tx, "ceacq") == NOW
    assert outgoing.next_due_at(tx, "nobody") is None
    assert sending.release(tx, [held, early, other], LATER) == [held]
    assert len(outgoing.due(tx, "ceacq", LATER)) == 3


def test_the_listing_says_what_programs_rely_on(tx, one):
    sending.begin(tx, one, NOW, LATER)
    sending.deferred(tx, one, NOW, "451 4.7.1 greylisted", LATER)
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
