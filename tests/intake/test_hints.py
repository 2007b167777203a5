"""What a scan leaves of a form's own words is no answer, and what somebody wrote beside it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.chinese.squeezed import squeezed
from intake.forms.unfilled import answer
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")
HIGHLIGHTS = next(field for field in CAMPAIGN.fields if field.key == "highlights")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("生的特质（如攻坚克难、创新突破等），可说明是否有\n默默坚守。", "默默坚守。"),
        ("默默坚守。\n标注故事的特质（如攻坚克难、创新突破等），可说明是否有相", "默默坚守。"),
        ("默默坚守。\n难、创新突破等)，可说明是\t线索（老图纸、工具、照片等）", "默默坚守。"),
        (
            "攻坚克难、创新突破。有老图纸、工具、照片等实物线索。",
            "攻坚克难、创新突破。有老图纸、工具、照片等实物线索。",
        ),
        ("老图纸、工具、照片等）\n默默坚守。", "默默坚守。"),
        ("可说明是否有相关实物线索（老图纸、工具、照片相关实物：一盏旧矿灯。", "相关实物：一盏旧矿灯。"),
        ("攻坚克难；有相关实物线索（老图纸、照片）", "攻坚克难；有相关实物线索（老图纸、照片）"),
    ],
)
def test_what_a_scan_left_of_the_hint_goes(text: str, value: str):
    assert answer(HIGHLIGHTS, text, squeezed(HIGHLIGHTS.hint)) == value
