"""Tells, in one Chinese line a mail, what became of it: who wrote, what was read, what is missing, which case, which reply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from intake.decide import Book
from intake.outcome import CaseChange, Outcome, State
from outbox.deliver import Delivered
from storage.outgoing import OutgoingState

MOST_MISSING = 4
STATE_WORDS = {
    State.RECEIVED: "已收到",
    State.FILED: "已建档",
    State.MERGED: "已并入",
    State.REPEATED: "重复来信",
    State.IGNORED: "不需处理",
    State.HELD: "待人工",
    State.FAILED: "读取失败",
}
ANSWER_WORDS = {
    "acknowledgement": "确认收到",
    "missing_fields": "请补充",
    "unreadable_attachment": "请重发附件",
    "digest": "日报",
}
DELIVERY_WORDS = {
    OutgoingState.SENT: "已发出",
    OutgoingState.DEFERRED: "暂未发出",
    OutgoingState.PARKED: "未能发出，待人工",
    OutgoingState.IN_DOUBT: "是否发出不明，待核对",
    OutgoingState.FAILED: "已放弃",
}


def line_of(outcome: Outcome, numbers: Sequence[str], books: Mapping[str, Book]) -> str:
    """E.g. 已建档 张三 <z***@163.com>：YG-2026-00012 王工 · 读出 14 项 · 缺 出生年月 → 回信「请补充」."""
    reading = outcome.reading
    who = f"{reading.sender.name} <{masked_address(reading.sender.address)}>".strip()
    told = [_change(c, n, books[c.campaign]) for c, n in zip(outcome.changes, numbers, strict=False)] or [
        outcome.reason
    ]
    return f"{STATE_WORDS[outcome.state]} {who}：{'；'.join(told)}{_answer(outcome)}"


def masked_address(address: str) -> str:
    """z***@163.com: enough to recognise, too little to misuse."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}***{at}{domain}" if at else address


def _change(change: CaseChange, number: str, book: Book) -> str:
    first = (book.campaign.identity or ("",))[0]
    name = str(change.fields[first].value) if first in change.fields else "（未读出姓名）"
    parts = [f"{number} {name}", f"读出 {len(change.new_values)} 项"]
    if change.missing:
        parts.append(f"缺 {_some([book.campaign.field(key).label for key in change.missing])}")
    if change.decision.category:
        parts.append(f"类别 {change.decision.category}")
    return " · ".join(parts)


def _some(labels: Sequence[str]) -> str:
    """The first few, where there are many: the line is to be taken in at a glance."""
    return "、".join(labels) if len(labels) <= MOST_MISSING else f"{'、'.join(labels[:3])} 等 {len(labels)} 项"


def _answer(outcome: Outcome) -> str:
    if outcome.answer is None:
        return " → 不回信"
    word = ANSWER_WORDS.get(outcome.answer.kind, outcome.answer.kind)
    return f" → 回信「{word}」" + (f"（暂扣：{outcome.answer.held}）" if outcome.answer.held else "")


def line_of_delivery(delivered: Delivered) -> str:
    """E.g. 已发出 「请补充」→ z***@163.com（YG-2026-00012）."""
    mail = delivered.row.mail
    word = ANSWER_WORDS.get(mail.kind, mail.kind)
    why = f"：{delivered.sentence or delivered.reply}" if delivered.state is not OutgoingState.SENT else ""
    about = f"（{mail.case}）" if mail.case else ""
    return f"{DELIVERY_WORDS.get(delivered.state, delivered.state)} 「{word}」→ {masked_address(mail.to)}{about}{why}"
