"""Faults as an admin sees them: place, sentence, the line as it was typed, and a caret under what is meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from rules.toml.fault import Fault


def render(fault: Fault, root: Path | None = None) -> str:
    """triage.toml:15:4 [无此栏目] 说明。改法。 and, where the place is known, the source line with its caret."""
    kind = f"[提醒：{fault.code}]" if fault.reminder else f"[{fault.code}]"
    head = f"{_place(fault, root)} {kind} {fault.message}{fault.mend}"
    if not fault.source or fault.line <= 0:
        return head
    number = f"{fault.line:>5}"
    lines = [head, f"{number} | {fault.source}"]
    if fault.column > 0:
        before = "".join("\t" if c == "\t" else " " * _width(c) for c in fault.source[: fault.column - 1])
        under = fault.source[fault.column - 1 : fault.column - 1 + max(1, fault.length)]
        lines.append(f"{' ' * len(number)} | {before}{'^' * max(1, sum(map(_width, under)))}")
    return "\n".join(lines)


def summary(faults: Sequence[Fault]) -> str:
    """共 3 处错误、1 处提醒。"""
    reminders = sum(fault.reminder for fault in faults)
    errors = len(faults) - reminders
    counts = [f"{n} 处{what}" for n, what in ((errors, "错误"), (reminders, "提醒")) if n]
    return f"共 {'、'.join(counts)}。" if counts else "没有发现问题。"


def _place(fault: Fault, root: Path | None) -> str:
    file = fault.file
    if root is not None and file.is_relative_to(root):
        file = file.relative_to(root)
    numbers = [n for n in (fault.line, fault.column) if n > 0] if fault.line > 0 else []
    return ":".join([file.as_posix(), *map(str, numbers)])


def _width(char: str) -> int:
    """Columns on a terminal."""
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
