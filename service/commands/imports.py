"""`intake import`: old mails brought in from files, the same way as mail from a mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands.opening import database_of
from service.usage import Command

if TYPE_CHECKING:
    from rich.progress import Progress

#: Archived and entered with one sync and one transaction.
BATCH = 50


@click.command("import", cls=Command)
@click.argument("path", metavar="文件或文件夹", type=click.Path(exists=True, path_type=Path))
@click.option("--mailbox", metavar="邮箱", help="算作哪个邮箱收到的，默认是第一个。")
@click.option("--answer", is_flag=True, help="也给这些旧邮件回信。不写则回信都先扣下，等人放行。")
@click.pass_obj
def import_(file: Path, path: Path, mailbox: str | None, answer: bool) -> int:
    """导入旧邮件：mbox 文件、Maildir 文件夹、.eml 文件或文件夹。导入过的不会重复。"""
    from datetime import UTC, datetime  # noqa: PLC0415

    from service.importing import Batches, count_of, mails_in  # noqa: PLC0415 - the database is heavy
    from storage import messages  # noqa: PLC0415
    from storage.archive import Archive  # noqa: PLC0415

    with database_of(file) as (config, database):
        names = [m.name for m in config.mailboxes]
        if not names or (mailbox or names[0]) not in names:
            raise click.UsageError(f"没有邮箱「{mailbox}」。可以写的有：{'、'.join(names)}。")
        chosen = next(m for m in config.mailboxes if m.name == (mailbox or names[0]))
        archive = Archive(config.data / "archive", "import")
        found, new = 0, 0
        batches = Batches(mails_in(path), BATCH, datetime.now(UTC), chosen.max_message_mb * 1024**2, answer)
        with _progress() as progress:
            task = progress.add_task("导入", total=count_of(path))
            for batch in batches:
                refs = archive.append(
                    [(d.raw, {"mailbox": chosen.name, "folder": d.folder, "uid": d.uid, "uidvalidity": d.uidvalidity,
                              "received_at": d.received_at.isoformat(), "complete": int(d.complete)}) for d in batch]
                )  # fmt: skip
                with database.transaction() as tx:
                    new += len(
                        messages.receive(tx, chosen.name, list(zip(batch, refs, strict=True)), datetime.now(UTC))
                    )
                found += len(batch)
                progress.update(task, completed=found)
        running = database.holder("daemon")
    click.echo(f"读到 {found} 封，新收 {new} 封，{found - new} 封以前导入过。")
    click.echo("服务正在处理。" if running else "执行 intake run（或 intake run --once）后处理。")
    if found == 0:
        click.echo(f"{path} 里没有邮件：请给出 mbox 文件、Maildir 文件夹，或 .eml 文件。", err=True)
        return 1
    return 0


@contextmanager
def _progress() -> Iterator[Progress]:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield progress
