"""`intake inspect` on many mails: in their order, as they come, each under the limits, and stopped at once."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from letters import File
from test_reading_limits import CONFIG, RTF, left, mail, office, running, slow
from world import INTAKE, ROOT, nomination


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path)
    (tmp_path / "mails").mkdir()
    return tmp_path


def write(folder: Path, reading: str = "") -> None:
    (folder / "config.toml").write_text(CONFIG.format(rules=ROOT / "rules", reading=reading), "utf-8")


def command(folder: Path, *words: str | Path) -> list[str | Path]:
    return [INTAKE, "--config", folder / "config.toml", "inspect", *words]


def inspect(folder: Path, *words: str | Path, code: int = 0) -> list[dict[str, Any]]:
    done = subprocess.run(command(folder, *words, "--jsonl"), capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (code, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def names(found: Sequence[dict[str, Any]]) -> list[str]:
    return [Path(one["file"]).name for one in found]


def test_lines_come_in_the_order_of_the_names_whoever_is_quicker(folder: Path) -> None:
    for n in range(40):
        (folder / "mails" / f"{n:03}.eml").write_bytes(slow(3) if n == 1 else nomination(n))
    found = inspect(folder, folder / "mails", "--workers", "3")
    assert names(found) == [f"{n:03}.eml" for n in range(40)]
    assert [one["sender"]["address"] for one in found] == [f"sender{9 if n == 1 else n}@example.com" for n in range(40)]
    assert not (folder / "data").exists()


def test_a_mail_that_fails_has_an_object_with_the_reason(folder: Path) -> None:
    write(folder, "cpu_seconds = 3\nseconds = 600")
    (folder / "mails" / "1.eml").write_bytes(slow(30))
    (folder / "mails" / "2.eml").write_bytes(nomination(2))
    bad, good = inspect(folder, folder / "mails", code=1)
    assert (bad["kind"], bad["error"], bad["reason"]) == ("other", "读取用的处理器时间超过 3 秒，已中止", bad["error"])
    assert (bad["message_id"], bad["sender"]["address"]) == ("<nomination-9@example.com>", "sender9@example.com")
    assert set(bad) - {"error"} == set(good)
    assert good["submissions"]
    shown = subprocess.run(
        command(folder, folder / "mails" / "1.eml"), capture_output=True, encoding="utf-8", check=False
    )
    assert (shown.returncode, "处理器时间超过 3 秒" in shown.stdout) == (1, True)


def test_an_mbox_gives_each_of_its_mails(folder: Path) -> None:
    box = b"".join(
        b"From x Mon Jan  1 00:00:00 2026\n" + nomination(n).replace(b"\r\n", b"\n") + b"\n" for n in range(3)
    )
    (folder / "old.mbox").write_bytes(box)
    found = inspect(folder, folder / "old.mbox")
    assert [(one["number"], one["sender"]["address"]) for one in found] == [
        (1, "sender0@example.com"),
        (2, "sender1@example.com"),
        (3, "sender2@example.com"),
    ]
    assert all(one["submissions"][0]["missing"] == [] for one in found)


def test_a_mail_may_come_through_a_pipe(folder: Path) -> None:
    done = subprocess.run(
        command(folder, "/dev/stdin", "--json"), input=nomination(1), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["sender"]["address"] == "sender1@example.com"


def test_ctrl_c_ends_it_at_once_with_all_it_has_started(folder: Path) -> None:
    write(folder, f"seconds = 600\nconvert_seconds = 600\noffice = '{office(folder, 'exec sleep 600')}'")
    for n in range(3):
        (folder / "mails" / f"{n}.eml").write_bytes(mail(RTF))
    running_one = subprocess.Popen(
        command(folder, folder / "mails", "--jsonl"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    end = time.monotonic() + 60
    while not (folder / "pids").exists() and time.monotonic() < end:
        time.sleep(0.05)
    os.killpg(running_one.pid, signal.SIGINT)
    out, err = running_one.communicate(timeout=60)
    assert (running_one.returncode, out, err.decode().strip()) == (130, b"", "已中断。")
    while left(folder) and time.monotonic() < end:
        time.sleep(0.05)
    assert left(folder) == []
    assert not running(running_one.pid)


@pytest.mark.parametrize(("words", "shown"), [((), True), (("--quiet",), False)])
def test_progress_is_shown_to_a_person_and_never_among_the_lines(
    folder: Path, words: tuple[str, ...], shown: bool
) -> None:
    for n in range(5):
        (folder / "mails" / f"{n}.eml").write_bytes(nomination(n))
    ours, theirs = pty.openpty()
    done = subprocess.run(
        command(folder, folder / "mails", "--jsonl", *words), stdout=subprocess.PIPE, stderr=theirs, check=False
    )
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 4096):
            said += piece
    except OSError:  # all is read
        pass
    os.close(ours)
    assert done.returncode == 0
    assert names([json.loads(line) for line in done.stdout.splitlines()]) == [f"{n}.eml" for n in range(5)]
    assert ("5/5" in said.decode()) is shown


def test_how_many_at_once_is_a_number(folder: Path) -> None:
    done = subprocess.run(
        command(folder, folder / "mails", "--workers", "0"), capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, "要写 1 到 256 的整数。" in done.stderr) == (2, True)


def test_a_files_name_drives_no_terminal(folder: Path) -> None:
    """Web mail saves a mail under its subject."""
    driving = "\x1b]0;you\x07\u202elme"
    (folder / "mails" / f"{driving}.eml").write_bytes(nomination(1))
    found = subprocess.run(command(folder, folder / "mails"), capture_output=True, encoding="utf-8", check=True).stdout
    lost = subprocess.run(command(folder, folder / driving), capture_output=True, encoding="utf-8", check=False).stderr
    assert "lme.eml" in found
    assert "lme 不存在" in lost
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", found + lost)


def test_what_libraries_say_of_a_file_is_not_heard(folder: Path) -> None:
    image = pytest.importorskip("PIL.Image", reason="the extra ocr is not installed")
    scan = io.BytesIO()
    image.effect_noise((600, 900), 90).save(scan, "TIFF", compression="tiff_lzw")
    last = image.open(scan).tag_v2[273][-1].to_bytes(4, "little")  # where the last strip begins
    assert scan.getvalue().count(last) == 1
    cut = scan.getvalue().replace(last, (len(scan.getvalue()) - 9).to_bytes(4, "little"))
    (folder / "mails" / "1.eml").write_bytes(mail(File("扫描件.tif", cut)))
    inspect(folder, folder / "mails")  # says that nothing was heard
