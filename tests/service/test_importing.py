"""Where old mails lie: an mbox in pieces as the standard library sees them, a folder's mails by what they are."""

from __future__ import annotations

import mailbox
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

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
