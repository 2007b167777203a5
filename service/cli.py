"""The command `intake`: finds the command, and turns whatever goes wrong into a Chinese sentence and an exit code."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from service.usage import LazyGroup, sentence

DONE, WRONG, USAGE, REFUSED = 0, 1, 2, 3

COMMANDS = {
    "run": ("service.commands.run", "启动服务：收信、建档、回信、发日报（--once 只做一遍）"),
    "inspect": ("service.commands.inspect", "看看一封邮件会被读成什么，不改动任何东西"),
    "check": ("service.commands.check", "检查设置、活动、规则、用语、邮箱和发信服务器"),
    "rules": ("service.commands.rules", "检查规则（check），或试跑新规则（try）"),
    "cases": ("service.commands.cases", "案卷：列表、查看、导出"),
    "messages": ("service.commands.messages", "来信：列表、查看、重新处理"),
    "outbox": ("service.commands.outbox", "待发的回信：列表、查看、重试、放行"),
    "digest": ("service.commands.digest", "日报：查看、存成文件、立即发送"),
    "import": ("service.commands.imports", "导入旧邮件（mbox、Maildir、.eml 文件夹）"),
    "backup": ("service.commands.backup", "备份数据库和原始邮件"),
    "restore": ("service.commands.backup", "从备份恢复"),
    "health": ("service.commands.health", "服务是否正常（给监控用）"),
    "demo": ("service.commands.demo", "怎样给内置的演示邮箱寄信"),
}

#: What the machine says no to, with the mend.
REASONS = {
    errno.ENOSPC: "磁盘已满。请腾出空间后再试。",
    errno.EDQUOT: "磁盘配额已用完。请腾出空间后再试。",
    errno.EFBIG: "文件超过了允许的大小。请放宽限制（ulimit -f），或换一个磁盘。",
    errno.EACCES: "没有权限。请检查文件夹的所有者和权限。",
    errno.EPERM: "没有权限。请检查文件夹的所有者和权限。",
    errno.EROFS: "磁盘是只读的。请换一个可写的文件夹。",
    errno.ENOENT: "没有这个文件或文件夹。请检查路径。",
    errno.EEXIST: "已有同名的文件。请换一个名字。",
    errno.EISDIR: "这是文件夹，不是文件。",
    errno.ENOTDIR: "路径中间有一段是文件，不是文件夹。",
}

#: Faults that carry a Chinese sentence, by class name: a class that was raised is loaded, the others need not be.
CODES = {
    "ConfigFault": USAGE,
    "MailboxError": REFUSED,
    "Refused": REFUSED,
    "DatabaseUnreachable": REFUSED,
    "DatabaseFault": WRONG,
    "ArchiveFault": WRONG,
    "ReaderFault": WRONG,
    "LockLost": WRONG,
    "AlreadyRunning": WRONG,
    "EmbeddedMissingError": USAGE,
}


@click.group(cls=LazyGroup, commands_there=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", "file", type=click.Path(path_type=Path), default=Path("config.toml"), metavar="文件",
              help="设置文件，默认是当前文件夹的 config.toml。")  # fmt: skip
@click.pass_context
def cli(ctx: click.Context, file: Path) -> None:
    """征集邮件收件服务：读邮箱、建档、回信、按规则分类、每天发日报。"""
    ctx.obj = file


def main(args: Sequence[str] | None = None) -> NoReturn:
    """The entry point. Output is UTF-8 whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run(args))


def run(args: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: the one place where faults become sentences."""
    try:
        result = cli.main(args, prog_name="intake", standalone_mode=False)
        sys.stdout.flush()  # a reader that has gone shows here, not at the interpreter's end
    except click.ClickException as error:
        return _usage(error)
    except (click.Abort, KeyboardInterrupt):
        return _say("已中断。", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `intake cases list | head`
        return DONE
    except Exception as error:  # noqa: BLE001 - the edge of the program: raised again unless it is a known fault
        return _fault(error)
    return result if isinstance(result, int) else DONE


def _usage(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return _say(error.format_message(), USAGE)
    hint = f"\n用「{context.command_path} --help」查看说明。" if context is not None else ""
    return _say(f"错误：{sentence(error)}{hint}", USAGE)


def _fault(error: Exception) -> int:
    """Our own faults and the machine's; anything else is a mistake of ours and keeps its traceback."""
    from rules.toml.fault import FaultyFile  # noqa: PLC0415 - only when something is wrong
    from service.log import masked  # noqa: PLC0415

    if isinstance(error, FaultyFile):
        from service.commands.showing import faults_text  # noqa: PLC0415

        return _say(faults_text(error.faults), USAGE)
    for kind in type(error).__mro__:
        if kind.__name__ in CODES:
            return _say(f"错误：{masked(str(error))}", CODES[kind.__name__])
    if isinstance(error, OSError) and (error.filename is not None or error.errno in REASONS):
        return _say(f"错误：{_of_system(error)}", WRONG)
    raise error


def _of_system(error: OSError) -> str:
    why = REASONS.get(error.errno or 0, error.strerror or str(error))
    return why if error.filename is None else f"{error.filename}：{why}"


def _say(text: str, code: int) -> int:
    from intake.chinese.characters import printable  # noqa: PLC0415 - only when something is wrong

    click.echo(printable(text), err=True)
    return code
