"""What is wrong where no judgement could be read, and what was most likely meant."""

from __future__ import annotations

import re
from typing import NoReturn

from rules.catalogue import Kind, Label
from rules.conditions.lexicon import (
    AND,
    DATE_WORDS,
    IF,
    LENGTH,
    NUMBER_WORDS,
    OPERATORS,
    OR,
    PUNCTUATION,
    QUOTES,
    SPELLINGS,
    THEN,
    Operator,
    Takes,
    operators_for,
)
from rules.conditions.scanner import Scanner, Stopped
from rules.conditions.vocabulary import Vocabulary
from rules.facts import UNITS
from rules.nearest import suggest
from rules.text import normalise

_AMOUNT = re.compile(rf"(\d[\d,.]*)(?:\s*[万亿])?(?:\s*(?:{UNITS}))?(?:\s*(以上|以下|以内|之内))?")
_MEANT = {"以上": "不少于", "以下": "不超过", "以内": "不超过", "之内": "不超过"}
_ZONE = re.compile(r"[^\"“”「」『』'‘’()\[\]【】〔〕,;。]*")
_JOINER_WORD = re.compile(r"\s(?:且|并且|而且|或|或者|or|and|&&|\|\|)(?=\s)")


def step_over_superfluous(scanner: Scanner, vocabulary: Vocabulary) -> None:
    """如果 in front of a condition, or a 且 with nothing before it: said, and passed over."""
    while True:
        scanner.blanks()
        start = scanner.at
        if vocabulary.label_at(scanner.folded, start):
            return
        if word := _word_apart(scanner, vocabulary, IF):
            scanner.flaw(start, scanner.at, "多余的词", f"条件里不用写「{word}」。", "直接从栏目名写起。")
        elif word := scanner.word((*AND, *OR)):
            mend = f"补上前一个条件，或删掉「{word}」。"
            scanner.flaw(start, scanner.at, "缺条件", f"「{word}」前面没有条件。", mend)
        else:
            return


def blame(scanner: Scanner, vocabulary: Vocabulary) -> NoReturn:
    """Say what is wrong where a judgement should begin and does not. Raises Skipped or Stopped."""
    start = scanner.at
    if scanner.at_end:
        if not scanner.flaws:
            scanner.flaw(start, start + 1, "缺条件", "这里还缺一个条件。", "请补上。")
        raise Stopped
    if known := vocabulary.label_at(scanner.folded, start):
        _no_operator(scanner, vocabulary, *known)
    if word := _word_apart(scanner, vocabulary, THEN):
        mend = "要做的事写在 category、tags、assignee 里。"
        scanner.flaw(start, scanner.at, "多余的词", f"条件里不用写「{word}」。", mend)
        raise Stopped
    if scanner.peek() == ")":
        scanner.flaw(
            start, start + 1, "括号不配对", "这个右括号没有配对的左括号。", "删掉这个右括号，或在前面补「（」。"
        )
        raise Stopped
    if found := vocabulary.operator_at(scanner.folded, start):
        typed = scanner.text[found[1] : found[2]]
        scanner.at = found[2]
        mend = f"每个条件都要从栏目名写起，例如「工作年限 {typed} 20」。"
        scanner.skip("缺栏目", f"「{typed}」前面没有栏目名。", mend, found[1])
    if scanner.peek() in QUOTES:
        scanner.over_quotes()
        scanner.skip("缺栏目", "条件要从栏目名写起。", '例如 线索亮点 包含 "攻坚"。', start)
    _no_label(scanner, vocabulary)


def _word_apart(scanner: Scanner, vocabulary: Vocabulary, words: tuple[str, ...]) -> str:
    """One of the words, stepped over; not where a single character begins another word, as in 当前职务, 就业单位."""
    word = scanner.ahead(words)
    after = scanner.at + len(word)
    if len(word) == 1 and scanner.folded[after : after + 1].strip() and not vocabulary.label_at(scanner.folded, after):
        return ""
    scanner.at = after
    return word


def _no_label(scanner: Scanner, vocabulary: Vocabulary) -> NoReturn:
    """Neither a label nor anything else that is known."""
    start = scanner.at
    zone = _ZONE.match(scanner.folded, start)
    end = _operator_in(scanner.folded, start, zone.end() if zone else start)
    word = scanner.text[start:end].rstrip()
    if not word:
        word = scanner.run(PUNCTUATION) or scanner.next()
    for suffix in LENGTH:
        word = word.removesuffix(suffix).rstrip()
    scanner.at = start + max(1, len(word))
    message = f"表单里没有「{word or scanner.text[start : start + 1]}」这一栏。"
    scanner.skip("无此栏目", message, _label_meant(word, vocabulary), start)


def _operator_in(folded: str, start: int, end: int) -> int:
    """Where the first operator begins within a stretch that starts with an unknown label; the label's end without one."""
    if joined := _JOINER_WORD.search(folded, start, end):
        end = joined.start()
    places = [
        at
        for spelling, _ in SPELLINGS
        if (at := folded.find(spelling, start + 1, end)) > 0
        and (len(spelling) > 1 or not spelling.isalpha() or folded[at - 1].isspace())
    ]
    if places:
        return min(places)
    blank = re.compile(r"\s").search(folded, start, end)
    return blank.start() if blank else end


def _label_meant(word: str, vocabulary: Vocabulary) -> str:
    labels = vocabulary.catalogue.labels
    for label in labels:
        if normalise(word) in {normalise(alias) for alias in label.aliases}:
            return f"应为「{label.name}」。"
    names = vocabulary.catalogue.names
    return suggest(word, names) or f"可以用的栏目有：{'、'.join(names)}。"


def _no_operator(scanner: Scanner, vocabulary: Vocabulary, label: Label, end: int) -> None:
    """The label is known, what is asked of it is not. Returns where the label's letters only begin another word."""
    start = scanner.at
    scanner.at = end
    scanner.blanks()
    here = scanner.at
    if scanner.at_end or scanner.peek() == ")" or scanner.ahead((*AND, *OR)):
        scanner.at = end
        scanner.skip("缺判断", f"「{label.name}」后面没有判断。", f"例如「{label.name} 不为空」。", start)
    if found := scanner.match(_AMOUNT):
        asked = _MEANT.get(found[2] or "", "等于")
        message = f"「{label.name}」和数字之间缺少判断。"
        if label.kind is Kind.TEXT:
            scanner.skip("缺判断", message, _choices(label), here)
        scanner.skip("缺判断", message, f"写成「{label.name} {asked} {found[1]}」。", here)
    if scanner.peek() in QUOTES:
        quoted = scanner.over_quotes()
        mend = f"例如「{label.name} 包含 {quoted}」。" if label.kind is Kind.TEXT else _choices(label)
        scanner.skip("缺判断", f"「{label.name}」后面缺少判断。", mend, here)
    run = scanner.run(PUNCTUATION + "0123456789")
    if not run or (here == end and vocabulary.operator_at(scanner.folded, scanner.at)):
        scanner.at = start
        return  # 工作年线 不少于 …: another word that begins like a label
    word, mend = _operator_meant(run, label)
    scanner.at = here + len(word)
    scanner.skip("无此判断", f"没有「{word}」这种判断。", mend, here)


def _operator_meant(run: str, label: Label) -> tuple[str, str]:
    """The word that stands for an operator, and the sentence that mends it; what follows it may be glued on."""
    fitting, every = operators_for(label.kind), tuple(op.name for op in OPERATORS)
    for names in (fitting, every):
        for size in sorted({len(run), 5, 4, 3, 2}, reverse=True):
            if size <= len(run) and (mend := suggest(run[:size], names)):
                return run[:size], mend
    return run, _choices(label)


def _choices(label: Label) -> str:
    return f"「{label.name}」可以用：{'、'.join(operators_for(label.kind))}。"


def unfit(scanner: Scanner, label: Label, operator: Operator) -> NoReturn:
    """The operator is known but makes no sense for a value of that kind."""
    found = _AMOUNT.match(scanner.folded, scanner.operator_end + 1) or _AMOUNT.match(
        scanner.folded, scanner.operator_end
    )
    amount = found[1] if found else "20"
    start, scanner.at = scanner.operator_at, scanner.operator_end
    what = f"「{label.name}」是{label.kind}栏"
    if label.kind is Kind.DATE and operator.name in DATE_WORDS:
        scanner.skip("类型不符", f"{what}。", f"改用「{DATE_WORDS[operator.name]}」。", start)
    if label.kind is Kind.NUMBER and operator.name in NUMBER_WORDS:
        scanner.skip("类型不符", f"{what}。", f"改用「{NUMBER_WORDS[operator.name]}」。", start)
    if label.kind is Kind.TEXT and operator.takes in {Takes.NUMBER, Takes.TWO}:
        amount = f"{amount} 到 800" if operator.takes is Takes.TWO else amount
        mend = f"若比字数，写「{label.name} 的字数 {operator.name} {amount}」。"
        scanner.skip("类型不符", f"{what}，不能比大小。", mend, start)
    scanner.skip("类型不符", f"{what}，不能用「{operator.name}」。", _choices(label), start)
