"""The digest: every row with who and why, nothing empty, nothing of a stranger's markup, sent also when there is nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from intake.draft import FieldValue
from intake.outcome import State
from outbox.digest import MAX_ROWS, compose_digest, digest_mails
from outbox.mime import build
from rules.campaign import Campaign, Field, FieldType, Stage, SubjectGrammar
from storage.operations import Alert
from storage.worklist import AnswerRow, CaseRow, MailRow, WorkList

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
DAY = date(2026, 11, 20)
CALM = "今天没有需要处理的来信，系统运行正常"


@pytest.fixture
def campaigns(tmp_path):
    fields = (
        Field("name", "姓名", FieldType.NAME, required=True),
        Field("phone", "联系电话", FieldType.PHONE, required=True),
        Field("unit", "工作单位", FieldType.TEXT, required=True),
        Field("by", "推荐人", FieldType.TEXT, required=True),
    )
    return {
        "invented": Campaign(
            name="invented",
            title="好故事征集",
            organiser="某某协会",
            case_prefix="HG",
            privacy="",
            subject=SubjectGrammar(("好故事",), "", recommender_field="by"),
            fields=fields,
            batches=(),
            stages=(Stage("waiting", "待补充"), Stage("verify", "待核实")),
            incomplete_stage="waiting",
            complete_stage="verify",
            form=None,
            form_titles=(),
            folder=tmp_path,
            identity=("name", "phone", "unit"),
        )
    }


def case(number=12, *, missing=(), days=0, name="张伟", by="某某区协会", **changes):
    values = {"name": name, "phone": "13800001234", "unit": "某某桥梁公司", "by": by}
    row = CaseRow(
        number=f"HG-2026-{number:05}",
        campaign="invented",
        stage="verify",
        batch="第一批",
        complete=not missing,
        missing=tuple(missing),
        category="攻坚者",
        tags=("老物件",),
        priority="高",
        assignee="王老师",
        sender_name="李娜",
        sender_address="li.na@example.com",
        fields={k: FieldValue(v, v, "表.docx") for k, v in values.items() if k not in missing},
        problems=(),
        similar=(),
        opened_at=NOW,
        updated_at=NOW - timedelta(days=days),
        waiting_days=days,
    )
    return replace(row, **changes)


def mail(**changes):
    row = MailRow(
        id=31,
        mailbox="box",
        folder="INBOX",
        message_id=None,
        kind="submission",
        state="failed",
        reason="读取超时",
        sender_name="赵敏",
        sender_address="zhao.min@example.com",
        subject="好故事+某某公司+13800005678",
        excerpt="",
        received_at=NOW,
        problems=(),
        cases=(),
    )
    return replace(row, **changes)


def answer(**changes):
    row = AnswerRow(
        id=8,
        kind="missing_fields",
        to="sun.li@example.com",
        subject="Re: 好故事 [HG-2026-00009]",
        case="HG-2026-00009",
        cases=("HG-2026-00009",),
        state="parked",
        held=None,
        last_reply="550 Invalid User",
        attempts=2,
        created_at=NOW,
        bounced=False,
    )
    return replace(row, **changes)


EMPTY = WorkList(
    since=NOW - timedelta(days=1),
    until=NOW,
    new=(),
    to_verify=(),
    waiting=(),
    duplicates=(),
    unread=(),
    held=(),
    partly=(),
    other=(),
    held_answers=(),
    undeliverable=(),
    alerts=(),
    received={},
    stages={},
    opened_by_day={},
)


def digest(campaigns, notices=(), **lists):
    """The subject, and the text after checking that the HTML says the same."""
    subject, text, html = compose_digest(replace(EMPTY, **lists), campaigns, DAY, ZONE, notices)
    for word in ("HG-2026-", CALM, "====", *notices):
        assert (word in text) == (word in html)
    return subject, text


def test_nothing_to_do_is_said(campaigns):
    subject, text = digest(campaigns)
    assert subject == f"线索日报 11月20日：{CALM}"
    assert "11月19日 08:30 至 11月20日 08:30" in text
    assert "==" not in text


@pytest.mark.parametrize(
    ("lists", "heading", "row", "why"),
    [
        (
            {"new": (case(),)},
            "新线索（1）",
            "HG-2026-00012　张伟　某某桥梁公司　某某区协会 推荐",
            "资料齐全；攻坚者；老物件；优先级 高；交 王老师",
        ),
        (
            {"new": (case(missing=("phone", "unit")),)},
            "新线索（1）",
            "HG-2026-00012　张伟　某某区协会 推荐",
            "还缺 联系电话、工作单位；攻坚者；老物件；优先级 高；交 王老师",
        ),
        (
            {"to_verify": (case(days=3),)},
            "待核实（1）",
            "HG-2026-00012　张伟　某某桥梁公司　某某区协会 推荐",
            "已等 3 天；攻坚者；老物件；优先级 高；交 王老师",
        ),
        (
            {"waiting": (case(missing=("name", "by"), days=11),)},
            "等待对方补充（1）",
            "HG-2026-00012　（姓名未填）　某某桥梁公司　李娜 推荐",
            "缺 姓名、推荐人；已等 11 天",
        ),
        (
            {"duplicates": (case(similar=("HG-2026-00004",)),)},
            "可能重复（1）",
            "HG-2026-00012　张伟　某某桥梁公司　某某区协会 推荐",
            "与 HG-2026-00004 的信息相同",
        ),
        (
            {"unread": (mail(),)},
            "读取失败的来信（1）",
            "来信 31　赵敏　好故事+某某公司+138****5678　zhao.min@example.com",
            "读取超时",
        ),
        (
            {"held": (mail(reason="请人工核对", sender_name="", subject=""),)},
            "需要人工判断的来信（1）",
            "来信 31　（无主题）　zhao.min@example.com",
            "请人工核对",
        ),
        (
            {"partly": (mail(cases=("HG-2026-00009",), unread=("附件《表.zip》设置了密码，打不开。请去掉密码。",)),)},
            "附件没能读出（1）",
            "来信 31　赵敏　好故事+某某公司+138****5678　zhao.min@example.com",
            "附件《表.zip》设置了密码，打不开；HG-2026-00009",
        ),
        (
            {"other": (mail(subject="咨询", excerpt="请回电 13800009999", cases=("HG-2026-00009",)),)},
            "其他来信（1）",
            "来信 31　赵敏　咨询　zhao.min@example.com",
            "请回电 138****9999；HG-2026-00009",
        ),
        (
            {"held_answers": (answer(state="held", held="身份未通过验证"),)},
            "等您放行的回信（1）",
            "HG-2026-00009　回信 8　Re: 好故事 [HG-2026-00009]　sun.li@example.com",
            "身份未通过验证",
        ),
        (
            {"undeliverable": (answer(),)},
            "没有送到的回信（1）",
            "HG-2026-00009　回信 8　Re: 好故事 [HG-2026-00009]　sun.li@example.com",
            "已停止发送；收件地址被服务器拒绝，可能写错或已停用。（550 Invalid User）",
        ),
        (
            {"undeliverable": (answer(state="sent", bounced=True, last_reply="系统退信"),)},
            "没有送到的回信（1）",
            "HG-2026-00009　回信 8　Re: 好故事 [HG-2026-00009]　sun.li@example.com",
            "被对方退回；系统退信",
        ),
        (
            {"undeliverable": (answer(state="sent", bounced=True, last_reply="退信：550 Mailbox not found"),)},
            "没有送到的回信（1）",
            "HG-2026-00009　回信 8　Re: 好故事 [HG-2026-00009]　sun.li@example.com",
            "被对方退回；收件地址被服务器拒绝，可能写错或已停用。（退信：550 Mailbox not found）",
        ),
    ],
)
def test_each_row_says_which_who_and_why(campaigns, lists, heading, row, why):
    subject, text = digest(campaigns, **lists)
    assert f"== {heading} ==".replace(" ", "") in text.replace(" ", "")
    assert f"· {row}\n    {why}\n" in text
    assert CALM not in subject


def test_counts_stand_in_the_subject(campaigns):
    subject, _ = digest(
        campaigns, new=(case(1), case(2)), to_verify=(case(3),), unread=(mail(),), undeliverable=(answer(),)
    )
    assert subject == "线索日报 11月20日：要处理 2 · 新线索 2 · 待核实 1"


def test_alerts_and_a_broken_rules_file_come_first(campaigns):
    alert = Alert(1, "login_refused", "box", "登录被拒绝：请检查授权码。", NOW, NOW, None)
    subject, text = digest(
        campaigns, notices=["规则文件第 12 行有误，正在沿用上一份。"], alerts=(alert,), new=(case(),)
    )
    assert subject.startswith("【有故障】线索日报")
    lines = text.splitlines()
    assert lines[3:5] == ["！规则文件第 12 行有误，正在沿用上一份。", "！box：登录被拒绝：请检查授权码。"]
    assert CALM not in text


def test_a_long_list_is_cut_and_counted(campaigns):
    _, text = digest(campaigns, new=tuple(case(i) for i in range(MAX_ROWS + 7)))
    assert text.count("\n· ") == MAX_ROWS
    assert "另有 7 条" in text
    assert f"新线索（{MAX_ROWS + 7}）" in text


def test_a_case_stands_in_one_list_only(campaigns):
    _, text = digest(campaigns, new=(case(1),), to_verify=(case(1), case(2)))
    assert text.count("HG-2026-00001") == 1
    assert "待核实 2" in text
    assert "待核实（1）" in text


def test_values_hard_to_make_out_are_to_be_compared_with_the_picture(campaigns):
    row = case()
    hazy = {key: replace(value, confidence=0.4) if key == "phone" else value for key, value in row.fields.items()}
    _, text = digest(campaigns, new=(replace(row, fields=hazy),))
    assert "资料齐全；从图片认出、请对照原图：联系电话；" in text
    sure = {key: replace(value, confidence=0.97) for key, value in row.fields.items()}
    assert "资料齐全；从图片认出；" in digest(campaigns, new=(replace(row, fields=sure),))[1]
    assert "图片" not in digest(campaigns, new=(row,))[1]


@pytest.mark.parametrize(
    ("unread", "told"),
    [
        (
            [
                "来信中的文件是以网盘或超大附件链接发来的（《表.zip》，80.96M，2026年12月6日 0:49到期），系统不会下载，链接也会过期。请……"
            ],
            "网盘或超大附件链接：《表.zip》，80.96M，2026年12月6日 0:49到期；HG",
        ),
        (
            [f"附件《{i}.jpg》是图片（jpg），系统不能直接读取。请……" for i in range(2)],
            "附件《0.jpg》《1.jpg》是图片（jpg），系统不能直接读取；HG",
        ),
        (
            [f"附件《{i}.docx》：文件已经损坏，打不开。请{i}" for i in range(2)]
            + [f"附件《{i}.zip》设置了密码，打不开。" for i in "ab"]
            + [
                "附件《c.ofd》是 OFD 版式文件，系统不能直接读取。请……",
                "附件《d.ppt》是旧版演示文稿（.ppt），系统不能直接读取。",
            ],
            "附件《c.ofd》是 OFD 版式文件，系统不能直接读取；等 4 处；HG",
        ),
    ],
)
def test_staff_read_which_file_it_was_and_why(campaigns, unread, told):
    _, text = digest(campaigns, partly=(mail(cases=("HG-2026-00009",), unread=tuple(unread)),))
    assert told in text


def test_a_unit_that_recommends_its_own_engineer_is_named_once(campaigns):
    own, self_made = case(1, by="某某桥梁公司"), case(2, by="张伟")
    _, text = digest(campaigns, new=(own, self_made))
    assert "张伟　某某桥梁公司　所在单位推荐\n" in text
    assert "张伟　某某桥梁公司　自荐\n" in text


def test_a_tag_that_repeats_the_category_is_left_out(campaigns):
    _, text = digest(campaigns, new=(replace(case(), category="攻坚克难的建设者", tags=("攻坚克难", "实物线索")),))
    assert "资料齐全；攻坚克难的建设者；实物线索；" in text


def test_bars_of_stages_and_days(campaigns):
    stages = {"invented": {"waiting": 1, "verify": 4, "gone": 2}}
    days = {date(2026, 11, 19): 3, date(2026, 11, 20): 1}
    _, text, html = compose_digest(
        replace(EMPTY, stages=stages, opened_by_day=days, received={State.FILED: 4}), campaigns, DAY, ZONE
    )
    assert "好故事征集：共 7 条" in text
    assert f"待核实　{'█' * 20} 4" in text
    assert f"待补充　{'█' * 5} 1" in text
    assert "gone" in text
    assert "11月19日" in text
    assert 'width="100%"' in html
    assert 'width="25%"' in html
    assert "共处理来信 4 封" in text


def test_a_strangers_markup_is_text(campaigns):
    evil = '<img src="http://x/y.png"><script>alert(1)</script>'
    lists = {"new": (case(name=evil),), "other": (mail(subject=evil, excerpt=evil, sender_name=evil),)}
    _, _, html = compose_digest(replace(EMPTY, **lists), campaigns, DAY, ZONE)
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_a_case_of_a_campaign_that_is_gone(campaigns):
    _, text = digest(campaigns, new=(case(campaign="old", missing=("x",)),))
    assert "HG-2026-00012　（姓名未填）　李娜" in text


def test_one_mail_for_each_person_with_a_key_of_the_day(campaigns):
    mails = digest_mails(
        EMPTY, campaigns, DAY, ZONE, to=["a@b.com", "c@d.com", "a@b.com"], mailbox="box", address="box@163.com"
    )
    assert [m.key for m in mails] == ["digest/2026-11-20/a@b.com", "digest/2026-11-20/c@d.com"]
    assert len({m.message_id for m in mails}) == 2
    assert b"Auto-Submitted: auto-generated" in build(mails[0], "协会", "box@163.com", NOW)
