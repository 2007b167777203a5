"""What is missing, what is wrong, and the many ways to write what is right."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from forms import blank_form
from grids import docx, form_rows, table
from letters import foxmail, outlook, qq_web
from people import Person, without

from corpus_making.sample import (
    NOBODY,
    Sample,
    Values,
    client,
    filled_form,
    mailed,
    nominee,
    reading,
    subject_of,
    submission,
    with_value,
)

ALONE = ("nominee_name", "gender", "birth_month", "employer", "years_of_service", "position", "nominee_phone",
         "highlights", "relationship")  # fmt: skip
MODEST = "他在平凡的岗位上默默奉献。"

#: Trait, key, what is written, what is read, problems.
WRITTEN: tuple[tuple[str, str, str, str | int | None, tuple[str, ...]], ...] = (
    ("phone-too-short", "nominee_phone", "1380000123", None, ("bad_phone",)),
    ("phone-landline", "nominee_phone", "（023）6789 1234", "023-67891234", ()),
    ("phone-full-width", "nominee_phone", "１３８００００１２３４", "13800001234", ()),
    ("month-thirteen", "birth_month", "1980年13月", None, ("bad_date",)),
    ("month-in-characters", "birth_month", "一九八〇年五月", "1980-05", ()),
    ("years-in-characters", "years_of_service", "二十二年", 22, ()),
    ("story-too-short", "story", MODEST * 10, MODEST * 10, ("story_too_short",)),
    ("story-too-long", "story", MODEST * 80, MODEST * 80, ("story_too_long",)),
    ("name-with-dot", "nominee_name", "买买提•艾力", "买买提·艾力", ()),
)
MORE: tuple[tuple[str, str, str, str | int | None, tuple[str, ...]], ...] = (
    ("month-with-its-day", "birth_month", "1980-05-12", "1980-05", ()),
    ("month-of-two-digits", "birth_month", "80年5月", "1980-05", ()),
    ("month-with-a-dot", "birth_month", "1980．5", "1980-05", ()),
    ("years-since", "years_of_service", "自2005年至今", 21, ()),  # counted from the mail's date
    ("phone-with-extension", "nominee_phone", "023-67891234转801", "023-67891234", ()),
    ("phone-international", "nominee_phone", "0086 138 0000 1234", "13800001234", ()),
    ("gender-as-a-word", "gender", "男性", "男", ()),
    ("gender-ticked", "gender", "☑男　□女", "男", ()),
    ("party-in-full", "party", "中国共产党党员", "中共党员", ()),
    ("party-of-its-own", "party", "九三学社社员", "九三学社社员", ()),
    ("name-with-a-rare-character", "nominee_name", "李𠮷玥", "李𠮷玥", ()),
    ("name-spaced", "nominee_name", "王　　芳", "王芳", ()),
    ("story-with-blank-lines", "story", "他一直扎根一线，攻克难题。" * 22 + "\n\n\n　　" + "他带出许多徒弟，人人称赞。" * 22,
     "他一直扎根一线，攻克难题。" * 22 + "\n" + "他带出许多徒弟，人人称赞。" * 22, ()),
)  # fmt: skip


def samples() -> Iterator[Sample]:
    yield from _incomplete()
    for first, rows in ((110, WRITTEN), (210, MORE)):
        for number, (trait, key, text, value, problems) in enumerate(rows):
            one = with_value(first + number, key, text, value)
            yield Sample(f"value-{trait}", mailed(one, by=client(number)), reading(submission(one, problems)))
    yield from _left_open()
    worked = with_value(174, "years_of_service", "从事本专业22年", 22)
    yield Sample("value-years-in-words", mailed(worked), reading(submission(worked)))


def _incomplete() -> Iterator[Sample]:
    for number, key in enumerate(ALONE):
        full = nominee(40 + number)
        one = without(full, key)
        yield Sample(
            f"without-{key}", mailed(one, by=client(number), subject=subject_of(full)), reading(submission(one))
        )
    one = without(nominee(50), "story", "birth_month", "nominee_phone")
    yield Sample("without-three", mailed(one), reading(submission(one)))
    one = without(nominee(51), "story", "highlights")
    yield Sample("hints-are-no-values", mailed(one, partial(filled_form, keep_hints=True)), reading(submission(one)))
    full = nominee(52)
    one = without(full, "recommender", "recommender_phone")
    filled = {key: full.written[key] for key in ("recommender", "recommender_phone")}
    make = mailed(one, subject=subject_of(full))
    yield Sample("subject-fills-recommender", make, reading(submission(one, **filled)))
    one = nominee(53)
    left = {k: v for k, v in one.expected.items() if k not in {"highlights", "position"}}
    one = Person({**one.written, "highlights": "无", "position": "暂无"}, left)
    yield Sample("none-in-required-is-missing", mailed(one, by=outlook), reading(submission(one)))
    one = nominee(54)
    one = Person({**one.written, "party": "无", "title": "无"}, {**one.expected, "party": "无", "title": "无"})
    yield Sample("none-in-optional-is-an-answer", mailed(one, by=outlook), reading(submission(one)))
    one = nominee(55)
    filled = {key: one.written[key] for key in ("recommender", "recommender_phone")}
    yield Sample("blank-form-back", mailed(one, lambda _: blank_form()), reading(submission(NOBODY, **filled)))
    one = nominee(125)
    told = one.expected
    own = {
        "recommender": told["nominee_name"],
        "recommender_phone": told["nominee_phone"],
        "relationship": "本人",
    }
    alone = {**one.written, "relationship": "本人", "recommender": "", "recommender_phone": ""}
    self_made = Person(alone, {**told, **own})
    make = mailed(self_made, by=qq_web, subject="渝工故事线索")
    yield Sample("self-nomination", make, reading(submission(self_made), problems=("subject_format",)))


def _left_open() -> Iterator[Sample]:
    rows = (
        ("later", "position", "（待填）"),
        ("decade", "birth_month", "八十年代"),
        ("blank-ruled", "employer", "______"),
    )
    for number, (trait, key, text) in enumerate(rows):
        one = without(nominee(171 + number), key)
        problems = ("bad_date",) if trait == "decade" else ()
        make = mailed(one, partial(_drawn, **{key: text}), by=foxmail)
        yield Sample(f"value-{trait}", make, reading(submission(one, problems)))


def _drawn(values: Values, **instead: str) -> bytes:
    return docx(table(*form_rows({**values, **instead})))
