"""The same table of behaviour for the built-in server, for 163's ways, and for a real Dovecot."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from imapclient import IMAPClient
from wire import Wire

from intake.mailboxes.imap import ImapMailbox
from intake.mailboxes.mailbox import Head, MailboxRefused, MailboxUnreachable, Mark
from service.embedded.behaviour import Behaviour
from service.embedded.server import EmbeddedServer

PASSWORD = "secret-sq-2026"
serial = itertools.count(1)


def mail(number: int, size: int = 0) -> bytes:
    text = f"From: zhangwei@example.com\r\nSubject: 渝工故事线索{number}\r\nMessage-ID: <{number}@example.com>\r\n\r\n第{number}封\r\n"
    return text.encode("gb18030") + b"x" * size


class Post:
    """One account on one of the servers, seen from behind the counter, and the mailbox under test before it."""

    def __init__(self, kind: str, server: object) -> None:
        self.kind, self.server = kind, server
        self.user = f"ceacq{next(serial)}@163.com"
        self.wire = Wire("127.0.0.1", server.port if kind == "dovecot" else server.imap_port)
        self.now = 0.0
        self.marks: dict[str, Mark] = {}

    def mailbox(self, **settings) -> ImapMailbox:
        settings = {"folders": ("INBOX",), "password": PASSWORD, "clock": lambda: self.now} | settings
        return ImapMailbox("ceacq", "127.0.0.1", self.wire.port, False, self.user, **settings)

    def deliver(self, *numbers: int, folder: str = "INBOX", size: int = 0) -> None:
        for number in numbers:
            self.server.deliver(self.user, mail(number, size), folder)

    def person(self, folder: str = "INBOX") -> IMAPClient:
        """Somebody with a mail program."""
        port = self.server.port if self.kind == "dovecot" else self.server.imap_port
        client = IMAPClient("127.0.0.1", port, ssl=False)
        client.login(self.user, PASSWORD)
        client.id_({"name": "phone"})
        client.select_folder(folder)
        return client

    def flags(self, folder: str = "INBOX") -> list[set[str]]:
        client = self.person(folder)
        flags = [
            {f.decode() for f in m[b"FLAGS"]} - {"\\Recent"}
            for _, m in sorted(client.fetch(client.search(), ["FLAGS"]).items())
        ]
        client.logout()
        return flags

    def poll(self, mailbox: ImapMailbox) -> list[str]:
        """One poll as the service does it; the numbers of the mails, in order, by folder for junk."""
        found = []
        for batch in mailbox.new_messages(self.marks):
            found += [("!" if d.junk else "") + d.raw.split(b"<")[1].split(b"@")[0].decode() for d in batch]
        self.marks = self.marks | mailbox.covered
        return found

    def rebuild(self) -> None:
        self.server.rebuild(self.user)


@pytest.fixture(scope="module")
def friendly() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(behaviour=Behaviour(password=PASSWORD)) as server:
        yield server


@pytest.fixture(scope="module")
def netease() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(behaviour=Behaviour.netease(password=PASSWORD)) as server:
        yield server


@pytest.fixture(params=["friendly", "netease", "dovecot"])
def post(request) -> Iterator[Post]:
    post = Post(request.param, request.getfixturevalue(request.param))
    yield post
    post.wire.__exit__()


@pytest.fixture
def mailbox(post) -> Iterator[ImapMailbox]:
    mailbox = post.mailbox()
    yield mailbox
    mailbox.close()


def test_new_mail_comes_once_with_its_bytes_and_the_time_of_receipt(post, mailbox) -> None:
    post.deliver(1)
    ((delivery,),) = mailbox.new_messages({})
    assert (delivery.folder, delivery.uid, delivery.complete, delivery.junk) == ("INBOX", 1, True, False)
    assert delivery.raw == mail(1)
    assert delivery.size == len(mail(1))
    assert abs(delivery.received_at - datetime.now(UTC)) < timedelta(minutes=5)
    post.marks = mailbox.covered
    assert post.poll(mailbox) == []
    post.deliver(2, 3)
    assert post.poll(mailbox) == ["2", "3"]


def test_a_fresh_process_goes_on_where_the_last_one_stopped(post, mailbox) -> None:
    post.deliver(1, 2)
    assert post.poll(mailbox) == ["1", "2"]
    post.deliver(3)
    again = post.mailbox()
    assert post.poll(again) == ["3"]
    again.close()


def test_an_empty_poll_on_a_kept_connection_is_one_noop(post) -> None:
    mailbox = post.mailbox()
    post.deliver(*range(1, 8))
    post.poll(mailbox)
    post.poll(mailbox)  # comes back from the junk folder
    post.wire.take()
    for _ in range(3):
        assert post.poll(mailbox) == []
        assert post.wire.take() == ["NOOP"]
    mailbox.close()


def test_what_a_person_does_harms_nothing(post, mailbox) -> None:
    post.deliver(1, 2, 3)
    person = post.person()
    person.add_flags([1], [b"\\Seen"])
    person.delete_messages([2])
    person.expunge()
    assert post.poll(mailbox) == ["1", "3"]
    assert post.flags() == [{"\\Seen"}, set()]  # ours are left alone
    person.delete_messages([1, 3])
    person.expunge()
    assert post.poll(mailbox) == []
    post.deliver(4)
    assert post.poll(mailbox) == ["4"]
    person.logout()


def test_the_newest_mail_deleted_brings_nothing_back(post, mailbox) -> None:
    post.deliver(1, 2, 3)
    post.poll(mailbox)
    person = post.person()
    person.delete_messages([3])
    person.expunge()
    person.logout()
    post.now += 3600
    assert post.poll(mailbox) == []


def test_uids_above_the_mark_that_are_archived_are_left_out(post, mailbox) -> None:
    post.deliver(1, 2, 3, 4)
    ((first, *_),) = mailbox.new_messages({})
    post.marks = {"INBOX": Mark(first.uidvalidity, 1, frozenset({3}))}
    assert post.poll(mailbox) == ["2", "4"]


def test_batches_are_bounded_by_count_and_by_bytes(post) -> None:
    post.deliver(*range(1, 8), size=1000)
    small = post.mailbox(batch_count=3)
    assert [len(batch) for batch in small.new_messages({})] == [3, 3, 1]
    small.close()
    light = post.mailbox(batch_bytes=2500)
    assert [len(batch) for batch in light.new_messages({})] == [2, 2, 2, 1]
    light.close()


def test_a_batch_left_half_way_comes_again(post) -> None:
    post.deliver(1, 2, 3)
    mailbox = post.mailbox(batch_count=1)
    batches = mailbox.new_messages({})
    next(batches)
    next(batches)  # so the first is archived, the second is not
    batches.close()
    assert mailbox.covered["INBOX"].uid == 1
    post.marks = dict(mailbox.covered)
    assert post.poll(mailbox) == ["2", "3"]
    mailbox.close()


def test_a_mail_over_the_cap_comes_as_its_header(post) -> None:
    post.deliver(1, size=5000)
    post.deliver(2)
    mailbox = post.mailbox(max_message_bytes=1000)
    (batch,) = mailbox.new_messages({})
    assert [(d.complete, d.size > 5000) for d in batch] == [(False, True), (True, False)]
    assert batch[0].raw.endswith(b"\r\n\r\n")
    assert b"Message-ID: <1@" in batch[0].raw
    mailbox.close()


def test_a_line_cut_in_the_middle_of_a_mail_loses_nothing(post) -> None:
    post.deliver(*range(1, 7), size=20_000)
    mailbox = post.mailbox(batch_count=2)
    post.wire.cut_after = 60_000
    batches = mailbox.new_messages({})
    assert [d.uid for d in next(batches)] == [1, 2]
    with pytest.raises(MailboxUnreachable):
        next(batches)
    post.marks = dict(mailbox.covered)
    assert post.poll(mailbox) == ["3", "4", "5", "6"]
    mailbox.close()


def test_a_kept_line_that_was_cut_is_taken_up_again_at_once(post, mailbox) -> None:
    post.deliver(1)
    assert post.poll(mailbox) == ["1"]
    post.wire.cut()
    post.deliver(2)
    assert post.poll(mailbox) == ["2"]
    assert post.wire.connections == 2


def test_a_server_that_says_nothing_is_given_up(post) -> None:
    mailbox = post.mailbox(read_seconds=0.3, connect_seconds=0.3)
    post.poll(mailbox)
    post.wire.frozen = True
    with pytest.raises(MailboxUnreachable, match="没有正常应答"):
        post.poll(mailbox)
    post.wire.frozen = False
    post.deliver(1)
    assert post.poll(mailbox) == ["1"]
    mailbox.close()


def test_nobody_there(post) -> None:
    post.wire.__exit__()
    with pytest.raises(MailboxUnreachable, match="稍后会自动重试"):
        post.mailbox().probe()


def test_a_wrong_password_is_named_as_such_and_not_repeated_in_the_sentence(post) -> None:
    mailbox = post.mailbox(password="wrong-pw-123", password_place="环境变量 INTAKE_MAIL_PASSWORD")
    with pytest.raises(MailboxRefused, match=r"授权码（环境变量 INTAKE_MAIL_PASSWORD）.*IMAP 服务已开启") as refused:
        mailbox.probe()
    assert "wrong-pw-123" not in str(refused.value)
    with pytest.raises(MailboxRefused, match="非 ASCII"):
        post.mailbox(password="密码").probe()


def test_numbered_anew_everything_comes_again_once(post, mailbox) -> None:
    post.deliver(1, 2, 3)
    person = post.person()
    person.delete_messages([1])
    person.expunge()
    person.logout()
    assert post.poll(mailbox) == ["2", "3"]
    post.rebuild()
    mailbox.close()
    mailbox = (
        post.mailbox()
    )  # on 163 UIDVALIDITY stays 1 and there is no UIDNEXT: a lower highest UID is all that tells
    assert post.poll(mailbox) == ["2", "3"]
    assert post.poll(mailbox) == []
    post.deliver(4)
    assert post.poll(mailbox) == ["4"]
    mailbox.close()


def test_other_mails_under_the_old_numbers_are_new_mails(post, mailbox) -> None:
    post.deliver(1, 2, 3)
    assert post.poll(mailbox) == ["1", "2", "3"]
    person = post.person()
    person.delete_messages([1, 2, 3])
    person.expunge()
    person.logout()
    post.rebuild()
    post.deliver(4, 5, size=10)
    post.now += 3600
    before = dict(post.marks)
    assert post.poll(mailbox) == ["4", "5"]
    post.marks = before  # a keeper whose marks never go down
    assert post.poll(mailbox) == (["4", "5"] if post.kind != "netease" else [])


def test_an_older_mail_that_turns_up_below_the_mark_is_found(post) -> None:
    """163 hides mails older than 30 days until somebody lifts that."""
    post.deliver(1, 2, 3)
    first = post.mailbox()
    validity = next(iter(first.new_messages({})))[0].uidvalidity
    first.close()
    asked = []

    def known(folder, uidvalidity, uids):
        asked.append((folder, uidvalidity, sorted(uids)))
        return {2: Head(), 3: Head()}

    mailbox = post.mailbox(known=known)
    post.marks = {"INBOX": Mark(validity, 3)}
    assert post.poll(mailbox) == ["1"]
    assert asked == [("INBOX", validity, [1, 2, 3])]
    mailbox.close()


def test_junk_folders_are_watched_without_being_named(post, mailbox) -> None:
    post.deliver(1)
    post.deliver(2, folder="垃圾邮件")
    assert post.poll(mailbox) == ["1", "!2"]
    post.deliver(3, folder="垃圾邮件")
    assert [number for _ in range(5) for number in post.poll(mailbox)] == ["!3"]


def test_a_configured_folder_that_is_not_there_is_reported_once(post) -> None:
    mailbox = post.mailbox(folders=("INBOX", "没有的"))
    post.deliver(1)
    assert post.poll(mailbox) == ["1"]
    post.wire.cut()
    post.poll(mailbox)
    (warning,) = mailbox.warnings
    assert "“没有的”" in warning
    mailbox.close()


@pytest.mark.parametrize(
    ("after_filing", "flags", "moved"),
    [("nothing", [set(), set()], None), ("seen", [{"\\Seen"}, set()], None), ("move:已办/2026年", [set()], 1)],
)
def test_after_filing(post, mailbox, after_filing, flags, moved) -> None:
    if post.kind == "dovecot":
        after_filing = after_filing.replace("/", "-")
    post.deliver(1, 2, 3)
    person = post.person()
    person.delete_messages([2])
    post.poll(mailbox)
    validity = post.marks["INBOX"].uidvalidity
    person.expunge()
    person.logout()
    mailbox.done([("INBOX", validity, 1), ("INBOX", validity, 2), ("INBOX", validity + 1, 3)], after_filing)
    assert post.flags() == flags
    if moved:
        assert len(post.flags(after_filing.removeprefix("move:"))) == moved
    post.deliver(4)
    assert post.poll(mailbox) == ["4"]


def test_sent_ids(post, mailbox) -> None:
    post.deliver(1, 2, folder="已发送")
    assert mailbox.sent_ids(datetime.now(UTC)) == {"<1@example.com>", "<2@example.com>"}
    post.deliver(3)
    assert post.poll(mailbox) == ["3"]


def test_waiting_ends_with_new_mail_where_the_server_tells(post, mailbox) -> None:
    post.poll(mailbox)
    post.poll(mailbox)
    post.wire.take()
    mailbox.wait(0.1, lambda: False)
    assert post.wire.take() == ([] if post.kind == "netease" else ["IDLE"])
    assert post.poll(mailbox) == []
    if post.kind != "netease":
        post.deliver(1)
        mailbox.wait(20, lambda: False)
        assert post.poll(mailbox) == ["1"]


def test_waiting_ends_when_told_to(post, mailbox) -> None:
    post.poll(mailbox)
    begun = time.monotonic()
    mailbox.wait(300, lambda: True)
    assert time.monotonic() - begun < 100


def test_163_opens_a_folder_after_a_second_id_or_says_what_it_is() -> None:
    with EmbeddedServer(behaviour=Behaviour(id_required=True, id_useless=True)) as server:
        mailbox = ImapMailbox("ceacq", "127.0.0.1", server.imap_port, False, "a@163.com", "x")
        with pytest.raises(MailboxRefused, match=r"Unsafe Login.*授权码没有错"):
            mailbox.probe()
        assert server.commands.count("ID") == 2
        assert server.commands.count("EXAMINE") == 2


def test_163_dropping_the_line_all_the_time_loses_nothing() -> None:
    with EmbeddedServer(behaviour=Behaviour.netease(drop_every=11)) as server:
        for number in range(1, 21):
            server.deliver("a@163.com", mail(number))
        mailbox = ImapMailbox("ceacq", "127.0.0.1", server.imap_port, False, "a@163.com", "x", batch_count=3)
        got: list[int] = []
        for _ in range(20):
            try:
                for batch in mailbox.new_messages(mailbox.covered):
                    got += [d.uid for d in batch]
            except MailboxUnreachable:
                pass
        assert got == list(range(1, 21))
        mailbox.close()


def test_plain_text_logins_stay_on_this_machine() -> None:
    with pytest.raises(AssertionError, match="loopback"):
        ImapMailbox("ceacq", "imap.example.com", 143, False, "a@163.com", "x").probe()
