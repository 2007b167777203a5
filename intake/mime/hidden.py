"""What HTML holds and nobody sees: hidden, struck out, or in letters of no size."""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree

MAX_LOOKED_AT = 500  # elements within one whose font has no size

_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|text-decoration(?:-line)?\s*:[^;]{0,60}line-through"
    r"|(?<![\w-])(?:max-)?height\s*:\s*0(?:px|pt)?\s*;.{0,200}overflow\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)",
    re.IGNORECASE | re.DOTALL,
)
_NO_SIZE = re.compile(r"font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:!|;|$)", re.IGNORECASE)
_SIZE = re.compile(r"font(?:-size)?\s*:", re.IGNORECASE)


def is_hidden(element: etree._Element) -> bool:
    """Whether a person reading the page would not see the element."""
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    if not style or element.tag == "body":  # some pages show themselves only by a script
        return False
    if _HIDDEN.search(style):
        return True
    # A font of no size is a trick against gaps between cells: what is to be read sets its own within.
    return _NO_SIZE.search(style) is not None and not any(
        _SIZE.search(inner.get("style", "")) for inner in islice(element.iterdescendants(), MAX_LOOKED_AT)
    )
