"""Styles written into the elements of a mail's HTML as it leaves: mail clients drop <style>."""

from __future__ import annotations

import css_inline

_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


def inline(html: str) -> str:
    """The same page with every rule of its <style> on the elements that it speaks of. Done once a mail, when it leaves."""
    return _INLINER.inline(html) if "<style" in html else html
