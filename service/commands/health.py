"""`intake health`: exit code 0 while the service is well, 1 when it is not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from service.commands.opening import database_of
from service.usage import Command


@click.command("health", cls=Command)
@click.pass_obj
def health(file: Path) -> int:
    """服务是否正常：是否在运行、收信和日报是否按时、有没有积压。正常退出码为 0，否则为 1。"""
    from service.health import free_space, signs, unwell  # noqa: PLC0415 - the database is heavy

    with database_of(file) as (config, database):
        found = signs(config, database, datetime.now(UTC), free_space(config.data))
    for sign in found:
        click.echo(f"{'✓' if sign.well else '✗' if sign.urgent else '!'} {sign.text}")
    return 1 if unwell(found) else 0
