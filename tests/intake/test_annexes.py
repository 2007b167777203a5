"""A story that came as a file of its own, beside the form."""

from datetime import date
from pathlib import Path

import pytest

from intake.annexes import annex, answered_by, with_annexes
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
