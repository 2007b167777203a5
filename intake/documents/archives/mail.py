"""A mail within a mail: attached as message/rfc822, or saved as .eml; its body as a document, its files as files."""

from __future__ import annotations

from collections.abc import Iterator

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
    if document is None and html and len(text) < STUB:  # 您的程序不能显示网页格式, and the form in the page
        yield html_document(html)
