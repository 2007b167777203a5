"""Plain text as a Document: a paragraph a line."""

from __future__ import annotations

from intake.documents.document import Document, Paragraph


def text_document(text: str) -> Document:
    """Lines become paragraphs; empty ones stay, for they end a value."""
    return Document(tuple(Paragraph(line) for line in text.splitlines()), "text")
