"""A mail taken apart before any campaign is thought of: its own words, its files, and whether it answers us."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from intake.attachments import Opened, left_unread, opened, volumes_of
from intake.chinese.characters import even
from intake.documents.document import Document, lines_in, texts_in
from intake.documents.limits import Allowance
from intake.documents.means import Means
from intake.kind import Marks
from intake.mime.message import Message, Part
from intake.quotes import Split, split_reply
from intake.subject import LONGEST, without_prefixes

#: Looking for forms costs more than reading the file where it is all text: so many characters a paragraph or a cell
#: counts for, and each of its own.
BLOCK, LETTER = 200, 10
LONGEST_SLIP = 300  # characters
BROKEN = 1_000_000  # so many characters a broken file counts for: it was unpacked before that showed

#: The signature of who passes a mail on: 电话：… there is nobody's whom the mail is about.
#: What stands below --, and the number of him who forwards.
_SIGNED = re.compile(
    r"(?m)^[ \t]*-{2,3}[ \t]*$\n(?:.*(?:\n|\Z)){0,10}\Z|^[ \t]*(?:联系)?(?:电话|手机|方式|座机)[:：][ \t]*[+\d(（].*$"
)
_SUBJECT_LINE = re.compile(r"^[*>\s]*(?:主题|主旨|subject)\s*\**\s*[:：]\s*(\S.{0,200})$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail taken apart, before any campaign is thought of."""

    message: Message
    parts: tuple[Opened, ...]
    words: Split
    reply: bool  # answers some earlier mail
    forwarded: bool
    case_numbers: tuple[str, ...]
    to_us: bool  # what it answers is ours
    defects: tuple[str, ...] = ()  # what of it was not read, for staff; Chinese

    @property
    def answers_us(self) -> bool:
        return self.reply and self.to_us

    @property
    def own_text(self) -> str:
        """What counts: the sender's own words, and what he forwards."""
        new = _SIGNED.sub("", self.words.new) if self.words.forwarded else self.words.new
        return "\n".join(filter(None, (new, self.words.forwarded)))

    def slips(self, forms: Container[str]) -> Iterator[str]:
        """Short files that are no forms: 性别, and 男 in a table of one row, count as if they had been typed into the mail."""
        for one in self.parts:
            if isinstance(one.document, Document) and one.part.path not in forms:
                lines = list(lines_in(one.document.blocks))
                yield from lines if sum(map(len, lines)) <= LONGEST_SLIP else ()

    @property
    def passed_on(self) -> tuple[str, ...]:
        """Subjects of the mails that it forwards, attached or within its text."""
        within = _SUBJECT_LINE.findall(self.words.quoted) if self.words.forwarded else []
        return tuple(dict.fromkeys([*filter(None, (one.subject for one in self.parts)), *within]))

    @property
    def own_html(self) -> str:
        """The HTML without what it quotes; none of an answer's where the place cannot be told: our own examples stand there."""
        html = self.message.html
        if not self.words.quoted or self.words.forwarded:
            return html
        own = _before_quotes(html)
        return own if own is not None else "" if self.reply else html


def letter_of(message: Message, marks: Marks, allowance: Allowance, means: Means) -> Letter:
    _, reply, forwarded = without_prefixes(even(message.subject[:LONGEST]))
    words = split_reply(message.text, forward=forwarded)
    numbers = case_numbers(message, marks)
    parts = tuple(_looked_into(message.parts, allowance, means))
    return Letter(
        message=message,
        parts=parts,
        words=words,
        reply=reply or bool(message.in_reply_to) or (bool(numbers) and _speaks_of_a_case(message, words, marks)),
        forwarded=forwarded,
        case_numbers=numbers,
        to_us=bool(numbers) or _quotes_us(message, words, marks),
        defects=tuple(filter(None, map(left_unread, parts))),
    )


def _looked_into(parts: Sequence[Part], allowance: Allowance, means: Means) -> Iterator[Opened]:
    """The parts, opened one after another until a mail's worth has been read: a hundred forms are less than that."""
    volumes = volumes_of(parts)
    for part in parts:
        for one in opened(part, allowance, means, whole=volumes.get(part.path)):
            if isinstance(one.document, Document):
                allowance.take_read(cost_of(one.document))
            elif one.document is not None and one.document.format == "docx":
                allowance.take_read(BROKEN)
            yield one


def cost_of(document: Document) -> int:
    """What reading it and looking for forms in it takes, in characters of markup and text."""
    texts = list(texts_in(document.blocks))
    return max(document.weight, BLOCK * len(texts) + LETTER * sum(map(len, texts)))


def _quotes_us(message: Message, words: Split, marks: Marks) -> bool:
    ids = (*message.in_reply_to, *message.references)
    quoted = words.quoted.casefold()
    return any(marks.message_id_mark in one for one in ids) or any(own in quoted for own in marks.own_addresses)


def _speaks_of_a_case(message: Message, words: Split, marks: Marks) -> bool:
    """Some do not press 回复 and write a new mail, with the number in its subject, its text or what it quotes."""
    quoted = "" if words.forwarded else words.quoted
    return bool(_numbers_in(f"{message.subject}\n{words.new}\n{quoted}", marks))


def case_numbers(message: Message, marks: Marks) -> tuple[str, ...]:
    return _numbers_in(f"{message.subject}\n{message.text}", marks)


def _numbers_in(text: str, marks: Marks) -> tuple[str, ...]:
    if not marks.case_prefixes:
        return ()
    found = _number(marks.case_prefixes).findall(even(text))
    return tuple(dict.fromkeys(one.upper() for one in found))


@lru_cache(maxsize=32)
def _number(prefixes: frozenset[str]) -> re.Pattern[str]:
    any_of = "|".join(map(re.escape, sorted(prefixes, key=len, reverse=True)))
    return re.compile(rf"(?<![A-Za-z0-9-])(?:{any_of})-\d{{4}}-\d{{3,8}}(?![\d-])", re.IGNORECASE)


_COMMANDS = "受理|核实|遴选|采访|发布|致谢|退回|补正|不采用|关闭|合并|指派|转交|备注|撤销|查询"


def staff_command(message: Message, marks: Marks) -> str | None:
    """受理 YG-2026-00012, from somebody on the staff list."""
    if message.sender.address not in marks.staff_addresses or not case_numbers(message, marks):
        return None
    subject, _, forwarded = without_prefixes(even(message.subject[:LONGEST]))
    match = re.match(rf"[\[【]?(?:{_COMMANDS})[\]】]?\s*[:：]?\s*[A-Za-z]+-\d{{4}}-\d+", subject)
    return match[0] if match and not forwarded else None


#: Where webmail and desktop programs begin the earlier mail in HTML.
_QUOTE_IN_HTML = re.compile(
    r"<blockquote|id=[\"']?(?:isReplyContent|isForwardContent|divNeteaseMailReply|divRplyFwdMsg|appendonsend|reply-intro|OLK_SRC_BODY_SECTION)"
    r"|[-—]{2,40}(?:\s|&nbsp;){0,9}(?:原始邮件|原始消息|邮件原文|回复的原邮件|Original)|(?:写道|寫道|\bwrote)\s*[:：]|>\s{0,9}(?:发件人|From)(?:\s|<[^<>]{0,80}>){0,9}[:：]",
    re.IGNORECASE,
)


def _before_quotes(html: str) -> str | None:
    match = _QUOTE_IN_HTML.search(html)
    return html[: html.rfind("<", 0, match.end()) if match[0][0] != "<" else match.start()] if match else None
