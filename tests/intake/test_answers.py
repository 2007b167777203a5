"""What an answer says to the questions that it quotes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from world import ROOT

from intake.answers import answers
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(ROOT / "rules" / "yugong-story")
TODAY = date(2026, 11, 21)


def question(*keys: str, typed: str = "") -> str:
    asked = [CAMPAIGN.field(key) for key in keys]
    blocks = [
        f"{number}. {field.label}\n没有填写。{field.ask}\n例如：{field.example}"
        for number, field in enumerate(asked, 1)
    ]
    lines = [f"{field.label}：{typed}" for field in asked]
    return "\n".join(["【YG-2026-00012】张伟", *blocks, *lines, "职称：工程师", "本邮件由登记系统自动发出。"])


def told(own: str, quoted: str) -> dict[str, str | int]:
    return {key: value.value for key, value in answers(own, quoted, CAMPAIGN, TODAY).items()}


@pytest.mark.parametrize(
    ("own", "asked", "meant"),
    [
        ("13812345678", ["nominee_phone"], {"nominee_phone": "13812345678"}),
        ("15", ["years_of_service"], {"years_of_service": 15}),
        ("总工程师", ["position"], {"position": "总工程师"}),
        ("您好！\n男，1975年8月，20年\n谢谢", ["gender", "birth_month", "years_of_service"], {"gender": "男", "birth_month": "1975-08", "years_of_service": 20}),
        ("男\n13812345678\n\n此致\n敬礼\n李四 13900001111", ["gender", "nominee_phone"], {"gender": "男", "nominee_phone": "13812345678"}),
        ("1、李四\n2、同事", ["recommender", "relationship"], {"recommender": "李四", "relationship": "同事"}),
        ("工作年限25年，职务总工程师。", ["years_of_service", "position"], {"years_of_service": 25, "position": "总工程师"}),
        ("电话 13812345678", ["recommender_phone"], {"recommender_phone": "13812345678"}),
        ("总工程师\n________________", ["position"], {"position": "总工程师"}),
        # which is which cannot be told
        ("总工程师\n重庆某某公司", ["employer", "position"], {}),
        ("男\n13812345678\n李四", ["gender", "nominee_phone"], {}),
        # no answers
        ("收到，我们尽快补充", ["position"], {}),
        ("没有职务", ["position"], {}),
        ("都填好了", ["position"], {}),
        ("我再问问", ["position"], {}),
        ("谢谢老师\n李四", ["position"], {}),
        ("李四13812345678", ["position"], {}),
        ("请问职务填什么？", ["position"], {}),
        ("见附件", ["position", "gender"], {}),
        ("13812345678", [], {}),
    ],
)  # fmt: skip
def test_values_alone(own: str, asked: list[str], meant: dict[str, str | int]) -> None:
    assert told(own, question(*asked)) == meant


def test_a_story_alone() -> None:
    story = "他扎根一线，带领团队攻克难题。" * 30
    assert told(f"您好，事迹如下：\n{story}\n谢谢！", question("story")) == {"story": story}


def test_typed_behind_our_own_labels() -> None:
    assert told("见下", question("gender", typed="男")) == {"gender": "男"}
    assert told("", question("gender", typed="男") + "\n职务：总工程师") == {"gender": "男"}, "职务 was not asked for"


def test_of_two_cases_nobody_knows_which_is_meant() -> None:
    assert told("男", question("gender") + question("gender")) == {}


@given(st.text(st.sampled_from("男女 \n，。：1958年月同事总工职务性别"), max_size=60))
def test_only_what_was_asked_for_is_answered(own: str) -> None:
    assert told(own, question("gender", "position")).keys() <= {"gender", "position"}
