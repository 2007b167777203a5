"""The promises, end to end: real servers, the real command, one mail after another."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import time
from collections import Counter
from pathlib import Path
from random import Random

from letters import Letter, qq_web
from people import person, without
from world import Embedded, World, nomination, text_of, until

from service.embedded.behaviour import CUT_AFTER_DATA, LOST_AFTER_DATA


def rounds(world: World, wanted: int) -> None:
    """As many rounds as a server that drops connections needs."""
    for _ in range(12):
        world.run("run", "--once")
        if len([m for m in world.messages() if m["state"] != "received"]) >= wanted:
            return
        time.sleep(0.2)
    raise AssertionError("the mails did not all arrive")


def test_twenty_mails_become_twenty_cases_and_twenty_right_answers(world: World) -> None:
    gaps = {3: ("gender",), 7: ("birth_month", "highlights"), 11: ("story",)}
    people = {n: without(person(Random(9000 + n), 5_000 + n), *gaps.get(n, ())) for n in range(20)}
    world.deliver(*(nomination(n, one) for n, one in people.items()))
    rounds(world, 20)
    done = world.process("run", "--once")
    assert world.server.__class__ is Embedded or done.returncode == 0, done.stderr
    cases = world.cases()
    assert len(cases) == 20
    assert sorted(c["number"] for c in cases) == [f"YG-{time.strftime('%Y')}-{n:05d}" for n in range(1, 21)]
    for case in cases:
        number = int(case["sender"]["address"].removeprefix("sender").partition("@")[0])
        assert case["missing"] == list(gaps.get(number, ()))
        assert {k: v["value"] for k, v in case["fields"].items()} == people[number].expected
        [answer] = world.received_by(f"sender{number}@example.com")
        assert case["number"] in answer["Subject"]
        assert answer["In-Reply-To"] == f"<nomination-{number}@example.com>"
        assert answer["Auto-Submitted"] == "auto-replied"
        assert answer["From"].addresses[0].addr_spec == world.address
        if number == 3:
            assert "性别" in text_of(answer)
    before = (len(world.cases()), len(world.outbox()))
    world.run("run", "--once")
    assert (len(world.cases()), len(world.outbox())) == before


def test_an_answer_completes_the_same_case(simple: World) -> None:
    one = without(person(Random(9001), 5_001), "gender", "position")
    simple.deliver(nomination(1, one, "163"))
    simple.once()
    [ask] = simple.received_by("sender1@example.com")
    for label in ("性别", "职务"):
        assert label in text_of(ask)
    reply = Letter(
        subject=f"回复：{ask['Subject']}",
        sender="sender1@example.com",
        text='老师好：\n性别：男\n职务：总工程师\n谢谢！\n\n------------------ 原始邮件 ------------------\n发件人: "协会" <ceacq@163.com>;\n性别：女\n',
        message_id="<answer-1@example.com>",
        in_reply_to=ask["Message-ID"],
    )
    simple.deliver(qq_web(reply))
    simple.once()
    [case] = simple.cases()
    assert case["complete"]
    assert case["missing"] == []
    assert (case["fields"]["gender"]["value"], case["fields"]["position"]["value"]) == ("男", "总工程师")
    assert case["message_ids"] == ["<nomination-1@example.com>", "<answer-1@example.com>"]
    assert len(simple.received_by("sender1@example.com")) == 2


def test_machine_mail_gets_no_answer(simple: World) -> None:
    corpus = Path(__file__).parent / "corpus"
    for name in ("bounce-163", "vacation-qq", "auto-submitted", "a-question"):
        simple.deliver((corpus / f"{name}.eml").read_bytes())
    simple.once()
    assert {m["state"] for m in simple.messages()} == {"ignored"}
    assert all(m["reason"] for m in simple.messages())
    assert simple.outbox() == []


def test_the_same_message_id_with_other_content_is_new_mail(simple: World) -> None:
    simple.deliver(nomination(1, message_id="<same@example.com>"), nomination(2, message_id="<same@example.com>"))
    simple.once()
    assert len(simple.cases()) == 2


def test_other_message_id_with_the_same_content_is_a_repeat(simple: World) -> None:
    simple.deliver(nomination(1), nomination(1, message_id="<again@example.com>"))
    simple.once()
    assert len(simple.cases()) == 1
    assert Counter(m["state"] for m in simple.messages()) == {"filed": 1, "repeated": 1}
    assert len(simple.received_by("sender1@example.com")) == 1


def test_a_rebuilt_mailbox_doubles_nothing(simple: World) -> None:
    simple.deliver(*(nomination(n) for n in range(3)))
    simple.once()
    simple.server.rebuild(simple.address)  # type: ignore[attr-defined]
    simple.deliver(nomination(3))
    simple.once()
    assert len(simple.cases()) == 4
    assert all(len(simple.received_by(f"sender{n}@example.com")) == 1 for n in range(4))


SAID = [  # the sending server's words for a mail, then what becomes of it, and how often it arrived
    (["421 busy"], "sent", 1),  # later
    (["450 MI:DMC too many", "451 busy"], "sent", 1),
    (["550 no such user", "550 no such user"], "parked", 0),  # once more, then a person
    (["554 DT:SPM 163 smtp10"], "parked", 0),  # this text: a person at once
    (
        [CUT_AFTER_DATA],
        "in_doubt or parked",
        1,
    ),  # never blindly again; a person looks when Sent does not show it in time
    ([LOST_AFTER_DATA], "in_doubt or parked", 0),
]


def test_what_the_sending_server_says(simple: World) -> None:
    to = [f"sender{n}@example.com" for n in range(len(SAID))]
    for address, (script, _, _) in zip(to, SAID, strict=True):
        simple.exit.script(address, *script)
    simple.deliver(*(nomination(n) for n in range(len(SAID))))
    for _ in range(4):
        simple.run("run", "--once")
        time.sleep(1.2)
    simple.run("run", "--once")
    became = {o["to"]: o["state"] for o in simple.outbox()}
    for address, (_, state, arrived) in zip(to, SAID, strict=True):
        assert became[address] in state.split(" or ")
        assert len(simple.received_by(address)) == arrived
    assert len(simple.cases()) == len(SAID)


def test_a_limit_of_the_account_keeps_the_whole_mailbox_quiet(simple: World) -> None:
    simple.exit.script("sender0@example.com", "554 MI:STC daily limit")
    simple.deliver(nomination(0), nomination(1))
    for _ in range(2):
        simple.run("run", "--once")
    assert simple.exit.smtp_sessions == 1
    assert {o["to"]: o["state"] for o in simple.outbox()} == {
        "sender0@example.com": "deferred",
        "sender1@example.com": "queued",
    }


def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_a_sending_server_that_is_away_stops_no_filing(simple: World) -> None:
    simple.write(smtp=f"smtp://127.0.0.1:{closed_port()}")
    simple.deliver(*(nomination(n) for n in range(3)))
    simple.once(code=3)
    assert len(simple.cases()) == 3
    assert {o["state"] for o in simple.outbox()} == {"deferred"}
    simple.write()
    time.sleep(1.2)
    simple.once()
    assert {o["state"] for o in simple.outbox()} == {"sent"}


def test_a_mailbox_that_is_away(simple: World) -> None:
    simple.write(imap=f"imap://127.0.0.1:{closed_port()}")
    assert "ceacq" in simple.once(code=3)


def test_a_wrong_password_names_the_authorisation_code(simple: World) -> None:
    simple.password = "wrong-code"
    said = simple.once(code=3)
    assert "授权码" in said
    assert "wrong-code" not in said
    assert simple.run("check").returncode == 3


def test_a_missing_password_is_a_matter_of_configuration(simple: World) -> None:
    simple.password = ""
    assert "INTAKE_MAIL_PASSWORD" in simple.once(code=2)


def test_two_daemons_do_not_share_a_database(simple: World) -> None:
    first = simple.start("run")
    try:
        until((simple.folder / "data" / "intake.db").exists)
        simple.deliver(nomination(1))
        until(simple.cases)
        second = simple.process("run", "--once", timeout=30)
        assert second.returncode != 0
        assert "已有一个 intake" in second.stderr
    finally:
        first.terminate()
        assert first.wait(10) == 0


def test_sigterm_ends_the_daemon_within_five_seconds_with_0(simple: World) -> None:
    daemon = simple.start("run")
    simple.deliver(*(nomination(n) for n in range(5)))
    until(lambda: len(simple.received_by("sender4@example.com")) == 1)
    started = time.monotonic()
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(10) == 0
    assert time.monotonic() - started < 5


def children(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in found.stdout.split()]


def test_sigkill_leaves_no_process_behind(simple: World) -> None:
    daemon = simple.start("run")
    simple.deliver(nomination(1))
    until(lambda: simple.received_by("sender1@example.com"))
    workers = children(daemon.pid)
    assert workers
    daemon.kill()
    daemon.wait()
    until(
        lambda: (
            not any(
                Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes() for pid in workers
            )
        ),
        10,
    )


def test_a_broken_rules_file_stops_nothing(simple: World) -> None:
    rules = simple.folder / "rules"
    shutil.copytree(Path(__file__).parent.parent / "rules" / "yugong-story", rules / "yugong-story")
    simple.write(rules=rules, more='[digest]\nat = "00:00"\nto = ["staff@example.com"]')
    simple.once()
    triage = rules / "yugong-story" / "triage.toml"
    misspelt = re.sub(r"^([^#\n]*)包含任一", r"\1包涵任一", triage.read_text("utf-8"), count=1, flags=re.MULTILINE)
    triage.write_text(misspelt, "utf-8")
    assert simple.run("rules", "check").returncode == 1
    simple.deliver(nomination(1))
    simple.once()
    [case] = simple.cases()
    assert case["category"]
    with simple.running():
        until(lambda: simple.received_by("staff@example.com"))
    [digest] = simple.received_by("staff@example.com")
    assert "规则" in text_of(digest) or "triage.toml" in text_of(digest)


def test_random_kills_lose_nothing_and_double_nothing(simple: World) -> None:
    """Each mail one case and one answer, whenever the service is shot. `INTAKE_KILLS` asks for more."""
    kills, mails = int(os.environ.get("INTAKE_KILLS", "12")), int(os.environ.get("INTAKE_MAILS", "40"))
    dice = random.Random(7)
    simple.deliver(*(nomination(n, client="163") for n in range(mails)))
    for _ in range(kills):
        daemon = simple.start("run")
        time.sleep(dice.uniform(0.3, 2.5))
        daemon.kill()
        daemon.wait()
    with simple.running():
        until(lambda: settled(simple, mails), 120)
    assert Counter(c["sender"]["address"] for c in simple.cases()) == {
        f"sender{n}@example.com": 1 for n in range(mails)
    }
    states = Counter(o["state"] for o in simple.outbox())
    assert states["sent"] + states["in_doubt"] + states["parked"] == mails
    got = Counter({n: len(simple.received_by(f"sender{n}@example.com")) for n in range(mails)})
    assert max(got.values()) == 1
    unsure = {o["to"] for o in simple.outbox() if o["state"] != "sent"}
    assert all(got[n] == 1 for n in range(mails) if f"sender{n}@example.com" not in unsure)


def settled(world: World, mails: int) -> bool:
    done = [o for o in world.outbox() if o["state"] in {"sent", "in_doubt", "parked"}]
    return len(world.messages()) == mails and len(done) == mails
