"""Makes the corpus: one mail per trait, and beside it what must be read out of it, told by what was written, not by the
reader.

    python tests/corpus_maker.py            writes what is new, and shows how the expectations would change
    python tests/corpus_maker.py --force    replaces mails and expectations
    python tests/corpus_maker.py --read     shows where the reader says something else than is expected

Each takes beginnings of names, too: `python tests/corpus_maker.py --read pdf- scan-`.
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from corpus_making import (  # noqa: E402  found once the path is known
    archives,
    bodies,
    clients,
    dress,
    evidence,
    hostile,
    links,
    machines,
    office,
    pages,
    passed_on,
    pictures,
    redrawn,
    subjects,
    values,
    word,
)
from corpus_making.sample import Sample  # noqa: E402

FOLDER = Path(__file__).parent / "corpus"
TOPICS = (clients, subjects, values, word, redrawn, office, pages, pictures, archives, bodies, passed_on, evidence, links,
          machines, dress, hostile)  # fmt: skip
SAMPLES: tuple[Sample, ...] = tuple(chain.from_iterable(topic.samples() for topic in TOPICS))

_twice = [name for name, count in Counter(one.name for one in SAMPLES).items() if count > 1]
assert not _twice, _twice


def eml(name: str) -> Path:
    return FOLDER / f"{name}.eml"


def as_text(expected: object) -> str:
    return json.dumps(expected, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(samples: Sequence[Sample], *, force: bool) -> int:
    FOLDER.mkdir(exist_ok=True)
    differing = 0
    for one in samples:
        wanted = as_text(one.expected)
        beside = eml(one.name).with_suffix(".json")
        if not eml(one.name).exists() or force:
            eml(one.name).write_bytes(one.make())
        if beside.exists() and (old := beside.read_text(encoding="utf-8")) != wanted:
            differing += 1
            show(old, wanted, beside.name, "as replaced" if force else "would be")
        if not beside.exists() or force:
            beside.write_text(wanted, encoding="utf-8")
    known = {one.name for one in SAMPLES}
    left = [path.name for path in sorted(FOLDER.glob("*.eml")) if path.stem not in known]
    print(f"{len(samples)} samples, {differing} differ{f'; nobody makes {left}' if left else ''}")
    return 1 if (differing and not force) or left else 0


def read(samples: Sequence[Sample]) -> int:
    """Only what differs is shown."""
    from corpus_reading import MEANS, as_expected, told

    differing = 0
    for one in samples:
        said = as_expected(told(eml(one.name).read_bytes(), MEANS), one.expected)
        wanted = {key: value for key, value in one.expected.items() if key != "needs"}
        if said != wanted:
            differing += 1
            show(as_text(wanted), as_text(said), one.name, "the reader says")
    print(f"{len(samples)} samples, {differing} are read otherwise")
    return 1 if differing else 0


def show(old: str, new: str, name: str, how: str) -> None:
    sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), name, how))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="how the names of the samples begin")
    parser.add_argument("--force", action="store_true")
    parser.add_argument("--read", action="store_true")
    chosen = parser.parse_args()
    samples = [one for one in SAMPLES if one.name.startswith(tuple(chosen.names) or "")]
    return read(samples) if chosen.read else write(samples, force=chosen.force)


if __name__ == "__main__":
    sys.exit(main())
