"""`intake demo`: how to send one's own mail to the built-in mail server, and where the answers are."""

from __future__ import annotations

from pathlib import Path

import click

from service.commands.opening import database_of
from service.config import EMBEDDED
from service.usage import Command


@click.command("demo", cls=Command)
@click.pass_obj
def demo(file: Path) -> int:
    """说明怎样给内置的演示邮箱寄一封自己的信，回信和日报在哪里看。"""
    from storage import operations  # noqa: PLC0415 - the database is heavy

    with database_of(file) as (config, database), database.reading() as tx:
        beat = operations.last_beat(tx, "embedded")
        running = database.holder("daemon")
    mailboxes = [m for m in config.mailboxes if EMBEDDED in {m.imap, m.smtp}]
    if not mailboxes:
        click.echo('config.toml 里没有用内置的演示邮箱（imap = "embedded:"）。', err=True)
        return 1
    if not running:
        click.echo("服务没有在运行。请先在另一个窗口执行 intake run（或 make run）。")
    port = beat.detail.get("smtp_port") if beat else None
    click.echo(
        f"把信寄到 {mailboxes[0].address}，发信服务器（SMTP）填 127.0.0.1，端口 {port or '见 intake run 的第一行'}，不加密，不用密码。"
    )
    if port:
        click.echo(
            f"例如：curl smtp://127.0.0.1:{port} --mail-from me@example.com --mail-rcpt {mailboxes[0].address} -T 我的信.eml"
        )
    click.echo(f"回信和日报存在 {config.data / 'mail' / '外发'}，可用浏览器打开 .html。")
    click.echo("建成的案卷：intake cases list")
    return 0
