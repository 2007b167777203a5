"""Mails, readings and outcomes to be stored, with invented people, as short as a test can say them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from intake.draft import FieldValue
from intake.kind import Kind
from intake.mailboxes.mailbox import Delivery
from intake.mime.message import Address, Trust
from intake.nomination import Submission
from intake.outcome import CaseChange, Outcome, State
from intake.submission import Attachment, Reading, SubjectLine
from intake.values.values import Problem
from rules.campaign import Batch, Campaign, SubjectGrammar
from rules.triage import Decision, RuleOutcome
from storage.archive import Ref
from storage.filing import Filing
from storage.outgoing import Outgoing

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
FORM = Attachment("征集表.docx", "application/octet-stream", 26_000, "form", "f" * 64, "2")

CAMPAIGN = Campaign(
    name="story",
    title="故事征集",
    organiser="协会",
    case_prefix="YG",
    privacy="",
    subject=SubjectGrammar(("故事",), ""),
    fields=(),
    batches=(Batch("第一批", date(2026, 3, 31)), Batch("第二批", None)),
    stages=(),
    incomplete_stage="待补充",
    complete_stage="待核实",
    form=None,
    form_titles=(),
    folder=Path(),
    identity=("nominee_name", "nominee_phone", "employer"),
)
CAMPAIGNS = {"story": CAMPAIGN}


def delivery(uid, raw=None, folder="INBOX", uidvalidity=1, junk=False):
    """A mail and its place in the archive."""
    raw = raw or f"mail {folder} {uid}".encode()
    mail = Delivery(folder, uidvalidity, uid, NOW, raw, size=len(raw), junk=junk)
    return mail, Ref("2026/03/02-main-001.seg", uid * 1000, len(raw), sha256(raw).hexdigest())


def values(source="征集表.docx", **fields):
    return {key: FieldValue(value, str(value), source) for key, value in fields.items()}


def reading(sender="zhang.wei@example.com", content="one", kind=Kind.SUBMISSION, submissions=(), **more):
    given = Reading(
        kind=kind,
        reason="带有征集表",
        campaign="story",
        message_id=f"<{content}@example.com>",
        sender=Address("张伟", sender),
        recipients=(),
        subject=SubjectLine("故事+某单位+13800001234", "某单位", "13800001234"),
        submissions=tuple(Submission("征集表.docx", fields, (), ()) for fields in submissions),
        attachments=(FORM,),
        problems=(),
        defects=(),
        in_reply_to=(),
        references=(),
        case_numbers=(),
        trust=Trust.UNKNOWN,
        content_hash=content,
        excerpt="您好",
    )
    return replace(given, **more)


def change(number=None, missing=(), contested=None, problems=(), **fields):
    """A case opened (number None) or added to."""
    new = values(**fields)
    rule = RuleOutcome("技术攻坚", 3, "核心事迹提到攻坚", "核心事迹 包含 攻坚", {"category": "攻坚", "tags": ("骨干",)})
    return CaseChange(
        number=number,
        campaign="story",
        source="征集表.docx",
        new_values=new,
        fields=new,
        missing=tuple(missing),
        problems=tuple(Problem(None, code, "请留意") for code in problems),
        decision=Decision("攻坚", ("骨干",), "高", "李娜", (rule,), (), (), "r1"),
        batch="第一批",
        stage="待补充" if missing else "待核实",
        contested=contested or {},
    )


def filing(message, *changes, state=None, reason="新建线索", repeat_of=None, **more):
    state = state or (State.FILED if any(c.number is None for c in changes) else State.MERGED)
    read = reading(**{"content": f"content {message}"} | more)
    return Filing(message, Outcome(read, state, reason, changes), NOW, "ceacq", repeat_of)


def answer(number="YG-2026-00001", kind="acknowledgement", to="zhang.wei@example.com", **more):
    given = Outgoing(
        key=f"{number}/{kind}/1",
        mailbox="ceacq",
        kind=kind,
        to=to,
        subject="已收到",
        text="已收到您的线索",
        html="<p>已收到您的线索</p>",
        message_id=f"<{number}.{kind}.yugong-intake@example.com>",
        case=number,
        cases=(number,),
    )
    return replace(given, **more)
