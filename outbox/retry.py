"""When a mail that could not leave is tried again. Pure: attempts and clock in, a moment out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

#: 1, 5, 15 minutes, then hourly: greylisting lets the second or third try through.
DELAYS: tuple[float, ...] = (60, 300, 900, 3600)

#: Three days after the first attempt a person has to look: an answer that comes later confuses more than it helps.
GIVE_UP_AFTER = timedelta(days=3)


def next_attempt(attempts: int, now: datetime, first_at: datetime, delays: Sequence[float]) -> datetime | None:
    """The next time to try after `attempts` failed ones, the first of them at `first_at`.

    Delays never shrink, and the last one repeats. None: no further automatic attempt, because three days
    would be over by then or because `delays` is empty (retries are switched off).
    """
    if not delays:
        return None
    delay = max(0.0, *delays[: max(attempts, 1)])
    deadline = first_at + GIVE_UP_AFTER
    if delay > (deadline - now).total_seconds():  # compared as seconds: an absurd delay must not overflow a date
        return None
    return now + timedelta(seconds=delay)
