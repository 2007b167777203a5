"""Sending from a real database: what is committed at which moment, and what a crash leaves behind."""

import email
import itertools
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller

from intake.mailboxes.mailbox import MailboxUnreachable
from outbox.deliver import FRESH, Account, deliver_due
from outbox.smtp import CutAfterText, Refused, Unreachable
from storage import outgoing, sending
from storage.database import open_database
from storage.outgoing import Outgoing, OutgoingState

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
ACCOUNT = Account(
    mailbox="ceacq",
    address="ceacq@163.com",
    username="ceacq@163.com",
    password="secret",
    host="127.0.0.1",
    port=1,
    tls=False,
    interval=0,
    per_hour=1000,
    per_day=1000,
    delays=(60, 300, 900, 3600),
)
OK = "250 Mail OK queued as smtp11,abc 1772000000"


class Crash(BaseException):
    """The process is gone."""


class Server:
    """Answers in order; the last one repeats. Behaves as Transport does, and keeps what was handed over."""

    def __init__(self, *answers):
        self.answers = list(answers) or [OK]
        self.dialled = []
        self.taken = []

    def __call__(self, account):
        return self

    def close(self):
        pass

    def send(self, sender, to, data, before_text):
        self.dialled.append(to)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Unreachable | Crash) or (isinstance(answer, Refused) and answer.stage != "text"):
            raise answer
        before_text()
        if isinstance(answer, Exception):
            raise answer
        self.taken.append(to)
        return answer


class TakenOver(Server):
    """While we dial, another process starts on the same database."""

    def __init__(self, bench):
        super().__init__()
        self.bench = bench

    def send(self, sender, to, data, before_text):
        with self.bench.database.transaction() as tx:
            sending.recover(tx, self.bench.now)
        return super().send(sender, to, data, before_text)


class Bench:
    """A database, a clock that moves only when told or slept, and one account."""

    def __init__(self, folder):
        self.database = open_database(f"sqlite:///{folder}/intake.db")
        self.now = START
        self.slept = []
        self.asked_sent = []
        self.in_sent = frozenset()

    def queue(self, *names, **changes):
        mails = [
            Outgoing(
                key=f"{name}/acknowledgement/1",
                mailbox=changes.get("mailbox", "ceacq"),
                kind="acknowledgement",
                to=changes.get("to", f"{name}@example.com"),
                subject="Re: 线索",
                text="您好",
                html="<p>您好</p>",
                message_id=f"<yugong-intake.{name}@163.com>",
            )
            for name in names
        ]
        for mail in mails:
            with self.database.transaction() as tx:
                outgoing.queue(tx, [mail], self.now)

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        return False

    def sent_ids(self, since):
        self.asked_sent.append(since)
        return self.in_sent

    def deliver(self, server, later=0, breaker=FRESH, **changes):
        self.now += timedelta(seconds=later)
        return deliver_due(
            self.database,
            replace(ACCOUNT, **changes),
            clock=lambda: self.now,
            sleep=self.sleep,
            sent_ids=self.sent_ids,
            breaker=breaker,
            connect=server,
        )

    def rows(self):
        with self.database.reading() as tx:
            return {row.mail.key.partition("/")[0]: row for row in outgoing.in_state(tx, *OutgoingState)}

    def states(self):
        return {name: str(row.state) for name, row in self.rows().items()}


class Mailroom:
    """A real server behind a real session."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's names
        if "cut@example.com" in envelope.rcpt_tos:
            server.transport.abort()
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, email.message_from_bytes(envelope.content)))
        return OK


class AnyPort(Controller):
    def _trigger_server(self):  # it connects to itself once, and does not know the port that it was given
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """An up-to-date database without rows, made once and copied."""
    folder = tmp_path_factory.mktemp("empty")
    database = open_database(f"sqlite:///{folder}/intake.db")
    database.upgrade()
    database.close()
    return folder


@pytest.fixture
def bench(empty, tmp_path):
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    bench = Bench(tmp_path)
    yield bench
    bench.database.close()


def test_everything_due_leaves_once(bench):
    bench.queue("a", "b", "c")
    server = Server()
    report = bench.deliver(server)
    assert server.taken == ["a@example.com", "b@example.com", "c@example.com"]
    assert (report.count(OutgoingState.SENT), report.next_at) == (3, None)
    row = bench.rows()["a"]
    assert (row.state, row.attempts, row.last_reply, row.queue_id) == ("sent", 1, OK, "smtp11,abc")
    bench.deliver(server, later=86400)
    assert len(server.taken) == 3


def test_another_mailbox_is_left_alone(bench):
    bench.queue("a", mailbox="other")
    server = Server()
    assert bench.deliver(server).next_at is None
    assert server.dialled == []


@pytest.mark.parametrize(
    ("answers", "times", "state", "attempts"),
    [
        ([Refused(451, "later", "recipient")], 1, "deferred", 1),
        ([Refused(451, "later", "recipient"), OK], 2, "sent", 2),
        ([Refused(550, "Invalid User", "recipient")], 1, "deferred", 1),
        ([Refused(550, "Invalid User", "recipient")], 2, "parked", 2),
        ([Refused(550, "Invalid User", "recipient")], 9, "parked", 2),  # at most once more
        ([Refused(451, "later", "recipient"), Refused(550, "Invalid User", "recipient")], 9, "parked", 2),
        ([Refused(554, "DT:SPM", "text")], 9, "parked", 1),
        ([Refused(451, "DT:SPM, please try again", "text"), OK], 9, "sent", 2),
        ([Unreachable("没有应答")], 1, "deferred", 1),
        ([Unreachable("没有应答")], 100, "failed", 72),  # hourly for three days
        ([Refused(550, "User has no permission", "sender")], 1, "deferred", 1),
    ],
)
def test_what_an_answer_does_to_the_mail(bench, answers, times, state, attempts):
    bench.queue("a")
    server = Server(*answers)
    for _ in range(times):
        bench.deliver(server, later=3600)
    row = bench.rows()["a"]
    assert (row.state, row.attempts, len(server.dialled)) == (state, attempts, attempts)


def test_delays_of_the_mailbox(bench):
    bench.queue("a")
    server = Server(Refused(450, "busy", "recipient"))
    waits = []
    for _ in range(4):
        report = bench.deliver(server, delays=(5, 20, 10))
        waits.append((report.next_at - bench.now).total_seconds())
        bench.now = report.next_at
    assert waits == [5, 20, 20, 20]


def test_no_automatic_retry_means_a_person(bench):
    bench.queue("a")
    bench.deliver(Server(Refused(450, "busy", "recipient")), delays=())
    assert bench.states() == {"a": "parked"}


def test_a_delay_of_zero_does_not_spin(bench):
    bench.queue("a")
    server = Server(Refused(450, "busy", "recipient"))
    bench.deliver(server, delays=(0,))
    assert len(server.dialled) == 1


def test_one_bad_recipient_never_stops_the_rest(bench):
    bench.queue("a", "b", "c")
    bench.deliver(Server(OK, Refused(550, "Invalid User", "recipient"), OK))
    assert bench.states() == {"a": "sent", "b": "deferred", "c": "sent"}


def test_a_mail_that_cannot_be_built_is_parked_unsent(bench):
    bench.queue("a", to="张伟@example.com")
    bench.queue("b")
    server = Server()
    bench.deliver(server)
    assert bench.states() == {"a": "parked", "b": "sent"}
    assert "收件地址" in bench.rows()["a"].last_reply
    assert server.dialled == ["b@example.com"]


@pytest.mark.parametrize(
    ("refused", "pause"),
    [
        (Refused(451, "MI:SFQ", "sender"), timedelta(minutes=20)),
        (Refused(550, "User has no permission", "sender"), timedelta(hours=6)),
        (Refused(554, "MI:STC", "text"), timedelta(hours=8, minutes=10)),  # 00:10 in Beijing, from 16:00 there
    ],
)
def test_a_limit_of_the_account_pauses_the_whole_mailbox(bench, refused, pause):
    bench.queue("a", "b")
    server = Server(refused, OK)
    report = bench.deliver(server, delays=())
    assert (report.next_at - bench.now, bool(report.paused)) == (pause, True)
    assert bench.states() == {"a": "deferred", "b": "queued"}
    bench.deliver(server, later=pause.total_seconds() - 1)
    assert len(server.dialled) == 1
    bench.deliver(server, later=1)
    assert bench.states() == {"a": "sent", "b": "sent"}


def test_a_retry_by_hand_lifts_the_pause(bench):
    bench.queue("a")
    server = Server(Refused(550, "User has no permission", "sender"), OK)
    bench.deliver(server)
    with bench.database.transaction() as tx:
        sending.retry(tx, None, bench.now)
    bench.deliver(server)
    assert bench.states() == {"a": "sent"}


def test_a_wrong_password_is_not_hammered_and_a_restart_tries_at_once(bench):
    bench.queue("a", "b")
    server = Server(Refused(535, "authentication failed", "login"))
    breaker, tries = FRESH, []
    while len(tries) < 7:
        report = bench.deliver(server, breaker=breaker)
        assert report.login_refused
        tries.append((bench.now - START).total_seconds())
        assert not bench.deliver(server, later=1, breaker=report.breaker).login_refused
        breaker, bench.now = report.breaker, report.next_at
    assert sum(at <= 120 for at in tries) <= 5
    assert [round(b - a, -2) for a, b in itertools.pairwise(tries[4:])][:2] == [900, 1800]
    before = len(server.dialled)
    bench.now -= timedelta(seconds=600)  # in the middle of a pause
    assert not bench.deliver(server, breaker=breaker).login_refused
    bench.deliver(server)  # a fresh breaker, as after a restart
    assert len(server.dialled) == before + 1


def test_a_server_that_is_gone_is_dialled_once_for_all(bench):
    bench.queue("a", "b", "c")
    server = Server(Unreachable("发信服务器拒绝连接"), OK)
    report = bench.deliver(server)
    assert (server.dialled, report.unreachable) == (["a@example.com"], "发信服务器拒绝连接")
    assert bench.states() == {"a": "deferred", "b": "deferred", "c": "deferred"}
    assert {(row.next_attempt_at, row.last_reply) for row in bench.rows().values()} == {
        (bench.now + timedelta(seconds=60), "发信服务器拒绝连接")
    }
    bench.deliver(server, later=60)
    assert set(bench.states().values()) == {"sent"}


def test_a_refusing_greeting_is_no_fault_of_the_address(bench):
    bench.queue("a")
    server = Server(Refused(554, "no service", "connect"), Refused(554, "no service", "connect"), OK)
    for _ in range(3):
        bench.deliver(server, later=3600)
    assert bench.states() == {"a": "sent"}


def test_spacing_also_counts_from_before_the_start(bench):
    bench.queue("a", "b", "c")
    server = Server()
    bench.deliver(server, interval=10)
    assert bench.slept == [0, 10, 10]
    bench.queue("d")
    bench.deliver(server, later=4, interval=10)
    assert bench.slept[3:] == [6]


def test_stop_while_waiting(bench):
    bench.queue("a", "b")
    server = Server()
    answers = iter([False, True])
    bench.sleep = lambda _seconds: next(answers)
    bench.deliver(server)
    assert bench.states() == {"a": "sent", "b": "queued"}


@pytest.mark.parametrize(
    ("caps", "sent", "wait"),
    [
        ({"per_hour": 2}, 2, 3600),
        ({"per_day": 3}, 3, 86400),
        ({"per_hour": 2, "per_day": 1}, 1, 86400),
        ({}, 4, 0),
        ({"per_hour": 0, "per_day": 0}, 4, 0),
    ],
)
def test_caps(bench, caps, sent, wait):
    bench.queue("a", "b", "c", "d")
    server = Server()
    report = bench.deliver(server, **caps)
    assert len(server.taken) == sent
    assert bool(report.paused) == (sent < 4)
    bench.deliver(server, later=wait + 1)
    assert len(server.taken) == 4


# --- a crash at every step: nothing is lost, nothing is sent twice ---


def crash_at(monkeypatch, name):
    """The process dies as soon as it has committed nothing of this step."""

    def die(*args, **kwargs):
        raise Crash

    monkeypatch.setattr(sending, name, die)


@pytest.mark.parametrize(
    ("step", "after_the_crash", "dialled"),
    [
        ("begin", "queued", 0),  # before the attempt was recorded
        ("handing_over", "queued", 1),  # dialled, and the text stayed here
        ("sent", "in_doubt", 1),  # taken by the server, the outcome not committed
    ],
)
def test_crash(bench, monkeypatch, step, after_the_crash, dialled):
    bench.queue("a")
    server = Server()
    with monkeypatch.context() as patch:
        crash_at(patch, step)
        with pytest.raises(Crash):
            bench.deliver(server)
    assert len(server.dialled) == dialled
    with bench.database.transaction() as tx:
        sending.recover(tx, bench.now)
    assert bench.states() == {"a": after_the_crash}
    bench.in_sent = frozenset({"<yugong-intake.a@163.com>"} if server.taken else ())
    bench.deliver(server, later=3600)
    assert (server.taken, bench.states()) == (["a@example.com"], {"a": "sent"})


def test_crash_while_dialling_counts_as_an_attempt(bench):
    bench.queue("a")
    with pytest.raises(Crash):
        bench.deliver(Server(Crash()))
    assert (bench.rows()["a"].state, bench.rows()["a"].attempts) == ("sending", 1)
    bench.deliver(Server())
    assert (bench.rows()["a"].state, bench.rows()["a"].attempts) == ("sent", 2)


def test_in_doubt_is_found_in_the_sent_folder(bench):
    bench.queue("a")
    bench.deliver(Server(CutAfterText("连接中断")))
    assert bench.states() == {"a": "in_doubt"}
    bench.in_sent = frozenset({"<yugong-intake.a@163.com>"})
    server = Server()
    bench.deliver(server, later=10)
    assert (bench.states(), bench.asked_sent) == ({"a": "in_doubt"}, [])  # the copy may still be on its way
    bench.deliver(server, later=50)
    assert (bench.states(), server.dialled) == ({"a": "sent"}, [])
    assert bench.asked_sent == [START - timedelta(days=1)]


def test_in_doubt_and_not_found_is_for_a_person_and_no_retry_takes_it_along(bench):
    bench.queue("a")
    bench.deliver(Server(CutAfterText("连接中断")))
    server = Server()
    bench.deliver(server, later=3600)
    assert bench.states() == {"a": "parked"}
    with bench.database.transaction() as tx:
        sending.retry(tx, None, bench.now)
    bench.deliver(server, later=3600)
    assert (bench.states(), server.dialled) == ({"a": "parked"}, [])


def test_in_doubt_waits_while_the_mailbox_cannot_be_asked(bench):
    bench.queue("a")
    bench.deliver(Server(CutAfterText("连接中断")))

    def gone(since):
        raise MailboxUnreachable("连不上")

    bench.sent_ids = gone
    bench.deliver(Server(), later=3600)
    assert bench.states() == {"a": "in_doubt"}


# --- the whole way, through a real server ---


def test_through_a_real_server(bench):
    room = Mailroom()
    controller = AnyPort(room, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        bench.queue("a", "b")
        bench.queue("c", to="cut@example.com")
        told = []
        report = deliver_due(
            bench.database,
            replace(ACCOUNT, port=controller.port, password=None),
            clock=lambda: bench.now,
            sleep=bench.sleep,
            sent_ids=bench.sent_ids,
            tell=told.append,
        )
    finally:
        controller.stop()
    assert bench.states() == {"a": "sent", "b": "sent", "c": "in_doubt"}
    assert tuple(told) == report.deliveries
    sender, recipients, mail = room.mails[0]
    assert (sender, recipients, mail["From"], mail["To"]) == (
        "ceacq@163.com",
        ["a@example.com"],
        "ceacq@163.com",
        "a@example.com",
    )
    assert mail["Message-ID"] == "<yugong-intake.a@163.com>"


def test_a_mail_in_other_hands_stays_here(bench):
    bench.queue("a")
    server = TakenOver(bench)
    assert bench.deliver(server).deliveries == ()
    assert server.taken == []
    assert bench.states() == {"a": "queued"}


def test_a_server_that_is_not_there(bench):
    bench.queue("a", "b")
    report = deliver_due(bench.database, ACCOUNT, clock=lambda: bench.now, sleep=bench.sleep, sent_ids=bench.sent_ids)
    assert "拒绝连接" in report.unreachable
    assert bench.states() == {"a": "deferred", "b": "deferred"}


def test_no_password_in_what_is_printed():
    assert "secret" not in repr(ACCOUNT)
