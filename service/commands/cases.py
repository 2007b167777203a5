"""`intake cases`: the filed cases, listed, shown, exported."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import click

from service.commands import showing
from service.commands.opening import database_of
from service.usage import Command, Group


@click.group("cases", cls=Group, default="list")
def cases() -> None:
    """案卷：列表、查看、导出。"""


@cases.command("list", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="给程序看：全部案卷的 JSON 列表。")
@click.pass_obj
def list_all(file: Path, as_json: bool) -> None:
    """列出全部案卷。"""
    rows, labels = _listing(file)
    if as_json:
        showing.as_json(rows)
        return
    showing.table(
        "案卷",
        ("编号", "活动", "阶段", "被推荐人", "类别", "缺少", "负责人"),
        (
            (r["number"], r["campaign"], r["stage"], _first(r, labels), r["category"],
             [labels.get(r["campaign"], {}).get(key, key) for key in r["missing"]], r["assignee"])
            for r in rows
        ),
    )  # fmt: skip


@cases.command("show", cls=Command)
@click.argument("number", metavar="编号")
@click.option("--json", "as_json", is_flag=True, help="给程序看：JSON。")
@click.pass_obj
def show(file: Path, number: str, as_json: bool) -> int:
    """查看一个案卷：栏目、来源、来信、附件、回信和经过。"""
    from storage import cases as stored  # noqa: PLC0415 - the database is heavy

    with database_of(file) as (config, database), database.reading() as tx:
        case = stored.show(tx, number.strip().upper())
        zone = config.timezone
        labels = _labels(config.campaigns, [case["campaign"]] if case else [])
    if case is None:
        click.echo(f"没有案卷 {number}。用 intake cases list 查看全部编号。", err=True)
        return 1
    if as_json:
        showing.as_json(case)
        return 0
    named = labels.get(case["campaign"], {})
    plain = {"阶段": case["stage"], "批次": case["batch"], "类别": case["category"], "标签": case["tags"],
             "负责人": case["assignee"], "缺少": [named.get(key, key) for key in case["missing"]],
             "可能重复": case["similar"], "收到": showing.moment(case["received_at"], zone)}  # fmt: skip
    showing.details(case["number"], plain)
    showing.table(
        "栏目",
        ("栏目", "内容", "来源"),
        ((named.get(k, k), v["value"], v["source"]) for k, v in case["fields"].items()),
    )
    showing.table("来信", ("编号", "主题", "发件人", "收到"),
                  ((m["id"], m["subject"], m["sender_address"], showing.moment(m["received_at"], zone)) for m in case["messages"]))  # fmt: skip
    showing.table(
        "附件", ("文件名", "大小", "用途"), ((a["filename"], a["size"], a["role"]) for a in case["attachments"])
    )
    showing.table("回信", ("编号", "种类", "收件人", "状态", "说明"),
                  ((o["id"], o["kind"], o["to"], o["state"], o["held"] or o["last_reply"]) for o in case["outgoing"]))  # fmt: skip
    showing.table("经过", ("时间", "事件"), ((showing.moment(e["at"], zone), e["kind"]) for e in case["events"]))
    return 0


@cases.command("export", cls=Command)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="写进这个 CSV 文件；不写则显示出来。"
)
@click.pass_obj
def export(file: Path, out: Path | None) -> None:
    """导出全部案卷为 CSV 表格，可用 WPS 或 Excel 打开。"""
    rows, labels = _listing(file)
    keys = list(dict.fromkeys(key for names in labels.values() for key in names))
    title = {key: label for names in labels.values() for key, label in names.items()}
    head = ["编号", "活动", "阶段", "批次", "类别", "标签", "负责人", "缺少", *(title[key] for key in keys)]
    lines: list[list[object]] = [[*head], *([_safe(cell) for cell in _line(row, keys, title)] for row in rows)]
    if out is None:
        csv.writer(sys.stdout).writerows(lines)
        return
    with out.open("w", encoding="utf-8-sig", newline="") as stream:  # Excel takes a file without BOM for GBK
        csv.writer(stream).writerows(lines)
    click.echo(f"已导出 {len(rows)} 个案卷到 {out}。")


def _line(row: dict[str, Any], keys: list[str], title: dict[str, str]) -> list[object]:
    fields = row["fields"]
    plain = [row[name] for name in ("number", "campaign", "stage", "batch", "category")]
    lists = ["、".join(row["tags"]), row["assignee"], "、".join(title.get(key, key) for key in row["missing"])]
    return [*plain, *lists, *(fields[key]["value"] if key in fields else "" for key in keys)]


def _safe(cell: object) -> object:
    """What a submitter typed must not become a formula when the file is opened."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t"} else cell


def _listing(file: Path) -> tuple[list[dict[str, Any]], dict[str, dict[str, str]]]:
    from storage import cases as stored  # noqa: PLC0415 - the database is heavy

    with database_of(file) as (config, database), database.reading() as tx:
        rows = stored.listing(tx)
    return rows, _labels(config.campaigns, list(dict.fromkeys(row["campaign"] for row in rows)))


def _labels(folder: Path, names: list[str]) -> dict[str, dict[str, str]]:
    """Campaign -> key -> label. A campaign that is broken or gone shows its keys: the cases are there all the same."""
    from rules.campaign import load_campaign  # noqa: PLC0415
    from rules.fault import FaultyFile  # noqa: PLC0415

    labels = {}
    for name in names:
        try:
            labels[name] = {field.key: field.label for field in load_campaign(folder / name).fields}
        except FaultyFile:
            labels[name] = {}
    return labels


def _first(row: dict[str, Any], labels: dict[str, dict[str, str]]) -> object:
    """The nominee: the form's first field."""
    key = next(iter(labels.get(row["campaign"], {})), None)
    return row["fields"].get(key, {}).get("value", "")
