"""Hostile senders and machines that answer machines, end to end: nothing breaks, nothing is told, nobody loops."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Callable
from itertools import pairwise
from random import Random

from forms import filled_form
from letters import File, Letter, foxmail, outlook, qq_web
from people import person, without
from world import World, nomination, text_of

from intake.documents.package import MAX_MEMBERS

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD = b"From: x@example.com\r\nTo: ceacq@163.com\r\nMIME-Version: 1.0\r\n"


def docx(inside: str, prologue: str = "", members: int = 0) -> bytes:
    xml = f"{prologue}<w:document {_W}><w:body><w:p><w:r><w:t>{inside}</w:t></w:r></w:p></w:body></w:document>"
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", xml)
        for number in range(members):
            package.writestr(f"word/{number}", b"")
    return kept.getvalue()


def with_file(number: int, data: bytes) -> bytes:
    return nomination(number, files=(File("征集表.docx", data),))


def levels(count: int) -> bytes:
    opened = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(count))
    return _HEAD + b"Subject: deep\r\n" + opened + b"\r\nhi\r\n"


def parts(count: int) -> bytes:
    head = _HEAD + b"Subject: wide\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + b"--b\r\nContent-Type: application/x\r\n\r\nhi\r\n" * count + b"--b--\r\n"


def padding() -> str:
    """What does not pack, so that the ratio is not what is noticed."""
    return f"<!--{Random(1).randbytes(20_000).hex()}-->"


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>{}]>".format(
    "".join(f"<!ENTITY {name} '{f'&{inner};' * 10}'>" for inner, name in pairwise("abcdefghi"))
)
OUTSIDE = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
FORM = filled_form(person(Random(1), 1).written)

ATTACKS: dict[str, Callable[[], bytes]] = {
    "zip bomb": lambda: with_file(101, docx("a" * 50_000_000)),
    "entities within entities": lambda: with_file(102, docx("&i;", LAUGHS)),
    "a file of ours by entity": lambda: with_file(103, docx("&a;", OUTSIDE)),
    "members": lambda: with_file(104, docx("", members=MAX_MEMBERS + 1)),
    "zero bytes": lambda: with_file(105, b""),
    "cut short": lambda: with_file(106, FORM[: len(FORM) // 2]),
    "cut at the start": lambda: with_file(107, FORM[:500]),
    "200 levels": lambda: levels(200),
    "5000 parts": lambda: parts(5_000),
    "10000 headers before those that count": lambda: b"X-A: b\r\n" * 10_000 + nomination(108),
    "10000 addresses": lambda: nomination(109, to=", ".join(f"a{n}@example.com" for n in range(10_000))),
    "ids without end": lambda: nomination(
        110, message_id=f"<{'a' * 5_000}@x>", in_reply_to=" ".join(f"<{n}@x>" for n in range(3_000))
    ),
    "blanks in the subject": lambda: nomination(111, subject="渝工故事线索+" + " +" * 20_000),
    "no sender": lambda: nomination(112, sender="", sender_name=""),
    "no address": lambda: nomination(113, sender="nobody", sender_name=""),
    "our own address": lambda: nomination(114, sender="CEACQ@163.com"),
    "a machine's address": lambda: nomination(115, sender="mailer-daemon@example.com"),
    "an address that cannot be": lambda: nomination(116, sender="a..b@-x-.."),
    "a run of 120000 texts": lambda: with_file(117, docx("</w:t>" + "<w:t>&gt;</w:t>" * 120_000 + padding() + "<w:t>")),
    "bare CRs": lambda: _HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\r--a\r" * 100_000,
    "controls": lambda: _HEAD + b"Subject: \x00\x1b[2J\x9b\r\n\r\n\x00\x1b]0;x\x07" + "\u202e".encode() * 99,
    "empty": lambda: b"",
    "nothing but bytes": lambda: Random(1).randbytes(5_000),
}  # fmt: skip


def test_every_attack_ends_in_a_state_and_the_next_mail_is_read(simple: World) -> None:
    simple.deliver(*(make() for make in ATTACKS.values()), nomination(1))
    said = simple.once()
    assert "Traceback" not in said
    states = {m["id"]: (m["state"], m["reason"]) for m in simple.messages()}
    assert len(states) == len(ATTACKS) + 1
    assert not [why for state, why in states.values() if state in {"received", "failed"}]
    assert all(why for _, why in states.values())
    by = {c["sender"]["address"]: c for c in simple.cases()}
    assert by["sender1@example.com"]["complete"]
    assert by["sender108@example.com"]["complete"]
    assert not any("root:" in str(case) for case in by.values())
    to = {o["to"] for o in simple.outbox()}
    assert not to & {"", "nobody", "ceacq@163.com", "mailer-daemon@example.com"}
    assert "sender101@example.com" in to


NASTY = "<script>alert(1)</script>{{ 7*7 }}{% raw %}"


def test_nothing_that_was_written_acts_where_it_is_shown(simple: World) -> None:
    """HTML and Jinja in values, control characters and lines that would become headers."""
    one = person(Random(3), 3)
    one.written.update(employer=NASTY + "\x1b[31m".replace("\x1b", ""), gender="")
    simple.deliver(
        outlook(
            Letter(
                subject="渝工故事线索+<b>\r\nBcc: victim@example.com\r\n+13800138000 https://evil.example.com",
                sender="clever@example.com",
                sender_name=f"{NASTY}\x1b[2J\u202e\r\nX-Evil: 1",
                files=(File(f"{NASTY} https://evil.example.com \x1b[2J.wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),),
                message_id="<a@b>\r\nX-Evil: 1",
            )
        ),
        outlook(
            Letter(subject="渝工故事线索+a+13800138000", sender="second@example.com", files=(File("a.docx", filled_form(one.written)),))
        ),
    )  # fmt: skip
    said = simple.once()
    for mail in (*simple.received_by("clever@example.com"), *simple.received_by("second@example.com")):
        assert set(mail.keys()) <= {"Date", "From", "To", "Subject", "Message-ID", "In-Reply-To", "References",
                                    "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type"}  # fmt: skip
        html = mail.get_body(preferencelist=("html",))
        assert html is not None
        shown = str(html.get_content()) + text_of(mail)
        assert "<script>" not in str(html.get_content())
        assert "evil.example.com" not in shown + str(mail["Subject"])
        assert "13800138000" not in shown + str(mail["Subject"])
    assert len(simple.received_by("clever@example.com")) == 1
    assert simple.received_by("victim@example.com") == []
    told = said + "".join(
        simple.run(*c).stdout for c in (("cases",), ("messages",), ("outbox",), ("cases", "show", "1"))
    )
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", told)


def test_logs_tell_nothing_personal(simple: World) -> None:
    one = person(Random(4), 4)
    simple.deliver(nomination(4, one, "163"), nomination(5, one, "raw", text="请拨打 13900139000，谢谢"))
    said = simple.once()
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", said)
    assert one.written["story"][:20] not in said
    assert "sender4@" not in said


def answers_to(world: World, address: str) -> int:
    return len(world.received_by(address))


def test_a_responder_without_any_sign_gets_three_answers_at_most(simple: World) -> None:
    """It answers each of our mails with another text, and states another value every time."""
    simple.deliver(nomination(6, without(person(Random(6), 6), "gender", "position"), "163"))
    simple.once()
    for n in range(4):
        last = simple.received_by("sender6@example.com")[-1]
        text = f"您好，第 {n} 次自动答复，我在休假。\n职务：职务{n}\n出生年月：19{60 + n}年{n + 1}月\n"
        reply = Letter(subject=f"Re: {last['Subject']}", sender="sender6@example.com", text=text,
                       message_id=f"<away-{n}@example.com>", in_reply_to=last["Message-ID"])  # fmt: skip
        simple.deliver(foxmail(reply))
        simple.once()
    assert answers_to(simple, "sender6@example.com") <= 3
    assert len(simple.cases()) == 1


def test_one_sender_gets_five_answers_a_day_also_when_all_comes_at_once(simple: World) -> None:
    plain = [qq_web(Letter(subject=f"渝工故事线索+张三{n}+13800138000", sender="flood@example.com", text=f"第 {n} 封",
                           message_id="<one-for-all@example.com>")) for n in range(60)]  # fmt: skip
    simple.deliver(*plain)
    simple.once()
    assert len(simple.messages()) == 60
    assert answers_to(simple, "flood@example.com") == 5


def test_submissions_are_answered_however_many(simple: World) -> None:
    simple.deliver(*(nomination(n, sender="unit@example.com") for n in range(20, 28)))
    simple.once()
    assert answers_to(simple, "unit@example.com") == 8


def test_our_own_mail_and_what_bounces_of_it_is_never_answered(simple: World) -> None:
    simple.deliver(nomination(7, without(person(Random(7), 7), "gender")))
    simple.once()
    [kept] = simple.exit.mails("sender7@example.com")
    own = kept.raw
    [answer] = simple.received_by("sender7@example.com")
    other_id = re.sub(rb"(?im)^message-id:.*\r\n", b"Message-ID: <replaced@example.com>\r\n", own)
    elsewhere = other_id.replace(b"ceacq@163.com", b"other-office@example.com")
    bounce = (
        f"From: Postmaster@example.com\r\nSubject: {base64_word('系统退信')}\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\n\r\nfailed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n"
        f"Final-Recipient: rfc822; sender7@example.com\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    ).encode() + own + b"\r\n--b--\r\n"  # fmt: skip
    simple.deliver(
        own,
        other_id,
        elsewhere,
        bounce,
        bounce.replace(b"Postmaster@", b"x@").replace(b"rfc822\r\n\r\n", b"rfc822\r\n\r\n" + bounce),
    )
    simple.once()
    assert len(simple.outbox()) == 1
    assert len(simple.cases()) == 1
    assert answer["Auto-Submitted"] == "auto-replied"


def base64_word(text: str) -> str:
    return f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="


def test_somebody_elses_case_is_out_of_reach(simple: World) -> None:
    """By its number nothing happens; by our own Message-ID, which a colleague may have, gaps are filled, and nobody is told."""
    simple.deliver(nomination(8, without(person(Random(8), 8), "gender"), "163"))
    simple.once()
    [ask] = simple.received_by("sender8@example.com")
    [case] = simple.cases()
    guessed = re.sub(r"\.[0-9a-f]{12}@", ".0123456789ab@", ask["Message-ID"])
    tries = [(f"回复：{ask['Subject']}", None), (f"回复：{ask['Subject']}", guessed), ("回复", ask["Message-ID"])]
    for n, (subject, named) in enumerate(tries):
        thief = Letter(subject=subject, sender=f"thief{n}@example.com", text="性别：男\n工作单位：别处\n",
                       message_id=f"<t{n}@example.com>", in_reply_to=named)  # fmt: skip
        simple.deliver(qq_web(thief))
        simple.once()
        [now] = simple.cases()
        assert now["fields"]["employer"] == case["fields"]["employer"]
        assert ("gender" in now["fields"]) is (n == 2)
    assert [m["state"] for m in simple.messages()][1:3] == ["held", "held"]
    assert not any(answers_to(simple, f"thief{n}@example.com") for n in range(3))


SAID = {
    "failed": b"Authentication-Results: mx1; dmarc=fail\r\n",
    "a pass of the sender's own making": b"Authentication-Results: forged; dmarc=pass\r\nAuthentication-Results: mx1; spf=fail\r\n",
    "a failure of his own making": b"Authentication-Results: forged; dmarc=fail\r\n",
}


def test_only_the_servers_own_word_about_the_sender_counts(simple: World) -> None:
    for n, said in enumerate(SAID.values()):
        mail = nomination(n, headers=(("Reply-To", "victim@example.com"),))
        simple.deliver(b"Received: from a by mx1; x\r\n" + said + mail)
    simple.once()
    assert [answers_to(simple, f"sender{n}@example.com") for n in range(3)] == [0, 0, 1]
    assert answers_to(simple, "victim@example.com") == 0
    assert len(simple.cases()) == 3
