from pathlib import Path

import pytest

from rules.campaign import Batch, Campaign, Field, FieldType, SubjectGrammar
from rules.catalogue import Kind, catalogue_of
from rules.toml.fault import FaultyFile

TYPES = {
    "被推荐人姓名": FieldType.NAME,
    "性别": FieldType.CHOICE,
    "出生年月": FieldType.MONTH,
    "工作年限": FieldType.NUMBER,
    "核心事迹简介": FieldType.LONG_TEXT,
    "被推荐人联系电话": FieldType.PHONE,
    "推荐人/单位": FieldType.TEXT,
}


def campaign(*labels):
    fields = tuple(Field(f"f{n}", label, TYPES.get(label, FieldType.TEXT), True) for n, label in enumerate(labels))
    return Campaign(
        name="story",
        title="征集",
        organiser="协会",
        case_prefix="YG",
        privacy="",
        subject=SubjectGrammar(("渝工故事线索",), ""),
        fields=fields,
        batches=(Batch("第一批", None),),
        stages=(),
        incomplete_stage="waiting",
        complete_stage="verify",
        form=None,
        form_titles=(),
        folder=Path("story"),
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("被推荐人姓名", Kind.TEXT),
        ("性别", Kind.TEXT),
        ("出生年月", Kind.DATE),
        ("工作年限", Kind.NUMBER),
        ("核心事迹简介", Kind.TEXT),
        ("被推荐人联系电话", Kind.TEXT),
        ("推荐人／单位", Kind.TEXT),  # width aside
        ("主题", Kind.TEXT),
        ("收到时间", Kind.DATE),
        ("附件数", Kind.NUMBER),
        ("附件名", Kind.OPTIONS),
        ("全文", Kind.TEXT),
    ],
)
def test_kind_of_a_label(name, kind):
    found = catalogue_of(campaign(*TYPES)).find(name)
    assert found is not None
    assert found.kind is kind


def test_an_alias_is_no_name():
    assert catalogue_of(campaign(*TYPES)).find("姓名") is None


@pytest.mark.parametrize(("labels", "clash"), [(("主题",), "邮件本身的信息"), (("职务", "职 务"), "另一个栏目")])
def test_two_things_of_one_name_do_not_load(labels, clash):
    with pytest.raises(FaultyFile) as caught:
        catalogue_of(campaign(*labels))
    (fault,) = caught.value.faults
    assert fault.code == "栏目重名"
    assert clash in fault.message
