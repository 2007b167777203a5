"""The words of a campaign's labels, and what may stand for them: shorter by a character, other marks between."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from intake.chinese.squeezed import squeezed
from rules.campaign import Field

TYPO_FROM = 4  # shorter labels must be exact: 职务 and 职称 differ by one character
TYPO_FROM_ALIAS = 5  # 上级单位 is an answer, though 上报单位 may be a label

EDGES = "*★☆※·•●◆■▲:;,.。、，；#_-—|【】[]<>《》“”\"'"
#: Between two labels in one; a stroke is often recognised as a figure or a letter.
JOINT = re.compile(
    r"(?<=.)(?:及其|以及|[/／\\、,，;；+＋&|·]|及|与|和|或|(?<=[\u4e00-\u9fff])[1il丨](?=[\u4e00-\u9fff]))(?=.)"
)


def words_of(fields: Iterable[Field]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for asked in fields:
        for word in dict.fromkeys(squeezed(w).strip(EDGES) for w in (asked.label, *asked.aliases)):
            if asked.key not in found.get(word, ()):
                found[word] = (*found.get(word, ()), asked.key)
    return found


def persons_of(fields: Sequence[Field], exact: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Words for somebody whom fields are about, the longest first: the field's own `about`, and any label of the field
    so called that others begin with. As 推荐单位电话 is 推荐单位 and 电话, 推荐单位 is one."""
    found: dict[str, str] = {}
    for about in dict.fromkeys(asked.about for asked in fields if asked.about):
        own = {word: keys for word, keys in exact.items() if any(f.key in keys and f.about == about for f in fields)}
        named = exact.get(squeezed(about), ())
        candidates = [word for word, keys in own.items() if set(keys) & set(named)]
        found[squeezed(about)] = about
        for word in candidates:
            if any(len(long) > len(word) and long.startswith(word) and long.removeprefix(word) in own for long in own):
                found.setdefault(word, about)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def shortened(exact: Mapping[str, tuple[str, ...]], printed: Collection[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for word, keys in exact.items():
        if len(word) >= (TYPO_FROM if word in printed else TYPO_FROM_ALIAS) and len(keys) == 1:
            for variant in (word, *with_one_left_out(word)):
                found.setdefault(variant, set()).update(keys)
    return {variant: frozenset(keys) for variant, keys in found.items()}


def evened(word: str, exact: Collection[str]) -> Iterable[str]:
    """推荐人或单位 with a stroke between its words, and with nothing."""
    return (even for even in (JOINT.sub("/", word), JOINT.sub("", word)) if even == word or even not in exact)


def with_one_left_out(word: str) -> Iterator[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))
