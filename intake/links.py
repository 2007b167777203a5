"""Files that a mail only links to: 超大附件 and 云附件 of the mail services, pans and online documents. Never fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import islice

from intake.characters import even, one_line
from intake.values import Problem


@dataclass(frozen=True, slots=True)
class CloudLink:
    name: str  # "" where the mail does not say
    size: str
    expiry: str  # 2026年8月17日 0:49, "" where the mail does not say


#: Where such files lie: NetEase (163, 126, enterprise, 网易邮箱大师), Tencent, Sina, 189, pans, online documents.
_HOSTS = (
    r"mail\.(?:163|126|yeah)\.(?:com|net)/(?:large-attachment-download|filehub)",
    r"u\.163\.com/",
    r"fs\.163\.com/fs/display",
    r"dashi\.163\.com/html/cloud-attachment-download",
    r"edisk\.qiye\.163\.com/",
    r"(?:wx\.)?mail\.qq\.com/(?:cgi-bin/(?:ftnExs_download|ftnDownload|exs_)|ftn/download)",
    r"(?:exmail\.qq\.com|work\.weixin\.qq\.com)/[^\s\"'<>]{0,99}ftn",
    r"(?:www\.)?mail\.sina\.com\.cn/filecenter/download",
    r"download\.cloud\.189\.cn/|cloud\.189\.cn/(?:t|web/share)",
    r"mail\.(?:10086|139)\.(?:cn|com)/[^\s\"'<>]{0,99}(?:disk|largeattach|share)|yun\.139\.com/|caiyun\.139\.com/",
    r"1drv\.ms/|[\w-]{1,40}\.sharepoint\.com/",
    r"drive\.google\.com/file/d/",
    r"(?:pan|yun)\.baidu\.com/(?:s/|share/)",
    r"share\.weiyun\.com/|www\.weiyun\.com/",
    r"docs\.qq\.com/(?:doc|sheet|form|pdf|slide)",
    r"(?:www\.)?kdocs\.cn/|f\.wps\.cn/|365\.kdocs\.cn/",
    r"(?:www\.)?(?:aliyundrive|alipan)\.com/s/|pan\.quark\.cn/s/|(?:www\.)?123pan\.com/s/|[\w-]{1,40}\.lanzou\w?\.com/",
    r"[\w-]{1,40}\.feishu\.cn/(?:file|docx|drive)/",
)
_URL = re.compile(rf"(?:https?://)?(?<![\w.-])(?:{'|'.join(_HOSTS)})[^\s\"'<>⟧）)，。；]*", re.IGNORECASE)
#: The heading that services put above such files, whatever the host.
_HEADING = re.compile(r"从.{0,12}?邮箱(?:大师)?发来的(?:超大|云)附件|div(?:NeteaseBigAttach|NeteaseSiriusCloudAttach)")
_KINDS = "docx?|wps|pdf|rtf|odt|xlsx?|et|pptx?|dps|zip|rar|7z|tar|gz|jpe?g|png|gif|bmp|tiff?|heic|psd|dwg|mp[34]|mov|avi|wmv|m4a|wav|txt"
_NAME = re.compile(rf"([^\n⟦⟧<>|:：/\\]{{1,120}}?\.(?:{_KINDS}))(?![A-Za-z0-9])", re.IGNORECASE)
_SHARED = re.compile(r"分享的文件[:：]?\s*([^\n⟦]{1,80}?)(?=\s*(?:链接|$|\n|⟦))")
_SIZE = re.compile(r"(?<![\w.-])(\d+(?:\.\d+)?\s*(?:[KMGT]B?|字节))(?![A-Za-z])", re.IGNORECASE)
_EXPIRY = re.compile(r"(\d{4}年\d{1,2}月\d{1,2}日[^()（）\n⟦]{0,12}?)\s*(?:到期|过期|失效)")
_ENTRY = re.compile(
    rf"{_NAME.pattern}\s*[（(]\s*{_SIZE.pattern}\s*[,，]\s*[^()（）\n]{{0,40}}?(?:到期|过期|失效|有效|无限期)[^()（）\n]{{0,6}}[)）]",
    re.IGNORECASE,
)

_ANCHOR = re.compile(
    r"<a\b[^<>]*?href\s{0,5}=\s{0,5}[\"']?([^\"'\s<>]+)[^<>]*>(.{0,600}?)</a>", re.IGNORECASE | re.DOTALL
)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/table)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
MOST = 50  # links that are looked at
_AROUND = 240  # characters on either side of a link in which its name, size and expiry stand
_TOO_LONG = 400_000  # characters: what a person writes, and its markup, is far shorter


def cloud_links(text: str, html: str) -> tuple[CloudLink, ...]:
    """All such links of a mail, each once, in order."""
    shown = _readable(html[:_TOO_LONG]) if html else ""
    found = [*_links_in(even(shown)), *_links_in(even(text[:_TOO_LONG]))]
    named = [link for link in found if link.name]
    return tuple(dict.fromkeys(_fullest(named) if named else found[:1]))


def link_problem(links: Sequence[CloudLink]) -> Problem:
    """What to tell the sender."""
    told = "；".join(_told(link) for link in links[:10])
    return Problem(
        None,
        "large_attachment_link",
        f"来信中的文件是以网盘或超大附件链接发来的（{told}），系统不会下载，链接也会过期。请把征集表作为普通附件（.docx）重新发来。",
    )


def _told(link: CloudLink) -> str:
    expiry = f"{link.expiry}到期" if link.expiry else ""
    return "，".join(filter(None, (f"《{link.name}》" if link.name else "未写明文件名", link.size, expiry)))


def _readable(html: str) -> str:
    """HTML as lines of text, each address behind its anchor: NAME⟦URL⟧."""
    linked = _ANCHOR.sub(lambda a: f"{a[2]}⟦{a[1]}⟧", html)
    return unescape(_TAG.sub("", _BREAK.sub("\n", linked)))


def _links_in(text: str) -> Iterator[CloudLink]:
    text = _HEADING.sub(lambda heading: f"{heading[0]}\n", text)
    end = 0
    for url in islice(_URL.finditer(text), MOST):
        yield _described(text[max(end, url.start() - _AROUND) : url.start()], text[url.end() : url.end() + _AROUND])
        end = url.end()
    if heading := _HEADING.search(text):
        entries = list(islice(_ENTRY.finditer(text, heading.start(), heading.start() + 20_000), MOST))
        for entry in entries:
            expiry = _EXPIRY.search(entry[0])
            yield CloudLink(_tidy(entry[1]), entry[2].replace(" ", ""), expiry[1].strip() if expiry else "")
        if not entries and not end:
            yield CloudLink("", "", "")


def _described(before: str, after: str) -> CloudLink:
    """The nearest name before the link; size and expiry before it (QQ) or right behind it (163)."""
    after = after.partition("⟦")[0]
    names = _NAME.findall(before) or _SHARED.findall(before) or _NAME.findall(after)[:1]
    name = names[-1] if names else ""
    beside = before[before.rfind(name) + len(name) :] if name in before else before
    size = _SIZE.search(beside) or _SIZE.search(after)
    expiry = _EXPIRY.search(beside) or _EXPIRY.search(after)
    return CloudLink(_tidy(name), size[1].replace(" ", "") if size else "", expiry[1].strip() if expiry else "")


def _tidy(name: str) -> str:
    return one_line(name).strip(" -·•、，,;；。]】")[-120:]


def _fullest(links: Sequence[CloudLink]) -> list[CloudLink]:
    """One a name: the text and the HTML of a mail tell of the same files, not always as fully."""
    by_name: dict[str, CloudLink] = {}
    for link in links:
        known = by_name.get(link.name)
        if known is None or (not known.size and link.size) or (not known.expiry and link.expiry):
            by_name[link.name] = link
    return list(by_name.values())
