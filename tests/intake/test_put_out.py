"""What no library here unpacks of zip and 7z, and a program does."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import pytest
from packed_maker import BY_7ZIP, FOLDER, OFFICE

from intake.documents.archives.put_out import put_out, with_checksum
from intake.documents.document import Enclosed
from intake.documents.limits import Allowance, Limits
from intake.documents.means import PLAIN, Means
from intake.documents.open import open_document

DOC = (OFFICE / "form.doc").read_bytes()


def read(name: str, means: Means, allowance: Allowance | None = None) -> Enclosed:
    found = open_document((FOLDER / name).read_bytes(), name, allowance, means)
    assert isinstance(found, Enclosed), found
    return found


@pytest.mark.parametrize("name", BY_7ZIP)
def test_strange_methods(name: str, programs: Means) -> None:
    found = read(name, programs)
    assert ([file.data for file in found.files], found.omitted) == ([DOC], "")
    without = read(name, PLAIN)
    assert without.files == ()
    assert "用的压缩方法不常见" in without.omitted


@pytest.mark.parametrize("name", BY_7ZIP)
def test_limits_hold_for_programs_too(name: str, programs: Means) -> None:
    found = read(name, programs, Allowance(Limits(expanded_mb=0)))
    assert found.files == ()
    assert "解开后超过 0 MB" in found.omitted


@pytest.mark.parametrize("name", BY_7ZIP)
def test_a_program_is_not_believed(name: str) -> None:
    def lying(data: bytes, most: int) -> Iterator[bytes]:
        yield b"x" * most
        yield b""

    assert read(name, Means(unpack=lying)).files == ()


def test_programs_are_asked_until_all_is_there() -> None:
    """Each may fail at another file; what came out whole is kept."""
    files = [b"one", b"two!", b"three"]
    stated = [with_checksum(len(content), zlib.crc32(content)) for content in files]
    asked = []

    def programs(data: bytes, most: int) -> Iterator[bytes]:
        for stream in (b"onexxxxthree", b"xxxtwo!", b"never"):
            asked.append((stream, most))
            yield stream[:most]

    assert put_out(programs, b"", stated, {0, 1, 2}, 999) == dict(enumerate(files))
    assert asked == [(b"onexxxxthree", 12), (b"xxxtwo!", 12)]
    assert put_out(programs, b"", stated, {0}, 5) == {0: b"one"}
    assert put_out(programs, b"", stated, {0}, -1) == {}
