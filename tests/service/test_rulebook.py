"""The rules in force: renewed when files change, the last good ones kept, and no trouble of the disk in their way."""

import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service.rulebook import Rulebook, alert_of, what_works_on

STORY = Path(__file__).parents[2] / "rules" / "yugong-story"
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(STORY, tmp_path / "rules" / "yugong-story"))


def spoil(folder):
    (folder / "triage.toml").write_text("[[rule]]\nname = 1\n", "utf-8")


def test_rules_that_cannot_be_copied_aside_are_in_force_all_the_same(folder, tmp_path):
    (tmp_path / "keep").write_text("no folder")
    book = Rulebook([folder], tmp_path / "keep", frozenset())
    assert book.books["yugong-story"].ruleset.rules
    spoil(folder)
    assert book.renew().books["yugong-story"].ruleset.rules


def test_broken_wording_stays_out_and_the_last_good_words_are_used(folder, tmp_path):
    book = Rulebook([folder], tmp_path / "keep", frozenset())
    thanks = folder / "mail" / "acknowledgement.txt"
    good = thanks.read_text("utf-8")
    thanks.write_text(good.replace("endif", "endfi", 1), "utf-8")
    renewal = book.renew()
    assert alert_of(renewal.faults["yugong-story"]).startswith("acknowledgement.txt 第 ")
    in_force = renewal.books["yugong-story"]
    assert in_force.ruleset.rules
    assert (in_force.campaign.folder / "mail" / "acknowledgement.txt").read_text("utf-8") == good
    thanks.write_text(good + "祝好\n", "utf-8")
    renewal = book.renew()
    assert (renewal.books["yugong-story"].campaign.folder, renewal.faults) == (folder, {})


def test_broken_wording_at_the_first_start_leaves_the_rules_in_force(folder, tmp_path):
    (folder / "mail" / "acknowledgement.txt").write_text("{{ nobody }}", "utf-8")
    book = Rulebook([folder], tmp_path / "keep", frozenset())
    assert book.books["yugong-story"].ruleset.rules
    assert book.faults


def test_a_restart_with_a_broken_file_goes_on_with_the_copy(folder, tmp_path):
    keep = tmp_path / "keep"
    good = Rulebook([folder], keep, frozenset()).books["yugong-story"].ruleset
    kept = (keep / "yugong-story").stat().st_ctime_ns
    Rulebook([folder], keep, frozenset())
    assert (keep / "yugong-story").stat().st_ctime_ns == kept  # what is the same is not written again
    spoil(folder)
    again = Rulebook([folder], keep, frozenset())
    assert again.books["yugong-story"].ruleset.rules == good.rules
    assert alert_of(again.faults["yugong-story"]).startswith("triage.toml 第 ")
    said = what_works_on(keep, "yugong-story", frozenset(), ZONE)
    since = datetime.fromtimestamp(kept / 10**9, ZONE)
    assert said == f"规则没有换上；现在仍在使用 {since:%Y-%m-%d %H:%M} 的规则（编号 {good.hash}）。"
