"""The form's hint within a field: whole, in pieces, or what a scan left of it; what was written beside it stays."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

from intake.chinese.squeezed import squeezed
from intake.chinese.traditional import simplified

SHORTEST_PIECE = 7  # letters of a hint by which it is known again
LONG_PIECE = 14  # ... though no mark ends it
LEAST_REMAINS = 12  # letters of a line that a scan left of a hint
LEAST_BLOCK = 3  # letters of each piece in which it is as printed
REMAINS = 0.85  # of them, at least

_EMPTY_BRACKETS = re.compile(r"[（(【\[［〔]\s*[）)】\]］〕]")
_ANNOUNCED = re.compile(r"(?:^|(?<=\n)|(?<=[（(【\[]))(?:填写|填报|内容)?(?:提示|说明|要求|须知|注|注意)\s*[:：]\s*$")
_NO_LETTER = re.compile(r"[\W_]")
_HALF_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)}
_HAN = re.compile("[\u4e00-\u9fff]")  # what squeezing leaves as it is
_CLAUSE_END = re.compile(r"[\s:：,，;；。)）]+")
_CLAUSE_START = re.compile(r"(?<=[\s:：,，;；。)）!！”])(?=[^\s])|(?=[（(])")
_EXAMPLES = re.compile(r"\([^()]*、[^()]*\)")  # within a hint: (老图纸、工具、照片等)


def without_hint(text: str, hint: str) -> str:
    """What somebody wrote beside the hint, or beside what was left of it. `hint` is squeezed."""
    if all(map(simplified(text).__contains__, _han_of(hint))) and hint in squeezed(text):
        text = _cut_out(text, hint).lstrip(":：。；;\n")
        text = _EMPTY_BRACKETS.sub("", text).strip()
    lines = text.split("\n")
    for end in (0, -1):  # a piece of the hint that was left above or below the text
        while lines and (not lines[end].strip() or _all_hint(lines[end], hint)):
            del lines[end]
        if len(lines) > 1 and squeezed(lines[end]) in _EXAMPLES.findall(hint):  # （老图纸、工具、照片等）
            del lines[end]
    while lines and (end := _piece_before(lines[0], hint)):  # ... or before it, with a piece between left out
        lines[0] = lines[0][end:].lstrip(" \t:：,，;；。")
    if lines and (start := _piece_behind(lines[-1], hint)) < len(lines[-1]):  # ... or behind it
        lines[-1] = lines[-1][:start].rstrip()
    return "\n".join(lines).strip()


def _all_hint(line: str, hint: str) -> bool:
    """Whether the line is nothing but a piece of the hint, or what a scan left of one: 生的特质（如攻坚克难……."""
    if _piece_before(line, hint) == len(line):
        return True
    letters, examples = _letters_of_hint(hint)
    piece = _letters(line)
    if len(piece) >= SHORTEST_PIECE and line.rstrip().endswith(("）", ")")) and not re.search("[（(]", line):
        return letters.endswith(piece)  # 老图纸、工具、照片等）
    if not LEAST_REMAINS <= len(piece) <= len(letters) + 2:
        return False
    blocks = SequenceMatcher(None, letters, piece, autojunk=False).get_matching_blocks()
    same = [block for block in blocks if block.size >= LEAST_BLOCK]
    if not same or same[0].b > 1 or same[-1].b + same[-1].size < len(piece) - 1:  # an answer before or behind it
        return False
    kept = [letters[block.a : block.a + block.size] for block in same]
    own = sum(len(block) for block in kept if not any(block in listed for listed in examples))
    return sum(map(len, kept)) >= REMAINS * len(piece) and own >= SHORTEST_PIECE


def _piece_before(line: str, hint: str) -> int:
    """How much of the line's beginning is the hint, or a part of it, with other punctuation perhaps; 0 for an answer.

    Who writes 攻坚克难、创新突破 chose from the hint's examples: that is no piece of the hint.
    """
    head = line[: 2 * len(hint)]
    ends = [match.end() for match in _CLAUSE_END.finditer(head)] + ([len(line)] if len(line) == len(head) else [])
    found = 0
    for end in ends:
        piece = _letters(line[:end])
        if piece not in _letters_of_hint(hint)[0]:
            break
        if _is_piece(piece, hint):
            found = end
    return max(found, _long_piece_before(head, hint))


def _long_piece_before(line: str, hint: str) -> int:
    """... of the beginning where so much is the hint, word by word, that no mark need end it: a scan lost 等）。"""
    known = _letters_of_hint(hint)[0]
    piece, end = "", 0
    for number, character in enumerate(line, start=1):
        if (longer := piece + _letters(character)) not in known:
            break
        piece, end = longer, number
    return end if len(piece) >= LONG_PIECE and _is_piece(piece, hint) else 0


def _piece_behind(line: str, hint: str) -> int:
    """Where the piece of the hint begins that ends the line; the line's length where none does."""
    before = max(len(line) - 2 * len(hint), 0)
    starts = [match.start() for match in _CLAUSE_START.finditer(line, before)]
    found = len(line)
    for start in reversed(starts):
        piece = _letters(line[start:])
        if piece not in _letters_of_hint(hint)[0]:
            break
        if _is_piece(piece, hint):
            found = start
    return found


def _is_piece(piece: str, hint: str) -> bool:
    letters, examples = _letters_of_hint(hint)
    return len(piece) >= SHORTEST_PIECE and piece in letters and not any(piece in listed for listed in examples)


@lru_cache(maxsize=256)
def _han_of(hint: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_HAN.findall(hint)))


@lru_cache(maxsize=256)
def _letters_of_hint(hint: str) -> tuple[str, tuple[str, ...]]:
    """The hint's letters, and those of the examples that it lists."""
    return _letters(hint), tuple(_letters(listed) for listed in _EXAMPLES.findall(hint))


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", squeezed(text))


def _cut_out(text: str, hint: str) -> str:
    """`text` without the hint, wherever its blanks and line breaks are."""
    if (start := text.translate(_HALF_WIDTH).find(hint)) >= 0:  # on one line, as it is printed: mostly
        end = start + len(hint)
    else:
        kept = [(i, character) for i, original in enumerate(text) for character in squeezed(original)]
        at = "".join(character for _, character in kept).find(hint)
        if at < 0:
            return text
        start, end = kept[at][0], kept[at + len(hint) - 1][0] + 1
    return f"{_ANNOUNCED.sub('', text[:start].rstrip())}\n{text[end:].lstrip()}".strip()
