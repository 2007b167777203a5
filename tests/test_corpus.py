"""Every mail of the corpus is read exactly as the file beside it says, with all that this machine can read with."""

from __future__ import annotations

import json
from pathlib import Path

import corpus_maker
import pytest
from corpus_reading import MEANS, PARTS, as_expected, told

FOLDER = Path(__file__).parent / "corpus"
#: What these show of pictures, others here and smaller pages (tests/intake/test_scan.py) show too; each takes some seconds.
HEAVY = frozenset({
    "docx-and-its-scan", "photo-grey-and-waved", "photo-in-shadow", "photo-turned", "scan-by-fax", "scan-faint-and-folded",
    "scan-png", "scan-tiff-of-all-pages", "scan-tilted", "scan-turned", "scan-upside-down", "scan-with-black-margins",
})  # fmt: skip
FILES = [
    pytest.param(file, marks=[pytest.mark.heavy] * (file.stem in HEAVY), id=file.stem)
    for file in sorted(FOLDER.glob("*.eml"))
]


def test_those_put_off_are_there() -> None:
    assert {file.stem for file in FOLDER.glob("*.eml")} >= HEAVY


@pytest.mark.parametrize("file", FILES)
def test_read_as_written(file: Path) -> None:
    expected = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    if absent := [part for part in expected.get("needs", ()) if not PARTS[part]]:
        pytest.skip(f"not on this machine: {', '.join(absent)}")
    said = as_expected(told(file.read_bytes(), MEANS), expected)
    assert said == {key: value for key, value in expected.items() if key != "needs"}


def test_the_corpus_is_what_its_maker_makes() -> None:
    """The expectations come from what was written into the forms, never from the reader."""
    made = {one.name: one.expected for one in corpus_maker.SAMPLES}
    kept = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")}
    assert kept == made
    assert {path.stem for path in FOLDER.glob("*.eml")} == made.keys()


def test_it_stays_small() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert sum(sizes.values()) < 25_000_000
    assert {name for name, size in sizes.items() if size > 700_000} == set()
