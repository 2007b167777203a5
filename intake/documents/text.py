"""Plain text as a Document: a paragraph a line."""

from __future__ import annotations

from intake.documents.document import MAX_BLOCKS, MAX_TEXT, Document, Paragraph


def text_document(text: str) -> Document:
    """Lines become paragraphs; empty ones stay, for they end a value."""
    text = text[:MAX_TEXT]
    return Document(tuple(Paragraph(line) for line in text.splitlines()[:MAX_BLOCKS]), "text", len(text))


def decoded(data: bytes, declared: str = "") -> str | None:
    """Chinese text files come as UTF-8, as GBK (which GB18030 contains), or as Notepad's UTF-16."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    traditional = ("big5hkscs",) if declared.lower().startswith("big5") else ()
    for charset in (*traditional, "utf-8-sig", "gb18030"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return None
