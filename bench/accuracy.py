"""How well forms are read that nobody has looked at: seeded people, each in every format, scored against what was written.

`python bench/accuracy.py --seed 7 --count 40 --scans 12 [--only doc,pdf] [--show]`; another seed gives other mails.
"""

from __future__ import annotations

import argparse
import io
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import degrade
import py7zr
import pypdfium2
from forms import filled_form
from letters import CLIENTS, File, Letter
from office_files import converted, html_form, lines_form, sheet_form
from people import Person, person, without

from intake.documents.convert import converter
from intake.documents.means import Means
from intake.documents.pages.scan import recogniser
from intake.kind import Marks
from intake.mime.message import parse_message
from intake.submission import Reading, read_message
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(ROOT / "rules" / "yugong-story")
REQUIRED = [f.key for f in CAMPAIGN.fields if f.required]
MARKS = Marks(frozenset({"ceacq@163.com"}), case_prefixes=frozenset({"YG"}))
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

#: Words that people put in place of the form's own.
RENAMED = (
    {},
    {},
    {"nominee_name": "姓名", "nominee_phone": "本人联系电话", "recommender_phone": "推荐人电话"},
    {"employer": "单位", "birth_month": "出生日期", "party": "政治面貌", "years_of_service": "从业年限"},
    {"nominee_name": "姓 名", "gender": "性　别", "position": "职\n务", "title": "职  称："},
    {"story": "主要事迹", "highlights": "亮点", "recommender": "推荐单位", "relationship": "与被推荐人的关系"},
)
MAY_BE_BLANK = ("gender", "birth_month", "years_of_service", "position", "title", "party", "highlights", "relationship")


@dataclass(frozen=True)
class Writer:
    """One form as somebody fills it in."""

    one: Person
    labels: Mapping[str, str]
    hints: bool
    cover: tuple[str, ...]

    def docx(self) -> bytes:
        return filled_form(self.one.written, labels=self.labels, keep_hints=self.hints, cover=self.cover)

    def lines(self, colon: str = "：") -> str:
        one_line = {key: label.replace("\n", "") for key, label in self.labels.items()}
        return lines_form(self.one.written, one_line, colon)


@dataclass(frozen=True)
class Mail:
    raw: bytes
    nominees: tuple[Person, ...]
    problems: frozenset[str] = frozenset()
    note: str = ""  # how it was made, shown beside a miss


@dataclass
class Score:
    """What was right and what was not, of one format."""

    mails: int = 0
    kinds: int = 0
    hit: int = 0
    wrong: int = 0
    lost: int = 0
    missing: int = 0
    submissions: int = 0
    codes_hit: int = 0
    codes_off: int = 0
    cpu: float = 0.0
    slowest: float = 0.0
    misses: list[str] = field(default_factory=list)

    def f1(self) -> float:
        return 2 * self.hit / max(1, 2 * self.hit + self.wrong + self.lost)


def writer(random: Random, number: int) -> Writer:
    one = person(random, number)
    blank = [key for key in MAY_BE_BLANK if random.random() < 0.06]
    cover = ("尊敬的协会领导：", "现将我单位推荐的线索报上，请审阅。") if random.random() < 0.15 else ()
    return Writer(without(one, *blank), random.choice(RENAMED), random.random() < 0.2, cover)


def mail_of(random: Random, people: Sequence[Writer], files: Sequence[File], text: str | None = None, **more) -> Mail:
    first = people[0].one
    letter = Letter(
        subject=f"渝工故事线索+{first.written['recommender']}+{first.written['recommender_phone']}",
        text=text if text is not None else f"您好：\n现推荐{first.expected['nominee_name']}同志，材料见附件。\n",
        files=files,
        message_id=f"<accuracy-{random.randrange(10**12)}@example.com>",
        **more,
    )
    return Mail(random.choice(list(CLIENTS.values()))(letter), tuple(w.one for w in people))


def named(random: Random, ending: str) -> str:
    stem = random.choice(["“重庆工程师故事”线索征集表", "征集表", "附件1", "线索征集表（最终版2）", "新建文档"])
    return f"{stem}.{ending}"


def converting(to: str) -> Callable[[Random, Sequence[Writer]], list[Mail]]:
    def make(random: Random, writers: Sequence[Writer]) -> list[Mail]:
        files = converted([w.docx() for w in writers], "docx", to)
        lying = random.choice([to, to, "docx", "dat"])
        return [
            mail_of(random, [w], [File(named(random, lying), data)]) for w, data in zip(writers, files, strict=True)
        ]

    return make


def sheets(to: str) -> Callable[[Random, Sequence[Writer]], list[Mail]]:
    def make(random: Random, writers: Sequence[Writer]) -> list[Mail]:
        books = [sheet(random, w) for w in writers]
        files = books if to == "xlsx" else converted(books, "xlsx", to)
        return [mail_of(random, [w], [File(named(random, to), data)]) for w, data in zip(writers, files, strict=True)]

    return make


def sheet(random: Random, w: Writer) -> bytes:
    values: dict[str, str | int | float | datetime] = dict(w.one.written)
    if random.random() < 0.5 and (digits := w.one.expected.get("nominee_phone")):
        values["nominee_phone"] = int(digits)
    if random.random() < 0.5 and "birth_month" in w.one.expected:
        year, month = str(w.one.expected["birth_month"]).split("-")
        values["birth_month"] = datetime(int(year), int(month), random.randint(1, 28))  # noqa: DTZ001  # a cell has no zone
    return sheet_form(
        values,
        labels=w.labels,
        keep_hints=w.hints,
        top=random.choice([1, 1, 3]),
        left=random.choice([1, 1, 2]),
        beside=random.random() < 0.3,
    )


def each(files: Callable[[Random, Writer], list[File]]) -> Callable[[Random, Sequence[Writer]], list[Mail]]:
    return lambda random, writers: [mail_of(random, [w], files(random, w)) for w in writers]


def body_lines(random: Random, writers: Sequence[Writer]) -> list[Mail]:
    return [
        mail_of(random, [w], [], f"您好！\n\n{w.lines(random.choice(['：', ':', '： ']))}\n\n此致\n") for w in writers
    ]


def body_table(random: Random, writers: Sequence[Writer]) -> list[Mail]:
    return [
        mail_of(random, [w], [], w.lines("\n"), html=f"<p>您好</p>{html_form(w.one.written, w.labels)}")
        for w in writers
    ]


def zipped(random: Random, w: Writer) -> list[File]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(
            "推荐材料/征集表.docx".encode("gb18030").decode("cp437")
            if random.random() < 0.5
            else "推荐材料/征集表.docx"
        )
        archive.writestr(info, w.docx())
        archive.writestr("photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + random.randbytes(30_000))
    return [File("推荐材料.zip", out.getvalue())]


def sevenzipped(_random: Random, w: Writer) -> list[File]:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        archive.writestr(w.docx(), "推荐材料/征集表.docx")
    return [File("推荐材料.7z", out.getvalue())]


def tarred(_random: Random, w: Writer) -> list[File]:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        data = w.docx()
        info = tarfile.TarInfo("征集表.docx")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return [File("推荐材料.tar.gz", out.getvalue())]


def attached_mail(random: Random, w: Writer) -> list[File]:
    inner = mail_of(random, [w], [File("征集表.docx", w.docx())])
    return [File("原始邮件.eml", inner.raw, "message/rfc822" if random.random() < 0.3 else "application/octet-stream")]


def several(random: Random, writers: Sequence[Writer]) -> list[Mail]:
    pairs = list(zip(writers[::2], writers[1::2], strict=False))
    return [
        mail_of(random, pair, [File(f"{w.one.expected['nominee_name']}.docx", w.docx()) for w in pair])
        for pair in pairs
    ]


#: How a page reaches us: one way of taking it, and what happened to it.
SCANNED = (("dpi150",), ("dpi300",), ("dpi100",), ("fax",), ("wechat1440",), ())
PHOTOGRAPHED = (
    ("desk",),
    ("slanted",),
    ("desk", "shadow"),
    ("slanted", "wechat1440"),
    ("screen",),
    ("desk", "wechat1280"),
)
SUFFERED_BY_SCANS = (
    "tilt",
    "stamp",
    "signature",
    "faint",
    "fold",
    "specks",
    "grey",
    "margins",
    "noise",
    "turned90",
    "turned180",
    "quality25",
)
SUFFERED_BY_PHOTOS = (
    "shadow",
    "blur",
    "noise",
    "stamp",
    "signature",
    "fold",
    "wave",
    "turned90",
    "turned270",
    "quality50",
)


def scanned(*, photo: bool, beside: bool = False) -> Callable[[Random, Sequence[Writer]], list[Mail]]:
    ways, harms = (PHOTOGRAPHED, SUFFERED_BY_PHOTOS) if photo else (SCANNED, SUFFERED_BY_SCANS)

    def make(random: Random, writers: Sequence[Writer]) -> list[Mail]:
        mails = []
        for w, pdf in zip(writers, converted([w.docx() for w in writers], "docx", "pdf"), strict=True):
            traits = {*random.choice(ways), *random.sample(harms, random.randint(0, 2))}
            seed = random.randrange(10**6)
            pictures = [degrade.scan_of(pdf, traits, seed, number) for number in range(page_count(pdf))]
            files = [File(f"IMG_{4711 + n}.jpg", data, "image/jpeg") for n, data in enumerate(pictures)]
            mail = mail_of(random, [w], [*files, *([File("征集表.docx", w.docx())] if beside else [])])
            mails.append(replace(mail, note=f"{' '.join(sorted(traits))}, seed {seed}"))
        return mails

    return make


def page_count(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


FORMATS: dict[str, Callable[[Random, Sequence[Writer]], list[Mail]]] = {
    "docx": each(lambda random, w: [File(named(random, random.choice(["docx", "docx", "doc", "wps"])), w.docx())]),
    "doc": converting("doc"),
    "rtf": converting("rtf"),
    "odt": converting("odt"),
    "html file": converting("html"),
    "pdf": converting("pdf"),
    "xlsx": sheets("xlsx"),
    "xls": sheets("xls"),
    "ods": sheets("ods"),
    "body lines": body_lines,
    "body table": body_table,
    "zip": each(zipped),
    "7z": each(sevenzipped),
    "tar.gz": each(tarred),
    "attached mail": each(attached_mail),
    "two nominees": several,
    "scan": scanned(photo=False),
    "photo": scanned(photo=True),
    "scan and docx": scanned(photo=False, beside=True),
}
PICTURES = ("scan", "photo", "scan and docx")


def score(mails: Sequence[Mail], means: Means, result: Score) -> None:
    for mail in mails:
        before = time.process_time()
        reading = read_message(parse_message(mail.raw), [CAMPAIGN], MARKS, NOW, means)
        spent = time.process_time() - before
        result.cpu += spent
        result.slowest = max(result.slowest, spent)
        result.mails += 1
        result.kinds += str(reading.kind) == "submission"
        before_this = len(result.misses)
        compare(reading, mail, result)
        if mail.note and len(result.misses) > before_this:
            result.misses.append(f"  … {mail.note}")


def compare(reading: Reading, mail: Mail, result: Score) -> None:
    codes = {p.code for p in reading.problems} | {p.code for s in reading.submissions for p in s.problems}
    result.codes_hit += len(codes & mail.problems)
    result.codes_off += len(codes ^ mail.problems)
    if codes ^ mail.problems:
        result.misses.append(f"problems {sorted(codes)}")
    left = list(reading.submissions)
    for one in mail.nominees:
        best = max(left, key=lambda s: agreement(s.fields, one), default=None)
        result.submissions += 1
        if best is None:
            result.lost += len(one.expected)
            result.misses.append("no submission")
            continue
        left.remove(best)
        result.missing += list(best.missing) == [key for key in REQUIRED if key not in one.expected]
        for key in {*one.expected, *best.fields}:
            read, wanted = best.fields.get(key), one.expected.get(key)
            if read is not None and read.value == wanted:
                result.hit += 1
                continue
            result.wrong += read is not None
            result.lost += wanted is not None
            result.misses.append(f"{key}: {told(wanted, read.value if read else None)}")
    result.wrong += sum(len(s.fields) for s in left)
    result.misses += [f"invented {dict(s.fields)}" for s in left]


def told(wanted: object, read: object) -> str:
    """What is wrong with a value; of a long text, just the places."""
    if not (isinstance(wanted, str) and isinstance(read, str) and len(wanted) > 60):
        return f"{wanted!r} read as {read!r}"
    changes = SequenceMatcher(None, wanted, read, autojunk=False).get_opcodes()
    return ", ".join(f"{wanted[a:b]!r} read as {read[c:d]!r} at {a}" for kind, a, b, c, d in changes if kind != "equal")


def agreement(fields: Mapping, one: Person) -> int:
    return sum(key in fields and fields[key].value == value for key, value in one.expected.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=30, help="mails of each digital format")
    parser.add_argument("--scans", type=int, default=8, help="mails of each kind of picture")
    parser.add_argument("--only", default="", help="formats, separated by commas")
    parser.add_argument("--show", action="store_true", help="what was read wrongly")
    chosen = parser.parse_args()
    means = Means(convert=converter(None), recogniser=recogniser())
    print(f"{'format':14} mails  kind    F1     missing  codes off  CPU ms/mail  slowest")
    for name in filter(None, chosen.only.split(",")) if chosen.only else FORMATS:
        random = Random(f"{chosen.seed} {name}")
        count = chosen.scans if name in PICTURES else chosen.count
        writers = [writer(random, random.randrange(10**7)) for _ in range(count)]
        result = Score()
        score(FORMATS[name](random, writers), means, result)
        n = max(1, result.submissions)
        print(
            f"{name:14} {result.mails:5} {result.kinds / max(1, result.mails):6.3f} {result.f1():7.4f} {result.missing / n:7.3f}"
            f" {result.codes_off:8} {1000 * result.cpu / max(1, result.mails):12.1f} {1000 * result.slowest:10.0f}",
            flush=True,
        )
        if chosen.show:
            for miss in result.misses:
                print(f"    {miss[:300]}")


if __name__ == "__main__":
    main()
