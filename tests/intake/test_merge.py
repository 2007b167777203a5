"""A further mail adds what was missing, replaces only what we took from the subject, and keeps contradictions aside."""

from __future__ import annotations

import pytest

from intake.draft import FieldValue
from intake.merge import merge, same_nominee
from intake.nomination import Submission


def values(text: str) -> dict[str, FieldValue]:
    """ "name=张伟 phone=1@subject" -> fields; the source stands behind @, 扫描 is a picture hard to make out."""
    fields = {}
    for pair in text.split():
        key, _, rest = pair.partition("=")
        value, _, source = rest.partition("@")
        fields[key] = FieldValue(value, value, source or "征集表.docx", 0.5 if source == "扫描" else 1.0)
    return fields


def shown(fields) -> str:
    return " ".join(f"{key}={value.value}" for key, value in fields.items())


@pytest.mark.parametrize(
    ("on_file", "mail", "added", "contested"),
    [
        ("name=张伟", "birth=1975-03", "birth=1975-03", ""),
        ("name=张伟", "name=张伟 birth=1975-03", "birth=1975-03", ""),
        ("name=张伟 birth=1957-03", "birth=1975-03", "", "birth=1975-03"),  # nothing is overwritten
        ("unit=甲@subject", "unit=乙", "unit=乙", ""),  # what a person wrote outranks our guess from the subject
        ("unit=甲", "unit=乙@subject", "", ""),  # ... and the reply's subject says nothing new
        ("unit=甲@subject", "unit=甲", "", ""),
        ("name=张伟", "", "", ""),
        ("name=张玮@扫描", "name=张伟", "name=张伟", ""),  # hardly made out in a picture, and now typed
        ("name=张玮@扫描", "name=张玮", "name=张玮", ""),  # asked whether it was right, the sender types the same
        ("name=张玮@扫描", "name=张玮@扫描", "", ""),
        ("name=张玮@扫描", "name=张伟@扫描", "", "name=张伟"),
        ("name=张伟", "name=张玮@扫描", "", "name=张玮"),
    ],
)
def test_merge(on_file: str, mail: str, added: str, contested: str) -> None:
    merged = merge(values(on_file), Submission("正文", values(mail), (), ()))
    assert (shown(merged.added), shown(merged.contested)) == (added, contested)
    assert {**values(on_file), **merged.added} == merged.fields


@pytest.mark.parametrize(
    ("on_file", "mail", "same"),
    [
        ("nominee_name=张伟 nominee_phone=138", "nominee_name=张伟 nominee_phone=138", True),
        ("nominee_name=张伟", "nominee_name=张伟 nominee_phone=138", True),
        ("nominee_name=张伟 nominee_phone=138", "nominee_name=张伟 nominee_phone=139", False),
        ("nominee_name=张伟 employer=甲", "nominee_name=张伟 employer=乙", False),
        ("nominee_name=张伟", "nominee_name=李强", False),
        ("nominee_phone=138", "nominee_phone=138", False),  # no name: nobody can tell
    ],
)
def test_same_nominee(on_file: str, mail: str, same: bool, story_campaign) -> None:
    assert same_nominee(values(on_file), Submission("正文", values(mail), (), ()), story_campaign) is same
