"""Makes the corpus: one mail per trait, and beside it what must be read out of it, told by what was written, not by the reader.

`python tests/corpus_maker.py` writes what is new and shows what would change; `--force` also replaces what differs.
"""

from __future__ import annotations

import difflib
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from forms import LABELS, blank_form, filled_form
from grids import cell, docx, form_rows, hint, lists, paragraphs, row, table
from letters import CLIENTS, File, Letter, b64, foxmail, netease_web, outlook, phone, qq_web, raw_bytes, word
from people import Person, person, without

FOLDER = Path(__file__).parent / "corpus"
REQUIRED = [
    "nominee_name",
    "gender",
    "birth_month",
    "employer",
    "years_of_service",
    "position",
    "nominee_phone",
    "recommender_phone",
    "story",
    "highlights",
    "recommender",
    "relationship",
]
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + bytes(range(256)) * 120 + b"\xff\xd9"


@dataclass(frozen=True)
class Sample:
    name: str
    raw: bytes
    expected: dict[str, Any]


SAMPLES: list[Callable[[], Sample]] = []


def nominee(seed: int) -> Person:
    return person(Random(seed), 1000 + seed)


def submission(one: Person, problems: tuple[str, ...] = (), **extra: str | int) -> dict[str, Any]:
    fields = {**one.expected, **extra}
    return {
        "fields": fields,
        "missing": [key for key in REQUIRED if key not in fields],
        "problems": sorted(problems),
    }


def reading(
    *submissions: dict[str, Any], kind: str = "submission", problems: tuple[str, ...] = (), reply: str | None = ""
) -> dict[str, Any]:
    """`reply`: "" = as the missing fields demand, None = none."""
    if reply == "":
        reply = "missing_fields" if any(s["missing"] for s in submissions) else "acknowledgement"
    return {
        "kind": kind,
        "campaign": "yugong-story" if kind in {"submission", "follow_up"} else None,
        "submissions": list(submissions),
        "problems": sorted(problems),
        "replies": [reply] if reply else [],
    }


def subject_of(one: Person) -> str:
    return f"渝工故事线索+{one.written['recommender']}+{one.written['recommender_phone']}"


def letter_of(
    one: Person, form: bytes | None = None, name: str = "“重庆工程师故事”线索征集表.docx", **more: Any
) -> Letter:
    files = more.pop("files", (File(name, form if form is not None else filled_form(one.written)),))
    mail_id = f"<corpus-{sha256(repr(one.written).encode()).hexdigest()[:12]}@example.com>"
    return Letter(**{"subject": subject_of(one), "files": files, "message_id": mail_id, **more})


def sample(name: str, raw: bytes, expected: dict[str, Any]) -> None:
    SAMPLES.append(lambda: Sample(name, raw, expected))


# --- clean, by client ---

for number, (client, write) in enumerate(CLIENTS.items()):
    one = nominee(number)
    sample(f"clean-{client}", write(letter_of(one)), reading(submission(one)))

# --- the form as office programs write it ---


def edited(form: bytes, edit: Callable[[str], str]) -> bytes:
    """The form with its document.xml changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(form)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "word/document.xml":
                data = edit(data.decode()).encode()
            new.writestr(item.filename, data)
    return out.getvalue()


def split_runs(xml: str) -> str:
    """WPS cuts a label into runs at each change of input method."""
    cut = r'<w:r><w:t xml:space="preserve">\1</w:t></w:r><w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t>\2</w:t></w:r>'
    return re.sub(r'<w:r><w:t xml:space="preserve">([^<]{2})([^<]{1,12})</w:t></w:r>', cut, xml)


def in_controls(xml: str) -> str:
    """Every short value in a content control of its paragraph, as a form template has it."""
    return re.sub(
        r'(<w:r><w:t xml:space="preserve">[^<]{1,30}</w:t></w:r>)(?=</w:p></w:tc>)',
        r"<w:sdt><w:sdtPr/><w:sdtContent>\1</w:sdtContent></w:sdt>",
        xml,
    )


def cells_in_controls(xml: str) -> str:
    """Every second cell wrapped whole: a naive reader loses it and the row shifts left."""
    count = iter(range(10_000))
    return re.sub(
        r"<w:tc>.*?</w:tc>",
        lambda m: f"<w:sdt><w:sdtPr/><w:sdtContent>{m[0]}</w:sdtContent></w:sdt>" if next(count) % 2 else m[0],
        xml,
        flags=re.DOTALL,
    )


def tracked(xml: str) -> str:
    """Values typed with changes tracked, and something struck out before each."""
    gone = '<w:del w:id="1" w:author="a"><w:r><w:delText>旧内容</w:delText></w:r></w:del>'
    return re.sub(
        r'(<w:r><w:t xml:space="preserve">[^<]{1,40}</w:t></w:r>)(?=</w:p></w:tc>)',
        rf'{gone}<w:ins w:id="2" w:author="a">\1</w:ins>',
        xml,
    )


for number, (trait, edit) in enumerate(
    {
        "split-runs": split_runs,
        "content-controls": in_controls,
        "cell-controls": cells_in_controls,
        "tracked-changes": tracked,
    }.items()
):
    one = nominee(20 + number)
    sample(
        f"docx-{trait}", netease_web(letter_of(one, edited(filled_form(one.written), edit))), reading(submission(one))
    )

one = nominee(24)
SPACED = {
    "nominee_name": "被推荐人\n姓  名",
    "gender": "性　别",
    "birth_month": "出 生\n年 月",
    "employer": "工作单位：",
    "story": "核心事迹简介（必填）",
    "position": "职  务",
}
sample("docx-labels-spaced", qq_web(letter_of(one, filled_form(one.written, labels=SPACED))), reading(submission(one)))
one = nominee(25)
RENAMED = {"nominee_name": "姓名", "employer": "所在单位", "years_of_service": "从业年限", "nominee_phone": "联系电话"}
sample(
    "docx-labels-renamed", foxmail(letter_of(one, filled_form(one.written, labels=RENAMED))), reading(submission(one))
)
one = nominee(26)
sample(
    "docx-hints-left-above",
    outlook(letter_of(one, filled_form(one.written, keep_hints=True))),
    reading(submission(one)),
)
one = nominee(27)
COVER = ["重庆市工程师协会：", "现推荐我单位张工参加“渝工故事”线索征集，联系电话见表。", "此致 敬礼"]
sample(
    "docx-cover-letter", netease_web(letter_of(one, filled_form(one.written, cover=COVER))), reading(submission(one))
)
one = nominee(28)
sample("docx-no-title", qq_web(letter_of(one, filled_form(one.written, title=None))), reading(submission(one)))
one, two = nominee(29), nominee(30)
sample(
    "docx-two-forms",
    netease_web(letter_of(one, filled_form(one.written, more=[two.written]))),
    reading(submission(one), submission(two)),
)
one, two = nominee(31), nominee(32)
both = (File("征集表-甲.docx", filled_form(one.written)), File("征集表-乙.docx", filled_form(two.written)))
sample("two-files-two-nominees", netease_web(letter_of(one, files=both)), reading(submission(one), submission(two)))
one = nominee(33)
sample("docx-called-doc", netease_web(letter_of(one, name="征集表.doc")), reading(submission(one)))
one = nominee(34)
sample("docx-called-tcmime-bin", qq_web(letter_of(one, name="tcmime.1388.1527.1742.bin")), reading(submission(one)))
one = nominee(35)
photo = File("老照片.jpg", JPEG, "image/jpeg")
sample(
    "photo-beside-form",
    netease_web(letter_of(one, files=(File("征集表.docx", filled_form(one.written)), photo))),
    reading(submission(one)),
)

# --- incomplete ---

for number, keys in enumerate(
    [
        "nominee_name",
        "gender",
        "birth_month",
        "employer",
        "years_of_service",
        "position",
        "nominee_phone",
        "highlights",
        "relationship",
    ]
):
    one = without(nominee(40 + number), keys)
    sample(
        f"without-{keys}",
        list(CLIENTS.values())[number % 5](letter_of(one, subject=subject_of(nominee(40 + number)))),
        reading(submission(one)),
    )
one = without(nominee(50), "story", "birth_month", "nominee_phone")
sample("without-three", netease_web(letter_of(one)), reading(submission(one)))
one = without(nominee(51), "story", "highlights")
sample(
    "hints-are-no-values",
    netease_web(letter_of(one, filled_form(one.written, keep_hints=True))),
    reading(submission(one)),
)
full = nominee(52)
one = without(full, "recommender", "recommender_phone")
filled = {"recommender": full.written["recommender"], "recommender_phone": full.written["recommender_phone"]}
sample(
    "subject-fills-recommender",
    netease_web(letter_of(one, subject=subject_of(full))),
    reading(submission(one, **filled)),
)
one = nominee(53)
one = Person(
    {**one.written, "highlights": "无", "position": "暂无"},
    {k: v for k, v in one.expected.items() if k not in {"highlights", "position"}},
)
sample("none-in-required-is-missing", outlook(letter_of(one)), reading(submission(one)))
one = nominee(54)
one = Person({**one.written, "party": "无", "title": "无"}, {**one.expected, "party": "无", "title": "无"})
sample("none-in-optional-is-an-answer", outlook(letter_of(one)), reading(submission(one)))
one = Person(dict.fromkeys(nominee(55).written, ""), {})
sample(
    "blank-form-back",
    netease_web(letter_of(nominee(55), blank_form())),
    reading(submission(one, **{k: nominee(55).written[k] for k in ("recommender", "recommender_phone")})),
)

# --- odd subjects, right form ---

ODD_SUBJECTS: dict[str, tuple[str, bool]] = {  # trait: (subject, is it off?)
    "full-width-plus": ("渝工故事线索＋{r}＋{p}", False),
    "spaces": ("渝工故事线索 + {r} + {p}", False),
    "forwarded": ("Fw: 渝工故事线索+{r}+{p}", False),
    "zh-forwarded": ("转发：渝工故事线索+{r}+{p}", False),
    "brackets": ("【渝工故事线索】+{r}+{p}", None),
    "dashes": ("渝工故事线索-{r}-{p}", True),
    "swapped": ("渝工故事线索+{p}+{r}", True),
    "no-contact": ("渝工故事线索+{r}", True),
    "bare": ("渝工故事线索", True),
    "foreign": ("我单位推荐的优秀工程师材料", True),
    "name-in-contact": ("渝工故事线索+{r}+李主任{p}", False),
    "landline": ("渝工故事线索+{r}+023-67891234", False),
    "plus-in-unit": ("渝工故事线索+中国电建+重庆院+{p}", None),
    "empty": ("", True),
}
for number, (trait, (pattern, off)) in enumerate(ODD_SUBJECTS.items()):
    one = nominee(70 + number)
    text = pattern.format(r=one.written["recommender"], p=one.written["recommender_phone"])
    expected = reading(submission(one), problems=("subject_format",) if off else ())
    if off is None:  # a matter of taste: what counts is that the form is read
        del expected["problems"]
    write = list(CLIENTS.values())[number % 5]
    sample(f"subject-{trait}", write(letter_of(one, subject=text)), expected)

# --- odd encodings ---

one = nominee(90)
rare = Person(
    {**one.written, "nominee_name": "朱镕喆", "employer": "重庆㛃川机电有限公司"},
    {**one.expected, "nominee_name": "朱镕喆", "employer": "重庆㛃川机电有限公司"},
)
sample(
    "gb2312-label-gb18030-text",
    foxmail(letter_of(rare, text="朱镕喆的材料，㛃川公司，请查收。")),
    reading(submission(rare)),
)
one = nominee(91)
sample("raw-utf8-headers", raw_bytes(letter_of(one), "utf-8"), reading(submission(one)))
one = nominee(92)
sample("raw-gb18030-headers", raw_bytes(letter_of(one), "gb18030"), reading(submission(one)))
one = nominee(93)
data = subject_of(one).encode("gb18030")
halves = f"=?gb18030?B?{b64(data[:9])}?=\r\n =?gb18030?B?{b64(data[9:])}?="
raw = netease_web(letter_of(one, subject="PLACE"))
sample(
    "subject-split-in-mid-character",
    re.sub(rb"Subject: [^\r]*", b"Subject: " + halves.encode(), raw, count=1),
    reading(submission(one)),
)
one = nominee(94)
sample("no-message-id", qq_web(letter_of(one, message_id=None)), reading(submission(one)))
one = nominee(95)
raw = outlook(letter_of(one))
nameless = re.sub(
    rb";\r\n\tname=[^\r]*(\r\n [^\r]*)*\r\nContent-Disposition[^\r]*(\r\n\t[^\r]*)*",
    b"",
    raw.replace(b'name="=?utf-8?B?', b'name="=?utf-8?B?'),
)
sample("attachment-without-name", nameless, reading(submission(one)))
one = nominee(96)
sample(
    "no-subject-header",
    re.sub(rb"Subject: [^\r]*(\r\n [^\r]*)*\r\n", b"", netease_web(letter_of(one))),
    reading(submission(one), problems=("subject_format",)),
)
one = nominee(97)
sample(
    "lying-utf8-label", netease_web(letter_of(one)).replace(b"charset=GBK", b"charset=utf-8"), reading(submission(one))
)
one = nominee(98)
sample(
    "unknown-charset", netease_web(letter_of(one)).replace(b"charset=GBK", b"charset=x-gbk"), reading(submission(one))
)
one = nominee(99)
sample("bare-linefeeds", qq_web(letter_of(one)).replace(b"\r\n", b"\n"), reading(submission(one)))

# --- values ---


def with_value(seed: int, key: str, text: str, value: str | int | None) -> Person:
    one = nominee(seed)
    expected = {k: v for k, v in one.expected.items() if k != key}
    return Person({**one.written, key: text}, expected if value is None else {**expected, key: value})


VALUES: tuple[tuple[str, str, str, str | int | None, tuple[str, ...]], ...] = (
    # trait, key, written, read, problems
    ("phone-too-short", "nominee_phone", "1380000123", None, ("bad_phone",)),
    ("phone-landline", "nominee_phone", "（023）6789 1234", "023-67891234", ()),
    ("phone-full-width", "nominee_phone", "１３８００００１２３４", "13800001234", ()),
    ("month-thirteen", "birth_month", "1980年13月", None, ("bad_date",)),
    ("month-in-characters", "birth_month", "一九八〇年五月", "1980-05", ()),
    ("years-in-characters", "years_of_service", "二十二年", 22, ()),
    (
        "story-too-short",
        "story",
        "他在平凡的岗位上默默奉献。" * 10,
        "他在平凡的岗位上默默奉献。" * 10,
        ("story_too_short",),
    ),
    (
        "story-too-long",
        "story",
        "他在平凡的岗位上默默奉献。" * 80,
        "他在平凡的岗位上默默奉献。" * 80,
        ("story_too_long",),
    ),
    ("name-with-dot", "nominee_name", "买买提•艾力", "买买提·艾力", ()),
)
for number, (trait, key, text, value, problems) in enumerate(VALUES):
    one = with_value(110 + number, key, text, value)
    sample(f"value-{trait}", list(CLIENTS.values())[number % 5](letter_of(one)), reading(submission(one, problems)))
one = nominee(125)
own = {
    "recommender": one.expected["nominee_name"],
    "recommender_phone": one.expected["nominee_phone"],
    "relationship": "本人",
}
self_made = Person(
    {**one.written, "relationship": "本人", "recommender": "", "recommender_phone": ""}, {**one.expected, **own}
)
sample(
    "self-nomination",
    qq_web(letter_of(self_made, subject="渝工故事线索")),
    reading(submission(self_made), problems=("subject_format",)),
)

# --- in the body, or not there at all ---

one = nominee(130)
lines = "\n".join(f"{LABELS[k]}：{v}" for k, v in one.written.items())
sample("body-lines", phone(letter_of(one, files=(), text=f"您好，我来推荐：\n{lines}\n")), reading(submission(one)))
one = nominee(131)
rows = "".join(f"<tr><td>{LABELS[k]}</td><td>{v.replace(chr(10), '<br>')}</td></tr>" for k, v in one.written.items())
sample(
    "body-html-table",
    netease_web(letter_of(one, files=(), html=f"<p>您好</p><table>{rows}</table>")),
    reading(submission(one)),
)
one = nominee(132)
only = {k: one.written[k] for k in ("recommender", "recommender_phone")}
sample(
    "subject-alone", phone(letter_of(one, files=(), text="材料稍后补上。")), reading(submission(Person({}, {}), **only))
)
one = nominee(133)
LINK = (
    '<div id="divNeteaseBigAttach"><b>从网易163邮箱发来的超大附件</b><a href="https://mail.163.com/large-attachment-download/index.html?file=KEY">'
    "渝工故事线索征集表.docx</a><span> (80.96M, 2026年4月17日 0:49 到期)</span></div>"
)
only = {k: one.written[k] for k in ("recommender", "recommender_phone")}
sample(
    "large-attachment-link",
    netease_web(letter_of(one, files=(), html=f"<p>见附件</p>{LINK}")),
    reading(submission(Person({}, {}), **only), problems=("large_attachment_link",), reply="unreadable_attachment"),
)

# --- not submissions ---

OURS = "<yugong-intake.YG-2026-00001.missing_fields.1.abcdef@163.com>"
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
""".replace("\n", "\r\n").encode()
sample("bounce-163", BOUNCE, reading(kind="bounce", reply=None))
vacation = Letter(
    subject="自动回复: Re: 渝工故事线索+某单位+13900000000",
    sender="wang@qq.com",
    sender_name="王五",
    html="这是来自QQ邮箱的假期自动回复邮件。<br>您好，我最近正在休假中。",
    text="",
    in_reply_to=OURS,
)
sample("vacation-qq", qq_web(vacation), reading(kind="auto_reply", reply=None))
machine = Letter(
    subject="渝工故事线索+某单位+13900000000", headers=(("Auto-Submitted", "auto-replied"),), text="Out of office."
)
sample("auto-submitted", outlook(machine), reading(kind="auto_reply", reply=None))
human = Letter(
    subject="咨询一下征集活动的时间", sender="liu@qq.com", sender_name="刘六", text="请问第二批什么时候截止？谢谢。"
)
sample("a-question", qq_web(human), reading(kind="other", reply=None))
answer = Letter(
    subject="回复：Re: 渝工故事线索+某单位+13900000000 [YG-2026-00001]",
    text='您好，补充如下：\n出生年月：1975年3月\n职务：总工程师\n\n------------------ 原始邮件 ------------------\n发件人: "重庆市工程师协会" <ceacq@163.com>;\n主题: Re: 渝工故事线索\n\n还缺：出生年月：例如 1980年5月\n性别：男\n',
    in_reply_to=OURS,
)
follow = {"fields": {"birth_month": "1975-03", "position": "总工程师"}}
sample(
    "follow-up-lines", qq_web(answer), reading(follow | {"missing": [], "problems": []}, kind="follow_up", reply=None)
)


# --- the form redrawn, written by hand as WPS writes it ---


def redrawn(seed: int, trait: str, form: Callable[[Person], bytes], one: Person | None = None) -> None:
    one = one or nominee(seed)
    sample(f"wps-{trait}", list(CLIENTS.values())[seed % 5](letter_of(one, form(one))), reading(submission(one)))


def written_so(**texts: str) -> Callable[[Person], bytes]:
    """The form with some fields written in other words than the expected ones."""
    return lambda one: docx(
        table(*form_rows({**one.written, **{k: t.format(**one.written) for k, t in texts.items()}}))
    )


VERTICAL = {"story": "核\n心\n事\n迹\n简\n介", "highlights": "线\n索\n亮\n点"}
HINTED = {key: f"{LABELS[key]}\n{hint(key)}" for key in ("story", "highlights")}
redrawn(140, "labels-left-vertical", lambda one: docx(table(*form_rows(one.written, VERTICAL, left=True))))
redrawn(141, "hint-within-the-label", lambda one: docx(table(*form_rows(one.written, HINTED, left=True))))
redrawn(
    142,
    "hint-repunctuated",
    written_so(story=hint("story") + "\n{story}", highlights=hint("highlights") + "：{highlights}"),
)
redrawn(
    143,
    "hint-half-deleted",
    written_so(
        story="（500-800字为宜）：\n{story}",
        highlights="可说明是否有相关实物线索（老图纸、工具、照片等）：{highlights}",
    ),
)
chosen = Person(
    {**nominee(144).written, "highlights": "攻坚克难、创新突破"},
    {**nominee(144).expected, "highlights": "攻坚克难、创新突破"},
)
redrawn(144, "answer-from-the-hints-examples", lambda one: docx(table(*form_rows(one.written))), chosen)
redrawn(
    145,
    "labels-repeated-in-values",
    written_so(
        nominee_name="姓名：{nominee_name}",
        nominee_phone="手机：{nominee_phone}",
        recommender_phone="联系电话：{recommender_phone}",
        position="职务：{position}",
    ),
)
redrawn(146, "extra-rows", lambda one: docx(table(
    *form_rows(one.written)[:1], row(cell("民族", 2), cell("汉族", 2), cell("籍贯", 2), cell("重庆云阳", 2), cell("学历", 2), cell("本科", 2)),
    *form_rows(one.written)[1:], row(cell("推荐单位意见", 2), cell("同意推荐。\n（盖章）\n2026年3月5日", 10)))
    + paragraphs("填表人：小王　　填表日期：2026年3月6日")))  # fmt: skip
redrawn(147, "tabs-without-a-table", lambda one: docx("".join(
    paragraphs("\t".join(f"{LABELS[k]}\t{one.written[k]}" for k in keys)) for keys in (["nominee_name", "gender", "birth_month"],
    ["employer", "party"], ["years_of_service", "position", "title"], ["nominee_phone", "recommender_phone"]))
    + "".join(paragraphs(f"{LABELS[k]}\n{one.written[k]}") for k in ("story", "highlights"))
    + paragraphs("\t".join(f"{LABELS[k]}\t{one.written[k]}" for k in ("recommender", "relationship")))))  # fmt: skip
redrawn(
    148,
    "within-another-table",
    lambda one: docx(
        table(row(cell("", content=paragraphs("征集表") + table(*form_rows(one.written)) + "<w:p/>")), columns=1)
    ),
)
one, two = nominee(149), nominee(150)
two = Person({**two.written, "relationship": "所在单位"}, {**two.expected, "relationship": "所在单位"})
listed = [{**n.written, "relationship": n.written["relationship"]} for n in (one, two)]
sample(
    "wps-list-of-two",
    qq_web(letter_of(one, docx(lists(listed), title="渝工故事线索汇总表"))),
    reading(submission(one), submission(two)),
)

# --- more subjects: the form leaves recommender and number to them ---

for number, (trait, pattern) in enumerate(
    {
        "covered": "报送渝工故事线索+{r}+{p}",
        "covered-before": "{r}推荐渝工故事线索+{p}",
        "letter": "关于推荐渝工故事线索的函+{r}+{p}",
        "urgent": "[紧急]渝工故事线索+{r}+{p}",
        "quotes-within": "“渝工故事”线索+{r}+{p}",
        "half-remembered": "愚公故事线索+{r}+{p}",
        "pictures": "🌟渝工故事线索🌟+{r}+{p}🙏",
        "person-in-bracket": "渝工故事线索+{r}（联系人王敏 {p}）",
    }.items()
):
    full = nominee(160 + number)
    one = without(full, "recommender", "recommender_phone")
    r, p = full.written["recommender"], full.written["recommender_phone"]
    expected = reading(submission(one, recommender=r, recommender_phone=p))
    del expected["problems"]
    write = outlook if trait == "pictures" else list(CLIENTS.values())[number % 5]
    sample(f"subject-{trait}", write(letter_of(one, subject=pattern.format(r=r, p=p))), expected)

# --- more of the body, of values, and of what is no submission ---

one = nominee(170)
loose = "\n".join(f"{LABELS[k]}  {v}" if k != "story" else f"{LABELS[k]}：{v}" for k, v in one.written.items() if v)
sample("body-lines-without-colons", phone(letter_of(one, files=(), text=loose + "\n")), reading(submission(one)))
for number, (trait, key, text) in enumerate(
    [("later", "position", "（待填）"), ("decade", "birth_month", "八十年代"), ("blank-ruled", "employer", "______")]
):
    one = without(nominee(171 + number), key)
    problems = ("bad_date",) if trait == "decade" else ()
    raw = foxmail(letter_of(one, docx(table(*form_rows({**one.written, key: text})))))
    sample(f"value-{trait}", raw, reading(submission(one, problems)))
worked = with_value(174, "years_of_service", "从事本专业22年", 22)
sample("value-years-in-words", netease_web(letter_of(worked)), reading(submission(worked)))
ASKS = Letter(
    subject="渝工故事线索征集咨询",
    sender="liu@qq.com",
    text="请问第二批截止到什么时候？在哪里下载表格？",
    message_id="<asks@example.com>",
)
sample("a-question-with-the-campaigns-word", qq_web(ASKS), reading(kind="other", reply=None))
TAKES_BACK = Letter(
    subject="撤回: 渝工故事线索+某单位+13900000000",
    text="王敏 将撤回邮件“渝工故事线索”。",
    message_id="<recall@example.com>",
)
sample("recall-outlook", outlook(TAKES_BACK), reading(kind="other", reply=None))
NOT_READ = Letter(
    subject="未读: Re: 渝工故事线索 [YG-2026-00001]", text="您的邮件未被阅读即被删除", message_id="<unread@example.com>"
)
sample("receipt-not-read", outlook(NOT_READ), reading(kind="auto_reply", reply=None))
SAYS_SO = Letter(
    subject="Re: 渝工故事线索+某单位+13900000000",
    text="【自动回复】您好，我正在出差，回来后回复您。",
    in_reply_to=OURS,
    message_id="<auto@example.com>",
)
sample("vacation-says-so-itself", outlook(SAYS_SO), reading(kind="auto_reply", reply=None))
PROSE = Letter(
    subject="回复：Re: 渝工故事线索 [YG-2026-00001]",
    text="您好，补充如下：出生年月是1975年3月，职务是总工程师。谢谢！\n",
    in_reply_to=OURS,
    message_id="<prose@example.com>",
)
sample(
    "follow-up-prose",
    netease_web(PROSE),
    reading(follow | {"missing": [], "problems": []}, kind="follow_up", reply=None),
)
ASKED_FOR = Letter(
    subject="回复：Re: 渝工故事线索 [YG-2026-00001]",
    files=(
        File(
            "补充.docx",
            docx(table(row(cell("职务"), cell("总工程师"), cell("出生年月"), cell("1975年3月")), columns=4), title=""),
        ),
    ),
    in_reply_to=OURS,
    message_id="<file@example.com>",
)
sample(
    "follow-up-file-with-two-fields",
    qq_web(ASKED_FOR),
    reading(follow | {"missing": [], "problems": []}, kind="follow_up", reply=None),
)

QUOTE_OF_OUTLOOK = (
    "<div class=WordSection1><p class=MsoNormal>出生年月：1975年3月<o:p></o:p></p><p class=MsoNormal>职务：总工程师</p>"
    '<div style="border-top:solid #E1E1E1 1.0pt"><p class=MsoNormal><b>发件人<span lang=EN-US>:</span></b> 协会 &lt;ceacq@163.com&gt;<br>'
    "<b>发送时间<span lang=EN-US>:</span></b> 2026年3月3日 9:00<br><b>收件人:</b> 张三<br><b>主题:</b> Re: 渝工故事线索</p></div>"
    "<table><tr><td>性别</td><td>男</td></tr><tr><td>工作年限</td><td>22年</td></tr></table></div>"
)
IN_OUTLOOK = Letter(
    subject="答复: 渝工故事线索 [YG-2026-00001]",
    text="出生年月：1975年3月\n职务：总工程师\n\n发件人: 协会 <ceacq@163.com>\n发送时间: 2026年3月3日 9:00\n收件人: 张三\n主题: Re: 渝工故事线索\n\n性别\n男\n工作年限\n22年\n",
    html=QUOTE_OF_OUTLOOK,
    in_reply_to=OURS,
    message_id="<outlook-quote@example.com>",
)
sample(
    "follow-up-outlook-quotes-a-table",
    outlook(IN_OUTLOOK),
    reading(follow | {"missing": [], "problems": []}, kind="follow_up", reply=None),
)


# --- writing and comparing ---


def eml(name: str) -> Path:
    return FOLDER / f"{name}.eml"


def main(force: bool) -> int:
    FOLDER.mkdir(exist_ok=True)
    differing = 0
    for make in SAMPLES:
        made = make()
        wanted = json.dumps(made.expected, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        beside = eml(made.name).with_suffix(".json")
        if not eml(made.name).exists() or force:
            eml(made.name).write_bytes(made.raw)
        if not beside.exists() or force:
            beside.write_text(wanted, encoding="utf-8")
        elif (old := beside.read_text(encoding="utf-8")) != wanted:
            differing += 1
            sys.stdout.writelines(
                difflib.unified_diff(old.splitlines(True), wanted.splitlines(True), beside.name, "would be")
            )
    print(f"{len(SAMPLES)} samples, {differing} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main("--force" in sys.argv))
