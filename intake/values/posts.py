"""Where somebody works, as what, and with which title, told in one breath: 重庆某某公司总工程师、正高级工程师."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from intake.chinese.characters import HAN

LONGEST = 80  # characters that are looked at

#: What a legal body is called. 技术中心, 工程部 and 车间 belong to one, and so to the post.
_BODY = r"(?:公司|集团|事务所|研究所|[院局厂矿校](?!长)|大学|学会|协会|研究会|管委会|委员会|合作社|经营部)(?:[（(][^（）()]{1,12}[）)])?"
_UNIT = re.compile(rf"(?!有限|股份|责任|分公司)[^\s，,、；;。:：]{{2,}}{_BODY}")
#: What is short for one, or a part of one: asked for a unit, nobody says 综合办公室 for anything else.
_SHORT_UNIT = re.compile(
    rf"[{HAN}A-Za-z\d（）()]{{2,}}(?:中心|[部处科室队站办会社店行段委](?!长)|支队|政府|街道|园区|基地|股份|重工|建工|汽车|科技|电力|控股|实业|铁路|地铁|[中小]学)"
    rf"|(?:重庆|中国|中[冶铁建交电]|国[网电]|西南|渝)[{HAN}]{{2,}}"
)
#: 技术中心 is a part of a company, what a town's name stands before is a body of its own.
_CENTRE = rf"(?:重庆|[{HAN}]{{1,4}}[市区县])[{HAN}]{{2,20}}?(?:中心|管理处|[站所队段](?=副?[站所队段]长))"
_FIRST_UNIT = re.compile(
    rf"(?P<unit>(?!有限|股份|责任|分公司|）)[^\s，,；;。:：]*[^\s，,、；;。:：]{_BODY}|{_CENTRE})[\s，,、；;/／的]*(?:里?有?一?[名位个](?:[{HAN}]{{1,6}}的)?)?(?P<rest>.*)"
    rf"|(?P<short>[^\s，,；;。:：]{{2,30}})的(?P<other>[^的]+)"
)
_RANK = (
    r"(?:[部院处科厂局所校站队组班段矿室股]长|经理|总监|主任|董事长?|监事|书记|总裁|工人|"
    r"主[管席]|助理|负责人|带头人|合伙人|法人|骨干|顾问|干事|教授|专家|[员师匠]|(?<![完竣施开动])工|岗位?)"
)
_POST = re.compile(rf"(?:[{HAN}A-Za-z][{HAN}A-Za-z\d]{{0,24}})?{_RANK}")
_NO_POST = re.compile(r"^[退离]休|(?:党|团|会|社|盟)员$|[的了]|从事|\d年")
_PARTS = re.compile(r"[\s，,、；;/／（()）]+")
_TITLE = (
    r"(?:(?:教授级|研究员级|正|副)*(?:高级|中级|初级|助理|特级|主任)?(?:(?<!总)工程师|经济师|会计师|政工师|规划师|技师)"
    r"|(?:[一二]级|国家)?注册[\u4e00-\u9fff]{2,8}师|[一二]级(?:建造|造价|建筑|结构工程)师|(?:高级|一级|二级|三级|四级|五级)技[师工]|(?:正|副|教授级)*高工|正高|副高|(?:副|助理)?(?:研究员|教授)|讲师)(?:职称)?"
)
_TITLES = re.compile(_TITLE)


_POINTS = re.compile(r"(?:[该本我其这那任在是到为有兹由现原]|我们|报送|推荐){1,4}(?:单位|公司|集团|中心|[院厂局所校])")
_OUR = re.compile("^(?:我们?|咱们?)(?=.{4})")  # 我们重庆某某公司
_SPEAKS = re.compile("(?<=.)[是的各在]")
_PART = re.compile(rf"(?!.{{0,4}}重庆|中[冶铁建交电])(?:(?![市区县镇局])[{HAN}]){{2,8}}(?:[部处科室队班组]|车间|分厂)")


@dataclass(frozen=True, slots=True)
class Post:
    """Each "" where it was not told."""

    unit: str
    post: str
    title: str


def within(post: Post) -> Post:
    """机电科的科长, of a unit that is named elsewhere or nowhere: 科 and 分厂 are parts of it, 该公司 only points to it."""
    told = "" if post.post in ("职工", "员工") else post.post
    post = replace(post, unit=_OUR.sub("", post.unit))
    if _SPEAKS.search(post.unit):
        return Post("", "", "")  # 带出的徒弟都在各厂当骨干
    if _POINTS.fullmatch(post.unit):
        return Post("", told, post.title)
    return (
        Post("", f"{post.unit}{told}", post.title) if _PART.fullmatch(post.unit) else Post(post.unit, told, post.title)
    )


def is_unit(text: str) -> bool:
    return len(text) <= LONGEST and _UNIT.fullmatch(text) is not None


def may_be_unit(text: str) -> bool:
    """A unit, by its full name or as people call it: 长安汽车."""
    return is_unit(text) or (len(text) <= LONGEST and _SHORT_UNIT.fullmatch(text) is not None)


def is_post(text: str) -> bool:
    return len(text) <= LONGEST and _POST.fullmatch(text) is not None and not _NO_POST.search(text)


def is_title(text: str) -> bool:
    return _TITLES.fullmatch(text) is not None


def post_in(text: str) -> Post | None:
    """The parts of `text`; None where anything in it is neither a unit nor a post nor a title, or two would be one."""
    text = text.strip(" ，,、；;。")
    if len(text) > LONGEST:
        return None
    unit = _FIRST_UNIT.fullmatch(text)
    if unit and unit["short"] and not may_be_unit(unit["short"]):
        unit = None
    body, rest = (unit["unit"] or unit["short"], unit["rest"] or unit["other"] or "") if unit else ("", text)
    if body.count("（") != body.count("）"):
        return None
    parts = [part for part in _PARTS.split(rest.replace("的", "")) if part]
    titles = [part for part in parts if is_title(part)]
    posts = [part for part in parts if part not in titles]
    if len(titles) > 1 or not all(map(is_post, posts)) or not (body or parts):
        return None
    return Post(body, "、".join(posts), "".join(titles))
