"""A mail without its flesh: big leaves are cut out before the MIME parser runs, and put back byte for byte after it.

The standard parser reads line by line, so its time goes into lines of base64 that mean nothing to it.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field

BIG = 4096  # bytes; a smaller leaf is not worth a cut

#: Nobody who writes a mail can know it, so no mail can point into the cut leaves of its own accord.
_MARK = secrets.token_hex(8).encode()
_TOKEN = re.compile(b"cut-" + _MARK + rb"-(\d+)-")
#: What the structure and its defects hang on. Trace and address fields cost mail-parser more than all the rest
#: together, and are read by `intake.mime.header` in any case.
_BONES = re.compile(r"content-.*|mime-version|date")
_DELIMITER = re.compile(rb"--([^\r\n]{1,200}?)[ \t]*(?:\r\n|\r|\n)")
#: A part's header as the standard parser sees it: to the blank line, or to the first line that is no field.
_HEADER = re.compile(
    rb"(?:(?:[\x21-\x39\x3b-\x7e]*:|(?i:content-[a-z-]{2,40})[ \t]+:|[ \t])[^\r\n]*(?:\r\n|\r|\n))*(?:\r\n|\r|\n)?"
)
#: `Content-Type : …`, as RFC 822 allowed it: for the standard parser the header would end there.
_BLANK_BEFORE_COLON = re.compile(rb"(?im)^(content-[a-z-]{2,40})[ \t]+:")
_BOUNDARY = re.compile(rb"(?i)boundary[ \t]*=[ \t]*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))")
_ATTACHED = re.compile(rb"(?im)^content-type[ \t]*:\s*message/(?:rfc822|global)\b")
_DASHES = re.compile(rb"-+")
_HOLDS_PARTS = re.compile(rb"(?im)^content-type[ \t]*:\s*(?:multipart|message)/")


@dataclass(slots=True)
class Skeleton:
    """What is left of a mail for the MIME parser, and what was cut out."""

    bones: bytes
    leaves: list[bytes] = field(default_factory=list)

    def restore(self, wire: bytes) -> bytes:
        """`wire` with every cut leaf back in its place."""
        if _MARK not in wire:
            return wire
        return _TOKEN.sub(lambda token: self.leaves[int(token[1])], wire)

    def keep(self, leaf: bytes) -> bytes:
        """Set `leaf` aside; what stands in its place."""
        self.leaves.append(leaf)
        return b"cut-%b-%d-" % (_MARK, len(self.leaves) - 1)


def cut(fields: tuple[tuple[str, bytes], ...], raw: bytes, start: int) -> Skeleton:
    """The skeleton of the mail `raw`, whose header says `fields` and whose body begins at `start`.

    A section reaches from a delimiter line, of a boundary that was declared, to the next line that begins with `--`:
    no real delimiter can hide in a leaf. An attached message is cut whole, to the next delimiter like its own, so
    that nothing inside it is taken for a part of the mail.
    """
    skeleton = Skeleton(b"")
    header = (
        b"".join(b"%b:%b\r\n" % (name.encode(), value) for name, value in fields if _BONES.fullmatch(name)) + b"\r\n"
    )
    pieces = [header]
    boundaries = _declared(header)
    place = _cut_section(skeleton, pieces, header, raw, start)
    while (dashes := _next_dashes(raw, place)) is not None:
        line = _DELIMITER.match(raw, dashes)
        if line is None or line[1] not in boundaries:
            pieces.append(raw[place : dashes + 2])
            place = dashes + 2
            continue
        end = _HEADER.match(raw, line.end()).end()  # type: ignore[union-attr]  # matches the empty string
        header = _BLANK_BEFORE_COLON.sub(rb"\1:", raw[line.end() : end])
        boundaries |= _declared(header)
        pieces += (raw[place : line.end()], header)
        place = _cut_section(skeleton, pieces, header, raw, end, boundary=line[1])
    pieces.append(raw[place:])
    skeleton.bones = b"".join(pieces)
    return skeleton


def _declared(header: bytes) -> set[bytes]:
    return {quoted or bare for quoted, bare in _BOUNDARY.findall(header)}


def _cut_section(
    skeleton: Skeleton, pieces: list[bytes], header: bytes, raw: bytes, start: int, *, boundary: bytes | None = None
) -> int:
    """Cut the leaf that begins at `start`, if it is one; where to go on."""
    if _ATTACHED.search(header):
        end = _end_of_message(raw, start, boundary)
        if end is None:
            return start
        # An empty header line: the parser sees a message that holds nothing but the token.
        pieces.append(b"\r\n" + skeleton.keep(raw[start:end]))
        return end
    if _HOLDS_PARTS.search(header):
        return start
    dashes = _next_dashes(raw, start)
    end = len(raw) if dashes is None else _without_line_end(raw, dashes)
    if end - start <= BIG:
        return start
    pieces.append(skeleton.keep(raw[start:end]))
    return end


def _next_dashes(raw: bytes, start: int) -> int | None:
    """Where the next line begins that starts with `--`. The parser splits lines at a bare CR as well."""
    if raw.startswith(b"--", start) and raw[start - 1 : start] in (b"\n", b"\r", b""):
        return start
    place = raw.find(b"--", start)
    while place > 0 and raw[place - 1] not in b"\r\n":
        place = raw.find(b"--", _DASHES.match(raw, place).end())  # type: ignore[union-attr]  # two stand there
    return place if place > 0 else None


def _without_line_end(raw: bytes, place: int) -> int:
    """The line end before a delimiter belongs to the delimiter."""
    return place - (2 if raw[place - 2 : place] == b"\r\n" else 1)


def _end_of_message(raw: bytes, start: int, boundary: bytes | None) -> int | None:
    if boundary is None:
        return len(raw)
    line = re.compile(re.escape(b"--" + boundary) + rb"(?:--)?[ \t]*(?:[\r\n]|\Z)")
    place = _next_dashes(raw, start)
    while place is not None:
        if line.match(raw, place):
            return max(start, _without_line_end(raw, place))
        place = _next_dashes(raw, place + 2)
    return None
