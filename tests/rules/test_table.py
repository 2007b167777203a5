"""An admin's values by type: read with their places, or refused with every fault named in Chinese."""

from datetime import date, time

import pytest
from faults import faults_of

from rules.toml.table import read_toml


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
    "data",
    [
        "\ufefftitle = '征集'\r\n[a]\r\nb = 1\r\n".encode(),
        b"title = '\xe5\xbe\x81\xe9\x9b\x86'\n[a]\nb = 1",
        "title = '征集'\r[a]\rb = 1\r".encode(),
        "title = '征集'\r\r\n[a]\r\r\nb = 1\r\r\n".encode(),
    ],
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
    ('at = "8点半"', lambda t: t.clock("at", time(9, 5)), '"8点半"', "类型不符", 'at = "09:05"。'),
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


def test_a_setting_of_another_table_is_told_where_it_belongs(file):
    def read(root):
        root.table("digest").text("at", "")
        for mailbox in root.tables("mailbox"):
            mailbox.integer("send_per_hour", 60)

    (fault,) = faults_of(file("[[mailbox]]\n[digest]\nsend_per_hour = 5\n"), read)
    assert fault[2:] == ("send_per_hour", "未知设置", "它是第 1 个 [[mailbox]] 里的设置，请移到那一段。")


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
