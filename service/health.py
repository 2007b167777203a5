"""Whether the service is well, told from the signs of life in the database: one sentence a matter, in Chinese."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from intake.outcome import State
from service.config.config import Config
from storage import messages, operations, outgoing
from storage.database import Database
from storage.outgoing import OutgoingState

#: The daemon leaves a sign of life every few seconds.
DAEMON_SILENT = timedelta(minutes=2)
#: A digest is due once a day; an hour's grace for a busy machine.
DIGEST_SILENT = timedelta(hours=25)
#: A mail that waits longer than this to be read is stuck.
STUCK = timedelta(minutes=30)
#: Less free space than this is worth a word; less than the tenth of it stops the intake soon.
ROOM = 1024**3


@dataclass(frozen=True, slots=True)
class Sign:
    """One matter looked at. `urgent` ones make the service unwell; the others are for staff to look at."""

    well: bool
    text: str
    urgent: bool = True


def signs(config: Config, database: Database, now: datetime, free: int) -> list[Sign]:
    """All that is looked at, the worst not first but in the mail's order."""
    now = now.astimezone(ZoneInfo(config.timezone))
    with database.reading() as tx:
        beats = {beat.name: beat for beat in operations.beats(tx)}
        alerts = operations.open_alerts(tx)
        counts = messages.counts(tx)
        waiting = [row for row in messages.listing(tx) if row["state"] == State.RECEIVED]
        stuck = [row for row in waiting if now - datetime.fromisoformat(row["received_at"]) > STUCK]
        outbox = outgoing.in_state(tx, OutgoingState.PARKED, OutgoingState.IN_DOUBT, OutgoingState.FAILED)
    return [
        *_beats(config, beats, now),
        *(Sign(False, f"待处理：{alert.message}") for alert in alerts),
        _room(free),
        Sign(not stuck, f"{len(stuck)} 封来信等了半小时以上还没有读。" if stuck else "没有积压的来信。"),
        *_for_staff(counts, len(outbox)),
    ]


def unwell(found: Sequence[Sign]) -> bool:
    return any(sign.urgent and not sign.well for sign in found)


def _beats(config: Config, beats: Mapping[str, operations.Heartbeat], now: datetime) -> Iterator[Sign]:
    yield _beat("服务", beats.get("daemon"), DAEMON_SILENT, now, "没有在运行。请启动：intake run")
    for mailbox in config.mailboxes:
        beat = beats.get(f"poll/{mailbox.name}")
        if beat is not None:  # before the first poll there is an alert, or nothing to say
            limit = timedelta(seconds=max(3 * mailbox.poll_seconds, 300))
            yield _beat(f"邮箱「{mailbox.name}」", beat, limit, now, "很久没有收信成功。用 intake check 看看原因。")
    started = beats.get("daemon")
    if beats.get("digest") or (started and now - started.at > DIGEST_SILENT):
        yield _beat("日报", beats.get("digest"), DIGEST_SILENT, now, "今天没有发出。")


def _beat(what: str, beat: operations.Heartbeat | None, limit: timedelta, now: datetime, trouble: str) -> Sign:
    if beat is None:
        return Sign(False, f"{what}{trouble}")
    last = f"上次 {beat.at.astimezone(now.tzinfo):%Y-%m-%d %H:%M:%S}"
    return (
        Sign(True, f"{what}正常（{last}）。") if now - beat.at <= limit else Sign(False, f"{what}{trouble}（{last}）")
    )


def free_space(data: Path) -> int:
    """Bytes left where the data folder is or will be."""
    return shutil.disk_usage(next(p for p in (data, *data.parents) if p.exists())).free


def _room(free: int) -> Sign:
    """A full disk stops the intake: told before and while it does."""
    text = f"磁盘剩余 {free / 1024**3:.1f} GB。"
    return Sign(True, text) if free >= ROOM else Sign(False, f"{text}请清理，满了就收不了信。", free < ROOM // 10)


def _for_staff(counts: Mapping[State, int], stuck_answers: int) -> Iterator[Sign]:
    for state, what in ((State.FAILED, "读取失败"), (State.HELD, "待人工")):
        if count := counts.get(state, 0):
            yield Sign(False, f"{count} 封来信{what}：intake messages list --state {state}", urgent=False)
    if stuck_answers:
        yield Sign(False, f"{stuck_answers} 封回信没有发出，需要人工：intake outbox list", urgent=False)
