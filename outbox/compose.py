"""The answer to a mail: what was recorded, what is missing and why, what happens next. Pure: nothing is sent here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from intake.chinese.characters import length
from intake.draft import FieldValue
from intake.outcome import FILE_CODES, CaseChange, Outcome
from intake.values.values import Problem
from outbox import wording
from outbox.files import (
    STAFF_CODES,
    SUSPICIOUS,
    about_files,
    nothing_read,
    problems_told,
    told_once,
    without_names,
)
from outbox.mime import MAX_REFERENCES, one_line
from rules.campaign import Campaign, Field, FieldType
from rules.toml.fault import Fault
from storage.outgoing import Outgoing

#: Fields whose values an answer may show, more or less; the others say much of a person.
SHOWN = frozenset({FieldType.TEXT, FieldType.NAME, FieldType.NUMBER, FieldType.PHONE, FieldType.LONG_TEXT})
#: Answers that ask for nothing.
THANKS = frozenset({"acknowledgement", "completed"})
CONFLICT = "conflicting_values"
#: Worth mending, without being asked for.
LENGTHS = {"story_too_short": "补充一些细节", "story_too_long": "发来精简的一稿"}
#: With so many fields to fill in, the blank form comes along.
MANY_MISSING = 6
#: With more cases than this in one mail, each is shown by its identity alone.
MANY_CASES = 2
MAX_SUBJECT = 80

File = tuple[str, bytes]  # an attachment: its name, and what is in it


@dataclass(frozen=True, slots=True)
class Recorded:
    """A value that we show back."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that the submitter is asked for."""

    label: str
    why: str  # "" where nothing was filled in, or read
    ask: str
    example: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case, as the templates see it."""

    number: str
    nominee: str  # "" where the name is what is missing
    batch: str
    complete: bool
    recorded: tuple[Recorded, ...]  # shown with their values, beside the nominee
    also: tuple[str, ...]  # labels of what was read, too, and is not repeated
    added: tuple[str, ...]  # labels of what this mail brought to a case that was there
    asks: tuple[Ask, ...]
    notes: tuple[str, ...]  # worth knowing, nothing to do
    doubtful: tuple[str, ...] = ()  # labels of required values that could hardly be made out in a picture
    follow_up: bool = False  # the mail added to a case that was there
    to_confirm: bool = False  # two files of the mail say different things: among `notes`


def answers(
    outcome: Outcome,
    numbers: Sequence[str],
    campaign: Campaign,
    *,
    message: int,
    mailbox: str,
    address: str,
    round_: int,
    form: File | None = None,
) -> list[Outgoing]:
    """The replies to a mail: none or one, however many forms it brought.

    `numbers` are those of the cases filed for `outcome.changes`, in order; `message` is the incoming mail's id,
    `round_` counts the answers of the first case, `form` is the blank form, sent along where much is missing.
    """
    answer, reading = outcome.answer, outcome.reading
    if answer is None:
        return []
    case = numbers[0] if numbers else None
    key = f"{case or f'message-{message}'}/{answer.kind}/{round_}"
    text, html, attachments = _letter(outcome, answer.kind, numbers, campaign, form)
    return [
        Outgoing(
            key=key,
            mailbox=mailbox,
            kind=answer.kind,
            to=answer.to,
            subject=reply_subject(reading.subject.text, numbers),
            text=text,
            html=html,
            message_id=message_id(key, answer.to, address, salt=f"{reading.content_hash} {reading.message_id}"),
            in_reply_to=reading.message_id,
            references=_references(reading.references, reading.message_id),
            case=case,
            cases=tuple(numbers),
            round=round_,
            message=message,
            held=answer.held,
            attachments=attachments,
        )
    ]


def _letter(
    outcome: Outcome, kind: str, numbers: Sequence[str], campaign: Campaign, form: File | None
) -> tuple[str, str, tuple[File, ...]]:
    """What the reply says, as plain text and as HTML, and what comes along: the blank form, where much is missing."""
    brief = len(outcome.changes) > MANY_CASES
    views = tuple(_view(n, c, campaign, brief=brief) for n, c in zip(numbers, outcome.changes, strict=True))
    template = _template(kind, outcome.changes)
    much = template == "unreadable_attachment" or sum(len(view.asks) for view in views) >= MANY_MISSING
    attachments = (form,) if form and much else ()
    values = _values(
        campaign,
        views,
        problems_told(outcome),
        form=bool(attachments),
        template=template,
        beside=about_files(outcome),
        formless=nothing_read(outcome),
    )
    return *wording.render(campaign.folder / "mail", template, values), attachments


_PREFIX = re.compile(r"^(\s*(re|fw|fwd|回复|回覆|答复|答覆|转发|轉寄|轉發)\s*(\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d(?:[- ]?\d{4}){2}|0\d{2,3}[- ]?\d{7,8})(?!\d)")
_LINK = re.compile(r"://|www\.", re.IGNORECASE)
_OUR_TAG = re.compile(r"\s*\[[A-Z]+-\d{4}-\d+[^\]]*\]")


def reply_subject(subject: str, numbers: Sequence[str]) -> str:
    """`Re: <original> [YG-2026-00012]`. Original and number make every subject another one: 163 takes equal ones for spam.

    The contact that the subject asks for is masked, and nobody's link is passed on: who knows to whom we write.
    """
    original = _OUR_TAG.sub("", _PREFIX.sub("", one_line(subject))).strip()
    original = _PHONE.sub(lambda phone: masked(phone[0]), original)
    if not original or _LINK.search(original):
        original = "您的来信"
    if len(original) > MAX_SUBJECT:
        original = original[: MAX_SUBJECT - 1] + "…"
    shown = "、".join(numbers[:3]) + (f" 等 {len(numbers)} 件" if len(numbers) > 3 else "")
    return f"Re: {original} [{shown}]" if numbers else f"Re: {original}"


def message_id(key: str, to: str, address: str, *, salt: str = "") -> str:
    """The Message-ID of the mail with that key: the same again when it is composed again.

    Who names it may speak about the case. `salt` is what a stranger cannot know: else it could be worked out from the
    number and the two addresses.
    """
    mark = re.sub(r"[^A-Za-z0-9_.-]+", ".", key.replace(to, "")).strip(".")[:80]
    digest = sha256(f"{key} {to} {address} {salt}".encode("utf-8", "replace")).hexdigest()[:12]
    domain = address.rpartition("@")[2]
    return f"<yugong-intake.{mark}.{digest}@{domain if domain.isascii() and domain else 'localhost'}>"


@lru_cache(maxsize=64)
def blank_form(campaign_form: Path | None, title: str) -> File | None:
    """The blank form as an attachment under its title, None where there is none or it cannot be read."""
    if campaign_form is None:
        return None
    try:
        return f"{title or campaign_form.stem}{campaign_form.suffix}", campaign_form.read_bytes()
    except OSError:
        return None


def check_wording(campaign: Campaign) -> list[Fault]:
    """What is wrong with the campaign's wording files, each rendered with sample data. Empty: nothing."""
    return wording.check_folder(campaign.folder / "mail", {t: sample(campaign, t) for t in wording.TEMPLATES})


def sample(campaign: Campaign, template: str) -> dict[str, object]:
    """Invented data that exercises a template: a complete and an incomplete case."""
    number = f"{campaign.case_prefix}-2026-00012"
    shown = tuple(Recorded(f.label, f.example or "……") for f in campaign.fields[:4])
    asks = tuple(_ask(f, None) for f in campaign.fields if f.required)[:3]
    done = template in THANKS
    note = "邮件主题请按通知的格式填写。"
    batch = _batch(campaign, campaign.batches[0].name) if campaign.batches else ""
    view = CaseView(number, "张伟", batch, done, shown, ("性别",), ("出生年月",), () if done else asks, (note,))
    hazy = tuple(f.label for f in campaign.fields if f.required)[:1]
    bare = CaseView(f"{campaign.case_prefix}-2026-00013", "", batch, done, (), (), (), () if done else asks, (), hazy)
    unread = (Problem(None, "unreadable_attachment", "附件“征集表.wps”打不开，请另存为 .docx 后重发。"),)
    return _values(campaign, (view, bare), unread, form=True, template=template)


# --- what the templates see ---


def _values(
    campaign: Campaign,
    views: Sequence[CaseView],
    problems: Sequence[Problem],
    *,
    form: bool,
    template: str,
    beside: Sequence[str] = (),
    formless: bool = False,
) -> dict[str, object]:
    files = told_once([without_names(p.message) for p in problems if p.code in FILE_CODES])
    notes = tuple(p.message for p in problems if p.code not in FILE_CODES and _worth_telling(p))
    # What came beside the form and could not be had is worth a line; where it is why nothing was read, it comes first.
    first = template == "unreadable_attachment" or formless
    return {
        "title": campaign.title,
        "organiser": campaign.organiser,
        "privacy": campaign.privacy,
        "subject_example": campaign.subject.example,
        "cases": tuple(views),
        "asked": sum(len(view.asks) for view in views),
        "doubtful": any(view.doubtful or view.to_confirm for view in views) or (template in THANKS and bool(files)),
        "lines": _lines(campaign, views),
        "files_of_mail": (*files, *beside) if first else (),
        "notes_of_mail": notes if first else (*notes, *beside, *files),
        "form_attached": form,
    }


def _template(kind: str, changes: Sequence[CaseChange]) -> str:
    if kind == "acknowledgement" and changes and all(change.number is not None for change in changes):
        return "completed"
    return kind if kind in wording.TEMPLATES else "acknowledgement"


def _view(number: str, change: CaseChange, campaign: Campaign, *, brief: bool) -> CaseView:
    shown = {f.key: text for f in campaign.fields if (text := _shown(f, change.fields.get(f.key))) is not None}
    if brief:
        shown = {key: text if key in campaign.identity else "" for key, text in shown.items()}
    nominee = campaign.identity[0] if campaign.identity else ""
    about = {p.field: p.message for p in reversed(change.problems) if p.field in change.missing}
    return CaseView(
        number=number,
        nominee=shown.get(nominee, ""),
        batch=_batch(campaign, change.batch),
        complete=change.complete,
        recorded=tuple(
            Recorded(f.label, shown[f.key]) for f in campaign.fields if shown.get(f.key) and f.key != nominee
        ),
        also=tuple(f.label for f in campaign.fields if shown.get(f.key) == ""),
        added=_labels(campaign, change.new_values) if change.number else (),
        asks=tuple(_ask(f, about.get(f.key)) for f in campaign.fields if f.key in change.missing),
        notes=(
            *(_told(p, campaign) for p in change.problems if _of_interest(p, change) and _worth_telling(p)),
            *_made_out(change),
        ),
        doubtful=tuple(f.label for f in campaign.fields if f.required and _hazy(change.new_values.get(f.key))),
        follow_up=change.number is not None,
        to_confirm=any(p.code == CONFLICT and p.field not in change.contested for p in change.problems),
    )


def _made_out(change: CaseChange) -> Iterator[str]:
    """That a machine has read a picture, where nothing of it is asked for anyhow."""
    new = change.new_values.values()
    if any(value.recognised for value in new) and not any(value.doubtful for value in new):
        yield "内容是从图片里自动认出来的，工作人员会对照原图核实；您如果发现认错了，直接回复更正即可。"


def _hazy(value: FieldValue | None) -> bool:
    return value is not None and value.doubtful


def _of_interest(problem: Problem, change: CaseChange) -> bool:
    """Not where the field is asked for anyhow: it is missing, or its length is only what could be made out of it."""
    if problem.field in change.missing:
        return False
    return problem.code not in LENGTHS or not _hazy(change.fields.get(problem.field or ""))


def _told(problem: Problem, campaign: Campaign) -> str:
    """A note about a field, as discreet as the values themselves: phones masked, birth, sex and party unsaid."""
    field = campaign.field(problem.field) if problem.field else None
    if field and problem.code == CONFLICT and field.type not in SHOWN and "“" in problem.message:
        if "（先前“" in problem.message:
            return f"「{field.label}」与先前所填不同，核对后再定。"
        return f"「{field.label}」在几份材料里写得不一样，请回复这封邮件，写明哪个对。"
    if problem.code in LENGTHS:
        return f"{problem.message}不影响登记；方便的话，可以回复这封邮件{LENGTHS[problem.code]}。"
    return _PHONE.sub(lambda phone: masked(phone[0]), problem.message)


def _worth_telling(problem: Problem) -> bool:
    return problem.code not in FILE_CODES | STAFF_CODES and not SUSPICIOUS.search(problem.message)


def _shown(field: Field, found: FieldValue | None) -> str | None:
    """How a value that was read is shown back: "" where only its label is, None where there is no value.

    A reply may be read by others, or go to a forged address: phones are masked, a story is counted, what says
    much of a person (birth, sex, party) stays unsaid, and nobody's link or slogan travels in our words.
    """
    if found is None:
        return None
    text = one_line(str(found.value))
    match field.type:
        case FieldType.PHONE:
            return masked(text)
        case FieldType.LONG_TEXT:
            return f"已收到，{length(str(found.value))} 字"
        case FieldType.NUMBER:
            return f"{text} {field.unit}".strip()
        case FieldType.TEXT | FieldType.NAME:
            return "" if SUSPICIOUS.search(text) else text if len(text) <= 30 else text[:29] + "…"
        case _:
            return ""


def masked(phone: str) -> str:
    """138****1234, 023-****1234: enough to recognise one's own number, not to call it."""
    if len(phone) < 8:
        return "****"
    head = phone.partition("-")[0] + "-" if "-" in phone else phone[:3]
    return f"{head}****{phone[-4:]}"


def _ask(field: Field, why: str | None) -> Ask:
    if why and SUSPICIOUS.search(why):  # it quotes what was written
        why = "填写的内容无法识别。"
    if why:
        return Ask(field.label, why, "", "" if field.example in why else field.example)
    return Ask(field.label, "", field.ask, field.example)


def _lines(campaign: Campaign, views: Sequence[CaseView]) -> tuple[str, ...]:
    """Lines to copy into the reply and fill in; with several cases the nominee's name says whose they are."""
    named = campaign.field(campaign.identity[0]).label if campaign.identity and len(views) > 1 else ""
    lines: list[str] = []
    for view in views:
        if view.asks and named and view.nominee:
            lines.append(f"{named}：{view.nominee}")
        lines += [f"{ask.label}：" for ask in view.asks]
    return tuple(lines)


def _labels(campaign: Campaign, values: Mapping[str, FieldValue]) -> tuple[str, ...]:
    return tuple(f.label for f in campaign.fields if f.key in values)


def _batch(campaign: Campaign, name: str) -> str:
    until = next((b.until for b in campaign.batches if b.name == name), None)
    return f"{name}（截至 {_day(until)}）" if until else name


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _references(references: Sequence[str], message: str | None) -> tuple[str, ...]:
    chain = tuple(dict.fromkeys([*references, *([message] if message else [])]))
    return chain if len(chain) <= MAX_REFERENCES else (chain[0], *chain[-MAX_REFERENCES + 1 :])
