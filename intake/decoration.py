"""Parts of a mail that decorate it: signature pictures, emoji, logos, stationery, visiting cards, digital signatures."""

from __future__ import annotations

import re

from intake.documents.formats import IMAGES, marked_format
from intake.mime.message import Part

_ENCLOSURES = frozenset(
    (
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "application/pgp-keys",
        "application/ics",
        "text/calendar",
        "text/vcard",
        "text/x-vcard",
        "text/directory",
    )
)
#: 163 and QQ call every file octet-stream.
_ENCLOSURE_NAME = re.compile(r"smime\.p7s|signature\.asc|.{0,200}\.(?:vcf|ics)", re.IGNORECASE)
_ENCLOSURE_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*BEGIN:V(?:CARD|CALENDAR)", re.IGNORECASE)
_NUMBERED = re.compile(
    r"image\d{3}\.(?:png|jpe?g|gif)", re.IGNORECASE
)  # as Outlook and Word name what stands in a body
_SIGNATURE_SIZE = 8 * 1024
_NUMBERED_SIZE = 40 * 1024
_MOVING_SIZE = 512 * 1024  # emoji and stationery are GIFs; nobody photographs a form as one
_PIXEL_SIZE = 200
_SHORT_SIDE = 240  # pixels: on what is lower or narrower no form can be read


def is_decoration(part: Part) -> bool:
    """A photograph that a telephone puts into the body is none: it is big."""
    size = len(part.content)
    if part.content_type.lower() in _ENCLOSURES or _ENCLOSURE_START.match(part.content):
        return True
    if _ENCLOSURE_NAME.fullmatch(part.filename) and size < _MOVING_SIZE:
        return True
    kind = marked_format(part.content) if size else None
    if kind not in IMAGES:
        return False
    return size < _PIXEL_SIZE or (part.inline and _is_small(part, kind or "", size))


def _is_small(part: Part, kind: str, size: int) -> bool:
    if size < _SIGNATURE_SIZE or (size < _NUMBERED_SIZE and _NUMBERED.fullmatch(part.filename)):
        return True
    if kind == "gif":
        return size < _MOVING_SIZE
    return 0 < min(_pixels(part.content, kind)) < _SHORT_SIDE


def _pixels(data: bytes, kind: str) -> tuple[int, int]:
    """Width and height, (0, 0) where they are not where they should be."""
    if kind == "png" and data[12:16] == b"IHDR":
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if kind != "jpg":
        return 0, 0
    place = 2
    while data[place : place + 1] == b"\xff" and place + 9 <= len(data):
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # a frame's header
            return int.from_bytes(data[place + 7 : place + 9], "big"), int.from_bytes(
                data[place + 5 : place + 7], "big"
            )
        place += 2 + length if length >= 2 else len(data)
    return 0, 0
