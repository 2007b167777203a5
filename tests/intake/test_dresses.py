"""Whatever a letter is dressed in, the same is read: who sent it, its subject, its words, its files, the nominee's fields."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from intake.kind import Marks
from intake.mime.message import Message, parse_message
from intake.submission import read_message
from rules.campaign import load_campaign
from tests.dresses import dressed
from tests.forms import ZHANG_WEI, filled_form
from tests.letters import CHINA, CLIENTS, File, Letter

FORM = File("“重庆工程师故事”线索征集表（张喆）.docx", filled_form(ZHANG_WEI))
PHOTO = File("照片1.jpg", b"\xff\xd8\xff\xe0" + Random(3).randbytes(9000), "image/jpeg")
LETTER = Letter(
    subject="渝工故事线索+重庆某某公司+13800001234",
    sender_name="张喆",
    text="您好：\n附件是线索征集表，请查收。\n张喆\n",
    files=(FORM, PHOTO),
)
CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")


def said(message: Message) -> dict[str, object]:
    return {
        "sender": (message.sender.name, message.sender.address),
        "subject": message.subject,
        "words": message.text.split(),
        "files": [(part.filename, part.content) for part in message.parts],
    }


PLAIN = {
    "sender": (LETTER.sender_name, LETTER.sender),
    "subject": LETTER.subject,
    "words": LETTER.text.split(),
    "files": [(file.name, file.content) for file in LETTER.files],
}


def fields(raw: bytes) -> dict[str, object]:
    reading = read_message(parse_message(raw), [CAMPAIGN], Marks(), datetime(2026, 3, 2, 10, tzinfo=CHINA))
    [submission] = reading.submissions
    return {key: field.value for key, field in submission.fields.items()}


FIELDS = fields(CLIENTS["163"](LETTER))


def test_all_fourteen_are_there():
    assert len(FIELDS) == 14


@pytest.mark.parametrize("start", range(0, 200, 20))
def test_a_dressed_letter_says_the_same(start):
    for seed in range(start, start + 20):
        raw, dress = dressed(LETTER, Random(seed))
        assert said(parse_message(raw)) == PLAIN, (seed, dress)


@pytest.mark.parametrize("seed", range(1000, 1010))
def test_a_dressed_letter_gives_the_same_fields(seed):
    raw, dress = dressed(LETTER, Random(seed))
    assert fields(raw) == FIELDS, dress


@pytest.mark.heavy
@pytest.mark.parametrize("start", range(2000, 12_000, 1000))
def test_thousands_of_dresses(start):
    for seed in range(start, start + 1000):
        raw, dress = dressed(LETTER, Random(seed))
        assert said(parse_message(raw)) == PLAIN, (seed, dress)


# Single ones, each seen in practice.

HEAD = (
    b"From: =?utf-8?B?5byg5ZaG?= <zhangsan@163.com>\r\nSubject: x\r\n"
    b"Date: Mon, 02 Mar 2026 10:00:00 +0800\r\nMessage-ID: <a@b>\r\nMIME-Version: 1.0\r\n"
)
TEXT = "Content-Type: text/plain; charset=utf-8\r\n\r\n正文".encode()


def lines(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def attached(kind: bytes = b"application/octet-stream", *more: bytes, name: bytes = b'; name="a.docx"') -> bytes:
    fields = [b"Content-Type: " + kind + name, b"Content-Transfer-Encoding: base64", *more]
    return b"\r\n".join(fields) + b"\r\n\r\n" + lines(FORM.content)


def mixed(*parts: bytes, boundary: bytes = b"xx", kind: bytes = b"mixed", declared: bytes | None = None) -> bytes:
    declared = b'; boundary="%b"' % boundary if declared is None else declared
    body = b"".join(b"--%b\r\n%b\r\n" % (boundary, part) for part in parts)
    return b"Content-Type: multipart/%b%b\r\n\r\n%b--%b--\r\n" % (kind, declared, body, boundary)


def uuencoded(data: bytes) -> bytes:
    rows = b"".join(binascii.b2a_uu(data[place : place + 45]) for place in range(0, len(data), 45))
    return b"begin 644 a.docx\r\n" + rows.replace(b"\n", b"\r\n") + b"`\r\nend\r\n"


TWICE = mixed(mixed(TEXT, TEXT.replace(b"plain", b"html"), kind=b"alternative"), attached())
BODY_OF_PARTS = mixed(TEXT, attached()).split(b"\r\n\r\n", 1)[1]
ODD = {
    "the inner boundary is the outer one": HEAD + TWICE,
    "no boundary named": HEAD + mixed(TEXT, attached(), declared=b""),
    "another boundary named": HEAD + mixed(TEXT, attached(), declared=b'; boundary="yy"'),
    "its quote never closed": HEAD + mixed(TEXT, attached(), declared=b'; boundary="xx'),
    "in single quotes": HEAD + mixed(TEXT, attached(), declared=b"; boundary='xx'"),
    "a boundary of dashes": HEAD + mixed(TEXT, attached(), boundary=b"------=_Part_1"),
    "text/plain above, multipart below": HEAD + b"Content-Type: text/plain\r\n" + mixed(TEXT, attached()),
    "multipart above, text/plain below": (
        HEAD + b'Content-Type: multipart/mixed; boundary="xx"\r\n'
        b"Content-Type: text/plain\r\n\r\n" + BODY_OF_PARTS
    ),
    "no type at all": HEAD + b"\r\n" + BODY_OF_PARTS,
    "all of it in base64 once more": (
        HEAD + b'Content-Type: multipart/mixed; boundary="xx"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + lines(BODY_OF_PARTS)
    ),
    "a multipart that says base64": HEAD + b"Content-Transfer-Encoding: base64\r\n" + mixed(TEXT, attached()),
    "words before the first part": (
        HEAD + b'Content-Type: multipart/mixed; boundary="xx"\r\n\r\n' + "正文\r\n".encode()
        + b"--xx\r\n" + attached() + b"\r\n--xx--\r\n"
    ),
    "CR CR LF": (HEAD + mixed(TEXT, attached())).replace(b"\r\n", b"\r\r\n"),
    "CR alone": (HEAD + mixed(TEXT, attached())).replace(b"\r\n", b"\r"),
    "LF above, CRLF below": HEAD.replace(b"\r\n", b"\n") + mixed(TEXT, attached()),
    "an empty line within the header": HEAD.replace(b": x\r\n", b": x\r\n\r\n y\r\n") + mixed(TEXT, attached()),
    "a byte order mark": b"\xef\xbb\xbf" + HEAD + mixed(TEXT, attached()),
    "a mailbox file's first line": b"From a@b.cn Mon Mar  2 10:00:00 2026\r\n" + HEAD + mixed(TEXT, attached()),
    "the file within the alternatives": HEAD + mixed(TEXT, attached(), kind=b"alternative"),
    "the file related to the text": HEAD + mixed(TEXT, attached(), kind=b"related"),
    "an invitation beside the text": HEAD + mixed(
        mixed(TEXT, b"Content-Type: text/calendar\r\n\r\n", boundary=b"yy", kind=b"alternative"), attached()
    ),
    "a Mac's two forks": HEAD + mixed(
        TEXT,
        mixed(b"Content-Type: application/applefile; name=a.docx\r\n\r\n\0", attached(), boundary=b"yy", kind=b"appledouble"),
    ),
    "signed": HEAD + mixed(
        mixed(TEXT, attached(), boundary=b"yy"), b"Content-Type: application/pkcs7-signature\r\n\r\nx", kind=b"signed"
    ),
    "uuencoded": HEAD + mixed(
        TEXT, b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n" + uuencoded(FORM.content)
    ),
    "uuencoded within the text": HEAD + b"\r\n" + "正文\r\n".encode() + uuencoded(FORM.content),
    "a file that says text/plain": HEAD + mixed(TEXT, attached(b"text/plain", name=b"")),
    "a file without any type": HEAD + mixed(TEXT, attached(b"", name=b'name="a.docx"')),
    "no transfer encoding named": HEAD + mixed(TEXT, attached().replace(b"Content-Transfer-Encoding: base64\r\n", b"")),
    "in quotes and with a comment": HEAD + mixed(TEXT, attached().replace(b": base64", b': "base64" (mime)')),
}  # fmt: skip


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD)
def test_an_odd_mail_brings_its_words_and_its_file(raw):
    message = parse_message(raw)
    assert message.sender.address == "zhangsan@163.com"
    assert message.text.split() in (["正文"], ["正文", "正文"])
    assert FORM.content in [part.content for part in message.parts]


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (attached(name=b""), ""),
        (attached(b"application/msword", b"Content-Description: a.docx", name=b""), "a.docx"),
        (attached(b"application/msword", b"Content-Description: a form", name=b""), ""),
        (attached(name=b"; name=tcmime.1388.1527.1742.bin"), "tcmime.1388.1527.1742.bin"),
    ],
)
def test_a_file_without_a_name_is_a_file(part, name):
    [file] = parse_message(HEAD + mixed(TEXT, part)).parts
    assert (file.filename, file.content) == (name, FORM.content)


@pytest.mark.parametrize(
    ("header", "body", "text"),
    [
        (b"text/plain charset=gbk", "张伟镕".encode("gbk"), "张伟镕"),  # no semicolon
        (b'text/plain; charset="gb2312', "张伟镕".encode("gbk"), "张伟镕"),  # quote never closed
        (b"text/plain; charset=gb2312;", "张伟镕".encode("gbk"), "张伟镕"),
        (b"text; charset=gbk", "张伟".encode("gbk"), "张伟"),
        (b"text/html; charset=utf-8", '<meta charset="gb2312">张伟'.encode(), "张伟"),
        (b"text/html", '<meta charset="iso-8859-1">重庆张伟'.encode("gbk"), "重庆张伟"),
        (b"text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64", lines("张伟".encode("utf-16")), "张伟"),
        (b"text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit", b"=E5=BC=A0=E4=BC=9F", "张伟"),
    ],
)
def test_words_under_any_label(header, body, text):
    assert parse_message(HEAD + b"Content-Type: " + header + b"\r\n\r\n" + body).text == text
