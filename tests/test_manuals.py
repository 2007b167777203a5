"""What the manuals and the READMEs show of rules is what the engine takes: nobody learns from an example that is wrong."""

import re
import tomllib
from dataclasses import asdict
from pathlib import Path

import click
import pytest

from rules.campaign import load_campaign
from rules.catalogue import catalogue_of
from rules.conditions.condition import compile_condition
from rules.ruleset import load_ruleset
from rules.toml.fault import FaultyFile
from service.cli import cli
from service.config.reading import ReadingConfig
from service.usage import Group

ROOT = Path(__file__).parent.parent
STORY = ROOT / "rules" / "yugong-story"
MANUAL = ROOT / "docs" / "zh-CN" / "规则手册.md"
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_every_file_that_is_named_is_there(page):
    named = re.findall(
        r"`((?:intake|service|outbox|storage|rules|ops|bench|tests|docs)/[\w./-]+)`", page.read_text("utf-8")
    )
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_that_is_shown_is_there(page):
    for shown in re.findall(r"(?:`|bin/)intake ([a-z]+[^`|#\n]*)", page.read_text("utf-8")):
        command, words = cli, shown.split()
        while isinstance(command, click.Group) and words and re.fullmatch("[a-z]+", words[0]):
            command = command.get_command(click.Context(command), words.pop(0))
            assert command is not None, shown
        if isinstance(command, Group) and command.default:
            command = command.get_command(click.Context(command), command.default)
        known = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"(?<!\S)--[a-z]+", shown)) <= known, shown


def test_the_limits_that_the_shipped_config_shows_are_those_in_force():
    [section] = re.findall(r"^\[reading\]\n((?:#.*\n)+)", (ROOT / "config.toml").read_text("utf-8"), re.MULTILINE)
    shown = tomllib.loads("".join(re.findall(r"^# (\w+ = .*\n)", section, re.MULTILINE)))
    usual = ReadingConfig()
    words = {"ocr": "auto" if usual.ocr else "off", "office": usual.office}
    own = {key: getattr(usual, key) for key in ("workers", "seconds", "cpu_seconds", "memory_mb")}
    assert shown == own | asdict(usual.limits) | words


@pytest.fixture(scope="module")
def catalogue():
    return catalogue_of(load_campaign(STORY))


def conditions():
    [table] = re.findall(r"^## 条件怎么写$(.*?)^## ", MANUAL.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [found for row in table.splitlines() if row.startswith("|") for found in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("text", conditions())
def test_every_condition_of_the_manual_is_understood(text, catalogue):
    assert compile_condition(text, catalogue).reminders == ()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_rule_that_is_shown_is_understood(page, catalogue, tmp_path):
    shown = re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    pieces = [piece for piece in shown if re.search(r"^(when =|\[\[(rule|example)\]\])", piece, re.MULTILINE)]
    wrapped = [
        piece if piece.startswith("[[") else f'[[rule]]\nname = "第{n}段"\ntags = ["甲"]\nwhy = "试"\n{piece}'
        for n, piece in enumerate(pieces)
    ]
    ours = (STORY / "triage.toml").read_text("utf-8")
    known = ours[: ours.index("[[example]]")]  # a rule may be shown that is there already
    rules = [piece for piece in wrapped if re.search(r'^name = "(.*)"$', piece, re.MULTILINE)[1] not in known]
    (tmp_path / "triage.toml").write_text(known + "\n".join(rules), "utf-8")
    load_ruleset(tmp_path / "triage.toml", catalogue)


def test_the_fault_that_the_manual_shows_is_what_is_said(catalogue, tmp_path):
    broken = re.sub(
        r"^([^#\n]*)包含任一", r"\1包涵任一", (STORY / "triage.toml").read_text("utf-8"), count=1, flags=re.MULTILINE
    )
    (tmp_path / "triage.toml").write_text(broken, "utf-8")
    with pytest.raises(FaultyFile) as caught:
        load_ruleset(tmp_path / "triage.toml", catalogue)
    [fault] = [fault for fault in caught.value.faults if not fault.reminder]
    assert f"[{fault.code}] {fault.message}{fault.mend}" in MANUAL.read_text("utf-8")


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_decision_is_in_the_index():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text("utf-8")
    assert [page.name for page in sorted(folder.glob("0*.md")) if f"({page.name})" not in index] == []
