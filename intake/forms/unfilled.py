"""What stands in a field though nobody filled it in: the form's hints and examples, prompts, rules to write on."""

from __future__ import annotations

import re

from intake.chinese.squeezed import squeezed
from intake.chinese.ticks import A_TICK, AN_EMPTY_BOX
from intake.chinese.traditional import simplified
from intake.forms.hints import without_hint
from intake.values.values import said_elsewhere
from rules.campaign import Field, FieldType
from rules.text import composed

LONGEST_SHORT = 400  # characters of a short field's text that are looked through

#: What Word and WPS show in an empty content control.
_PROMPT = re.compile(
    r"(?:请|可)?(?:单击|点击|点按|轻触|点此)(?:或点按|或点击|或轻触)?(?:此处|这里|以)*(?:可)?(?:键入|输入|选择|添加|填写)"
    r"(?:您的|一个)?(?:文字|文本|内容|日期|姓名)?[。.]?"
    r"|[\[［]?在此处?(?:键入|输入)(?:文字|文本|内容)?[\]］]?[。.]?|选择一项[。.]?"
    r"|Click or tap (?:here )?to enter (?:text|a date)\.?|Click here to enter (?:text|a date)\.?|Choose an item\.?",
    re.IGNORECASE,
)
#: What each of them has: `_PROMPT` is tried at every letter, and most texts are stories.
_PROMPTS = re.compile(r"[单点轻在选cC](?:[击按触此]|择一项|(?i:lick|hoose))")
_AROUND = " \t\r\n\u3000\u00a0\u2002"
_COLONS = f"{_AROUND}:："  # 职称：：工程师; no answer begins with one
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]+")
_RULE = re.compile(
    r"(?<![a-z])[_＿‗]+|(?<=[a-z])[_＿‗]+(?![a-z\d])", re.IGNORECASE
)  # to write on; not content_123.html
_LINE = re.compile("[_＿‗]")
_DO = r"请?(?:在此|此处|在这里)?(?:处)?"
#: 暂时不清楚, 不方便提供, 我再问问: what an answer says instead of one.
_NOT_KNOWN = (
    r"(?:暂时?)?还?不太?(?:清楚|知道|确定|方便(?:提供|透露|填写)?)"
    r"|(?:我们?)?(?:再|正在|还要|需要?)(?:去|找人?)?(?:问问?|核实|确认|了解)(?:一下)?(?:再(?:补|说|回复).{0,3})?"
)
_REQUEST = re.compile(
    rf"[（(【\[]?{_DO}(?:填写|输入|键入|选择|勾选|补充|补填|[待后]补充?|(?:稍后|随后|后续)补[充填上]?|待定|待填写?|待核实|待查|暂缺|{_NOT_KNOWN}|暂空|不详|未填写?|跳过|未作答|从略|略|空|必填|选填)"
    r"(?:内容|文字|此项|本项|项)?[）)】\]。.…]*"
)
#: 填写单位全称，须与公章一致: how to fill it in.
_INSTRUCTION = re.compile(
    r"请?(?:如实|准确|完整|按要求)?(?:填写|填报|注明).{0,40}|[须应]与.{0,20}一致.{0,20}|请按.{0,30}(?:填写|填报)。?"
)
#: How to fill in a short field, in brackets before or behind what was filled in: （请填写单位全称）, （格式：1980.05）.
_IN_BRACKETS = re.compile(
    r"[（(【\[［]\s*(?:[^（()）【】\[\]［］]*(?:填写|填报|必填|选填|可不填|[请须]填|[则的]填|如实|务必|注明|有填|加盖公?章)[^（()）【】\[\]［］]*"
    r"|填(?:数字|整数|年|全称|姓名|手机)[^（()）【】\[\]［］]{0,6}|(?:按|与|同)[^（()）【】\[\]［］]*(?:一致|相符|相同|格式)|格式\s*[:：为如][^（()）【】\[\]［］]*"
    rf"|{_DO}(?:输入|键入|选择|勾选)(?:内容|文字|此项|本项|项)?|(?:请写|写)?(?:单位)?全称|整数|现任职务?|盖章[或、/]签[字名]|签[字名][或、/]盖章|手机号码?)\s*[）)】\]］]"
)
#: Our own words, or an example that was left.
_OUR_WORDS = re.compile(r"请(?:补充|填写)|例如|比如|举?例\s*[:：]|[如例]\s*[:：]|格式\s*[:：]|示例|样例")
_EXAMPLE = re.compile(r"[（(【\[]\s*(?:例如|比如|示例|样例|举例|范例|[如例]\s*[:：])[^（）()【】\[\]]*[）)】\]]")
#: （如1980.05）; of a short text it may be （如今退休）.
_LIKE = re.compile(r"[（(【\[]\s*如[^（）()【】\[\]]*[）)】\]]")
#: （如同事、师徒等）, alone with its brackets or what a scan left of them; beside an answer in both of them.
_LIKE_SUCH = re.compile(r"[（(【\[]?\s*如[^（）()【】\[\]]*等\s*[）)】\]]?")
_LIKE_SUCH_BESIDE = re.compile(r"[（(]\s*如[^（）()]*等\s*[）)]")
_LIKE_BEFORE = re.compile(
    r"^格式\s*[:：]?\s*[xX×]{2,4}年[xX×]{1,2}月(?:[xX×]{1,2}日)?(?=\s*\d)"
)  # 格式：XXXX年XX月1969.1
#: 1968.07 如：1980.05
_LIKE_BEHIND = re.compile(r"(?<=[\d年月日])\s*[（(]?(?:[如例]|例如|比如|格式)\s*[:：].*", re.DOTALL)
_NOBODY = re.compile(r"(?:[xX×✕＊*]\s*){2,}")  # a name that stands for any
_PATTERN = re.compile(r"[年月日岁个xXyYmMdD×＊*○〇/／\-—.．_＿\s（()）:：]+")  # XXXX年XX月, 　　年　　月
_TO_SIGN = re.compile(  # （盖章）　　年　　月　　日
    r"[\s（()）]*(?:(?:单位|负责人)?(?:盖章|公章|签章|签字|签名)[\s（()）:：_＿、/或年月日]*)+"
)
_SIGNED_ON = re.compile(  # 推荐单位（盖章）：　　2026年3月5日
    r"[\s（(]*(?:日期\s*[:：]?)?\s*(?:\d{2,4}\s*)?年\s*(?:\d{1,2}\s*)?月\s*(?:\d{1,2}\s*)?日?[\s）)]*"
)
_TO_DATE = re.compile(r"\s+年\s+月(?:\s+日)?\s*$")  # behind a name: 　　年　月　日
_DASH_BEFORE = re.compile(r"^[-—–―]+\s*(?=\w)")  # 职称：- 工程师
_IN_DIGITS = frozenset((FieldType.PHONE, FieldType.MONTH, FieldType.NUMBER))
#: 023-, 手机：　　座机：, printed before the number.
_BEFORE_NUMBER = re.compile(
    r"[（(]?(?:\+?86|0\d{2,3})[）)]?[\s\-—－]*|(?:(?:手机|座机|电话|办公|固话|移动|固定)(?:电话|号码|号|室)?\s*[:：]\s*)+"
)
_WORD_IN_BRACKETS = re.compile(r"[（(][^\W\d〇一二三四五六七八九十]{1,10}[）)]")  # （手机）
_BRACKETED = re.compile(r"[（(【\[［]([^（）()【】\[\]［］]+)[）)】\]］]")
_PARTED = re.compile(r"[\s/／\\、，,；;|（）()\[\]【】或]+")
_EMPTY_BOX = re.compile(r"[（(\[【]\s*[）)\]】]")
_IN_BOX = re.compile(r"[（(\[【]\s*[^\s（）()\[\]【】]{1,2}\s*[）)\]】]")
_COUNT = r"[（(【]\s*(?:字数)?(?:约|限|控制在|不少于|不超过|不多于)?\s*\d{2,4}\s*(?:[-—–~～－至到]{1,2}\s*\d{2,4})?\s*字[^（）()【】]{0,6}[）)】]"
_COUNT_AT_ENDS = re.compile(rf"^\s*{_COUNT}[:：]?|{_COUNT}\s*$")
_ZERO = re.compile(r"[一二三四五六七八九]○|○[一二三四五六七八九]")  # 一九八○年


def answer(field: Field, text: str, hint: str) -> str:
    """What somebody wrote for the field, "" where nobody did. `hint` is the field's own, squeezed."""
    text = _UNSEEN.sub("", text)
    text = _RULE.sub(" ", text) if _LINE.search(text) else text
    text = _PROMPT.sub("", text) if _PROMPTS.search(text) else text
    text = text.strip(_AROUND).lstrip(_COLONS)
    if hint:
        text = without_hint(text, hint)
    if field.type is FieldType.LONG_TEXT:
        text = _COUNT_AT_ENDS.sub("", text).strip()
        empty = bool(_REQUEST.fullmatch(text)) or said_elsewhere(text)
    else:
        text = _short_answer(field, text).rstrip(";；,，")
        empty = bool(_REQUEST.fullmatch(text) or _INSTRUCTION.fullmatch(text) or _OUR_WORDS.match(text))
        empty = empty or _nothing_chosen(field, text)
    return text if not empty and text.strip(" \t\r\n:：（）()【】[]。.") else ""


def _short_answer(field: Field, text: str) -> str:
    if len(text) > LONGEST_SHORT:
        return text
    if field.type in _IN_DIGITS and (_WORD_IN_BRACKETS.fullmatch(text) or _BEFORE_NUMBER.fullmatch(text)):
        return ""
    if any(bracket in text for bracket in "（(【[［"):
        text = _LIKE_SUCH_BESIDE.sub("", _unbracketed(field, text))
    if field.type in _IN_DIGITS:
        text = _LIKE_BEFORE.sub("", _LIKE_BEHIND.sub("", text))
    if _LIKE_SUCH.fullmatch(text) or _NOBODY.fullmatch(text) or _TO_SIGN.fullmatch(text):
        return ""
    if "\n" in text:  # 例：1980.05 above or below the answer
        text = "\n".join(line for line in text.split("\n") if not _OUR_WORDS.match(line.strip())) or text
    if field.type is FieldType.TEXT:
        text = _undated(text)
    text = _DASH_BEFORE.sub("", text)
    if field.type in (FieldType.MONTH, FieldType.NUMBER) and _PATTERN.fullmatch(text):
        return ""
    return simplified(text) if field.type is FieldType.CHOICE else text


def _unbracketed(field: Field, text: str) -> str:
    """Without what the form says in brackets, or the answer typed into the brackets of a hint."""
    text = _EXAMPLE.sub("", _IN_BRACKETS.sub("", text))
    if field.type is not FieldType.TEXT:
        text = _LIKE.sub("", text)
    text = text.strip()
    inner = _BRACKETED.fullmatch(text)
    typed_into = inner and not _REQUEST.fullmatch(text) and field.type is not FieldType.CHOICE
    return inner[1].strip() if inner and typed_into else text


def _undated(text: str) -> str:
    """Without the place for the date at which somebody signs."""
    if "月" not in text:
        return text
    return "" if _SIGNED_ON.fullmatch(text) else _TO_DATE.sub("", text)


def _nothing_chosen(field: Field, text: str) -> bool:
    """□男 □女, （ ）男 （ ）女, 男/女: the choices as they are printed."""
    if AN_EMPTY_BOX.search(text) and not _ZERO.search(text):
        return not (A_TICK.search(text) or _IN_BOX.search(text))
    if field.type is not FieldType.CHOICE or len(field.choices) < 2 or len(text) > LONGEST_SHORT:
        return False
    if _EMPTY_BOX.search(text) and not (_IN_BOX.search(text) or A_TICK.search(text)):
        return True
    words = [word for word in _PARTED.split(squeezed_choice(text)) if word]
    return len(words) >= 2 and set(words) == {squeezed(choice) for choice in field.choices}


def squeezed_choice(text: str) -> str:
    return simplified(composed(text, "NFKC")).casefold()
