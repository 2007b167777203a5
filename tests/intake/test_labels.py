"""Labels as people and programs write them: which field each means, and what is no label."""

from dataclasses import replace
from pathlib import Path

import pytest

from intake.forms.labels import labels_of
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")
LABELS = labels_of(CAMPAIGN)
NOBODYS = ("nominee_phone", "recommender_phone")

MEANT = [
    (("nominee_name",), "姓名 姓　名 被推荐人的姓名 推荐对象 候选人姓名 姓名* *姓名（必填） 📌姓名： 1.姓名 Q1：姓名（必填） 第1题、姓名 被推薦人姓名 【姓名】"),
    (("gender",), "性别 性\u200b别 性別 性别（男/女） ①性别"),
    (("employer",), "单位 工作単位 工作單位 现工作单位 工作单位（全称） 単位名称 3、工作单位"),
    (("party",), "党派 黨派 政治面貌 政治面貌/党派 党派、政治面貌 党派（选填）"),
    (("years_of_service",), "工龄 工作年限/工龄 工作年限（年） 参与工程技术工作年限 专业技术工作年限"),
    (("position",), "职务 職務 岗位名称 所在岗位 职务或岗位 被推荐人职务"),
    (("title",), "职称 现有职称 專業技術職稱 职称/技能等级"),
    (NOBODYS, "联系电话 聯繫電話 联系方式 电话 手机号 手机/电话 Tel: 联系电话（手机） 联系电话（必填）"),
    (("nominee_name",), "推荐对象名称 推荐人选姓名"),
    (("nominee_phone",), "被推荐人手机号码 本人手机 联系电话（本人） 联系电话（被推荐人） 候选人电话 被推荐人的联系方式"),
    (("recommender_phone",), "推荐单位手机 推荐人联系电活 联系电话（推荐人） 推荐者电话 推薦人聯繫電話 推荐人/推荐单位联系电话"),
    (("story",), "核心事迹筒介 主要事迹（500字） 简介 人物事迹 核心事蹟簡介"),
    (("highlights",), "线索亮点 線索亮點 闪光点 线素亮点 故事线索亮点 亮点特质 事迹亮点说明"),
    (("recommender",), "推荐人/单位 推荐人/単位 推荐人1单位 推荐人单位 推荐人、单位 推荐单位（盖章） 推荐人或单位 推荐人及联系电话 推荐人/单位及手机"),
    (("relationship",), "与被推荐人关系 與被推薦人關係 推荐人与被推荐人之间的关系 与被推荐人是什么关系 与被推荐人是何种关系"),
    (("position", "title"), "职务/职称 职务职称 职务、职称 职务及职称 职务（职称）"),
    (("position",), "职务（岗位）"),
    (("title",), "职称（含级别）"),
]  # fmt: skip
NO_LABELS = (
    "身份证号 邮箱 备注 审核意见 推荐单位意见 照片 序号 民族 学历 通讯地址 单位地址 单位性质 填表人 填表单位 填表日期 上级单位 "
    "（手机） （手机号） 单位（盖章） 张伟 总工程师 职工 同事 男 女 中共党员 党派：群众 2026年3月5日 推荐理由 年龄 联系地址 生日快乐 （√）男（）女"
)


@pytest.mark.parametrize(("keys", "word"), [(keys, word) for keys, words in MEANT for word in words.split(" ")])
def test_meant(keys, word):
    label = LABELS.match(word)
    assert label is not None
    assert label.keys == keys
    assert label.joint == (keys == ("position", "title"))


@pytest.mark.parametrize("word", NO_LABELS.split(" "))
def test_no_label(word):
    assert LABELS.match(word) is None


def test_every_word_of_the_campaign_is_its_fields_label():
    for field in CAMPAIGN.fields:
        for word in (field.label, *field.aliases):
            label = LABELS.match(word)
            assert label is not None, word
            assert field.key in label.keys, word


@pytest.mark.parametrize(
    ("text", "about"),
    [("二、推荐人信息", "推荐人"), ("【被推荐人基本情况】", "被推荐人"), ("推荐单位情况", "推荐人"), ("推荐人", ""), ("推荐人信息来源", "")],
)  # fmt: skip
def test_heading(text, about):
    assert LABELS.heading(text) == about


@pytest.mark.parametrize(
    ("word", "about", "keys"),
    [
        ("姓名", "推荐人", ("recommender",)),
        ("单位", "推荐人", ("recommender",)),
        ("姓名/单位", "推荐人", ("recommender",)),
        ("联系电话", "推荐人", ("recommender_phone",)),
        ("联系电话", "被推荐人", ("nominee_phone",)),
        ("姓名", "被推荐人", ("nominee_name",)),
        ("被推荐人姓名", "推荐人", ("nominee_name",)),
        ("核心事迹", "推荐人", ("story",)),
        ("与被推荐人关系", "被推荐人", ("relationship",)),
        ("性别", "推荐人", None),
    ],
)
def test_within_a_part_about_somebody(word, about, keys):
    within = LABELS.within(LABELS.match(word), about)
    assert (within and within.keys) == keys


def test_another_campaigns_words():
    """Nothing of the shipped form is known where another form is asked for."""
    one, two, *_ = CAMPAIGN.fields
    asked = (
        replace(one, key="who", label="申请人", aliases=("申请人姓名", "姓名"), about="申请人"),
        replace(two, key="sex", label="申请人性别", aliases=("性别",), about="申请人", choices={"男": (), "女": ()}),
        replace(one, key="sponsor", label="保荐机构", aliases=(), about=""),
    )
    labels = labels_of(replace(CAMPAIGN, fields=asked))
    assert labels.match("申請人姓名").keys == ("who",)
    assert labels.match("申请人的姓名").keys == ("who",)
    assert labels.match("保荐机构（盖章）").keys == ("sponsor",)
    assert labels.heading("一、申请人信息") == "申请人"
    assert labels.match("推荐人") is None


@pytest.mark.parametrize(
    "text",
    [
        "工程师故事线索登记表",
        "“重庆工程师故事”线索征集表",
        "渝工故事线索推荐表（个人）",
        "报名表",
        "附件1：“重庆工程师故事”线索征集表",
    ],
)
def test_a_form_begins_below(text):
    assert LABELS.heads_form(text)


@pytest.mark.parametrize(
    "text", ["详见推荐表", "附推荐表", "他填了报名表，交给我", "推荐表：见附件", "工程师", "", "登记表" * 30]
)
def test_no_form_begins_below(text):
    assert not LABELS.heads_form(text)


def test_the_rest_of_a_value():
    assert LABELS.match("核心事迹（续）").more
    assert not LABELS.match("核心事迹（500字）").more


@pytest.mark.parametrize("text", ["13800001234", "138 0000 1234", "023-67891234", "+86 13800001234"])
def test_a_number_behind_a_person(text):
    assert LABELS.reached(LABELS.match("被推荐人"), text).keys == ("nominee_phone",)
    assert LABELS.reached(LABELS.match("姓名"), text).keys == ("nominee_name",)
    assert LABELS.reached(LABELS.match("推荐人"), f"李四 {text}").keys == ("recommender",)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [("nominee_phone", "（手机）", ""), ("years_of_service", "（年）", ""), ("title", "- 工程师", "工程师"),
     ("title", "——", "——"), ("party", "无；", "无"), ("birth_month", "（一九八〇年五月）", "一九八〇年五月")],
)  # fmt: skip
def test_what_was_filled_in(key, text, value):
    assert LABELS.value(key, text) == value


def test_what_is_remembered_stays_bounded_and_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.forms.labels.MAX_KNOWN", 3)
    labels = replace(LABELS, known={})
    for word in ("姓　名", "张伟", "李四", "王五", "赵六", "姓　名", "张伟"):
        assert labels.match(word) == LABELS.match(word)
        assert len(labels.known) <= 3


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("“重庆工程师故事”线索征集表", True),
        ("推荐人联系电话13800001234", True),
        ("2工作单位重庆某某公司", True),
        ("姓名Tom", True),
        ("satellite helped locate the source", False),  # tel
        ("山城新闻第一版：大桥合龙，两岸通车在即", False),
    ],
)
def test_a_line_that_speaks_of_a_form(text: str, speaks: bool):
    assert LABELS.in_words_of(text) is speaks
