"""A mail's parts: its MIME tree walked once, body texts decoded, attachments with their bytes. Never raises."""

from __future__ import annotations

import email
import hashlib
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message as Tree

import mailparser

from intake.mime.charset import decode
from intake.mime.hard_wraps import unwrapped
from intake.mime.header import filename_of, parameters, text_of
from intake.mime.skeleton import Skeleton, cut
from intake.mime.wire import MAGIC, decoded, uuencoded
from rules.text import composed

MAX_PARTS = 1000  # leaves read of one mail; the rest stays in the archived bytes
MAX_DEPTH = 60  # levels of nesting read
MAX_WORK = 20_000_000  # lines times boundaries: the standard parser asks every open boundary about every line
MAX_DELIMITERS = 50_000  # lines that may end a part; each costs the standard parser an object

# It would tell of odd headers, with their text, on standard error.
logging.getLogger("mailparser").setLevel(logging.CRITICAL)

#: mail-parser speaks of its own decoding, which is not used; ours names what remains wrong.
_NOT_OURS = ("CharsetDecodeDefect", "MimeHeaderDefect")
#: Programs that send mail forget to say that it is HTML.
_MARKUP = re.compile(
    r"\s*<(?:!doctype html|html|head|body|table|div)\b.*</(?:html|body|table|div)>\s*", re.IGNORECASE | re.DOTALL
)
_META_CHARSET = re.compile(rb"(?i)<meta[^>]{0,200}charset\s*=\s*[\"']?([a-z0-9_:.-]{1,40})")
#: A mail that says text/plain, or nothing, over the parts of a multipart: its second Content-Type was the right one.
_MULTIPART_TEXT = re.compile(
    rb"\s{0,99}(?:[^\r\n]{0,200}MIME[^\r\n]{0,200}\s{1,99})?--[^\s][^\r\n]{0,199}(?:\r\n|\r|\n)(?i:content-[a-z-]+):"
)
#: What programs write before the first part for those that know no MIME.
_MIME_NOTICE = re.compile(r"(?i)mime|multi-?part|多部分")
_CONTENT_TYPE = re.compile(r"[^\s/]+/[^\s/]+")
_APPLE_FORK = "application/applefile"  # what a Mac remembers of a file, beside the file
#: ... or put it among plain lines: a web form's script, and a body cut short where its HTML twin began.
_AMONG_LINES = re.compile(r"<br ?/?>|</(?:p|div|t[dr]|li|h\d)>", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z!/]|&#?\w{1,8};|\A\s*\Z")  # without any, what is labelled HTML is plain text
_GUESSED_BOUNDARY = re.compile(rb"(?:\A|[\r\n])--([^\s][^\r\n]{0,199}?)[ \t]*[\r\n]")


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of the MIME tree that is not body text: an attachment, an inline picture, an attached message."""

    filename: str  # decoded, without any folder; "" where the mail gives none
    content_type: str  # as declared: a hint only, the bytes decide
    content: bytes  # decoded from base64, quoted-printable, 8bit
    inline: bool  # shown within the body (Content-ID or disposition inline)
    path: str  # "2", "1.3": where in the MIME tree
    digest: bytes = field(init=False, repr=False, compare=False)  # SHA-256 of the content: asked for more than once

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", hashlib.sha256(self.content).digest())


def take_apart(raw: bytes, fields: tuple[tuple[str, bytes], ...], start: int, defects: Sequence[str]) -> Walk:
    """The parts of the mail `raw`, whose header says `fields` and whose body begins at `start`.

    `defects` are known already; what else is wrong is added to them.
    """
    skeleton = cut(fields, raw, start)
    tree, wrong = _tree(skeleton, raw, start)
    walk = Walk(skeleton, [*defects, *wrong])
    walk.bodies = walk.read(tree, "", 0)
    return walk


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


Body = tuple[str, str]  # plain text, HTML: two spellings of the same


@dataclass(slots=True)
class Walk:
    """One way through the MIME tree, gathering as it goes."""

    skeleton: Skeleton
    defects: list[str]
    parts: list[Part] = field(default_factory=list)
    report: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    leaves: int = 0

    def read(self, part: Tree, path: str, depth: int) -> list[Body]:
        """The body texts under `part`, in order; attachments go to `parts`."""
        if depth > MAX_DEPTH:
            self.defects.append(f"邮件套了 {MAX_DEPTH} 层以上，更里面的没有读")
            return []
        if part.get_content_maintype() == "message":
            return self._message(part, path or "1")
        if part.is_multipart():
            bodies = self._children(part, path, depth)
            return _one_of(bodies) if part.get_content_subtype() == "alternative" else bodies
        return self._leaf(part, path, depth)

    def _children(self, part: Tree, path: str, depth: int) -> list[Body]:
        bodies: list[Body] = []
        for number, child in enumerate((*_subparts(part), *self._behind_the_end(part)), 1):
            if self.leaves >= MAX_PARTS:
                self.defects.append(f"邮件只读了前 {MAX_PARTS} 个部分，后面的正文和附件没有读")
                break
            bodies += self.read(child, f"{path}.{number}" if path else str(number), depth + 1)
        if not path and not any(plain.strip() or html for plain, html in bodies):
            bodies += self._before_the_start(part)
        return bodies

    def _behind_the_end(self, part: Tree) -> list[Tree]:
        """Parts after the closing delimiter: where an inner multipart has the same boundary, its end was taken for ours."""
        epilogue = part.epilogue
        boundary = part.get_boundary() if epilogue else None
        if not boundary or not epilogue or f"--{boundary}" not in epilogue:
            return []
        self.defects.append("mime: parts behind the closing boundary")
        return _subparts(self._parts_of(_octets(epilogue), _octets(boundary)))

    def _before_the_start(self, part: Tree) -> list[Body]:
        """A mail whose words stand where only a notice for old programs belongs."""
        preamble = _octets(part.preamble or "")
        text, _ = decode(self.skeleton.restore(preamble), None)
        return [] if _MIME_NOTICE.search(text) or not text.strip() else [(_lines(text), "")]

    def _leaf(self, part: Tree, path: str, depth: int) -> list[Body]:
        self.leaves += 1
        leaf = self._describe(part)
        wire = self._wire(part)
        if part.get_content_maintype() == "multipart":
            return self._without_boundary(wire, leaf.encoding, path, depth)
        if not path and _MULTIPART_TEXT.match(wire):
            return self._without_boundary(wire, "", path, depth)
        content = self._decoded(wire, leaf.encoding)
        text = (
            leaf.content_type in ("text/plain", "text/html") and not leaf.filename and leaf.disposition != "attachment"
        )
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
            content_type=kind if _CONTENT_TYPE.fullmatch(kind) else part.get_content_type(),
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

    def _body(self, leaf: _Leaf, content: bytes, path: str) -> list[Body]:
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
        if _MARKUP.fullmatch(text) or (leaf.content_type == "text/html" and _TAG.search(text)):
            return [("", text)]
        if "<" in text and len(_AMONG_LINES.findall(text)) > 1:
            return [("", text.replace("\n", "<br>\n"))]
        return [(_unflowed(text, joined=leaf.joined) if leaf.flowed else unwrapped(text), "")]

    def _message(self, part: Tree, path: str) -> list[Body]:
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

    def _without_boundary(self, wire: bytes, encoding: str, path: str, depth: int) -> list[Body]:
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
    return text if text.isascii() else composed(text)


def _unflowed(text: str, *, joined: bool) -> str:
    """RFC 3676: a line that ends in a blank goes on in the next one; a signature's `-- ` does not."""
    return re.sub(r"(?m)(?<!^--) \n(?!>)", "" if joined else " ", text)


def _one_of(bodies: Sequence[Body]) -> list[Body]:
    """Alternatives are one body in several spellings."""
    return [("\n".join(filter(None, (b[0] for b in bodies))), "\n".join(filter(None, (b[1] for b in bodies))))]
