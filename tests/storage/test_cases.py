"""Filing: numbers, history with provenance, events; and what is known of a mail before it is decided on."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event
from stored import CAMPAIGN, CAMPAIGNS, LATER, NOW, answer, change, delivery, filing, reading, values

from intake.draft import FieldValue
from intake.kind import Kind
from intake.mailboxes.mailbox import Mark
from intake.outcome import Known, State
from intake.values.values import Problem
from storage import accounts, cases, messages, outgoing
from storage.database import open_database
from storage.filing import edit, move
from storage.filing import file as file_all
from storage.known import identity_tokens
from storage.known import known as known_of

WANG = {"nominee_name": "王强", "nominee_phone": "13800001111", "employer": "长江电工厂"}


def file(tx, *filings, now=NOW, year=2026):
    return file_all(tx, filings, now, CAMPAIGNS, year)


def numbers(filed):
    return [tuple(f.number for f in one) for one in filed]


def known(tx, *readings, now=LATER):
    return known_of(tx, list(enumerate(readings, 1001)), now, CAMPAIGNS)


# --- numbers ---


def test_numbers_count_up_by_prefix_and_year(tx, mails):
    a, b, c, d, e = mails
    first = file(tx, filing(a, change(**WANG), change(nominee_name="李娜")), filing(b), filing(c, change(**WANG)))
    assert numbers(first) == [("YG-2026-00001", "YG-2026-00002"), (), ("YG-2026-00003",)]
    assert numbers(file(tx, filing(d, change(**WANG)))) == [("YG-2026-00004",)]
    assert numbers(file(tx, filing(e, change(**WANG)), year=2027)) == [("YG-2027-00001",)]


def test_two_connections_never_give_one_number_twice(url):
    databases = [open_database(url) for _ in range(2)]
    with databases[0].transaction() as tx:
        ids = messages.receive(tx, "ceacq", [delivery(uid) for uid in range(1, 41)], NOW)

    def file_some(database, mine):
        given = []
        for message in mine:
            with database.transaction() as tx:
                given += [f.number for one in file(tx, filing(message, change(**WANG))) for f in one]
        return given

    with ThreadPoolExecutor(2) as pool:
        given = sorted(n for some in pool.map(file_some, databases, (ids[::2], ids[1::2])) for n in some)
    assert given == [f"YG-2026-{n:05d}" for n in range(1, 41)]
    for database in databases:
        database.close()


def test_a_mail_is_filed_once_however_many_workers_read_it(tx, mails):
    both = file(tx, filing(mails[0], change(**WANG)))
    again = file(tx, filing(mails[0], change(**WANG)), filing(mails[1], change(nominee_name="李娜")))
    assert (numbers(both), again[0], numbers(again[1:])) == ([("YG-2026-00001",)], None, [("YG-2026-00002",)])
    assert len(cases.listing(tx)) == 2


def test_two_workers_at_once_file_a_mail_once(url):
    databases = [open_database(url) for _ in range(2)]
    with databases[0].transaction() as tx:
        ids = messages.receive(tx, "ceacq", [delivery(uid) for uid in range(1, 21)], NOW)

    def file_all(database):
        done = 0
        for message in ids:
            with database.transaction() as tx:
                done += file(tx, filing(message, change(**WANG)))[0] is not None
        return done

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(file_all, databases)) == 20
    for database in databases:
        database.close()


# --- what is filed ---


def test_the_listing_says_what_programs_rely_on(tx, mails):
    file(tx, filing(mails[0], change(missing=("story",), years_of_service=21, **WANG)))
    file(tx, filing(mails[1], change("YG-2026-00001", story="他三十年如一日")), now=LATER)
    (row,) = cases.listing(tx)
    wanted = (
        "number",
        "campaign",
        "stage",
        "complete",
        "missing",
        "message_ids",
        "category",
        "tags",
        "priority",
        "assignee",
        "batch",
    )
    assert {key: row[key] for key in wanted} == {
        "number": "YG-2026-00001",
        "campaign": "story",
        "stage": "待核实",
        "complete": True,
        "missing": [],
        "message_ids": [f"<content {mails[0]}@example.com>", f"<content {mails[1]}@example.com>"],
        "category": "攻坚",
        "tags": ["骨干"],
        "priority": "高",
        "assignee": "李娜",
        "batch": "第一批",
    }
    assert {k: v["value"] for k, v in row["fields"].items()} == {
        "years_of_service": 21,
        "story": "他三十年如一日",
        **WANG,
    }
    assert row["sender"] == {"name": "张伟", "address": "zhang.wei@example.com"}
    assert (row["opened_at"], row["updated_at"]) == (NOW.isoformat(), LATER.isoformat())


def test_show_tells_all_of_a_case(tx, mails):
    file(tx, filing(mails[0], change(**WANG)))
    outgoing.queue(tx, [answer(message=mails[0])], NOW)
    told = cases.show(tx, "YG-2026-00001")
    assert [(h["field"], h["value"], h["source"], h["message"], h["current"]) for h in told["history"]] == [
        ("employer", "长江电工厂", "征集表.docx", mails[0], True),
        ("nominee_name", "王强", "征集表.docx", mails[0], True),
        ("nominee_phone", "13800001111", "征集表.docx", mails[0], True),
    ]
    assert [m["role"] for m in told["messages"]] == ["opened"]
    assert [a["filename"] for a in told["attachments"]] == ["征集表.docx"]
    assert [o["kind"] for o in told["outgoing"]] == ["acknowledgement"]
    assert {e["kind"] for e in told["events"]} == {"message.filed", "case.opened"}
    assert told["decision"]["matched"][0]["effects"] == {"category": "攻坚", "tags": ["骨干"]}
    assert told["decision"]["ruleset"] == "r1"
    assert cases.show(tx, "YG-2026-00099") is None


# --- history ---


def history(tx, key="employer"):
    return [
        (h["value"], h["staff"], h["current"]) for h in cases.show(tx, "YG-2026-00001")["history"] if h["field"] == key
    ]


@pytest.fixture
def opened(tx, mails):
    file(tx, filing(mails[0], change(missing=("story",), **WANG)))
    return mails[1:]


def test_an_equal_value_is_not_written_again(tx, opened):
    file(tx, filing(opened[0], change("YG-2026-00001", employer="长江电工厂")))
    assert history(tx) == [("长江电工厂", None, True)]


def test_an_equal_value_that_is_surer_takes_the_place_of_a_doubtful_one(tx, mails):
    seen = replace(change(**WANG), new_values={"employer": FieldValue("长江电工厂", "长江电工厂", "1.jpg", 0.6)})
    file(tx, filing(mails[0], seen))
    assert cases.listing(tx)[0]["doubtful"] == ["employer"]
    file(tx, filing(mails[1], change("YG-2026-00001", employer="长江电工厂")))
    assert history(tx) == [("长江电工厂", None, False), ("长江电工厂", None, True)]
    assert cases.listing(tx)[0]["doubtful"] == []


def test_a_new_value_takes_the_place_of_the_old_one_which_stays(tx, opened):
    file(
        tx,
        filing(opened[0], change("YG-2026-00001", employer="嘉陵机器厂")),
        filing(opened[1], change("YG-2026-00001", employer="建设机床厂")),
        filing(opened[2], change("YG-2026-00001", employer="建设机床厂")),
    )
    assert history(tx) == [("长江电工厂", None, False), ("嘉陵机器厂", None, False), ("建设机床厂", None, True)]


def test_a_number_and_the_same_digits_as_text_are_two_values(tx, opened):
    file(
        tx, filing(opened[0], change("YG-2026-00001", years=21)), filing(opened[1], change("YG-2026-00001", years="21"))
    )
    assert history(tx, "years") == [(21, None, False), ("21", None, True)]


def test_a_contested_value_is_kept_beside(tx, opened):
    file(tx, filing(opened[0], change("YG-2026-00001", contested=values(employer="嘉陵机器厂"))))
    assert history(tx) == [("长江电工厂", None, True), ("嘉陵机器厂", None, False)]
    assert "case.contested" in [e["kind"] for e in cases.show(tx, "YG-2026-00001")["events"]]


def test_a_staff_edit_outranks_mail(tx, opened):
    typed = FieldValue("长江电工厂（总厂）", "长江电工厂（总厂）", "工作人员")
    edit(tx, "YG-2026-00001", "employer", typed, staff="李娜", now=NOW)
    file(tx, filing(opened[0], change("YG-2026-00001", employer="嘉陵机器厂")), now=LATER)
    assert history(tx) == [
        ("长江电工厂", None, False),
        ("长江电工厂（总厂）", "李娜", True),
        ("嘉陵机器厂", None, False),
    ]
    assert cases.listing(tx)[0]["fields"]["employer"]["value"] == "长江电工厂（总厂）"


def test_staff_move_a_case(tx, opened):
    move(tx, "YG-2026-00001", "遴选", staff="李娜", now=LATER)
    assert cases.listing(tx)[0]["stage"] == "遴选"
    with pytest.raises(KeyError):
        move(tx, "YG-2026-00099", "遴选", staff="李娜", now=LATER)


def test_a_mail_read_again_lists_its_attachments_once(tx, mails):
    file(tx, filing(mails[0], state=State.HELD))
    messages.reprocess(tx, mails[:1])
    file(tx, filing(mails[0], change(**WANG)))
    assert len(cases.show(tx, "YG-2026-00001")["attachments"]) == 1


# --- what is known before ---


def test_nothing_is_known_of_a_stranger(tx):
    assert known(tx, reading(submissions=[values(**WANG)])) == [Known(similar={})]


@pytest.mark.parametrize(
    ("state", "repeat"),
    [
        (State.FILED, True),
        (State.MERGED, True),
        (State.IGNORED, True),
        (State.HELD, True),
        (State.REPEATED, False),
        (State.FAILED, False),
    ],
)
def test_a_repeat_is_known_by_its_content(tx, mails, state, repeat):
    file(tx, filing(mails[0], content="same", state=state))
    (told,) = known(tx, reading(content="same"))
    assert told.repeat_of == (mails[0] if repeat else None)


def test_a_repeat_within_a_batch_points_to_the_first(tx):
    told = known(tx, reading(content="x"), reading(content="y"), reading(content="x"), reading(content="x"))
    assert [k.repeat_of for k in told] == [None, None, 1001, 1001]


def test_a_mail_read_again_does_not_repeat_itself(tx, mails):
    file(tx, filing(mails[0], content="same", state=State.IGNORED))
    messages.reprocess(tx, mails[:1])
    (told,) = known_of(tx, [(mails[0], reading(content="same"))], LATER, CAMPAIGNS)
    assert told.repeat_of is None


@pytest.fixture
def answered(tx, mails):
    """An incomplete case of 张伟, and our question to him."""
    file(tx, filing(mails[0], change(missing=("story",), **WANG)))
    outgoing.queue(tx, [answer(kind="missing_fields", message=mails[0])], NOW)
    return "<YG-2026-00001.missing_fields.yugong-intake@example.com>"


@pytest.mark.parametrize(
    ("header", "sender"),
    [
        ({"in_reply_to": True}, "zhang.wei@example.com"),
        ({"references": True}, "zhang.wei@example.com"),
        ({"in_reply_to": True}, "colleague@example.com"),  # whoever has our Message-ID was given our mail
    ],
)
def test_a_thread_is_known_by_our_message_id(tx, answered, header, sender):
    named = dict.fromkeys(header, ("<other@example.com>", answered))
    (told,) = known(tx, reading(sender, kind=Kind.FOLLOW_UP, **named))
    (case,) = told.threads
    assert (case.number, case.missing, case.rounds, case.sender) == (
        "YG-2026-00001",
        ("story",),
        1,
        "zhang.wei@example.com",
    )
    assert case.fields["employer"] == FieldValue("长江电工厂", "长江电工厂", "征集表.docx")


def test_what_is_unsettled_about_a_case_is_known_to_the_next_mail(tx, answered, mails):
    doubt, link = Problem("gender", "unclear_value", "性别不清楚"), Problem(None, "large_attachment_link", "是链接")
    added = replace(change("YG-2026-00001", problems=["story_too_short"]), unsettled=(doubt, link))
    file(tx, filing(mails[1], added))
    (told,) = known(tx, reading(kind=Kind.FOLLOW_UP, in_reply_to=(answered,)))
    assert told.threads[0].problems == (doubt, link, *added.problems)


@pytest.mark.parametrize(
    ("sender", "number", "threads", "claims"),
    [
        ("zhang.wei@example.com", "YG-2026-00001", 1, False),
        ("stranger@example.com", "YG-2026-00001", 0, True),
        ("zhang.wei@example.com", "YG-2026-00099", 0, False),  # no such case
    ],
)
def test_a_number_counts_only_for_the_same_sender(tx, answered, sender, number, threads, claims):
    (told,) = known(tx, reading(sender, case_numbers=(number,)))
    assert (len(told.threads), told.claims_number) == (threads, claims)


def test_a_mail_with_several_cases_has_them_all_in_its_thread(tx, mails):
    file(tx, filing(mails[0], change(missing=("story",), **WANG), change(missing=("story",), nominee_name="李娜")))
    both = ("YG-2026-00001", "YG-2026-00002")
    outgoing.queue(tx, [answer(message=mails[0], cases=both, message_id="<both@example.com>")], NOW)
    (told,) = known(tx, reading(in_reply_to=("<both@example.com>",)))
    assert [(c.number, c.rounds) for c in told.threads] == [(n, 1) for n in both]


def test_incomplete_cases_of_the_sender_newest_first(tx, mails):
    file(tx, filing(mails[0], change(missing=("story",), **WANG)), filing(mails[1], change(nominee_name="李娜")))
    file(tx, filing(mails[2], change(missing=("party",), nominee_name="赵敏")))
    (told, other) = known(tx, reading(), reading("else@example.com"))
    assert [c.number for c in told.same_sender] == ["YG-2026-00003", "YG-2026-00001"]
    assert other.same_sender == ()


def test_not_more_incomplete_cases_than_a_person_can_mean(tx):
    ids = messages.receive(tx, "ceacq", [delivery(uid) for uid in range(1, 31)], NOW)
    file(tx, *(filing(m, change(missing=("story",), nominee_name="王强")) for m in ids))
    (told,) = known(tx, reading())
    assert [c.number for c in told.same_sender] == [f"YG-2026-{n:05d}" for n in range(30, 10, -1)]


@pytest.mark.parametrize(
    ("fields", "similar"),
    [
        (WANG, True),
        ({**WANG, "nominee_phone": "13900002222"}, True),  # another phone, the same employer
        ({**WANG, "employer": "别的厂"}, True),
        ({"nominee_name": "王 强", "employer": "长江电工厂"}, True),
        ({**WANG, "nominee_phone": "13900002222", "employer": "别的厂"}, False),  # a namesake
        ({**WANG, "nominee_name": "王勇"}, False),  # a colleague with the office's phone
        ({"employer": "长江电工厂"}, False),
        ({}, False),
    ],
)
def test_the_same_nominee_is_known_by_name_and_one_thing_more(tx, mails, fields, similar):
    file(tx, filing(mails[0], change(**WANG)))
    (told,) = known(tx, reading("else@example.com", submissions=[values(nominee_name="某人"), values(**fields)]))
    assert told.similar == ({1: ("YG-2026-00001",)} if similar else {})


def test_a_case_is_not_its_own_duplicate(tx, answered):
    (told,) = known(tx, reading(in_reply_to=(answered,), submissions=[values(**WANG)]))
    assert told.similar == {}


def test_answers_are_counted_for_a_day(tx, answered):
    outgoing.queue(tx, [answer("", "digest", case=None, cases=())], NOW)
    counts = [known(tx, reading(), now=NOW + timedelta(hours=h))[0].answers_today for h in (1, 23, 25)]
    assert counts == [1, 1, 0]


def test_answers_in_a_thread_are_counted_since_it_last_told_us_something(tx, mails, answered):
    def count():
        return known(tx, reading(in_reply_to=(answered,)))[0].answers_in_thread

    assert count() == 0
    for n, message in enumerate(mails[1:3], 2):  # mails that say nothing, answered all the same
        file(tx, filing(message, change("YG-2026-00001", missing=("story",))))
        outgoing.queue(tx, [answer(message=message, key=f"k{n}", message_id=f"<k{n}@example.com>")], NOW)
    assert count() == 2
    file(tx, filing(mails[3], change("YG-2026-00001", story="他三十年如一日")))
    outgoing.queue(tx, [answer(message=mails[3], key="k9", message_id="<k9@example.com>")], NOW)
    assert count() == 0


def test_a_batch_is_looked_up_and_filed_in_few_statements(tx):
    ids = messages.receive(tx, "ceacq", [delivery(uid) for uid in range(1, 51)], NOW)
    executed = []
    event.listen(tx, "before_cursor_execute", lambda *given: executed.append(given[2]))
    batch = [
        (m, reading(f"a{m}@example.com", f"c{m}", submissions=[values(**WANG)], case_numbers=("YG-2026-00001",)))
        for m in ids
    ]
    known_of(tx, batch, NOW, CAMPAIGNS)
    looked_up = len(executed)
    file(tx, *(filing(m, change(**WANG, **{f"k{i}": "v" for i in range(11)})) for m in ids))
    assert (looked_up <= 9, len(executed) - looked_up <= 25) == (True, True), executed


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # PostgreSQL scans small tables whatever the indexes
def test_no_lookup_scans_a_table(tx):
    executed = []
    event.listen(tx, "before_cursor_execute", lambda *given: executed.append((given[2], given[3])))
    told = reading(submissions=[values(**WANG)], in_reply_to=("<a@b>",), case_numbers=("YG-2026-00001",))
    known_of(tx, [(1, told)], NOW, CAMPAIGNS)
    messages.take(tx, 5, NOW)
    messages.receive(tx, "ceacq", [delivery(1)], NOW, covered={"INBOX": Mark(1, 5)})
    messages.marks(tx, "ceacq")
    outgoing.due(tx, "ceacq", NOW)
    outgoing.next_due_at(tx, "ceacq")
    accounts.sent_count(tx, "ceacq", NOW)
    accounts.last_attempt_at(tx, "ceacq")
    scans = [
        (plan[3], statement)
        for statement, parameters in list(executed)
        if statement.startswith("SELECT")
        for plan in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        if plan[3].startswith("SCAN")
        and not plan[3].startswith(("SCAN CONSTANT", "SCAN (subquery", "SCAN anon", "SCAN told"))
    ]
    assert scans == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_an_empty_poll_reads_no_mail_below_the_watermark(tx):
    """Every poll asks for the marks: what it costs must not grow with the mails that are archived."""
    messages.receive(tx, "ceacq", [delivery(uid) for uid in range(1, 4)], NOW, covered={"INBOX": Mark(1, 3)})
    executed = []
    event.listen(tx, "before_cursor_execute", lambda *given: executed.append((given[2], given[3])))
    messages.marks(tx, "ceacq")
    asked = [(s, p) for s, p in executed if "FROM messages" in s]
    plans = [plan[3] for s, p in asked for plan in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {s}", p)]
    assert len(asked) == 1
    assert all("uid>?" in plan for plan in plans if plan.startswith("SEARCH")), plans


def test_no_name_no_identity():
    assert identity_tokens(values(employer="厂"), CAMPAIGN.identity) == []
    assert identity_tokens(values(nominee_name="王强"), CAMPAIGN.identity) == ["王强"]
    assert identity_tokens(values(**WANG), replace(CAMPAIGN, identity=()).identity) == []
