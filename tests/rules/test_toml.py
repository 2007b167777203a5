"""What admins type into TOML: read with its places, or refused with every fault named in Chinese."""

import tomllib
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.fault import FaultyFile
from rules.place import locate
from rules.toml import read_toml


@pytest.fixture
def file(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "campaign.toml"
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return path

    return write


def faults_of(path, read=lambda table: None):
    """(line, column, what the caret covers, code, mend) of each fault."""

    def whole():
        table = read_toml(path)
        read(table)
        table.finish()

    with pytest.raises(FaultyFile) as caught:
        whole()
    assert all(fault.file == path and fault.message for fault in caught.value.faults)
    return [(f.line, f.column, f.source[f.column - 1 :][: f.length], f.code, f.mend) for f in caught.value.faults]


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
    ('why = """开头\n没有结尾', 1, '"""', "没有收尾", '"""'),
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


@pytest.mark.parametrize(
    ("data", "code", "mend"),
    [
        ('title = "征集"'.encode("gbk"), "编码不对", "另存为 UTF-8"),
        ('title = "征集"'.encode("utf-16"), "编码不对", "另存为 UTF-8"),
    ],
)
def test_a_file_of_another_encoding(file, data, code, mend):
    (fault,) = faults_of(file(data))
    assert fault[3] == code
    assert mend in fault[4]


@pytest.mark.parametrize(
    "data", ["\ufefftitle = '征集'\r\n[a]\r\nb = 1\r\n".encode(), b"title = '\xe5\xbe\x81\xe9\x9b\x86'\n[a]\nb = 1"]
)
def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(file, data):
    table = read_toml(file(data))
    assert table.text("title") == "征集"
    assert table.table("a").place("b") == (3, 5)


def test_a_missing_file_and_a_folder(tmp_path):
    for path, code in [(tmp_path / "x.toml", "没有这个文件"), (tmp_path, "读不了文件")]:
        assert faults_of(path)[0][3] == code


TYPED = """\
name = "甲"
years = 20
share = 0.5
stop = true
until = 2026-03-31
at = "08:30"
tags = ["一", "二"]
delays = [60, 0.5]
none = []
"""


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda t: t.text("name"), "甲"),
        (lambda t: t.text("other", None), None),
        (lambda t: t.text("other", "乙"), "乙"),
        (lambda t: t.integer("years"), 20),
        (lambda t: t.number("years"), 20),
        (lambda t: t.number("share"), 0.5),
        (lambda t: t.number("other", 0), 0),
        (lambda t: t.boolean("stop"), True),
        (lambda t: t.boolean("other", False), False),
        (lambda t: t.day("until"), date(2026, 3, 31)),
        (lambda t: t.clock("at"), time(8, 30)),
        (lambda t: t.texts("tags"), ("一", "二")),
        (lambda t: t.texts("none"), ()),
        (lambda t: t.texts("other", ("三",)), ("三",)),
        (lambda t: t.numbers("delays"), (60, 0.5)),
        (lambda t: t.choice("name", ("甲", "乙")), "甲"),
        (lambda t: t.has("other"), False),
        (lambda t: t.tables("other"), ()),
        (lambda t: t.table("other").text("x", "y"), "y"),
    ],
)
def test_values_by_type(file, read, value):
    assert read(read_toml(file(TYPED))) == value


WRONG = [
    ("name = 3", lambda t: t.text("name"), "3", "类型不符", 'name = "3"'),
    ('years = "20"', lambda t: t.integer("years"), '"20"', "类型不符", "years = 20"),
    ("years = 2.5", lambda t: t.integer("years"), "2.5", "类型不符", "years = "),
    ('years = "20年"', lambda t: t.integer("years", 7), '"20年"', "类型不符", "years = 20。"),
    ('years = "二十"', lambda t: t.integer("years", 7), '"二十"', "类型不符", "years = 7。"),
    ("form = false", lambda t: t.choice("form", ("auto", "off"), "auto"), "false", "类型不符", 'form = "off"。'),
    ("form = true", lambda t: t.choice("form", ("auto", "off"), "auto"), "true", "类型不符", 'form = "auto"。'),
    ('stop = "off"', lambda t: t.boolean("stop"), '"off"', "类型不符", "stop = false。"),
    ("years = true", lambda t: t.number("years", 1), "true", "类型不符", "years = "),
    ("years = inf", lambda t: t.number("years", 1), "inf", "类型不符", "years = "),
    ('stop = "是"', lambda t: t.boolean("stop"), '"是"', "类型不符", "stop = true"),
    ("stop = 1", lambda t: t.boolean("stop"), "1", "类型不符", "stop = true"),
    ('until = "三月"', lambda t: t.day("until", None), '"三月"', "类型不符", "2026-03-31"),
    ("until = 2026-03-31T08:00:00", lambda t: t.day("until"), "2026-03-31T08:00:00", "类型不符", "2026-03-31"),
    ('at = "25:00"', lambda t: t.clock("at"), '"25:00"', "类型不符", '"08:30"'),
    ('tags = "一"', lambda t: t.texts("tags"), '"一"', "类型不符", 'tags = ["一"]'),
    ('tags = ["一", 2]', lambda t: t.texts("tags", ()), "2", "类型不符", '"2"'),
    ('n = [1, "2"]', lambda t: t.numbers("n"), '"2"', "类型不符", "2"),
    ('form = "丙"', lambda t: t.choice("form", ("甲", "乙")), '"丙"', "没有这个选项", "甲、乙"),
    ("x = 1\n", lambda t: (t.text("x", ""), t.text("name")), "1", "类型不符", "x = "),
    ("[rule]", lambda t: [r.text("w", "") for r in t.tables("rule")], "[rule]", "类型不符", "[[rule]]"),
    ("[[a]]\n[[a]]", lambda t: t.table("a"), "[[a]]", "类型不符", "[a]"),
    ("a = 1", lambda t: t.table("a"), "1", "类型不符", "[a]"),
]


@pytest.mark.parametrize(("text", "read", "covered", "code", "mend"), WRONG)
def test_a_wrong_value_names_what_was_written_and_what_is_meant(file, text, read, covered, code, mend):
    fault = faults_of(file(text), read)[-1]
    assert (fault[2], fault[3]) == (covered, code)
    assert mend in fault[4]


def test_a_missing_setting_gives_an_example(file):
    root = read_toml(file("[[mailbox]]\n"))
    root.tables("mailbox")[0].text("name", example="ceacq")
    (fault,) = root.faults
    assert (fault.line, fault.code) == (1, "缺少设置")
    assert fault.message == "第 1 个 [[mailbox]] 里缺少「name」。"
    assert 'name = "ceacq"' in fault.mend


def test_unknown_settings_anywhere_come_with_the_nearest_right_one(file):
    def read(root):
        service = root.table("service")
        service.text("timezone", "")
        service.text("data", "")
        for person in root.table("staff").tables("people"):
            person.text("role", "")

    text = '[service]\ntimezon = "x"\n[staff]\npeople = [{ role = "a" }, { rol = "b" }]\n[servce]\nx = 1\n'
    assert faults_of(file(text), read) == [
        (2, 1, "timezon", "未知设置", "应为「timezone」。"),
        (4, 29, "rol", "未知设置", "应为「role」。"),
        (5, 2, "servce", "未知设置", "应为「service」。"),
    ]


def test_a_reminder_does_not_stop_the_file(file):
    table = read_toml(file("x = 1"))
    table.integer("x")
    table.fault("x", "提醒", "看一眼。", "", reminder=True)
    table.finish()
    assert [f.code for f in table.faults] == ["提醒"]


PLACES = """\
# [[rule]] in a comment
title = "说 [[rule]]"   # why = "x"
[[rule]]
why = '''
[[rule]]
'''
"标签" = ["一",
  "二"]   # 两个
[rule.expect]
not = { a = 1, "b c" = [ {d = 2} ] }
[[rule]]
why = "a\\"b = c"
x.y = 3
"""


def test_places_are_those_of_the_text(file):
    root = read_toml(file(PLACES))
    first, second = root.tables("rule")
    assert root.place("title") == (2, 9)
    assert (first.line, second.line) == (3, 11)
    assert first.place("why") == (4, 7)
    assert first.key_place("标签") == (7, 1)
    assert first.item_place("标签", 1) == (8, 3)
    assert first.table("expect").line == 9
    assert first.table("expect").table("not").place("a") == (10, 13)
    assert first.table("expect").table("not").tables("b c")[0].place("d") == (10, 31)
    assert second.raw("why") == '"a\\"b = c"'
    assert second.table("x").place("y") == (13, 7)
    assert root.source(13) == "x.y = 3"


def same_shape(value, spot):
    if isinstance(value, dict):
        assert set(value) == set(spot.children)
        return all(same_shape(value[key], spot.children[key]) for key in value)
    if isinstance(value, list):
        return len(value) == len(spot.items) and all(map(same_shape, value, spot.items))
    return tomllib.loads("x = " + spot.raw)["x"] == value


def quoted(text):
    return '"' + "".join(f"\\u{ord(c):04x}" if c in '"\\\n\t' else c for c in text) + '"'


WORDS = st.text(alphabet="aé中“”\"'\\=#[]{},. \n\t是，＝", max_size=12).map(quoted)
OTHERS = st.sampled_from(["1", "-2.5", "true", "2026-01-01", "08:30:00", "'''a\n]'''", '"""x\n[[y]]"""'])
VALUES = st.recursive(
    WORDS | OTHERS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[ " + ",\n ".join(items) + " ]"),
        st.lists(inner, max_size=2).map(lambda vs: "{ " + ", ".join(f"k{n} = {v}" for n, v in enumerate(vs)) + " }"),
    ),
    max_leaves=6,
)


@given(
    st.lists(st.tuples(st.sampled_from(["", "[t{}]\n", "[[many]]\n", "[[many]]\n[many.sub]\n"]), VALUES), max_size=5)
)
def test_every_value_that_tomllib_reads_is_found_where_it_stands(pairs):
    text = "".join(f"{head.format(n)}key{n} = {value} # c\n" for n, (head, value) in enumerate(pairs))
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # a line break within { }
    assert same_shape(values, locate(text))


@given(st.text(alphabet="aé中“”\"'\\=#[]{},.: \n\t\r　是，＝【】/0123456789k", max_size=60))
def test_no_text_does_worse_than_faults(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(text, "utf-8", newline="")
    faults = ()
    try:
        read_toml(path).finish()
    except FaultyFile as faulty:
        faults = faulty.faults
    assert all(fault.message and fault.line <= text.count("\n") + 1 for fault in faults)
