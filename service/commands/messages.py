"""`intake messages`: every mail that came in, and what became of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from service.commands import showing
from service.commands.opening import database_of
from service.usage import Command, Group

STATES = {"received": "处理中", "filed": "已建档", "merged": "已并入", "repeated": "重复", "ignored": "不需处理",
          "held": "待人工", "failed": "读取失败"}  # fmt: skip


@click.group("messages", cls=Group, default="list")
def messages() -> None:
    """来信：列表、查看、重新处理。"""


@messages.command("list", cls=Command)
@click.option("--state", type=click.Choice(list(STATES)), metavar="状态", help=f"只看一种：{'、'.join(STATES)}。")
@click.option("--json", "as_json", is_flag=True, help="给程序看：全部来信的 JSON 列表。")
@click.pass_obj
def list_all(file: Path, state: str | None, as_json: bool) -> None:
    """列出全部来信。"""
    from storage import messages as stored  # noqa: PLC0415 - the database is heavy

    with database_of(file) as (config, database), database.reading() as tx:
        rows = [row for row in stored.listing(tx) if state in {None, row["state"]}]
    if as_json:
        showing.as_json(rows)
        return
    showing.table(
        "来信",
        ("编号", "收到", "发件人", "主题", "状态", "案卷", "说明"),
        (
            (r["id"], showing.moment(r["received_at"], config.timezone), r["sender"]["address"], showing.short(r["subject"]),
             STATES.get(r["state"], r["state"]), r["cases"], r["reason"])
            for r in rows
        ),
    )  # fmt: skip


@messages.command("show", cls=Command)
@click.argument("number", type=int, metavar="编号")
@click.option("--json", "as_json", is_flag=True, help="给程序看：JSON。")
@click.option("--raw", is_flag=True, help="原样输出收到的邮件（.eml）。")
@click.pass_obj
def show(file: Path, number: int, as_json: bool, raw: bool) -> int:
    """查看一封来信。"""
    from storage import messages as stored  # noqa: PLC0415
    from storage.archive import Archive  # noqa: PLC0415
    from storage.cases import attachments_of  # noqa: PLC0415

    with database_of(file) as (config, database), database.reading() as tx:
        row = next((row for row in stored.listing(tx) if row["id"] == number), None)
        ref = stored.ref(tx, number)
        files = attachments_of(tx, [number])
    if row is None or ref is None:
        click.echo(f"没有编号为 {number} 的来信。用 intake messages list 查看全部编号。", err=True)
        return 1
    if raw:
        sys.stdout.buffer.write(Archive(config.data / "archive").read(ref))
    elif as_json:
        showing.as_json(row | {"attachments": files})
    else:
        showing.details(f"来信 {number}", {
            "发件人": showing.person(row["sender"]), "主题": row["subject"],
            "收到": showing.moment(row["received_at"], config.timezone), "文件夹": f"{row['mailbox']} / {row['folder']}",
            "状态": STATES.get(row["state"], row["state"]), "说明": row["reason"], "案卷": row["cases"],
            "问题": [problem["message"] for problem in row["problems"]], "格式": row["defects"],
            "开头": row["excerpt"], "大小": showing.size(row["size"]), "Message-ID": row["message_id"],
        })  # fmt: skip
        showing.files(files)
    return 0


@messages.command("reprocess", cls=Command)
@click.argument("numbers", type=int, nargs=-1, metavar="编号…")
@click.option("--failed", is_flag=True, help="全部读取失败的来信。")
@click.option("--held", is_flag=True, help="全部待人工的来信。")
@click.pass_obj
def reprocess(file: Path, numbers: Sequence[int], failed: bool, held: bool) -> int:
    """重新处理没有建成案卷的来信（读取失败、待人工、不需处理）。服务运行时马上处理，否则下次启动时处理。"""
    from intake.outcome import State  # noqa: PLC0415
    from storage import messages as stored  # noqa: PLC0415

    if not (numbers or failed or held):
        raise click.UsageError("请写来信的编号，或 --failed、--held。")
    states = [state for state, wanted in ((State.FAILED, failed), (State.HELD, held)) if wanted]
    with database_of(file) as (_, database), database.transaction() as tx:
        wanted = {*numbers, *(stored.in_state(tx, *states) if states else ())}
        again = stored.reprocess(tx, wanted)
    click.echo(f"{len(again)} 封来信将重新处理。")
    left = sorted(wanted - set(again))
    if left:
        click.echo(f"这些没有动（已建成案卷，或没有这个编号）：{'、'.join(map(str, left))}。", err=True)
    return 1 if left else 0
