"""One thing that an answer says, with all that it may be meant for; and what is meant, where certain fields were asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from intake.draft import FieldValue
from rules.campaign import Field, FieldType

#: Nobody's but whom they are about, whatever else is said around them: 男, 1980年5月, 22年.
_OF_HIS_LIFE = (FieldType.CHOICE, FieldType.MONTH, FieldType.NUMBER)


@dataclass(frozen=True, slots=True)
class Remark:
    """What it means, only the gaps of the case tell; so no bare one ever counts against a value that is on file."""

    means: Mapping[str, FieldValue]  # by each KEY that it may be meant for; nothing where it is not understood
    guessed: frozenset[str] = field(default_factory=frozenset)  # KEYs that only its place could tell
    number: int = 0  # 2. 总工程师
    labelled: bool = False  # it says what it is: 职务是总工程师, 他1980年5月出生

    @property
    def tells(self) -> bool:
        """Whether it is a value, and not just words: 22, and 男."""
        return any(key not in self.guessed or isinstance(one.value, int) for key, one in self.means.items())

    def known(self, values: Collection[str | int]) -> bool:
        return any(one.value in values for one in self.means.values())


def meant(said: Sequence[Remark], asked: Sequence[Field]) -> Mapping[str, FieldValue]:
    """What answers so many questions, in their order: by its own words, by their numbers, as the only one that fits, and
    the rest one after another where there are as many as questions."""
    found = dict(_labelled(said, asked))
    bare = [one for one in said if not one.labelled]
    found = {**_numbered(bare, asked), **found}
    plain = all(any(field.key in one.means for field in asked) for one in bare)  # nothing else is said
    rest = [one for one in bare if not any(value is one.means.get(key) for key, value in found.items())]
    while fit := next(_only_fits(rest, [field for field in asked if field.key not in found], plain=plain), None):
        one, key = fit
        found[key] = one.means[key]
        rest.remove(one)
    blank = [field for field in asked if field.key not in found]
    if plain and len(rest) == len(blank) and all(_in_place(rest[n], blank, n, len(asked)) for n in range(len(rest))):
        found |= {field.key: one.means[field.key] for field, one in zip(blank, rest, strict=True)}
    return found


def _labelled(said: Sequence[Remark], asked: Sequence[Field]) -> Iterator[tuple[str, FieldValue]]:
    told = set[str]()
    for one in said if asked else ():
        fits = [field.key for field in asked if field.key in one.means and field.key not in told]
        if one.labelled and len(fits) == 1:
            told.add(fits[0])
            yield fits[0], one.means[fits[0]]


def _numbered(bare: Sequence[Remark], asked: Sequence[Field]) -> Mapping[str, FieldValue]:
    listed = [one for one in bare if one.number]
    if any(one.number > len(asked) for one in listed):
        return {}
    keys = [asked[one.number - 1].key for one in listed]
    return {key: one.means[key] for key, one in zip(keys, listed, strict=True) if key in one.means}


def _only_fits(rest: Sequence[Remark], blank: Sequence[Field], *, plain: bool) -> Iterator[tuple[Remark, str]]:
    """What can be meant for one question only, and nothing else for that. Words, and a number that may be the writer's,
    count where nothing else is said."""
    fits = [[f for f in blank if f.key in one.means and f.key not in one.guessed] for one in rest]
    for one, fields in zip(rest, fits, strict=True):
        if len(fields) == 1 and fits.count(fields) == 1 and (plain or fields[0].type in _OF_HIS_LIFE):
            yield one, fields[0].key


def _in_place(one: Remark, blank: Sequence[Field], place: int, asked: int) -> bool:
    """Two numbers in the order of the questions; of two units nobody knows which is which. What a lone word means, nobody
    knows either, as long as no other answer stands beside it."""
    meant = blank[place]
    told = [field for field in blank if field.key in one.means and field.key not in one.guessed]
    if meant.key not in one.means:
        return False
    if meant.key in one.guessed:
        return not told and (asked > 1 or meant.type is FieldType.NUMBER)
    return meant.type is FieldType.PHONE or told == [meant]
