"""Machine mail is known before anything is answered; people, also odd ones, are not taken for machines."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.kind import Automatic, Kind, Marks, automatic
from intake.mime.message import parse_message

OURS = "<YG-2026-00012.1.yugong-intake@163.com>"
MARKS = Marks(own_addresses=frozenset({"ceacq@163.com"}), case_prefixes=frozenset({"YG"}))
INNER = f"From: ceacq@163.com\r\nTo: zhangwei@qq.com\r\nMessage-ID: {OURS}\r\nSubject: x\r\n\r\ntext"


def seen(
    *headers: str,
    subject: str = "渝工故事线索+某公司+13800001234",
    sender: str = "张伟 <zhangwei@qq.com>",
    body: str = "正文",
    kind: str = "text/plain; charset=utf-8",
) -> Automatic | None:
    lines = [f"From: {sender}", f"Subject: {subject}", "Message-ID: <1@qq.com>", *headers, f"Content-Type: {kind}"]
    return automatic(parse_message(("\r\n".join(lines) + "\r\n\r\n" + body).encode()), MARKS)


def report(*parts: str) -> str:
    return "".join(f"--r\r\n{part}\r\n" for part in parts) + "--r--\r\n"


STATUS = "Content-Type: Message/delivery-status\r\n\r\nReporting-MTA: dns; 163.com\r\n\r\nFinal-Recipient: rfc822; zhangwei@qq.com\r\nAction: {}\r\nStatus: 5.0.0\r\n"
RFC822 = f"Content-Type: Message/Rfc822\r\n\r\n{INNER}"
SORRY = (
    "Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + b64encode("抱歉，您的邮件被退回来了……".encode("gbk")).decode()
)
DSN = "Multipart/report;\r\n report-type=delivery-status; boundary=r"


@pytest.mark.parametrize(
    ("bounce", "returned", "address"),
    [
        # NetEase: no Auto-Submitted, no In-Reply-To
        ({"sender": "Postmaster@163.com", "subject": "=?gb2312?B?z7XNs83L0MU=?=", "kind": DSN, "body": report(SORRY, STATUS.format("failed"), RFC822)}, OURS, "zhangwei@qq.com"),
        ({"headers": (f"X-CM-Original-Message-ID: {OURS}",), "sender": "Postmaster@163.com", "kind": DSN, "body": report(SORRY, STATUS.format("failed"))}, OURS, "zhangwei@qq.com"),
        # QQ: no delivery-status part
        (
            {"headers": ("Auto-Submitted: auto-generated", f"In-Reply-To: {OURS}"), "sender": "PostMaster@qq.com", "subject": "来自qq.com的退信", "kind": "multipart/report; boundary=r",
                 "body": report("Content-Type: text/html; charset=utf-8\r\n\r\n<p>无法发送到 nobody@qq.com</p>", "Content-Type: application/octet-stream\r\n\r\nx")},
            OURS, "nobody@qq.com",
        ),
        ({"sender": "PostMaster@qq.com", "subject": "系统退信", "body": f"无法发送到 nobody@qq.com，{OURS}"}, OURS, "nobody@qq.com"),
        ({"sender": "MAILER-DAEMON@example.com", "subject": "failure notice", "body": "<nobody@example.org>: no such user"}, None, "nobody@example.org"),
        ({"sender": "Mail Delivery Subsystem <mailer-daemon@example.com>", "body": ""}, None, None),
        ({"headers": ("X-Failed-Recipients: nobody@example.org",)}, None, "nobody@example.org"),
        ({"headers": ("Return-Path: <>",)}, None, None),
        ({"subject": "Undeliverable: x"}, None, None),
        ({"subject": "您的邮件被退回"}, None, None),
        ({"sender": "postmaster@sina.com", "subject": "系统退信/Systems bounce"}, None, None),
        ({"sender": "postmaster@139.com", "subject": "系统退信通知"}, None, None),
        ({"sender": "postmaster@corp.cn", "subject": "您发送的邮件未能送达"}, None, None),
        ({"subject": "邮件退回：邮箱容量已满"}, None, None),
        ({"subject": "Mail System Error - Returned Mail"}, None, None),
        ({"subject": "Undelivered Mail Returned to Sender"}, None, None),
        # a forged bounce of somebody else's mail
        ({"sender": "Postmaster@163.com", "kind": DSN, "body": report(SORRY, STATUS.format("failed"), RFC822.replace("yugong-intake", "x"))}, None, "zhangwei@qq.com"),
        # only the header came back
        ({"sender": "postmaster@x.cn", "kind": DSN, "body": report(SORRY, f"Content-Type: text/rfc822-headers\r\n\r\n{INNER}")}, OURS, "zhangwei@qq.com"),
    ],
)  # fmt: skip
def test_a_bounce_names_our_mail_and_the_address(bounce, returned, address):
    found = seen(*bounce.pop("headers", ()), **bounce)
    assert found is not None
    assert (found.kind, found.may_submit) == (Kind.BOUNCE, False)
    assert (found.bounced_id, found.bounced_address) == (returned, address)


def test_a_mail_that_is_only_late_has_not_bounced():
    found = seen(sender="mailer-daemon@x.cn", kind=DSN, body=report(SORRY, STATUS.format("delayed"), RFC822))
    assert found == Automatic(Kind.BOUNCE, "投递状态通知：尚未判定失败")


@pytest.mark.parametrize(
    ("headers", "subject"),
    [
        ([], "自动回复: Re: 渝工故事线索"),  # QQ: no header at all
        ([], "自动回复：渝工故事线索"),
        ([], "网易邮箱自动回复: Re: x"),
        ([], "自动答复: x"),
        ([], "自動回覆: x"),
        ([], "【自动回复】您好"),
        ([], "邮件自动回复"),
        ([], "自动回复-渝工故事线索"),
        ([], "自动回复（出差中）"),
        ([], "已阅读: Re: 渝工故事线索"),
        ([], "未读已删除: Re: 渝工故事线索"),
        ([], "外出 自动回复: x"),
        ([], "自动回复 Re: x"),
        (["Auto-Submitted: auto-generated", "In-Reply-To: <x@163.com>"], "Automatische Antwort: x"),
        ([], "自动回复"),
        ([], "Automatic reply: x"),
        ([], "Out of Office: x"),
        ([], "auto-reply: x"),
        ([], "已读: x"),
        ([], "未读: Re: 渝工故事线索"),
        ([], "Read: Re: 渝工故事线索"),
        ([], "已读回执"),
        (["Auto-Submitted: auto-replied (vacation)"], "x"),
        (
            ["Auto-Submitted: auto-replied", "Return-Path: <>"],
            "x",
        ),  # a vacation program with the null sender is no bounce
        (["Auto-Submitted: auto-generated"], "Re: 渝工故事线索"),  # nothing but an answer
        (["Precedence: auto_reply"], "x"),
        (["X-Autoreply: yes"], "x"),
        (["X-Autorespond: x"], "x"),
        (["X-Autoresponse: x"], "x"),
        (["X-Mail-Autoreply: x"], "x"),
        (["X-AutoReply-From: x"], "x"),
        (["Delivered-To: autoresponder"], "x"),
        (["X-HolidayReply: 1"], "x"),
    ],
)
def test_an_auto_reply_is_neither_answered_nor_filed(headers, subject):
    found = seen(*headers, subject=subject)
    assert found is not None
    assert (found.kind, found.may_submit) == (Kind.AUTO_REPLY, False)


def test_qq_vacation_is_known_by_its_first_words():
    found = seen(
        kind="text/html; charset=utf-8", body="<div>这是来自QQ邮箱的假期自动回复邮件。</div>我在休假", subject="x"
    )
    assert found is not None
    assert found.kind is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    ("method", "file", "machine"),
    [
        ("REQUEST", "", Automatic(Kind.OTHER, "会议邀请")),
        ("REPLY", "", Automatic(Kind.AUTO_REPLY, "日历的会议答复")),
        ("REQUEST", "application/msword", None),
        ("", "", None),
    ],
)
def test_an_invitation_puts_nobody_forward(method, file, machine):
    parts = [f"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n{method and 'METHOD:'}{method}\r\nEND:VCALENDAR"]
    parts += [f"Content-Type: {file}\r\nContent-Disposition: attachment\r\n\r\nx"] if file else []
    body = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--"
    mail = f"From: a@b.cn\r\nSubject: =?utf-8?q?x?=\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{body}"
    assert automatic(parse_message(mail.encode()), Marks()) == machine


@pytest.mark.parametrize("text", ["【自动回复】您好，我正在出差。", "[自动回复] 我在休假", "（自动答复）收到"])
def test_a_body_that_begins_so_was_written_by_a_machine(text):
    found = seen(kind="text/plain; charset=utf-8", body=text, subject="Re: 渝工故事线索")
    assert found is not None
    assert found.kind is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    ("headers", "subject", "body", "machine"),
    [
        ([f"In-Reply-To: {OURS}"], "请假通知……自动回复", "本人请假。", True),
        ([], "张伟外出开会（自动回复）", "您好，我正在出差，回来后回复您。", True),
        ([], "已收到您的邮件-自动回复", "您好，您的来信已收到，我会尽快回复。", True),
        ([], "Annual leave - Auto Reply", "我在休假", True),
        ([], "渝工故事线索+某公司+13800001234+自动回复", "附上征集表内容。", False),
        ([f"In-Reply-To: {OURS}"], "回复：征集通知-自动回复", "张伟的资料如下。", False),  # a person answers
        ([], "张伟研发的自动回复", "姓名：张伟", False),
    ],
)
def test_a_mark_at_the_end_needs_a_second_sign(headers, subject, body, machine):
    assert (seen(*headers, subject=subject, body=body) is not None) is machine


def test_a_mark_at_the_end_never_hides_a_file():
    parts = report("Content-Type: text/plain\r\n\r\nx", "Content-Type: application/msword; name=a.doc\r\n\r\nx")
    assert (
        seen(f"In-Reply-To: {OURS}", subject="征集表 自动回复", kind="multipart/mixed; boundary=r", body=parts) is None
    )


def test_a_read_receipt_with_the_null_sender_is_no_bounce():
    parts = report(
        SORRY, "Content-Type: message/disposition-notification\r\n\r\nDisposition: manual-action; displayed\r\n"
    )
    found = seen(
        "Return-Path: <>",
        subject="x",
        kind="multipart/report; report-type=disposition-notification; boundary=r",
        body=parts,
    )
    assert found == Automatic(Kind.AUTO_REPLY, "已读回执")


@pytest.mark.parametrize(
    ("headers", "sender", "may_submit"),
    [
        (["Precedence: bulk"], "a@b.cn", True),
        (["X-Precedence: list"], "a@b.cn", True),
        (["Precedence: junk"], "a@b.cn", True),
        (["List-Id: <x.y>"], "a@b.cn", True),
        (["List-Unsubscribe: <mailto:x@y>"], "a@b.cn", True),
        (["Auto-Submitted: auto-generated"], "a@b.cn", True),
        (["X-Auto-Generated: 1"], "a@b.cn", True),
        (["X-FC-MachineGenerated: true"], "a@b.cn", True),
        (["X-Loop: other"], "a@b.cn", True),
        ([], "noreply@b.cn", True),
        ([], "no-reply+1@b.cn", True),
        ([], "do_not_reply@b.cn", True),
        ([], "", True),
        ([], "ceacq@163.com", True),  # the operator's own hand
        ([], "kefu@service.netease.com", False),
        ([], "x@club.service.netease.com", False),
        ([], "postmaster@163.com", False),  # 通知：[撤回邮件失败]
        (["X-Loop: ceacq@163.com"], "a@b.cn", False),
        ([f"X-Loop: {OURS}"], "a@b.cn", False),
    ],
)
def test_a_program_may_submit_but_is_not_answered(headers, sender, may_submit):
    found = seen(*headers, sender=sender)
    assert found is not None
    assert (found.kind, found.may_submit) == (Kind.OTHER, may_submit)


def test_our_own_mail_coming_back_is_never_a_submission():
    raw = f"From: x@y.cn\r\nSubject: x\r\nMessage-ID: {OURS}\r\n\r\ntext"
    assert automatic(parse_message(raw.encode()), MARKS) == Automatic(Kind.OTHER, "本系统自己发出的邮件")


@pytest.mark.parametrize(
    ("headers", "subject"),
    [
        ([], "渝工故事线索+某公司+13800001234"),
        ([], "回复：自动回复：渝工故事线索"),  # a person answers
        ([], "Re: 自动回复: x"),
        ([], "转发: 系统退信"),
        ([], "自动回复系统研发者的故事"),
        ([], "读: 一位工程师的故事"),
        ([], "Reading list"),
        ([], "已读大学的工程师"),
        ([], "退信处理专家张伟的故事线索"),
        (["X-Auto-Response-Suppress: All"], "x"),  # people behind Exchange carry it
        (["Auto-Submitted: no"], "x"),
        (["X-Autoreply: no"], "x"),
        (["Precedence: normal"], "x"),
        (["Feedback-ID: x"], "x"),  # every mail from 企业微信邮箱
        ([f"In-Reply-To: {OURS}"], "回复：x"),
        (["Return-Path: <zhangwei@qq.com>"], "x"),
    ],
)
def test_a_person_is_no_machine(headers, subject):
    assert seen(*headers, subject=subject) is None


@pytest.mark.parametrize("sender", ["noreplyzhang@b.cn", "bouncer@b.cn", "zhang-noreply@b.cn", "postman@163.com"])
def test_a_name_that_only_resembles_a_machine(sender):
    assert seen(sender=sender) is None


HEADER = st.sampled_from(
    [
        "Auto-Submitted",
        "Precedence",
        "Return-Path",
        "Content-Type",
        "X-Loop",
        "Subject",
        "From",
        "X-CM-Original-Message-ID",
        "List-Id",
        "In-Reply-To",
    ]
)


@given(st.lists(st.tuples(HEADER, st.text(max_size=40)), max_size=8), st.binary(max_size=200))
def test_no_mail_is_too_odd(headers, body):
    raw = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("utf-8", "replace") + b"\r\n" + body
    found = automatic(parse_message(raw), MARKS)
    assert found is None or found.reason
