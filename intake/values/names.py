"""A person's name within what people write where one is asked for: without titles, remarks, numbering and layout."""

from __future__ import annotations

import re

from intake.chinese.characters import HAN, one_line
from intake.values.doubt import Doubt

#: The surnames of nine in ten people.
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔文施洪辛牛樊葛邢安齐伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季成霍苗涂谷曲盛冉翁蓝路游靳喻辜税蹇阎祁屈滕瞿骆佟佘卜隋娄晏冼敖苟谌牟郎卞萧鄢赖傅尤冀蒲芦穆裴褚温艾鲍柴池仇胥饶岑巫闵窦栾狄卓邬刁宫桂况栗訾綦郜亓蔺缪邝寇甄荀臧郗戚匡苑茹庹谯粟雍甯昝柏仝邸阚闾"
DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "皇甫", "夏侯", "司徒", "东方", "尉迟", "公孙", "慕容", "令狐")

_DOTS = "·•・‧∙⋅･．.˙●﹒ㆍ⦁⸱°◦"
_DOT = re.compile(f"(?<=[{HAN}])\\s*(?:[{_DOTS}]|(?<=[{HAN}]{{2}})。(?=[{HAN}]{{2}}))\\s*(?=[{HAN}])")
_FAMILY = f"(?:{'|'.join(DOUBLE_SURNAMES)}|[{SURNAMES}])"
PERSON = f"(?!高工){_FAMILY}[{HAN}]{{1,2}}"
_RANK = (
    "(?:先生|女士|同志|老师|师傅|教授|博士|院士|工程师|经理|总监|总工|主任|董事长|书记|技师|高工"
    "|[部院处科厂局所校站队]长)"
)
#: 李工, 王主任: how one speaks of somebody, neither a whole name nor a post.
ADDRESSED = f"(?:{_FAMILY}|[老小]{_FAMILY})(?:[总工]|{_RANK})"
_POLITE = re.compile(f"(?<=[{HAN}]{{2}})(?:先生|女士|同志|老师|师傅|教授|总工|(?:总|高级)?工程师)$")
#: Behind a blank: 张伟 总工程师, 张伟 Zhang Wei, 张伟 回族. 张亚 男 is none of these: it may be 张亚男.
_REMARK = re.compile(
    f"(?<=[{HAN}]{{2}})(?:\\s+(?:[{HAN}]{{0,6}}{_RANK}|[{HAN}]{{1,4}}族|已?退休|已故|女)|\\s*[A-Za-z][A-Za-z .'’-]+)$"
)
_BRACKETED = re.compile(
    f"(?:(?<=[{HAN}]{{2}})|(?<=[^\\W\\d_{HAN}]))\\s*[（(【\\[](?P<inner>[^（）()【】\\[\\]]*)[）)】\\]]$"
)
#: 桥梁所所长 张伟, 高级工程师 党伟先生, 高级工程师张伟
_RANK_BEFORE = re.compile(
    f"^(?:[{HAN}]{{0,6}}{_RANK}\\s+(?={PERSON}$)|(?:正|副|教授级)*(?:高级|助理|首席|总)?{_RANK}\\s+(?=[{HAN}]{{2}}|[{HAN}]\\s+[{HAN}])"
    f"|(?:(?:正|教授级)?高级|助理|首席|总)?(?:工程师|技师|高工|党员)(?={PERSON}$))"
)
_END = f"(?=$|[^{HAN}]|先生|女士|同志|老师|师傅|教授|总|副|高级|工程师)"
_SPACED = re.compile(f"^([{HAN}])\\s+([{HAN}])(?:\\s+((?!女)[{HAN}]){_END})?{_END}")  # 张  伟 总工程师
_WRAPPED = re.compile(r"[（(【“\"「《]([^（）()【】“”\"「」《》]+)[）)】”\"」》]")
_NUMBER = re.compile(f"(?<=[{HAN}]{{2}})[\\s:：]*\\+?\\d[\\d -]{{6,}}$")  # a telephone number beside the name
_BEFORE = re.compile(
    f"^(?:[{HAN}]{{0,6}}(?:姓名|名字|推荐人|推荐者|{_RANK})\\s*[:：]\\s*|[（(]?\\d{{1,2}}[)）.、．]\\s*(?=[{HAN}]))"
)
_AND = re.compile(f"\\s*[、，,;；/|&]\\s*|(?<=[{HAN}]{{2}})\n(?=[{HAN}]{{2}})")
#: 张伟，男，汉族，1980年5月生: said of him, no second name.
_SAID_OF_HIM = re.compile(f"[男女]性?|[{HAN}]{{1,4}}族|.*\\d.*|.*{_RANK}|.*(?:党员|群众|团员|盟员|会员|社员|人士)")
_SEVERAL = re.compile(
    f"{PERSON}(?:\\s+|[和与及跟。\\-－—–])\\s*{PERSON}"
    f"|[{HAN}]{{2,}}\\s*(?:等\\s*(?:[\\d一二两三四五六七八九十]+\\s*[人名位].*|人|同志)?|[及和]?其?(?:团队|班组|小组))"
)
_NO_NAME = re.compile(
    "[男女](?:性|士|同志|的)?|我|姓名|名字|匿名|(?:请?[见详]|参见|附).{0,6}|待[定补].*|同[上左前]|不详|未知|保密|本人"
    f"|[{HAN}]{{2,}}(?:公司|集团|中心|学校|大学|协会)|[{HAN}]{{4,}}[厂院局所]"
    f"|[某×][{HAN}×]{{0,5}}|{_FAMILY}(?:[总工]|{_RANK})|[老小]{_FAMILY}"
)
_TITLES = 5  # that stand one behind another, at most


def name_in(text: str) -> str | Doubt | None:
    """The one name in `text`, which is evened; None where nothing is left of it."""
    for _ in range(_TITLES):
        name = _name(text)
        if not isinstance(name, str) or name == text:
            return name
        text = name
    return text


def _name(text: str) -> str | Doubt | None:
    text = _RANK_BEFORE.sub("", _BEFORE.sub("", text.strip()))
    text = _SPACED.sub(lambda name: "".join(filter(None, name.groups())), text)
    if not re.search(r"[^\W\d_]", text) or _NO_NAME.fullmatch(text):
        return Doubt("不是姓名")  # a number that slipped into the neighbouring cell; 见附件
    if wrapped := _WRAPPED.fullmatch(text):
        text = wrapped[1].strip()
    text = _unbracketed(text)
    if _SEVERAL.fullmatch(text) and not text.startswith(DOUBLE_SURNAMES):  # 欧阳 修文
        return Doubt("像是写了不止一个姓名，请每张表只填一人")
    parts = [part for part in _AND.split(text) if re.search(r"[^\W_]", part)]
    names = list(map(_tidy, [part for part in parts if not _SAID_OF_HIM.fullmatch(part.strip())] or parts[:1]))
    chinese = [name for name in names if re.match(f"[{HAN}]", name)] or names  # 张伟 / Zhang Wei is one person
    if len(set(chinese)) > 1:
        return Doubt("像是写了不止一个姓名，请每张表只填一人")
    if any(re.search(r"\d|[*＊\ufffd<>{}=@]|[\u4e00-\u9fff]{2}\s+男$", name) for name in chinese[:1]):
        return Doubt("看不出哪几个字是姓名")
    return next(iter(chinese), None)


def _unbracketed(text: str) -> str:
    """张伟（高级工程师）, but 张工（张伟） and Zhang Wei（张伟）."""
    bracket = _BRACKETED.search(text)
    if bracket is None:
        return text
    head, inner = text[: bracket.start()], bracket["inner"].strip()
    called = _NO_NAME.fullmatch(head) or not re.search(f"[{HAN}]", head)
    return inner if called and re.fullmatch(PERSON, inner) else head


def _tidy(text: str) -> str:
    """Blanks within a Chinese name are layout (张  伟); the middle dot has one shape; 先生 and 女士 are no part of it."""
    text = _REMARK.sub("", _NUMBER.sub("", text.strip()))
    if re.search(f"[{HAN}]{{2}}\\s+男$", text):
        return text
    name = _DOT.sub("·", one_line(text)).strip(" ：:。")
    name = _POLITE.sub("", re.sub(f"(?<=[{HAN}]{{2}})[*＊]$", "", name))
    return name.replace(" ", "").rstrip(".") if re.match(f"[{HAN}]", name) else name
