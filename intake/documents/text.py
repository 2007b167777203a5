"""Plain text as a Document: a paragraph a line."""

from __future__ import annotations

from intake.documents.document import MAX_BLOCKS, MAX_TEXT, Document, Paragraph


def text_document(text: str) -> Document:
    """Lines become paragraphs; empty ones stay, for they end a value."""
    text = text[:MAX_TEXT]
    return Document(tuple(Paragraph(line) for line in text.splitlines()[:MAX_BLOCKS]), "text", len(text))
