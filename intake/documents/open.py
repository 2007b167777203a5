"""An attachment's bytes as a Document, as the files in it, or the reason why not."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from functools import cache

from intake.documents.document import Document, Enclosed, Room, Scan, Unreadable
from intake.documents.formats import IMAGES, NAMES, ZIP, format_of, zip_format
from intake.documents.html import html_document
from intake.documents.limits import Allowance, Exceeded
from intake.documents.means import PLAIN, Means
from intake.documents.package import package_of
from intake.documents.pages.tiff import tiff_pages
from intake.documents.text import text_file
from intake.documents.word.docx import docx_document
from intake.mime.charset import decode

#: One of the pieces into which a big archive was cut. Only the first says what it is.
_VOLUME = re.compile(r"\.(?:(?:7z|zip|rar|tar)\.\d{3}|[zr]\d\d|part\d+\.rar)$", re.IGNORECASE)

Opening = Document | Enclosed | Unreadable
Reader = Callable[[bytes, Allowance, Means], Opening]

_HTML_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)


def open_document(data: bytes, name: str, allowance: Allowance | None = None, means: Means = PLAIN) -> Opening:
    """Read a file. `name` is only used to speak of it. Never raises."""
    allowance = allowance or Allowance(means.limits)
    try:
        allowance.take_file(len(data))
        return _opened(data, name, allowance, means)
    except Exceeded as limit:
        return beyond(name, str(limit))


def _opened(data: bytes, name: str, allowance: Allowance, means: Means) -> Opening:
    package = package_of(data) if data.startswith(ZIP) else None
    kind = zip_format(data, package) if data.startswith(ZIP) else format_of(data)
    if kind == "docx":
        return docx_document(package, allowance, open_document)
    if kind in IMAGES and means.recogniser is not None:
        room = Room()
        pages = room.first(tiff_pages(data), allowance.limits.pages, "页") if kind == "tiff" else 1
        scans = tuple(Scan(data, kind, page) for page in range(pages))
        return Document((), kind, scans=scans, omitted=room.omitted)
    found = _reader(kind)
    opening = found(data, allowance, means) if found else unreadable(kind, name)
    return _naming(opening, name) if isinstance(opening, Unreadable) else opening


def unreadable(kind: str, name: str) -> Unreadable:
    """What to say of a file that is not read here."""
    told = named(name)
    if kind.startswith("encrypted"):
        reason = f"{told}设置了密码，打不开。请去掉密码，或另存一份不加密的文件后重新发来。"
        return Unreadable("encrypted_attachment", reason, kind.removeprefix("encrypted-"))
    if kind == "empty":
        return Unreadable("unreadable_attachment", f"{told}是空文件，没有内容。请检查后重新发来。", kind)
    if kind == "unknown" and _VOLUME.search(name):
        reason = f"{told}是分卷压缩包中的一卷，缺了其他各卷打不开。请把各卷放在同一封邮件里重新发来，或把征集表（.docx）直接作为附件发来。"
        return Unreadable("unreadable_attachment", reason, kind)
    if kind in IMAGES:  # nobody can here, or there were too many
        reason = f"{told}是{NAMES[kind]}，系统没有识别。请把征集表填在 Word 文档（.docx）里重新发来。"
        return Unreadable("unreadable_attachment", reason, kind)
    what = NAMES.get(kind, NAMES["unknown"])
    gap = " " if what[0].isascii() else ""
    reason = f"{told}是{gap}{what}，系统不能直接读取。请把征集表存为 Word 文档（.docx）后重新发来。"
    return Unreadable("unreadable_attachment", reason, kind)


def beyond(name: str, limit: str, kind: str = "unknown") -> Unreadable:
    """What to say of a file that would cost too much to read."""
    reason = f"{named(name)}没有打开：{limit}。请只把征集表存为 Word 文档（.docx）后重新发来。"
    return Unreadable("unreadable_attachment", reason, kind)


def _naming(opening: Unreadable, name: str) -> Unreadable:
    """A reader knows the format and what is wrong, but not what the file is called."""
    if opening.reason:
        return opening
    locked = "encrypted-" if opening.code == "encrypted_attachment" else ""
    return unreadable(f"{locked}{opening.format}", name)


def _html(data: bytes, _allowance: Allowance, _means: Means) -> Opening:
    declared = _HTML_CHARSET.search(data[:4096])
    label = declared[1].decode("ascii") if declared else ""
    text, _ = decode(data, None if label.lower().startswith("utf-16") else label)  # could not be read as ASCII then
    return html_document(text)


def named(name: str) -> str:
    """The file as a sentence's subject."""
    plain = _plain(name)
    return f"附件《{plain}》" if plain else "附件"


def _plain(name: str) -> str:
    """A file name fit for a sentence: from outside, so without control characters and not too long."""
    name = "".join(character for character in name if character.isprintable()).strip()
    return name if len(name) <= 60 else name[:40] + "…" + name[-15:]


#: What can be read beside Word packages: a reader here, or module and function, loaded when the first such file comes.
#: A reader says with an empty reason that it cannot: then the sentence for the format is used.
_READERS: dict[str, Reader | tuple[str, str]] = {
    "html": _html,
    "text": text_file,
    "eml": ("intake.documents.archives.mail", "mail_file"),
    "mht": ("intake.documents.mht", "mht_document"),
    "doc": ("intake.documents.office", "doc_document"),
    "xls": ("intake.documents.office", "xls_document"),
    "xlsx": ("intake.documents.office", "xlsx_document"),
    "odt": ("intake.documents.odf.odt", "odt_document"),
    "ods": ("intake.documents.odf.odt", "odt_document"),
    "rtf": ("intake.documents.rtf.rtf", "rtf_document"),
    "xml": ("intake.documents.flat", "flat_document"),
    "pdf": ("intake.documents.pages.pdf", "pdf_document"),
    "zip": ("intake.documents.archives.archives", "zip_files"),
    "7z": ("intake.documents.archives.sevenzip", "sevenzip_files"),
    "rar": ("intake.documents.archives.rar", "rar_files"),
    "tar": ("intake.documents.archives.archives", "tar_files"),
    "gz": ("intake.documents.archives.archives", "packed_file"),
    "bz2": ("intake.documents.archives.archives", "packed_file"),
    "xz": ("intake.documents.archives.archives", "packed_file"),
    "tnef": ("intake.documents.archives.tnef", "tnef_files"),
}


@cache
def _reader(kind: str) -> Reader | None:
    entry = _READERS.get(kind)
    if not isinstance(entry, tuple):
        return entry
    module, function = entry
    reader: Reader = getattr(importlib.import_module(module), function)
    return reader
