"""`intake demo`: how to send one's own mail to the built-in mail server, and where the answers are."""

from __future__ import annotations

from pathlib import Path

import click

from service.config import EMBEDDED, load_config
from service.usage import Command


@click.command("demo", cls=Command)
@click.pass_obj
def demo(file: Path) -> int:
    """说明怎样给内置的演示邮箱寄一封自己的信，回信和日报在哪里看。"""
    from service.welcome import SMTP_PORT  # noqa: PLC0415 - the mail server is heavy

    config = load_config(file)
    addresses = [m.address for m in config.mailboxes if EMBEDDED in {m.imap, m.smtp}]
    if not addresses:
        click.echo('config.toml 里没有用内置的演示邮箱（imap = "embedded:"）。', err=True)
        return 1
    click.echo("先在另一个窗口启动服务：intake run（或 make run）。")
    click.echo(f"发信服务器（SMTP）填 127.0.0.1，端口 {SMTP_PORT}，不加密，收件人填 {addresses[0]}。")
    click.echo("端口若被别的程序占用，以启动时显示的为准。例如：")
    click.echo(
        f"  curl smtp://127.0.0.1:{SMTP_PORT} --mail-from me@example.com --mail-rcpt {addresses[0]} -T 我的信.eml"
    )
    click.echo(f"回信和日报：{config.data / 'mail' / '外发'}，用浏览器打开 .html。")
    click.echo("建成的案卷：intake cases")
    return 0
