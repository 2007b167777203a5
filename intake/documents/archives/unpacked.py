"""The entries of an archive as files, under the mail's allowance: whatever the archive says of itself may be a lie."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from intake.documents.document import Enclosed, File, Unreadable
from intake.documents.limits import Allowance, Exceeded
from rules.text import composed

LONGEST_NAME = 120  # characters kept of a file's name
MOST_MEMBERS = 20_000  # files, folders and rubbish that are looked at
MOST_TOLD = 5  # files that a sentence names

_FOLDERS = re.compile(r"[/\\]")

#: What macOS, Windows and Office leave in a folder without anybody seeing it.
_RUBBISH = re.compile(
    r"(?:.*/)?(?:__MACOSX(?:/.*)?|\._[^/]*|\.DS_Store|Thumbs\.db|ehthumbs\.db|desktop\.ini|~\$[^/]*|~WRL\d*\.tmp|\.[^/]*\.sw[op])",
    re.IGNORECASE,
)
#: Never a form: that such a file is left out matters only where nothing else came out.
_EVIDENCE = re.compile(
    r"\.(?:mp[34g]|mov|avi|wmv|flv|mkv|m4[av]|3gp|wav|amr|aac|flac|dwg|dxf|dwt|psd|psb|ai|cdr|skp|max|rvt|step?|iges|igs"
    r"|prt|sldprt|sldasm|raw|cr2|nef|arw|dng)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What an archive says of one file in it."""

    name: str  # decoded, with its folders
    size: int  # stated
    packed: int  # bytes that it takes in the archive
    read: Callable[[int], bytes]  # up to so many bytes of it, and one more where there are more; may raise anything
    locked: bool = False


class LeftOut(Exception):
    """Why a file cannot be had, in Chinese, where it is neither damaged nor packed strangely."""


def unpacked(kind: str, entries: Iterable[Entry], allowance: Allowance, weight: int = 0) -> Enclosed | Unreadable:
    """All that can be got out of an archive. Faults and limits leave files out; those already out stay usable."""
    files: list[File] = []
    left_out: list[tuple[str, str]] = []
    try:
        for entry in _worth_reading(entries):
            allowance.take_entry()
            found = _file(entry, allowance)
            if isinstance(found, File):
                files.append(found)
            else:
                left_out.append((entry.name, found))
    except Exceeded as limit:
        left_out.append(("", f"{limit}，其余的没有解开"))
    except Exception:  # noqa: BLE001  # libraries over hostile bytes: whatever they raise, what is out stays
        left_out.append(("", "压缩包后面的部分已经损坏"))
    if files and all(file.locked for file in files) and not left_out:
        return Unreadable("encrypted_attachment", "", kind)
    if not files and not left_out:
        return Unreadable("unreadable_attachment", "压缩包里没有文件。请检查后把征集表重新发来。", kind)
    omitted = [one for one in left_out if not _EVIDENCE.search(one[0])] or ([] if files else left_out)
    return Enclosed(tuple(_told_apart(files)), kind, weight=weight, omitted=_sentence(omitted))


def damaged(kind: str) -> Unreadable:
    """What to say of an archive that cannot be opened at all."""
    reason = (
        "压缩包已经损坏或不完整，打不开（分卷压缩的请合成一个）。请重新压缩，或把征集表作为普通附件（.docx）重新发来。"
    )
    return Unreadable("unreadable_attachment", reason, kind)


def _worth_reading(entries: Iterable[Entry]) -> Iterator[Entry]:
    for number, entry in enumerate(entries):
        if number >= MOST_MEMBERS:
            raise Exceeded(f"压缩包里的文件和文件夹超过 {MOST_MEMBERS} 个")
        if not _RUBBISH.fullmatch(entry.name.replace("\\", "/")):
            yield entry


def _file(entry: Entry, allowance: Allowance) -> File | str:
    """The file, or why it is left out. Raises Exceeded where nothing may be unpacked any more."""
    if entry.locked:
        return File(entry.name, b"", locked=True)
    room = max(0, allowance.bytes_left)
    if entry.size > room:
        return f"解开后超过 {allowance.limits.expanded_mb} MB"
    try:
        data = entry.read(min(room, allowance.most_of(entry.packed)))
    except Exceeded:
        raise
    except LeftOut as why:
        return str(why)
    except NotImplementedError:
        return "用的压缩方法不常见，系统不能解开"
    except Exception:  # noqa: BLE001  # as above; MemoryError too: a packed file may ask for more than there is
        return "已经损坏"
    try:
        allowance.take_bytes(len(data), entry.packed)
    except Exceeded as limit:
        if allowance.bytes_left < 0:
            raise
        return str(limit).removeprefix("文件")
    return File(entry.name, data)


def _told_apart(files: list[File]) -> Iterator[File]:
    """Without folders; where two files have one name, the folder that each is in, often a person's name, is kept."""
    bare = [plain_name(file.name) for file in files]
    often = Counter(bare)
    for file, name in zip(files, bare, strict=True):
        folder = plain_name("/".join(_FOLDERS.split(file.name)[:-1]))
        yield replace(file, name=f"{folder}／{name}" if often[name] > 1 and folder else name)


def plain_name(name: str) -> str:
    """A name from outside for people to read: without folders, and nothing in it that moves the cursor."""
    name = composed(_FOLDERS.split(name)[-1])
    name = "".join(character for character in name if character.isprintable()).strip()
    if len(name) > LONGEST_NAME:
        name = name[: LONGEST_NAME - 20] + "…" + name[-19:]
    return "" if name.strip(".") == "" else name


def _sentence(left_out: list[tuple[str, str]]) -> str:
    if not left_out:
        return ""
    named = [f"《{bare}》{why}" if (bare := plain_name(name)) else why for name, why in left_out]
    more = f"；另有 {len(named) - MOST_TOLD} 个" if len(named) > MOST_TOLD else ""
    told = "；".join(named[:MOST_TOLD])
    return f"压缩包里有文件没有解开：{told}{more}。如果其中有征集表，请存为 Word 文档（.docx）后单独发来。"
