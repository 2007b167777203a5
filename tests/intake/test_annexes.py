"""A story that came as a file of its own, beside the form."""

from datetime import date
from pathlib import Path

import pytest

from intake.annexes import annex, answered_by, behind, told_in, with_annexes
from intake.documents.document import Cell, Document, Paragraph, Table
from intake.draft import Draft, Said, draft_of
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")
TODAY = date(2026, 11, 20)
STORY = "张伟参加工作以来一直在车间，先后攻克三项难题。" * 30


def form(name: str = "张伟", **more: str) -> Draft:
    raw = {"nominee_name": name, "employer": "重庆某某公司", **more}
    return draft_of({key: Said(text) for key, text in raw.items()}, "征集表.docx", CAMPAIGN, TODAY)


def file(name: str, *lines: str) -> tuple[str, Document]:
    return name, Document(tuple(map(Paragraph, lines)), "docx")


def stories(drafts: list[Draft], *files: tuple[str, Document]) -> list[tuple[str, str] | None]:
    found = [one for name, document in files if (one := annex(name, document))]
    told = (draft.fields.get("story") for draft in with_annexes(drafts, found, CAMPAIGN, TODAY))
    return [(one.source, str(one.value)) if one else None for one in told]


@pytest.mark.parametrize(
    "sent",
    [
        file("张伟事迹材料.docx", STORY),
        file("附件2：张伟同志先进事迹.docx", STORY),
        file("新建文档.docx", "张伟同志事迹材料", STORY),
        file("事迹材料.docx", STORY),  # the only form's, for it speaks of him
        file("材料.docx", "关于张伟同志的主要事迹", "", STORY),
    ],
)
def test_the_story_that_the_form_leaves_to_a_file(sent: tuple[str, Document]) -> None:
    assert stories([form(story="详见附件")], sent) == [(sent[0], STORY)]


@pytest.mark.parametrize(
    "sent",
    [
        file("公司简介.docx", "公司简介", STORY),
        file("推荐函.docx", "推荐函", STORY),
        file("李娜事迹材料.docx", STORY.replace("张伟", "她")),
        file("张伟事迹材料.docx", "见正文"),
        ("张伟事迹材料.docx", Document((Table(1, 1, (Cell(0, 0, 1, 1, STORY),)),), "docx")),
    ],
)
def test_what_is_no_story_of_his(sent: tuple[str, Document]) -> None:
    assert stories([form()], sent) == [None]


def test_what_the_form_says_itself_stands() -> None:
    told = "张伟扎根一线，攻克难题。" * 60
    assert stories([form(story=told)], file("张伟事迹材料.docx", STORY)) == [("征集表.docx", told)]


def test_each_nominee_gets_his_own() -> None:
    both = [file("张伟事迹.docx", STORY), file("李娜事迹.docx", STORY.replace("张伟", "李娜"))]
    found = stories([form("李娜"), form()], *both)
    assert [one and one[0] for one in found] == ["李娜事迹.docx", "张伟事迹.docx"]


def test_two_files_that_may_be_it_are_none() -> None:
    assert stories([form()], file("张伟事迹.docx", STORY), file("张伟事迹最终版.docx", "张伟事迹", STORY)) == [None]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ([file("张伟事迹材料.docx", STORY)], [STORY]),
        ([file("新建文档.docx", "张建国同志先进事迹材料", STORY)], [STORY]),
        ([file("核心事迹.docx", STORY), file("公司简介.docx", STORY)], [STORY]),
        ([file("张伟事迹材料.docx", STORY), file("李娜事迹材料.docx", STORY)], []),
        ([file("说明.docx", STORY)], []),
    ],
)
def test_an_answer_that_is_the_story(sent: list[tuple[str, Document]], told: list[str]) -> None:
    found = answered_by([one for name, document in sent if (one := annex(name, document))], CAMPAIGN, TODAY)
    assert [draft.fields["story"].value for draft in found] == told


def within(*lines: str) -> Document:
    table = Table(1, 1, (Cell(0, 0, 1, 1, "征集表"),))
    return Document((Paragraph("推荐函"), table, *map(Paragraph, lines)), "docx")


@pytest.mark.parametrize(
    "heading", ["张伟同志先进事迹", "附：张伟同志核心事迹", "附页：核心事迹简介", "附件2：张伟事迹材料", "事迹材料"]
)
def test_the_story_behind_the_form_in_its_own_file(heading: str) -> None:
    texts = list(behind("张伟.docx", within("", heading, STORY)))
    (draft,) = with_annexes([form(story="见附页")], texts, CAMPAIGN, TODAY)
    assert (draft.fields["story"].value, draft.fields["story"].source) == (STORY, "张伟.docx")


@pytest.mark.parametrize("lines", [("填表说明", STORY), (STORY,), ("张伟同志先进事迹", "见正文")])
def test_other_words_behind_the_form_are_no_story(lines: tuple[str, ...]) -> None:
    """Though the file is called after him."""
    texts = list(behind("张伟事迹材料.docx", within(*lines)))
    (draft,) = with_annexes([form()], texts, CAMPAIGN, TODAY)
    assert "story" not in draft.fields


def test_of_two_forms_in_a_file_each_has_the_story_that_names_it() -> None:
    table = Table(1, 1, (Cell(0, 0, 1, 1, "征集表"),))
    texts = [
        Paragraph("张伟同志事迹"),
        Paragraph(STORY),
        table,
        Paragraph("李娜同志事迹"),
        Paragraph(STORY.replace("张伟", "李娜")),
    ]
    told = behind("两份.docx", Document((table, *texts), "docx"))
    both = with_annexes([form("李娜"), form("张伟")], list(told), CAMPAIGN, TODAY)
    assert [str(draft.fields["story"].value)[:2] for draft in both] == ["李娜", "张伟"]


LETTER = "各位老师：\n附上推荐表，请查收。\n\n张伟同志先进事迹\n{}\n\n联系人：李四 17713843372\n此致\n敬礼"


@pytest.mark.parametrize(
    ("letter", "drafts", "told"),
    [
        (LETTER.format(STORY), [form()], [STORY]),
        (LETTER.format(STORY), [form(story="见邮件正文")], [STORY]),
        (LETTER.format(STORY), [form(story="他的故事。" * 120)], ["他的故事。" * 120]),
        (LETTER.format(STORY), [form("李娜")], [None]),  # it speaks of another one
        (LETTER.format(STORY), [form(), form("李娜")], [None, None]),  # whose story it is nobody says
        ("各位老师：\n附上张伟同志的推荐表，请查收。\n李四", [form()], [None]),
        (LETTER.format("张伟同志很优秀，请多关照。"), [form()], [None]),
        (LETTER.format(STORY.replace("张伟", "他")), [form()], [STORY.replace("张伟", "他")]),  # its heading names him
        (f"附上张伟同志的推荐表，请查收。\n\n{'我公司成立于1998年，是国内领先的企业。' * 20}", [form()], [None]),
        (f"附上张伟同志的推荐表。\n\n{'本邮件含有保密信息，仅限于发送给上面列出的个人。' * 20}", [form()], [None]),
    ],
)
def test_the_story_in_the_letter_that_brings_the_form(letter: str, drafts: list[Draft], told: list[str | None]) -> None:
    found = [draft.fields.get("story") for draft in told_in(letter, drafts, CAMPAIGN, TODAY)]
    assert [one and one.value for one in found] == told
