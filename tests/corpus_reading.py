"""Reads a mail with all that this machine has, and says what was read in the words of the corpus's expectations."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from intake.documents.archives.unrar import unpacker
from intake.documents.convert import converter
from intake.documents.means import PLAIN, Means
from intake.documents.pages.scan import recogniser
from intake.kind import Marks
from service.inspecting import inspect_bytes
from service.rulebook import load_book

CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)
BOOKS = {"yugong-story": load_book(Path(__file__).parent.parent / "rules" / "yugong-story", frozenset())}
MARKS = Marks(own_addresses=frozenset({"ceacq@163.com"}), case_prefixes=frozenset({"YG"}))

MEANS = Means(convert=converter(None), recogniser=recogniser(), unpack=unpacker())
#: What a sample may need, and whether this machine has it.
PARTS = {
    "ocr": MEANS.recogniser is not None,
    "office": MEANS.convert is not None,
    "unar": all(map(shutil.which, ("unar", "bsdtar"))),  # neither of them reads every RAR
}

#: A recogniser may take a few characters of hundreds for others.
LONG_TEXTS = ("story", "highlights")
SIMILAR = 0.97


def told(raw: bytes, means: Means = PLAIN) -> dict[str, Any]:
    """What the reader says, in the words of the expectations."""
    said = inspect_bytes(raw, BOOKS, MARKS, NOW, CHINA, means=means)
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
        "roles": [a["role"] for a in said["attachments"]],
        "messages": [p["message"] for p in said["problems"]],
    }


def as_expected(said: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, Any]:
    """What was said about all that is expected, like it where it is right: equal to it but for what is wrong."""
    messages = "\n".join(said["messages"])
    found = {key: said[key] for key in expected if key not in ("needs", "says")}
    if "says" in expected:
        found["says"] = [words for words in expected["says"] if words in messages]
    if "ocr" in expected.get("needs", ()):
        found["submissions"] = [
            _forgiven(s, wanted) for s, wanted in zip(said["submissions"], expected["submissions"], strict=False)
        ] + said["submissions"][len(expected["submissions"]) :]
    return found


def _forgiven(submission: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """A recognised submission with its long texts as they were written, where they are nearly that."""
    fields = dict(submission["fields"])
    for key in LONG_TEXTS:
        if key in fields and key in wanted["fields"] and _alike(fields[key], wanted["fields"][key]):
            fields[key] = wanted["fields"][key]
    return {**submission, "fields": fields}


def _alike(read: str, written: str) -> bool:
    read, written = (text.replace("\n", "") for text in (read, written))
    return SequenceMatcher(None, read, written, autojunk=False).ratio() >= SIMILAR
