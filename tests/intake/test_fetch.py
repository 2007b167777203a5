"""What servers answer to FETCH, and what is read from it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mailboxes.fetch import Fetched, read_fetched, read_internaldate, uid_set

CST = timezone(timedelta(hours=8))
DATE = b'INTERNALDATE "17-Jul-2026 02:44:25 +0800"'
AT = datetime(2026, 7, 17, 2, 44, 25, tzinfo=CST)


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([None], {}),
        ([], {}),
        ([b"1 (UID 5 " + DATE + b" RFC822.SIZE 3)"], {5: Fetched(5, AT, 3)}),
        ([b"1 (RFC822.SIZE 3 " + DATE + b" UID 5)"], {5: Fetched(5, AT, 3)}),  # any order
        ([(b"1 (UID 5 BODY[] {3}", b"abc"), b")"], {5: Fetched(5, body=b"abc")}),
        ([(b"1 (BODY[] {3}", b"abc"), b" UID 5 RFC822.SIZE 3)"], {5: Fetched(5, None, 3, b"abc")}),  # items after it
        ([(b"1 (UID 5 BODY[] {3}", b")\r\n"), b")"], {5: Fetched(5, body=b")\r\n")}),  # a literal is no syntax
        ([(b"1 (UID 5 BODY[] {3}", b"UID"), b" FLAGS (\\Seen))"], {5: Fetched(5, body=b"UID")}),
        ([(b"1 (UID 5 BODY[HEADER] {1}", b"a"), (b" BODY[TEXT] {1}", b"b"), b")"], {5: Fetched(5, body=b"b")}),
        ([(b"1 (UID 5 BODY[HEADER.FIELDS (MESSAGE-ID)] {2}", b"ab"), b")"], {5: Fetched(5, body=b"ab")}),
        ([b'1 (UID 5 BODY[] "a\\"b\\\\c")'], {5: Fetched(5, body=b'a"b\\c')}),
        ([b'1 (UID 5 BODY[] "")'], {5: Fetched(5, body=b"")}),
        ([b"1 (UID 5 BODY[] NIL)"], {5: Fetched(5)}),
        ([b"1 (UID 5)"], {5: Fetched(5)}),  # iCloud: OK without the text
        ([b"1 (uid 5 rfc822.size 3)"], {5: Fetched(5, None, 3)}),
        ([b"7 (FLAGS (\\Seen))", b"1 (UID 5 RFC822.SIZE 3)"], {5: Fetched(5, None, 3)}),  # news of another mail
        ([b"7 (FLAGS (\\Seen) UID 9)", b"1 (UID 5)"], {5: Fetched(5), 9: Fetched(9)}),
        (
            [(b"1 (UID 5 BODY[] {1}", b"a"), b")", b"1 (UID 5 FLAGS (\\Seen))"],
            {5: Fetched(5, body=b"a")},
        ),  # in two lines
        (
            [(b"1 (UID 5 BODY[] {1}", b"a"), b")", (b"2 (UID 6 BODY[] {1}", b"b"), b")"],
            {5: Fetched(5, body=b"a"), 6: Fetched(6, body=b"b")},
        ),
        ([b'1 (FLAGS (UID 8) ENVELOPE ("UID" (("x" NIL "UID" "7"))) UID 5)'], {5: Fetched(5)}),  # only the outer level
        ([b'1 (UID 5 X "broken RFC822.SIZE 3)'], {5: Fetched(5, None, 3)}),
        ([b"1 (UID five)"], {}),
        ([b"1 (UID"], {}),
        ([b"1 (UID 5 RFC822.SIZE)"], {5: Fetched(5)}),
    ],
)
def test_read_fetched(pieces, expected) -> None:
    assert read_fetched(pieces) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"17-Jul-2026 02:44:25 +0800", AT),
        (b" 7-jul-2026 02:44:25 +0800", AT.replace(day=7)),
        (
            b"17-JUL-2026 02:44:25 -0530",
            AT.replace(tzinfo=-timedelta(hours=5, minutes=30) and timezone(-timedelta(hours=5, minutes=30))),
        ),
        (b"17-Jul-2026 02:44:25", AT.replace(tzinfo=timezone.utc)),  # noqa: UP017
        (b"17-July-2026 02.44.25 +0800", AT),
        (b"17-Jul-2026 02:44:60 +0800", AT.replace(second=59)),
        (b"31-Feb-2026 02:44:25 +0800", None),
        (b"17-Jux-2026 02:44:25 +0800", None),
        (b"17-Jul-2026 02:44:25 +9900", None),
        (b"", None),
    ],
)
def test_read_internaldate(text, expected) -> None:
    assert read_internaldate(text) == expected


@pytest.mark.parametrize(
    ("uids", "expected"), [([5], "5"), ([7, 5, 6], "5:7"), ([1, 3, 4, 9], "1,3:4,9"), ([2, 2], "2"), ([], "")]
)
def test_uid_set(uids, expected) -> None:
    assert uid_set(uids) == expected


@given(st.lists(st.one_of(st.none(), st.binary(), st.tuples(st.binary(), st.binary()))))
def test_whatever_is_answered_nothing_raises(pieces) -> None:
    assert all(uid == mail.uid > 0 for uid, mail in read_fetched(pieces).items())


@given(st.binary(), st.integers(1, 2**32 - 1))
def test_a_literal_comes_out_as_it_went_in(body, uid) -> None:
    pieces = [(b"1 (UID %d BODY[] {%d}" % (uid, len(body)), body), b" FLAGS ())"]
    assert read_fetched(pieces)[uid].body == body


@given(st.sets(st.integers(1, 200), min_size=1))
def test_a_uid_set_names_exactly_these(uids) -> None:
    ranges = [[int(n) for n in part.split(":")] for part in uid_set(uids).split(",")]
    assert [n for r in ranges for n in range(r[0], r[-1] + 1)] == sorted(uids)
