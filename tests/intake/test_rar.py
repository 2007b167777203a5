"""RAR archives: what comes out, and what becomes of locked, damaged and overblown ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from forms import ZHANG_WEI, filled_form
from hypothesis import given, settings
from hypothesis import strategies as st
from packed_maker import FOLDER, OFFICE
from rars import PACKED, RAR4_SOLID, RAR5_SOLID, block5, rar4, rar5, vint

from intake.attachments import opened, problems_of
from intake.documents.archives import unrar
from intake.documents.archives.unrar import unpacker
from intake.documents.document import Document, Enclosed, Unreadable
from intake.documents.limits import MB, Allowance, Limits
from intake.documents.means import PLAIN, Means
from intake.documents.open import open_document
from intake.mime.message import Part

FORM = filled_form(ZHANG_WEI)
FORM_NAME = "征集表（张伟）镕𠮷.doc"
END = block5(vint(5) + vint(0) + vint(0))
DOC = (OFFICE / "form.doc").read_bytes()


def read(data: bytes, means: Means = PLAIN, allowance: Allowance | None = None) -> Enclosed:
    found = open_document(data, "材料.rar", allowance, means)
    assert isinstance(found, Enclosed), found
    return found


def refused(data: bytes, means: Means = PLAIN) -> Unreadable:
    found = open_document(data, "材料.rar", means=means)
    assert isinstance(found, Unreadable), found
    return found


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (rar5(("推荐/征集表镕.docx", FORM)), "征集表镕.docx"),
        (rar4(("推荐\\征集表镕.docx".encode("gb18030"), FORM)), "征集表镕.docx"),
        (rar4(("征集表.docx".encode(), FORM)), "征集表.docx"),
        (rar5(("../../征集表.docx", FORM)), "征集表.docx"),
        (rar5(("/root/征集表.docx", FORM)), "征集表.docx"),
    ],
)
def test_what_is_only_stored_needs_no_program(data: bytes, name: str) -> None:
    [file] = read(data).files
    assert (file.name, file.data) == (name, FORM)


def test_a_form_in_it_is_read() -> None:
    data = rar5(("张伟/征集表.docx", FORM), ("李强/征集表.docx", FORM), ("Thumbs.db", b"x"))
    found = list(opened(Part("材料.rar", "", data, False, "2")))
    assert [one.part.filename for one in found] == ["材料.rar", "张伟／征集表.docx", "李强／征集表.docx"]
    assert isinstance(found[1].document, Document)


@pytest.mark.parametrize("kind", PACKED)
def test_what_is_packed_is_unpacked_by_a_program(kind: str, programs: Means) -> None:
    found = read(PACKED[kind], programs)
    assert [(file.name, len(file.data)) for file in found.files] == [("stest1.txt", 2048), ("stest2.txt", 2048)]
    assert found.omitted == ""


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("rar4", ["照片.jpg", FORM_NAME]),
        ("rar4-solid", ["征集表.docx", FORM_NAME, "说明.txt"]),
        ("rar4-text", [FORM_NAME, "说明.txt"]),
        ("rar4-record", [FORM_NAME]),
        ("rar5", ["照片.jpg", FORM_NAME]),
        ("rar5-solid", ["征集表.docx", FORM_NAME, "说明.txt"]),
        ("rar5-record", [FORM_NAME]),
        ("rar4-in-rar5", ["照片.jpg", "第一批.rar"]),
    ],
)
def test_what_rar_itself_has_packed(name: str, files: list[str], programs: Means) -> None:
    found = read((FOLDER / f"{name}.rar").read_bytes(), programs)
    assert [_bmp(file.name) for file in found.files] == list(map(_bmp, files))
    forms = [file.data for file in found.files if file.name.endswith(".doc")]
    assert found.omitted == ""
    assert all(data == DOC for data in forms)


def _bmp(name: str) -> str:
    """RAR 4 on Linux keeps two bytes of each character."""
    return "".join(chr(ord(character) & 0xFFFF) for character in name)


def test_what_lies_whole_in_one_volume_is_read() -> None:
    """A form in the first volume of many; the photograph goes on in another one, and its checksum is that of all of it."""
    head, end = len(rar5()) - len(END), len(END)
    piece = rar5(("照片.jpg", b"x" * 900), flags=0x10).replace(b"x" * 900, b"y" * 900)
    found = read(rar5(("征集表.docx", FORM))[:-end] + piece[head:])
    assert [file.data for file in found.files] == [FORM]
    assert "《照片.jpg》不完整，其余部分在分卷压缩包的另一卷里" in found.omitted


@pytest.mark.parametrize("name", ["rar4-locked", "rar4-locked-with-names", "rar5-locked", "rar5-locked-with-names"])
def test_locked_by_rar(name: str) -> None:
    assert refused((FOLDER / f"{name}.rar").read_bytes()).code == "encrypted_attachment"


@pytest.mark.parametrize("kind", PACKED)
def test_without_a_program_a_zip_is_asked_for(kind: str) -> None:
    found = refused(PACKED[kind])
    assert "zip" in found.reason
    part = Part("材料.rar", "", PACKED[kind], False, "2")
    [problem] = problems_of(list(opened(part)), form_found=False)
    assert problem.message.startswith("附件《材料.rar》：")
    assert problems_of(list(opened(part)), form_found=True) == []


def test_links_are_passed_over() -> None:
    assert "没有文件" in refused(rar4((b"a", b"/etc/passwd"), mode=0o120777)).reason


@pytest.mark.parametrize(
    "data",
    [
        rar4((b"a.docx", FORM), flags=4),
        rar4(archive=0x80),
        rar5(("a.docx", FORM), extra=vint(48) + vint(1) + vint(0) + vint(0) + b"\x0f" + bytes(44)),
    ],
    ids=["RAR 4", "RAR 4 with its names", "RAR 5"],
)
def test_locked(data: bytes) -> None:
    found = refused(data)
    assert (found.code, "《材料.rar》" in found.reason) == ("encrypted_attachment", True)


@pytest.mark.parametrize("data", [rar4((b"a.docx", FORM), flags=2, archive=1), rar5(("a.docx", FORM), flags=0x10)])
def test_one_of_several_volumes(data: bytes) -> None:
    assert "分卷" in refused(data).reason


def test_damaged(programs: Means) -> None:
    for data in (rar5(("a.docx", FORM)), rar4((b"a.docx", FORM))):
        broken = bytearray(data)
        broken[len(data) // 2] ^= 0xFF
        found = read(bytes(broken), programs)
        assert (found.files, "《a.docx》已经损坏" in found.omitted) == ((), True)
    assert "损坏" in refused(b"Rar!\x1a\x07\x01\x00" + b"\xff" * 99, programs).reason


def test_what_a_program_puts_out_is_checked() -> None:
    """Sizes and checksums of the archive decide, not the program."""

    def lying(data: bytes, most: int) -> Iterator[bytes]:
        yield b"x" * most
        yield b""

    found = read(RAR5_SOLID, Means(unpack=lying))
    assert found.files == ()
    assert "已经损坏" in found.omitted


def test_what_a_program_may_put_out_is_bounded(programs: Means, monkeypatch: pytest.MonkeyPatch) -> None:
    assert programs.unpack is not None
    assert len(next(programs.unpack(RAR5_SOLID, 3000))) <= 3000
    endless = "import sys, itertools\nfor _ in itertools.count(): sys.stdout.buffer.write(bytes(65536))"
    monkeypatch.setattr(unrar, "_PROGRAMS", {"python3": ("-c", endless)})
    endless_program = unpacker()
    assert endless_program is not None
    assert [len(out) for out in endless_program(RAR5_SOLID, MB)] == [MB]


def test_a_program_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unrar, "_PROGRAMS", {"sleep": ("3600", "--")})
    monkeypatch.setattr(unrar, "SECONDS", 1)
    sleeper = unpacker()
    assert sleeper is not None
    assert list(sleeper(RAR5_SOLID, MB)) == [b""]


def test_too_much() -> None:
    found = read(rar5(("a.bin", bytes(3 * MB)), ("b.docx", FORM)), allowance=Allowance(Limits(expanded_mb=2)))
    assert ([file.name for file in found.files], "a.bin" in found.omitted) == (["b.docx"], True)


SAMPLES = [rar5(("表.docx", b"abc" * 30), ("b", b"")), rar4((b"a.docx", b"abc" * 30)), RAR5_SOLID, RAR4_SOLID]


@settings(max_examples=300)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(8, 400), st.integers(0, 255)), max_size=5),
    st.integers(20, 400),
)
def test_any_change_of_a_byte_gives_an_answer(sample: bytes, changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(sample)
    for place, value in changes:
        data[place % len(data)] = value
    open_document(bytes(data[:cut]), "a.rar")


@settings(max_examples=25)
@given(st.sampled_from(list(PACKED.values())), st.integers(20, 160), st.integers(0, 255))
def test_programs_meet_changed_bytes_too(programs: Means, sample: bytes, place: int, value: int) -> None:
    data = bytearray(sample)
    data[place] = value
    open_document(bytes(data), "a.rar", means=programs)
