"""One slip in a line of TOML: where it is, what to say, the line as it was meant; and a line as the search for slips sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass

STRING = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'')
PAIR = re.compile(r"\s*(?P<key>[^=＝]*?)\s*=\s*(?P<value>.*?)\s*$")
HEAD = re.compile(r"\s*\[+\s*(?P<name>[^\[\]]*?)\s*\]+")


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip: the columns it covers (from 0), what to say, and the line as it was meant (None: cannot be told)."""

    column: int
    length: int
    code: str
    message: str
    mend: str
    meant: str | None = None


def blotted(line: str) -> str:
    """The line with what stands in ASCII quotes, and the comment after it, blotted out; the same length."""
    quiet = STRING.sub(lambda match: "\0" * len(match[0]), line)
    comment = quiet.find("#")
    return quiet if comment < 0 else quiet[:comment] + "\0" * (len(line) - comment)


def replaced(line: str, column: int, length: int, new: str) -> str:
    return line[:column] + new + line[column + length :]


def short(line: str) -> str:
    """A line without its comment."""
    comment = STRING.sub(lambda match: "\0" * len(match[0]), line).find("#")
    text = (line if comment < 0 else line[:comment]).strip()
    return text if len(text) <= 60 else text[:60] + "…"
