"""PDF files opened by PDFium, and what stands on each of their pages. y grows downward.

Its C functions are called directly: a form is a thousand characters, and objects around each would cost more than reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # ships no types

from intake.documents.pages.drawn import drawn_on
from intake.documents.pages.filled_in import filled_in
from intake.documents.pages.glyphs import Glyph, glyphs_of
from intake.documents.pages.inputs import Shape
from intake.documents.pages.ruling import Rule
from intake.documents.pages.setting import Box, Text
from intake.documents.pages.upright import placing_of

__all__ = ["Broken", "Glyph", "Locked", "Page", "Pdf", "opened"]


class Locked(Exception):
    """The file needs a password."""


class Broken(Exception):
    """The file cannot be opened."""


@dataclass(slots=True)
class Page:
    """One page as it is looked at: turned upright, from its upper left corner."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    layer: list[Glyph] = field(default_factory=list)  # invisible text: what a scanner recognised
    unmapped: int = 0  # characters that nobody knows
    rules: list[Rule] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    drawn: int = 0  # paths that are no lines: letters as outlines, drawings
    filled_in: list[Text] = field(default_factory=list)  # values of form fields, notes typed onto the page
    shapes: list[Shape] = field(default_factory=list)  # what fields of web forms are made of


_ready = False


def _prepare() -> None:
    global _ready  # noqa: PLW0603  # the library is one for the process
    if not _ready:
        pdfium.FPDF_InitLibrary()
        _ready = True


class Pdf:
    """An open file."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self.pages: int = pdfium.FPDF_GetPageCount(handle)
        kind = pdfium.FPDF_GetFormType(handle)
        self.dynamic = kind == pdfium.FORMTYPE_XFA_FULL
        self._info = pdfium.FPDF_FORMFILLINFO(version=2)
        self._form = (
            pdfium.FPDFDOC_InitFormFillEnvironment(handle, self._info) if kind != pdfium.FORMTYPE_NONE else None
        )

    def close(self) -> None:
        if self._form:
            pdfium.FPDFDOC_ExitFormFillEnvironment(self._form)
        pdfium.FPDF_CloseDocument(self._handle)

    def page(self, number: int) -> Page | None:
        """A page, counted from 0; None where it is broken."""
        handle = pdfium.FPDF_LoadPage(self._handle, number)
        if not handle:
            return None
        try:
            return _seen(handle, self._form)
        finally:
            pdfium.FPDF_ClosePage(handle)


@contextmanager
def opened(data: bytes) -> Iterator[Pdf]:
    """The file, closed again at the end. Raises Locked or Broken."""
    _prepare()
    handle = pdfium.FPDF_LoadMemDocument64(data, len(data), None)  # `data` lives as long as this frame
    if not handle:
        why = pdfium.FPDF_GetLastError()
        raise Locked if why in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY) else Broken
    pdf = Pdf(handle)
    try:
        yield pdf
    finally:
        pdf.close()


def _seen(page: Any, form: Any) -> Page:
    text = pdfium.FPDFText_LoadPage(page)
    try:
        place = placing_of(page, text)
        drawn = drawn_on(page, place)
        said = glyphs_of(text, place, drawn)
    finally:
        if text:
            pdfium.FPDFText_ClosePage(text)
    return Page(
        place.width,
        place.height,
        said.glyphs,
        said.layer,
        said.unmapped,
        drawn.rules,
        drawn.pictures,
        drawn.paths,
        filled_in(page, form, place),
        drawn.shapes,
    )
