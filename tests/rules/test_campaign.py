"""campaign.toml: what ships is right, and what an admin gets wrong is named, all of it at once."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from rules.campaign import FieldType, load_campaign
from rules.toml.fault import FaultyFile

SHIPPED = Path(__file__).parents[2] / "rules" / "yugong-story"


@pytest.fixture(scope="module")
def shipped():
    return load_campaign(SHIPPED)


KEYS = (
    *("nominee_name", "gender", "birth_month", "employer", "party", "years_of_service", "position", "title"),
    *("nominee_phone", "recommender_phone", "story", "highlights", "recommender", "relationship"),
)


def test_fields_stand_in_the_forms_order(shipped):
    assert tuple(field.key for field in shipped.fields) == KEYS
    assert {field.key for field in shipped.fields if not field.required} == {"party", "title"}
    assert (shipped.field("story").min_chars, shipped.field("story").max_chars) == (500, 800)


def test_every_field_can_be_asked_for(shipped):
    for field in shipped.fields:
        assert re.fullmatch(r"(请|方便的话，请)补充.*。", field.ask), field.key
        assert field.example, field.key
        assert field.about, field.key


@pytest.mark.parametrize(
    ("day", "batch"),
    [
        (date(2026, 1, 26), "第一批"),
        (date(2026, 3, 31), "第一批"),
        (date(2026, 4, 1), "常态征集"),
        (date(2030, 1, 1), "常态征集"),
    ],
)
def test_batch_of_a_day(shipped, day, batch):
    assert shipped.batch_on(day).name == batch


def test_the_rest_of_what_ships(shipped):
    assert (shipped.name, shipped.case_prefix, shipped.organiser) == ("yugong-story", "YG", "重庆市工程师协会")
    assert shipped.subject.prefixes[0] == "渝工故事线索"
    assert shipped.self_nomination.copies == {"recommender": "nominee_name", "recommender_phone": "nominee_phone"}
    assert {shipped.incomplete_stage, shipped.complete_stage} <= {stage.key for stage in shipped.stages}
    assert shipped.form.is_file()
    assert shipped.field("gender").type is FieldType.CHOICE
    for word in ("用于", "保存至", "删除"):  # what the law wants told before anything is processed
        assert word in shipped.privacy


FAULTS = [
    # what an admin does                 text in the file                replaced by                        code        word in the message
    ("unknown type", 'type = "name"', 'type = "naem"', "没有这个选项", "naem"),
    ("unknown key", "organiser = ", "organizer = ", "未知设置", "organizer"),
    ("unknown key of a field", "required = false", "requird = false", "未知设置", "requird"),
    ("key in Chinese", 'key = "gender"', 'key = "性别"', "代号不对", "性别"),
    ("key twice", 'key = "title"', 'key = "position"', "代号重复", "position"),
    ("label twice", 'label = "职称"', 'label = "职 务"', "栏目名重复", "职 务"),
    ("alias is another's label", '"现任职务"', '"职称"', "别名重复", "职称"),
    ("alias of two fields of one person", '"现任职务"', '"技术职称"', "别名重复", "技术职称"),
    ("choice without choices", 'type = "name"', 'type = "choice"', "缺少选项", "被推荐人姓名"),
    ("bounds the wrong way round", "min_chars = 500", "min_chars = 900", "字数颠倒", "核心事迹简介"),
    ("bounds below nothing", "min_chars = 500", "min_chars = -500", "字数不对", "-500"),
    ("a letter from nobody", 'organiser = "重庆市工程师协会"', 'organiser = " "', "没有内容", "organiser"),
    ("bounds of a short field", 'unit = "年"', 'unit = "年"\nmax_chars = 9', "设置无效", "工作年限"),
    ("prefix of case numbers", 'case_prefix = "YG"', 'case_prefix = "渝工"', "编号不对", "渝工"),
    ("stage that is not there", 'incomplete_stage = "waiting"', 'incomplete_stage = "wating"', "无此阶段", "wating"),
    ("identity of no field", '"nominee_phone", "employer"]', '"nominee_fone", "employer"]', "无此栏目", "nominee_fone"),
    ("copy from no field", 'recommender = "nominee_name"', 'recommender = "nominee"', "无此栏目", "nominee"),
    ("copy into no field", "{ recommender = ", "{ recomender = ", "无此栏目", "recomender"),
    ("subject fills no field", 'contact_field = "recommender_phone"', 'contact_field = "phone"', "无此栏目", "phone"),
    ("form that is not there", 'form = "form.docx"', 'form = "表.docx"', "没有这个文件", "表.docx"),
    ("last batch with an end", 'name = "常态征集"', 'name = "常态征集"\nuntil = 2027-01-01', "批次没有着落", "常态征集"),
    ("first batch without an end", "until = 2026-03-31", "", "缺少截止日", "第一批"),
    ("batches in the wrong order", 'name = "常态征集"', 'name = "乙"\nuntil = 2026-01-01\n[[batch]]\nname = "丙"', "批次顺序", "乙"),
    ("no subject word", 'prefixes = ["渝工故事线索", "渝工故事征集", "重庆工程师故事线索", "工程师故事线索", "渝工线索"]', "prefixes = []", "缺少主题词", "主题词"),
    ("value of another type", "max_chars = 800", 'max_chars = "800"', "类型不符", "max_chars"),
]  # fmt: skip


def faults(folder, *changes):
    target = folder / "yugong-story"
    shutil.copytree(SHIPPED, target)
    file = target / "campaign.toml"
    text = file.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, "utf-8")
    with pytest.raises(FaultyFile) as refused:
        load_campaign(target)
    return refused.value.faults


@pytest.mark.parametrize(("old", "new", "code", "word"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_fault(tmp_path, old, new, code, word):
    found = faults(tmp_path, (old, new))
    (fault,) = (f for f in found if f.code == code)
    assert word in fault.message
    assert fault.mend
    assert fault.line > 0


def test_all_faults_at_once(tmp_path):
    codes = [
        f.code
        for f in faults(tmp_path, *((old, new) for _, old, new, _, _ in (FAULTS[0], FAULTS[6], FAULTS[12], FAULTS[17])))
    ]
    assert sorted(codes) == sorted([FAULTS[0][3], FAULTS[6][3], FAULTS[12][3], FAULTS[17][3]])


def test_same_alias_for_two_people_is_fine(shipped):
    assert "联系电话" in shipped.field("nominee_phone").aliases
    assert "联系电话" in shipped.field("recommender_phone").aliases


def test_empty_file_names_all_that_is_missing(tmp_path):
    (tmp_path / "campaign.toml").write_text("", "utf-8")
    with pytest.raises(FaultyFile) as refused:
        load_campaign(tmp_path)
    codes = {f.code for f in refused.value.faults}
    assert {"缺少设置", "缺少栏目", "缺少批次"} <= codes
