"""A thing that is wrong in a file an admin wrote: where it is, what it is, how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, or one reminder, in an admin's file; `message` and `mend` are Chinese sentences.

    `line` and `column` count from 1 and count characters, 0 where the whole file is meant.
    `length` is the number of characters that the caret covers.
    """

    file: Path
    line: int
    column: int
    code: str  # 无此栏目, 未知设置, 类型不符 …: short, Chinese, stable
    message: str
    mend: str = ""
    length: int = 1
    source: str = ""  # the line as it was typed, without its line end
    reminder: bool = False  # True: worth a look, does not stop the file from going live


class FaultyFile(Exception):
    """The file has faults and is not used."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("; ".join(f"{f.file}:{f.line}:{f.column} {f.message}{f.mend}" for f in self.faults))
