"""LibreOffice as a converter, the real one: in time, alone, without network and macros, and gone afterwards."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from forms import ZHANG_WEI, filled_form, repacked
from office_maker import FOLDER

from intake.documents import convert
from intake.documents.convert import converter
from intake.documents.document import Document, Unreadable
from intake.documents.limits import Limits
from intake.documents.means import Converter, Means
from intake.documents.open import open_document

LIMITS = Limits(convert_seconds=60)  # the tests share their machine
PROTECTED = (FOLDER / "protected.xls").read_bytes()


@pytest.fixture(scope="module")
def office() -> Converter:
    found = converter()
    if found is None:
        pytest.skip("LibreOffice is not installed: apt-get install libreoffice-writer libreoffice-calc")
    return found


def running(parent: int | str = "self") -> list[Path]:
    """LibreOffice's processes, started by that one."""
    listed = Path(f"/proc/{parent}/task").glob("*/children")
    children = [Path("/proc", pid) for one in listed for pid in one.read_text().split()]
    return [one for one in children if "soffice" in name_of(one)]


def name_of(process: Path) -> str:
    """Nothing once it is gone, or dead and not yet buried."""
    try:
        stat = (process / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if stat.rpartition(")")[2].split()[0] == "Z" else stat[stat.index("(") : stat.rindex(")")]


def folders() -> set[str]:
    return {path.name for path in Path(tempfile.gettempdir()).glob(f"{convert._FOLDER}{os.getpid()}-*")}


def page(body: str) -> bytes:
    return f"<html><head><meta charset=utf-8></head><body>{body}</body></html>".encode()


def test_no_program_no_converter(tmp_path: Path) -> None:
    assert converter(str(tmp_path / "soffice")) is None


def test_without_it_the_file_is_said_to_be_unreadable() -> None:
    found = open_document(b"\x09\x08\x08\x00\x00\x05\x10\x00", "名单.xls")
    assert isinstance(found, Unreadable)
    assert "旧版 Excel 表格" in found.reason


def test_one_after_another_and_nothing_is_left(office: Converter) -> None:
    for _ in range(2):
        made = office((FOLDER / "form.doc").read_bytes(), "doc", "docx", LIMITS)
        assert made is not None
        assert isinstance(open_document(made, "x"), Document)
    assert not running()
    assert not folders()


def test_two_at_once(office: Converter) -> None:
    program = (
        "import sys; from pathlib import Path; from intake.documents.convert import converter; "
        "from intake.documents.limits import Limits; "
        f"made = converter()(Path({str(FOLDER / 'list.xls')!r}).read_bytes(), 'xls', 'xlsx', Limits(convert_seconds=60)); "
        "sys.exit(0 if made else 1)"
    )
    both = [subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[2]) for _ in range(2)]
    assert [one.wait(120) for one in both] == [0, 0]


def test_a_workbook_that_is_only_protected(office: Converter) -> None:
    found = open_document(PROTECTED, "x.xls", None, Means(LIMITS, office))
    assert isinstance(found, Document)
    assert found.format == "xls"
    locked = open_document((FOLDER / "locked.xls").read_bytes(), "x.xls", None, Means(LIMITS, office))
    assert isinstance(locked, Unreadable)
    assert locked.code == "encrypted_attachment"


def test_time_is_up(office: Converter) -> None:
    assert office(PROTECTED, "xls", "xlsx", Limits(convert_seconds=0)) is None
    assert not running()
    assert not folders()


def test_a_file_that_keeps_it_busy_gets_a_share_of_the_time(tmp_path: Path) -> None:
    busy = tmp_path / "office"
    busy.write_text("#!/bin/sh\nwhile :; do :; done\n")
    busy.chmod(0o755)
    convert_it = converter(str(busy))
    assert convert_it is not None
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    assert convert_it(PROTECTED, "xls", "xlsx", Limits(convert_seconds=40)) is None
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 40 * convert.CPU_SHARE + 2


def test_output_is_bounded(office: Converter) -> None:
    assert office(PROTECTED, "xls", "xlsx", Limits(convert_seconds=60, expanded_mb=0)) is None


@pytest.mark.parametrize("name", ["form.doc", "list.xls"])
def test_broken_files_do_not_come_back_as_rubbish(office: Converter, name: str) -> None:
    """LibreOffice takes what it does not know for text."""
    for data in ((FOLDER / name).read_bytes()[:6_000], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\1" * 999):
        assert isinstance(open_document(data, name, None, Means(LIMITS, office)), Unreadable)


def test_no_room_for_it(office: Converter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    assert office(PROTECTED, "xls", "xlsx", LIMITS) is None


@pytest.fixture
def visits() -> Iterator[tuple[int, list[str]]]:
    """A web server on this machine, and who came."""
    seen: list[str] = []

    class Visited(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_error(404)

        do_OPTIONS = do_HEAD = do_PROPFIND = do_GET  # noqa: N815  # the library's names

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Visited) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, seen
        server.shutdown()


def test_nothing_is_fetched(office: Converter, visits: tuple[int, list[str]]) -> None:
    port, seen = visits
    body = f'<p>姓名：张伟</p><img src="http://127.0.0.1:{port}/picture.png"><link rel=stylesheet href="http://127.0.0.1:{port}/a.css">'
    made = office(page(body), "html", "docx", LIMITS)
    assert seen == []
    assert made is None or b"PK" in made[:4]


def test_linked_pictures_of_a_word_file_are_not_fetched(office: Converter, visits: tuple[int, list[str]]) -> None:
    port, seen = visits
    link = (
        '<w:p><w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<v:shape style="width:90pt;height:90pt"><v:imagedata r:id="rIdX"/></v:shape></w:pict></w:r></w:p>'
    )
    target = (
        '<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
        f'Target="http://127.0.0.1:{port}/picture.png" TargetMode="External"/>'
    )

    def linked(name: str, part: bytes) -> bytes:
        if name == "word/document.xml":
            return part.replace(b"<w:body>", b"<w:body>" + link.encode())
        if name == "word/_rels/document.xml.rels":
            return part.replace(b"</Relationships>", target.encode() + b"</Relationships>")
        return part

    assert office(repacked(filled_form(ZHANG_WEI), linked), "docx", "docx", LIMITS) is not None
    assert seen == []


def test_macros_do_not_run(office: Converter, tmp_path: Path) -> None:
    """A flat OpenDocument text with a Basic macro that would leave a file when the document is opened."""
    left = tmp_path / "left"
    script = f'Sub Main\nn = FreeFile\nOpen "{left}" For Output As #n\nPrint #n, "x"\nClose #n\nEnd Sub'
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("text", "text"), ("script", "script"))
    )
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {names} xmlns:ooo="http://openoffice.org/2004/office" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">'
        '<office:scripts><office:script script:language="ooo:Basic"><ooo:libraries><ooo:library-embedded ooo:name="Standard">'
        f'<ooo:module ooo:name="M"><ooo:source-code>{script}</ooo:source-code></ooo:module></ooo:library-embedded></ooo:libraries>'
        '</office:script><office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="dom:load" '
        'xlink:href="vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document" xlink:type="simple"/>'
        "</office:event-listeners></office:scripts><office:body><office:text><text:p>姓名：张伟</text:p></office:text></office:body>"
        "</office:document>"
    )
    made = office(document.encode(), "fodt", "docx", LIMITS)
    assert made is not None
    assert not left.exists()


def test_it_ends_with_its_parent(office: Converter, tmp_path: Path) -> None:  # it must be there
    program = (
        "import os; os.environ['TMPDIR'] = " + repr(str(tmp_path)) + "\n"
        "from intake.documents.convert import converter\nfrom intake.documents.limits import Limits\n"
        f"from pathlib import Path\ndata = Path({str(FOLDER / 'form.doc')!r}).read_bytes()\n"
        "while True:\n    converter()(data, 'doc', 'docx', Limits(convert_seconds=60))\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[2]) as parent:
        patience = time.monotonic() + 60
        while not (children := running(parent.pid)) and time.monotonic() < patience:
            time.sleep(0.01)
        os.kill(parent.pid, signal.SIGKILL)
    assert children
    while any(map(name_of, children)) and time.monotonic() < patience:
        time.sleep(0.01)
    assert not any(map(name_of, children))


def test_what_a_killed_process_left_is_tidied_away(
    office: Converter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, new = (tmp_path / f"{convert._FOLDER}{name}" for name in ("1-old", "1-new"))
    for folder in (old, new):
        folder.mkdir()
        (folder / "document.doc").write_bytes(b"x")
    os.utime(old, (0, 0))
    office(b"x", "doc", "docx", Limits(convert_seconds=0))
    assert not old.exists()
    assert new.exists()
