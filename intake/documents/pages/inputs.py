"""The fields of a web form as browsers print them: round and square buttons, frames with round corners.

A button becomes a box to tick. What stands to the left of a frame is its label, as if a colon said so; at the foot of a
tall one, or half way down, it is put beside the first line within.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake.documents.pages.setting import Box, Text, around

BUTTON = (6.0, 18.0)  # points across
DOT = 2.0  # points: smaller are dots of a line, and hundreds
SQUARE = 1.5  # points by which its sides may differ
NEXT = 1.5  # times its size that its word stands behind a button, at most
FEWEST = 2  # buttons of one question
FRAME = (30.0, 24.0)  # points: the least width of a frame, and the least height of one for several lines
LABEL_APART = 8.0  # times its height that a label may stand before its frame
FOOT = 0.5  # of its height that it may hang below the frame
LOWER = 0.5  # of its height that it stands below the first line at least, to be moved


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline whose points are all at the corners of its box: a rectangle with round corners, a small circle."""

    box: Box
    full: bool  # filled, and not with white


def buttons_in(shapes: Sequence[Shape], texts: Sequence[Text]) -> list[Text]:
    """☑ or ☐ for each button that a word stands behind, where there are several."""
    groups: list[list[Shape]] = []
    for shape in shapes:
        if not DOT < shape.box.width <= BUTTON[1] or abs(shape.box.width - shape.box.height) > SQUARE:
            continue
        same = (group for group in groups if _same(group[0].box, shape.box))
        if group := next(same, None):
            group.append(shape)
        else:
            groups.append([shape])
    found = [
        Text(box, "☑" if any(shape.full for shape in group) else "☐")
        for group in groups
        for box in [around([shape.box for shape in group])]
        if box.width >= BUTTON[0]
        if any(0 <= text.box.left - box.right < NEXT * box.width and _level(text.box, box) for text in texts)
    ]
    return found if len(found) >= FEWEST else []


def frames_in(shapes: Sequence[Shape]) -> list[Box]:
    """What may be filled in is white; a page's cards are frames, too, but have their labels within."""
    return [shape.box for shape in shapes if not shape.full and shape.box.width >= FRAME[0]]


def beside_frames(texts: Sequence[Text], frames: Sequence[Box]) -> list[Text]:
    """The texts, labels of frames with a colon, those of tall ones beside what stands first in them."""
    held = {id(text) for text in texts for frame in frames if _holds(frame, text.box)}
    outside = [text for text in texts if id(text) not in held]
    changed: dict[int, Text] = {}
    for frame in frames:
        labels = _labels(outside, frame)
        if not labels:
            continue
        nearest = max(labels, key=lambda label: label.box.right)
        within = [text.box for text in texts if _holds(frame, text.box)] if frame.height >= FRAME[1] else []
        lower = nearest.box.y - min((box.y for box in within), default=nearest.box.y)
        for label in labels:
            up = lower if lower > LOWER * label.box.height else 0.0
            box = Box(label.box.left, label.box.top - up, label.box.right, label.box.bottom - up)
            colon = "" if label is not nearest or label.text.rstrip().endswith(("：", ":")) else "："
            changed[id(label)] = replace(label, box=box, text=label.text + colon)
    return [changed.get(id(text), text) for text in texts]


def _labels(texts: Sequence[Text], frame: Box) -> list[Text]:
    """What stands to the left of the frame, in one line."""
    beside = [
        text
        for text in texts
        if text.box.right <= frame.left + 1
        and frame.left - text.box.right < LABEL_APART * text.box.height
        and frame.top <= text.box.y <= frame.bottom + FOOT * text.box.height
    ]
    return beside if all(_level(text.box, beside[0].box) for text in beside) else []


def _same(one: Box, other: Box) -> bool:
    return abs(one.x - other.x) < SQUARE and abs(one.y - other.y) < SQUARE


def _level(one: Box, other: Box) -> bool:
    return one.top <= other.y <= one.bottom or other.top <= one.y <= other.bottom


def _holds(outer: Box, inner: Box) -> bool:
    return outer.left <= inner.x <= outer.right and outer.top <= inner.y <= outer.bottom
