"""Pictures that a scanner's program cut into strips or tiles before it put them onto a PDF's page, whole again."""

from __future__ import annotations

from collections.abc import Iterable

from intake.documents.pages.ruling import Box

NEAR = 1.0  # points between one strip's end and the next one's beginning


def whole(pictures: Iterable[Box]) -> list[Box]:
    """Those that go on where another of the same height, or width, ends are one."""
    rows = _joined([_turned(box) for box in pictures])
    return _joined([_turned(box) for box in rows])


def _joined(boxes: Iterable[Box]) -> list[Box]:
    """Those of one width that stand on each other."""
    joined: list[Box] = []
    for box in sorted(boxes, key=lambda box: (round(box.left), round(box.right), box.top)):
        above = joined[-1] if joined else None
        if above and max(abs(above.left - box.left), abs(above.right - box.right), abs(above.bottom - box.top)) <= NEAR:
            joined[-1] = Box(above.left, above.top, above.right, box.bottom)
        else:
            joined.append(box)
    return joined


def _turned(box: Box) -> Box:
    return Box(box.top, box.left, box.bottom, box.right)
