"""Tables as units type them themselves: other grids, parts, headings, notes and signatures than the form's."""

from pathlib import Path

import pytest

from intake.documents.document import Cell, Document, Paragraph, Table
from intake.forms.forms import read_forms
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")
BASE = {"nominee_name": "张伟", "gender": "男", "employer": "某某公司"}
TOLD = "他从一名普通技术员做起，白天跑工地，晚上画图纸，一干就是二十多个春秋，带出了三十名技术骨干，大家都说好。"
MORE = "那年冬天山上断了水电，大家用雪水煮面，靠手电筒校核数据，先后失败了三十七次，终于把险情控制住，桥通了。"


def table(*rows):
    """姓名 | 张伟 | 性别 | 男: a cell a column; < continues the cell on the left, ^ the one above; ¶ breaks a line."""
    grid = [[text.strip(" ").replace("¶", "\n") for text in row.split("|")] for row in rows]
    cells = []
    for r, row in enumerate(grid):
        for c, text in enumerate(row):
            if text not in ("<", "^"):
                across = next((n for n in range(1, len(row) - c) if row[c + n] != "<"), len(row) - c)
                down = next((n for n in range(1, len(grid) - r) if grid[r + n][c] != "^"), len(grid) - r)
                cells.append(Cell(r, c, down, across, text))
    return Table(len(grid), max(map(len, grid)), tuple(cells))


def read(*blocks):
    document = Document(tuple(Paragraph(b) if isinstance(b, str) else b for b in blocks), "docx")
    return [{key: field.text for key, field in form.fields.items()} for form in read_forms(document, CAMPAIGN)]


OWN = {
    "a column tells how to fill in": (
        ("项目|填写说明|填写内容", "姓名|与身份证一致|张伟", "性别|男或女|男", "工作单位|填全称|某某公司"),
        BASE,
    ),
    "remarks last": (
        ("序号|填报项目|填报内容|备注", "1|姓名|张伟|", "2|性别|男|", "3|工作单位|某某公司|以公章为准"),
        BASE,
    ),
    "a column of colons": (("姓名|：|张伟", "性别|：|男", "工作单位|:|某某公司", "职务|：|"), BASE),
    "a title above labels with values below": (
        ("线索征集表|<|<", "姓名|性别|工作单位", "张伟|男|某某公司", "核心事迹|<|<", f"{TOLD}|<|<"),
        BASE | {"story": TOLD},
    ),
    "a box for each part of a month and a number": (
        (
            "姓名|张伟|<|<|<|<|<|<|<|<|<|<",
            "出生年月|1980|年|5|月|性别|男|<|<|<|<|<",
            "工作单位|某某公司|<|<|<|<|<|<|<|<|<|<",
            "被推荐人联系电话|1|3|8|0|0|0|0|1|2|3|4",
            "工作年限|20|职务|1|<|<|<|<|<|<|<|<",
        ),
        BASE | {"birth_month": "1980年5月", "nominee_phone": "13800001234", "years_of_service": "20", "position": "1"},
    ),
    "the last label above its value, a blank column behind": (
        ("姓名|性别|职务", "张伟|男|班长", "工作单位|党派|", "某某公司|群众|", "推荐人/单位|与被推荐人关系|", "||"),
        BASE | {"position": "班长", "party": "群众"},
    ),
    "a cell drawn too wide, blanks around the value": (
        ("姓名||张伟|<|", "性别|男|<|<|<", "工作单位||某某公司|<|"),
        BASE,
    ),
    "an unknown row below a text": (
        ("姓名|张伟", "性别|男", "工作单位|某某公司", "线索亮点|<", "攻坚克难|<", "身份证号|", "学历|本科"),
        BASE | {"highlights": "攻坚克难"},
    ),
    "a pledge below a text": (
        (
            "姓名|张伟",
            "性别|男",
            "工作单位|某某公司",
            "线索亮点|<",
            "攻坚克难|<",
            "以上内容真实有效，如有不实愿承担责任。|<",
        ),
        BASE | {"highlights": "攻坚克难"},
    ),
    "the part's heading and the label in one cell": (
        ("姓名|张伟", "性别|男", "工作单位|某某公司", "三、事迹材料|<", f"核心事迹简介：¶{TOLD}|<"),
        BASE | {"story": TOLD},
    ),
    "an answer that reads like a label, another pair behind it": (
        (
            "姓名|张伟|性别|男",
            "工作单位|某某公司|<|<",
            "与被推荐人关系|所在单位|推荐人联系电话|13900005678",
            "身份证号||<|<",
        ),
        BASE | {"relationship": "所在单位", "recommender_phone": "13900005678"},
    ),
    "such an answer in the first row": (
        ("与被推荐人关系|所在单位", "姓名|张伟", "性别|男", "工作单位|某某公司"),
        BASE | {"relationship": "所在单位"},
    ),
    "both numbers in one cell": (
        ("姓名|张伟|性别|男", "工作单位|某某公司|<|<", "联系电话|被推荐人：13800001234¶推荐人：13900005678|<|<"),
        BASE | {"nominee_phone": "13800001234", "recommender_phone": "13900005678"},
    ),
    "both numbers in two cells": (
        ("姓名|张伟|性别|男", "工作单位|某某公司|<|<", "联系电话|被推荐人：13800001234|推荐人：13900005678|<"),
        BASE | {"nominee_phone": "13800001234", "recommender_phone": "13900005678"},
    ),
    "the text tall at the right": (
        ("姓名|张伟|核心事迹", f"性别|男|{TOLD}", "工作单位|某某公司|^", "职务||^"),
        BASE | {"story": TOLD},
    ),
    "the text in parts with headings": (
        ("姓名|张伟|<", "性别|男|<", "工作单位|某某公司|<", f"核心事迹|工作经历|{TOLD}", f"^|突出贡献|{MORE}"),
        BASE | {"story": f"工作经历\n{TOLD}\n突出贡献\n{MORE}"},
    ),
    "the text in several cells": (
        ("姓名|张伟", "性别|男", "工作单位|某某公司", f"核心事迹|{TOLD}", f"|{MORE}", "线索亮点|攻坚克难"),
        BASE | {"story": f"{TOLD}\n{MORE}", "highlights": "攻坚克难"},
    ),
    "the page's title between label and text": (
        ("姓名|张伟", "性别|男", "工作单位|某某公司", "核心事迹|<", "线索征集表|<", f"{TOLD}|<", "职务|总工程师"),
        BASE | {"story": TOLD, "position": "总工程师"},
    ),
    "the columns' heads again between label and text": (
        (
            "项目|内容",
            "姓名|张伟",
            "性别|男",
            "工作单位|某某公司",
            "核心事迹|<",
            "项目|内容",
            f"{TOLD}|<",
            "职务|总工程师",
        ),
        BASE | {"story": TOLD, "position": "总工程师"},
    ),
    "the page's title between rows": (
        ("姓名|张伟", "性别|男", "线索征集表|<", "工作单位|某某公司", "职务|总工程师"),
        BASE | {"position": "总工程师"},
    ),
    "the nominee's number left blank in the cell of both": (
        ("姓名||性别|男", "工作单位|某某公司|职务|总工", "联系电话|被推荐人：¶推荐人：13900005678|<|<"),
        {"gender": "男", "employer": "某某公司", "position": "总工", "recommender_phone": "13900005678"},
    ),
    "label and answer in one cell": (
        ("姓名¶张伟|性别：¶男", "工作单位¶某某公司|与被推荐人关系¶领导与下属"),
        BASE | {"relationship": "领导与下属"},
    ),
    "name and gender in one, with boxes": (
        ("姓名/性别|张伟/☑男/□女", "工作单位|某某公司", "职务|总工"),
        BASE | {"gender": "☑男/□女", "position": "总工"},
    ),
    "who signs": (
        (
            "姓名|张伟",
            "性别|男",
            "工作单位|某某公司",
            "推荐单位（盖章）¶经办人：赵丽 电话：023-67001122|审核单位（盖章）",
        ),
        BASE,
    ),
    "one field of two names": (
        ("二、被推荐人信息|<", "姓名|张伟", "性别|男", "单位|某某公司", "一、推荐人信息|<", "姓名/单位|李四"),
        BASE | {"recommender": "李四"},
    ),
    "a number above a label, not torn off it": (
        ("姓名", "张伟", "性别", "男", "工作单位", "某某公司", "工作年限", "30（年）", "职务", "班长"),
        BASE | {"years_of_service": "30（年）", "position": "班长"},
    ),
    "a relation that reads like a part of its label": (
        ("姓名¶张伟|性别¶男", "工作单位¶某某公司|与被推荐人关系¶领导", "推荐单位¶领导|"),
        BASE | {"relationship": "领导"},
    ),
    "a label above its number in one cell": (
        ("姓名|张伟", "性别|男", "工作单位|某某公司", "从事工程工作年限（Years of Service）¶3|<"),
        BASE | {"years_of_service": "3"},
    ),
}


@pytest.mark.parametrize(("rows", "expected"), OWN.values(), ids=OWN)
def test_own_grids(rows, expected):
    assert read(table(*rows)) == [expected]


def test_a_text_goes_on_in_the_next_table():
    first = table("姓名|张伟", "性别|男", "工作单位|某某公司", f"核心事迹|{TOLD}")
    rest = ("线索亮点|攻坚克难", "推荐人|李四", "与被推荐人关系|同事")
    expected = BASE | {
        "story": f"{TOLD}\n{MORE}",
        "highlights": "攻坚克难",
        "recommender": "李四",
        "relationship": "同事",
    }
    assert read(first, "（续表）", table(f"核心事迹（续）|{MORE}", *rest)) == [expected]
    assert read(first, table(f"|{MORE}", *rest)) == [expected]


def test_a_title_ends_what_the_form_before_was_about():
    about = ("二、推荐人信息|<", "姓名|李四", "联系电话|13900005678")
    one, other = (
        table("姓名|张伟", "性别|男", "职务|院长", *about),
        table("姓名|王芳", "性别|女", "单位|某某公司", "职务|工程师"),
    )
    forms = read(one, "渝工故事线索推荐表", other)
    assert forms[1] == {"nominee_name": "王芳", "gender": "女", "employer": "某某公司", "position": "工程师"}
    assert forms[0]["recommender"] == "李四"


def test_heads_on_two_rows():
    rows = (
        "序号|被推荐人信息|<|<|<|核心事迹|推荐人信息|<",
        "^|姓名|性别|单位|联系电话|^|姓名/单位|联系电话",
        f"1|张伟|男|某某公司|13800001234|{TOLD}|李四|13900005678",
        f"2|王芳|女|某某公司|13700001234|{MORE}|^|13600005678",
        "合计|共2人|<|<|<|<|<|<",
    )
    forms = read(table(*rows))
    assert [form["nominee_name"] for form in forms] == ["张伟", "王芳"]
    assert [form["recommender"] for form in forms] == ["李四", "李四"]
    assert [form["nominee_phone"] for form in forms] == ["13800001234", "13700001234"]
    assert [form["recommender_phone"] for form in forms] == ["13900005678", "13600005678"]


def test_numbered_columns_are_people_named_or_not():
    rows = ("项目|人选一|人选二", "姓名||王芳", "性别|男|女", "工作单位|甲公司|乙公司", "职务|院长|工程师")
    assert [form["employer"] for form in read(table(*rows))] == ["甲公司", "乙公司"]


def test_people_in_columns_with_an_answer_like_a_label():
    rows = (
        "项目|人选一|人选二",
        "姓名|张伟|王芳",
        "性别|男|女",
        "工作单位|甲公司|乙公司",
        "与被推荐人关系|所在单位|朋友",
    )
    assert [form["relationship"] for form in read(table(*rows))] == ["所在单位", "朋友"]
