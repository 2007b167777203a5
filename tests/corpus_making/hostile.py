"""Hostile and broken mails: bombs, wandering paths, endless structures, and what breaks on its way."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial

from grids import docx, form_rows, table
from letters import Letter, netease_web, outlook, qq_web
from people import Person

from corpus_making.archives import named, zipped
from corpus_making.sample import (
    NOBODY,
    Sample,
    Values,
    edited,
    filled_form,
    mailed,
    nominee,
    reading,
    submission,
    unread,
)

MB = 1024 * 1024


def _cut(values: Values) -> bytes:
    return filled_form(values)[:8_000]


def _with_entities(values: Values) -> bytes:
    """A billion laughs, and a file of ours asked for."""
    bomb = '<!DOCTYPE w:document [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return edited(
        values,
        lambda xml: xml.replace("<w:document", f"{bomb}<w:document", 1).replace(
            "<w:body>", "<w:body><w:p><w:r><w:t>&c;&x;</w:t></w:r></w:p>", 1
        ),
    )


def _bomb(_values: Values) -> bytes:
    """400 MB of zeros in 400 KB, and no form."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(bytes(4 * MB)) for _ in range(20)) + packer.flush()
    return named(b"a.docx", bytes(80 * MB), method=8, packed=packed)


def _docx_bomb(values: Values) -> bytes:
    """A Word file whose text is a hundred megabytes of blanks."""
    return edited(values, lambda xml: xml.replace("<w:body>", f"<w:body>{' ' * (60 * MB)}", 1))


def _links(values: Values) -> bytes:
    """Links out of the archive, beside the form."""
    kept = io.BytesIO()
    with tarfile.open(fileobj=kept, mode="w:gz") as archive:
        for name, target in (("密码", "/etc/passwd"), ("../../征集表.docx", "/etc/shadow")):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
        form = filled_form(values)
        info = tarfile.TarInfo("../../../root/征集表.docx")
        info.size = len(form)
        archive.addfile(info, io.BytesIO(form))
    return kept.getvalue()


def _zip_links(values: Values) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        link = zipfile.ZipInfo("etc")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr(zipfile.ZipInfo("征集表.docx"), filled_form(values))
    return kept.getvalue()


def _russian_dolls(values: Values) -> bytes:
    data = filled_form(values)
    for level in range(12):
        data = zipped({f"{level}.zip" if level else "征集表.docx": data}, zipfile.ZIP_STORED)
    return data


def _thousand_names(_values: Values) -> bytes:
    return zipped({f"{n}.txt": b"x" for n in range(700)})


def _nested_tables(values: Values) -> bytes:
    """The form, and behind it a hundred and twenty tables, each within the other: more levels than XML is read with."""
    deep = "<w:tbl><w:tr><w:tc>" * 120 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 120
    return docx(table(*form_rows(values)) + "<w:p/>" + deep)


def _huge_picture(_values: Values) -> bytes:
    """Says that it has 900 megapixels."""
    head = b"IHDR" + (30_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    chunk = b"\0\0\0\x0d" + head + zlib.crc32(head).to_bytes(4, "big")
    body = b"IDAT" + zlib.compress(bytes(range(256)) * 120, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk + (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    )


#: Trait: file name and content of what cannot be used.
UNREAD: dict[str, tuple[str, Callable[[Values], bytes]]] = {
    "docx-cut-short": ("征集表.docx", _cut),
    "docx-of-no-bytes": ("征集表.docx", lambda _: b""),
    "docx-of-zeros": ("征集表.docx", lambda _: bytes(8_192)),
    "docx-of-rubbish": ("征集表.docx", lambda _: bytes(range(256)) * 60),
    "docx-bomb": ("征集表.docx", _docx_bomb),
    "zip-bomb": ("征集表.zip", _bomb),
    "zip-of-twelve-layers": ("征集表.zip", _russian_dolls),
    "doc-of-its-head-alone": ("征集表.doc", lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)),
    "tables-in-tables": ("征集表.docx", _nested_tables),
    "piece-of-a-cut-archive": ("材料.part2.rar", lambda _: b"\x01\x02\x03" * 999),
}
READ: dict[str, tuple[str, Callable[[Values], bytes]]] = {
    "tar-of-links": ("征集表.tar.gz", _links),
    "zip-of-links": ("征集表.zip", _zip_links),
}


def samples() -> Iterator[Sample]:
    for number, (trait, (name, form)) in enumerate(UNREAD.items()):
        one = nominee(620 + number)
        yield Sample(f"hostile-{trait}", mailed(one, form, name), unread(one, "unreadable_attachment"))
    for number, (trait, (name, form)) in enumerate(READ.items()):
        one = nominee(640 + number)
        yield Sample(f"hostile-{trait}", mailed(one, form, name, by=qq_web), reading(submission(one)))
    one = nominee(650)
    yield Sample("hostile-entities", mailed(one, _with_entities), reading(submission(one)))
    one = nominee(651)
    yield Sample("hostile-huge-picture", mailed(one, _huge_picture, "征集表.png"), unread(one, "unreadable_attachment"))
    one = nominee(652)
    make = mailed(one, _thousand_names, "材料.zip")
    yield Sample("hostile-seven-hundred-files", make, unread(one, "unreadable_attachment"))
    yield from _structures()
    yield from _markup()


def _structures() -> Iterator[Sample]:
    one = nominee(653)
    yield Sample("hostile-ten-thousand-headers", mailed(one, changed=_many_headers), reading(submission(one)))
    one = nominee(654)
    known = {key: one.written[key] for key in ("recommender", "recommender_phone")}
    yield Sample("hostile-two-hundred-levels", partial(_levels, one), reading(submission(NOBODY, **known)))
    one = nominee(655)
    yield Sample("hostile-five-thousand-parts", mailed(one, changed=_many_parts), reading(submission(one)))


def _many_headers(raw: bytes) -> bytes:
    return raw.replace(b"\r\nSubject:", b"".join(b"\r\nX-%d: x" % n for n in range(10_000)) + b"\r\nSubject:", 1)


def _many_parts(raw: bytes) -> bytes:
    end = b"\r\n------=_Part_6_1.1--"
    part = b"\r\n------=_Part_6_1.1\r\nContent-Type: text/plain\r\n\r\n."
    return raw.replace(end, part * 5_000 + end)


def _levels(one: Person) -> bytes:
    """Two hundred multiparts, each within the other, and nothing in the last."""
    raw = netease_web(
        Letter(
            f"渝工故事线索+{one.written['recommender']}+{one.written['recommender_phone']}",
            message_id="<levels@example.com>",
        )
    )
    head = _head(raw)
    inner = b"Content-Type: text/plain\r\n\r\nend\r\n"
    for n in range(200):
        inner = b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n%b\r\n--b%d--\r\n' % (n, n, inner, n)
    return head + b"\r\n" + inner


def _head(raw: bytes) -> bytes:
    head = raw.partition(b"\r\n\r\n")[0]
    return b"\r\n".join(line for line in head.split(b"\r\n") if not line.startswith(b"Content-Type"))


NASTY = "<script>alert(1)</script>{{ 7*7 }}"


def _markup() -> Iterator[Sample]:
    one = nominee(656)
    nasty = {"employer": NASTY, "highlights": f"{NASTY}有手绘图纸。"}
    written = Person({**one.written, **nasty}, {**one.expected, **nasty})
    yield Sample("hostile-markup-in-values", mailed(written, by=outlook), reading(submission(written)))
    one = nominee(657)
    make = mailed(one, name="../../" + "a" * 40 + "\u202excod.docx", by=outlook)
    yield Sample("hostile-file-name", make, reading(submission(one)))

    header = mailed(nominee(658), by=outlook, sender_name="x\r\nBcc: victim@example.com")
    yield Sample("hostile-header-in-a-name", header, reading(submission(nominee(658))))
