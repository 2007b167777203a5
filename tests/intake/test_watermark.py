"""What is to be fetched, and how far the watermark may go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mailboxes.mailbox import Mark
from intake.mailboxes.watermark import Listing, advanced, reached, rebuilt, unarchived


def listing(*uids, next_=None, validity=7, above=0) -> Listing:
    return Listing(validity, frozenset(uids), next_, above)


def mark(uid, *beyond, validity=7) -> Mark:
    return Mark(validity, uid, frozenset(beyond))


@pytest.mark.parametrize(
    ("listed", "before", "known", "wanted"),
    [
        (listing(1, 2, 3, next_=4), None, set(), [1, 2, 3]),  # never seen
        (listing(1, 2, 3, next_=4), mark(2), {1, 2}, [3]),
        (listing(1, 2, 3, 4, next_=5), mark(1, 3), {1, 3}, [2, 4]),  # archived beyond a gap
        (listing(next_=4), mark(3), {1, 2, 3}, []),  # all deleted
        (listing(1, 2, next_=4), mark(3), {1, 2, 3}, []),  # the newest deleted; UIDNEXT tells
        (listing(1, 2), mark(3), {1, 2}, []),  # the same on 163, where both are still the mails that they were
        (listing(1, 2), mark(3), {1}, [2]),  # ... and where one is another mail
        (listing(1, 2, next_=3), mark(9), set(), [1, 2]),  # rebuilt: UIDNEXT at or below the mark
        (listing(1, 2), mark(1, 2), set(), [1, 2]),  # archived once, but it is another mail now
        (listing(1, 2), mark(1), {1, 2}, [2]),  # remembered, but the caller says that it is not archived
        (listing(1, 2, next_=3, validity=8), mark(2), {1, 2}, [1, 2]),  # UIDVALIDITY changed
        (listing(1, 5, 6), mark(6), {5, 6}, [1]),  # an older mail turned up
        (listing(5, next_=6, above=4), mark(4), {1, 2, 3, 4}, [5]),
        (listing(next_=5, above=4), mark(4), {4}, []),
    ],
)
def test_unarchived(listed, before, known, wanted) -> None:
    assert unarchived(listed, before, known) == wanted


@pytest.mark.parametrize(
    ("listed", "before", "missing", "after"),
    [
        (listing(1, 2, 3, next_=9), None, set(), mark(8)),  # 4 to 8 have vanished
        (listing(1, 2, 3), None, set(), mark(3)),
        (listing(1, 2, 3), None, {2}, mark(1, 3)),  # never past a gap
        (listing(2, 3), None, {2}, mark(0, 3)),
        (listing(4, 5, next_=6, above=3), mark(3), {5}, mark(4)),
        (listing(4, 5, 6, next_=7, above=3), mark(3, 5), {4}, mark(3, 5, 6)),
        (listing(next_=4), mark(3), set(), mark(3)),
        (listing(1, next_=2), mark(9), set(), mark(1)),  # rebuilt: the mark goes down with the folder
        (listing(validity=8), mark(9), set(), mark(0, validity=8)),
        (listing(1, 5, 6), mark(6), {1}, mark(6)),  # below the mark: remembered elsewhere
    ],
)
def test_advanced(listed, before, missing, after) -> None:
    assert advanced(listed, before, missing) == after


@pytest.mark.parametrize(
    ("listed", "before", "uid", "after"),
    [
        (listing(1, 2, 3), None, 2, mark(2)),
        (listing(4, 5, 6), mark(3, 5), 4, mark(4, 5)),
        (listing(1, 5, 6), mark(6), 1, mark(6)),
    ],
)
def test_reached(listed, before, uid, after) -> None:
    assert reached(listed, before, uid) == after


@given(st.sets(st.integers(1, 60)), st.integers(0, 60), st.sets(st.integers(1, 60)), st.booleans(), st.data())
def test_nothing_is_passed_over_and_nothing_fetched_twice(uids, top, beyond, told, data) -> None:
    before = mark(top, *(uid for uid in beyond if uid > top))
    listed = listing(*uids, next_=max([60, *uids]) + 1 if told else None)
    if rebuilt(listed, before):
        return
    wanted = unarchived(listed, before, {uid for uid in uids if uid <= top or uid in before.beyond})
    assert set(wanted) == {uid for uid in uids if uid > top and uid not in before.beyond}
    missing = {uid for uid in wanted if data.draw(st.booleans())}
    after = advanced(listed, before, missing)
    assert set(unarchived(listed, after, uids - missing)) == missing
