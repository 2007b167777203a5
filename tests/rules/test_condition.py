"""What conditions mean: three values, spelling aside, empty fields, numbers, dates, lists."""

from datetime import UTC, date, datetime

import pytest
from catalogues import STORY
from hypothesis import given
from hypothesis import strategies as st

from rules.conditions.condition import compile_condition

FACTS = {
    "被推荐人姓名": "张伟",
    "性别": "男",
    "核心事迹简介": "带领班组连续三年攻\n坚 克 难，用ＡＩ实现突破，邮件 MAIL 往来。",
    "线索亮点": "",
    "工作年限": "25年",
    "出生年月": "1960-05",
    "获奖时间": "2020",
    "荣誉": "无",
    "是否党员": True,
    "是否为空巢老人": "否",
    "收到时间": date(2026, 3, 31),
    "附件数": 2,
    "附件名": ("老照片.JPG", "征集表.docx"),
    "附件类型": ("jpg", "docx"),
    "缺填栏目数": 0,
}

YES, NO, UNCLEAR = True, False, None

MEANINGS = [
    # words
    ('核心事迹简介 包含 "攻坚克难"', YES),
    ("核心事迹简介包含“攻坚克难”", YES),
    ("核 心 事 迹 简 介 含有 「攻坚」", YES),
    ('核心事迹简介 包含 "班 组"', YES),
    ('核心事迹简介 包含 "没有的词"', NO),
    ('核心事迹简介 不包含 "没有的词"', YES),
    ('核心事迹简介 包含 "ai"', YES),  # beside Chinese, width and case aside
    ('核心事迹简介 包含 "mai"', NO),  # letters must not hit within a word
    ('核心事迹简介 包含任一 ["没有", "突破"]', YES),
    ("核心事迹简介 包含任意 【“没有”、“突破”】", YES),
    ('核心事迹简介 包含全部 ["攻坚", "突破"]', YES),
    ('核心事迹简介 同时包含 ["攻坚", "没有"]', NO),
    ('核心事迹简介 不包含任一 ["攻坚", "没有"]', NO),
    ('核心事迹简介 不包含任一 ["没有", "也没有"]', YES),
    ('核心事迹简介 开头是 "带领"', YES),
    ('核心事迹简介 结尾是 "往来。"', YES),
    ('性别 是 "男"', YES),
    ('性别 != "男"', NO),
    ('性别 属于 ["男", "女"]', YES),
    ('性别 不属于 ["男", "女"]', NO),
    ('被推荐人姓名 等于 "张"', NO),  # the whole value
    ('是否党员 为 "是"', YES),
    ('是否为空巢老人 等于 "否"', YES),  # the label holds an operator
    # options: each by itself
    ('附件名 包含 "老照片"', YES),
    ('附件名 结尾是 ".jpg"', YES),
    ('附件名 包含 "JPG征集"', NO),
    ('附件类型 等于 "docx"', YES),
    ('附件类型 包含任一 ["pdf", "docx"]', YES),
    # empty
    ("线索亮点 为空", YES),
    ("线索亮点 未填写", YES),
    ("职务 为空", YES),  # not there at all
    ("性别 非空", YES),
    ('线索亮点 包含 "攻坚"', NO),
    ('线索亮点 不包含 "攻坚"', YES),
    ('线索亮点 不等于 "攻坚"', YES),
    ('线索亮点 不属于 ["攻坚"]', YES),
    ('线索亮点 包含全部 ["攻坚"]', NO),
    ("荣誉 为空", YES),  # 无, a filler of that field
    # numbers
    ("工作年限 不少于 25", YES),
    ("工作年限 ≥ 25 年", YES),
    ("工作年限 大于 25", NO),
    ("工作年限 超过 24.5", YES),
    ("工作年限 不满 25", NO),
    ("工作年限 至多 25", YES),
    ("工作年限 介于 25 到 30", YES),
    ("工作年限 介于 10 至 24", NO),
    ("工作年限 为 25", YES),
    ("工作年限 不等于 25", NO),
    ("附件数 > 1", YES),
    ("缺填栏目数 大于 0", NO),
    ("附件数 小于 1万", YES),
    ("核心事迹简介 的字数 大于 20", YES),
    ("核心事迹简介的字数不超过20", NO),
    ("线索亮点 的字数 小于 1", YES),
    # dates
    ("收到时间 早于 2026-04-01", YES),
    ("收到时间 早于 2026年3月31日", NO),
    ("收到时间 不晚于 2026-03-31", YES),
    ("收到时间 晚于 2026-03", NO),  # the month's last day is not after the month
    ("收到时间 不晚于 2026-03", YES),
    ("收到时间 等于 2026-03", YES),
    ("收到时间 介于 2026-01-26 到 2026-03-31", YES),
    ("出生年月 早于 1960-06-01", YES),
    ("出生年月 晚于 1960", NO),
    ("获奖时间 早于 2021-01-01", YES),
    ("获奖时间 晚于 2019-12-31", YES),
    ("获奖时间 早于 2020-06-01", UNCLEAR),  # only the year is known, and it matters
    # joined
    ('性别 是 "男" 且 工作年限 > 20', YES),
    ('性别 是 "女" 或者 工作年限 > 20', YES),
    ('性别 是 "女" && 工作年限 > 20', NO),
    ('（性别 是 "女" 或 工作年限 > 20） 且 线索亮点 为空', YES),
    ('非（性别 是 "女"）', YES),
    ('并非 （ 性别 是 "女" 或 线索亮点 为空 ）', NO),
    ('not (性别 是 "女") and 线索亮点 为空', YES),
    ("非（非（线索亮点 为空））", YES),
]  # fmt: skip


@pytest.mark.parametrize(("text", "held"), MEANINGS)
def test_meaning(text, held):
    assert compile_condition(text, STORY).test(FACTS) is held


@pytest.mark.parametrize(("text", "_held"), MEANINGS)
def test_explaining_says_the_same(text, _held):
    condition = compile_condition(text, STORY)
    mark = {True: "✓", False: "✗", None: "？"}[condition.test(FACTS)]
    assert condition.explain(FACTS).startswith(mark)


@pytest.mark.parametrize(
    ("years", "held"),
    [
        ("20年", YES), ("２０", YES), ("1,200", YES), ("3.5万", YES), ("二十", YES), ("两百", YES), ("三十五年", YES), (20, YES), ("19", NO),
        ("20余年", UNCLEAR), ("约20", UNCLEAR), ("10-15", UNCLEAR), ("二十余年", UNCLEAR), ("十十", UNCLEAR), ("", UNCLEAR),
        (None, UNCLEAR), ("20年30年", UNCLEAR), ("9" * 400, UNCLEAR),
    ],
)  # fmt: skip
def test_what_reads_as_a_number(years, held):
    assert compile_condition("工作年限 不少于 20", STORY).test({"工作年限": years}) is held


@pytest.mark.parametrize(
    ("value", "held"),
    [
        ("1960-05", YES), ("1960年5月", YES), ("1960.5", YES), ("1960/05/01", YES), ("1960-05-02", NO), ("1961", NO), ("1960", UNCLEAR),
        ("1959", YES), ("六十年代", UNCLEAR), ("1960-13", UNCLEAR), ("0000", UNCLEAR), (date(1960, 5, 1), YES), (None, UNCLEAR),
    ],
)  # fmt: skip
def test_what_reads_as_a_date(value, held):
    assert compile_condition("出生年月 不晚于 1960-05-01", STORY).test({"出生年月": value}) is held


def test_a_moment_counts_by_the_day_in_beijing():
    evening = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)  # 1 April, 01:00 in Beijing
    assert compile_condition("收到时间 晚于 2026-03-31", STORY).test({"收到时间": evening}) is True


TRUE, FALSE, OPEN = "性别 不为空", "性别 为空", "工作年限 大于 1"


@pytest.mark.parametrize(
    ("text", "held"),
    [
        (f"{TRUE} 且 {OPEN}", UNCLEAR), (f"{FALSE} 且 {OPEN}", NO), (f"{OPEN} 且 {FALSE}", NO),
        (f"{TRUE} 或 {OPEN}", YES), (f"{OPEN} 或 {TRUE}", YES), (f"{FALSE} 或 {OPEN}", UNCLEAR), (f"非（{OPEN}）", UNCLEAR),
    ],
)  # fmt: skip
def test_three_values(text, held):
    assert compile_condition(text, STORY).test({"性别": "男", "工作年限": "二十余年"}) is held


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '核心事迹简介 包含任一 ["攻坚", "突破"]',
            "找到「攻坚」：带领班组连续三年【攻坚】克难,用ai实现…（第9字）；另找到 突破",
        ),
        ('核心事迹简介 包含全部 ["攻坚", "没有"]', "没有找到 没有"),
        ('核心事迹简介 包含 "没有"', "没有找到；填的是「带领班组"),
        ('线索亮点 包含 "攻坚"', "没有填"),
        ("工作年限 不少于 20", "工作年限 不少于 20（≥20） —— 填的是「25年」，读作 25"),
        ("附件数 大于 1", "附件数 大于 1（＞1） —— 填的是「2」"),
        ("获奖时间 早于 2020-06-01", "填的是「2020」，不够具体，无法判断 → 请人工看一眼"),
        ("线索亮点 为空", "✓ 线索亮点 为空 —— 没有填"),
        ("荣誉 为空", "填的是「无」，按空处理"),
        ("核心事迹简介 的字数 小于 5", "共 26 字"),
        ('非（性别 是 "女"）', "  ✗ 性别 等于 「女」 —— 没有找到；填的是「男」"),
        ('性别 是 "男" 且 线索亮点 不为空', "✗ 下列有不成立的\n  ✓ 性别 等于 「男」"),
    ],
)
def test_explanation(text, words):
    assert words in compile_condition(text, STORY).explain(FACTS)


def test_a_number_that_cannot_be_read_is_shown():
    explained = compile_condition("工作年限 不少于 30", STORY).explain({"工作年限": "二十余年"})
    assert explained == "？ 工作年限 不少于 30（≥30） —— 填的是「二十余年」，读不出数字 → 请人工看一眼"


def test_why_missed_names_what_failed_first():
    condition = compile_condition("性别 不为空 且 工作年限 不少于 30 且 线索亮点 不为空", STORY)
    assert condition.why_missed(FACTS) == "工作年限 不少于 30（≥30）：不成立"


VALUES = st.none() | st.text(max_size=30) | st.integers() | st.booleans() | st.dates() | st.lists(st.text()).map(tuple)
LEAVES = st.sampled_from([text for text, _ in MEANINGS])


@given(st.dictionaries(st.sampled_from(STORY.names), VALUES), LEAVES)
def test_no_fact_makes_a_condition_raise(facts, text):
    condition = compile_condition(text, STORY)
    held = condition.test(facts)
    assert condition.explain(facts)[0] == {True: "✓", False: "✗", None: "？"}[held]


@given(st.recursive(LEAVES.map("（{}）".format), lambda inner: st.builds(
    "（{} {} {}）".format, inner, st.sampled_from(["且", "或"]), inner) | st.builds("非（{}）".format, inner), max_leaves=6))  # fmt: skip
def test_nested_conditions_explain_what_they_answer(text):
    condition = compile_condition(text, STORY)
    assert condition.explain(FACTS)[0] == {True: "✓", False: "✗", None: "？"}[condition.test(FACTS)]
