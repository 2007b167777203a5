"""Unit, post and title told in one breath."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.values.posts import Post, post_in


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("重庆某某公司总工程师、正高级工程师", Post("重庆某某公司", "总工程师", "正高级工程师")),
        ("重庆某某（集团）有限责任公司 车间主任 研究员", Post("重庆某某（集团）有限责任公司", "车间主任", "研究员")),
        (
            "国网某某供电分公司党委委员、副总经理，高级工程师",
            Post("国网某某供电分公司", "党委委员、副总经理", "高级工程师"),
        ),
        ("某某研究院设计所所长", Post("某某研究院", "设计所所长", "")),
        ("重庆市某某区公路养护中心的质量总监", Post("重庆市某某区公路养护中心", "质量总监", "")),
        ("重庆某某水利工程质量中心主任", Post("重庆某某水利工程质量中心", "主任", "")),
        ("某某公司的一名技术员", Post("某某公司", "技术员", "")),
        ("技术部部长，一级建造师", Post("", "技术部部长", "一级建造师")),
        ("重庆市某某区公路事务中心技术中心主任", Post("重庆市某某区公路事务中心", "技术中心主任", "")),
        ("重庆市某某区市政管理处检修班班长", Post("重庆市某某区市政管理处", "检修班班长", "")),
        ("技术中心主任", Post("", "技术中心主任", "")),
        ("某某大学教授", Post("某某大学", "", "教授")),
        ("技术部部长（高级工程师）", Post("", "技术部部长", "高级工程师")),
        ("教授/院长", Post("", "院长", "教授")),
        ("总工程师", Post("", "总工程师", "")),
        ("高级工程师", Post("", "", "高级工程师")),
        # what is none of these, or two where one is asked for
        ("2003年参加工作", None),
        ("工程师/高级工程师", None),
        ("某某公司（原某某厂）技术部部长", None),
        ("无/工程师", None),
        ("", None),
    ],
)
def test_post_in(text: str, told: Post | None) -> None:
    assert post_in(text) == told


@given(st.text(st.sampled_from("某公司院长总高级工程师教授部、，/ （）主任"), max_size=30))
def test_nothing_is_made_up(text: str) -> None:
    if post := post_in(text):
        assert post.unit in text
        assert post.title in text
        assert all(part in text for part in post.post.split("、"))
