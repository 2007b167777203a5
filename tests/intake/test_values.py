"""What people write into a field, and what it is taken for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.chinese.characters import length
from intake.values.values import Problem, Value, read_value
from rules.campaign import Field, FieldType

TODAY = date(2026, 11, 20)

NAME = Field("nominee_name", "被推荐人姓名", FieldType.NAME, required=True)
GENDER = Field(
    "gender",
    "性别",
    FieldType.CHOICE,
    required=True,
    choices={"男": ("男性", "M", "male"), "女": ("女性", "F", "female")},
)
BIRTH = Field("birth_month", "出生年月", FieldType.MONTH, required=True)
EMPLOYER = Field("employer", "工作单位", FieldType.TEXT, required=True)
PARTY = Field(
    "party",
    "党派",
    FieldType.CHOICE,
    required=False,
    choices={"中共党员": ("党员", "中国共产党党员", "共产党员"), "群众": (), "中共预备党员": ("预备党员",)},
    free_text=True,
)
YEARS = Field("years_of_service", "工作年限", FieldType.NUMBER, required=True, unit="年")
PEOPLE = Field("people", "团队人数", FieldType.NUMBER, required=True, unit="人")
TITLE = Field("title", "职称", FieldType.TEXT, required=False, choices={"高级工程师": ("高工",)})
PHONE = Field("nominee_phone", "被推荐人联系电话", FieldType.PHONE, required=True)
STORY = Field("story", "核心事迹简介", FieldType.LONG_TEXT, required=True, min_chars=500, max_chars=800)
HIGHLIGHTS = Field("highlights", "线索亮点", FieldType.LONG_TEXT, required=True, hint="标注故事最具代表性的特质")


def check(field: Field, raw: str, expected: str | int | None) -> None:
    """`expected` is the value, None for an empty field, or !code for a problem."""
    read = read_value(field, raw, TODAY)
    if isinstance(read, Problem):
        assert f"!{read.code}" == expected
        assert read.field == field.key
        assert field.label in read.message
    else:
        assert (read.value if read else None) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("张伟", "张伟"),
        ("张  伟", "张伟"),
        ("13800138000", "!unclear_value"),
        ("欧阳　娜娜", "欧阳娜娜"),
        ("张\n伟", "张伟"),
        ("朱镕喆", "朱镕喆"),
        ("李㛃", "李㛃"),
        ("王𠮷", "王𠮷"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("买买提 . 吐尔逊", "买买提·吐尔逊"),
        ("阿卜杜拉‧买买提・江", "阿卜杜拉·买买提·江"),
        ("张伟先生", "张伟"),
        ("李静 女士", "李静"),
        ("张伟 / Zhang Wei", "张伟"),
        ("张伟 Zhang Wei", "张伟"),
        ("张伟（男）", "张伟"),
        ("高级工程师：张伟", "张伟"),
        ("张伟  总工程师", "张伟"),
        ("John Smith", "John Smith"),
        ("\u200b张伟\ufeff", "张伟"),
        ("张伟、李强", "!unclear_value"),
        ("张伟\n李强", "!unclear_value"),
        ("", None),
        ("　\n", None),
        ("无", None),
        ("/", None),
        # rare characters, and those of the private area that old fonts use
        ("张㙍", "张㙍"),
        ("李\ue863", "李䶮"),
        ("王\ue81e", "王\u9fb4"),
        ("李\ue000", "李\ue000"),  # of no table: kept
        # the minorities' names
        ("阿依古丽", "阿依古丽"),
        ("买买提●艾山江", "买买提·艾山江"),
        ("买买提﹒艾山江", "买买提·艾山江"),
        ("买买提．艾山江", "买买提·艾山江"),
        ("买买提。艾山江", "买买提·艾山江"),
        ("尼玛 次仁", "尼玛次仁"),
        ("欧阳 娜 娜", "欧阳娜娜"),
        ("欧阳 修文", "欧阳修文"),
        # what is said of the person is no part of the name
        ("张伟(女，汉族)", "张伟"),
        ("张伟【女】", "张伟"),
        ("张伟，男，1980年5月生", "张伟"),
        ("张伟 / 男", "张伟"),
        ("张伟 女", "张伟"),
        ("张伟 回族", "张伟"),
        ("张伟（已故）", "张伟"),
        ("张伟（曾用名张卫）", "张伟"),
        ("张伟（身份证：500101198005121234）", "张伟"),
        ("张伟（Zhang Wei）", "张伟"),
        ("张伟ZhangWei", "张伟"),
        ("张伟 13800138000", "张伟"),
        ("张伟老师", "张伟"),
        ("张伟总工", "张伟"),
        ("张伟 高级工程师", "张伟"),
        ("姓名：张伟", "张伟"),
        ("1、张伟", "张伟"),
        ("1.张伟", "张伟"),
        ("（张伟）", "张伟"),
        ("张伟*", "张伟"),
        # more than one, none, or not to be told
        ("张三 李四", "!unclear_value"),
        ("张三和李四", "!unclear_value"),
        ("张伟－李强", "!unclear_value"),
        ("张伟等3人", "!unclear_value"),
        ("张伟团队", "!unclear_value"),
        ("张亚 男", "!unclear_value"),  # his sex, or 张亚男
        ("张 亚 男", "张亚男"),
        ("郑和平", "郑和平"),
        ("张伟1980年", "!unclear_value"),
        ("张**", "!unclear_value"),
        ("张\ufffd", "!unclear_value"),  # a character that some program on the way did not know
        ("张<b>伟", "!unclear_value"),
        ("张总", "!unclear_value"),
        ("见附件", None),
        ("待定", "!unclear_value"),
        ("男", "!unclear_value"),
        ("重庆某某公司", "!unclear_value"),
        ("陈工（陈明）", "陈明"),  # what the others call him, and his name
        ("张总（张建国）", "张建国"),
        ("陈明（陈工）", "陈明"),
        ("王工", "!unclear_value"),
        ("老王", "!unclear_value"),
        ("某工程师", "!unclear_value"),
        ("姓名", "!unclear_value"),
        ("高工 张伟", "张伟"),
        ("张伟 高工", "张伟"),  # nobody called 高工
        ("高级工程师张伟", "张伟"),
        ("张建国总工程师", "张建国"),  # no 程师
        ("张伟，高级工程师", "张伟"),
        ("王 芳 女", "王芳"),
        ("张伟.", "张伟"),
        ("Hans Müller（德国）", "Hans Müller"),
        ("Zhang Jianguo（张建国）", "张建国"),
        ("花 思 永  总经理", "花思永"),
        ("姜 俊 志同志", "姜俊志"),
        ("高级工程师 党 伟 13812345678", "党伟"),
    ],
)
def test_name(raw, expected):
    check(NAME, raw, expected)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("男", "男"),
        (" 女 ", "女"),
        ("男性", "男"),
        ("F", "女"),
        ("Ｍ", "男"),
        ("☑男 □女", "男"),
        ("□男 ☑女", "女"),
        ("男√ 女", "男"),
        ("男 女√", "女"),
        ("女/男✔", "男"),
        ("男□ 女☑", "女"),
        ("（√）男 （ ）女", "男"),
        ("男（汉族）", "男"),
        ("男/女", "!unclear_value"),
        ("☑男 ☑女", "!unclear_value"),
        ("□男 □女", None),
        ("汉", "!unclear_value"),
        ("—", None),
        ("[√]男 [ ]女", "男"),
        ("[x]男 [ ]女", "男"),
        ("（ ）男 （x）女", "女"),
        ("（√）男 （×）女", "男"),
        ("（×）男 （×）女", "!unclear_value"),
        ("R男 £女", "男"),  # Wingdings 2, its font gone
        ("£男 R女", "女"),
        ("✅男", "男"),
        ("confidential", "!unclear_value"),
        ("另", "!unclear_value"),  # a scanner's 男: it need not be
    ],
)
def test_gender(raw, expected):
    check(GENDER, raw, expected)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("党员", "中共党员"),
        ("中国共产党党员", "中共党员"),
        ("中 共 党 员", "中共党员"),
        ("中共党员（2005年入党）", "中共党员"),
        ("中共预备党员", "中共预备党员"),
        ("九三学社社员", "九三学社社员"),  # none of the choices, kept
        ("群众。", "群众"),
        ("□群众 ☑其他（党员）", "中共党员"),
        ("□群众 ☑其他：民主人士", "民主人士"),
        ("无", "无"),
        ("暂无", "无"),
        ("/", "无"),
        ("无党派人士", "无党派人士"),
        ("", None),
        ("中共党员（预备）", "中共党员（预备）"),  # not what stands before the bracket
        ("中共党员/2005年7月入党", "中共党员"),
        ("中共党员 2005.07", "中共党员"),
        ("2005年7月加入共产党员", "中共党员"),
        ("群众（非党员）", "群众"),
        ("中共党员、工会会员", "中共党员、工会会员"),
        ("NULL", "无"),
        ("（中共党员）", "中共党员"),
        ("是党员", "中共党员"),
        ("☑中 共 党 员 □群众", "中共党员"),
        ("他扎根一线二十余年，先后主持完成了十余座跨江大桥的施工组织设计与现场管理工作，" * 2, "!unclear_value"),
    ],
)
def test_party(raw, expected):
    check(PARTY, raw, expected)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("1980-05", "1980-05"),
        ("1980.5", "1980-05"),
        ("1980.05", "1980-05"),
        ("1980/5", "1980-05"),
        ("1980年5月", "1980-05"),
        ("1980 年 05 月", "1980-05"),
        ("１９８０年５月", "1980-05"),
        ("1980年5月生", "1980-05"),
        ("1980年5", "1980-05"),
        ("1980、5", "1980-05"),
        ("1980.1\n2", "1980-12"),
        ("1980年1\n2月", "1980-12"),
        ("1980.0\n5（45岁）", "1980-05"),
        ("19\n80.5", "1980-05"),
        ("1980\n5", "1980-05"),
        ("1980.1\n5日", "1980-01"),
        ("1980年5月1\n4日", "1980-05"),
        ("1980.05.1\n0", "1980-05"),
        ("1980.05.2\n0", "1980-05"),
        ("80年5月", "1980-05"),
        ("80.5", "1980-05"),
        ("05年3月", "2005-03"),
        ("一九八〇年五月", "1980-05"),
        ("一九八○年十二月", "1980-12"),
        ("八〇年五月", "1980-05"),
        ("1980-05-12", "1980-05"),
        ("1980.05.12", "1980-05"),
        ("1980年5月12日", "1980-05"),
        ("1980-05-12 00:00:00", "1980-05"),
        ("198005", "1980-05"),
        ("19800512", "1980-05"),
        ("05/1980", "1980-05"),
        ("5月1980", "1980-05"),
        ("5/12/1980", "!bad_date"),  # May, or December
        ("13/5/1980", "1980-05"),
        ("May-80", "1980-05"),
        ("Dec 1979", "1979-12"),
        ("29342", "1980-05"),  # 1 May 1980 in a sheet's number cell
        ("29342.0", "1980-05"),
        ("19 80 年 5 月", "1980-05"),
        ("１９８０．０５", "1980-05"),
        ("1980~5", "1980-05"),
        ("1980年五月初三", "1980-05"),
        ("19805", "!bad_date"),  # a sheet's 22 March 1954, or May 1980
        ("1980", "1980"),
        ("1980年", "1980"),
        ("80年", "1980"),
        ("1980年5月（46岁）", "1980-05"),
        ("1980年5月15日（周岁45）", "1980-05"),
        ("1980年（1980年5月）", "1980-05"),
        ("1980年13月", "!bad_date"),
        ("八十年代", "!bad_date"),
        ("60年代", "!bad_date"),
        ("80后", "!bad_date"),
        ("1983年左右", "!bad_date"),
        ("约1983年5月", "!bad_date"),
        ("二八年五月", "!bad_date"),  # 二〇〇八年, recognised without its noughts
        ("1980.0", "!bad_date"),
        ("2030年5月", "!bad_date"),
        ("2026-12", "!bad_date"),
        ("1880年5月", "!bad_date"),
        ("20年5月", "!bad_date"),  # a child, or 106 years old
        ("民国69年5月", "!bad_date"),
        ("46岁", "!bad_date"),
        ("1980年5月/1981年5月", "!bad_date"),
        ("保密", "!bad_date"),
        ("13800138000", "!bad_date"),
        ("无", None),
        ("", None),
        ("  年  月", "!bad_date"),
        ("12-May-80", "1980-05"),
        ("12 May 1980", "1980-05"),
        ("May 12, 1980", "1980-05"),
        ("May 12th 1980", "1980-05"),
        ("1980-05-12T00:00:00Z", "1980-05"),
        ("1980年5月12日08:00", "1980-05"),
        ("1980年05月12日 星期一", "1980-05"),
        ("1980年5月12日（农历三月廿八）", "1980-05"),
        ("1980年农历五月初八", "1980-05"),
        ("1980.5（46）", "1980-05"),
        ("1980：05", "1980-05"),
        ("公历1980年5月", "1980-05"),
        ("1980年腊月", "!bad_date"),  # lies in 1981, mostly
        ("1980年（5月）", "1980-05"),
        ("1980年、5月", "1980-05"),
        ("1980_05", "1980-05"),
        ("1980。5", "1980-05"),
        ("1980·05", "1980-05"),
        ("1980..5", "1980-05"),
        ("1980--05", "1980-05"),
        ("1980.05（党龄20年）", "1980-05"),
        ("800512", "1980-05"),
        ("8005", "1980-05"),
        ("200512", "2005-12"),
        ("0512", "!bad_date"),  # 2005, or the twelfth of May
        ("1980s", "!bad_date"),
        ("1980年（属猴）", "1980"),
        # as scanners read it
        ("198O年5月", "1980-05"),
        ("l980.5", "1980-05"),
        ("1980年1O月", "1980-10"),
        ("1980年l2月", "1980-12"),
        ("一九八O年五月", "1980-05"),
        ("Oct-80", "1980-10"),
        ("Jul 80", "1980-07"),
    ],
)
def test_month(raw, expected):
    check(BIRTH, raw, expected)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("15", 15),
        ("15年", 15),
        ("１５ 年", 15),
        ("15.0", 15),
        ("十五年", 15),
        ("三十年", 30),
        ("二十二", 22),
        ("廿五年", 25),
        ("满15年", 15),
        ("工龄15年", 15),
        ("15周年", 15),
        ("从业15年", 15),
        ("拾伍年", 15),
        ("15年6个月", 15),
        ("自2005年至今", 21),
        ("2005年至今", 21),
        ("2005-至今", 21),
        ("2005年7月参加工作", 21),
        ("2005年12月参加工作", 20),
        ("自二〇〇五年七月至今", 21),
        ("2005.7—至今", 21),
        ("2005年7月1日入职", 21),
        ("1998年7月至2018年6月", 19),
        ("1998-2018", 20),
        ("21年（2005年至今）", 21),
        ("5年（2005年至今）", "!unclear_value"),
        ("从事本专业22年", 22),
        ("机械设计22年", 22),
        ("在本公司22年", 22),
        ("22（年）", 22),
        ("22年（含下乡2年）", 22),
        ("22年（截至2026年1月）", 22),
        ("22年（退休返聘）", 22),
        ("22年，其中本单位20年", 22),
        ("22 Years", 22),
        ("22年后退休", "!unclear_value"),
        ("大学学习4年", "!unclear_value"),
        ("二十余年", "!unclear_value"),
        ("20多年", "!unclear_value"),
        ("约20", "!unclear_value"),
        ("近三十年", "!unclear_value"),
        ("10-15", "!unclear_value"),
        ("10至15年", "!unclear_value"),
        ("三五年", "!unclear_value"),
        ("十五六年", "!unclear_value"),
        ("20年以上", "!unclear_value"),
        ("20+", "!unclear_value"),
        ("150年", "!unclear_value"),
        ("15.5年", 15),
        ("15年（不含实习）", 15),
        ("98.7", "!unclear_value"),
        ("2030年至今", "!unclear_value"),
        ("2005年退休", "!unclear_value"),
        ("1998年入伍，2005年转业", "!unclear_value"),
        ("〇十二年", "!unclear_value"),
        ("很久", "!unclear_value"),
        ("无", None),
        ("l5年", 15),
        ("1O年", 10),
        ("35（周年）", 35),
        ("35载", 35),
        ("35 years", 35),
        ("35年工作经验", 35),
        ("35年（已退休）", 35),
        ("1990年7月-2025年7月（退休）", 35),
        ("1990年7月参加工作，2025年8月退休", 35),
        ("200507", 21),
        ("2005.7—", 21),
        ("15年半", "!unclear_value"),
        ("200个月", "!unclear_value"),
        ("逾20年", "!unclear_value"),
        ("上世纪八十年代至今", "!unclear_value"),
        ("1985-2025年 40年", 40),
        ("28年一线工作经验", 28),
        ("15年6月", "!unclear_value"),  # and six months, or since June 2015
        ("半年", "!unclear_value"),
        ("90年", "!unclear_value"),
    ],
)
def test_years(raw, expected):
    check(YEARS, raw, expected)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("12人", 12),
        ("1,200", 1200),
        ("3万", 30000),
        ("一百二十人", 120),
        ("七八人", "!unclear_value"),
        ("12个班", "!unclear_value"),
    ],
)
def test_count(raw, expected):
    check(PEOPLE, raw, expected)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("138 001 38000", "13800138000"),
        ("1 3 8 0 0 1 3 8 0 0 0", "13800138000"),
        ("+86 (138) 0013-8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+86 13800138000", "13800138000"),
        ("+86-138-0013-8000", "13800138000"),
        ("（+86）13800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("013800138000", "13800138000"),
        ("13800138000.0", "13800138000"),
        ("手机：13800138000", "13800138000"),
        ("张伟13800138000", "13800138000"),
        ("13800138000/13900139000", "13800138000"),
        ("13800138000 13900139000", "13800138000"),
        ("13800138000、023-67891234", "13800138000"),
        ("1380013800、13900139000", "13900139000"),
        ("1380013800 13900139000", "13900139000"),
        ("023-67891234", "023-67891234"),
        ("02367891234", "023-67891234"),
        ("023 6789 1234", "023-67891234"),
        ("（023）67891234", "023-67891234"),
        ("(023) 6789-1234", "023-67891234"),
        ("023—67891234", "023-67891234"),
        ("０２３－６７８９１２３４", "023-67891234"),
        ("+86 23 67891234", "023-67891234"),
        ("86-023-67891234", "023-67891234"),
        ("2367891234", "023-67891234"),
        ("67891234", "023-67891234"),
        ("6789 1234", "023-67891234"),
        ("67891234转801", "023-67891234"),
        ("023-67891234转801", "023-67891234"),
        ("023-67891234-801", "023-67891234"),
        ("023-67891234 分机 801", "023-67891234"),
        ("010-62345678", "010-62345678"),
        ("0512-6234567", "0512-6234567"),
        ("0512-62345678", "0512-62345678"),
        ("400-123-4567", "400-123-4567"),
        ("4001234567", "400-123-4567"),
        ("+852 9123 4567", "+852 91234567"),
        ("1380013800", "!bad_phone"),
        ("138001380001", "!bad_phone"),
        ("12800138000", "!bad_phone"),
        ("138****8000", "!bad_phone"),
        ("023-6789123", "!bad_phone"),
        ("023-678912345", "!bad_phone"),
        ("6789123", "!bad_phone"),
        ("1.38E+10", "!bad_phone"),
        ("见附件", None),
        ("本人", None),
        ("QQ：648750245 13800138000", "13800138000"),
        ("一三八00138000", "13800138000"),
        ("138ー0013ー8000", "13800138000"),
        ("同上", None),
        ("无", None),
        # as scanners read them
        ("138OO138000", "13800138000"),
        ("l38 0013 8OOO", "13800138000"),
        ("023-6789l234", "023-67891234"),
        ("O23-67891234", "023-67891234"),
        ("13800138000l", "!bad_phone"),  # the border of a cell, or a twelfth digit
        ("13B00138000", "!bad_phone"),
        # whatever stands between the digits, where they are one number
        ("138·0013·8000", "13800138000"),
        ("138_0013_8000", "13800138000"),
        ("138，0013，8000", "13800138000"),
        ("138/0013/8000", "13800138000"),
        ("一三八〇〇一三八〇〇〇", "13800138000"),
        ("1380013800013900139000", "13800138000"),  # two, glued together
        ("1380013\n8000\n023-\n6789123\n4", "13800138000"),  # two, in a narrow cell
        ("0236-7891234", "023-67891234"),
        ("0231-6789123", "!bad_phone"),
        # what nobody answers
        ("QQ：67891234", "!bad_phone"),
        ("传真：023-67891235 电话：023-67891234", "023-67891234"),
        ("电话/传真：023-67891234", "023-67891234"),
        ("微信同号13800138000", "13800138000"),
        ("00852-91234567", "+852 91234567"),
        ("0013800138000", "!bad_phone"),
        ("（同上）", None),
        ("同原表", None),
        ("不变", None),
        ("同被推荐人", None),
        ("1 3 8 0 0 1 3 8 0 0 0/13900139000", "13800138000"),
        ("１３８．００１３．８０００（微信同号）", "13800138000"),
    ],
)
def test_phone(raw, expected):
    check(PHONE, raw, expected)


def test_a_bad_phone_names_what_was_found():
    problem = read_value(PHONE, "1380013800", TODAY)
    assert problem == Problem(
        "nominee_phone",
        "bad_phone",
        "「被推荐人联系电话」写的是“1380013800”，只有 10 位，请按“13800138000 或 023-67891234”的样子填写。",
    )


@pytest.mark.parametrize(
    ("field", "raw", "expected"),
    [
        (EMPLOYER, "重庆 某某\n集团", "重庆某某集团"),
        (EMPLOYER, "重庆某某集团；", "重庆某某集团"),
        (EMPLOYER, "重庆某某集团。", "重庆某某集团"),
        (EMPLOYER, "重庆某某集团·", "重庆某某集团"),  # a speck
        (EMPLOYER, "Some Bridge Co., Ltd.", "Some Bridge Co., Ltd."),
        (EMPLOYER, "中冶赛迪 ＡＢＣ 公司（重庆）", "中冶赛迪 ABC 公司（重庆）"),
        (EMPLOYER, "中国电建+重庆院", "中国电建+重庆院"),
        (EMPLOYER, "⼯程公司", "工程公司"),  # as PDFs write it
        (EMPLOYER, "⻓⻰⻋辆公司", "长龙车辆公司"),
        (TITLE, "无", "无"),
        (TITLE, "暂无。", "无"),
        (TITLE, "—", "无"),
        (TITLE, "（ ）", None),
        (HIGHLIGHTS, "标注故事最具代表性 的特质", None),  # the blank form's own words
        (HIGHLIGHTS, "攻坚克难 , 创新", "攻坚克难 , 创新"),
        # where the answer is, and none itself
        (HIGHLIGHTS, "见附件", None),
        (HIGHLIGHTS, "详见附件Word文档。", None),
        (HIGHLIGHTS, "略，见附件", None),
        (HIGHLIGHTS, "（另附页）", None),
        (HIGHLIGHTS, "见第二页", None),
        (HIGHLIGHTS, "（见背面）", None),
        (HIGHLIGHTS, "事迹见下一页。", None),
        (EMPLOYER, "同上", None),
        (EMPLOYER, "见推荐表", None),
        (HIGHLIGHTS, "见证了大桥合龙", "见证了大桥合龙"),
        (HIGHLIGHTS, "附老照片三张", "附老照片三张"),
        (EMPLOYER, "“某某集团”", "某某集团"),
        (EMPLOYER, "某某集团（表里漏填了）", "某某集团"),
        (EMPLOYER, "某某集团（盖章）", "某某集团"),
        (EMPLOYER, "某某集团（公章）\n（盖章）", "某某集团"),
        (EMPLOYER, "某某集团（公章）2026年3月5日", "某某集团"),
        (EMPLOYER, "某某集团\n2026.3.5", "某某集团"),
        (EMPLOYER, "某某集团（公章）13900139000", "某某集团"),
        (EMPLOYER, "某某集团13900139000", "某某集团"),
        (EMPLOYER, "某某集团（盖章），1390013900", "某某集团"),
        (EMPLOYER, "渝新2026", "渝新2026"),
        (EMPLOYER, "重庆 78123 部队", "重庆 78123 部队"),
        (EMPLOYER, "某某集团（重庆）", "某某集团（重庆）"),
        (TITLE, "高级工程师√", "高级工程师"),
        (TITLE, "高工", "高级工程师"),
        (TITLE, "高工（桥梁）", "高工（桥梁）"),
        # a number behind the name
        (EMPLOYER, "某某集团，电话13900139000", "某某集团"),
        (EMPLOYER, "某某集团（023-67891234）", "某某集团"),
        (EMPLOYER, "中冶建工 2023001", "中冶建工 2023001"),
    ],
)
def test_text(field, raw, expected):
    check(field, raw, expected)


def test_story_keeps_its_paragraphs_and_bullets():
    read = read_value(HIGHLIGHTS, "　　1. 攻坚 克难。 \r\n\r\n　　（二）创新突破  \n● 传帮带", TODAY)
    assert isinstance(read, Value)
    assert read.value == "1. 攻坚克难。\n（二）创新突破\n● 传帮带"


@pytest.mark.parametrize(
    ("story", "code", "words"),
    [
        ("字" * 412, "story_too_short", "现为 412 字，尚差 88 字"),
        ("字" * 499, "story_too_short", "尚差 1 字"),
        ("字" * 500, None, ""),
        ("字，" * 400, None, ""),
        ("字" * 801, "story_too_long", "现为 801 字，超出 1 字"),
        ("字 \n" * 500, None, ""),  # blanks do not count
    ],
)
def test_story_length(story, code, words):
    read = read_value(STORY, story, TODAY)
    assert isinstance(read, Value)
    assert [problem.code for problem in read.problems] == ([code] if code else [])
    assert all(words in problem.message for problem in read.problems)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("桥梁", 2),
        ("桥，梁。", 4),
        ("２００３年", 2),
        ("在2003年用BIM技术", 7),
        ("“桥”——", 5),
        ("a b", 2),
        (" \n　", 0),
        ("𠮷", 1),
    ],
)
def test_length_as_chinese_people_count(text, count):
    assert length(text) == count


FIELDS = (NAME, GENDER, BIRTH, EMPLOYER, PARTY, YEARS, PEOPLE, TITLE, PHONE, STORY, HIGHLIGHTS)
WILD = st.text() | st.text(alphabet="0123456789一二十〇年月日.-/+() 至今转余约☑□男女无张·，\n")


@given(st.sampled_from(FIELDS), WILD)
def test_never_raises_and_reads_its_own_values_alike(field, raw):
    read = read_value(field, raw, TODAY)
    if isinstance(read, Value):
        again = read_value(field, str(read.value), TODAY)
        assert isinstance(again, Value)
        assert again.value == read.value


@given(
    st.integers(1900, 2025),
    st.integers(1, 12),
    st.sampled_from(["{}-{:02}", "{}.{}", "{}年{}月", "{}/{}", "{}{:02}", "{} 年 {:02} 月"]),
)
def test_every_month_in_every_dress(year, month, dress):
    check(BIRTH, dress.format(year, month), f"{year}-{month:02}")


@given(
    st.integers(13_000_000_000, 19_999_999_999),
    st.sampled_from(["", "+86", "86-", "手机"]),
    st.sampled_from(["", " ", "-"]),
)
def test_every_mobile_in_every_dress(number, before, between):
    digits = str(number)
    check(PHONE, before + between.join((digits[:3], digits[3:7], digits[7:])), digits)


@given(st.integers(0, 80), st.sampled_from(["{}", "{}年", "{} 年", "满{}年"]))
def test_every_number_of_years(years, dress):
    check(YEARS, dress.format(years), years)
