"""An admin's TOML file as a Table that knows the place of every value and collects what is wrong, in Chinese."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any, Final, TypeVar, overload

from rules.nearest import suggest
from rules.toml.fault import Fault, FaultyFile
from rules.toml.misspelling import misspellings
from rules.toml.place import Spot, locate
from rules.toml.value import BOOLEAN, CLOCK, DAY, INTEGER, NUMBER, TEXT, Sort, is_tables, literal, mended, named, shown

D = TypeVar("D")


class _Required:
    """Stands where no default was given."""


REQUIRED: Final = _Required()


def read_toml(path: Path) -> Table:
    """The file's outermost table. Raises FaultyFile with every fault that keeps the file from being read."""
    text = _text_of(path)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise FaultyFile(misspellings(path, text)) from None
    except RecursionError:
        raise FaultyFile([Fault(path, 0, 0, "套得太深", "列表或表一层套一层，太深了", "请改成平铺的写法。")]) from None
    return Table(_Reading(path, tuple(text.split("\n"))), "", values, locate(text))


def _text_of(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise _unreadable(path, "没有这个文件", f"没有找到 {path}", "请检查文件名和所在的文件夹。") from None
    except IsADirectoryError:
        raise _unreadable(path, "读不了文件", f"{path} 是文件夹，不是文件", "请写到文件名为止。") from None
    except OSError as error:
        raise _unreadable(path, "读不了文件", f"读不了 {path}（{error.strerror}）", "请检查文件的权限。") from None
    try:
        text = data.decode("utf-8-sig")  # Notepad writes a BOM
    except UnicodeDecodeError as error:
        raise _wrong_encoding(path, data, error.start) from None
    return re.sub("\r?\r\n|\r", "\n", text)  # Windows, an old Mac, and what was converted twice


def _unreadable(path: Path, code: str, message: str, mend: str) -> FaultyFile:
    return FaultyFile([Fault(path, 0, 0, code, message + "。", mend)])


def _wrong_encoding(path: Path, data: bytes, start: int) -> FaultyFile:
    line = data.count(b"\n", 0, start) + 1
    try:
        data.decode("gb18030")
        what = "文件是按 GBK（ANSI）编码存的"
    except UnicodeDecodeError:
        what = "文件不是 UTF-8 编码"
    mend = "请另存为 UTF-8：在记事本里点「另存为」，编码选「UTF-8」，再保存一次。"
    return FaultyFile([Fault(path, line, 0, "编码不对", f"{what}，从第 {line} 行起读不出汉字。", mend)])


@dataclass(slots=True)
class _Reading:
    """What all tables of one file share."""

    file: Path
    lines: tuple[str, ...]
    faults: list[Fault] = field(default_factory=list)
    opened: list[Table] = field(default_factory=list)


class Table:
    """A table of the file. Reading a wrong value records a fault and gives a stand-in, so that one run finds all faults."""

    def __init__(self, reading: _Reading, name: str, values: Mapping[str, Any], spot: Spot) -> None:
        self._reading = reading
        self._values = values
        self._spot = spot
        self._asked: dict[str, None] = {}  # in the order in which they were read
        self._refused: set[str] = set()
        self.name = name  # as a person writes it: [service], 第 2 个 [[mailbox]], "" outermost
        reading.opened.append(self)

    # What is there, and where

    @property
    def file(self) -> Path:
        return self._reading.file

    @property
    def line(self) -> int:
        """The line of the table's head."""
        return self._spot.line

    def has(self, key: str) -> bool:
        return key in self._values

    def keys(self) -> tuple[str, ...]:
        """The keys written there; for tables whose keys are the admin's own. Reading one makes it known."""
        return tuple(self._values)

    def knows(self, key: str) -> bool:
        """Whether it is one of the settings that belong here."""
        return key in self._asked

    def place(self, key: str) -> tuple[int, int]:
        """Line and column of the value; of the table's head where the key is not there."""
        spot = self._spot.children.get(key)
        return (spot.line, spot.column) if spot else (self._spot.line, self._spot.column)

    def key_place(self, key: str) -> tuple[int, int]:
        """Line and column of the key itself."""
        spot = self._spot.children.get(key)
        return (spot.key_line, spot.key_column) if spot else (self._spot.line, self._spot.column)

    def item_place(self, key: str, index: int) -> tuple[int, int]:
        """Line and column of one item of a list."""
        spot = self._spot.children.get(key)
        if spot and index < len(spot.items):
            return spot.items[index].line, spot.items[index].column
        return self.place(key)

    def raw(self, key: str) -> str:
        """The value as it was typed, with its quotes; "" where unknown."""
        spot = self._spot.children.get(key)
        return spot.raw if spot else ""

    def source(self, line: int) -> str:
        """A line of the file as it was typed."""
        return self._reading.lines[line - 1] if 0 < line <= len(self._reading.lines) else ""

    # Values by type

    @overload
    def text(self, key: str, *, example: str = ...) -> str: ...
    @overload
    def text(self, key: str, default: D, *, example: str = ...) -> str | D: ...
    def text(self, key: str, default: object = REQUIRED, *, example: str = "") -> object:
        return self._value(key, default, TEXT, example and f'"{example}"')

    @overload
    def choice(self, key: str, choices: Iterable[str]) -> str: ...
    @overload
    def choice(self, key: str, choices: Iterable[str], default: D) -> str | D: ...
    def choice(self, key: str, choices: Iterable[str], default: object = REQUIRED) -> object:
        """A text that must be one of `choices`."""
        names = list(choices)
        switched_off = self._values.get(key) is False and "off" in names
        value = self._value(key, default, TEXT, '"off"' if switched_off else f'"{names[0]}"')
        if self.has(key) and isinstance(self._values[key], str) and value not in names:
            known = "、".join(names)
            self.fault(
                key, "没有这个选项", f"{self._of(key)}没有「{value}」这个选项。", _should_be(str(value), names, known)
            )
            return names[0] if isinstance(default, _Required) else default
        return value

    @overload
    def integer(self, key: str, *, example: str = ...) -> int: ...
    @overload
    def integer(self, key: str, default: D, *, example: str = ...) -> int | D: ...
    def integer(self, key: str, default: object = REQUIRED, *, example: str = "") -> object:
        return self._value(key, default, INTEGER, example)

    @overload
    def number(self, key: str, *, example: str = ...) -> float: ...
    @overload
    def number(self, key: str, default: D, *, example: str = ...) -> float | D: ...
    def number(self, key: str, default: object = REQUIRED, *, example: str = "") -> object:
        """A whole number or a fraction."""
        return self._value(key, default, NUMBER, example)

    @overload
    def boolean(self, key: str) -> bool: ...
    @overload
    def boolean(self, key: str, default: D) -> bool | D: ...
    def boolean(self, key: str, default: object = REQUIRED) -> object:
        return self._value(key, default, BOOLEAN)

    @overload
    def day(self, key: str) -> date: ...
    @overload
    def day(self, key: str, default: D) -> date | D: ...
    def day(self, key: str, default: object = REQUIRED) -> object:
        return self._value(key, default, DAY)

    @overload
    def clock(self, key: str) -> time: ...
    @overload
    def clock(self, key: str, default: D) -> time | D: ...
    def clock(self, key: str, default: object = REQUIRED) -> object:
        return self._value(key, default, CLOCK)

    @overload
    def texts(self, key: str, *, example: str = ...) -> tuple[str, ...]: ...
    @overload
    def texts(self, key: str, default: D, *, example: str = ...) -> tuple[str, ...] | D: ...
    def texts(self, key: str, default: object = REQUIRED, *, example: str = "") -> object:
        return self._list(key, default, TEXT, example and f'"{example}"')

    @overload
    def numbers(self, key: str) -> tuple[float, ...]: ...
    @overload
    def numbers(self, key: str, default: D) -> tuple[float, ...] | D: ...
    def numbers(self, key: str, default: object = REQUIRED) -> object:
        return self._list(key, default, NUMBER, "60, 300")

    # Tables within

    def table(self, key: str) -> Table:
        """The table of that name; an empty one where it is not written."""
        self._asked[key] = None
        value = self._values.get(key, {})
        spot = self._spot.children.get(key) or Spot(self._spot.line, self._spot.column)
        if not isinstance(value, dict):
            mend = f"写成 [{key}]，只用一层方括号。" if is_tables(value) else f"写成单独一段，以 [{key}] 开头。"
            self.fault(key, "类型不符", f"{self._of(key)}要写成一个表，现在写的是{named(value)}。", mend)
            value = {}
        return Table(self._reading, self._child_name(f"[{key}]"), value, spot)

    def tables(self, key: str) -> tuple[Table, ...]:
        """The tables written as [[key]] or as a list of { … }; none where it is not written."""
        self._asked[key] = None
        value = self._values.get(key, [])
        if isinstance(value, dict):
            self.fault(key, "类型不符", f"{self._of(key)}可以有好几个，要用两层方括号。", f"写成 [[{key}]]。")
            return (self.table(key),)
        if not is_tables(value):
            message = f"{self._of(key)}的每一项都要写成 {{ 设置名 = 内容, … }}，现在写的是{named(value)}。"
            self.fault(key, "类型不符", message, f"照示例写成 {key} = [{{ … }}, {{ … }}]，或写成几段 [[…{key}]]。")
            return ()
        spot = self._spot.children.get(key)
        spots = spot.items if spot and len(spot.items) == len(value) else [Spot(self.line, 1)] * len(value)
        return tuple(
            Table(self._reading, self._item_name(key, n, item_spot), item, item_spot)
            for n, (item, item_spot) in enumerate(zip(value, spots, strict=True), start=1)
        )

    # What is wrong

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All that was found in the file up to now, in its order."""
        return tuple(sorted(self._reading.faults, key=lambda f: (f.line, f.column)))

    def fault(
        self, key: str | None, code: str, message: str, mend: str, reminder: bool = False, *, item: int | None = None
    ) -> None:
        """Record a fault at the value of `key` (at one item of its list, at the table's head without a key)."""
        line, column = self._spot.line, self._spot.column
        length = 1
        if key is not None:
            spot = self._spot.children.get(key)
            if spot and item is not None and item < len(spot.items):
                spot = spot.items[item]
            if spot:
                line, column, length = spot.line, spot.column, spot.length
        self.add(Fault(self.file, line, column, code, message, mend, length, self.source(line), reminder))

    def add(self, fault: Fault) -> None:
        """Record a fault that knows its own place."""
        self._reading.faults.append(fault)

    def refuse(self, key: str, code: str, message: str, mend: str) -> None:
        """`key` must not be here, for a reason better than that nobody knows it."""
        if self.has(key):
            self._refused.add(key)
            self.fault(key, code, f"{self._of(key)}{message}", mend)

    def finish(self) -> None:
        """The whole file is read: what nobody asked for is a fault. Raises FaultyFile, unless all are reminders."""
        for table in self._reading.opened:
            table.report_unknown()
        if any(not fault.reminder for fault in self._reading.faults):
            raise FaultyFile(self.faults)

    def report_unknown(self) -> None:
        """Record a fault for each key of this one table that nobody asked for."""
        for key in self._values:
            if key not in self._asked and key not in self._refused:
                self._unknown(key)
                self._refused.add(key)  # once is enough

    def _unknown(self, key: str) -> None:
        line, column = self.key_place(key)
        names = list(self._asked)
        known = "、".join(names)
        message = f"{self._here}里没有「{key}」这个设置。"
        mend = self._elsewhere(key) or _should_be(key, names, known)
        self.add(Fault(self.file, line, column, "未知设置", message, mend, len(key), self.source(line)))

    def _elsewhere(self, key: str) -> str:
        """Where a setting that is right, but stands in the wrong table, belongs."""
        home = next((table.name for table in self._reading.opened if table.name and table.knows(key)), "")
        return f"它是{home} 里的设置，请移到那一段。" if home else ""

    @property
    def _here(self) -> str:
        return f"{self.name} " if self.name else "文件最外层"

    def _child_name(self, plain: str) -> str:
        return f"{self.name} 的 {plain}" if self.name else plain

    def _item_name(self, key: str, number: int, spot: Spot) -> str:
        return self._child_name(f"{key} 第 {number} 项" if spot.raw.startswith("{") else f"第 {number} 个 [[{key}]]")

    def _of(self, key: str) -> str:
        return f"{self.name} 的「{key}」" if self.name else f"「{key}」"

    def _value(self, key: str, default: object, kind: Sort, example: str = "") -> object:
        self._asked[key] = None
        if not self.has(key):
            if isinstance(default, _Required):
                self._missing(key, example or kind.example)
                return kind.stand_in
            return default
        written = self._values[key]
        value = kind.convert(written)
        if value is None:
            message = f"{self._of(key)}要写{kind.expected}，现在写的是{named(written)} {shown(written)}。"
            usual = literal(default) if kind.convert(default) is not None else ""
            mend = f"写成 {key} = {mended(written, kind) or example or usual or kind.example}。"
            self.fault(key, "类型不符", message, mend)
            return kind.stand_in if isinstance(default, _Required) else default
        if isinstance(value, str) and "\0" in value:  # no path, name or address can hold it
            self.fault(key, "多余的字符", f"{self._of(key)}里有看不见的字符（\\u0000）。", "删去它，或重新输入这一行。")
            return value.replace("\0", "")
        return value

    def _list(self, key: str, default: object, kind: Sort, example: str = "") -> object:
        self._asked[key] = None
        example = f"[{example or kind.example}]"
        if not self.has(key):
            if isinstance(default, _Required):
                self._missing(key, example)
                return ()
            return default
        written = self._values[key]
        if not isinstance(written, list):
            good = f"[{literal(written)}]" if kind.convert(written) is not None else example
            message = f"{self._of(key)}要写成列表，现在写的是{named(written)} {shown(written)}。"
            self.fault(key, "类型不符", message, f"写成 {key} = {good}。")
            return ()
        return tuple(self._items(key, written, kind))

    def _items(self, key: str, written: Sequence[Any], kind: Sort) -> Iterator[object]:
        for index, item in enumerate(written):
            value = kind.convert(item)
            if value is not None:
                yield value
                continue
            message = f"{self._of(key)}的第 {index + 1} 项要写{kind.expected}，现在写的是{named(item)} {shown(item)}。"
            good = mended(item, kind)
            self.fault(key, "类型不符", message, f"这一项写成 {good}。" if good else "请改正这一项。", item=index)

    def _missing(self, key: str, example: str) -> None:
        message = f"{self._here}里缺少「{key}」。"
        self.fault(None, "缺少设置", message, f"补上一行，例如 {key} = {example}。")


def _should_be(wrong: str, names: Sequence[str], known: str) -> str:
    return suggest(wrong, names) or (f"可以写的有：{known}。" if known else "请删去这一行。")
