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
            [("故事材料.zip", "", "")],
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
        # QQ, in plain text and new
        (
            (
                "从QQ邮箱发来的超大附件\n\n征集表(最终版).docx (128.03M, 2020年11月27日 21:59 到期)"
                "进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=1&code=2"
            ),
            "",
            [("征集表(最终版).docx", "128.03M", "2020年11月27日 21:59")],
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


@pytest.mark.parametrize("run", ["-", "<", "<a ", "<a href=x>", "u.163.com/ ", "exmail.qq.com/", " ", "⟦"])
def test_long_runs_of_one_thing_take_no_longer_than_they_should(run):
    text = run * (100_000 // len(run))  # what grows with the square would not end within a test's patience
    assert len(cloud_links(text, text)) <= 1


@given(st.text(), st.text(alphabet='<a href="http://u.163.com/">征集表.docx (1M, 2026年8月17日 到期)⟦⟧'))
def test_never_raises(text, html):
    assert all(isinstance(link, CloudLink) for link in cloud_links(text, html))
