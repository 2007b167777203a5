"""A reply's own words, apart from what it quotes or passes on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.quotes import split_reply

OURS = "您的来信缺少：出生年月"
NEW = "出生年月：1975-03"

REPLIES = {
    "QQ web and app": f'{NEW}\n\n\n------------------ 原始邮件 ------------------\n发件人: "工程师协会" <ceacq@163.com>;\n发送时间: 2026年9月24日(星期三) 下午3:00\n收件人: "张伟"<z@qq.com>;\n主题: 回复\n\n{OURS}',
    "QQ, other dashes, nbsp": f'{NEW}\n\n---原始邮件---\n发件人:\u00a0"x"<a@b.cn>\n{OURS}',
    "163 web": f'{NEW}\n\n\n在 2026-09-24 15:00:00，"ceacq" <ceacq@163.com> 写道：\n\n{OURS}',
    "163 web, English": f'{NEW}\n\nAt 2026-09-24 15:00:00, "ceacq" <ceacq@163.com> wrote:\n{OURS}',
    "163 web with marks": f"{NEW}\n\n在 2026-09-24 15:00:00，ceacq <ceacq@163.com> 写道：\n> {OURS}\n> 谢谢",
    "163 app": f"{NEW}\n\n---- 回复的原邮件 ----\n| 发件人 | ceacq |\n{OURS}",
    "163 app, table alone": f"{NEW}\n\n| 发件人 | ceacq<ceacq@163.com> |\n| 日期 | 2026年09月24日 15:00 |\n| 收件人 | z@x.cn |\n| 主题 | 回复 |\n{OURS}",
    "Foxmail": f"{NEW}\n\n\n发件人： 工程师协会\n发送时间： 2026-09-24 15:00\n收件人： 张伟\n主题： 回复\n{OURS}",
    "Outlook": f"{NEW}\n\n________________________________\n发件人: ceacq <ceacq@163.com>\n发送时间: 2026年9月24日 15:00\n收件人: 张伟 <z@x.cn>\n主题: 回复\n\n{OURS}",
    "Outlook, English": f"{NEW}\n\n-----Original Message-----\nFrom: ceacq\nSent: Thursday\nTo: z\nSubject: x\n{OURS}",
    "iPhone": f"{NEW}\n\n发自我的iPhone\n\n> 在 2026年9月24日，15:00，ceacq <ceacq@163.com> 写道：\n> \n> {OURS}",
    "iPhone, folded attribution": f"{NEW}\n\nOn Sep 24, 2026, at 15:00, ceacq\n<ceacq@163.com> wrote:\n\n{OURS}",
    "Gmail": f"{NEW}\n\nceacq <ceacq@163.com> 于2026年9月24日周四 15:00写道：\n\n> {OURS}",
    "Samsung": f"{NEW}\n\n-------- 原始消息 --------\n自: ceacq <ceacq@163.com>\n日期: 2026/9/24 15:00 (GMT+08:00)\n收件人: z\n主题: x\n\n{OURS}",
    "139": f"{NEW}\n\n----邮件原文----\n发件人：ceacq\n收件人：z\n抄 送： (无)\n主题：x\n\n{OURS}",
    "marks alone": f"{NEW}\n> {OURS}\n>> 更早",
    "written below the quote": f"在 2026-09-24 15:00:00，ceacq <ceacq@163.com> 写道：\n> {OURS}\n\n{NEW}",
}  # fmt: skip


@pytest.mark.parametrize("text", REPLIES.values(), ids=REPLIES.keys())
def test_the_quote_is_set_aside(text):
    split = split_reply(text)
    assert split.new.strip("_\n ") == NEW
    assert OURS in split.quoted
    assert split.forwarded == ""


CONTENT = "姓名：张伟\n性别：男"
FORWARDS = {
    "163": f'请查收\n\n-------- 转发邮件信息 --------\n发件人："x" <a@b.cn>\n发送日期：2026-09-24 15:00:00\n收件人：y@z.cn\n主题：线索\n\n{CONTENT}',
    "163 app": f"请查收\n---- 转发的原邮件 ----\n发件人: x\n日期: 2026年9月24日\n收件人: y\n主题: 线索\n{CONTENT}",
    "Gmail": f"请查收\n\n---------- Forwarded message ---------\nFrom: x <a@b.cn>\nDate: 2026\nSubject: 线索\nTo: y\n\n{CONTENT}",
    "iPhone": f"请查收\n\n开始转发的邮件：\n\n发件人: x\n日期: 2026\n收件人: y\n主题: z\n\n{CONTENT}",
}  # fmt: skip
FORWARDS_BY_SUBJECT = {
    "QQ": f'请查收\n\n------------------ 原始邮件 ------------------\n发件人: "x" <a@b.cn>;\n发送时间: 2026年9月24日(星期三) 下午3:00\n收件人: y;\n主题: 线索\n\n{CONTENT}',
    "Outlook": f"请查收\n\n发件人: x <a@b.cn>\n发送时间: 2026年9月24日 15:00\n收件人: y\n主题: 线索\n\n{CONTENT}",
}  # fmt: skip


@pytest.mark.parametrize("forward", [False, True])
@pytest.mark.parametrize("text", FORWARDS.values(), ids=FORWARDS.keys())
def test_what_is_forwarded_is_the_content(text, forward):
    split = split_reply(text, forward=forward)
    assert (split.new, split.forwarded) == ("请查收", CONTENT)


@pytest.mark.parametrize("text", (FORWARDS | FORWARDS_BY_SUBJECT).values(), ids=(FORWARDS | FORWARDS_BY_SUBJECT).keys())
def test_what_is_forwarded_under_marks_is_the_content(text):
    head, below = text.split("\n", 1)
    marked = "\n".join(f"> {line}" for line in below.split("\n"))
    assert split_reply(f"{head}\n{marked}", forward=True).forwarded == CONTENT


@pytest.mark.parametrize("text", FORWARDS_BY_SUBJECT.values(), ids=FORWARDS_BY_SUBJECT.keys())
def test_a_bare_header_block_forwards_only_under_a_forwarding_subject(text):
    assert split_reply(text, forward=True).forwarded == CONTENT
    assert split_reply(text).forwarded == ""
    assert CONTENT in split_reply(text).quoted


@pytest.mark.parametrize(
    "line",
    [
        "发自我的iPhone",
        "发自我的 华为手机",
        "发自我的小米手机",
        "来自 QQ邮箱 App",
        "发自网易邮箱大师",
        "Sent from my iPhone",
        "从我的iPhone发送",
        "获取 Outlook for iOS",
    ],
)
def test_a_phones_signature_is_no_new_text(line):
    assert split_reply(f"{NEW}\n\n{line}").new == NEW
    assert not split_reply(line).new.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        NEW,
        "2019年，他在日记里写道：\n“干一行，爱一行。”",
        "发件人：张伟\n单位：某某公司",
        "他于1998年来到重庆，从我的视角看，他是手机行业的先锋。",
        "主题：匠心\n事迹：日期：2024年",
    ],
)
def test_a_story_is_not_cut(text):
    assert split_reply(text).new == text
    assert split_reply(text).quoted == ""


@given(st.text(), st.booleans())
def test_any_text_is_split(text, forward):
    split = split_reply(text, forward=forward)
    assert isinstance(split.new, str)


@given(
    st.lists(
        st.sampled_from(
            [
                NEW,
                OURS,
                "> x",
                "发件人: x",
                "主题: y",
                "日期: z",
                "在 2026-09-24 15:00 a@b 写道：",
                "--- 原始邮件 ---",
                "发自我的iPhone",
                "",
            ]
        )
    )
)
def test_no_line_is_doubled(lines):
    split = split_reply("\n".join(lines))
    whole = f"{split.new}\n{split.quoted}\n{split.forwarded}"
    assert whole.count(OURS) == lines.count(OURS)
    assert whole.count(NEW) == lines.count(NEW)
