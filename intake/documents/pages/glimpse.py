"""What a page is about: a few of its lines, read before it is straightened and looked through."""

from __future__ import annotations

from collections.abc import Iterator

from intake.documents.pages.ocr import Engine, Line
from intake.documents.pages.page import Sighted, strip_of

GLIMPSED = 20  # lines that are read
LOWEST = 6  # pixels of a line
SHORT = 9.0  # times as long as high: a label


def telling(seen: Sighted, engine: Engine) -> Iterator[Line]:
    """The soonest telling first: labels are short, and quickly read."""
    strips = [strip for quad in seen.quads if min((strip := strip_of(seen.page, quad)).shape[:2]) >= LOWEST]
    for strip in sorted(strips, key=lambda strip: strip.shape[1] > SHORT * strip.shape[0])[:GLIMPSED]:
        yield engine.read(strip)
