"""Click in Chinese: headings, help and usage errors; groups that import a command only when it is called."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click

HELP = "显示这份说明。"


class Command(click.Command):
    """A command whose help is in Chinese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [record for p in self.get_params(ctx) if (record := p.get_help_record(ctx)) is not None]
        if records:
            with formatter.section("选项"):
                formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = HELP
        return option

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return ["[选项]" if piece == "[OPTIONS]" else piece for piece in super().collect_usage_pieces(ctx)]


class Group(Command, click.Group):
    """A group of commands; `default` is the one that is meant when none is named."""

    command_class = Command

    def __init__(self, *args: Any, default: str | None = None, **settings: Any) -> None:
        settings.setdefault("subcommand_metavar", "命令 [参数]…")
        super().__init__(*args, **settings)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = bool(args) and (args[0] in self.list_commands(ctx) or args[0] in {"--help", "-h"})
        if self.default and not named and not (args and not args[0].startswith("-")):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        Command.format_options(self, ctx, formatter)
        rows = self.summaries(ctx)
        with formatter.section("命令"):
            formatter.write_dl(list(rows.items()))

    def summaries(self, ctx: click.Context) -> Mapping[str, str]:
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        return {name: command.get_short_help_str(60) for name, command in commands.items() if command}


class LazyGroup(Group):
    """Knows its commands by name, module and summary; the module is imported when the command is called."""

    def __init__(self, *args: Any, commands_there: Mapping[str, tuple[str, str]], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._there = commands_there

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's interface
        return list(self._there)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in self._there:
            return None
        module = importlib.import_module(self._there[cmd_name][0])
        return next(c for c in vars(module).values() if isinstance(c, click.Command) and c.name == cmd_name)

    def summaries(self, ctx: click.Context) -> Mapping[str, str]:  # noqa: ARG002
        return {name: summary for name, (_, summary) in self._there.items()}


def sentence(error: click.ClickException) -> str:
    """What is wrong with the command line, in Chinese, with the mend."""
    from rules.nearest import suggest  # noqa: PLC0415 - only when something is wrong

    match error:
        case click.NoSuchOption():
            return f"没有「{error.option_name}」这个选项。{suggest(error.option_name, error.possibilities or ())}"
        case click.MissingParameter():
            name = error.param.make_metavar(error.ctx) if error.param and error.ctx else error.param_hint
            return f"缺少 {name}。"
        case click.BadOptionUsage():
            return f"选项「{error.option_name}」后面缺少值，或写法不对。"
        case click.BadParameter():
            hint = error.param.get_error_hint(error.ctx) if error.param and error.ctx else error.param_hint
            return f"{hint} 不对：{_expected(error)}"
        case click.FileError():
            return f"读不了文件 {error.ui_filename}：{error.message}"
        case click.UsageError():
            return _usage(error)
    return error.format_message()


def _expected(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    match kind:
        case click.Choice():
            return f"要写其中一个：{'、'.join(map(str, kind.choices))}。"
        case click.DateTime():
            return "要写日期，如 2026-11-20。"
        case click.Path():
            name = error.message.split("'")[1] if error.message.count("'") >= 2 else ""
            why = {
                "does not exist": "不存在",
                "is a directory": "是文件夹，这里要写文件",
                "is a file": "是文件，这里要写文件夹",
            }
            return f"{name} {next((zh for en, zh in why.items() if en in error.message), '不能读')}。"
        case click.IntRange():
            return f"要写 {kind.min} 到 {kind.max} 的整数。"
    return "要写整数。" if kind is click.INT else error.message


def _usage(error: click.UsageError) -> str:
    from rules.nearest import suggest  # noqa: PLC0415 - only when something is wrong

    context = error.ctx
    wrong = error.message.split("'")[1] if error.message.count("'") >= 2 else ""
    if error.message.startswith("No such command") and context and isinstance(context.command, click.Group):
        names = context.command.list_commands(context)
        return f"没有「{wrong}」这个命令。{suggest(wrong, names) or '可用的有：' + '、'.join(names) + '。'}"
    if "unexpected extra argument" in error.message:
        return f"多写了参数：{error.message.partition('(')[2].rstrip(')')}"
    if error.message.startswith("Missing command"):
        return "没有写要执行的命令。"
    return error.message
