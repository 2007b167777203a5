"""What comes beside a form: photographs, drawings, certificates; what decorates a mail; the notice and the blank form."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator, Sequence

import docx
from forms import blank_form, saved
from letters import File, Letter, foxmail, netease_web, outlook, qq_web
from people import Person

from corpus_making.sample import (
    JPEG,
    NOBODY,
    Sample,
    client,
    file,
    filled_form,
    mailed,
    nominee,
    nothing,
    reading,
    submission,
)

NOTICE = (
    "关于开展讲好“重庆工程师故事”线索征集的通知\n各有关单位、广大工程技术工作者及社会各界人士：\n现面向全社会公开征集优秀工程师故事线索，具体事项"
    "通知如下：\n一、征集主题\n渝工移山·匠心实干\n二、征集范围\n面向全市各行业工程师。\n四、征集方式\n（二）报送方式\n请将线索信息填入附件表格中，"
    "并发送至邮箱ceacq@163.com，邮件主题统一标注为“渝工故事线索+推荐单位/推荐人+联系方式”。\n五、征集时间\n长期有效。\n附件：“重庆工程师故事”线索征集表"
)


def _picture(width: int, height: int, size: int) -> bytes:
    """The head of a PNG, and as many bytes as one of that size has."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + struct.pack(">II", width, height) + b"\x08\x02" + b"\x55" * size


def _certificate() -> bytes:
    """A PDF that says something else than the form."""
    document = docx.Document()
    document.add_paragraph("荣誉证书")
    document.add_paragraph("授予某某同志“先进工作者”称号。")
    document.add_paragraph("二〇一九年十二月")
    return saved(document)


def _names(*people: Person) -> bytes:
    document = docx.Document()
    document.add_paragraph("推荐人员名单")
    table = document.add_table(len(people) + 1, 3)
    told = ("nominee_name", "employer", "nominee_phone")
    rows = [("姓名", "工作单位", "联系电话"), *(tuple(str(p.expected[key]) for key in told) for p in people)]
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return saved(document)


def notice_document() -> bytes:
    document = docx.Document(io.BytesIO(blank_form()))
    for line in reversed(NOTICE.split("\n")):
        document.paragraphs[0].insert_paragraph_before(line)
    return saved(document)


#: Trait: what lies beside the form, and its roles.
BESIDE: dict[str, tuple[Callable[[], Sequence[File]], list[str]]] = {
    "photographs": (
        lambda: [file("获奖照片.jpg", JPEG), file("老图纸.jpg", JPEG[:20_000] + b"\xff\xd9")],
        ["evidence"] * 2,
    ),
    "a-certificate": (lambda: [File("荣誉证书.docx", _certificate())], ["evidence"]),
    "a-drawing": (
        lambda: [File("图纸.dwg", b"AC1032" + bytes(range(256)) * 40, "application/octet-stream")],
        ["evidence"],
    ),
    "a-film": (
        lambda: [File("采访.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(range(256)) * 80, "video/mp4")],
        ["evidence"],
    ),
    "a-recording": (
        lambda: [File("录音.mp3", b"ID3\x04\0\0\0\0\0\x23" + bytes(range(256)) * 40, "audio/mpeg")],
        ["evidence"],
    ),
    "a-visiting-card": (
        lambda: [File("张三.vcf", "BEGIN:VCARD\r\nFN:张三\r\nTEL:13800138000\r\nEND:VCARD\r\n".encode(), "text/vcard")],
        ["inline"],
    ),
    "the-blank-form": (lambda: [File("空表.docx", blank_form())], ["form"]),
    "a-program": (lambda: [File("征集表查看器.exe", b"MZ" + bytes(300), "application/octet-stream")], ["rejected"]),
    "an-empty-file": (lambda: [File("备注.docx", b"")], ["unreadable"]),
}


def samples() -> Iterator[Sample]:
    for number, (trait, (more, roles)) in enumerate(BESIDE.items()):
        one = nominee(550 + number)

        def files(one: Person = one, more: Callable[[], Sequence[File]] = more) -> list[File]:
            return [File("征集表.docx", filled_form(one.written)), *more()]

        problems = ("unreadable_attachment",) if trait == "an-empty-file" else ()
        expected = reading(submission(one), problems=problems, roles=["form", *roles])
        yield Sample(f"beside-{trait}", mailed(one, files=files, by=client(number)), expected)
    yield from _decoration()
    yield from _lists()
    yield from _sent_back()


def _decoration() -> Iterator[Sample]:
    one = nominee(565)

    def signature() -> list[File]:
        pictures = [
            File("image001.png", _picture(300, 80, 5_000), "image/png"),
            File("pixel.gif", b"GIF89a\1\0\1\0" + bytes(30), "image/gif"),
        ]
        return [File("征集表.docx", filled_form(one.written)), *pictures]

    def within(raw: bytes) -> bytes:
        """Both pictures stand in the body."""
        head, *rest = raw.split(b"Content-Type: image/")
        shown = [
            part.replace(b"Content-Disposition: attachment", b"Content-ID: <x@1>\r\nContent-Disposition: inline")
            for part in rest
        ]
        return b"Content-Type: image/".join([head, *shown])

    expected = reading(submission(one), roles=["form", "inline", "inline"])
    yield Sample("signature-pictures", mailed(one, files=signature, by=outlook, changed=within), expected)


def _lists() -> Iterator[Sample]:
    one, two = nominee(566), nominee(567)

    def files() -> list[File]:
        forms = [File(f"{p.expected['nominee_name']}.docx", filled_form(p.written)) for p in (one, two)]
        return [*forms, File("推荐名单.docx", _names(one, two))]

    expected = reading(submission(one), submission(two), roles=["form", "form", "evidence"])
    yield Sample("list-of-names-beside-forms", mailed(one, files=files), expected)


def _sent_back() -> Iterator[Sample]:
    """The notice, sent around; the blank form, passed on."""
    of_text = Letter("Fw: 渝工故事线索征集通知", text=NOTICE, message_id="<notice-1@example.com>")
    yield Sample("notice-in-the-text", lambda: netease_web(of_text), nothing())

    def of_file() -> bytes:
        files = [File("通知.docx", notice_document())]
        return qq_web(
            Letter(
                "关于开展讲好“重庆工程师故事”线索征集的通知",
                text="请学习",
                files=files,
                message_id="<notice-2@example.com>",
            )
        )

    yield Sample("notice-as-a-file", of_file, nothing())

    def asked() -> bytes:
        files = [File("征集表.docx", blank_form())]
        return foxmail(Letter("请问表怎么填", text="是填这个表吗？", files=files, message_id="<notice-3@example.com>"))

    yield Sample("blank-form-with-a-question", asked, nothing())
    one = nominee(568)
    known = {key: one.written[key] for key in ("recommender", "recommender_phone")}

    def blank_pdf() -> list[File]:
        from pdfs import drawn

        return [file("征集表.pdf", drawn({}))]

    yield Sample("blank-form-as-pdf", mailed(one, files=blank_pdf), reading(submission(NOBODY, **known)))
