"""What is no submission: bounces, answering machines, questions; and answers to what we asked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from grids import cell, docx, row, table
from letters import File, Letter, b64, foxmail, netease_web, outlook, phone, qq_web, word

from corpus_making.sample import OURS, Sample, nothing, reading

BOUNCE = f"""Received: from mxmail.netease.com (unknown [10.0.0.2]) by mx01 (Coremail) with SMTP id x; Mon, 2 Mar 2026 10:00:00 +0800 (CST)
From: Postmaster@163.com
To: ceacq@163.com
Subject: =?gb2312?B?z7XNs83L0MU=?=
Date: Mon, 2 Mar 2026 10:00:00 +0800
Message-ID: <bounce-1@163.com>
X-Mailer: Coremail MTA server
X-CM-Original-Message-ID: {OURS}
MIME-Version: 1.0
Content-Type: Multipart/report;
 report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=gb2312
Content-Transfer-Encoding: base64

{b64("抱歉，您的邮件被退回来了。收件人 nobody@163.com".encode("gb2312"))}
--b1
Content-Type: Message/delivery-status

Reporting-MTA: dns; 163.com

Final-Recipient: rfc822; nobody@163.com
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 User not found

--b1
Content-Type: Message/Rfc822

From: ceacq@163.com
To: nobody@163.com
Subject: {word("Re: 渝工故事线索 [YG-2026-00001]")}
Message-ID: {OURS}

--b1--
"""
BOUNCE_OF_QQ = f"""From: "QQ" <PostMaster@qq.com>
To: ceacq@163.com
Subject: {word("来自qq.com的退信", "gb18030")}
Date: Mon, 2 Mar 2026 10:00:00 +0800
Message-ID: <bounce-2@qq.com>
Auto-Submitted: auto-generated
In-Reply-To: {OURS}
MIME-Version: 1.0
Content-Type: multipart/report; boundary="b2"

--b2
Content-Type: text/html; charset=gb18030
Content-Transfer-Encoding: base64

{b64("<p>您的邮件被退回来了，收件人：nobody@qq.com，退信原因：收件人邮箱不存在。</p>".encode("gb18030"))}
--b2
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64

{b64(b"Subject: x")}
--b2--
"""
RECEIPT = f"""From: {word("王敏")} <wang@example.com>
To: ceacq@163.com
Subject: {word("已读: Re: 渝工故事线索 [YG-2026-00001]")}
Date: Mon, 2 Mar 2026 10:00:00 +0800
Message-ID: <receipt-1@example.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="b3"

--b3
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

{b64("您的邮件已于 2026年3月2日 10:00 被阅读。".encode())}
--b3
Content-Type: message/disposition-notification

Final-Recipient: rfc822; wang@example.com
Original-Message-ID: {OURS}
Disposition: manual-action/MDN-sent-manually; displayed

--b3--
"""
QUOTE_OF_OUTLOOK = (
    "<div class=WordSection1><p class=MsoNormal>出生年月：1975年3月<o:p></o:p></p><p class=MsoNormal>职务：总工程师</p>"
    '<div style="border-top:solid #E1E1E1 1.0pt"><p class=MsoNormal><b>发件人<span lang=EN-US>:</span></b> 协会 &lt;ceacq@163.com&gt;<br>'
    "<b>发送时间<span lang=EN-US>:</span></b> 2026年3月3日 9:00<br><b>收件人:</b> 张三<br><b>主题:</b> Re: 渝工故事线索</p></div>"
    "<table><tr><td>性别</td><td>男</td></tr><tr><td>工作年限</td><td>22年</td></tr></table></div>"
)


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


#: Trait: kind, and how it is written.
SILENT = {
    "bounce-163": ("bounce", partial(crlf, BOUNCE)),
    "bounce-qq": ("bounce", partial(crlf, BOUNCE_OF_QQ)),
    "receipt-read": ("auto_reply", partial(crlf, RECEIPT)),
    "vacation-qq": (
        "auto_reply",
        partial(
            qq_web,
            Letter(
                subject="自动回复: Re: 渝工故事线索+某单位+13900000000",
                sender="wang@qq.com",
                sender_name="王五",
                html="这是来自QQ邮箱的假期自动回复邮件。<br>您好，我最近正在休假中。",
                text="",
                in_reply_to=OURS,
            ),
        ),
    ),
    "vacation-exchange": (
        "auto_reply",
        partial(
            outlook,
            Letter(
                subject="自动答复: Re: 渝工故事线索+某单位+13900000000",
                text="我正在出差，3月9日返回。",
                headers=(("X-Auto-Response-Suppress", "All"), ("Auto-Submitted", "auto-generated")),
                in_reply_to=OURS,
                message_id="<vacation-exchange@example.com>",
            ),
        ),
    ),
    "auto-submitted": (
        "auto_reply",
        partial(
            outlook,
            Letter(
                subject="渝工故事线索+某单位+13900000000",
                headers=(("Auto-Submitted", "auto-replied"),),
                text="Out of office.",
            ),
        ),
    ),
    "a-question": (
        "other",
        partial(
            qq_web,
            Letter(
                subject="咨询一下征集活动的时间",
                sender="liu@qq.com",
                sender_name="刘六",
                text="请问第二批什么时候截止？谢谢。",
            ),
        ),
    ),
    "a-question-with-the-campaigns-word": (
        "other",
        partial(
            qq_web,
            Letter(
                subject="渝工故事线索征集咨询",
                sender="liu@qq.com",
                text="请问第二批截止到什么时候？在哪里下载表格？",
                message_id="<asks@example.com>",
            ),
        ),
    ),
    "an-advertisement": (
        "other",
        partial(
            foxmail,
            Letter(
                subject="代开发票，点数优惠",
                sender="sell@example.com",
                text="联系人：陈经理\n电话：13800009999\n单位：某某财税公司\n",
                message_id="<sells@example.com>",
            ),
        ),
    ),
    "a-newsletter": (
        "other",
        partial(
            outlook,
            Letter(
                subject="工程师周刊第12期",
                text="本期要目：桥梁监测新技术。",
                headers=(("List-Unsubscribe", "<mailto:off@example.com>"), ("Precedence", "bulk")),
                message_id="<weekly@example.com>",
            ),
        ),
    ),
    "recall-outlook": (
        "other",
        partial(
            outlook,
            Letter(
                subject="撤回: 渝工故事线索+某单位+13900000000",
                text="王敏 将撤回邮件“渝工故事线索”。",
                message_id="<recall@example.com>",
            ),
        ),
    ),
    "receipt-not-read": (
        "auto_reply",
        partial(
            outlook,
            Letter(
                subject="未读: Re: 渝工故事线索 [YG-2026-00001]",
                text="您的邮件未被阅读即被删除",
                message_id="<unread@example.com>",
            ),
        ),
    ),
    "vacation-says-so-itself": (
        "auto_reply",
        partial(
            outlook,
            Letter(
                subject="Re: 渝工故事线索+某单位+13900000000",
                text="【自动回复】您好，我正在出差，回来后回复您。",
                in_reply_to=OURS,
                message_id="<auto@example.com>",
            ),
        ),
    ),
}

ANSWERS = "您好，补充如下：\n出生年月：1975年3月\n职务：总工程师\n\n"
QQ_QUOTE = '------------------ 原始邮件 ------------------\n发件人: "重庆市工程师协会" <ceacq@163.com>;\n主题: Re: 渝工故事线索\n\n还缺：出生年月：例如 1980年5月\n性别：男\n'
WEB_163_QUOTE = '\n\n在 2026-03-03 09:00:00，"重庆市工程师协会" <ceacq@163.com> 写道：\n> 还缺：出生年月：例如 1980年5月\n> 性别：男\n'
SUBJECT = "回复：Re: 渝工故事线索 [YG-2026-00001]"


def _asked_for() -> File:
    cells = (cell("职务"), cell("总工程师"), cell("出生年月"), cell("1975年3月"))
    return File("补充.docx", docx(table(row(*cells), columns=4), title=""))


def samples() -> Iterator[Sample]:
    for name, (kind, make) in SILENT.items():
        yield Sample(name, make, nothing(kind))
    told = {"fields": {"birth_month": "1975-03", "position": "总工程师"}, "missing": [], "problems": []}
    follow = reading(told, kind="follow_up", reply=None)
    first = Letter(
        subject="回复：Re: 渝工故事线索+某单位+13900000000 [YG-2026-00001]", text=ANSWERS + QQ_QUOTE, in_reply_to=OURS
    )
    yield Sample("follow-up-lines", partial(qq_web, first), follow)
    prose = Letter(
        subject=SUBJECT,
        text="您好，补充如下：出生年月是1975年3月，职务是总工程师。谢谢！\n",
        in_reply_to=OURS,
        message_id="<prose@example.com>",
    )
    yield Sample("follow-up-prose", partial(netease_web, prose), follow)

    def with_a_file() -> bytes:
        return qq_web(Letter(subject=SUBJECT, files=(_asked_for(),), in_reply_to=OURS, message_id="<file@example.com>"))

    yield Sample("follow-up-file-with-two-fields", with_a_file, follow)
    quoting = Letter(
        subject="答复: 渝工故事线索 [YG-2026-00001]",
        text="出生年月：1975年3月\n职务：总工程师\n\n发件人: 协会 <ceacq@163.com>\n发送时间: 2026年3月3日 9:00\n收件人: 张三\n主题: Re: 渝工故事线索\n\n性别\n男\n工作年限\n22年\n",
        html=QUOTE_OF_OUTLOOK,
        in_reply_to=OURS,
        message_id="<outlook-quote@example.com>",
    )
    yield Sample("follow-up-outlook-quotes-a-table", partial(outlook, quoting), follow)
    web = Letter(
        subject="Re:Re: 渝工故事线索",
        text=ANSWERS + WEB_163_QUOTE,
        in_reply_to=OURS,
        message_id="<web-163@example.com>",
    )
    yield Sample("follow-up-163-quotes", partial(netease_web, web), follow)
    typed = Letter(
        subject="Re: 渝工故事线索 [YG-2026-00001]",
        text="出生年月：1975年3月\n职务：总工程师\n\n发自我的 iPhone\n\n> 在 2026年3月3日，09:00，协会 <ceacq@163.com> 写道：\n>\n> 性别：男\n",
        in_reply_to=OURS,
        message_id="<iphone@example.com>",
    )
    yield Sample("follow-up-iphone-quotes", partial(phone, typed), follow)
