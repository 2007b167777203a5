"""What a file is, by its bytes: its name never decides."""

from __future__ import annotations

import re
import zipfile

from intake.documents.ole import OLE, compound
from intake.documents.package import package_of
from intake.documents.text import decoded, wide_charset

#: Chinese name of each format that `format_of` tells apart.
NAMES = {
    "docx": "Word 文档",
    "doc": "旧版 Word/WPS 文档（.doc、.wps）",
    "xlsx": "Excel 表格（.xlsx）",
    "xls": "旧版 Excel 表格（.xls、.et）",
    "pptx": "演示文稿（.pptx）",
    "ppt": "旧版演示文稿（.ppt）",
    "msg": "Outlook 邮件（.msg）",
    "odt": "OpenDocument 文档（.odt）",
    "ofd": "OFD 版式文件",
    "xps": "XPS 版式文件",
    "iwork": "苹果 Pages 或 Numbers 文稿",
    "rtf": "RTF 文档",
    "ods": "OpenDocument 表格（.ods）",
    "mht": "网页归档（.mht）",
    "eml": "邮件文件（.eml）",
    "xml": "XML 文件",
    "pdf": "PDF 文件",
    "zip": "压缩包（zip）",
    "rar": "压缩包（rar）",
    "7z": "压缩包（7z）",
    "gz": "压缩包（gz）",
    "bz2": "压缩包（bz2）",
    "xz": "压缩包（xz）",
    "zst": "压缩包（zst）",
    "tar": "压缩包（tar）",
    "tnef": "Outlook 专用格式（winmail.dat）",
    "jpg": "图片（jpg）",
    "png": "图片（png）",
    "gif": "图片（gif）",
    "bmp": "图片（bmp）",
    "tiff": "图片（tiff）",
    "webp": "图片（webp）",
    "heic": "图片（heic）",
    "mp4": "视频",
    "mp3": "录音",
    "html": "网页",
    "text": "纯文本",
    "empty": "空文件",
    "unknown": "无法识别的文件",
}
IMAGES = frozenset(("jpg", "png", "gif", "bmp", "tiff", "webp", "heic"))

ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK00PK\x03\x04", b"PK\x07\x08PK\x03\x04")
_STARTS = (
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gz"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"\x78\x9f\x3e\x22", "tnef"),
    (b"ID3", "mp3"),
)
_OLE_STREAMS = (  # by a stream's name at the top; the first one found decides
    ("EncryptedPackage", "encrypted-docx"),
    ("\tDRMContent", "encrypted-docx"),  # a company's own protection
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("PowerPoint Document", "ppt"),
    ("__properties_version1.0", "msg"),
    ("Book", "xls"),
    ("MatOST", "doc"),  # MS Works
)
#: What a presentation's stream Current User says where a password is needed.
_LOCKED_SLIDES = b"\xdf\xc4\xd1\xf3"
#: A workbook's records without a container, as programs on servers write them.
_BARE_WORKBOOK = re.compile(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08\x10]\x00")
_ZIPPED = (  # by a file inside; the first one found decides
    ("word/", "docx"),
    ("xl/", "xlsx"),
    ("ppt/", "pptx"),
    ("OFD.xml", "ofd"),
    ("FixedDoc", "xps"),
    ("Documents/1/", "xps"),
)
#: A Pages document is a folder, on its way sometimes packed as such.
_IWORK = re.compile(r"(?P<folder>[^/]+\.(?:pages|numbers)/)?Index(?:\.zip|/Document\.iwa)", re.IGNORECASE)
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|div|p|meta|style|title|center|font|span|h[1-6]|form|section|ul|ol|br|link)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(rb"\s*<(?:\?xml\b|\?mso-application\b|\w{1,9}:(?:wordDocument|package)\b|(?:ss:)?Workbook\b)")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_FIELD = re.compile(rb"^([!-9;-~]{1,80}):[ \t]?[^\r\n]*(?:\r?\n|\r|\Z)(?:[ \t]+[^\r\n]*(?:\r?\n|\r|\Z))*", re.MULTILINE)
_FIELDS_OF_MAIL = frozenset((b"from", b"to", b"subject", b"date", b"received", b"message-id", b"return-path", b"mime-version", b"content-type"))  # fmt: skip
_TRAVELLED = frozenset(
    (b"to", b"received", b"return-path", b"message-id", b"delivered-to", b"in-reply-to", b"x-mailer")
)
#: A page saved by a browser or by Word, rather than a mail saved as a file.
_SAVED_PAGE = re.compile(
    rb"^(?:From: ?[<\"]?(?:Saved by|=\?[^\r\n@]*\?=\s*$)|Snapshot-Content-Location:|X-MimeOLE:|Content-Type: *multipart/related\b)",
    re.IGNORECASE | re.MULTILINE,
)


def format_of(data: bytes) -> str:
    """A key of NAMES, or encrypted-FORMAT where a password is needed."""
    if not data.strip(b"\0 \t\r\n"):
        return "empty"
    if data.startswith(OLE):
        return _ole_format(data)
    if data.startswith(ZIP):
        return zip_format(data, package_of(data))
    return marked_format(data) or _text_format(data)


def marked_format(data: bytes) -> str | None:
    """Formats that are known by a few bytes at or near the start: all pictures are."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data[4:8] == b"ftyp":
        return "heic" if data[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif") else "mp4"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[:2] == b"BM" and data[6:10] == b"\0\0\0\0":
        return "bmp"
    if data[:3] == b"BZh" and data[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return "bz2"
    if is_tar(data):
        return "tar"
    if _BARE_WORKBOOK.match(data):
        return "xls"
    return "pdf" if b"%PDF-" in data[:1024] else None  # some writers put a line before it


def is_tar(data: bytes) -> bool:
    """By its mark, or by the checksum of its first header where an old program left no mark."""
    head = data[:512]
    if head[257:262] == b"ustar":
        return True
    stated = head[148:156].strip(b" \0")
    if len(head) < 512 or not re.fullmatch(rb"[0-7]{1,7}", stated):
        return False
    return int(stated, 8) == sum(head) - sum(head[148:156]) + 8 * 0x20


def _ole_format(data: bytes) -> str:
    file = compound(data)
    if file is None:
        return _cut_off_format(data)
    kind = next((kind for stream, kind in _OLE_STREAMS if file.has(stream)), "unknown")
    locked = kind == "ppt" and (file.stream("Current User") or b"")[12:16] == _LOCKED_SLIDES
    return f"encrypted-{kind}" if locked else kind


def _cut_off_format(data: bytes) -> str:
    """Where the directory is lost: by what a stream begins with, at the start of a sector; else by a name anywhere."""
    for at in range(512, min(len(data), 1_000_000), 512):
        for start, kind in ((b"\xec\xa5", "doc"), (b"\x09\x08\x10\0\0\6", "xls")):
            if data.startswith(start, at):
                return kind
    named = (kind for name, kind in _OLE_STREAMS if name != "Book" and name.encode("utf-16-le") in data)  # Bookman
    return next(named, "unknown")


def zip_format(data: bytes, package: zipfile.ZipFile | None) -> str:
    if package is None:
        whole_or_half = (b"word/document", b"[Content_Types].xml")  # cut off on its way
        return "docx" if any(mark in data for mark in whole_or_half) else "zip"
    members = package.filelist
    names = [member.filename.replace("\\", "/") for member in members]
    if any(name.startswith("[Content_Types]") for name in names) or "OFD.xml" in names:
        within = (kind for mark, kind in _ZIPPED if any(name.lower().startswith(mark.lower()) for name in names))
        return next(within, "docx" if "document.xml" in names else "zip")
    if "mimetype" in names and "encrypted-package" in names:
        return "encrypted-odt"  # as LibreOffice locks since 24.8
    if "mimetype" in names and "content.xml" in names:
        return "ods" if b"opendocument.spreadsheet" in data[:200] else "odt"  # stored, not packed, and first
    if index := next(filter(None, map(_IWORK.fullmatch, names)), None):
        return "iwork" if all(name.startswith(index["folder"] or "") for name in names) else "zip"
    return "docx" if "word/document.xml" in names else "zip"


def _text_format(data: bytes) -> str:
    head = data[:4096]
    if charset := wide_charset(head):
        wide = _text_format(head.decode(charset, "replace").encode())
        return wide if wide in ("html", "xml") else "text"
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "html"
    if kind := _mail_format(head):
        return kind
    if _XML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "html" if re.search(rb"<html[\s>]", head, re.IGNORECASE) else "xml"  # <html:B> stands in Excel's
    return "unknown" if _CONTROLS.search(data) or decoded(data) is None else "text"


def _mail_format(head: bytes) -> str | None:
    """A mail or a page in a mail's shape: fields of a mail from the first line on."""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"From ") and b"@" in head.partition(b"\n")[0]:
        head = head.partition(b"\n")[2]  # as a mailbox file begins
    names: list[bytes] = []
    place = 0
    while (field := _FIELD.match(head, place)) is not None and field.end() > place:
        names.append(field[1].lower())
        place = field.end()
    if len(_FIELDS_OF_MAIL.intersection(names)) < 2 and b"mime-version" not in names:
        return None
    return "mht" if _SAVED_PAGE.search(head) and not _TRAVELLED.intersection(names) else "eml"
