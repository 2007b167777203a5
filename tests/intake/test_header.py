"""Header fields as Chinese mail programs write them."""

import tracemalloc
from base64 import b64encode
from datetime import datetime, timedelta, timezone
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mime.header import (
    addresses,
    date_of,
    decode_base64,
    filename_of,
    message_ids,
    parameters,
    split_header,
    text_of,
)

SUBJECT = "渝工故事线索+重庆某某公司+13800001234"
NAME = "“重庆工程师故事”线索征集表（张喆）.docx"


def b(data: bytes, charset: str) -> bytes:
    return b"=?%b?B?%b?=" % (charset.encode(), b64encode(data))


def q(data: bytes, charset: str) -> bytes:
    return b"=?%b?Q?%b?=" % (charset.encode(), "".join(f"={octet:02X}" for octet in data).encode())


GBK, UTF8 = SUBJECT.encode("gb18030"), SUBJECT.encode()
FOLDED = "渝工故事\r\n 线索+重庆某某公司+13800001234".encode("gb18030")


@pytest.mark.parametrize(
    "raw",
    [
        b(GBK, "GBK"),
        b(GBK, "gb2312"),
        b(UTF8, "utf-8"),
        b(UTF8, "UTF-8*zh-CN"),
        q(GBK, "gb18030"),
        q(UTF8, "utf-8"),
        b(GBK, "utf-8"),  # the label lies
        b(UTF8, "gb2312"),
        GBK,  # raw 8-bit
        UTF8,
        b(GBK[:7], "gbk") + b"\r\n " + b(GBK[7:], "gbk"),  # split in mid-character
        b(UTF8[:4], "utf-8") + b" " + b(UTF8[4:8], "utf-8") + b"\r\n\t" + b(UTF8[8:], "UTF-8"),
        b(GBK[:7], "gb2312") + b(GBK[7:], "GBK"),  # two names of one charset, no blank between
        b(GBK[:7], "gbk") + b" " + q(GBK[7:], "gbk"),
        b(GBK[:8], "gb2312") + GBK[8:],  # an encoded word, raw bytes after it
        b"=?GBK?B?" + b64encode(GBK)[:10] + b"?= =?GBK?B?" + b64encode(GBK)[10:] + b"?=",  # base64 cut anywhere
        b"=?GBK?B?" + b64encode(GBK)[:20] + b"\r\n " + b64encode(GBK)[20:] + b"?=",  # folded within the word
        b(UTF8[:10], "utf-8").replace(b"=?=", b"?=").replace(b"=?=", b"?=")
        + b" "
        + b(UTF8[10:], "utf-8").replace(b"=?=", b"?="),  # no padding anywhere
        b(FOLDED, "gb18030"),  # Foxmail: the fold is inside the decoded text
        b(GBK, "GBK").replace(b"==", b""),
        b(GBK, "utf-8")[:30] + b"?= " + b"=?utf-8?B?" + b(GBK, "utf-8")[30:],  # base64 cut anywhere, and the label lies
        b(UTF8, "utf-8").replace(b"?B?", b"?b?"),
        b(UTF8, "x-nobody"),
        b(GBK, "gbk")[:-1],  # cut short
        UTF8.decode("latin-1").encode("utf-8"),  # each byte taken for a Latin letter, and encoded once more
        b(UTF8.decode("latin-1").encode("utf-8"), "utf-8"),
    ],
)
def test_one_subject_in_many_spellings(raw):
    assert text_of(b" " + raw)[0] == SUBJECT


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b" plain  subject\r\n\tfolded ", "plain subject folded"),
        (b(b"A", "utf-8") + b" and " + b(b"B", "utf-8"), "A and B"),
        (b"=?utf-8?Q?a_b=3Fc?=", "a b?c"),
        ("cafe\u0301".encode(), "caf\u00e9"),  # NFC
        (b"=?broken?B", "=?broken?B"),
        (b"a\x00b\x07\x1b[31m", "ab[31m"),
        (b"", ""),
    ],
)
def test_text_is_one_clean_line(raw, text):
    assert text_of(raw)[0] == text


SHORT = "申请表一.docx"
G, U = SHORT.encode("gbk"), SHORT.encode()
PERCENT_G, PERCENT_U = quote_from_bytes(G).encode(), quote_from_bytes(U).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b'attachment; filename="' + b(G, "GBK") + b'"',
        b"attachment; filename=" + b(G, "GBK"),
        b'attachment; filename="' + q(G, "gb2312") + b'"',
        b'attachment; filename="' + b(G[:5], "gbk") + b"\r\n\t" + b(G[5:], "gbk") + b'"',  # 163, long names
        b'attachment; filename="' + G + b'"',
        b"attachment; filename=" + G,
        b'attachment; filename="' + U + b'"',
        b"attachment; filename*=utf-8''" + PERCENT_U,
        b"attachment; filename*=gb2312''" + PERCENT_G,
        b"attachment; filename*=UTF-8'zh-CN'" + PERCENT_U,
        b"attachment; filename*0*=gbk''" + PERCENT_G[:9] + b";\r\n\tfilename*1*=" + PERCENT_G[9:],
        b"attachment; filename*1*=" + PERCENT_U[9:] + b"; filename*0*=utf-8''" + PERCENT_U[:9],  # any order
        b"attachment; filename*0*=utf-8''"
        + PERCENT_U[:12]
        + b"; filename*1*="
        + PERCENT_U[12:-5]
        + b'; filename*2=".docx"',
        b"attachment; filename=\"?.docx\"; filename*=utf-8''" + PERCENT_U,  # RFC 2231 outranks the fallback
        b'attachment; filename="' + PERCENT_U + b'"',  # percent signs without the star
        b'attachment; FileName="C:\\\xd3\xc3\xbb\xa7\\' + G + b'"',  # a Windows folder
        b'attachment; filename="../../etc/' + U + b'"',
        b'attachment; size=12; filename="' + U,  # the quote is never closed
        b'attachment; filename="' + U.decode("latin-1").encode("utf-8") + b'"',  # mojibake
        b"attachment; filename*=utf-8''" + quote_from_bytes(U.decode("latin-1").encode("utf-8")).encode(),
        b'attachment filename="' + U + b'"',  # no semicolon
    ],
)
def test_one_file_name_in_many_spellings(raw):
    value, options, _ = parameters(raw)
    assert value == "attachment"
    assert filename_of(options, {}) == SHORT


def test_quotes_in_a_name_that_goes_on_name_no_encoding():
    raw = b'attachment; filename*0="Li\'s \'form"; filename*1="\'.docx"'
    assert parameters(raw)[1] == {"filename": "Li's 'form'.docx"}


def test_a_gbk_character_whose_second_byte_is_a_backslash_ends_no_quote():
    raw = 'attachment; filename="许昌誠.docx"; size=5'.encode("gbk")
    assert b"\\" in raw
    assert parameters(raw)[1] == {"filename": "许昌誠.docx", "size": "5"}


@pytest.mark.parametrize(
    ("filename", "name", "expected"),
    [
        ("a.docx", "b.docx", "a.docx"),
        ("", "b.docx", "b.docx"),
        ("\ufffd\ufffd.docx", "张.docx", "张.docx"),
        ("???.docx", "张.docx", "张.docx"),
        ("ÕÅÎ°.docx", "", "张伟.docx"),
        ("Müller.docx", "", "Müller.docx"),
        ("tcmime.1388.1527.1742.bin", "", "tcmime.1388.1527.1742.bin"),
        ("..", "", ""),
        ("/etc/passwd", "", "passwd"),
        ("a\u202ecod.exe", "", "acod.exe"),
        ("100%25.docx", "", "100%25.docx"),
        ("e\u0301.docx", "", "\u00e9.docx"),
        ("张" * 400 + ".docx", "", "张" * 190 + ".docx"),
    ],
)
def test_the_name_of_a_file_is_harmless(filename, name, expected):
    assert filename_of({"filename": filename}, {"name": name}) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"zhangwei@163.com", [("", "zhangwei@163.com")]),
        (b'"=?gb18030?B?waI=?=" <x@foxmail.com>', [("立", "x@foxmail.com")]),  # QQ
        (b(b"\xd5\xc5\xce\xb0", "GBK") + b" <ZhangWei@163.com>", [("张伟", "zhangwei@163.com")]),
        ("张伟 <z@163.com>".encode("gbk"), [("张伟", "z@163.com")]),
        ('"张伟" <z@163.com>'.encode(), [("张伟", "z@163.com")]),
        (b('张伟,"主任"'.encode(), "utf-8") + b" <z@163.com>, b@c.cn", [('张伟,"主任', "z@163.com"), ("", "b@c.cn")]),
        (b("张伟 <z@163.com>".encode("gbk"), "gbk"), [("张伟", "z@163.com")]),  # all of it in one word
        (b"=?GBK?B?1cXOsA==?='z@163.com'", [("张伟", "z@163.com")]),  # no brackets, odd quotes
        (b'"\xd5\xc5\xce\xb0 <z@163.com>', [("张伟", "z@163.com")]),  # the quote is never closed
        (b"<<z@163.com>>", [("", "z@163.com")]),
        (b"friends: z@163.com;", [("", "z@163.com")]),
        (b"z\r\n @163.com", [("", "z@163.com")]),  # folded within
        (b"=?GBK?B?1cXOsA==?=", [("张伟", "")]),
        (b"<>", []),
        (b"", []),
        (b"(" * 5000, []),
    ],
)
def test_addresses(raw, expected):
    assert list(addresses(raw)[0]) == expected


@pytest.mark.parametrize(
    ("raw", "wrote"),
    [
        (b"other@x.cn <me@y.cn>", "me@y.cn"),
        (b'"other@x.cn" <me@y.cn>', "me@y.cn"),
        (b(b"other@x.cn", "utf-8") + b" <me@y.cn>", "me@y.cn"),
        (b(b"other@x.cn", "utf-8") + b" me@y.cn>", "me@y.cn"),
        (b"me@y.cn (other@x.cn)", "me@y.cn"),
        (b"<" + b(b"other@x.cn", "utf-8") + b"@y.cn>", ""),  # whose it is cannot be told
        (b"other@x.cn@y.cn", ""),
        (b'"other@x.cn"@y.cn', ""),
        (b"a" * 300 + b"@y.cn", ""),
    ],
)
def test_somebody_elses_address_is_never_taken_for_the_senders(raw, wrote):
    assert addresses(raw)[0][0][1] == wrote


def test_a_name_of_pages_is_cut():
    [(name, address)], _ = addresses(("张" * 5000 + " <z@163.com>").encode())
    assert (len(name), address) == (200, "z@163.com")


CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fri, 20 Nov 2026 10:00:00 +0800 (CST)", datetime(2026, 11, 20, 10, tzinfo=CHINA)),
        ("Fri, 20 Nov 2026 10:00:00 +0800 (GMT+08:00)", datetime(2026, 11, 20, 10, tzinfo=CHINA)),
        ("Fri, 20 Nov 2026 10:00:00 CST", datetime(2026, 11, 20, 10, tzinfo=CHINA)),
        ("2026-11-20 10:00:00", datetime(2026, 11, 20, 10, tzinfo=CHINA)),
        ("Fri, 20 Nov 2026 02:00:00 -0000", datetime(2026, 11, 20, 10, tzinfo=CHINA)),
        ("Mon, 2 Mar 26 10:00:00 +0800", datetime(2026, 3, 2, 10, tzinfo=CHINA)),
        ("星期一, 02 三月 2026 10:00:00 +0800", datetime(2026, 3, 2, 10, tzinfo=CHINA)),
        ("周一, 2 12月 2025 10:00:00 +0800", datetime(2025, 12, 2, 10, tzinfo=CHINA)),
        ("2026年3月2日 下午3:05", datetime(2026, 3, 2, 15, 5, tzinfo=CHINA)),
        ("2026/3/2 10:00:00", datetime(2026, 3, 2, 10, tzinfo=CHINA)),
        ("2026/13/2 10:00:00", None),
        ("yesterday", None),
        ("", None),
        ("Fri, 99 Nov 99999 10:00:00 +0800", None),
    ],
)
def test_dates(text, expected):
    assert date_of(text) == expected


def test_ids_lose_their_folds_and_doubles():
    assert message_ids("<a@b> <c\r\n d@e>, <a@b> text") == ("<a@b>", "<cd@e>")


@pytest.mark.parametrize(
    ("raw", "names", "body", "wrong"),
    [
        (b"A: 1\r\nB: 2\r\n folded\r\n\r\nbody", ["a", "b"], b"body", 0),
        (b"A: 1\nB: 2\n\nbody", ["a", "b"], b"body", 0),
        (b"A: 1\rB: 2\r\rbody", ["a", "b"], b"body", 0),
        (b"From x@y Fri Nov 20\nA: 1\n\nbody", ["a"], b"body", 0),
        (b"0/X-Total-Score: 1\r\nHMM_SOURCE_IP:2\r\n\r\n", ["0/x-total-score", "hmm_source_ip"], b"", 0),
        (b"A: 1\r\nodd line\r\nSubject: 2\r\n\r\nbody", ["a", "subject"], b"body", 1),
        (b"\xef\xbb\xbfFrom: 1\r\nB: 2\r\n\r\nbody", ["from", "b"], b"body", 0),  # a byte order mark
        (b" \r\n\r\nA: 1\r\n\r\nbody", ["a"], b"body", 0),
        (b"From : 1\r\nB : 2\r\n\r\nbody", ["from", "b"], b"body", 0),  # no line of an mbox
        (
            b"Subject: 1\r\n\r\n on\r\nDate: 2\r\nMIME-Version: 1.0\r\n\r\nbody",
            ["subject", "date", "mime-version"],
            b"body",
            1,
        ),
        (b"Subject: 1\r\n\r\nContent-Type: text/plain\r\n\r\nbody", ["subject", "content-type"], b"body", 1),
        (
            b"Content-Type: text/plain\r\n\r\nContent-Type: text/plain\r\n\r\nx",
            ["content-type"],
            b"Content-Type: text/plain\r\n\r\nx",
            0,
        ),
        (b"A: 1\r\n\r\nName: 2\r\n\r\nx", ["a"], b"Name: 2\r\n\r\nx", 0),  # a body of lines with colons
        (b"A: 1\r\nno header here\r\nand no more", ["a"], b"no header here\r\nand no more", 1),
        (b"A: 1", ["a"], b"", 0),
        (b"", [], b"", 0),
        (b"\r\n\r\nbody", [], b"body", 0),
    ],
)
def test_where_a_header_ends(raw, names, body, wrong):
    fields, start, defects = split_header(raw)
    assert [name for name, _ in fields] == names
    assert raw[start:] == body
    assert len(defects) == wrong


@pytest.mark.parametrize(
    ("data", "content", "whole"),
    [
        (b"YWJj\r\nZGU=\r\n", b"abcde", True),
        (b"YWJjZGU", b"abcde", False),  # padding lost
        (b"YWI=\r\nY2Q=\r\n", b"abcd", False),  # each piece with its own padding
        (b"YWJj*ZGU=", b"abcde", True),
        (b"YWJjZGVm\r\n\r\n_______\r\nlist footer here\r\n", b"abcdef", False),
        (b"YWJj\r\n\r\nZGVm\r\n\r\nlist footer here\r\n", b"abcdef", False),
        (b"", b"", True),
        (b"Y", b"", False),
    ],
)
def test_base64_gives_what_it_can(data, content, whole):
    assert decode_base64(data) == (content, whole)


@given(st.binary(max_size=300))
def test_no_header_field_is_too_odd(raw):
    for read in (text_of, parameters, addresses, split_header, decode_base64):
        read(raw)


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_file_name_never_leaves_its_folder(filename, name):
    safe = filename_of({"filename": filename}, {"name": name})
    assert not set(safe) & set("/\\\0\r\n")
    assert safe not in (".", "..")
    assert len(safe) <= 200


def test_base64_amidst_rubbish_takes_no_more_than_its_own_room():
    data = b"A=\x00-" * 500_000
    tracemalloc.start()
    try:
        assert not decode_base64(data)[1]
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 5 * len(data)
