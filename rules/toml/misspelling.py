"""What people really type into TOML and tomllib refuses: every such slip found in one run, named in Chinese, with the mend."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from rules.toml.fault import Fault
from rules.toml.habits import HABITS
from rules.toml.slip import HEAD, PAIR, Slip, blotted

MOST = 20  # more than that helps nobody
PLACE = re.compile(r" ?\(at (?:line (\d+), column (\d+)|end of document)\)$")


def misspellings(path: Path, text: str) -> list[Fault]:
    """All faults of a text that tomllib refuses.

    tomllib stops at the first. So each is mended in a copy and the copy read again: whatever is reported, TOML refuses.
    """
    typed = text.split("\n")
    lines = list(typed)
    faults: list[Fault] = []
    while len(faults) < MOST:
        try:
            tomllib.loads("\n".join(lines))
        except tomllib.TOMLDecodeError as error:
            number, column, reason = _place(str(error), lines)
            number, slip = _slip(lines, number, column, reason)
            faults.append(
                Fault(path, number, slip.column + 1, slip.code, slip.message, slip.mend, slip.length, typed[number - 1])
            )
            if slip.meant is None and not _can_go(lines, number):
                break
            lines[number - 1] = slip.meant if slip.meant is not None else ""
        else:
            break
    return sorted(dict.fromkeys(faults), key=lambda fault: (fault.line, fault.column))


def _place(error: str, lines: list[str]) -> tuple[int, int, str]:
    """Line (from 1), column (from 0) and reason of tomllib's sentence."""
    match = PLACE.search(error)
    if match is None or match[1] is None:
        last = max((n for n, line in enumerate(lines, 1) if line.strip()), default=1)
        return last, max(0, len(lines[last - 1].rstrip()) - 1), PLACE.sub("", error)
    return int(match[1]), int(match[2]) - 1, error[: match.start()]


def _can_go(lines: list[str], number: int) -> bool:
    """A single `key = value` line may be left out to look for further faults; anything else would make new ones."""
    line = lines[number - 1]
    value = PAIR.match(line)
    return bool(value) and not line.lstrip().startswith("[") and not re.search(r'\[\s*$|\{\s*$|"""|\'\'\'', line)


def _slip(lines: list[str], number: int, column: int, reason: str) -> tuple[int, Slip]:
    """The slip behind tomllib's reason, and its line."""
    line = lines[number - 1]
    elsewhere = (
        _twice(lines, number, reason)
        or _text_goes_on(lines)
        or _line_broken(lines, number)
        or _list_goes_on(lines, number, column, reason)
    )
    if elsewhere:
        return elsewhere
    if re.search(r"Unescaped|escape|hex value", reason):
        return number, _backslash(line, column)
    for habit in HABITS:
        slip = habit(line)
        if slip:
            return number, slip
    unclosed = _unclosed(lines, number, reason)
    if unclosed:
        return unclosed
    at = min(column, max(0, len(line) - 1))
    return number, Slip(
        at, 1, "写法不对", f"第 {number} 行从第 {at + 1} 个字起读不懂。", "请对照示例文件检查引号、逗号、方括号和等号。"
    )


def _backslash(line: str, column: int) -> Slip:
    start = max(line.rfind("\\", 0, column + 1), 0)
    meant = re.sub(r'"([^"\']*\\[^"\']*)"', r"'\1'", line)
    mend = "有反斜杠的文字放在英文单引号里，如 'D:\\data'；或写成 \\\\。"
    return Slip(
        start,
        1,
        "反斜杠不对",
        "英文双引号里的反斜杠 \\ 有特别含义，不能直接写。",
        mend,
        meant if meant != line else None,
    )


def _twice(lines: list[str], number: int, reason: str) -> tuple[int, Slip] | None:
    """A key or a [table] that was written before."""
    if not re.search(r"Cannot (declare|overwrite|mutate|redefine|define)|[Dd]uplicate", reason):
        return None
    line = lines[number - 1]
    head = HEAD.match(line)
    if head and line.lstrip().startswith("["):
        name = head["name"]
        column, length = line.index("["), len(line.strip())
        mend = f"有好几段时，每一段都写成 [[{name}]]（两层方括号）；只要一段时，把两段合成一段。"
        for at, other in enumerate(lines):
            if re.fullmatch(rf"\s*\[\s*{re.escape(name)}\s*\]\s*(#.*)?", other):
                lines[at] = f"[[{name}]]"
        return number, Slip(column, length, "写了两次", f"[{name}] 这一段前面已经写过了。", mend, lines[number - 1])
    for at in range(number, 0, -1):  # the value may run over several lines
        pair = PAIR.match(lines[at - 1])
        if pair and pair["key"]:
            key, column = pair["key"], lines[at - 1].index(pair["key"])
            message = f"「{key}」在这一段里写了两次。"
            return at, Slip(
                column, len(key), "写了两次", message, "留下一个，删去另一个。", "" if at == number else None
            )
    return None


#: Where something new begins: no text that lacks its end goes on beyond it.
_BEGINNING = re.compile(r"\s*(?:\[{1,2}[A-Za-z_][\w.-]*\]{1,2}\s*(?:#.*)?$|[A-Za-z_][\w-]*\s*=)")
MOST_BROKEN = 20  # lines of one text in quotes


def _text_goes_on(lines: list[str]) -> tuple[int, Slip] | None:
    """A text in three quotes that lacks its end swallows what follows, up to the next one: TOML stumbles over that."""
    if sum(line.count('"""') for line in lines) % 2 == 0:
        return None
    opened: tuple[int, int] | None = None
    for number, line in enumerate(lines, start=1):
        if opened and '"""' not in line.split("=")[0] and _BEGINNING.match(line):
            lines[number - 2] += '"""'
            at, column = opened
            slip = Slip(column, 3, "没有收尾", "这里开始的三引号的文字没有收尾。", '在末尾补 """。', lines[at - 1])
            return at, slip
        if line.count('"""') % 2:
            opened = None if opened else (number, line.rfind('"""'))
    return None


def _line_broken(lines: list[str], number: int) -> tuple[int, Slip] | None:
    """A text in quotes that goes on in the next line: Enter was pressed within it."""
    column = _open_quote(lines[number - 1])
    if column < 0:
        return None
    for last in range(number + 1, min(number + MOST_BROKEN, len(lines)) + 1):
        line = lines[last - 1]
        if _BEGINNING.match(line):
            return None
        if line.count('"') % 2:
            whole = "".join(text.strip() if n else text.rstrip() for n, text in enumerate(lines[number - 1 : last]))
            lines[number:last] = [""] * (last - number)
            mend = '把几行接成一行；想分行时，两头都改用三个英文引号 """。'
            return number, Slip(column, 1, "文字断行", "引号里的文字不能换行。", mend, whole)
    return None


def _open_quote(line: str) -> int:
    """The column of a quote that does not end in its line; -1."""
    return blotted(line).find('"') if _BEGINNING.match(line) else -1


def _list_goes_on(lines: list[str], number: int, column: int, reason: str) -> tuple[int, Slip] | None:
    """A list over several lines: the fault shows at the start of a line, and belongs to the one before."""
    line = lines[number - 1]
    before = line[:column].strip()
    beginning = reason == "Invalid value" and (before in {"[", "[["} or (not before and _BEGINNING.match(line)))
    if number == 1 or not (beginning or ("array" in reason and not before)):
        return None
    if PAIR.match(line) or line.lstrip().startswith("["):
        return _unclosed(lines, number - 1, "array")
    item = lines[number - 2].rstrip()
    if line.lstrip()[:1] not in {'"', "'"} or item[-1:] not in {'"', "'"}:
        return None
    return number - 1, Slip(
        len(item) - 1, 1, "缺少逗号", "列表里这一项后面缺少逗号。", "在末尾加英文逗号。", item + ","
    )


def _unclosed(lines: list[str], number: int, reason: str) -> tuple[int, Slip] | None:
    """A list, an inline table or a long text that never ends: the place to look at is where it begins."""
    for what, mark, closing, names in (
        ("列表", "[", "]", ("array",)),
        ("大括号", "{", "}", ("inline table",)),
        ("三引号的文字", '"""', '"""', ("string", "end of document")),
    ):
        if any(name in reason for name in names) or (reason.startswith("Unterminated") and mark == '"""'):
            found = _last_opening(lines, number, mark, closing)
            if found:
                at, column = found
                return at, Slip(column, len(mark), "没有收尾", f"这里开始的{what}没有收尾。", f"在末尾补 {closing}。")
    return None


def _last_opening(lines: list[str], number: int, mark: str, closing: str) -> tuple[int, int] | None:
    for at in range(number, 0, -1):
        line = lines[at - 1]
        column = line.rfind(mark) if mark == '"""' else blotted(line).rfind(mark)
        if column >= 0 and line.rfind(closing) <= column and "=" in line[:column]:
            return at, column
    return None
