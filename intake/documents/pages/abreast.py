"""Texts that stand abreast on a page without drawn lines: its lines, and the measures by which they are rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from statistics import median

from intake.chinese.ticks import TICKED, UNTICKED
from intake.documents.pages.setting import (
    CLOSING,
    ENDS,
    FIELD_FROM,
    INDENTED,
    LABELLED,
    Text,
    around,
    full,
    reach,
)

GAP = 0.5  # em: what is nearer together is one text
SPREAD = 2.5  # em that the two characters of a label may stand apart, or the boxes of one question
LEVEL = 0.3  # em by which texts of one line may stand higher or lower
OVER = 0.7  # em: texts that are nearer overlap
BETWEEN = 1.05  # em: what stands nearer to a line than the next line of its cell would is beside it
LABEL_PITCH = 1.9  # em from one line of a label to the next
PITCH = 3.0  # em from one line, or paragraph, of a value to the next
TIGHT = 0.85  # of the usual way from row to row: nearer is a label's second line
LONGEST_FIELD = 16  # em: what is longer may be a line of a story
FEW_LINES = 3  # with a value at one place: a column has more
LONGEST_HEADING = 8  # em


@dataclass(frozen=True, slots=True)
class Line:
    y: float
    texts: tuple[Text, ...]  # from left to right, what is near each other as one

    @property
    def left(self) -> float:
        return self.texts[0].box.left

    @property
    def right(self) -> float:
        return self.texts[-1].box.right


Column = list[Text]  # the texts of one cell


@dataclass(frozen=True, slots=True)
class Page:
    """Its measures, and how two of its lines belong together."""

    em: float
    gap: float  # where the first column ends
    right: float  # where lines end
    pitch: float  # from one row to the next, mostly
    leading: float  # from one line of a text to the next, mostly; 0 where no text is so long

    @property
    def label_pitch(self) -> float:
        """The most from one line of a label to its next."""
        return min(LABEL_PITCH * self.em, TIGHT * self.pitch)

    def whole(self, line: Line) -> bool:
        """Whether it runs over the columns."""
        return len(line.texts) == 1 and line.left < self.gap < line.right

    def columns(self, lines: Sequence[Line]) -> list[Column]:
        """Texts that stand below each other, from left to right."""
        found: list[Column] = []
        end = 0.0
        for text in sorted((text for line in lines for text in line.texts), key=lambda text: text.box.left):
            if found and text.box.left < end + GAP * self.em:
                found[-1].append(text)
                end = max(end, text.box.right)
            else:
                found.append([text])
                end = text.box.right
        return found

    def beside(self, above: Line, below: Line) -> bool:
        """Whether the lines are nearer to each other than lines of one cell are: a label half way down its value."""
        apart = (below.y - above.y) / self.em
        return apart < OVER or (apart < BETWEEN and not any(share(t, u) for t in above.texts for u in below.texts))

    def names(self, above: Line, below: Line) -> bool:
        """Whether the lower line begins with a label, 职务：, and not for want of room in the upper one: 他说：."""
        said = below.texts[0].text.strip()
        alone = LABELLED.fullmatch(said) and above.texts[-1].text.endswith(ENDS)
        return bool(alone) or (bool(LABELLED.match(said)) and not self.full(above, below))

    def full(self, above: Line, below: Line) -> bool:
        return full(above.texts[-1], below.texts[0], self.em, self.right)

    def heads(self, line: Line) -> bool:
        """Whether the line is short, and no sentence's end: 线索亮点 above its text."""
        text = line.texts[0]
        short = len(line.texts) == 1 and text.box.width < LONGEST_HEADING * self.em
        return short and not text.text.rstrip().endswith(tuple(CLOSING))

    def torn(self, above: Line, below: Line) -> bool:
        """Whether the lower line goes on with what had no room left in the upper one."""
        one, other = above.texts[-1], below.texts[-1]
        if one.box.right <= self.gap or other.box.right <= self.gap:
            return False
        fields = len(above.texts) > 1 or below.left < self.gap
        if below.y - above.y > (TIGHT * self.pitch if fields else PITCH * self.em):
            return False
        indent = (other.box.left - one.box.left) / self.em
        if len(below.texts) > 2 and min(abs(one.box.left - other.box.left), abs(one.box.x - other.box.x)) > self.em:
            return False  # of a row of fields, the last one
        if not (one.box.left - INDENTED[1] * self.em < other.box.right and other.box.left < one.box.right):
            return False
        return full(one, other, self.em, self.right) and not INDENTED[0] < indent < INDENTED[1]


def lines_abreast(texts: Sequence[Text], em: float) -> list[Line]:
    """What stands side by side at one height. A crooked scan's line goes on where the last piece ended."""
    rows: list[list[Text]] = []
    for text in sorted(texts, key=lambda text: text.box.y):
        for row in rows[-3:]:
            if abs(min(row, key=lambda other: _apart(other, text)).box.y - text.box.y) <= LEVEL * em:
                row.append(text)
                break
        else:
            rows.append([text])
    lines = []
    for row in rows:
        found: list[Text] = []
        for text in sorted(row, key=lambda text: text.box.left):
            if (
                found
                and text.box.left - found[-1].box.right < _least_gap(found[-1].text.strip(), text.text.strip()) * em
            ):
                found[-1] = _joined(found[-1], text)
            else:
                found.append(text)
        found = _closed_up(found, em)
        lines.append(Line(median(text.box.y for text in found), tuple(found)))
    return sorted(lines, key=lambda line: line.y)


def _least_gap(one: str, other: str) -> float:
    """Blanks within a telephone number can be as wide as a 汉字, those between the boxes of one question wider: □男  ☑女.

    No cell begins with a comma: before it stands a character that the font lacks, 60℃，.
    """
    if other[0] in CLOSING:
        return inf
    if other[0] in TICKED + UNTICKED and (len(one) == 1 or any(tick in one for tick in TICKED + UNTICKED)):
        return SPREAD
    return FIELD_FROM if one[-1].isdigit() and other[0].isdigit() else GAP


def _joined(one: Text, other: Text) -> Text:
    return Text(around([one.box, other.box]), one.text + other.text)


def _closed_up(texts: list[Text], em: float) -> list[Text]:
    """职 务, 姓 名: two single characters nearer to each other than to what else is in the line are one word."""
    gaps = [right.box.left - left.box.right for left, right in pairwise(texts)]
    found = texts[:1]
    for number, (text, gap) in enumerate(zip(texts[1:], gaps, strict=True), start=1):
        nearest = gap <= min([*gaps[max(number - 2, 0) : number + 1], SPREAD * em])
        if nearest and len(found[-1].text.strip()) == 1 and (len(text.text.strip()) == 1 or _ends_label(text)):
            found[-1] = _joined(found[-1], text)
        else:
            found.append(text)
    return found


def _ends_label(text: Text) -> bool:
    """别：男 after 性."""
    return text.text.strip()[1:2] in ("：", ":")


def _apart(one: Text, other: Text) -> float:
    return max(one.box.left - other.box.right, other.box.left - one.box.right)


def page_of(lines: Sequence[Line], em: float) -> Page | None:
    """The measures of lines; None where nothing stands beside something."""
    gap = _gap(lines, em)
    if gap is None:
        return None
    right = max(reach(text) for line in lines for text in line.texts)
    return Page(em, gap, right, _pitch(lines, em), _leading(lines, em))


def _gap(lines: Sequence[Line], em: float) -> float | None:
    """The place that parts the first column from the second in most lines, and that fewest others run over.

    In a list, with a nominee a row, most lines are a story's: they begin where the fullest line has long begun.
    """
    fullest = max((line.texts for line in lines), key=len, default=())
    begun = max((text.box.right for text in fullest[:2]), default=0.0)
    gaps = [
        (line.texts[0].box.right, line.texts[1].box.left)
        for line in lines
        if len(line.texts) > 1
        and line.left < begun
        and line.texts[1].box.left - line.texts[0].box.right >= FIELD_FROM * em
    ] + _behind_labels(lines, em)
    alone = [line.texts[0].box for line in lines if len(line.texts) == 1]

    def parted(x: float) -> int:
        return sum(start < x < end for start, end in gaps) - sum(box.left < x < box.right for box in alone)

    places = {place for start, end in gaps for place in (start + em / 10, end - em / 10)}
    return max(sorted(places), key=parted, default=None)


def _behind_labels(lines: Sequence[Line], em: float) -> list[tuple[float, float]]:
    """Between the columns that browsers set closer, where most lines have their value at one place."""
    pairs = [line.texts[:2] for line in lines if len(line.texts) > 1 and line.texts[0].box.width < LONGEST_HEADING * em]
    starts = [value.box.left for _, value in pairs]
    return [
        (label.box.right, value.box.left)
        for label, value in pairs
        if value.box.left - label.box.right < FIELD_FROM * em
        and sum(abs(start - value.box.left) < LEVEL * em for start in starts) > max(len(starts) / 2, FEW_LINES)
    ]


def _pitch(lines: Sequence[Line], em: float) -> float:
    """From one row to the next: further than from line to line of one cell, where some are."""
    several = [below.y - above.y for above, below in pairwise(lines) if _fields(above, em) and _fields(below, em)]
    several = [pitch for pitch in several if pitch > BETWEEN * em]
    if not several:
        return PITCH * em
    apart = [pitch for pitch in several if pitch > 1.2 * (_leading(lines, em) or min(several))]
    return median(apart or several)


def _leading(lines: Sequence[Line], em: float) -> float:
    alone = [below.y - above.y for above, below in pairwise(lines) if len(above.texts) == len(below.texts) == 1]
    alone = [pitch for pitch in alone if pitch > BETWEEN * em]
    return median(alone) if alone else 0.0


def _fields(line: Line, em: float) -> bool:
    """Whether it has several, and none of two may be a line of a story."""
    short = all(text.box.width < LONGEST_FIELD * em for text in line.texts)
    return len(line.texts) > 2 or (len(line.texts) > 1 and short)


def share(one: Text, other: Text) -> bool:
    return one.box.left < other.box.right and other.box.left < one.box.right
