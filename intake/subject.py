"""The subject line as the notice wants it (campaign's word + recommender + contact), and as people write it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from intake.chinese.characters import HAN, even, one_line
from intake.values.names import DOUBLE_SURNAMES, SURNAMES
from intake.values.phones import Phone, phones_in
from rules.campaign import SubjectGrammar


@dataclass(frozen=True, slots=True)
class SubjectLine:
    text: str
    recommender: str | None
    contact: str | None


@dataclass(frozen=True, slots=True)
class SubjectReading:
    """What a subject says, and how near it is to the notice's wording."""

    line: SubjectLine
    belongs: bool  # carries the campaign's word
    conforms: bool  # ... and the three parts in order, joined by +
    reply: bool  # 回复：, Re:
    forwarded: bool  # 转发：, Fw:
    alludes: bool = False  # to the campaign, by half of its word: 渝工故事推荐. Counts where the mail brings something


_PREFIX = re.compile(
    r"\s*(?:(?P<reply>re|回复|回覆|答复|答覆|回信)|(?P<forward>fw|fwd|转发|轉寄|轉發))\s*(?:\[\d+\]|\(\d+\)|（\d+）)?\s*[:：]\s*",
    re.IGNORECASE,
)
#: Ours (a case number), and what mail systems add: 【请注意，邮件由…代发】, [外部邮件].
_TAG = re.compile(
    r"[\[【(（](?:[A-Z]{1,8}-\d{4}-\d+|[^\[\]【】]{0,6}(?:邮件由[^】\]]*代发|外部邮件|外来邮件|External)[^】\]]{0,10})[\]】)）]",
    re.IGNORECASE,
)
_LIST_TAG = re.compile(r"^\[[A-Za-z][\w .:-]{1,30}\]\s*$")  # [cqgcs], of a mailing list
LONGEST = 400  # characters of a subject that are read
SHORTEST_HALVED = 6  # characters of a campaign's word of which a part is enough

#: To us a + joins parts, so it is written ＋ here lest it be taken for that of +86.
_PLUS = "＋"
_PLUSES = str.maketrans(dict.fromkeys("+﹢➕", _PLUS))
_JOINERS = "\u200d\ufe0f"  # of which pictures are put together
_OPEN, _CLOSE = "“”\"'‘’「」『』《》〈〉<>＜＞【】[]［］〔〕", "()（）"
#: What else people put between the parts. A plain blank comes last: it also stands within a unit's name.
_SEPARATORS = (rf"\s*[{_PLUS}]+\s*", r"\s*(?:[－—–_/|｜、，,；;：:*＊~～→]|(?<!\d)-|-(?!\d))+\s*", r"\s+")
_LABEL = re.compile(
    r"^(?:推荐单位[/／]?推荐人|推荐人[/／]推荐单位|推荐单位|推荐人|报送单位|单位名称|单位|姓名|联系人|联系方式|联系电话|联系|电话|手机号?码?|手机|Tel)(?:[:：]\s*|\s+|(?=\d|$))|^(?:推荐单位[/／]推荐人|推荐人[/／]推荐单位|推荐单位|推荐人(?!才))",
    re.IGNORECASE,
)
_BOXED_LABEL = re.compile(
    r"^[（(](?:推荐(?:单位|人)(?:[/／]推荐(?:人|单位))?|报送单位|单位|联系(?:人|方式|电话)|电话)[)）]\s*(?=\S)"
)
_TYPED_PLUS = re.compile(
    r"\s*[十加]\s*([^\s十加].*?|十.+?)\s*[十加]\s*((?:(?:联系)?电话|联系方式|手机号?码?|Tel)?\s*[:：]?\s*[（(]?(?:\+|00)?\d[\d（）() \-]{6,}.{0,12})",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"^\s*(?:转|分机|ext\.?|-)\s*\d{1,6}", re.IGNORECASE)
_DIAL = re.compile(r"(?:联系人|联系方式|联系电话|电话|手机号?码?|手机|Tel|Mobile|[:：\s])+$", re.IGNORECASE)
#: Says how, not who: a part of its own beside the name.
_WAY = re.compile(r"(?:本人|个人|自己|单位|他人)?(?:自荐|他荐|推荐|自我推荐)|本人|个人|单位")
#: 【补发】, 更正：, and which telephone it is: nobody's name.
_NOBODY = re.compile(
    r"(?:再次|重新|第[一二三四\d]次)?(?:补发|重发|重报|补报|发送|更正|更新|修改|修订|补充|最新|最终|正式|定稿|终稿)(?:后?的?(?:版本?|稿|件|材料|邮件))?\d*"
    r"|第[一二三四五六\d]+批|20\d\d年?|请?(?:查收|审阅|审核|接收)|已?(?:发送|报送|提交)|办公室?|座机|固话|单位|公司|家庭|宅电|微信同号|(?:疑似)?(?:垃圾|外部|外来)邮件",
    re.IGNORECASE,
)
_SELF = re.compile(
    r"[（(](?:(?:个人|单位)?(?:自荐|他荐|推荐)|本人|推荐人|推荐单位|推荐[\u4e00-\u9fff]{2,4}|共?\d+[人份名位])[)）]$|^(?:个人)?自荐(?:人)?[:：]?(?=.{2})"
)
#: Words of the covering kind, at either end of a part: nobody's name.
_COVER = re.compile(
    r"^(?:的函|的报告|关于|报送|上报|选送|推荐|提交|申报|投稿|主题|标题|附件|紧急|重要|特急|加急|线索报送|的|之|征集表?|推荐表|申报表|报名表?|材料|线索表|表|[:：、\s])+"
    r"|(?:征集|征集表|推荐表|申报表|材料|关于|报送|上报|选送|推荐|提交|申报|的函|的报告|的)+$"
)
_UNIT = re.compile(
    r"(?:公司|集团|厂|院|所|局|委|会|处|科|部|室|站|队|校|大学|学院|中心|协会|学会|商会|银行|医院|工会|党委|分部|项目部|街道|政府)$"
)
_EVENT = re.compile(r"(?:评审|推进|座谈|培训|研讨|交流|动员|专题|工作|部署|启动|发布|恳谈|见面|[例年])会$")
_PERSON = re.compile(
    f"(?:[{SURNAMES}]|{'|'.join(DOUBLE_SURNAMES)})[{HAN}]{{1,2}}(?:先生|女士|老师|同志|主任|经理|科长|部长|处长|书记|工)?$"
)
_OTHER_CONTACT = re.compile(
    r"(?:邮箱|e-?mail)?\s*[:：]?\s*[a-z\d][\w.+-]*@[\w-]+\.[\w.]+|(?:微信|vx|wx|qq)\s*[:：号]?\s*[\w-]+|\d{5,}|\d{3,}[*＊xX×]{2,}\d*",
    re.IGNORECASE,
)


def read_subject(text: str, grammar: SubjectGrammar) -> SubjectReading:
    """Read a subject line. What cannot be told apart is None rather than guessed."""
    rest, reply, forwarded = without_prefixes(_unquoted(_without_pictures(even(text[:LONGEST]).translate(_PLUSES))))
    rest = _unquoted(rest)
    word = _campaign_word(rest, grammar.prefixes)
    if word is None:
        named, rest = _nearly_named(rest, grammar.prefixes)
        line = SubjectLine(text, *_parts_without_word(rest))
        belongs = named and line.recommender is not None and line.contact is not None
        said = alludes(rest, grammar)
        return SubjectReading(line, belongs, conforms=False, reply=reply, forwarded=forwarded, alludes=said)
    before, after = _LIST_TAG.sub("", rest[: word.start()]), rest[word.end() :]
    after, typed = _with_plus(after)
    if before.strip() and not after.strip(f" {_PLUS}{_CLOSE}"):
        before, after = "", before
    elif glued := re.match(rf"\s*[^\s{_PLUS}][^{_PLUS}]*(?={_PLUS}[^{_PLUS}]+{_PLUS})", after):
        after = after[glued.end() :]  # 渝工故事线索2+…, 渝工故事线索（补充材料）+…
    recommender, contact = _recommender_and_contact(_joined(_from_before(before, after), after))
    if contact is None and not _set_off(before, after) and not _somebody(recommender):
        recommender = None  # 渝工故事线索已发送, 撤回渝工故事线索: a sentence
    conforms = not typed and not before.strip() and _conforms(after, recommender, contact)
    return SubjectReading(SubjectLine(text, recommender, contact), True, conforms, reply, forwarded)


def without_prefixes(text: str) -> tuple[str, bool, bool]:
    """The subject without 回复：/转发： (stacked, any language) and tags, and which of the two kinds were there."""
    reply = forwarded = False
    text = _TAG.sub("", text)
    while match := _PREFIX.match(text):
        # In 回复：转发：x a person answers somebody who had passed it on: what he quotes is no part of his mail.
        forwarded = forwarded or (bool(match["forward"]) and not reply)
        reply = reply or bool(match["reply"])
        text = text[match.end() :]
    return re.sub(r"\s+", " ", text).strip(), reply, forwarded


def _without_pictures(text: str) -> str:
    """Hearts, stars and flags are layout."""
    if text.isascii():
        return text
    return "".join(" " if unicodedata.category(c) in ("So", "Sk") or c in _JOINERS else c for c in text)


def _nearly_named(text: str, prefixes: Sequence[str]) -> tuple[bool, str]:
    """Whether the first part is the campaign's word half remembered (渝工故事+…, 愚公故事线索+…), and the rest.

    Such a part is never a recommender, even where it is too far from the word to vouch for the mail: 推荐线索+….
    """
    first, plus, rest = text.partition(_PLUS)
    letters = re.findall(f"[{HAN}]", _COVER.sub("", first.strip()))
    shared = max((sum(letter in prefix for letter in letters) for prefix in prefixes), default=0)
    if not plus or len(letters) < 2 or shared < 0.6 * len(letters):
        return False, text
    return shared > 3, rest


def _with_plus(after: str) -> tuple[str, bool]:
    """十 and 加 typed for the two +, as phones write it by hand: one right behind the campaign's word, one right before
    the number. 十八冶 and 重庆十方公司 keep theirs.
    """
    if _PLUS in after or not (typed := _TYPED_PLUS.fullmatch(after)):
        return after, False
    return f"{_PLUS}{typed[1]}{_PLUS}{typed[2]}", True


def _set_off(before: str, after: str) -> bool:
    """Whether the parts are divided as the notice has it, or by something else of the kind: —— may open a headline."""
    return bool(
        re.match(rf"\s*(?!——)[{_PLUS}－—–_/|｜、，,:：\-]", after)
        or re.search(rf"[{_PLUS}－—–_/|｜、，,\-]\s*$", before)
    )


def _somebody(name: str | None) -> bool:
    return name is not None and bool(_PERSON.fullmatch(name) or (_UNIT.search(name) and not _EVENT.search(name)))


def _from_before(before: str, after: str) -> str:
    """What stands before the campaign's word, where it may be the recommender: where that is not said behind it, or a
    unit. In 更正：渝工故事线索+李四+138… it is not."""
    before = _uncovered(before)
    unit = any(_UNIT.search(_clean(part)) for part in before.split(_PLUS))
    return before if unit or None in _recommender_and_contact(after) else ""


def _uncovered(text: str) -> str:
    """What stands before the campaign's word, without 报送, 关于推荐, 【紧急】: a unit, or nothing."""
    return _PLUS.join(part for piece in text.split(_PLUS) if (part := _COVER.sub("", piece.strip(f" {_OPEN}{_CLOSE}"))))


def _unquoted(text: str) -> str:
    """“渝工故事线索+…” copied with the notice's quotes."""
    text = text.strip()
    while len(text) > 1 and text[0] in _OPEN and text[-1] in _OPEN and not set(text[1:-1]) & set(_OPEN):
        text = text[1:-1].strip()
    return text


def _campaign_word(text: str, prefixes: Sequence[str]) -> re.Match[str] | None:
    return next(filter(None, (pattern.search(text) for pattern in _campaign_words(tuple(prefixes)))), None)


@lru_cache(maxsize=32)
def _campaign_words(prefixes: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """How each may be written, the longest first."""
    quotes = f"[{re.escape(_OPEN + _CLOSE)}]*"
    spellings = (
        rf"[\s{re.escape(_OPEN)}]*".join(map(re.escape, one_line(prefix).replace(" ", "")))
        for prefix in sorted(prefixes, key=len, reverse=True)
    )
    return tuple(
        re.compile(rf"{quotes}{letters}(?:征集表?|推荐表?|申报表?|材料|报送)?{quotes}", re.IGNORECASE)
        for letters in spellings
    )


def alludes(text: str, grammar: SubjectGrammar) -> bool:
    """Whether half of the campaign's word is in it: 渝工故事推荐."""
    return any(stem in text for stem in _stems(tuple(grammar.prefixes)))


@lru_cache(maxsize=32)
def _stems(prefixes: tuple[str, ...]) -> tuple[str, ...]:
    """Each word without its last two letters, 线索 or 征集; of a short one too little would be left."""
    return tuple({one_line(prefix).replace(" ", "")[:-2] for prefix in prefixes if len(prefix) >= SHORTEST_HALVED})


def _joined(before: str, after: str) -> str:
    return f"{before.strip(_PLUS + ' ')}{_PLUS}{after.strip()}" if before.strip() else after


def _parts_without_word(text: str) -> tuple[str | None, str | None]:
    """A subject that lacks the campaign's word still tells who and how, if a telephone number says so."""
    if not phones_in(text) or (_COVER.search(text) and _PLUS not in text):
        return None, None
    recommender, contact = _recommender_and_contact(text)
    return (recommender if _PLUS in text or _somebody(recommender) else None), contact


def _recommender_and_contact(text: str) -> tuple[str | None, str | None]:
    plain = _PLUS not in text.strip(f"{_PLUS} ")
    if phones := phones_in(text):
        before = _names(_split(_DIAL.sub("", _before_bracket(text[: phones[0].start].rstrip(f"{_PLUS} "))), plain))
        after = _names(_split(_after(text, phones), plain))
        last = max((number for number, name in enumerate(after, 1) if _UNIT.search(name)), default=0)
        units = after[:last]  # 渝安+宏达公司 is one
        swapped = not before or (units and all(map(_PERSON.fullmatch, before)))
        return _recommender(units or after if swapped else before), phones[0].number
    parts, contact = _split(text, plain), None
    if len(parts) > 1 and _OTHER_CONTACT.search(parts[-1]):
        contact = _LABEL.sub("", parts.pop()).strip()
    return _recommender(_names(parts)), contact


def _before_bracket(text: str) -> str:
    """重庆某某公司（联系人王敏 138… names whom to ask for in the bracket."""
    head = re.sub(r"[（(][^（）()]*$", "", text)
    return head if _clean(head) else text


def _names(parts: Sequence[str]) -> list[str]:
    names = [
        name for name in map(_clean, parts) if name and not (_NOBODY.fullmatch(name) or _OTHER_CONTACT.fullmatch(name))
    ]
    return [name for name in names if not _WAY.fullmatch(name)] or names


def _recommender(names: Sequence[str]) -> str | None:
    """The unit, where a unit and the person to ask for are named; the first of several persons."""
    units = [name for name in names if not _PERSON.fullmatch(name)]
    return "+".join(units or names[:1]) or None


def _after(text: str, phones: Sequence[Phone]) -> str:
    """What follows the first number, without an extension and further numbers."""
    end = phones[0].end
    pieces = []
    for phone in phones[1:]:
        pieces.append(_DIAL.sub("", text[end : phone.start]))
        end = phone.end
    pieces.append(text[end:])
    return _PLUS.join(_EXTENSION.sub("", piece) for piece in pieces)


def _split(text: str, plain: bool) -> list[str]:
    """The parts. Where the sender used no + (plain), by the first other separator that tells them apart."""
    parts = [part for part in re.split(_SEPARATORS[0], text) if _clean(part)]
    if len(parts) != 1 or not plain:
        return parts
    for separator in _SEPARATORS[1:]:
        several = [part for part in re.split(separator, parts[0]) if _clean(part)]
        if len(several) > 1 and (separator != _SEPARATORS[-1] or _blank_divides(several)):
            return several
    return parts


def _blank_divides(parts: Sequence[str]) -> bool:
    """中冶赛迪 2号 is one unit; 重庆建工集团 张伟 is a unit and a person."""
    return any(_PERSON.fullmatch(_clean(part)) for part in parts) or any(_OTHER_CONTACT.search(part) for part in parts)


@lru_cache(maxsize=64)
def _clean(part: str) -> str:
    """A part without its label, its brackets and words of the covering kind; one subject's parts are asked for often."""
    part = part.strip(f" {_PLUS}{_OPEN}:：,，、;；-－—–_/|｜∣*＊~～→。.·•#＃&＆")
    if part.startswith(("(", "（")) and part.endswith((")", "）")):
        part = part[1:-1]
    part = _BOXED_LABEL.sub("", part)
    part = part.strip("()（） ") if part.count("(") + part.count("（") != part.count(")") + part.count("）") else part
    part = _LABEL.sub("", part.strip())
    part = part if _UNIT.search(part) else _COVER.sub("", part)
    return one_line(_SELF.sub("", _LABEL.sub("", part.strip())))


def _conforms(after: str, recommender: str | None, contact: str | None) -> bool:
    """+recommender+contact and nothing else: blanks, full-width ＋ and brackets are as good."""
    if recommender is None or contact is None or after.lstrip()[:1] not in tuple(_PLUS):
        return False
    last = re.split(f"[{_PLUS}]", after)[-1]
    return len(re.findall(f"[{_PLUS}]+", after)) >= 2 and bool(phones_in(last) or _OTHER_CONTACT.search(last))
