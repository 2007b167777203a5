"""What other programs and people on a bad day rely on: the commands, their JSON, their exit codes, their Chinese sentences."""

from __future__ import annotations

import json
import mailbox
import os
import re
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from imapclient import IMAPClient
from letters import Letter, qq_web
from world import INTAKE, ROOT, World, nomination, text_of, until

CORPUS = ROOT / "tests" / "corpus"


@pytest.fixture
def rules(simple: World) -> Path:
    """The folder of a campaign that may be spoilt."""
    folder = simple.folder / "rules" / "yugong-story"
    shutil.copytree(ROOT / "rules" / "yugong-story", folder)
    simple.write(rules=folder.parent, more='[digest]\nat = "00:00"\nto = ["staff@example.com"]')
    return folder


# --- after filing ---


def mailbox_of(world: World) -> dict[str, dict[int, tuple[bytes, ...]]]:
    """Folder -> UID -> flags, without touching anything."""
    with IMAPClient(world.server.host, world.server.port, ssl=False) as client:
        client.login(world.address, world.password)
        found = {}
        for _, _, name in client.list_folders():
            client.select_folder(name, readonly=True)
            uids = client.search("ALL")
            flags = {uid: mail[b"FLAGS"] for uid, mail in client.fetch(uids, ["FLAGS"]).items()} if uids else {}
            found[name] = {uid: tuple(flag for flag in kept if flag != rb"\Recent") for uid, kept in flags.items()}
        return found


@pytest.mark.parametrize(
    ("after_filing", "inbox", "moved"),
    [("nothing", {1: (), 2: ()}, 0), ("seen", {1: (rb"\Seen",), 2: ()}, 0), ("move:已建档", {2: ()}, 1)],
)
def test_a_filed_mail_is_marked_and_one_that_may_need_a_person_is_not(
    simple: World, after_filing: str, inbox: dict[int, tuple[bytes, ...]], moved: int
) -> None:
    simple.write(mailbox=f'after_filing = "{after_filing}"')
    simple.deliver(nomination(1), (CORPUS / "a-question.eml").read_bytes())
    for _ in range(2):
        simple.once()
        found = mailbox_of(simple)
        assert found["INBOX"] == inbox
        assert len(found.get("已建档", {})) == moved
    assert len(simple.cases()) == 1


# --- a mail that cannot be read ---


def test_a_failed_mail_is_listed_with_its_message_id_and_filed_when_processed_again(simple: World) -> None:
    simple.config.write_text(simple.config.read_text("utf-8").replace("workers = 1", "workers = 1\nseconds = 3"))
    with simple.running() as daemon:
        until((simple.folder / "data" / "intake.db").exists)
        simple.deliver(nomination(0))
        until(lambda: [m["state"] for m in simple.messages()] == ["filed"])  # so it has loaded its parsers
        os.kill(reading_process(daemon.pid), signal.SIGSTOP)
        simple.deliver(nomination(1))
        until(lambda: sorted(m["state"] for m in simple.messages()) == ["failed", "filed"])
        [failed] = [m for m in simple.messages() if m["state"] == "failed"]
        assert (failed["message_id"], failed["sender"]["address"]) == (
            "<nomination-1@example.com>",
            "sender1@example.com",
        )
        assert (failed["cases"], "3 秒" in failed["reason"]) == ([], True)
        assert simple.run("messages", "reprocess", str(failed["id"])).returncode == 0
        until(lambda: [m["state"] for m in simple.messages()] == ["filed", "filed"])


def reading_process(daemon: int) -> int:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if parent == daemon and b"service.reading" in stat.with_name("cmdline").read_bytes():
                return int(stat.parent.name)
    return 0


# --- what staff are shown ---


def test_a_case_shows_what_was_the_matter_with_its_mail(simple: World) -> None:
    simple.deliver((CORPUS / "large-attachment-link.eml").read_bytes())
    simple.once()
    [case] = simple.cases()
    shown = simple.run("cases", "show", case["number"]).stdout
    [link] = [p["message"] for m in simple.messages() for p in m["problems"] if p["code"] == "large_attachment_link"]
    assert "到期" in link
    assert "".join(link.split()) in re.sub(r"[\s│]|(?<=│)\d", "", shown)
    assert "│ 主题" in shown
    assert "subject" not in shown
    head, _, line = simple.run("cases", "export").stdout.partition("\n")
    assert head.split(",")[:10] == [
        *("编号", "活动", "阶段", "批次", "类别", "标签", "优先级", "负责人", "缺少", "存疑"),
    ]
    assert line.startswith(case["number"])


def test_a_case_shows_why_it_was_sorted_so_and_an_answer_that_came_back(simple: World) -> None:
    simple.deliver(nomination(1, files=()))
    simple.once()
    [case], [answer] = simple.cases(), simple.outbox()
    bounce = (
        'From: <mailer-daemon@163.com>\nSubject: 系统退信\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"'
        "\n\n--b\nContent-Type: message/delivery-status\n\nAction: failed\nDiagnostic-Code: smtp; 550 Mailbox not found\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {answer['message_id']}\n\n--b--\n"
    )
    simple.deliver(bounce.replace("\n", "\r\n").encode())
    simple.once()
    shown = re.sub(r"[\s│]+", " ", simple.run("cases", "show", case["number"]).stdout)
    assert "材料缺填 命中 ✓ 缺填栏目数 大于 0" in shown
    assert "老工程师优先 无法判断 ？ 工作年限" in shown
    assert "被退回 投递状态报告（退信）：550 Mailbox not found" in shown
    assert "被退回" in simple.run("outbox", "list").stdout


def test_a_process_of_its_own_says_what_a_command_says_within_the_tests(simple: World) -> None:
    simple.deliver(nomination(1))
    assert "处理 1 封，发出 1 封" in simple.process("run", "--once").stdout
    for command in (("cases", "list"), ("digest",)):
        alone, within = simple.process(*command), simple.run(*command)
        assert (alone.returncode, alone.stdout, alone.stderr) == (within.returncode, within.stdout, within.stderr)
        assert alone.stdout


# --- inspect ---


def test_inspect_shows_a_line_a_mail_of_a_folder_whatever_its_file_is_called(simple: World) -> None:
    folder = simple.folder / "mails"
    (folder / "more").mkdir(parents=True)
    for name in ("a.eml", "b.EML", "more/00017", "broken.eml", ".c.eml", "notes.txt", "index.json"):
        (folder / name).write_bytes(nomination(1))
    (folder / "broken.eml").write_bytes(b"\x00\xff")
    (folder / "notes.txt").write_text("注意：这里是来信", "utf-8")
    (folder / "index.json").write_text("{}")
    done = simple.process("inspect", str(folder), "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(line["file"]).relative_to(folder).as_posix() for line in lines] == [
        "a.eml", "b.EML", "broken.eml", "more/00017",
    ]  # fmt: skip
    assert [len(line["submissions"]) for line in lines] == [1, 1, 0, 1]
    assert not (simple.folder / "data").exists()


def test_inspect_says_where_it_found_no_mail(simple: World) -> None:
    (simple.folder / "empty").mkdir()
    done = simple.process("inspect", str(simple.folder / "empty"), "--jsonl")
    assert (done.returncode, done.stdout) == (0, "")
    assert "empty 里没有找到邮件" in done.stderr


def test_inspect_knows_a_follow_up_by_itself(simple: World) -> None:
    raw = qq_web(
        Letter(subject="回复：[YG-2026-00012] 请补充", text="职务：总工程师\n性别：女\n", in_reply_to="<x@163.com>")
    )
    (simple.folder / "one.eml").write_bytes(raw)
    found = json.loads(simple.process("inspect", str(simple.folder / "one.eml"), "--json").stdout)
    [submission] = found["submissions"]
    assert (found["kind"], found["message_id"]) == ("follow_up", "<made-up-1@example.com>")
    assert {key: field["value"] for key, field in submission["fields"].items()} == {
        "position": "总工程师",
        "gender": "女",
    }


# --- import, backup ---


def test_old_mails_are_filed_once_and_their_answers_wait_for_a_reason_of_their_own(simple: World) -> None:
    raws = [nomination(n) for n in range(3)]
    maildir, folder = simple.folder / "maildir", simple.folder / "mails"
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True)
    (maildir / "new" / "1").write_bytes(raws[0])
    (maildir / "cur" / "2:2,S").write_bytes(raws[1])
    (maildir / "tmp" / "3").write_bytes(raws[2])
    (maildir / "dovecot-uidlist").write_text("Subject: no mail")
    folder.mkdir()
    for number, raw in enumerate(raws):
        (folder / f"{number}.eml").write_bytes(raw)
    box = mailbox.mbox(simple.folder / "old.mbox")
    for raw in raws:
        box.add(raw)
    box.close()
    for path, new in ((maildir, 2), (folder, 1), (folder, 0), (simple.folder / "old.mbox", None)):
        done = simple.run("import", str(path))
        assert done.returncode == 0
        assert new is None or f"新收 {new} 封" in done.stdout
    simple.once()
    assert len(simple.cases()) == 3
    assert {m["state"] for m in simple.messages()} <= {"filed", "repeated"}
    assert {(o["state"], o["held"][:8]) for o in simple.outbox()} == {("held", "这是导入的旧邮件"[:8])}
    assert simple.run("outbox", "release", str(simple.outbox()[0]["id"])).returncode == 0
    simple.once()
    assert len(simple.received_by(simple.outbox()[0]["to"])) == 1


def test_a_restored_service_goes_on_where_the_backup_was_made(simple: World) -> None:
    simple.deliver(nomination(1))
    simple.once()
    assert simple.run("backup", str(simple.folder / "backup.tar.gz")).returncode == 0
    simple.deliver(nomination(2))
    simple.once()
    shutil.move(simple.folder / "data", simple.folder / "broken")
    assert simple.run("restore", str(simple.folder / "backup.tar.gz")).returncode == 0
    simple.deliver(nomination(3))
    simple.once()
    assert [c["sender"]["address"] for c in simple.cases()] == [f"sender{n}@example.com" for n in (1, 2, 3)]
    assert len(simple.received_by("sender1@example.com")) == 1


def test_a_backup_into_a_folder_that_is_not_there(simple: World) -> None:
    done = simple.run("backup", str(simple.folder / "nowhere" / "b.tar.gz"))
    assert (done.returncode, "没有文件夹" in done.stderr) == (2, True)


# --- rules while the service runs ---

NEW_RULE = '[[rule]]\nname = "{name}"\nwhen = "工作年限 不少于 0"\ncategory = "{name}"\nwhy = "试"\n'


def test_rules_go_live_when_they_are_right_and_the_last_good_ones_stay_when_they_are_not(
    simple: World, rules: Path
) -> None:
    triage = rules / "triage.toml"
    triage.write_text(NEW_RULE.format(name="甲").replace("不少于", "不小于于"), "utf-8")
    simple.deliver(nomination(1))
    assert "triage.toml 第 3 行" in simple.once()
    assert simple.cases()[0]["category"] is None  # never good yet: filed without being sorted
    triage.write_text(NEW_RULE.format(name="初"), "utf-8")
    in_force = simple.folder / "data" / "rules-in-force" / "yugong-story" / "triage.toml"
    with simple.running():
        until(lambda: "✓ 服务正常" in simple.run("health").stdout)
        triage.write_text(NEW_RULE.format(name="乙"), "utf-8")
        until(lambda: in_force.read_bytes() == triage.read_bytes())
        simple.deliver(nomination(2))
        until(lambda: len(simple.cases()) == 2)
        assert simple.cases()[1]["category"] == "乙"
        triage.write_text(NEW_RULE.format(name="丙").replace("工作年限", "工作年线"), "utf-8")
        until(lambda: "没有「工作年线」这一栏。应为「工作年限」" in simple.run("health").stdout)
        simple.deliver(nomination(3))
        until(lambda: len(simple.cases()) == 3)
        assert simple.cases()[2]["category"] == "乙"
    assert "triage.toml 第 3 行" in simple.run("digest").stdout


def test_a_broken_campaign_that_was_good_once_stops_nothing_either(simple: World, rules: Path) -> None:
    simple.once()
    campaign = rules / "campaign.toml"
    campaign.write_text(campaign.read_text("utf-8").replace("case_prefix", "case_prefx"), "utf-8")
    simple.deliver(nomination(1))
    assert "campaign.toml 第" in simple.once()
    assert [c["number"][:3] for c in simple.cases()] == ["YG-"]


def test_the_last_line_of_a_failed_check_says_what_stays_in_force(simple: World, rules: Path) -> None:
    (rules / "triage.toml").write_text("[[rule]]\n", "utf-8")
    assert "以前没有用过别的规则" in simple.run("rules", "check").stdout.splitlines()[-1]
    (rules / "triage.toml").write_text(NEW_RULE.format(name="甲"), "utf-8")
    simple.once()
    (rules / "triage.toml").write_text("[[rule]]\n", "utf-8")
    done = simple.run("rules", "check")
    assert (done.returncode, "现在仍在使用 20" in done.stdout.splitlines()[-1]) == (1, True)


def test_an_answer_leaves_although_its_wording_is_broken(simple: World, rules: Path) -> None:
    (rules / "mail").mkdir(exist_ok=True)
    (rules / "mail" / "acknowledgement.txt").write_text("{{ nobody }}{% if %}", "utf-8")
    (rules / "mail" / "acknowledgement.html").write_bytes("您好".encode("gbk"))
    simple.deliver(nomination(1))
    simple.once()
    [answer] = simple.received_by("sender1@example.com")
    assert simple.cases()[0]["number"] in text_of(answer)
    assert simple.run("check").returncode == 1


# --- what is wrong around the service ---


def test_a_relative_folder_is_relative_to_the_configuration(simple: World, rules: Path, tmp_path_factory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    simple.write(rules=Path("rules"))
    relative = os.path.relpath(simple.config, elsewhere)
    done = subprocess.run(
        [INTAKE, "--config", relative, "run", "--once"], cwd=elsewhere, env=simple.environment, check=False
    )
    assert done.returncode == 0
    assert (simple.folder / "data" / "intake.db").exists()
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "instead", "code", "says"),
    [
        ("data =", 'data = "config.toml"', 1, "数据文件夹"),
        ("data =", 'data = "/proc/intake"', 1, "[service] 的 data"),
        ("url =", 'url = "postgresql+psycopg://u:geheim@127.0.0.1:1/x"', 3, "连不上数据库"),
        ("imap =", 'imap = "maildir:nowhere"', 3, "nowhere"),
    ],
)
def test_what_is_not_there_is_told_by_run_and_by_check(
    simple: World, line: str, instead: str, code: int, says: str
) -> None:
    lines = simple.config.read_text("utf-8").splitlines()
    simple.config.write_text("\n".join(instead if one.startswith(line) else one for one in lines), "utf-8")
    for command in (["run", "--once"], ["check"]):
        done = simple.run(*command)
        told = done.stdout + done.stderr
        assert (done.returncode, says in told) == (code, True), told
        assert "Traceback" not in told
        assert "geheim" not in told


def test_a_full_disk_is_told_and_loses_nothing(simple: World) -> None:
    """A limit on the size of files stands in for it."""
    simple.deliver(*(nomination(n) for n in range(6)))
    script = f'ulimit -f 300; trap "" XFSZ; exec "{INTAKE}" --config "{simple.config}" run --once'
    done = subprocess.run(
        ["bash", "-c", script], env=simple.environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "磁盘" in done.stderr
    assert "Traceback" not in done.stderr
    simple.once()
    assert len(simple.cases()) == 6
    assert all(len(simple.received_by(f"sender{n}@example.com")) == 1 for n in range(6))
