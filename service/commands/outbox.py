"""`intake outbox`: answers on their way, and what a person can do about those that are stuck."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from intake.chinese.characters import printable
from service.commands import showing
from service.commands.opening import database_of
from service.usage import Command, Group

STATES = {"queued": "待发", "sending": "正在发", "sent": "已发出", "deferred": "稍后再试", "parked": "需要人工",
          "held": "待放行", "in_doubt": "不确定是否发出", "failed": "已放弃"}  # fmt: skip


KINDS = {"acknowledgement": "确认收到", "missing_fields": "请补充", "unreadable_attachment": "请重发附件",
         "completed": "已补齐", "digest": "日报"}  # fmt: skip


@click.group("outbox", cls=Group, default="list")
def outbox() -> None:
    """待发的回信：列表、查看、重试、放行。"""


@outbox.command("list", cls=Command)
@click.option("--state", type=click.Choice(list(STATES)), metavar="状态", help=f"只看一种：{'、'.join(STATES)}。")
@click.option("--json", "as_json", is_flag=True, help="给程序看：全部回信的 JSON 列表。")
@click.pass_obj
def list_all(file: Path, state: str | None, as_json: bool) -> None:
    """列出全部回信，已发出的也在内。"""
    from storage import outgoing  # noqa: PLC0415 - the database is heavy

    with database_of(file) as (config, database), database.reading() as tx:
        rows = [row for row in outgoing.listing(tx) if state in {None, row["state"]}]
    if as_json:
        showing.as_json(rows)
        return
    showing.table(
        "回信",
        ("编号", "种类", "收件人", "案卷", "状态", "次数", "下次", "说明"),
        (
            (r["id"], KINDS.get(r["kind"], r["kind"]), r["to"], r["case"], state_of(r), r["attempts"],
             showing.moment(r["next_attempt_at"], config.timezone), why_of(r))
            for r in rows
        ),
    )  # fmt: skip


@outbox.command("show", cls=Command)
@click.argument("number", type=int, metavar="编号")
@click.option("--json", "as_json", is_flag=True, help="给程序看：JSON。")
@click.pass_obj
def show(file: Path, number: int, as_json: bool) -> int:
    """一封回信：写给谁、为什么没有发出、全文。放行以前先看一看。"""
    from storage import outgoing  # noqa: PLC0415

    with database_of(file) as (config, database), database.reading() as tx:
        row = next(iter(outgoing.listing(tx, number)), None)
        kept = outgoing.get(tx, number)
    if row is None or kept is None:
        click.echo(f"没有编号为 {number} 的回信。用 intake outbox list 查看全部编号。", err=True)
        return 1
    files = [name for name, _ in kept.mail.attachments]
    if as_json:
        showing.as_json(row | {"text": kept.mail.text, "attachments": files})
        return 0
    showing.details(f"回信 {number}", {
        "种类": KINDS.get(row["kind"], row["kind"]), "收件人": row["to"], "主题": row["subject"], "案卷": row["cases"],
        "答复的来信": row["answers"], "状态": state_of(row), "说明": why_of(row),
        "下次": showing.moment(row["next_attempt_at"], config.timezone), "附件": files,
    })  # fmt: skip
    click.echo(f"\n{printable(kept.mail.text)}")
    return 0


def state_of(row: Mapping[str, Any]) -> str:
    """Where it stands, for people: one that came back has not arrived, though it was sent."""
    return "被退回" if row["bounced_at"] else STATES.get(row["state"], row["state"])


def why_of(row: Mapping[str, Any]) -> str | None:
    """Why it has not arrived. What a server says of a mail that has left is nothing to act on."""
    sent = None if row["bounced_at"] is None else row["last_reply"]
    why: str | None = {"held": row["held"], "sent": sent}.get(row["state"], row["last_reply"])
    return why


@outbox.command("retry", cls=Command)
@click.argument("number", type=int, required=False, metavar="编号")
@click.option("--all", "everything", is_flag=True, help="全部稍后再试和需要人工的回信。")
@click.pass_obj
def retry(file: Path, number: int | None, everything: bool) -> int:
    """马上再发一次，并解除邮箱的暂停。不确定是否发出的不会再发。"""
    from storage import sending  # noqa: PLC0415

    if (number is None) is not everything:
        raise click.UsageError("请写一个编号，或者 --all。")
    with database_of(file) as (_, database), database.transaction() as tx:
        done = sending.retry(tx, None if number is None else [number], datetime.now(UTC))
    if number is not None and not done:
        click.echo(f"编号 {number} 不能重试：没有这封回信，或它不在「稍后再试」「需要人工」里。", err=True)
        return 1
    click.echo(f"{len(done)} 封回信马上再发；邮箱的暂停已解除。")
    return 0


@outbox.command("release", cls=Command)
@click.argument("number", type=int, metavar="编号")
@click.pass_obj
def release(file: Path, number: int) -> int:
    """放行一封等人看过才能发的回信。"""
    from storage import sending  # noqa: PLC0415

    with database_of(file) as (_, database), database.transaction() as tx:
        done = sending.release(tx, [number], datetime.now(UTC))
    if not done:
        click.echo(f"编号 {number} 不能放行：没有这封回信，或它不在「待放行」里。", err=True)
        return 1
    click.echo(f"编号 {number} 已放行。")
    return 0
