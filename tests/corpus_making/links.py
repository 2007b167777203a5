"""Links in place of attachments, as each service writes them; never fetched."""

from __future__ import annotations

from collections.abc import Iterator

from letters import foxmail, netease_web, outlook, phone, qq_web

from corpus_making.sample import Sample, mailed, nominee, reading, submission, unread

LINK = (
    '<div id="divNeteaseBigAttach"><b>从网易163邮箱发来的超大附件</b><a href="https://mail.163.com/large-attachment-download/index.html?file=KEY">'
    "渝工故事线索征集表.docx</a><span> (80.96M, 2026年4月17日 0:49 到期)</span></div>"
)

#: Trait: client, text, HTML, and what staff and sender must be told of it.
PLACES = {
    "link-163-old": (
        netease_web,
        "材料见 http://fs.163.com/fs/display/?p=X-NETEASE-HUGE-ATTACHMENT&file=abc&title=%E5%BE%81%E9%9B%86%E8%A1%A8.docx",
        None,
        ["征集表.docx"],
    ),
    "link-netease-master": (
        phone,
        "从网易邮箱大师发来的云附件\n征集表.rar (12.6M, 2026年4月17日 0:49 到期)\nhttps://dashi.163.com/html/cloud-attachment-download/?key=K\n",
        None,
        ["征集表.rar", "12.6M", "2026年4月17日 0:49"],
    ),
    "link-netease-enterprise": (
        netease_web,
        "见附件",
        '<p>见附件</p><div id="divNeteaseSiriusCloudAttach">从网易企业邮箱发来的云附件<a href="https://edisk.qiye.163.com/api/biz/attachment/download?identity=1">征集表.pdf</a> 12.5MB</div>',
        ["征集表.pdf", "12.5MB"],
    ),
    "link-qq-old": (
        foxmail,
        "从QQ邮箱发来的超大附件\n\n征集表(最终版).docx (128.03M, 2026年3月27日 21:59 到期)进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=1&code=2\n",
        None,
        ["征集表(最终版).docx", "128.03M", "2026年3月27日 21:59"],
    ),
    "link-qq-new": (
        qq_web,
        "见附件",
        (
            '<div>从QQ邮箱发来的超大附件</div><a href="https://wx.mail.qq.com/ftn/download?func=3&amp;key=K1&amp;code=c"><img src="x"></a>'
            '<a href="https://wx.mail.qq.com/ftn/download?func=3&amp;key=K1&amp;code=c">征集表（张伟）.docx</a>'
            "<div>(12.3M, 2026年08月17日 00:49 到期)</div>"
            '<a href="https://wx.mail.qq.com/ftn/download?func=3&amp;key=K1&amp;code=c">进入下载页面</a>'
        ),
        ["征集表（张伟）.docx", "12.3M", "2026年08月17日 00:49"],
    ),
    "link-exmail": (
        outlook,
        "来自企业微信邮箱发送的超大附件\n推荐材料.zip (60M, 2026-08-17 0:49 到期) https://exmail.qq.com/cgi-bin/ftnExs_download?t=x&k=1\n",
        None,
        ["推荐材料.zip", "60M"],
    ),
    "link-sina": (
        outlook,
        "征集表.docx https://mail.sina.com.cn/filecenter/download.php?id=1\n",
        None,
        ["征集表.docx"],
    ),
    "link-189": (
        outlook,
        "征集表.doc https://download.cloud.189.cn/file/downloadFile.action?dt=1\n",
        None,
        ["征集表.doc"],
    ),
    "link-139": (phone, "征集表 https://yun.139.com/link/w/i/2abc\n", None, ["链接"]),
    "link-baidu": (
        netease_web,
        "通过网盘分享的文件：渝工材料\n链接: https://pan.baidu.com/s/1abc?pwd=abcd 提取码: abcd \n--来自百度网盘超级会员v5的分享\n",
        None,
        ["渝工材料"],
    ),
    "link-online-document": (
        phone,
        "【金山文档 | WPS云文档】 征集表.docx\nhttps://www.kdocs.cn/l/cabc\n",
        None,
        ["征集表.docx"],
    ),
    "link-of-seven-days": (
        qq_web,
        "表.docx https://www.123pan.com/s/abc-d.html 提取码:abcd 7天内有效\n",
        None,
        ["7天内有效"],
    ),
}


def samples() -> Iterator[Sample]:
    one = nominee(133)
    make = mailed(one, files=list, html=f"<p>见附件</p>{LINK}")
    yield Sample("large-attachment-link", make, unread(one, "large_attachment_link"))
    for number, (name, (by, text, html, says)) in enumerate(PLACES.items()):
        one = nominee(330 + number)
        make = mailed(one, files=list, by=by, text=text, html=html)
        yield Sample(name, make, unread(one, "large_attachment_link", says=says))
    one = nominee(345)
    text = "征集表见附件，视频：\n视频.mp4 https://wx.mail.qq.com/ftn/download?func=3&key=1&code=2\n"
    make = mailed(one, by=qq_web, text=text)
    expected = reading(submission(one), problems=("large_attachment_link",), says=["征集表已经收到"])
    yield Sample("link-beside-the-form", make, expected)
    one = nominee(346)
    text = "您好，征集表见附件。\n\n发自网易邮箱大师 https://dashi.163.com/\n公司网盘 https://pan.baidu.com/\n"
    yield Sample("links-of-a-signature", mailed(one, by=phone, text=text), reading(submission(one)))
