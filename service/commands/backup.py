"""`intake backup` and `intake restore`: the database and the archive of raw mails, as one file."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

import click

from service.commands.opening import database_of
from service.config.config import Config, load_config
from service.config.fault import ConfigFault
from service.usage import Command

DATABASE = "intake.db"
ARCHIVE = "archive"


@click.command("backup", cls=Command)
@click.argument("target", metavar="备份文件.tar.gz", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(file: Path, target: Path) -> int:
    """把数据库和原始邮件存成一个文件。服务运行时也可以备份。"""
    if target.exists():
        raise click.UsageError(f"{target} 已经存在。请换一个文件名，不覆盖旧的备份。")
    if not target.absolute().parent.is_dir():
        raise click.UsageError(f"没有文件夹 {target.absolute().parent}。请先建好，或换一个地方。")
    unfinished = target.with_name(target.name + ".part")
    try:
        with (
            database_of(file) as (config, database),
            tempfile.TemporaryDirectory(dir=target.absolute().parent) as folder,
        ):
            copy = Path(folder) / DATABASE
            database.backup(copy)  # first: every mail that it speaks of is then in the archive already
            with tarfile.open(unfinished, "w:gz") as tar:
                tar.add(copy, DATABASE)
                if (config.data / ARCHIVE).is_dir():
                    tar.add(config.data / ARCHIVE, ARCHIVE)
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(f"已备份到 {target}（{target.stat().st_size / 1024**2:.1f} MB）。里面有个人信息，请妥善保管。")
    return 0


@click.command("restore", cls=Command)
@click.argument("source", metavar="备份文件.tar.gz", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def restore(file: Path, source: Path) -> int:
    """从备份恢复到还没有数据的地方。不覆盖已有的数据。"""
    config = load_config(file)
    database = _sqlite_file(config)
    for there in (database, config.data / ARCHIVE):
        if there.exists():
            raise click.UsageError(f"{there} 已经存在。请先停止服务，把它改名或移走，再恢复。")
    try:
        with tarfile.open(source) as tar:
            members = tar.getmembers()
            if any(not _ours(member) for member in members) or DATABASE not in tar.getnames():
                raise ConfigFault(f"{source} 不是 intake 的备份文件。请选 intake backup 存下的文件。")
            config.data.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=config.data) as folder:
                for member in members:
                    _unpack(tar, member, Path(folder))
                database.parent.mkdir(parents=True, exist_ok=True)
                if (Path(folder) / ARCHIVE).exists():
                    (Path(folder) / ARCHIVE).rename(config.data / ARCHIVE)
                (Path(folder) / DATABASE).replace(database)
    except (tarfile.TarError, EOFError) as error:
        raise ConfigFault(f"{source} 读不出来（{error}）。文件可能不完整，请换一份备份。") from None
    with database_of(file):
        click.echo("已恢复。请执行 intake check，再启动服务。")
    return 0


def _ours(member: tarfile.TarInfo) -> bool:
    parts = PurePosixPath(member.name).parts
    there = parts == (DATABASE,) or (parts[:1] == (ARCHIVE,) and ".." not in parts)
    return there and (member.isfile() or (member.isdir() and parts != (DATABASE,)))


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """As `extractall` does it with a filter, which Debian's Python 3.11.2 does not have yet; readable by us alone."""
    target = folder / member.name
    if member.isdir():
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.touch(mode=0o600)
    source = tar.extractfile(member)
    assert source is not None  # a regular file has content
    with source, target.open("wb") as written:
        shutil.copyfileobj(source, written)


def _sqlite_file(config: Config) -> Path:
    if not config.database_url.startswith("sqlite:///"):
        raise ConfigFault("数据库在 PostgreSQL 上：请用 pg_dump 备份、pg_restore 恢复，并另行复制 data/archive。")
    return Path(config.database_url.removeprefix("sqlite:///").partition("?")[0])
