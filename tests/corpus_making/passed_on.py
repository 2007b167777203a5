"""Mails attached to mails, to any reasonable depth, and winmail.dat."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from forms import LABELS
from letters import File, Letter, b64, netease_web, outlook, phone, qq_web, word
from people import Person
from winmails import attachment, message, winmail

from corpus_making.bodies import lines
from corpus_making.sample import Sample, filled_form, letter_of, mailed, nominee, reading, subject_of, submission

EML = "message/rfc822"
OCTETS = "application/octet-stream"


def samples() -> Iterator[Sample]:
    for number, (trait, attach) in enumerate(WAYS.items()):
        one = nominee(300 + number)
        yield Sample(f"attached-mail-{trait}", _attached(one, attach), reading(submission(one)))
    one = nominee(310)
    yield Sample("attached-mail-three-deep", _attached(one, _deep), reading(submission(one)))
    one = nominee(311)

    def of_lines(inner: Person) -> bytes:
        told = netease_web(letter_of(inner, (), text=lines(inner.written)))
        return outlook(
            Letter(
                f"FW: {subject_of(inner)}", files=[File("原始邮件.eml", told, EML)], message_id="<of-lines@example.com>"
            )
        )

    yield Sample("attached-mail-of-lines", lambda: of_lines(one), reading(submission(one)))
    two, three = nominee(312), nominee(313)

    def both() -> list[File]:
        return [
            File(f"{n}.eml", qq_web(letter_of(p, [File("征集表.docx", filled_form(p.written))])), OCTETS)
            for n, p in enumerate((two, three))
        ]

    yield Sample("attached-mails-of-two-people", mailed(two, files=both), reading(submission(two), submission(three)))
    yield from _winmail()


def _inner(one: Person) -> bytes:
    return netease_web(letter_of(one, [File("征集表.docx", filled_form(one.written))]))


def _attached(one: Person, attach: Callable[[Person], bytes]) -> Callable[[], bytes]:
    return lambda: attach(one)


def _octets(one: Person) -> bytes:
    """163 and QQ know no other type."""
    return netease_web(_covering(one, [File("原始邮件.eml", _inner(one), OCTETS)]))


def _base64(one: Person) -> bytes:
    """message/rfc822 in base64, which the standard forbids."""
    return outlook(_covering(one, [File("原始邮件.eml", _inner(one), EML)]))


def _plain(one: Person) -> bytes:
    """As the standard has it: the mail as it is, within the other."""
    head = (
        f"From: a@163.com\r\nTo: ceacq@163.com\r\nSubject: {word('转发：' + subject_of(one))}\r\nMIME-Version: 1.0\r\n"
        f"Message-ID: <plain-{one.written['recommender_phone']}@example.com>\r\nDate: Mon, 02 Mar 2026 10:00:00 +0800\r\n"
        'Content-Type: multipart/mixed; boundary="out"\r\n\r\n--out\r\nContent-Type: text/plain; charset=utf-8\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{b64('见附件'.encode())}\r\n--out\r\nContent-Type: message/rfc822\r\n\r\n"
    )
    return head.encode() + _inner(one) + b"\r\n--out--\r\n"


def _from_a_phone(one: Person) -> bytes:
    return phone(_covering(one, [File("邮件.eml", _inner(one), EML)]))


def _deep(one: Person) -> bytes:
    data = _inner(one)
    for level in range(2):
        letter = Letter(
            f"Fw: {subject_of(one)}",
            files=[File(f"{level}.eml", data, OCTETS)],
            message_id=f"<deep-{level}@example.com>",
        )
        data = (qq_web, netease_web)[level](letter)
    return netease_web(_covering(one, [File("邮件.eml", data, OCTETS)]))


def _covering(one: Person, files: list[File]) -> Letter:
    return letter_of(one, files, subject=f"转发：{subject_of(one)}", text="请查收。\n")


WAYS = {"163": _octets, "outlook": _base64, "plain": _plain, "phone": _from_a_phone}


def _winmail() -> Iterator[Sample]:
    one = nominee(320)
    name = (0x3707, 0x1F, "“重庆工程师故事”线索征集表.docx\0".encode("utf-16-le"))

    def with_form() -> list[File]:
        return [_dat(winmail(attachment(filled_form(one.written), b"ZJB~1.DOC", name)))]

    yield Sample("winmail-with-the-form", mailed(one, files=with_form, by=outlook), reading(submission(one)))
    two = nominee(321)
    rows = "".join(
        f"<tr><td>{LABELS[k]}</td><td>{v.replace(chr(10), '<br>')}</td></tr>" for k, v in two.written.items()
    )

    def with_body() -> list[File]:
        return [
            _dat(winmail(message(html=f"<html><body><table>{rows}</table></body></html>", page=struct.pack("<I", 936))))
        ]

    yield Sample(
        "winmail-with-the-form-in-its-text", mailed(two, files=with_body, by=outlook), reading(submission(two))
    )


def _dat(data: bytes) -> File:
    return File("winmail.dat", data, "application/ms-tnef")
