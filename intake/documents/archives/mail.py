"""A mail within a mail: attached as message/rfc822, or saved as .eml; its body as a document, its files as files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from intake.documents.document import Document, Enclosed, File, Table
from intake.documents.html import html_document
from intake.documents.limits import Allowance
from intake.documents.means import Means
from intake.documents.text import text_document
from intake.mime.message import parse_message

STUB = 300  # characters: a text beside an HTML body that is shorter may just say that there is one


def mail_file(data: bytes, allowance: Allowance, _means: Means) -> Enclosed:
    """Take an attached mail apart. Its files are opened like those of the mail that it came with."""
    mail = parse_message(data)
    files = []
    for part in mail.parts:
        allowance.take_entry()
        files.append(File(part.filename, part.content, part.content_type, part.inline))
    body = next(body_documents(mail.html, mail.text), None)
    return Enclosed(tuple(files), "eml", body, len(mail.html) + len(mail.text), subject=mail.subject)


def body_documents(html: str, text: str) -> Iterator[Document]:
    """A body as a form may stand in it: the tables of its HTML, else its text."""
    document = html_document(html) if html and "<table" in html.casefold() else None
    if document and any(isinstance(block, Table) for block in document.blocks):
        yield document
        return
    if text:
        yield text_document(text)
    if document is None and html and len(text) < STUB and not _says_the_same(html, text):
        yield html_document(html)  # 您的程序不能显示网页格式, and the form in the page


_LINE_END = re.compile(r"<(?:br|/?(?:p|div|li|tr|h[1-6]))\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_FILLED_IN = re.compile(r"<(?:input|textarea|select)\b", re.IGNORECASE)


def _says_the_same(html: str, text: str) -> bool:
    """Whether the page has the text's lines and no more, as mail programs write both: then it need not be read again."""
    if _FILLED_IN.search(html):
        return False
    return _lines(unescape(_TAG.sub("", _LINE_END.sub("\n", html.replace("\n", " "))))) == _lines(text)


def _lines(text: str) -> list[str]:
    return [line for line in map(str.strip, text.splitlines()) if line]
