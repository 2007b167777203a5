"""Any bytes become a Message: texts, names and attachments right, what is wrong named, nothing raised."""

import gc
import random
import tracemalloc
from base64 import b64encode
from email import policy
from email.message import EmailMessage
from time import process_time

import mailparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.mime import message as reading
from intake.mime.message import Address, Message, Trust, parse_message

STORY = "张喆同志扎根一线，攻坚克难。"
DOCX = bytes(random.Random(7).randbytes(26_000))
HEAD = b"From: zhangwei@163.com\r\nTo: ceacq@163.com\r\nSubject: s\r\nDate: Fri, 20 Nov 2026 10:00:00 +0800\r\nMessage-ID: <a@163.com>\r\n"


def lines(data: bytes) -> bytes:
    text = b64encode(data)
    return b"\r\n".join(text[place : place + 76] for place in range(0, len(text), 76))


def part(header: bytes, body: bytes) -> bytes:
    return header + b"\r\n\r\n" + body


def multipart(subtype: bytes, *parts: bytes, boundary: bytes = b"----=_Part_1") -> bytes:
    body = b"".join(b"--%b\r\n%b\r\n" % (boundary, one) for one in parts)
    return part(
        b'Content-Type: multipart/%b;\r\n\tboundary="%b"' % (subtype, boundary), body + b"--%b--\r\n" % boundary
    )


def plain(text: str, charset: str = "GBK") -> bytes:
    return part(
        b"Content-Type: text/plain; charset=%b\r\nContent-Transfer-Encoding: base64" % charset.encode(),
        lines(text.encode("gb18030")),
    )


def html(text: str, charset: str = "GBK") -> bytes:
    return part(
        b"Content-Type: text/html; charset=%b\r\nContent-Transfer-Encoding: base64" % charset.encode(),
        lines(text.encode("gb18030")),
    )


def attached(data: bytes, name: bytes = b'; filename="form.docx"') -> bytes:
    return part(
        b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment"
        + name,
        lines(data),
    )


def mail(body: bytes, head: bytes = HEAD) -> bytes:
    return head + b"MIME-Version: 1.0\r\n" + body


def test_a_163_mail_with_a_form():
    alternative = multipart(b"alternative", plain(STORY * 300), html(f"<p>{STORY * 400}</p>"), boundary=b"----=_Part_2")
    name = b'; filename="=?GBK?B?%b?="' % b64encode("征集表.docx".encode("gbk"))
    head = (
        b"Received: from m16 by mx12 (Coremail) with SMTP id a\r\n"
        b"Authentication-Results: mx12; spf=pass smtp.mail=zhang\r\n\twei@163.com; dkim=pass header.i=@163.com\r\n"
        b'From: =?GBK?B?1cXOsA==?= <ZhangWei@163.com>\r\nTo: ceacq@163.com, "b" <b@x.cn>\r\nCc: c@x.cn\r\n'
        b"Subject: =?GBK?B?%b?=\r\n"
        % b64encode("渝工故事线索+某公司+13800001234【请注意，邮件由a@b.cn代发】".encode("gbk"))
        + b"In-Reply-To: <1@ours>\r\nReferences: <0@ours>\r\n <1@ours>\r\nMessage-ID: <m@163.com>\r\nDate: Fri, 20 Nov 2026 10:00:00 +0800 (CST)\r\n"
    )
    message = parse_message(mail(multipart(b"mixed", alternative, attached(DOCX, name)), head))
    assert message.sender == Address("张伟", "zhangwei@163.com")
    assert [a.address for a in message.recipients] == ["ceacq@163.com", "b@x.cn", "c@x.cn"]
    assert message.subject == "渝工故事线索+某公司+13800001234"
    assert message.text == STORY * 300
    assert message.html == f"<p>{STORY * 400}</p>"
    assert [(p.filename, p.content, p.inline, p.path) for p in message.parts] == [("征集表.docx", DOCX, False, "2")]
    assert (message.trust, message.envelope_from) == (Trust.PASS, "zhangwei@163.com")
    assert (message.in_reply_to, message.references) == (("<1@ours>",), ("<0@ours>", "<1@ours>"))
    assert message.message_id == "<m@163.com>"
    assert message.defects == ()
    assert message.header("Message-ID") == "<m@163.com>"


BIG = "张喆" * 5000


@pytest.mark.parametrize(
    ("header", "body", "text"),
    [
        (b"Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64", lines(STORY.encode("gb18030")), STORY),
        (b"Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64", lines(BIG.encode("gb18030")), BIG),
        (b"Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit", STORY.encode("gb18030"), STORY),
        (b"Content-Type: text/plain; charset=x-gbk", STORY.encode("gbk"), STORY),
        (b"Content-Type: text/plain; charset=utf-8", BIG.encode("gbk"), BIG),
        (b"Content-Type: text/plain", STORY.encode("utf-8"), STORY),
        (b"X: y", STORY.encode("gbk"), STORY),
        (b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable", b"=E5=BC=A0=E4=BC=9F=\r\n=E3=80=82", "张伟。"),
        (b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: Base64 ", lines(STORY.encode()), STORY),
        (b'Content-Type: text/plain; charset="utf-8"; format=flowed', b"a \r\nb\r\nc", "a b\nc"),
        (b"Content-Type: text/html", '<html><meta charset="gbk"><p>甲</p><p>乙</p>'.encode("gbk"), "甲\n乙"),
        (b"Content-Type: text/html; charset=utf-8", "<table><tr><td><p>姓名</p></td><td>张伟</td></tr><tr><td></td><td>b</td></tr></table>尾".encode(), "姓名\t张伟\n\tb\n尾"),
        (b"Content-Type: text/html; charset=utf-8", b"<style>p{}</style><script>x()</script>", ""),
        (b"Content-Type: text/plain; charset=utf-8", b"a\r\nb\0c\n", "a\nbc\n"),
        (b"Content-Type: text/plain; charset=utf-8", "<html><body><p>甲</p><p>乙</p></body></html>\r\n".encode(), "甲\n乙"),
        (b"Content-Type: text/plain; charset=utf-8", "甲：<0.5\r\n乙：1<br>丙：2<BR/>丁".encode(), "甲：<0.5\n乙：1\n丙：2\n丁"),
        (b"Content-Type: text/plain", b"<div> is a tag, and </p> ends one", "<div> is a tag, and </p> ends one"),
        (b"Content-Type: nonsense", b"abc", "abc"),
    ],
)  # fmt: skip
def test_the_body_is_read_whatever_its_label(header, body, text):
    assert parse_message(mail(part(header, body))).text.lstrip("\n") == text.lstrip("\n")


def test_a_blank_plain_part_gives_way_to_the_html():
    message = parse_message(mail(multipart(b"alternative", plain(" \r\n"), html("<p>甲</p>"))))
    assert (message.text, message.html) == ("甲", "<p>甲</p>")


def test_what_a_page_hides_is_no_text():
    page = "<p>甲</p><div style='display:none'>姓名：隐藏</div><p hidden>乙</p><s style='text-decoration:line-through'>丙</s>丁"
    assert parse_message(mail(html(page))).text == "甲\n丁"


def test_texts_around_an_attachment_are_read_in_order():
    message = parse_message(mail(multipart(b"mixed", plain("甲"), attached(b"x"), plain("乙"), html("<p>丙</p>"))))
    assert message.text == "甲\n乙\n丙"


@pytest.mark.parametrize(
    ("header", "name", "inline"),
    [
        (b"Content-Type: application/vnd.openxmlformats-officedocument.wordprocessingml.document", "", False),
        (b'Content-Type: text/plain; name="a.txt"', "a.txt", False),
        (b"Content-Type: text/plain\r\nContent-Disposition: attachment", "", False),
        (b"Content-Type: text/html\r\nContent-Disposition: inline; filename=a.html", "a.html", True),
        (b"Content-Type: image/png\r\nContent-ID: <i1>", "", True),
        (
            b"Content-Type: image/png\r\nContent-ID: <i1>\r\nContent-Disposition: attachment; filename=a.png",
            "a.png",
            False,
        ),
        (b'Content-Type: application/msword; name="\xd5\xc5\xce\xb0.doc"', "张伟.doc", False),
        (
            b'Content-Type: application/octet-stream; name="tcmime.1388.1527.1742.bin"',
            "tcmime.1388.1527.1742.bin",
            False,
        ),
        (b"Content-Type: application/ms-tnef; name=winmail.dat", "winmail.dat", False),
        (b"Content-Type: text/calendar", "", False),
    ],
)
@pytest.mark.parametrize("size", [300, 9000])
def test_what_is_no_body_is_a_part(header, name, inline, size):
    data = DOCX[:size]
    one = part(header + b"\r\nContent-Transfer-Encoding: base64", lines(data))
    message = parse_message(mail(multipart(b"mixed", plain("甲"), one)))
    assert [(p.filename, p.content, p.inline, p.path) for p in message.parts] == [(name, data, inline, "2")]
    assert message.text == "甲"


@pytest.mark.parametrize("encoding", [b"binary", b"8bit", b"quoted-printable"])
def test_a_big_leaf_in_another_encoding_keeps_its_bytes(encoding):
    data = DOCX.replace(b"\r", b"a").replace(b"\n", b"b").replace(b"\n--", b"")
    wire = data if encoding != b"quoted-printable" else b"".join(b"=%02X" % octet for octet in data)
    one = part(b"Content-Type: image/jpeg\r\nContent-Transfer-Encoding: " + encoding, wire)
    assert parse_message(mail(multipart(b"mixed", plain("甲"), one))).parts[0].content == data


def test_the_body_itself_can_be_the_attachment():
    message = parse_message(mail(attached(DOCX)))
    assert [(p.content, p.path) for p in message.parts] == [(DOCX, "1")]
    assert message.text == ""


INNER = mail(multipart(b"mixed", plain("内层"), attached(b"inner")))


@pytest.mark.parametrize(
    "inner", [INNER, INNER + b"x" * 9000, mail(multipart(b"mixed", attached(DOCX), boundary=b"inner"))]
)
def test_an_attached_message_stays_closed_and_whole(inner):
    outer = multipart(
        b"mixed", plain("外层"), part(b"Content-Type: message/rfc822", inner), attached(b"outer"), boundary=b"outer"
    )
    message = parse_message(mail(outer))
    assert message.text == "外层"
    assert [(p.content_type, p.path) for p in message.parts] == [
        ("message/rfc822", "2"),
        ("application/octet-stream", "3"),
    ]
    assert message.parts[0].content == inner
    assert parse_message(message.parts[0].content).subject == "s"


def test_an_attached_message_in_base64_is_decoded():
    one = part(b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64", lines(INNER))
    assert parse_message(mail(multipart(b"mixed", one))).parts[0].content == INNER


def test_a_delivery_report_gives_its_fields():
    status = b"Reporting-MTA: dns; mx12\r\n\r\nFinal-Recipient: rfc822; z@x.cn\r\nAction: failed\r\nStatus: 5.0.0\r\n"
    report = multipart(
        b"report",
        plain("退信"),
        part(b"Content-Type: message/delivery-status", status),
        part(b"Content-Type: message/rfc822", INNER),
        boundary=b"r",
    )
    message = parse_message(mail(report))
    assert dict(message.report)["final-recipient"] == "rfc822; z@x.cn"
    assert [p.content for p in message.parts] == [INNER]
    assert message.text == "退信"


def test_delimiters_inside_a_text_hide_no_attachment():
    quoted = b"--=20\r\n--inner\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n--\r\n" + b"y" * 5000
    text = part(b"Content-Type: text/plain", quoted)
    message = parse_message(mail(multipart(b"mixed", text, attached(DOCX))))
    assert message.text.replace("\n", "\r\n").encode() == quoted
    assert [p.content for p in message.parts] == [DOCX]


def test_bare_carriage_returns_end_lines_too():
    message = parse_message(mail(multipart(b"mixed", plain("甲"), attached(DOCX))).replace(b"\r\n", b"\r"))
    assert (message.text, message.parts[0].content) == ("甲", DOCX)


@pytest.mark.parametrize(
    ("raw", "defect"),
    [
        (b"", "header: no from"),
        (b"\0\0\0", "header: no from"),
        (b"no header at all", "header: no from"),
        (HEAD + b"Content-Type: text/plain\r\nthe blank line is missing", "header: no blank line before the body"),
        (
            mail(part(b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64", b"YWJ")),
            "base64: damaged or cut short",
        ),
        (
            mail(part(b"Content-Type: text/plain\r\nContent-Transfer-Encoding: zip", b"YWJ")),
            "transfer encoding unknown: zip",
        ),
        (mail(plain("甲"), HEAD + b"From: b@x.cn\r\n"), "header: 2 times from"),
        (mail(plain("甲"), HEAD + b"Subject: t\r\n"), "header: 2 times subject"),
        (mail(plain("甲"), b"From: a@b.cn\r\nMessage-ID: x@y\r\n"), "header: Message-ID without brackets"),
        (mail(plain("甲"), b"From: a@b.cn\r\n"), "header: no message-id"),
        (mail(part(b"Content-Type: multipart/mixed", b"--b\r\n\r\nx\r\n--b--")), "mime: boundary guessed"),
        (mail(plain("甲", "klingon")), "charset unknown: klingon"),
    ],
)
def test_what_is_wrong_is_named(raw, defect):
    assert defect in parse_message(raw).defects


@pytest.mark.parametrize(
    "header", [b"Content-Type: multipart/mixed", b'Content-Type: multipart/mixed; boundary="wrong"']
)
def test_a_lost_boundary_loses_no_attachment(header):
    body = multipart(b"mixed", plain("甲"), attached(DOCX), boundary=b"b").split(b"\r\n\r\n", 1)[1]
    message = parse_message(mail(part(header, body)))
    assert (message.text, message.parts[0].content) == ("甲", DOCX)


def test_two_senders_are_not_believed():
    head = b"Received: by mx12\r\nAuthentication-Results: mx12; dmarc=pass\r\nFrom: a@b.cn\r\nFrom: c@d.cn\r\n"
    assert parse_message(mail(plain("甲"), head)).trust is Trust.FAIL
    assert parse_message(mail(plain("甲"), head.replace(b"c@d.cn", b"a@b.cn"))).trust is Trust.PASS


@pytest.mark.parametrize(("path", "envelope"), [(b"<>", ""), (b"<a@b.cn>", "a@b.cn"), (None, None)])
def test_without_a_verdict_the_return_path_tells_the_envelope(path, envelope):
    head = HEAD if path is None else b"Return-Path: " + path + b"\r\n" + HEAD
    assert parse_message(mail(plain("甲"), head)).envelope_from == envelope


def again(message_id: bytes, boundary: bytes, *parts: bytes, subject: bytes = b"s") -> Message:
    head = b"From: a@163.com\r\nSubject: %b\r\nMessage-ID: <%b>\r\nDate: Fri, 20 Nov 2026 10:00:%b +0800\r\n" % (
        subject,
        message_id,
        message_id,
    )
    return parse_message(mail(multipart(b"mixed", *parts, boundary=boundary), head))


def test_the_same_mail_sent_again_is_known_by_its_content():
    first = again(b"11", b"x", plain("甲\r\n乙"), attached(b"1"), attached(b"2"))
    same = [
        again(b"12", b"y", plain("甲\r\n乙"), attached(b"1"), attached(b"2")),
        again(b"13", b"y", plain("甲 乙\r\n"), attached(b"2"), attached(b"1")),
    ]
    other = [
        again(b"14", b"x", plain("甲丙"), attached(b"1"), attached(b"2")),
        again(b"15", b"x", plain("甲\r\n乙"), attached(b"1")),
        again(b"16", b"x", plain("甲\r\n乙"), attached(b"1"), attached(b"2"), subject=b"t"),
    ]
    assert {m.content_hash for m in same} == {first.content_hash}
    assert first.content_hash not in {m.content_hash for m in other}
    assert len({m.content_hash for m in other}) == 3


def test_mail_parser_is_not_what_a_mail_depends_on(monkeypatch):
    """It raised TypeError on a raw file name in 4.1; the next version may raise something else."""

    def refuse(_):
        raise TypeError("need a bytes-like object, Header found")

    raw = mail(multipart(b"mixed", plain("甲"), attached(DOCX)))
    monkeypatch.setattr(mailparser, "parse_from_bytes", refuse)
    message = parse_message(raw)
    assert (message.text, message.parts[0].content) == ("甲", DOCX)
    assert "mail-parser: TypeError" in message.defects


def nested(levels: int) -> bytes:
    body = plain("底")
    for level in range(levels):
        body = multipart(b"mixed", body, boundary=b"b%d" % level)
    return mail(body)


HOSTILE = {
    "10,000 headers": (b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) + mail(plain("甲")), "header: more than 1000 fields"),
    "10,000 times From": (b"From: a@b.cn\r\n" * 10_000 + b"\r\nx", "header: more than 1000 fields"),
    "5,000 parts": (mail(multipart(b"mixed", *[plain("甲")] * 5000)), "邮件只读了前 1000 个部分，后面的正文和附件没有读"),
    "200 levels": (nested(200), "邮件套了 60 层以上，更里面的没有读"),
    "1,500 levels": (nested(1500), "mime: RecursionError, not opened"),
    "3,000 levels": (nested(3000), "mime: too many boundaries, not opened"),
    "200 levels of long text": (nested(200).replace(b"MIME-Version", b"X") + b"\n" * 3_000_000, "mime: too many boundaries, not opened"),
    "encoded words without end": (b"Subject: " + b"=?a?B?" * 10_000 + b"\r\n\r\n", None),
    "quotes and semicolons": (b"Content-Type: text/plain;" + b'a="' * 20_000 + b"\r\n\r\n", None),
    "brackets": (b"From: " + b"(" * 20_000 + b"\r\nTo: " + b"<" * 20_000 + b"\r\n\r\n", None),
    "delimiters only": (mail(multipart(b"mixed", b"")) + b"------=_Part_1\r\n" * 50_000, None),
    "dashes only": (mail(multipart(b"mixed", b"")) + b"--\r\n" * 300_000, None),
    "a name of pages": (b"From: " + b"x" * 60_000 + b"\r\n\r\n", None),
    "odd lines": (HEAD + b"odd line\r\nSubject: x\r\n" * 20_000, "header: more than 1000 fields"),
    "deep html": (mail(html("<div>" * 50_000 + "甲")), None),
    "blanks before a fold": (b"Subject: a" + b" " * 60_000 + b"\r\n b\r\n\r\n", None),
    "an odd line before blank lines": (HEAD + b"odd" + b"\r" * 60_000, None),
    "empty cells": (mail(html("<tr>" + "<td></td>" * 50_000)), None),
    "empty blocks": (mail(html("<p></p>" * 50_000)), None),
    "one long line": (mail(part(b"Content-Type: text/plain", b"x" * 5_000_000)), "邮件正文只读了前 100 万字"),
}  # fmt: skip


def test_a_field_folded_endlessly_takes_no_more_than_its_own_room():
    raw = b"X-A: " + b"a\r\n " * 300_000 + b"\r\nSubject: x\r\n\r\n"
    tracemalloc.start()
    try:
        assert parse_message(raw).subject == "x"
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20_000_000  # with a way back at each fold, 75 MB


@pytest.mark.parametrize(("raw", "defect"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_mail_is_read_in_bounded_time(raw, defect):
    gc.collect()
    start = process_time()
    message = parse_message(raw)
    assert process_time() - start < 5  # the limit of a reader is far above; a quadratic step takes minutes
    assert defect is None or defect in message.defects


def test_the_text_of_html_nested_too_deep_is_not_lost():
    assert parse_message(HOSTILE["deep html"][0]).text == "甲"


@given(st.binary(max_size=2000))
def test_any_bytes_give_a_message(raw):
    message = parse_message(raw)
    "".join([message.text, message.html, message.subject, *message.defects, *(v for _, v in message.headers)]).encode(
        "utf-8"
    )


SEED = mail(
    multipart(
        b"mixed",
        multipart(b"alternative", plain(STORY), html("<p>x</p>"), boundary=b"b2"),
        part(b"Content-Type: message/rfc822", INNER),
        attached(DOCX[:5000]),
    )
)


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(SEED)),
            st.integers(0, 40),
            st.sampled_from(
                [b"", b"\r\n", b"--", b"\xd5\xc5", b'"', b";", b"=?gbk?B?", b"\0", b"\r\n\r\n", b"------=_Part_1\r\n"]
            ),
        ),
        max_size=12,
    )
)
def test_a_mutated_mail_gives_a_message(cuts):
    raw = SEED
    for place, length, instead in cuts:
        raw = raw[:place] + instead + raw[place + length :]
    parse_message(raw)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["text", "file", "mail"]),
            st.integers(0, 12_000),
            st.sampled_from(["base64", "quoted-printable"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_a_standard_mail_reads_the_same_as_the_standard_library_wrote_it(shape):
    outer = EmailMessage(policy=policy.SMTP)
    outer["From"] = "a@b.cn"
    outer.set_content("正文\r\n")
    files = []
    for kind, size, encoding in shape:
        data = random.Random(size).randbytes(size)
        if kind == "mail":
            inner = EmailMessage(policy=policy.SMTP)
            inner["Subject"] = "x"
            inner.set_content("x" * 70 + "\r\n--line\r\n")
            inner.add_attachment(data, maintype="image", subtype="jpeg", filename="i.jpg")
            outer.add_attachment(inner)
            files.append(inner.as_bytes())
        else:
            outer.add_attachment(data, maintype="image", subtype="png", filename="a.png", cte=encoding)
            files.append(data)
    message = parse_message(outer.as_bytes())
    assert message.text == "正文\n"
    assert [p.content for p in message.parts] == files


def test_the_limits_are_the_ones_that_the_tests_know():
    assert (reading.MAX_PARTS, reading.MAX_DEPTH) == (1000, 60)
