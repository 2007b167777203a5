"""Labels whose letters are set far apart, so that all are as wide as the longest: 姓      名：, spread by a browser or by Word.

Each letter comes as a piece of its own, and may stand further from the next one than the value does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from intake.documents.pages.setting import Text, around, rows_of, units_of

APART = 8.0  # em between two letters, at most: 性 and 别 of a label as wide as 被推荐人联系电话
EVEN = 0.2  # em by which the gaps of one label differ
LONGEST = 8  # characters of a number and a letter
WORD = 3  # letters that are a label without a colon behind the last


#: A label's first letter, behind its number or bullet.
_FIRST = re.compile(r"(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.．、)）]|[^\w\s])?\s*[\u4e00-\u9fff]")


def closed_up(texts: Sequence[Text]) -> list[Text]:
    """The texts, with such letters as one."""
    if not any(_FIRST.fullmatch(text.text.strip()) for text in texts if len(text.text) < LONGEST):
        return list(texts)
    return [text for row in rows_of(texts) for text in _words(row)]


def _words(row: Sequence[Text]) -> Iterator[Text]:
    start = 0
    while start < len(row):
        end = _end(row, start)
        yield _joined(row[start:end])
        start = end


def _end(row: Sequence[Text], start: int) -> int:
    """Where the label ends that begins there; one further where none does."""
    if not _FIRST.fullmatch(row[start].text.strip()):
        return start + 1
    em = row[start].box.width / units_of(row[start].text.strip())
    gap = row[start + 1].box.left - row[start].box.right if start + 1 < len(row) else 0.0
    end = start + 1
    while end < len(row) and gap < APART * em:
        if abs(row[end].box.left - row[end - 1].box.right - gap) > EVEN * em:
            break
        if _last(row[end]):
            return end + 1
        if not _letter(row[end]):
            break
        end += 1
    return end if end - start >= WORD else start + 1


def _letter(text: Text) -> bool:
    said = text.text.strip()
    return len(said) == 1 and ("\u4e00" <= said <= "\u9fff" or said in "/／")


def _last(text: Text) -> bool:
    """Whether it begins with a label's last letter and its colon: 别：女 after 性."""
    said = text.text.strip()
    return said[1:2] in ("：", ":") and "\u4e00" <= said[0] <= "\u9fff"


def _joined(letters: Sequence[Text]) -> Text:
    if len(letters) == 1:
        return letters[0]
    said = "".join(letter.text.strip() for letter in letters)
    return Text(around([letter.box for letter in letters]), said, min(letter.confidence for letter in letters))
