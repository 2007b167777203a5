"""Reads the text of a condition into a tree of judgements; whatever it cannot read becomes a Flaw at its place.

    条件 = 项 { 且 项 } | 项 { 或 项 }      项 = [非] （ 条件 ） | 判断      判断 = 栏目 [的字数] 判断词 [值]

且 and 或 do not mix on one level: people who do not program expect brackets by reading order.
"""

from __future__ import annotations

from typing import NoReturn

from rules.catalogue import Catalogue, Kind, Label
from rules.conditions.diagnosis import blame, step_over_superfluous, unfit
from rules.conditions.judgement import (
    SEARCHES,
    Bounds,
    HasWords,
    IsEmpty,
    IsWithin,
    Judgement,
    Not,
    all_of,
    any_of,
    read_length,
)
from rules.conditions.lexicon import AND, BRACKETS, BUT, FITS, NOT, OR, PUNCTUATION, QUOTES, THEN, Operator, Takes
from rules.conditions.operand import read_amount, read_date, read_list, read_to, read_word
from rules.conditions.scanner import Scanner, Skipped, Stopped
from rules.conditions.vocabulary import vocabulary_of
from rules.facts import Sheet, plain
from rules.text import normalise

_DEEPEST = 20
_LOOKS_INSIDE = {"包含", "不包含", "包含任一", "包含全部", "不包含任一"}


def parse(scanner: Scanner, catalogue: Catalogue) -> Judgement | None:
    """The tree; None where flaws were found."""
    reader = _Reader(scanner, catalogue)
    try:
        tree = reader.whole()
    except Stopped:
        return None
    return None if scanner.flaws else tree


class _Reader:
    def __init__(self, scanner: Scanner, catalogue: Catalogue) -> None:
        self.scanner = scanner
        self.vocabulary = vocabulary_of(catalogue)
        self.depth = 0
        self.joined_at = (0, 0)

    def whole(self) -> Judgement | None:
        s = self.scanner
        s.blanks()
        if s.at_end:
            s.flaw(0, 1, "缺条件", "条件是空的。", "例如 线索亮点 不为空。")
            return None
        tree = self.condition()
        if s.peek() == ")":
            s.flaw(s.at, s.at + 1, "括号不配对", "这个右括号没有配对的左括号。", "删掉这个右括号，或在前面补「（」。")
        return tree

    # 条件, 项

    def condition(self) -> Judgement | None:
        s = self.scanner
        parts, joiner = [self.term()], ""
        while True:
            end = s.at
            s.blanks()
            if s.at_end or s.peek() == ")":
                return _branch(joiner, parts)
            joined = self.joiner(end)
            if joined and joiner and joined != joiner:
                self.mixed(joiner)
            joiner = joined or joiner
            parts.append(self.term())

    def joiner(self, end: int) -> str:
        """且 or 或; "" where something else stands between two judgements, which is then a flaw."""
        s = self.scanner
        start = s.at
        word = s.word((*AND, *OR))
        if not word:
            self.wrong_joiner(end)
            return ""
        joined = "且" if word in AND else "或"
        self.joined_at = (start, s.at)
        s.blanks()
        if s.at_end or s.peek() == ")":
            typed = s.text[start : start + len(word)]
            mend = f"补上后一个条件，或删掉「{typed}」。"
            s.flaw(start, start + len(word), "缺条件", f"「{typed}」后面没有条件。", mend)
            raise Stopped
        return joined

    def mixed(self, first: str) -> NoReturn:
        if first == "且":
            ways = "若要先算且，写「（A 且 B）或 C」；若要先算或，写「A 且（B 或 C）」。"
        else:
            ways = "若要先算且，写「A 或（B 且 C）」；若要先算或，写「（A 或 B）且 C」。"
        self.scanner.flaw(*self.joined_at, "且或同层", "「且」和「或」写在同一层，先后不清。", ways)
        raise Stopped

    def wrong_joiner(self, end: int) -> None:
        s = self.scanner
        start = s.at
        if s.peek() in PUNCTUATION:
            s.next()
            s.blanks()
            if s.at_end:
                s.flaw(start, start + 1, "多余的标点", "条件末尾不用标点。", "删掉它。")
            else:
                s.flaw(start, start + 1, "标点连接", "两个条件不能用标点连接。", "改成「且」或「或」。")
            s.word((*AND, *OR))
        elif not self.vocabulary.asked_at(s) and (word := s.word(THEN)):
            s.flaw(start, s.at, "多余的词", f"条件里不用写「{word}」。", "要做的事写在 category、tags、assignee 里。")
            raise Stopped
        elif not self.vocabulary.asked_at(s) and (word := s.word(BUT)):
            s.flaw(start, s.at, "不能连接", f"不能用「{word}」连接。", "改成「且」。")
        elif self.vocabulary.asked_at(s) or s.ahead(NOT) or s.peek() == "(":
            s.flaw(end, max(start, end + 1), "缺且或", "两个条件之间缺少「且」或「或」。", "在这里补「且」或「或」。")
        elif self.vocabulary.operator_at(s.folded, s.at):
            return  # the next judgement lacks its label, and will say so
        else:
            word = s.run(PUNCTUATION) or s.next()
            mend = "如果是另一个条件，请用「且」或「或」连接；如果不是，请删掉。"
            s.flaw(start, s.at, "看不懂", f"这里的「{word}」看不懂。", mend)
            self.to_next_joiner()
            s.word((*AND, *OR))
        s.blanks()
        if s.at_end:
            raise Stopped

    def term(self) -> Judgement | None:
        s = self.scanner
        step_over_superfluous(s, self.vocabulary)
        start = s.at
        if self.vocabulary.asked_at(s):  # a label may begin with 非
            return self.judgement()
        if word := s.word(NOT):
            s.blanks()
            if s.peek() != "(":
                typed = s.text[start : start + len(word)]
                mend = f"写成 {typed}（……）。"
                s.flaw(start, start + len(word), "缺括号", f"「{typed}」后面要用括号把条件括起来。", mend)
            inner = self.nested()
            return Not(inner) if inner else None
        return self.group() if s.peek() == "(" else self.judgement()

    def nested(self) -> Judgement | None:
        self.deeper()
        inner = self.term()
        self.depth -= 1
        return inner

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            here = self.scanner.at
            self.scanner.flaw(here, here + 1, "套得太深", f"括号套了 {_DEEPEST} 层以上。", "请拆成几条规则。")
            raise Stopped

    def group(self) -> Judgement | None:
        s = self.scanner
        start = s.at
        s.next()
        self.deeper()
        s.blanks()
        if s.peek() == ")":
            s.next()
            s.flaw(start, s.at, "缺条件", "括号里没有条件。", "写上条件，或删掉这对括号。")
            inner = None
        else:
            inner = self.condition()
            if s.peek() != ")":
                s.flaw(start, start + 1, "括号不配对", "这个左括号没有配对的右括号。", "在条件末尾补「）」。")
                raise Stopped
            s.next()
        self.depth -= 1
        return inner

    # 判断

    def judgement(self) -> Judgement | None:
        """One judgement; None, with reading gone on to the next 且 or 或, where it has a flaw."""
        try:
            return self.read_judgement()
        except Skipped:
            self.to_next_joiner()
            return None

    def read_judgement(self) -> Judgement:
        s = self.scanner
        s.blanks()
        asked = self.vocabulary.asked_at(s)
        if asked is None:
            blame(s, self.vocabulary)
        start = s.at
        label, operator = asked.label, asked.operator
        s.operator_at, s.operator_end = asked.operator_at, asked.end
        s.at = asked.end
        title = f"{label.name} 的字数" if asked.counted else label.name
        if operator.takes not in FITS[Kind.NUMBER if asked.counted else label.kind]:
            unfit(s, label, operator)
        if operator.takes is Takes.NOTHING:
            if asked.counted:
                s.skip("类型不符", "字数不能问是否为空。", f"写成「{label.name} {operator.name}」。", start)
            return IsEmpty(f"{title} {operator.name}", label, operator.name == "为空", start, s.at)
        if asked.counted or label.kind is Kind.NUMBER:
            return self.amounts(label, operator, title, start, counted=asked.counted)
        if label.kind is Kind.DATE:
            return self.days(label, operator, title, start)
        return self.words(label, operator, title)

    def words(self, label: Label, operator: Operator, title: str) -> HasWords:
        s = self.scanner
        several = operator.takes is Takes.WORDS
        before = s.at
        typed = read_list(s, operator) if several else (read_word(s, operator),)
        words = tuple((word.strip(), normalise(word)) for word in typed)
        if not all(normal for _, normal in words):
            mend = (
                f"要问有没有填，写「{label.name} 为空」。"
                if operator.name in {"等于", "不等于"}
                else "请写上要找的词。"
            )
            s.skip("空的词", "引号里没有字。", mend, before + len(s.text[before:]) - len(s.text[before:].lstrip()))
        if operator.name in _LOOKS_INSIDE:
            self.short_words(words, before)
        shown = f"[{'、'.join(word for word, _ in words)}]" if several else f"「{words[0][0]}」"
        return HasWords(f"{title} {operator.name} {shown}", label, SEARCHES[operator.name], words)

    def short_words(self, words: tuple[tuple[str, str], ...], after: int) -> None:
        for word, normal in words:
            if len(normal) == 1:
                at = self.scanner.text.find(word, after)
                message = f"「{word}」只有一个字，容易误中别的词。"
                self.scanner.remind(at, at + len(word), "只有一个字", message, "请换成两个字以上的词。")

    def amounts(self, label: Label, operator: Operator, title: str, start: int, *, counted: bool) -> IsWithin:
        s = self.scanner
        unit = "字" if counted else label.unit
        low = read_amount(s, operator, label, unit)
        high = low
        if operator.takes is Takes.TWO:
            read_to(s)
            high = read_amount(s, operator, label, unit)
            if low > high:
                self.reversed_range(f"{plain(high)}", f"{plain(low)}", "数", "大")
            title = f"{title} 介于 {plain(low)} 到 {plain(high)}"
        else:
            sign = f"（{operator.sign}{plain(low)}）" if operator.sign else ""
            title = f"{title} {operator.name} {plain(low)}{sign}"
        read = read_length if counted else Sheet.number
        return IsWithin(title, label, _bounds(operator, low, high), read, operator.name == "不等于", start, s.at)

    def days(self, label: Label, operator: Operator, title: str, start: int) -> IsWithin:
        s = self.scanner
        s.blanks()
        from_at = s.at
        first, last = read_date(s, operator)
        shown = s.text[from_at : s.at].strip()
        if operator.takes is Takes.TWO:
            read_to(s)
            s.blanks()
            to_at = s.at
            second, last = read_date(s, operator)
            until = s.text[to_at : s.at].strip()
            if first > second:
                self.reversed_range(until, shown, "日期", "晚")
            shown = f"{shown} 到 {until}"
        title = f"{title} {operator.name} {shown}"
        return IsWithin(
            title, label, _bounds(operator, first, last), Sheet.days, operator.name == "不等于", start, s.at
        )

    def reversed_range(self, low: str, high: str, what: str, more: str) -> NoReturn:
        message = f"前一个{what}比后一个{more}，永远不会成立。"
        self.scanner.skip("范围颠倒", message, f"写成「介于 {low} 到 {high}」。", self.scanner.operator_at)

    def to_next_joiner(self) -> None:
        """Behind what could not be read, to the next 且 or 或 of this level, or to its end."""
        s = self.scanner
        depth = 0
        while not s.at_end:
            char = s.peek()
            if depth == 0 and (char == ")" or self.joiner_here()):
                return
            if char in QUOTES:
                s.over_quotes()
                continue
            depth += (char == "(" or char in BRACKETS) - (depth > 0 and (char == ")" or char in BRACKETS.values()))
            s.next()

    def joiner_here(self) -> bool:
        """且 as a word of its own: 或 also stands within 或许."""
        s = self.scanner
        word = s.ahead((*AND, *OR))
        if not word:
            return False
        before, after = s.folded[s.at - 1 : s.at], s.folded[s.at + len(word) :].lstrip()[:1]
        return before.isspace() or after == "(" or self.vocabulary.asked(s.folded, s.at + len(word)) is not None


def _branch(joiner: str, parts: list[Judgement | None]) -> Judgement | None:
    """The parts joined. One that has a flaw is None; the tree is not used then."""
    sound = tuple(part for part in parts if part is not None)
    if len(sound) < len(parts):
        return None
    if len(sound) == 1:
        return sound[0]
    return any_of(sound) if joiner == "或" else all_of(sound)


def _bounds(operator: Operator, low: float, high: float) -> Bounds:
    """As the Civil Code counts: 以上, 以下 include the number, 不满, 超过 do not."""
    match operator.name:
        case "不少于" | "不早于":
            return Bounds(low=low)
        case "不超过" | "不晚于":
            return Bounds(high=high)
        case "大于":
            return Bounds(low=low, with_low=False)
        case "晚于":
            return Bounds(low=high, with_low=False)
        case "小于" | "早于":
            return Bounds(high=low, with_high=False)
        case _:  # 等于, 不等于, 介于
            return Bounds(low, high)
