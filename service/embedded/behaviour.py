"""How the built-in server behaves: friendly by default, as 163 does, or badly in a chosen way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: An answer of the SMTP server that is no answer: what to do instead.
CUT_AFTER_DATA = "cut-after-data"  # takes and delivers the mail, then the line is dead
LOST_AFTER_DATA = "lost-after-data"  # takes the text, delivers nothing, and the line is dead
CUT_BEFORE_DATA = "cut-before-data"  # the line dies at RCPT TO
SLOW = "slow"  # "slow 3": three seconds late, then accepted


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the server behaves. The defaults are those of a friendly, modern server."""

    password: str | None = None  # None: any will do
    id_required: bool = False  # SELECT is "Unsafe Login" until ID was said on this connection
    id_useless: bool = False  # … and stays so
    capabilities_hidden: frozenset[str] = frozenset()  # IDLE, MOVE, UIDPLUS …
    uidnext: bool = True  # tell UIDNEXT; False: STATUS with UIDNEXT is answered empty
    uidvalidity: int | None = None  # a constant one for every folder
    search_text: bool = True  # False: SEARCH FROM, SUBJECT, BODY … find nothing
    drop_every: int = 0  # the line is cut at every n-th IMAP command; 0: never
    folders: Mapping[str, str] = field(
        default_factory=lambda: {"草稿箱": "Drafts", "已发送": "Sent", "已删除": "Trash", "垃圾邮件": "Junk"}
    )  # name -> special use, "" for none
    sent_copy: bool = True  # what an account sends is also put into its Sent folder
    sender_must_match: bool = True  # 553 unless MAIL FROM is who logged in
    smtp_login_required: bool = False
    smtp_size_limit: int = 71_680_000
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)  # recipient or "*" -> the next SMTP answers

    @staticmethod
    def netease(drop_every: int = 0, password: str | None = None, **more: Any) -> Behaviour:
        """As 163 was seen to behave."""
        return Behaviour(
            password=password,
            id_required=True,
            capabilities_hidden=frozenset({"IDLE", "MOVE", "OBJECTID", "MULTIAPPEND", "BINARY", "CHILDREN"}),
            uidnext=False,
            uidvalidity=1,
            search_text=False,
            drop_every=drop_every,
            folders={
                "草稿箱": "Drafts",
                "已发送": "Sent",
                "已删除": "Trash",
                "垃圾邮件": "Junk",
                "病毒文件夹": "",
                "广告邮件": "",
                "订阅邮件": "",
            },
            **more,
        )
