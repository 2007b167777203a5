"""The digest's questions, each answered with just the rows that staff must look at."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from stored import CAMPAIGNS, NOW, answer, change, delivery, filing

from intake.kind import Kind
from intake.outcome import State
from storage import messages, operations, outgoing, sending
from storage.filing import file as file_all
from storage.filing import move
from storage.worklist import worklist

DAY = timedelta(days=1)
WANG = {"nominee_name": "王强", "employer": "长江电工厂"}


@pytest.fixture
def ids(tx):
    return iter(messages.receive(tx, "ceacq", [delivery(uid) for uid in range(1, 30)], NOW))


@pytest.fixture
def file(tx, ids):
    def file(*changes, now=NOW, **more):
        message = next(ids)
        file_all(tx, [filing(message, *changes, **more)], now, CAMPAIGNS, 2026)
        return message

    return file


def day(tx, since=NOW, until=NOW + DAY):
    return worklist(tx, since, until, until, zone=ZoneInfo("Asia/Shanghai"), verify={"story": "待核实"})


def numbers(rows):
    return [row.number for row in rows]


def test_a_quiet_day_is_empty(tx):
    told = day(tx)
    assert told.empty
    assert (told.received, told.stages, told.opened_by_day) == ({}, {}, {})


def test_cases_stand_where_they_belong(tx, file):
    file(change(missing=("story",), nominee_name="李娜"), now=NOW - 5 * DAY)
    file(change(nominee_name="赵敏"), now=NOW - 3 * DAY)
    file(change(**WANG))
    file(change(missing=("story",), nominee_name="孙丽"))
    told = day(tx)
    assert numbers(told.new) == ["YG-2026-00003", "YG-2026-00004"]
    assert numbers(told.to_verify) == ["YG-2026-00002", "YG-2026-00003"]
    assert [(row.number, row.waiting_days) for row in told.waiting] == [("YG-2026-00001", 6), ("YG-2026-00004", 1)]
    assert told.waiting[0].missing == ("story",)
    assert told.new[0].fields["employer"].value == "长江电工厂"
    assert told.stages == {"story": {"待核实": 2, "待补充": 2}}
    assert told.opened_by_day == {date(2026, 3, 2): 2}
    assert told.received == {State.FILED: 2}


def test_a_case_that_was_moved_on_is_not_to_be_verified(tx, file):
    file(change(**WANG))
    move(tx, "YG-2026-00001", "遴选", staff="李娜", now=NOW)
    assert numbers(day(tx).to_verify) == []


def test_possible_duplicates_name_each_other_also_from_one_batch(tx, ids):
    both = [
        filing(next(ids), change(**WANG)),
        filing(next(ids), change(**WANG)),
        filing(next(ids), change(nominee_name="李娜")),
    ]
    file_all(tx, both, NOW, CAMPAIGNS, 2026)
    told = [(row.number, row.similar) for row in day(tx).duplicates]
    assert told == [("YG-2026-00001", ("YG-2026-00002",)), ("YG-2026-00002", ("YG-2026-00001",))]
    assert day(tx, NOW + DAY, NOW + 2 * DAY).duplicates == ()


def test_mails_that_need_a_person(tx, ids, file):
    failed = next(ids)
    messages.fail(tx, failed, "读取超时", NOW)
    held = file(state=State.HELD, reason="请核对")
    partly = file(change(problems=("encrypted_attachment",), **WANG))
    other = file(state=State.IGNORED, kind=Kind.OTHER)
    file(state=State.IGNORED, kind=Kind.AUTO_REPLY)
    told = day(tx)
    assert [[row.id for row in rows] for rows in (told.unread, told.held, told.partly, told.other)] == [
        [failed],
        [held],
        [partly],
        [other],
    ]
    assert (told.partly[0].problems, told.partly[0].cases) == (("encrypted_attachment",), ("YG-2026-00001",))
    later = day(tx, NOW + DAY, NOW + 2 * DAY)
    assert [len(rows) for rows in (later.unread, later.held, later.partly, later.other)] == [1, 1, 0, 0]


def test_a_file_that_was_asked_for_again_is_open_until_the_case_is_complete(tx, file):
    unread = file(change(missing=("story",), problems=("encrypted_attachment",), **WANG))
    outgoing.queue(tx, [answer(kind="unreadable_attachment", message=unread)], NOW)
    assert [row.id for row in day(tx).partly] == [unread]
    file(change("YG-2026-00001", **WANG))
    assert day(tx).partly == ()


def test_an_answer_that_said_nothing_new_may_be_a_question(tx, file):
    question = file(state=State.MERGED, kind=Kind.FOLLOW_UP)
    assert [row.id for row in day(tx).other] == [question]


def test_other_mail_that_was_answered_needs_nobody(tx, file):
    other = file(state=State.IGNORED, kind=Kind.OTHER)
    outgoing.queue(tx, [answer(message=other)], NOW)
    assert day(tx).other == ()


def test_answers_that_do_not_leave(tx):
    mails = [answer(f"YG-2026-0000{n}", held="请确认" if n == 6 else None) for n in range(1, 7)]
    parked, failed, doubt, bounced, _sent, held = outgoing.queue(tx, mails, NOW)
    sending.parked(tx, parked, NOW, "550 no such user")
    sending.failed(tx, failed, NOW, "given up")
    sending.in_doubt(tx, doubt, NOW, "cut off")
    sending.sent(tx, bounced, NOW, "250 ok")
    sending.bounced(tx, mails[3].message_id, NOW, "550 mailbox full")
    told = day(tx)
    assert [(row.id, row.state, row.bounced) for row in told.undeliverable] == [
        *((parked, "parked", False), (failed, "failed", False), (doubt, "in_doubt", False), (bounced, "sent", True)),
    ]
    assert [(row.id, row.held) for row in told.held_answers] == [(held, "请确认")]


def test_open_alerts_are_in_every_digest(tx):
    operations.alert(tx, "login_refused", "授权码不对", NOW - 9 * DAY, "ceacq")
    assert [a.message for a in day(tx).alerts] == ["授权码不对"]
    assert not day(tx).empty
