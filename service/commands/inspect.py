"""`intake inspect`: what would be read from mails; nothing is written, sent or looked up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from service.commands import showing
from service.commands.opening import books_of, marks_of
from service.commands.outbox import KINDS as ANSWERS
from service.config import load_config
from service.usage import Command

KINDS = {"submission": "投稿", "follow_up": "补充材料", "bounce": "退信", "auto_reply": "自动回复",
         "staff_command": "工作人员来信", "other": "其他"}  # fmt: skip


@click.command("inspect", cls=Command)
@click.argument("paths", nargs=-1, required=True, metavar="邮件或文件夹…", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="给程序看：每封邮件一个 JSON 对象。")
@click.option("--jsonl", is_flag=True, help="同上，一行一个。")
@click.pass_obj
def inspect(file: Path, paths: Sequence[Path], as_json: bool, jsonl: bool) -> None:
    """看看邮件（.eml）会被读成什么：是不是投稿、读出哪些栏目、缺什么、会怎样分类和回信。不改动任何东西。"""
    config = load_config(file)
    from service.inspecting import inspect_bytes  # noqa: PLC0415 - the parsers are heavy

    books = books_of(config)
    marks, zone = marks_of(config, books), ZoneInfo(config.timezone)
    many = len(paths) > 1 or paths[0].is_dir()
    for mail in mails(paths):
        found = {"file": str(mail)} | inspect_bytes(mail.read_bytes(), books, marks, datetime.now(UTC), zone)
        if jsonl or (as_json and many):
            showing.as_line(found)
        elif as_json:
            showing.as_json(found)
        else:
            show(found, {name: {f.key: f.label for f in book.campaign.fields} for name, book in books.items()})


def mails(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and the mails in the folders named."""
    from service.importing import mail_files  # noqa: PLC0415

    for path in paths:
        yield from mail_files(path) if path.is_dir() else [path]


def show(found: dict[str, Any], labels: dict[str, dict[str, str]]) -> None:
    """For people."""
    named = labels.get(found["campaign"] or "", {})
    sender = found["sender"]
    showing.details(
        found["file"],
        {
            "发件人": f"{sender['name']} <{sender['address']}>",
            "主题": found["subject"]["text"],
            "类型": f"{KINDS.get(found['kind'], found['kind'])}（{found.get('reason', '')}）",
            "活动": found["campaign"],
            "附件": [f"{a['filename']}（{showing.ROLES.get(a['role'], a['role'])}）" for a in found["attachments"]],
            "问题": [p["message"] for p in found["problems"]],
            "邮件格式": found["defects"],
        },
    )
    for submission in found["submissions"]:
        click.echo(f"  ▸ {submission['source']}")
        for key, value in submission["fields"].items():
            click.echo(f"      {named.get(key, key)}：{_short(str(value['value']))}")
        if submission["missing"]:
            click.echo(f"      缺：{'、'.join(named.get(key, key) for key in submission['missing'])}")
        for problem in submission["problems"]:
            click.echo(f"      ⚠ {problem['message']}")
        for rule in (submission["decision"] or {}).get("matched", []):
            click.echo(f"      规则「{rule['rule']}」{rule['explanation']}".replace("\n", "\n        "))
    for reply in found["replies"]:
        click.echo(f"  → 回信「{ANSWERS.get(reply['kind'], reply['kind'])}」：{reply['subject']}")


def _short(text: str) -> str:
    text = text.replace("\n", " ")
    return text if len(text) <= 80 else f"{text[:80]}…（共 {len(text)} 字）"
