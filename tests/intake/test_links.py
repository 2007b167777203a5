"""Attachments that are only links, as the mail services write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.links import CloudLink, cloud_links, link_problem

EXPIRY = "2026年8月17日 0:49"


@pytest.mark.parametrize(
    ("text", "html", "expected"),
    [
        # 163 web
        (
            "",
            (
                "<div><b>从网易163邮箱发来的超大附件</b><br>"
                '<a href="https://mail.163.com/large-attachment-download/index.html?file=KEY">征集表.docx</a>'
                "<span> (80.96M, 2026年8月17日 0:49 到期)</span></div>"
            ),
            [("征集表.docx", "80.96M", EXPIRY)],
        ),
        (
            "",
            '<a class="bigattach-mailmaster-download" href="http://u.163.com/abc">故事 材料.zip</a>',
            [("故事 材料.zip", "", "")],
        ),
        ("http://fs.163.com/fs/display/?p=X-NETEASE-HUGE-ATTACHMENT&file=abc&title=x", "", [("", "", "")]),
        (
            "",
            '从网易邮箱大师发来的云附件<br>照片.rar <a href="https://dashi.163.com/html/cloud-attachment-download/?key=K">下载</a>',
            [("照片.rar", "", "")],
        ),
        (
            "",
            (
                '<div id="divNeteaseSiriusCloudAttach">从网易企业邮箱发来的云附件'
                '<a href="https://edisk.qiye.163.com/api/biz/attachment/download?identity=1">表.pdf</a> 12.5MB</div>'
            ),
            [("表.pdf", "12.5MB", "")],
        ),
        (  # size and day in elements of their own, nothing between them
            "",
            (
                '从网易企业邮箱发来的云附件<a href="https://edisk.qiye.163.com/api/biz/attachment/download?identity=1">表.pdf</a>'
                "<span>120.5MB</span><span>2026年8月17日到期</span>"
            ),
            [("表.pdf", "120.5MB", "2026年8月17日")],
        ),
        (  # 下载 beside the first file; the next name is the second one's
            "",
            (
                '从网易163邮箱发来的超大附件<div><a href="https://mail.163.com/large-attachment-download/index.html?file=A">表.rar</a>'
                f'(80M, {EXPIRY} 到期)</div><a href="https://mail.163.com/large-attachment-download/index.html?file=A">下载</a>'
                '<div><a href="https://mail.163.com/large-attachment-download/index.html?file=B">采访.mp4</a>'
                f"(1.02G, {EXPIRY} 到期)</div>"
            ),
            [("表.rar", "80M", EXPIRY), ("采访.mp4", "1.02G", EXPIRY)],
        ),
        (  # all of it within the anchor
            "",
            (
                '从网易邮箱大师发来的云附件<a href="https://dashi.163.com/html/cloud-attachment-download/?key=K">'
                "<span>王伟 <b>材料</b>.rar</span><span>80.2M | 2026年8月17日 到期</span></a>"
            ),
            [("王伟 材料.rar", "80.2M", "2026年8月17日")],
        ),
        # QQ, in plain text and new
        (
            (
                "从QQ邮箱发来的超大附件\n\n征集表(最终版).docx (128.03M, 2020年11月27日 21:59 到期)"
                "进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=1&code=2"
            ),
            "",
            [("征集表(最终版).docx", "128.03M", "2020年11月27日 21:59")],
        ),
        # the code that a pan asks for is no size
        (
            "通过网盘分享的文件：推荐材料\n链接: https://pan.baidu.com/s/1AbCdEf 提取码: 8k2m\n",
            "",
            [("推荐材料", "", "")],
        ),
        ("视频.mp4 https://wx.mail.qq.com/ftn/download?func=3&key=1&code=2", "", [("视频.mp4", "", "")]),
        # two in one mail, told by text and HTML alike
        (
            "a.docx http://u.163.com/1\nb.zip http://u.163.com/2",
            '<a href="http://u.163.com/1">a.docx</a> (1.2M, 2026年8月17日 0:49 到期)<br><a href="http://u.163.com/2">b.zip</a>',
            [("a.docx", "1.2M", EXPIRY), ("b.zip", "", "")],
        ),
        # a service unheard of
        (
            "从某某邮箱发来的超大附件\n表.docx (60M, 2026年8月17日 0:49 到期) 下载：https://x.example/1",
            "",
            [("表.docx", "60M", EXPIRY)],
        ),
        # others
        ("https://mail.sina.com.cn/filecenter/download.php?id=1", "", [("", "", "")]),
        ("https://download.cloud.189.cn/file/downloadFile.action?dt=1", "", [("", "", "")]),
        (
            "通过百度网盘分享的文件：渝工材料 链接：https://pan.baidu.com/s/1abc 提取码：abcd",
            "",
            [("渝工材料", "", "")],
        ),
        ("https://1drv.ms/w/s!abc", "", [("", "", "")]),
        ("https://drive.google.com/file/d/1/view", "", [("", "", "")]),
        ("https://docs.qq.com/doc/DABC", "", [("", "", "")]),
        ("https://kdocs.cn/l/abc", "", [("", "", "")]),
        ("https://share.weiyun.com/abc", "", [("", "", "")]),
        # QQ's web page: a picture, the name and a button all lead there
        (
            "",
            (
                '<div>从QQ邮箱发来的超大附件</div><a href="https://wx.mail.qq.com/ftn/download?func=3&amp;key=K1&amp;code=c"><img src="x"></a>'
                '<a href="https://wx.mail.qq.com/ftn/download?func=3&amp;key=K1&amp;code=c">征集表（张伟）.docx</a>'
                "<div>(12.3M, 2026年08月17日 00:49 到期)</div>"
                '<a href="https://wx.mail.qq.com/ftn/download?func=3&amp;key=K1&amp;code=c">进入下载页面</a>'
            ),
            [("征集表（张伟）.docx", "12.3M", "2026年08月17日 00:49")],
        ),
        (
            "来自企业微信邮箱发送的超大附件\n张伟.zip (60M, 2026-08-17 0:49 到期) https://exmail.qq.com/cgi-bin/ftnExs_download?t=x&k=1",
            "",
            [("张伟.zip", "60M", "2026-08-17 0:49")],
        ),
        ("https://dl.mail.ftn.qq.com/ftn_handler/abc?fname=%E8%A1%A8.docx", "", [("", "", "")]),
        ("表.docx https://drive.weixin.qq.com/s?k=AAA", "", [("表.docx", "", "")]),
        (
            "http://fs.163.com/fs/display/?file=abc&title=%E5%BE%81%E9%9B%86%E8%A1%A8.docx",
            "",
            [("征集表.docx", "", "")],
        ),
        ("表.docx https://mail.qiye.163.com/qiyeurl/attachment/download?id=1", "", [("表.docx", "", "")]),
        ("https://yun.139.com/link/w/i/2abc", "", [("", "", "")]),
        ("https://cloud.189.cn/t/abcd（访问码：1a2b）", "", [("", "", "")]),
        # pans, as their buttons for sharing write it
        (
            "通过网盘分享的文件：渝工材料\n链接: https://pan.baidu.com/s/1abc?pwd=abcd 提取码: abcd \n--来自百度网盘超级会员v5的分享",
            "",
            [("渝工材料", "", "")],
        ),
        (
            "我用夸克网盘给你分享了「征集表.docx」，点击链接或复制整段内容，打开「夸克APP」即可获取。\n链接：https://pan.quark.cn/s/1a2b",
            "",
            [("征集表.docx", "", "")],
        ),
        (
            "「张伟材料」https://www.alipan.com/s/abc\n点击链接保存，或者复制本段内容，打开「阿里云盘」APP ，无需下载极速在线查看",
            "",
            [("", "", "")],
        ),
        ("https://www.123pan.com/s/abc-d.html 提取码:abcd 7天内有效", "", [("", "", "7天内有效")]),
        ("表.docx https://wwk.lanzouq.com/iabcd", "", [("表.docx", "", "")]),
        ("微云文件分享：征集表.docx下载地址：https://share.weiyun.com/abc", "", [("征集表.docx", "", "")]),
        ("【腾讯文档】线索征集表\nhttps://docs.qq.com/doc/DABC", "", [("线索征集表", "", "")]),
        ("【金山文档 | WPS云文档】 征集表.docx\nhttps://www.kdocs.cn/l/cabc", "", [("征集表.docx", "", "")]),
        ("征集表 https://abc.feishu.cn/docx/Xabc", "", [("", "", "")]),
        ("https://alidocs.dingtalk.com/i/nodes/abc", "", [("", "", "")]),
        (
            "点按以下载\n征集表.zip\n68.2 MB\nhttps://www.icloud.com.cn/attachment/?u=x&f=a.zip&sz=1",
            "",
            [("征集表.zip", "68.2MB", "")],
        ),
        ("https://we.tl/t-AbCd", "", [("", "", "")]),
        ("https://contoso-my.sharepoint.com/:w:/g/personal/abc", "", [("", "", "")]),
        ("表.docx https://www.jianguoyun.com/p/abc (有效期至：2026-08-17)", "", [("表.docx", "", "2026-08-17")]),
        (
            "",
            '表.docx<a href="https://apc01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fpan.baidu.com%2Fs%2F1abc&amp;data=1">链接</a>',
            [("表.docx", "", "")],
        ),
        # a signature, an advertisement, a home page
        ("发自网易邮箱大师 https://dashi.163.com/ https://mail.163.com/dashi/dlpro.html?from=mail", "", []),
        ("来自QQ邮箱 https://mail.qq.com/ https://exmail.qq.com/ https://work.weixin.qq.com/", "", []),
        ("", '<a href="http://u.163.com/xyz">30天无忧退货</a>', []),
        (
            "公司网盘 https://pan.baidu.com/ https://www.kdocs.cn/ https://www.alipan.com https://docs.qq.com/ https://drive.google.com/",
            "",
            [],
        ),
        ("zhang@mail.163.com/large-attachment-download", "", []),
        ("因为超大附件发不出去，材料分两封邮件发送。", "", []),
        (
            "https://news.baidu.com/s/1 https://www.icloud.com/ https://onedrive.live.com/ https://www.dropbox.com/",
            "",
            [],
        ),
        # any host that is shown with a file's name and size; iCloud's own address within an address
        (
            "",
            '<a href="https://mail.corp.cn/s?func=nf:downloadFile&id=1">表.zip</a> 78.2MB',
            [("表.zip", "78.2MB", "")],
        ),
        (
            "",
            '<a href="https://www.icloud.com/attachment/?u=https%3A%2F%2Fcvws.icloud-content.com%2FB%2Fx">表.zip</a>',
            [("表.zip", "", "")],
        ),
        (
            "来自某某邮箱的超大附件 表.zip (80.1M, 2026年4月1日到期) 下载：http://fs.mail.corp.cn/s?k=1",
            "",
            [("表.zip", "80.1M", "2026年4月1日")],
        ),
        ("", '<a href="https://www.example.com/a.pdf">产品手册.pdf</a>，共 20 页', []),
        # no such link
        ("请见 https://www.163.com/news 与 https://mail.163.com/", "", []),
        ("从QQ邮箱发来的邮件，附件征集表.docx", "", []),
        ("发自我的iPhone http://notu.163.community/x", '<a href="https://mail.qq.com">QQ邮箱</a>', []),
        ("", "", []),
    ],
)
def test_links(text, html, expected):
    assert cloud_links(text, html) == tuple(CloudLink(*link) for link in expected)


def test_the_sentence_names_file_size_and_expiry():
    problem = link_problem([CloudLink("征集表.docx", "80.96M", EXPIRY), CloudLink("", "", "")])
    assert problem.code == "large_attachment_link"
    assert "《征集表.docx》，80.96M，2026年8月17日 0:49到期；未写明文件名" in problem.message


def test_beside_a_form_the_sentence_asks_for_no_form():
    link = CloudLink("视频.mp4", "", "7天内有效")
    message = link_problem([link], form_found=True).message
    assert "《视频.mp4》，7天内有效" in message
    assert "征集表已经收到" in message
    assert "请把征集表" not in message


@pytest.mark.parametrize(
    "run",
    [
        "a.",
        "docs.qq.com/",
        "分享",
        "【腾讯文档】",
        "有效期",
        "-",
        "<",
        "<a ",
        "<a href=x>",
        "u.163.com/ ",
        "exmail.qq.com/",
        " ",
        "⟦",
    ],
)
def test_long_runs_of_one_thing_take_no_longer_than_they_should(run):
    text = run * (100_000 // len(run))  # what grows with the square would not end within a test's patience
    assert len(cloud_links(text, text)) <= 1


@given(st.text(), st.text(alphabet='<a href="http://u.163.com/">征集表.docx (1M, 2026年8月17日 到期)⟦⟧'))
def test_never_raises(text, html):
    assert all(isinstance(link, CloudLink) for link in cloud_links(text, html))
