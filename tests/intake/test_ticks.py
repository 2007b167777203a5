"""Rows of boxes as people tick them."""

import pytest

from intake.chinese.ticks import chosen, drawn, ticked


@pytest.mark.parametrize(
    "row",
    [
        "□单位推荐 ☑同事 □朋友", "○ 单位推荐/● 同事/○ 朋友", "单位推荐□ 同事√ 朋友□", "[ ]单位推荐 [x]同事 [ ]朋友",
        "（　）单位推荐（√）同事（　）朋友", "单位推荐（ ） 同事（√） 朋友（ ）", "◻ 单位推荐 ☑️ 同事 ◻ 朋友", "☐单位推荐 🗹同事 ☐朋友",
        "□单位推荐 □同事√ □朋友", "□单位推荐 √□同事 □朋友", "单位推荐□ 同事□√ 朋友□",
        "⬜单位推荐 ✅同事 ⬜朋友", "请勾选：□单位推荐 ■同事 □朋友", "□亲属 ☑其他：同事", "□亲属 ☑其他（同事）",
    ],
)  # fmt: skip
def test_the_word_that_is_ticked(row):
    assert chosen(row) == "同事"


@pytest.mark.parametrize(
    "text", ["同事", "□单位推荐 □同事", "√同事", "●项目经理 ●支部书记", "二○八地质队", "（同事）", "□亲属√□同事", ""]
)
def test_no_row_with_a_choice(text):
    assert chosen(text) == ""


def test_several_ticks():
    assert chosen("☑同事 □亲属 ☑朋友") == "同事、朋友"


@pytest.mark.parametrize(
    "row",
    ["男√ 女", "男☑女□", "性别 ☑男 □女", "R男 £女", "男 √   女", "男 √\n女", "女   √ 男", "性别：√ 男", "是否 √男"],
)
def test_words_beside_the_boxes(row):
    assert ticked(drawn(row)) == ["男"]


def test_a_tick_midway_is_anybodys():
    assert ticked("男 √ 女") == ["男", "女"]
