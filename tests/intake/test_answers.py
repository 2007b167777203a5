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
    return {key: value.value for key, value in answers(own, quoted, CAMPAIGN, TODAY)[0].items()}


@pytest.mark.parametrize(
    ("own", "asked", "meant"),
    [
        ("13812345678", ["nominee_phone"], {"nominee_phone": "13812345678"}),
        ("张伟现在某某公司工作，担任检修班班长。", ["employer", "position"], {"employer": "某某公司", "position": "检修班班长"}),
        ("他是1958年6月出生的，现任班组长。", ["birth_month", "position"], {"birth_month": "1958-06", "position": "班组长"}),
        ("女，1986年01月出生", ["gender", "birth_month"], {"gender": "女", "birth_month": "1986-01"}),
        ("补充：性别男，职务总工程师、党支部书记，与被推荐人关系单位推荐。", ["gender", "position", "relationship"], {"gender": "男", "position": "总工程师、党支部书记", "relationship": "单位推荐"}),
        ("15", ["years_of_service"], {"years_of_service": 15}),
        ("总工程师", ["position"], {"position": "总工程师"}),
        ("您好！\n男，1975年8月，20年\n谢谢", ["gender", "birth_month", "years_of_service"], {"gender": "男", "birth_month": "1975-08", "years_of_service": 20}),
        ("男\n13812345678\n\n此致\n敬礼\n李四 13900001111", ["gender", "nominee_phone"], {"gender": "男", "nominee_phone": "13812345678"}),
        ("重庆某某公司\n工艺部部长\n21", ["employer", "position", "years_of_service"], {"employer": "重庆某某公司", "position": "工艺部部长", "years_of_service": 21}),
        ("同事 15823340912", ["relationship", "recommender_phone"], {"relationship": "同事", "recommender_phone": "15823340912"}),
        ("1、1979年9月\n2、男\n3、设计室主任\n周敏", ["birth_month", "gender", "position"], {"birth_month": "1979-09", "gender": "男", "position": "设计室主任"}),
        ("精益求精；有一套他自制的刮刀和1989年的老图纸。", ["highlights"], {"highlights": "精益求精；有一套他自制的刮刀和1989年的老图纸。"}),
        ("老图纸我再找找", ["highlights"], {}),
        ("截止今年3月他已经工作整整26年了。", ["years_of_service"], {"years_of_service": 26}),
        ("单位是重庆某某公司（原来写的简称）", ["employer"], {"employer": "重庆某某公司"}),
        ("1、李四\n2、同事", ["recommender", "relationship"], {"recommender": "李四", "relationship": "同事"}),
        ("工作年限25年，职务总工程师。", ["years_of_service", "position"], {"years_of_service": 25, "position": "总工程师"}),
        ("电话 13812345678", ["recommender_phone"], {"recommender_phone": "13812345678"}),
        ("总工程师\n________________", ["position"], {"position": "总工程师"}),
        ("是朋友", ["relationship"], {"relationship": "朋友"}),
        ("某某建设集团有限公司，车间主任，13812345678", ["employer", "position", "recommender_phone"], {"employer": "某某建设集团有限公司", "position": "车间主任", "recommender_phone": "13812345678"}),
        ("1、3年\n2、攻坚克难；有手绘图纸。", ["years_of_service", "highlights"], {"years_of_service": 3, "highlights": "攻坚克难；有手绘图纸。"}),
        ("2. 总工程师", ["years_of_service", "position"], {"position": "总工程师"}),
        ("80.5", ["birth_month"], {"birth_month": "1980-05"}),
        ("3年\n攻坚克难，有手绘图纸", ["years_of_service", "highlights"], {"years_of_service": 3, "highlights": "攻坚克难，有手绘图纸"}),
        ("您好，总工程师，谢谢！", ["position"], {"position": "总工程师"}),
        ("总工程师\n\n王芳\n某某科技有限公司\n13800001111", ["position"], {"position": "总工程师"}),
        ("1、男 2、80.5 3、总工程师", ["gender", "birth_month", "position"], {"gender": "男", "birth_month": "1980-05", "position": "总工程师"}),
        ("35年\n副总经理\n所在单位", ["years_of_service", "position", "relationship"], {"years_of_service": 35, "position": "副总经理", "relationship": "所在单位"}),
        ("13812345678（微信同号）", ["nominee_phone"], {"nominee_phone": "13812345678"}),
        ("老师好，补上了：\n1.1987年10月", ["birth_month"], {"birth_month": "1987-10"}),
        ("我的手机13812345678，关系：同事", ["recommender_phone"], {"recommender_phone": "13812345678"}),
        ("1. 线索亮点 攻坚克难、创新突破\n2. 职务—总工程师", ["position", "highlights"], {"highlights": "攻坚克难、创新突破", "position": "总工程师"}),
        ("李四\n麻烦了", ["recommender"], {"recommender": "李四"}),
        ("她是位女同志。张伟是1980年5月的，推荐人电话填13900005678", ["gender", "birth_month", "recommender_phone"], {"gender": "女", "birth_month": "1980-05", "recommender_phone": "13900005678"}),
        ("他现在在某某公司工作，有26年工作经验，目前是副总经理，张伟本人的手机是13812345678，我们是同学", ["employer", "years_of_service", "position", "nominee_phone", "relationship"], {"employer": "某某公司", "years_of_service": 26, "position": "副总经理", "nominee_phone": "13812345678", "relationship": "同学"}),
        ("他担任技术部部长。", ["position"], {"position": "技术部部长"}),
        ("1996.10", ["birth_month", "highlights"], {"birth_month": "1996-10"}),
        ("女\n不清楚", ["gender", "highlights"], {"gender": "女"}),
        ("1、3年\n2、扎根一线三十年，默默奉献；有获奖证书。", ["years_of_service", "highlights"], {"years_of_service": 3, "highlights": "扎根一线三十年，默默奉献；有获奖证书。"}),
        # in another order, but of kinds that cannot be mistaken
        ("同事，李四", ["recommender", "relationship"], {"recommender": "李四", "relationship": "同事"}),
        ("攻坚克难\n总工程师", ["position", "highlights"], {"position": "总工程师", "highlights": "攻坚克难"}),
        ("总工程师\n重庆某某公司", ["employer", "position"], {"position": "总工程师", "employer": "重庆某某公司"}),
        ("3. 总工程师", ["position"], {"position": "总工程师"}),
        # which is which, or whose, cannot be told
        ("重庆某某公司\n某某集团", ["employer", "recommender"], {}),
        ("男\n13812345678\n李四", ["gender", "nominee_phone"], {"gender": "男"}),
        ("关系 所在单位", ["relationship"], {"relationship": "所在单位"}),
        ("男\n13812345678\n\n李工 13900005678", ["gender", "nominee_phone"], {"gender": "男", "nominee_phone": "13812345678"}),
        # no answers
        ("收到，我们尽快补充", ["position"], {}),
        ("没有职务", ["position"], {}),
        ("都填好了", ["position"], {}),
        ("我再问问", ["position"], {}),
        ("谢谢老师\n李四", ["position"], {}),
        ("李四13812345678", ["position"], {}),
        ("请问职务填什么？", ["position"], {}),
        ("见附件", ["position", "gender"], {}),
        ("见上封邮件", ["employer"], {}),
        ("本人已退休", ["employer"], {}),
        ("OK", ["position"], {}),
        ("李四", ["position"], {}),
        ("某某机械有限公司", ["position"], {}),
        ("表已重填", ["position"], {}),
        ("李工", ["position"], {}),
        ("正在找负责人", ["position"], {}),
        ("领导审批中", ["position"], {}),
        ("已盖章", ["employer"], {}),
        ("何时公布", ["nominee_name"], {}),
        ("2026年11月25日", ["birth_month"], {}),
        ("领导说先这样报", ["highlights"], {}),
        ("13812345678", [], {}),
        ("这么多项我不会填，你们打电话给我吧 13812345678", ["nominee_phone", "gender"], {}),
        ("有问题请打电话 023-67891234", ["nominee_phone"], {}),
    ],
)  # fmt: skip
def test_values_alone(own: str, asked: list[str], meant: dict[str, str | int]) -> None:
    assert told(own, question(*asked)) == meant


@pytest.mark.parametrize(
    ("own", "asked", "meant"),
    [
        ("您好，感谢审核！缺少的内容如下：\n1. 男\n2. 1990-08", ["gender", "birth_month"], {"gender": "男", "birth_month": "1990-08"}),
        ("男 / 1993年10月 / 5", ["gender", "birth_month", "years_of_service"], {"gender": "男", "birth_month": "1993-10", "years_of_service": 5}),
        ("1. 职务\n答：总工程师\n2. 性别\n男", ["position", "gender"], {"position": "总工程师", "gender": "男"}),
        ("性别女、出生年月1974.09、工作6年、她手机13812345678", ["gender", "birth_month", "years_of_service", "nominee_phone"], {"gender": "女", "birth_month": "1974-09", "years_of_service": 6, "nominee_phone": "13812345678"}),
        ("关系所在单位，推荐人电话023-64110844", ["recommender_phone", "relationship"], {"relationship": "所在单位", "recommender_phone": "023-64110844"}),
        ("被推荐人电话是13812345678。我和她是同事关系。", ["nominee_phone", "relationship"], {"nominee_phone": "13812345678", "relationship": "同事"}),
        ("①职务 车间主任\n②与被推荐人关系，单位", ["position", "relationship"], {"position": "车间主任", "relationship": "单位"}),
        ("张伟的手机号：13812345678", ["nominee_phone", "recommender_phone"], {"nominee_phone": "13812345678"}),
        ("1. 与被推荐人关系\n", ["relationship"], {}),
        ("工作年限42，线索亮点薪火相传，有老图纸、照片。", ["years_of_service", "highlights"], {"years_of_service": 42, "highlights": "薪火相传，有老图纸、照片。"}),
    ],
)  # fmt: skip
def test_as_people_write(own: str, asked: list[str], meant: dict[str, str | int]) -> None:
    assert told(own, question(*asked)) == meant


def test_a_story_alone() -> None:
    story = "他扎根一线，带领团队攻克难题。" * 30
    assert told(f"您好，事迹如下：\n{story}\n谢谢！", question("story")) == {"story": story}


def test_typed_behind_our_own_labels() -> None:
    assert told("见下", question("gender", typed="男")) == {"gender": "男"}
    assert told("", question("gender", typed="男") + "\n职务：总工程师") == {"gender": "男"}, "职务 was not asked for"


def test_typed_below_our_question() -> None:
    quoted = question("position", "gender").replace("\n例如：总工程师", "\n例如：总工程师\n→ 技术部部长")
    assert told("见下", quoted) == {"position": "技术部部长"}


def test_a_sentence_below_our_question() -> None:
    quoted = question("relationship").replace("\n例如：所在单位", "\n例如：所在单位\n他是我师父")
    assert told("见下面红字", quoted) == {"relationship": "师父"}


def test_where_two_cases_are_asked_about_a_bare_value_means_neither() -> None:
    other = question("birth_month").replace("00012", "00013")
    assert told("男，1980年5月", question("gender") + other) == {}


def test_of_two_cases_nobody_knows_which_is_meant() -> None:
    assert told("男", question("gender") + question("gender")) == {}


@given(st.text(st.sampled_from("男女 \n，。：1958年月同事总工职务性别"), max_size=60))
def test_only_what_was_asked_for_is_answered(own: str) -> None:
    assert told(own, question("gender", "position")).keys() <= {"gender", "position"}


def test_what_stands_below_one_question_answers_no_other() -> None:
    example = f"\n例如：{CAMPAIGN.field('recommender_phone').example}"
    quoted = question("nominee_phone", "recommender_phone")
    place = quoted.rindex(example) + len(example)
    assert told("见下", f"{quoted[:place]}\n答：13812345678{quoted[place:]}") == {"recommender_phone": "13812345678"}


@pytest.mark.parametrize("quoted", ["", "您的材料还缺少以下信息：\n1. 工作年限\n2. 职务\n请直接回复。"])
def test_labels_count_where_somebody_asked_in_his_own_words_or_nothing_is_quoted(quoted: str) -> None:
    assert told("工作年限19年，职务设备部部长", quoted) == {"years_of_service": 19, "position": "设备部部长"}


def test_what_a_list_of_labels_asked_for_may_be_answered_in_its_order() -> None:
    assert told("19年\n设备部部长", "还缺少：\n1. 工作年限\n2. 职务\n请回复。") == {
        "years_of_service": 19,
        "position": "设备部部长",
    }


def test_of_whom_nobody_asked_the_writer_says_nothing_of_the_nominee() -> None:
    assert told("我的单位是重庆某某公司", "") == {}


def test_our_name_ends_what_is_typed_into_our_letter() -> None:
    quoted = "\n线索亮点：攻坚克难\n有老图纸\n重庆市工程师协会\n本邮件由登记系统自动发出。"
    assert told("已补充", question("highlights") + quoted) == {"highlights": "攻坚克难\n有老图纸"}
