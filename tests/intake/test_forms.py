"""Forms as people fill them in: every oddity is a row."""

from dataclasses import replace
from pathlib import Path

import pytest
from forms import HIGHLIGHTS_HINT, HINTS, LABELS, STORY, STORY_HINT, ZHANG_WEI, blank_form, filled_form
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.documents.document import MAX_BLOCKS, Cell, Document, Paragraph, Table
from intake.documents.html import html_document
from intake.documents.open import open_document
from intake.documents.text import text_document
from intake.forms.forms import Form, read_forms
from intake.forms.own_words import read_lines
from rules.campaign import load_campaign

CAMPAIGN = load_campaign(Path(__file__).parents[2] / "rules" / "yugong-story")
BASE = {"nominee_name": "张伟", "gender": "男", "employer": "某某公司"}


def table(*rows):
    """姓名 | 张伟 | 性别 | 男: a cell a column; ^ continues the cell above, < the one on the left; \\n breaks a line."""
    grid = [[text.strip(" ").replace("\\n", "\n") for text in row.split("|")] for row in rows]
    columns = max(len(row) for row in grid)
    cells = []
    for r, row in enumerate(grid):
        for c, text in enumerate(row):
            if text in ("^", "<"):
                continue
            across = next((n for n in range(1, len(row) - c) if row[c + n] != "<"), len(row) - c)
            down = next(
                (n for n in range(1, len(grid) - r) if c >= len(grid[r + n]) or grid[r + n][c] != "^"), len(grid) - r
            )
            cells.append(Cell(r, c, down, across, text))
    return Table(len(grid), columns, tuple(cells))


def document(*blocks):
    return Document(tuple(Paragraph(b) if isinstance(b, str) else b for b in blocks), "docx")


def values(form: Form):
    return {key: field.text for key, field in form.fields.items()}


def read(*blocks):
    return [values(form) for form in read_forms(document(*blocks), CAMPAIGN)]


def lines(text):
    return [values(form) for form in read_forms(text_document(text), CAMPAIGN)]


# The form itself


def test_filled_form():
    (form,) = read_forms(open_document(filled_form(ZHANG_WEI), "表.docx"), CAMPAIGN)
    assert values(form) == dict(ZHANG_WEI)
    assert form.fields["gender"].place == "第1个表格第1行"
    assert {field.confidence for field in form.fields.values()} == {1.0}


@pytest.mark.parametrize("years", ["工作年限 | 21", "工龄 | 21"])
def test_a_date_to_work_the_years_out_from_gives_way_to_the_years(years):
    rows = ["姓名 | 张伟 | 性别 | 男", "工作单位 | 某某公司 | 参加工作时间 | 2003.7"]
    assert read(table(*rows))[0]["years_of_service"] == "2003.7"
    for both in ([f"{rows[0]} | {years}", rows[1]], [*rows, years]):
        assert read(table(*both))[0]["years_of_service"] == "21"


def test_shipped_blank_form_is_the_one_made_here():
    assert open_document(CAMPAIGN.form.read_bytes(), "表.docx") == open_document(blank_form(), "表.docx")


def test_blank_form_comes_back_without_fields():
    (form,) = read_forms(open_document(blank_form(), "表.docx"), CAMPAIGN)
    assert form.fields == {}


def test_campaign_knows_every_word_of_the_blank_form():
    blank = open_document(blank_form(), "表.docx")
    words = {cell.text for block in blank.blocks if isinstance(block, Table) for cell in block.cells} - {""}
    known = {field.label for field in CAMPAIGN.fields} | {field.hint + "\n" for field in CAMPAIGN.fields}
    assert {word.strip() for word in words} <= {word.strip() for word in known}


@pytest.mark.parametrize(
    "style",
    [
        {"keep_hints": True},
        {"title": None},
        {"cover": ["尊敬的协会：", "现推荐我公司张伟同志，请审阅。", "推荐人：李四", "联系电话：13911112222"]},
        {"cover": ["被推荐人姓名：张伟", "工作单位：别的公司"]},
        {"labels": {"nominee_name": "姓　　名", "gender": "性  别", "title": "职 称：", "party": "政治面貌"}},
        {
            "labels": {
                "nominee_name": "*姓名（必填）",
                "story": "一、核心事迹简介（500-800字）",
                "party": "党派\n（选填）",
            }
        },
        {"labels": {"nominee_phone": "联系电话", "recommender_phone": "联系电话"}},
        {"cover": ["联系电话：13911112222"], "labels": {"nominee_phone": "联系电话", "recommender_phone": "联系电话"}},
        {"labels": {"nominee_phone": "被推荐人\n联系电话", "recommender_phone": "推荐人\n联系方式"}},
        {"labels": {"nominee_phone": "被推存人联系电话", "story": "核心事绩简介"}},
    ],
    ids=str,
)
def test_form_in_many_styles(style):
    (form,) = read_forms(open_document(filled_form(ZHANG_WEI, **style), "表.docx"), CAMPAIGN)
    assert values(form) == dict(ZHANG_WEI)


@pytest.mark.parametrize("one_table", [False, True])
def test_several_forms_in_one_file(one_table):
    wang = {**ZHANG_WEI, "nominee_name": "王五", "story": "", "recommender": ""}
    forms = read_forms(open_document(filled_form(ZHANG_WEI, more=[wang], one_table=one_table), "表.docx"), CAMPAIGN)
    assert [values(form) for form in forms] == [dict(ZHANG_WEI), {k: v for k, v in wang.items() if v}]


# Tables

ODD_TABLES = [
    # what                                rows                                                       fields
    ("plain", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<"], BASE),
    ("colons in the labels", ["姓名：|张伟|性别：|男", "工作单位:|某某公司|<|<"], BASE),
    ("label and value in one cell", ["姓名：张伟|性别：男", "工作单位：某某公司|<"], BASE),
    ("label above value in one cell", ["姓名\\n张伟|性别\\n男", "工作单位\\n某某公司|<"], BASE),
    ("several pairs in one cell", ["姓名：张伟　性别：男\\n工作单位：某某公司"], BASE),
    ("values below their labels", ["姓名|性别|工作单位", "张伟|男|某某公司"], BASE),
    ("an extra label column", ["基本信息|姓名|张伟|性别|男", "^|工作单位|某某公司|<|<"], BASE),
    ("an extra row", ["姓名|张伟|性别|男", "民族|汉族|籍贯|重庆", "工作单位|某某公司|<|<"], BASE),
    ("a photograph beside", ["姓名|张伟|性别|男|照片", "工作单位|某某公司|<|<|^"], BASE),
    ("an empty column between", ["姓名||张伟|性别||男", "工作单位||某某公司"], BASE),
    ("no value, then a label", ["姓名|张伟|性别|男", "工作单位|某某公司|职务|", "职称||党派|"], BASE),
    ("no cell for the value", ["姓名|张伟|性别|男", "工作单位|某某公司|职务"], BASE),
    ("a blank one ruled", ["姓名|张伟|性别|男", "工作单位|某某公司|职务|____"], BASE),
    ("a prompt of Word", ["姓名|张伟|性别|男", "工作单位|某某公司|职务|单击或点击此处输入文字。"], BASE),
    ("boxes nobody ticked", ["姓名|张伟|性别|□男 □女", "工作单位|某某公司|<|<"], {k: BASE[k] for k in ("nominee_name", "employer")}),
    ("a ticked box", ["姓名|张伟|性别|☑男 □女", "工作单位|某某公司|<|<"], {**BASE, "gender": "☑男 □女"}),
    ("a label repeated within", ["姓名|张伟|性别|男", "工作单位|某某公司|性别|女"], BASE),
    ("an answer that is a label's word", [*("姓名|张伟|性别|男", "工作单位|某某公司|<|<"), "推荐人|李四|与被推荐人关系|工作单位"],
     {**BASE, "recommender": "李四", "relationship": "工作单位"}),
    ("phone beside the recommender", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "推荐人|李四|联系电话|13900005678"],
     {**BASE, "recommender": "李四", "recommender_phone": "13900005678"}),
    ("phone beside the nominee", ["姓名|张伟|联系电话|13800001234", "性别|男|工作单位|某某公司"], {**BASE, "nominee_phone": "13800001234"}),
    ("the second phone is the other's", ["姓名|张伟|电话|13800001234", "性别|男|工作单位|某某公司", "线索亮点|攻坚|电话|13900005678"],
     {**BASE, "nominee_phone": "13800001234", "highlights": "攻坚", "recommender_phone": "13900005678"}),
    ("both in the recommender's cell", ["姓名|张伟|性别|男", "工作单位|某某公司|推荐人|李四 联系电话：13900005678"],
     {**BASE, "recommender": "李四", "recommender_phone": "13900005678"}),
    ("story on the right", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "核心事迹简介|第一段。\\n第二段。|<|<"],
     {**BASE, "story": "第一段。\n第二段。"}),
    ("story below, over two rows", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "核心事迹简介|<|<|<", "第一段。|<|<|<", "第二段。|<|<|<", "职务|总工||"],
     {**BASE, "story": "第一段。\n第二段。", "position": "总工"}),
    ("story in its label's cell", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", f"核心事迹简介\\n{STORY_HINT}\\n他修桥。|<|<|<"],
     {**BASE, "story": "他修桥。"}),
    ("label broken over lines", ["姓\\n名|张伟|性\\n别|男", "工作\\n单位|某某公司|<|<"], BASE),
    ("a label beside two rows", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "线索亮点|攻坚克难|<|<", "^|有老图纸|<|<"],
     {**BASE, "highlights": "攻坚克难\n有老图纸"}),
    ("two labels above two values", ["姓名|张伟|性别|男", "工作单位|<|职务|<", "某某公司|<|总工|<"], {**BASE, "position": "总工"}),
    ("two long ones side by side", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "核心事迹简介|<|线索亮点|<", "他修桥。|<|攻坚|<"],
     {**BASE, "story": "他修桥。", "highlights": "攻坚"}),
    ("an unknown label beside a blank", ["姓名|张伟|性别|男", "工作单位||邮政编码|400010", "职务||学历|本科"], {"nominee_name": "张伟", "gender": "男"}),
    ("a label broken before its colon", ["姓名：张伟|性别：男", "工作\n单位：某某公司|政治\n面貌：群众"], {**BASE, "party": "群众"}),
    ("an answer that reads like a misspelt label", ["姓名|张伟|性别|男", "工作单位|某某公司|工作年限|从事本专业9年"], {**BASE, "years_of_service": "从事本专业9年"}),
    ("a circle for a zero", ["姓名|张伟|性别|男", "工作单位|某某公司|出生年月|一九八○年五月"], {**BASE, "birth_month": "一九八○年五月"}),
    ("values below, one of them a label's word", ["姓名|性别|工作单位|关系", "张伟|||所在单位"], {"nominee_name": "张伟", "relationship": "所在单位"}),
    ("a part's heading below a blank", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "线索亮点||<|<", "第三部分　推荐信息|<|<|<"], BASE),
    ("labels in two languages", ["姓名 Name|张伟|性别 Gender|男", "工作单位（Employer）|某某公司|<|<"], BASE),
    ("the recommender's own unit and post", ["姓名|张伟|性别|男", "工作单位||职务|", "推荐人工作单位|某某学会|推荐人职务|主任"], {"nominee_name": "张伟", "gender": "男"}),
    ("another label that begins with one", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "所在单位\n意见|同意|<|<"], BASE),
    ("remarks behind the values", ["姓名|张伟|必填", "工作单位|某某公司|写全称", "性别|男|", "职务||没有可不填"], BASE),
    ("its own label beside, and a remark", ["工作单位|某某公司|", "姓名|张伟|", "性别|男|", "与被推荐人关系|所在单位|"], {**BASE, "relationship": "所在单位"}),
    ("two labels and two values below", ["姓名|性别", "张伟|男", "工作单位|职务", "某某公司|总工", "推荐人|关系", "李四|所在单位", "被推荐人联系电话|推荐人联系电话", "手机：13800001234|手机：13900005678"],
     {**BASE, "position": "总工", "recommender": "李四", "relationship": "所在单位", "nominee_phone": "13800001234", "recommender_phone": "13900005678"}),
    ("a sheet with a long text below", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "核心事迹简介|||", f"{'他修桥。' * 20}|||", "线索亮点|||", "攻坚|||"],
     {**BASE, "story": "他修桥。" * 20, "highlights": "攻坚"}),
    ("an unknown row below a blank", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "推荐人||<|<", "备注|无|<|<"], BASE),
    ("an unknown row below a label", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "线索亮点|<|<|<", "备注|无|<|<"], BASE),
    ("labels within the recommender's row", ["姓名|张伟|性别|男|", "工作单位|某某公司|<|<|", "推荐人|姓名|李四|年龄|40", "备注|无|<|<|"],
     {**BASE, "recommender": "李四"}),
    ("blank beside, text below", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "核心事迹简介||<|<", "他修桥。|<|<|<"], {**BASE, "story": "他修桥。"}),
    ("its own label repeated with the value", ["姓名|姓名：张伟|性别|男", "工作单位|某某公司|被推荐人联系电话|手机：13800001234"],
     {**BASE, "nominee_phone": "13800001234"}),
    ("two numbers of one person", ["姓名|张伟|性别|男", "工作单位|某某公司|被推荐人联系电话|办公室：023-67891234 手机：13800001234"],
     {**BASE, "nominee_phone": "办公室：023-67891234\n13800001234"}),
    ("the hint in brackets below the label", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", f"核心事迹简介\\n（{STORY_HINT}）|他修桥。|<|<"],
     {**BASE, "story": "他修桥。"}),
    ("a value to be filled in later", ["姓名|张伟|性别|男", "工作单位|某某公司|职务|（待填）"], BASE),
    ("a heading across the table below a story", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "线索亮点|<|<|<", "有老图纸|<|<|<", "三、推荐人信息|<|<|<", "推荐人|李四|<|<"],
     {**BASE, "highlights": "有老图纸", "recommender": "李四"}),
    ("an opinion below a story", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "线索亮点|<|<|<", "有老图纸|<|<|<", "推荐单位意见（盖章）：\\n同意推荐|<|<|<"],
     {**BASE, "highlights": "有老图纸"}),
    ("our own question quoted", ["姓名|张伟|性别|例如 男", "工作单位|某某公司|职务|请补充职务"], {k: BASE[k] for k in ("nominee_name", "employer")}),
    ("traditional labels", ["姓名|张伟|性別|男", "工作單位|某某公司|聯繫電話|13800001234", "推薦人|李四|與被推薦人關係|同事"],
     {**BASE, "nominee_phone": "13800001234", "recommender": "李四", "relationship": "同事"}),
    ("a group of numbers in a row", ["姓名|张伟|<|性别|男", "工作单位|某某公司|<|<|<", "联系电话|被推荐人|13800001234|推荐人|13900005678"],
     {**BASE, "nominee_phone": "13800001234", "recommender_phone": "13900005678"}),
    ("a group of numbers in two rows", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "联系电话|被推荐人|____|<", "^|推荐人|13900005678|<", "推荐人|李四|<|<"],
     {**BASE, "recommender_phone": "13900005678", "recommender": "李四"}),
    ("a group of numbers below its label", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "联系电话|<|<|<", "被推荐人|13800001234|推荐人|13900005678"],
     {**BASE, "nominee_phone": "13800001234", "recommender_phone": "13900005678"}),
    ("a recommender below a blank number", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "联系电话|<|<|<", "推荐人|李四|与被推荐人关系|同事"],
     {**BASE, "recommender": "李四", "relationship": "同事"}),
    ("parts about two people", ["一、被推荐人信息|<|<|<", "姓名|张伟|性别|男", "工作单位|某某公司|联系电话|13800001234", "二、推荐人信息|<|<|<",
     "姓名|李四|联系电话|13900005678", "性别|女|与被推荐人关系|同事"],
     {**BASE, "nominee_phone": "13800001234", "recommender": "李四", "recommender_phone": "13900005678", "relationship": "同事"}),
    ("people at the left of their rows", ["被推荐人|姓名|张伟|性别|男", "^|工作单位|某某公司|电话|13800001234", "推荐人|姓名|李四|电话|13900005678"],
     {**BASE, "nominee_phone": "13800001234", "recommender": "李四", "recommender_phone": "13900005678"}),
    ("somebody's number within the other's cell", ["姓名|张伟|性别|男", "工作单位|某某公司|联系电话|13800001234\\n推荐人：13900005678"],
     {**BASE, "nominee_phone": "13800001234", "recommender_phone": "13900005678"}),
    ("examples that were left", ["姓名|张伟|性别|男", "工作单位|某某公司|出生年月|如：1980年5月", "职务|（例：总工）|职称|示例：高工"], BASE),
    ("an example beside the answer", ["姓名|张伟（如：张三）|性别|男", "工作单位|某某公司|出生年月|（如1980.05）1975年3月"], {**BASE, "birth_month": "1975年3月"}),
    ("patterns to write over", ["姓名|张伟|性别|男", "工作单位|某某公司|出生年月|XXXX年XX月", "工作年限|（年）|职务|XXX"], BASE),
    ("choices as printed", ["姓名|张伟|工作单位|某某公司", "性别|男/女|职务|总工"], {"nominee_name": "张伟", "employer": "某某公司", "position": "总工"}),
    ("empty brackets before choices", ["姓名|张伟|工作单位|某某公司", "性别|（ ）男（ ）女|职务|总工"], {"nominee_name": "张伟", "employer": "某某公司", "position": "总工"}),
    ("a tick in brackets", ["姓名|张伟|工作单位|某某公司", "性别|（√）男（ ）女|<|<"], {**BASE, "gender": "（√）男（ ）女"}),
    ("the answer in the hint's brackets", ["姓名|（张伟）|性别|男", "工作单位|【某某公司】|<|<"], BASE),
    ("two labels in one", ["姓名|张伟|性别|男", "工作单位|某某公司|职务/职称|总工程师/高级工程师"], {**BASE, "position": "总工程师", "title": "高级工程师"}),
    ("two labels in one, and one answer", ["姓名|张伟|性别|男", "工作单位|某某公司|职务/职称|高级工程师"], {**BASE, "title": "高级工程师"}),
    ("two labels in one that cannot be told apart", ["姓名|张伟|性别|男", "工作单位|某某公司|职务/职称|见附件一"], BASE),
    ("three labels in one", ["姓名|张伟|性别|男", "单位职务职称|某某公司技术部部长、高级工程师|<|<"], {**BASE, "position": "技术部部长", "title": "高级工程师"}),
    ("a life beside the story", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "个人简介|生于重庆|<|<", "核心事迹简介|他修桥。|<|<"], {**BASE, "story": "他修桥。"}),
    ("headings within the story", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "核心事迹简介|<|<|<", "主要贡献：他修桥。|<|<|<"], {**BASE, "story": "主要贡献：他修桥。"}),
    ("an answer like a label, and a place left over", ["姓名|张伟|性别|男", "与被推荐人关系|所在单位||", "工作单位|某某公司|<|<"], {**BASE, "relationship": "所在单位"}),
    ("an answer like a label that comes later", ["姓名|张伟|性别|男", "与被推荐人关系|所在单位|<|<", "工作单位|某某公司|<|<"], {**BASE, "relationship": "所在单位"}),
    ("an answer nearly like a label", ["姓名|张伟|性别|男", "与被推荐人关系|上级单位|<|<", "工作单位|某某公司|<|<"], {**BASE, "relationship": "上级单位"}),
    ("words for the length at the end", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "核心事迹简介|他修桥。（500-800字）|<|<"], {**BASE, "story": "他修桥。"}),
    ("bars within cells", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "推荐人|李四|<|<", "注：推荐单位须盖章。|<|<|<"], {**BASE, "recommender": "李四"}),
    ("another label over two lines", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "推荐单位\\n党组织审核意见（盖章）\\n年 月 日||<|<", "推荐单位\\n主管领导签字||<|<"], BASE),
    ("when it was signed", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "推荐单位（盖章）：　　2026年3月5日|<|<|<"], BASE),
    ("where to sign", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "推荐单位|（盖章）　　年　　月　　日|<|<"], BASE),
    ("how to fill in beside the answers", ["姓名|张伟|性别|男", "工作单位|（请填写单位全称）某某公司|出生年月|1980.5（格式：1980.05）", "职务|总工（与聘书一致）|工作年限|（填数字）"],
     {**BASE, "birth_month": "1980.5", "position": "总工"}),
    ("an example on a line of its own", ["姓名|张伟|性别|男", "工作单位|某某公司|出生年月|例：1980.05\\n1975.03"], {**BASE, "birth_month": "1975.03"}),
    ("a unit's words in brackets", ["姓名|张伟|性别|男（已婚）", "工作单位|某某（集团）公司（填料车间）|<|<"],
     {"nominee_name": "张伟", "gender": "男（已婚）", "employer": "某某（集团）公司（填料车间）"}),
    ("a date to be written below a name", ["姓名|张伟|性别|男", "工作单位|某某公司|推荐单位|某某协会\\n　　年　月　日"], {**BASE, "recommender": "某某协会"}),
    ("one label in the other's brackets", ["姓名|张伟|性别|男", "工作单位|某某公司|职务（职称）|总工 / 高级工程师"],
     {**BASE, "position": "总工", "title": "高级工程师"}),
    ("one label in the other's brackets, and one answer", ["姓名|张伟|性别|男", "工作单位|某某公司|职务（职称）|看水库的"], {**BASE, "position": "看水库的"}),
    ("whose seal it is", ["单位（盖章）：某某协会|<|<|<", "姓名|张伟|性别|男", "职务|总工|<|<"], {"nominee_name": "张伟", "gender": "男", "position": "总工"}),
    ("the label again above the story", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "核心事迹简介|<|<|<", "事迹简介：\\n（500-800字）\\n他修桥。|<|<|<"],
     {**BASE, "story": "他修桥。"}),
    ("labels within a story in its label's cell", ["姓名：张伟|性别：男", "工作单位：某某公司|<", "核心事迹简介：他修桥。\\n工作单位：从前在厂里。\\n联系人：李四，电话13800001234。\\n他还修路。|<", "线索亮点：攻坚|<"],
     {**BASE, "story": "他修桥。\n工作单位：从前在厂里。\n联系人：李四，电话13800001234。\n他还修路。", "highlights": "攻坚"}),
    ("a story below its label that begins with a heading", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "核心事迹简介|<|<|<", "一、基本情况\\n姓名：张伟\\n" + "他修桥。" * 50 + "|<|<|<"],
     {**BASE, "story": "一、基本情况\n姓名：张伟\n" + "他修桥。" * 50}),
    *(
        (f"a label at the story's beginning, {where}", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", *rows],
         {**BASE, "story": "姓名：张伟，性别：男\n" + "他修桥。" * 50})
        for where, rows in (("beside", ["核心事迹简介|姓名：张伟，性别：男\\n" + "他修桥。" * 50 + "|<|<"]),
                            ("below", ["核心事迹简介|<|<|<", "姓名：张伟，性别：男\\n" + "他修桥。" * 50 + "|<|<|<"]))
    ),
    ("a remark below a blank answer", ["姓名：张伟|性别：男", "工作单位：某某公司|<", "推荐人/单位：|<", "备注：推荐人电话务必准确。|<"], BASE),
    ("a kind of number in brackets", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "推荐人手机号|（手机号）|<|<", "核心事迹简介|他修桥。|<|<"], {**BASE, "story": "他修桥。"}),
    ("a label with another that we do not ask for", ["姓名|张伟|性别/民族|男/汉", "工作单位|某某公司|民族/政治面貌|汉族/群众"], {**BASE, "party": "群众"}),
    ("an office's number before the nominee's own", ["姓名|张伟|性别|男", "办公电话|023-67891234|被推荐人手机|13800001234", "工作单位|某某公司|<|<"],
     {**BASE, "nominee_phone": "13800001234"}),
    ("the unit's number before the recommender's own", ["姓名|张伟|性别|男", "单位电话|023-67891234|推荐人手机|13800001234", "工作单位|某某公司|<|<"],
     {**BASE, "recommender_phone": "13800001234"}),
    ("kinds of numbers as printed", ["姓名|张伟|性别|男", "工作单位|某某公司|推荐人联系电话|手机：　　　座机："], BASE),
    ("an area code as printed", ["姓名|张伟|性别|男", "工作单位|某某公司|推荐人联系电话|023-"], BASE),
    ("the nominee's family", ["姓名|张伟|<|性别|男", "家庭主要成员|<|<|<|<", "称谓|姓名|年龄|政治面貌|工作单位及职务", "妻子|何静|45|群众|某某中学教师", "工作单位|某某公司|<|<|<"], BASE),
    ("the nominee's former posts", ["姓名|张伟|性别|男", "工作单位||党派|群众", "起止时间|工作单位|职务|证明人", "2001-2008|某某厂|技术员|李四"],
     {"nominee_name": "张伟", "gender": "男", "party": "群众"}),
    ("a similar word is no label", ["姓名|张伟|性别|男", "工作单位|某某公司|联系地址|重庆"], BASE),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "fields"), [row[1:] for row in ODD_TABLES], ids=[row[0] for row in ODD_TABLES])
def test_odd_tables(rows, fields):
    assert read(table(*rows)) == [fields]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (STORY_HINT, None),
        (STORY_HINT.replace("（", "(").replace("）", ")"), None),
        (STORY_HINT[:20] + "\n" + STORY_HINT[20:], None),
        (f"{STORY_HINT}\n他修桥。", "他修桥。"),
        (f"【{STORY_HINT}】\n他修桥。", "他修桥。"),
        (f"提示：{STORY_HINT}\n他修桥。", "他修桥。"),
        (f"（填写说明：{STORY_HINT}）\n他修桥。", "他修桥。"),
        (f"核心事迹简介：他修桥。\n{STORY_HINT}", "他修桥。"),
        (f"他修桥。\n{STORY_HINT}", "他修桥。"),
        ("（500-800字为宜）\n他修桥。", "他修桥。"),
        (f"{STORY_HINT}他修桥。", "他修桥。"),
        ("他的突出贡献及感人故事很多。", "他的突出贡献及感人故事很多。"),
        (f"{STORY_HINT}：\n他修桥。", "他修桥。"),
        (f"（{STORY_HINT.replace('（', '，')}\n他修桥。", "他修桥。"),
        ("突出贡献及感人故事（500-800字为宜）：他修桥。", "他修桥。"),
        ("主要工作经历：他修桥。", "主要工作经历：他修桥。"),
        ("以简洁文字阐述人物主要工作经历，突出贡献及感人故事：他修桥。", "他修桥。"),  # a piece between left out
        (f"他修桥。\n\n（{STORY_HINT}）", "他修桥。"),
        (f"他修桥。\n{STORY_HINT}\n他修路。", "他修桥。\n他修路。"),
        ("他修桥。突出贡献及感人故事（500-800字为宜）", "他修桥。"),
        ("他修桥。（\u200b500-800字为宜）", "他修桥。"),
    ],
)
def test_hints_are_no_values(written, value):
    rows = ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "核心事迹简介|" + written.replace("\n", "\\n")]
    assert read(table(*rows))[0].get("story") == value


def test_who_chooses_from_the_hints_examples_has_answered():
    for answer in ("攻坚克难、创新突破", "老图纸、工具、照片", "攻坚克难、创新突破等，有老图纸"):
        assert (
            read(table("姓名|张伟|性别|男", "工作单位|某某公司|<|<", f"线索亮点|{answer}"))[0]["highlights"] == answer
        )
    piece = HINTS["highlights"].split("，")[1]
    assert read(table("姓名|张伟|性别|男", f"线索亮点|{piece}：有图纸"))[0]["highlights"] == "有图纸"
    left = "攻坚克难。\\n（老图纸、工具、照片等）"
    assert (
        read(table("姓名|张伟|性别|男", "工作单位|某某公司|<|<", f"线索亮点|{left}"))[0]["highlights"] == "攻坚克难。"
    )


def test_a_value_in_a_list_may_read_like_a_label():
    rows = ("姓名|性别|工作单位|与被推荐人关系", "张伟|男|某某公司|所在单位", "李娜|女|某某学院|所在单位")
    assert [form["nominee_name"] for form in read(table(*rows))] == ["张伟", "李娜"]


def test_list_with_headings_is_one_nominee_a_row():
    forms = read_forms(
        document(table("序号|姓名|性别|工作单位|备注", "1|张伟|男|某某公司|", "2|李娜|女|某某学院|", "||||")), CAMPAIGN
    )
    assert [values(form) for form in forms] == [BASE, {"nominee_name": "李娜", "gender": "女", "employer": "某某学院"}]
    assert all(form.listed for form in forms)


def test_a_bare_number_in_a_list_is_of_whom_no_other_column_is():
    rows = (
        "推荐人|联系电话|推荐人电话|姓名|性别",
        "李四|13800001234|13900005678|张伟|男",
        "李四|13800001235|13900005678|李娜|女",
    )
    assert [(form["nominee_phone"], form["recommender_phone"]) for form in read(table(*rows))] == [
        ("13800001234", "13900005678"),
        ("13800001235", "13900005678"),
    ]


def test_two_forms_beside_each_other():
    rows = [
        "征集表||征集表|",
        "姓名|张伟|姓名|李娜",
        "性别|男|性别|女",
        "工作单位|某某公司|工作单位|",
        "职务||职务|总工",
    ]
    assert read(table(*rows)) == [BASE, {"nominee_name": "李娜", "gender": "女", "position": "总工"}]


def test_a_list_with_two_names_in_a_row_is_not_cut_apart():
    rows = ("姓名|性别|工作单位|推荐人|姓名", "张伟|男|某某公司|某某协会|李四", "李娜|女|某某学院|某某协会|李四")
    assert [form["nominee_name"] for form in read(table(*rows))] == ["张伟", "李娜"]


def test_a_title_in_the_table_ends_the_text_above_it():
    rows = [
        "姓名|张伟",
        "性别|男",
        "线索亮点|<",
        "攻坚|<",
        "附件：“重庆工程师故事”线索征集表|<",
        "姓名|李娜",
        "性别|女",
        "职务|总工",
    ]
    assert [form.get("highlights") for form in read(table(*rows))] == ["攻坚", None]


def test_a_blank_story_above_the_next_label():
    rows = [
        "姓名|张伟",
        "性别|男",
        "核心事迹简介|他修桥。",
        "线索亮点|攻坚",
        "姓名|李娜",
        "性别|女",
        "核心事迹简介|",
        "线索亮点|",
    ]
    assert "story" not in read(table(*rows))[1]


def test_a_lists_headings_stand_above_its_last_row_again():
    head = "序号|姓名|性别|工作单位"
    forms = read_forms(
        document(table(head, "1|张伟|男|某某公司", "2|李娜|女|某某学院", head, "3|赵云|男|某某医院")), CAMPAIGN
    )
    assert [(form.fields["nominee_name"].text, form.listed) for form in forms] == [
        ("张伟", True),
        ("李娜", True),
        ("赵云", True),
    ]


def test_a_single_text_in_a_list_is_nobody():
    """The form lay on another printed sheet: each line of that was somebody's party."""
    rows = ("姓名|性别|党派|工作单位", "张伟|男|群众|某某公司", "||他就和工友们肩挑背扛|<", "李娜|||", "|女||某某学院")
    assert [form.get("nominee_name") for form in read(table(*rows))] == ["张伟", "李娜", None]


def test_a_text_across_a_list_is_no_row():
    rows = ("序号|姓名|性别|工作单位", "1|张伟|男|某某公司", "2|李娜|女|某某学院")
    listed = table(*rows)
    remark = Cell(3, 0, 1, 4, "以上人员均已在本单位公示，没有异议")
    found = read_forms(document(replace(listed, rows=4, cells=(*listed.cells, remark))), CAMPAIGN)
    assert [form.fields["nominee_name"].text for form in found] == ["张伟", "李娜"]


@pytest.mark.parametrize(
    "rows",
    [("线索|有手绘图纸", "亮点|"), ("线\n索|", "亮\n点：|有手绘图纸"), ("线索|有手绘图纸", "亮点|", "职务|")],
    ids=["its value is whole above", "its value is below", "a label without a value"],
)
def test_a_label_that_a_pages_end_tore(rows):
    assert read(table("姓名|张伟", "性别|男", *rows)) == [
        {"nominee_name": "张伟", "gender": "男", "highlights": "有手绘图纸"}
    ]


def test_a_short_value_above_a_label_is_no_piece_of_it():
    assert read(table("姓名", "张伟", "性别", "男", "核心事迹简介", "短", "线索亮点", "有图纸"))[0]["story"] == "短"


def test_a_label_below_another_rows_word_is_its_own():
    assert (
        read(table("姓名|张伟", "性别|男", "单位|某某公司", "线索|某某", "亮点|有手绘图纸"))[0]["highlights"]
        == "有手绘图纸"
    )


def test_people_in_columns():
    rows = (
        "项目|被推荐人一|被推荐人二",
        "姓名|张伟|李娜",
        "性别|男|女",
        "工作单位|某某公司|某某学院",
        "推荐人|某某协会|<",
    )
    both = {"recommender": "某某协会"}
    assert read(table(*rows)) == [
        {**BASE, **both},
        {"nominee_name": "李娜", "gender": "女", "employer": "某某学院", **both},
    ]


def test_people_in_columns_with_a_kind_of_number():
    rows = (
        "姓名|张伟|李娜",
        "性别|男|女",
        "工作单位|某某公司|某某学院",
        "被推荐人联系电话|手机：13800001234|13900005678",
    )
    assert [form["nominee_phone"] for form in read(table(*rows))] == ["手机：13800001234", "13900005678"]


def test_a_photograph_is_no_second_person():
    assert read(table("姓名|张伟|照片", "性别|男|", "工作单位|某某公司|")) == [BASE]


def test_list_with_dittos_and_a_total():
    rows = ("序号|姓名|性别|工作单位", "1|张伟|男|某某公司", "2|李娜|女|同上", "合计|2人||")
    assert read(table(*rows)) == [BASE, {"nominee_name": "李娜", "gender": "女", "employer": "某某公司"}]


RECOGNISED = [
    ("value cut at the rule", ["姓名|张伟|性别|男", "工作单位某某公|司|<|<"], BASE),
    ("value in the label's cell", ["姓名|张伟|性别|男", "工作单位某某公司||<|<"], BASE),
    ("one character of the value", ["被推荐人姓名张|伟|性别|男", "工作单位|某某公司|<|<"], BASE),
    ("date cut in two", ["姓名|张伟|性别|男", "工作单位|某某公司|出生年月1980年|5月"], {**BASE, "birth_month": "1980年5月"}),
    ("a label's wrong end", ["姓名|张伟|性别|男", "工作单位|某某公司|核心事迹筒介|他修桥。"], {**BASE, "story": "他修桥。"}),
    ("an opinion", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "推荐单位意见|同意|<|<", "单位意见同|意|<|<"], BASE),
    ("a piece of the hint at the label", ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "核心事迹简介\\n以简洁文字阐述人物主要工作经历|<|<|<", "他修桥。|<|<|<"],
     {**BASE, "story": "他修桥。"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("职务 | 班组长职称 | < | 工程师", {"position": "班组长", "title": "工程师"}),
        ("推荐人或推荐单位 | 甲公司与被推荐人的关系 | < | 同事", {"recommender": "甲公司", "relationship": "同事"}),
        ("职务 | 班组长职称 | < | ", {"position": "班组长"}),
        ("党派 | 无 职称 | < | 工程师", {"party": "无", "title": "工程师"}),
        ("现工作单位 | 某某设计单位 | < | 党派", {"employer": "某某设计单位"}),
        ("华桥梁线亮点 | 传帮带 | < | <", {"highlights": "传帮带"}),
        ("工作年 | 20年 | < | <", {"years_of_service": "20年"}),
        ("推荐单位 | 甲公司 | 与被推荐人\t同事\\n关系 | <", {"recommender": "甲公司", "relationship": "同事"}),
        (
            "被推荐人联系电话\t13800001111 | < | 推荐人联系电话13900002222 | <",
            {"nominee_phone": "13800001111", "recommender_phone": "13900002222"},
        ),
        ("荐人联系电话 | 13900001111 | 职务 | 总工", {"position": "总工"}),  # of the one, or of the other
    ],
)
def test_what_a_recognised_page_lost(row, expected):
    grid = table("被推荐人姓名 | 张伟 | 性别 | 男", row)
    seen = replace(grid, cells=tuple(replace(cell, confidence=0.97) for cell in grid.cells))
    (form,) = read_forms(document(seen), CAMPAIGN)
    assert values(form) == {"nominee_name": "张伟", "gender": "男", **expected}


@pytest.mark.parametrize(("rows", "fields"), [row[1:] for row in RECOGNISED], ids=[row[0] for row in RECOGNISED])
def test_recognised_tables(rows, fields):
    typed = table(*rows)
    cells = tuple(replace(cell, confidence=0.8) for cell in typed.cells)
    assert read(Table(typed.rows, typed.columns, cells)) == [fields]


def test_a_label_that_a_photographs_end_cut():
    typed = table("姓名|张伟|性别|男", "推荐单位|某某协会|与被推荐|师徒")
    seen = Table(typed.rows, typed.columns, tuple(replace(cell, confidence=0.99) for cell in typed.cells))
    assert [form["relationship"] for form in read(seen)] == ["师徒"]
    assert "relationship" not in read(typed)[0]


@pytest.mark.parametrize("heading", ["核心事迹简介", "核心事迹简介：", "附：核心事迹简介", "二、核心事迹简介"])
def test_story_below_the_form(heading):
    form = table("姓名|张伟|性别|男", "工作单位|某某公司|<|<", "核心事迹简介|（附后）|<|<")
    assert read(form, "", heading, STORY) == [{**BASE, "story": STORY}]


def test_table_within_the_story():
    outer = table("姓名|张伟|性别|男", "工作单位|某某公司|<|<", "核心事迹简介||<|<")
    *cells, last = outer.cells
    hint = next(field.hint for field in CAMPAIGN.fields if field.key == "story")
    for inner in (table(STORY), table(hint, STORY)):
        assert read(replace(outer, cells=(*cells, replace(last, tables=(inner,))))) == [{**BASE, "story": STORY}]


EXPLAINED = [
    "填表说明：",
    "1.被推荐人姓名：须与身份证一致。",
    "2.工作单位：填写单位全称。",
    "3.与被推荐人关系：如同事。",
    "4.线索亮点：简要写明。",
]


def test_how_to_fill_it_in_is_no_form():
    form = table("姓名|张伟|性别|男", "工作单位|某某公司|<|<")
    assert read(*EXPLAINED, "", form) == read(form, *EXPLAINED) == read(table(*EXPLAINED), form) == [BASE]
    inside = table("姓名|张伟|性别|男", "工作单位|某某公司|<|<", "填表\\n说明|" + "\\n".join(EXPLAINED[1:]) + "|<|<")
    assert read(inside) == [BASE]


def test_numbered_form_below_its_explanation():
    assert lines("填表说明\n1.请如实填写\n2.姓名：与身份证一致\n1.姓名：张伟\n2.性别：男\n3.工作单位：某某公司") == [
        BASE
    ]


def test_list_whose_heads_are_parted():
    rows = table(
        "序号|姓名|性别|联系电话|<|工作单位",
        "^|^|^|被推荐人|推荐人|^",
        "1|张伟|男|13800001234|13900005678|某某公司",
        "2|李娜|女|13700001111|13900005678|某某学院",
    )
    assert read(rows) == [
        {**BASE, "nominee_phone": "13800001234", "recommender_phone": "13900005678"},
        {"nominee_name": "李娜", "gender": "女", "employer": "某某学院", "nominee_phone": "13700001111", "recommender_phone": "13900005678"},
    ]  # fmt: skip


def test_bare_number_above_a_label_in_one_column():
    assert read(table("姓名", "张伟", "工作年限", "22", "职务", "总工", "职称", "工程师")) == [
        {"nominee_name": "张伟", "years_of_service": "22", "position": "总工", "title": "工程师"}
    ]


def test_answer_that_reads_like_a_label_in_one_column():
    assert read(table("姓名", "张伟", "工作单位：某某公司", "性别", "男", "与被推荐人关系", "所在单位")) == [
        {**BASE, "relationship": "所在单位"}
    ]


def test_answer_that_reads_like_a_label_before_one_that_we_do_not_ask_for():
    rows = ["姓名|张伟|性别|男", "工作单位|某某公司|<|<", "与被推荐人关系|所在单位|传真|023-67891234"]
    assert read(table(*rows)) == [{**BASE, "relationship": "所在单位"}]


def test_an_opinion_below_a_row_of_labels_is_no_answer_to_them():
    rows = [
        "姓名|张伟|性别|男|",
        "工作单位|某某公司|<|<|",
        "推荐人/单位|某某公司|与被推荐人关系|所在单位|推荐人联系电话",
        "所在单位意见|同意推荐。|<|<|<",
    ]
    assert read(table(*rows)) == [{**BASE, "recommender": "某某公司", "relationship": "所在单位"}]


def test_kinds_of_number_beside_their_label():
    rows = [
        "姓名|张伟|性别|男|",
        "工作单位|某某公司|<|<|<",
        "被推荐人联系电话|手机|13800001234|推荐人联系电话|",
        "^|座机|023-67001122|^|^",
    ]
    (form,) = read(table(*rows))
    assert form == {**BASE, "nominee_phone": "13800001234\n023-67001122"}


def test_typed_behind_some_labels_in_their_own_cells():
    rows = ["姓名 张伟||性别 男|", "工作单位|某某公司|职务 总工|", "职称|工程师|推荐人|李四", "与被推荐人关系|同事|<|<"]
    assert read(table(*rows)) == [
        {**BASE, "position": "总工", "title": "工程师", "recommender": "李四", "relationship": "同事"}
    ]


def test_text_whose_cell_begins_a_column_farther_in():
    form = table("姓名|张伟|性别|男", "工作单位|某某公司|<|<", "核心事迹简介|<|<|<")
    below = Cell(3, 1, 1, 3, STORY)
    assert read(replace(form, rows=4, cells=(*form.cells, below))) == [{**BASE, "story": STORY}]


def test_example_row_of_a_list():
    rows = table("序号|姓名|性别|工作单位", "示例|张三|男|某某集团", "1|张伟|男|某某公司", "2|李娜|女|某某学院")
    assert [form["nominee_name"] for form in read(rows)] == ["张伟", "李娜"]


def test_nested_table_in_a_layout_cell():
    inner = table("姓名|张伟|性别|男", "工作单位|某某公司|<|<")
    outer = Table(2, 1, (Cell(0, 0, 1, 1, "请查收"), Cell(1, 0, 1, 1, "", (inner,))))
    assert read(outer) == [BASE]


def test_value_in_a_table_of_its_own():
    value = Table(1, 1, (Cell(0, 0, 1, 1, "某某公司"),))
    cells = table("姓名|张伟|性别|男", "工作单位|").cells
    assert read(Table(2, 4, (*cells[:-1], Cell(1, 1, 1, 1, "", (value,))))) == [BASE]


def test_answer_like_a_label_in_a_table_of_its_own():
    *cells, last = table("姓名|张伟|性别|男", "工作单位|某某公司|与被推荐人关系|").cells
    assert read(Table(2, 4, (*cells, replace(last, tables=(table("所在单位"),))))) == [
        {**BASE, "relationship": "所在单位"}
    ]


def test_form_split_over_two_tables_and_a_line():
    assert read(table("姓名|张伟|性别|男"), "", table("工作单位|某某公司"), "推荐人：李四") == [
        {**BASE, "recommender": "李四"}
    ]


@pytest.mark.parametrize(
    "blocks", [[], ["姓名：张伟", "性别：男"], [table("姓名|张伟", "身份证号|无")], [table("|", "|")]]
)
def test_fewer_than_three_labels_are_no_form(blocks):
    assert read(*blocks) == []


def test_recognised_text_keeps_its_doubt():
    cells = (
        Cell(0, 0, 1, 1, "姓名"),
        Cell(0, 1, 1, 1, "张伟", (), 0.6),
        *table("|", "性别|男", "工作单位|某某公司").cells[2:],
    )
    (form,) = read_forms(document(Table(3, 2, cells)), CAMPAIGN)
    assert form.fields["nominee_name"].confidence == 0.6


def test_misspelt_label_is_believed_a_little_less():
    (form,) = read_forms(document(table("姓名|张伟|性别|男", "工作单伟|某某公司")), CAMPAIGN)
    assert (form.fields["employer"].text, form.fields["employer"].confidence) == ("某某公司", 0.9)


# Lines

ODD_LINES = [
    ("plain", "姓名：张伟\n性别：男\n工作单位：某某公司"),
    ("half-width, blanks, equals", "姓 名: 张伟\n性别 = 男\n工作单位 ： 某某公司"),
    ("in one line", "姓名：张伟，性别：男；工作单位：某某公司"),
    ("run together", "姓名：张伟性别：男工作单位：某某公司"),
    ("numbered", "1.姓名：张伟\n（2）性别：男\n三、工作单位：某某公司"),
    ("boxed", "【姓名】张伟\n【性别】男\n【工作单位】某某公司"),
    ("tabs", "姓名\t张伟\n性别\t男\n工作单位\t某某公司"),
    ("tabs, several in a line", "姓名\t张伟\t性别\t男\n工作单位\t某某公司"),
    ("blanks", "姓名 张伟\n性别  男\n工作单位    某某公司"),
    ("blanks, several in a line", "姓名 张伟    性别 男\n工作单位 某某公司"),
    ("arrows", "姓名→张伟\n性别 → 男\n工作单位→某某公司"),
    ("dashes", "姓名——张伟\n性别-男\n3.工作单位 —— 某某公司"),
    ("notes", "姓名（必填）：张伟\n*性别：男\n工作单位（全称）：某某公司"),
    ("value on the next line", "姓名：\n张伟\n性别：\n男\n工作单位：\n某某公司"),
    ("cells of a table as lines", "姓名\n张伟\n\n性别\n男\n工作单位\n\n某某公司"),
    ("unknown labels between", "姓名：张伟  民族：汉族\n籍贯：重庆\n性别：男\n工作单位：某某公司"),
    ("letter around", "您好！\n现推荐一人。\n姓名：张伟\n性别：男\n工作单位：某某公司\n\n此致\n敬礼"),
]


@pytest.mark.parametrize("text", [row[1] for row in ODD_LINES], ids=[row[0] for row in ODD_LINES])
def test_odd_lines(text):
    assert lines(text) == [BASE]


def test_whole_form_as_lines():
    assert lines("\n".join(f"{LABELS[key]}：{value}" for key, value in ZHANG_WEI.items())) == [dict(ZHANG_WEI)]


def test_a_label_met_before_may_be_the_answer_on_the_next_line():
    told = lines("姓名：张伟\n性别：男\n所在单位：某某公司\n与被推荐人关系：\n    所在单位")
    assert told == [{**BASE, "relationship": "所在单位"}]


def test_several_forms_as_lines():
    one = "姓名：张伟\n性别：男\n工作单位：某某公司\n推荐人："
    assert lines(f"{one}\n\n{one.replace('张伟', '王五')}") == [BASE, {**BASE, "nominee_name": "王五"}]


def test_form_as_html_table():
    rows = "".join(
        f"<tr><td>{LABELS[key]}</td><td>{value}</td></tr>" for key, value in ZHANG_WEI.items() if key != "story"
    )
    (form,) = read_forms(html_document(f"<div>您好</div><table>{rows}</table>"), CAMPAIGN)
    assert values(form) == {key: value for key, value in ZHANG_WEI.items() if key != "story"}


NOTICE = f"""关于开展讲好“重庆工程师故事”线索征集的
通知
三、线索要求
1.真实性：线索所涉人物、事件必须真实可溯，能提供具体的人物信息、工作单位及联系方式，便于后续核实与采访。
（二）报送方式
邮件主题统一标注为“渝工故事线索+推荐单位/推荐人+联系方式”。
附件：

“重庆工程师故事”线索征集表

\t被推荐人姓名
\t
\t性别
\t
\t出生年月
\t

\t工作单位
\t
\t党派
\t

\t核心事迹简介

\t{STORY_HINT}


\t线索亮点

\t{HIGHLIGHTS_HINT}


\t推荐人/单位
\t
\t与被推荐人关系
\t



— 1 —"""


def test_notice_is_no_form():
    assert lines(NOTICE) == []


# An answer in a person's own words


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("推荐人联系电话：13900005678", {"recommender_phone": "13900005678"}),
        ("您好，\n性别：女\n工作年限：15年\n谢谢！", {"gender": "女", "years_of_service": "15年"}),
        ("推荐人是李四。", {"recommender": "李四"}),
        ("工作单位为重庆某某公司，已盖章", {"employer": "重庆某某公司"}),
        ("推荐人联系电话 13900005678", {"recommender_phone": "13900005678"}),
        ("推荐人：李四\n联系电话：13900005678", {"recommender": "李四", "recommender_phone": "13900005678"}),
        ("核心事迹简介：第一段。\n第二段。\n\n此致\n敬礼\n张伟", {"story": "第一段。\n第二段。"}),
        (
            "补充如下：1. 推荐人联系电话：139 0000 5678；2. 与被推荐人关系：同事。\n祝好",
            {"recommender_phone": "139 0000 5678", "relationship": "同事。"},
        ),
        ("工作年限改为20年\n职称应为正高级工程师", {"years_of_service": "20年", "title": "正高级工程师"}),
        ("被推荐人的联系电话是：13800001234", {"nominee_phone": "13800001234"}),
        ("出生年月1966年8月，工作年限30年", {"birth_month": "1966年8月", "years_of_service": "30年"}),
        ("您好，补充如下：出生年月是1966年8月，职务是段长。谢谢！", {"birth_month": "1966年8月", "position": "段长"}),
        ("职务 段长\n性别 男", {"position": "段长", "gender": "男"}),
        ("张建国同志的出生年月是1966年8月，联系电话13900005678。", {"birth_month": "1966年8月"}),
        ("职务\n段长\n\n出生年月\n1966年8月", {"position": "段长", "birth_month": "1966年8月"}),
        ("职称\n必须填吗？", {}),
        # a wrong value is worse than a missing one
        ("联系电话：13900005678", {}),
        ("工作单位 已经补充在附件里", {}),
        ("推荐人是否可以不填？", {}),
        ("张建国的职务是段长", {}),
        ("推荐人是谁要写吗？", {}),
        ("被推荐人姓名、性别已经写在表里了", {}),
        ("请看附件。", {}),
        ("性别：\n\n谢谢", {}),
        ("推荐人联系电话：（请补充）", {}),
        ("", {}),
    ],
)
def test_read_lines(text, fields):
    [found] = read_lines(text, CAMPAIGN)
    assert {key: raw.text for key, raw in found.items()} == fields


def test_a_long_text_whose_label_ended_the_table_stands_below_it():
    """As photographs show it whose second page lost the border above its first row."""
    first, second = (
        Table(3, 2, tuple(Cell(r, c, 1, 2 if text == "线索亮点" else 1, text) for r, c, text in cells))
        for cells in (
            [(0, 0, "姓名"), (0, 1, "张伟"), (1, 0, "工作单位"), (1, 1, "某某公司"), (2, 0, "线索亮点")],
            [(0, 0, "推荐人"), (0, 1, "李四"), (1, 0, "与被推荐人关系"), (1, 1, "同事")],
        )
    )
    lines = (Paragraph(HIGHLIGHTS_HINT), Paragraph("攻坚克难，有图纸。"))
    (form,) = read_forms(Document((first, *lines, second), "jpg"), CAMPAIGN)
    assert form.fields["highlights"].text == "攻坚克难，有图纸。"
    assert form.fields["relationship"].text == "同事"
    filled = Table(2, 2, (Cell(0, 0, 1, 2, "线索亮点"), Cell(1, 0, 1, 2, "")))
    (form,) = read_forms(Document((replace(first, cells=first.cells[:4]), filled, *lines, second), "docx"), CAMPAIGN)
    assert "highlights" not in form.fields  # its own cell is empty


def test_lines_about_several_people():
    text = "被推荐人姓名：张伟\n性别：男\n\n被推荐人姓名：李芳\n性别：女\n职务：班长"
    told = [{key: raw.text for key, raw in found.items()} for found in read_lines(text, CAMPAIGN)]
    assert told == [
        {"nominee_name": "张伟", "gender": "男"},
        {"nominee_name": "李芳", "gender": "女", "position": "班长"},
    ]


# Anything at all

WORDS = st.sampled_from(
    [*LABELS.values(), "姓名", "电话", "推荐人", "：", "\n", "\t", " ", "张伟", *HINTS.values(), "□男", "_"]
)
TEXTS = st.lists(WORDS | st.text(max_size=5), max_size=8).map("".join)


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=6), min_size=1, max_size=6), TEXTS)
@settings(max_examples=150)
def test_any_table_is_read(rows, text):
    cells = tuple(Cell(r, c, 1, 1, t) for r, row in enumerate(rows) for c, t in enumerate(row))
    forms = read_forms(document(text, Table(len(rows), max(map(len, rows)), cells), text), CAMPAIGN)
    written = "".join(cell.text for cell in cells) + text
    for form in forms:
        for field in form.fields.values():
            assert set(field.text.split()) <= set(written.split()) or set(field.text) - set(" \n") <= set(written)


@given(TEXTS)
@settings(max_examples=150)
def test_any_lines_are_read(text):
    read_lines(text, CAMPAIGN)
    for form in read_forms(text_document(text), CAMPAIGN):
        assert all(field.text.strip() for field in form.fields.values())


def test_story_of_the_samples_fits_the_bounds():
    assert 500 <= len(STORY.replace("\n", "")) <= 800


def test_hundreds_of_headings_above_thousands_of_rows():
    heads = [Cell(0, column, 1, 1, label) for column, label in enumerate(["姓名", "性别", "工作单位"] * 100)]
    names = [Cell(row, 0, 1, 1, f"张{chr(0x4E00 + row)}") for row in range(1, 1_000)]
    forms = read_forms(document(Table(1_000, 300, (*heads, *names))), CAMPAIGN)
    assert len({values(form)["nominee_name"] for form in forms if form.fields}) == MAX_BLOCKS // 300


def test_labels_run_together_in_the_recommenders_part():
    rows = [
        "姓名|张伟|性别|男",
        "工作单位|某某公司|职务职称|部长/高级工程师",
        "推荐人信息|<|<|<",
        "姓名|李强|职务职称|主任",
    ]
    (form,) = read(table(*rows))
    assert form == {**BASE, "position": "部长", "title": "高级工程师", "recommender": "李强"}
