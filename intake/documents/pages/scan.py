"""Pictures read by this machine: scans and photographs of pages, one after the other; what was read is kept a while."""

from __future__ import annotations

import hashlib
import importlib.util
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from intake.documents.document import Document, Scan, texts_in
from intake.documents.limits import Allowance, Exceeded
from intake.documents.pages.models import models
from intake.documents.pages.order import in_order
from intake.documents.pages.overlap import once, page_by_page, without_window
from intake.documents.pages.ruling import blocks_of
from intake.documents.pages.stacking import Sheet, stacked

if TYPE_CHECKING:
    from intake.documents.means import Recogniser
    from intake.documents.pages.ocr import Engine
    from intake.documents.pages.page import Sighted
    from intake.documents.pages.picture import Picture

_NEEDED = ("rapidocr", "onnxruntime", "cv2", "PIL", "pillow_heif", "pypdfium2")

GLANCE = 700_000  # pixels that show whether a page is ruled
KNOWN = 16  # pages that are kept as read
SEEN = 4  # ... that a few lines were read of: 11 MB each
WRITING = 0.5  # of the lines glimpsed on a sheet that are surely writing: a desk's grain looks like more of them

_Key: TypeAlias = tuple[bytes, int]  # of a page: its file's hash, its number


def recogniser(threads: int = 1) -> Recogniser | None:
    """What reads pictures here; None where the extra `ocr` is not installed. Nothing is loaded before the first picture."""
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        return None
    return None if models() is None else _Recogniser(threads)


class _Recogniser:
    """Not thread-safe; one a process. What is heavy is imported with the first picture: a fifth of a second, and 100 MB."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._known: OrderedDict[_Key, Sheet] = OrderedDict()  # a page alone, then again with others
        self._seen: OrderedDict[_Key, Sighted] = OrderedDict()  # a glimpse, then the whole perhaps

    @cached_property
    def _engine(self) -> Engine:
        import cv2  # noqa: PLC0415

        from intake.documents.pages.ocr import Engine  # noqa: PLC0415

        cv2.setNumThreads(self._threads)
        folder = models()
        assert folder is not None
        return Engine(folder, self._threads)

    def ruled(self, scan: Scan, allowance: Allowance) -> bool:
        from intake.documents.pages.transcript import is_ruled  # noqa: PLC0415

        picture = _picture(scan, allowance, GLANCE)
        return picture is not None and is_ruled(picture)

    def glimpse(self, scan: Scan, allowance: Allowance) -> Iterator[str] | None:
        seen = self._sighted(scan, allowance)
        return None if seen is None else self._telling(scan, seen, allowance)

    def _telling(self, scan: Scan, seen: Sighted, allowance: Allowance) -> Iterator[str]:
        from intake.documents.pages.glimpse import telling  # noqa: PLC0415
        from intake.documents.pages.ocr import LEGIBLE, READABLE  # noqa: PLC0415

        lines = []
        for line in telling(seen, self._engine):
            lines.append(line)
            if line.certainty >= LEGIBLE:
                yield line.text
        writing = sum(line.certainty >= READABLE for line in lines)
        if writing < WRITING * len(lines) and self.ruled(scan, allowance):
            whole = self.read([scan], allowance)
            yield from texts_in(whole.blocks if whole else ())

    def read(self, scans: Sequence[Scan], allowance: Allowance) -> Document | None:
        sheets = [sheet for scan in scans if (sheet := self._sheet(scan, allowance)) is not None]
        if not sheets:
            return None
        return Document(
            blocks_of(*stacked(page_by_page(once(in_order(without_window(sheets)))))), scans[0].format, recognised=True
        )

    def _sheet(self, scan: Scan, allowance: Allowance) -> Sheet | None:
        """None where there is no page to be read."""
        from intake.documents.pages.transcript import read_page  # noqa: PLC0415

        key = _key(scan)
        if key not in self._known:
            seen = self._sighted(scan, allowance)
            if seen is None:
                return None
            _make_room(self._known, KNOWN)
            self._known[key] = read_page(seen, self._engine)
            del self._seen[key]
        return self._known[key]

    def _sighted(self, scan: Scan, allowance: Allowance) -> Sighted | None:
        from intake.documents.pages.page import sighted  # noqa: PLC0415
        from intake.documents.pages.streaks import unstreaked  # noqa: PLC0415

        key = _key(scan)
        if key not in self._seen:
            picture = _picture(scan, allowance)
            if picture is None:
                return None
            _make_room(self._seen, SEEN)
            self._seen[key] = sighted(unstreaked(picture), self._engine)
        return self._seen[key]


def _key(scan: Scan) -> _Key:
    return hashlib.sha256(scan.data).digest(), scan.page


def _make_room(kept: OrderedDict[_Key, Any], most: int) -> None:
    while len(kept) >= most:
        kept.popitem(last=False)


def _picture(scan: Scan, allowance: Allowance, area: int | None = None) -> Picture | None:
    """None where it is no picture, or too big a one."""
    from intake.documents.pages.framed import unframed  # noqa: PLC0415
    from intake.documents.pages.night import by_day  # noqa: PLC0415
    from intake.documents.pages.picture import LOADED, picture_of  # noqa: PLC0415

    try:
        picture = picture_of(scan, allowance, area or LOADED)
    except Exceeded as limit:
        allowance.told.append(f"{limit}，没有识别")
        return None
    return None if picture is None else by_day(unframed(picture))
