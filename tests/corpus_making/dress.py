"""Mail in every dress: headers, names, charsets, encodings and structures as odd programs and gateways leave them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote_from_bytes

from letters import Letter, b64, foxmail, netease_web, outlook, phone, qq_web, raw_bytes

from corpus_making.sample import Client, Sample, client, mailed, nominee, reading, submission

Change = Callable[[bytes], bytes]


def _replaced(old: bytes, new: bytes) -> Change:
    def change(raw: bytes) -> bytes:
        assert old in raw, old
        return raw.replace(old, new)

    return change


def _before(field: bytes, line: bytes) -> Change:
    """A line before a header field."""
    return lambda raw: raw.replace(b"\r\n" + field, b"\r\n" + line + b"\r\n" + field, 1)


def _html_only(letter: Letter) -> bytes:
    """One part of HTML beside the file, its charset told in a meta tag alone."""
    raw = netease_web(letter)
    html = "<html><head><meta charset=gbk></head><body><div>您好，附件是征集表。</div></body></html>"
    part = (
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + b64(html.encode("gbk")).encode()
        + b"\r\n"
    )
    return re.sub(
        rb"Content-Type: multipart/alternative.*?Part_7_2\.1--\r\n", lambda _: part, raw, count=1, flags=re.DOTALL
    )


def _latin_cut(letter: Letter) -> bytes:
    """RFC 2231 in GBK, in numbered pieces out of order."""
    raw = outlook(letter)
    name = quote_from_bytes("征集表（最终版）.docx".encode("gbk"))
    pieces = [name[:30], name[30:48], name[48:]]
    sections = [f"filename*{n}*={'gb2312' + chr(39) * 2 if n == 0 else ''}{piece}" for n, piece in enumerate(pieces)]
    written = ";\r\n\t".join(reversed(sections)).encode()
    raw = re.sub(
        rb"Content-Disposition: attachment;(\r\n\t[^\r]*)+", b"Content-Disposition: attachment;\r\n\t" + written, raw
    )
    return re.sub(rb';\r\n\tname="[^"]*"', b"", raw)


def _folded_everywhere(letter: Letter) -> bytes:
    """Each header's value on a line of its own."""
    head, _, body = foxmail(letter).partition(b"\r\n\r\n")
    return re.sub(rb"(?m)^([A-Z][\w-]+): ", rb"\1:\r\n ", head) + b"\r\n\r\n" + body


def _uuencoded(letter: Letter) -> bytes:
    """An old Unix program's way with files."""
    raw = outlook(letter)
    content = letter.files[0].content
    lines = [binascii.b2a_uu(content[i : i + 45]).rstrip(b"\n") for i in range(0, len(content), 45)]
    packed = b"\r\n".join([b"begin 644 form.docx", *lines, b"`", b"end"])
    return raw.replace(b64(content).encode(), packed).replace(
        b"Content-Transfer-Encoding: base64\r\n\r\nbegin", b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin"
    )


def _untidy_base64(raw: bytes) -> bytes:
    """A gateway's line amid the file, and a blank at each end of line."""
    head, _sep, body = raw.rpartition(b"\r\n\r\nUEs")
    lines = (b"UEs" + body).split(b"\r\n")
    lines.insert(len(lines) // 2, b"!!!")
    return head + b"\r\n\r\n" + b" \r\n".join(lines)


def _unpadded(raw: bytes) -> bytes:
    return re.sub(rb"=+\r\n(--[^\r]+--\r\n)$", rb"\r\n\1", raw)


#: Trait: client, and what befalls its mail.
DRESSES: dict[str, tuple[Client, Change]] = {
    "spam-score-as-a-header": (netease_web, _before(b"Subject:", b"0/X-Total-Score: 3:")),
    "line-that-is-no-header": (qq_web, _before(b"Subject:", b"this line is no field")),
    "second-subject-below": (foxmail, _before(b"MIME-Version:", b"Subject: another one")),
    "blank-before-the-colon": (outlook, lambda raw: re.sub(rb"(?m)^(Subject|From|Content-Type): ", rb"\1 : ", raw)),
    "everything-folded": (_folded_everywhere, bytes),
    "mailbox-line-on-top": (qq_web, lambda raw: b"From zhangsan@163.com Mon Mar  2 10:00:00 2026\r\n" + raw),
    "byte-order-mark-on-top": (netease_web, lambda raw: b"\xef\xbb\xbf" + raw),
    "empty-lines-on-top": (phone, lambda raw: b"\r\n\r\n" + raw),
    "doubled-carriage-returns": (phone, lambda raw: raw.replace(b"\r\n", b"\r\r\n")),
    "boundary-never-closed": (netease_web, lambda raw: raw[: raw.rindex(b"\r\n------=_Part_6_1.1--")]),
    "boundary-not-declared": (qq_web, _replaced(b'; boundary="----=_NextPart_A1"', b"")),
    "boundary-without-its-quote": (
        foxmail,
        _replaced(b'boundary="----=_001_NextPart1_=----"', b'boundary="----=_001_NextPart1_=----'),
    ),
    "base64-untidy": (outlook, _untidy_base64),
    "base64-without-padding": (netease_web, _unpadded),
    "base64-in-capitals": (
        qq_web,
        _replaced(b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: BASE64 "),
    ),
    "uuencoded-file": (_uuencoded, bytes),
    "html-alone": (_html_only, bytes),
    "names-in-gbk-pieces": (_latin_cut, bytes),
    "charset-missing": (raw_bytes, bytes),
    "name-against-filename": (netease_web, lambda raw: re.sub(rb'\tname="[^"]*"', b'\tname="?????.doc"', raw)),
    "date-without-a-zone": (outlook, lambda raw: re.sub(rb"(?m)^Date: [^\r]*", b"Date: 2026-03-02 10:00:00", raw)),
    "date-of-central-time": (
        foxmail,
        lambda raw: re.sub(rb"(?m)^Date: [^\r]*", b"Date: Mon, 2 Mar 2026 10:00:00 CST", raw),
    ),
    "date-missing": (qq_web, lambda raw: re.sub(rb"(?m)^Date: [^\r]*\r\n", b"", raw, count=1)),
    "sender-all-in-one-word": (outlook, lambda raw: re.sub(rb"(?m)^From: [^\r]*", _one_word(), raw, count=1)),
    "sent-on-behalf": (foxmail, lambda raw: raw),
}


def _one_word() -> bytes:
    return b"From: =?GBK?B?" + base64.b64encode("张三 <zhangsan@163.com>".encode("gbk")) + b"?="


def samples() -> Iterator[Sample]:
    for number, (trait, (by, change)) in enumerate(DRESSES.items()):
        one = nominee(580 + number)
        more = {"subject": _on_behalf(one)} if trait == "sent-on-behalf" else {}
        yield Sample(f"dress-{trait}", mailed(one, by=by, changed=change, **more), reading(submission(one)))
    one = nominee(610)
    make = mailed(one, by=client(1), sender_name='张三"、李四 (甲)', changed=lambda raw: raw)
    yield Sample("dress-sender-of-odd-signs", make, reading(submission(one)))


def _on_behalf(one) -> str:
    from corpus_making.sample import subject_of

    return f"{subject_of(one)}【请注意，邮件由office@example.com代发】"
