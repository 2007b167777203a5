"""The campaigns and their rules in force: loaded, renewed when an admin saves a file, never replaced by a broken one."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from intake.decide import Book
from rules.campaign import load_campaign
from rules.catalogue import catalogue_of
from rules.fault import Fault, FaultyFile
from rules.ruleset import Ruleset, load_ruleset

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
            try:
                books[name] = load_book(folder, self._assignees)
            except FaultyFile as broken:
                faults[name] = broken.faults
                if name not in books:
                    books[name] = self._last_good(name, broken)
                    changed.append(name)
                continue
            faults.pop(name, None)
            changed.append(name)
            self._remember(name, folder)
        self.books, self.faults = books, faults
        return Renewal(books, tuple(changed), faults)

    def _last_good(self, name: str, broken: FaultyFile) -> Book:
        """The kept copy; where there never was a good one, the campaign without rules: sorting waits, mail does not."""
        with suppress(FaultyFile):
            return load_book(self._keep / name, self._assignees)
        try:
            return Book(load_campaign(self._folders[name]), NO_RULES)
        except FaultyFile:
            raise broken from None

    def _remember(self, name: str, folder: Path) -> None:
        """Copy the good files aside, whole, then put the copy in place of the older one."""
        fresh, kept = self._keep / f".{name}.new", self._keep / name
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(folder, fresh)
        shutil.rmtree(kept, ignore_errors=True)
        fresh.rename(kept)


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells a changed file: name, time and size of each file of the folder, wording included."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files)
