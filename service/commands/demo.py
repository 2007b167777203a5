"""`intake demo`: how to send one's own mail to the built-in mail server, and where the answers are."""

from __future__ import annotations

from pathlib import Path

import click

from service.config.config import Config, load_config
from service.config.mailbox import EMBEDDED
from service.usage import Command


@click.command("demo", cls=Command)
@click.pass_obj
def demo(file: Path) -> int:
    """说明怎样给内置的演示邮箱寄一封自己的信，回信和日报在哪里看。"""
    config = load_config(file)
    addresses = [m.address for m in config.mailboxes if EMBEDDED in {m.imap, m.smtp}]
    if not addresses:
        click.echo('config.toml 里没有用内置的演示邮箱（imap = "embedded:"）。', err=True)
        return 1
    port = _smtp_port(config, file)
    click.echo("先在另一个窗口启动服务：make run（或 .venv/bin/intake run）。")
    click.echo(f"发信服务器（SMTP）填 127.0.0.1，端口 {port}，不加密，收件人填 {addresses[0]}。例如：")
    click.echo(f"  curl smtp://127.0.0.1:{port} --mail-from me@example.com --mail-rcpt {addresses[0]} -T 我的信.eml")
    click.echo(f"回信和日报：{config.data / 'mail' / '外发'}，用浏览器打开 .html。")
    click.echo("建成的案卷：.venv/bin/intake cases")
    return 0


def _smtp_port(config: Config, file: Path) -> int:
    """Where the built-in server was last started: elsewhere than usual if another program had the port."""
    from service.commands.opening import database_of  # noqa: PLC0415 - the mail server and the database are heavy
    from service.welcome import SMTP_PORT  # noqa: PLC0415
    from storage import operations  # noqa: PLC0415

    if not config.data.exists():  # nothing was started yet, and nothing is made by asking
        return SMTP_PORT
    with database_of(file) as (_, database), database.reading() as tx:
        beat = operations.last_beat(tx, "embedded")
    return int(beat.detail.get("smtp_port", SMTP_PORT)) if beat else SMTP_PORT
