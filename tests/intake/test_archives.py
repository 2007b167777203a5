"""Archives: what comes out, under which names, and what becomes of locked, damaged and overblown ones."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Mapping

import py7zr
import pytest
from forms import ZHANG_WEI, filled_form
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.attachments import Opened, opened, problems_of
from intake.documents.archives import unpacked as entries
from intake.documents.document import Document, Enclosed, Unreadable
from intake.documents.limits import MB, Allowance, Limits
from intake.documents.open import open_document
from intake.documents.package import MAX_LISTED
from intake.mime.message import Part

FORM = filled_form(ZHANG_WEI)
UTF8 = 0x800


def zipped(files: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return kept.getvalue()


def named(raw: bytes, content: bytes = b"x", flags: int = 0, extra: bytes = b"") -> bytes:
    """A zip of one stored file whose name is just these bytes."""
    common = struct.pack(
        "<HHHHHIIIHH", 20, flags, 0, 0, 33, zlib.crc32(content), len(content), len(content), len(raw), len(extra)
    )
    local = b"PK\x03\x04" + common + raw + extra + content
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + raw + extra
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def locked(data: bytes, names: int = 99) -> bytes:
    """The flag that says that a password is needed, set for the first `names` files."""
    changed = bytearray(data)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        for _ in range(names):
            if start < 0:
                break
            changed[start + place] |= 1
            start = data.find(mark, start + 4)
    return bytes(changed)


def sevenzip(files: Mapping[str, bytes], **more: object) -> bytes:
    kept = io.BytesIO()
    with py7zr.SevenZipFile(kept, "w", **more) as archive:  # type: ignore[arg-type]
        for name, content in files.items():
            archive.writestr(content, name)
    return kept.getvalue()


def tarred(files: Mapping[str, bytes], mode: str = "w", form: int = tarfile.PAX_FORMAT) -> bytes:
    kept = io.BytesIO()
    with tarfile.open(fileobj=kept, mode=mode, format=form) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return kept.getvalue()


def read(data: bytes, allowance: Allowance | None = None) -> Enclosed:
    found = open_document(data, "材料.zip", allowance)
    assert isinstance(found, Enclosed), found
    return found


def names(data: bytes) -> list[str]:
    return [file.name for file in read(data).files]


def looked_into(data: bytes, name: str = "材料.zip", limits: Limits | None = None) -> list[Opened]:
    part = Part(name, "application/octet-stream", data, False, "2")
    return list(opened(part, Allowance(limits or Limits())))


# --- every kind ---

TWO = {"张伟/征集表.docx": FORM, "照片.jpg": b"\xff\xd8\xff" + b"x" * 99}


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (zipped(TWO), "zip"),
        (zipped(TWO, zipfile.ZIP_STORED), "zip"),
        (zipped(TWO, zipfile.ZIP_BZIP2), "zip"),
        (zipped(TWO, zipfile.ZIP_LZMA), "zip"),
        (b"PK00" + zipped(TWO), "zip"),
        (sevenzip(TWO), "7z"),
        (sevenzip(TWO, filters=[{"id": py7zr.FILTER_PPMD, "order": 6, "mem": 24}]), "7z"),
        (sevenzip(TWO, filters=[{"id": py7zr.FILTER_COPY}]), "7z"),
        (tarred(TWO), "tar"),
        (tarred(TWO, form=tarfile.GNU_FORMAT), "tar"),
        (tarred(TWO, "w:gz"), "tar"),
        (tarred(TWO, "w:bz2"), "tar"),
        (tarred(TWO, "w:xz"), "tar"),
    ],
)
def test_what_is_in_it(data: bytes, kind: str) -> None:
    found = read(data)
    assert {file.name: file.data for file in found.files} == {"征集表.docx": FORM, "照片.jpg": TWO["照片.jpg"]}
    assert (found.format, found.omitted) == (kind, "")


@pytest.mark.parametrize(("pack", "suffix"), [(gzip.compress, "gz"), (bz2.compress, "bz2"), (lzma.compress, "xz")])
def test_a_single_packed_file_is_called_like_what_packed_it(pack, suffix) -> None:
    found = looked_into(pack(FORM), f"征集表.docx.{suffix}")
    assert [(one.part.filename, one.part.path) for one in found] == [
        (f"征集表.docx.{suffix}", "2"),
        ("征集表.docx", "2/1"),
    ]
    assert isinstance(found[1].document, Document)


def test_gzip_remembers_a_name() -> None:
    kept = io.BytesIO()
    with gzip.GzipFile("表.docx".encode("gbk").decode("latin-1"), "wb", fileobj=kept) as packed:
        packed.write(FORM)
    assert names(kept.getvalue()) == ["表.docx"]


def test_archives_in_archives() -> None:
    inner = zipped({"李强/征集表.docx": FORM})
    found = looked_into(sevenzip({"第一批.zip": inner, "第二批.tar.gz": tarred({"表.docx": FORM}, "w:gz")}))
    assert [(one.part.filename, one.part.path) for one in found] == [
        ("材料.zip", "2"),
        ("第一批.zip", "2/1"),
        ("征集表.docx", "2/1/1"),
        ("第二批.tar.gz", "2/2"),
        ("表.docx", "2/2/1"),
    ]
    assert all(isinstance(one.document, Document) for one in (found[2], found[4]))


# --- names ---


def unicode_path(raw: bytes, name: str) -> bytes:
    field = b"\1" + struct.pack("<I", zlib.crc32(raw)) + name.encode()
    return struct.pack("<HH", 0x7075, len(field)) + field


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (named("征集表镕.docx".encode("gb18030")), "征集表镕.docx"),  # Windows, WPS, 好压, 360
        (named("征集表.docx".encode()), "征集表.docx"),  # macOS, Linux, WeChat
        (named("征集表.docx".encode(), flags=UTF8), "征集表.docx"),
        (named("征集表.docx".encode("gbk"), flags=UTF8), "征集表.docx"),  # a flag that lies
        (named(b"??.docx", extra=unicode_path(b"??.docx", "征集表.docx")), "征集表.docx"),
        (named(b"a.docx", extra=unicode_path(b"b.docx", "征集表.docx")), "a.docx"),  # of a file since renamed
        (named(b"a.docx", extra=b"\x75\x70\1\0\2"), "a.docx"),
        (named("张伟\\征集表.docx".encode("gbk")), "征集表.docx"),
        (named("../../张伟/征集表.docx".encode()), "征集表.docx"),
        (named(b"/etc/passwd"), "passwd"),
        (named(b"C:\\Users\\zhang\\Desktop\\a.docx"), "a.docx"),
        (named("a\u202excod.docx".encode()), "axcod.docx"),
        (named("表\n.docx".encode()), "表.docx"),
        (named(("长" * 300 + ".docx").encode()), "长" * (entries.LONGEST_NAME - 20) + "…" + "长" * 14 + ".docx"),
        (named(b".."), ""),
    ],
)
def test_names(data: bytes, name: str) -> None:
    assert names(data) == [name]


def test_folders_tell_files_of_one_name_apart() -> None:
    for data in (
        zipped({"推荐/张伟/征集表.docx": b"1", "推荐/李强/征集表.docx": b"2", "推荐/名单.txt": b"3"}),
        sevenzip({"推荐/张伟/征集表.docx": b"1", "推荐/李强/征集表.docx": b"2", "推荐/名单.txt": b"3"}),
        tarred({"推荐/张伟/征集表.docx": b"1", "推荐/李强/征集表.docx": b"2", "推荐/名单.txt": b"3"}),
    ):
        assert names(data) == ["张伟／征集表.docx", "李强／征集表.docx", "名单.txt"]


def test_what_nobody_sees_in_a_folder_is_passed_over() -> None:
    rubbish = [
        "__MACOSX/._表.docx",
        "__MACOSX/推荐/._表.docx",
        "._表.docx",
        "推荐/.DS_Store",
        "Thumbs.db",
        "DESKTOP.INI",
    ]
    rubbish += ["推荐/~$征集表.docx", "~WRL0003.tmp"]
    assert names(zipped({"推荐/": b"", **dict.fromkeys(rubbish, b"x"), "推荐/表.docx": b"1"})) == ["表.docx"]
    found = open_document(zipped({"推荐/": b"", "推荐/.DS_Store": b"x"}), "材料.zip")
    assert isinstance(found, Unreadable)
    assert "没有文件" in found.reason


def test_links_and_devices_are_passed_over() -> None:
    kept = io.BytesIO()
    with tarfile.open(fileobj=kept, mode="w") as archive:
        for name, kind in (
            ("a", tarfile.SYMTYPE),
            ("b", tarfile.LNKTYPE),
            ("c", tarfile.CHRTYPE),
            ("d", tarfile.FIFOTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        archive.addfile(tarfile.TarInfo("表.docx"))
    assert names(kept.getvalue()) == ["表.docx"]
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as package:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        package.writestr(link, "/etc/passwd")
        package.writestr("表.docx", b"")
    assert names(kept.getvalue()) == ["表.docx"]


# --- locked ---


@pytest.mark.parametrize(
    "data",
    [
        locked(zipped({f"{n}.docx": FORM for n in range(40)})),
        sevenzip({"1.docx": FORM, "2.docx": FORM}, password="秘密"),
        sevenzip({"1.docx": FORM}, password="秘密", header_encryption=True),
    ],
    ids=["zip", "7z", "7z with its names"],
)
def test_a_locked_archive_is_one_trouble(data: bytes) -> None:
    found = looked_into(data)
    [problem] = problems_of(found, form_found=False)
    assert problem.code == "encrypted_attachment"
    assert problem.message.startswith("附件《材料.zip》设置了密码")
    assert problems_of(found, form_found=True) == [problem]


def test_a_locked_file_beside_open_ones() -> None:
    found = looked_into(locked(zipped({"1.docx": FORM, "2.docx": FORM}), names=1))
    [problem] = problems_of(found, form_found=True)
    assert (problem.code, "《1.docx》" in problem.message) == ("encrypted_attachment", True)
    assert isinstance(found[2].document, Document)


# --- too much, damaged, unknown ---


def test_a_file_that_is_too_big_leaves_the_others() -> None:
    small = Limits(expanded_mb=3)
    for data in (zipped({"a.bin": bytes(4 * MB), "表.docx": FORM}), tarred({"a.bin": bytes(4 * MB), "表.docx": FORM})):
        found = read(data, Allowance(small))
        assert [file.name for file in found.files] == ["表.docx"]
        assert "《a.bin》解开后超过 3 MB" in found.omitted


def test_a_film_that_is_too_big_is_nobodys_trouble() -> None:
    data = zipped({"视频.mp4": bytes(4 * MB), "表.docx": FORM})
    assert read(data, Allowance(Limits(expanded_mb=3))).omitted == ""
    assert "视频.mp4" in read(zipped({"视频.mp4": bytes(4 * MB)}), Allowance(Limits(expanded_mb=3))).omitted


@pytest.mark.parametrize("pack", [zipped, sevenzip], ids=["zip", "7z"])
def test_bombs(pack) -> None:
    data = pack({"bomb": bytes(20 * MB), "表.docx": FORM})
    allowance = Allowance(Limits(ratio=50, expanded_mb=60))
    found = read(data, allowance)
    assert "表.docx" in [file.name for file in found.files] or "表.docx" in found.omitted
    assert "bomb" not in [file.name for file in found.files]
    assert allowance.bytes_left > 0


def test_packed_bombs() -> None:
    for pack in (gzip.compress, bz2.compress, lzma.compress):
        found = read(pack(bytes(30 * MB)), Allowance(Limits(ratio=20)))
        assert found.files == ()
        assert "20 倍以上" in found.omitted


def test_archives_within_archives_end() -> None:
    data = zipped({f"{n}.txt": b"x" for n in range(3)})
    for _ in range(9):
        data = zipped({"a.zip": data, "b.zip": data})
    found = looked_into(data, limits=Limits(depth=3, entries=50))
    assert len(found) < 200
    assert problems_of(found, form_found=False)


def test_entries_that_share_their_bytes() -> None:
    """A thousand names for one packed file: more bytes than the archive has are not unpacked."""
    single = zipped({"a": bytes(2 * MB)})
    place = single.index(b"PK\x01\x02")
    header, tail = single[place : place + 47], single[place + 47 :]
    end = bytearray(tail)
    end[8:12] = struct.pack("<HH", 1000, 1000)
    end[12:16] = struct.pack("<I", 47_000)
    allowance = Allowance(Limits(entries=2000, ratio=3000))
    found = read(single[:place] + header * 1000 + bytes(end), allowance)
    assert len(found.files) < 30
    assert found.omitted


def test_sizes_that_lie() -> None:
    data = bytearray(zipped({"a.txt": b"0" * 5000}))
    place = data.index(b"PK\x01\x02") + 24
    for lie in (1, 4_000_000_000):
        data[place : place + 4] = struct.pack("<I", lie)
        found = read(bytes(data), Allowance(Limits(expanded_mb=1)))
        assert (found.files, "a.txt" in found.omitted) == ((), True)


@pytest.mark.parametrize("how", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_a_size_that_lies_hides_is_not_even_unpacked(how: int) -> None:
    data = bytearray(zipped({"a.txt": bytes(60 * MB)}, how))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = struct.pack("<I", 10)
    tracemalloc.start()
    try:
        assert "a.txt" in read(bytes(data), Allowance(Limits(ratio=2000))).omitted
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 12 * MB  # of which LZMA keeps eight to look back on


def test_an_office_file_is_not_packed_by_bzip2() -> None:
    data = bytearray(zipped({"word/document.xml": bytes(60 * MB)}, zipfile.ZIP_BZIP2))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = struct.pack("<I", 1000)
    tracemalloc.start()
    try:
        assert isinstance(open_document(bytes(data), "表.docx"), Unreadable)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 5 * MB


def test_too_many_files() -> None:
    data = zipped({f"{n}.txt": b"x" for n in range(30)})
    found = read(data, Allowance(Limits(entries=20)))
    assert len(found.files) == 20
    assert "超过 20 个" in found.omitted
    problem, *rest = problems_of(looked_into(data, limits=Limits(entries=20)), form_found=True)
    assert (problem.code, rest) == ("unreadable_attachment", [])
    assert problem.message.startswith("附件《材料.zip》")


def test_a_directory_that_is_too_long_is_not_listed() -> None:
    """It costs a second and a hundred megabytes for each hundred thousand names."""
    single = named(b"a")
    place, end = single.index(b"PK\x01\x02"), single.index(b"PK\x05\x06")
    data = single[:place] + single[place:end] * (MAX_LISTED + 1) + single[end:]
    assert isinstance(open_document(data, "材料.zip"), Unreadable)


def test_a_damaged_file_leaves_the_others() -> None:
    data = bytearray(zipped({"坏.docx": FORM, "好.docx": FORM}))
    data[500] ^= 0xFF
    found = read(bytes(data))
    assert [file.name for file in found.files] == ["好.docx"]
    assert "《坏.docx》已经损坏" in found.omitted


def test_what_python_cannot_unpack_is_said() -> None:
    data = bytearray(zipped({"表.docx": FORM}))
    for place in (data.index(b"PK\x03\x04") + 8, data.index(b"PK\x01\x02") + 10):
        data[place] = 9  # Deflate64
    assert "压缩方法不常见" in read(bytes(data)).omitted


@pytest.mark.parametrize(
    "data",
    [
        zipped(TWO)[:-200],
        sevenzip(TWO)[:-50],
        gzip.compress(FORM)[:900],
        bz2.compress(FORM)[:900],
        lzma.compress(FORM)[:900],
    ],
    ids=["zip", "7z", "gz", "bz2", "xz"],
)
def test_cut_short(data: bytes) -> None:
    found = open_document(data, "材料.zip")
    assert isinstance(found, Unreadable)
    assert found.code == "unreadable_attachment"


def test_a_tar_cut_short_gives_what_is_whole() -> None:
    found = read(tarred({"1.docx": FORM, "2.docx": FORM})[: len(FORM) + 9000])
    assert [file.name for file in found.files] == ["1.docx"]
    assert found.omitted


@pytest.mark.parametrize("name", ["材料.7z.002", "材料.zip.003", "材料.z01", "材料.r00", "材料.part2.rar"])
def test_a_piece_of_a_cut_archive(name: str) -> None:
    found = open_document(b"\x01\x02\x03" * 999, name)
    assert isinstance(found, Unreadable)
    assert "分卷" in found.reason


# --- whatever comes ---

SAMPLES = [
    zipped({"a/表.docx": b"abc" * 50, "b.txt": b"x"}),
    zipped({"a.txt": b"abc" * 50}, zipfile.ZIP_LZMA),
    locked(zipped({"a.txt": b"abc"})),
    sevenzip({"a/表.docx": b"abc" * 50, "b.txt": b"x"}),
    tarred({"a/表.docx": b"abc" * 50}),
    tarred({"表" * 200: b"abc"}, "w:gz"),
    gzip.compress(b"abc" * 50),
    bz2.compress(b"abc" * 50),
    lzma.compress(b"abc" * 50),
]


@settings(max_examples=400)
@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(8, 3000), st.integers(0, 255)), max_size=6), st.data())
def test_any_change_of_a_byte_gives_an_answer(
    sample: bytes, changes: list[tuple[int, int]], more: st.DataObject
) -> None:
    data = bytearray(sample)
    for place, value in changes:
        data[place % len(data)] = value
    cut = more.draw(st.integers(1, len(data)))
    found = list(opened(Part("a", "", bytes(data[:cut]), False, "2"), Allowance(Limits(expanded_mb=4, entries=20))))
    assert found
    problems_of(found, form_found=False)


def test_what_a_tar_says_of_all_its_files_is_not_kept_for_each() -> None:
    def tar(fields: int) -> bytes:
        kept = io.BytesIO()
        said = {f"a{n}": "b" for n in range(fields)}
        with tarfile.open(fileobj=kept, mode="w", format=tarfile.PAX_FORMAT, pax_headers=said) as archive:
            for n in range(200):
                archive.addfile(tarfile.TarInfo(f"{n}.txt"))
        return kept.getvalue()

    assert len(read(tar(1_000)).files) == 200
    data = tar(20_000)
    tracemalloc.start()
    try:
        assert "已经损坏" in read(data).omitted
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20 * MB
