"""Where every key and value of a TOML text stands: what tomllib leaves out."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field

BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
SPACES = re.compile(r"[ \t]*")
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
STRING = re.compile(
    r'"""(?:\\[\s\S]|(?!""")[\s\S])*"{3,5}'
    r"|'''(?:(?!''')[\s\S])*'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
)
SCALAR = re.compile(r"[^,\]}#\n]*")


@dataclass(slots=True)
class Spot:
    """The place of one value; lines and columns count characters from 1."""

    line: int
    column: int
    length: int = 1  # of what stands on the first line
    key_line: int = 0
    key_column: int = 0
    raw: str = ""
    children: dict[str, Spot] = field(default_factory=dict)
    items: list[Spot] = field(default_factory=list)


def locate(text: str) -> Spot:
    """The places of a text that tomllib accepts. A text it refuses gives what could be read before the fault."""
    scanner = _Scanner(text)
    with suppress(IndexError, tomllib.TOMLDecodeError):
        scanner.document()
    return scanner.root


class _Scanner:
    """Walks over the text once; right for valid TOML, never endless for any other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.root = Spot(1, 1, key_line=1, key_column=1)

    def document(self) -> None:
        table = self.root
        while self.blank() < len(self.text):
            before = self.at
            if self.text[self.at] == "[":
                table = self.head()
            else:
                self.pair(table)
            if self.at == before:
                return

    def blank(self) -> int:
        self.at = _end(BLANK, self.text, self.at)
        return self.at

    def spot(self, start: int) -> Spot:
        line, column = self.line_column(start)
        return Spot(line, column, key_line=line, key_column=column)

    def line_column(self, offset: int) -> tuple[int, int]:
        low, high = 0, len(self.starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.starts[middle] <= offset else (low, middle)
        return low + 1, offset - self.starts[low] + 1

    def head(self) -> Spot:
        start = self.at
        many = self.text.startswith("[[", start)
        self.at += 2 if many else 1
        names = self.key()
        self.at = _end(SPACES, self.text, self.at) + (2 if many else 1)
        spot = self.root
        for name, at in names[:-1]:
            spot = self.inner(spot, name, at)
        name, at = names[-1]
        if many:
            listed = spot.children.setdefault(name, self.named(self.sized(self.spot(start), start), at))
            listed.items.append(self.sized(self.spot(start), start))
            return listed.items[-1]
        found = self.inner(spot, name, at)
        here = self.spot(start)  # a head that follows its own sub-table is where the table is
        found.line, found.column, found.length = here.line, here.column, self.at - start
        return self.named(found, at)

    def inner(self, spot: Spot, name: str, start: int) -> Spot:
        """The table of that name within `spot`; of a list of tables the last one."""
        child = spot.children.get(name)
        if child is None:
            child = spot.children[name] = self.spot(start)
        return child.items[-1] if child.items else child

    def named(self, spot: Spot, at: int) -> Spot:
        spot.key_line, spot.key_column = self.line_column(at)
        return spot

    def sized(self, spot: Spot, start: int) -> Spot:
        spot.raw = self.text[start : self.at]
        spot.length = max(1, len(spot.raw.split("\n", 1)[0]))
        return spot

    def key(self) -> list[tuple[str, int]]:
        """A key with its dots: names and where each begins."""
        names = []
        while True:
            self.at = start = _end(SPACES, self.text, self.at)
            if self.text[start] in "\"'":
                self.at = _end(STRING, self.text, start)
                name = str(tomllib.loads("k=" + self.text[start : self.at])["k"])
            else:
                self.at = _end(BARE_KEY, self.text, start)
                name = self.text[start : self.at]
            names.append((name, start))
            self.at = _end(SPACES, self.text, self.at)
            if self.text[self.at : self.at + 1] != ".":
                return names
            self.at += 1

    def pair(self, table: Spot) -> None:
        names = self.key()
        self.at = _end(SPACES, self.text, self.at + 1)  # the =
        for name, start in names[:-1]:
            table = self.inner(table, name, start)
        name, start = names[-1]
        table.children[name] = self.named(self.value(), start)

    def value(self) -> Spot:
        start = self.at
        spot = self.spot(start)
        match self.text[start]:
            case "[":
                self.items(spot)
            case "{":
                self.inline(spot)
            case '"' | "'":
                self.at = _end(STRING, self.text, start)
            case _:
                found = self.text[start : _end(SCALAR, self.text, start)].rstrip()
                self.at = start + len(found)
        return self.sized(spot, start)

    def items(self, spot: Spot) -> None:
        self.at += 1
        while self.text[self.blank()] != "]":
            before = self.at
            spot.items.append(self.value())
            if self.text[self.blank()] == ",":
                self.at += 1
            if self.at == before:
                return
        self.at += 1

    def inline(self, spot: Spot) -> None:
        self.at += 1
        while self.text[self.blank()] != "}":
            before = self.at
            self.pair(spot)
            if self.text[self.blank()] == ",":
                self.at += 1
            if self.at == before:
                return
        self.at += 1


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
