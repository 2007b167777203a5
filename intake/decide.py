"""What is to be done about one mail: decided from its Reading and from what is already on file. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from intake.draft import SUBJECT, FieldValue
from intake.facts import facts_of
from intake.kind import Kind
from intake.merge import merge, missing_of, same_nominee
from intake.mime.message import Trust
from intake.nomination import Submission
from intake.nominees import short
from intake.outcome import FILE_CODES, Answer, CaseChange, Known, KnownCase, Outcome, State
from intake.remarks import Remark, meant
from intake.submission import Reading
from intake.values.values import Problem
from rules.campaign import Campaign, Field, FieldType
from rules.ruleset import Ruleset
from rules.triage import Decision, triage

#: A sender that shows no sign of being a machine gets this many answers a day (a vacation responder may show none),
RESPONDER_ANSWERS_A_DAY = 3
#: and one that writes, but nominates nobody, this many.
SENDER_ANSWERS_A_DAY = 5

#: However many days it takes: answers in one thread since it last told us something new.
ANSWERS_IN_A_THREAD = 3

#: Who lacks so many fields has not been read from a form.
FORMLESS = 6

#: A follow-up that states no field at all still belongs to its case.
NOTHING_STATED = Submission("正文", {}, (), ())


@dataclass(frozen=True, slots=True)
class Book:
    """One campaign with the rules that sort its cases."""

    campaign: Campaign
    ruleset: Ruleset


def decide(
    reading: Reading, known: Known, books: Mapping[str, Book], received_on: date, *, held: str | None = None
) -> Outcome:
    """Decide about one mail. `received_on` is the day of its INTERNALDATE in the service's time zone.

    `held`: why a person must release the answer, whatever the mail says: the server took it for junk (163 is often
    wrong there, so it is filed), or it is an old mail.
    """
    outcome = _decided(reading, known, books, received_on)
    if held is not None and outcome.answer is not None and outcome.answer.held is None:
        return replace(outcome, answer=replace(outcome.answer, held=held))
    return outcome


def _decided(reading: Reading, known: Known, books: Mapping[str, Book], received_on: date) -> Outcome:
    if known.repeat_of is not None:
        return Outcome(reading, State.REPEATED, f"与第 {known.repeat_of} 封来信内容相同")
    if reading.kind is Kind.FOLLOW_UP or (reading.kind is Kind.SUBMISSION and known.threads):
        return _follow_up(reading, known, books, received_on)
    if reading.kind is Kind.OTHER and reading.answerable and known.same_sender:
        return _unasked(reading, known, books, received_on)
    book = books.get(reading.campaign or "")
    if reading.kind is not Kind.SUBMISSION or book is None:
        return Outcome(reading, State.IGNORED, reading.reason)
    changes = tuple(
        _resent(reading, s, known, book, received_on)
        or _opened(reading, s, known.similar.get(i, ()), book, received_on)
        for i, s in enumerate(reading.submissions)
    )
    return _settled(reading, known, changes)


def _follow_up(reading: Reading, known: Known, books: Mapping[str, Book], received_on: date) -> Outcome:
    """An answer within a thread of ours, or a mail that says it is one."""
    if reading.trust is Trust.FAIL:
        return Outcome(reading, State.HELD, "发件人身份没有通过验证，来信没有并入线索，请人工核对")
    if not known.threads:
        claim = (
            "写有线索编号，但不是这条线索的发件人所发"
            if known.claims_number
            else "像是对我们回信的答复，但查不到对应的线索"
        )
        return Outcome(reading, State.HELD, f"{claim}，请人工核对")
    changes: list[CaseChange] = []
    stated = reading.submissions or (NOTHING_STATED,)
    for i, submission in enumerate(stated):
        case = _case_meant(submission, known.threads, books)
        if case is not None:
            whole = _with_remarks(submission, reading, case, books) if len(stated) == 1 else submission
            changes.append(_added(reading, whole, case, books[case.campaign], received_on))
        elif shares := _shares(submission, reading.remarks if len(stated) == 1 else (), known.threads):
            changes += [_added(reading, share, c, books[c.campaign], received_on) for c, share in shares]
        elif reading.kind is Kind.SUBMISSION and (book := books.get(reading.campaign or "")) is not None:
            changes.append(_opened(reading, submission, known.similar.get(i, ()), book, received_on))
        else:
            return Outcome(reading, State.HELD, "回信涉及几条线索，分不清说的是哪一条，请人工核对")
    return _settled(reading, known, tuple(changes))


def _case_meant(submission: Submission, cases: Sequence[KnownCase], books: Mapping[str, Book]) -> KnownCase | None:
    """The one case of a thread that a submission speaks of; None where that cannot be told, or it is somebody new."""
    named = [c for c in cases if same_nominee(c.fields, submission, books[c.campaign].campaign)]
    if len(named) == 1:
        return named[0]
    first = {c.number: (books[c.campaign].campaign.identity or ("",))[0] for c in cases}
    open_to = [c for c in cases if not (_sure(submission.fields, first[c.number]) and _sure(c.fields, first[c.number]))]
    waiting = [c for c in open_to if c.missing] or open_to
    return waiting[0] if len(waiting) == 1 else None


def _sure(fields: Mapping[str, FieldValue], key: str) -> bool:
    """Whether the value is there, and could be made out: a doubtful name is corrected by the answer that we asked for."""
    return key in fields and not fields[key].doubtful


def _with_remarks(submission: Submission, reading: Reading, case: KnownCase, books: Mapping[str, Book]) -> Submission:
    """What was said without a clear label fills the gaps for which it is meant: 男, 联系电话 138….

    What the case, or the mail, has already is no news: a number below his name is the writer's own.
    """
    campaign, told = books[case.campaign].campaign, {value.value for value in submission.fields.values()}
    recommender = campaign.subject.recommender_field  # who may work at the same unit
    on_file = {
        v.value for k, v in case.fields.items() if k == recommender or campaign.field(k).type is not FieldType.TEXT
    }
    fresh = [one for one in reading.remarks if one.labelled or not one.known(on_file)]
    meaning = meant(fresh, [field for field in campaign.fields if field.key in case.missing])
    filled = {**{key: value for key, value in meaning.items() if value.value not in told}, **submission.fields}
    problems = tuple(p for p in submission.problems if p.field in submission.fields or p.field not in filled)
    return replace(submission, fields=filled, problems=problems)


def _shares(
    submission: Submission, remarks: Sequence[Remark], cases: Sequence[KnownCase]
) -> list[tuple[KnownCase, Submission]]:
    """An answer about several cases that names nobody: each value goes to the only case that lacks it, or all to none."""
    told = [Remark({key: value}) for key, value in submission.fields.items()]
    shares: dict[str, dict[str, FieldValue]] = {}
    for remark in (*told, *remarks):
        fits = [(case.number, key) for case in cases for key in case.missing if key in remark.means]
        if len(fits) > 1 or (not fits and remark in told):
            return []
        for number, key in fits:
            shares.setdefault(number, {}).setdefault(key, remark.means[key])
    return [(case, replace(submission, fields=shares[case.number])) for case in cases if case.number in shares]


def _unasked(reading: Reading, known: Known, books: Mapping[str, Book], received_on: date) -> Outcome:
    """A mail that neither answers us nor looks like a nomination, from somebody whom we have asked for something."""
    numbers = "、".join(case.number for case in known.same_sender)
    asked = Outcome(reading, State.HELD, f"发件人还有 {numbers} 等着补充，请看这封信是不是补充的内容")
    [case, *others] = known.same_sender
    whole = _with_remarks(NOTHING_STATED, reading, case, books)
    if others or not whole.fields or reading.trust is Trust.FAIL:
        return asked
    return _settled(reading, known, (_added(reading, whole, case, books[case.campaign], received_on),))


def _resent(reading: Reading, submission: Submission, known: Known, book: Book, received_on: date) -> CaseChange | None:
    """A fresh mail that completes the same sender's incomplete case of the same person. Submitters do not always reply:
    many send the corrected form in a new mail."""
    if reading.trust is Trust.FAIL:
        return None
    mine = [case for case in known.same_sender if case.campaign == book.campaign.name]
    named = [case for case in mine if same_nominee(case.fields, submission, book.campaign)]
    # With one case open, a form is about the person whose name it, or the mail before it, left out.
    unnamed = [case for case in mine if len(mine) == 1 and _either_unnamed(case, submission, book.campaign)]
    for case in named or unnamed:
        merged = merge(case.fields, submission)
        if not merged.contested and any(key in merged.added for key in case.missing):
            return _added(reading, submission, case, book, received_on)
    return None


def _either_unnamed(case: KnownCase, submission: Submission, campaign: Campaign) -> bool:
    first = campaign.identity[:1] or (campaign.fields[0].key,)
    return not (_sure(case.fields, first[0]) and _sure(submission.fields, first[0]))


def _opened(
    reading: Reading, submission: Submission, similar: tuple[str, ...], book: Book, received_on: date
) -> CaseChange:
    """A new case."""
    campaign = book.campaign
    problems = submission.problems
    if similar:
        problems += (Problem(None, "possible_duplicate", f"可能与 {'、'.join(similar)} 是同一人"),)
    return CaseChange(
        number=None,
        campaign=campaign.name,
        source=submission.source,
        new_values=submission.fields,
        fields=submission.fields,
        missing=submission.missing,
        problems=problems,
        decision=_triage(reading, submission.fields, submission.missing, book, received_on),
        batch=campaign.batch_on(received_on).name,
        stage=campaign.incomplete_stage if submission.missing else campaign.complete_stage,
        similar=similar,
    )


def _added(reading: Reading, submission: Submission, case: KnownCase, book: Book, received_on: date) -> CaseChange:
    """What the submission adds to a case on file."""
    campaign = book.campaign
    merged = merge(case.fields, submission)
    missing = missing_of(merged.fields, campaign)
    moves_on = case.stage == campaign.incomplete_stage and not missing
    problems = submission.problems + _contradictions(case.fields, merged.contested, campaign)
    return CaseChange(
        number=case.number,
        campaign=campaign.name,
        source=submission.source,
        new_values=merged.added,
        fields=merged.fields,
        missing=missing,
        problems=problems,
        decision=_triage(reading, merged.fields, missing, book, received_on),
        batch=campaign.batch_on(received_on).name,
        stage=campaign.complete_stage if moves_on else case.stage,
        contested=merged.contested,
        unsettled=_unsettled(case.problems, problems, merged.added, missing),
    )


def _unsettled(
    earlier: Sequence[Problem], new: Sequence[Problem], added: Collection[str], missing: Sequence[str]
) -> tuple[Problem, ...]:
    """Earlier problems that stand: a field's until the field gets another value, an unreadable file's while something
    is missing, all others until a person has decided. What is said again is said in its newest words."""
    said = {(problem.field, problem.code) for problem in new}
    return tuple(
        problem
        for problem in earlier
        if (problem.field, problem.code) not in said
        and problem.field not in added
        and (missing or problem.code not in FILE_CODES)
    )


def _contradictions(
    known: Mapping[str, FieldValue], contested: Mapping[str, FieldValue], campaign: Campaign
) -> tuple[Problem, ...]:
    return tuple(_contradiction(campaign.field(key), known[key], value) for key, value in contested.items())


def _contradiction(asked: Field, known: FieldValue, new: FieldValue) -> Problem:
    values = f"（先前“{short(known.value)}”，这次“{short(new.value)}”）"
    if asked.type is FieldType.LONG_TEXT:
        values = "，两稿都留着"  # who was asked for a longer story has just sent it
    return Problem(asked.key, "conflicting_values", f"「{asked.label}」与先前所填不同{values}，核对后再定。")


def _triage(
    reading: Reading, fields: Mapping[str, FieldValue], missing: Sequence[str], book: Book, received_on: date
) -> Decision:
    return triage(facts_of(reading, fields, missing, book.campaign, received_on), book.ruleset)


def _settled(reading: Reading, known: Known, changes: tuple[CaseChange, ...]) -> Outcome:
    """State, reason and answer once it is clear what happens to the cases."""
    opened = sum(change.number is None for change in changes)
    if opened:
        state, reason = State.FILED, f"新建 {opened} 条线索"
    elif any(change.new_values for change in changes):
        state, reason = State.MERGED, "补充了已有线索"
    elif any(change.contested for change in changes):
        state, reason = State.MERGED, "并入已有线索，与先前所填不同，请人工核对"
    else:
        state, reason = State.MERGED, "并入已有线索，没有读出新的内容，请人工看一眼"
    return Outcome(reading, state, reason, changes, _answer(reading, known, changes))


def _answer(reading: Reading, known: Known, changes: tuple[CaseChange, ...]) -> Answer | None:
    """The reply, if the mail gets one: never to a machine, and not to a follow-up that says nothing new."""
    says_something = any(c.number is None or c.new_values or c.contested or c.problems for c in changes)
    if not says_something or not reading.answerable or "@" not in reading.sender.address:
        return None
    return Answer(_answer_kind(reading, changes), reading.sender.address, _why_held(reading, known, changes))


def _answer_kind(reading: Reading, changes: tuple[CaseChange, ...]) -> str:
    if all(change.complete for change in changes):
        return "acknowledgement"
    codes = {p.code for p in reading.problems} | {p.code for c in changes for p in c.problems}
    formless = any(
        len(change.missing) >= FORMLESS for change in changes
    )  # a film that is a link is not what is missing
    return "unreadable_attachment" if codes & FILE_CODES and formless else "missing_fields"


def capped(reading: Reading) -> bool:
    """Whether answers to mails like this one are counted: all but those that bring a nomination."""
    nominates = any(s.source != SUBJECT for s in reading.submissions)
    unread = any(file.role in {"unreadable", "archive"} for file in reading.attachments)  # a form, for all we know
    return reading.kind is not Kind.SUBMISSION or not (nominates or unread)


def _why_held(reading: Reading, known: Known, changes: Sequence[CaseChange]) -> str | None:
    """Why a person must release the reply first, or None. Who fills a gap is no machine, and there are only so many."""
    if reading.trust is Trust.FAIL:
        return "发件人身份没有通过验证（SPF/DMARC），确认后再放行"
    if known.threads and all(case.sender != reading.sender.address for case in known.threads):
        return "答复来自另一个地址，不是这条线索的发件人，确认后再放行"
    allowed = RESPONDER_ANSWERS_A_DAY if reading.kind is Kind.FOLLOW_UP else SENDER_ANSWERS_A_DAY
    fills_a_gap = any(change.number is not None and change.new_values for change in changes)
    if fills_a_gap or not capped(reading):
        return None
    if known.answers_today >= allowed:
        return f"24 小时内已回复该地址 {known.answers_today} 封，可能是自动回复，确认后再放行"
    if known.answers_in_thread >= ANSWERS_IN_A_THREAD:
        return f"同一线索上已连回 {known.answers_in_thread} 封而没有新的内容，可能是自动回复，确认后再放行"
    return None
