"""An outgoing mail as bytes, read back by the standard library's parser."""

import email
import email.policy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbox.mime import MAX_REFERENCES, Unsendable, build, one_line
from storage.outgoing import Outgoing

DATE = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
OURS = "<yugong-intake.YG-2026-00012.missing_fields.1.0a1b2c@163.com>"


def mail(**changes):
    values = {
        "key": "k",
        "mailbox": "ceacq",
        "kind": "missing_fields",
        "to": "zhang.wei@example.com",
        "subject": "Re: 渝工故事线索+重庆某某桥梁建设有限公司+13800001234 [YG-2026-00012]",
        "text": "您好！\n收到了。",
        "html": "<p>您好！</p>",
        "message_id": OURS,
        "in_reply_to": "<a@example.com>",
        "references": ("<root@example.com>",),
    }
    return Outgoing(**(values | changes))


def read(outgoing, name="重庆市工程师协会"):
    raw = build(outgoing, name, "ceacq@163.com", DATE)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_both_texts_and_all_headers():
    m = read(mail())
    assert m["Subject"] == mail().subject
    assert (m["From"].addresses[0].display_name, m["From"].addresses[0].addr_spec) == (
        "重庆市工程师协会",
        "ceacq@163.com",
    )
    assert (m["To"], m["Message-ID"]) == ("zhang.wei@example.com", OURS)
    assert (m["In-Reply-To"], m["References"].split()) == (
        "<a@example.com>",
        ["<root@example.com>", "<a@example.com>"],
    )
    assert (m["Auto-Submitted"], m["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert m.get_content_type() == "multipart/alternative"
    plain, html = m.iter_parts()
    assert (plain.get_content(), plain.get_content_type()) == ("您好！\r\n收到了。\r\n", "text/plain")
    assert (html.get_content(), html.get_content_type()) == ("<p>您好！</p>\r\n", "text/html")
    assert not m.defects


def test_the_digest_says_that_no_mail_caused_it():
    m = read(mail(kind="digest", in_reply_to=None, references=()))
    assert (m["Auto-Submitted"], m["In-Reply-To"], m["References"]) == ("auto-generated", None, None)


def test_equal_in_equal_out():
    assert build(mail(), "协会", "ceacq@163.com", DATE) == build(mail(), "协会", "ceacq@163.com", DATE)


def test_only_the_name_is_encoded_in_from():
    line = next(x for x in build(mail(), "协会", "ceacq@163.com", DATE).split(b"\r\n") if x.startswith(b"From:"))
    assert line == b"From: =?utf-8?b?5Y2P5Lya?= <ceacq@163.com>"


@pytest.mark.parametrize(("name", "shown"), [("", ""), ("Association", "Association"), ('a "b" <c>', "a b <c>")])
def test_sender_names(name, shown):
    assert read(mail(), name)["From"].addresses[0].display_name == shown


@pytest.mark.parametrize(
    ("name", "fallback"),
    [("form.docx", "form.docx"), ("“重庆工程师故事”线索征集表.docx", "attachment.docx"), ("../../x\r\nBcc: a@b", None)],
)
def test_attachment_names(name, fallback):
    m = read(mail(attachments=((name, b"PK\x03\x04" * 100),)))
    assert m.get_content_type() == "multipart/mixed"
    attachment = list(m.iter_parts())[1]
    assert attachment.get_content() == b"PK\x03\x04" * 100
    assert m["Bcc"] is None
    if fallback:
        disposition = str(attachment["Content-Disposition"])
        assert (name if name == fallback else fallback) in disposition or name in disposition
        assert attachment.get_param("name") == name


@pytest.mark.parametrize(
    "to",
    [
        "张伟@example.com",
        "a@b\r\nBcc: c@d",
        "a b@example.com",
        "",
        "no-at",
        "a@b, c@d",
        "x@y>",
        "a@" + 260 * "b",
        '"a"@b',
    ],
)
def test_an_address_that_cannot_be_used(to):
    with pytest.raises(Unsendable, match="收件地址"):
        build(mail(to=to), "", "ceacq@163.com", DATE)


@pytest.mark.parametrize("message_id", ["", "x@y", "<a b@c>", "<a@b>\r\nX: y", "<张@b>"])
def test_our_own_id_is_checked(message_id):
    with pytest.raises(Unsendable, match="Message-ID"):
        build(mail(message_id=message_id), "", "ceacq@163.com", DATE)


def test_wild_references_are_left_out_and_long_threads_cut():
    wild = ("not an id", "<a b@c>", "<x@y>\r\nBcc: z@z", "<张@b>", "<" + "a" * 300 + "@b>")
    thread = tuple(f"<{i}@example.com>" for i in range(100))
    m = read(mail(references=wild + thread))
    references = m["References"].split()
    assert len(references) == MAX_REFERENCES
    assert (references[0], references[-1]) == ("<0@example.com>", "<a@example.com>")
    assert m["Bcc"] is None
    m = read(mail(in_reply_to="garbage", references=()))
    assert (m["In-Reply-To"], m["Auto-Submitted"]) == (None, "auto-replied")


@given(st.text(max_size=300))
def test_no_subject_adds_a_header_or_gets_lost(subject):
    m = read(mail(subject=subject))
    assert len(m.keys()) == 11
    raw = email.message_from_bytes(build(mail(subject=subject), "", "ceacq@163.com", DATE))["Subject"]
    decoded = str(email.header.make_header(email.header.decode_header(raw)))
    assert decoded.split() == one_line(subject).split()


@given(st.text(max_size=300), st.text(max_size=40))
def test_any_text_and_any_name_survive(text, name):
    m = read(mail(text=text), name)
    assert len(m.keys()) == 11
    expected = text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    assert next(m.iter_parts()).get_payload(decode=True).decode().replace("\r\n", "\n") == expected + "\n"
