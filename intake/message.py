"""A mail's bytes as a Message: headers decoded, texts decoded, parts in order. Never raises; what is wrong is data."""

from __future__ import annotations

import email
import hashlib
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message as Tree

import mailparser

from intake.charset import decode
from intake.header import (
    addresses,
    date_of,
    filename_of,
    message_ids,
    parameters,
    split_header,
    text_of,
)
from intake.hypertext import text_of_html
from intake.skeleton import Skeleton, cut
from intake.trust import Trust, judge
from intake.wire import MAGIC, decoded, uuencoded

__all__ = ["Address", "Message", "Part", "Trust", "parse_message"]

MAX_PARTS = 1000  # leaves read of one mail; the rest stays in the archived bytes
MAX_DEPTH = 60  # levels of nesting read
MAX_WORK = 20_000_000  # lines times boundaries: the standard parser asks every open boundary about every line
MAX_DELIMITERS = 50_000  # lines that may end a part; each costs the standard parser an object
MAX_TEXT = 1_000_000  # characters of body text
MAX_LINES = 20_000  # lines of it
MAX_RECIPIENTS = 500  # kept of To and Cc together
MAX_FIELDS_OF_ONE_NAME = 20  # From, To, Cc: a real mail has one, a list's archive a few
MAX_REFERENCES = 200  # ids kept of References
MAX_DEFECTS = 50  # named; who sends more has made the point

# It would tell of odd headers, with their text, on standard error.
logging.getLogger("mailparser").setLevel(logging.CRITICAL)

#: mail-parser speaks of its own decoding, which is not used; ours names what remains wrong.
_NOT_OURS = ("CharsetDecodeDefect", "MimeHeaderDefect")
_ON_BEHALF = re.compile(r"\s*[【\[]请注意[，,]?\s*邮件由[^】\]]{1,200}代发[】\]]\s*$")
_META_CHARSET = re.compile(rb"(?i)<meta[^>]{0,200}charset\s*=\s*[\"']?([a-z0-9_:.-]{1,40})")
#: A mail that says text/plain, or nothing, over the parts of a multipart: its second Content-Type was the right one.
_MULTIPART_TEXT = re.compile(rb"\s*--[^\s-][^\r\n]{0,199}\r?\n(?i:content-[a-z-]+):")
_DOUBLED_CR = re.compile(rb"\r\r\n")  # text mode on top of text mode
#: What programs write before the first part for those that know no MIME.
_MIME_NOTICE = re.compile(r"(?i)mime|multi-?part|多部分")
_APPLE_FORK = "application/applefile"  # what a Mac remembers of a file, beside the file
_GUESSED_BOUNDARY = re.compile(rb"(?:\A|[\r\n])--([^\s][^\r\n]{0,199}?)[ \t]*[\r\n]")


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    address: str  # lower-cased local@domain, "" where there is none


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of the MIME tree that is not body text: an attachment, an inline picture, an attached message."""

    filename: str  # decoded, without any folder; "" where the mail gives none
    content_type: str  # as declared: a hint only, the bytes decide
    content: bytes  # decoded from base64, quoted-printable, 8bit
    inline: bool  # shown within the body (Content-ID or disposition inline)
    path: str  # "2", "1.3": where in the MIME tree


@dataclass(frozen=True, slots=True)
class Message:
    message_id: str | None  # with its angle brackets, as sent; None where absent
    sender: Address  # From
    reply_to: Address | None
    envelope_from: str | None  # smtp.mail of the trusted Authentication-Results, or Return-Path; "" is the null sender
    recipients: tuple[Address, ...]  # To and Cc
    subject: str  # decoded, white space squeezed
    date: datetime | None  # the Date header: informative, never business time
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]  # every header, name lower-cased, value decoded, in order
    text: str  # the best plain text of the body (from HTML where there is no plain part)
    html: str  # the HTML body, "" where there is none
    parts: tuple[Part, ...]
    trust: Trust
    content_hash: str  # sha256 over sender, subject, text and attachments: equal when the same mail is sent again
    defects: tuple[str, ...]
    report: tuple[tuple[str, str], ...] = ()  # fields of a delivery-status part, in order

    def header(self, name: str) -> str | None:
        """The first header of that name (any case), or None."""
        name = name.lower()
        return next((value for key, value in self.headers if key == name), None)


def parse_message(raw: bytes) -> Message:
    """Read a mail. Any bytes give a Message."""
    raw = _DOUBLED_CR.sub(b"\r\n", raw) if _DOUBLED_CR.search(raw, 0, 1000) else raw
    fields, start, defects = split_header(raw)
    skeleton = cut(fields, raw, start)
    tree, more = _tree(skeleton, raw, start)
    walk = _Walk(skeleton, [*defects, *more])
    bodies = walk.read(tree, "", 0)
    return _message(fields, walk, bodies)


def _tree(skeleton: Skeleton, raw: bytes, start: int) -> tuple[Tree, list[str]]:
    """The MIME structure and what is wrong with it: by mail-parser, else by the standard library on the whole mail."""
    bones = skeleton.bones
    boundaries = bones.lower().count(b"boundary=")
    lines = bones.count(b"\n") + bones.count(b"\r") - bones.count(b"\r\n")
    delimiters = bones.count(b"\n--") + bones.count(b"\r--")
    if lines * boundaries > MAX_WORK or delimiters > MAX_DELIMITERS:
        return _unopened(raw[start:]), ["mime: too many boundaries, not opened"]
    try:
        if delimiters <= MAX_PARTS:
            parser = mailparser.parse_from_bytes(bones)  # type: ignore[no-untyped-call]  # it ships no types
            return parser.message, _structure_defects(parser.defects)
        return email.message_from_bytes(bones), ["mime: too many parts for mail-parser"]
    except Exception as fault:  # noqa: BLE001  # a library over hostile bytes: whatever it raises, the mail is read
        wrong = f"mail-parser: {type(fault).__name__}"
    try:
        return email.message_from_bytes(raw), [wrong]
    except Exception as fault:  # noqa: BLE001  # the same: a thousand levels end in RecursionError here as well
        return _unopened(raw[start:]), [wrong, f"mime: {type(fault).__name__}, not opened"]


def _unopened(body: bytes) -> Tree:
    """A body that nobody can take apart, as one attachment."""
    tree = Tree()
    tree["Content-Type"] = "application/octet-stream"
    tree.set_payload(body.decode("ascii", "surrogateescape"))
    return tree


def _structure_defects(found: Iterable[Mapping[str, Sequence[str]]]) -> list[str]:
    lines = [f"{where}: {line}" for defects in found for where, wrong in defects.items() for line in wrong]
    return [line[:200] for line in lines if not any(name in line for name in _NOT_OURS)]


@dataclass(frozen=True, slots=True)
class _Leaf:
    """What a part's own header says."""

    content_type: str
    charset: str | None
    disposition: str
    filename: str
    content_id: str
    encoding: str
    flowed: bool
    joined: bool  # DelSp=yes


_Body = tuple[str, str]  # plain text, HTML: two spellings of the same


@dataclass(slots=True)
class _Walk:
    """One way through the MIME tree, gathering as it goes."""

    skeleton: Skeleton
    defects: list[str]
    parts: list[Part] = field(default_factory=list)
    report: list[tuple[str, str]] = field(default_factory=list)
    leaves: int = 0

    def read(self, part: Tree, path: str, depth: int) -> list[_Body]:
        """The body texts under `part`, in order; attachments go to `parts`."""
        if depth > MAX_DEPTH:
            self.defects.append(f"mime: nested deeper than {MAX_DEPTH}")
            return []
        if part.get_content_maintype() == "message":
            return self._message(part, path or "1")
        if part.is_multipart():
            bodies = self._children(part, path, depth)
            return _one_of(bodies) if part.get_content_subtype() == "alternative" else bodies
        return self._leaf(part, path, depth)

    def _children(self, part: Tree, path: str, depth: int) -> list[_Body]:
        bodies: list[_Body] = []
        for number, child in enumerate((*_subparts(part), *self._behind_the_end(part)), 1):
            if self.leaves >= MAX_PARTS:
                self.defects.append(f"mime: more than {MAX_PARTS} parts")
                break
            bodies += self.read(child, f"{path}.{number}" if path else str(number), depth + 1)
        if not path and not any(plain.strip() or html for plain, html in bodies):
            bodies += self._before_the_start(part)
        return bodies

    def _behind_the_end(self, part: Tree) -> list[Tree]:
        """Parts after the closing delimiter: where an inner multipart has the same boundary, its end was taken for ours."""
        boundary, epilogue = part.get_boundary(), part.epilogue
        if not boundary or not epilogue or f"--{boundary}" not in epilogue:
            return []
        self.defects.append("mime: parts behind the closing boundary")
        return _subparts(self._parts_of(_octets(epilogue), _octets(boundary)))

    def _before_the_start(self, part: Tree) -> list[_Body]:
        """A mail whose words stand where only a notice for old programs belongs."""
        preamble = _octets(part.preamble or "")
        text, _ = decode(self.skeleton.restore(preamble), None)
        return [] if _MIME_NOTICE.search(text) or not text.strip() else [(_lines(text), "")]

    def _leaf(self, part: Tree, path: str, depth: int) -> list[_Body]:
        self.leaves += 1
        leaf = self._describe(part)
        wire = self._wire(part)
        if part.get_content_maintype() == "multipart":
            return self._without_boundary(wire, leaf.encoding, path, depth)
        if not path and _MULTIPART_TEXT.match(wire):
            return self._without_boundary(wire, "", path, depth)
        content = self._decoded(wire, leaf.encoding)
        text = leaf.content_type in ("text/plain", "text/html") and not leaf.filename and leaf.disposition != "attachment"
        if text and not content.startswith(MAGIC):
            return self._body(leaf, content, path or "1")
        if leaf.content_type != _APPLE_FORK:
            self._add(leaf, content, path or "1")
        return []

    def _add(self, leaf: _Leaf, content: bytes, path: str) -> None:
        inline = leaf.disposition == "inline" or (bool(leaf.content_id) and leaf.disposition != "attachment")
        self.parts.append(Part(leaf.filename, leaf.content_type, content, inline, path))

    def _describe(self, part: Tree) -> _Leaf:
        fields = {name.lower(): _octets(value) for name, value in reversed(list(part.raw_items()))}
        kind, options, wrong = parameters(fields.get("content-type", b""))
        disposition, names, more = parameters(fields.get("content-disposition", b""))
        self.defects += [*wrong, *more]
        return _Leaf(
            content_type=kind if re.fullmatch(r"[^\s/]+/[^\s/]+", kind) else part.get_content_type(),
            charset=options.get("charset"),
            disposition=disposition,
            filename=filename_of(names, options) or _described(fields.get("content-description", b"")),
            content_id=text_of(fields.get("content-id", b""))[0],
            encoding=_encoding(text_of(fields.get("content-transfer-encoding", b""))[0]),
            flowed=options.get("format", "").lower() == "flowed",
            joined=options.get("delsp", "").lower() == "yes",
        )

    def _wire(self, part: Tree) -> bytes:
        """The leaf's bytes as they travelled. Without its encoding field the standard library hands them over as they are."""
        del part["Content-Transfer-Encoding"]
        payload = part.get_payload(decode=True)
        return self.skeleton.restore(payload) if isinstance(payload, bytes) else b""

    def _decoded(self, wire: bytes, encoding: str) -> bytes:
        content, wrong = decoded(wire, encoding)
        self.defects += wrong
        return content

    def _body(self, leaf: _Leaf, content: bytes, path: str) -> list[_Body]:
        if leaf.content_type == "text/plain" and b"begin " in content:
            content, files = uuencoded(content)
            for number, (name, data) in enumerate(files, 1):
                filename = filename_of({"filename": decode(name, None)[0]}, {})
                self.parts.append(Part(filename, "application/octet-stream", data, False, f"{path}/{number}"))
        charset = leaf.charset
        if charset is None and leaf.content_type == "text/html" and (meta := _META_CHARSET.search(content[:4096])):
            charset = meta[1].decode("ascii")
        text, wrong = decode(content, charset)
        self.defects += wrong
        text = _lines(text)
        if leaf.content_type == "text/html":
            return [("", text)]
        return [(_unflowed(text, joined=leaf.joined) if leaf.flowed else text, "")]

    def _message(self, part: Tree, path: str) -> list[_Body]:
        """An attached message stays closed: what it says is not what this mail says."""
        self.leaves += 1
        inner = _subparts(part)
        if part.get_content_type() == "message/delivery-status":
            self.report += [
                (name.lower(), text_of(_octets(value))[0]) for block in inner for name, value in block.raw_items()
            ]
            return []
        leaf = self._describe(part)
        wire = self._inner_bytes(inner[0]) if inner else self._wire(part)
        content = self._decoded(wire, leaf.encoding) if leaf.encoding in ("base64", "quoted-printable") else wire
        self._add(leaf, content, path)
        return []

    def _inner_bytes(self, inner: Tree) -> bytes:
        if not inner.keys() and not inner.is_multipart():
            return self._wire(inner)
        try:
            return self.skeleton.restore(inner.as_bytes())
        except Exception as fault:  # noqa: BLE001  # the standard library cannot write every tree that it reads
            self.defects.append(f"attached message: {type(fault).__name__}")
            return b""

    def _without_boundary(self, wire: bytes, encoding: str, path: str, depth: int) -> list[_Body]:
        """A multipart that names no boundary, or a wrong one: its first delimiter line tells."""
        boundary = _GUESSED_BOUNDARY.search(wire)
        if boundary is None and encoding == "base64":  # a gateway encoded all of it once more
            wire = self._decoded(wire, encoding)
            boundary = _GUESSED_BOUNDARY.search(wire)
        if boundary is None:
            return self._body(_Leaf("text/plain", None, "", "", "", "", flowed=False, joined=False), wire, path or "1")
        self.defects.append("mime: boundary guessed")
        tree = self._parts_of(wire, boundary[1])
        return self._children(tree, path, depth + 1) if tree.is_multipart() else []

    def _parts_of(self, wire: bytes, boundary: bytes) -> Tree:
        head = b'Content-Type: multipart/mixed; boundary="%b"\r\n\r\n' % boundary.replace(b'"', b'\\"')
        try:
            return email.message_from_bytes(head + wire)
        except Exception as fault:  # noqa: BLE001  # as above
            self.defects.append(f"mime: {type(fault).__name__}")
            return _unopened(wire)


def _encoding(field: str) -> str:
    """base64, "base64", base64 (mime), base64; as one."""
    return re.split(r"[;(\s]", field.strip(" \t\"'"), maxsplit=1)[0].strip("\"'").lower()


def _described(field: bytes) -> str:
    """Some name the file in Content-Description alone."""
    text = text_of(field)[0]
    return filename_of({"filename": text}, {}) if re.search(r"\S\.[A-Za-z0-9]{2,5}$", text) else ""


def _subparts(part: Tree) -> list[Tree]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Tree)] if isinstance(payload, list) else []


def _octets(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")


def _lines(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _unflowed(text: str, *, joined: bool) -> str:
    """RFC 3676: a line that ends in a blank goes on in the next one; a signature's `-- ` does not."""
    return re.sub(r"(?m)(?<!^--) \n(?!>)", "" if joined else " ", text)


def _one_of(bodies: Sequence[_Body]) -> list[_Body]:
    """Alternatives are one body in several spellings."""
    return [("\n".join(filter(None, (b[0] for b in bodies))), "\n".join(filter(None, (b[1] for b in bodies))))]


def _plain(bodies: Sequence[_Body]) -> str:
    """The text of each body; the HTML is asked where the plain spelling says nothing."""
    texts = [plain if plain.strip() else text_of_html(html) if html else "" for plain, html in bodies]
    return "\n".join(text for text in texts if text.strip())


def _message(fields: Sequence[tuple[str, bytes]], walk: _Walk, bodies: Sequence[_Body]) -> Message:
    headers, wrong = _decoded_headers(fields)
    header = _First(fields, headers)
    senders = header.all_addresses("from", walk.defects)
    sender = next(iter(senders), Address("", ""))
    text = _plain(bodies)
    if len(text) > MAX_TEXT:
        walk.defects.append(f"text: longer than {MAX_TEXT} characters")
    text = text[:MAX_TEXT]
    if text.count("\n") >= MAX_LINES:
        walk.defects.append(f"text: more than {MAX_LINES} lines")
        text = "\n".join(text.split("\n", MAX_LINES)[:MAX_LINES])
    subject = _ON_BEHALF.sub("", header.text("subject"))
    verdict = judge(headers, sender.address)
    reply_to = header.address("reply-to", walk.defects)
    recipients = [address for name in ("to", "cc") for address in header.all_addresses(name, walk.defects)]
    ambiguous = len({a.address for a in senders}) > 1
    return Message(
        message_id=header.message_id(walk.defects),
        sender=sender,
        reply_to=reply_to if reply_to.address else None,
        envelope_from=verdict.envelope_from if verdict.envelope_from is not None else header.return_path(),
        recipients=tuple(recipients[:MAX_RECIPIENTS]),
        subject=subject,
        date=date_of(header.text("date")),
        in_reply_to=message_ids(header.text("in-reply-to"))[:MAX_REFERENCES],
        references=message_ids(header.text("references"))[-MAX_REFERENCES:],
        headers=headers,
        text=text,
        html="\n".join(html for _, html in bodies if html)[: 2 * MAX_TEXT],
        parts=tuple(walk.parts),
        # Two senders: servers check one and programs show the other.
        trust=Trust.FAIL if ambiguous else verdict.trust,
        content_hash=_content_hash(sender.address, subject, text, walk.parts),
        defects=tuple(dict.fromkeys([*wrong, *walk.defects, *_doubled(fields)]))[:MAX_DEFECTS],
        report=tuple(walk.report),
    )


def _decoded_headers(fields: Sequence[tuple[str, bytes]]) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    headers: list[tuple[str, str]] = []
    defects: list[str] = []
    for name, raw in fields:
        text, wrong = text_of(raw)
        headers.append((name, text))
        defects += wrong
    return tuple(headers), defects


@dataclass(frozen=True, slots=True)
class _First:
    """The header by name: the first of a name counts, as mail programs show it."""

    fields: Sequence[tuple[str, bytes]]
    headers: Sequence[tuple[str, str]]

    def text(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    def all_addresses(self, name: str, defects: list[str]) -> list[Address]:
        found: list[Address] = []
        for raw in [raw for key, raw in self.fields if key == name][:MAX_FIELDS_OF_ONE_NAME]:
            pairs, wrong = addresses(raw)
            found += [Address(*pair) for pair in pairs]
            defects += wrong
        return found

    def address(self, name: str, defects: list[str]) -> Address:
        return next(iter(self.all_addresses(name, defects)), Address("", ""))

    def message_id(self, defects: list[str]) -> str | None:
        """As sent; Foxmail and scripts sometimes leave the brackets out."""
        text = self.text("message-id")
        if ids := message_ids(text):
            return ids[0]
        bare = "".join(text.split()).strip("<>")[:998]
        if bare:
            defects.append("header: Message-ID without brackets")
        return f"<{bare}>" if bare else None

    def return_path(self) -> str | None:
        path = self.text("return-path").strip()
        return path.strip("<> ").lower() if path else None


def _doubled(fields: Sequence[tuple[str, bytes]]) -> list[str]:
    once = ("from", "subject", "date", "message-id", "content-type", "to", "reply-to")
    counts = Counter(name for name, _ in fields)
    missing = [f"header: no {name}" for name in ("from", "date", "message-id") if not counts[name]]
    return [f"header: {counts[name]} times {name}" for name in once if counts[name] > 1] + missing


def _content_hash(sender: str, subject: str, text: str, parts: Iterable[Part]) -> str:
    """Equal when the same mail is sent again: no Message-ID, no date, no boundary, no line width in it."""
    digest = hashlib.sha256()
    for line in (sender.lower(), "".join(subject.split()), "".join(text.split())):
        digest.update(hashlib.sha256(line.encode("utf-8", "replace")).digest())
    for content in sorted(hashlib.sha256(part.content).digest() for part in parts):
        digest.update(content)
    return digest.hexdigest()
