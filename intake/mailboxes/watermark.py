"""Which mails of a folder are not archived yet, and how far it is archived. Pure: sets of UIDs in, UIDs or a Mark out."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from intake.mailboxes.mailbox import Mark


@dataclass(frozen=True, slots=True)
class Listing:
    """What the server says a folder holds."""

    uidvalidity: int
    uids: frozenset[int]
    uidnext: int | None  # 163 does not say
    above: int = 0  # only UIDs above this one were asked for; 0: all of them


def rebuilt(listing: Listing, mark: Mark | None) -> bool:
    """True: the UIDs of `mark` say nothing about this folder any more, or may not.

    163 answers UIDVALIDITY 1 for ever and no UIDNEXT, so a highest UID below the mark is the only sign it can give;
    the newest mail deleted looks the same.
    """
    if mark is None or listing.uidvalidity != mark.uidvalidity:
        return True
    if listing.uidnext is not None:
        return renumbered(listing, mark)
    return not listing.above and bool(listing.uids) and max(listing.uids) < mark.uid


def renumbered(listing: Listing, mark: Mark | None) -> bool:
    """True: for certain, the UIDs of this UIDVALIDITY are given out for a second time."""
    same = mark is not None and listing.uidvalidity == mark.uidvalidity
    return mark is not None and same and listing.uidnext is not None and listing.uidnext <= mark.uid


def unarchived(listing: Listing, mark: Mark | None, known: AbstractSet[int] = frozenset()) -> list[int]:
    """UIDs to be fetched, ascending. `known`: UIDs that were archived, and still belong to the mails that they did.

    Below the mark, what is not known is fetched too: on 163, "collect the last 30 days" hides older mails,
    and they turn up with their low UIDs when somebody lifts it.
    """
    if mark is None or listing.uidvalidity != mark.uidvalidity:
        return sorted(listing.uids)
    return sorted(listing.uids - {uid for uid in known if uid <= mark.uid or uid in mark.beyond})


def reached(listing: Listing, mark: Mark | None, uid: int) -> Mark:
    """The Mark while a listing is being fetched in ascending order without a gap, up to and including `uid`."""
    if mark is None or rebuilt(listing, mark):
        return Mark(listing.uidvalidity, uid)
    top = max(mark.uid, uid)
    return Mark(listing.uidvalidity, top, frozenset(later for later in mark.beyond if later > top))


def advanced(listing: Listing, mark: Mark | None, missing: AbstractSet[int]) -> Mark:
    """The Mark when all of the listing is archived but `missing`: never past a UID that is not archived."""
    base = Mark(listing.uidvalidity, 0) if rebuilt(listing, mark) or mark is None else mark
    here = {uid for uid in listing.uids if uid > base.uid}
    gaps = {uid for uid in missing if uid > base.uid}
    if gaps:
        first = min(gaps)
        below = max((uid for uid in here if uid < first), default=base.uid)
        return Mark(listing.uidvalidity, below, frozenset(uid for uid in here - gaps if uid > first))
    top = max(here, default=base.uid)
    return Mark(listing.uidvalidity, max(top, (listing.uidnext or 1) - 1))
