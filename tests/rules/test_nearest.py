import pytest

from rules.nearest import nearest, suggest

LABELS = ("姓名", "性别", "工作年限", "工作单位", "核心事迹简介", "线索亮点", "出生年月", "职务", "职称")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("核心事绩简介", ("核心事迹简介",)),
        ("年限", ("工作年限",)),
        ("核心事迹简介介", ("核心事迹简介",)),
        ("心事迹简介", ("核心事迹简介",)),
        ("工作年线", ("工作年限",)),
        ("姓别", ("姓名", "性别")),  # one wrong character either way: both are shown
        ("性名", ("姓名", "性别")),
        ("天气预报", ()),
        ("", ()),
    ],
)
def test_nearest(typed, meant):
    assert nearest(typed, LABELS) == meant


def test_width_and_case_do_not_count():
    assert nearest("ＮＡＭＥ", ["name", "tags"]) == ("name",)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("年限", "应为「工作年限」。"), ("性名", "最接近的有：姓名、性别。"), ("天气预报", "")],
)
def test_suggest(typed, sentence):
    assert suggest(typed, LABELS) == sentence


def test_one_wrong_character_leads_home():
    for label in LABELS:
        for at in range(len(label)):
            assert label in nearest(label[:at] + "错" + label[at + 1 :], LABELS)
