"""Letters as the clients of Chinese submitters write them: one function per client, bytes out. Invented people only."""

from __future__ import annotations

import base64
import quopri
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

CHINA = timezone(timedelta(hours=8))
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class File:
    name: str
    content: bytes
    content_type: str = DOCX


@dataclass(frozen=True)
class Letter:
    subject: str
    sender: str = "zhangsan@163.com"
    sender_name: str = "张三"
    to: str = "ceacq@163.com"
    text: str = "您好：\n附件是线索征集表，请查收。\n"
    html: str | None = None  # made from `text` where a client always sends one
    files: Sequence[File] = ()
    message_id: str | None = "<made-up-1@example.com>"
    date: datetime = datetime(2026, 3, 2, 10, 0, tzinfo=CHINA)
    in_reply_to: str | None = None
    headers: Sequence[tuple[str, str]] = ()  # further ones, ASCII


def word(text: str, charset: str = "utf-8", how: str = "B") -> str:
    """RFC 2047 encoded-words, folded; cut at characters."""
    cut = [text[i : i + 12] for i in range(0, len(text), 12)] or [""]
    if how == "B":
        done = [base64.b64encode(c.encode(charset)).decode() for c in cut]
    else:
        done = [quopri.encodestring(c.encode(charset), header=True).decode().replace("=\n", "") for c in cut]
    return "\r\n ".join(f"=?{charset}?{how}?{d}?=" for d in done)


def b64(data: bytes) -> str:
    return "\r\n".join(textwrap.wrap(base64.b64encode(data).decode(), 76))


def html_of(letter: Letter) -> str:
    return letter.html or "".join(f"<div>{line or '<br>'}</div>" for line in letter.text.splitlines())


def _common(letter: Letter, subject: str, sender: str) -> list[str]:
    lines = [f"From: {sender}", f"To: {letter.to}", f"Subject: {subject}", f"Date: {format_datetime(letter.date)}"]
    lines += [f"Message-ID: {letter.message_id}"] if letter.message_id else []
    if letter.in_reply_to:
        lines += [f"In-Reply-To: {letter.in_reply_to}", f"References: {letter.in_reply_to}"]
    return lines + [f"{name}: {value}" for name, value in letter.headers] + ["MIME-Version: 1.0"]


def _multipart(head: list[str], kind: str, boundary: str, parts: Sequence[str]) -> bytes:
    head = [*head, f'Content-Type: multipart/{kind}; boundary="{boundary}"', ""]
    body = "".join(f"\r\n--{boundary}\r\n{part}" for part in parts)
    return ("\r\n".join(head) + f"\r\nThis is a multi-part message in MIME format.{body}\r\n--{boundary}--\r\n").encode(
        "ascii"
    )


def _texts(letter: Letter, charset: str, boundary: str) -> str:
    parts = [("plain", letter.text), ("html", html_of(letter))]
    inner = "".join(
        f"\r\n--{boundary}\r\nContent-Type: text/{kind}; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{b64(text.encode(charset))}"
        for kind, text in parts
    )
    return f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n{inner}\r\n--{boundary}--\r\n'


def netease_web(letter: Letter) -> bytes:
    """163's web page: GBK, octet-stream for every file, RFC 2047 words in parameters, name= and filename= alike."""
    sender = f"{word(letter.sender_name, 'GBK')} <{letter.sender}>"
    head = [
        "Received: from example (unknown [10.0.0.1]) by wmsvr-41-101 (Coremail) with HTTP;",
        f" {format_datetime(letter.date)} (CST)",
        *_common(letter, word(letter.subject, "GBK"), sender),
        "X-Priority: 3",
        "X-Mailer: Coremail Webmail Server Version XT5.0.14 build 20230109(dcb5de15) Copyright (c) 2002-2026 www.mailtech.cn 163com",
        "X-CM-TRANSID: ZcGowAD3v+Rexample",
    ]
    parts = [_texts(letter, "GBK", "----=_Part_7_2.1")]
    for file in letter.files:
        name = word(file.name, "GBK", "Q")
        parts.append(
            f'Content-Type: application/octet-stream; \r\n\tname="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
            f'Content-Disposition: attachment; \r\n\tfilename="{name}"\r\n\r\n{b64(file.content)}'
        )
    return _multipart(head, "mixed", "----=_Part_6_1.1", parts)


def qq_web(letter: Letter) -> bytes:
    """QQ: gb18030, the display name an encoded-word within quotes, TCMime."""
    sender = f'"=?gb18030?B?{base64.b64encode(letter.sender_name.encode("gb18030")).decode()}?=" <{letter.sender}>'
    head = [
        *_common(letter, word(letter.subject, "gb18030"), sender),
        "X-QQ-MIME: TCMime 1.0 by Tencent",
        "X-Mailer: QQMail 2.x",
        "X-QQ-Mailer: QQMail 2.x",
    ]
    parts = [_texts(letter, "gb18030", "----=_NextPart_A2")]
    for file in letter.files:
        name = word(file.name, "gb18030")
        parts.append(
            f'Content-Type: application/octet-stream;\r\n\tcharset="gb18030";\r\n\tname="{name}"\r\n'
            f'Content-Disposition: attachment; filename="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n{b64(file.content)}'
        )
    return _multipart(head, "mixed", "----=_NextPart_A1", parts)


def foxmail(letter: Letter) -> bytes:
    """Foxmail 7: GB2312 on the label whatever the characters, octet-stream, name without quotes trouble."""
    head = [
        *_common(
            letter,
            word(letter.subject, "GB18030").replace("GB18030", "GB2312"),
            f"{word(letter.sender_name)} <{letter.sender}>",
        ),
        "X-Priority: 3",
        "X-Has-Attach: yes",
        "X-Mailer: Foxmail 7.2.25.375[cn]",
    ]
    parts = [_texts(letter, "GB18030", "----=_002_NextPart2_=----").replace("charset=GB18030", 'charset="GB2312"')]
    for file in letter.files:
        name = word(file.name, "GB18030").replace("GB18030", "GB2312")
        parts.append(
            f'Content-Type: application/octet-stream;\r\n\tname="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
            f'Content-Disposition: attachment;\r\n\tfilename="{name}"\r\n\r\n{b64(file.content)}'
        )
    return _multipart(head, "mixed", "----=_001_NextPart1_=----", parts)


def outlook(letter: Letter) -> bytes:
    """Outlook: UTF-8, right MIME types, RFC 2231 names."""
    head = [
        *_common(letter, word(letter.subject), f"{word(letter.sender_name)} <{letter.sender}>"),
        "Thread-Index: AdqExampleExample==",
        "X-Mailer: Microsoft Outlook 16.0",
    ]
    parts = [_texts(letter, "utf-8", "_000_inner_")]
    for file in letter.files:
        quoted = "".join(f"%{byte:02X}" for byte in file.name.encode())
        cut = [quoted[i : i + 45] for i in range(0, len(quoted), 45)]
        names = ";\r\n\t".join(f"filename*{i}*={'utf-8' + chr(39) * 2 if i == 0 else ''}{c}" for i, c in enumerate(cut))
        parts.append(
            f'Content-Type: {file.content_type};\r\n\tname="{word(file.name)}"\r\n'
            f"Content-Disposition: attachment;\r\n\t{names}\r\nContent-Transfer-Encoding: base64\r\n\r\n{b64(file.content)}"
        )
    return _multipart(head, "mixed", "_000_outer_", parts)


def phone(letter: Letter) -> bytes:
    """An iPhone: plain text alone, quoted-printable, its signature below."""
    head = [
        *_common(letter, word(letter.subject), f"{word(letter.sender_name)} <{letter.sender}>"),
        "X-Mailer: iPhone Mail (20H19)",
    ]
    text = letter.text + "\n\n发自我的 iPhone\n"
    body = quopri.encodestring(text.encode()).decode().replace("\n", "\r\n")
    parts = [f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{body}"]
    for file in letter.files:
        name = "".join(f"%{b:02X}" for b in file.name.encode())
        head_of_part = (
            f"Content-Type: {file.content_type};\r\n\tname*=utf-8''{name}\r\n"
            f"Content-Disposition: inline;\r\n\tfilename*=utf-8''{name}\r\n"
        )
        parts += [f"{head_of_part}Content-Transfer-Encoding: base64\r\n\r\n{b64(file.content)}"]
    return _multipart(head, "mixed", "Apple-Mail-1", parts)


def raw_bytes(letter: Letter, charset: str = "gb18030") -> bytes:
    """An old program that encodes nothing: 8-bit header, 8-bit body, 8-bit file name."""
    boundary = "=====raw====="
    head = "\r\n".join(
        [
            *_common(letter, letter.subject, f"{letter.sender_name} <{letter.sender}>"),
            f'Content-Type: multipart/mixed; boundary="{boundary}"',
        ]
    )
    out = head.encode(charset) + b"\r\n\r\n"
    out += f"--{boundary}\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{letter.text}".encode(
        charset
    )
    for file in letter.files:
        out += f'\r\n--{boundary}\r\nContent-Type: application/octet-stream; name="{file.name}"\r\n'.encode(charset)
        out += f'Content-Disposition: attachment; filename="{file.name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'.encode(
            charset
        )
        out += b64(file.content).encode()
    return out + f"\r\n--{boundary}--\r\n".encode()


CLIENTS: dict[str, Callable[[Letter], bytes]] = {
    "163": netease_web,
    "qq": qq_web,
    "foxmail": foxmail,
    "outlook": outlook,
    "phone": phone,
    "raw": raw_bytes,
}
