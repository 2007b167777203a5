"""One form's texts as values, before anything else of the mail is looked at."""

from datetime import date
from pathlib import Path

import pytest

from intake.draft import Said, draft_of
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")


def values(raw: dict[str, str], confidence: float = 1.0) -> dict[str, str | int]:
    told = {key: Said(text, confidence) for key, text in raw.items()}
    draft = draft_of(told, "征集表.docx", CAMPAIGN, date(2026, 11, 20))
    return {key: found.value for key, found in draft.fields.items()}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"nominee_name": "工作单位"}, {}),  # the label beside it, where a picture's border was lost
        ({"nominee_name": " 职称 "}, {}),
        ({"nominee_name": "张伟"}, {"nominee_name": "张伟"}),
        ({"nominee_name": "李 伟 （男）"}, {"nominee_name": "李伟", "gender": "男"}),
        ({"nominee_name": "李伟，女"}, {"nominee_name": "李伟", "gender": "女"}),
        (
            {"nominee_name": "李伟，男，1980年5月生，党员，某某公司总工程师，从业20年，电话13800001234"},
            {
                "nominee_name": "李伟",
                "gender": "男",
                "birth_month": "1980-05",
                "party": "中共党员",
                "employer": "某某公司",
                "position": "总工程师",
                "years_of_service": 20,
                "nominee_phone": "13800001234",
            },
        ),
        ({"nominee_name": "李伟（男）", "gender": "女"}, {"nominee_name": "李伟", "gender": "女"}),
        ({"nominee_name": "李亚 男"}, {}),  # or 李亚男
        ({"relationship": "所在单位"}, {"relationship": "所在单位"}),  # a label elsewhere, and yet an answer here
        ({"recommender": "李四 13900139000"}, {"recommender": "李四", "recommender_phone": "13900139000"}),
        (
            {"recommender": "李四 13900139000", "recommender_phone": "13800138000"},
            {"recommender": "李四", "recommender_phone": "13800138000"},
        ),
    ],
)
def test_reads_each_text_as_its_field_asks(raw: dict[str, str], expected: dict[str, str]) -> None:
    assert values(raw) == expected


@pytest.mark.parametrize(("name", "read"), [("许山城性别男", False), ("许山城", True), ("许山城 性别：男", True)])
def test_what_runs_on_in_a_picture_is_nobodys_name(name: str, read: bool) -> None:
    """Its borders were lost, and with them where the name ends."""
    draft = draft_of({"nominee_name": Said(name)}, "扫描.jpg", CAMPAIGN, date(2026, 11, 20), recognised=True)
    assert ("nominee_name" in draft.fields) is read


def test_keeps_how_certain_a_picture_was() -> None:
    draft = draft_of({"nominee_name": Said("张伟", 0.7)}, "扫描.jpg", CAMPAIGN, date(2026, 11, 20), recognised=True)
    assert draft.fields["nominee_name"].doubtful
    assert draft.recognised
