"""A Maildir and a folder of .eml files as a mailbox."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.mailboxes.mailbox import MailboxUnreachable, Mark
from intake.mailboxes.maildir import INDEX, MaildirMailbox


def mail(number: int, size: int = 0) -> bytes:
    return f"Subject: 渝工故事线索\r\nMessage-ID: <{number}@example.com>\r\n\r\n".encode("gb18030") + b"x" * size


class Place:
    """A folder on disk, of either sort."""

    def __init__(self, root: Path, maildir: bool) -> None:
        self.root, self.maildir = root, maildir
        if maildir:
            for sub in ("tmp", "new", "cur"):
                (root / sub).mkdir()

    def deliver(self, *numbers: int, size: int = 0) -> None:
        for number in numbers:
            file = (
                self.root / f"new/{1_700_000_000 + number}.M1P1.host" if self.maildir else self.root / f"{number}.eml"
            )
            file.write_bytes(mail(number, size))
            os.utime(file, (1_700_000_000 + number,) * 2)

    def files(self) -> list[str]:
        return sorted(str(p.relative_to(self.root)) for p in self.root.rglob("*") if p.is_file() and p.name != INDEX)


@pytest.fixture(params=[True, False], ids=["maildir", "eml"])
def place(request, tmp_path) -> Place:
    return Place(tmp_path, request.param)


def poll(mailbox: MaildirMailbox, marks=None) -> list[str]:
    marks = mailbox.covered if marks is None else marks
    return [d.raw.split(b"<")[1].split(b"@")[0].decode() for batch in mailbox.new_messages(marks) for d in batch]


def test_new_mail_comes_once_in_order_of_receipt(place) -> None:
    mailbox = MaildirMailbox("m", place.root)
    place.deliver(2, 1)
    ((first, second),) = mailbox.new_messages({})
    assert [first.uid, second.uid] == [1, 2]
    assert first.raw == mail(1)
    assert first.received_at == datetime.fromtimestamp(1_700_000_001, UTC)
    assert poll(mailbox) == []
    place.deliver(3)
    assert poll(mailbox) == ["3"]


def test_numbers_outlive_the_process_and_the_renaming_of_files(place) -> None:
    place.deliver(1, 2)
    mailbox = MaildirMailbox("m", place.root)
    assert poll(mailbox, {}) == ["1", "2"]
    if place.maildir:
        (place.root / "new/1700000001.M1P1.host").rename(place.root / "cur/1700000001.M1P1.host:2,S")
    place.deliver(3)
    assert poll(MaildirMailbox("m", place.root), mailbox.covered) == ["3"]


def test_a_file_deleted_by_a_person_means_nothing(place) -> None:
    place.deliver(1, 2, 3)
    mailbox = MaildirMailbox("m", place.root, batch_count=1)
    batches = mailbox.new_messages({})
    next(batches)
    (place.root / place.files()[2]).unlink()
    assert [d.uid for batch in batches for d in batch] == [2]
    assert mailbox.covered["INBOX"].uid == 3


def test_a_mark_with_gaps(place) -> None:
    place.deliver(1, 2, 3, 4)
    mailbox = MaildirMailbox("m", place.root)
    ((first, *_),) = mailbox.new_messages({})
    assert poll(mailbox, {"INBOX": Mark(first.uidvalidity, 1, frozenset({3}))}) == ["2", "4"]


@pytest.mark.parametrize("harm", [b"", b"not a number\n"])
def test_a_lost_index_means_reading_everything_again(place, harm) -> None:
    place.deliver(1, 2)
    mailbox = MaildirMailbox("m", place.root)
    poll(mailbox, {})
    validity, uid = mailbox.covered["INBOX"].uidvalidity - 5, mailbox.covered["INBOX"].uid
    (place.root / INDEX).write_bytes(harm)
    assert poll(MaildirMailbox("m", place.root), {"INBOX": Mark(validity, uid)}) == ["1", "2"]


def test_an_index_cut_off_in_the_middle_of_a_line_loses_that_line_only(place) -> None:
    place.deliver(1, 2)
    mailbox = MaildirMailbox("m", place.root)
    poll(mailbox, {})
    index = place.root / INDEX
    index.write_bytes(index.read_bytes()[:-4])
    validity = mailbox.covered["INBOX"].uidvalidity
    assert poll(MaildirMailbox("m", place.root), {"INBOX": Mark(validity, 1)}) == ["2"]


def test_batches_and_the_cap(place) -> None:
    place.deliver(1, 2, 3, size=1000)
    place.deliver(4, size=9000)
    mailbox = MaildirMailbox("m", place.root, max_message_bytes=5000, batch_count=2)
    batches = list(mailbox.new_messages({}))
    assert [len(batch) for batch in batches] == [2, 2]
    assert [d.complete for batch in batches for d in batch] == [True, True, True, False]
    assert batches[1][1].raw == mail(4)
    assert batches[1][1].size > 9000


@pytest.mark.parametrize(
    ("after_filing", "maildir", "plain"),
    [
        ("nothing", "new/1700000001.M1P1.host", "1.eml"),
        ("seen", "cur/1700000001.M1P1.host:2,S", "1.eml"),
        ("move:已办", ".&XfJSng-/cur/1700000001.M1P1.host", "已办/1.eml"),
    ],
)
def test_after_filing(place, after_filing, maildir, plain) -> None:
    place.deliver(1)
    mailbox = MaildirMailbox("m", place.root)
    poll(mailbox, {})
    validity = mailbox.covered["INBOX"].uidvalidity
    mailbox.done([("INBOX", validity, 1), ("INBOX", validity, 9), ("INBOX", validity + 1, 1)], after_filing)
    assert place.files() == [maildir if place.maildir else plain]
    assert poll(mailbox) == []


def test_folders_beside_the_inbox(place) -> None:
    other = place.root / (".&V4NXPpCuTvY-" if place.maildir else "垃圾邮件")
    other.mkdir()
    Place(other, place.maildir).deliver(5)
    mailbox = MaildirMailbox("m", place.root, ("INBOX", "垃圾邮件", "没有的"))
    ((delivery,),) = mailbox.new_messages({})
    assert (delivery.folder, delivery.junk) == ("垃圾邮件", True)
    assert poll(mailbox) == []
    assert len(mailbox.warnings) == 1


def test_sent_ids(place) -> None:
    sent = place.root / (".Sent" if place.maildir else "Sent")
    sent.mkdir()
    Place(sent, place.maildir).deliver(5)
    mailbox = MaildirMailbox("m", place.root)
    assert mailbox.sent_ids(datetime.fromtimestamp(1_700_000_000, UTC)) == {"<5@example.com>"}
    assert mailbox.sent_ids(datetime.fromtimestamp(1_800_000_000, UTC)) == frozenset()


def test_a_folder_that_is_not_there() -> None:
    with pytest.raises(MailboxUnreachable, match="不存在"):
        list(MaildirMailbox("m", Path("/nowhere/at/all")).new_messages({}))


def test_waiting_ends_with_a_new_file(place) -> None:
    mailbox = MaildirMailbox("m", place.root)
    poll(mailbox, {})
    begun = time.monotonic()
    answers = iter([False])

    def stop() -> bool:
        if next(answers, None) is False:
            return False
        place.deliver(1)
        return time.monotonic() - begun > 100

    mailbox.wait(200, stop)
    assert poll(mailbox) == ["1"]
    assert time.monotonic() - begun < 100
