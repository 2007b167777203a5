"""People introduced in a sentence."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from world import ROOT

from intake.forms.biography import biographies
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(ROOT / "rules" / "yugong-story")
LI = {"nominee_name": "李明", "gender": "男", "birth_month": "1980年5月"}


def told(text: str) -> list[dict[str, str]]:
    return [{key: said.text for key, said in one.items()} for one in biographies(text, CAMPAIGN, date(2026, 11, 21))]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("李明，男，汉族，1980年5月生，中共党员，现任某某公司总工程师。", [{**LI, "party": "中共党员", "employer": "某某公司", "position": "总工程师"}]),
        ("我叫李明，男，1980年5月出生。现任我公司技术部部长，高级工程师。联系电话：13812345678。", [{**LI, "position": "技术部部长", "title": "高级工程师", "nominee_phone": "13812345678", "relationship": "本人"}]),
        ("我推荐我的师父李明。他是某某公司的总工程师，1980年5月出生，电话13812345678。\n推荐人：王芳 13900001111", [{"nominee_name": "李明", "relationship": "师父", "employer": "某某公司", "position": "总工程师", "birth_month": "1980年5月", "nominee_phone": "13812345678", "recommender_phone": "13900001111"}]),
        ("您好，我是某某公司的李明，想自荐。\n性别男，1980年5月生", [{**LI, "relationship": "本人", "employer": "某某公司"}]),
        ("各位老师：\n    我推荐我单位高级工程师李明，男，1980年5月出生，手机13812345678。", [{**LI, "title": "高级工程师", "nominee_phone": "13812345678"}]),
        ("现推荐晏思同志，女，1984年11月出生。", [{"nominee_name": "晏思", "gender": "女", "birth_month": "1984年11月"}]),
        ("被推荐人李明，男，1980年5月生，从事机械设计22年", [{**LI, "years_of_service": "22年"}]),
        ("1. 李明，男，1980年5月\n2. 王芳，女", [LI, {"nominee_name": "王芳", "gender": "女"}]),
        ("我单位李明同志，男，1980年5月生。", [LI]),
        ("推荐我的老领导李明，男，1980年5月生。", [{**LI, "relationship": "老领导"}]),
        ("我叫柏长青，自荐。我一九八〇年五月生，电话就是13812345678。", [{"nominee_name": "柏长青", "relationship": "本人", "birth_month": "一九八〇年五月", "nominee_phone": "13812345678"}]),
        ("推荐我的师父李明。师父1980年5月出生，在重庆某某机床厂装配车间干了三十四年，有高级技师职称。", [{"nominee_name": "李明", "relationship": "师父", "birth_month": "1980年5月", "employer": "重庆某某机床厂装配车间", "years_of_service": "三十四年", "title": "高级技师"}]),
        ("我们想讲讲我们队长李明的事。\n李队生在1980年5月，是正高级工程师，做勘察做了三十一年。\n李队电话：13812345678。", [{"nominee_name": "李明", "position": "队长", "birth_month": "1980年5月", "title": "正高级工程师", "years_of_service": "三十一年", "nominee_phone": "13812345678"}]),
        ("李明同志系江津区质量监督站站长，男，1980年5月出生。", [{**LI, "employer": "江津区质量监督站", "position": "站长"}]),
        ("现推荐我院副总工程师薄云峰同志。\n薄云峰同志生于1980年5月。\n推荐单位：某某设计院（023-61234567）", [{"nominee_name": "薄云峰", "birth_month": "1980年5月", "employer": "某某设计院", "position": "副总工程师"}]),
        ("兹推荐我公司热处理分厂工艺员李明，男，1980年5月生。\n某某齿轮有限公司", [{**LI, "employer": "某某齿轮有限公司", "position": "热处理分厂工艺员"}]),
        ("同意推荐该公司工程师李明，男，1980年5月生，高级工程师。", [{**LI, "title": "高级工程师"}]),
        ("我单位现有一名优秀工程师李明，男，1980年5月生，我公司副总经理，电话13812345678。\n联系人王芳，13900001111", [{**LI, "title": "工程师", "nominee_phone": "13812345678", "recommender_phone": "13900001111"}]),
        ("兹有我院职工李明，男，1980年5月生，特推荐。\n某某设计院", [{**LI, "employer": "某某设计院"}]),
        ("推荐我的师兄李明，李师兄1980年5月生，眼下是研发二部的经理，大学毕业后在某某厂干了三年。带出的徒弟都在各厂当骨干。", [{"nominee_name": "李明", "relationship": "师兄", "birth_month": "1980年5月", "position": "研发二部经理"}]),
        ("推荐一位乙方的工程师——杭天泽。", [{"nominee_name": "杭天泽", "title": "工程师"}]),
        ("一想就想到了他！李明，1980年5月生，某某公司总工程师。", []),
        ("李明，1980年5月生，某某公司总工程师。", [{"nominee_name": "李明", "birth_month": "1980年5月", "employer": "某某公司", "position": "总工程师"}]),
        ("说说石班长。他的徒弟拿了冠军。李明，1999年5月出生，在重庆船舶厂工作5年。", []),
        ("推荐一人。此人叫姚望，苗族，1980年5月生。", [{"nominee_name": "姚望", "birth_month": "1980年5月"}]),
        ("我局推荐某某公司工程师李明，男，1980年5月生。\n某某县交通局", [{**LI, "employer": "某某公司", "title": "工程师", "recommender": "某某县交通局"}]),
        ("我是某某公司人力资源部的王芳，有一名工程师想推荐。\n他叫植保国，1980年8月生。", [{"nominee_name": "植保国", "birth_month": "1980年8月", "recommender": "王芳"}]),
        ("我叫尼玛·扎西，男，1980年5月生。", [{**LI, "nominee_name": "尼玛·扎西", "relationship": "本人"}]),
        ("我是某某公司的一名总工程师，名叫李明，男，1980年5月生，现毛遂自荐，自荐材料附后。", [{**LI, "relationship": "本人", "employer": "某某公司", "position": "总工程师"}]),
        ("我想推荐某某养护公司的质量总监李明，男，1980年5月生，群众，工程师，工龄五年。", [{**LI, "employer": "某某养护公司", "position": "质量总监", "party": "群众", "title": "工程师", "years_of_service": "五年"}]),
        ("我们推荐重庆（北碚）某某公司车间主任李明同志。李明同志，男，1980年5月生，2005年加入九三学社。", [{**LI, "employer": "重庆（北碚）某某公司", "position": "车间主任", "party": "九三学社"}]),
        ("我推荐某某公司的傅明龙师傅。他是技术总监，党员，在某某公司工作了15年。\n他修桥。\n傅师傅的手机是138 1234 5678，我是他的邻居王芳，可以打13900001111找我。", [{"nominee_name": "傅明龙", "employer": "某某公司", "position": "技术总监", "party": "党员", "years_of_service": "15年", "nominee_phone": "13812345678", "recommender": "王芳", "relationship": "邻居", "recommender_phone": "13900001111"}]),
        ("我叫王芳，要推荐的是我的师傅——某某公司总工李明。他是1980年5月生人。\n可以直接联系他本人，手机号13812345678；也可以联系我，13900001111。", [{"nominee_name": "李明", "relationship": "师傅", "employer": "某某公司", "position": "总工", "birth_month": "1980年5月", "nominee_phone": "13812345678", "recommender": "王芳", "recommender_phone": "13900001111"}]),
        ("我是总工程师尼玛·扎西，男，1980年5月生，在某某公司工作，担任技术员。", [{**LI, "nominee_name": "尼玛·扎西", "relationship": "本人", "position": "总工程师", "employer": "某某公司"}]),
        ("李明，男，1980年5月生。他修桥。推荐人王芳，系他的同事，联系电话13900001111。", [{**LI, "recommender": "王芳", "relationship": "同事", "recommender_phone": "13900001111"}]),
        ("我们公司有位老工程师叫李明，男，1980年5月生，现在是公司的副总工程师，已经在桥梁一线干了36年。", [{**LI, "position": "副总工程师", "years_of_service": "36年"}]),
        ("推荐一个人，叫李明，是某某公司检修班的班长，男，45岁（1980年5月）。他电话13812345678，我是他徒弟王芳", [{**LI, "employer": "某某公司", "position": "检修班班长", "nominee_phone": "13812345678", "relationship": "徒弟", "recommender": "王芳"}]),
        ("想推荐一下我妈妈。她叫李明霞，1963年5月的，退休前是某某机床厂的高级工程师，在厂里干了32年。\n妈妈电话13812345678", [{"nominee_name": "李明霞", "birth_month": "1963年5月", "employer": "某某机床厂", "title": "高级工程师", "years_of_service": "32年", "nominee_phone": "13812345678"}]),
        ("李明简介：男，1980年5月生，同年分配到某某公司工作至今", [{**LI, "employer": "某某公司"}]),
        ("我叫王芳。我爸爸叫李明，1980年5月生，是某某公司的项目经理。我爸爸的电话是13812345678，我的是13900001111。", [{"nominee_name": "李明", "relationship": "爸爸", "employer": "某某公司", "position": "项目经理", "birth_month": "1980年5月", "nominee_phone": "13812345678", "recommender": "王芳"}]),
        ("我是一名干了三十年的老工程师李明，1980年5月生，想自荐。", [{"nominee_name": "李明", "birth_month": "1980年5月", "relationship": "本人"}]),
        ("1.李明，男，1980年5月生，党员，总工程师，高级工程师。\n2.王芳，女，1985年6月生，职称工程师。", [{**LI, "party": "党员", "position": "总工程师", "title": "高级工程师"}, {"nominee_name": "王芳", "gender": "女", "birth_month": "1985年6月", "title": "工程师"}]),
        ("我是某某区水利局的王芳，向你们推荐我们单位的结构所副所长李明。", [{"nominee_name": "李明", "employer": "某某区水利局", "position": "结构所副所长", "recommender": "王芳"}]),
        ("老师，您好！\n我单位拟推荐李明同志（男，1980年5月生）。\n某某市水利局", [{**LI, "employer": "某某市水利局", "recommender": "某某市水利局"}]),
        ("我叫王芳。重庆某某公司有一位普普通通的工程师，名字叫李明，男，1980年5月生。", [{**LI, "employer": "重庆某某公司", "title": "工程师", "recommender": "王芳"}]),
        # what the writer says of himself is not the nominee's
        ("我是某某公司的刘洋，想推荐我的师父李明。我的电话13912345678。", [{"nominee_name": "李明", "relationship": "师父", "recommender": "刘洋", "recommender_phone": "13912345678"}]),
        ("我推荐李明，男，1980年5月生，本人是他同事，我在某某公司工作，我的手机13912345678", [{**LI, "relationship": "同事", "recommender_phone": "13912345678"}]),
        # nobody who is put forward
        ("我是某某公司的一名工程师，想自荐。", []),
        ("推荐人李四，男，电话13812345678", []),
        ("该同志，男，1980年5月生", []),
        ("各位老师，男，1980年5月生", []),
        ("他的徒弟李明，男，1990年5月生", []),
        ("男女均可，李明说。", []),
        ("我是某某公司的李明，请问怎么填？", []),
        ("我推荐单位，推荐表见附件。", []),
        ("推荐李明，也推荐王芳。", []),
        # of him, but not of today
        ("李明，男。先后任助理工程师、工程师、高级工程师，2003年参加工作。", [{"nominee_name": "李明", "gender": "男"}]),
    ],
)  # fmt: skip
def test_introduced(text: str, people: list[dict[str, str]]) -> None:
    assert told(text) == people


STORY = "他扎根一线，带领团队攻克难题，修了很多桥，同事们都说他是好样的，大家有目共睹。" * 8


def test_a_story() -> None:
    text = (
        "尊敬的重庆市工程师协会：\n    您好！我推荐某某公司的李明，男，1980年5月生。看到贵会的通知，想讲讲他。\n"
        f"    {STORY}\n他还在修。\n{STORY}从一名技术员到总工，他走了三十年。\n这个故事最大的亮点是攻坚克难，他有老图纸。\n"
        "李明的电话是13812345678，我的电话是13900001111。\n望采纳！\n此致\n敬礼！\n王芳"
    )
    (one,) = told(text)
    assert one["story"] == f"{STORY}\n他还在修。\n{STORY}从一名技术员到总工，他走了三十年。"
    assert one["highlights"] == "攻坚克难，他有老图纸。"


def test_a_covering_letter_is_no_story() -> None:
    assert (
        "story"
        not in told("我推荐李明，男，1980年5月生。他扎根一线，带领团队攻克难题，修了很多桥，同事们都说他是好样的。")[0]
    )


@given(st.text(st.sampled_from("李明男女，。 \n1980年5月生推荐"), max_size=40))
def test_nobody_is_made_up(text: str) -> None:
    for person in told(text):
        assert person["nominee_name"] in text
        assert person.get("gender", "") in text
