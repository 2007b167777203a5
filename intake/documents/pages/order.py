"""In which order several photographs are the pages of a form."""

from __future__ import annotations

from collections.abc import Sequence

from intake.documents.pages.ruling import around
from intake.documents.pages.stacking import Sheet

LARGE = 1.8  # times as high as a page's other letters: a heading's box


def in_order(sheets: Sequence[Sheet]) -> list[Sheet]:
    """From the page with the heading on; many photographs come in the order in which a telephone shows them.

    A sheet without a table, where others have one, is no first page: the story has one of its own, headed with its label.
    """
    bare = not any(sheet.tables for sheet in sheets)
    for large in (LARGE, 0.0):  # the first row that lost its upper border stands above its table, too
        headed = [_headed(sheet, large) and bool(sheet.tables or bare) for sheet in sheets]
        if any(headed):
            return list(reversed(sheets) if headed[-1] and not headed[0] else sheets)
    return list(sheets)


def _headed(sheet: Sheet, large: float) -> bool:
    """Whether text so many times as high as most of its own stands above its table; or it has none."""
    top = min((around(cells).top for cells in sheet.tables), default=sheet.height)
    return any(text.box.y < top and text.box.height > large * sheet.em for text in sheet.texts)
