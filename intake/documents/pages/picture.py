"""A scan's bytes as pixels: any format and colour a telephone or scanner makes, upright by EXIF, of a bounded size."""

from __future__ import annotations

import contextlib
import io
import math
from typing import Any, TypeAlias

import cv2
import numpy as np
import pillow_heif
import pypdfium2  # type: ignore[import-untyped]  # ships no types
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps

from intake.documents.document import Scan
from intake.documents.limits import Allowance

#: height x width x 3 bytes, blue first; or height x width where it is grey. OpenCV does not say more than Any of what it returns.
Picture: TypeAlias = NDArray[Any]

LOADED = 9_000_000  # pixels that a picture is taken in with: the page may be half of it
AREA = 3_800_000  # pixels of a page to work with: A4 at 200 dots an inch
LEAST_AREA = 3_000_000  # what is smaller is enlarged to this, within limits: so that one set of sizes fits all
UNEVEN = (1.2, 3.0)  # times that a picture's dots stand closer one way than the other: a fax
NARROWEST = 64  # pixels: what is narrower is a strip, not a page
SLIMMEST = 12  # long side : short side; a telephone's long screenshot has up to ten

_BROKEN = (OSError, ValueError, SyntaxError, EOFError, TypeError, IndexError, KeyError, RuntimeError, MemoryError)

pillow_heif.register_heif_opener()
Image.init()
_FORMATS: list[str] = [  # nothing else is tried: some of Pillow's formats start other programs
    name for name in ("JPEG", "MPO", "PNG", "GIF", "BMP", "DIB", "TIFF", "WEBP", "HEIF", "AVIF") if name in Image.OPEN
]
Image.MAX_IMAGE_PIXELS = None  # the allowance has been asked before anything is decoded
ImageFile.LOAD_TRUNCATED_IMAGES = True  # cut off on its way: the upper half may still hold the form


def picture_of(scan: Scan, allowance: Allowance, area: int = LOADED) -> Picture | None:
    """The page at about `area` pixels or less; None where it cannot be decoded or is no page. Raises Exceeded."""
    try:
        loaded = _pdf_page(scan, area) if scan.format == "pdf" else _picture(scan, allowance, area)
    except (*_BROKEN, pypdfium2.PdfiumError, Image.DecompressionBombError):
        return None
    if loaded is None:
        return None
    height, width = loaded.shape[:2]
    if min(height, width) < NARROWEST or max(height, width) > SLIMMEST * min(height, width):
        return None
    factor = math.sqrt(area / (height * width))
    if factor < 1:
        return _as_picture(cv2.resize(loaded, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
    return loaded


def _picture(scan: Scan, allowance: Allowance, area: int) -> Picture | None:
    with Image.open(io.BytesIO(scan.data), formats=_FORMATS) as image:
        allowance.take_pixels(*image.size)
        if scan.page:
            image.seek(scan.page)
            allowance.take_pixels(*image.size)
        width, height = image.size
        if min(width, height) < NARROWEST or max(width, height) > SLIMMEST * min(width, height):
            return None
        factor = min(1.0, math.sqrt(area / (width * height)))
        image.draft(None, (math.ceil(width * factor), math.ceil(height * factor)))  # JPEG: half of it is decoded
        image.load()
        return _pixels(_upright(_square(_reduced(image, area), image.info.get("dpi"))))


def _reduced(image: Image.Image, area: int) -> Image.Image:
    """A whole fraction of it, before its colours are turned over: what costs, costs by the pixel."""
    times = int(math.sqrt(image.width * image.height / area))
    return image.reduce(times) if times > 1 and image.mode in ("L", "RGB", "RGBA", "CMYK") else image


def _square(image: Image.Image, dpi: tuple[float, float] | None) -> Image.Image:
    """With pixels as high as they are wide: a fax has 204 dots an inch across, and 98 down."""
    across, down = (float(one) for one in dpi) if dpi and len(dpi) == 2 else (1.0, 1.0)
    if min(across, down) <= 0 or not UNEVEN[0] < max(across, down) / min(across, down) < UNEVEN[1]:
        return image
    finest = max(across, down)
    size = (round(image.width * finest / across), round(image.height * finest / down))
    return image.convert("L" if image.mode == "1" else image.mode).resize(size, Image.Resampling.BICUBIC)


def _upright(image: Image.Image) -> Image.Image:
    with contextlib.suppress(*_BROKEN):  # a broken EXIF block
        return ImageOps.exif_transpose(image)
    return image


def _pixels(image: Image.Image) -> Picture:
    if image.mode.startswith(("I", "F")):
        deep = np.asarray(image, np.float32)
        top = max(float(deep.max(initial=0)), 1.0)
        full = next((full for full in (1.0, 255.0, 4095.0, 65535.0) if top <= full), top)
        return _as_picture((deep * (255.0 / full)).clip(0, 255).astype(np.uint8))
    if image.mode in ("1", "L"):
        return _as_picture(np.asarray(image.convert("L")))
    if "A" in image.mode or "transparency" in image.info:
        clear = image.convert("RGBA")
        image = Image.new("RGBA", clear.size, "white")
        image.alpha_composite(clear)
    return _as_picture(np.asarray(image.convert("RGB"))[..., ::-1])


def _pdf_page(scan: Scan, area: int) -> Picture:
    document = pypdfium2.PdfDocument(scan.data)
    try:
        page = document[scan.page]
        width, height = page.get_size()
        scale = min(math.sqrt(min(area, AREA) / max(width * height, 1.0)), 20.0)
        bitmap = page.render(scale=scale, may_draw_forms=False)
        return _as_picture(np.asarray(bitmap.to_pil().convert("RGB"))[..., ::-1])
    finally:
        document.close()


def _as_picture(pixels: object) -> Picture:
    return np.ascontiguousarray(pixels, np.uint8)
