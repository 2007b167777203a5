"""What mails are read with: as config.toml wants it, loaded only when it is needed, told by `intake check`."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from intake.documents.document import Scan
from intake.documents.limits import Allowance, Limits
from intake.documents.means import Means
from service.config.reading import ReadingConfig
from service.means import announced, inventory, means_of

ALL = ReadingConfig()


def test_nothing_heavy_is_loaded_before_a_file_needs_it() -> None:
    heavy = {"numpy", "cv2", "onnxruntime", "PIL", "pypdfium2", "rapidocr"}
    script = (
        "import sys; from service.config.reading import ReadingConfig; from service.means import means_of; "
        f"means_of(ReadingConfig()); print(sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"


def test_recognising_reports_to_nobody(tmp_path: Path) -> None:
    """A library that does keeps a number for this machine, and what it could not send yet."""
    pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
    script = (
        "from intake.documents.pages.models import models; from intake.documents.pages.ocr import Engine; "
        "Engine(models()); import time; time.sleep(1)"
    )
    # What tells it that it is being tested, and need not report, must not be there.
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("CI", "GITHUB", "ORT_"))}
    env = plain | {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", script], env=env, check=True)
    assert list(tmp_path.rglob("*")) == []


def test_what_is_switched_off_is_not_used() -> None:
    off = means_of(replace(ALL, ocr=False, office="off", limits=Limits(pages=3)))
    assert (off.recogniser, off.convert, off.limits.pages) == (None, None, 3)


@pytest.mark.parametrize(
    ("config", "name", "why"),
    [
        (replace(ALL, ocr=False), "识别扫描件", "关掉了（ocr）"),
        (replace(ALL, office="off"), "LibreOffice", "关掉了（office）"),
        (replace(ALL, office="/opt/none"), "LibreOffice", "没有找到程序 /opt/none"),
        (replace(ALL, office="/opt/none"), "LibreOffice", '或写 office = "auto"'),
    ],
)
def test_what_is_not_there_is_told_with_what_is_lost(config: ReadingConfig, name: str, why: str) -> None:
    [(there, said)] = [(there, said) for there, said in inventory(config) if said.startswith(name)]
    assert not there
    assert why in said
    assert "请" in said


def test_a_machine_without_the_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    lost = [said.partition("：")[0] for there, said in inventory(replace(ALL, ocr=False)) if not there]
    assert lost == ["识别扫描件和照片（OCR）", "LibreOffice", "unar", "bsdtar"]


def test_each_use_is_announced() -> None:
    class Reader:
        def ruled(self, scan: Scan, allowance: Allowance) -> bool:
            return True

        def read(self, scans: object, allowance: Allowance) -> None:
            return None

    heard: list[int] = []
    plain = Means(Limits(), lambda data, *_: data, Reader(), lambda data, _: iter([data]))
    means = announced(plain, lambda: heard.append(1), lambda: nullcontext(heard.append(2)))
    assert means.convert is not None
    assert means.recogniser is not None
    assert means.unpack is not None
    assert means.convert(b"x", "doc", "docx", Limits()) == b"x"
    assert means.recogniser.ruled(Scan(b"", "jpg"), Allowance())
    assert means.recogniser.read((), Allowance()) is None
    assert list(means.unpack(b"x", 9)) == [b"x"]
    assert heard == [1, 1, 1, 1]
    with means.pdfium() as granted:
        assert granted
    assert heard == [1, 1, 1, 1, 2]
    nothing = announced(Means(), lambda: heard.append(1), nullcontext)
    assert (nothing.convert, nothing.recogniser, nothing.unpack) == (None, None, None)
