"""The campaigns and their rules in force: loaded, renewed when an admin saves a file, never replaced by a broken one."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from loguru import logger

from intake.decide import Book
from outbox.compose import check_wording
from rules.campaign import load_campaign
from rules.catalogue import catalogue_of
from rules.ruleset import Ruleset, load_ruleset
from rules.toml.fault import Fault, FaultyFile

IN_FORCE = "rules-in-force"  # the folder, within the data folder, of the copies of what was good last
NO_RULES = Ruleset((), "", Path(), ())


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a look at the files brought."""

    books: Mapping[str, Book]
    changed: tuple[str, ...]  # campaigns that are read anew
    faults: Mapping[str, tuple[Fault, ...]]  # by campaign: its files are broken, the last good ones stay in force


def load_book(folder: Path, assignees: frozenset[str]) -> Book:
    """Read a campaign's folder. Raises FaultyFile."""
    campaign = load_campaign(folder)
    return Book(campaign, load_ruleset(folder / "triage.toml", catalogue_of(campaign), assignees))


class Rulebook:
    """Holds the last good set in memory, and a copy of its files under `keep` for a restart with a broken file."""

    def __init__(self, folders: Sequence[Path], keep: Path, assignees: frozenset[str]) -> None:
        """Load all campaigns. Raises FaultyFile where a campaign is broken and was never good before."""
        self._folders = {folder.name: folder for folder in folders}
        self._keep = keep
        self._assignees = assignees
        self._seen: dict[str, tuple[tuple[str, int, int], ...]] = {}
        self.books: Mapping[str, Book] = {}
        self.faults: Mapping[str, tuple[Fault, ...]] = {}
        self.renew()

    def renew(self) -> Renewal:
        """Look at the files; read again what changed since the last look."""
        books, faults, changed = dict(self.books), dict(self.faults), []
        for name, folder in self._folders.items():
            stamp = _stamp(folder)
            if self._seen.get(name) == stamp:
                continue
            self._seen[name] = stamp
            changed.append(name)
            try:
                books[name] = self._whole(folder)
            except FaultyFile as broken:
                faults[name] = broken.faults
                books[name] = self._last_good(name, broken)
                continue
            faults.pop(name, None)
            self._remember(name, folder)
        self.books, self.faults = books, faults
        return Renewal(books, tuple(changed), faults)

    def _whole(self, folder: Path) -> Book:
        """The campaign with its rules, nothing wrong with its wording either. Raises FaultyFile."""
        book = load_book(folder, self._assignees)
        if wrong := [fault for fault in check_wording(book.campaign) if not fault.reminder]:
            raise FaultyFile(wrong)
        return book

    def _last_good(self, name: str, broken: FaultyFile) -> Book:
        """The kept copy, its wording included; else what is in force. Where there never was a good one, as much as can
        be had of the broken one: sorting, or the campaign's own words, wait, and mail does not."""
        with suppress(FaultyFile):
            return load_book(self._keep / name, self._assignees)
        if name in self.books:
            return self.books[name]
        with suppress(FaultyFile):
            return load_book(self._folders[name], self._assignees)
        try:
            return Book(load_campaign(self._folders[name]), NO_RULES)
        except FaultyFile:
            raise broken from None

    def _remember(self, name: str, folder: Path) -> None:
        """Copy the good files aside, whole, then put the copy in place of the older one."""
        fresh, kept = self._keep / f".{name}.new", self._keep / name
        if _content(kept) == _content(folder):
            return
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(folder, fresh)
            shutil.rmtree(kept, ignore_errors=True)
            fresh.rename(kept)
        except OSError as error:  # the copy is for a bad day; the rules work without it, mail goes on
            logger.warning("{}: the rules in force could not be kept: {}", name, error.strerror or "disk trouble")
            shutil.rmtree(fresh, ignore_errors=True)


def what_works_on(keep: Path, name: str, assignees: frozenset[str], zone: ZoneInfo) -> str:
    """What the service goes by while the files of a campaign are broken; a Chinese sentence."""
    try:
        book = load_book(keep / name, assignees)
    except FaultyFile:
        return "规则没有换上；以前没有用过别的规则，来信照常建档，只是先不分类。"
    since = datetime.fromtimestamp((keep / name).stat().st_ctime, zone)  # renamed into its place when it went live
    return f"规则没有换上；现在仍在使用 {since:%Y-%m-%d %H:%M} 的规则（编号 {book.ruleset.hash}）。"


def alert_of(faults: Sequence[Fault]) -> str:
    """The first error of broken files, for the digest: which file and line, what is wrong, what works on."""
    first = next((fault for fault in faults if not fault.reminder), faults[0])
    place = f"{first.file.name} 第 {first.line} 行" if first.line > 0 else f"{first.file.name} "
    return f"{place}写错了，没有换上，原来的仍在使用：{first.message}{first.mend}用 intake check 查看全部。"


def _content(folder: Path) -> dict[str, bytes]:
    """Each file of the folder with what is in it."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells a changed file: name, time and size of each file of the folder, wording included."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files)
