"""Every way in which an admin gets a condition wrong, and the sentence that mends it."""

import pytest
from catalogues import STORY
from hypothesis import example, given
from hypothesis import strategies as st

from rules.condition import ConditionError, compile_condition
from rules.judgement import Judgement


def flaws(text):
    with pytest.raises(ConditionError) as caught:
        compile_condition(text, STORY)
    return caught.value.flaws


# condition, what the caret covers, code, words that the message or its mend must have
MODEL_MESSAGES = [
    ('核心事绩简介 包含 "攻坚"', "核心事绩简介", "无此栏目", "表单里没有「核心事绩简介」这一栏。应为「核心事迹简介」。"),
    ("年限 不少于 20", "年限", "无此栏目", "应为「工作年限」"),
    ('线索亮点 包涵 "攻坚"', "包涵", "无此判断", "没有「包涵」这种判断。应为「包含」。"),
    ("线索亮点 包含 攻坚", "攻坚", "缺引号", '文字要放在引号里。写成 "攻坚"。'),
    ('线索亮点 包含 ["攻坚","突破"]', "包含 [", "多个词", "要写明是「包含任一」还是「包含全部」"),
    ('线索亮点 包含任一 "攻坚"', '"攻坚"', "缺方括号", '「包含任一」后面要用方括号。写成 ["攻坚"]。'),
    ('线索亮点 包含任一 ["攻坚" "突破"]', '"突破"', "缺逗号", "两个词之间缺少逗号或顿号。"),
    ("线索亮点 包含任一 []", "[]", "空列表", "永远不会成立。请至少写一个词"),
    ("线索亮点 为空 且 姓名 为空 或 性别 为空", "或", "且或同层", "若要先算且，写「（A 且 B）或 C」；若要先算或，写「A 且（B 或 C）」。"),
    ("线索亮点 为空 或 姓名 为空 且 性别 为空", "且", "且或同层", "若要先算且，写「A 或（B 且 C）」"),
    ("线索亮点 为空，姓名 为空", "，", "标点连接", "不能用标点连接。改成「且」或「或」。"),
    ("线索亮点 不为空 但 姓名 为空", "但", "不能连接", "不能用「但」连接。改成「且」。"),
    ("线索亮点 为空 工作年限 大于 3", " ", "缺且或", "两个条件之间缺少「且」或「或」。"),
    ("工作年限 不少于 20 且", "且", "缺条件", "「且」后面没有条件。补上后一个条件，或删掉「且」。"),
    ("如果 线索亮点 为空", "如果", "多余的词", "条件里不用写「如果」。直接从栏目名写起。"),
    ("线索亮点 为空 则 重点", "则", "多余的词", "要做的事写在 category、tags、assignee 里。"),
    ('工作年限 大于 "20"', '"20"', "不要引号", "与数字比较时不要加引号。写成 20。"),
    ("工作年限 不少于 二十", "二十", "要阿拉伯数字", "这里要写阿拉伯数字。写成 20。"),
    ("工作年限 不少于20 年以上", "年以上", "重复", "前面已写「不少于」，后面不要再写「以上」。删掉「以上」。"),
    ("工作年限 20年以上", "20年以上", "缺判断", "写成「工作年限 不少于 20」"),
    ("核心事迹简介 大于 20", "大于", "类型不符", "是文字栏，不能比大小。若比字数，写「核心事迹简介 的字数 大于 20」。"),
    ("获奖时间 大于 2020-01-01", "大于", "类型不符", "「获奖时间」是日期栏。改用「晚于」。"),
    ("获奖时间 早于 2026-02-30", "2026-02-30", "没有这一天", "日历上没有这一天。二月最后一天是 2026-02-28。"),
    ("工作年限 介于 10 到 5", "介于 10 到 5", "范围颠倒", "永远不会成立。写成「介于 5 到 10」。"),
    ("（线索亮点 为空", "（", "括号不配对", "这个左括号没有配对的右括号。在条件末尾补「）」。"),
    ("线索亮点 包含 “攻坚", "“", "引号没有收尾", "这个引号没有收尾。在词的后面补「”」。"),
]  # fmt: skip


MORE_MESSAGES = [
    ("", "", "缺条件", "条件是空的"),
    ("工作年限 > 10 and < 20", "<", "缺栏目", "「<」前面没有栏目名"),
    ('线索亮点 包含 "a"、"b"', '"a"、"b"', "多个词", '写成 包含任一 ["a"、"b"]'),
    ('线索亮点 不包含 ["甲","乙"]', "不包含 [", "多个词", "「不包含任一」"),
    ('性别 等于 ["男","女"]', "等于 [", "多个词", "改用「属于」"),
    ('线索亮点 开头是 ["甲","乙"]', "开头是 [", "多个词", "只能写一个词"),
    ("线索亮点 == 空", "== 空", "缺引号", "写「为空」"),
    ("工作年线不少于20", "工作年线", "无此栏目", "应为「工作年限」"),
    ("事迹简介 的字数 小于 500", "事迹简介", "无此栏目", "应为「核心事迹简介」"),
    ('线索亮点包涵"攻坚"', "包涵", "无此判断", "应为「包含」"),
    ("名字 为空", "名字", "无此栏目", "应为「姓名」"),  # an alias
    ("天气预报 为空", "天气预报", "无此栏目", "可以用的栏目有：被推荐人姓名"),
    ("线索亮点", "线索亮点", "缺判断", "例如「线索亮点 不为空」"),
    ('线索亮点 "攻坚"', '"攻坚"', "缺判断", '例如「线索亮点 包含 "攻坚"」'),
    ('线索亮点 等于 ""', '""', "空的词", "写「线索亮点 为空」"),
    ("线索亮点 包含", "包含", "缺文字", "没有要找的词"),
    ("线索亮点 包含 且 姓名 为空", "包含", "缺文字", "没有要找的词"),
    ("线索亮点 包含任一", "包含任一", "缺方括号", '例如 ["攻坚", "突破"]'),
    ('线索亮点 包含任一 ["攻坚"', "[", "括号不配对", "补「]」"),
    ("线索亮点 包含任一 [攻坚]", "攻坚", "缺引号", '写成 "攻坚"'),
    ('工作年限 包含 "2"', "包含", "类型不符", "「工作年限」可以用：为空、不为空、等于"),
    ("工作年限 早于 20", "早于", "类型不符", "是数字栏。改用「小于」"),
    ("线索亮点 早于 2026-01-01", "早于", "类型不符", "是文字栏，不能用「早于」"),
    ("工作年限 不少于 许多", "许多", "缺数字", "后面要写一个数字"),
    ("工作年限 介于 10", "0", "缺少「到」", "中间用「到」"),
    ('出生年月 早于 "1960-01-01"', '"1960-01-01"', "不要引号", "写成 1960-01-01"),
    ("收到时间 晚于 昨天", "昨天", "缺日期", "例如「晚于 2026-01-01」"),
    ("出生年月 早于 1960-13", "1960-13", "没有这一天", "日历上没有这一天"),
    ("出生年月 介于 1970-01 到 1960-01", "介于 1970-01 到 1960-01", "范围颠倒", "写成「介于 1960-01 到 1970-01」"),
    ("非 线索亮点 为空", "非", "缺括号", "写成 非（……）"),
    ("（）", "（）", "缺条件", "括号里没有条件"),
    ("线索亮点 为空）", "）", "括号不配对", "没有配对的左括号"),
    ("线索亮点 为空。", "。", "多余的标点", "条件末尾不用标点"),
    ("且 线索亮点 为空", "且", "缺条件", "「且」前面没有条件"),
    ("线索亮点 的字数 为空", "线索亮点 的字数 为空", "类型不符", "写成「线索亮点 为空」"),
    ('"攻坚"', '"攻坚"', "缺栏目", "条件要从栏目名写起"),
    ("（" * 30 + "线索亮点 为空" + "）" * 30, "（", "套得太深", "请拆成几条规则"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "caret", "code", "words"), MODEL_MESSAGES + MORE_MESSAGES)
def test_message(text, caret, code, words):
    (flaw,) = flaws(text)
    assert (text[flaw.start : flaw.end], flaw.code) == (caret, code)
    assert words in flaw.message + flaw.mend


def test_one_run_finds_all_faults():
    text = '姓别 为 "女" 且 线索亮点 包涵 "攻坚" 且 （工作年限 大于 二十 且 年限 大于 "3"）'
    assert [text[f.start : f.end] for f in flaws(text)] == ["姓别", "包涵", "二十", "年限"]


def test_two_labels_equally_near_are_both_named():
    (flaw,) = flaws('姓别 为 "女"')
    assert flaw.mend in {"最接近的有：姓名、性别。", "最接近的有：性别、姓名。"}


def test_repeated_punctuation_is_told_once_each():
    assert [f.code for f in flaws("，，，线索亮点 为空")] == ["无此栏目"] or flaws("，，，线索亮点 为空")


REMINDERS = [
    ("工作年限 大于 20 且 工作年限 小于 10", "工作年限 大于 20 且 工作年限 小于 10", "永不成立"),
    ("工作年限 大于 20 且 工作年限 不超过 20", "工作年限 大于 20 且 工作年限 不超过 20", "永不成立"),
    ("出生年月 早于 1960-01-01 且 出生年月 晚于 1970-01", "出生年月 早于 1960-01-01 且 出生年月 晚于 1970-01", "永不成立"),
    ("线索亮点 为空 且 线索亮点 不为空", "线索亮点 为空 且 线索亮点 不为空", "永不成立"),
    ('线索亮点 包含任一 ["攻坚", "难"]', "难", "只有一个字"),
    ("工作年限 不少于 20岁", "20岁", "单位不同"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "caret", "code"), REMINDERS)
def test_reminder(text, caret, code):
    (flaw,) = compile_condition(text, STORY).reminders
    assert (text[flaw.start : flaw.end], flaw.code) == (caret, code)


@pytest.mark.parametrize(
    "text",
    [
        "工作年限 大于 20 或 工作年限 小于 10",
        "工作年限 不少于 20 且 工作年限 不超过 20",
        "工作年限 大于 20 且 核心事迹简介 的字数 小于 10",
        '性别 等于 "男"',
        "工作年限 不少于 20年",
    ],
)
def test_no_reminder(text):
    assert compile_condition(text, STORY).reminders == ()


PIECES = st.sampled_from(
    [
        *("线索亮点", "工作年限", "核心事绩", "收到时间", "的字数", "包含", "包含任一", "为空", "不少于", "介于", "早于"),
        *("且", "或", "非", "如果", "则", "但", "（", "）", "(", ")", "[", "]", "【", "，", "、", "。", '"', "“", "”", "「"),
        *("攻坚", "20", "二十", "年以上", "到", "2026-01-01", "2026-99-99", "0000-00", " ", "　", "\n", "\u200b", "!", "İ", "３"),
    ]
)  # fmt: skip


def compiles_or_says_why(text):
    try:
        condition = compile_condition(text, STORY)
    except ConditionError as error:
        assert error.flaws
        for flaw in error.flaws:
            assert 0 <= flaw.start < flaw.end <= max(1, len(text))
            assert flaw.message.endswith("。")
    else:
        assert isinstance(condition.explain({}), str)


@given(st.lists(PIECES, max_size=14).map("".join))
@example("!" * 3000)
@example("（" * 3000)
@example("非" * 3000)
@example("如果" * 3000)
def test_any_pieces_give_a_condition_or_flaws(text):
    compiles_or_says_why(text)


@given(st.text(max_size=60))
def test_any_text_gives_a_condition_or_flaws(text):
    compiles_or_says_why(text)


GOOD = [text for text, *_ in REMINDERS] + [
    '（核心事迹简介 包含任一 ["攻坚", “突破”] 且 工作年限 介于 10 到 20年） 或 非（收到时间 早于 2026年1月1日）'
]


@given(st.sampled_from(GOOD), st.data())
def test_mutated_conditions_give_a_condition_or_flaws(text, data):
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        piece = data.draw(PIECES | st.just(""))
        text = text[:at] + piece + text[at + data.draw(st.integers(0, 3)) :]
    compiles_or_says_why(text)


def test_a_compiled_condition_holds_a_judgement():
    judgement: Judgement = compile_condition("线索亮点 为空", STORY).judgement
    assert judgement.title == "线索亮点 为空"
