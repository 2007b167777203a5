"""Which of a mail's forms are about the same nominee."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from intake import nominees
from intake.draft import Draft, Said, draft_of
from intake.nominees import one_per_nominee
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")


def form(name: str, phone: str, employer: str = "重庆某某公司", story: str = "", source: str = "名单.xlsx") -> Draft:
    raw = {"nominee_name": name, "nominee_phone": phone, "employer": employer, "story": story}
    told = {key: Said(text) for key, text in raw.items() if text}
    return draft_of(told, source, CAMPAIGN, date(2026, 11, 20))


def names(drafts: list[Draft]) -> list[str]:
    return [str(draft.fields["nominee_name"].value) for draft in one_per_nominee(drafts, CAMPAIGN)]


STORY = "他参加工作以来一直在车间，先后攻克三项难题。" * 6


@pytest.mark.parametrize(
    ("others", "kept"),
    [
        ([form("张伟", "13800138000", source="表.pdf")], ["张伟"]),
        ([form("张伟", "13900139000", "某某学院")], ["张伟", "张伟"]),  # two people of one name
        ([form("张玮", "13800138000", story=STORY)], ["张伟"]),  # misspelt once, with the same story
        ([form("张玮", "13800138000")], ["张伟", "张玮"]),  # a unit's one telephone number
        ([replace(form("张讳", "13800138000"), recognised=True)], ["张伟"]),  # a scan beside the typed form
        ([form("李娜", "13900139000"), form("张伟", "13800138000", source="表.pdf")], ["张伟", "李娜"]),
    ],
)
def test_forms_of_one_nominee_are_one(others: list[Draft], kept: list[str]) -> None:
    assert names([form("张伟", "13800138000", story=STORY), *others]) == kept


def test_a_long_list_is_not_compared_row_with_row(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[Draft] = []
    same = nominees._same

    def counted(one: Draft, other: Draft, campaign: object) -> bool:
        compared.append(other)
        return same(one, other, CAMPAIGN)

    monkeypatch.setattr(nominees, "_same", counted)
    letters = "甲乙丙丁戊己庚辛壬癸"
    listed = [form(f"张{a}{b}", f"138001{i:02}{j:03}") for i, a in enumerate(letters) for j, b in enumerate(letters)]
    assert len(names([*listed, *listed])) == len(listed)
    assert len(compared) == len(listed)  # each with itself


@pytest.mark.parametrize(
    ("relationship", "count"),
    [
        ("同事", 1),  # the file's last page, signed and photographed
        ("上下级，共事二十年", 2),  # says something else: another form's
    ],
)
def test_a_photographed_page_that_names_nobody_belongs_to_the_form_beside_it(relationship: str, count: int) -> None:
    typed = {"nominee_name": "张伟", "recommender": "重庆某某公司", "relationship": "同事"}
    page = {"recommender": "重庆某某公司", "relationship": relationship}
    day = date(2026, 11, 20)
    drafts = [
        draft_of({key: Said(text) for key, text in typed.items()}, "表.pdf", CAMPAIGN, day),
        draft_of({key: Said(text) for key, text in page.items()}, "照片.jpg", CAMPAIGN, day, recognised=True),
    ]
    assert len(one_per_nominee(drafts, CAMPAIGN)) == count
