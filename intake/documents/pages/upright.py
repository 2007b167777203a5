"""Which way up a PDF's page is looked at: from its own coordinates, whose y grows upward, to those of the reader."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # ships no types

from intake.documents.pages.setting import Box


@dataclass(frozen=True, slots=True)
class Placing:
    """From a PDF's page, whose y grows upward, to the page as it is looked at."""

    left: float
    bottom: float
    right: float
    top: float
    turned: int  # quarters, clockwise

    @property
    def width(self) -> float:
        return self.top - self.bottom if self.turned % 2 else self.right - self.left

    @property
    def height(self) -> float:
        return self.right - self.left if self.turned % 2 else self.top - self.bottom

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.turned == 0:
            return x - self.left, self.top - y
        if self.turned == 1:
            return y - self.bottom, x - self.left
        if self.turned == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """`left` is less than `right`, and `bottom` than `top`, as PDFium tells them."""
        if self.turned == 0:
            return Box(left - self.left, self.top - top, right - self.left, self.top - bottom)
        if self.turned == 1:
            return Box(bottom - self.bottom, left - self.left, top - self.bottom, right - self.left)
        if self.turned == 2:
            return Box(self.right - right, bottom - self.bottom, self.right - left, top - self.bottom)
        return Box(self.top - top, self.right - right, self.top - bottom, self.right - left)


_SAMPLE = 100  # characters that say which way is up


def placing_of(page: Any, text: Any) -> Placing:
    rect = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, rect):
        rect = pdfium.FS_RECTF(0, pdfium.FPDF_GetPageHeightF(page), pdfium.FPDF_GetPageWidthF(page), 0)
    turned = pdfium.FPDFPage_GetRotation(page) % 4
    count = pdfium.FPDFText_CountChars(text) if text else 0
    angles = [pdfium.FPDFText_GetCharAngle(text, i) for i in range(0, count, max(count // _SAMPLE, 1))]
    quarters = Counter(-round(angle / (math.pi / 2)) % 4 for angle in angles if angle >= 0)
    if quarters:  # a page that lies on its side, or that a program has turned without saying so
        turned = quarters.most_common(1)[0][0]
    return Placing(rect.left, rect.bottom, rect.right, rect.top, turned)
