"""Pages saved as one file: by Word and WPS as 单个文件网页, by Internet Explorer and Chrome as .mht or .mhtml."""

from __future__ import annotations

import re

from intake.documents.document import Document, Room, Unreadable
from intake.documents.html import html_document
from intake.documents.limits import Allowance
from intake.documents.means import Means
from intake.documents.pasted import pages_of
from intake.documents.text import text_document
from intake.mime.message import parse_message

#: Excel puts each sheet into a page of its own, behind one that only holds the frames.
_PAGE = re.compile(r"(?=<html[\s>])", re.IGNORECASE)
MAX_PAGES = 50


def mht_document(data: bytes, allowance: Allowance, _means: Means) -> Document | Unreadable:
    """Read a saved page: its text and tables, and its pictures that may be pages themselves."""
    mail = parse_message(data)
    for _ in mail.parts:
        allowance.take_entry()
    pages = [page for page in _PAGE.split(mail.html) if page.strip()]
    room = Room()
    read = [html_document(page) for page in pages[: room.first(len(pages), MAX_PAGES, "个页面")]]
    read = read if any(page.blocks for page in read) else [text_document(mail.text)]
    blocks = tuple(block for page in read for block in page.blocks if room.take())
    scans = pages_of(part.content for part in mail.parts)
    omitted = next((page.omitted for page in read if page.omitted), room.omitted)
    document = Document(blocks, "mht", len(mail.html) + len(mail.text), scans, omitted=omitted)
    return document if blocks or scans else Unreadable("unreadable_attachment", "", "mht")
