"""`intake cases`: the filed cases, listed, shown, exported."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from service.commands import showing
from service.commands.opening import database_of
from service.usage import Command, Group

MOST_LABELS = 3  # labels in a row of the list; `show` has them all
#: What makes a formula of a cell: in a Chinese or Japanese Excel the full-width signs, too.
_FORMULA = tuple("=+-@＝＋－＠\t\r\n")
EVENTS = {
    "opened": "建档",
    "merged": "并入新材料",
    "contested": "前后说法不一",
    "edited": "人工修改",
    "moved": "改变阶段",
}


@click.group("cases", cls=Group, default="list")
def cases() -> None:
    """案卷：列表、查看、导出。"""


@cases.command("list", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="给程序看：全部案卷的 JSON 列表。")
@click.pass_obj
def list_all(file: Path, as_json: bool) -> None:
    """列出全部案卷。"""
    rows, words = _listing(file)
    if as_json:
        showing.as_json(rows)
        return
    headings = ("编号", "阶段", "被推荐人", "类别", "优先级", "缺少", "存疑", "负责人")
    showing.table("案卷", headings, (_shown(row, words[row["campaign"]]) for row in rows))


def _shown(row: dict[str, Any], words: Words) -> tuple[object, ...]:
    nominee = row["fields"].get(words.nominee, {}).get("value", "")
    missing, doubtful = (_few([words.label(key) for key in row[which]]) for which in ("missing", "doubtful"))
    sorted_into = row["category"], row["priority"]
    return row["number"], words.stage(row["stage"]), nominee, *sorted_into, missing, doubtful, row["assignee"]


def _few(labels: list[str]) -> str:
    return "、".join(labels) if len(labels) <= MOST_LABELS else f"{'、'.join(labels[:2])} 等 {len(labels)} 项"


@cases.command("show", cls=Command)
@click.argument("number", metavar="编号")
@click.option("--json", "as_json", is_flag=True, help="给程序看：JSON。")
@click.pass_obj
def show(file: Path, number: str, as_json: bool) -> int:
    """查看一个案卷：栏目、来源、来信、附件、回信和经过。"""
    from storage import cases as stored  # noqa: PLC0415 - the database is heavy

    with database_of(file) as (config, database), database.reading() as tx:
        case = stored.show(tx, number.strip().upper())
    if case is None:
        click.echo(f"没有案卷 {number}。用 intake cases list 查看全部编号。", err=True)
        return 1
    if as_json:
        showing.as_json(case)
    else:
        _show(case, _words(config.campaigns, case["campaign"]), config.timezone)
    return 0


def _show(case: dict[str, Any], words: Words, zone: str) -> None:
    """One case, for people."""
    from service.commands.outbox import KINDS, state_of, why_of  # noqa: PLC0415

    plain = {"阶段": words.stage(case["stage"]), "批次": case["batch"], "类别": case["category"], "标签": case["tags"],
             "优先级": case["priority"], "负责人": case["assignee"], "缺少": [words.label(key) for key in case["missing"]],
             "可能重复": case["similar"], "问题": [problem["message"] for problem in case["problems"]], "收到": showing.moment(case["received_at"], zone)}  # fmt: skip
    showing.details(case["number"], plain)
    doubtful = case["doubtful"]
    fields = ((words.label(k), v["value"], _source(v, doubtful=k in doubtful)) for k, v in case["fields"].items())
    showing.table("栏目", ("栏目", "内容", "来源"), fields)
    others = [
        (words.label(v["field"]), v["value"], _source(v), v["message"]) for v in case["history"] if not v["current"]
    ]
    if others:
        showing.table("没有采用的说法", ("栏目", "内容", "来源", "来信"), others)
    showing.table("分类的依据", ("规则", "结果", "依据"), _reasons(case["decision"]))
    mails = (
        (m["id"], m["subject"], m["sender_address"], showing.moment(m["received_at"], zone)) for m in case["messages"]
    )
    showing.table("来信", ("编号", "主题", "发件人", "收到"), mails)
    showing.files(case["attachments"])
    told = {problem["message"] for problem in case["problems"]}
    troubles = [(m["id"], p["message"]) for m in case["messages"] for p in m["problems"] if p["message"] not in told]
    if troubles:  # a link's name and expiry, a file that nobody could open; what an earlier mail contradicted
        showing.table("来信里的其他问题", ("来信", "问题"), dict.fromkeys(troubles))
    answers = (
        (
            o["id"],
            KINDS.get(o["kind"], o["kind"]),
            o["to"],
            state_of(o),
            why_of(o),
        )
        for o in case["outgoing"]
    )
    showing.table("回信", ("编号", "种类", "收件人", "状态", "说明"), answers)
    events = ((showing.moment(e["at"], zone), _event(e["kind"]), e["detail"].get("reason", "")) for e in case["events"])
    showing.table("经过", ("时间", "事件", "说明"), events)


def _reasons(decision: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The rules that held, and those that a person should decide about: what they ask for was not told."""
    results = {"matched": "命中", "unclear": "无法判断"}
    return [(r["rule"], word, r["explanation"]) for kind, word in results.items() for r in decision.get(kind, ())]


def _source(value: dict[str, Any], *, doubtful: bool = False) -> str:
    """Where a person finds it."""
    picture = "（从图片认出，存疑）" if doubtful else "（从图片认出）" if value["confidence"] < 1 else ""
    source = str(value["source"])
    return showing.SOURCES.get(source, source) + picture


def _event(kind: str) -> str:
    from service.commands import messages, outbox  # noqa: PLC0415

    of, _, what = kind.partition(".")
    if of == "case":
        return EVENTS.get(what, kind)
    words = {"message": messages.STATES, "outgoing": outbox.STATES | {"bounced": "被退回"}}.get(of, {})
    return f"{'来信' if of == 'message' else '回信'}{words.get(what, what)}"


@cases.command("export", cls=Command)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="写进这个 CSV 文件；不写则显示出来。"
)
@click.pass_obj
def export(file: Path, out: Path | None) -> None:
    """导出全部案卷为 CSV 表格，可用 WPS 或 Excel 打开。"""
    rows, words = _listing(file)
    title = {key: label for one in words.values() for key, label in one.fields.items()}
    keys = list(title)
    head = [
        "编号",
        "活动",
        "阶段",
        "批次",
        "类别",
        "标签",
        "优先级",
        "负责人",
        "缺少",
        "存疑",
        "问题",
        *(title[key] for key in keys),
    ]
    lines: list[list[object]] = [[*head]]
    lines += [[_safe(cell) for cell in _line(row, keys, words[row["campaign"]])] for row in rows]
    if out is None:
        csv.writer(sys.stdout).writerows(lines)
        return
    with out.open("w", encoding="utf-8-sig", newline="") as stream:  # Excel takes a file without BOM for GBK
        csv.writer(stream).writerows(lines)
    click.echo(f"已导出 {len(rows)} 个案卷到 {out}。")


def _line(row: dict[str, Any], keys: list[str], words: Words) -> list[object]:
    plain = [row["number"], row["campaign"], words.stage(row["stage"]), row["batch"], row["category"]]
    missing, doubtful = ("、".join(map(words.label, row[which])) for which in ("missing", "doubtful"))
    problems = "\n".join(problem["message"] for problem in row["problems"])
    lists = ["、".join(row["tags"]), row["priority"], row["assignee"], missing, doubtful, problems]
    return [*plain, *lists, *(row["fields"][key]["value"] if key in row["fields"] else "" for key in keys)]


def _safe(cell: object) -> object:
    """What a submitter typed must not become a formula when the file is opened."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _listing(file: Path) -> tuple[list[dict[str, Any]], dict[str, Words]]:
    from storage import cases as stored  # noqa: PLC0415 - the database is heavy

    with database_of(file) as (config, database), database.reading() as tx:
        rows = stored.listing(tx)
    return rows, {name: _words(config.campaigns, name) for name in dict.fromkeys(row["campaign"] for row in rows)}


@dataclass(frozen=True, slots=True)
class Words:
    """How people call a campaign's fields and stages. Keys stay keys where the campaign is broken or gone."""

    fields: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    nominee: str = ""  # the field that names the case

    def label(self, key: str) -> str:
        return self.fields.get(key, key)

    def stage(self, key: str) -> str:
        return self.stages.get(key, key)


def _words(folder: Path, name: str) -> Words:
    from rules.campaign import load_campaign  # noqa: PLC0415
    from rules.toml.fault import FaultyFile  # noqa: PLC0415

    try:
        campaign = load_campaign(folder / name)
    except FaultyFile:
        return Words()
    return Words(
        {f.key: f.label for f in campaign.fields},
        {stage.key: stage.label for stage in campaign.stages},
        next(iter(campaign.identity), ""),
    )
