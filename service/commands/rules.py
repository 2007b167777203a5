"""`intake rules`: rules checked as an admin types them, and new ones tried on the mails on file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rules.toml.fault import FaultyFile
from service.commands import showing
from service.commands.opening import assignees, books_of, campaign_names, database_of, marks_of
from service.config.config import Config, load_config
from service.usage import Command, Group

if TYPE_CHECKING:
    from intake.decide import Book
    from rules.triage import Decision


@click.group("rules", cls=Group, default="check")
def rules() -> None:
    """检查规则，或在已收到的来信上试跑新规则。"""


@rules.command("check", cls=Command)
@click.argument("files", nargs=-1, metavar="文件…", type=click.Path(path_type=Path))
@click.option("--campaign", metavar="活动", help="文件不在活动的文件夹里时，说明它是哪个活动的规则。")
@click.pass_obj
def check(file: Path, files: Sequence[Path], campaign: str | None) -> int:
    """检查规则文件（默认是全部在用的），说明哪一行不对、怎样改。"""
    config = load_config(file)
    wrong = 0
    for path in files or [config.campaigns / name / "triage.toml" for name in campaign_names(config)]:
        try:
            book = load(config, path, campaign)
        except FaultyFile as faulty:
            click.echo(showing.faults_text(faulty.faults) + _works_on(config, path))
            wrong = 1
            continue
        if book.ruleset.reminders:
            click.echo(showing.faults_text(book.ruleset.reminders))
        click.echo(
            f"✓ {path}：{len(book.ruleset.rules)} 条规则、{book.ruleset.examples} 个例子全部通过（编号 {book.ruleset.hash}）。"
        )
    return wrong


def _works_on(config: Config, path: Path) -> str:
    """What is in force meanwhile; nothing of a file that no mailbox goes by."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    from service.rulebook import IN_FORCE, what_works_on  # noqa: PLC0415

    name = path.absolute().parent.name
    if name not in campaign_names(config) or path.absolute() != config.campaigns / name / "triage.toml":
        return ""
    return what_works_on(config.data / IN_FORCE, name, assignees(config), ZoneInfo(config.timezone))


@rules.command("try", cls=Command)
@click.argument("new", metavar="新规则文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--campaign", metavar="活动", help="文件不在活动的文件夹里时，说明它是哪个活动的规则。")
@click.pass_obj
def try_out(file: Path, new: Path, campaign: str | None) -> int:
    """用已收到的来信比较在用的规则和新规则：只看不改。"""
    config = load_config(file)
    try:
        book = load(config, new, campaign)
    except FaultyFile as faulty:
        click.echo(showing.faults_text(faulty.faults))
        return 1
    name = book.campaign.name
    old = books_of(config)
    if name not in old:
        raise click.UsageError(f"活动「{name}」没有邮箱在用，没有来信可比。")
    before, after, changed = Counter[str](), Counter[str](), []
    total = 0
    for case, was, now in _pairs(file, old, {**old, name: book}, name):
        total += 1
        before.update(rule.rule for rule in was.matched)
        after.update(rule.rule for rule in now.matched)
        if differences := _differences(was, now):
            changed.append((case, differences))
    click.echo(f"比较：正在使用 {old[name].ruleset.hash} → 待换 {book.ruleset.hash}；{total} 份材料。只看不改。")
    names = dict.fromkeys([*(r.name for r in old[name].ruleset.rules), *(r.name for r in book.ruleset.rules)])
    showing.table("规则", ("规则", "原命中", "现命中"), ((rule, before[rule], after[rule]) for rule in names))
    showing.table("结果有变的", ("来信", "变动"), changed)
    return 0


def load(config: Config, path: Path, campaign: str | None) -> Book:
    """The rules of a file with the campaign they are for: the one whose folder it lies in, unless named."""
    from intake.decide import Book  # noqa: PLC0415 - the parsers are heavy
    from rules.campaign import load_campaign  # noqa: PLC0415
    from rules.catalogue import catalogue_of  # noqa: PLC0415
    from rules.ruleset import load_ruleset  # noqa: PLC0415

    names = campaign_names(config)
    folder = path.absolute().parent
    if campaign is not None or not (folder / "campaign.toml").exists():
        if campaign is None and len(names) != 1:
            raise click.UsageError(f"{path} 不在活动的文件夹里。请用 --campaign 说明是哪个活动：{'、'.join(names)}。")
        folder = config.campaigns / (campaign or names[0])
    loaded = load_campaign(folder)
    return Book(loaded, load_ruleset(path, catalogue_of(loaded), assignees(config)))


def _pairs(
    file: Path, old: dict[str, Book], new: dict[str, Book], name: str
) -> Iterator[tuple[str, Decision, Decision]]:
    """Each submission on file, decided by both sets over the way that a new mail goes."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    from intake.decide import decide  # noqa: PLC0415
    from intake.outcome import Known, State  # noqa: PLC0415
    from service.readers import Forked, Readers, in_order  # noqa: PLC0415
    from service.reading import Setting, Task  # noqa: PLC0415
    from storage import messages  # noqa: PLC0415

    with database_of(file) as (config, database), database.reading() as tx:
        listed = messages.listing(tx)
        rows = {r["id"]: r for r in listed if r["state"] in {State.FILED, State.MERGED} and r["campaign"] == name}
        refs = {number: ref for number in rows if (ref := messages.ref(tx, number)) is not None}
    zone = ZoneInfo(config.timezone)
    received = {n: datetime.fromisoformat(rows[n]["received_at"]).astimezone(zone) for n in refs}
    tasks = [Task(number, ref, received[number], frozenset({name})) for number, ref in refs.items()]
    setting = Setting(config.data / "archive", (old[name].campaign,), marks_of(config, old), config.reading)
    readers = Readers(setting, Forked)
    try:
        for read in in_order(readers, tasks):
            if read.reading is None:
                click.echo(f"第 {read.message} 封来信没有比较：{read.failure}")
                continue
            day = received[read.message].date()
            outcomes = [decide(read.reading, Known(), books, day) for books in (old, new)]
            for was, now in zip(outcomes[0].changes, outcomes[1].changes, strict=False):
                yield "、".join(rows[read.message]["cases"]) or str(read.message), was.decision, now.decision
    finally:
        readers.close()


def _differences(was: Decision, now: Decision) -> str:
    told = []
    for label, before, after in (
        ("类别", was.category, now.category),
        ("标签", "、".join(was.tags), "、".join(now.tags)),
        ("优先级", was.priority, now.priority),
        ("负责人", was.assignee, now.assignee),
    ):
        if before != after:
            told.append(f"{label} {before or '（无）'}→{after or '（无）'}")
    return "，".join(told)
