"""Each limit of [reading] in config.toml, set low and hit by a real mail: it is said what was not read, and the rest goes on."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import os
import subprocess
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from forms import LABELS, filled_form
from letters import File, Letter, qq_web
from people import person
from world import INTAKE, ROOT, World, nomination

CONFIG = """
[service]
campaigns = "{rules}"
[reading]
{reading}
[[mailbox]]
name = "m"
address = "ceacq@163.com"
campaigns = ["yugong-story"]
imap = "maildir:in"
smtp = "embedded:"
"""
ONE = person(Random(7), 7)
NAME = ONE.written["nominee_name"]
FORM = filled_form(ONE.written)
NOISE = Random(1).randbytes(1_500_000)


def zipped(files: Mapping[str, bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", packing) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return kept.getvalue()


def pages_before(pdf: bytes, count: int) -> bytes:
    import pypdfium2  # the extra is installed where scans and PDFs are read

    whole, form = pypdfium2.PdfDocument.new(), pypdfium2.PdfDocument(pdf)
    for _ in range(count):
        whole.new_page(595, 842)
    whole.import_pages(form)
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def mail(*files: File) -> bytes:
    return qq_web(
        Letter(subject=f"渝工故事线索+{ONE.written['recommender']}+13800138000", text="请查收。", files=files)
    )


def inspected(folder: Path, raw: bytes, reading: str, code: int = 0) -> dict[str, Any]:
    """What `intake inspect` says of the mail under these lines of [reading]."""
    (folder / "config.toml").write_text(CONFIG.format(rules=ROOT / "rules", reading=reading), "utf-8")
    (folder / "one.eml").write_bytes(raw)
    done = subprocess.run(
        [INTAKE, "--config", folder / "config.toml", "inspect", folder / "one.eml", "--json"],
        env={**os.environ, "PYTHONUTF8": "1"}, capture_output=True, encoding="utf-8", check=False, timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (code, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def name_read(found: Mapping[str, Any]) -> str | None:
    fields = [submission["fields"] for submission in found["submissions"]]
    return next((one["nominee_name"]["value"] for one in fields if "nominee_name" in one), None)


def told(found: Mapping[str, Any]) -> str:
    return "".join(problem["message"] for problem in found["problems"])


INNER = zipped({"征集表.docx": FORM})
BEYOND: dict[str, tuple[str, File, str]] = {
    # limit: the line, a file that goes beyond it, what is said of it
    "file_mb": ("file_mb = 1", File("表.docx", FORM + NOISE), "文件超过 1 MB"),
    "expanded_mb": (
        "expanded_mb = 1",
        File("材料.zip", zipped({"1.bin": NOISE})),
        "解开后超过 1 MB",
    ),
    "ratio": (
        "ratio = 2",
        File("材料.zip", zipped({"1.txt": b"a" * 3_000_000}, zipfile.ZIP_DEFLATED)),
        "解开后是原来的 2 倍以上",
    ),
    "entries": (
        "entries = 3",
        File("材料.zip", zipped({**{f"{n}.txt": b"a" for n in range(5)}, "征集表.docx": FORM})),
        "压缩包里的文件超过 3 个",
    ),
    "depth": ("depth = 1", File("材料.zip", zipped({"a.zip": zipped({"b.zip": INNER})})), "套了 1 层以上"),
}


@pytest.mark.parametrize("limit", BEYOND)
def test_what_lies_beyond_a_limit_is_not_read_and_said(tmp_path: Path, limit: str) -> None:
    line, file, why = BEYOND[limit]
    found = inspected(tmp_path, mail(file), line)
    assert why in told(found)
    assert name_read(found) is None
    assert found["replies"][0]["kind"] == "unreadable_attachment"


def listed(count: int) -> File:
    """So many nominees in a sheet that was saved as text."""
    people = [person(Random(n), n).written for n in range(1, count + 1)]
    out = io.StringIO()
    csv.writer(out).writerows([LABELS.values(), *([one[key] for key in LABELS] for one in people)])
    return File("汇总表.csv", out.getvalue().encode("gb18030"))


def test_so_many_nominees_in_one_mail_and_no_more(tmp_path: Path) -> None:
    found = inspected(tmp_path, mail(listed(3)), "nominees = 3")
    assert (len(found["submissions"]), found["problems"]) == (3, [])
    found = inspected(tmp_path, mail(listed(3)), "nominees = 2")
    assert len(found["submissions"]) == 2
    assert [p["code"] for p in found["problems"]] == ["unreadable_attachment"]
    assert "只收了前 2 位" in told(found)


def test_within_the_limits_a_form_in_archives_is_read_and_they_are_named(tmp_path: Path) -> None:
    found = inspected(tmp_path, mail(File("材料.zip", zipped({"a.zip": INNER}))), "depth = 2")
    assert name_read(found) == NAME
    names = [(a["filename"], a.get("within")) for a in found["attachments"]]
    assert names == [("材料.zip", None), ("a.zip", "材料.zip"), ("征集表.docx", "a.zip")]


def test_depth_counts_mails_within_mails_too(tmp_path: Path) -> None:
    forwarded = mail(File("征集表.docx", FORM))
    for _ in range(2):
        forwarded = mail(File("转发.eml", forwarded, "message/rfc822"))
    assert name_read(inspected(tmp_path, forwarded, "depth = 2")) == NAME
    found = inspected(tmp_path, forwarded, "depth = 1")
    assert name_read(found) is None
    assert "套了 1 层以上" in told(found)


def test_pages(tmp_path: Path) -> None:
    from pdfs import drawn

    raw = mail(File("征集表.pdf", pages_before(drawn(ONE.written), 2)))
    assert name_read(inspected(tmp_path, raw, "pages = 3\nocr = 'off'")) == NAME
    found = inspected(tmp_path, raw, "pages = 2\nocr = 'off'")
    assert (name_read(found), found["defects"]) == (None, ["附件《征集表.pdf》只读了前 2 页（共 3 页）"])
    assert found["defects"][0] in told(found)


@pytest.fixture(scope="module")
def scanned() -> bytes:
    if importlib.util.find_spec("rapidocr") is None:
        pytest.skip("the extra ocr is not installed")
    from degrade import scan_of
    from pdfs import drawn

    return mail(File("扫描件.jpg", scan_of(drawn(ONE.written))))


@pytest.mark.parametrize("line", ["scans = 0", "megapixels = 1", "ocr = 'off'", "memory_mb = 256"])
def test_a_scan_beyond_a_limit_is_said_not_to_have_been_read(tmp_path: Path, scanned: bytes, line: str) -> None:
    found = inspected(tmp_path, scanned, line)
    assert name_read(found) is None
    assert "扫描件.jpg" in told(found)
    assert [p["code"] for p in found["problems"]] == ["unreadable_attachment"]
    assert line != "megapixels = 1" or found["defects"] == ["图片超过 1 百万像素，没有识别"]


def test_a_scan_within_the_limits_is_read_under_them(tmp_path: Path, scanned: bytes) -> None:
    found = inspected(tmp_path, scanned, "seconds = 200\ncpu_seconds = 100")
    assert (name_read(found), found["defects"]) == (NAME, [])


# --- LibreOffice ---

#: Its own reader finds nothing in it, and asks LibreOffice.
RTF = File("表.rtf", rb"{\rtf1 }")


def office(folder: Path, does: str) -> Path:
    program = folder / "office"
    program.write_text(f"#!/bin/sh\necho $$ >> {folder}/pids\n{does}\n")
    program.chmod(0o755)
    return program


def left(folder: Path) -> list[int]:
    """Processes of it that run."""
    pids = [int(pid) for pid in (folder / "pids").read_text().split()]
    assert pids
    return [pid for pid in pids if running(pid)]


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_conversion_takes_so_long_and_no_longer(tmp_path: Path) -> None:
    program = office(tmp_path, "exec sleep 600")
    found = inspected(tmp_path, mail(RTF), f"convert_seconds = 1\noffice = '{program}'")
    assert "表.rtf" in told(found)
    assert found["defects"] == []  # the mail was read in one go
    assert left(tmp_path) == []


@pytest.mark.parametrize(("line", "asked"), [("office = 'auto'", 1), ("office = 'off'", 0)])
def test_an_office_program_that_is_switched_off_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, asked: int
) -> None:
    program = office(tmp_path, "exit 1")
    program.rename(program.with_name("soffice"))
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    (tmp_path / "pids").touch()
    assert "表.rtf" in told(inspected(tmp_path, mail(RTF), line))
    assert len((tmp_path / "pids").read_text().split()) == asked


def test_so_many_mails_are_read_at_once(tmp_path: Path) -> None:
    """Each reader waits until the program of the last one has started, too."""
    program = office(
        tmp_path, f"until [ $(wc -l < {tmp_path}/pids) -ge 3 ]; do sleep 0.05; done; echo >> {tmp_path}/met"
    )
    (tmp_path / "mails").mkdir()
    for number in range(3):
        (tmp_path / "mails" / f"{number}.eml").write_bytes(mail(RTF))
    reading = f"workers = 3\nseconds = 300\nconvert_seconds = 250\noffice = '{program}'"
    (tmp_path / "config.toml").write_text(CONFIG.format(rules=ROOT / "rules", reading=reading), "utf-8")
    subprocess.run(
        [INTAKE, "--config", tmp_path / "config.toml", "inspect", tmp_path / "mails", "--jsonl"],
        check=True,
        timeout=200,
    )
    assert (tmp_path / "met").read_text() == "\n" * 3


def test_a_reader_whose_time_is_up_takes_its_office_program_with_it(tmp_path: Path) -> None:
    program = office(tmp_path, "exec sleep 600")
    found = inspected(tmp_path, mail(RTF), f"seconds = 2\nconvert_seconds = 300\noffice = '{program}'")
    assert "表.rtf" in told(found)
    assert found["defects"] == ["第一次没有读完（读取超过 2 秒，已中止），第二次没有识别图片、转换文档"]
    assert left(tmp_path) == []


def test_a_daemon_that_is_killed_takes_the_office_program_with_it(simple: World) -> None:
    program = office(simple.folder, "exec sleep 600")
    at = "[reading]\n"
    simple.config.write_text(simple.config.read_text("utf-8").replace(at, f"{at}office = '{program}'\n"), "utf-8")
    simple.deliver(mail(RTF))
    daemon = simple.start("run")
    try:
        end = time.monotonic() + 60
        while not (simple.folder / "pids").exists() and time.monotonic() < end:
            time.sleep(0.05)
    finally:
        daemon.kill()
        daemon.wait()
    while left(simple.folder) and time.monotonic() < end:
        time.sleep(0.05)
    assert left(simple.folder) == []


# --- a PDF that brings its reader down ---


def growing_pdf(depth: int = 28) -> bytes:
    """A page whose only form draws another one twice, and so on: a quarter of a thousand million drawings."""
    forms = [
        f"/Subtype /Form /BBox [0 0 600 900] /Resources << /XObject << /X {n} 0 R >> >>" for n in range(6, 5 + depth)
    ]
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>",
        *(f"<< {form} /Length 11 >>\nstream\n/X Do /X Do\nendstream" for form in ("", *forms)),
        "<< /Subtype /Form /BBox [0 0 600 900] /Length 16 >>\nstream\n0 0 m 9 9 l S   \nendstream",
    ]
    body = "".join(f"{number} 0 obj\n{one}\nendobj\n" for number, one in enumerate(objects, 1))
    return f"%PDF-1.7\n{body}trailer << /Root 1 0 R >>\n%%EOF\n".encode()


def test_a_pdf_that_brings_its_reader_down_costs_no_more_than_itself(tmp_path: Path) -> None:
    hostile = File("扫描件.pdf", growing_pdf())
    found = inspected(tmp_path, mail(hostile, File("征集表.docx", FORM)), "memory_mb = 256")
    assert name_read(found) == NAME
    assert [defect.partition("，第二次")[2] for defect in found["defects"]] == ["没有打开 PDF、识别图片、转换文档"]
    alone = inspected(tmp_path, mail(hostile), "memory_mb = 256")
    assert "附件《扫描件.pdf》" in told(alone)
    assert [reply["kind"] for reply in alone["replies"]] == ["unreadable_attachment"]


def fields(count: int) -> bytes:
    """A PDF form over which PDFium would sit for minutes: it looks through all fields for each."""
    numbers = range(4, 4 + count)
    listed = " ".join(f"{n} 0 R" for n in numbers)
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{listed}] >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [{listed}] >>",
        *(f"<< /T (a{n}) /FT /Tx /V (x) /Type /Annot /Subtype /Widget /Rect [1 1 9 9] /P 3 0 R >>" for n in numbers),
    ]
    body = "".join(f"{number} 0 obj\n{one}\nendobj\n" for number, one in enumerate(objects, 1))
    return f"%PDF-1.7\n{body}trailer << /Root 1 0 R >>\n%%EOF\n".encode()


def test_a_pdf_that_never_ends_leaves_the_mail_its_time(tmp_path: Path) -> None:
    hostile = File("登记表.pdf", fields(60_000))
    found = inspected(tmp_path, mail(hostile, File("征集表.docx", FORM)), "cpu_seconds = 10\nseconds = 250")
    assert name_read(found) == NAME
    why = "第一次没有读完（读取用的处理器时间超过 10 秒，或一个 PDF 超过 3 秒，已中止），第二次没有打开 PDF、识别图片、转换文档"
    assert found["defects"] == [why]


# --- the limits of the process: in the service, where the next mail must flow ---

LINES = "".join(f"<w:t>被推荐人姓名：{n}</w:t><w:br/>" for n in range(30_000))
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SLOW = zipped(
    {"word/document.xml": f"<w:document {_W}><w:body><w:p><w:r>{LINES}</w:r></w:p></w:body></w:document>".encode()},
    zipfile.ZIP_DEFLATED,  # a mail of many megabytes takes longer to write than to read
)


def slow(files: int = 30) -> bytes:
    return nomination(9, files=tuple(File(f"{n}.docx", SLOW) for n in range(files)))


def wide() -> bytes:
    """Four bytes a character, once it is text."""
    head = b"From: a@example.com\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    return head + "😀".encode() + b"x" * 50_000_000


@pytest.mark.parametrize(
    ("lines", "raw", "why"),
    [
        ("seconds = 6", slow, "读取超过 6 秒，已中止"),
        ("cpu_seconds = 2\nseconds = 600", slow, "读取用的处理器时间超过 2 秒，已中止"),
        ("memory_mb = 256", wide, "读取时内存超过 256 MB，已中止"),
    ],
)
def test_a_mail_that_costs_too_much_fails_with_its_reason_and_the_next_is_filed(
    simple: World, lines: str, raw: Callable[[], bytes], why: str
) -> None:
    at = "[reading]\n"
    simple.config.write_text(simple.config.read_text("utf-8").replace(at, f"{at}{lines}\n"), "utf-8")
    simple.deliver(raw(), nomination(1), nomination(2))
    said = simple.once()
    assert "Traceback" not in said
    assert [(m["state"], m["reason"]) for m in simple.messages() if m["state"] != "filed"] == [("failed", why)]
    assert len(simple.cases()) == 2
