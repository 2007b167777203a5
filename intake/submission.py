"""What one mail says: its kind, the nominees it puts forward, each field with its source, and every problem at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from intake.answer_lines import remarks_in
from intake.answers import answers
from intake.attachments import Attachment, attachment, is_photograph, problems_of, unopened
from intake.chinese.characters import one_line
from intake.documents.document import texts_in
from intake.documents.limits import Allowance
from intake.documents.means import PLAIN, Means
from intake.draft import BODY, SUBJECT, Draft, FieldValue
from intake.forms.labels import labels_of
from intake.found import (
    Found,
    before_our_questions,
    found_in,
    hands_in_something,
    holds_complete_form,
    names_the_form,
    only_asks,
    passes_on_the_notice,
)
from intake.kind import Automatic, Kind, Marks, automatic
from intake.letter import Letter, case_numbers, letter_of, staff_command
from intake.links import cloud_links, link_problem
from intake.mime.message import Address, Message, Trust
from intake.nomination import Submission, submission_of
from intake.quotes import split_reply
from intake.remarks import Remark
from intake.scans import has_scans, recognised
from intake.subject import SubjectLine
from intake.values.values import Problem
from rules.campaign import Campaign

__all__ = ["Attachment", "FieldValue", "Reading", "SubjectLine", "Submission", "read_message"]

LONGEST_BODY = 20_000  # characters kept of what the sender wrote
LONGEST_EXCERPT = 120


@dataclass(frozen=True, slots=True)
class Reading:
    """All that can be said of a mail without knowing what is on file. Plain data: crosses a process border."""

    kind: Kind
    reason: str  # why that kind, Chinese, for staff
    campaign: str | None
    message_id: str | None
    sender: Address
    recipients: tuple[Address, ...]
    subject: SubjectLine
    submissions: tuple[Submission, ...]  # a follow_up has one, with just the fields it states
    attachments: tuple[Attachment, ...]
    problems: tuple[Problem, ...]  # of the mail as a whole
    defects: tuple[str, ...]
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    case_numbers: tuple[str, ...]  # ours, found in the subject or quoted text
    trust: Trust
    content_hash: str
    excerpt: str  # the first words of the body, for staff
    bounced_id: str | None = None
    bounced_address: str | None = None
    body: str = ""  # what the sender wrote, without quoted text; bounded
    answerable: bool = True  # False for all that a machine sent
    remarks: tuple[Remark, ...] = ()  # fill gaps of the case that they are about, no more


def read_message(
    message: Message, campaigns: Sequence[Campaign], marks: Marks, received_at: datetime, means: Means = PLAIN
) -> Reading:
    """Read one mail. Never raises for anything a sender wrote; no clock, no database, and no disk but what `means` uses.

    `received_at` is in the service's time zone: its day is the one from which years are counted.
    """
    machine = automatic(message, marks)
    if machine is not None and not machine.may_submit:
        return _unread(message, marks, machine.kind, machine.reason, machine)
    if message.sender.address in marks.own_addresses:
        return _unread(message, marks, Kind.OTHER, "本邮箱自己发出的邮件")
    if command := staff_command(message, marks):
        return _unread(message, marks, Kind.STAFF_COMMAND, f"工作人员的指令：{command}")
    allowance = Allowance(means.limits)
    letter = letter_of(message, marks, allowance, means)
    today = received_at.date()
    most = means.limits.nominees
    views = [found_in(letter, campaign, today, most) for campaign in campaigns]
    if means.recogniser is not None and views and has_scans(letter):
        beside_form = any(view.form_read for view in views)
        is_about = partial(_speaks_of_a_form, campaigns)
        heads = partial(_heads_a_text, campaigns)
        letter = recognised(letter, means.recogniser, allowance, is_about, heads, beside_form=beside_form)
        seen = (one.recognised for one in letter.parts if one.recognised is not None)
        if any(is_about(text) for page in seen for text in texts_in(page.blocks)):
            views = [found_in(letter, campaign, today, most) for campaign in campaigns]
    found = max(views, key=lambda view: view.weight, default=None)
    if found is None:
        return _reading(letter, Kind.OTHER, "没有启用的征集活动", machine)
    if letter.answers_us and not holds_complete_form(found, today):
        return _follow_up(letter, _thread_of(letter, views) or found, today, machine)
    about_us = found.subject.belongs or hands_in_something(letter, found)
    puts_forward = about_us and not (only_asks(letter, found) or passes_on_the_notice(letter, found))
    if puts_forward or found.drafts or names_the_form(letter, found.campaign):
        return _submission(letter, found, today, machine)
    reading = _reading(letter, machine.kind if machine else Kind.OTHER, _why_other(letter, found, machine), machine)
    said = remarks_in(letter.own_text, found.campaign, today) if machine is None else ()
    return replace(reading, remarks=tuple(one for one in said if one.labelled and len(one.means) == 1))


def _speaks_of_a_form(campaigns: Sequence[Campaign], text: str) -> bool:
    return any(labels_of(campaign).in_words_of(text) for campaign in campaigns)


def _heads_a_text(campaigns: Sequence[Campaign], line: str) -> bool:
    meant = ((labels, labels.match(line)) for labels in map(labels_of, campaigns))
    return any(label and labels.is_long(label.keys[0]) for labels, label in meant)


def _submission(letter: Letter, found: Found, today: date, machine: Automatic | None) -> Reading:
    campaign, line = found.campaign, found.subject.line
    drafts = found.drafts or (Draft(SUBJECT, {}),)
    submissions = tuple(submission_of(draft, line, campaign, today) for draft in drafts)
    reason = f"征集表 {len(found.drafts)} 份" if found.drafts else "主题符合，没有读到填写的征集表"
    problems = [*([] if letter.answers_us else _subject_problems(found)), *_file_problems(letter, found.form_read)]
    problems += _beyond(found)
    reading = _reading(letter, Kind.SUBMISSION, reason, machine, found)
    return replace(reading, submissions=submissions, problems=tuple(problems))


def _follow_up(letter: Letter, found: Found, today: date, machine: Automatic | None) -> Reading:
    """An answer to us. It states some fields of a case that only the database knows, so nothing is missing from it."""
    _, own = before_our_questions(letter, found.campaign)
    quoted = letter.words.quoted or letter.own_text[len(own) :]
    own = "\n".join([own, *letter.slips(found.forms)])
    told, said = answers(own, quoted, found.campaign, today)
    drafts = _with_answers(found.drafts, told)
    submissions = tuple(Submission(d.source, d.fields, (), d.problems) for d in drafts)
    reading = _reading(letter, Kind.FOLLOW_UP, "对我们去信的答复", machine, found)
    words = replace(letter, parts=tuple(one for one in letter.parts if not is_photograph(one)))
    files = tuple(_file_problems(words, bool(found.drafts)))
    return replace(reading, submissions=submissions, problems=files, remarks=said)


def _with_answers(drafts: Sequence[Draft], told: Mapping[str, FieldValue]) -> Sequence[Draft]:
    """What answers our questions without being a form fills the blanks of the one that it comes with."""
    if not told or len(drafts) > 1:
        return drafts
    draft = drafts[0] if drafts else Draft(BODY, {})
    added = {key: value for key, value in told.items() if key not in draft.stated | set(draft.fields)}
    return (replace(draft, fields={**draft.fields, **added}),)


def _thread_of(letter: Letter, views: Sequence[Found]) -> Found | None:
    """The campaign whose case number the answer carries."""
    prefixes = {number.split("-", 1)[0] for number in letter.case_numbers}
    return next((view for view in views if view.campaign.case_prefix.upper() in prefixes), None)


def _subject_problems(found: Found) -> list[Problem]:
    grammar = found.campaign.subject
    if found.subject.conforms or not grammar.prefixes:
        return []
    written = one_line(found.subject.line.text)[:60]
    told = f"邮件主题写的是“{written}”" if written else "邮件没有主题"
    message = f"{told}，与通知要求的写法不同，不影响受理。以后来信请写成“{grammar.example}”的样子。"
    return [Problem(None, "subject_format", message)]


def _beyond(found: Found) -> list[Problem]:
    if not found.more:
        return []
    most = len(found.drafts)
    reason = f"来信推荐的人太多，只收了前 {most} 位。其余各位请分成几封邮件发来，每封不超过 {most} 位。"
    return [Problem(None, "unreadable_attachment", reason)]


def _file_problems(letter: Letter, form_found: bool) -> list[Problem]:
    links = cloud_links(letter.own_text, letter.own_html)
    return [*([link_problem(links, form_found=form_found)] if links else []), *problems_of(letter.parts, form_found)]


def _why_other(letter: Letter, found: Found, machine: Automatic | None) -> str:
    if machine:
        return machine.reason
    if found.subject.belongs:
        return "主题说的是征集活动，但没有推荐谁（询问、致谢、撤回或转发通知等），请看一下原信"
    return "没有征集表，主题也与征集活动无关" if letter.parts else "没有征集表，主题也与征集活动无关，没有附件"


def _reading(letter: Letter, kind: Kind, reason: str, machine: Automatic | None, found: Found | None = None) -> Reading:
    """The parts of a Reading that do not depend on what the forms say."""
    message = letter.message
    forms = found.forms if found else frozenset()
    form_found = bool(found and found.form_read)
    own = letter.own_text
    return Reading(
        kind=kind,
        reason=reason,
        campaign=found.campaign.name if found else None,
        message_id=message.message_id,
        sender=message.sender,
        recipients=message.recipients,
        subject=found.subject.line if found else SubjectLine(message.subject, None, None),
        submissions=(),
        attachments=tuple(attachment(one, (one.album or one.part.path) in forms, form_found) for one in letter.parts),
        problems=(),
        defects=(*message.defects, *letter.defects),
        in_reply_to=message.in_reply_to,
        references=message.references,
        case_numbers=letter.case_numbers,
        trust=message.trust,
        content_hash=message.content_hash,
        excerpt=one_line(own[: 4 * LONGEST_EXCERPT])[:LONGEST_EXCERPT],
        bounced_id=machine.bounced_id if machine else None,
        bounced_address=machine.bounced_address if machine else None,
        body=own[:LONGEST_BODY],
        answerable=machine is None,
    )


def _unread(message: Message, marks: Marks, kind: Kind, reason: str, machine: Automatic | None = None) -> Reading:
    """A mail whose attachments nobody needs to open."""
    words = split_reply(message.text)
    parts = tuple(unopened(part) for part in message.parts)
    letter = Letter(message, parts, words, False, False, case_numbers(message, marks), False)
    return _reading(letter, kind, reason, machine)
