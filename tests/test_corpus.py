"""Every mail of the corpus is read exactly as the file beside it says."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import corpus_maker
import pytest

from intake.kind import Marks
from service.inspecting import inspect_bytes
from service.rulebook import load_book

FOLDER = Path(__file__).parent / "corpus"
CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)
BOOKS = {"yugong-story": load_book(Path(__file__).parent.parent / "rules" / "yugong-story", frozenset())}
MARKS = Marks(own_addresses=frozenset({"ceacq@163.com"}), case_prefixes=frozenset({"YG"}))


def told(raw: bytes) -> dict[str, Any]:
    """What the reader says, in the words of the expectations."""
    said = inspect_bytes(raw, BOOKS, MARKS, NOW, CHINA)
    return {
        "kind": said["kind"],
        "campaign": said["campaign"],
        "submissions": [
            {
                "fields": {key: field["value"] for key, field in s["fields"].items()},
                "missing": s["missing"],
                "problems": sorted({p["code"] for p in s["problems"]}),
            }
            for s in said["submissions"]
        ],
        "problems": sorted({p["code"] for p in said["problems"]}),
        "replies": [r["kind"] for r in said["replies"]],
    }


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.eml")), ids=lambda path: path.stem)
def test_read_as_written(file: Path) -> None:
    expected = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    said = told(file.read_bytes())
    assert {key: said[key] for key in expected} == expected


def test_the_corpus_is_what_its_maker_makes() -> None:
    """The expectations come from what was written into the forms, never from the reader."""
    made = {make().name: make().expected for make in corpus_maker.SAMPLES}
    kept = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")}
    assert kept == made
