"""Volumes of one archive that came together, put together again; whatever is missing or broken leaves them as they are."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

import pytest
from corpus_making.archives import zipped
from forms import ZHANG_WEI, filled_form
from hypothesis import given, settings
from hypothesis import strategies as st
from packed_maker import FOLDER, JPEG

from intake.attachments import opened, problems_of, volumes_of
from intake.documents.archives.volumes import whole_archives
from intake.documents.document import Document, Enclosed
from intake.documents.means import Means
from intake.documents.open import open_document
from intake.mime.message import Part

FORM = filled_form(ZHANG_WEI)
RAR = ("rar4-volumes", "rar4-old-volumes", "rar5-volumes")


def kept(name: str) -> dict[str, bytes]:
    found = {file.name: file.read_bytes() for file in sorted(FOLDER.glob(f"{name}.*"))}
    assert len(found) > 1
    return found


def joined(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return whole_archives({name: (name, content) for name, content in files.items()})


def cut_zip(files: Mapping[str, bytes], size: int) -> dict[str, bytes]:
    """As WinRAR and Info-ZIP cut a zip: its directory, in the last volume, tells places within volumes."""
    whole = bytearray(b"PK\x07\x08" + zipped(files))
    end = whole.rindex(b"PK\x05\x06")
    place = directory = struct.unpack_from("<L", whole, end + 16)[0] + 4
    last = directory // size
    for _ in files:
        header = struct.unpack_from("<L", whole, place + 42)[0] + 4
        struct.pack_into("<H", whole, place + 34, header // size)
        struct.pack_into("<L", whole, place + 42, header % size)
        place += 46 + sum(struct.unpack_from("<3H", whole, place + 28))
    struct.pack_into("<HH", whole, end + 4, last, last)
    struct.pack_into("<L", whole, end + 16, directory - last * size)
    names = [f"材料.z{number:02d}" for number in range(1, last + 1)] + ["材料.zip"]
    pieces = [bytes(whole[n * size : (n + 1) * size]) for n in range(last)] + [bytes(whole[last * size :])]
    return dict(zip(names, pieces, strict=True))


@pytest.mark.parametrize("name", RAR)
def test_rar(name: str, programs: Means) -> None:
    """The archive that comes out is what its own headers say, of every file in one piece."""
    volumes = kept(name)
    whole = joined(dict(reversed(volumes.items())))
    first = f"{name}.rar" if f"{name}.rar" in volumes else f"{name}.part01.rar"
    assert {key for key, content in whole.items() if content} == {first}
    assert set(whole) == set(volumes)
    found = open_document(whole[first], first, means=programs)
    assert isinstance(found, Enclosed), found
    content = {file.name: file.data for file in found.files}
    assert (content["照片.jpg"], len(content["说明.txt"]), found.omitted) == (JPEG, 10_952, "")


@pytest.mark.parametrize("name", RAR)
def test_rar_with_a_volume_missing(name: str) -> None:
    volumes = kept(name)
    for lost in volumes:
        assert joined({other: content for other, content in volumes.items() if other != lost}) == {}


def test_what_7zip_cuts() -> None:
    whole = zipped({"征集表.docx": FORM})
    pieces = {f"材料.zip.{n + 1:03d}": whole[n * 9000 : (n + 1) * 9000] for n in range(5)}
    assert joined(pieces) == {"材料.zip.001": whole, **dict.fromkeys(list(pieces)[1:], b"")}
    assert joined({"图纸.001": b"x", "图纸.002": b"y"}) == {}  # no archive
    assert joined({"材料.zip.001": whole, "材料.zip.003": b"y"}) == {}


def test_a_zip_in_volumes() -> None:
    files = {"照片.jpg": JPEG, "征集表.docx": FORM, "说明.txt": b"1"}
    pieces = cut_zip(files, 16_000)
    whole = joined(pieces)
    found = open_document(whole["材料.z01"], "材料.zip")
    assert isinstance(found, Enclosed)
    assert {file.name: file.data for file in found.files} == files
    assert joined({name: pieces[name] for name in pieces if name != "材料.z02"}) == {}


def read(parts: Sequence[Part], means: Means) -> list[tuple[str, bool, str]]:
    whole = volumes_of(parts)
    looked_into = [one for part in parts for one in opened(part, means=means, whole=whole.get(part.path))]
    assert problems_of(looked_into, form_found=False) == []
    return [(one.part.path, isinstance(one.document, Document), one.role) for one in looked_into]


def test_each_volume_stays_an_attachment() -> None:
    pieces = cut_zip({"征集表.docx": FORM}, 16_000)
    parts = [Part(name, "", content, False, str(n)) for n, (name, content) in enumerate(pieces.items(), start=2)]
    archive, within, *others = read(parts, Means())
    assert (archive, within) == (("2", False, "archive"), ("2/1", True, ""))
    assert others == [(part.path, False, "archive") for part in parts[1:]]
    assert next(opened(parts[0], whole=volumes_of(parts)["2"])).part == parts[0]


def test_volumes_within_an_archive() -> None:
    inner = cut_zip({"征集表.docx": FORM}, 16_000)
    found = read([Part("全部.zip", "", zipped(inner), False, "2")], Means())
    assert ("2/1/1", True, "") in found


VOLUMES = [kept(name) for name in RAR]


@settings(max_examples=300)
@given(
    st.sampled_from(VOLUMES),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 400), st.integers(0, 255)), max_size=4),
)
def test_any_change_of_a_byte_gives_an_answer(volumes: dict[str, bytes], changes: list[tuple[int, int, int]]) -> None:
    changed = {name: bytearray(content) for name, content in volumes.items()}
    for number, place, value in changes:
        list(changed.values())[number % len(changed)][place] = value
    joined({name: bytes(content) for name, content in changed.items()})
