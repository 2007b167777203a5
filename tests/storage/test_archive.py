"""The archive keeps every byte, and a crash costs nothing that was told to be kept."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from storage import archive as module
from storage.archive import Archive, ArchiveFault

DAY = date(2026, 3, 2)
MAILS = [
    (b"Subject: one\r\n\r\nhello\n", {"mailbox": "ceacq", "folder": "INBOX", "uid": 1}),
    ("Subject: 二\r\n\r\n你好".encode("gb18030"), {"mailbox": "ceacq", "folder": "垃圾邮件", "uid": 2}),
    (b"", {"mailbox": "ceacq", "folder": "INBOX", "uid": 3}),
    (b"\n" * 70_000, {"mailbox": "ceacq", "folder": "INBOX", "uid": 4}),
]


@pytest.fixture
def archive(tmp_path):
    archive = Archive(tmp_path / "archive", today=lambda: DAY)
    yield archive
    archive.close()


def segments(archive):
    return sorted(p.relative_to(archive.folder).as_posix() for p in archive.folder.glob("**/*.seg"))


def uids(archive):
    return [record.meta["uid"] for record in archive.scan()]


def test_what_goes_in_comes_out(archive):
    refs = archive.append(MAILS)
    assert [archive.read(ref) for ref in refs] == [raw for raw, _ in MAILS]
    assert [(r.ref, r.raw, r.meta) for r in archive.scan()] == [
        (ref, *mail) for ref, mail in zip(refs, MAILS, strict=True)
    ]


def test_one_sync_for_a_batch(archive, monkeypatch):
    archive.append(MAILS)
    syncs = []
    monkeypatch.setattr(os, "fdatasync", lambda fd: syncs.append(("data", fd)))
    monkeypatch.setattr(os, "fsync", lambda fd: syncs.append(("folder", fd)))
    archive.append(MAILS * 10)
    assert [kind for kind, _ in syncs] == ["data"]


def test_new_names_are_synced_into_their_folders(tmp_path, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (synced.append(Path(f"/proc/self/fd/{fd}").readlink()), real(fd)))
    archive = Archive(tmp_path / "archive", today=lambda: DAY)
    archive.append(MAILS)
    archive.close()
    expected = [tmp_path, tmp_path / "archive", tmp_path / "archive/2026", tmp_path / "archive/2026/03"]
    assert synced == expected


def test_an_empty_batch_touches_nothing(archive):
    assert archive.append([]) == []
    assert not archive.folder.exists()


def test_a_segment_for_each_day_and_each_start(tmp_path):
    days = [DAY]
    for writer in ("main", "main", "poller2"):
        archive = Archive(tmp_path, writer, lambda: days[0])
        archive.append(MAILS)
        archive.close()
    days[0] = date(2026, 4, 1)
    archive.append(MAILS)
    archive.close()
    assert segments(archive) == [
        *("2026/03/02-main-001.seg", "2026/03/02-main-002.seg", "2026/03/02-poller2-001.seg"),
        "2026/04/01-poller2-001.seg",
    ]


def test_a_full_segment_is_followed_by_another(archive, monkeypatch):
    monkeypatch.setattr(module, "SEGMENT_BYTES", 100_000)
    for _ in range(3):
        archive.append(MAILS)
    assert segments(archive) == ["2026/03/02-main-001.seg", "2026/03/02-main-002.seg"]


def test_few_file_descriptors(archive):
    before = len(list(Path("/proc/self/fd").iterdir()))
    refs = [ref for _ in range(20) for ref in archive.append(MAILS)]
    for ref in refs:
        archive.read(ref)
    assert len(list(Path("/proc/self/fd").iterdir())) == before + 1


@pytest.mark.parametrize("cut", [1, 2, 1000, 70_000, 70_100])
def test_a_tail_torn_by_a_crash_is_passed_over(archive, cut):
    archive.append(MAILS)
    path = archive.folder / segments(archive)[0]
    os.truncate(path, path.stat().st_size - cut)
    again = Archive(archive.folder, today=lambda: DAY)
    again.append(MAILS[:1])
    again.close()
    assert uids(archive) == [1, 2, 3, 1]


@pytest.mark.parametrize(
    "garbage",
    [
        b"\0" * 5000,
        b"{",
        b'{"sha256": "x"}\n',
        b'{"sha256": "x", "size": 1e300}\nabc',
        b"[]\n",
        b'{"sha256":"x","size":-5}\n\n',
    ],
)
def test_a_tail_of_garbage_is_passed_over(archive, garbage):
    archive.append(MAILS)
    with (archive.folder / segments(archive)[0]).open("ab") as file:
        file.write(garbage)
    assert uids(archive) == [1, 2, 3, 4]


def test_a_damaged_mail_is_never_handed_out(archive):
    refs = archive.append(MAILS)
    with (archive.folder / refs[1].segment).open("r+b") as file:
        file.seek(refs[1].offset + 3)
        file.write(b"X")
    with pytest.raises(ArchiveFault, match="校验值不符"):
        archive.read(refs[1])
    assert archive.read(refs[2]) == b""
    assert uids(archive) == [1, 3, 4]


def test_a_reference_beyond_the_end_is_a_fault(archive):
    (ref,) = archive.append(MAILS[:1])
    with pytest.raises(ArchiveFault, match="校验值不符"):
        archive.read(replace(ref, offset=10_000))
    with pytest.raises(ArchiveFault, match="无法读取"):
        archive.read(replace(ref, segment="2026/03/09-main-001.seg"))


def test_erased_is_gone_and_the_others_stay(archive):
    refs = archive.append(MAILS)
    archive.erase(refs[3])
    archive.erase(refs[0])
    archive.erase(refs[0])
    assert b"hello" not in (archive.folder / refs[0].segment).read_bytes()
    assert uids(archive) == [2, 3]
    with pytest.raises(ArchiveFault):
        archive.read(refs[0])


def test_after_a_failed_sync_another_segment_is_started(archive, monkeypatch):
    kept = archive.append(MAILS)

    def broken(fd):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdatasync", broken)
    with pytest.raises(ArchiveFault, match="磁盘已满"):
        archive.append(MAILS)
    monkeypatch.undo()
    archive.append(MAILS[:1])
    assert uids(archive) == [1, 2, 3, 4, 1]
    assert [archive.read(ref) for ref in kept] == [raw for raw, _ in MAILS]
    assert len(segments(archive)) == 2


def test_short_writes_are_gone_on_with(archive, monkeypatch):
    real = os.writev
    monkeypatch.setattr(os, "writev", lambda fd, buffers: real(fd, [bytes(b"".join(buffers))[:777]]))
    refs = archive.append(MAILS)
    assert [archive.read(ref) for ref in refs] == [raw for raw, _ in MAILS]
    assert uids(archive) == [1, 2, 3, 4]


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveFault, match="无法写入"):
        Archive(tmp_path / "file" / "archive").append(MAILS)


def test_mails_are_private(archive):
    archive.append(MAILS)
    assert (archive.folder / segments(archive)[0]).stat().st_mode & 0o077 == 0
