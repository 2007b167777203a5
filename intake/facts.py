"""What the triage rules may ask about a submission: its fields by label, and the facts of the mail that brought it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from intake.draft import FieldValue
from intake.submission import Reading
from rules.campaign import Campaign
from rules.triage import Facts


def facts_of(
    reading: Reading,
    fields: Mapping[str, FieldValue],
    missing: Sequence[str],
    campaign: Campaign,
    received_on: date,
) -> Facts:
    """Field values by label, and the mail facts (主题, 发件人, 附件数 …). `received_on` is in the service's time zone."""
    attached = [a for a in reading.attachments if a.role not in {"inline", "rejected"}]
    facts: dict[str, str | int | date | bool | tuple[str, ...] | None] = {
        field.label: fields[field.key].value if field.key in fields else None for field in campaign.fields
    }
    facts["全文"] = "\n".join(str(value.value) for value in fields.values())
    facts["主题"] = reading.subject.text
    facts["正文"] = reading.body
    facts["发件人"] = reading.sender.address
    facts["发件人域名"] = reading.sender.address.rpartition("@")[2]
    facts["收件人"] = " ".join(address.address for address in reading.recipients)
    facts["收到时间"] = received_on
    facts["附件数"] = len(attached)
    facts["附件名"] = tuple(a.filename for a in attached)
    facts["附件类型"] = tuple(a.filename.rpartition(".")[2].lower() for a in attached if "." in a.filename)
    facts["缺填栏目数"] = len(missing)
    return facts
