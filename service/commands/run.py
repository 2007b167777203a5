"""`intake run`: the daemon, or one round of it."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from service.config.config import load_config
from service.usage import Command


@click.command("run", cls=Command)
@click.option("--once", is_flag=True, help="只做一遍：收信、处理、发出到期的回信，然后退出。")
@click.pass_obj
def run(file: Path, once: bool) -> int:
    """启动服务，一直运行到按 Ctrl-C 或收到停止信号。"""
    if not once:  # told to stop while still starting: that is no failure either
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    config = load_config(file)
    from service import log  # noqa: PLC0415 - a second of imports that a faulty file need not wait for

    zone = ZoneInfo(config.timezone)
    log.set_up(config.log, zone=zone)
    say = log.speaker(config.log, zone=zone)
    from service import daemon  # noqa: PLC0415
    from service.once import run_once  # noqa: PLC0415
    from service.parts import assemble  # noqa: PLC0415

    parts = assemble(config)
    if not once:
        daemon.run(parts, say)
        return 0
    report = run_once(parts, say)
    say(f"收到 {report.received} 封，处理 {report.filed} 封，发出 {report.sent} 封。")
    for trouble in [*report.refused, *report.broken]:
        click.echo(f"错误：{log.masked(trouble)}", err=True)
    return report.exit_code
