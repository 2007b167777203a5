"""When a mailbox may be tried again after it refused us or was not there. Pure: no clock, no sleeping."""

from __future__ import annotations

from dataclasses import dataclass, replace

#: Seconds to wait after the 1st, 2nd … refused login: five logins within two minutes, then 15, 30, 60 … minutes.
#: 163 was seen to lock a mailbox that was tried with a bad password every 7 to 11 minutes.
AFTER_REFUSED = (10.0, 20.0, 30.0, 40.0, 900.0, 1800.0, 3600.0, 7200.0, 14400.0)
#: Seconds to wait after the 1st, 2nd … time that nobody answered.
AFTER_UNREACHABLE = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0)


def _nth(delays: tuple[float, ...], count: int) -> float:
    return delays[min(count, len(delays)) - 1]


@dataclass(frozen=True, slots=True)
class Breaker:
    """How the last attempts went. A fresh one (after a restart) lets the first attempt through at once."""

    refused: int = 0  # refused logins since the last good one
    unreachable: int = 0  # times in a row that the server was not there
    opens_at: float = 0.0  # on the caller's clock; not before

    def next_try(self, now: float) -> float:
        """The moment from which the next attempt is allowed; `now` when it is allowed already."""
        return max(now, self.opens_at)

    def allows(self, now: float) -> bool:
        return now >= self.opens_at

    @property
    def tripped(self) -> bool:
        """True: the logins in quick succession are used up; a person must act, staff are to be told."""
        return self.refused > AFTER_REFUSED.index(900.0)

    def after_success(self) -> Breaker:
        return Breaker()

    def after_refused(self, now: float) -> Breaker:
        count = self.refused + 1
        return Breaker(refused=count, opens_at=now + _nth(AFTER_REFUSED, count))

    def after_unreachable(self, now: float) -> Breaker:
        """A server that is gone says nothing about the password: refusals stay counted."""
        count = self.unreachable + 1
        opens_at = max(self.opens_at, now + _nth(AFTER_UNREACHABLE, count))
        return replace(self, unreachable=count, opens_at=opens_at)
