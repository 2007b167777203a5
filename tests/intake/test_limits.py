"""Every limit on what one mail may cost, reached and passed: what lies beyond is left out or said to be unreadable."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from forms import ZHANG_WEI, filled_form
from letters import File, Letter, outlook

from intake import letter
from intake.attachments import problems_of
from intake.documents import document, html, limits, package
from intake.documents.document import Document, Paragraph, Unreadable
from intake.documents.html import html_document
from intake.documents.limits import MB, Allowance
from intake.documents.means import PLAIN
from intake.documents.open import open_document
from intake.documents.text import text_document
from intake.kind import Marks
from intake.letter import Letter as TakenApart
from intake.letter import letter_of
from intake.mime import header, message
from intake.mime.header import split_header
from intake.mime.message import Message, parse_message
from intake.submission import LONGEST_BODY, read_message
from rules.campaign import load_campaign

HEAD = b"From: a@b.cn\r\nTo: c@d.cn\r\nSubject: x\r\nDate: Fri, 20 Nov 2026 10:00:00 +0800\r\nMessage-ID: <a@b>\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
FORM = filled_form(ZHANG_WEI)
CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SUBJECT = "渝工故事线索+重庆建工集团+13700137000"


def parsed(raw: bytes) -> Message:
    return parse_message(raw)


def plain(text: str) -> bytes:
    return HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode()


def word(body: str, before: str = "", **members: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", f"{before}<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, text in members.items():
            package.writestr(name, text)
    return kept.getvalue()


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def taken_apart(mail: Message) -> TakenApart:
    return letter_of(mail, Marks(), Allowance(), PLAIN)


def opened(data: bytes) -> Document | Unreadable:
    return open_document(data, "征集表.docx")


def blocks(data: bytes) -> list[str]:
    found = opened(data)
    assert isinstance(found, Document)
    return [block.text for block in found.blocks if isinstance(block, Paragraph)]


# --- the mail ---


def test_fields_of_a_header() -> None:
    raw = b"X-A: 1\r\n" * (header.MAX_FIELDS + 9) + HEAD + b"Subject: second\r\n\r\nhi"
    fields, _, defects = split_header(raw)
    assert sum(name == "x-a" for name, _ in fields) == header.MAX_FIELDS
    assert dict(fields)["from"].strip() == b"a@b.cn"  # what matters is kept wherever it stands, once
    assert [value.strip() for name, value in fields if name == "subject"] == [b"x"]
    assert defects == (f"header: more than {header.MAX_FIELDS} fields",)


def test_length_of_a_field_and_of_its_name() -> None:
    fields, _, _ = split_header(b"X" * 500 + b": " + b"a" * (2 * header.MAX_FIELD) + b"\r\n\r\n")
    assert [(len(name), len(value)) for name, value in fields] == [(header.MAX_NAME, header.MAX_FIELD)]


def test_addresses() -> None:
    many = b", ".join(b"a%d@b.cn" % n for n in range(3_000))
    assert len(parsed((b"To: " + many + b"\r\n") * 99 + HEAD + b"\r\n").recipients) == message.MAX_RECIPIENTS
    assert len(header.addresses(many)[0]) == header.MAX_ADDRESSES
    senders = b"".join(b"From: a%d@b.cn\r\n" % n for n in range(message.MAX_FIELDS_OF_ONE_NAME + 5))
    assert parsed(senders + b"\r\n").sender.address == "a0@b.cn"


def test_references() -> None:
    ids = b" ".join(b"<%d@x>" % n for n in range(message.MAX_REFERENCES + 50))
    read = parsed(HEAD + b"References: " + ids + b"\r\nIn-Reply-To: " + ids + b"\r\n\r\n")
    assert (len(read.references), len(read.in_reply_to)) == (message.MAX_REFERENCES, message.MAX_REFERENCES)
    assert read.references[-1] == f"<{message.MAX_REFERENCES + 49}@x>"


def test_parts() -> None:
    read = parsed(MIXED + b"--b\r\nContent-Type: application/x\r\n\r\nhi\r\n" * (message.MAX_PARTS + 9) + b"--b--")
    assert len(read.parts) == message.MAX_PARTS
    assert f"邮件只读了前 {message.MAX_PARTS} 个部分，后面的正文和附件没有读" in read.defects


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"], ids=repr)
def test_lines_that_may_end_a_part(end: bytes) -> None:
    read = parsed(MIXED + (b"--b" + end + b"--a" + end) * (message.MAX_DELIMITERS // 2 + 9))
    assert "mime: too many boundaries, not opened" in read.defects
    assert len(read.parts) == 1


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"], ids=repr)
def test_boundaries_times_lines(end: bytes) -> None:
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"%b%b--b%d%b' % (n, end, end, n, end) for n in range(3_000)
    )
    assert "mime: too many boundaries, not opened" in parsed(HEAD + opening + end).defects  # fmt: skip


def test_levels() -> None:
    opening = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(200))
    assert f"邮件套了 {message.MAX_DEPTH} 层以上，更里面的没有读" in parsed(HEAD + opening + b"\r\nhi").defects


def test_length_of_the_text() -> None:
    read = parsed(plain("a" * (message.MAX_TEXT + 9)))
    assert len(read.text) == message.MAX_TEXT
    assert "邮件正文只读了前 100 万字" in read.defects


def test_lines_of_the_text() -> None:
    read = parsed(plain("姓\n" * (message.MAX_LINES + 9)))
    assert len(read.text.split("\n")) == message.MAX_LINES
    assert f"邮件正文只读了前 {message.MAX_LINES} 行" in read.defects


def test_pieces_of_base64() -> None:
    content, whole = header.decode_base64(b"QQ==" * (header.MAX_PIECES + 9))
    assert (whole, set(content)) == (False, {ord("A")})
    assert len(content) <= header.MAX_PIECES


def test_what_is_kept_of_the_words() -> None:
    assert len(read_message(parsed(plain("甲" * (LONGEST_BODY + 9))), [CAMPAIGN], Marks(), NOW).body) == LONGEST_BODY


# --- its files ---

INSIDE = "<!DOCTYPE x [<!ENTITY a 'ha'>{}]>".format(
    "".join(f"<!ENTITY {name} '{f'&{inner};' * 10}'>" for inner, name in pairwise("abcdefghi"))
)


@pytest.mark.parametrize(
    ("data", "word_in_reason"),
    [
        (word(p("0" * 9_000_000)), "300 倍"),
        (word(p("x"), **{f"word/{n}": "" for n in range(package.MAX_MEMBERS)}), "过多"),
        (word(p("&i;"), INSIDE), "损坏"),
        (word("<w:ins>" * 300 + "</w:ins>" * 300), "损坏"),
    ],
    ids=["unpacked to packed", "members", "entities", "levels"],
)
def test_word_files_beyond_the_limits(data: bytes, word_in_reason: str) -> None:
    found = opened(data)
    assert isinstance(found, Unreadable)
    assert word_in_reason in found.reason


def test_an_unpacked_part() -> None:
    hard = Random(1).choices("甲乙丙丁戊己庚辛", k=package.MAX_PART_MB * MB // 3)
    found = opened(word(p("".join(hard))))
    assert isinstance(found, Unreadable)
    assert "过大" in found.reason


def test_a_declared_size_may_lie() -> None:
    data = bytearray(word(p("0" * 9_000_000)))
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = (100).to_bytes(4, "little")
    assert isinstance(opened(bytes(data)), Unreadable)


def test_nothing_outside_the_file_is_read() -> None:
    outside = f"<!DOCTYPE x [<!ENTITY a SYSTEM '{Path(__file__).as_uri()}'>]>"
    assert "nothing_outside" not in str(opened(word(p("&a;"), outside)))


def test_paragraphs_and_cells_of_a_document() -> None:
    assert len(blocks(word(p("x") * (document.MAX_BLOCKS + 9)))) == document.MAX_BLOCKS
    cells = "<w:tc><w:p/></w:tc>" * document.MAX_BLOCKS
    found = opened(word(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"))
    assert isinstance(found, Document)
    assert 0 < len(found.blocks[0].cells) < document.MAX_BLOCKS  # type: ignore[union-attr]
    assert len(text_document("x\n" * (document.MAX_BLOCKS + 9)).blocks) == document.MAX_BLOCKS
    assert len(html_document("<p>x" * (document.MAX_BLOCKS + 9)).blocks) == document.MAX_BLOCKS


def test_text_of_a_document() -> None:
    half = "".join(Random(1).choices("甲乙丙丁戊己庚辛", k=document.MAX_TEXT // 2))
    assert sum(map(len, blocks(word(p(half) * 3)))) == document.MAX_TEXT
    assert len(text_document("甲" * (document.MAX_TEXT + 9)).blocks[0].text) == document.MAX_TEXT  # type: ignore[union-attr]
    assert html_document("<p>" + "甲" * html.MAX_HTML).weight == html.MAX_HTML


FIELD = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>X</w:instrText></w:r>'
COSTLY: dict[str, tuple[str, bytes]] = {  # the mail's text, its file
    "fields of Word within each other": ("", word("<w:p>" + FIELD * 50_000 + "</w:p>")),
    "forms beside each other": ("", ("<table>" + ("<tr>" + "<td>姓名" * 100) * 199 + "</table>").encode()),
    "names without end": ("张伟，" * 7_000, b""),
    "names in one clause": ("张伟、" * 7_000, b""),
}


@pytest.mark.parametrize("what", COSTLY)
def test_what_was_looked_through_anew_for_each_of_its_pieces(what: str) -> None:
    """A second or less, and eight to forty where each piece is held against all others."""
    text, file = COSTLY[what]
    mail = parsed(outlook(Letter(SUBJECT, text=text, files=[File("表.docx", file)] if file else [])))
    start = process_time()
    read_message(mail, [CAMPAIGN], Marks(), NOW)
    assert process_time() - start < 4


def test_all_the_files_of_a_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = parsed(outlook(Letter("x", files=[File(f"{n}.docx", FORM) for n in range(5)])))
    cost = letter.cost_of(opened(FORM))  # type: ignore[arg-type]
    assert cost > 10_000
    monkeypatch.setattr(limits, "MAX_READ", cost + 1)
    parts = taken_apart(mail).parts
    assert [one.document is not None for one in parts] == [True, True, False, False, False]
    told = [problem.message[:5] for problem in problems_of(parts, form_found=True)]
    assert told == ["附件《2.", "附件《3.", "附件《4."]


def test_files_within_one_count_like_others(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for n in range(5):
            archive.writestr(f"{n}.docx", FORM)
    monkeypatch.setattr(limits, "MAX_READ", letter.cost_of(opened(FORM)) + 1)  # type: ignore[arg-type]
    parts = taken_apart(parsed(outlook(Letter("x", files=[File("a.zip", kept.getvalue())])))).parts
    assert [one.document is not None for one in parts[1:]] == [True, True, False, False, False]
    told = [problem.message[:5] for problem in problems_of(parts, form_found=True)]
    assert told == ["附件《2.", "附件《3.", "附件《4."]


def test_broken_files_count_too_but_photographs_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    photos = [File(f"{n}.jpg", b"\xff\xd8\xff" + b"x" * 50_000) for n in range(30)]
    broken = [File(f"{n}.docx", FORM[:9_000]) for n in range(3)]
    mail = parsed(outlook(Letter("x", files=[*photos, *broken, File("a.docx", FORM)])))
    monkeypatch.setattr(limits, "MAX_READ", 3 * letter.BROKEN)
    assert taken_apart(mail).parts[-1].document is None
    fewer = replace(mail, parts=(*mail.parts[:-2], mail.parts[-1]))
    assert isinstance(taken_apart(fewer).parts[-1].document, Document)
