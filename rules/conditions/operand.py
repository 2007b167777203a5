"""What stands behind an operator: a text in quotes, a list, a number, a date. Written wrongly, it is a Flaw that says how to write it."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import NoReturn

from rules.catalogue import Label
from rules.conditions.lexicon import (
    AND,
    BEYOND,
    BRACKETS,
    FOR_SEVERAL,
    OR,
    QUOTES,
    SEPARATORS,
    TO,
    Operator,
)
from rules.conditions.scanner import Scanner, Skipped, Stopped
from rules.facts import UNITS, plain, read_days, read_number
from rules.text import normalise

_NUMBER = re.compile(rf"(-?\d[\d,]{{0,17}}(?:\.\d{{1,9}})?)([万亿]?)\s*({UNITS})?")
_CHINESE_NUMBER = re.compile(rf"[零〇一二两三四五六七八九十百千万]{{1,12}}(?:{UNITS})?")
_DATE = re.compile(r"\d{4}(?:年|[-./]\d{1,2}|(?!\d))[\d年月日./-]*")
_MONTHS = "一二三四五六七八九十"


def read_word(scanner: Scanner, operator: Operator) -> str:
    """One text in quotes."""
    scanner.blanks()
    if scanner.peek() in BRACKETS:
        _several(scanner, operator)
    if scanner.peek() not in QUOTES:
        _unquoted(scanner, operator)
    start = scanner.at
    word = _quoted(scanner)
    _one_only(scanner, operator, start, word)
    return word


def read_list(scanner: Scanner, operator: Operator) -> tuple[str, ...]:
    """Texts in square brackets."""
    scanner.blanks()
    start = scanner.at
    if scanner.peek() in QUOTES:
        word = _quoted(scanner)
        scanner.flaw(start, scanner.at, "缺方括号", f"「{operator.name}」后面要用方括号。", f'写成 ["{word}"]。')
        return (word,)
    if scanner.peek() not in BRACKETS:
        run = _run(scanner)
        mend = f'写成 ["{run}"]。' if run else '例如 ["攻坚", "突破"]。'
        scanner.skip("缺方括号", f"「{operator.name}」后面要用方括号，里面的词要放在引号里。", mend, start)
    close = BRACKETS[scanner.next()]
    words = _items(scanner, start, close)
    if not words:
        message = "列表里一个词也没有，永远不会成立。"
        scanner.skip("空列表", message, "请至少写一个词，或删去这个判断。", start)
    return tuple(words)


def _items(scanner: Scanner, start: int, close: str) -> list[str]:
    words: list[str] = []
    separated = True
    while True:
        scanner.blanks()
        here = scanner.at
        if scanner.at_end:
            scanner.flaw(
                start, start + 1, "括号不配对", "这个左方括号没有配对的右方括号。", f"在最后一个词的后面补「{close}」。"
            )
            raise Stopped
        if scanner.peek() == close:
            scanner.next()
            return words
        if scanner.peek() in SEPARATORS:
            scanner.next()
            separated = True
            continue
        if scanner.peek() in QUOTES:
            words.append(_quoted(scanner))
        else:
            words.append(scanner.run(close + SEPARATORS) or scanner.next())
            scanner.flaw(here, scanner.at, "缺引号", "文字要放在引号里。", f'写成 "{words[-1]}"。')
        if not separated:
            scanner.flaw(here, scanner.at, "缺逗号", "两个词之间缺少逗号或顿号。", "在这个词前面补「、」。")
        separated = False


def read_amount(scanner: Scanner, operator: Operator, label: Label, unit: str) -> float:
    """A number, with 万 or 亿 and a unit."""
    scanner.blanks()
    start = scanner.at
    if scanner.peek() in QUOTES:
        text = _quoted(scanner)
        number = read_number(normalise(text))
        mend = f"写成 {plain(number)}。" if number is not None else "这里只能写数字。"
        scanner.skip("不要引号", "与数字比较时不要加引号。", mend, start)
    found = scanner.match(_NUMBER)
    if not found:
        _no_number(scanner, operator, start)
    _beyond(scanner, operator, scanner.at - len(found[3] or ""))
    if found[3] and unit and found[3] != unit and {found[3], unit} != {"岁", "周岁"}:
        message = f"「{label.name}」的单位是「{unit}」，这里写的是「{found[3]}」。"
        scanner.remind(start, scanner.at, "单位不同", message, f"请核对，应写成 {found[1]}{unit} 或 {found[1]}。")
    number = read_number(found[1] + found[2])
    assert number is not None  # the pattern is the reader's own
    return number


def _no_number(scanner: Scanner, operator: Operator, start: int) -> NoReturn:
    if found := scanner.match(_CHINESE_NUMBER):
        number = read_number(found[0])
        mend = f"写成 {plain(number)}。" if number is not None else ""
        scanner.flaw(start, scanner.at, "要阿拉伯数字", "这里要写阿拉伯数字。", mend)
        raise Skipped
    _run(scanner)
    scanner.skip("缺数字", f"「{operator.name}」后面要写一个数字。", f"例如「{operator.name} 20」。", start)


def _beyond(scanner: Scanner, operator: Operator, unit_at: int) -> None:
    """20 年以上 behind 不少于: said twice."""
    before = scanner.at
    scanner.blanks()
    word = scanner.word(BEYOND)
    if not word:
        scanner.at = before
        return
    message = f"前面已写「{operator.name}」，后面不要再写「{word}」。"
    scanner.flaw(unit_at, scanner.at, "重复", message, f"删掉「{word}」。")


def read_date(scanner: Scanner, operator: Operator) -> tuple[int, int]:
    """First and last day of a date, a month or a year."""
    scanner.blanks()
    start = scanner.at
    if scanner.peek() in QUOTES:
        scanner.skip("不要引号", "日期不要加引号。", f"写成 {_quoted(scanner).strip() or '2026-01-01'}。", start)
    found = scanner.match(_DATE)
    if not found:
        _run(scanner)
        scanner.skip("缺日期", f"「{operator.name}」后面要写一个日期。", f"例如「{operator.name} 2026-01-01」。", start)
    days = read_days(found[0]) if found else None
    if not found or days is None:
        message, mend = _no_such_day(found[0] if found else "")
        scanner.skip("没有这一天", message, mend, start)
    return days[0].toordinal(), days[1].toordinal()


def _no_such_day(text: str) -> tuple[str, str]:
    year, month, day, *_ = [*(int(part) for part in re.findall(r"\d{1,4}", text)), 0, 0, 0]
    if not year >= 1 or not 1 <= month <= 12:
        return "日历上没有这一天。", "写成 2026-01-31 这样的日期。"
    last = date(year, month, monthrange(year, month)[1])
    if day > last.day:
        return "日历上没有这一天。", f"{_month_name(month)}月最后一天是 {last.isoformat()}。"
    return "这个日期看不懂。", "写成 2026-01-31 这样的日期。"


def _month_name(month: int) -> str:
    return _MONTHS[month - 1] if month <= 10 else "十" + _MONTHS[month - 11]


def read_to(scanner: Scanner) -> None:
    """The 到 between two ends."""
    scanner.blanks()
    start = scanner.at
    if not scanner.word(TO):
        scanner.skip("缺少「到」", "「介于」要写两个数或两个日期，中间用「到」。", "例如「介于 5 到 10」。", start)


def _quoted(scanner: Scanner) -> str:
    """The text between quotes, cut from what was typed."""
    start = scanner.at
    closing = QUOTES[scanner.next()]
    while not scanner.at_end:
        if scanner.next() in closing:
            return scanner.text[start + 1 : scanner.at - 1]
    scanner.flaw(start, start + 1, "引号没有收尾", "这个引号没有收尾。", f"在词的后面补「{closing[-1]}」。")
    raise Stopped


def _several(scanner: Scanner, operator: Operator) -> None:
    """包含 ["a", "b"]: any of them or all?"""
    start, end = scanner.operator_at, scanner.at + 1
    words = FOR_SEVERAL.get(operator.name)
    message = f"后面有几个词，要写明是{words}。" if words else f"「{operator.name}」后面只能写一个词。"
    mend = "" if words else "每个词写一个条件，中间用「或」连接。"
    if operator.name in {"等于", "不等于"}:
        message, mend = f"后面有几个词，不能用「{operator.name}」。", f"改用{words}。"
    scanner.flaw(start, end, "多个词", message, mend)
    _items(scanner, scanner.at, BRACKETS[scanner.next()])
    raise Skipped


def _one_only(scanner: Scanner, operator: Operator, start: int, first: str) -> None:
    """包含 "a"、"b": the list's brackets are missing."""
    words, end = [first], scanner.at
    while True:
        scanner.blanks()
        if scanner.peek() not in SEPARATORS or not scanner.peek():
            break
        scanner.next()
        scanner.blanks()
        if scanner.peek() not in QUOTES:
            break
        words.append(_quoted(scanner))
        end = scanner.at
    scanner.at = end
    if words[1:]:
        wanted = {"等于": "属于", "不等于": "不属于", "不包含": "不包含任一"}.get(operator.name, "包含任一")
        listed = "、".join(f'"{word}"' for word in words)
        scanner.skip("多个词", "后面有几个词，要放在方括号里。", f"写成 {wanted} [{listed}]。", start)


def _unquoted(scanner: Scanner, operator: Operator) -> NoReturn:
    start = scanner.at
    run = _run(scanner)
    if run in {"空", "空的", "空白"} and operator.name in {"等于", "不等于"}:
        mend = f"写「{'不' * (operator.name == '不等于')}为空」。"
        scanner.skip("缺引号", "要问有没有填，不用写等号。", mend, scanner.operator_at)
    if run:
        scanner.skip("缺引号", "文字要放在引号里。", f'写成 "{run}"。', start)
    scanner.skip("缺文字", f"「{operator.name}」后面没有要找的词。", f'例如「{operator.name} "攻坚"」。', start)


def _run(scanner: Scanner) -> str:
    """What was typed in place of the operand, for quoting: up to a blank, a bracket or 且/或."""
    scanner.blanks()
    before = scanner.at
    if scanner.ahead((*AND, *OR)):
        return ""
    run = scanner.run(SEPARATORS)
    for joiner in ("并且", "而且", "或者", "且", "或"):
        if (cut := run.find(joiner)) > 0:
            run = run[:cut]
    scanner.at = before + len(run)
    return run
