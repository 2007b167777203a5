"""What this machine can read with beyond Python: an office program, a recogniser of pictures. Either may be absent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from intake.documents.document import Document, Scan
from intake.documents.limits import Allowance, Limits


class Converter(Protocol):
    """An office program in a child process (LibreOffice)."""

    def __call__(self, data: bytes, format: str, to: str, limits: Limits) -> bytes | None:  # noqa: A002  # what it is
        """The file as `to` (docx, xlsx), None where it cannot be converted, or not in time. Never raises."""
        ...


class Recogniser(Protocol):
    """Text from pictures (OCR), cell by cell where the page is ruled."""

    def ruled(self, scan: Scan, allowance: Allowance) -> bool:
        """Whether the page has a table's grid, so that it may be a form: quick, without recognising. Never raises."""
        ...

    def glimpse(self, scan: Scan, allowance: Allowance) -> Iterator[str] | None:
        """A few of the page's lines, those first that show soonest what it is about; each is read when it is asked for.
        None where there is no picture to be read. Never raises."""
        ...

    def read(self, scans: Sequence[Scan], allowance: Allowance) -> Document | None:
        """The pages of one document, in their order: with `recognised` set, each text with its confidence, a table
        that goes on over pages whole. None where nothing can be read. Never raises."""
        ...


class Unpacker(Protocol):
    """Programs for archives that Python cannot unpack (RAR), in child processes."""

    def __call__(self, data: bytes, most: int) -> Iterator[bytes]:
        """All files of the archive one behind the other, at most so many bytes: as each program puts them out, the one
        that is likeliest to manage it first. Never raises."""
        ...


def _granted() -> AbstractContextManager[bool]:
    return nullcontext(True)


@dataclass(frozen=True, slots=True)
class Means:
    limits: Limits = field(default_factory=Limits)
    convert: Converter | None = None
    recogniser: Recogniser | None = None
    unpack: Unpacker | None = None
    #: Around all that it does with a file, for it may bring down the process: whether it may open it.
    pdfium: Callable[[], AbstractContextManager[bool]] = _granted


PLAIN = Means()
