"""How commands show what they found: tables for people, JSON for programs."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from intake.chinese.characters import printable

if TYPE_CHECKING:
    from rich.console import Console

    from rules.toml.fault import Fault

#: What a file that came along is to us.
ROLES = {
    "form": "征集表",
    "evidence": "佐证材料",
    "archive": "压缩包",
    "inline": "正文里的图片",
    "unreadable": "没能读出",
    "rejected": "没有打开",
}
#: Where a value stands that is in no file.
SOURCES = {"subject": "主题"}
#: What JSON itself does not escape.
_UNSEEN = re.compile("[\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
#: A pipe has no width: wide enough that nothing a person looks for with grep is cut off.
PIPE_WIDTH = 200


def as_json(value: object) -> None:
    click.echo(_json(value, indent=2))


def as_line(value: object) -> None:
    click.echo(_json(value))


def _json(value: object, indent: int | None = None) -> str:
    """Characters as they are, but for those that act on a terminal, are seen by nobody, or are only half of one."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return _UNSEEN.sub(lambda character: f"\\u{ord(character[0]):04x}", text)


def console() -> Console:
    from rich.console import Console  # noqa: PLC0415 - only where something is shown

    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False, markup=False, emoji=False)


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table with its number of rows; a sentence where there is none."""
    from rich.table import Table  # noqa: PLC0415

    lines = [[_cell(value) for value in row] for row in rows]
    if not lines:
        click.echo(f"{title}：没有。")
        return
    shown = Table(title=f"{title}（{len(lines)}）", title_justify="left", title_style="bold", header_style="bold")
    for heading in headings:
        shown.add_column(heading, overflow="fold")
    for line in lines:
        shown.add_row(*line)
    console().print(shown)


def files(attachments: Sequence[Mapping[str, Any]]) -> None:
    """What came along; a file of an archive with the archive's name before its own."""
    names = {(a["message"], a["path"]): a["filename"] or "（没有文件名）" for a in attachments}

    def named(a: Mapping[str, Any]) -> str:
        steps = [a["path"].rsplit("/", n)[0] for n in range(a["path"].count("/"), -1, -1)]
        return " › ".join(names[a["message"], step] for step in steps if (a["message"], step) in names)

    table(
        "附件",
        ("文件名", "大小", "用途"),
        ((named(a), size(a["size"]), ROLES.get(a["role"], a["role"])) for a in attachments),
    )


def size(count: int) -> str:
    """1234567 -> 1.2 MB."""
    if count < 1024:
        return f"{count} 字节"
    return f"{count / 1024:.0f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


def person(sender: Mapping[str, str]) -> str:
    """张伟 <zhang@example.com>; the address alone where nobody gave a name."""
    name, address = sender["name"], sender["address"]
    return f"{name} <{address}>" if name and address else name or address


def details(title: str, values: Mapping[str, object]) -> None:
    """A heading, and a name and value a line; empty values are left out."""
    click.secho(printable(title), bold=True)
    for name, value in values.items():
        if value not in (None, "", [], ()):
            several = isinstance(value, list | tuple) and any(str(item).endswith("。") for item in value)
            for one in value if several else [value]:  # type: ignore[attr-defined]  # several: a list
                click.echo(f"  {name}：{_cell(one)}")


def faults_text(faults: Sequence[Fault]) -> str:
    """Every fault with its place, its line and its mend, then how many there are."""
    from rules.toml.report import render, summary  # noqa: PLC0415

    return "\n".join([*map(render, faults), summary(faults)])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(_cell(item) for item in value)
    return printable(str(value))


def short(text: str | None, most: int = 24) -> str:
    """What fits into a column of a list; `show` has the whole."""
    text = " ".join((text or "").split())
    return text if len(text) <= most else text[: most - 1] + "…"


def moment(iso: str | None, zone: str) -> str:
    """2026-11-20 08:30, in the service's time zone."""
    if not iso:
        return ""
    from datetime import datetime  # noqa: PLC0415
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    return f"{datetime.fromisoformat(iso).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
