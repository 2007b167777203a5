"""Lines that are no answers, and end the one above them: farewells, signatures, a form's foot, how to fill the form in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intake.values.names import PERSON
from intake.values.phones import phone_behind
from intake.values.posts import is_unit, may_be_unit

LONGEST_SIGNATURE = 10  # lines below --

#: A story's paragraphs may all stand apart; a signature's lines end otherwise.
PARAGRAPH = re.compile(r"[。！!？?；;…][”’」』）)\s]*$|.{60}")
CLOSING = re.compile(r"\s*(?:此致|敬礼|顺颂|顺祝|祝好|祝您|谢谢|多谢|发自我的|发自|附件[:：]|-{2,}\s*$|—{2,}\s*$)")
_RULE = re.compile(r"\s*[-—－─_=*]{2,}\s*")
#: 本邮件及其附件含有保密信息，仅限于发送给…
_DISCLAIMER = re.compile(
    r"\s*(?:[【\[（(]?(?:保密|免责)(?:声明|提示)|[本此]\s*(?:电子)?邮件.{0,30}(?:保密|机密|仅[限供])|.{0,20}(?:e-?mail|message).{0,60}confidential)",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"\s*(?:此致|敬礼|顺颂|顺祝|祝好|祝您|祝工作).{0,12}")
FAREWELL = re.compile(
    r"\s*(?:我(?:叫|是|的)[^。\n]{0,30}(?:电话|手机|联系方式)[^\n]{8,40}|[\w.+\-]{1,40}@[\w.\-]{3,40}|附件?\s*\d*\s*[:：].{0,30}|附件\s*\d*|(?:具体|详细|核心|主要|先进|个人)*(?:事迹|征集表|推荐表|申报表|表格)(?:简介|介绍|材料)?[请可详]?见(?:本?邮件)?附件[。！!]?|特此(?:推荐|报送|说明|申报|上报|自荐|举荐)[。！!]?|[（(][完终][）)]|以上[，,。]?\s*请.{0,10}(?:审核|审阅|查收|审查|指正|审批)[，,。！!]?(?:如有.{0,24})?|如还?有(?:任何|其他)?(?:问题|疑问|不妥|不足|需要).{0,20}(?:联系|沟通|告知|指正)[^，,]{0,8}(?:[，,]?(?:谢谢|多谢|感谢).{0,6})?|此致.{0,4}|(?:此致)?敬礼[!！。]?|发自\s*(?:我的|[A-Za-z]|.{0,8}(?:手机|邮箱|客户端)).{0,20}|-{2,}\s*|—{2,}\s*)"
)
#: Where a letter begins: what stands above it is over.
LETTER = re.compile(
    r"\s*(?:(?:推荐|自荐|介绍|报送|证明)(?:函|信)|(?:尊敬|敬爱)的.{1,20}[:：]|.{2,14}(?:协会|学会|组委会|评委会|编辑部)[:：])\s*"
)
POLITE = re.compile(
    r"[，,。；;]\s*(?:麻烦|烦请|请(?!假)|谢谢|多谢|辛苦|感谢)[^，,。；;]{0,12}[。！!]?$|(?:就行|即可|就可以|吧)了?[。！!]?$"
)
#: Below a blank line; within a story it may be anything.
THANKS = re.compile(
    r"\s*(?:顺颂|顺祝|谨祝|即颂|祝|(?:非常|十分)?(?:谢谢|多谢|感谢)|(?:您|老师)?辛苦|以上[，,。！!]|以上(?:内容|信息|材料|情况)|盼复|望采纳|请(?:您|老师)?(?:查收|审阅|审核|指正))"
    r".{0,12}"
)
#: Below a form, and none of its values: 填表人：小王, 填表日期：…, 推荐单位（盖章）：, 2026年3月5日.
_FOOT = re.compile(
    r"[\s\u00ad\u200b-\u200f\u2060\ufeff]*(?:(?:填表|填报|制表|经办|审核|报送|推荐)(?:人|单位|部门|日期|时间)?(?:[（(](?:盖章|公章|签字|签名|签章)[）)])"
    r"|(?:填表|填报|制表|经办|审核|自荐)(?:人|单位|部门|日期|时间))\s*(?:[:：]|$)"
    r"|\s*(?:盖章|公章|签字|签章)\s*[:：]?\s*$|\s*\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*$"
)
_PERSON = re.compile(PERSON)
_WRITER = re.compile(rf"\s*{PERSON}\s*[|｜]\s*[^|｜：:\d]{{2,12}}")
_BELOW_NAME = re.compile(
    r"(?:日期[:：])?\d{4}\s*[年./\-]\s*\d{1,2}\s*[月./\-]\s*\d{1,2}\s*日?|[（(]?(?:盖章|公章|签章|签字)[）)]?|[+\d][\d\s\-]{6,}"
)
#: 注：1.本表可另附页。
_REMARK = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]*(?:填表)?(?:注|附注|备注|说明)\s*[:：]")
#: 麻烦了，请查收！
ASIDE = re.compile(
    r"\s*(?:以上(?:[，,]?谢谢)?[。！!]?|(?:给?您|老师)?(?:添|辛苦|麻烦|有劳|拜托|谢谢|多谢)[^，,。：:]{0,6}|请(?:您|老师)?(?:查收|审阅|审核|指正))[，,。！!~]*(?:谢谢.{0,4})?"
    r"|\s*(?:(?:另外|顺便|还有|同时)[，,]?(?:我们?)?[也还]?[想请再]{1,2}[问教](?:一?下|问)?|请问(?!自己))[，,：:]?[^“”。]{2,60}[?？吗呢][?？。]?"
    r"|\s*(?:其[他它余]|剩下|剩余|缺)的?(?:[几那]?项|信息|内容|材料|资料|部分)?[，,]?(?:我们?|正在|还在|[待等需]|要|暂|稍后|随后|尽快)[^。]{0,12}(?:补|回复|提供|发|[询问]问|核实|确认)[^。]{0,10}[。！!]?"
)
#: 以上内容真实有效，如有不实愿承担责任。
_PLEDGE = re.compile(
    r"\s*(?:本人|本单位|我单位|我)?(?:承诺|保证|郑重承诺)?[，,：:]?\s*(?:以上|上述|所填|所报)(?:所填|填写|填报|提供)?的?(?:内容|信息|材料|情况|事迹)?(?:均|全部|完全|都)?(?:真实|属实).{0,40}"
)
#: Whom to ask about the mail: 联系人：王芳.
CONTACT = re.compile(
    r"\s*[（(]?(?:(?:报送|推荐|填报|本|我)?(?:单位|部门))?(?:联系人|联络人|经办人|填报人|报送人|发件人|填表人)(?:姓名|及电话|及联系方式)?\s*[:：]"
)
#: How to reach somebody: 他的电话是139…，我的电话是138…。
REACHED = re.compile(r"\s*[^。\n]{0,40}(?:电话|手机号?码?|联系方式)(?:号码)?[是为:：\s]*[+（(]?\d[^。\n]{6,50}[。！!]?")
_PAGE = re.compile(
    r"\s*(?:第\s*\d{1,3}\s*页\s*[,，/]?\s*(?:共\s*\d{1,3}\s*页)?|[-—–－]{1,2}\s*\d{1,3}\s*[-—–－]{1,2}|Page\s+\d{1,3}(?:\s+of\s+\d{1,3})?)\s*",
    re.IGNORECASE,
)

#: 填表说明：, and below it 1.被推荐人姓名：须与身份证一致。
EXPLAINS = re.compile(
    r"\s*[【\[（(]?(?:[一二三四五六七八九十]{1,2}、)?\s*"
    r"(?:填\s*[表写报制]\s*(?:表\s*)?的?\s*(?:说\s*明|须\s*知|要\s*求|提\s*示|注意事项)|(?:表格)?填写说明|注意事项|注(?=[:：]))[】\]）)]?\s*[:：]?\s*"
)
_ITEM = re.compile(r"\s*(?:[（(]?(\d{1,2}|[一二三四五六七八九十]{1,3})[.、．)）]|([①-⑳]))")


_HEADING = re.compile(
    r"\s*(?:[【\[〔『「][^】\]\s]{2,12}[】\]〕』」]|[一二三四五六七八九十]{1,2}、[^，,。：:\s]{2,12})\s*[:：]?\s*"
)
_ORDINAL = re.compile(
    r"\s*(?:第\s*[一二三四五六七八九十\d]{1,3}\s*[位个名份条人]|[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[）)]?"
    r"|(?:被?推荐(?:对象|人选|人)|线索|候选人|人选|附件|人物)\s*[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[）)]?)\s*[:：、.．]?\s*"
)


def is_ordinal(text: str) -> bool:
    """第二位, 2., 推荐对象二: what heads the next of several people."""
    return _ORDINAL.fullmatch(text) is not None


def is_heading(text: str) -> bool:
    """【推荐信息】, 四、其他, =====: what may head a further part of the form."""
    return _HEADING.fullmatch(text) is not None or _RULE.fullmatch(text) is not None


def signs(lines: Sequence[str], number: int) -> bool:
    """Whether a letter ends with this line, so that what follows is of its writer."""
    return len(lines) - number <= LONGEST_SIGNATURE and _SIGNED.fullmatch(lines[number]) is not None


def is_item(text: str) -> bool:
    """二、… or 1. …, a heading within a story."""
    return _ITEM.match(text) is not None


def own_lines(lines: list[str]) -> list[str]:
    """Without the pages' numbers, how to fill the form in, and the signature: 电话：023-… below -- is the office's."""
    explained = explanations(lines)
    lines = ["" if n in explained or _PAGE.fullmatch(line) else line for n, line in enumerate(lines)]
    last = range(max(len(lines) - LONGEST_SIGNATURE, 0), len(lines))
    return lines[: next((n for n in last if _is_ruled_off(lines, n) or _DISCLAIMER.match(lines[n])), len(lines))]


def _is_ruled_off(lines: Sequence[str], number: int) -> bool:
    """Whether a signature stands below: always behind --, behind another rule where it begins with a name or a unit, or
    with what the firm's lawyers add."""
    below = next((line for line in lines[number + 1 :] if line.strip()), "")
    return lines[number].rstrip() == "--" or (
        _RULE.fullmatch(lines[number]) is not None
        and bool(is_unit(below.strip()) or re.fullmatch(PERSON, below.strip()) or _DISCLAIMER.match(below))
    )


def unsigned(text: str) -> str:
    """Without 王芳 and below 某某公司, 王芳 | 综合管理部, and all that follows."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        below = next((one for one in lines[number + 1 :] if one.strip()), "").split()
        if _WRITER.fullmatch(line) or (re.fullmatch(rf"\s*{PERSON}\s*", line) and below and may_be_unit(below[0])):
            return "\n".join(lines[:number])
    return text


def explanations(lines: Sequence[str]) -> set[int]:
    """Which lines say how the form is to be filled in: a heading of that kind, and the numbered ones below it. Where the
    numbers begin once more, it is over."""
    found: set[int] = set()
    item = 0  # of the list; 0 outside of one
    for number, line in enumerate(lines):
        if EXPLAINS.fullmatch(line):
            item = 1
        elif item and (match := _ITEM.match(line)) and (item == 1 or (match[1] or match[2]) not in ("1", "一", "①")):
            item += 1
        else:
            item = 0
        if item:
            found.add(number)
    return found


def is_foot(text: str) -> bool:
    """What stands below a form, and is none of its values."""
    return is_remark(text) or bool(_FOOT.match(text) or _PLEDGE.fullmatch(text))


def is_remark(text: str) -> bool:
    """注：…, whatever it says."""
    return _REMARK.match(text) is not None


def is_no_answer(text: str) -> bool:
    """What may stand below a label that was left blank: 以上内容属实，请审核。 麻烦了！ 祝好"""
    return is_remark(text) or any(words.fullmatch(text) for words in (_PLEDGE, ASIDE, _SIGNED))


def is_signature(lines: Sequence[str], number: int) -> bool:
    """李明, the unit, with a number perhaps, at the letter's end: a name as its last line, a unit apart from what stands above or with the date below."""
    line = lines[number].strip()
    name = "".join((told[0] if (told := phone_behind(line)) else line).split())
    person = re.fullmatch(PERSON, name) is not None
    below = [one for line in lines[number + 1 :] if (one := line.strip())]
    apart = number > 0 and not lines[number - 1].strip()
    if not person and not is_unit(name) and not (apart and below and may_be_unit(name)):
        return False  # 某某公司办公室 alone may be a story's last words
    return (apart or person or bool(below)) and all(
        any(known.fullmatch(one) for known in (_BELOW_NAME, FAREWELL, _PERSON)) or is_unit(one) for one in below
    )


def signs_off(below: Sequence[str]) -> bool:
    """Whether nothing but names, numbers and further good wishes stands there: HTML may have lost the blank line above."""
    told = [line for line in below[: LONGEST_SIGNATURE + 1] if line.strip()]
    return len(below) <= LONGEST_SIGNATURE and not any(
        PARAGRAPH.search(line) for line in told if not (FAREWELL.fullmatch(line) or THANKS.fullmatch(line))
    )
