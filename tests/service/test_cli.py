"""The command line: Chinese help and faults, exit codes, JSON for programs, and no traceback for anybody's mistake."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.cli import COMMANDS, DONE, REFUSED, USAGE, WRONG, run
from storage import operations
from storage.database import open_database

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "corpus"
CLEAN, INCOMPLETE, BOUNCE = (CORPUS / f"{name}.eml" for name in ("clean-163", "without-three", "bounce-163"))

CONFIG = """
[service]
campaigns = "{campaigns}"
[reading]
workers = 1
[[mailbox]]
name = "m"
address = "ceacq@163.com"
campaigns = ["yugong-story"]
imap = "maildir:in"
smtp = "embedded:"
send_interval_seconds = 0
"""


def project(folder, text=CONFIG):
    (folder / "in" / "new").mkdir(parents=True)
    (folder / "in" / "cur").mkdir()
    (folder / "in" / "tmp").mkdir()
    path = folder / "config.toml"
    path.write_text(text.format(campaigns=ROOT / "rules"), "utf-8")
    return path


@pytest.fixture
def config(tmp_path):
    return project(tmp_path)


@pytest.fixture
def intake(config, capsys):
    """Run a command in this process: exit code, standard output, standard error."""

    def call(*args, file=None):
        code = run(["--config", str(file or config), *map(str, args)])
        out = capsys.readouterr()
        assert "Traceback" not in out.err
        return code, out.out, out.err

    return call


@pytest.fixture(scope="module")
def filed(tmp_path_factory):
    """A project with three mails filed, as a person would do it."""
    folder = tmp_path_factory.mktemp("filed")
    config = project(folder)
    for mail in (CLEAN, INCOMPLETE, BOUNCE):
        shutil.copy(mail, folder / "in" / "new" / mail.name)
    command = [sys.executable, "-c", "from service.cli import main; main()", "--config", str(config), "run", "--once"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=120)
    assert (done.returncode, "处理 3 封" in done.stdout) == (0, True), done.stdout + done.stderr
    return config


# --- help and usage ---


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_in_chinese(intake, name):
    code, out, _ = intake(name, "--help")
    assert code == DONE
    assert out.startswith(f"用法：intake {name}")
    assert not [word for word in ("Usage", "Options", "Commands", "Show this", "[OPTIONS]") if word in out]


def test_without_a_command_comes_the_list_of_them(capsys):
    assert run([]) == USAGE
    assert "命令:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["chekc"], "没有「chekc」这个命令。应为「check」。"),
        (["cases", "lst"], "没有「lst」这个命令。应为「list」。"),
        (["run", "--onec"], "没有「--onec」这个选项。应为「--once」。"),
        (["inspect"], "缺少 邮件或文件夹…"),
        (["inspect", "nowhere.eml"], "nowhere.eml 不存在。"),
        (["cases", "show"], "缺少 编号"),
        (["cases", "show", "A", "B"], "多写了参数：B"),
        (["messages", "show", "one"], "要写整数"),
        (["messages", "list", "--state", "lost"], "received、filed"),
        (["messages", "reprocess"], "--failed"),
        (["outbox", "retry"], "--all"),
        (["outbox", "retry", "1", "--all"], "--all"),
        (["digest", "--date", "yesterday"], "2026-11-20"),
        (["digest", "--send"], "to"),
        (["digest", "--send", "--out", "x.html"], "只能写一个"),
        (["import", "nowhere"], "nowhere 不存在。"),
        (["import", "--mailbox", "x", str(CLEAN)], "可以写的有：m"),
        (["restore", "nowhere.tar.gz"], "nowhere.tar.gz 不存在。"),
    ],
)
def test_a_wrong_command_line_is_told_in_chinese(intake, args, says):
    code, _, err = intake(*args)
    assert code == USAGE
    assert says in err


# --- configuration ---


@pytest.mark.parametrize("command", [["run", "--once"], ["inspect", str(CLEAN)], ["check"], ["cases"], ["messages"],
                                     ["outbox"], ["digest"], ["import", str(CLEAN)], ["health"], ["rules", "check"], ["demo"],
                                     ["backup", "x.tar.gz"], ["restore", str(CLEAN)]])  # fmt: skip
def test_a_faulty_configuration_gives_2_from_every_command(intake, config, command):
    config.write_text(config.read_text("utf-8").replace("[service]", "[service]\ntimezon = 'x'"), "utf-8")
    code, _, err = intake(*command)
    assert code == USAGE
    assert f"{config}:3:1 [未知设置] [service] 里没有「timezon」这个设置。应为「timezone」。" in err
    assert "    3 | timezon = 'x'\n      | ^^^^^^^" in err


def test_a_missing_configuration(intake, tmp_path):
    code, _, err = intake("check", file=tmp_path / "none.toml")
    assert (code, "没有找到" in err) == (USAGE, True)


@pytest.mark.parametrize(
    ("file", "before", "after", "run"),
    [
        ("campaign.toml", "\ntitle =", "\ntitel =", USAGE),
        ("triage.toml", "[[rule]]\n", "[[rule]]\nweight = 1\n", DONE),  # sorting waits, mail does not
    ],
)
def test_a_broken_campaign_gives_2_from_run_and_1_from_check(intake, config, tmp_path, file, before, after, run):
    shutil.copytree(ROOT / "rules" / "yugong-story", tmp_path / "rules" / "yugong-story")
    config.write_text(CONFIG.format(campaigns="rules"), "utf-8")
    broken = tmp_path / "rules" / "yugong-story" / file
    broken.write_text(broken.read_text("utf-8").replace(before, after, 1), "utf-8")
    assert intake("run", "--once")[0] == run
    code, out, _ = intake("check")
    assert (code, "[未知设置]" in out, "✗ 活动「yugong-story」有错" in out) == (WRONG, True, True)
    code, out, _ = intake("rules", "check")
    assert (code, "[未知设置]" in out) == (WRONG, True)


def test_a_missing_password_gives_2_and_says_where_to_put_it(intake, config, monkeypatch):
    monkeypatch.delenv("INTAKE_MAIL_PASSWORD", raising=False)
    text = config.read_text("utf-8").replace('"maildir:in"', '"imaps://127.0.0.1:1"')
    config.write_text(text.replace('"embedded:"', '"smtps://127.0.0.1:1"'), "utf-8")
    code, _, err = intake("run", "--once")
    assert (code, "INTAKE_MAIL_PASSWORD" in err, "授权码" in err) == (USAGE, True, True)
    code, out, _ = intake("check")
    assert (code, "INTAKE_MAIL_PASSWORD" in out) == (USAGE, True)


def test_an_unreachable_server_gives_3(intake, config, monkeypatch):
    monkeypatch.setenv("INTAKE_MAIL_PASSWORD", "invented")
    text = config.read_text("utf-8").replace('"maildir:in"', '"imap://127.0.0.1:1"')
    config.write_text(text.replace('"embedded:"', '"smtp://127.0.0.1:1"'), "utf-8")
    code, out, err = intake("check")
    assert (code, out.count("✗"), "invented" in out + err) == (REFUSED, 3, False)
    assert "授权码" in out


def test_check_of_a_project_in_order(intake):
    code, out, _ = intake("check")
    assert (code, "✗" in out, out.endswith("全部正常。\n")) == (DONE, False, True)


def test_a_data_folder_that_cannot_be_is_told(intake, config):
    config.write_text(config.read_text("utf-8").replace("[service]", '[service]\ndata = "config.toml/data"'), "utf-8")
    for command in (["cases"], ["check"], ["run", "--once"]):
        code, out, err = intake(*command)
        assert (code, "config.toml/data" in out + err) == (WRONG, True)


def test_a_foreign_database_is_left_alone(intake, config):
    import sqlite3

    (config.parent / "data").mkdir()
    with sqlite3.connect(config.parent / "data" / "intake.db") as database:
        database.execute("CREATE TABLE accounts_of_the_bakery (id INTEGER)")
    database.close()
    code, _, err = intake("cases")
    assert (code, "不是本程序的数据库" in err) == (WRONG, True)


# --- what is shown ---


def test_inspect_gives_an_object_for_a_mail_and_a_line_a_file_for_a_folder(intake, config, tmp_path):
    code, out, _ = intake("inspect", CLEAN, "--json")
    found = json.loads(out)
    assert (code, found["file"], found["kind"], found["campaign"]) == (DONE, str(CLEAN), "submission", "yugong-story")
    folder = tmp_path / "mails"
    folder.mkdir()
    shutil.copy(CLEAN, folder)
    shutil.copy(BOUNCE, folder)
    (folder / "notes.txt").write_text("no mail")
    lines = [json.loads(line) for line in intake("inspect", folder, "--json")[1].splitlines()]
    assert [Path(line["file"]).name for line in lines] == ["bounce-163.eml", "clean-163.eml"]
    assert intake("inspect", folder, "--jsonl")[1].count("\n") == 2
    assert not (config.parent / "data").exists()


def test_inspect_for_people_names_the_fields_as_the_form_does(intake):
    code, out, _ = intake("inspect", INCOMPLETE)
    assert code == DONE
    assert "类型：投稿" in out
    assert "      缺：" in out
    assert "nominee_name" not in out
    assert "（征集表）" in out
    assert "→ 回信「请补充」" in out


@pytest.mark.parametrize("name", ["empty.eml", "bytes.eml"])
def test_inspect_of_no_mail_at_all_is_no_failure(intake, tmp_path, name):
    (tmp_path / name).write_bytes(b"" if name == "empty.eml" else bytes(range(256)) * 10)
    code, out, _ = intake("inspect", tmp_path / name, "--json")
    assert (code, json.loads(out)["submissions"]) == (DONE, [])


def test_cases_messages_and_outbox_are_lists_for_programs(intake, filed):
    cases = json.loads(intake("cases", "list", "--json", file=filed)[1])
    assert {True, False} == {case["complete"] for case in cases}
    assert all(case["number"].startswith("YG-") and len(case["message_ids"]) == 1 for case in cases)
    assert [case["missing"] == [] for case in cases] == [case["complete"] for case in cases]
    messages = json.loads(intake("messages", "list", "--json", file=filed)[1])
    assert sorted(message["state"] for message in messages) == ["filed", "filed", "ignored"]
    assert {"id", "message_id", "folder", "uid", "kind", "state", "reason", "cases", "problems"} <= set(messages[0])
    outbox = json.loads(intake("outbox", "--json", file=filed)[1])
    assert {row["case"] for row in outbox} == {case["number"] for case in cases}
    assert {"id", "kind", "to", "case", "message_id", "state", "attempts", "next_attempt_at", "last_reply"} <= set(
        outbox[0]
    )


def test_cases_for_people(intake, filed):
    number = json.loads(intake("cases", "list", "--json", file=filed)[1])[0]["number"]
    assert number in intake("cases", file=filed)[1]
    code, out, _ = intake("cases", "show", number.lower(), file=filed)
    assert code == DONE
    assert [part for part in ("栏目（", "来信（1）", "附件（", "回信（1）", "建档") if part not in out] == []
    assert intake("cases", "show", "YG-2026-99999", file=filed)[0] == WRONG


def test_an_export_opens_in_a_spreadsheet_and_holds_no_formula(intake, filed, tmp_path):
    from service.commands.cases import _safe

    code, _, _ = intake("cases", "export", "--out", tmp_path / "out.csv", file=filed)
    raw = (tmp_path / "out.csv").read_bytes()
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert (code, raw[:3], len(rows), rows[0][0]) == (DONE, b"\xef\xbb\xbf", 3, "编号")
    assert [_safe(cell) for cell in ("=1+1", "+86", "＠A1", "无", 3)] == ["'=1+1", "'+86", "'＠A1", "无", 3]


def test_an_export_to_a_full_disk_says_so(intake, filed):
    code, _, err = intake("cases", "export", "--out", "/dev/full", file=filed)
    assert (code, "磁盘已满" in err) == (WRONG, True)


def test_faulty_new_rules_are_no_wrong_configuration(intake, filed, tmp_path):
    (tmp_path / "new.toml").write_text(
        '[[rule]]\nname = "甲"\nwhen = "年限 为空"\nwhy = "试"\ntags = ["甲"]\n', "utf-8"
    )
    code, out, _ = intake("rules", "try", tmp_path / "new.toml", file=filed)
    assert (code, "应为「工作年限」" in out) == (WRONG, True)


def test_a_mail_is_given_back_as_it_came(intake, filed):
    ids = {m["message_id"]: m["id"] for m in json.loads(intake("messages", "--json", file=filed)[1])}
    raw = BOUNCE.read_bytes()
    number = next(id_ for message_id, id_ in ids.items() if message_id and message_id.encode() in raw)
    command = [sys.executable, "-c", "from service.cli import main; main()", "--config", str(filed)]
    done = subprocess.run([*command, "messages", "show", str(number), "--raw"], capture_output=True, check=True)
    assert done.stdout == raw
    assert intake("messages", "show", "999", file=filed)[0] == WRONG


def test_what_is_filed_is_not_processed_again(intake, filed):
    code, out, err = intake("messages", "reprocess", "1", "999", file=filed)
    assert (code, "0 封" in out or "1 封" in out, "999" in err) == (WRONG, True, True)


def test_an_answer_is_shown_before_it_is_released(intake, filed):
    first = json.loads(intake("outbox", "--json", file=filed)[1])[0]
    code, out, _ = intake("outbox", "show", str(first["id"]), file=filed)
    assert (code, first["to"] in out, first["case"] in out, "直接回复这封邮件" in out) == (DONE, True, True, True)
    shown = json.loads(intake("outbox", "show", str(first["id"]), "--json", file=filed)[1])
    assert (shown["subject"], "您好" in shown["text"]) == (first["subject"], True)
    assert intake("outbox", "show", "999", file=filed)[0] == WRONG


def test_retry_and_release_of_nothing(intake, filed):
    assert intake("outbox", "retry", "--all", file=filed)[0] == DONE
    assert intake("outbox", "retry", "999", file=filed)[0] == WRONG
    assert intake("outbox", "release", "999", file=filed)[0] == WRONG


def test_the_digest_is_shown_and_written(intake, filed, tmp_path):
    code, out, _ = intake("digest", file=filed)
    assert (code, "日报" in out) == (DONE, True)
    assert intake("digest", "--out", tmp_path / "d.html", file=filed)[0] == DONE
    assert "<html" in (tmp_path / "d.html").read_text("utf-8")


def test_health_of_a_service_that_does_not_run(intake):
    code, out, _ = intake("health")
    assert (code, "✗ 服务没有在运行" in out) == (WRONG, True)


def test_new_rules_are_tried_on_what_is_on_file(intake, filed, tmp_path):
    rules = tmp_path / "new.toml"
    text = (ROOT / "rules" / "yugong-story" / "triage.toml").read_text("utf-8")
    rules.write_text(
        text + '\n[[rule]]\nname = "试一试"\nwhen = "性别 不为空"\ntags = ["新标签"]\nwhy = "试"\n', "utf-8"
    )
    code, out, _ = intake("rules", "try", rules, file=filed)
    assert code == DONE
    assert "2 份材料" in out
    assert "新标签" in out


def test_a_backup_is_restored_elsewhere_and_covers_nothing(intake, filed, tmp_path):
    target = tmp_path / "backup.tar.gz"
    assert intake("backup", target, file=filed)[0] == DONE
    assert intake("backup", target, file=filed)[0] == USAGE
    assert intake("restore", target)[0] == DONE
    before, after = (intake("cases", "list", "--json", file=file)[1] for file in (filed, None))
    assert before == after
    assert intake("messages", "show", "1", "--raw")[0] == DONE
    assert intake("restore", target)[0] == USAGE


@pytest.mark.parametrize("name", ["../outside", "archive/../../outside", "/outside", "other"])
def test_what_is_no_backup_is_refused(intake, tmp_path, name):
    import tarfile

    evil = tmp_path / "evil.tar.gz"
    with tarfile.open(evil, "w:gz") as tar:
        tar.add(CLEAN, "intake.db")
        tar.add(CLEAN, name)
    for source in (CLEAN, evil):
        code, _, err = intake("restore", source)
        assert (code, "备份" in err) == (USAGE, True)
    assert not (tmp_path.parent / "outside").exists()


def test_import_brings_mails_in_once(intake, tmp_path):
    import mailbox

    box = mailbox.mbox(tmp_path / "old.mbox")
    for mail in (CLEAN, INCOMPLETE):
        box.add(mail.read_bytes())
    box.close()
    code, out, _ = intake("import", tmp_path / "old.mbox")
    assert (code, "新收 2 封" in out) == (DONE, True)
    assert "新收 0 封，2 封以前导入过" in intake("import", tmp_path / "old.mbox")[1]
    rows = json.loads(intake("messages", "list", "--json")[1])
    assert [(row["folder"], row["state"]) for row in rows] == [("导入", "received")] * 2
    (tmp_path / "nothing").mkdir()
    assert intake("import", tmp_path / "nothing")[0] == WRONG


# --- the process ---


def test_output_is_utf_8_whatever_the_locale_and_a_reader_may_leave_early(filed):
    command = [sys.executable, "-c", "from service.cli import main; main()", "--config", str(filed), "cases"]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert "案卷（2）" in done.stdout.decode("utf-8")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as early:
        early.stdout.close()  # as `| head` does
        assert early.stderr.read() == b""


# --- demo ---


def test_demo_names_the_port_that_the_built_in_server_got(intake, config):
    assert "端口 1025" in intake("demo")[1]
    assert not (config.parent / "data").exists()
    (config.parent / "data").mkdir()
    database = open_database(f"sqlite:///{config.parent / 'data' / 'intake.db'}")
    database.upgrade()
    with database.transaction() as tx:
        operations.beat(tx, "embedded", datetime.now(UTC), {"smtp_port": 4711})
    database.close()
    assert "127.0.0.1:4711" in intake("demo")[1]
