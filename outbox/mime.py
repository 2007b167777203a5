"""An outgoing mail as bytes: deterministic, plain ASCII, readable by old and new Chinese mail clients."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import quote

from outbox.styles import inline
from storage.outgoing import Outgoing

MAX_REFERENCES = 20
MAX_ADDRESS = 254  # RFC 5321: a longer one is refused as a command, not as an address
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,240}>")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
}


class Unsendable(ValueError):
    """The mail cannot be built. The message is a Chinese sentence with the reason."""


def build(outgoing: Outgoing, sender_name: str, sender_address: str, date: datetime) -> bytes:
    """The mail with CRLF line ends. Equal arguments give equal bytes. Raises Unsendable.

    From is the login itself: 163 refuses any other ("553 Mail from must equal authorized user", "554 DT:SUM").
    """
    if not _MESSAGE_ID.fullmatch(outgoing.message_id):
        raise Unsendable(f"邮件编号（Message-ID）写法有误：{outgoing.message_id!r}")
    seed = outgoing.message_id.encode()
    body = _multipart("alternative", seed, [_text("plain", outgoing.text), _text("html", inline(outgoing.html))])
    if outgoing.attachments:
        body = _multipart("mixed", seed, [body, *(_attachment(name, data) for name, data in outgoing.attachments)])
    lines = [
        f"Date: {format_datetime(date)}",
        f"From: {_mailbox(sender_name, checked_address(sender_address), 'From')}",
        f"To: {checked_address(outgoing.to)}",
        f"Subject: {_words(one_line(outgoing.subject), 'Subject')}",
        f"Message-ID: {outgoing.message_id}",
        *_thread(outgoing),
        # RFC 3834; Exchange looks at the second. Both keep other machines from answering.
        "Auto-Submitted: " + ("auto-generated" if outgoing.kind == "digest" else "auto-replied"),
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
    ]
    return "\r\n".join(lines).encode("ascii") + b"\r\n" + body


def checked_address(address: str) -> str:
    """A plain ASCII address, or Unsendable: 163 offers no SMTPUTF8, and nothing may smuggle a header in."""
    if len(address) > MAX_ADDRESS or not _ADDRESS.fullmatch(address):
        raise Unsendable(f"收件地址无法使用：{one_line(address)!r}")
    return address


def one_line(text: str) -> str:
    """No line ends or control characters, no halves of characters: safe in a header."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join(_INVISIBLE.sub(" ", text).split())


def _thread(outgoing: Outgoing) -> list[str]:
    """In-Reply-To and References; ids that senders made up badly are left out, a long thread keeps both ends."""
    answered = _ids([outgoing.in_reply_to or ""])
    references = _ids([*outgoing.references, *answered])
    if len(references) > MAX_REFERENCES:
        references = [references[0], *references[-MAX_REFERENCES + 1 :]]
    lines = [f"In-Reply-To: {answered[0]}"] if answered else []
    if references:
        lines.append("References: " + "\r\n ".join(references))
    return lines


def _ids(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(t for t in texts if _MESSAGE_ID.fullmatch(t)))


def _mailbox(name: str, address: str, header: str) -> str:
    """Name and address, the name alone encoded: "name <address>" as one encoded word was seen to earn a 554."""
    name = one_line(name)
    if not name:
        return address
    quoted = '"' + name.replace("\\", "").replace('"', "") + '"'
    return f"{quoted if name.isascii() else _words(name, header)} <{address}>"


def _words(text: str, header: str) -> str:
    """ASCII as it is where it fits on a line, else encoded words that never split a character."""
    if text.isascii() and len(text) <= 900 and "=?" not in text:
        return "\r\n ".join(_wrapped(text))
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")


def _wrapped(text: str) -> list[str]:
    """Lines of at most 70 characters where there are spaces to break at."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) > 70:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _multipart(subtype: str, seed: bytes, parts: list[bytes]) -> bytes:
    """Parts under one boundary; base64 has no "_", so that the boundary cannot occur inside."""
    boundary = b"_%s_%s_" % (subtype.encode(), sha256(seed).hexdigest()[:24].encode())
    head = b'Content-Type: multipart/%s;\r\n boundary="%s"\r\n\r\n' % (subtype.encode(), boundary)
    return head + b"".join(b"--%s\r\n%s" % (boundary, part) for part in parts) + b"--%s--\r\n" % boundary


def _text(subtype: str, text: str) -> bytes:
    text = re.sub(r"\r\n?|\n", "\r\n", text).strip("\r\n") + "\r\n"
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head.encode("ascii") + _base64(text.encode("utf-8", "replace"))


def _attachment(name: str, data: bytes) -> bytes:
    """An attachment whose name every client shows: old QQ reads only `name=`, newer ones `filename*=`."""
    name = one_line(name).replace("/", "_").replace('"', "")[-60:] or "attachment"
    suffix = PurePosixPath(name).suffix.lower()
    suffix = suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else ""
    plain = name if name.isascii() and len(name) <= 40 else f"attachment{suffix}"
    head = (
        f'Content-Type: {_TYPES.get(suffix, "application/octet-stream")};\r\n name="{_words(name, "Content-Type")}"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment;\r\n filename="{plain}";\r\n'
        f" filename*=utf-8''{quote(name, safe='')}\r\n\r\n"
    )
    return head.encode("ascii") + _base64(data)


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")
