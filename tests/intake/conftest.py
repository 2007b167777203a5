"""The shipped campaign, for tests that decide by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.decide import Book
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
