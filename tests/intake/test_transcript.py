"""What is read beside the letters."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from intake.documents.document import Scan, Table
from intake.documents.limits import Allowance
from intake.documents.pages.scan import recogniser

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"


def saved(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def test_dirt_beside_a_label_is_none_of_its_letters() -> None:
    """It was read as ·电话, and no label."""
    page = Image.new("L", (1240, 1754), 245)
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(FONT, 40)
    for row, said in enumerate(("电话", "工作单位", "出生年月")):
        draw.rectangle((200, 300 + 90 * row, 1000, 390 + 90 * row), outline=20, width=3)
        draw.text((320, 315 + 90 * row), said, fill=20, font=font)
    draw.ellipse((298, 338, 308, 348), fill=60)
    found = recogniser()
    assert found is not None
    document = found.read([Scan(saved(page), "png")], Allowance())
    assert document is not None
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert [cell.text for cell in table.cells] == ["电话", "工作单位", "出生年月"]
