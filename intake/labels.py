"""The words by which a form's fields are known, however people space, number, mark or slightly misspell them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rules.campaign import Campaign, Field, FieldType

LONGEST = 40  # characters: what is longer is no label
LONGEST_WITH_NOTE = 200  # ... but the form's hint may stand in brackets below it
SHORTEST_PIECE = 7  # letters of a hint by which it is known again
TYPO_FROM = 4  # shorter labels must be exact: 职务 and 职称 differ by one character
TYPO_CONFIDENCE = 0.9

_BLANKS = re.compile("[\\s\u00ad\u200b-\u200f\u2060\ufeff]+")
_NOTE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")  # （必填）, [选填]
_NUMBERING = re.compile(r"^(?:\d{1,2}[.、)]|\(?[一二三四五六七八九十]{1,3}[、.)]|\(\d{1,2}\))")
_EDGES = "*★☆※·•●◆■▲:;,.。、，；#_-—|【】[]<>《》“”\"'"
#: What Word and WPS show in an empty content control, and lines drawn to write on.
_PROMPT = re.compile(
    r"(?:单击|点击|点按|请点击)(?:或点按|或点击)?(?:此处|这里|以)?(?:可)?输入(?:文字|文本|日期)?[。.]?"
)
_REQUEST = re.compile(
    r"[（(【]?请?(?:在此)?(?:填写|输入|补充|补填|待补充?|待定|待填写?|待核实|待查|暂缺|暂空|未填写?|从略|略|空)[）)】。.…]*"
)
_HAN = re.compile("[\u4e00-\u9fff]")  # what squeezing leaves as it is
_OUR_WORDS = re.compile(r"请(?:补充|填写)|例如|比如|举?例\s*[:：]")  # our own question, quoted without any mark
_CLAUSE_END = re.compile(r"[\s:：,，;；。)）]+")
_EXAMPLES = re.compile(r"\([^()]*、[^()]*\)")  # within a hint: (老图纸、工具、照片等)
_RULE = re.compile(r"[_＿‗]+")
_UNTICKED, _TICKED = "□☐○◯▢", "☑☒✓✔√■●◉"


@dataclass(frozen=True, slots=True)
class Label:
    """A label that was met. Several keys: it fits each person the form is about, the place decides."""

    keys: tuple[str, ...]
    confidence: float = 1.0


def squeezed(text: str) -> str:
    """Width and case folded, all blanks gone: 姓　　名 is 姓名."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


@dataclass(frozen=True, slots=True)
class Labels:
    """All labels of one campaign."""

    clean: Mapping[str, Label]  # labels written as they should be: most are
    exact: Mapping[str, tuple[str, ...]]
    shortened: Mapping[str, frozenset[str]]  # a long label with any one character left out -> the keys it may mean
    letters: frozenset[str]  # that occur in labels
    titles: frozenset[str]
    hints: Mapping[str, str]  # by key, squeezed
    about: Mapping[str, str]
    types: Mapping[str, FieldType]
    first: str  # the key that a form begins with
    spellings: str  # a regular expression of all labels as they stand in a line, longest first

    def match(self, text: str) -> Label | None:
        """The label that `text` is, as a whole."""
        if label := self.clean.get(text):
            return label
        whole = _label_text(text)
        if not whole:
            return None
        trimmed = whole.strip(_EDGES)
        bare = _NUMBERING.sub("", _NOTE.sub("", whole)).strip(_EDGES)
        for spelling in (trimmed, bare, bare.replace("的", "")):
            if keys := self.exact.get(spelling):
                return Label(keys)
        return self._misspelt(bare)

    def _misspelt(self, word: str) -> Label | None:
        if not TYPO_FROM <= len(word) <= 16 or len(set(word) - self.letters) > 1:
            return None  # one character may be wrong, not two
        meant: set[str] = set()
        for variant in (word, *_with_one_left_out(word)):
            meant.update(self.shortened.get(variant, ()))
        return Label((meant.pop(),), TYPO_CONFIDENCE) if len(meant) == 1 else None

    def is_title(self, text: str) -> bool:
        return len(text) <= 2 * LONGEST and squeezed(text).strip(_EDGES) in self.titles

    def is_long(self, key: str) -> bool:
        return self.types[key] is FieldType.LONG_TEXT

    def value(self, key: str, text: str) -> str:
        """What was filled in: without the form's own hints, prompts and rules to write on; "" where nothing was."""
        text = _PROMPT.sub("", _RULE.sub(" ", text)).strip(" \t\r\n\u3000\u00a0\u2002")
        text = self._without_hint(key, text)
        if (
            any(box in text for box in _UNTICKED)
            and not any(tick in text for tick in _TICKED)
            and not self.is_long(key)
        ):
            return ""  # □男 □女: nobody ticked anything
        if _REQUEST.fullmatch(text) or (_OUR_WORDS.match(text) and not self.is_long(key)):
            return ""
        return text if text.strip(" \t\r\n:：（）()【】[]。.") else ""

    def _without_hint(self, key: str, text: str) -> str:
        hint = self.hints.get(key)
        if not hint:
            return text
        if all(map(text.__contains__, _HAN.findall(hint))) and hint in squeezed(text):
            text = _cut_out(text, hint).lstrip(":：\n")
        lines = text.split("\n")
        for end in (0, -1):  # a piece of the hint that was left above or below the text
            while lines and (not lines[end].strip() or _piece_of_hint(lines[end], hint) == len(lines[end])):
                del lines[end]
        if lines and (end := _piece_of_hint(lines[0], hint)):  # ... or before it
            lines[0] = lines[0][end:].lstrip(" \t:：,，;；。")
        return "\n".join(lines).strip()


def _label_text(text: str) -> str:
    """The text squeezed; "" where it is no label for its length, the hint in brackets below it not counted."""
    if len(text) <= 2 * LONGEST and len(whole := squeezed(text)) <= LONGEST:
        return whole
    if len(text) > LONGEST_WITH_NOTE or not ("(" in text or "（" in text):
        return ""
    whole = squeezed(text)
    while (bare := _NOTE.sub("", whole)) != whole:
        whole = bare
    return whole if len(whole) <= LONGEST else ""


def labels_of(campaign: Campaign) -> Labels:
    """The campaign's labels, prepared once: known by identity, for to compare campaigns would cost more than to read."""
    known = _PREPARED.get(id(campaign))
    if known is None:
        if len(_PREPARED) >= MOST_PREPARED:
            _PREPARED.clear()
        known = _PREPARED[id(campaign)] = campaign, _prepared(campaign.fields, campaign.form_titles)
    return known[1]


MOST_PREPARED = 32
_PREPARED: dict[int, tuple[Campaign, Labels]] = {}  # holds the campaign, so that its id stays its own


def _prepared(fields: Sequence[Field], titles: Iterable[str]) -> Labels:
    exact = _exact(fields)
    return Labels(
        clean={word: Label(keys) for word, keys in exact.items() if squeezed(word) == word},
        exact=exact,
        shortened=_shortened(exact),
        letters=frozenset("".join(exact)),
        titles=frozenset(squeezed(title).strip(_EDGES) for title in titles),
        hints={field.key: squeezed(field.hint) for field in fields if field.hint},
        about={field.key: field.about for field in fields},
        types={field.key: field.type for field in fields},
        first=fields[0].key if fields else "",
        spellings="|".join(_spelling(word) for word in sorted(_words(fields), key=len, reverse=True)),
    )


def _words(fields: Iterable[Field]) -> set[str]:
    return {word for field in fields for word in (field.label, *field.aliases)}


def _exact(fields: Iterable[Field]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for field in fields:
        for word in dict.fromkeys(squeezed(w).strip(_EDGES) for w in (field.label, *field.aliases)):
            if field.key not in found.get(word, ()):
                found[word] = (*found.get(word, ()), field.key)
    return found


def _shortened(exact: Mapping[str, tuple[str, ...]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for word, keys in exact.items():
        if len(word) >= TYPO_FROM and len(keys) == 1:
            for variant in (word, *_with_one_left_out(word)):
                found.setdefault(variant, set()).update(keys)
    return {variant: frozenset(keys) for variant, keys in found.items()}


def _with_one_left_out(word: str) -> Iterator[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


def _spelling(word: str) -> str:
    """A label as it may be typed: blanks between its characters, either width of brackets and slash."""
    wide = {"/": "[/／]", "(": "[（(]", "（": "[（(]", ")": "[）)]", "）": "[）)]"}
    return r"[^\S\n]*".join(wide.get(character, re.escape(character)) for character in word if not character.isspace())


def _piece_of_hint(line: str, hint: str) -> int:
    """How much of the line's beginning is the hint, or a part of it, with other punctuation perhaps; 0 for an answer.

    Who writes 攻坚克难、创新突破 chose from the hint's examples: that is no piece of the hint.
    """
    letters, examples = _letters_of_hint(hint)
    head = line[: 2 * len(hint)]
    ends = [match.end() for match in _CLAUSE_END.finditer(head)] + ([len(line)] if len(line) == len(head) else [])
    found = 0
    for end in ends:
        piece = _letters(line[:end])
        if piece not in letters:
            break
        if len(piece) >= SHORTEST_PIECE and not any(piece in listed for listed in examples):
            found = end
    return found


@lru_cache(maxsize=256)
def _letters_of_hint(hint: str) -> tuple[str, tuple[str, ...]]:
    """The hint's letters, and those of the examples that it lists."""
    return _letters(hint), tuple(_letters(listed) for listed in _EXAMPLES.findall(hint))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", squeezed(text))


def _cut_out(text: str, hint: str) -> str:
    """`text` without the hint, wherever its blanks and line breaks are."""
    kept = [(i, character) for i, original in enumerate(text) for character in squeezed(original)]
    at = "".join(character for _, character in kept).find(hint)
    if at < 0:
        return text
    start, end = kept[at][0], kept[at + len(hint) - 1][0] + 1
    return f"{text[:start].rstrip()}\n{text[end:].lstrip()}".strip()
