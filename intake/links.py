"""Files that a mail only links to: 超大附件 and 云附件 of the mail services, pans and online documents. Never fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import islice
from urllib.parse import unquote

from intake.chinese.characters import even
from intake.values.values import Problem


@dataclass(frozen=True, slots=True)
class CloudLink:
    name: str  # "" where the mail does not say
    size: str
    expiry: str  # 2026年8月17日 0:49, 7天内有效; "" where the mail does not say


_ANY = r"\S"
#: Where such files lie: host, or the end of one, and how the path of a file begins. Home pages stand in signatures.
_PLACES = {
    # NetEase: web mail, 网易邮箱大师, enterprise
    **dict.fromkeys(
        ("mail.163.com", "mail.126.com", "mail.yeah.net", "mail.188.com", "vip.163.com", "vip.126.com"),
        r"large-attachment-download|filehub|cloud-attachment",
    ),
    "u.163.com": _ANY,
    "fs.163.com": r"fs/(?:display|service)",
    "dashi.163.com": r"html/cloud-attachment",
    "qiye.163.com": r"\S{0,99}(?:attach|download\b|bigattach|largeattach|filehub)",
    # Tencent: QQ, Foxmail, exmail, 企业微信, 微云, 腾讯文档
    "mail.qq.com": r"cgi-bin/(?:ftnExs_download|ftnDownload|exs_)|ftn/|\S{0,99}[?&]t=exs_ftn_download",
    "exmail.qq.com": r"\S{0,99}(?:ftn|exs_|bigattach|download\b)",
    "ftn.qq.com": _ANY,
    "work.weixin.qq.com": r"\S{0,99}(?:ftn|wedrive|disk)",
    "drive.weixin.qq.com": r"s\b",
    "doc.weixin.qq.com": r"(?:doc|sheet|slide|form|pdf|mind|smartsheet|txdoc)/",
    "docs.qq.com": r"(?:doc|sheet|form|pdf|slide|mind|flowchart|smartsheet|aio|s|d|scenario|desktop/mydoc/folder)/",
    "share.weiyun.com": _ANY,
    "weiyun.com": r"\S{0,40}share",
    "qfile.qq.com": r"q/",
    # Sina, Sohu, the telephone companies
    "mail.sina.com.cn": r"filecenter|\S{0,60}largeattach",
    "mail.sina.cn": r"filecenter|\S{0,60}largeattach",
    "vdisk.weibo.com": r"(?:s|lc)/",
    "mail.sohu.com": r"\S{0,60}(?:bigattach|largeattach|netdisk)",
    "cloud.189.cn": r"(?:t/|web/share|file/downloadFile|share)",
    "mail.189.cn": r"\S{0,99}(?:bigattach|largeattach|download|disk)",
    "yun.139.com": r"(?:link|shareweb|w/|m/|\S{0,40}share)",
    "caiyun.139.com": r"(?:m/|w/|link|\S{0,40}share)",
    **dict.fromkeys(
        ("mail.10086.cn", "mail.139.com"), r"\S{0,99}(?:disk|largeattach|bigattach|bigfile|share|filestation)"
    ),
    # pans
    **dict.fromkeys(("pan.baidu.com", "yun.baidu.com"), r"(?:s/|e/|share/|wap/(?:init|link))"),
    "pan.quark.cn": r"(?:s|g)/",
    "drive.uc.cn": r"s/",
    **dict.fromkeys(("aliyundrive.com", "alipan.com"), r"(?:s|t)/"),
    **dict.fromkeys(("123pan.com", "123pan.cn", "123684.com", "123865.com", "123912.com", "123952.com"), r"s/"),
    **dict.fromkeys(("115.com", "115cdn.com", "anxia.com"), r"s/"),
    "pan.xunlei.com": r"s/",
    "yunpan.360.cn": r"surl_|\S{0,40}share",
    "jianguoyun.com": r"(?:p|c)/",
    "pan.wo.cn": r"s/",
    "feijipan.com": r"s/",
    "fangcloud.com": r"(?:share|sharing|external)",
    "airportal.cn": r"\d",
    **dict.fromkeys(("terabox.com", "1024terabox.com"), r"s/"),
    "cowtransfer.com": r"s/",
    "wenshushu.cn": r"(?:f|k|box)/",
    "ctfile.com": r"(?:f|d|file|dir|fs)/",
    "i.mi.com": r"\S{0,60}share|pub/",
    **dict.fromkeys(("cloud.huawei.com", "hicloud.com"), r"\S{0,99}(?:share|link|drive)"),
    "yun.vivo.com.cn": r"\S{0,60}share",
    # online documents
    "kdocs.cn": r"(?:l|p|view|office|folder|join|wo|weboffice)/|singleSign",
    **dict.fromkeys(("f.wps.cn", "pan.wps.cn", "drive.wps.cn", "s.wps.cn"), _ANY),
    **dict.fromkeys(
        ("feishu.cn", "larksuite.com", "larkoffice.com"),
        r"(?:file|docx?|docs|sheets?|drive|base|wiki|slides|mindnotes)/",
    ),
    "alidocs.dingtalk.com": r"i/|document|\S{0,40}share",
    **dict.fromkeys(("space.dingtalk.com", "pan.dingtalk.com", "qr.dingtalk.com"), r"\S{0,60}(?:s/|yunpan|share|file)"),
    "shimo.im": r"(?:docs|sheets|files?|folder)/",
    "yuque.com": r"[\w-]+/[\w-]+/\w",
    # abroad
    "1drv.ms": _ANY,
    "onedrive.live.com": r"\S{0,30}(?:\?|redir|embed|download|:\w:)",
    **dict.fromkeys(("sharepoint.com", "sharepoint.cn"), r":\w:/|\S{0,99}(?:download|personal|guestaccess|sharedlink)"),
    "drive.google.com": r"(?:file|drive/(?:u/\d/)?folders|open|uc)\b",
    "docs.google.com": r"(?:document|spreadsheets|presentation|forms|file)/",
    **dict.fromkeys(
        ("icloud.com", "icloud.com.cn"), r"(?:attachment|iclouddrive|pages|numbers|keynote|photos|sharedalbum)"
    ),
    **dict.fromkeys(("we.tl", "wetransfer.com"), r"(?:t-|downloads/)"),
    "dropbox.com": r"(?:s|sh|scl|l|t)/",
}
_PATHS = {host: re.compile(path, re.IGNORECASE) for host, path in _PLACES.items()}
_BARE_ALIAS = frozenset(("u.163.com",))  # short addresses of everything: a file only where one is named
_LANZOU = re.compile(r"(?:lanzou\w?|lanz[nopv]|woozooo)\.com")
_URL = re.compile(
    r"(?<![\w.@-])(?:https?://)?((?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,4})(?::\d{2,5})?/([^\s\"'<>⟦⟧（）()，。；、】」》”]*)",
    re.IGNORECASE,
)
#: The heading that services put above such files, whatever the host.
_HEADING = re.compile(
    r"(?:从|来自).{0,16}?(?:发来|发送|发出|(?<=邮箱))的(?:超大|云|大容量)附件|div(?:NeteaseBigAttach|NeteaseSiriusCloudAttach)"
    r"|^[^\S\n]*(?:超大|云|大容量)附件(?:[^\n]{0,12}|\s*[（(][^\n]{0,40}[)）])$|(?:QQ|139|189)?邮箱文件中转站",
    re.MULTILINE,
)
_KINDS = "docx?|wpsx?|pdf|rtf|odt|xlsx?|et|pptx?|dps|ofd|zip|rar|7z|tar|gz|jpe?g|png|gif|bmp|tiff?|heic|psd|dwg|mp[34]|mov|avi|wmv|m4a|wav|txt"
_NAME = re.compile(rf"([^\n⟦⟧<>|:：/\\「【《]{{1,120}}?\.(?:{_KINDS}))(?![A-Za-z0-9])", re.IGNORECASE)
#: 我用夸克网盘分享了「…」 · 通过百度网盘分享的文件：… · 【腾讯文档】… · 微云文件分享：…
_SHARED = re.compile(
    r"分享[给了]?你?\s*「([^「」\n]{1,80})」"
    r"|分享的文件[:：]?\s*([^\n⟦]{1,80}?)(?=\s*(?:链接|$|\n|⟦))"
    r"|文件分享[:：]\s*([^\n⟦]{1,80}?)(?=\s*(?:下载地址|链接|$|\n|⟦))"
    r"|【(?:腾讯文档|金山文档|WPS云文档|石墨文档|钉钉文档|飞书云文档)[^【】\n]{0,16}】\s*([^\n⟦]{1,80}?)(?=\s*(?:https?:|链接|$|\n|⟦))"
)
_IN_ADDRESS = re.compile(rf"[?&#](?:f|file_?name|name|title)=([^&#\s]{{1,300}}\.(?:{_KINDS}))(?:[&#]|$)", re.IGNORECASE)
_SIZE = re.compile(r"(?<![\w.-])(\d+(?:\.\d+)?\s*(?:[KMGT]i?B?|字节|兆))(?![A-Za-z]|\d(?!\d{3}[年/.-]))", re.IGNORECASE)
_DAY = r"\d{4}(?:年\d{1,2}月\d{1,2}日|[-/.]\d{1,2}[-/.]\d{1,2})(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?"
_EXPIRY = re.compile(
    rf"({_DAY})[^()（）\n⟦\d]{{0,4}}(?:到期|过期|失效|前有效)"
    rf"|(?:有效期|到期|过期|失效|截止)(?:限|至|到|时间|日期)*\s*[:：]?\s*({_DAY})"
    r"|(\d{1,3}\s*天)(?:内有效|后(?:到期|过期|失效))|有效期(?:为|限)?\s*[:：]?\s*(\d{1,3}\s*天)"
)
_ENTRY = re.compile(
    rf"{_NAME.pattern}\s*[（(]\s*{_SIZE.pattern}\s*[,，;；]\s*[^()（）\n]{{0,40}}?(?:到期|过期|失效|有效|无限期)[^()（）\n]{{0,6}}[)）]",
    re.IGNORECASE,
)

#: 征集表.zip⟦https://…⟧ (88M): who writes the size beside a link's file name has no attachment to show, whoever keeps it.
_NAMED_BEFORE = re.compile(rf"\.(?:{_KINDS})\s*⟦$", re.IGNORECASE)
#: 超大附件：材料.zip (80M, 4月1日到期) https://…
_CALLED_SO = re.compile(
    rf"(?:超大|云|大容量)附件[^\n]{{1,80}}\.(?:{_KINDS})(?![A-Za-z0-9])[^\n]{{0,80}}$", re.IGNORECASE
)
_SIZE_BEHIND = re.compile(rf"⟧\s*[（(|,，]*\s*{_SIZE.pattern}", re.IGNORECASE)
_ANCHOR = re.compile(
    r"<a\b[^<>]*?href\s{0,5}=\s{0,5}[\"']?([^\"'\s<>]+)[^<>]*>(.{0,600}?)</a>", re.IGNORECASE | re.DOTALL
)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/table)\b[^<>]*>", re.IGNORECASE)
_BREAKABLE = re.compile(r"<wbr\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_EDGE = "\u205f"  # of an element within a line: a blank to patterns that nobody types, and no part of a name
MOST = 50  # links that are looked at
_AROUND = 240  # characters on either side of a link in which its name, size and expiry stand
_TOO_LONG = 400_000  # characters: what a person writes, and its markup, is far shorter


def cloud_links(text: str, html: str) -> tuple[CloudLink, ...]:
    """All such links of a mail, each once, in order."""
    shown = _readable(html[:_TOO_LONG]) if html else ""
    found = [*_links_in(even(shown)), *_links_in(even(text[:_TOO_LONG]))]
    named = [link for link in found if link.name]
    return tuple(dict.fromkeys(_fullest(named) if named else found[:1]))


def link_problem(links: Sequence[CloudLink], *, form_found: bool = False) -> Problem:
    """What to tell the sender. Beside a form that could be read, the link most likely leads to further material."""
    told = "；".join(_told(link) for link in links[:10])
    mend = (
        "征集表已经收到；链接里的材料如果需要一并报送，请作为普通附件发来。"
        if form_found
        else "请把征集表作为普通附件（.docx）重新发来。"
    )
    return Problem(
        None,
        "large_attachment_link",
        f"来信中的文件是以网盘或超大附件链接发来的（{told}），系统不会下载，链接也会过期。{mend}",
    )


def _told(link: CloudLink) -> str:
    expiry = link.expiry if "天" in link.expiry or not link.expiry else f"{link.expiry}到期"
    return "，".join(filter(None, (f"《{link.name}》" if link.name else "未写明文件名", link.size, expiry)))


def _readable(html: str) -> str:
    """HTML as lines of text, each address behind its anchor: NAME⟦URL⟧."""
    linked = _ANCHOR.sub(lambda a: f"{a[2]}⟦{a[1]}⟧", html.replace(_EDGE, " "))
    return unescape(_TAG.sub(_EDGE, _BREAK.sub("\n", _BREAKABLE.sub("", linked))))


def _links_in(text: str) -> Iterator[CloudLink]:
    headed = _HEADING.search(text) is not None
    text = _HEADING.sub(lambda heading: f"{heading[0]}\n", text) if headed else text
    end = 0
    for url in islice(_files(text), MOST):
        link = _described(
            text[max(end, url.start() - _AROUND) : url.start()], url[0], text[url.end() : url.end() + _AROUND]
        )
        end = url.end()
        if link.name or url[1].lower() not in _BARE_ALIAS:
            yield link
    if headed and (heading := _HEADING.search(text)):
        entries = list(islice(_ENTRY.finditer(text, heading.start(), heading.start() + 20_000), MOST))
        for entry in entries:
            yield CloudLink(_tidy(entry[1]), entry[2].replace(" ", ""), _expiry(entry[0]))
        if not entries and not end:
            yield CloudLink("", "", "")


def _files(text: str) -> Iterator[re.Match[str]]:
    """Addresses of files."""
    for url in _URL.finditer(text):
        host, path = url[1].lower(), url[2]
        # A mail gateway's address around the real one; iCloud has such for its own.
        inner = _URL.search(unquote(path), 1) if "%3a%2f%2f" in path.lower() else None
        if _is_file(host, path) or (inner and _is_file(inner[1].lower(), inner[2])) or _is_shown_as_file(text, url):
            yield url


def _is_shown_as_file(text: str, url: re.Match[str]) -> bool:
    if _CALLED_SO.search(text, max(url.start() - _AROUND, 0), url.start()):
        return True
    named = _NAMED_BEFORE.search(text, max(url.start() - 20, 0), url.start())
    return bool(named and _SIZE_BEHIND.match(text, url.end()))


def _is_file(host: str, path: str) -> bool:
    labels = host.split(".")
    for start in range(len(labels) - 1):
        place = _PATHS.get(".".join(labels[start:]))
        if place is not None and place.match(path):
            return True
    return len(path) >= 4 and bool(_LANZOU.fullmatch(".".join(labels[-2:])))


def _described(before: str, url: str, after: str) -> CloudLink:
    """The nearest name before the link; size and expiry before it (QQ) or right behind it (163)."""
    after, next_link, _ = after.partition("⟦")
    behind = after.rpartition("\n")[0] if next_link else after  # the last line is what the next link is called
    names = [next(filter(None, found)) for found in _SHARED.findall(before)] or _NAME.findall(before)
    names = names or [unquote(name) for name in _IN_ADDRESS.findall(unescape(url))] or _NAME.findall(behind)[:1]
    name = names[-1] if names else ""
    beside = before[before.rfind(name) + len(name) :] if name in before else before
    size = _SIZE.search(beside) or _SIZE.search(after)
    return CloudLink(_tidy(name), size[1].replace(" ", "") if size else "", _expiry(beside) or _expiry(after))


def _expiry(text: str) -> str:
    match = _EXPIRY.search(text)
    if match is None:
        return ""
    day = match[1] or match[2]
    return day.strip() if day else re.sub(r"\s", "", match[3] or match[4]) + "内有效"


def _tidy(name: str) -> str:
    """As it is shown: its blanks belong to it."""
    return " ".join(even(name.replace(_EDGE, "")).split()).strip(" -·•、，,;；。]】」")[-120:]


def _fullest(links: Sequence[CloudLink]) -> list[CloudLink]:
    """One a name: the text and the HTML of a mail tell of the same files, not always as fully."""
    by_name: dict[str, CloudLink] = {}
    for link in links:
        known = by_name.get(link.name)
        if known is None or (not known.size and link.size) or (not known.expiry and link.expiry):
            by_name[link.name] = link
    return list(by_name.values())
