"""What becomes of a mail, case by case: state, cases, answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from intake.attachments import Attachment
from intake.decide import Book, decide
from intake.draft import FieldValue
from intake.kind import Kind
from intake.merge import missing_of
from intake.mime.message import Address, Trust
from intake.nomination import Submission
from intake.outcome import Known, KnownCase, State
from intake.remarks import Remark
from intake.submission import Reading, SubjectLine
from intake.values.values import Problem
from rules.ruleset import Ruleset

TODAY = date(2026, 3, 2)


@pytest.fixture
def books(story_book: Book) -> dict[str, Book]:
    return {"yugong-story": story_book}


def all_fields(books, **other: str) -> dict[str, FieldValue]:
    campaign = books["yugong-story"].campaign
    given = {f.key: FieldValue(other.get(f.key, f"{f.label}甲"), "", "征集表.docx") for f in campaign.fields}
    return {key: value for key, value in given.items() if value.value}


def submission(books, source: str = "征集表.docx", **other: str) -> Submission:
    fields = all_fields(books, **other)
    return Submission(source, fields, missing_of(fields, books["yugong-story"].campaign), ())


def reading(*submissions: Submission, **other) -> Reading:
    plain = Reading(
        kind=Kind.SUBMISSION,
        reason="按通知格式寄来的线索",
        campaign="yugong-story",
        message_id="<a@b>",
        sender=Address("张三", "zhangsan@163.com"),
        recipients=(Address("", "ceacq@163.com"),),
        subject=SubjectLine("渝工故事线索", None, None),
        submissions=submissions,
        attachments=(),
        problems=(),
        defects=(),
        in_reply_to=(),
        references=(),
        case_numbers=(),
        trust=Trust.UNKNOWN,
        content_hash="x",
        excerpt="",
    )
    return replace(plain, **other)


def case_of(books, number: str = "YG-2026-00001", stage: str = "", **other: str) -> KnownCase:
    campaign = books["yugong-story"].campaign
    fields = all_fields(books, **other)
    missing = missing_of(fields, campaign)
    start = campaign.incomplete_stage if missing else campaign.complete_stage
    return KnownCase(number, "yugong-story", stage or start, "zhangsan@163.com", fields, missing, (), 1)


def told(outcome) -> tuple:
    """State, (number, complete) of each case, kind of the answer, whether it is held."""
    cases = [(c.number, c.complete) for c in outcome.changes]
    answer = outcome.answer
    return outcome.state, cases, answer and answer.kind, bool(answer and answer.held)


def test_a_complete_submission_opens_a_case_and_is_acknowledged(books) -> None:
    outcome = decide(reading(submission(books)), Known(), books, TODAY)
    assert told(outcome) == (State.FILED, [(None, True)], "acknowledgement", False)
    [change] = outcome.changes
    assert change.batch == "第一批"
    assert change.stage == books["yugong-story"].campaign.complete_stage


def test_missing_fields_are_asked_for(books) -> None:
    outcome = decide(reading(submission(books, gender="")), Known(), books, TODAY)
    assert told(outcome) == (State.FILED, [(None, False)], "missing_fields", False)
    assert outcome.changes[0].missing == ("gender",)
    assert outcome.changes[0].stage == books["yugong-story"].campaign.incomplete_stage


FORM_FIELDS = ("nominee_name", "gender", "birth_month", "employer", "years_of_service", "position", "story")


@pytest.mark.parametrize("code", ["unreadable_attachment", "encrypted_attachment", "large_attachment_link"])
def test_a_file_that_cannot_be_read_is_asked_for_again(books, code: str) -> None:
    form_in_it = submission(books, **dict.fromkeys(FORM_FIELDS, ""))
    beside_form = submission(books, story="")
    for one, kind in ((form_in_it, "unreadable_attachment"), (beside_form, "missing_fields")):
        unread = reading(one, problems=(Problem(None, code, "…"),))
        assert told(decide(unread, Known(), books, TODAY))[2] == kind


def test_several_forms_get_one_answer(books) -> None:
    both = reading(submission(books), submission(books, nominee_name="李强", gender=""))
    assert told(decide(both, Known(), books, TODAY)) == (
        State.FILED,
        [(None, True), (None, False)],
        "missing_fields",
        False,
    )


def test_the_day_after_the_first_batch_belongs_to_the_second(books) -> None:
    first, second = (
        decide(reading(submission(books)), Known(), books, day) for day in (date(2026, 3, 31), date(2026, 4, 1))
    )
    assert first.changes[0].batch == "第一批"
    assert second.changes[0].batch != "第一批"


@pytest.mark.parametrize("kind", [Kind.OTHER, Kind.BOUNCE, Kind.AUTO_REPLY, Kind.STAFF_COMMAND])
def test_what_is_no_submission_is_left_alone(books, kind: Kind) -> None:
    assert told(decide(reading(kind=kind, campaign=None), Known(), books, TODAY)) == (State.IGNORED, [], None, False)


def test_the_same_mail_again_changes_nothing(books) -> None:
    assert told(decide(reading(submission(books)), Known(repeat_of=7), books, TODAY)) == (
        State.REPEATED,
        [],
        None,
        False,
    )


def test_machine_mail_is_filed_and_not_answered(books) -> None:
    assert told(decide(reading(submission(books), answerable=False), Known(), books, TODAY)) == (
        State.FILED,
        [(None, True)],
        None,
        False,
    )


def test_a_sender_who_fails_dmarc_is_filed_and_the_answer_waits_for_a_person(books) -> None:
    outcome = decide(reading(submission(books), trust=Trust.FAIL), Known(), books, TODAY)
    assert told(outcome) == (State.FILED, [(None, True)], "acknowledgement", True)


# --- answers to us ---


def answer(**stated: str) -> Reading:
    fields = {key: FieldValue(value, value, "正文") for key, value in stated.items()}
    return reading(Submission("正文", fields, (), ()), kind=Kind.FOLLOW_UP)


def test_an_answer_completes_its_case(books) -> None:
    known = Known(threads=(case_of(books, gender=""),))
    outcome = decide(answer(gender="男"), known, books, TODAY)
    assert told(outcome) == (State.MERGED, [("YG-2026-00001", True)], "acknowledgement", False)
    assert outcome.changes[0].stage == books["yugong-story"].campaign.complete_stage


def test_an_answer_that_leaves_something_open_is_asked_once_more(books) -> None:
    known = Known(threads=(case_of(books, gender="", position=""),))
    outcome = decide(answer(gender="男"), known, books, TODAY)
    assert told(outcome) == (State.MERGED, [("YG-2026-00001", False)], "missing_fields", False)
    assert outcome.changes[0].missing == ("position",)


def test_a_thank_you_is_not_answered(books) -> None:
    known = Known(threads=(case_of(books, gender=""),))
    assert told(decide(answer(), known, books, TODAY)) == (State.MERGED, [("YG-2026-00001", False)], None, False)
    assert told(decide(reading(kind=Kind.FOLLOW_UP), known, books, TODAY)) == (
        State.MERGED,
        [("YG-2026-00001", False)],
        None,
        False,
    )


def test_a_contradiction_is_kept_for_staff(books) -> None:
    known = Known(threads=(case_of(books, gender="女"),))
    outcome = decide(answer(gender="男"), known, books, TODAY)
    [change] = outcome.changes
    assert change.fields["gender"].value == "女"
    assert change.contested["gender"].value == "男"
    [problem] = change.problems
    assert (problem.code, problem.message) == (
        "conflicting_values",
        "「性别」与先前所填不同（先前“女”，这次“男”），核对后再定。",
    )


def test_a_second_draft_of_the_story_is_kept_beside_the_first(books) -> None:
    known = Known(threads=(case_of(books, story="短稿。" * 20),))
    [change] = decide(answer(story="长稿。" * 200), known, books, TODAY).changes
    [said] = [p.message for p in change.problems if p.code == "conflicting_values"]
    assert said == "「核心事迹简介」与先前所填不同，两稿都留着，核对后再定。"


def test_a_doubtful_name_is_corrected_by_the_answer(books) -> None:
    """Read from a photograph as 姜晚东, asked about, answered: it is the same case, and the answer's name is the right one."""
    fields = all_fields(books, nominee_name="姜晚东")
    fields["nominee_name"] = replace(fields["nominee_name"], confidence=0.5)
    case = KnownCase("YG-2026-00001", "yugong-story", "verify", "zhangsan@163.com", fields, (), (), 1)
    said = Submission("正文", {"nominee_name": FieldValue("姜晓东", "姜晓东", "正文")}, (), ())
    outcome = decide(reading(said, kind=Kind.FOLLOW_UP), Known(threads=(case,)), books, TODAY)
    [change] = outcome.changes
    assert (outcome.state, change.number, change.contested) == (State.MERGED, "YG-2026-00001", {})
    assert change.fields["nominee_name"].value == "姜晓东"
    certain = replace(case, fields=all_fields(books, nominee_name="姜晚东"))
    assert decide(reading(said, kind=Kind.FOLLOW_UP), Known(threads=(certain,)), books, TODAY).state is State.HELD


def test_a_new_form_in_the_thread_about_the_same_person_completes_the_case(books) -> None:
    known = Known(threads=(case_of(books, gender=""),))
    assert told(decide(reading(submission(books)), known, books, TODAY))[:2] == (
        State.MERGED,
        [("YG-2026-00001", True)],
    )


def test_a_new_form_in_the_thread_about_somebody_else_opens_a_case(books) -> None:
    known = Known(threads=(case_of(books),))
    other = submission(books, nominee_name="李强", nominee_phone="13900000000")
    assert told(decide(reading(other), known, books, TODAY))[:2] == (State.FILED, [(None, True)])


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (Known(), "查不到"),
        (Known(claims_number=True), "不是这条线索的发件人"),
    ],
)
def test_an_answer_to_nothing_we_know_is_held(books, known: Known, why: str) -> None:
    outcome = decide(answer(gender="男"), known, books, TODAY)
    assert told(outcome) == (State.HELD, [], None, False)
    assert why in outcome.reason


def test_a_forged_answer_changes_nothing(books) -> None:
    known = Known(threads=(case_of(books, gender=""),))
    assert told(decide(replace(answer(gender="男"), trust=Trust.FAIL), known, books, TODAY))[:2] == (State.HELD, [])


def test_an_answer_about_two_open_cases_must_say_which(books) -> None:
    two = Known(threads=(case_of(books, gender=""), case_of(books, "YG-2026-00002", nominee_name="李强", gender="")))
    assert decide(answer(gender="男"), two, books, TODAY).state is State.HELD
    named = decide(answer(gender="男", nominee_name="李强"), two, books, TODAY)
    assert [c.number for c in named.changes] == ["YG-2026-00002"]


def test_values_without_a_name_go_to_the_only_case_that_lacks_them(books) -> None:
    two = Known(threads=(case_of(books, gender=""), case_of(books, "YG-2026-00002", nominee_name="李强", position="")))
    both = decide(answer(gender="男", position="班长"), two, books, TODAY)
    assert [(c.number, list(c.new_values)) for c in both.changes] == [
        ("YG-2026-00001", ["gender"]),
        ("YG-2026-00002", ["position"]),
    ]
    assert decide(answer(gender="男", employer="别的单位"), two, books, TODAY).state is State.HELD


@pytest.mark.parametrize(
    ("before", "answered", "stands"),
    [
        (Problem("gender", "unclear_value", "性别不清楚"), {"gender": "男"}, False),
        (Problem("story", "story_too_short", "太短"), {"gender": "男"}, True),
        (Problem(None, "possible_duplicate", "可能与 YG-2026-00002 是同一人"), {"gender": "男"}, True),
        (Problem(None, "unreadable_attachment", "照片打不开"), {}, True),
        (Problem(None, "unreadable_attachment", "照片打不开"), {"gender": "男"}, False),  # nothing is missing any more
        (Problem("employer", "conflicting_values", "先后不一"), {"employer": "又一单位"}, False),  # said anew
    ],
)
def test_earlier_problems_stand_until_they_are_settled(books, before: Problem, answered, stands: bool) -> None:
    case = replace(case_of(books, gender=""), problems=(before,))
    [change] = decide(answer(**answered), Known(threads=(case,)), books, TODAY).changes
    assert (before in change.unsettled, before in change.problems) == (stands, False)


# --- said without the form's labels ---


def remark(value: str, *keys: str) -> Remark:
    return Remark({key: FieldValue(value, value, "正文", 0.8) for key in keys})


@pytest.mark.parametrize(
    ("lacking", "said", "filled"),
    [
        (["gender"], remark("男", "gender"), ["gender"]),
        (["nominee_phone"], remark("13812345678", "nominee_phone", "recommender_phone"), ["nominee_phone"]),
        (["nominee_phone", "recommender_phone"], remark("13812345678", "nominee_phone", "recommender_phone"), []),
        (
            ["nominee_phone"],
            remark("推荐人联系电话甲", "nominee_phone", "recommender_phone"),
            [],
        ),  # known: the writer's
        ([], remark("男", "gender"), []),  # contradicts nothing
    ],
)
def test_a_remark_fills_the_one_gap_it_fits(books, lacking: list[str], said, filled: list[str]) -> None:
    known = Known(threads=(case_of(books, **dict.fromkeys(lacking, "")),))
    [change] = decide(replace(answer(), submissions=(), remarks=(said,)), known, books, TODAY).changes
    assert (list(change.new_values), change.contested) == (filled, {})


def test_a_number_in_a_list_counts_all_that_is_missing(books) -> None:
    known = Known(threads=(case_of(books, birth_month="", nominee_phone="", recommender_phone=""),))
    telephone = remark("13812345678", "nominee_phone", "recommender_phone")
    said = (replace(remark("1980-05", "birth_month"), number=1), replace(telephone, number=2))
    [change] = decide(replace(answer(birth_month="1980-05"), remarks=said), known, books, TODAY).changes
    assert set(change.new_values) == {"birth_month", "nominee_phone"}


def test_remarks_about_two_cases_go_to_the_ones_that_lack_them(books) -> None:
    two = Known(threads=(case_of(books, gender=""), case_of(books, "YG-2026-00002", nominee_name="李强", position="")))
    said = replace(answer(), submissions=(), remarks=(remark("男", "gender"), remark("班长", "position")))
    assert [c.number for c in decide(said, two, books, TODAY).changes] == ["YG-2026-00001", "YG-2026-00002"]


# --- mails that are no answers, from somebody who was asked ---


@pytest.mark.parametrize(
    ("waiting", "trust", "state", "changed"),
    [
        (["YG-2026-00001"], Trust.UNKNOWN, State.MERGED, ["YG-2026-00001"]),
        (["YG-2026-00001", "YG-2026-00002"], Trust.UNKNOWN, State.HELD, []),
        (["YG-2026-00001"], Trust.FAIL, State.HELD, []),
        ([], Trust.UNKNOWN, State.IGNORED, []),
    ],
)
def test_a_mail_without_a_thread_completes_the_senders_only_open_case(
    books, waiting: list[str], trust: Trust, state: State, changed: list[str]
) -> None:
    known = Known(same_sender=tuple(case_of(books, number, gender="") for number in waiting))
    mail = reading(kind=Kind.OTHER, campaign=None, trust=trust, remarks=(remark("男", "gender"),))
    outcome = decide(mail, known, books, TODAY)
    assert (outcome.state, [c.number for c in outcome.changes]) == (state, changed)


def test_a_question_from_somebody_who_was_asked_is_shown_to_staff(books) -> None:
    known = Known(same_sender=(case_of(books, gender=""),))
    assert told(decide(reading(kind=Kind.OTHER, campaign=None), known, books, TODAY)) == (State.HELD, [], None, False)


def test_a_form_that_can_be_read_completes_the_case_of_the_file_that_could_not(books) -> None:
    unread = case_of(books, **{f.key: "" for f in books["yugong-story"].campaign.fields if f.key != "recommender"})
    outcome = decide(reading(submission(books)), Known(same_sender=(unread,)), books, TODAY)
    assert told(outcome)[:2] == (State.MERGED, [("YG-2026-00001", True)])
    two = Known(same_sender=(unread, replace(unread, number="YG-2026-00002")))
    assert decide(reading(submission(books)), two, books, TODAY).state is State.FILED


def test_a_corrected_form_in_a_new_mail_completes_the_senders_open_case(books) -> None:
    known = Known(same_sender=(case_of(books, gender=""),))
    assert told(decide(reading(submission(books)), known, books, TODAY))[:2] == (
        State.MERGED,
        [("YG-2026-00001", True)],
    )
    other = submission(books, nominee_name="李强", nominee_phone="13900000000")
    assert told(decide(reading(other), known, books, TODAY))[:2] == (State.FILED, [(None, True)])


def test_a_possible_duplicate_is_filed_and_named(books) -> None:
    outcome = decide(reading(submission(books)), Known(similar={0: ("YG-2026-00007",)}), books, TODAY)
    assert outcome.state is State.FILED
    assert outcome.changes[0].similar == ("YG-2026-00007",)
    assert [p.code for p in outcome.changes[0].problems] == ["possible_duplicate"]


# --- caps ---


@pytest.mark.parametrize(
    ("mail", "answers_today", "held"),
    [
        ("form", 50, False),  # an office may send a hundred nominations a day
        ("subject alone", 4, False),
        ("subject alone", 5, True),
        ("answer", 2, False),
        ("answer", 3, False),  # it fills a gap, and there are only so many
        ("contradiction", 2, False),
        ("contradiction", 3, True),  # a responder that shows no sign of being one
    ],
)
def test_answers_a_day(books, mail: str, answers_today: int, held: bool) -> None:
    threads = (case_of(books, gender="", position=""),) if mail in ("answer", "contradiction") else ()
    read = {
        "form": reading(submission(books)),
        "subject alone": reading(submission(books, "subject", story="")),
        "answer": answer(gender="男"),
        "contradiction": answer(employer="别的单位"),
    }[mail]
    outcome = decide(read, Known(threads=threads, answers_today=answers_today), books, TODAY)
    assert told(outcome)[3] is held


@pytest.mark.parametrize(
    ("stated", "in_thread", "held"),
    [
        ({"employer": "别的单位"}, 2, False),
        ({"employer": "别的单位"}, 3, True),  # a slow responder: one a day, for ever
        ({"gender": "男"}, 9, False),  # it fills a gap
    ],
)
def test_answers_in_a_thread(books, stated: dict[str, str], in_thread: int, held: bool) -> None:
    known = Known(threads=(case_of(books, gender="", position=""),), answers_in_thread=in_thread)
    assert told(decide(answer(**stated), known, books, TODAY))[3] is held


@pytest.mark.parametrize(("role", "held"), [("evidence", True), ("unreadable", False), ("archive", False)])
def test_a_form_that_cannot_be_read_is_a_nomination_too(books, role: str, held: bool) -> None:
    file = Attachment("征集表.doc", "application/msword", 9, role, "", "2")
    read = reading(submission(books, "subject", story=""), attachments=(file,))
    assert told(decide(read, Known(answers_today=50), books, TODAY))[3] is held


@pytest.mark.parametrize(("sender", "held"), [("zhangsan@163.com", False), ("lisi@163.com", True)])
def test_who_answers_from_elsewhere_may_fill_gaps_but_a_person_releases_the_answer(books, sender, held) -> None:
    read = replace(answer(gender="男"), sender=Address("", sender))
    outcome = decide(read, Known(threads=(case_of(books, gender=""),)), books, TODAY)
    assert told(outcome) == (State.MERGED, [("YG-2026-00001", True)], "acknowledgement", held)


def test_rules_sort_what_is_filed(books) -> None:
    story = "他在嘉陵江大桥施工中攻克了成桩难题，攻坚克难。" * 20
    outcome = decide(reading(submission(books, story=story)), Known(), books, TODAY)
    assert outcome.changes[0].decision.category
    assert isinstance(books["yugong-story"].ruleset, Ruleset)
