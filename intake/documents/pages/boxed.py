"""What was typed into the boxes of a form, brought beside its label.

A box for several lines is tall, and what is typed into it stands anywhere in it; its label stands at its top or half way down.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from statistics import median

from intake.documents.pages.setting import Box, Text, around, em_of

LOWEST = 0.4  # em of a text by the height of its box
TALL = 2.2  # em: a box for several lines
TALLER = 1.5  # times as tall as most: fewer are boxes for one line
TYPED = 1.2  # em from line to line there
MAX_TALL = 500  # texts of a page that are looked at for it


def usual_em(texts: Sequence[Text]) -> float:
    """As most characters have it. What was typed into a form's box says nothing: the box may be far too tall."""
    sizes = [(em_of(text), text) for text in texts]
    printed = [(em, text) for em, text in sizes if em > LOWEST * text.box.height]
    return median(em for em, text in printed or sizes for _ in text.text[:40])


def beside_labels(texts: Sequence[Text]) -> list[Text]:
    """What was typed into a tall box of a form, line by line from the label at its top, or around one half way down."""
    heights = sorted(text.box.height for text in texts)
    if not texts or heights[-1] < TALLER * heights[len(heights) // 2]:
        return list(texts)
    em = usual_em(texts)
    moved: dict[Text, Text] = {}
    tall = {text for text in texts[:MAX_TALL] if text.box.height > TALL * em}
    labels = [text.box for text in texts if text not in tall]
    for group in _stacked(tall):
        box = around([text.box for text in group])
        beside = [label for label in labels if label.right <= box.left and box.top <= label.y <= box.bottom]
        if beside:
            nearest = max(beside, key=lambda label: label.right)
            label = around([nearest, *(label for label in beside if label.right > nearest.left)]).y
            first = label if label <= box.y - em else label - (len(group) - 1) / 2 * TYPED * em
            for number, text in enumerate(group):
                y = first + number * TYPED * em
                moved[text] = replace(text, box=Box(box.left, y - em / 2, box.right, y + em / 2))
    return [moved.get(text, text) for text in texts]


def _stacked(texts: Collection[Text]) -> list[list[Text]]:
    """The lines of one box below each other."""
    found: list[list[Text]] = []
    for text in sorted(texts, key=lambda text: (text.box.left, text.box.top)):
        last = found[-1][-1].box if found else None
        alike = last and last.left == text.box.left and abs(last.height - text.box.height) < 1  # not as long, mostly
        if last and alike and text.box.top - last.bottom < 1:
            found[-1].append(text)
        else:
            found.append([text])
    return found
