"""What each attachment is to the mail: a form, evidence, an archive, decoration, or a thing that cannot be used."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake.documents.document import Document, Enclosed, Unreadable
from intake.documents.formats import IMAGES, NAMES, marked_format
from intake.documents.limits import Allowance, Exceeded
from intake.documents.mail import mail_file
from intake.documents.means import PLAIN, Means
from intake.documents.open import Opening, beyond, open_document, unreadable
from intake.message import Part
from intake.values import Problem


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    content_type: str
    size: int
    role: str  # form, evidence, archive, inline, unreadable, rejected
    sha256: str
    path: str  # of the MIME part in the raw mail, where the bytes are; 2/3 is the third file in the archive 2


@dataclass(frozen=True, slots=True)
class Opened:
    """A part and what is in it; None where nobody needs to look (decoration, programs)."""

    part: Part
    document: Document | Unreadable | None
    role: str = ""  # settled already: decoration, programs, archives
    recognised: Document | None = None  # what its pictures say, where somebody has recognised them
    omitted: str = ""  # Chinese: what of an archive was not unpacked and why


_ARCHIVES = frozenset(("zip", "rar", "7z", "gz", "tar"))
_MEDIA = frozenset(("mp4", "mp3"))
_PROGRAM_NAME = re.compile(r"\.(?:exe|com|bat|cmd|scr|pif|js|jse|vbs|vbe|wsf|hta|msi|lnk|jar|ps1|dll)$", re.IGNORECASE)
_PROGRAM = (b"MZ", b"\x7fELF", b"L\0\0\0\x01\x14\x02\0")
_ENCLOSURES = frozenset(
    (
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "text/calendar",
        "text/vcard",
    )
)
_NUMBERED = re.compile(
    r"image\d{3}\.(?:png|jpe?g|gif)$", re.IGNORECASE
)  # as Outlook and Word name what stands in a body
_SIGNATURE_SIZE = 8 * 1024
_NUMBERED_SIZE = 40 * 1024
_PIXEL_SIZE = 200


def opened(part: Part, allowance: Allowance | None = None, means: Means = PLAIN, depth: int = 0) -> Iterator[Opened]:
    """Look into a part, unless it is decoration or a program; into the files of an archive or an attached mail, too."""
    allowance = allowance or Allowance(means.limits)
    if role := _settled(part):
        yield Opened(part, None, role)
        return
    found = _opening(part, allowance, means)
    if not isinstance(found, Enclosed):
        yield Opened(part, found)
        return
    yield Opened(part, found.body, "" if found.format == "eml" else "archive", omitted=found.omitted)
    for number, file in enumerate(found.files, start=1):
        inner = Part(file.name, file.content_type, file.data, file.inline, f"{part.path}/{number}")
        if file.locked:
            yield Opened(inner, unreadable("encrypted-unknown", file.name))
        elif depth >= allowance.limits.depth:
            yield Opened(inner, beyond(file.name, f"压缩包或转发的邮件套了 {depth} 层以上"))
        else:
            yield from opened(inner, allowance, means, depth + 1)


def _opening(part: Part, allowance: Allowance, means: Means) -> Opening:
    if part.content_type.lower() != "message/rfc822":
        return open_document(part.content, part.filename, allowance, means)
    try:
        return mail_file(part.content, allowance, means)
    except Exceeded as limit:
        return beyond(part.filename, str(limit), "eml")


def unopened(part: Part) -> Opened:
    """A part of a mail whose files nobody needs to read."""
    return Opened(part, None, _settled(part) or "evidence")


def _settled(part: Part) -> str:
    return "rejected" if _is_program(part) else "inline" if _is_decoration(part) else ""


def attachment(one: Opened, holds_form: bool, form_elsewhere: bool) -> Attachment:
    """The part with its role. A picture or a scan beside a readable form is evidence; alone it may be the form itself."""
    part = one.part
    digest = hashlib.sha256(part.content).hexdigest()
    role = _role(one, holds_form, form_elsewhere)
    return Attachment(part.filename, part.content_type, len(part.content), role, digest, part.path)


def problems_of(parts: Sequence[Opened], form_found: bool) -> list[Problem]:
    """What the sender should know: locked and empty files always, other unreadable ones where no form was found."""
    problems = [Problem(None, u.code, u.reason) for one in parts if (u := _unread(one)) and _matters(u, form_found)]
    if not form_found:
        problems += [Problem(None, "unreadable_attachment", one.omitted) for one in parts if one.omitted]
    return problems


def _unread(one: Opened) -> Unreadable | None:
    """Why nobody could read it; a picture is unread too, and one that was recognised in vain."""
    if isinstance(one.document, Unreadable):
        return one.document
    if one.document is None or one.document.blocks or not one.document.scans:
        return None
    kind = one.document.format
    if one.recognised is None:
        return unreadable(kind, one.part.filename)
    reason = f"没有从{NAMES[kind]}《{one.part.filename}》里读到征集表。请把征集表填在 Word 文档（.docx）里重新发来。"
    return Unreadable("unreadable_attachment", reason, kind)


def _matters(file: Unreadable, form_found: bool) -> bool:
    if file.code == "encrypted_attachment" or file.format == "empty":
        return True
    return not form_found and file.format not in _MEDIA


def _role(one: Opened, holds_form: bool, form_elsewhere: bool) -> str:
    if holds_form:
        return "form"
    if one.role:
        return one.role
    file = _unread(one)
    if file is None:
        return "evidence"
    if file.format in _ARCHIVES:
        return "archive"
    return "unreadable" if _matters(file, form_elsewhere) or file.format == "docx" else "evidence"


def _is_program(part: Part) -> bool:
    return bool(_PROGRAM_NAME.search(part.filename)) or part.content.startswith(_PROGRAM)


def _is_decoration(part: Part) -> bool:
    """Signature pictures, logos, tracking pixels, digital signatures, calendar entries. A photograph that a telephone
    puts into the body is none: it is big."""
    if part.content_type.lower() in _ENCLOSURES:
        return True
    size = len(part.content)
    if not size or marked_format(part.content) not in IMAGES:
        return False
    if part.inline and (size < _SIGNATURE_SIZE or (size < _NUMBERED_SIZE and _NUMBERED.fullmatch(part.filename))):
        return True
    return size < _PIXEL_SIZE
