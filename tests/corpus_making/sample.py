"""What a sample of the corpus is, and the words to say what must be read out of it: told by what was written, never by
the reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import Any

import forms
from letters import CLIENTS, File, Letter, netease_web
from people import Person, person

REQUIRED = [
    "nominee_name",
    "gender",
    "birth_month",
    "employer",
    "years_of_service",
    "position",
    "nominee_phone",
    "recommender_phone",
    "story",
    "highlights",
    "recommender",
    "relationship",
]
FORM_NAME = "“重庆工程师故事”线索征集表.docx"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + bytes(range(256)) * 120 + b"\xff\xd9"
OURS = "<yugong-intake.YG-2026-00001.missing_fields.1.abcdef@163.com>"

Client = Callable[[Letter], bytes]
Values = Mapping[str, str]
NOBODY = Person({}, {})

_TYPES = {
    "doc": "application/msword",
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "zip": "application/zip",
    "xls": "application/vnd.ms-excel",
    "html": "text/html",
}


@dataclass(frozen=True)
class Sample:
    """One mail. `needs`: parts of the machine without which it cannot be read: ocr, office, unar."""

    name: str
    make: Callable[[], bytes]
    reading: Mapping[str, Any]
    needs: tuple[str, ...] = ()

    @property
    def expected(self) -> dict[str, Any]:
        return {**self.reading, **({"needs": list(self.needs)} if self.needs else {})}


def nominee(seed: int) -> Person:
    return person(Random(seed), 1000 + seed)


def with_value(seed: int, key: str, text: str, value: str | int | None) -> Person:
    """Somebody who writes `text` into one field; `value` is what it means, None for nothing."""
    one = nominee(seed)
    expected = {k: v for k, v in one.expected.items() if k != key}
    return Person({**one.written, key: text}, expected if value is None else {**expected, key: value})


# --- what must be read ---


def submission(one: Person, problems: tuple[str, ...] = (), **extra: str | int) -> dict[str, Any]:
    fields = {**one.expected, **extra}
    return {
        "fields": fields,
        "missing": [key for key in REQUIRED if key not in fields],
        "problems": sorted(problems),
    }


def reading(
    *submissions: dict[str, Any],
    kind: str = "submission",
    problems: tuple[str, ...] = (),
    reply: str | None = "",
    roles: Sequence[str] | None = None,
    says: Sequence[str] = (),
) -> dict[str, Any]:
    """`reply`: "" = as the missing fields demand, None = none. `roles` of the attachments, in order, where they matter.
    `says`: words that the problems' sentences must hold."""
    if reply == "":
        reply = "missing_fields" if any(s["missing"] for s in submissions) else "acknowledgement"
    told: dict[str, Any] = {
        "kind": kind,
        "campaign": "yugong-story" if kind in {"submission", "follow_up"} else None,
        "submissions": list(submissions),
        "problems": sorted(problems),
        "replies": [reply] if reply else [],
    }
    return told | ({"roles": list(roles)} if roles is not None else {}) | ({"says": list(says)} if says else {})


def unread(one: Person, code: str, **more: Any) -> dict[str, Any]:
    """The form cannot be read: all that is known stands in the subject."""
    known = {key: one.written[key] for key in ("recommender", "recommender_phone")}
    return reading(submission(NOBODY, **known), problems=(code,), reply="unreadable_attachment", **more)


def nothing(kind: str = "other") -> dict[str, Any]:
    return reading(kind=kind, reply=None)


# --- mails ---


def filled_form(values: Values, **style: Any) -> bytes:
    """The form as tests/forms.py has it, without the two hundred styles that nobody uses: the corpus stays small."""
    return forms.repacked(forms.filled_form(values, **style), _spared)


def edited(values: Values, edit: Callable[[str], str]) -> bytes:
    """The form with its document.xml changed."""
    return forms.repacked(
        filled_form(values),
        lambda name, part: edit(part.decode()).encode() if name == "word/document.xml" else part,
    )


def _spared(name: str, part: bytes) -> bytes | None:
    if re.search(_SPARED, name):
        return None
    if name.endswith((".rels", ".xml")):
        part = re.sub(_MENTIONED, b"", part)
    return re.sub(_UNUSED_STYLES, b"", part, flags=re.DOTALL) if name == "word/styles.xml" else part


_UNUSED_STYLES = rb'<w:style w:type="table" (?!w:default)(?!w:styleId="TableGrid").*?</w:style>'
_SPARED = r"stylesWithEffects|thumbnail|customXml"
_MENTIONED = rb"<(?:Relationship|Override) [^<>]*(?:stylesWithEffects|thumbnail|customXml)[^<>]*/>"


def subject_of(one: Person) -> str:
    return f"渝工故事线索+{one.written['recommender']}+{one.written['recommender_phone']}"


def letter_of(one: Person, files: Sequence[File], **more: Any) -> Letter:
    mail_id = f"<corpus-{sha256(repr(one.written).encode()).hexdigest()[:12]}@example.com>"
    return Letter(**{"subject": subject_of(one), "files": files, "message_id": mail_id, **more})


def client(number: int) -> Client:
    """One of the five that people use most."""
    return list(CLIENTS.values())[number % 5]


def file(name: str, content: bytes) -> File:
    kind = _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
    return File(name, content) if name.endswith(".docx") else File(name, content, kind)


def mailed(
    one: Person,
    form: Callable[[Values], bytes] = filled_form,
    name: str = FORM_NAME,
    *,
    by: Client = netease_web,
    files: Callable[[], Sequence[File]] | None = None,
    changed: Callable[[bytes], bytes] = bytes,
    **letter: Any,
) -> Callable[[], bytes]:
    """A mail about somebody, written when it is wanted: `form` makes the one file, or `files` all of them."""

    def make() -> bytes:
        attached = files() if files is not None else (file(name, form(one.written)),)
        return changed(by(letter_of(one, attached, **letter)))

    return make
