"""The words by which a form's fields are known, however people space, number, mark, rename or slightly misspell them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from intake.chinese.spellings import spelled
from intake.chinese.squeezed import squeezed
from intake.forms.joint_labels import joined, of_two, run_together
from intake.forms.lexicon import Label, Lexicon
from intake.forms.unfilled import answer
from intake.forms.words import EDGES, JOINT, TYPO_FROM, evened, persons_of, shortened, with_one_left_out, words_of
from rules.campaign import Campaign, Field, FieldType

__all__ = ["Label", "Labels", "labels_of", "squeezed"]

LONGEST = 40  # characters: what is longer is no label
LONGEST_WITH_NOTE = 200  # ... but the form's hint may stand in brackets below it
MAX_KNOWN = 4096  # texts of one campaign that are remembered as labels, or as none
TYPO_CONFIDENCE = 0.9
_NO_MIDDLE = r"(?!(?<=[A-Za-z])[A-Za-z])"  # of a Latin word
SHORTEST_NAMED = 2  # characters of a label that does not say of whom it is: 单位

_NOTE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")  # （必填）, [选填]
_NUMBERING = re.compile(
    r"^(?:(?:q|问题|第)\d{1,2}题?[:.、]|附件?\d?:|"  # a questionnaire's; a text put behind the form
    r"\d{1,2}[.、)](?:\d{1,2}[.、)]?)?|\(?[一二三四五六七八九十]{1,3}[、.)]|\(\d{1,2}\)|\d{1,2}(?=[^\d.、)年月日岁]))"
)
#: 参与工程技术工作年限: years are years, whatever of.
_SERVED = re.compile(r"^(?:从事|参与|参加|本|相关|专业|行业|工程|技术|累计|实际|一线)+(?=(?:工作|从业)?年[限数])")
#: 现有职称, 故事线索亮点: a known label, and a word before it that says no more.
_LED = re.compile(r"^(?:现有|目前的?|当前|已有|所获|最高|故事)(?=.{2})")
_YEARS = re.compile(r"\d年")  # 从事本专业9年 is an answer
_FOREIGN = re.compile(r"(?<=[\u4e00-\u9fff])[/:(]?[a-z][a-z.&/'-]*$")  # 性别 Gender
AGAIN = "(?:(?:补充|修改|更正|更新)(?:内容|说明)?(?:如下|为)?|如下)"  # 核心事迹简介补充如下：
_AGAIN = re.compile(f"{AGAIN}$")
_SPUN_OUT = re.compile(
    r"(?P<word>.{2,}?)(?:(?P<name>姓名|名字|名称)|特质|特点|特征|描述|说明|介绍|概述|叙述|内容|情况|展示)"
)
_FILLERS = re.compile("的|之间|是?(?:什么|何种|何)(?=关系)|/年$")  # 与被推荐人是什么关系
_A_DATE = re.compile(r"(?:时间|日期|年月)$")
_QUOTES = re.compile("[\"'“”‘’「」『』＂]")
_HEADED = re.compile(r"\s*+([^\n:：]{2,30})(?:[:：]|\n|$)")  # a text's first line, or what it begins with
_AROUND = re.compile(r"^[\W_]+|[\W_]+$")  # ➤姓名, 📞电话, **姓名**
_ONLY_NUMBER = re.compile(r"[+＋(（]?\d[\d０-９\s()（）\-－–—]{5,20}\d")
#: What every form calls them.
UNIT, POST, TITLE = "工作单位", "职务", "职称"
_MORE = re.compile(r"[（(【\[]\s*(?:接?续|接上)[^（）()【】\[\]]{0,4}[）)】\]]")
#: 工程师故事线索登记表: what a unit calls its own form. 详见推荐表 is an answer.
_FORM_TITLE = re.compile(
    r"(?!详?见|附|填|本|此|同|按|请)[^,:;，。：；、?？]{0,24}(?:征集|推荐|登记|申报|报名|报送|线索|信息)表(?:\([^()]*\))?"
)
_SEAL = re.compile(r"盖章|公章|签章")
_ATTACHED = re.compile(r"^附件?(?:\d{1,2}[:.、]?|[:.、])")  # 附件1：“重庆工程师故事”线索征集表
#: 推荐人信息, 被推荐人基本情况: a heading of the part of the form that is about one person.
_ABOUT = r"(?:本人)?的?(?:基本|个人|相关|详细|主要)?(?:信息|情况|资料|简况|概况)(?:栏|部分|填写)?"


@dataclass(frozen=True, slots=True)
class Labels(Lexicon):
    """All labels of one campaign, known again however they are written."""

    known: dict[str, Label | None] = field(default_factory=dict, compare=False, repr=False)  # what was asked before

    def match(self, text: str) -> Label | None:
        """The label that `text` is, as a whole."""
        if label := self.clean.get(text):
            return label
        if text in self.known:
            return self.known[text]
        label = self._match(text)
        label = replace(label, more=True) if label and _MORE.search(text) else label
        if len(text) <= LONGEST_WITH_NOTE:
            if len(self.known) >= MAX_KNOWN:
                self.known.clear()  # one mail full of odd texts must not end the remembering for those after it
            self.known[text] = label
        return label

    def _match(self, text: str) -> Label | None:
        whole = _label_text(text)
        if not whole or (whole[0] == "(" and _NOTE.fullmatch(whole)):
            return None  # （手机）: what kind of number is meant
        trimmed = whole.strip(EDGES)
        noteless = _NOTE.sub("", whole) or whole  # 【姓名】 is no note
        bare = _AROUND.sub("", _NUMBERING.sub("", _AROUND.sub("", noteless)))
        for spelling in dict.fromkeys(
            (
                trimmed,
                bare,
                _FILLERS.sub("", bare),
                _FOREIGN.sub("", bare),
                _AGAIN.sub("", bare),
                _SERVED.sub("", bare),
                _LED.sub("", bare),
            )
        ):
            if label := self.exactly(spelling):
                return self._noted(label, whole)
        return joined(self, bare) or self._spun_out(bare) or self._misspelt(bare) or run_together(self, bare)

    def _spun_out(self, word: str) -> Label | None:
        """推荐人选姓名, 亮点特质: a known label, and a word behind it that says no more."""
        short = _SPUN_OUT.fullmatch(word)
        label = self.exactly(short["word"]) if short else None
        if short is None or label is None:
            return None
        kinds = {self.fields[key].type for key in label.keys}
        return label if kinds == {FieldType.NAME if short["name"] else FieldType.LONG_TEXT} else None

    def _noted(self, label: Label, whole: str) -> Label | None:
        """联系电话（推荐人） is the recommender's; 职务（职称） are two fields; 单位（盖章） is whose seal is below."""
        if not ("(" in whole or "[" in whole or "【" in whole):
            return label
        notes = [note.strip("()[]【】") for note in _NOTE.findall(whole)]
        if len(label.word) <= SHORTEST_NAMED and any(_SEAL.search(note) for note in notes):
            return None
        if len(label.keys) < 2:
            return of_two(self, label, notes)
        for note in notes:
            if keys := self.exact.get(note + label.word):  # 联系电话（本人）
                return replace(label, keys=keys)
        persons = {self.persons[note] for note in notes if note in self.persons}
        keys = tuple(key for key in label.keys if self.about(key) in persons)
        return replace(label, keys=keys) if keys else label

    def _misspelt(self, word: str) -> Label | None:
        if not TYPO_FROM <= len(word) <= 16 or ":" in word or len(set(word) - self.letters) > 1 or _YEARS.search(word):
            return None  # one character may be wrong, not two
        if word[-1].isdigit():
            return None  # 工作年限 above 3
        meant: set[str] = set()
        for variant in (word, *with_one_left_out(word)):
            meant.update(self.shortened.get(variant, ()))
        if len(meant) != 1:
            return None
        key = meant.pop()
        person = next((about for name, about in self.persons.items() if word.startswith(name)), "")
        if person not in ("", self.about(key)):
            return None  # 推荐人职务 is no misspelt 被推荐人职务
        return Label((key,), TYPO_CONFIDENCE)

    def begins(self, text: str) -> bool:
        """Whether a longer label begins so: 核心事迹简."""
        start = _bare(text)
        return any(word.startswith(start) for word in self.exact)

    def person(self, text: str) -> str:
        """Whom a cell or a line names that is nothing but a word for somebody: 推荐人."""
        return self.persons.get(_bare(text), "") if len(text) <= LONGEST else ""

    def whom(self, label: Label) -> str:
        """Whom the label itself names: 被推荐人姓名. "" for 姓名."""
        return next((about for person, about in self.persons.items() if label.word.startswith(person)), "")

    def says_whose(self, text: str) -> set[str]:
        """The keys that words in the text mean, and can mean of nobody else: 推荐单位, but not 单位."""
        sure = (
            (word, keys) for word, keys in self.exact.items() if len(keys) == 1 and self.whom(Label(keys, word=word))
        )
        return {keys[0] for word, keys in sure if word in text}

    def heading(self, text: str) -> str:
        """Whom a part of the form is about that `text` heads: 二、推荐人信息. "" for any other text."""
        match = self.headings.fullmatch(_bare(text)) if len(text) <= LONGEST else None
        return self.persons[match[1]] if match else ""

    def within(self, label: Label, about: str) -> Label | None:
        """What a label means in a part of the form about one person: 姓名 under 推荐人信息 is the recommender's.

        None where it is a thing of that person that the form does not ask for.
        """
        if not about or any(label.word.startswith(person) for person in self.persons):
            return label
        if keys := tuple(key for key in label.keys if self.about(key) == about):
            return replace(label, keys=label.keys if label.joint else keys)
        if label.joint and (key := self._one_of(label, about)):
            return Label((key,), label.confidence, label.word)
        others = (key for key, field in self.fields.items() if field.about == about)
        if label.word and (keys := tuple(key for key in others if self._ends(key, label.word))):
            return replace(label, keys=keys, joint=False)
        general = all(self.about(key) == self.about(self.first) and not self.is_long(key) for key in label.keys)
        return None if general else label

    def is_part(self, label: Label, about: str) -> bool:
        """Whether below 推荐人 this is of him: 姓名 is, 推荐人电话, 出生年月 and 与被推荐人关系 are the form's next rows."""
        if any(label.word.startswith(person) for person in self.persons):
            return False
        within = self.within(label, about)
        return within is not None and (within.keys != label.keys or about == self.about(self.first))

    def _one_of(self, label: Label, about: str) -> str:
        """姓名/单位 of a recommender is one field."""
        words = (part for part in JOINT.split(label.word) if part in self.exact)  # not of 职务职称, without a mark
        parts = (self.within(Label(self.exact[word], word=word), about) for word in words)
        keys = {part.keys for part in parts if part}
        return next(iter(keys))[0] if len(keys) == 1 and all(len(one) == 1 for one in keys) else ""

    def reached(self, label: Label, text: str) -> Label:
        """推荐人：139… says no name, but how to reach that person."""
        about = self.persons.get(label.word, "")
        if not about or not _ONLY_NUMBER.fullmatch(text.strip(" \t）)")):
            return label
        numbers = (key for key, field in self.fields.items() if field.type is FieldType.PHONE)
        keys = tuple(key for key in numbers if self.about(key) == about)
        return Label(keys, label.confidence) if len(keys) == 1 else label

    def _ends(self, key: str, word: str) -> bool:
        """单位 is the end of 推荐人/单位."""
        return any(known.endswith(word) for known, keys in self.exact.items() if key in keys)

    def of_person(self, label: Label, about: str) -> Label | None:
        """联系电话 above or before 推荐人, 手机 beside it: that field of that person."""
        keys = tuple(key for key in label.keys if self.about(key) == about)
        return Label(keys, label.confidence, label.word) if keys else None

    def is_title(self, text: str) -> bool:
        return len(text) <= 2 * LONGEST and _title(text) in self.titles

    def in_words_of(self, text: str) -> bool:
        """Whether it has a label or the form's title anywhere in it; tel in satellite is none."""
        somewhere = rf"{_NO_MIDDLE}(?:{self.spellings}){_NO_MIDDLE}"
        return self.is_title(text) or self.match(text) is not None or re.search(somewhere, text) is not None

    def heads_form(self, text: str) -> bool:
        """Whether a form begins below: the campaign's title, or what a unit calls the form that it typed itself."""
        return len(text) <= 2 * LONGEST and (
            (title := _ATTACHED.sub("", _title(text))) in self.titles or bool(_FORM_TITLE.fullmatch(title))
        )

    def printed(self, key: str) -> str:
        """The label as the form has it, squeezed."""
        return squeezed(self.fields[key].label).strip(EDGES)

    def authority(self, label: Label, key: str) -> int:
        """Which of two labels of a field counts: what the form prints before other words for it, and these before
        参加工作时间, a date from which 工作年限 must be worked out."""
        if label.word == self.printed(key):
            return 2
        kind = self.fields[key].type
        if kind is FieldType.PHONE and not self.whom(label):
            return 0  # 办公电话 gives way to 被推荐人手机, 单位电话 to 推荐单位电话
        return 0 if kind is FieldType.NUMBER and _A_DATE.search(label.word) else 1

    def value(self, key: str, text: str, word: str = "") -> str:
        """What was filled in below a label of that word, "" where nothing was."""
        hint = self.hints.get(key, "")
        value = answer(self.fields[key], text, hint)
        again = _HEADED.match(value) if self.is_long(key) else None
        head = _NOTE.sub("", squeezed(again[1])).strip(EDGES) if again else ""
        if again and (head == word or (head and self.printed(key).endswith(head))):
            return answer(self.fields[key], value[again.end() :], hint)  # 事迹简介： typed once more above the text
        return value


@lru_cache(maxsize=1024)
def _title(text: str) -> str:
    """Without quotation marks: people type any of them."""
    return _QUOTES.sub("", squeezed(text)).strip(EDGES)


@lru_cache(maxsize=1024)
def _bare(text: str) -> str:
    return _AROUND.sub("", _NUMBERING.sub("", _AROUND.sub("", squeezed(text))))


def _label_text(text: str) -> str:
    """The text squeezed; "" where it is no label for its length, the hint in brackets below it not counted."""
    if len(text) <= 2 * LONGEST and len(whole := squeezed(text)) <= LONGEST:
        return whole
    if len(text) > LONGEST_WITH_NOTE or not ("(" in text or "（" in text):
        return ""
    whole = squeezed(text)
    while (bare := _NOTE.sub("", whole)) != whole:
        whole = bare
    return whole if len(whole) <= LONGEST else ""


def labels_of(campaign: Campaign) -> Labels:
    """The campaign's labels, prepared once: known by identity, for to compare campaigns would cost more than to read."""
    known = _PREPARED.get(id(campaign))
    if known is None:
        if len(_PREPARED) >= MOST_PREPARED:
            _PREPARED.clear()
        known = _PREPARED[id(campaign)] = campaign, _prepared(campaign.fields, campaign.form_titles)
    return known[1]


MOST_PREPARED = 32
_PREPARED: dict[int, tuple[Campaign, Labels]] = {}  # holds the campaign, so that its id stays its own


def _prepared(fields: Sequence[Field], titles: Iterable[str]) -> Labels:
    exact = words_of(fields)
    persons = persons_of(fields, exact)
    words = sorted({word for field in fields for word in (field.label, *field.aliases)})
    return Labels(
        clean={word: Label(keys, word=word) for word, keys in exact.items()},
        exact=exact,
        even={even: word for word in reversed(exact) if JOINT.search(word) for even in evened(word, exact)},
        shortened=shortened(exact, {squeezed(field.label).strip(EDGES) for field in fields}),
        letters=frozenset("".join(exact)),
        titles=frozenset(map(_title, titles)),
        fields={field.key: field for field in fields},
        hints={field.key: squeezed(field.hint) for field in fields if field.hint},
        persons=persons,
        first=fields[0].key if fields else "",
        spellings=rf"(?:(?:{spelled(persons)})[^\S\n\t]*的?[^\S\n\t]*)?{spelled(words)}" if persons else spelled(words),
        headings=re.compile(f"({'|'.join(map(re.escape, persons)) or '(?!)'}){_ABOUT}"),
    )
