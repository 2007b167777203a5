"""What the receiving server said of the sender: only its own word counts, and it stands on top."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Trust(StrEnum):
    """What the receiving server said of the sender (topmost Authentication-Results of its own)."""

    PASS = "pass"  # noqa: S105  # no password: it passed
    FAIL = "fail"  # DMARC, or SPF with no DKIM pass, failed: no reply goes there
    UNKNOWN = "unknown"  # nothing said


@dataclass(frozen=True, slots=True)
class Verdict:
    trust: Trust
    envelope_from: str | None  # smtp.mail; "" is the null sender; None where the server says nothing


_NOTHING = Verdict(Trust.UNKNOWN, None)
_COMMENT = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r'"[^"]*"')
_BY = re.compile(r"(?:^|\s)by\s+([^\s;]+)", re.IGNORECASE)
_METHOD = re.compile(
    r"(spf|dkim|dmarc)(?:/1)?=(pass|fail|hardfail|softfail|neutral|none|temperror|permerror|policy)(.*)"
)
_MAIL_FROM = re.compile(r"smtp\.mail(?:from)?=<?(.*?)>?(?:smtp\.helo=.*)?")
_SIGNER = re.compile(r"header\.[id]=([^;]*?)(?=header\.|$)")


def judge(headers: Sequence[tuple[str, str]], sender: str) -> Verdict:
    """What the topmost Authentication-Results says whose name is that of the server in the topmost Received.

    On 163 that name is the MX host's (mx12, gzga-mx-mtada-g3-1), never 163.com. Whatever stands further down came
    with the mail, and the sender may have written it.
    """
    received = next((value for name, value in headers if name == "received"), "")
    host = _BY.search(_COMMENT.sub(" ", received))
    if host is None:
        return _NOTHING
    for name, value in headers:
        if name == "authentication-results":
            segments = _segments(value)
            if segments and segments[0] == host[1].lower():
                return _verdict(segments[1:], sender)
    return _NOTHING


def _segments(value: str) -> list[str]:
    """Cut at `;`, all blanks gone: Coremail folds in the middle of an address. Quoted text is dropped:
    a quoted local part can spell `;dmarc=pass`.
    """
    bare = _QUOTED.sub("", _COMMENT.sub("", value))
    return [] if '"' in bare else [re.sub(r"\s+", "", segment).lower() for segment in bare.split(";")]


def _verdict(segments: Sequence[str], sender: str) -> Verdict:
    methods = [found.groups() for found in map(_METHOD.fullmatch, segments) if found]
    results = {name: result for name, result, _ in reversed(methods)}
    mail_from = next((m[1] for name, _, rest in methods if name == "spf" and (m := _MAIL_FROM.fullmatch(rest))), None)
    signers = [
        signer
        for name, result, rest in methods
        if (name, result) == ("dkim", "pass")
        for signer in _SIGNER.findall(rest)
    ]
    return Verdict(_trust(results, mail_from, signers, sender), mail_from)


def _trust(results: dict[str, str], mail_from: str | None, signers: Sequence[str], sender: str) -> Trust:
    """A pass counts only for the domain that From names: anybody can pass SPF for a domain of his own."""
    signed = any(_aligned(signer, sender) for signer in signers)
    if results.get("dmarc") == "fail":
        return Trust.FAIL
    if results.get("dmarc") == "pass" or signed:
        return Trust.PASS
    if results.get("spf") in ("fail", "hardfail"):
        return Trust.UNKNOWN if results.get("dkim") == "pass" and not signers else Trust.FAIL
    if results.get("spf") == "pass" and mail_from and _aligned(mail_from, sender):
        return Trust.PASS
    return Trust.UNKNOWN


def _aligned(domain: str, sender: str) -> bool:
    """Relaxed alignment: the same domain, or one within the other."""
    ours, theirs = sender.rpartition("@")[2].lower(), domain.rpartition("@")[2]
    return bool(ours and theirs and "." in theirs) and (
        ours == theirs or ours.endswith("." + theirs) or theirs.endswith("." + ours)
    )
