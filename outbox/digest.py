"""The daily digest: the work list as a mail to staff, sent every day, for it is also the sign of life. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import TypeVar

from outbox import wording
from outbox.compose import masked, message_id
from outbox.files import told_once
from outbox.mime import one_line
from outbox.smtp import verdict
from rules.campaign import Campaign, FieldType
from storage.outgoing import Outgoing, OutgoingState
from storage.worklist import AnswerRow, CaseRow, MailRow, WorkList

#: More rows of a kind than this nobody reads in a mail; the rest is counted.
MAX_ROWS = 100
#: A bar of waiting days is full after this long.
FULL_BAR_DAYS = 14

Campaigns = Mapping[str, Campaign]
_Item = TypeVar("_Item", CaseRow, MailRow, AnswerRow)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: which, who, and why it is there."""

    mark: str  # case number, or the incoming mail's number
    name: str  # nominee, or sender
    detail: str  # employer, or subject
    by: str  # recommender, or address
    why: str
    bar: int = 0  # per cent; 0: none
    open: bool = False  # waits for somebody


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    hint: str  # what to do
    rows: tuple[Row, ...]
    total: int
    urgent: bool = False

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    count: int
    width: int  # per cent


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    bars: tuple[Bar, ...]


def compose_digest(
    work: WorkList, campaigns: Campaigns, day: date, zone: tzinfo, notices: Sequence[str] = ()
) -> tuple[str, str, str]:
    """Subject, plain text and HTML of the digest of `day`. `notices` stand at the top, beside the open alerts."""
    urgent = [*notices, *(_alert(alert.mailbox, alert.message) for alert in work.alerts)]
    sections = tuple(section for section in _sections(work, campaigns) if section.rows)
    quiet = not urgent and not sections
    counts = _counts(work)
    values = {
        "title": f"线索日报　{_day(day)}",
        "organiser": "、".join(campaign.title for campaign in campaigns.values()),
        "urgent": tuple(urgent),
        "quiet": quiet,
        "counts": counts,
        "sections": sections,
        "charts": _charts(work, campaigns),
        "received": sum(work.received.values()),
        "since": _moment(work.since, zone),
        "until": _moment(work.until, zone),
    }
    text, html = wording.built_in("digest", values)
    told = " · ".join(f"{label} {count}" for label, count in counts if count)
    summary = "今天没有需要处理的来信，系统运行正常" if quiet else told or "有提醒，请查看"
    alarm = "【有故障】" if urgent else ""
    return f"{alarm}线索日报 {day.month}月{day.day}日：{summary}", text, html


def digest_mails(
    work: WorkList,
    campaigns: Campaigns,
    day: date,
    zone: tzinfo,
    *,
    to: Sequence[str],
    mailbox: str,
    address: str,
    notices: Sequence[str] = (),
) -> list[Outgoing]:
    """The digest for each recipient; the key lets a day's digest be queued once only."""
    subject, text, html = compose_digest(work, campaigns, day, zone, notices)
    mails = []
    for person in dict.fromkeys(to):
        key = f"digest/{day.isoformat()}/{person}"
        mails.append(
            Outgoing(
                key=key,
                mailbox=mailbox,
                kind="digest",
                to=person,
                subject=subject,
                text=text,
                html=html,
                message_id=message_id(key, person, address),
            )
        )
    return mails


def _counts(work: WorkList) -> tuple[tuple[str, int], ...]:
    trouble = (work.unread, work.held, work.partly, work.held_answers, work.undeliverable)
    return (
        ("要处理", sum(map(len, trouble))),
        ("新线索", len(work.new)),
        ("待核实", len(work.to_verify)),
        ("等补充", len(work.waiting)),
    )


def _sections(work: WorkList, campaigns: Campaigns) -> Iterable[Section]:
    """What needs a person first, then what there is to do, then what is good to know."""
    case = _CaseRows(campaigns)
    fresh = {row.number for row in work.new}
    to_verify = [row for row in work.to_verify if row.number not in fresh]
    waiting = [row for row in work.waiting if row.number not in fresh]
    yield _section("读取失败的来信", "请到邮箱里看原信；修好后可重新处理。", work.unread, _mail, urgent=True)
    yield _section("需要人工判断的来信", "看过后决定怎么办，在此之前不会自动处理。", work.held, _mail, urgent=True)
    yield _section("附件没能读出", "已在回信里说明；也可以打开原信看看，链接要在到期前下载。", work.partly, _partly)
    yield _section(
        "等您放行的回信",
        "确认对方可信后，请维护人员放行（intake outbox release 编号）。",
        work.held_answers,
        _held_answer,
        urgent=True,
    )
    yield _section(
        "没有送到的回信", "请换一种方式联系对方，或改正后重发。", work.undeliverable, _undelivered, urgent=True
    )
    yield _section("新线索", "资料齐全的请核实；缺内容的已去信请对方补充。", work.new, case.new)
    yield _section("待核实", "以前收到的，资料已齐，等您核实。", to_verify, case.to_verify)
    yield _section("等待对方补充", "以前收到的，已去信说明缺什么；久等不到，请打个电话。", waiting, case.waiting)
    yield _section("可能重复", "请看是不是同一个人。", work.duplicates, case.duplicate)
    yield _section("其他来信", "没有读出要登记的内容，也没有自动回复，请看是否需要答复。", work.other, _other)


def _section(
    title: str, hint: str, items: Sequence[_Item], row: Callable[[_Item], Row], *, urgent: bool = False
) -> Section:
    return Section(title, hint, tuple(row(item) for item in items[:MAX_ROWS]), len(items), urgent)


# --- cases ---


class _CaseRows:
    """Rows of cases. Which field is the nominee, and which the recommender, the campaign says."""

    def __init__(self, campaigns: Campaigns) -> None:
        self._campaigns = campaigns

    def new(self, case: CaseRow) -> Row:
        state = "资料齐全" if case.complete else f"还缺 {self._missing(case)}"
        row = self._row(case, _joined(state, self._doubtful(case), *self._sorted(case), *self._problems(case)))
        return replace(row, open=not case.complete)

    def to_verify(self, case: CaseRow) -> Row:
        waited = _days("已等", case.waiting_days)
        return self._row(case, _joined(waited, self._doubtful(case), *self._sorted(case), *self._problems(case)))

    def waiting(self, case: CaseRow) -> Row:
        bar = min(100, round(100 * case.waiting_days / FULL_BAR_DAYS))
        return self._row(case, f"缺 {self._missing(case)}；{_days('已等', case.waiting_days)}", max(bar, 4))

    def duplicate(self, case: CaseRow) -> Row:
        return self._row(case, f"与 {'、'.join(case.similar)} 的信息相同")

    def _row(self, case: CaseRow, why: str, bar: int = 0) -> Row:
        nominee, employer, recommender = self._people(case)
        sender = case.sender_name or case.sender_address
        known = {employer: "所在单位推荐", nominee: "自荐"} if recommender else {}
        by = known.get(recommender, f"{recommender or sender} 推荐")
        return Row(case.number, nominee or "（姓名未填）", employer, by, why, bar)

    def _people(self, case: CaseRow) -> tuple[str, str, str]:
        campaign = self._campaigns.get(case.campaign)
        if campaign is None:
            return "", "", ""
        keys = campaign.identity
        employer = next((k for k in keys[1:] if campaign.field(k).type is FieldType.TEXT), None)
        recommender = campaign.subject.recommender_field
        nominee, unit, by = (_value(case, key) for key in (keys[0] if keys else None, employer, recommender))
        return nominee, unit, by

    def _missing(self, case: CaseRow) -> str:
        return self._labels(case, case.missing)

    def _doubtful(self, case: CaseRow) -> str:
        """Values that could hardly be made out in a picture: a person compares them with it."""
        keys = [key for key, value in case.fields.items() if value.doubtful]
        if keys:
            return f"从图片认出、请对照原图：{self._labels(case, keys)}"
        return "从图片认出" if any(value.recognised for value in case.fields.values()) else ""

    def _labels(self, case: CaseRow, keys: Sequence[str]) -> str:
        campaign = self._campaigns.get(case.campaign)
        labels = {field.key: field.label for field in campaign.fields} if campaign else {}
        shown = [labels.get(key, key) for key in keys]
        return "、".join(shown) if len(shown) <= 4 else f"{'、'.join(shown[:3])} 等 {len(shown)} 项"

    def _problems(self, case: CaseRow) -> list[str]:
        missing = set(case.missing)
        messages = [p.get("message", "") for p in case.problems if p.get("field") not in missing]
        return [_short(_LAW.sub("", _safe(str(message))).rstrip("。"), 100) for message in messages[:2]]

    @staticmethod
    def _sorted(case: CaseRow) -> list[str]:
        """A tag that only repeats the category, as 攻坚克难 does of 攻坚克难的建设者, is left out."""
        category = case.category or ""
        tags = "、".join(tag for tag in case.tags if tag not in category)
        priority = f"优先级 {case.priority}" if case.priority else ""
        return [category, tags, priority, f"交 {case.assignee}" if case.assignee else ""]


def _value(case: CaseRow, key: str | None) -> str:
    found = case.fields.get(key) if key else None
    return _short(_safe(str(found.value)), 30) if found else ""


# --- mails ---


def _mail(mail: MailRow) -> Row:
    who = mail.sender_name or ("" if mail.sender_address else "（发件人不明）")
    subject = _short(_safe(mail.subject), 50) or "（无主题）"
    return Row(f"来信 {mail.id}", _short(_safe(who), 20), subject, _safe(mail.sender_address), _safe(mail.reason))


#: Of what the sender was told about a link, what staff need who may fetch the file before it expires.
_LINK = re.compile(r"来信中的文件是以(网盘或超大附件链接)发来的（(.*?)），系统不会下载")
MOST_FILES = 3


def _partly(mail: MailRow) -> Row:
    row = _mail(mail)
    files = told_once([_LINK.sub(r"\1：\2。", message).partition("。")[0] for message in mail.unread])
    more = f"等 {len(files)} 处" if len(files) > MOST_FILES else ""
    what = [_short(_safe(one), 120) for one in files[:MOST_FILES]]
    return Row(row.mark, row.name, row.detail, row.by, _joined(*what, more, "、".join(mail.cases)) or row.why)


def _other(mail: MailRow) -> Row:
    row = _mail(mail)
    why = _short(_safe(mail.excerpt), 60) or row.why
    return Row(row.mark, row.name, row.detail, row.by, _joined(why, "、".join(mail.cases)))


def _held_answer(answer: AnswerRow) -> Row:
    return _answer(answer, answer.held or "等待放行")


_STATES = {
    OutgoingState.PARKED: "已停止发送",
    OutgoingState.FAILED: "多次发送不成功，已放弃",
    OutgoingState.IN_DOUBT: "发送时连接中断，不知道对方是否收到",
}


def _undelivered(answer: AnswerRow) -> Row:
    state = "被对方退回" if answer.bounced else _STATES.get(OutgoingState(answer.state), "")
    reply = answer.last_reply or ""
    code = re.search(r"(?<![\w.])([45]\d\d)[ -](.*)", reply)
    reason = (
        f"{verdict(int(code[1]), code[2]).sentence}（{_short(_safe(reply), 60)}）" if code else _short(_safe(reply), 80)
    )
    return _answer(answer, _joined(state, reason))


def _answer(answer: AnswerRow, why: str) -> Row:
    number, mark = f"回信 {answer.id}", "、".join(answer.cases) or answer.case or ""
    return Row(mark or number, number if mark else "", _short(_safe(answer.subject), 50), _safe(answer.to), why)


def _alert(mailbox: str, message: str) -> str:
    return f"{mailbox}：{message}" if mailbox else message


# --- charts ---


def _charts(work: WorkList, campaigns: Campaigns) -> tuple[Chart, ...]:
    charts = [_stages(campaign, work.stages[name]) for name, campaign in campaigns.items() if work.stages.get(name)]
    if len(work.opened_by_day) > 1:
        days = [(f"{day.month}月{day.day}日", count) for day, count in work.opened_by_day.items()]
        charts.append(Chart("每天新增", _bars(days)))
    return tuple(charts)


def _stages(campaign: Campaign, counts: Mapping[str, int]) -> Chart:
    known = [(stage.label, counts.get(stage.key, 0)) for stage in campaign.stages]
    strange = [(key, n) for key, n in counts.items() if key not in {stage.key for stage in campaign.stages}]
    return Chart(f"{campaign.title}：共 {sum(counts.values())} 条", _bars([*known, *strange]))


def _bars(counts: Sequence[tuple[str, int]]) -> tuple[Bar, ...]:
    top = max((count for _, count in counts), default=0) or 1
    return tuple(Bar(label, count, max(1, round(100 * count / top)) if count else 0) for label, count in counts)


# --- words ---


#: What staff know by heart: （要求 500—800 字，按汉字和标点计）
_LAW = re.compile(r"（要求[^（）]*）")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")


def _safe(text: str) -> str:
    """On one line, phones masked: a digest is forwarded more easily than one thinks."""
    return _MOBILE.sub(lambda match: masked(match[0]), one_line(text))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _joined(*parts: str) -> str:
    return "；".join(part for part in parts if part)


def _days(word: str, days: int) -> str:
    return f"{word} {days} 天" if days else "今天到"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日　星期{'一二三四五六日'[day.weekday()]}"


def _moment(moment: datetime, zone: tzinfo) -> str:
    local = moment.astimezone(zone)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
