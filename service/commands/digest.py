"""`intake digest`: the digest of a day, shown, written to a file, or sent now."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from service.config.config import load_config
from service.usage import Command


@click.command("digest", cls=Command)
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="日期", help="哪一天的日报，如 2026-11-20；默认今天。"
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="文件",
    help="存成文件：.html 是网页，其他是纯文字。",
)
@click.option("--send", is_flag=True, help="现在就寄给 config.toml 里 [digest] to 的各位。")
@click.pass_obj
def digest(file: Path, day: datetime | None, out: Path | None, send: bool) -> int:
    """看日报：新案卷、待核实、等补充、读不出的、发不出的。不加选项时直接显示。"""
    if send and out is not None:
        raise click.UsageError("--out 和 --send 只能写一个。")
    config = load_config(file)
    from service import digests  # noqa: PLC0415 - the database is heavy
    from service.parts import assemble  # noqa: PLC0415

    if send and not config.digest_to:
        raise click.UsageError("config.toml 里 [digest] 的 to 是空的，没有人可寄。")
    parts = assemble(config)
    try:
        now = datetime.now(UTC)
        date = day.date() if day else now.astimezone(parts.timezone).date()
        if send:
            queued = digests.send(parts, date, now)
            click.echo(f"{date} 的日报已放进待发的信里。" if queued else f"{date} 的日报以前已经发过，没有再发。")
            return 0 if queued else 1
        subject, text, html = digests.written(parts, date, now)
    finally:
        parts.database.close()
    if out is None:
        click.echo(f"{subject}\n\n{text}")
        return 0
    out.write_text(html if out.suffix.lower() in {".html", ".htm"} else f"{subject}\n\n{text}", encoding="utf-8")
    click.echo(f"已存到 {out}。")
    return 0
