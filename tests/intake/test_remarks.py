"""What an answer's words may mean, and what is meant where certain fields were asked for."""

from __future__ import annotations

from datetime import date

import pytest
from forms import LABELS
from hypothesis import given
from hypothesis import strategies as st
from world import ROOT

from intake.answer_lines import remarks_in
from intake.answers import answers
from intake.remarks import meant
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(ROOT / "rules" / "yugong-story")
TODAY = date(2026, 3, 2)
NOMINEE, RECOMMENDER = "nominee_phone", "recommender_phone"


def said(own: str, quoted: str = "") -> list[dict[str, str | int]]:
    """What each remark means for sure."""
    _, remarks = answers(own, quoted, CAMPAIGN, TODAY)
    return [{key: one.means[key].value for key in one.means if key not in one.guessed} for one in remarks]


def told(own: str, *asked: str) -> dict[str, str | int]:
    found = meant(remarks_in(own, CAMPAIGN, TODAY), [CAMPAIGN.field(key) for key in asked])
    return {key: value.value for key, value in found.items()}


@pytest.mark.parametrize(
    ("own", "means"),
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
        ("我的电话是13812345678", [{RECOMMENDER: "13812345678"}]),
        ("他的电话13812345678", [{NOMINEE: "13812345678"}]),
        ("1.15年\n2.总工程师", [{"years_of_service": 15}, {"position": "总工程师"}]),
        # no answers
        ("谢谢老师！", []),
        ("2026年3月2日", [{}]),  # the day the letter was written
        ("1998年7月，他分到厂里", [{}]),
        ("性别要写吗？", [{}]),
        ("职务 不清楚", [{}]),
        ("棋友", [{}]),
        ("3", [{}]),
        ("此致\n敬礼\n13812345678", []),  # the writer's own
        ("不好意思，表格没填全。\n男\n祝工作顺利！", [{"gender": "男"}]),
    ],
)
def test_what_words_mean(own: str, means: list[dict[str, str | int]]) -> None:
    assert said(own) == means


@pytest.mark.parametrize(
    ("own", "asked", "meaning"),
    [
        ("生产部经理", ["position"], {"position": "生产部经理"}),
        ("技术部部长\n42年\n师徒", ["years_of_service", "position", "relationship"], {"position": "技术部部长", "years_of_service": 42, "relationship": "师徒"}),
        ("13812345678\n13900005678", [NOMINEE, RECOMMENDER], {NOMINEE: "13812345678", RECOMMENDER: "13900005678"}),
        ("1）棋友", ["relationship"], {"relationship": "棋友"}),
        ("总工程师\n棋友", ["position", "relationship"], {"position": "总工程师", "relationship": "棋友"}),
        ("被推荐人的名字叫李明", ["nominee_name"], {"nominee_name": "李明"}),
        # not sure enough
        ("13812345678", [NOMINEE, RECOMMENDER], {}),
        ("13812345678\n13900005678", [NOMINEE], {}),
        ("棋友", ["relationship"], {}),
        ("好的，马上补\n李明", ["nominee_name"], {}),
        ("我的电话是13812345678", [NOMINEE], {}),
    ],
)  # fmt: skip
def test_what_was_meant(own: str, asked: list[str], meaning: dict[str, str | int]) -> None:
    assert told(own, *asked) == meaning


QUESTION = "还差 2 项\n1. 性别\n   表中没有填写，或没有读到。\n\n性别：{}\n职务：{}\n也可以填写附件中的空白表。"


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        (("", ""), []),
        (("男", ""), [{"gender": "男"}]),
        (("男", "总工程师"), [{"gender": "男"}, {"position": "总工程师"}]),
        (("", "请补充被推荐人的职务；没有行政职务的，写所在岗位即可。"), []),  # our own words
    ],
)
def test_typed_into_our_question(typed: tuple[str, str], means: list[dict[str, str | int]]) -> None:
    assert said("", QUESTION.format(*typed)) == means


@pytest.mark.parametrize(
    "below", ["\n\n已经登记的内容：", "\n已经登记的内容：\n【YG-2026-00001】张伟", "\n也可以填写附件中的空白表。"]
)
def test_a_long_text_typed_into_our_question_ends_where_our_letter_goes_on(below: str) -> None:
    assert said("", f"线索亮点：攻坚克难\n有老照片{below}") == [{"highlights": "攻坚克难\n有老照片"}]


def test_what_was_typed_was_not_made_out_in_a_picture() -> None:
    _, remarks = answers("性别男", "职务：总工程师", CAMPAIGN, TODAY)
    assert [value.recognised for remark in remarks for value in remark.means.values()] == [False, False]


WORDS = st.sampled_from(
    [*LABELS.values(), "：", "\n", " ", "是", "男", "1980年5月", "13812345678", "，", "1. ", "此致"]
)
TEXTS = st.lists(WORDS | st.text(max_size=4), max_size=10).map("".join)


@given(TEXTS, TEXTS)
def test_nothing_raises(own: str, quoted: str) -> None:
    found, remarks = answers(own, quoted, CAMPAIGN, TODAY)
    assert {*found, *(key for remark in remarks for key in remark.means)} <= set(LABELS)
