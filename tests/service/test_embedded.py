"""The built-in mail server: mail in and out, kept over a restart, and the bad days that tests ask for."""

from __future__ import annotations

import smtplib
import socket
import sys
from pathlib import Path

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from service.embedded.behaviour import Behaviour
from service.embedded.server import EmbeddedMissingError, EmbeddedServer

RAW = "From: 张伟 <zhangwei@example.com>\r\nSubject: 渝工\r\n\r\n".encode("gb18030") + b"\xd5\xc5\r\n..\r\n"
REPLY = (
    b"From: a@163.com\r\nTo: b@example.com\r\nSubject: =?utf-8?b?5pS25Yiw?=\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n5pS25Yiw\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nPGI+5pS25Yiw\r\n--x--\r\n"
)


def login(server: EmbeddedServer, user: str = "a@163.com", password: str = "any", identify: bool = True) -> IMAPClient:
    client = IMAPClient(server.host, server.imap_port, ssl=False)
    try:
        client.login(user, password)
    except LoginError:
        client.shutdown()
        raise
    if identify:
        client.id_({"name": "test"})
    return client


def send(server: EmbeddedServer, raw: bytes = REPLY, sender: str = "a@163.com", to: str = "b@example.com") -> str:
    """Send as the service does; the server's words, or "cut"."""
    client = smtplib.SMTP(server.host, server.smtp_port, local_hostname="localhost", timeout=10)
    try:
        client.login("a@163.com", "any")
        client.sendmail(sender, [to], raw)
    except smtplib.SMTPRecipientsRefused as error:
        code, words = error.recipients[to]
        return f"{code} {words.decode()}"
    except smtplib.SMTPResponseException as error:
        return f"{error.smtp_code} {error.smtp_error.decode()}"
    except smtplib.SMTPServerDisconnected:
        return "cut"
    finally:
        client.close()
    return "250"


def test_mail_keeps_its_bytes_and_numbers_over_a_restart(tmp_path) -> None:
    with EmbeddedServer(tmp_path) as server:
        assert [server.deliver("a@163.com", RAW) for _ in range(3)] == [1, 2, 3]
        client = login(server)
        before = client.select_folder("INBOX")[b"UIDVALIDITY"]
        assert client.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"] == RAW
        client.add_flags([1], [b"\\Seen"])
        client.create_folder("已办/2026年")
        client.move([2], "已办/2026年")
        client.logout()
        server.remove("a@163.com", 3)
        kept = server.mails("a@163.com")
        assert [(mail.uid, mail.flags, mail.raw) for mail in kept] == [(1, {"\\Seen"}, RAW)]
    with EmbeddedServer(tmp_path) as server:
        assert server.mails("a@163.com") == [kept[0].__class__(1, kept[0].flags, RAW, kept[0].received_at)]
        assert [mail.raw for mail in server.mails("a@163.com", "已办/2026年")] == [RAW]
        assert server.deliver("a@163.com", RAW) == 4  # no number twice
        client = login(server)
        assert client.select_folder("INBOX")[b"UIDVALIDITY"] == before
        client.logout()


def test_what_the_service_sends_arrives_is_in_sent_and_can_be_read_as_files(tmp_path) -> None:
    with EmbeddedServer(tmp_path, ["a@163.com"]) as server:
        assert send(server) == "250"
        assert [mail.raw for mail in server.mails("b@example.com")] == [REPLY]
        assert [mail.raw for mail in server.mails("a@163.com", "已发送")] == [REPLY]
    names = sorted(path.name for path in (tmp_path / "外发").iterdir())
    assert names == [f"0001-b@example.com-收到.{kind}" for kind in ("eml", "html", "txt")]
    assert (tmp_path / "外发/0001-b@example.com-收到.txt").read_text(encoding="utf-8") == "收到"


def test_a_newcomer_sends_without_logging_in() -> None:
    with EmbeddedServer() as server, smtplib.SMTP(server.host, server.smtp_port) as client:
        client.sendmail("zhangwei@example.com", ["a@163.com"], RAW)
        assert [mail.raw for mail in server.mails("a@163.com")] == [RAW]


def test_a_mail_saved_with_bare_line_feeds_is_taken_as_it_is() -> None:
    raw = RAW.replace(b"\r\n", b"\n") + b"base64\n" * 500
    with EmbeddedServer() as server, socket.create_connection((server.host, server.smtp_port), timeout=10) as line:
        answers = line.makefile("rb")
        for words in (b"", b"HELO x", b"MAIL FROM:<b@example.com>", b"RCPT TO:<a@163.com>", b"DATA"):
            line.sendall(words + b"\r\n" if words else b"")
            assert answers.readline()[:1] in b"23"
        line.sendall(raw + b"\r\n.\r\n")  # as curl does
        assert answers.readline().startswith(b"250 Mail OK")
        assert [mail.raw for mail in server.mails("a@163.com")] == [raw + b"\r\n"]


@pytest.mark.parametrize(
    ("script", "answers", "arrived"),
    [
        ([], ["250"], 1),
        (["451 MI:SFQ"], ["451 MI:SFQ", "250"], 1),
        (["554 DT:SPM 163 smtp10"], ["554 DT:SPM 163 smtp10", "250"], 1),
        (["550 User has no permission"] * 2, ["550 User has no permission"] * 2, 0),
        (["cut-before-data"], ["cut", "250"], 1),
        (["lost-after-data"], ["cut"], 0),
        (["cut-after-data"], ["cut"], 1),
        (["slow 0.01"], ["250"], 1),
    ],
)
def test_smtp_answers_as_the_script_says(script, answers, arrived) -> None:
    with EmbeddedServer(behaviour=Behaviour(answers={"b@example.com": script})) as server:
        assert [send(server) for _ in answers] == answers
        assert len(server.mails("b@example.com")) == arrived
        assert len(server.mails("a@163.com", "已发送")) == arrived


def test_the_sender_must_be_who_logged_in() -> None:
    with EmbeddedServer() as server:
        assert send(server, sender="x@163.com") == "553 Mail from must equal authorized user"
        server.script("*", "421 later")
        assert send(server) == "421 later"


def test_a_fixed_password_is_asked_for() -> None:
    with EmbeddedServer(behaviour=Behaviour(password="right")) as server:
        with pytest.raises(LoginError):
            login(server, password="wrong")
        login(server, password="right").logout()
        assert send(server).startswith("535")


def test_163s_ways() -> None:
    with EmbeddedServer(netease=True) as server:
        server.deliver("a@163.com", RAW)
        client = login(server, identify=False)
        assert not {b"IDLE", b"MOVE"} & set(client.capabilities())
        for readonly in (True, False):
            with pytest.raises(IMAPClientError, match="Unsafe Login"):
                client.select_folder("INBOX", readonly=readonly)
        client.id_({"name": "test"})
        selected = client.select_folder("INBOX")
        assert selected[b"UIDVALIDITY"] == 1
        assert b"UIDNEXT" not in selected
        assert client.folder_status("INBOX", ["UIDNEXT"]) == {}
        assert client.folder_status("INBOX", ["MESSAGES"]) == {b"MESSAGES": 1}
        assert client.search("ALL") == [1]
        assert (
            client.search(["FROM", "example"]) == client.search(["SUBJECT", "x"]) == client.search(["BODY", "."]) == []
        )
        flags = {name: set(flags) for flags, _, name in client.list_folders()}
        assert b"\\Junk" in flags["垃圾邮件"]
        assert b"\\Sent" in flags["已发送"]
        assert {"病毒文件夹", "广告邮件", "订阅邮件"} <= set(flags)
        client.logout()


def test_the_line_is_cut_at_every_nth_command() -> None:
    with EmbeddedServer(behaviour=Behaviour(drop_every=5)) as server:
        client = IMAPClient(server.host, server.imap_port, ssl=False)  # CAPABILITY is the first
        client.login("a@163.com", "x")
        client.noop()
        client.noop()
        with pytest.raises(IMAPClientError):
            client.noop()
        client.shutdown()


def test_numbering_anew() -> None:
    with EmbeddedServer() as server:
        for _ in range(3):
            server.deliver("a@163.com", RAW)
        server.remove("a@163.com", 1)
        server.rebuild("a@163.com", uidvalidity=77)
        assert [mail.uid for mail in server.mails("a@163.com")] == [1, 2]
        client = login(server)
        assert client.select_folder("INBOX")[b"UIDVALIDITY"] == 77
        client.logout()


def test_a_taken_port_and_a_missing_library_are_said(monkeypatch) -> None:
    with EmbeddedServer() as server, pytest.raises(OSError, match="address already in use"):
        EmbeddedServer(imap_port=server.imap_port).start()
    monkeypatch.setitem(sys.modules, "service.embedded.imap", None)
    with pytest.raises(EmbeddedMissingError, match="yugong-intake\\[demo\\]"):
        EmbeddedServer(Path("unused")).start()
