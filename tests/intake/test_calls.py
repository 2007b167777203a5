"""What PDFium tells of each character, asked for in the quick way."""

from __future__ import annotations

import io

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from reportlab.pdfgen.canvas import Canvas

from intake.documents.pages.calls import address_of, generated, object_of, unicode_of


def test_pdfium_only_adds_blanks_and_the_ends_of_lines() -> None:
    """So nobody else is asked about: what has no object is PDFium's own, a blank may be."""
    page = io.BytesIO()
    canvas = Canvas(page)
    for y, said in ((700, "Zhang Wei"), (680, "Bridge-"), (660, "builder")):
        canvas.drawString(72, y, said)
        canvas.drawString(200, y, said)
    canvas.save()
    text = pdfium.PdfDocument(page.getvalue())[0].get_textpage()
    at = address_of(text.raw)
    numbers = range(raw.FPDFText_CountChars(text.raw))
    assert [unicode_of(at, i) for i in numbers] == [raw.FPDFText_GetUnicode(text.raw, i) for i in numbers]
    own = {i for i in numbers if raw.FPDFText_IsGenerated(text.raw, i) == 1}
    assert own
    assert {chr(unicode_of(at, i)) for i in own} <= set(" \r\n")
    assert {i for i in numbers if object_of(at, i) is None} <= own == {i for i in numbers if generated(at, i) == 1}
