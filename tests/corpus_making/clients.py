"""The form as each client sends it, under odd names, in odd encodings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from letters import CLIENTS, File, b64, foxmail, netease_web, outlook, qq_web, raw_bytes
from people import Person

from corpus_making.sample import Sample, filled_form, mailed, nominee, reading, subject_of, submission


def samples() -> Iterator[Sample]:
    for number, (name, write) in enumerate(CLIENTS.items()):
        one = nominee(number)
        yield Sample(f"clean-{name}", mailed(one, by=write), reading(submission(one)))
    yield from _names()
    yield from _encodings()


def _names() -> Iterator[Sample]:
    one, two = nominee(31), nominee(32)

    def both() -> list[File]:
        return [File("征集表-甲.docx", filled_form(one.written)), File("征集表-乙.docx", filled_form(two.written))]

    yield Sample("two-files-two-nominees", mailed(one, files=both), reading(submission(one), submission(two)))
    wrong = nominee(33)
    yield Sample("docx-called-doc", mailed(wrong, name="征集表.doc"), reading(submission(wrong)))
    bin_ = nominee(34)
    named = mailed(bin_, name="tcmime.1388.1527.1742.bin", by=qq_web)
    yield Sample("docx-called-tcmime-bin", named, reading(submission(bin_)))
    bare = nominee(200)
    yield Sample("docx-without-an-ending", mailed(bare, name="征集表", by=foxmail), reading(submission(bare)))
    trap = nominee(201)
    yield Sample("docx-called-pdf", mailed(trap, name="征集表.pdf", by=qq_web), reading(submission(trap)))
    nameless = nominee(95)
    make = mailed(nameless, by=outlook, changed=_without_name)
    yield Sample("attachment-without-name", make, reading(submission(nameless)))
    long = nominee(202)
    name = f"附件2：“重庆工程师故事”线索征集表（{'某某公司推荐·' * 12}最终版2）.docx"
    yield Sample("file-name-of-a-hundred-characters", mailed(long, name=name, by=outlook), reading(submission(long)))


def _without_name(raw: bytes) -> bytes:
    return re.sub(
        rb";\r\n\tname=[^\r]*(\r\n [^\r]*)*\r\nContent-Disposition[^\r]*(\r\n\t[^\r]*)*", b"", raw
    )  # what the program calls an attachment has neither a name nor a disposition


def _encodings() -> Iterator[Sample]:
    one = nominee(90)
    own = {"nominee_name": "朱镕喆", "employer": "重庆㛃川机电有限公司"}
    rare = Person({**one.written, **own}, {**one.expected, **own})
    text = "朱镕喆的材料，㛃川公司，请查收。"
    yield Sample("gb2312-label-gb18030-text", mailed(rare, by=foxmail, text=text), reading(submission(rare)))
    for seed, charset in ((91, "utf-8"), (92, "gb18030")):
        one = nominee(seed)
        name = f"raw-{charset.replace('-', '')}-headers"
        yield Sample(name, _raw(one, charset), reading(submission(one)))
    cut = nominee(93)
    yield Sample("subject-split-in-mid-character", _split(cut), reading(submission(cut)))
    one = nominee(94)
    yield Sample("no-message-id", mailed(one, by=qq_web, message_id=None), reading(submission(one)))
    one = nominee(96)
    make = mailed(one, changed=lambda raw: re.sub(rb"Subject: [^\r]*(\r\n [^\r]*)*\r\n", b"", raw))
    yield Sample("no-subject-header", make, reading(submission(one), problems=("subject_format",)))
    one = nominee(97)
    make = mailed(one, changed=lambda raw: raw.replace(b"charset=GBK", b"charset=utf-8"))
    yield Sample("lying-utf8-label", make, reading(submission(one)))
    one = nominee(98)
    make = mailed(one, changed=lambda raw: raw.replace(b"charset=GBK", b"charset=x-gbk"))
    yield Sample("unknown-charset", make, reading(submission(one)))
    one = nominee(99)
    make = mailed(one, by=qq_web, changed=lambda raw: raw.replace(b"\r\n", b"\n"))
    yield Sample("bare-linefeeds", make, reading(submission(one)))


def _raw(one: Person, charset: str):
    return mailed(one, by=lambda letter: raw_bytes(letter, charset))


def _split(one: Person):
    data = subject_of(one).encode("gb18030")
    halves = f"=?gb18030?B?{b64(data[:9])}?=\r\n =?gb18030?B?{b64(data[9:])}?="
    return mailed(
        one,
        by=netease_web,
        subject="PLACE",
        changed=lambda raw: re.sub(rb"Subject: [^\r]*", b"Subject: " + halves.encode(), raw, count=1),
    )
