"""PDFium's functions that are called for every character of a page: with addresses for pointers, a third quicker."""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # ships no types

_POINTER = ctypes.c_void_p
_INT = ctypes.c_int


def address_of(thing: Any) -> int:
    """Tells an object of the page from others, too."""
    return ctypes.cast(thing, _POINTER).value or 0


def _quick(function: Any, result: Any, *arguments: Any) -> Any:
    """The call does so little that others need not run meanwhile: it keeps the interpreter's lock."""
    return ctypes.PYFUNCTYPE(result, *arguments)(address_of(function))


unicode_of = _quick(pdfium.FPDFText_GetUnicode, ctypes.c_uint, _POINTER, _INT)
object_of = _quick(pdfium.FPDFText_GetTextObject, _POINTER, _POINTER, _INT)
loose_box_of = _quick(pdfium.FPDFText_GetLooseCharBox, _INT, _POINTER, _INT, ctypes.POINTER(pdfium.FS_RECTF))
generated = _quick(pdfium.FPDFText_IsGenerated, _INT, _POINTER, _INT)
unmapped = _quick(pdfium.FPDFText_HasUnicodeMapError, _INT, _POINTER, _INT)
render_mode_of = _quick(pdfium.FPDFTextObj_GetTextRenderMode, _INT, _POINTER)
