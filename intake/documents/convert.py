"""LibreOffice as a converter: a child process without network, macros or a past, gone when its time is up or we are."""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from intake.documents.limits import MB, Limits
from intake.documents.means import Converter

#: Of the time that a conversion may take. A healthy file needs less than 2 s of CPU; a file made to break programs, all.
CPU_SHARE = 0.2
MEMORY_MB = 1024  # of data; a form needs 150
ADDRESSES_MB = 4096  # its libraries alone are mapped into 700
TIDY_AFTER = 3600  # seconds after which a folder that somebody left behind is removed

_NAMES = ("soffice", "libreoffice")
_FILTERS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
_STARTED_ANEW = 81  # what the first start with a new profile ends with, having done nothing else
_FOLDER = "intake-convert-"
_PR_SET_PDEATHSIG, _NEW_USERS, _NEW_NETWORK = 1, 0x10000000, 0x40000000

#: Path, name and value of what is set in the new profile.
_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Misc", "UseOpenCL", "false"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "2"),
    ("Inet/Settings", "ooInetProxyType", "2"),  # whatever still asks for a page asks where nobody answers
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def converter(program: str | None = None) -> Converter | None:
    """The LibreOffice of this machine, or at the path given; None where there is none."""
    found = shutil.which(program) if program else next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        return None
    binary = Path(found).resolve().with_name("soffice.bin")  # the script would start it as a grandchild
    command = str(binary) if binary.exists() else found

    def convert(data: bytes, format: str, to: str, limits: Limits) -> bytes | None:  # noqa: A002  # Converter's word
        try:
            _tidy()
            with tempfile.TemporaryDirectory(prefix=f"{_FOLDER}{os.getpid()}-", ignore_cleanup_errors=True) as folder:
                source = Path(folder, f"document.{format}")
                source.write_bytes(data)
                return _converted(command, source, to, limits)
        except (OSError, subprocess.SubprocessError):  # no room on the disk, no process to be had
            return None

    return convert


def _converted(command: str, source: Path, to: str, limits: Limits) -> bytes | None:
    folder = source.parent
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_registry(), encoding="utf-8")
    words = [
        *(command, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck"),
        *("--nodefault", "--nologo", "--convert-to", _FILTERS[to], "--outdir", str(folder / "out"), str(source)),
    ]
    deadline = time.monotonic() + limits.convert_seconds
    code = _run(words, folder, deadline, limits)
    if code == _STARTED_ANEW:
        code = _run(words, folder, deadline, limits)
    made = folder / "out" / f"document.{to}"
    if code != 0 or not made.is_file() or made.stat().st_size > limits.expanded_mb * MB:
        return None
    return made.read_bytes()


def _run(words: list[str], folder: Path, deadline: float, limits: Limits) -> int | None:
    """The exit code; None where time was up. Nothing that it started is left behind."""
    process = subprocess.Popen(  # noqa: S603  # our own words; what came from outside is a file's content
        words,
        cwd=folder,
        env={
            "PATH": os.defpath,
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "LANG": "C.UTF-8",
            "SAL_USE_VCLPLUGIN": "svp",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_confined(limits, os.getpid()),  # noqa: PLW1509  # readers have one thread
    )
    try:
        return process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _confined(limits: Limits, parent: int) -> Callable[[], None]:
    """What the child does to itself before it becomes LibreOffice."""
    wanted = (
        (resource.RLIMIT_AS, ADDRESSES_MB * MB),
        (resource.RLIMIT_DATA, MEMORY_MB * MB),
        (resource.RLIMIT_CPU, math.ceil(limits.convert_seconds * CPU_SHARE)),
        (resource.RLIMIT_FSIZE, limits.expanded_mb * MB),
        (resource.RLIMIT_CORE, 0),
    )
    library = ctypes.CDLL(None)

    def confine() -> None:
        for what, most in wanted:
            hard = resource.getrlimit(what)[1]
            allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (allowed, allowed))
        if sys.platform == "linux":
            if library.unshare(_NEW_NETWORK) != 0:  # as root; else as somebody who is root in a world of his own
                library.unshare(_NEW_USERS | _NEW_NETWORK)
            library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:  # it was gone before we asked
                os._exit(1)

    return confine


def _registry() -> str:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>"
    )


def _tidy() -> None:
    """A process that is killed leaves its folder, with somebody's form in it."""
    before = time.time() - TIDY_AFTER
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)
