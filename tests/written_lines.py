"""Lines of text as a scanner shows them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"


def page_of(*lines: str, pitch: int = 50, width: int = 700) -> NDArray[np.uint8]:
    page = Image.new("L", (width, 20 + pitch * len(lines)), 245)
    font = ImageFont.truetype(FONT, 40)
    for number, line in enumerate(lines):
        ImageDraw.Draw(page).text((10, 5 + pitch * number), line, fill=20, font=font)
    return np.asarray(page)
