"""Where old mails lie: an mbox in pieces as the standard library sees them, a folder's mails by what they are."""

from __future__ import annotations

import mailbox
import os
import pwd
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.importing import LINE_BYTES, Piece, mails_in, pieces

LINES = (b"From a@b Mon Jan 1\n", b"\n", b"\r\n", b"Subject: x\n", b"the end From \n", b">From z\n", b"no end")


@given(st.lists(st.sampled_from([*LINES, b"x" * LINE_BYTES, b"x" * (LINE_BYTES - 1) + b"\n"]), max_size=12))
def test_an_mbox_is_cut_where_the_standard_library_cuts_it(lines):
    with NamedTemporaryFile() as file:
        file.write(b"From a@b Mon Jan 1\n" + b"".join(lines))
        file.flush()
        box = mailbox.mbox(file.name, create=False)
        expected = [box.get_bytes(key) for key in box.keys()]  # noqa: SIM118  it iterates over parsed mails
        box.close()
        found = list(pieces(Path(file.name)))
        assert [piece.read() for piece in found] == expected
        assert [piece.number for piece in found] == list(range(1, len(expected) + 1))


def test_a_piece_is_read_as_far_as_is_wanted(tmp_path):
    (tmp_path / "a").write_bytes(b"0123456789")
    assert Piece(tmp_path / "a").read() == b"0123456789"
    assert Piece(tmp_path / "a", 2, 5).read() == b"23456"
    assert Piece(tmp_path / "a", 2, 5).read(3) == b"234"
    assert Piece(tmp_path / "a", 2, 5).read(30) == b"23456"


def test_a_pipe_is_one_mail_and_its_first_bytes_are_not_lost(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert list(pieces(tmp_path / "pipe")) == [Piece(tmp_path / "pipe")]


def test_a_file_that_is_no_mail_is_not_imported(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "mail").write_text("Subject: x\n\nhello")
    (tmp_path / "empty.eml").write_text("")
    assert list(mails_in(tmp_path / "notes.txt")) == []
    assert list(mails_in(tmp_path / "mail")) == [b"Subject: x\n\nhello"]
    assert list(mails_in(tmp_path)) == [b"", b"Subject: x\n\nhello"]


def test_an_mbox_in_a_folder_is_an_mbox(tmp_path):
    (tmp_path / "Inbox").write_text("From - Mon\nX-Mozilla-Status: 1\nSubject: x\n\na\n\nFrom - Mon\nSubject: y\n\nb\n")
    (tmp_path / "letter.txt").write_text("From now on\nwe write letters.\n")
    assert [(piece.path.name, piece.number) for piece in pieces(tmp_path)] == [("Inbox", 1), ("Inbox", 2)]


@contextmanager
def as_nobody(folder):
    """Root may look into everything: such tests are for the others."""
    nobody = pwd.getpwnam("nobody").pw_uid
    if root := os.geteuid() == 0:
        os.chown(folder, nobody, -1)
        os.seteuid(nobody)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_what_nobody_may_look_into_is_no_less_a_mail_and_its_reader_learns_why():
    with TemporaryDirectory() as made, as_nobody(made):
        folder = Path(made)
        for name, mode in ((".hidden", 0), ("listed", 0o444), ("locked", 0), ("open", 0o755)):
            (folder / name).mkdir()
            (folder / name / "mail").write_text("Subject: x\n\nhello")
            (folder / name).chmod(mode)
        (folder / "secret.eml").touch(0)
        found = [piece.path for piece in pieces(folder)]
        assert [str(path.relative_to(folder)) for path in found] == ["listed/mail", "locked", "open/mail", "secret.eml"]
        for path in found:
            with nullcontext() if path.parent.name == "open" else pytest.raises(PermissionError):
                Piece(path).read()
