"""What an answer may mean where it does without the form's labels, or stands within our quoted question."""

from __future__ import annotations

from datetime import date

import pytest
from forms import LABELS
from hypothesis import given
from hypothesis import strategies as st
from world import ROOT

from intake.remarks import labelled, remarks
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(ROOT / "rules" / "yugong-story")
TODAY = date(2026, 3, 2)
NOMINEE, RECOMMENDER = "nominee_phone", "recommender_phone"


def told(own: str, quoted: str = "") -> list[dict[str, str | int]]:
    return [{key: value.value for key, value in remark.items()} for remark in remarks(own, quoted, CAMPAIGN, TODAY)]


@pytest.mark.parametrize(
    ("own", "meant"),
    [
        ("男", [{"gender": "男"}]),
        ("1. 男\n2. 1980年5月\n3. 22年", [{"gender": "男"}, {"birth_month": "1980-05"}, {"years_of_service": 22}]),
        ("性别 男", [{"gender": "男"}]),
        ("1、性别男", [{"gender": "男"}]),
        ("性别是男，谢谢", [{"gender": "男"}]),
        ("性别男，出生年月1980年5月。", [{"gender": "男"}, {"birth_month": "1980-05"}]),
        ("职务 总工程师、党委书记", [{"position": "总工程师、党委书记"}]),
        ("13812345678", [{NOMINEE: "13812345678", RECOMMENDER: "13812345678"}]),  # whose, the case's gaps tell
        ("联系电话：13812345678", [{NOMINEE: "13812345678", RECOMMENDER: "13812345678"}]),
        # no answers
        ("谢谢老师！", []),
        ("2026年3月2日", []),  # the day the letter was written
        ("性别要写吗？", []),
        ("职务 不清楚", []),
        ("职务总工程师", []),  # too much like running text
        ("3", []),
        ("此致\n敬礼\n13812345678", []),  # the writer's own
    ],
)
def test_own_words(own: str, meant: list[dict[str, str | int]]) -> None:
    assert told(own) == meant


QUESTION = "还差 2 项\n1. 性别\n   表中没有填写，或没有读到。\n\n性别：{}\n职务：{}\n也可以填写附件中的空白表。"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("", ""), []),
        (("男", ""), [{"gender": "男"}]),
        (("男", "总工程师"), [{"gender": "男"}, {"position": "总工程师"}]),
        (("", "请补充被推荐人的职务；没有行政职务的，写所在岗位即可。"), []),  # our own words
    ],
)
def test_typed_into_our_question(typed: tuple[str, str], meant: list[dict[str, str | int]]) -> None:
    assert told("已填好", QUESTION.format(*typed)) == meant


def test_a_long_text_typed_into_our_question_ends_with_an_empty_line() -> None:
    assert told("", "线索亮点：攻坚克难\n有老照片\n\n已经登记的内容：") == [{"highlights": "攻坚克难\n有老照片"}]


def test_a_mail_that_is_no_answer_is_read_by_its_labels_alone() -> None:
    said = labelled("补充如下\n性别：男\n13812345678", CAMPAIGN, TODAY)
    assert [{key: value.value for key, value in remark.items()} for remark in said] == [{"gender": "男"}]


def test_what_was_typed_was_not_made_out_in_a_picture() -> None:
    said = remarks("性别男", "职务：总工程师", CAMPAIGN, TODAY)
    assert [value.recognised for remark in said for value in remark.values()] == [False, False]


WORDS = st.sampled_from(
    [*LABELS.values(), "：", "\n", " ", "是", "男", "1980年5月", "13812345678", "，", "1. ", "此致"]
)
TEXTS = st.lists(WORDS | st.text(max_size=4), max_size=10).map("".join)


@given(TEXTS, TEXTS)
def test_nothing_raises(own: str, quoted: str) -> None:
    for remark in (*remarks(own, quoted, CAMPAIGN, TODAY), *labelled(own, CAMPAIGN, TODAY)):
        assert set(remark) <= set(LABELS)
