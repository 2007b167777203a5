"""Answers: what stands in them, what must not, and what an admin's broken wording does."""

import dataclasses
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.attachments import Attachment
from intake.draft import FieldValue
from intake.kind import Kind
from intake.mime.message import Address, Trust
from intake.outcome import Answer, CaseChange, Outcome, State
from intake.submission import Reading, SubjectLine
from intake.values.values import Problem
from outbox import compose, wording
from outbox.compose import answers, check_wording, masked, message_id, reply_subject
from outbox.mime import build
from outbox.styles import inline
from rules.campaign import Batch, Campaign, Field, FieldType, SubjectGrammar
from rules.triage import Decision

VALUES = {
    "name": "张伟",
    "born": "1985-03",
    "unit": "某某桥梁公司",
    "years": 22,
    "phone": "13800001234",
    "story": "攻" * 612,
}
TYPES = {
    "name": ("姓名", FieldType.NAME, "李明"),
    "born": ("出生年月", FieldType.MONTH, "1985年3月"),
    "unit": ("工作单位", FieldType.TEXT, "某某公司"),
    "years": ("工作年限", FieldType.NUMBER, "20"),
    "phone": ("联系电话", FieldType.PHONE, "13800138000"),
    "story": ("事迹", FieldType.LONG_TEXT, ""),
}


@pytest.fixture
def campaign(tmp_path):
    (tmp_path / "mail").mkdir()
    return Campaign(
        name="invented",
        title="好故事征集",
        organiser="某某协会",
        case_prefix="HG",
        privacy="信息只用于本次征集，保存一年。",
        subject=SubjectGrammar(("好故事",), "好故事+单位+电话", "unit", "phone"),
        fields=tuple(
            Field(
                key,
                label,
                kind,
                required=True,
                example=example,
                ask=f"请写{label}。",
                unit="年" if key == "years" else "",
            )
            for key, (label, kind, example) in TYPES.items()
        ),
        batches=(Batch("第一批", date(2026, 3, 31)), Batch("长期", None)),
        stages=(),
        incomplete_stage="waiting",
        complete_stage="verify",
        form=None,
        form_titles=(),
        folder=tmp_path,
        identity=("name", "phone", "unit"),
    )


def change(*missing, number=None, problems=(), new=None, **values):
    fields = {k: FieldValue(v, str(v), "表.docx") for k, v in (VALUES | values).items() if k not in missing}
    added = fields if new is None else {k: fields[k] for k in new}
    return CaseChange(number, "invented", "表.docx", added, fields, missing, tuple(problems), Decision(), "第一批", "s")


def outcome(kind, *changes, problems=(), subject="好故事+某某公司+13800005678", held=None, references=()):
    reading = Reading(
        kind=Kind.SUBMISSION,
        reason="",
        campaign="invented",
        message_id="<m@example.com>",
        sender=Address("李娜", "li.na@example.com"),
        recipients=(),
        subject=SubjectLine(subject, None, None),
        submissions=(),
        attachments=(),
        problems=tuple(problems),
        defects=(),
        in_reply_to=(),
        references=references,
        case_numbers=(),
        trust=Trust.PASS,
        content_hash="",
        excerpt="",
    )
    answer = Answer(kind, "li.na@example.com", held) if kind else None
    return Outcome(reading, State.FILED, "", changes, answer)


def reply(result, campaign, **options):
    numbers = [c.number or f"HG-2026-0000{i}" for i, c in enumerate(result.changes, 1)]
    values = {"message": 7, "mailbox": "box", "address": "box@163.com", "round_": 1} | options
    (mail,) = answers(result, numbers, campaign, **values)
    return mail


def both(mail):
    """The plain text, after checking that the HTML says the same words."""
    shown = re.sub(r"<[^>]+>", "", re.sub(r"<(style|title).*?</\1>", "", mail.html, flags=re.DOTALL))
    for line in mail.text.splitlines():
        for number in re.findall(r"HG-2026-\d+|\d+ 字|\*{4}\d+", line):
            assert number in shown
    return mail.text


def test_no_answer_no_mail(campaign):
    assert answers(outcome(None), [], campaign, message=1, mailbox="b", address="b@163.com", round_=1) == []


def test_acknowledgement(campaign):
    mail = reply(outcome("acknowledgement", change()), campaign)
    assert mail.key == "HG-2026-00001/acknowledgement/1"
    assert (mail.to, mail.case, mail.cases, mail.message, mail.held) == (
        "li.na@example.com",
        "HG-2026-00001",
        ("HG-2026-00001",),
        7,
        None,
    )
    assert (mail.in_reply_to, mail.references) == ("<m@example.com>", ("<m@example.com>",))
    text = both(mail)
    for part in (
        "HG-2026-00001",
        "张伟",
        "第一批（截至 2026 年 3 月 31 日）",
        "接下来",
        "保存一年",
        "某某协会",
        "22 年",
    ):
        assert part in text
        assert part in mail.html


def test_what_says_much_of_a_person_is_not_repeated(campaign):
    mail = reply(outcome("acknowledgement", change()), campaign)
    for text in (mail.text, mail.html):
        assert "138****1234" in text
        assert "13800001234" not in text
        assert "1985" not in text
        assert "攻攻" not in text
        assert "612 字" in text
        assert "出生年月" in text  # that it was read is said


@pytest.mark.parametrize("value", ["看 http://x.example 有奖", "加微信 a@b.com", "<script>x</script>", "www.x.cn"])
def test_nobody_elses_link_travels_in_our_words(campaign, value):
    mail = reply(outcome("acknowledgement", change(unit=value, name=value)), campaign)
    assert value not in mail.text + mail.html
    assert "工作单位" in mail.text


def test_a_reason_that_quotes_a_link_is_told_without_it(campaign):
    bad = Problem("phone", "bad_phone", "「联系电话」写的是“http://x.example”，不是完整的电话号码。")
    odd = Problem("unit", "unclear_value", "「工作单位」写的是“www.x.cn”。")
    mail = reply(outcome("missing_fields", change("phone", problems=[bad, odd])), campaign)
    assert "联系电话\n     填写的内容无法识别。" in mail.text
    assert not re.search(r"http:|www", mail.text + mail.html)


def test_missing_fields_with_reason_example_and_lines_to_copy(campaign):
    bad = Problem("phone", "bad_phone", "「联系电话」写的是“1380”，不是完整的电话号码。")
    short = Problem("story", "story_too_short", "「事迹」现为 412 字，尚差 88 字。")
    text = both(reply(outcome("missing_fields", change("born", "phone", problems=[bad, short])), campaign))
    assert "还差 2 项" in text
    assert "1. 出生年月\n     请写出生年月。例如：1985年3月" in text
    assert f"2. 联系电话\n     {bad.message}例如：13800138000" in text
    assert "\n出生年月：\n联系电话：\n" in text
    assert text.count(short.message) == 1
    assert "直接回复" in text


def test_several_forms_get_one_reply(campaign):
    result = outcome("missing_fields", change("born"), change("phone", name="王芳"), change(name="陈建国"))
    mail = reply(result, campaign)
    assert mail.cases == ("HG-2026-00001", "HG-2026-00002", "HG-2026-00003")
    assert mail.key == "HG-2026-00001/missing_fields/1"
    assert "\n姓名：张伟\n出生年月：\n姓名：王芳\n联系电话：\n" in both(mail)


def test_twenty_forms_stay_a_short_mail(campaign):
    result = outcome("acknowledgement", *(change(name=f"张伟{i}") for i in range(20)))
    numbers = [f"HG-2026-{i:05}" for i in range(20)]
    (mail,) = answers(result, numbers, campaign, message=7, mailbox="b", address="b@163.com", round_=1)
    assert mail.subject.endswith("[HG-2026-00000、HG-2026-00001、HG-2026-00002 等 20 件]")
    assert len(mail.html) < 100_000  # some clients clip what is longer
    assert all(number in mail.text for number in numbers)


def test_a_follow_up_that_completes(campaign):
    mail = reply(outcome("acknowledgement", change(number="HG-2026-00009", new=["born"])), campaign, round_=2)
    assert mail.key == "HG-2026-00009/acknowledgement/2"
    assert "材料已齐" in mail.text
    assert "HG-2026-00009 本次补充：出生年月。" in both(mail)


def test_a_follow_up_that_helps_but_does_not_complete(campaign):
    text = both(reply(outcome("missing_fields", change("phone", number="HG-2026-00009", new=["born"])), campaign))
    assert "刚补充的出生年月已记入 HG-2026-00009" in text
    assert "还差 1 项" in text


def test_unreadable_attachment(campaign):
    problem = Problem(None, "unreadable_attachment", "附件“表.wps”打不开，请另存为 .docx 后重发。")
    result = outcome("unreadable_attachment", change(*VALUES, problems=[problem]), problems=[problem])
    mail = reply(result, campaign, form=("空白表.docx", b"PK"))
    assert mail.text.count(problem.message) == 1
    assert mail.attachments == (("空白表.docx", b"PK"),)
    assert "空白表" in mail.text
    assert "姓名：\n出生年月：\n" in both(mail)
    without = reply(result, campaign)
    assert (without.attachments, "空白表" in without.text) == ((), False)


def test_the_form_comes_along_only_where_much_is_missing(campaign):
    form = ("空白表.docx", b"PK")
    few, many = outcome("missing_fields", change("born")), outcome("missing_fields", change(*VALUES))
    assert reply(few, campaign, form=form).attachments == ()
    assert reply(many, campaign, form=form).attachments == (form,)


def test_a_possible_duplicate_is_for_staff_alone(campaign):
    twin = Problem(None, "possible_duplicate", "可能与 HG-2026-00777 是同一人")
    mail = reply(outcome("acknowledgement", change(problems=[twin])), campaign)
    assert "00777" not in mail.text + mail.html


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            "附件《中奖请看 https://a.example.com .wps》打不开，请另存为 .docx 后重发。",
            "附件打不开，请另存为 .docx 后重发。",
        ),
        ("附件《》https://a.example.com《.wps》打不开。", "附件打不开。"),
        ("附件《x》www.example.com 打不开。", "有文件没能读出来，请把征集表存为 Word 文档（.docx）后重新发来。"),
    ],
)
def test_nobodys_advertisement_travels_in_the_name_of_a_file(campaign, message, told):
    problem = Problem(None, "unreadable_attachment", message)
    other = Problem(None, "subject_format", "邮件主题写的是“www.example.com”，与通知要求的写法不同。")
    mail = reply(outcome("unreadable_attachment", change(*VALUES), problems=[problem, other]), campaign)
    assert told in mail.text
    assert "example.com" not in mail.text + mail.html


def test_held_stays_held(campaign):
    assert reply(outcome("acknowledgement", change(), held="身份未通过验证"), campaign).held == "身份未通过验证"


@pytest.mark.parametrize(
    ("subject", "numbers", "expected"),
    [
        ("好故事+单位", ["HG-2026-00012"], "Re: 好故事+单位 [HG-2026-00012]"),
        ("回复：Re: 好故事 [HG-2026-00012]", ["HG-2026-00012"], "Re: 好故事 [HG-2026-00012]"),
        ("Fwd: 转发：好故事", [], "Re: 好故事"),
        ("", ["HG-2026-00012"], "Re: 您的来信 [HG-2026-00012]"),
        ("a\r\nBcc: x@y", [], "Re: a Bcc: x@y"),
        ("好故事+单位+13800138000", [], "Re: 好故事+单位+138****8000"),
        ("好故事+单位+138 0013 8000、023-67891234", [], "Re: 好故事+单位+138****8000、023-****1234"),
        ("中奖 https://example.com", ["HG-2026-00012"], "Re: 您的来信 [HG-2026-00012]"),
        ("长" * 200, ["HG-2026-00012"], "Re: " + "长" * 79 + "… [HG-2026-00012]"),
        ("好", ["A-2026-1", "A-2026-2", "A-2026-3", "A-2026-4"], "Re: 好 [A-2026-1、A-2026-2、A-2026-3 等 4 件]"),
    ],
)
def test_reply_subject(subject, numbers, expected):
    assert reply_subject(subject, numbers) == expected


def test_the_message_id_is_fixed_by_the_key():
    one = message_id("HG-2026-00012/missing_fields/1", "a@b.com", "box@163.com")
    assert re.fullmatch(r"<yugong-intake\.HG-2026-00012\.missing_fields\.1\.[0-9a-f]{12}@163\.com>", one)
    assert one == message_id("HG-2026-00012/missing_fields/1", "a@b.com", "box@163.com")
    assert one != message_id("HG-2026-00012/missing_fields/2", "a@b.com", "box@163.com")
    assert one != message_id("HG-2026-00012/missing_fields/1", "a@b.com", "box@163.com", salt="of the mail it answers")
    assert "a@b.com" not in message_id("digest/2026-11-20/a@b.com", "a@b.com", "box@163.com")


@pytest.mark.parametrize(
    ("phone", "shown"), [("13800001234", "138****1234"), ("023-67891234", "023-****1234"), ("123", "****")]
)
def test_masked(phone, shown):
    assert masked(phone) == shown


@given(st.text(max_size=60), st.text(max_size=60), st.lists(st.text(max_size=30), max_size=3))
def test_whatever_a_sender_wrote_can_be_answered(subject, value, references):
    values = {key: value for key in VALUES if key != "years"}
    result = outcome("missing_fields", change("born", **values), subject=subject, references=tuple(references))
    mail = reply(result, built_in_campaign())
    assert build(mail, "某某协会", "box@163.com", compose_date()).isascii()


def built_in_campaign():
    fields = tuple(Field(key, label, kind, required=True) for key, (label, kind, _) in TYPES.items())
    return Campaign(
        "x", "好故事征集", "协会", "HG", "", SubjectGrammar(("好",), ""), fields, (), (), "a", "b", None, (),
        wording.BUILT_IN, None, ("name",),
    )  # fmt: skip


def compose_date():
    from datetime import UTC, datetime

    return datetime(2026, 3, 1, tzinfo=UTC)


# --- wording files ---


def write(campaign, name, text):
    (campaign.folder / "mail" / name).write_text(text, "utf-8")


def test_the_campaigns_own_words(campaign):
    write(campaign, "acknowledgement.txt", "\ufeff谢谢 {{ cases[0].nominee }}！")  # as Notepad saves it
    write(campaign, "acknowledgement.html", "<p>谢谢 {{ cases[0].nominee }} & co</p>")
    mail = reply(outcome("acknowledgement", change()), campaign)
    assert mail.text == "谢谢 张伟！\n"
    assert check_wording(campaign) == []


@pytest.mark.parametrize(
    "broken",
    ["{{ nosuch }}", "{% for x in %}", "{{ 1 + 'a' }}", "{% include 'gone.txt' %}"],
)
def test_a_broken_file_costs_its_words_never_the_answer(campaign, broken):
    write(campaign, "acknowledgement.txt", "好\n\n" + broken)
    write(campaign, "acknowledgement.html", "<p>好</p>")
    mail = reply(outcome("acknowledgement", change()), campaign)
    assert "HG-2026-00001" in mail.text
    assert "HG-2026-00001" in mail.html


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("您好\n{{ organizer }}", 2, "没有名为“organizer”的变量"),
        ("您好\n\n{{ cases[0].nominees }}", 3, "没有名为“nominees”的内容"),
        ("{% fro case in cases %}", 1, "不认识的指令“fro”"),
        ("您好\n{% for case in cases %}\n{{ case.number }}", 3, "有一段没有结束"),
        ("{% for case in cases %}\n{% if case.complete %}\n{% endfor %}", 3, "有一段 if 没有结束"),
        ("{{ title | shout }}", 1, "没有名为“shout”的过滤器"),
        ("{{ title }", 1, "写法不完整或多了符号“}”"),
        ("{% extends 'fram.txt' %}", 1, "找不到模板“fram.txt”"),
        ("您好\n｛｛ asked ｝｝", 2, "花括号和百分号要用英文的"),
        ("您好\n{％ if asked ％}", 2, "花括号和百分号要用英文的"),
        ("您好\n{ { asked } }", 2, "花括号和百分号要用英文的"),
    ],
)
def test_check_names_file_line_and_mend(campaign, text, line, message):
    write(campaign, "completed.txt", text)
    write(campaign, "completed.html", "<p>好</p>")
    (fault,) = check_wording(campaign)
    assert (fault.file, fault.line) == (campaign.folder / "mail" / "completed.txt", line)
    assert message in fault.message
    assert fault.mend.endswith("。")
    assert not fault.reminder


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("acknowlegement.txt", "好", "未知文件"),
        ("completed.txt", "好", "缺少文件"),
        ("completed.html", "<a href='http://x'>点这里</a>", "含有链接"),
    ],
)
def test_reminders(campaign, name, content, code):
    write(campaign, name, content)
    faults = check_wording(campaign)
    assert code in {fault.code for fault in faults}
    assert all(fault.reminder for fault in faults)


def test_a_file_in_another_encoding(campaign):
    (campaign.folder / "mail" / "completed.txt").write_bytes("您好".encode("gb18030"))
    write(campaign, "completed.html", "<p>好</p>")
    (fault,) = check_wording(campaign)
    assert fault.code == "编码不符"


def test_a_changed_file_is_used_at_once(campaign):
    import os

    for content, stamp in (("一", 1_000_000_000), ("二", 1_000_000_100)):
        for ending in ("txt", "html"):
            write(campaign, f"acknowledgement.{ending}", content)
            os.utime(campaign.folder / "mail" / f"acknowledgement.{ending}", (stamp, stamp))
        assert reply(outcome("acknowledgement", change()), campaign).text == f"{content}\n"


def test_what_could_hardly_be_made_out_is_asked_about_politely(campaign):
    whole = change()
    hazy = {key: dataclasses.replace(v, confidence=0.4) if key == "phone" else v for key, v in whole.fields.items()}
    asked = reply(outcome("acknowledgement", dataclasses.replace(whole, new_values=hazy, fields=hazy)), campaign)
    for text in (asked.text, asked.html):
        assert "字迹不够清楚" in text
        assert "“联系电话：……”" in text
        assert "只是有一点要请您看看" in text
        assert "不用再做什么" not in text
    told_before = dataclasses.replace(whole, number="HG-2026-00001", new_values={}, fields=hazy)
    assert "字迹不够清楚" not in reply(outcome("acknowledgement", told_before), campaign).text


@pytest.mark.parametrize(
    ("key", "said", "told"),
    [
        ("phone", ("13800001234", "13800005678"), "写作“138****1234”，在《扫描件.pdf》中写作“138****5678”"),
        ("unit", ("某某公司", "某某集团"), "写作“某某公司”，在《扫描件.pdf》中写作“某某集团”"),
        ("born", ("1985-03", "1986-03"), "「出生年月」在几份材料里写得不一样"),
    ],
)
def test_two_files_that_differ_are_told_as_discreetly_as_values_are(campaign, key, said, told):
    label = campaign.field(key).label
    message = (
        f"「{label}」在《表.docx》中写作“{said[0]}”，在《扫描件.pdf》中写作“{said[1]}”，暂以《表.docx》为准，请确认。"
    )
    odd = Problem(key, "conflicting_values", message)
    for kind in ("acknowledgement", "missing_fields"):
        mail = reply(outcome(kind, change(problems=[odd])), campaign)
        for text in (mail.text, mail.html):
            assert told in text
            assert "不用再做什么" not in text


@pytest.mark.parametrize(
    ("file", "source", "told"),
    [
        (("报名表.exe", "rejected"), "表.docx", "附件《报名表.exe》是程序，为了安全没有打开。"),
        (("http://广告.exe", "rejected"), "表.docx", "附件是程序，为了安全没有打开。"),
        (("表.docx", "form"), "subject", "附件《表.docx》里的征集表还没有填写，是不是发错了文件？"),
        (("表.docx", "form"), "表.docx", None),
        (("报名表.exe", "rejected"), "subject", "为了安全没有打开。请把征集表存为 Word 文档（.docx）发来。"),
        (("视频.mp4", "evidence"), "subject", "附件《视频.mp4》里没有读到征集表。"),
        (("照片.jpg", "evidence"), "表.docx", None),
        (("标志.png", "inline"), "subject", "来信没有附件，正文里也没有读到征集表的内容，是不是忘了添加附件？"),
    ],
)
def test_a_program_and_a_blank_form_are_spoken_of(campaign, file, source, told):
    name, role = file
    asked = outcome("missing_fields", dataclasses.replace(change("story"), source=source))
    files = (Attachment(name, "application/octet-stream", 9, role, "", "2"),)
    mail = reply(dataclasses.replace(asked, reading=dataclasses.replace(asked.reading, attachments=files)), campaign)
    for text in (mail.text, mail.html):
        assert told in text if told else "附件" not in text


@pytest.mark.parametrize("template", wording.TEMPLATES)
def test_the_shipped_wording_is_whole_and_says_the_same_twice(campaign, template):
    from pathlib import Path

    for folder in (wording.BUILT_IN, *Path(__file__).parents[2].glob("rules/*/mail")):
        shipped = dataclasses.replace(campaign, folder=folder.parent)
        assert check_wording(shipped) == [] or folder == wording.BUILT_IN
        text, html = wording._render(folder, template, compose.sample(campaign, template))
        assert "HG-2026-00012" in text
        assert "HG-2026-00013" in html
        assert not re.search(r"https?:|<img|<style|class=\"\"", inline(html))


def test_an_answer_that_only_contradicts_is_not_called_a_supplement(campaign):
    odd = Problem("unit", "conflicting_values", "「工作单位」与先前所填不同（先前“甲厂”，这次“乙厂”），核对后再定。")
    text = both(reply(outcome("acknowledgement", change(number="HG-2026-00009", new=[], problems=[odd])), campaign))
    assert "由工作人员核对" in text
    assert "\n\n· 「工作单位」与先前所填不同（先前“甲厂”，这次“乙厂”），核对后再定。\n" in text
    assert "材料已齐" not in text


def test_a_contradicted_birth_is_told_without_the_day(campaign):
    odd = Problem(
        "born", "conflicting_values", "「出生年月」与先前所填不同（先前“1985-03”，这次“1986-03”），核对后再定。"
    )
    text = both(reply(outcome("acknowledgement", change(number="HG-2026-00009", new=[], problems=[odd])), campaign))
    assert "「出生年月」与先前所填不同，核对后再定。" in text
    assert "198" not in text


@pytest.mark.parametrize("kind", ["missing_fields", "unreadable_attachment"])
def test_who_answers_is_thanked_for_the_answer(campaign, kind):
    locked = Problem(None, "encrypted_attachment", "附件《表.zip》设置了密码，打不开。")
    for number, told in ((None, False), ("HG-2026-00009", True)):
        text = both(reply(outcome(kind, change("story", number=number), problems=[locked]), campaign))
        assert ("您好！谢谢您的回复。" in text) == told


def test_files_with_the_same_trouble_are_named_in_one_sentence(campaign):
    photos = [
        Problem(None, "unreadable_attachment", f"附件《{i}.jpg》是图片（jpg），系统不能直接读取。") for i in (1, 2)
    ]
    locked = Problem(None, "encrypted_attachment", "附件《表.zip》设置了密码，打不开。")
    mail = reply(outcome("unreadable_attachment", change("story"), problems=[*photos, locked]), campaign)
    for text in (mail.text, mail.html):
        assert "附件《1.jpg》《2.jpg》是图片（jpg），系统不能直接读取。" in text
        assert "附件《表.zip》设置了密码，打不开。" in text


def test_why_nothing_was_read_comes_before_what_is_asked_for(campaign):
    asked = outcome("missing_fields", dataclasses.replace(change("story", "phone"), source="subject"))
    blank = (Attachment("表.docx", "application/msword", 9, "form", "", "2"),)
    mail = reply(dataclasses.replace(asked, reading=dataclasses.replace(asked.reading, attachments=blank)), campaign)
    for text in (mail.text, mail.html):
        assert text.count("还没有填写，是不是发错了文件？") == 1
        assert text.index("还没有填写，是不是发错了文件？") < text.index("怎么回复")


def test_a_story_off_its_length_is_registered_all_the_same(campaign):
    short = Problem("story", "story_too_short", "「核心事迹」现为 225 字，尚差 275 字。")
    whole = change(problems=[short])
    mail = reply(outcome("acknowledgement", whole), campaign)
    for text in (mail.text, mail.html):
        assert "现为 225 字，尚差 275 字。不影响登记；方便的话，可以回复这封邮件补充一些细节。" in text
    hazy = whole.fields | {"story": dataclasses.replace(whole.fields["story"], confidence=0.4)}
    unsure = dataclasses.replace(whole, fields=hazy, new_values=hazy)
    assert "尚差" not in reply(outcome("acknowledgement", unsure), campaign).text


def test_many_files_with_the_same_trouble_are_counted(campaign):
    photos = [Problem(None, "unreadable_attachment", f"附件《{i}.jpg》是图片（jpg）。") for i in range(7)]
    mail = reply(outcome("unreadable_attachment", change("story"), problems=photos), campaign)
    assert "附件《0.jpg》《1.jpg》《2.jpg》等 7 个文件是图片（jpg）。" in mail.text


def test_who_sent_a_picture_learns_that_a_machine_has_read_it(campaign):
    whole = change()
    sure = {key: dataclasses.replace(value, confidence=0.97) for key, value in whole.fields.items()}
    mail = reply(outcome("acknowledgement", dataclasses.replace(whole, new_values=sure, fields=sure)), campaign)
    for text in (mail.text, mail.html):
        assert "内容是从图片里自动认出来的" in text
        assert "现在不用再做什么" in text
    assert "图片" not in reply(outcome("acknowledgement", whole), campaign).text


@pytest.mark.parametrize("code", ["large_attachment_link", "encrypted_attachment", "unreadable_attachment"])
def test_what_came_beside_a_complete_form_and_could_not_be_had_is_told(campaign, code):
    problem = Problem(None, code, "附件《获奖证书.rar》系统解不开。请改用 zip 压缩后重新发来。")
    mail = reply(outcome("acknowledgement", change(), problems=[problem]), campaign)
    assert "《获奖证书.rar》" in mail.text
    assert "《获奖证书.rar》" in mail.html
    assert "不用再做什么" not in mail.text
