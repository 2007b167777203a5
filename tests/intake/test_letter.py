"""Whole mails whose forms lie in something: an archive, an attached mail, a forwarded text, winmail.dat."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import docx
import pytest
from forms import LABELS, ZHANG_WEI, blank_form, filled_form, saved
from letters import CLIENTS, File, Letter, b64, netease_web, outlook, qq_web, word

from intake.documents.document import Document
from intake.documents.limits import Allowance, Limits
from intake.documents.means import Means
from intake.kind import Kind, Marks
from intake.letter import letter_of
from intake.mime.message import parse_message
from intake.submission import Reading, read_message
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")
MARKS = Marks(frozenset({"ceacq@163.com"}), frozenset(), frozenset({"YG"}))
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SUBJECT = "渝工故事线索+重庆建工集团+13700137000"
FILE = "application/octet-stream"
FORM = filled_form(ZHANG_WEI)
LI_QIANG = {**ZHANG_WEI, "nominee_name": "李强", "nominee_phone": "13811112222"}
PHOTO = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + b"\x55" * 30_000 + b"\xff\xd9"
LINES = "\n".join(f"{LABELS[key]}：{value}" for key, value in ZHANG_WEI.items())
TABLE = "".join(f"<tr><td>{LABELS[key]}</td><td>{value}</td></tr>" for key, value in ZHANG_WEI.items())


def read(raw: bytes, means: Means | None = None) -> Reading:
    return read_message(parse_message(raw), [CAMPAIGN], MARKS, NOW, means or Means())


def zipped_as(files: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return kept.getvalue()


def listing(*people: str) -> bytes:
    document = docx.Document()
    table = document.add_table(len(people) + 1, 3)
    rows = [("姓名", "工作单位", "联系电话"), *((name, "重庆某某桥梁工程有限公司", "13800001234") for name in people)]
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return saved(document)


def names(reading: Reading) -> list[str | int]:
    return [one.fields["nominee_name"].value for one in reading.submissions if "nominee_name" in one.fields]


def roles(reading: Reading) -> dict[str, str]:
    return {one.filename: one.role for one in reading.attachments}


def codes(reading: Reading) -> list[str]:
    return [problem.code for problem in reading.problems]


# --- archives ---


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS.keys())
def test_a_form_in_a_zip(client) -> None:
    data = zipped_as({"材料/征集表.docx": FORM, "材料/工程照.jpg": PHOTO, "__MACOSX/材料/._征集表.docx": b"x"})
    reading = read(client(Letter(SUBJECT, files=[File("材料.zip", data, FILE)])))
    assert (reading.kind, names(reading), codes(reading)) == (Kind.SUBMISSION, ["张伟"], [])
    assert reading.submissions[0].source == "征集表.docx"
    assert roles(reading) == {"材料.zip": "archive", "征集表.docx": "form", "工程照.jpg": "evidence"}


def test_a_folder_for_each_nominee_and_a_list_of_them() -> None:
    data = zipped_as(
        {"张伟/征集表.docx": FORM, "李强/征集表.docx": filled_form(LI_QIANG), "推荐名单.docx": listing("张伟", "李强")}
    )
    reading = read(netease_web(Letter(SUBJECT, files=[File("材料.zip", data, FILE)])))
    assert names(reading) == ["张伟", "李强"]
    assert [one.source for one in reading.submissions] == ["张伟／征集表.docx", "李强／征集表.docx"]
    assert roles(reading)["推荐名单.docx"] == "evidence"


def test_a_list_beside_an_archive_of_forms() -> None:
    data = zipped_as({"1.docx": FORM, "2.docx": filled_form(LI_QIANG)})
    files = [File("名单.docx", listing("张伟", "李强")), File("材料.zip", data, FILE)]
    assert names(read(netease_web(Letter(SUBJECT, files=files)))) == ["张伟", "李强"]


def test_a_letter_says_who_recommends_where_its_form_does_not() -> None:
    form = filled_form({**ZHANG_WEI, "recommender": "", "recommender_phone": ""})
    text = "推荐单位：重庆建工集团\n单位：重庆某某公司\n推荐人联系电话：13700137000"
    (one,) = read(netease_web(Letter("重庆工程师故事线索征集表", text=text, files=[File("表.docx", form)]))).submissions
    assert one.fields["recommender"].value == "重庆建工集团"
    assert one.fields["employer"].value == ZHANG_WEI["employer"]


def test_programs_in_an_archive() -> None:
    data = zipped_as({"征集表.docx": FORM, "查看.exe": b"MZ" + bytes(99), "照片.scr": b"x", "打开.lnk": b"x"})
    reading = read(netease_web(Letter(SUBJECT, files=[File("材料.zip", data, FILE)])))
    assert list(roles(reading).values()) == ["archive", "form", "rejected", "rejected", "rejected"]


def test_what_was_not_unpacked_is_told_beside_a_form() -> None:
    data = zipped_as({f"{n}.docx": FORM for n in range(5)})
    reading = read(netease_web(Letter(SUBJECT, files=[File("材料.zip", data, FILE)])), Means(Limits(entries=3)))
    assert (names(reading), codes(reading)) == (["张伟"], ["unreadable_attachment"])
    assert "《材料.zip》" in reading.problems[0].message


# --- attached and forwarded mails ---


def attached(content: bytes, how: str) -> bytes:
    """A mail with a mail in it, as different programs attach it."""
    if how == "octet-stream":
        return netease_web(Letter("转发：材料", files=[File("原始邮件.eml", content, FILE)]))
    if how == "base64":
        return outlook(Letter("FW: 材料", files=[File("原始邮件.eml", content, "message/rfc822")]))
    head = f"From: a@163.com\r\nTo: ceacq@163.com\r\nSubject: {word('转发：材料')}\r\nMIME-Version: 1.0\r\n"
    head += 'Content-Type: multipart/mixed; boundary="out"\r\n\r\n--out\r\nContent-Type: text/plain; charset=utf-8\r\n'
    head += f"Content-Transfer-Encoding: base64\r\n\r\n{b64('请查收'.encode())}\r\n--out\r\nContent-Type: message/rfc822\r\n\r\n"
    return head.encode() + content + b"\r\n--out--\r\n"


HOW = ["octet-stream", "base64", "as it is"]


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS.keys())
def test_a_form_attached_to_an_attached_mail(client, how: str) -> None:
    reading = read(attached(client(Letter(SUBJECT, files=[File("征集表.docx", FORM)])), how))
    assert (names(reading), codes(reading)) == (["张伟"], [])
    assert roles(reading)["征集表.docx"] == "form"
    assert (reading.subject.recommender, reading.subject.contact) == ("重庆建工集团", "13700137000")


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize(
    "inner",
    [
        qq_web(Letter("材料", text="见表", html=f"<table>{TABLE}</table>")),
        netease_web(Letter("材料", text=LINES)),
        netease_web(
            Letter("材料", files=[File("内.eml", outlook(Letter("材料", files=[File("表.docx", FORM)])), FILE)])
        ),
        netease_web(Letter("材料", files=[File("表.zip", zipped_as({"表.docx": FORM}), FILE)])),
    ],
    ids=["table", "lines", "a mail in a mail", "an archive in a mail"],
)
def test_what_an_attached_mail_says(inner: bytes, how: str) -> None:
    assert names(read(attached(inner, how))) == ["张伟"]


def test_subjects_of_several_attached_mails_say_nothing_of_each_other() -> None:
    mails = [
        File(
            f"{n}.eml", netease_web(Letter(f"渝工故事线索+单位{n}+1370013700{n}", files=[File("表.docx", form)])), FILE
        )
        for n, form in enumerate([FORM, filled_form(LI_QIANG)])
    ]
    reading = read(netease_web(Letter("转发：材料", files=mails)))
    assert names(reading) == ["张伟", "李强"]
    assert reading.subject.recommender is None


HEAD_163 = "---------- 转发邮件信息 ----------\n发件人：李四 <a@163.com>\n发送日期：2026-03-01 10:00\n收件人：王五 <b@163.com>\n主题：{}\n\n"
HEAD_QQ = '------------------ 原始邮件 ------------------\n发件人: "王五" <b@163.com>;\n发送时间: 2026年3月1日(星期日) 下午3:00\n收件人: "x"<x@qq.com>;\n主题: {}\n\n'


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("转发:" + SUBJECT, "请查收\n\n" + HEAD_163.format(SUBJECT) + LINES),
        ("转发：Fw:" + SUBJECT, HEAD_QQ.format("Fw:" + SUBJECT) + "转给你\n\n" + HEAD_163.format(SUBJECT) + LINES),
        ("转发:材料", HEAD_163.format(SUBJECT) + LINES),
    ],
    ids=["forward", "forward of a forward", "under another subject"],
)
def test_a_form_in_a_forwarded_text(subject: str, text: str) -> None:
    reading = read(qq_web(Letter(subject, text=text)))
    assert names(reading) == ["张伟"]
    assert (reading.subject.recommender, reading.subject.contact) == ("重庆建工集团", "13700137000")


def test_the_signature_of_who_passes_a_form_on_is_not_read() -> None:
    blank = "\n".join(f"{LABELS[key]}：{value}" for key, value in ZHANG_WEI.items() if key != "recommender_phone")
    text = f'请查收。\n\n--\n王芳\n某某公司\n手机：13500135000\n\n-------- 转发邮件信息 --------\n发件人："李四" <a@example.com>\n主题：表\n\n{blank}'
    [submission] = read(netease_web(Letter("转发：渝工故事线索", text=text))).submissions
    assert "recommender_phone" not in submission.fields


def test_what_an_answer_quotes_is_not_read() -> None:
    quoted = HEAD_QQ.format("请补充 YG-2026-00012").replace("b@163.com", "ceacq@163.com")
    reading = read(qq_web(Letter("回复：请补充", text=f"出生年月：1981年6月\n\n{quoted}{LINES}")))
    assert reading.kind is Kind.FOLLOW_UP
    assert [set(one.fields) for one in reading.submissions] == [{"birth_month"}]


def test_examples_of_ours_in_an_unknown_programs_html_are_no_values() -> None:
    """Where the quotation begins is told in its text, and not in its HTML."""
    ours = "<p>编号 YG-2026-00012</p><p>出生年月：1980年5月</p><p>被推荐人联系电话：13800000000</p><p>性别：男</p>"
    text = "姓名更正：张建国\n\n发件人: ceacq@163.com\n发送时间: 2026年3月9日\n收件人: a@b.cn\n主题: 补充\n\n"
    plain = re.sub(r"<[^>]+>", "\n", ours)
    html = f"<p>姓名更正：张建国</p><i>发件人</i> ceacq@163.com{ours}"
    reading = read(qq_web(Letter("回复：请补充", text=text + plain, html=html)))
    assert [set(one.fields) for one in reading.submissions] == [{"nominee_name"}]


def test_our_letter_quoted_without_any_mark_is_not_read() -> None:
    ours = "\n您好！还差 1 项。\n【YG-2026-00012】张建国\n  1. 出生年月\n     请补充被推荐人的出生年份和月份。例如：1980年5月\n\n出生年月：\n\n已经登记的内容：\n  性别：男\n  职务：总工"
    reading = read(qq_web(Letter("Re: 渝工故事线索 [YG-2026-00012]", text=f"出生年月：1981年6月\n{ours}")))
    assert reading.kind is Kind.FOLLOW_UP
    assert [set(one.fields) for one in reading.submissions] == [{"birth_month"}]


# --- the notice and the blank form, sent around ---

NOTICE = (
    "关于开展讲好“重庆工程师故事”线索征集的通知\n各有关单位、广大工程技术工作者及社会各界人士：\n现面向全社会公开征集优秀工程师故事线索，具体事项"
    "通知如下：\n一、征集主题\n渝工移山·匠心实干\n二、征集范围\n面向全市……\n四、征集方式\n（二）报送方式\n请将线索信息填入附件表格中，并发送至"
    "邮箱ceacq@163.com，邮件主题统一标注为“渝工故事线索+推荐单位/推荐人+联系方式”。\n五、征集时间\n长期有效。\n附件：“重庆工程师故事”线索征集表"
)


def notice_document() -> bytes:
    document = docx.Document(io.BytesIO(blank_form()))
    for line in reversed(NOTICE.split("\n")):
        document.paragraphs[0].insert_paragraph_before(line)
    return saved(document)


@pytest.mark.parametrize(
    "subject", ["关于开展讲好“重庆工程师故事”线索征集的通知", "Fw: 渝工故事线索征集通知", "请学习", "渝工故事线索"]
)
@pytest.mark.parametrize(
    ("text", "files"),
    [
        (NOTICE, ()),
        ("见附件", (File("通知.docx", notice_document()),)),
        ("见附件", (File("通知.zip", zipped_as({"通知.docx": notice_document(), "附件.docx": blank_form()}), FILE),)),
    ],
    ids=["text", "docx", "zip"],
)
def test_the_notice_is_no_submission(subject: str, text: str, files: tuple[File, ...]) -> None:
    reading = read(netease_web(Letter(subject, text=text, files=files)))
    assert (reading.kind, reading.submissions) == (Kind.OTHER, ())


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("见附件", (File("表.pdf", b"%PDF-1.4 broken"),)),  # may be the form
        ("征集表.docx https://pan.baidu.com/s/1abc", ()),
    ],
)
def test_what_cannot_be_read_may_be_a_submission_all_the_same(text: str, files: tuple[File, ...]) -> None:
    reading = read(netease_web(Letter("关于渝工故事线索征集的通知", text=text, files=files)))
    assert reading.kind is Kind.SUBMISSION


def test_a_blank_form_in_a_zip_says_nothing() -> None:
    blank = File("附件.zip", zipped_as({"征集表.docx": blank_form()}), FILE)
    assert read(netease_web(Letter("请问怎么填", files=[blank]))).kind is Kind.OTHER
    reading = read(netease_web(Letter(SUBJECT, files=[blank])))
    assert (reading.kind, names(reading), len(reading.submissions[0].missing)) == (Kind.SUBMISSION, [], 10)


# --- links ---


def test_a_link_in_an_answers_quotation_is_nobodys_trouble() -> None:
    link = "视频.mp4 https://wx.mail.qq.com/ftn/download?func=3&key=1&code=2"
    assert codes(read(qq_web(Letter("回复：" + SUBJECT, text=f"好的\n\n{HEAD_QQ.format(SUBJECT)}{link}")))) == []
    assert codes(read(qq_web(Letter(SUBJECT, text=link)))) == ["large_attachment_link"]
    beside = read(qq_web(Letter(SUBJECT, text=link, files=[File("征集表.docx", FORM)])))
    assert codes(beside) == ["large_attachment_link"]
    assert "征集表已经收到" in beside.problems[0].message


# --- what a mail may cost ---


def test_files_that_are_all_labels_stay_closed_after_some() -> None:
    def opened(*files: File) -> int:
        message = parse_message(qq_web(Letter(SUBJECT, files=files)))
        parts = letter_of(message, MARKS, Allowance(), Means()).parts
        return sum(isinstance(one.document, Document) for one in parts)

    bars = ("|姓名" * 60 + "\n") * 500
    assert 5 < opened(*(File(f"{n}.txt", f"{bars}{n}".encode(), FILE) for n in range(60))) < 25
    assert opened(File("表.zip", zipped_as({f"{n}.docx": FORM for n in range(100)}), FILE)) == 100
