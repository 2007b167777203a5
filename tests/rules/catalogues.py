"""Catalogues that several tests of the rules share."""

from rules.catalogue import MAIL_FACTS, Catalogue, Kind, Label

TEXTS = (
    "被推荐人姓名",
    "性别",
    "工作单位",
    "党派",
    "职务",
    "职称",
    "核心事迹简介",
    "线索亮点",
    "推荐人/单位",
    "与被推荐人关系",
)

STORY = Catalogue(
    (
        *(Label(name, Kind.TEXT) for name in TEXTS),
        Label("姓名", Kind.TEXT, aliases=("名字",)),
        Label("工作年限", Kind.NUMBER, unit="年"),
        Label("出生年月", Kind.DATE),
        Label("获奖时间", Kind.DATE),
        Label("是否党员", Kind.FLAG),
        Label("是否为空巢老人", Kind.TEXT),
        Label("荣誉", Kind.TEXT, fillers=("无", "暂无", "/")),
        *MAIL_FACTS,
    )
)
