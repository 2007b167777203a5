"""Labels that are two in one: 职务/职称, 党派/政治面貌, 职务（职称）, 推荐人及联系电话, 职务职称."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intake.forms.lexicon import Label, Lexicon
from intake.forms.words import JOINT
from rules.campaign import FieldType

MOST_JOINED = 4  # labels in one: 部门/职务/职称
LONGEST_RUN_TOGETHER = 8  # characters of two labels without anything between them

#: What a form asks besides in the same cell, and we do not.
_BESIDES = re.compile(
    r"民族|籍贯|国籍|年龄|学历|学位|婚姻状况|健康状况|级别|等级|专业|部门|(?:执业|职业)?资格|邮箱|电子邮箱|微信号?|qq号?|传真|地址|邮编"
    r"|(?:入党|加入|取得|评定|评聘|聘任|任职|获得|批准)?(?:时间|年月|日期)"
)


def of_two(lexicon: Lexicon, label: Label, notes: Sequence[str]) -> Label:
    """职务（职称） asks for both; the label as it is, where its notes say something else."""
    keys = (*label.keys, *(key for note in notes for key in lexicon.exact.get(note, ())))
    if "(" in label.word or len(set(keys)) != 2 or len(keys) != 2:
        return label
    alike = {(lexicon.fields[key].type, lexicon.about(key)) for key in keys}
    texts = alike == {(FieldType.TEXT, lexicon.about(keys[0]))}
    return Label(keys, word=f"{label.word}({notes[0]})", joint=True) if texts else label


def joined(lexicon: Lexicon, word: str) -> Label | None:
    """党派/政治面貌 is two words for one field, 职务/职称 two fields in one."""
    if (plain := lexicon.even.get(JOINT.sub("/", word)) or lexicon.even.get(word)) is not None:
        return Label(lexicon.exact[plain], word=plain)
    if label := _with_number(lexicon, word):
        return label
    words = [one for part in JOINT.split(word) if part for one in _parted(lexicon, part)]
    if not 2 <= len(words) <= MOST_JOINED:
        return None
    if any(part not in lexicon.exact for part in words):
        return _half_known(lexicon, word, words)
    same = [key for key in lexicon.exact[words[0]] if all(key in lexicon.exact[part] for part in words)]
    if same:
        return Label(tuple(same), word=words[0])
    keys = tuple(dict.fromkeys(lexicon.exact[part][0] for part in words))
    single = len(keys) == len(words) and all(len(lexicon.exact[part]) == 1 for part in words)
    short = not any(lexicon.is_long(key) for key in keys)
    return Label(keys, word=word, joint=True) if single and short else None


def _half_known(lexicon: Lexicon, word: str, words: Sequence[str]) -> Label | None:
    """性别/民族: of the two, one is asked for."""
    known = [part for part in words if not _BESIDES.fullmatch(part)]
    keys = lexicon.exact.get(known[0], ()) if len(known) == 1 else ()
    return Label(keys, word=word, joint=True) if len(keys) == 1 and not lexicon.is_long(keys[0]) else None


def _with_number(lexicon: Lexicon, word: str) -> Label | None:
    """推荐人及联系电话 asks for somebody, with the number beside the name."""
    joints = list(JOINT.finditer(word))
    if not joints:
        return None
    head, numbers = word[: joints[-1].start()], lexicon.exact.get(word[joints[-1].end() :], ())
    who = lexicon.exact.get(lexicon.even.get(JOINT.sub("/", head), head), ())
    named = len(who) == 1 and (head.startswith(tuple(lexicon.persons)) or lexicon.fields[who[0]].type is FieldType.NAME)
    own = (key for key in numbers if lexicon.fields[key].type is FieldType.PHONE)
    return Label(who, word=head) if named and any(lexicon.about(key) == lexicon.about(who[0]) for key in own) else None


def run_together(lexicon: Lexicon, word: str) -> Label | None:
    """职务职称. What is longer is a label above an answer that reads like one."""
    words = _parted(lexicon, word)
    keys = tuple(dict.fromkeys(lexicon.exact[part][0] for part in words)) if len(words) > 1 else ()
    return Label(keys, word=word, joint=True) if len(keys) == len(words) > 1 else None


def _parted(lexicon: Lexicon, word: str) -> Sequence[str]:
    """单位职务职称 as its labels, each of a short text; the word itself where it is no such row of them."""
    if word in lexicon.exact or len(word) > LONGEST_RUN_TOGETHER:
        return (word,)
    for at in range(2, len(word) - 1):
        first, *rest = word[:at], *_parted(lexicon, word[at:])
        if all(_is_short_text(lexicon, part) for part in (first, *rest)):
            return (first, *rest)
    return (word,)


def _is_short_text(lexicon: Lexicon, word: str) -> bool:
    keys = lexicon.exact.get(word, ())
    return len(keys) == 1 and lexicon.fields[keys[0]].type is FieldType.TEXT and word not in lexicon.persons
