"""What each attachment is to the mail: a form, evidence, an archive, decoration, or a thing that cannot be used."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from intake.documents.document import Document, Unreadable
from intake.documents.open import IMAGES, marked_format, open_document
from intake.message import Part
from intake.values import Problem


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    content_type: str
    size: int
    role: str  # form, evidence, archive, inline, unreadable, rejected
    sha256: str
    path: str  # of the MIME part in the raw mail, where the bytes are


@dataclass(frozen=True, slots=True)
class Opened:
    """A part and what is in it; None where nobody needs to look (decoration, programs)."""

    part: Part
    document: Document | Unreadable | None
    role: str = ""  # settled already where `document` is None


_ARCHIVES = frozenset(("zip", "rar", "7z", "gz", "tar", "encrypted-zip"))
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


def opened(part: Part) -> Opened:
    """Look into a part, unless it is decoration or a program."""
    role = _settled(part)
    return Opened(part, None if role else open_document(part.content, part.filename), role)


def unopened(part: Part) -> Opened:
    """A part of a mail whose files nobody needs to read."""
    return Opened(part, None, _settled(part) or "evidence")


def _settled(part: Part) -> str:
    return "rejected" if _is_program(part) else "inline" if _is_decoration(part) else ""


def attachment(one: Opened, holds_form: bool, form_elsewhere: bool) -> Attachment:
    """The part with its role. A picture or a scan beside a readable form is evidence; alone it may be the form itself."""
    part = one.part
    digest = hashlib.sha256(part.content).hexdigest()
    role = one.role or _role(one, holds_form, form_elsewhere)
    return Attachment(part.filename, part.content_type, len(part.content), role, digest, part.path)


def problems_of(parts: Sequence[Opened], form_found: bool) -> list[Problem]:
    """What the sender should know: locked and empty files always, other unreadable ones where no form was found."""
    unreadable = [one.document for one in parts if isinstance(one.document, Unreadable)]
    return [Problem(None, u.code, u.reason) for u in unreadable if _matters(u, form_found)]


def _matters(file: Unreadable, form_found: bool) -> bool:
    if file.code == "encrypted_attachment" or file.format == "empty":
        return True
    return not form_found and file.format not in _MEDIA


def _role(one: Opened, holds_form: bool, form_elsewhere: bool) -> str:
    if holds_form:
        return "form"
    file = one.document
    if not isinstance(file, Unreadable):
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
