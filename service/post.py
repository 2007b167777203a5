"""One mailbox at work: polled, sent from, and told what became of its mails; trouble becomes an alert for the operators."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Event

from loguru import logger

from intake.mailboxes.breaker import Breaker
from intake.mailboxes.mailbox import Mailbox, MailboxError, MailboxRefused, MailboxUnreachable
from intake.outcome import State
from outbox.deliver import Account, Report, deliver_due
from service.config.mailbox import MailboxConfig
from service.embedded.server import EmbeddedServer
from service.importing import FOLDER
from service.narrator import line_of_delivery
from service.parts import Parts, account_of, mailbox_of
from service.pipeline import Arrived, Filed, receive
from storage import operations
from storage.outgoing import OutgoingState

#: A sign of life of the poller is left this often.
BEAT_SECONDS = 30.0
REFUSED, UNREACHABLE = "mailbox_refused", "mailbox_unreachable"
SMTP_REFUSED, SMTP_UNREACHABLE, SMTP_PAUSED = "smtp_refused", "smtp_unreachable", "smtp_paused"


class Post:
    """`poll` and `wait` belong to one thread, `deliver` to another; `filed` may be called by any."""

    def __init__(self, parts: Parts, config: MailboxConfig, embedded: EmbeddedServer | None) -> None:
        """Raises ConfigFault where a password is missing."""
        self.config = config
        self.queued = Event()  # something may be waiting to leave
        self.account: Account = account_of(config, embedded, _organiser(parts, config))
        self._parts = parts
        self._embedded = embedded
        self._mailbox: Mailbox = mailbox_of(config, embedded, parts.known_uids(config.name))
        self._breaker = Breaker()  # of logins to the mailbox
        self._sending = Breaker()  # of logins to the sending server
        self._filed: deque[tuple[str, int, int]] = deque()
        self._warned: set[str] = set()
        self._beaten = float("-inf")
        self._polled_well = False  # the latest attempt to poll succeeded
        self._smtp_trouble = True  # an earlier run may have left an alert

    @property
    def name(self) -> str:
        return self.config.name

    def poll(self, arrived: Arrived) -> None:
        """Receive what is new, and tell the server what has been filed; nothing while the next attempt is put off.

        Raises MailboxError, after the alert is raised and the next attempt is put off.
        """
        if self.put_off() > 0:
            return
        with self._alerting():
            receive(self._parts, self._mailbox, arrived)
            self.tell_back()
        self._sign_of_life()

    def put_off(self) -> float:
        """Seconds until the mailbox may be tried again after trouble."""
        return self._breaker.next_try(time.monotonic()) - time.monotonic()

    def wait(self, stop: Callable[[], bool]) -> None:
        """Until new mail may be there, the next poll is due, or `stop()` is true."""
        pause = self.put_off()
        if pause > 0:
            _sleep(pause, stop)
            return
        try:
            self._mailbox.wait(max(self.config.poll_seconds, 0.05), stop)
        except MailboxError as error:
            logger.info("{}: connection lost while waiting: {}", self.name, error)

    def filed(self, filed: Sequence[Filed]) -> None:
        """Remember what has been filed, for the poller's thread to tell the server; wake the sender."""
        self.queued.set()
        if self.config.after_filing != "nothing":
            mine = (one.taken for one in filed if one.taken.mailbox == self.name and _on_file(one))
            self._filed.extend((t.folder, t.uidvalidity, t.uid) for t in mine)

    def deliver(self, sleep: Callable[[float], bool], say: Callable[[str], None]) -> Report:
        """Send what is due. `sleep` returns True when it is time to stop."""
        report = deliver_due(
            self._parts.database,
            self.account,
            clock=self._parts.clock,
            sleep=sleep,
            sent_ids=self._sent_ids,
            breaker=self._sending,
            tell=lambda delivered: say(line_of_delivery(delivered)),
        )
        self._sending = report.breaker
        self._note_sending(report)
        return report

    def close(self) -> None:
        self._mailbox.close()

    def _sign_of_life(self) -> None:
        """For `intake health`; not at every poll, because each costs a commit."""
        if time.monotonic() - self._beaten > BEAT_SECONDS:
            with self._parts.database.transaction() as tx:
                operations.beat(tx, f"poll/{self.name}", self._parts.clock())
            self._beaten = time.monotonic()

    def tell_back(self) -> None:
        """Mark on the server what has been filed. Raises MailboxError."""
        done = [self._filed.popleft() for _ in range(len(self._filed))]
        if done:
            self._mailbox.done(done, self.config.after_filing)

    def _sent_ids(self, since: datetime) -> frozenset[str]:
        """Asked over a connection of its own: the poller's belongs to another thread.

        Only while the poller is well: with a refused password, its attempts are all that a server is to see.
        """
        if not self._polled_well:
            raise MailboxUnreachable(f"邮箱 {self.name} 尚未连上，待收信恢复后再核对。")
        mailbox = mailbox_of(self.config, self._embedded, None)
        try:
            return mailbox.sent_ids(since)
        except MailboxError as error:
            logger.warning("{}: the Sent folder could not be looked at: {}", self.name, error)
            raise
        finally:
            mailbox.close()

    def _note_sending(self, report: Report) -> None:
        """What keeps mails from leaving is in the next digest; once one leaves, it is over."""
        now = self._parts.clock()
        trouble = {SMTP_REFUSED: report.login_refused, SMTP_UNREACHABLE: report.unreachable, SMTP_PAUSED: report.paused}
        over = report.count(OutgoingState.SENT) > 0 and self._smtp_trouble
        if not over and not any(trouble.values()):
            return
        with self._parts.database.transaction() as tx:
            for kind, sentence in trouble.items():
                if sentence:
                    operations.alert(tx, kind, f"发信：{sentence}", now, self.name)
                elif over:
                    operations.resolve(tx, kind, now, self.name)
        self._smtp_trouble = any(trouble.values())

    @contextmanager
    def _alerting(self) -> Iterator[None]:
        try:
            yield
        except MailboxError as error:
            self._polled_well = False
            self._breaker = self._put_off(error)
            kind = REFUSED if isinstance(error, MailboxRefused) else UNREACHABLE
            with self._parts.database.transaction() as tx:
                operations.alert(tx, kind, str(error), self._parts.clock(), self.name)
            raise
        self._polled_well = True
        self._recovered()

    def _put_off(self, error: MailboxError) -> Breaker:
        now = time.monotonic()
        refused = isinstance(error, MailboxRefused)
        return self._breaker.after_refused(now) if refused else self._breaker.after_unreachable(now)

    def _recovered(self) -> None:
        now = self._parts.clock()
        new = [w for w in self._mailbox.warnings if w not in self._warned]
        was_down = self._breaker != Breaker() or not self._warned
        if not new and not was_down:
            return
        with self._parts.database.transaction() as tx:
            operations.resolve(tx, REFUSED, now, self.name)
            operations.resolve(tx, UNREACHABLE, now, self.name)
            for warning in new:
                logger.warning(warning)
                operations.alert(tx, "mailbox_warning", warning, now, self.name)
        self._breaker = Breaker()
        self._warned |= {*new, ""}


def _on_file(filed: Filed) -> bool:
    """Whether the mail is in a case: what is not may need a person, who must still find it unread in the mailbox."""
    return (
        filed.outcome is not None
        and filed.outcome.state in {State.FILED, State.MERGED, State.REPEATED}
        and filed.taken.folder != FOLDER
    )


def _organiser(parts: Parts, config: MailboxConfig) -> str:
    """In whose name a mailbox writes: that of its first campaign."""
    return next((parts.rulebook.books[name].campaign.organiser for name in config.campaigns), "")


def _sleep(seconds: float, stop: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not stop() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 0.2))
