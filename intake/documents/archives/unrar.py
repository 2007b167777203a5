"""The programs that unpack RAR, and what of zip and 7z no library here does. Each is run as a child without a disk: the
archive and what comes out lie in memory."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator

from intake.documents.limits import MB
from intake.documents.means import Unpacker

SECONDS = 20  # that a program may take for one archive
MEMORY_MB = 1024
_PR_SET_PDEATHSIG = 1
_RAR5 = b"Rar!\x1a\x07\x01\x00"

#: bsdtar (libarchive) reads RAR 5, and of the older ones no solid archive; with unar it is the other way round.
_PROGRAMS = {
    "bsdtar": ("-x", "--to-stdout", "-f"),
    "unar": ("-quiet", "-no-recursion", "-forks", "skip", "-password", "", "-output-directory", "-"),
}


def unpacker() -> Unpacker | None:
    """What this machine has, None where it has nothing."""
    programs = {name: path for name in _PROGRAMS if (path := shutil.which(name))}
    if not programs or not sys.platform.startswith("linux"):
        return None

    def unpack(data: bytes, most: int) -> Iterator[bytes]:
        for name in sorted(programs, reverse=not data.startswith(_RAR5)):
            yield _output([programs[name], *_PROGRAMS[name]], data, most)

    return unpack


def _output(command: list[str], data: bytes, most: int) -> bytes:
    """What the program writes, until it ends or is ended: too long, too much. Never raises."""
    archive, output = os.memfd_create("archive"), os.memfd_create("unpacked")
    try:
        with os.fdopen(os.dup(archive), "wb") as file:
            file.write(data)
        process = subprocess.Popen(  # noqa: S603  our own words; the archive is only ever read by number
            [*command, f"/proc/self/fd/{archive}"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"LC_ALL": "C.UTF-8", "HOME": "/nonexistent"},
            pass_fds=[archive],
            preexec_fn=lambda: _bound(most),  # noqa: PLW1509  the process that reads mails has one thread
        )
        try:
            process.wait(SECONDS)
        finally:
            process.kill()
            process.wait()
    except (OSError, subprocess.SubprocessError):
        pass  # what is there by then may do
    finally:
        os.close(archive)
        with os.fdopen(output, "rb") as file:
            file.seek(0)
            unpacked = file.read()
    return unpacked


def _bound(most: int) -> None:
    """Before the program starts: it dies with us, and has its share of time, memory and output."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    for what, wanted in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY_MB * MB),
        (resource.RLIMIT_FSIZE, most),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(what, (limit, limit))
