"""What each attachment is to the mail: a form, evidence, an archive, decoration, or a thing that cannot be used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from intake.decoration import is_decoration
from intake.documents.archives.mail import mail_file
from intake.documents.archives.volumes import whole_archives
from intake.documents.document import Document, Enclosed, Table, Unreadable
from intake.documents.formats import IMAGES, NAMES
from intake.documents.limits import Allowance, Exceeded
from intake.documents.means import PLAIN, Means
from intake.documents.open import Opening, beyond, named, open_document, unreadable
from intake.mime.message import Part
from intake.values.values import Problem


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    content_type: str
    size: int
    role: str  # form, evidence, archive, inline, unreadable, rejected
    sha256: str
    path: str  # of the MIME part in the raw mail, where the bytes are; 2/3 is the third file in the archive 2


@dataclass(frozen=True, slots=True)
class Opened:
    """A part and what is in it; None where nobody needs to look (decoration, programs)."""

    part: Part
    document: Document | Unreadable | None
    role: str = ""  # settled already: decoration, programs, archives
    recognised: Document | None = None  # what its pictures say, where somebody has recognised them
    omitted: str = ""  # Chinese: what of an archive was not unpacked and why
    subject: str = ""  # of an attached mail
    album: str = ""  # path of the photograph with whose page this one was read as one document


_ARCHIVES = frozenset(("zip", "rar", "7z", "gz", "bz2", "xz", "zst", "tar"))
_SINGLE = frozenset(("gz", "bz2", "xz"))  # packs one file, often without its name
_MEDIA = frozenset(("mp4", "mp3"))
_PROGRAM_NAME = re.compile(
    r"\.(?:exe|com|bat|cmd|scr|pif|cpl|js|jse|vbs?|vbe|wsf|wsh|hta|msi|msp|lnk|reg|jar|apk|ps1|sh|command|dll)$",
    re.IGNORECASE,
)
_PROGRAM = (b"MZ", b"\x7fELF", b"L\0\0\0\x01\x14\x02\0", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
TOO_MUCH = "来信里的文件太多，没有读到这一个。如果其中有征集表，请另发一封邮件。"
MOST_PROBLEMS = 8  # that are told one by one
CAPTION = 60  # characters: a document that says more is not its pictures alone


def volumes_of(parts: Sequence[Part]) -> dict[str, bytes]:
    """By path of each part that is a volume of an archive: the whole archive for the first one, nothing for later ones."""
    return whole_archives({part.path: (part.filename, part.content) for part in parts})


def opened(
    part: Part, allowance: Allowance | None = None, means: Means = PLAIN, depth: int = 0, whole: bytes | None = None
) -> Iterator[Opened]:
    """Look into a part, unless it is decoration or a program; into the files of an archive or an attached mail, too.

    `whole`: of a volume, what `volumes_of` says.
    """
    allowance = allowance or Allowance(means.limits)
    if not allowance.may_read:
        yield _left_closed(part)
        return
    if role := "archive" if whole == b"" else _settled(part):
        yield Opened(part, None, role)
        return
    found = _opening(replace(part, content=whole) if whole else part, allowance, means)
    if not isinstance(found, Enclosed):
        yield Opened(part, found)
        return
    yield Opened(
        part, found.body, "" if found.format == "eml" else "archive", omitted=found.omitted, subject=found.subject
    )
    inside: list[Part] = []
    for number, file in enumerate(found.files, start=1):
        name = file.name or (part.filename.rpartition(".")[0] if found.format in _SINGLE else "")
        inside.append(Part(name, file.content_type, file.data, file.inline, f"{part.path}/{number}"))
    volumes = volumes_of(inside)
    for file, inner in zip(found.files, inside, strict=True):
        if file.locked:
            yield Opened(inner, unreadable("encrypted-unknown", file.name))
        elif depth >= allowance.limits.depth:
            yield Opened(inner, beyond(file.name, f"压缩包或转发的邮件套了 {depth} 层以上"))
        else:
            yield from opened(inner, allowance, means, depth + 1, volumes.get(inner.path))


def _opening(part: Part, allowance: Allowance, means: Means) -> Opening:
    if part.content_type.lower() != "message/rfc822":
        return open_document(part.content, part.filename, allowance, means)
    try:
        return mail_file(part.content, allowance, means)
    except Exceeded as limit:
        return beyond(part.filename, str(limit), "eml")


def unopened(part: Part) -> Opened:
    """A part of a mail whose files nobody needs to read."""
    return Opened(part, None, _settled(part) or "evidence")


def _left_closed(part: Part) -> Opened:
    one = unopened(part)
    return replace(one, omitted=TOO_MUCH) if one.role == "evidence" else one


def _settled(part: Part) -> str:
    return "rejected" if _is_program(part) else "inline" if is_decoration(part) else ""


def attachment(one: Opened, holds_form: bool, form_elsewhere: bool) -> Attachment:
    """The part with its role. A picture or a scan beside a readable form is evidence; alone it may be the form itself."""
    part = one.part
    role = _role(one, holds_form, form_elsewhere)
    return Attachment(part.filename, part.content_type, len(part.content), role, part.digest.hex(), part.path)


def problems_of(parts: Sequence[Opened], form_found: bool) -> list[Problem]:
    """What the sender should know: locked and empty files always, programs and other unreadable ones where no form was
    found, and what of an archive stayed packed."""
    problems = [
        Problem(None, u.code, _naming(one.part, u.reason))
        for one in parts
        if (u := unread(one)) and _matters(u, form_found)
    ]
    problems += [Problem(None, "unreadable_attachment", _naming(one.part, one.omitted)) for one in parts if one.omitted]
    if not form_found:
        problems += [_never_opened(one.part) for one in parts if one.role == "rejected"]
        problems += [_not_within(told) for one in parts if (told := left_unread(one)) and not unread(one)]
    return _few(problems)


def _never_opened(part: Part) -> Problem:
    """Archives that unpack themselves are programs, too: who sends one does not know that nobody opens it."""
    mend = "请把征集表（.docx）直接作为附件发来；需要压缩的，请用 zip，不要用自解压格式（.exe）。"
    reason = f"{named(part.filename)}是程序文件，为安全起见不会打开。{mend}"
    return Problem(None, "unreadable_attachment", reason)


def _not_within(told: str) -> Problem:
    """The form may stand where nobody has looked."""
    mend = "其中没有读到征集表。请只把征集表存为 Word 文档（.docx）后重新发来。"
    return Problem(None, "unreadable_attachment", f"{told}，{mend}")


def _naming(part: Part, reason: str) -> str:
    """Which of several files is meant."""
    return f"{named(part.filename)}：{reason}" if part.filename and "《" not in reason[:20] else reason


def _few(problems: list[Problem]) -> list[Problem]:
    """A folder of photographs is one trouble, not forty."""
    told: list[Problem] = []
    for code in dict.fromkeys(problem.code for problem in problems):
        same = [problem for problem in problems if problem.code == code]
        told += same if len(same) <= MOST_PROBLEMS else same[: MOST_PROBLEMS - 1]
        if len(same) > MOST_PROBLEMS:
            more = len(same) - MOST_PROBLEMS + 1
            mend = (
                "设置了密码，打不开。请去掉密码"
                if code == "encrypted_attachment"
                else "也读不了。如果其中有征集表，请存为 Word 文档（.docx）"
            )
            told.append(Problem(None, code, f"另有 {more} 个文件{mend}后重新发来。"))
    return told


def left_unread(one: Opened) -> str:
    """What of a file that was read lies beyond a limit; "" where all of it was read."""
    beyond_limit = one.document.omitted if isinstance(one.document, Document) else ""
    return f"{named(one.part.filename)}{beyond_limit}" if beyond_limit else ""


def unread(one: Opened) -> Unreadable | None:
    """Why nobody could read it; a picture is unread too, and one that was recognised in vain."""
    if isinstance(one.document, Unreadable):
        return one.document
    if one.document is None or not one.document.scans or not _shows_only(one.document):
        return None
    kind = one.document.format
    if one.recognised is None and kind in IMAGES:
        return unreadable(kind, one.part.filename)
    if one.recognised is None:  # of a kind that we do read, as a rule
        told = f"{named(one.part.filename)}里只有图片（扫描件或照片），系统没有识别。"
        reason = f"{told}请把征集表填在 Word 文档（.docx）里重新发来。"
        return Unreadable("unreadable_attachment", reason, kind)
    reason = f"没有从{NAMES[kind]}《{one.part.filename}》里读到征集表。请把征集表填在 Word 文档（.docx）里重新发来。"
    return Unreadable("unreadable_attachment", reason, kind)


def is_photograph(one: Opened) -> bool:
    """A picture that was recognised, and shows no writing to speak of: no form, however bad the light was."""
    document = one.document
    if not isinstance(document, Document) or document.format not in IMAGES or one.recognised is None:
        return False
    return _shows_only(one.recognised)


def _shows_only(document: Document) -> bool:
    """Pictures, and at most a line above them: of a page that was scanned and put into a Word file."""
    said = 0
    for block in document.blocks:
        if isinstance(block, Table):
            return False
        said += len(block.text.strip())
    return said <= CAPTION


def _matters(file: Unreadable, form_found: bool) -> bool:
    if file.code == "encrypted_attachment" or file.format == "empty":
        return True
    return not form_found and file.format not in _MEDIA


def _role(one: Opened, holds_form: bool, form_elsewhere: bool) -> str:
    if holds_form:
        return "form"
    if one.role:
        return one.role
    file = unread(one)
    if file is None:
        return "evidence"
    if _matters(file, form_elsewhere) or (file.format == "docx" and isinstance(one.document, Unreadable)):
        return "unreadable"
    return "archive" if file.format in _ARCHIVES else "evidence"


def _is_program(part: Part) -> bool:
    return bool(_PROGRAM_NAME.search(part.filename)) or part.content.startswith(_PROGRAM)
