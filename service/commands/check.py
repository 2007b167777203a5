"""`intake check`: everything that can be wrong before the first mail, looked at, one line each, with the mend."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from intake.mailboxes.mailbox import MailboxError
from rules.campaign import load_campaign
from rules.toml.fault import Fault, FaultyFile
from service.commands import showing
from service.commands.opening import assignees, campaign_names
from service.config.config import Config, load_config
from service.config.fault import ConfigFault
from service.config.mailbox import EMBEDDED, MAILDIR, MailboxConfig
from service.usage import Command

#: Less free space than this is worth a word; less than the tenth of it stops the intake soon.
ROOM = 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. `code` is the exit code that it asks for."""

    text: str
    code: int = 0
    mark: str = ""  # of what is neither right nor wrong


@click.command("check", cls=Command)
@click.pass_obj
def check(file: Path) -> int:
    """检查设置、活动、规则、回信用语、磁盘、数据库、邮箱登录和发信登录，说明哪里不对、怎样改。"""
    config = load_config(file)
    codes = {0}
    for finding in [Finding(f"设置：{config.file} 没有错误。"), *findings(config)]:
        click.echo(f"{finding.mark or ('✗' if finding.code else '✓')} {finding.text}")
        codes.add(finding.code)
    worst = next(code for code in (2, 3, 1, 0) if code in codes)
    click.echo("全部正常。" if worst == 0 else "有需要改正的地方，见上面 ✗ 开头的各行。")
    return worst


def findings(config: Config) -> Iterator[Finding]:
    for name in campaign_names(config):
        yield from _campaign(config, name)
    yield _disk(config.data)
    yield _database(config)
    yield from _means(config)
    for mailbox in config.mailboxes:
        yield _mailbox(mailbox)
        yield _sending(mailbox)


def _means(config: Config) -> Iterator[Finding]:
    """What files can be read with: nothing of it must be there."""
    from service.means import inventory  # noqa: PLC0415 - the parsers are heavy

    for there, said in inventory(config.reading):
        yield Finding(said, mark="" if there else "○")


def _campaign(config: Config, name: str) -> Iterator[Finding]:
    """The campaign, its rules and its wording; without the first there is no looking at the others."""
    from outbox.compose import check_wording  # noqa: PLC0415 - templates are heavy
    from service.rulebook import load_book  # noqa: PLC0415

    folder = config.campaigns / name
    try:
        campaign = load_campaign(folder)
        yield Finding(f"活动「{name}」：{campaign.title}，{len(campaign.fields)} 个栏目。")
        book = load_book(folder, assignees(config))
        yield Finding(f"规则「{name}」：{len(book.ruleset.rules)} 条。{_reminded(book.ruleset.reminders)}")
    except FaultyFile as faulty:
        yield Finding(f"活动「{name}」有错：\n{showing.faults_text(faulty.faults)}", 1)
        return
    faults = check_wording(campaign)
    if any(not fault.reminder for fault in faults):
        yield Finding(f"回信用语「{name}」有错：\n{showing.faults_text(faults)}", 1)
    else:
        yield Finding(f"回信用语「{name}」：都能写成信。{_reminded(faults)}")


def _reminded(faults: Sequence[Fault]) -> str:
    """Worth a look, and no reason to call the campaign broken."""
    return f"\n{showing.faults_text(faults)}" if faults else ""


def _why(error: OSError) -> str:
    from service.cli import REASONS  # noqa: PLC0415

    return REASONS.get(error.errno or 0, str(error.strerror)).partition("。")[0]


def _disk(data: Path) -> Finding:
    folder = next(p for p in (data, *data.parents) if p.exists())
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding(
            f"数据文件夹 {data} 不能写入（{_why(error)}）。请检查 config.toml 里 [service] 的 data，和文件夹的权限。", 1
        )
    free = shutil.disk_usage(folder).free
    if free < ROOM // 10:
        return Finding(f"数据文件夹 {data} 所在的磁盘只剩 {free // 1024**2} MB。请清理磁盘。", 1)
    return Finding(f"数据文件夹：{data} 可以写入，剩余 {free / 1024**3:.1f} GB{'（不多了）' if free < ROOM else ''}。")


def _database(config: Config) -> Finding:
    from storage.database import open_database  # noqa: PLC0415 - half a second
    from storage.fault import DatabaseFault, DatabaseUnreachable  # noqa: PLC0415 - half a second

    kept = config.database_url.removeprefix("sqlite:///")
    if kept != config.database_url and not Path(kept).exists():
        return Finding(f"数据库：{kept} 还没有，第一次启动时建立。")
    try:
        database = open_database(config.database_url)
        name = database.name
        database.close()
    except DatabaseFault as error:
        return Finding(f"数据库：{error}", 3 if isinstance(error, DatabaseUnreachable) else 1)
    return Finding(f"数据库：{name} 可以使用。")


def _mailbox(mailbox: MailboxConfig) -> Finding:
    from service.parts import mailbox_of  # noqa: PLC0415

    if mailbox.imap == EMBEDDED:
        return Finding(f"邮箱「{mailbox.name}」：内置的演示邮箱，不用登录。")
    if mailbox.imap.startswith(MAILDIR):
        folder = Path(mailbox.imap.removeprefix(MAILDIR))
        if not (folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)):
            return Finding(f"邮箱「{mailbox.name}」：文件夹 {folder} 不存在或不能读。请检查 imap 一行。", 3)
        return Finding(f"邮箱「{mailbox.name}」：文件夹 {folder} 可以读。")

    def log_in() -> None:
        opened = mailbox_of(mailbox, None, None)
        try:
            opened.probe()  # type: ignore[attr-defined]  # an ImapMailbox, as the address says
        finally:
            opened.close()

    return _logged_in(f"邮箱「{mailbox.name}」收信（{mailbox.imap}）", log_in)


def _sending(mailbox: MailboxConfig) -> Finding:
    from outbox.smtp import Transport  # noqa: PLC0415
    from service.parts import account_of  # noqa: PLC0415

    if mailbox.smtp == EMBEDDED:
        return Finding(f"邮箱「{mailbox.name}」：用内置的服务器发信，不会寄到外面。")

    def log_in() -> None:
        a = account_of(mailbox, None, "")
        transport = Transport(a.host, a.port, tls=a.tls, username=a.username, password=a.password)
        try:
            transport.login()
        finally:
            transport.close()

    return _logged_in(f"邮箱「{mailbox.name}」发信（{mailbox.smtp}）", log_in)


def _logged_in(what: str, log_in: Callable[[], None]) -> Finding:
    from outbox.smtp import SendError  # noqa: PLC0415

    try:
        log_in()
    except ConfigFault as error:
        return Finding(f"{what}：{error}", 2)
    except MailboxError as error:
        return Finding(f"{what}：{error}{_about_password(str(error))}", 3)
    except SendError as error:
        return Finding(f"{what}：服务器没有接受登录（{error}）。{_about_password('')}", 3)
    return Finding(f"{what}：登录成功。")


def _about_password(said: str) -> str:
    if "授权码" in said:
        return ""
    return "请检查网络，以及密码：要用授权码，不是登录密码；授权码可能已过期，可在网页邮箱里重新生成。"
