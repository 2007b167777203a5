"""What travelled as text becomes bytes again, also where the label is missing, wrong or half there."""

import binascii
from base64 import b64encode
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mime.wire import decoded, uuencoded

FILE = b"PK\x03\x04" + Random(1).randbytes(700)
TEXT = "渝工故事线索：张伟同志扎根一线。\r\n" * 8


def base64(data: bytes, width: int = 76, end: bytes = b"\r\n") -> bytes:
    text = b64encode(data)
    return end.join(text[place : place + width] for place in range(0, len(text), width))


def quoted(data: bytes, end: bytes = b"\r\n") -> bytes:
    octets = [b"=%02X" % octet for octet in data]
    return (b"=" + end).join(b"".join(octets[place : place + 24]) for place in range(0, len(octets), 24))


def uu(data: bytes, name: bytes = b"form.docx", end: bytes = b"\r\n") -> bytes:
    lines = [binascii.b2a_uu(data[place : place + 45]).rstrip(b"\n") for place in range(0, len(data), 45)]
    return end.join([b"begin 644 " + name, *lines, b"`", b"end", b""])


@pytest.mark.parametrize(
    ("wire", "encoding", "content"),
    [
        (base64(FILE), "base64", FILE),
        (base64(FILE, 998), "base64", FILE),
        (base64(FILE, end=b"\r"), "base64", FILE),
        (base64(FILE, end=b" \r\n "), "base64", FILE),
        (base64(FILE).rstrip(b"="), "base64", FILE),
        (base64(FILE, end=b"\r\n!!!\r\n"), "base64", FILE),
        (base64(FILE).replace(b"+", b"-").replace(b"/", b"_"), "base64", FILE),  # as URLs spell it
        (base64(FILE) + b"\r\n\r\n____\r\nThis mail was scanned.\r\n", "base64", FILE),
        (base64(FILE[:100]) + b"\r\n" + base64(FILE[100:]), "base64", FILE),  # encoded piece by piece
        (TEXT.encode(), "base64", TEXT.encode()),  # it says so, and is not
        (quoted(FILE), "quoted-printable", FILE),
        (quoted(FILE, b"\r"), "quoted-printable", FILE),
        (b"a=b =E5=BC=A0=", "quoted-printable", "a=b 张".encode()),
        (b"=e5=bc= \r\n=a0=\t\n2 \n", "quoted-printable", "张2 \n".encode()),
        (uu(FILE), "x-uuencode", FILE),
        (uu(FILE, end=b"\n"), "uuencode", FILE),
        (uu(FILE).replace(b" \r\n", b"\r\n"), "x-uue", FILE),  # blanks at line ends cut off
        # the label got lost
        (base64(FILE), "", FILE),
        (base64(TEXT.encode("gb18030")), "7bit", TEXT.encode("gb18030")),
        (quoted(TEXT.encode()), "8bit", TEXT.encode()),
        # and where none is missing
        (b"plain text, no more", "", b"plain text, no more"),
        (b"A" * 200, "7bit", b"A" * 200),
        (
            b"see https://example.com/?a=B0=C1=D2=E3=F4=A5&b=1 for what was said of the bridge",
            "",
            b"see https://example.com/?a=B0=C1=D2=E3=F4=A5&b=1 for what was said of the bridge",
        ),
        (TEXT.encode(), "8bit", TEXT.encode()),
        (FILE, "binary", FILE),
    ],
)
def test_decoded(wire, encoding, content):
    assert decoded(wire, encoding)[0] == content


def test_a_file_within_a_text_is_taken_out():
    text, files = uuencoded("正文\r\n\r\n".encode() + uu(FILE) + "此致\r\n".encode() + uu(b"abc", b"\xd5\xc5.txt"))
    assert text == "正文\r\n\r\n此致\r\n".encode()
    assert files == [(b"form.docx", FILE), (b"\xd5\xc5.txt", b"abc")]


@pytest.mark.parametrize(
    "text",
    [
        b"begin 644 the work\r\nand never end",
        b"begin 2026\r\nend",
        b"begin 644 a\r\n\xe5\xbc\xa0\r\nend\r\n",
        b"begin 644 a\r\nend\r\n",
    ],
)
def test_a_text_that_only_begins_so_stays_whole(text):
    assert uuencoded(text) == (text, [])


@given(
    st.binary(max_size=300) | st.text(alphabet="begin 644 a\r\nM`end=AF05+/").map(str.encode),
    st.sampled_from(["", "base64", "quoted-printable", "x-uuencode", "zip"]),
)
def test_nothing_is_too_odd(wire, encoding):
    decoded(wire, encoding)
    text, _ = uuencoded(wire)
    assert len(text) <= len(wire)
