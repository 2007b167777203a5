"""When a mail is tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbox.retry import DELAYS, GIVE_UP_AFTER, next_attempt

FIRST = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
MINUTE, HOUR = 60, 3600


@pytest.mark.parametrize(
    ("attempts", "elapsed", "delays", "delay"),
    [
        (1, 0, DELAYS, MINUTE),
        (2, MINUTE, DELAYS, 5 * MINUTE),
        (3, 6 * MINUTE, DELAYS, 15 * MINUTE),
        (4, 21 * MINUTE, DELAYS, HOUR),
        (5, 81 * MINUTE, DELAYS, HOUR),  # the last one repeats
        (40, 36 * HOUR, DELAYS, HOUR),
        (74, 71 * HOUR, DELAYS, HOUR),  # exactly at the deadline is still in time
        (75, 71.1 * HOUR, DELAYS, None),  # given up: the next one would be past three days
        (90, 90 * HOUR, DELAYS, None),
        (1, 0, [], None),  # retries are switched off
        (1, 0, [0], 0),  # zero is a delay
        (0, 0, [5], 5),  # nothing recorded yet counts as the first
        (2, 0, [300, 60], 300),  # delays never shrink
        (3, 0, [300, 60, 900], 900),
        (1, 0, [-5], 0),
        (1, 0, [1e300], None),  # absurd, and no overflow
    ],
)
def test_next_attempt(attempts, elapsed, delays, delay):
    now = FIRST + timedelta(seconds=elapsed)
    expected = None if delay is None else now + timedelta(seconds=delay)
    assert next_attempt(attempts, now, FIRST, delays) == expected


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=6), st.integers(1, 200))
def test_a_later_attempt_never_waits_less(delays, attempts):
    one, two = (next_attempt(n, FIRST, FIRST, delays) for n in (attempts, attempts + 1))
    assert two is None or (one is not None and two >= one)


@given(st.lists(st.floats(0, 1e9), max_size=6), st.integers(0, 200), st.integers(0, 400 * HOUR))
def test_nothing_is_tried_after_three_days(delays, attempts, elapsed):
    at = next_attempt(attempts, FIRST + timedelta(seconds=elapsed), FIRST, delays)
    assert at is None or at <= FIRST + GIVE_UP_AFTER
