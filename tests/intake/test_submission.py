"""Whole mails, and what is read out of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import docx as python_docx
import pytest
from forms import LABELS, STORY, ZHANG_WEI, blank_form, filled_form, saved
from hypothesis import given, settings
from hypothesis import strategies as st
from letters import File, Letter, foxmail, netease_web, outlook, phone, qq_web

from intake.draft import Draft, FieldValue
from intake.kind import Kind, Marks
from intake.mime.message import parse_message
from intake.nomination import submission_of
from intake.subject import SubjectLine
from intake.submission import Reading, read_message
from intake.values.values import Problem
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")
MARKS = Marks(frozenset({"ceacq@163.com"}), frozenset({"staff@example.com"}), frozenset({"YG"}))
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SUBJECT = "渝工故事线索+重庆建工集团+13700137000"
FORM = filled_form(ZHANG_WEI)
REQUIRED = tuple(field.key for field in CAMPAIGN.fields if field.required)
QUOTED = '\n\n------------------ 原始邮件 ------------------\n发件人: "ceacq" <ceacq@163.com>;\n发送时间: 2026年3月1日(星期日) 下午3:00\n收件人: "张三";\n主题: 请补充\n\n出生年月：请补充\n'
PHOTO = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + b"\x55" * 30_000 + b"\xff\xd9"


def read(raw: bytes) -> Reading:
    return read_message(parse_message(raw), [CAMPAIGN], MARKS, NOW)


def letter(subject: str = SUBJECT, *files: File, **more: str) -> Reading:
    return read(netease_web(Letter(subject, files=files, **more)))


def docx(content: bytes = FORM, name: str = "征集表.docx") -> File:
    return File(name, content)


def but(**values: str) -> bytes:
    """张伟's form with some fields written otherwise."""
    return filled_form({**ZHANG_WEI, **values})


def table_of(*cells: str) -> bytes:
    """A table of one row."""
    document = python_docx.Document()
    for cell, text in zip(document.add_table(1, len(cells)).rows[0].cells, cells, strict=True):
        cell.text = text
    return saved(document)


def codes(reading: Reading) -> list[str]:
    return [p.code for p in reading.problems] + [p.code for s in reading.submissions for p in s.problems]


def values(reading: Reading, index: int = 0) -> dict[str, str | int]:
    return {key: field.value for key, field in reading.submissions[index].fields.items()}


@pytest.mark.parametrize("client", [netease_web, qq_web, foxmail, outlook, phone])
def test_a_mail_as_the_notice_says(client):
    reading = read(client(Letter(SUBJECT, files=[docx()])))
    assert (reading.kind, reading.campaign, reading.answerable) == (Kind.SUBMISSION, "yugong-story", True)
    assert (reading.subject.recommender, reading.subject.contact) == ("重庆建工集团", "13700137000")
    [one] = reading.submissions
    assert (one.source, one.missing, one.problems, reading.problems) == ("征集表.docx", (), (), ())
    assert values(reading) == {
        **ZHANG_WEI,
        "birth_month": "1980-05",
        "years_of_service": 22,
        "story": STORY,
    }
    assert [(a.filename, a.role) for a in reading.attachments] == [("征集表.docx", "form")]


@pytest.mark.parametrize(
    ("changed", "missing", "problems"),
    [
        ({}, [], []),
        ({"party": "", "title": ""}, [], []),
        ({"party": "无", "title": "暂无"}, [], []),
        ({"gender": ""}, ["gender"], []),
        ({"position": "无"}, ["position"], []),
        ({"nominee_phone": "1380013800"}, ["nominee_phone"], ["bad_phone"]),
        ({"birth_month": "1980年13月"}, ["birth_month"], ["bad_date"]),
        ({"years_of_service": "二十余年"}, ["years_of_service"], ["unclear_value"]),
        ({"years_of_service": "自2005年至今"}, [], []),
        ({"story": "字" * 412}, [], ["story_too_short"]),
        ({"story": "字" * 900}, [], ["story_too_long"]),
        ({"recommender": "", "recommender_phone": ""}, [], []),  # the subject has them
        ({"recommender_phone": "1390000"}, ["recommender_phone"], ["bad_phone"]),  # a wrong number is not blank
        ({"birth_month": "", "gender": "", "story": ""}, ["gender", "birth_month", "story"], []),
        (
            {"birth_month": "2099年1月", "nominee_phone": "12345678", "story": "短"},
            ["birth_month", "nominee_phone"],
            ["bad_date", "bad_phone", "story_too_short"],
        ),
    ],
)
def test_missing_and_wrong_fields_are_told_all_at_once(changed, missing, problems):
    reading = letter(SUBJECT, docx(but(**changed)))
    assert reading.submissions[0].missing == tuple(missing)
    assert codes(reading) == problems


def test_the_subject_fills_what_the_form_leaves_blank():
    fields = letter(SUBJECT, docx(but(recommender="", recommender_phone=""))).submissions[0].fields
    assert [(fields[k].value, fields[k].source) for k in ("recommender", "recommender_phone")] == [
        ("重庆建工集团", "subject"),
        ("13700137000", "subject"),
    ]


def test_a_subject_that_names_but_the_nominee_says_nothing_of_who_recommends_him():
    form = docx(but(recommender="", recommender_phone=""))
    assert "recommender" in letter("渝工故事线索——张伟", form).submissions[0].missing
    assert values(letter("渝工故事线索+张伟+13700137000", form))["recommender"] == "张伟"


@pytest.mark.parametrize("relationship", ["本人", "自荐", "本人（自荐）", "系被推荐人本人", "推荐人即本人。", "我本人"])
def test_who_recommends_himself_need_not_repeat_himself(relationship):
    form = but(relationship=relationship, recommender="本人", recommender_phone="")
    assert values(letter("材料", docx(form)))["recommender"] == "张伟"
    assert values(letter("材料", docx(form)))["recommender_phone"] == "13800001234"


def test_the_number_behind_the_recommender_is_his():
    found = values(letter("材料", docx(but(recommender="李四，电话13900139000", recommender_phone=""))))
    assert (found["recommender"], found["recommender_phone"]) == ("李四", "13900139000")


@pytest.mark.parametrize(
    ("recommender", "relationship", "read_as"),
    [
        ("李四（同事）", "", ("李四", "同事")),
        ("李四（系被推荐人同事）", "朋友", ("李四", "朋友")),
        ("李四（他的部门领导）", "", ("李四", "部门领导")),
        ("李四，与张伟是同事", "", ("李四", "同事")),
        ("李四，电话13900005678，与被推荐人是同事关系", "", ("李四", "同事")),
        ("重庆某某公司（所在单位）", "", ("重庆某某公司", "所在单位")),
        ("李四（某某学会）", "同事", ("李四（某某学会）", "同事")),
    ],
)
def test_a_relation_behind_the_recommender(recommender, relationship, read_as):
    [submission] = letter(SUBJECT, docx(but(recommender=recommender, relationship=relationship))).submissions
    assert (submission.fields["recommender"].value, submission.fields["relationship"].value) == read_as


@pytest.mark.parametrize("below", [True, False])
def test_what_is_said_once_of_several_nominees_is_said_of_all(below):
    people = [
        f"第{number}位\n姓名：{name}\n性别：男\n工作单位：某某公司\n职务：总工"
        for number, name in (("一", "张伟"), ("二", "王强"))
    ]
    common = "推荐单位：某某协会\n推荐单位联系电话：13700137000\n与被推荐人关系：所在单位"
    text = "\n\n".join([*people, common] if below else [common, *people])
    told = letter(text=text).submissions
    assert [one.fields["nominee_name"].value for one in told] == ["张伟", "王强"]
    assert [one.fields["relationship"].value for one in told] == ["所在单位"] * 2
    assert [one.fields["recommender"].value for one in told] == ["某某协会"] * 2


def test_a_list_of_people_in_a_letter():
    lines = "1.王芳，女，1980年5月出生，中共党员。\n2.赖俊，男，1985年12月出生，群众。"
    told = letter(text=f"我单位推荐以下工程师：\n{lines}").submissions
    assert [one.fields["nominee_name"].value for one in told] == ["王芳", "赖俊"]
    assert [one.fields["birth_month"].value for one in told] == ["1980-05", "1985-12"]


def test_the_recommenders_number_in_brackets_behind_the_nominees():
    values = {**ZHANG_WEI, "nominee_phone": "13800001234（推荐人：13900139000）", "recommender": "李四"}
    del values["recommender_phone"]
    [submission] = letter(text="\n".join(f"{LABELS[key]}：{value}" for key, value in values.items())).submissions
    told = [submission.fields[key].value for key in ("nominee_phone", "recommender_phone", "recommender")]
    assert told == ["13800001234", "13900139000", "李四"]


def test_whom_to_ask_is_not_the_nominee():
    text = "我单位推荐王强同志。\n核心事迹：他修桥。\n联系人：李四，联系电话：13900139000"
    [submission] = letter("渝工故事线索", text=text).submissions
    assert submission.fields["recommender_phone"].value == "13900139000"
    assert "nominee_phone" not in submission.fields


def test_the_number_behind_the_nominee_is_his():
    found = values(letter("材料", docx(but(nominee_name="张伟 13800138000", nominee_phone=""))))
    assert (found["nominee_name"], found["nominee_phone"]) == ("张伟", "13800138000")


@pytest.mark.parametrize("relationship", ["本人领导", "同事", "所在单位"])
def test_others_must_say_who_they_are(relationship):
    form = but(relationship=relationship, recommender="", recommender_phone="")
    assert letter("材料", docx(form)).submissions[0].missing == ("recommender_phone", "recommender")


@pytest.mark.parametrize(
    ("made_out", "confidence", "filed"),
    [
        ("重庆建二集团", 0.5, ("重庆建工集团", "subject")),  # nearly what the subject says
        ("重庆建二集团", 0.95, ("重庆建二集团", "表.jpg")),
        ("某某大学校友会", 0.5, ("某某大学校友会", "表.jpg")),  # somebody else: asked about
    ],
)
def test_the_subject_is_right_where_a_picture_could_hardly_be_made_out(made_out, confidence, filed):
    found = FieldValue(made_out, made_out, "表.jpg", confidence)
    draft = Draft("表.jpg", {"recommender": found}, (), frozenset({"recommender"}))
    line = SubjectLine(SUBJECT, "重庆建工集团", "13700137000")
    value = submission_of(draft, line, CAMPAIGN, NOW.date()).fields["recommender"]
    assert (value.value, value.source) == filed


@pytest.mark.parametrize("from_picture", [True, False])
def test_a_number_made_out_in_a_picture_that_is_none_gives_way_to_the_subjects(from_picture):
    wrong = Problem("recommender_phone", "bad_phone", "1592805597 不是电话号码")
    draft = Draft("表.jpg", {}, (wrong,), frozenset({"recommender_phone"}), recognised=from_picture)
    one = submission_of(draft, SubjectLine(SUBJECT, None, "13700137000"), CAMPAIGN, NOW.date())
    assert ("recommender_phone" in one.fields, one.problems) == ((True, ()) if from_picture else (False, (wrong,)))


@pytest.mark.parametrize(
    ("subject", "problems"),
    [
        (SUBJECT, []),
        ("回复：" + SUBJECT, []),
        (SUBJECT.replace("+", "-"), ["subject_format"]),
        ("重庆建工集团推荐材料", ["subject_format"]),
        ("", ["subject_format"]),
    ],
)
def test_an_odd_subject_is_mentioned_and_never_refused(subject, problems):
    reading = letter(subject, docx())
    assert (reading.kind, codes(reading)) == (Kind.SUBMISSION, problems)


def test_the_campaigns_subject_without_a_form_is_a_submission_that_misses_the_rest():
    [one] = letter(SUBJECT).submissions
    assert one.source == "subject"
    assert one.missing == tuple(key for key in REQUIRED if key not in {"recommender", "recommender_phone"})


def test_the_blank_form_says_nothing():
    assert letter("请问怎么填", docx(blank_form())).kind is Kind.OTHER
    reading = letter(SUBJECT, docx(blank_form()))
    assert reading.kind is Kind.SUBMISSION
    assert [a.role for a in reading.attachments] == ["form"]
    assert len(reading.submissions[0].missing) == len(REQUIRED) - 2


BODY = (
    "\n".join(f"{LABELS[key]}：{value}" for key, value in ZHANG_WEI.items() if key != "story")
    + f"\n核心事迹简介：\n{STORY}\n"
)


def test_the_body_may_be_the_form():
    [one] = letter("推荐", text=BODY).submissions
    assert (one.source, one.missing) == ("正文", ())
    assert one.fields["birth_month"].value == "1980-05"


def test_a_text_that_only_points_to_the_page_hides_no_form():
    lines = "".join(f"<div>{LABELS[key]}：{value}</div>" for key, value in ZHANG_WEI.items() if key != "story")
    reading = letter(text="您的邮件程序不能显示网页格式的邮件。", html=f"<html><body>{lines}</body></html>")
    (one,) = reading.submissions
    assert one.missing == ("story",)


def test_the_same_nominee_in_file_and_body_is_one():
    reading = letter(SUBJECT, docx(but(gender="")), text=BODY)
    [one] = reading.submissions
    assert (one.source, one.missing, codes(reading)) == ("征集表.docx", (), [])
    assert one.fields["gender"].source == "正文"


def test_contradictions_within_one_mail_are_told():
    reading = letter(SUBJECT, docx(), docx(but(position="项目经理"), "征集表最终版.docx"))
    [one] = reading.submissions
    [problem] = one.problems
    assert (problem.field, problem.code) == ("position", "conflicting_values")
    assert "征集表.docx" in problem.message
    assert "项目经理" in problem.message


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("工作单位：重庆建工", []),
        ("职称：高工", []),
        (f"推荐单位：{ZHANG_WEI['recommender']}\n联系人：王敏\n联系电话：023-67001111", []),  # the writer's own number
        ("推荐人联系电话：13600136000", ["conflicting_values"]),
        ("职称：工程师", ["conflicting_values"]),
    ],
)
def test_a_letter_says_shortly_what_the_form_says_in_full(said, told):
    full = but(employer="重庆市建工集团有限公司", title="高级工程师")
    reading = letter("渝工故事线索", docx(full), text=f"被推荐人：张伟\n{said}\n详见附件。\n")
    assert [problem.code for problem in reading.submissions[0].problems] == told


def test_a_name_misspelt_in_one_of_two_copies_is_a_contradiction_and_no_second_nominee():
    [one] = (reading := letter(SUBJECT, docx(), docx(but(nominee_name="张玮"), "最终版.docx"))).submissions
    assert (one.fields["nominee_name"].value, codes(reading)) == ("张伟", ["conflicting_values"])
    colleague = but(nominee_name="张玮", story=STORY[::-1])  # one telephone number for the whole unit
    assert len(letter(SUBJECT, docx(), docx(colleague, "张玮.docx")).submissions) == 2


def test_several_forms_are_several_submissions():
    other = {"nominee_name": "李静", "nominee_phone": "13700001111", "employer": "重庆某某研究院"}
    apart = letter(SUBJECT, docx(), docx(but(**other), "李静.docx"))
    together = letter(SUBJECT, docx(filled_form(ZHANG_WEI, more=[{**ZHANG_WEI, **other}])))
    for reading in (apart, together):
        assert [values(reading, i)["nominee_name"] for i in (0, 1)] == ["张伟", "李静"]


def test_a_form_without_a_name_is_one_by_all_else_that_it_says():
    reading = letter("报名表", docx(filled_form({**ZHANG_WEI, "nominee_name": ""}, title="登记表"), "登记表.docx"))
    [one] = reading.submissions
    assert (reading.kind, one.missing) == (Kind.SUBMISSION, ("nominee_name",))


def test_a_row_of_the_bodys_list_that_lacks_the_name_is_nobody_else():
    rows = [LABELS, {**ZHANG_WEI, "story": STORY}, {**dict.fromkeys(LABELS, "无"), "gender": "女", "birth_month": "1990.1",
            "employer": "某单位", "years_of_service": "3", "position": "工人", "nominee_phone": "13500001111", "nominee_name": "",
            "recommender_phone": "13500002222", "relationship": "同事"}]  # fmt: skip
    html = "".join("<tr>" + "".join(f"<td>{row[key]}</td>" for key in LABELS) + "</tr>" for row in rows)
    reading = letter(text="", html=f"<table>{html}</table>")
    assert [s.fields["gender"].value for s in reading.submissions] == ["男", "女"]
    assert "conflicting_values" not in codes(reading)


RECOMMENDING = ("recommender", "relationship", "recommender_phone")


def test_a_list_counts_beside_what_names_nobody():
    """The recommender below it, the rest of a torn row: no nominee's own form, for which a list would be evidence."""
    rows = [LABELS, {**ZHANG_WEI, "story": STORY}, {**ZHANG_WEI, "story": STORY[::-1], "nominee_name": "李静",
            "nominee_phone": "13700001111", "birth_month": "1990.1"}]  # fmt: skip
    html = "".join("<tr>" + "".join(f"<td>{row[key]}</td>" for key in LABELS) + "</tr>" for row in rows)
    below = "".join(f"<tr><td>{LABELS[key]}</td><td>{ZHANG_WEI[key]}</td></tr>" for key in RECOMMENDING)
    reading = letter(text="", html=f"<table>{html}</table><p>以下由推荐单位填写</p><table>{below}</table>")
    assert {"张伟", "李静"} <= {
        s.fields["nominee_name"].value for s in reading.submissions if "nominee_name" in s.fields
    }


def test_the_writers_signature_is_no_nominee():
    signed = "您好，材料见附件。\n\n姓名：李四\n单位：重庆建工集团\n电话：13600136000\n"
    reading = letter(SUBJECT, docx(but(employer="")), text=signed)
    [one] = reading.submissions
    assert one.missing == ("employer",)
    [typed] = letter(SUBJECT, text=f"{BODY}\n\n姓名：李四\n单位：重庆建工集团\n电话：13600136000\n").submissions
    assert typed.fields["nominee_name"].value == "张伟"


def test_a_second_nominee_of_whom_little_is_said_is_no_signature():
    reading = letter(SUBJECT, text=f"{BODY}\n\n姓名：李四\n性别：女\n单位：重庆建工集团\n电话：13600136000\n")
    assert [one.fields["nominee_name"].value for one in reading.submissions] == ["张伟", "李四"]


def test_a_full_label_in_the_covering_letter_fills_a_blank():
    reading = letter("材料", docx(but(recommender_phone="")), text="材料见附件。\n推荐人联系电话：13600136000\n")
    assert values(reading)["recommender_phone"] == "13600136000"


def test_photographs_beside_a_form_are_evidence():
    reading = letter(SUBJECT, docx(), File("照片.jpg", PHOTO))
    assert [a.role for a in reading.attachments] == ["form", "evidence"]
    assert codes(reading) == []


def test_a_photograph_alone_cannot_be_read():
    reading = letter(SUBJECT, File("征集表.jpg", PHOTO))
    assert [a.role for a in reading.attachments] == ["unreadable"]
    assert codes(reading) == ["unreadable_attachment"]


def test_a_file_called_like_the_form_is_a_submission_even_if_unreadable():
    assert letter("材料", File("渝工故事线索征集表.pdf", b"%PDF-1.4 x")).kind is Kind.SUBMISSION
    assert letter("发票", File("发票.pdf", b"%PDF-1.4 x")).kind is Kind.OTHER


@pytest.mark.parametrize(
    ("subject", "text", "named"),
    [
        ("渝工故事", "我叫周敏，女，1988年3月生，高级工程师，从业15年，电话13700001111。自荐参加征集。", "周敏"),
        ("工程师故事推荐", "我想推荐我的师父李明，男，1962年5月生，高级工程师。", "李明"),
        ("重庆工程师故事推荐", "我想推荐我的师父李明，男，1962年5月生，高级工程师。", "李明"),
    ],
)
def test_half_of_the_campaigns_word_will_do_where_somebody_is_put_forward(subject, text, named):
    reading = letter(subject, text=text)
    assert reading.kind is Kind.SUBMISSION
    assert reading.submissions[0].fields["nominee_name"].value == named
    assert "subject_format" in codes(reading)


def test_half_of_the_campaigns_word_will_do_beside_a_file_that_cannot_be_read():
    assert "unreadable_attachment" in codes(letter("渝工故事推荐", File("1.pdf", b"%PDF-1.4 x")))
    assert letter("渝工故事推荐", text="请问什么时候截止？").kind is Kind.OTHER
    assert letter("渝工故事第三期", text="本期主编：李四 电话：13600136000").kind is Kind.OTHER


@pytest.mark.parametrize(
    ("subject", "offer"),
    [
        ("求职", "推荐我自己："),
        ("推荐贵协会理事人选", "我单位推荐王强同志担任贵协会理事。"),
        ("职称评审推荐", "兹推荐王强同志申报正高级工程师评审。"),
        ("讲师推荐", "推荐王强同志为继续教育培训班授课。"),
        ("通讯录", ""),
    ],
)
def test_a_letter_about_somebody_that_tells_no_story_is_other_business(subject: str, offer: str) -> None:
    """The mailbox is the association's: it recommends people for much else."""
    life = "王强，女，1979年11月生，某某水利设计院副所长，正高级工程师，参加工作23年，手机13812345678。"
    assert letter(subject, text=f"您好：\n{offer}{life}\n").kind is Kind.OTHER


def test_a_link_is_no_attachment():
    reading = letter(
        SUBJECT,
        text="从QQ邮箱发来的超大附件\n表.docx (60M, 2026年8月17日 0:49 到期)\nhttp://mail.qq.com/cgi-bin/ftnExs_download?k=1\n",
    )
    assert codes(reading) == ["large_attachment_link"]
    assert "《表.docx》，60M，2026年8月17日 0:49到期" in reading.problems[0].message


# Answers to our mails


@pytest.mark.parametrize("how", ["prefix", "number", "message-id"])
def test_an_answer_states_some_fields(how):
    subject = {"prefix": "回复：请补充", "number": "Re: [YG-2026-00012] 请补充", "message-id": "请补充"}[how]
    answered = "<x.yugong-intake@163.com>" if how == "message-id" else None
    text = "出生年月：1980年5月\n性别：男\n" + (QUOTED if how == "prefix" else "")
    reading = read(qq_web(Letter(subject, text=text, in_reply_to=answered)))
    assert reading.kind is Kind.FOLLOW_UP
    [one] = reading.submissions
    assert values(reading) == {"birth_month": "1980-05", "gender": "男"}
    assert (one.missing, codes(reading)) == ((), [])
    assert reading.case_numbers == (("YG-2026-00012",) if how == "number" else ())


def test_an_answer_that_states_nothing_is_still_one():
    reading = letter("回复：请补充", text="好的，谢谢。" + QUOTED)
    assert (reading.kind, reading.submissions) == (Kind.FOLLOW_UP, ())


def test_an_answer_with_a_complete_form_is_a_submission():
    assert letter("回复：请补充", docx(), text="已补充。" + QUOTED).kind is Kind.SUBMISSION


def test_what_quotes_our_letter_answers_it_whatever_its_subject_says():
    ours = QUOTED + "\n【YG-2026-00012】张伟\n核心事迹简介：已收到，546 字"
    reading = letter("补充材料", text=f"性别：男\n{ours}")
    assert (reading.kind, values(reading)) == (Kind.FOLLOW_UP, {"gender": "男"})


@pytest.mark.parametrize("name", ["李四", "李四 | 综合管理部"])
def test_the_number_below_the_writers_name_is_his_own(name: str):
    reading = letter("回复：请补充", text=f"性别：男\n{name}\n重庆某某有限公司\nTel: 023-67891234\n{QUOTED}")
    assert values(reading) == {"gender": "男"}


def test_a_short_file_counts_as_if_it_were_typed():
    reading = letter("回复：请补充", docx(table_of("性别", "女")), text="见附件" + QUOTED)
    assert (reading.kind, values(reading)) == (Kind.FOLLOW_UP, {"gender": "女"})


def test_a_label_that_is_an_answer_in_a_list_takes_no_other_for_its_value():
    reading = letter("回复：请补充", text="1. 单位\n2. 13812345678\n3. 男" + QUOTED)
    assert values(reading) == {"gender": "男"}


@pytest.mark.parametrize("words", ["我再问问", "暂时不清楚", "不方便提供"])
def test_what_is_said_instead_of_an_answer_is_none(words: str):
    assert values(letter("回复：请补充", text=f"性别：男\n工作单位：{words}\n{QUOTED}")) == {"gender": "男"}


def test_what_is_quoted_is_not_read():
    reading = letter("回复：请补充", text="性别：女\n" + QUOTED.replace("出生年月：请补充", "出生年月：1970年1月"))
    assert values(reading) == {"gender": "女"}


def test_what_is_forwarded_is_read():
    forwarded = "\n---------- 转发的邮件 ----------\n发件人: <a@example.com>\n日期: 2026-03-01\n收件人: b@example.com\n主题: 材料\n\n"
    assert values(letter("转发：材料", text=forwarded + BODY))["nominee_name"] == "张伟"


@pytest.mark.parametrize("client", [netease_web, outlook])
def test_a_mail_attached_to_a_mail_is_read(client):
    inner = outlook(Letter("材料", files=[docx()]))
    reading = read(client(Letter("转发：材料", files=[File("原邮件.eml", inner, "message/rfc822")])))
    assert (reading.kind, codes(reading)) == (Kind.SUBMISSION, ["subject_format"])
    assert values(reading)["nominee_name"] == "张伟"


# Not from submitters


def test_our_own_mail_is_left_alone():
    assert letter(SUBJECT, docx(), sender="ceacq@163.com").kind is Kind.OTHER


@pytest.mark.parametrize(
    ("sender", "subject", "kind"),
    [
        ("staff@example.com", "受理 YG-2026-00012", Kind.STAFF_COMMAND),
        ("staff@example.com", "回复：退回：YG-2026-00012", Kind.STAFF_COMMAND),
        ("staff@example.com", SUBJECT, Kind.SUBMISSION),  # staff nominate, too
        ("zhangsan@example.com", "受理 YG-2026-00012", Kind.FOLLOW_UP),  # names a case, so a person will look
    ],
)
def test_commands_come_from_staff_alone(sender, subject, kind):
    assert letter(subject, sender=sender).kind is kind


def test_machine_mail_is_never_answered():
    reading = letter("自动回复: 请补充", text="我正在休假。")
    assert (reading.kind, reading.answerable, reading.submissions) == (Kind.AUTO_REPLY, False, ())


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("会议通知", "请准时参加。"),
        ("", ""),
        ("渝工故事线索征集咨询", "请问第二批什么时候截止？"),
        ("渝工故事线索怎么报送？", "想推荐我师傅。"),
        ("撤回渝工故事线索+某某公司+13600136000", "因故申请撤回。"),
        ("感谢渝工故事线索征集组", "收到证书，谢谢！"),
        ("渝工故事线索+某某公司+13600136000", "经研究，我单位暂无合适推荐人选。"),
        ("Re: 渝工故事线索", "谢谢老师。"),
        ("求职", "姓名：李四\n性别：男\n电话：13600136000\n工作单位：无\n职务：工程师\n"),
    ],
)
def test_other_mail(subject, text):
    reading = letter(subject, text=text)
    assert (reading.kind, reading.campaign, reading.submissions, reading.problems) == (Kind.OTHER, None, (), ())


def test_a_request_to_take_a_mail_back_puts_nobody_forward():
    reading = letter(f"撤回: {SUBJECT}", text="王敏 将撤回邮件。")
    assert (reading.kind, reading.answerable, reading.submissions) == (Kind.OTHER, False, ())


def test_an_answer_with_a_whole_form_is_not_told_how_to_write_subjects():
    """The subject is ours, with the telephone masked by us."""
    subject = "回复：渝工故事线索+重庆建工集团+137****7000 [YG-2026-00012]"
    answer = Letter(subject, text="补发" + QUOTED, files=(docx(),), in_reply_to="<yugong-intake.x@163.com>")
    reading = read(qq_web(answer))
    assert (reading.kind, codes(reading)) == (Kind.SUBMISSION, [])


def test_a_file_that_answers_us_may_hold_just_what_was_asked_for():
    reading = letter("回复：Re: 渝工故事线索 [YG-2026-00001]", docx(table_of("职务", "段长", "出生年月", "1966年8月")))
    assert (reading.kind, values(reading)) == (Kind.FOLLOW_UP, {"position": "段长", "birth_month": "1966-08"})


def test_a_list_of_guests_is_no_form():
    guests = filled_form(
        {"nominee_name": "李四", "gender": "男", "employer": "某单位", "position": "工程师"}, title="参会回执"
    )
    assert letter("参会回执", docx(guests, "回执.docx")).kind is Kind.OTHER


@settings(max_examples=60)
@given(st.text(max_size=80), st.text(alphabet="姓名性别出生年月推荐人：:张伟男1980.5\n+-<>|　 ", max_size=300))
def test_never_raises(subject, text):
    raw = f"Subject: {subject}\nFrom: a@example.com\n\n{text}".encode("utf-8", "replace")
    assert read(raw).kind in set(Kind)
