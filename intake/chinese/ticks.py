"""Boxes to tick as people and programs draw them: which are ticked, and the words that belong to those."""

from __future__ import annotations

import re

TICKED = "☑☒✓✔√■●◉⊠þ✅▣◼⬛◾⦿🗹🗸✗✘"
UNTICKED = "□☐○◯▢◻⬜◽❏❑❒⬚◇"

_SELECTORS = re.compile("[\ufe0e\ufe0f]")  # ☑ as a coloured picture
_CROSS = re.compile(r"[\[【(（]\s*[xX×]\s*[\]】)）]")
#: R and £ are the boxes of Wingdings 2 where the font is gone; others draw a box with brackets.
_LOST_FONT = re.compile("[R£]")
#: A tick written beside the printed box in place of into it: √□男 □女, □男√ □女, 男□√ 女□.
_AT_BOX = re.compile(r"(?<!\S)[√✓✔]□|□[√✓✔](?!\S)")
_AT_WORD = re.compile(r"□(\s?[^\s□√✓✔☑■]+?)[√✓✔](?!\S)")
_BOX_FIRST = re.compile(r"[^□]*[:：]?\s*(?<!\w)□")
_TICK_IN_BRACKETS = re.compile(rf"[\[【(（]\s*[{TICKED}]\s*[\]】)）]")
_EMPTY_BRACKETS = re.compile(r"[\[【(（]\s*[\]】)）]")
_BRACKET = re.compile(r"[\[【(（]")
_BOX = re.compile(f"[{TICKED}{UNTICKED}]")
A_TICK, AN_EMPTY_BOX = re.compile(f"[{TICKED}]"), re.compile(f"[{UNTICKED}]")
_BETWEEN = " \t\r\n\u3000\u00a0/／|｜,，、;；。"
_APART = re.compile(rf"[{re.escape(_BETWEEN)}]+")
_A_LINE = 9  # blanks that the end of a line parts like
_OTHER = re.compile(r"其[他它](?:关系)?\s*(?:[:：]\s*(?P<said>.+)|[（(](?P<noted>[^（）()]+)[）)])")


def drawn(text: str) -> str:
    """[√]男 [ ]女 as ☑男 □女. A cross is a tick where the other box is empty, beside a tick it is its contrary."""
    text = _SELECTORS.sub("", text)
    if "£" in text:
        text = _LOST_FONT.sub(lambda box: "☑" if box[0] == "R" else "□", text)
    if "□" in text:
        text = _AT_BOX.sub("☑", text)
        text = _AT_WORD.sub(r"☑\1", text) if _BOX_FIRST.match(text) else text
    if not _BRACKET.search(text):
        return text
    text = _EMPTY_BRACKETS.sub("□", _TICK_IN_BRACKETS.sub("☑", text))
    if A_TICK.search(text):
        return _CROSS.sub("□", text)
    return _CROSS.sub("☑", text) if "□" in text else text


def ticked(row: str) -> list[str] | None:
    """The words of the ticked boxes of a row as `drawn`: ☑男 □女; 男√ 女□, each box behind its word. None: no boxes."""
    boxes = _BOX.findall(row)
    if not boxes:
        return None
    parts = _BOX.split(row)
    said, *others = (part.strip(_BETWEEN) for part in parts)
    if boxes[0] in TICKED and len(boxes) == 1 and said and others[0] and not said.endswith((":", "：")):
        return _nearer(*parts)
    asks = said.endswith((":", "：")) or (parts[0] != parts[0].rstrip() and others[-1])  # 是否党员 ☑是 □否
    behind = said and not asks  # 男 女√: the tick stands at the last word before it
    words = [_APART.split(word)[-1] for word in (said, *others[:-1])] if behind else others
    return [word for box, word in zip(boxes, words, strict=True) if box in TICKED and word]


def _nearer(before: str, after: str) -> list[str]:
    """The word beside a lone tick: 男 √   女; both where it stands midway, and nobody can tell."""
    words = _APART.split(before.strip(_BETWEEN))[-1], after.strip(_BETWEEN)
    blanks = before[len(before.rstrip(_BETWEEN)) :], after[: len(after) - len(after.lstrip(_BETWEEN))]
    gaps = [len(blank) + _A_LINE * blank.count("\n") for blank in blanks]
    return [word for word, gap in zip(words, gaps, strict=True) if gap == min(gaps)]


def chosen(text: str) -> str:
    """What is ticked in a row of boxes of which others are not: 同事 of □亲属 ☑同事; "" where the text is no such row."""
    row = drawn(text)
    if not AN_EMPTY_BOX.search(row) or not (words := ticked(row)):
        return ""
    said = (_OTHER.fullmatch(word) for word in words)
    return "、".join(
        (other["said"] or other["noted"]) if other else word for word, other in zip(words, said, strict=True)
    )
