"""Bad days, end to end: servers that go away and come back otherwise, people in the mailbox, the service shot at any moment."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from dovecot import Dovecot
from imapclient import IMAPClient
from sqlalchemy import select, update
from wire import Wire
from world import INTAKE, Embedded, World, nomination, until

from service.embedded.behaviour import LOST_AFTER_DATA, Behaviour
from service.embedded.server import EmbeddedServer
from storage.database import open_database
from storage.schema import outgoing

#: The long ones: minutes each.
heavy = pytest.mark.heavy


on_dovecot = pytest.mark.parametrize("world", ["dovecot", pytest.param("netease", marks=heavy)], indirect=True)
on_netease = pytest.mark.parametrize("world", ["netease", pytest.param("dovecot", marks=heavy)], indirect=True)


@contextmanager
def person(world: World) -> Iterator[IMAPClient]:
    """Somebody with a mail program."""
    with IMAPClient(world.server.host, world.server.port, ssl=False) as client:
        client.login(world.address, world.password)
        client.id_({"name": "phone"})
        client.select_folder("INBOX")
        yield client


def rounds(world: World, wanted: int) -> None:
    """As many rounds as a server that drops connections needs."""
    for _ in range(12):
        done = world.run("run", "--once")
        if len([m for m in world.messages() if m["state"] != "received"]) >= wanted:
            return
    raise AssertionError("the mails did not all arrive" + done.stdout + done.stderr)


def one_answer_each(world: World, numbers: range) -> None:
    """Each mail one case, one answer."""
    senders = Counter({f"sender{n}@example.com": 1 for n in numbers})
    assert Counter(c["sender"]["address"] for c in world.cases()) == senders
    assert Counter({s: len(world.received_by(s)) for s in senders}) == senders


def emptied(world: World) -> None:
    with person(world) as client:
        client.delete_messages(client.search())
        client.expunge()


# --- numbers that change their meaning ---


def number_anew(world: World, *, restart: bool = True, same_validity: bool = False) -> None:
    """UIDs from 1 for what is there, under the next UIDVALIDITY or under the same one."""
    server = world.server
    if isinstance(server, EmbeddedServer):
        server.rebuild(world.address)
        return
    assert isinstance(server, Dovecot)
    maildir = server.maildir(world.address)
    validity = int(next(w for w in (maildir / "dovecot-uidlist").read_text().split() if w.startswith("V"))[1:])
    if restart:
        server.stop()
    for path in maildir.glob("dovecot*"):
        path.unlink()
    (maildir / "dovecot-uidlist").write_text(f"3 V{validity + (not same_validity)} N1\n")
    if os.geteuid() == 0:
        os.chown(maildir / "dovecot-uidlist", maildir.stat().st_uid, maildir.stat().st_gid)
    if restart:
        server.start()


@on_netease
@pytest.mark.parametrize(
    "after", [pytest.param(2, marks=heavy), 3, pytest.param(5, marks=heavy)], ids=["fewer", "as-many", "more"]
)
def test_other_mails_under_the_same_numbers_are_new_mails(world: World, after: int) -> None:
    """A mailbox set up anew where UIDVALIDITY never changes: nothing but the mails themselves tells."""
    world.deliver(*(nomination(n) for n in range(3)))
    rounds(world, 3)
    emptied(world)
    number_anew(world, same_validity=True)
    world.deliver(*(nomination(n) for n in range(10, 10 + after)))
    rounds(world, 3 + after)
    world.deliver(nomination(20))
    rounds(world, 4 + after)
    assert len(world.cases()) == 4 + after


@on_dovecot
@pytest.mark.parametrize("restart", [pytest.param(True, marks=heavy), False], ids=["restart", "in-flight"])
def test_a_new_uidvalidity_doubles_nothing_while_the_service_runs(world: World, restart: bool) -> None:
    world.deliver(*(nomination(n) for n in range(4)))
    with world.running():
        until(lambda: len(world.cases()) == 4)
        number_anew(world, restart=restart)
        world.deliver(nomination(4))
        until(lambda: len(world.cases()) == 5)
        until(lambda: world.received_by("sender4@example.com"))
    one_answer_each(world, range(5))


def test_a_mail_that_turns_up_below_the_watermark(tmp_path: Path, leaving: EmbeddedServer) -> None:
    """163 hides mails older than 30 days until somebody lifts that."""
    netease = Behaviour.netease(password=Embedded.password)
    with Embedded(tmp_path / "mail", behaviour=netease) as server:
        world = World(tmp_path, server, leaving)
        world.deliver(nomination(1), nomination(2))
        server.remove(world.address, 1)
        world.once()
        assert len(world.cases()) == 1
    (tmp_path / "mail" / "邮箱" / world.address / "INBOX" / "1,.eml").write_bytes(nomination(1))
    with Embedded(tmp_path / "mail", behaviour=netease) as server:
        world.server = server
        world.write()
        world.once()
        world.once()
        one_answer_each(world, range(1, 3))


def test_the_newest_mail_deleted_fetches_nothing_again(tmp_path: Path, leaving: EmbeddedServer) -> None:
    with Embedded(behaviour=Behaviour.netease(password=Embedded.password)) as server:
        wire = Wire(server.host, server.port)
        world = World(tmp_path, server, leaving)
        world.write(imap=f"imap://127.0.0.1:{wire.port}")
        world.deliver(*(nomination(n) for n in range(3)))
        world.once()
        server.remove(world.address, 3)
        for wanted in ([1, 2], [1, 2, 4]):
            wire.take()
            assert f"收到 {len(wanted) - 2} 封" in world.once()
            fetches = wire.take().count("UID FETCH")
            assert fetches == (1 if len(wanted) == 2 else 3), "the newest ones looked at; a new mail's head and body"
            world.deliver(nomination(3))
        wire.__exit__()


# --- people in the mailbox ---


def test_people_open_move_and_delete_mails_all_the_time(world: World) -> None:
    world.deliver(*(nomination(n) for n in range(5)))
    with person(world) as client:
        client.add_flags([1], [b"\\Seen"])
        client.delete_messages([2])
        client.expunge()
    with world.running():
        until(lambda: len(world.cases()) == 4)
        with person(world) as client:
            client.copy([3], "已删除" if not isinstance(world.server, Dovecot) else "垃圾邮件")
            client.delete_messages([3, 5])
            client.expunge()
        for n in range(5, 12):
            world.deliver(nomination(n))
            with person(world) as client:
                client.add_flags(client.search(), [b"\\Seen", b"\\Flagged"])
        until(lambda: len(world.cases()) == 11)
        until(lambda: len(world.received_by("sender11@example.com")))
    counted = Counter(m["message_id"] for m in world.messages() if m["state"] == "filed")
    assert counted == {f"<nomination-{n}@example.com>": 1 for n in range(12) if n != 1}
    assert all(len(world.received_by(f"sender{n}@example.com")) == 1 for n in range(12) if n != 1)


@on_netease
def test_junk_mail_is_filed_and_its_answer_waits_for_a_person(world: World) -> None:
    world.deliver(nomination(1))
    world.server.deliver(world.address, nomination(2), "垃圾邮件")
    rounds(world, 2)
    world.run("run", "--once")
    assert len(world.cases()) == 2
    assert {o["to"]: o["state"] for o in world.outbox()} == {
        "sender1@example.com": "sent",
        "sender2@example.com": "held",
    }
    [held] = [o for o in world.outbox() if o["state"] == "held"]
    assert world.run("outbox", "release", str(held["id"])).returncode == 0
    world.run("run", "--once")
    one_answer_each(world, range(1, 3))


# --- several mailboxes, and a folder ---


def test_several_mailboxes_and_a_folder_at_once(simple: World, tmp_path: Path) -> None:
    folder = tmp_path / "Maildir"
    for sub in ("cur", "new", "tmp"):
        (folder / sub).mkdir(parents=True)
    smtp = f"smtp://127.0.0.1:{simple.exit.smtp_port}"
    more = "".join(
        f'[[mailbox]]\nname = "{name}"\naddress = "{address}"\ncampaigns = ["yugong-story"]\n'
        f'imap = "{imap}"\nsmtp = "{smtp}"\nsend_interval_seconds = 0\n'
        for name, address, imap in (
            ("乙", "b@example.com", f"imap://{simple.server.host}:{simple.server.port}"),
            ("丙", "c@example.com", f"maildir:{folder}"),
        )
    )
    simple.write(more=more)
    simple.deliver(nomination(1))
    simple.server.deliver("b@example.com", nomination(2))
    (folder / "new" / "1.a.b").write_bytes(nomination(3))
    simple.once()
    one_answer_each(simple, range(1, 4))
    assert {m["mailbox"] for m in simple.messages()} == {"ceacq", "乙", "丙"}
    assert [a.addr_spec for a in simple.received_by("sender2@example.com")[0]["From"].addresses] == ["b@example.com"]
    (folder / "new" / "2.a.b").write_bytes(nomination(4))
    (folder / "new" / "1.a.b").rename(folder / "cur" / "1.a.b:2,S")
    assert "收到 1 封" in simple.once()


# --- the mailbox goes away ---


@on_dovecot
def test_a_line_cut_in_the_middle_of_a_fetch_and_a_server_that_comes_back(world: World) -> None:
    wire = Wire(world.server.host, world.server.port)
    world.write(imap=f"imap://127.0.0.1:{wire.port}")
    world.deliver(*(nomination(n) for n in range(8)))
    wire.cut_after = 120_000
    with world.running():
        until(lambda: len(world.cases()) == 8)
        wire.cut()
        world.deliver(nomination(8))
        until(lambda: world.received_by("sender8@example.com"))
    one_answer_each(world, range(9))
    wire.__exit__()


@heavy
def test_a_mail_server_that_is_switched_off(tmp_path: Path, leaving: EmbeddedServer, dovecot: Dovecot) -> None:
    world = World(tmp_path, dovecot, leaving, f"u{os.urandom(4).hex()}@example.com")
    world.deliver(*(nomination(n) for n in range(60)))
    with world.running():
        until(world.messages)
        dovecot.kill()
        time.sleep(6)
        world.deliver(*(nomination(n) for n in range(60, 80)))
        dovecot.start()
        until(lambda: len(world.cases()) == 80, 120)
        until(lambda: all(o["state"] == "sent" for o in world.outbox()), 60)
    one_answer_each(world, range(80))


@heavy
@pytest.mark.parametrize("poll_seconds", [0.2, 300])
def test_a_dead_peer_is_noticed_within_two_minutes(
    tmp_path: Path, leaving: EmbeddedServer, dovecot: Dovecot, poll_seconds: float
) -> None:
    world = World(tmp_path, dovecot, leaving, f"u{os.urandom(4).hex()}@example.com")
    wire = Wire(dovecot.host, dovecot.port)
    world.write(imap=f"imap://127.0.0.1:{wire.port}")
    world.config.write_text(world.config.read_text().replace("poll_seconds = 0.2", f"poll_seconds = {poll_seconds}"))
    with world.running():
        world.deliver(nomination(0))
        until(world.cases)
        time.sleep(3)
        frozen_at, connections = time.monotonic(), wire.connections
        wire.frozen = True
        world.deliver(nomination(1))
        until(lambda: wire.connections > connections, 130)
        print("noticed after", round(time.monotonic() - frozen_at), "s")
        wire.frozen = False
        wire.cut()
        until(lambda: len(world.cases()) == 2, 130)
        print("filed after", round(time.monotonic() - frozen_at), "s")
    wire.__exit__()


@heavy
@pytest.mark.parametrize("end", ["imap", "smtp"])
def test_refused_logins_are_few(simple: World, end: str) -> None:
    """Five in two minutes, then a pause; a restart tries at once."""
    wire = Wire(simple.server.host, simple.server.port if end == "imap" else simple.exit.smtp_port)
    if end == "imap":
        simple.write(imap=f"imap://127.0.0.1:{wire.port}")
        simple.password = "wrong"
    else:
        simple.exit.behaviour = Behaviour(password="another", sent_copy=False)
        simple.write(smtp=f"smtp://127.0.0.1:{wire.port}")
    simple.deliver(nomination(0))
    with simple.running():
        time.sleep(150)
        assert wire.connections == 5
    before = wire.connections
    with simple.running():
        until(lambda: wire.connections > before, 20)
    wire.__exit__()


# --- sending ---


def test_filing_never_waits_for_sending(simple: World) -> None:
    simple.exit.script("*", *["slow 5"] * 12)
    text = simple.config.read_text()
    simple.config.write_text(text.replace("send_interval_seconds = 0", "send_interval_seconds = 100"))
    simple.deliver(*(nomination(n) for n in range(12)))
    with simple.running():
        until(lambda: len(simple.cases()) == 12)
        assert sum(o["state"] == "sent" for o in simple.outbox()) <= 2


def test_one_round_sends_what_became_due_by_its_own_filing_and_what_was_put_off(simple: World) -> None:
    simple.exit.script("sender0@example.com", "450 later")
    simple.deliver(nomination(0))
    simple.once()
    simple.deliver(nomination(1))
    time.sleep(1.2)
    simple.once()
    one_answer_each(simple, range(2))


def test_retry_brings_back_what_is_parked_or_put_off_and_never_what_is_in_doubt(simple: World) -> None:
    simple.exit.script("sender0@example.com", "554 DT:SPM 163 smtp10")
    simple.exit.script("sender1@example.com", LOST_AFTER_DATA)
    simple.exit.script("sender2@example.com", "554 MI:STC daily limit")
    simple.deliver(*(nomination(n) for n in range(4)))
    simple.once()
    assert [o["state"] for o in simple.outbox()] == ["parked", "in_doubt", "deferred", "queued"]
    simple.once()
    assert [o["state"] for o in simple.outbox()] == ["parked", "in_doubt", "deferred", "queued"]
    assert simple.run("outbox", "retry", "--all").returncode == 0
    simple.once()
    assert [o["state"] for o in simple.outbox()] == ["sent", "in_doubt", "sent", "sent"]
    assert [len(simple.received_by(f"sender{n}@example.com")) for n in range(4)] == [1, 0, 1, 1]


def age_the_attempts(world: World, by: timedelta) -> None:
    """As if so much time had gone by since the last attempts to send."""
    database = open_database(f"sqlite:///{world.folder / 'data' / 'intake.db'}")
    with database.transaction() as tx:
        for row in tx.execute(select(outgoing.c.id, outgoing.c.last_attempt_at)).all():
            earlier = update(outgoing).where(outgoing.c.id == row.id).values(last_attempt_at=row.last_attempt_at - by)
            tx.execute(earlier)
    database.close()


@pytest.mark.parametrize(("answer", "there"), [("cut-after-data", 1), ("lost-after-data", 0)])
@pytest.mark.parametrize("copies", [True, pytest.param(False, marks=heavy)])
def test_what_is_in_doubt_is_settled_by_the_sent_folder(tmp_path: Path, answer: str, there: int, copies: bool) -> None:
    with Embedded(behaviour=Behaviour(password=Embedded.password, sent_copy=copies)) as server:
        world = World(tmp_path, server, server)
        world.deliver(nomination(0))
        server.script("sender0@example.com", answer)
        world.once()
        [row] = world.outbox()
        assert row["state"] == "in_doubt"
        age_the_attempts(world, timedelta(seconds=61))  # a server saves its copy a little later
        world.once()
        [row] = world.outbox()
        print(answer, copies, row["state"], row["last_reply"])
        assert row["state"] == ("sent" if copies and there else "parked")
        world.run("outbox", "retry", "--all")
        world.once()
        assert len(world.received_by("sender0@example.com")) == there


# --- stopping ---


def catches_sigterm(pid: int) -> bool:
    caught = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def test_told_to_stop_at_any_moment_it_ends_at_once_with_0(simple: World) -> None:
    """While starting, reading, sending with pauses, waiting for a mail server that hangs. `INTAKE_STOPS` asks for more."""
    dice = random.Random(3)
    wire = Wire(simple.server.host, simple.server.port)
    simple.write(imap=f"imap://127.0.0.1:{wire.port}")
    text = simple.config.read_text()
    simple.config.write_text(text.replace("send_interval_seconds = 0", "send_interval_seconds = 1"))
    times = []
    for number in range(int(os.environ.get("INTAKE_STOPS", "4"))):
        simple.deliver(*(nomination(10 * number + n) for n in range(10)))
        daemon = simple.start("run")
        until(lambda pid=daemon.pid: catches_sigterm(pid))  # Python itself has to start
        wire.frozen = number % 3 == 2
        time.sleep(dice.uniform(0, 3))
        begun = time.monotonic()
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(10) == 0, simple.output.read_text("utf-8")[-2000:]
        times.append(round(time.monotonic() - begun, 2))
        wire.frozen = False
    wire.__exit__()
    print(times)
    assert max(times) < 5


# --- being shot ---


def test_shot_during_the_first_start(simple: World) -> None:
    simple.deliver(nomination(0))
    for milliseconds in (600, 1000, 1300):
        daemon = simple.start("run")
        time.sleep(milliseconds / 1000)
        daemon.kill()
        daemon.wait()
    simple.once()
    assert [case["sender"]["address"] for case in simple.cases()] == ["sender0@example.com"]
    [answer] = simple.outbox()
    arrived = len(simple.received_by("sender0@example.com"))
    # Shot in the few milliseconds of handing over (seen once), the answer is in doubt and never sent a second time.
    assert (answer["state"], arrived) in {("sent", 1), ("in_doubt", 1), ("in_doubt", 0)}


def test_two_that_start_at_the_same_moment(simple: World) -> None:
    simple.deliver(*(nomination(n) for n in range(5)))
    both = [
        subprocess.Popen(
            [INTAKE, "--config", simple.config, "run", "--once"],
            env=simple.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    said = [one.communicate(timeout=60)[0] for one in both]
    codes = sorted(one.returncode for one in both)
    assert codes in ([0, 0], [0, 1]), said
    assert all("Traceback" not in text for text in said), said
    assert codes == [0, 0] or any("已有一个 intake" in text for text in said), said
    one_answer_each(simple, range(5))


@heavy
@pytest.mark.parametrize("copies", [True, False], ids=["sent-copy", "no-copy"])
@pytest.mark.parametrize("command", [("run",), ("run", "--once")], ids=["run", "once"])
def test_shot_sixty_times(tmp_path: Path, dovecot: Dovecot, command: tuple[str, ...], copies: bool) -> None:
    mails, kills, dice = 200, int(os.environ.get("INTAKE_KILLS", "60")), random.Random(7)
    moments = (1.0, float(os.environ.get("INTAKE_KILL_SECONDS", "4")))  # a busy machine takes longer to start
    user = f"u{os.urandom(4).hex()}@example.com"
    with EmbeddedServer(behaviour=Behaviour(sent_copy=copies)) as leaving:
        world = World(tmp_path, dovecot, leaving, user)
        done = threading.Event()
        copier = threading.Thread(target=copy_sent, args=(world, dovecot, done), daemon=True)
        copier.start()
        feeder = threading.Thread(target=feed, args=(world, mails), daemon=True)
        feeder.start()
        shot = 0
        while shot < kills:
            process = world.start(*command)
            try:
                process.wait(dice.uniform(*moments))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                shot += 1
        feeder.join()
        states = Counter(o["state"] for o in world.outbox())
        print("after the last shot:", len(world.cases()), "cases,", dict(states))
        until(lambda: settled(world, mails), 240)
        done.set()
        copier.join()
        examine(world, mails, copies=copies)


def feed(world: World, mails: int) -> None:
    for n in range(mails):
        world.deliver(nomination(n, client="163"))
        time.sleep(0.3)


def copy_sent(world: World, dovecot: Dovecot, done: threading.Event) -> None:
    """The sending server's Sent folder is the mailbox's."""
    copied = 0
    while not done.wait(0.2):
        kept = world.exit.mails(world.address, "已发送")
        for mail in kept[copied:]:
            dovecot.deliver(world.address, mail.raw, "已发送")
        copied = len(kept)


def settled(world: World, mails: int) -> bool:
    world.run("run", "--once")
    rows = world.outbox()
    return len(rows) == mails and all(o["state"] in {"sent", "parked"} for o in rows)


def examine(world: World, mails: int, *, copies: bool) -> None:
    assert Counter(c["sender"]["address"] for c in world.cases()) == {f"sender{n}@example.com": 1 for n in range(mails)}
    assert Counter(m["state"] for m in world.messages()) == {"filed": mails}
    rows = {o["to"]: o for o in world.outbox()}
    got = {s: len(world.received_by(s)) for s in rows}
    parked = [s for s, o in rows.items() if o["state"] == "parked"]
    print(
        "parked:",
        len(parked),
        "of these received:",
        sum(got[s] for s in parked),
        "attempts:",
        Counter(o["attempts"] for o in rows.values()),
    )
    assert len(rows) == mails
    assert max(got.values()) == 1
    assert all(got[s] == 1 for s, o in rows.items() if o["state"] == "sent")
    assert not copies or not any(got[s] for s in parked)
    left = subprocess.run(["pgrep", "-f", str(world.folder)], capture_output=True, text=True, check=False).stdout
    assert not left
