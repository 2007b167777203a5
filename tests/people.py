"""Invented nominees: what they write into the form, and what should be read out of it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
GIVEN = [
    "伟",
    "芳",
    "敏",
    "静",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "艳",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "霞",
    "平",
    "刚",
    "桂英",
    "建国",
    "志强",
    "晓东",
    "海燕",
    "镕",
    "喆",
    "子涵",
    "雨欣",
    "国栋",
    "文博",
    "思远",
    "立新",
    "长江",
    "嘉陵",
    "山城",
    "卫东",
    "红梅",
    "春生",
    "冬梅",
    "德华",
    "玉兰",
]
EMPLOYERS = [
    "重庆某某桥梁工程有限公司",
    "重庆轨道交通某建设公司",
    "两江新区某某机电研究院",
    "涪陵某某化工厂",
    "綦江某某齿轮厂",
    "长寿某某钢铁公司",
    "重庆某某勘测设计院",
    "万州某某电力检修公司",
    "江津某某水利工程队",
    "北碚某某仪表厂",
    "永川某某汽车零部件公司",
    "巴南某某摩托车研究所",
]
POSITIONS = ["总工程师", "项目经理", "车间主任", "技术总监", "班组长", "副总经理", "高级技师", "设计室主任"]
TITLES = ["正高级工程师", "高级工程师", "工程师", "助理工程师"]
PARTIES = [
    ("中共党员", "中共党员"),
    ("党员", "中共党员"),
    ("中国共产党党员", "中共党员"),
    ("群众", "群众"),
    ("无", "无"),
    ("", None),
]
SENTENCES = (
    "参加工作以来，他一直扎根生产一线，从学徒做起，一步一个脚印成长为技术带头人。",
    "在嘉陵江大桥深水基础施工中，他带领班组连续奋战三个月，攻克了复杂地质条件下的成桩难题。",
    "面对进口设备的技术封锁，他查阅上百份资料，反复试验，终于研制出国产化替代方案。",
    "他常说，图纸上差一毫米，现场就可能差一条命，所以每一个数据都要亲手复核。",
    "多年来他先后培养青年技术骨干三十余人，其中八人已成长为项目负责人。",
    "山高路陡，材料运不上去，他就和工友们肩挑背扛，用十七天打通了最后一段隧道。",
    "他保存着一把用了二十年的游标卡尺，刀口已经磨得发亮，却依然精准。",
    "疫情期间，他主动留守厂区四十天，保障了关键产线的连续运行。",
    "由他主持的工艺改进项目，使废品率从百分之三降到千分之二，每年节约成本近五百万元。",
    "女儿出生那天，他正在三百米深的竖井里排险，等赶到医院已是第二天清晨。",
    "他带领团队取得发明专利十二项，获得省部级科技进步奖三次。",
    "退休返聘之后，他依旧每天第一个到车间，最后一个离开。",
)
HIGHLIGHTS = (
    "攻坚克难，保存有1998年手绘图纸。",
    "精益求精，有使用二十年的游标卡尺和老照片。",
    "创新突破，主持国产化替代研发，可提供样机照片。",
    "传帮带，师徒三代同在一个班组。",
    "默默奉献，三十年坚守高山变电站。",
)


@dataclass(frozen=True)
class Person:
    """`written` is put into the form by key; `expected` is what a reader must find (no key: nothing to find)."""

    written: dict[str, str]
    expected: dict[str, str | int]


def person(random: Random, number: int) -> Person:
    """The number keeps phones and names apart."""
    name = random.choice(SURNAMES) + random.choice(GIVEN)
    year, month = random.randint(1958, 1998), random.randint(1, 12)
    since = random.randint(3, 40)
    phone, other = f"138{number % 100_000_000:08d}", f"139{(number * 7 + 13) % 100_000_000:08d}"
    party, party_read = random.choice(PARTIES)
    paragraphs = [random.sample(SENTENCES, len(SENTENCES)) for _ in range(2)]
    story = "\n".join("".join(p) for p in paragraphs)[: random.randint(560, 700)]
    employer, position, title = random.choice(EMPLOYERS), random.choice(POSITIONS), random.choice(TITLES)
    recommender = random.choice(EMPLOYERS)
    highlights = random.choice(HIGHLIGHTS)
    relation = random.choice(["所在单位", "同事", "师徒", "上级单位"])
    gender = random.choice("男女")
    written = {
        "nominee_name": name if len(name) > 2 or random.random() < 0.7 else f"{name[0]} {name[1]}",
        "gender": gender,
        "birth_month": random.choice(
            [f"{year}年{month}月", f"{year}.{month}", f"{year}-{month:02d}", f"{year}/{month}"]
        ),
        "employer": employer,
        "party": party,
        "years_of_service": random.choice([f"{since}年", f"{since}", f"{since} 年"]),
        "position": position,
        "title": title,
        "nominee_phone": random.choice(
            [phone, f"{phone[:3]} {phone[3:7]} {phone[7:]}", f"+86 {phone}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"]
        ),
        "recommender_phone": other,
        "story": story,
        "highlights": highlights,
        "recommender": recommender,
        "relationship": relation,
    }
    expected: dict[str, str | int] = {
        **written,
        "nominee_name": name,
        "birth_month": f"{year}-{month:02d}",
        "years_of_service": since,
        "nominee_phone": phone,
    }
    if party_read is None:
        del expected["party"]
    else:
        expected["party"] = party_read
    return Person(written, expected)


def without(one: Person, *keys: str) -> Person:
    """The same person with some fields left blank."""
    return Person(
        {k: "" if k in keys else v for k, v in one.written.items()},
        {k: v for k, v in one.expected.items() if k not in keys},
    )
