"""triage.toml as admins write it: all faults at once, each at its place; examples decide whether it goes live."""

from contextlib import suppress
from pathlib import Path

import pytest
from catalogues import STORY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules import campaign
from rules.catalogue import catalogue_of
from rules.ruleset import load_ruleset
from rules.toml.fault import FaultyFile
from rules.toml.report import render
from rules.triage import triage

GOOD = """
[[rule]]
name = "重点线索"
when = "核心事迹简介 包含任一 [“攻坚”, “突破”] 且 工作年限 不少于 20"
category = "重点"
tags = ["复核"]
assignee = "李民"
stop = true
why = "老职工的攻坚事迹优先核实"

[[example]]
name = "攻坚老职工归重点"
given = '''
工作年限：25年
核心事迹简介：连续三年
攻坚克难
'''
expect = { category = "重点", tags = ["复核"], rules = ["重点线索"] }

[[example]]
name = "年限写不清不能命中"
given = "核心事迹简介：攻坚\\n工作年限：二十余年"
expect = { category = "", not_rules = ["重点线索"], unclear = ["重点线索"] }
"""


@pytest.fixture
def load(tmp_path):
    def load(text, assignees=frozenset()):
        path = tmp_path / "triage.toml"
        path.write_text(text, "utf-8")
        return load_ruleset(path, STORY, assignees)

    return load


@pytest.fixture
def faults(load):
    def faults(text, assignees=frozenset()):
        with pytest.raises(FaultyFile) as caught:
            load(text, assignees)
        return [fault for fault in caught.value.faults if not fault.reminder]

    return faults


def test_a_good_file_loads(load):
    ruleset = load(GOOD, frozenset({"李民"}))
    (rule,) = ruleset.rules
    assert (rule.name, rule.category, rule.tags, rule.assignee, rule.stop) == (
        "重点线索",
        "重点",
        ("复核",),
        "李民",
        True,
    )
    assert (rule.line, ruleset.examples, ruleset.reminders) == (2, 2, ())


def test_the_hash_follows_the_text(load):
    first = load(GOOD).hash
    assert first == load(GOOD).hash
    assert first != load(GOOD.replace("20", "21")).hash
    assert len(first) == 8


WRONG = '''
[[rule]]
name = "甲"
when = "年限 不少于 20 且 线索亮点 包涵 “攻坚”"
tags = ["甲"]

[[rule]]
name = "乙"
when = """
线索亮点 不为空
且 （姓别 为 “女” 或 工作年限 大于 二十）
"""
assignee = "李敏"
categry = "重点"
'''


def test_all_faults_in_one_run_each_at_its_place(faults):
    found = [(f.line, f.column, f.length, f.code) for f in faults(WRONG, frozenset({"李民", "张兰"}))]
    assert found == [
        (4, 9, 2, "无此栏目"),
        (4, 26, 2, "无此判断"),
        (11, 4, 2, "无此栏目"),
        (11, 23, 2, "要阿拉伯数字"),
        (13, 12, 4, "无此人员"),
        (14, 1, 7, "未知设置"),
    ]


def test_a_fault_is_shown_as_it_was_typed(faults):
    shown = render(faults(WRONG)[2]).splitlines()
    assert "表单里没有「姓别」这一栏。" in shown[0]
    assert shown[1] == "   11 | 且 （姓别 为 “女” 或 工作年限 大于 二十）"


def test_a_faulty_rule_is_still_known_to_the_examples(faults):
    (fault,) = faults(GOOD.replace("包含任一", "包涵任一", 1))
    assert fault.code == "无此判断"


def test_an_unknown_assignee_is_named_with_the_nearest(faults):
    (fault,) = faults(GOOD, frozenset({"李明", "王芳"}))
    assert fault.message + fault.mend == "人员名单里没有「李民」。应为「李明」。"


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ('expect = { category = "重点"', 'expect = { category = "一般"', "例子不符", "例子「攻坚老职工归重点」不符：类别 应为 一般，实际 重点。"),
        ('tags = ["复核"], rules', 'tags = ["甲"], rules', "例子不符", "标签 应为 甲，实际 复核"),
        ('rules = ["重点线索"] }', "rules = [] }", "例子不符", "命中的规则 应为 无，实际 重点线索"),
        ('unclear = ["重点线索"]', "unclear = []", "例子不符", "无法判断的规则 应为 无，实际 重点线索"),
        ('rules = ["重点线索"] }', 'not_rules = ["重点线索"] }', "例子不符", "「重点线索」不应命中"),
        ('rules = ["重点线索"] }', 'rules = ["重点线锁"] }', "无此规则", "没有叫「重点线锁」的规则。应为「重点线索」。"),
        ("工作年限：25年", "工作年限：18年", "例子不符", "「重点线索」应该命中，没有命中：工作年限 不少于 20（≥20）：不成立"),
        ("工作年限：25年", "工作年线：25年", "无此栏目", "例子里的「工作年线」不是表单里的栏目。应为「工作年限」。"),
        ('expect = { category = "", not', 'expekt = { category = "", not', "缺少设置", "缺少「expect」"),
        ('name = "重点线索"\n', "", "缺少设置", "缺少「name」"),
        ("when = ", "wann = ", "缺少设置", "缺少「when」"),
        ("stop = true", 'stop = "是"', "类型不符", "stop = true"),
        ('when = "核心事迹简介 包含任一 [“攻坚”, “突破”] 且 工作年限 不少于 20"', 'when = ""', "缺条件", "条件是空的"),
        ("[[rule]]", "[rule]", "类型不符", "[[rule]]"),
    ],
)  # fmt: skip
def test_one_fault(faults, old, new, code, words):
    assert old in GOOD
    found = [f for f in faults(GOOD.replace(old, new)) if f.code == code]
    assert any(words in f.message + f.mend for f in found), found


def test_a_file_without_rules_is_refused(faults):
    assert [f.code for f in faults("# 空的\n")] == ["没有规则"]


TWICE = """
[[rule]]
name = "甲"
when = "线索亮点 为空"
tags = ["甲"]
why = "一"
stop = {stop}
[[rule]]
name = "乙"
when = "线索亮点 未填写"
tags = ["乙"]
why = "二"
"""


@pytest.mark.parametrize(("stop", "code"), [("true", "轮不到"), ("false", "条件重复")])
def test_the_same_condition_twice_is_a_reminder(load, stop, code):
    codes = [(f.line, f.code) for f in load(TWICE.format(stop=stop)).reminders]
    assert (10, code) in codes
    assert (2, "缺例子") in codes


def test_the_same_name_twice_is_a_fault(faults):
    assert [f.code for f in faults(TWICE.format(stop="true").replace("乙", "甲"))] == ["规则重名"]


def test_a_reminder_does_not_stop_the_file(load):
    ruleset = load('[[rule]]\nname = "甲"\nwhen = "工作年限 大于 20 且 工作年限 小于 10"\n')
    assert {f.code for f in ruleset.reminders} == {"永不成立", "没有作用", "没有理由", "缺例子"}


def test_the_day_of_an_example_is_the_day_its_mail_came(load):
    text = """
    [[rule]]
    name = "第二批"
    when = "收到时间 晚于 2026-03-31"
    tags = ["第二批"]
    [[example]]
    name = "四月来的"
    now = 2026-04-01
    given = "性别：男"
    expect = { rules = ["第二批"] }
    """
    assert load(text).examples == 1


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FaultyFile, match="没有找到"):
        load_ruleset(tmp_path / "triage.toml", STORY)


PIECES = [
    "[[rule]]",
    "[[example]]",
    "when",
    "=",
    '"',
    '"""',
    "'",
    "“",
    "，",
    "\n",
    "\\",
    "[",
    "]",
    "{",
    "}",
    "20",
    "true",
    "且",
    "：",
    "expect",
]


@given(at=st.integers(0, len(GOOD)), cut=st.integers(0, 9), piece=st.sampled_from(PIECES))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_spoilt_file_gives_rules_or_faults(load, at, cut, piece):
    with suppress(FaultyFile):
        load(GOOD[:at] + piece + GOOD[at + cut :])


SHIPPED = Path(campaign.__file__).parent / "yugong-story"


@pytest.fixture(scope="module")
def shipped():
    return load_ruleset(SHIPPED / "triage.toml", catalogue_of(campaign.load_campaign(SHIPPED)))


def test_the_shipped_rules_are_sound_and_all_have_examples(shipped):
    assert shipped.reminders == ()
    assert len(shipped.rules) == 9


@pytest.mark.parametrize(
    ("story", "highlights", "category"),
    [
        ("在塌方的恶劣环境下打通隧道", "", "攻坚克难的建设者"),
        ("参加大桥建设", "攻坚 克难", "攻坚克难的建设者"),
        ("于毫厘之间追求精准", "", "精益求精的匠心者"),
        ("主持自主研发控制系统", "", "守正创新的开拓者"),
        ("带出徒弟四十多人", "", "薪火相传的引领者"),
        ("数十年如一日守在水文站", "", "默默奉献的坚守者"),
        ("参加工作以来负责设备检修", "认真负责", None),
    ],
)
def test_the_five_directions(shipped, story, highlights, category):
    facts = {"核心事迹简介": story, "线索亮点": highlights, "工作年限": 25, "缺填栏目数": 0}
    assert triage(facts, shipped).category == category
