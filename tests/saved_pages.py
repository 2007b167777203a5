"""Pages saved as one file, as Word, Internet Explorer, Chrome and Excel save them."""

from __future__ import annotations

import base64
import quopri

from forms import GRID, LABELS, TITLE, ZHANG_WEI

LIMIT = b"----=_NextPart_01DC5B0A.8A3C2F10"

INTRODUCTION = "此文档为“单个文件网页”，也称为“Web 档案”文件。".encode("gbk")


def part(content, kind, encoding, place):
    body = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes, "8bit": bytes}[encoding](content)
    head = f"Content-Location: {place}\nContent-Transfer-Encoding: {encoding}\nContent-Type: {kind}\n\n"
    return b"\n--" + LIMIT + b"\n" + head.encode() + body


def saved(*parts, before="", options=""):
    head = (
        f"{before}MIME-Version: 1.0\nContent-Type: multipart/related;{options} boundary=".encode()
        + b'"'
        + LIMIT
        + b'"\n\n'
    )
    return (head + INTRODUCTION + b"\n" + b"".join(parts) + b"\n--" + LIMIT + b"--\n").replace(b"\n", b"\r\n")


def page(text):
    return f"<html xmlns:o=3><head><title>x</title></head><body><p class=MsoNormal>{text}<o:p></o:p></p></body></html>"


def by_word(html, charset, label, encoding="quoted-printable"):
    files = part(b"<xml/>", 'text/xml; charset="utf-8"', "quoted-printable", "file:///C:/1/file.files/filelist.xml")
    data = part(b"x" * 99, "application/x-mso", "base64", "file:///C:/1/file.files/editdata.mso")
    return saved(
        part(html.encode(charset), f'text/html; charset="{label}"', encoding, "file:///C:/1/file.htm"), files, data
    )


def by_explorer(html):
    sender = base64.b64encode("<由 Microsoft Internet Explorer 5 保存>".encode("gbk")).decode()
    before = f"From: =?gb2312?B?{sender}?=\nSubject: =?gb2312?B?1ffGuLHt?=\nDate: Wed, 18 Nov 2026 10:00:00 +0800\n"
    first = part(html.encode("gb18030"), 'text/html;\n\tcharset="gb2312"', "quoted-printable", "file://C:\\form.htm")
    return saved(first, before=before, options='\n\ttype="text/html";').replace(
        b"\r\n\r\n", b"\r\nX-MimeOLE: Produced By Microsoft MimeOLE V6.1.7601.24158\r\n\r\n", 1
    )


def by_chrome(html):
    before = "From: <Saved by Blink>\nSnapshot-Content-Location: file:///C:/form.html\nSubject: =?utf-8?Q?=E8=A1=A8?=\nDate: Wed, 18 Nov 2026 02:00:00 -0000\n"
    first = part(
        html.encode(), "text/html\nContent-ID: <frame-1@mhtml.blink>", "quoted-printable", "file:///C:/form.html"
    )
    style = part(b"p { margin: 0 }", "text/css", "quoted-printable", "cid:css-1@mhtml.blink")
    return saved(first, style, before=before, options='\n\ttype="text/html";\n\t')


WAYS = {
    "Word, GBK": lambda html: by_word(html, "gb18030", "gb2312"),
    "Word, 8 bits": lambda html: by_word(html, "gb18030", "gb2312", "8bit"),
    "Word, UTF-8": lambda html: by_word(html, "utf-8", "utf-8"),
    "Word, UTF-16": lambda html: by_word(html, "utf-16", "unicode", "base64"),
    "UTF-8 called UTF-16": lambda html: by_word(html, "utf-8", "utf-16"),
    "Internet Explorer": by_explorer,
    "Chrome": by_chrome,
}


def form(values=ZHANG_WEI):
    rows = []
    for line in GRID:
        pairs = [(LABELS[key], a, values[key].replace("\n", "</p><p class=MsoNormal>"), b) for key, a, b in line]
        texts = [(t, n) for label, a, value, b in pairs for t, n in ((label, a), (value, b))]
        for one in [[text] for text in texts] if len(line) == 1 else [texts]:
            cells = (
                f"<td width=90 colspan={n} valign=top><p class=MsoNormal><span lang=EN-US>{t}<o:p></o:p></span></p></td>"
                for t, n in one
            )
            rows.append(f"<tr style='mso-yfti-irow:1'>{''.join(cells)}</tr>")
    widths = "<![if !supportMisalignedColumns]><tr height=0>" + "<td width=24></td>" * 24 + "</tr><![endif]>"
    return f"<html><body><p>{TITLE}</p><table class=MsoTableGrid border=1>{''.join(rows)}{widths}</table></body></html>"
