"""Tables within a text that is told on lines."""

from pathlib import Path

import pytest

from intake.documents.document import Cell, Document, Paragraph, Table
from intake.forms.forms import read_forms
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")
FACTS = [Paragraph("姓名：张伟"), Paragraph("性别：男")]


def table(*rows: tuple[str, str]) -> Table:
    cells = tuple(Cell(row, column, 1, 1, text) for row, pair in enumerate(rows) for column, text in enumerate(pair))
    return Table(len(rows), 2, cells)


def story(*blocks: Paragraph | Table) -> str:
    (form,) = read_forms(Document((*FACTS, *blocks), "pdf"), CAMPAIGN)
    assert form.fields["nominee_name"].text == "张伟"
    return form.fields["story"].text if "story" in form.fields else ""


PRIZES = table(("2012年", "科技进步二等奖"), ("2018年", "五一劳动奖章"))


@pytest.mark.parametrize(
    "begun", ["核心事迹简介：他修了一辈子桥。", "核心事迹简介："], ids=["below a text", "below a label"]
)
def test_a_table_of_prizes_within_the_story(begun: str) -> None:
    told = story(Paragraph(begun), PRIZES, Paragraph("他还带出了十名徒弟。"), Paragraph("线索亮点：匠心"))
    assert "2012年\t科技进步二等奖\n2018年\t五一劳动奖章\n他还带出了十名徒弟。" in told


@pytest.mark.parametrize(
    ("above", "below"),
    [("核心事迹简介：他修了一辈子桥。", table(("职务", "主任"), ("职称", "高工"))), ("工作单位：某某公司", PRIZES)],
    ids=["a table with labels", "below a short field"],
)
def test_a_table_of_its_own(above: str, below: Table) -> None:
    told = story(Paragraph(above), below)
    assert not any(word in told for word in ("主任", "2012"))
