"""What was filled in over a PDF's page: values of form fields, notes typed onto it."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # ships no types

from intake.documents.pages.setting import Box, Text, units_of
from intake.documents.pages.upright import Placing

MAX_ANNOTATIONS = 2_000  # of one page
MAX_VALUE = 20_000  # characters of one field or note
TYPED = 10.0  # points: a usual size of what is typed into a field

_HIDDEN = 2 | 32  # annotation flags: hidden, not on screen


def filled_in(page: Any, form: Any, place: Placing) -> list[Text]:
    """`form`: PDFium's environment for the file's form, if it has one."""
    return list(_Filled(page, form, place).notes())


class _Filled:
    def __init__(self, page: Any, form: Any, place: Placing) -> None:
        self._page = page
        self._form = form
        self._place = place

    def notes(self) -> Iterator[Text]:
        count = min(pdfium.FPDFPage_GetAnnotCount(self._page), MAX_ANNOTATIONS)
        for number in range(count):
            note = pdfium.FPDFPage_GetAnnot(self._page, number)
            if not note:
                continue
            try:
                if not pdfium.FPDFAnnot_GetFlags(note) & _HIDDEN:
                    yield from self._annotation(note)
            finally:
                pdfium.FPDFPage_CloseAnnot(note)

    def _annotation(self, note: Any) -> Iterator[Text]:
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        rect = pdfium.FS_RECTF()
        if kind not in (pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_WIDGET):
            return
        if not pdfium.FPDFAnnot_GetRect(note, rect):
            return
        box = self._place.box(rect.left, rect.bottom, rect.right, rect.top)
        if kind == pdfium.FPDF_ANNOT_FREETEXT:
            said = _string(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(note, b"Contents", buffer, size))
            said = said or _TAG.sub("", _string(lambda b, size: pdfium.FPDFAnnot_GetStringValue(note, b"RC", b, size)))
        else:
            said = self._value(note)
        yield from _written(said, box)

    def _value(self, widget: Any) -> str:
        """What a form field says: ticked or not, chosen, typed."""
        if not self._form:
            return ""
        kind = pdfium.FPDFAnnot_GetFormFieldType(self._form, widget)
        if kind in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON):
            return "☑" if self._ticked(widget) else "☐"
        if kind in (pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX):
            chosen = [
                _string(lambda b, size, i=i: pdfium.FPDFAnnot_GetOptionLabel(self._form, widget, i, b, size))  # type: ignore[misc]
                for i in range(min(pdfium.FPDFAnnot_GetOptionCount(self._form, widget), 1_000))
                if pdfium.FPDFAnnot_IsOptionSelected(self._form, widget, i)
            ]
            if chosen:
                return "、".join(chosen)
        elif kind != pdfium.FPDF_FORMFIELD_TEXTFIELD:
            return ""  # buttons, signatures
        return _string(lambda b, size: pdfium.FPDFAnnot_GetFormFieldValue(self._form, widget, b, size))

    def _ticked(self, widget: Any) -> bool:
        """By what is shown; by its value, where a program left it to the reader to show that."""
        shown = _string(lambda b, size: pdfium.FPDFAnnot_GetStringValue(widget, b"AS", b, size))
        if shown:
            return shown != "Off"
        value = _string(lambda b, size: pdfium.FPDFAnnot_GetFormFieldValue(self._form, widget, b, size))
        own = _string(lambda b, size: pdfium.FPDFAnnot_GetFormFieldExportValue(self._form, widget, b, size))
        return bool(pdfium.FPDFAnnot_IsChecked(self._form, widget)) or (value == own and value not in ("", "Off"))


_TAG = re.compile(r"<[^>]{0,500}>")


def _string(ask: Callable[[Any, int], int]) -> str:
    """A UTF-16 string that PDFium writes into a buffer; asked for its size first."""
    size = ask(None, 0)
    if not 2 < size <= 2 * MAX_VALUE:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    ask(buffer, size)
    return bytes(buffer)[:size].decode("utf-16-le", "replace").rstrip("\0")


def _written(said: str, box: Box) -> Iterator[Text]:
    """A typed value line by line. A line is never taken for a broken one: its box ends long before its border does."""
    lines = said.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    height = box.height / len(lines)
    for number, line in enumerate(lines):
        if line.strip():
            top = box.top + number * height
            width = min(box.width / 2, TYPED * units_of(line))
            yield Text(Box(box.left, top, box.left + width, top + height), line)
