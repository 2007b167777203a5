"""Slips of spelling in TOML: each named in Chinese with its place and its mend, all in one run."""

import re
import tomllib

import pytest
from faults import faults_of
from hypothesis import given
from hypothesis import strategies as st

from rules.toml.fault import FaultyFile
from rules.toml.table import read_toml

# What tomllib refuses. One slip a row: the text, the line, what the caret covers, the code, what the mend says.
SLIPS = [
    ("name = “重点线索”", 1, "“", "引号不对", 'name = "重点线索"'),
    ("name = ‘重点’", 1, "‘", "引号不对", 'name = "重点"'),
    ("name = ＂重点＂", 1, "＂", "引号不对", 'name = "重点"'),
    ("tags = [“重点”]", 1, "“", "引号不对", 'tags = ["重点"]'),
    ('when = "亮点 包含 "攻坚""', 1, '"', "引号不对", "里面改用 “攻坚”"),
    ('name = "重点', 1, '"', "引号不对", '补 "'),
    ('name ＝ "重点"', 1, "＝", "等号不对", 'name = "重点"'),
    ("workers: 2", 1, ":", "等号不对", "workers = 2"),
    ('tags = ["重点"，"复核"]', 1, "，", "逗号不对", '["重点","复核"]'),
    ('tags = ["重点"、"复核"]', 1, "、", "逗号不对", '["重点","复核"]'),
    ('tags = ["重点" "复核"]', 1, " ", "缺少逗号", "英文逗号"),
    ('tags = [\n "重点"\n "复核"\n]', 2, '"', "缺少逗号", "英文逗号"),
    ("tags = [重点]", 1, "重点", "缺少引号", '"重点"'),
    ("【rule】\nstop = true", 1, "【", "方括号不对", "[rule]"),
    ("【【rule】】", 1, "【", "方括号不对", "[[rule]]"),
    ("[[rule]\nstop = true", 1, "[[rule]", "方括号不对", "[[rule]]"),
    ("stop = 是", 1, "是", "是否不对", "stop = true"),
    ("stop = 否", 1, "否", "是否不对", "stop = false"),
    ("stop = True", 1, "True", "是否不对", "stop = true"),
    ("name = 重点", 1, "重点", "缺少引号", 'name = "重点"'),
    ("at = 8:30", 1, "8:30", "缺少引号", 'at = "8:30"'),
    ("name =", 1, "=", "缺少值", "补上值"),
    ("years = ２０", 1, "２０", "数字不对", "years = 20"),
    ("years = 20年", 1, "20年", "数字不对", "years = 20"),
    ("pages = 40页", 1, "40页", "数字不对", "pages = 40"),
    ("memory_mb = 1GB", 1, "1GB", "数字不对", "换算"),
    ("seconds = 5分钟", 1, "5分钟", "数字不对", "换算"),
    ("years = 20， # 年", 1, "20，", "数字不对", "写成 years = 20。"),
    ('name = off  # "关"', 1, "off", "缺少引号", '写成 name = "off"。'),
    ("// 说明\nyears = 20", 1, "//", "注释不对", "#"),
    ("years = 20 // 说明", 1, "//", "注释不对", "#"),
    ("　years = 20", 1, "　", "空格不对", "普通空格"),
    ("\xa0years = 20", 1, "\xa0", "空格不对", "普通空格"),
    ('名称 = "重点"', 1, "名称", "设置名不对", "应为 name"),
    ("[规则]", 1, "规则", "设置名不对", "应为 rule"),
    ("[rule]\nstop = true\n[rule]\nstop = true", 3, "[rule]", "写了两次", "[[rule]]"),
    ("years = 20\nyears = 30", 2, "years", "写了两次", "删去"),
    ('folder = "D:\\资料"', 1, "\\", "反斜杠不对", "单引号"),
    ('tags = ["重点"\nyears = 20', 1, "[", "没有收尾", "]"),
    ('tags = [\n"重点",\n[rule]\nstop = true', 1, "[", "没有收尾", "]"),
    ('aliases = [\n"重点",\nyears = 20\nstop = true', 1, "[", "没有收尾", "]"),
    ('why = """开头\n没有结尾', 1, '"""', "没有收尾", '"""'),
    ('when = """\n亮点 为空\ntags = ["缺"]\n\n[[example]]\ngiven = """\n亮点：无\n"""', 1, '"""', "没有收尾", '"""'),
    ('why = "先写一句，\n再写、一句。"\nyears = 20', 1, '"', "文字断行", "接成一行"),
    ('tags = ["重点\n线索", "复核"]', 1, '"', "文字断行", "接成一行"),
    ("until = 2026.3.31", 1, "2026.3.31", "日期不对", "写成 until = 2026-03-31。"),
    ("until = 2026年3月31日 # 截止", 1, "2026年3月31日", "日期不对", "写成 until = 2026-03-31。"),
    ("until = 2026-02-30", 1, "2026-02-30", "日期不对", "改成有的日子"),
    ('people = [\n{ name = 王芳, address = "w@example.com" },\n]', 2, "王芳", "缺少引号", '{ name = "王芳", address ='),
    ('people = [\n{ name = "王芳" address = "w@example.com" },\n]', 2, " ", "缺少逗号", "英文逗号"),
    ("seconds = 60        最多读多少秒，不写“0”", 1, "最多读多少秒，不写“0”", "注释不对", "前面加 #"),
    ('folders = ["INBOX", "垃圾邮件"]    要放行，才回信', 1, "要放行，才回信", "注释不对", "前面加 #"),
    ('ocr = "auto"    装了就用；不用写 "off"', 1, '装了就用；不用写 "off"', "注释不对", "前面加 #"),
]


@pytest.mark.parametrize(("text", "line", "covered", "code", "mend"), SLIPS)
def test_a_slip_is_named_with_its_place_and_its_mend(file, text, line, covered, code, mend):
    (fault,) = faults_of(file(text))
    assert (fault[0], fault[2], fault[3]) == (line, covered, code)
    assert mend in fault[4]


@pytest.mark.parametrize("text", [row[0] for row in SLIPS])
def test_what_is_called_a_slip_is_one(text):
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)


def test_one_run_finds_every_slip_of_the_file(file):
    text = 'name = “重点”\n\n[[rule]]\nstop = 是\ntags = ["a"，"b"]  # 标签，随意\n　why = "好，很好"\n名称 = "x"\n'
    assert [(f[0], f[3]) for f in faults_of(file(text))] == [
        (1, "引号不对"), (4, "是否不对"), (5, "逗号不对"), (6, "空格不对"), (7, "设置名不对"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        'why = "他说：“好，是”" # 备注：【一】，二',
        "when = '线索 包含 \"攻坚\"'",
        'why = """\n【是】，= ＝ //\n"""',
        '"男" = ["男性"]',
        "[[rule]]\n[[rule]]",
    ],
)
def test_chinese_punctuation_within_quotes_and_comments_is_nobody_s_fault(file, text):
    assert read_toml(file(text)).keys()


@given(st.text(alphabet="aé中“”\"'\\=#[]{},.: \n\t\r　是，＝【】/0123456789k", max_size=60))
def test_no_text_does_worse_than_faults(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(text, "utf-8", newline="")
    faults = ()
    try:
        read_toml(path).finish()
    except FaultyFile as faulty:
        faults = faulty.faults
    lines = len(re.split("\r?\r\n|\r|\n", text))
    assert all(fault.message and fault.line <= lines for fault in faults)
