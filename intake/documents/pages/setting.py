"""Texts where they are printed, put together again as they were written: pieces to lines, lines to paragraphs.

Any unit will do, as long as x grows to the right and y downward.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import median

from intake.chinese.ticks import TICKED, UNTICKED

BLANK_FROM = 0.6  # em between two pieces of a line that are a blank: 汉字 beside digits are set a quarter apart
FIELD_FROM = 0.8  # em: the gap before the next field
EVEN = 0.3  # em by which lines of a block may begin further left or right
HANGING = 0.5  # em by which a line may miss the beginning of the value above it
INDENTED = (1.2, 3.4)  # em that a paragraph's first line is indented by
LONG_LINE = 28  # em: what is shorter does not show where a page's text ends
OTHER_SIZE = 1.3  # from one line to the next: a heading, a footer
EXACT = 0.02  # em: what would just have fitted was not broken off
LONGEST_LABEL = 14  # characters of a line that only says what follows
LONGEST_HEADING = 6  # characters of one without a mark behind it
LABELLED = re.compile(r"[\u4e00-\u9fff/／、（）()]{2,12}[：:]")
_NUMBERING = re.compile(r"(?:[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)、]|\d{1,2}[.．](?!\d))")
#: A label that no sentence holds: in brackets, numbered, before a line to write on.
MARKED = re.compile(rf"【[^】]{{2,12}}】|{_NUMBERING.pattern}\s*{LABELLED.pattern}|{LABELLED.pattern}\s*_{{2}}")
QUOTING = "“‘「"  # marks after 他说：, that is no label
FIELDS = 3  # lines that begin with a label, a colon: after a sentence, such a line does not go on with it
CLOSING = "，。；：、！？）》”’】」』"  # marks that begin no line: they may hang over the margin
SPACED = 1.4  # of the usual distance between lines: a new paragraph begins
SHORT_OF = 2.0  # em that a line within a sentence may end before the limit: some writers break where they like
PROSE = 12.0  # em: a line of a text, not an entry
SPREAD = 1.4  # of a line's height, that some fonts tell too low: wider letters are set apart, 性  别
LEANING = 10  # characters of a line that leans by as much as it is high
SYMMETRIC = 0.8  # em by which a centred line's sides may differ


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        return (self.top + self.bottom) / 2


def around(boxes: Sequence[Box]) -> Box:
    """The box around one or more."""
    return Box(
        min(b.left for b in boxes), min(b.top for b in boxes), max(b.right for b in boxes), max(b.bottom for b in boxes)
    )


@dataclass(frozen=True, slots=True)
class Text:
    """A line, or a piece of one, as it is printed."""

    box: Box
    text: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """Pieces that stand side by side."""

    box: Box
    text: str
    em: float  # the width of a 汉字
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Written:
    """A paragraph as it was written, before it was broken into lines."""

    text: str
    top: float
    confidence: float = 1.0


def lines_of(texts: Sequence[Text], gap: str = "\t") -> list[Line]:
    """The texts as lines from top to bottom. `gap` stands between two fields in a line."""
    return [_line(row, gap) for row in rows_of(texts)]


def rows_of(texts: Sequence[Text]) -> list[list[Text]]:
    """Texts that stand side by side, from left to right. A crooked scan's line goes on where the last piece ended."""
    rows: list[list[Text]] = []
    for text in sorted((text for text in texts if text.text.strip()), key=lambda text: text.box.y):
        if rows and any(side_by_side(text.box, other.box) for other in rows[-1][-3:]) and not _over(text, rows[-1]):
            rows[-1].append(text)
        else:
            rows.append([text])
    return [sorted(row, key=lambda text: text.box.left) for row in rows]


def _over(text: Text, row: Sequence[Text]) -> bool:
    """Whether it is a line of its own, though its box reaches far into the one above: handwriting leans as it likes."""
    long = [other.box for other in row if len(other.text) > LEANING and other.box.y < text.box.y]
    return len(text.text) > LEANING and any(
        min(text.box.right, box.right) - max(text.box.left, box.left) > 0.5 * min(text.box.width, box.width)
        for box in long
    )


def side_by_side(one: Box, other: Box) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > 0.5 * min(one.height, other.height)


def _line(row: Sequence[Text], gap: str) -> Line:
    em = em_of(max(row, key=lambda text: len(text.text)))  # 一 alone can be as low as its stroke
    said = row[0].text.strip()
    end = row[0].box.right
    for piece in row[1:]:
        word = piece.text.strip()
        away = piece.box.left - end
        latin = said[-1:].isascii() and said[-1:].isalnum() and word[:1].isascii() and word[:1].isalnum()
        if away >= FIELD_FROM * em:
            said += gap
        elif away >= BLANK_FROM * em or (away >= 0.2 * em and (latin or word[:1] in TICKED + UNTICKED)):
            said += " "  # a tick belongs to what stands behind it: 男 √女
        said += word
        end = max(end, piece.box.right)
    boxes = [text.box for text in row]
    box = Box(row[0].box.left, min(b.top for b in boxes), end, max(b.bottom for b in boxes))
    return Line(box, said, em, min(text.confidence for text in row))


def em_of(text: Text) -> float:
    """The width of a 汉字 in it. Its height is the worse measure: OCR gives it too generously, some fonts too tightly."""
    units = units_of(text.text.strip())
    width = text.box.width / units if units >= 2 else text.box.height
    return width if width < SPREAD * text.box.height else text.box.height


def units_of(text: str) -> float:
    """Its width, in 汉字."""
    return sum(map(_units, text))


@lru_cache(10_000)
def _units(character: str) -> float:
    return 1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5


def paragraphs_of(lines: Sequence[Line], limit: float) -> list[Written]:
    """Lines joined where they were only broken because the next word did not fit before `limit`."""
    if not lines:
        return []
    left, right = min(line.box.left for line in lines), max(line.box.right for line in lines)
    pitches = [below.box.y - above.box.y for above, below in pairwise(lines)]
    usual = median(pitches) if len(pitches) > 2 else min(pitches, default=0.0)
    fields = sum(bool(LABELLED.match(line.text)) for line in lines) >= FIELDS
    marked = sum(bool(MARKED.match(line.text)) for line in lines) >= FIELDS
    written = [Written(lines[0].text, lines[0].box.top, lines[0].confidence)]
    for number, (above, below, pitch) in enumerate(zip(lines, lines[1:], pitches, strict=False)):
        begins = fields and _begins_field(above, below, limit)
        begins = begins or bool(marked and MARKED.match(below.text))
        beside = below.box.left if _in_block(lines, number) else left
        centred = below is lines[-1] and abs(below.box.left - beside - (right - below.box.right)) < SYMMETRIC * below.em
        if pitch <= SPACED * usual and not begins and _runs_on(above, below, beside, limit, centred=centred):
            last = written[-1]
            text = last.text + _seam(last.text, below.text) + below.text
            written[-1] = Written(text, last.top, min(last.confidence, below.confidence))
        else:
            written.append(Written(below.text, below.box.top, below.confidence))
    return written


def _begins_field(above: Line, below: Line, limit: float) -> bool:
    """Whether a label stands first, after a sentence's end or a line with room left. Not 他说：“…”."""
    label = LABELLED.match(below.text)
    if label is None or above.text.endswith(ENDS):
        return label is not None
    room = above.box.right + needed(below.text, below.box.width, below.em) < limit
    return room and below.text[label.end() :][:1] not in tuple(QUOTING)


def limit_in(lines: Sequence[Line], left: float, right: float) -> float:
    """How far lines reach in a cell with these borders; what lies beyond is its margin, as wide as the one on the left."""
    if not lines:
        return right
    em = median(line.em for line in lines)
    margin = min(max(min(line.box.left for line in lines) - left, 0.0), em)
    return max(*map(reach, lines), right - margin - em)


def limit_of(lines: Sequence[Line]) -> float | None:
    """How far lines reach on a page without borders: several end there, or one is too long for a mere entry."""
    if not lines:
        return None
    em = median(line.em for line in lines)
    left, right = min(line.box.left for line in lines), max(map(reach, lines))
    full = sum(line.box.right > right - 1.2 * em for line in lines)
    return right if full >= 3 or right - left >= LONG_LINE * em else None


def reach(line: Line | Text) -> float:
    """Where it ends less the marks that close it: those may hang over the margin, as Word and LibreOffice let them."""
    text = line.text.rstrip()
    said = text.rstrip(CLOSING)
    if not text or len(said) == len(text):
        return line.box.right
    return line.box.right - line.box.width * units_of(text[len(said) :]) / units_of(text)


ENDS = ("。", "！", "？", "”")
_STOPS = (*ENDS, "；", "：", ";", ":", ".", "…")
_WORD = rf"[（《“‘【\[(「『]*(?:[0-9A-Za-z@._%+/:-]+[年月日℃％]?|.)[{CLOSING}\]),.;:!?]*"
_UNIT = re.compile(rf"{_WORD}(?:(?=[“‘]|(?<=。)\d){_WORD})?")  # LibreOffice parts neither 说：“我 nor 夜。2021年


def _in_block(lines: Sequence[Line], number: int) -> bool:
    """Whether the line and the next one stand in a block that is indented as a whole: an answer below its question."""
    above, below = lines[number : number + 2]
    if abs(above.box.left - below.box.left) >= EVEN * below.em:
        return False
    near = [line for line in lines[max(number - 2, 0) : number + 4] if not line.text.endswith(ENDS)]
    same = [abs(line.box.left - below.box.left) < EVEN * below.em for line in near]
    return sum(same) > 2 or not above.text.endswith(ENDS)  # else paragraphs of a line each


def _runs_on(above: Line, below: Line, left: float, limit: float, *, centred: bool) -> bool:
    """Whether the line above ends for want of room. `left`: of all lines, or of the block they stand in."""
    sizes = [line.em for line in (above, below) if len(line.text) > 1] or [above.em]  # one letter shows no size
    em = sum(sizes) / len(sizes)
    if max(sizes) > OTHER_SIZE * min(sizes):
        return False
    indent = below.box.left - left
    if INDENTED[0] * em < indent < INDENTED[1] * em and not centred and not _hangs(above, below):
        return False
    if _NUMBERING.match(below.text) and above.text.endswith(tuple("。；;：:！？")):
        return False
    if len(below.text) <= LONGEST_LABEL and below.text.endswith(("：", ":")):
        return False
    if len(below.text) <= LONGEST_HEADING and above.text.endswith(ENDS) and below.text[-1] not in CLOSING:
        return False  # no sentence ends so: 线索亮点
    return full(above, below, em, limit)


def _hangs(above: Line, below: Line) -> bool:
    """Whether the line below begins under what stands behind a label's colon: 事迹： and a value of several lines."""
    if not (label := LABELLED.match(above.text)):
        return False
    return abs(above.box.left + units_of(label[0]) * above.em - below.box.left) < HANGING * above.em


def full(above: Line | Text, below: Line | Text, em: float, limit: float) -> bool:
    """Whether the line above has no room left for what the one below begins with."""
    prose = above.box.width > PROSE * em and not above.text.endswith(_STOPS)
    slack = SHORT_OF if prose else -EXACT
    return above.box.right + needed(below.text, below.box.width, em) + slack * em > limit


def needed(text: str, width: float, em: float) -> float:
    """How much room the beginning of a text takes that cannot be parted; the whole text is so wide."""
    unit = _UNIT.match(text)
    units = units_of(text) or 1.0
    return min(width / units, 1.3 * em) * (units_of(unit[0]) if unit else 1.0)


def _seam(above: str, below: str) -> str:
    """What stands between two joined lines: a blank between two Latin words, nothing within a number or 汉字."""
    end, start = above[-1:], below[:1]
    if end and end in TICKED:
        return "\n"  # 男 √, and on the next line 女: whose tick it is shows by the line's end
    if not (end.isascii() and start.isascii()):
        return ""
    if end.isdigit() and start.isdigit():
        return ""
    worded = (end.isalnum() or end in ",.;:)") and start.isalnum()
    return " " if worded and "@" not in above[-30:].rpartition(" ")[2] else ""
