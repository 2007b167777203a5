"""The shipped campaign, for tests that decide by it, and the programs for archives."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from intake.decide import Book
from intake.documents.archives.unrar import unpacker
from intake.documents.means import Means
from rules.campaign import Campaign, load_campaign
from rules.catalogue import catalogue_of
from rules.ruleset import load_ruleset

FOLDER = Path(__file__).parent.parent.parent / "rules" / "yugong-story"


@pytest.fixture(scope="session")
def story_campaign() -> Campaign:
    return load_campaign(FOLDER)


@pytest.fixture(scope="session")
def story_book(story_campaign: Campaign) -> Book:
    return Book(story_campaign, load_ruleset(FOLDER / "triage.toml", catalogue_of(story_campaign)))


@pytest.fixture(scope="session")
def programs() -> Means:
    if absent := [name for name in ("unar", "bsdtar") if shutil.which(name) is None]:
        pytest.skip(f"not installed: {', '.join(absent)}")
    return Means(unpack=unpacker())
