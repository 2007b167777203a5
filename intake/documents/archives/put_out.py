"""What a program puts out of an archive, cut into its files: the sizes and checksums in the archive decide what is whole."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from intake.documents.means import Unpacker


@dataclass(frozen=True, slots=True)
class Stated:
    """What the archive says of one of its files."""

    size: int
    is_whole: Callable[[bytes], bool]


def with_checksum(size: int, checksum: int | None) -> Stated:
    return Stated(size, lambda content: len(content) == size and checksum == zlib.crc32(content))


def put_out(
    unpack: Unpacker, data: bytes, files: Sequence[Stated], wanted: Collection[int], most: int
) -> dict[int, bytes]:
    """The files that came out whole, by their number, of at most so many bytes. A program puts out all of them, links
    too, one behind the other; programs are asked until those that are wanted are there."""
    found: dict[int, bytes] = {}
    for stream in unpack(data, max(0, min(most, sum(one.size for one in files)))):
        place = 0
        for number, one in enumerate(files):
            content = stream[place : place + one.size]
            place += one.size
            if number not in found and one.is_whole(content):
                found[number] = content
        if all(number in found for number in wanted):
            break
    return found
