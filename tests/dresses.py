"""One letter in the dresses of thousands of mail programs, old ones, scripts and gateways among them: chosen by a seed.

`dressed(letter, random)` gives bytes that say the same as the letter, however odd they look.
"""

from __future__ import annotations

import base64
import binascii
import quopri
from collections.abc import Sequence
from email.utils import format_datetime
from random import Random
from urllib.parse import quote_from_bytes

from tests.letters import File, Letter

#: (label, codec of the bytes): labels lie.
CHARSETS = (
    *(("utf-8", "utf-8"), ("UTF-8", "utf-8"), ("utf8", "utf-8"), ("gb2312", "utf-8"), ("gbk", "utf-8")),
    *(("gb2312", "gb18030"), ("GBK", "gb18030"), ("gb18030", "gb18030"), ("x-gbk", "gb18030"), ("cp936", "gb18030")),
    *(("utf-8", "gb18030"), ("GB18030-2022", "gb18030"), ("us-ascii", "utf-8"), ("iso-8859-1", "gb18030")),
)
ENDS = (b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r")


class Dress:
    """What one mail program does, settled by the seed."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.log: list[str] = []

    def pick(self, name: str, *ways: str) -> str:
        way = self.random.choice(ways)
        self.log.append(f"{name}={way}")
        return way

    def charset(self, name: str, text: str, *, latin: bool = True) -> tuple[str, str]:
        fitting = [pair for pair in CHARSETS if latin or pair[0] not in ("us-ascii", "iso-8859-1")]
        label, codec = self.random.choice(fitting)
        self.log.append(f"{name}:{label}/{codec}")
        return label, codec

    # header fields

    def words(self, text: str) -> bytes:
        """A text in a header."""
        if text.isascii() and self.random.random() < 0.5:
            return text.encode()
        how = self.pick(
            "words", "B", "Q", "b", "q", "raw", "mixed", "one long", "cut anywhere", "bare", "blanks inside"
        )
        label, codec = self.charset("words", text, latin=False)
        if how == "mixed" and label == "utf-8":
            codec = "utf-8"  # of one character, a lie cannot be found out
        data = text.encode(codec)
        if how == "raw":
            return text.encode(self.random.choice(["utf-8", "gb18030"]))
        if how == "mixed":
            cut = self.random.randint(1, len(text) - 1) if len(text) > 1 else 0
            return text[:cut].encode(codec) + self.word(text[cut:].encode(codec), label, "B")
        if how == "one long":
            return self.word(data, label, "B")
        if how == "cut anywhere":  # the base64 text is cut, not the bytes
            payload = base64.b64encode(data).decode()
            pieces = _cut(payload, self.random.choice([10, 25, 31]))
            return b"\r\n ".join(f"=?{label}?B?{piece}?=".encode() for piece in pieces)
        size = self.random.choice([7, 12, 30, 45])
        pieces = [data[i : i + size] for i in range(0, len(data), size)]  # in mid-character
        kind = how if how in "BbQq" else "B"
        joint = self.random.choice([b"\r\n ", b"\r\n\t", b" ", b"", b"\r\n  "]) if how in "BbQq" else b"\r\n "
        done = [self.word(piece, label, kind) for piece in pieces]
        if how == "bare":
            done = [word.replace(b"=?=", b"?=").replace(b"=?=", b"?=") for word in done]
        if how == "blanks inside":
            done = [word[:-6] + b" " + word[-6:] if len(word) > len(label) + 16 else word for word in done]
        return joint.join(done)

    def word(self, data: bytes, label: str, kind: str) -> bytes:
        if kind in "Bb":
            return f"=?{label}?{kind}?{base64.b64encode(data).decode()}?=".encode()
        plain = b"abcdefghijklmnopqrstuvwxyz0123456789"
        payload = "".join(chr(o) if o in plain else "_" if o == 0x20 else f"={o:02X}" for o in data)
        return f"=?{label}?{kind}?{payload}?=".encode()

    def sender(self, letter: Letter) -> bytes:
        how = self.pick("from", "plain", "quoted", "all in one word", "comment", "folded", "tight", "upper")
        address = letter.sender.encode()
        if how == "all in one word":
            return self.word(f"{letter.sender_name} <{letter.sender}>".encode("gb18030"), "GBK", "B")
        name = self.words(letter.sender_name)
        if how == "quoted":
            return b'"' + name + b'" <' + address + b">"
        if how == "comment":
            return address + b" (" + name + b")"
        if how == "folded":
            return name + b"\r\n <" + address + b">"
        if how == "tight":
            return name + b"<" + address + b">"
        if how == "upper":
            return name + b" <" + address.upper() + b">"
        return name + b" <" + address + b">"

    def head(self, letter: Letter) -> list[bytes]:
        date = format_datetime(letter.date)
        fields = [
            b"From: " + self.sender(letter),
            b"To: " + letter.to.encode(),
            b"Subject: " + self.words(letter.subject),
            b"Date: " + self.pick("date", date, f"{date} (CST)", f"{date} (GMT+08:00)", date[:-6] + " CST").encode(),
        ]
        if letter.message_id and self.pick("id", "yes", "yes", "folded", "none") != "none":
            folded = self.log[-1].endswith("folded")
            fields.append(b"Message-ID:" + (b"\r\n " if folded else b" ") + letter.message_id.encode())
        fields.append(b"MIME-Version: 1.0")
        self.random.shuffle(fields)
        odd = self.pick(
            "odd",
            "none",
            "none",
            "spam score",
            "blank before colon",
            "no field",
            "second subject",
            "long",
            "torn",
            "two types",
        )
        if odd == "spam score":
            fields.insert(1, b"0/X-Total-Score: 3:")
        elif odd == "blank before colon":
            fields = [field.replace(b": ", b" : ", 1) for field in fields]
        elif odd == "no field":
            fields.insert(2, b"this line is no field")
        elif odd == "second subject":
            fields.append(b"Subject: another one")
        elif odd == "torn":  # an empty line amid the header
            fields.remove(b"MIME-Version: 1.0")
            fields.insert(self.random.randint(1, len(fields)), b"X-Torn: x\r\n\r\n and what follows")
            fields.append(b"MIME-Version: 1.0")
        elif odd == "two types":
            fields.append(b"Content-Type: text/plain")
        elif odd == "long":
            fields.insert(0, b"X-Long: " + b"x" * 9000)
        return fields

    # names of files

    def parameter(self, key: str, name: str) -> bytes:
        how = self.pick(
            key, "words", "words", "words unquoted", "raw", "2231", "2231 cut", "2231 shuffled", "2231 mixed", "percent"
        )
        label, codec = self.charset(key, name, latin=False)
        if how.startswith("2231") and (label, codec) == ("utf-8", "gb18030"):
            label = "gb2312"
        data = name.encode(codec)
        if how == "words":
            return key.encode() + b'="' + self.words(name) + b'"'
        if how == "words unquoted":
            return key.encode() + b"=" + self.word(data, label, "B")
        if how == "raw":
            return key.encode() + b'="' + name.encode(self.random.choice(["utf-8", "gb18030"])) + b'"'
        if how == "percent":
            return f'{key}="{quote_from_bytes(name.encode())}"'.encode()
        quoted = quote_from_bytes(data)
        if how == "2231":
            return f"{key}*={label}''{quoted}".encode()
        pieces = _cut_percent(quoted, self.random.choice([12, 30, 47]))
        sections = [f"{key}*{i}*={label + chr(39) * 2 if i == 0 else ''}{piece}" for i, piece in enumerate(pieces)]
        if how == "2231 mixed" and pieces[-1].isalnum():
            sections[-1] = f'{key}*{len(pieces) - 1}="{pieces[-1]}"'
        if how == "2231 shuffled":
            self.random.shuffle(sections)
        return ";\r\n\t".join(sections).encode()

    def file(self, file: File) -> bytes:
        kind = self.pick("type", file.content_type, "application/octet-stream", "application/msword").encode()
        which = self.pick("named", "both", "name", "filename", "name broken", "filename broken", "both of them")
        broken = b"?????.docx" if self.random.random() < 0.5 else "\ufffd\ufffd.docx".encode()
        name = b"" if which == "filename" else b";\r\n\t" + self.parameter("name", file.name)
        filename = b"" if which == "name" else b";\r\n\t" + self.parameter("filename", file.name)
        if which == "name broken":
            name = b';\r\n\tname="' + broken + b'"'
        if which == "filename broken":
            filename = b';\r\n\tfilename="' + broken + b'"'
        encoding, body = self.encoded(file.content, text=False)
        fields = [
            b"Content-Type: " + kind + name,
            b"Content-Disposition: " + self.pick("shown", "attachment", "inline").encode() + filename,
            b"Content-Transfer-Encoding: " + encoding,
        ]
        self.random.shuffle(fields)
        return b"\r\n".join(fields) + b"\r\n\r\n" + body

    def encoded(self, data: bytes, *, text: bool) -> tuple[bytes, bytes]:
        how = self.pick(
            "encoding", "base64", "base64", "wide", "narrow", "spaced", "unpadded", "garbage", "BASE64", "qp"
        )
        payload = base64.b64encode(data).decode()
        if how == "qp":
            return b"quoted-printable", quopri.encodestring(data).replace(b"\r\n", b"\n").replace(
                b"\n", b"\r\n"
            ) if text else _qp(data)
        if how == "uu" and not text:
            return b"x-uuencode", _uu(data)
        if how == "unlabelled" and data.startswith(b"PK"):
            return b"7bit", "\r\n".join(_cut(payload, 76)).encode()
        width = {"wide": 998, "narrow": 60}.get(how, 76)
        lines = _cut(payload, width) or [""]
        if how == "spaced":
            lines = [f" {line} " for line in lines]
        if how == "unpadded":
            lines[-1] = lines[-1].rstrip("=")
        if how == "garbage":
            lines.insert(len(lines) // 2, "!!!")
        if how == "url safe":
            lines = [line.replace("+", "-").replace("/", "_") for line in lines]
        if how == "scanned" and payload.endswith("="):
            lines += ["", "____", "This mail was scanned."]
        if how == "quoted label":
            return b'"base64" (mime)', "\r\n".join(lines).encode()
        label = b"BASE64 " if how == "BASE64" else b"base64"
        return label, "\r\n".join(lines).encode()

    # bodies

    def text_part(self, text: str, kind: str) -> bytes:
        label, codec = self.charset(kind, text)
        written = text.replace("\n", "\r\n")
        if kind == "html":
            meta = self.pick("meta", "", "right", "wrong")
            written = {"": "", "right": f'<meta charset="{label}">', "wrong": '<meta charset="gb2312">'}[meta] + written
        data = written.encode(codec)
        how = self.pick("label", "plain", "quoted", "unclosed", "none", "upper")
        charset = {"quoted": f'; charset="{label}"', "unclosed": f'; charset="{label}', "none": ""}.get(
            how, f"; charset={label.upper() if how == 'upper' else label}"
        )
        encoding, body = (
            self.encoded(data, text=True) if self.pick("wire", "encoded", "8bit") == "encoded" else (b"8bit", data)
        )
        return (
            f"Content-Type: text/{kind}{charset}\r\nContent-Transfer-Encoding: ".encode()
            + encoding
            + b"\r\n\r\n"
            + body
        )

    def body(self, letter: Letter) -> bytes:
        html = "".join(f"<div>{line or '<br>'}</div>" for line in letter.text.splitlines())
        how = self.pick("body", "plain", "html", "both", "both", "related")
        if how == "plain":
            return self.text_part(letter.text, "plain")
        if how == "html":
            return self.text_part(html, "html")
        parts = [self.text_part(letter.text, "plain"), self.text_part(html, "html")]
        alternative = self.multipart("alternative", parts, "inner")
        return alternative if how == "both" else self.multipart("related", [alternative], "related")

    def multipart(self, kind: str, parts: Sequence[bytes], role: str) -> bytes:
        boundary = self.pick(
            role, f"----=_Part_{role}", f"=_{role}_=", f"b o u n d {role}", f"{role}'()+_,-./:=?", f"--{role}--x"
        )
        shape = self.pick(f"{role} shape", "right", "right", "unclosed", "preamble", "blanks", "blank lines")
        blank = b"  " if shape == "blanks" else b""
        declared = {"wrong": ';\r\n\tboundary="another"', "missing": "", "open": f';\r\n\tboundary="{boundary}'}
        said = self.pick(f"{role} says", *["right"] * 5, *declared) if role == "outer" else "right"
        said = declared.get(said, f';\r\n\tboundary="{boundary}"')
        head = f"Content-Type: multipart/{kind}{said}\r\n\r\n".encode()
        body = b"This is a multi-part message in MIME format.\r\n" if shape == "preamble" else b""
        delimiter = b"--" + boundary.encode() + blank
        for part in parts:
            body += (
                delimiter
                + b"\r\n"
                + part
                + (b"\r\n\r\n" if shape == "blank lines" and b"quoted-printable" not in part else b"\r\n")
            )
        if shape == "unclosed" and role == "outer":
            return head + body.removesuffix(b"\r\n")
        return head + body + delimiter.rstrip() + b"--\r\n"

    def whole(self, letter: Letter) -> bytes:
        files = [self.file(file) for file in letter.files]
        body = self.body(letter)
        how = self.pick("files in", "mixed", "mixed", "related", "alternative", "deep")
        kind = {"deep": "mixed"}.get(how, how)
        structure = self.multipart(kind, [body, *files], "outer")
        if how == "deep":
            structure = self.multipart("mixed", [structure], "deep")
        raw = b"\r\n".join(self.head(letter)) + b"\r\n" + structure
        return self.travelled(raw)

    def travelled(self, raw: bytes) -> bytes:
        """What gateways, mbox files and editors add."""
        end = self.random.choice(ENDS)
        self.log.append(f"ends={end!r}")
        if end != b"\r\n" and b"8bit" not in raw:
            raw = raw.replace(b"\r\n", end)
        way = self.pick("way", "straight", "straight", "mbox", "BOM", "empty lines", "NUL", "CR CR LF")
        if "outer shape=unclosed" in self.log:
            return raw
        if way == "mbox":
            return b"From zhangsan@163.com Mon Mar  2 10:00:00 2026" + end + raw
        if way == "BOM":
            return b"\xef\xbb\xbf" + raw
        if way == "CR CR LF":
            return raw.replace(b"\r\n", b"\r\r\n")
        if way == "empty lines":
            return end * 2 + raw
        if way == "NUL":
            return raw + b"\0\0"
        return raw


def dressed(letter: Letter, random: Random) -> tuple[bytes, list[str]]:
    """The mail, and what was done to it."""
    dress = Dress(random)
    return dress.whole(letter), dress.log


def _cut(text: str, size: int) -> list[str]:
    return [text[i : i + size] for i in range(0, len(text), size)]


def _cut_percent(text: str, size: int) -> list[str]:
    """Never within %XX."""
    pieces, place = [], 0
    while place < len(text):
        end = place + size
        while end < len(text) and "%" in text[end - 2 : end]:
            end -= 1
        pieces.append(text[place:end])
        place = end
    return pieces


def _uu(data: bytes) -> bytes:
    lines = [binascii.b2a_uu(data[i : i + 45]).rstrip(b"\n") for i in range(0, len(data), 45)]
    return b"\r\n".join([b"begin 644 form.bin", *lines, b"`", b"end", b""])


def _qp(data: bytes) -> bytes:
    line = [f"={octet:02X}" for octet in data]
    return "".join("".join(line[i : i + 24]) + "=\r\n" for i in range(0, len(line), 24)).encode()
