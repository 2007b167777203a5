"""A reply's own words set apart from what it quotes; a forwarded mail's words are what it forwards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_LINE = 500  # characters of a line that are looked at: no marker is longer
_HEADER_SPAN = 8  # lines in which a quoted header block must show a second field


@dataclass(frozen=True, slots=True)
class Split:
    new: str  # written for this mail; without quotes and `发自我的iPhone`
    quoted: str  # what it answers
    forwarded: str  # what it passes on: counts like an attachment


_MARKS = re.compile(r"(?m)^[^\S\n]*[>＞][>＞ \xa0]*")
_DASH = r"[-—_=－*]{2,}\s*"
_FORWARDED = re.compile(
    rf"(?:{_DASH})(?:转发邮件信息|转发的原邮件|转发的邮件|转发邮件|以下为转发内容|forwarded (?:message|mail)(?: from .{{1,100}})?)\s*(?:{_DASH})?"
    r"|begin forwarded message[:：]|开始转发的邮件[:：]|以下是转发的邮件[:：]?",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    rf"(?:{_DASH})(?:原始邮件|原始邮件信息|邮件原件|邮件原文|原邮件|原始信息|原始消息|回复的原邮件|回复的邮件|original(?: message| mail| e-?mail)?)\s*(?:{_DASH})?",
    re.IGNORECASE,
)
# 在 2026-09-24 15:00:00，"x" <a@b> 写道：  ·  x <a@b> 于2026年9月24日周四 15:00写道：  ·  On … wrote:
# A story may say `2019年，他在日记里写道：` as well, so an address or a time of day must be there.
_ATTRIBUTION_END = re.compile(r"(?:写道|寫道|来信|\bwrote)\s*[:：]?$", re.IGNORECASE)
_ATTRIBUTION_SIGN = re.compile(r"\w@\w|\d{1,2}[:：]\d{2}")
_ATTRIBUTION_START = re.compile(r"(?:在|于)\s?.{0,40}\d|(?:on|at)\s.{0,80}\d", re.IGNORECASE)
#: 发件人：x, and | 发件人 | x | where a program writes a table down.
_HEADER_START = re.compile(r"[*>|\s]*(?:发件人|寄件者|寄件人|from)\s*\**\s*[:：|].*", re.IGNORECASE)
_HEADER_NEXT = re.compile(
    r"[*>|\s]*(?:发送时间|发送日期|发件日期|已发送|日期|时间|收件人|抄送|主题|主旨|sent|date|to|cc|subject|reply-to|回复|答复)\s*\**\s*[:：|].*",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"(?:发自|發自|来自|发送自|从|获取)\s*(?:我的|我用的)?\s*(?:iphone|ipad|华为|荣耀|小米|红米|vivo|oppo|三星|安卓|android|手机|网易邮箱大师|qq邮箱|foxmail|outlook"
    r"|新浪邮箱|139邮箱|189邮箱|邮箱大师|移动设备).{0,40}|sent from (?:my |outlook for |mail for |yahoo ).{0,40}|get outlook for .{0,20}",
    re.IGNORECASE,
)


def split_reply(text: str, *, forward: bool = False) -> Split:
    """Cut a body where the earlier mail begins.

    `forward`: the subject says 转发, Fw or Fwd, so that a bare header block or 原始邮件 introduces what is passed on.
    """
    text = unmarked(text) if forward else text
    lines = [line.replace("\xa0", " ").rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    own: list[str] = []
    quoted: list[str] = []
    for place, line in enumerate(lines):
        head = line.strip()[:MAX_LINE]
        if head.startswith((">", "＞")):
            quoted.append(head.lstrip(">＞ "))
            continue
        if _FORWARDED.fullmatch(head) or (forward and _earlier_mail(lines, place)):
            envelope, content = _without_envelope(
                lines[place + 1 :] if not _HEADER_START.fullmatch(head) else lines[place:]
            )
            return Split(_own_words(own), _joined([*quoted, line, *envelope]), _joined(content))
        if _earlier_mail(lines, place):
            if rest := _below_marks(lines, place):
                quoted.append(line)
                own += rest[1]
                quoted += rest[0]
                break
            return Split(_own_words(own), _joined([*quoted, *lines[place:]]), "")
        own.append(line)
    return Split(_own_words(own), _joined(quoted), "")


def unmarked(text: str) -> str:
    """The text without the > that programs put before each line they quote."""
    return _MARKS.sub("", text)


def _earlier_mail(lines: Sequence[str], place: int) -> bool:
    """Whether the mail that is answered begins at this line."""
    line = lines[place].strip()
    if not line or len(line) > 2 * MAX_LINE:
        return False
    if _ORIGINAL.fullmatch(line) or _attributes(line):
        return True
    if _HEADER_START.fullmatch(line):
        near = lines[place + 1 : place + 1 + _HEADER_SPAN]
        return sum(bool(_HEADER_NEXT.fullmatch(other.strip()[:MAX_LINE])) for other in near) >= 2
    # An attribution folded by its writer's program: `On … <a@b>` / `wrote:`
    following = lines[place + 1].strip() if place + 1 < len(lines) else ""
    return bool(_ATTRIBUTION_START.match(line)) and len(following) < MAX_LINE and _attributes(f"{line} {following}")


def _attributes(line: str) -> bool:
    return bool(_ATTRIBUTION_END.search(line) and _ATTRIBUTION_SIGN.search(line))


def _below_marks(lines: Sequence[str], place: int) -> tuple[list[str], list[str]] | None:
    """After `… wrote:` with `>` marks, what has no mark was written below or between the quoted lines."""
    folded = not _attributes(lines[place].strip()) and bool(_ATTRIBUTION_START.match(lines[place].strip()))
    rest = lines[place + 1 + folded :]
    first = next((line for line in rest if line.strip()), "")
    if not first.lstrip().startswith((">", "＞")):
        return None
    marked = [line.lstrip("＞> ") for line in rest if line.lstrip().startswith((">", "＞"))]
    return marked, [line for line in rest if not line.lstrip().startswith((">", "＞"))]


def _without_envelope(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """发件人, 日期, 收件人, 主题 of the forwarded mail are no part of what it says."""
    place = 0
    while place < len(lines) and place < 2 * _HEADER_SPAN:
        line = lines[place].strip()[:MAX_LINE]
        if line and not (_HEADER_START.fullmatch(line) or _HEADER_NEXT.fullmatch(line) or _ORIGINAL.fullmatch(line)):
            break
        place += 1
    return list(lines[:place]), list(lines[place:])


def _own_words(lines: Sequence[str]) -> str:
    return _joined([line for line in lines if not _SIGNATURE.fullmatch(line.strip()[:MAX_LINE])])


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip()
