"""What decorates a mail, and what only looks like it."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.decoration import is_decoration
from intake.mime.message import Part


def png(width: int, height: int, size: int = 20_000) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + struct.pack(">II", width, height) + b"\x08\x02" + b"\x55" * size


def jpg(width: int, height: int, size: int = 20_000) -> bytes:
    app = b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
    return b"\xff\xd8" + app + b"\xff\xc0\0\x11\x08" + struct.pack(">HH", height, width) + b"\3" + b"\x55" * size


GIF = b"GIF89a" + b"\x55" * 60_000


@pytest.mark.parametrize(
    ("name", "content", "inline", "content_type", "expected"),
    [
        ("", png(1, 1, 60), False, "image/png", True),  # a tracking pixel
        ("image001.png", png(900, 800, 30_000), True, "image/png", True),  # Outlook's signature
        ("logo.png", png(900, 800, 5_000), True, "image/png", True),
        ("签名(08-21-1).jpg", jpg(600, 120), True, "image/jpeg", True),  # Foxmail
        ("_Foxmail.1@0a1b2c.png", png(180, 900), True, "image/png", True),
        ("0A1B2C3D.gif", GIF, True, "image/gif", True),  # QQ's emoji
        ("表.gif", GIF, False, "image/gif", False),
        ("IMG_1234.JPG", jpg(3024, 4032, 90_000), True, "image/jpeg", False),  # a telephone puts it into the body
        ("IMG_1234.JPG", b"\xff\xd8\xff\xe1" + b"\x55" * 90_000, True, "image/jpeg", False),
        ("截图.png", png(900, 1200), True, "image/png", False),
        ("证件照.jpg", jpg(200, 280), False, "image/jpeg", False),  # attached: evidence
        ("smime.p7s", b"\x30\x80" + b"\x06" * 4000, False, "application/octet-stream", True),
        ("", b"\x30\x80" + b"\x06" * 4000, False, "application/pkcs7-signature", True),
        ("张伟.vcf", "BEGIN:VCARD\nFN:张伟".encode(), False, "application/octet-stream", True),
        ("", b"\xef\xbb\xbfBEGIN:VCALENDAR", False, "application/octet-stream", True),
        ("invite.ics", b"BEGIN:VCALENDAR", False, "text/calendar", True),
        ("signature.asc", b"-----BEGIN PGP SIGNATURE-----", False, "application/octet-stream", True),
        ("征集表.docx", b"PK\x03\x04" + b"x" * 99, False, "application/octet-stream", False),
        ("空.docx", b"", False, "application/octet-stream", False),
    ],
)
def test_decoration(name: str, content: bytes, inline: bool, content_type: str, expected: bool) -> None:
    assert is_decoration(Part(name, content_type, content, inline, "2")) is expected


@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a"]), st.binary(max_size=60))
def test_any_picture_gives_an_answer(start: bytes, rest: bytes) -> None:
    is_decoration(Part("", "", (start + rest).ljust(9000, rest[-1:] or b"\xff"), True, "2"))
