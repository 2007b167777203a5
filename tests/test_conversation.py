"""Submitters answer as people do: whatever the way, it is the same case, the right values, and one answer more."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from random import Random

from forms import filled_form
from letters import CLIENTS, File, Letter
from people import Person, person, without
from world import World, nomination, text_of

GAPS = ("gender", "birth_month", "nominee_phone")
GIVEN = {"gender": "男", "birth_month": "1980-05", "nominee_phone": "13812345678"}
LINES = "性别：男\n出生年月：1980年5月\n被推荐人联系电话：13812345678"


def whole(number: int) -> Person:
    return person(Random(9000 + number), 5_000 + number)


def typed_in(ask: EmailMessage, mark: str) -> str:
    """Our question as a mail program quotes it, the values typed behind its colons."""
    filled = dict(line.split("：") for line in LINES.split("\n"))
    lines = text_of(ask).splitlines()
    return "\n".join(mark + line + filled.get(line[:-1], "") if line.endswith("：") else mark + line for line in lines)


WAYS: dict[str, tuple[str, Callable[[EmailMessage], str]]] = {
    "QQ, no quote": ("qq", lambda ask: LINES),
    "163, quoted below": ("163", lambda ask: f"{LINES}\n\nAt 2026-11-20 10:00, a <ceacq@163.com> wrote:\n{text_of(ask)}"),
    "phone, typed into marked quote": ("phone", lambda ask: f"在 10:00，a <ceacq@163.com> 写道：\n{typed_in(ask, '> ')}"),
    "Outlook, typed into the quote": (
        "outlook",
        lambda ask: f"发件人: a <ceacq@163.com>\n发送时间: 今天\n主题: Re\n{typed_in(ask, '')}",
    ),
    "one line": ("163", lambda ask: LINES.replace("\n", "；")),
    "numbered, no colon": ("foxmail", lambda ask: "1、性别 男\n2、出生年月 1980年5月\n3、联系电话 13812345678"),
    "values alone": ("phone", lambda ask: "男\n1980年5月\n13812345678"),
}  # fmt: skip


def answer(number: int, ask: EmailMessage, text: str, client: str = "163", **more: object) -> bytes:
    plain = {
        "subject": f"回复：{ask['Subject']}",
        "sender": f"sender{number}@example.com",
        "text": text,
        "message_id": f"<answer-{number}-{hash(text)}@example.com>",
        "in_reply_to": ask["Message-ID"],
    }
    return CLIENTS[client](Letter(**{**plain, **more}))


def ask(world: World, number: int) -> EmailMessage:
    return world.received_by(f"sender{number}@example.com")[-1]


def test_every_way_of_answering_completes_the_case(simple: World) -> None:
    simple.deliver(*(nomination(n, without(whole(n), *GAPS), "163") for n in range(len(WAYS))))
    simple.once()
    for number, (client, text) in enumerate(WAYS.values()):
        question = ask(simple, number)
        simple.deliver(answer(number, question, text(question), client))
    simple.once()
    cases = {case["sender"]["address"]: case for case in simple.cases()}
    assert len(cases) == len(WAYS) == len(simple.cases())
    for number, way in enumerate(WAYS):
        case = cases[f"sender{number}@example.com"]
        assert (way, {key: case["fields"].get(key, {}).get("value") for key in GAPS}) == (way, GIVEN)
        assert (way, len(simple.received_by(f"sender{number}@example.com"))) == (way, 2)


NEW_MAILS: tuple[tuple[str, str], ...] = (
    ("补充材料", ""),  # only the sender tells
    ("补充材料", "编号 {number}\n"),
    ("补充 {number}", ""),
    ("回复：渝工故事线索", ""),
)


def test_a_new_mail_instead_of_a_reply(simple: World) -> None:
    simple.deliver(*(nomination(n, without(whole(n), *GAPS), "163") for n in range(len(NEW_MAILS))))
    simple.once()
    numbers = {case["sender"]["address"]: case["number"] for case in simple.cases()}
    for n, (subject, text) in enumerate(NEW_MAILS):
        number = numbers[f"sender{n}@example.com"]
        mail = text.format(number=number) + LINES
        simple.deliver(answer(n, ask(simple, n), mail, subject=subject.format(number=number), in_reply_to=None))
    simple.once()
    assert [case["missing"] for case in simple.cases()] == [[] for _ in NEW_MAILS]
    assert [len(simple.received_by(f"sender{n}@example.com")) for n in range(len(NEW_MAILS))] == [2] * len(NEW_MAILS)


def test_two_nominees_one_answer(simple: World) -> None:
    one, other = whole(1), whole(2)
    form = filled_form(without(one, "gender").written, more=[without(other, "gender").written])
    simple.deliver(nomination(1, files=(File("征集表.docx", form),)))
    simple.once()
    lines = (
        f"被推荐人姓名：{who.expected['nominee_name']}\n性别：{said}" for who, said in ((one, "男"), (other, "女"))
    )
    simple.deliver(answer(1, ask(simple, 1), "\n".join(lines)))
    simple.once()
    assert [case["fields"]["gender"]["value"] for case in simple.cases()] == ["男", "女"]
    assert len(simple.received_by("sender1@example.com")) == 2
