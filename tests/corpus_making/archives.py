"""The form in archives: by every packer, under names in every encoding, nested, locked, damaged."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from forms import ZHANG_WEI
from letters import File
from office_maker import LI_FANG
from packed_maker import FOLDER as PACKED_FOLDER
from people import Person
from rars import PACKED as PACKED_BY_RAR
from rars import rar4, rar5, vint

from corpus_making.sample import (
    JPEG,
    NOBODY,
    Sample,
    Values,
    client,
    file,
    filled_form,
    mailed,
    nominee,
    reading,
    submission,
    unread,
)

ZHANG = Person(dict(ZHANG_WEI), {**ZHANG_WEI, "birth_month": "1980-05", "years_of_service": 22})
LI = Person(dict(LI_FANG), {**ZHANG.expected, "nominee_name": "李芳", "gender": "女", "nominee_phone": "13700001111"})

UTF8 = 0x800
PASSWORD = "secret"


def samples() -> Iterator[Sample]:
    for number, (name, (ending, pack)) in enumerate(PACKED.items()):
        one = nominee(350 + number)
        make = mailed(one, pack, f"推荐材料.{ending}", by=client(number))
        yield Sample(name, make, reading(submission(one)))
    for number, (name, (ending, pack)) in enumerate(LOCKED.items()):
        one = nominee(380 + number)
        make = mailed(one, pack, f"推荐材料.{ending}", by=client(number))
        yield Sample(name, make, unread(one, "encrypted_attachment", says=["密码"]))
    yield from _several()
    one = nominee(397)
    known = {key: one.written[key] for key in ("recommender", "recommender_phone")}
    roles = ["archive", "evidence", "evidence"] * 2
    make = mailed(one, files=_of_other_things)
    yield Sample("rar-packed-by-rar", make, reading(submission(NOBODY, **known), roles=roles), ("unar",))
    yield from _packed_by_others()
    one = nominee(398)
    make = mailed(one, lambda values: zipped({"征集表.docx": filled_form(values)})[:-400], "推荐材料.zip")
    yield Sample("zip-cut-short", make, unread(one, "unreadable_attachment"))


def _of_other_things() -> list[File]:
    return [file("材料.rar", PACKED_BY_RAR["RAR 5"]), file("旧材料.rar", PACKED_BY_RAR["RAR 4"])]


def _packed_by_others() -> Iterator[Sample]:
    """What RAR and 7-Zip themselves have packed, see tests/packed_maker.py."""
    for number, (name, people) in enumerate(KEPT.items()):
        make = mailed(
            ZHANG, files=partial(_kept, name), by=client(number), message_id=f"<corpus-packed-{name}@example.com>"
        )
        yield Sample(f"packed-{name}", make, reading(*map(submission, people)), ("unar",))
    for number, name in enumerate(("rar4-locked", "rar4-locked-with-names", "rar5-locked", "rar5-locked-with-names")):
        make = mailed(
            ZHANG, files=partial(_kept, name), by=client(number), message_id=f"<corpus-packed-{name}@example.com>"
        )
        yield Sample(f"packed-{name}", make, unread(ZHANG, "encrypted_attachment", says=["密码"]))
    for name, volume in {"rar4-first-volume": "rar4-volumes.part01", "rar5-last-volume": "rar5-volumes.part03"}.items():
        make = mailed(ZHANG, files=partial(_kept, volume), message_id=f"<corpus-packed-{name}@example.com>")
        yield Sample(f"packed-{name}", make, unread(ZHANG, "unreadable_attachment", says=["分卷"]))


def _kept(name: str) -> list[File]:
    """The archive, or all its volumes, the last one first as file dialogs like to hand them over."""
    names = sorted((one.name for one in PACKED_FOLDER.glob(f"{name}.*")), reverse=True)
    return [file(f"推荐材料{one.removeprefix(name)}", (PACKED_FOLDER / one).read_bytes()) for one in names]


def _several() -> Iterator[Sample]:
    people = [nominee(seed) for seed in (390, 391, 392)]

    def folders() -> list[File]:
        forms = {f"第一批/{p.expected['nominee_name']}/征集表.docx": filled_form(p.written) for p in people}
        return [file("三人材料.zip", zipped(forms))]

    yield Sample("zip-of-three-people", mailed(people[0], files=folders), reading(*map(submission, people)))
    one, two = nominee(393), nominee(394)

    def by_different_means() -> list[File]:
        inner = zipped({"征集表.docx": filled_form(two.written)})
        return [File("征集表.docx", filled_form(one.written)), file("另一位.zip", inner)]

    yield Sample(
        "a-form-and-a-zip-of-another", mailed(one, files=by_different_means), reading(submission(one), submission(two))
    )
    photographed = nominee(395)

    def with_evidence() -> list[File]:
        return [
            file(
                "材料.zip",
                zipped(
                    {
                        "材料/征集表.docx": filled_form(photographed.written),
                        "材料/工程照.jpg": JPEG,
                        "__MACOSX/材料/._征集表.docx": b"x",
                    }
                ),
            )
        ]

    roles = ["archive", "form", "evidence"]
    yield Sample(
        "zip-with-photographs",
        mailed(photographed, files=with_evidence),
        reading(submission(photographed), roles=roles),
    )


def zipped(files: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """By Python: names in UTF-8 with the flag."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, how)
    return kept.getvalue()


def named(
    raw: bytes, content: bytes, flags: int = 0, method: int = 0, extra: bytes = b"", packed: bytes | None = None
) -> bytes:
    """A zip of one file, its name just these bytes, as packers of Windows write it."""
    body = content if packed is None else packed
    size = len(content)
    check = 0 if method == 99 else zlib.crc32(content)
    common = struct.pack("<HHHHHIIIHH", 20, flags, method, 0, 33, check, len(body), size, len(raw), len(extra))
    local = b"PK\x03\x04" + common + raw + extra + body
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + raw + extra
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def _tarred(values: Values, mode: str = "w:gz") -> bytes:
    kept = io.BytesIO()
    with tarfile.open(fileobj=kept, mode=mode) as archive:
        data = filled_form(values)
        info = tarfile.TarInfo("推荐材料/征集表.docx")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return kept.getvalue()


def _sevenzip(values: Values, **more: object) -> bytes:
    import py7zr

    kept = io.BytesIO()
    with py7zr.SevenZipFile(kept, "w", **more) as archive:
        archive.writestr(filled_form(values), "推荐材料/征集表.docx")
    return kept.getvalue()


def _in_zip(name: str, how: int = zipfile.ZIP_DEFLATED) -> Callable[[Values], bytes]:
    return lambda values: zipped({name: filled_form(values)}, how)


def _named(name: str, encoding: str, flags: int = 0) -> Callable[[Values], bytes]:
    return lambda values: named(name.encode(encoding), filled_form(values), flags)


def _nested(values: Values) -> bytes:
    return zipped({"第一批.zip": zipped({"推荐材料/征集表.docx": filled_form(values)})})


def _seven_in_zip(values: Values) -> bytes:
    return zipped({"材料.7z": _sevenzip(values)})


def _old_rar(values: Values) -> bytes:
    return rar4(("推荐材料\\征集表镕.docx".encode("gb18030"), filled_form(values)))


def _new_rar(values: Values) -> bytes:
    return rar5(("推荐材料/征集表.docx", filled_form(values)))


def _zip_crypto(values: Values) -> bytes:
    """Traditional encryption: the first twelve bytes are its header."""
    content = filled_form(values)
    return named("征集表.docx".encode("gbk"), content, flags=1, packed=_scrambled(content, PASSWORD.encode()))


def _scrambled(content: bytes, password: bytes) -> bytes:
    keys = [0x12345678, 0x23456789, 0x34567890]

    def crc(value: int, octet: int) -> int:
        return (zlib.crc32(bytes([octet]), value ^ 0xFFFFFFFF) ^ 0xFFFFFFFF) & 0xFFFFFFFF

    def update(octet: int) -> None:
        keys[0] = crc(keys[0], octet)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    for octet in password:
        update(octet)
    out = bytearray()
    for octet in bytes(11) + bytes([zlib.crc32(content) >> 24]) + content:
        half = (keys[2] | 2) & 0xFFFF
        out.append(octet ^ ((half * (half ^ 1)) >> 8 & 0xFF))
        update(octet)
    return bytes(out)


def _aes(values: Values) -> bytes:
    """As WinZip and 7-Zip encrypt: method 99 and its extra field; salt and check come first."""
    content = filled_form(values)
    extra = struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", 3, 8)
    body = zlib.compress(content, 9)[2:-4]
    return named("征集表.docx".encode(), content, UTF8 | 1, 99, extra, bytes(range(18)) + body[::-1] + bytes(10))


def _locked_rar4(values: Values) -> bytes:
    return rar4(("征集表.docx".encode("gbk"), filled_form(values)), flags=4)


def _locked_rar5(values: Values) -> bytes:
    return rar5(
        ("征集表.docx", filled_form(values)), extra=vint(48) + vint(1) + vint(0) + vint(0) + b"\x0f" + bytes(44)
    )


KEPT = {
    "rar4": [ZHANG],
    "rar4-solid": [LI, ZHANG],
    "rar4-text": [ZHANG],
    "rar4-record": [ZHANG],
    "rar4-in-rar5": [LI, ZHANG],
    "rar4-volumes": [ZHANG],
    "rar4-old-volumes": [ZHANG],
    "rar5": [ZHANG],
    "rar5-solid": [LI, ZHANG],
    "rar5-record": [ZHANG],
    "rar5-volumes": [ZHANG],
    "deflate64": [ZHANG],
    "bcj2": [ZHANG],
}
PACKED: dict[str, tuple[str, Callable[[Values], bytes]]] = {
    "zip": ("zip", _in_zip("推荐材料/征集表.docx")),
    "zip-names-in-gbk": ("zip", _named("推荐材料/征集表镕.docx", "gb18030")),
    "zip-names-in-utf8-without-the-flag": ("zip", _named("推荐材料/征集表.docx", "utf-8")),
    "zip-names-in-gbk-called-utf8": ("zip", _named("征集表.docx", "gbk", UTF8)),
    "zip-with-backslashes": ("zip", _named("张伟\\征集表.docx", "gbk")),
    "zip-bzip2": ("zip", _in_zip("征集表.docx", zipfile.ZIP_BZIP2)),
    "zip-lzma": ("zip", _in_zip("征集表.docx", zipfile.ZIP_LZMA)),
    "zip-in-zip": ("zip", _nested),
    "zip-called-docx": ("docx", _in_zip("征集表.docx")),
    "zip-of-wandering-paths": ("zip", _named("../../../tmp/征集表.docx", "utf-8", UTF8)),
    "7z": ("7z", _sevenzip),
    "7z-in-zip": ("zip", _seven_in_zip),
    "tar-gz": ("tar.gz", _tarred),
    "tar-xz": ("tar.xz", partial(_tarred, mode="w:xz")),
    "rar4": ("rar", _old_rar),
    "rar5": ("rar", _new_rar),
    "rar-called-zip": ("zip", _new_rar),
}
LOCKED: dict[str, tuple[str, Callable[[Values], bytes]]] = {
    "locked-zip-crypto": ("zip", _zip_crypto),
    "locked-zip-aes": ("zip", _aes),
    "locked-7z": ("7z", partial(_sevenzip, password=PASSWORD)),
    "locked-7z-with-its-names": ("7z", partial(_sevenzip, password=PASSWORD, header_encryption=True)),
    "locked-rar4": ("rar", _locked_rar4),
    "locked-rar5": ("rar", _locked_rar5),
}
