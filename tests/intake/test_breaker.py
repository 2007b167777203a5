"""When a mailbox that refused us, or was not there, is tried again."""

from __future__ import annotations

from itertools import pairwise

import pytest

from intake.mailboxes.breaker import Breaker


def attempts(how: str, until: float) -> list[float]:
    """Try as soon as it is allowed, always with the same result."""
    breaker, now, times = Breaker(), 0.0, []
    while (now := breaker.next_try(now)) <= until:
        times.append(now)
        breaker = getattr(breaker, how)(now)
    return times


@pytest.mark.parametrize(
    ("how", "until", "expected"),
    [
        ("after_refused", 120, [0, 10, 30, 60, 100]),  # five logins in two minutes
        ("after_unreachable", 64, [0, 1, 3, 7, 15, 31, 63]),
    ],
)
def test_attempts(how, until, expected) -> None:
    assert attempts(how, until) == expected


def test_refused_pauses_grow_from_fifteen_minutes_and_have_an_end() -> None:
    times = attempts("after_refused", 24 * 3600)
    pauses = [(b - a) / 60 for a, b in pairwise(times[4:])]
    assert pauses[:5] == [15, 30, 60, 120, 240]
    assert max(pauses) == 240


def test_unreachable_is_tried_every_five_minutes_at_least() -> None:
    times = attempts("after_unreachable", 3600)
    assert max(b - a for a, b in pairwise(times)) == 300


def test_it_trips_with_the_fifth_refusal_and_success_forgets() -> None:
    breaker = Breaker()
    tripped = []
    for now in range(0, 500, 100):
        breaker = breaker.after_refused(float(now))
        tripped.append(breaker.tripped)
    assert tripped == [False, False, False, False, True]
    assert breaker.after_success() == Breaker()
    assert breaker.after_success().allows(0)


def test_a_server_that_is_away_for_a_while_does_not_pardon_a_wrong_password() -> None:
    breaker = Breaker()
    for now in (0.0, 10, 30, 60, 100):
        breaker = breaker.after_refused(now)
    away = breaker.after_unreachable(1000)
    assert away.next_try(1000) == 1001
    assert breaker.after_unreachable(200).next_try(200) == 1000
    assert away.after_refused(1001).next_try(1001) == 1001 + 1800
