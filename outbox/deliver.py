"""Sends what is due from one mailbox: attempt recorded, dialled, outcome recorded, one mail after another."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from loguru import logger

from intake.mailboxes.breaker import Breaker
from intake.mailboxes.mailbox import MailboxError
from outbox.mime import Unsendable, build
from outbox.retry import GIVE_UP_AFTER, next_attempt
from outbox.smtp import Action, CutAfterText, Refused, Transport, Unreachable, verdict
from storage import accounts, outgoing, sending
from storage.database import Database
from storage.outgoing import OutgoingRow, OutgoingState

#: 163 counts a day's mails by Beijing time.
BEIJING = timezone(timedelta(hours=8))
#: Servers save a copy into the Sent folder a little after they took the mail.
SENT_COPY_AFTER = timedelta(minutes=1)
#: When a cap is reached, look again after so long.
CAP_PAUSE = timedelta(minutes=1)


#: No refused login is remembered: how things stand after a restart.
FRESH = Breaker()


@dataclass(frozen=True, slots=True)
class Account:
    """Where and how answers of a mailbox leave."""

    mailbox: str
    address: str
    username: str
    password: str | None = field(repr=False)
    host: str
    port: int
    tls: bool
    interval: float  # seconds between two mails
    per_hour: int  # 0: no limit
    per_day: int
    delays: tuple[float, ...]
    name: str = ""  # shown beside the address


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one attempt."""

    row: OutgoingRow
    state: OutgoingState
    reply: str  # the server's own words, or ours where it said nothing
    sentence: str = ""  # Chinese, for people


@dataclass(frozen=True, slots=True)
class Report:
    """What a round did, and when the next one is worth while."""

    deliveries: tuple[Delivered, ...]
    next_at: datetime | None  # None: nothing waits
    breaker: Breaker  # for the next round; a fresh one after a restart
    unreachable: str = ""  # Chinese: the server was not there
    login_refused: str = ""  # Chinese: the server refused user name or password
    paused: str = ""  # Chinese: why nothing leaves for now

    def count(self, state: OutgoingState) -> int:
        return sum(delivered.state is state for delivered in self.deliveries)


def transport_of(account: Account) -> Transport:
    return Transport(account.host, account.port, tls=account.tls, username=account.username, password=account.password)


def deliver_due(
    database: Database,
    account: Account,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], bool],
    sent_ids: Callable[[datetime], frozenset[str]],
    breaker: Breaker = FRESH,
    connect: Callable[[Account], Transport] = transport_of,
    tell: Callable[[Delivered], None] = lambda _delivered: None,
) -> Report:
    """Send what is due, each mail at most once, and return.

    `sleep` keeps the spacing and says True when it is time to stop; `sent_ids` lists the Message-IDs in the Sent
    folder since a day; `tell` hears of each outcome as it is committed. Only one round per mailbox at a time.
    Raises DatabaseFault; what was in hand is then settled by the next round.
    """
    _recover(database, account, clock(), sent_ids)
    rounds = _Round(database, account, clock, connect(account), breaker, tell)
    try:
        rounds.run(sleep)
    finally:
        rounds.transport.close()
    return rounds.report()


def _recover(
    database: Database, account: Account, now: datetime, sent_ids: Callable[[datetime], frozenset[str]]
) -> None:
    """What a crash left: unfinished attempts are due again, and a mail in doubt is looked for in the Sent folder."""
    with database.reading() as tx:
        left = outgoing.in_state(tx, OutgoingState.SENDING, OutgoingState.IN_DOUBT)
    mine = [row for row in left if row.mail.mailbox == account.mailbox]
    if any(row.state is OutgoingState.SENDING for row in mine):
        with database.transaction() as tx:
            sending.recover(tx, now, account.mailbox)
    doubtful = [
        row
        for row in mine
        if row.state is OutgoingState.IN_DOUBT and now - (row.last_attempt_at or now) >= SENT_COPY_AFTER
    ]
    if not doubtful:
        return
    try:
        there = sent_ids(min(row.last_attempt_at or now for row in doubtful) - timedelta(days=1))
    except MailboxError as error:
        logger.warning("{}: the Sent folder cannot be read, mails stay in doubt: {}", account.mailbox, error)
        return
    with database.transaction() as tx:
        for row in doubtful:
            if row.mail.message_id in there:
                sending.sent(tx, row.id, now, "250 在“已发送”中找到")
            else:
                sending.parked(
                    tx, row.id, now, "交付时连接中断，“已发送”中没有找到，请人工核对对方是否收到", in_doubt=True
                )


class _TakenOver(Exception):
    """Another process has the mail now; the text stays here."""


class _Round:
    """One call's work. Each step commits before the next one begins."""

    def __init__(  # noqa: PLR0917  private, and called once
        self,
        database: Database,
        account: Account,
        clock: Callable[[], datetime],
        transport: Transport,
        breaker: Breaker,
        tell: Callable[[Delivered], None],
    ) -> None:
        self.transport = transport
        self._database = database
        self._account = account
        self._clock = clock
        self._breaker = breaker
        self._tell = tell
        self._seen: set[int] = set()
        self._deliveries: list[Delivered] = []
        self._not_before: datetime | None = None
        self._unreachable = self._login_refused = self._paused = ""

    def run(self, sleep: Callable[[float], bool]) -> None:
        while not self._must_wait() and (row := self._next()) is not None:
            self._seen.add(row.id)
            data = self._built(row)
            if data is None:
                continue
            if sleep(self._spacing()):
                return
            if not self._attempt(row, data):
                return

    def report(self) -> Report:
        with self._database.reading() as tx:
            due = outgoing.next_due_at(tx, self._account.mailbox)
        if due is not None and self._not_before is not None:
            due = max(due, self._not_before)
        return Report(tuple(self._deliveries), due, self._breaker, self._unreachable, self._login_refused, self._paused)

    # --- before ---

    def _must_wait(self) -> bool:
        """Whether a pause, a refused login or a cap keeps the whole mailbox quiet."""
        now, mailbox = self._clock(), self._account.mailbox
        if not self._breaker.allows(now.timestamp()):
            self._not_before = datetime.fromtimestamp(self._breaker.opens_at, now.tzinfo)
            return True
        with self._database.reading() as tx:
            pause = accounts.paused(tx, mailbox, now)
            if pause is not None:
                self._not_before, self._paused = pause
                return True
            caps = ((self._account.per_hour, timedelta(hours=1)), (self._account.per_day, timedelta(days=1)))
            full = any(cap and accounts.sent_count(tx, mailbox, now - span) >= cap for cap, span in caps)
        if full:
            self._not_before, self._paused = now + CAP_PAUSE, "已达到本邮箱设定的每小时或每天发信上限，稍后自动继续。"
        return full

    def _next(self) -> OutgoingRow | None:
        with self._database.reading() as tx:
            rows = outgoing.due(tx, self._account.mailbox, self._clock(), limit=len(self._seen) + 1)
        return next((row for row in rows if row.id not in self._seen), None)

    def _built(self, row: OutgoingRow) -> bytes | None:
        try:
            return build(row.mail, self._account.name, self._account.address, self._clock())
        except Unsendable as error:
            reason = str(error)
        except Exception:  # noqa: BLE001  one mail that cannot be built must not keep the others
            logger.exception("outgoing mail {} cannot be built", row.id)
            reason = "邮件无法生成（程序内部错误），请联系维护人员。"
        self._settle(row, OutgoingState.PARKED, reason)
        return None

    def _spacing(self) -> float:
        """Seconds until the next mail may leave; a restart does not shorten them."""
        with self._database.reading() as tx:
            last = accounts.last_attempt_at(tx, self._account.mailbox)
        if last is None:
            return 0.0
        waited = (self._clock() - last).total_seconds()
        return min(max(0.0, self._account.interval - waited), self._account.interval)

    # --- dialling ---

    def _attempt(self, row: OutgoingRow, data: bytes) -> bool:
        """One attempt. False: leave the rest for another round."""
        now = self._clock()
        with self._database.transaction() as tx:
            if not sending.begin(tx, row.id, now, self._after(row, now)):
                return True  # somebody else was quicker, or a person took it away
        try:
            reply = self.transport.send(self._account.address, row.mail.to, data, lambda: self._handing_over(row))
        except _TakenOver:
            logger.warning("{}: mail {} is in other hands, nothing was sent", self._account.mailbox, row.id)
            return False
        except Refused as refused:
            return self._on_refused(row, refused)
        except Unreachable as error:
            return self._on_outage(row, str(error))
        except CutAfterText as error:
            self._settle(row, OutgoingState.IN_DOUBT, str(error), "交付时连接中断，不知道对方是否收到，不会自动重发。")
            return True
        self._breaker = self._breaker.after_success()
        self._settle(row, OutgoingState.SENT, reply)
        return True

    def _handing_over(self, row: OutgoingRow) -> None:
        with self._database.transaction() as tx:
            if not sending.handing_over(tx, row.id, row.attempts + 1):
                raise _TakenOver

    def _on_refused(self, row: OutgoingRow, refused: Refused) -> bool:
        answer = verdict(refused.code, refused.text)
        reply = f"{refused.code} {refused.text}"
        match answer.action:
            case Action.LOGIN:
                return self._on_login_refused(row, reply, answer.sentence)
            case Action.PAUSE | Action.PAUSE_DAY:
                return self._on_pause(row, reply, answer.action, answer.wait, answer.sentence)
            case _ if refused.stage in {"connect", "login"}:
                return self._on_outage(row, reply)  # said before any address was named: no fault of this mail
            case Action.PARK:
                self._settle(row, OutgoingState.PARKED, reply, answer.sentence)
            case Action.ONCE_MORE if row.attempts >= 1:
                self._settle(row, OutgoingState.PARKED, reply, answer.sentence)
            case _:
                self._later(row, reply, answer.sentence, answer.wait)
        return True

    def _on_login_refused(self, row: OutgoingRow, reply: str, sentence: str) -> bool:
        now = self._clock()
        self._breaker = self._breaker.after_refused(now.timestamp())
        self._login_refused = sentence
        self._not_before = datetime.fromtimestamp(self._breaker.opens_at, now.tzinfo)
        self._defer(row, reply, sentence, now)  # the pause is the breaker's alone: a restart tries at once
        return False

    def _on_pause(self, row: OutgoingRow, reply: str, action: Action, wait: float, sentence: str) -> bool:
        now = self._clock()
        until = self._not_before = _tomorrow(now) if action is Action.PAUSE_DAY else now + timedelta(seconds=wait)
        self._paused = f"{sentence}（服务器答复：{reply}）"
        with self._database.transaction() as tx:
            accounts.pause(tx, self._account.mailbox, until, self._paused)
        self._defer(row, reply, sentence, until)
        return False

    def _on_outage(self, row: OutgoingRow, reason: str) -> bool:
        """The server is not there: what else is due waits as long as the mail that found out, and nobody dials for it."""
        self._unreachable = reason
        at = self._later(row, reason, "发信服务器暂时连不上，稍后自动再试。")
        if at is not None:
            now = self._clock()
            with self._database.transaction() as tx:
                for other in outgoing.due(tx, self._account.mailbox, now, limit=10_000):
                    if other.id != row.id:
                        sending.deferred(tx, other.id, now, reason, at)
        return False

    # --- after ---

    def _after(self, row: OutgoingRow, now: datetime) -> datetime | None:
        return next_attempt(row.attempts + 1, now, row.deadline - GIVE_UP_AFTER, self._account.delays)

    def _later(self, row: OutgoingRow, reply: str, sentence: str, at_least: float = 0) -> datetime | None:
        now = self._clock()
        at = self._after(row, now)
        if at is None:
            given_up = OutgoingState.FAILED if self._account.delays else OutgoingState.PARKED
            self._settle(row, given_up, reply, sentence.replace("稍后自动再试", "不再自动重试，请人工处理"))
            return None
        at = max(at, now + timedelta(seconds=at_least))
        self._defer(row, reply, sentence, at)
        return at

    def _defer(self, row: OutgoingRow, reply: str, sentence: str, at: datetime) -> None:
        with self._database.transaction() as tx:
            sending.deferred(tx, row.id, self._clock(), reply, at)
        self._done(row, OutgoingState.DEFERRED, reply, sentence)

    def _settle(self, row: OutgoingRow, state: OutgoingState, reply: str, sentence: str = "") -> None:
        now = self._clock()
        with self._database.transaction() as tx:
            match state:
                case OutgoingState.SENT:
                    sending.sent(tx, row.id, now, reply, _queue_id(reply))
                case OutgoingState.IN_DOUBT:
                    sending.in_doubt(tx, row.id, now, reply)
                case OutgoingState.FAILED:
                    sending.failed(tx, row.id, now, reply)
                case _:
                    sending.parked(tx, row.id, now, reply)
        self._done(row, state, reply, sentence)

    def _done(self, row: OutgoingRow, state: OutgoingState, reply: str, sentence: str) -> None:
        logger.debug("{}: mail {} ({}) {}: {}", self._account.mailbox, row.id, row.mail.kind, state, reply)
        delivered = Delivered(row, state, reply, sentence)
        self._deliveries.append(delivered)
        self._tell(delivered)


def _queue_id(reply: str) -> str | None:
    """163 says "Mail OK queued as smtp11,<id> <time>"; a bounce names that id."""
    match = re.search(r"queued as (\S+)", reply)
    return match[1] if match else None


def _tomorrow(now: datetime) -> datetime:
    """A little after midnight in Beijing."""
    day = now.astimezone(BEIJING).replace(hour=0, minute=10, second=0, microsecond=0)
    return day + timedelta(days=1)
