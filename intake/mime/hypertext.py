"""An HTML body as plain text: what a person would read, table cells in order, divided by tabs, rows and blocks by lines."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import lxml.etree
import lxml.html

from intake.mime.hidden import is_hidden

MAX_HTML = 4_000_000  # characters read of one body

_SILENT = frozenset({"script", "style", "head", "title", "template", "noframes", "object"})
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_CELLS = frozenset({"td", "th"})
_CELL = "\x1f"  # between two cells of a row, until the blanks around it are gone
_ROW = "\x1e"  # around a row, so that an empty cell does not join two rows
_TAG = re.compile(r"<[^<>]{0,2000}>")
_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)


def text_of_html(source: str) -> str:
    """The text of an HTML body; never raises."""
    source = unended(source[:MAX_HTML]).replace(_CELL, " ").replace(_ROW, " ")
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        root = lxml.html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError):  # nothing in it, or nothing to be made of it
        return _without_tags(source)
    text = _squeeze("".join(_pieces(root)))
    too_deep = not text and any("depth" in str(fault.message) for fault in parser.error_log)
    return _without_tags(source) if too_deep else text


def unended(source: str) -> str:
    """A page to its last word. Programs that put one letter behind another leave </html> between them, where our parser
    stops and every mail program reads on."""
    return _END.sub("", source)


def _without_tags(source: str) -> str:
    return _squeeze(html.unescape(_TAG.sub("\n", source)))


def _pieces(root: lxml.html.HtmlElement) -> Iterator[str]:
    """Texts in reading order, a line break around each block, a mark between cells."""
    silent: object = None
    for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if silent is None and (tag in _SILENT or is_hidden(element)):
                silent = element
            if silent is None:
                yield from _opening(element, tag)
            continue
        if tag in _BLOCKS and silent is None:
            yield _ROW if tag == "tr" else "\n"
        if silent is element:
            silent = None
        if silent is None and element.tail:
            yield re.sub(r"\s+", " ", element.tail)


def _opening(element: lxml.html.HtmlElement, tag: str) -> Iterator[str]:
    if tag in _CELLS and next(element.itersiblings("td", "th", preceding=True), None) is not None:
        yield _CELL
    elif tag in _BLOCKS:
        yield _ROW if tag == "tr" else "\n"
    if element.text:
        yield element.text if tag == "pre" else re.sub(r"\s+", " ", element.text)


def _squeeze(text: str) -> str:
    """No blanks at line ends, no empty lines in a row; a cell's paragraphs do not tear it from its row."""
    first, *cells = re.sub(r" {2,}", " ", text.replace("\xa0", " ").replace("\u200b", "")).split(_CELL)
    text = "\t".join([first.rstrip(" \n"), *(cell.strip(" \n") for cell in cells)]) if cells else first
    lines = (line.lstrip(" ").rstrip(" \t") for line in text.replace(_ROW, "\n").split("\n"))
    return "\n".join(line for line in lines if line)
