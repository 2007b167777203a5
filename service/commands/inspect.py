"""`intake inspect`: what would be read from mails; nothing is written, sent or looked up."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from rules.text import length
from service.commands import showing
from service.commands.opening import books_of, marks_of
from service.commands.outbox import KINDS as ANSWERS
from service.config.config import load_config
from service.usage import Command

KINDS = {"submission": "投稿", "follow_up": "补充材料", "bounce": "退信", "auto_reply": "自动回复",
         "staff_command": "工作人员来信", "other": "其他"}  # fmt: skip


#: The progress bar is drawn this often.
DRAW_SECONDS = 0.1


@click.command("inspect", cls=Command)
@click.argument("paths", nargs=-1, required=True, metavar="邮件或文件夹…", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="给程序看：每封邮件一个 JSON 对象。")
@click.option("--jsonl", is_flag=True, help="同上，一行一个。")
@click.option("--workers", metavar="个数", type=click.IntRange(1, 256), help="同时读几封，默认按 config.toml。")
@click.option("--quiet", is_flag=True, help="不显示进度。")
@click.pass_obj
def inspect(file: Path, paths: Sequence[Path], *, as_json: bool, jsonl: bool, workers: int | None, quiet: bool) -> int:
    """看看邮件（.eml 文件、mbox 文件、文件夹）会被读成什么：是不是投稿、读出哪些栏目、缺什么、会怎样分类和回信。不改动任何东西。"""
    config = load_config(file)
    from service.importing import pieces  # noqa: PLC0415 - the parsers are heavy
    from service.inspecting import inspected  # noqa: PLC0415
    from service.readers import Forked, Readers  # noqa: PLC0415
    from service.reading import Setting  # noqa: PLC0415

    books = books_of(config)
    campaigns = tuple(book.campaign for book in books.values())
    labels = {name: {f.key: f.label for f in book.campaign.fields} for name, book in books.items()}
    mails = chain.from_iterable(pieces(path) for path in paths)
    first = list(islice(mails, workers or config.reading.workers))
    many = len(first) > 1 or len(paths) > 1 or paths[0].is_dir()
    reading = replace(config.reading, workers=max(1, len(first)))
    readers = Readers(Setting(config.data / "archive", campaigns, marks_of(config, books), reading), Forked)
    failed = 0
    try:
        with _progress(many and not quiet, paths) as advance:
            now = datetime.now(ZoneInfo(config.timezone))
            for piece, said in inspected(chain(first, mails), readers, books, now):
                found = {"file": str(piece.path)} | ({"number": piece.number} if piece.number else {}) | said
                failed += "error" in found
                if jsonl or (as_json and many):
                    showing.as_line(found)
                elif as_json:
                    showing.as_json(found)
                else:
                    show(found, labels)
                advance()
    finally:
        readers.close()
    if not first:
        click.echo(f"{'、'.join(map(str, paths))} 里没有找到邮件（.eml 文件、mbox 文件或 Maildir）。", err=True)
    return 1 if failed else 0


@contextmanager
def _progress(wanted: bool, paths: Sequence[Path]) -> Iterator[Callable[[], None]]:
    """A bar where somebody looks at it: not where the results themselves scroll by."""
    if not (wanted and sys.stderr.isatty() and not sys.stdout.isatty()):
        yield lambda: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    from service.importing import pieces  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # No thread that draws: a reading process may have to be forked meanwhile.
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False, redirect_stdout=False) as progress:
        task = progress.add_task("读信", total=sum(1 for path in paths for _ in pieces(path)))
        drawn = time.monotonic()

        def advance() -> None:
            nonlocal drawn
            progress.advance(task)
            if time.monotonic() - drawn > DRAW_SECONDS:
                progress.refresh()
                drawn = time.monotonic()

        yield advance


def show(found: dict[str, Any], labels: dict[str, dict[str, str]]) -> None:
    """For people."""
    named = labels.get(found["campaign"] or "", {})
    showing.details(
        found["file"],
        {
            "发件人": showing.person(found["sender"]),
            "主题": found["subject"]["text"],
            "类型": f"{KINDS.get(found['kind'], found['kind'])}（{found.get('reason', '')}）",
            "活动": found["campaign"],
            "附件": [f"{a['filename']}（{showing.ROLES.get(a['role'], a['role'])}）" for a in found["attachments"]],
            "问题": [p["message"] for p in found["problems"]],
            "邮件格式": found["defects"],
        },
    )
    for submission in found["submissions"]:
        click.echo(f"  ▸ {showing.SOURCES.get(submission['source'], submission['source'])}")
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
    return text if len(text) <= 80 else f"{text[:80]}…（共 {length(text)} 字）"
