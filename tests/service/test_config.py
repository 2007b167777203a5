"""config.toml: what each name means, its default, and the sentence for each thing that can be wrong."""

import re
import tomllib
from dataclasses import asdict
from datetime import time
from pathlib import Path

import pytest

from intake.documents.limits import Limits
from rules.toml.fault import FaultyFile
from service.config.config import Person, load_config
from service.config.fault import ConfigFault
from service.config.mailbox import MailboxConfig, is_loopback
from service.config.password import password
from service.config.reading import ReadingConfig

ROOT = Path(__file__).parents[2]

LEAST = """
[[mailbox]]
name = "ceacq"
address = "ceacq@163.com"
campaigns = ["yugong-story"]
imap = "imaps://imap.163.com:993"
smtp = "smtps://smtp.163.com:465"
"""


@pytest.fixture
def write(tmp_path):
    folder = tmp_path / "rules" / "yugong-story"
    folder.mkdir(parents=True)
    (folder / "campaign.toml").touch()

    def config(text):
        path = tmp_path / "config.toml"
        path.write_text(text, "utf-8")
        return path

    return config


def test_the_shortest_configuration_and_its_defaults(write, tmp_path):
    config = load_config(write(LEAST))
    assert (config.data, config.campaigns) == (tmp_path / "data", tmp_path / "rules")
    assert config.database_url == f"sqlite:///{tmp_path}/data/intake.db"
    assert (config.timezone, config.digest_at, config.digest_to) == ("Asia/Shanghai", time(8, 30), ())
    assert (config.staff, config.console_listen, config.log) == ((), "127.0.0.1:8080", "auto")
    assert config.mailboxes == (
        MailboxConfig(
            name="ceacq",
            address="ceacq@163.com",
            username="ceacq@163.com",
            campaigns=("yugong-story",),
            imap="imaps://imap.163.com:993",
            smtp="smtps://smtp.163.com:465",
        ),
    )


def test_every_name_is_read(write, tmp_path):
    config = load_config(
        write("""
        [service]
        data = "var"
        timezone = "Asia/Urumqi"
        campaigns = "rules"
        log = "json"
        [reading]
        workers = 4
        seconds = 5.5
        cpu_seconds = 4
        memory_mb = 512
        file_mb = 1
        expanded_mb = 2
        ratio = 3
        entries = 4
        nominees = 5
        depth = 0
        pages = 6
        scans = 0
        megapixels = 8
        convert_seconds = 9
        ocr = "off"
        office = "opt/soffice"
        [database]
        url = "postgresql+psycopg://u:p@h/db"
        [[mailbox]]
        name = "邮箱"
        address = "a@example.com"
        username = "u"
        campaigns = []
        imap = "maildir:in"
        smtp = "smtp://127.0.0.1:2525"
        password_file = "secret"
        folders = []
        poll_seconds = 0
        send_interval_seconds = 0.5
        send_per_hour = 0
        send_per_day = 0
        retry_seconds = []
        after_filing = "move:已建档"
        max_message_mb = 1
        [digest]
        at = "07:05"
        to = ["b@example.com"]
        [staff]
        people = [{ name = "王芳", address = "b@example.com", role = "staff" }]
        [console]
        listen = "[::1]:80"
        """)
    )
    assert (config.data, config.database_url) == (tmp_path / "var", "postgresql+psycopg://u:p@h/db")
    assert config.log == "json"
    assert config.reading == ReadingConfig(
        workers=4,
        seconds=5.5,
        cpu_seconds=4,
        memory_mb=512,
        limits=Limits(1, 2, 3, 4, 5, 0, 6, 0, 8, 9),
        ocr=False,
        office=str(tmp_path / "opt/soffice"),
    )
    assert (config.digest_at, config.digest_to) == (time(7, 5), ("b@example.com",))
    assert (config.staff, config.console_listen) == ((Person("王芳", "b@example.com", "staff"),), "[::1]:80")
    (mailbox,) = config.mailboxes
    assert (mailbox.imap, mailbox.smtp) == (f"maildir:{tmp_path}/in", "smtp://127.0.0.1:2525")
    assert mailbox.password_file == tmp_path / "secret"
    assert (mailbox.campaigns, mailbox.folders, mailbox.retry_seconds) == ((), (), ())
    assert (mailbox.poll_seconds, mailbox.send_per_hour, mailbox.send_per_day) == (0, 0, 0)
    assert (mailbox.after_filing, mailbox.max_message_mb) == ("move:已建档", 1)


def test_the_shipped_configuration_tells_the_defaults():
    """Each line of [reading] that is commented out says what holds without it."""
    text = (ROOT / "config.toml").read_text("utf-8").split("[reading]\n")[1].split("\n[")[0]
    told = tomllib.loads(re.sub(r"(?m)^# (?=\w+ = )", "", text))
    plain = asdict(ReadingConfig())
    limits = plain.pop("limits")
    assert told == plain | limits | {"ocr": "auto"}


def test_the_shipped_configuration_and_its_commented_example_are_right(tmp_path):
    assert load_config(ROOT / "config.toml").mailboxes[0].imap == "embedded:"
    text = re.sub(r"(?m)^# (?=\[\[|\w+ = )", "", (ROOT / "config.toml").read_text("utf-8"))
    (tmp_path / "rules").symlink_to(ROOT / "rules")
    (tmp_path / "config.toml").write_text(text, "utf-8")
    assert [m.imap for m in load_config(tmp_path / "config.toml").mailboxes] == [
        "embedded:",
        "imaps://imap.163.com:993",
    ]


# What is written in place of (or after) a line of the shortest configuration; code; what the sentence and the mend say.
WRONG = [
    ("", "[service]\ntimezon = 'x'", "未知设置", "[service]", "timezone"),
    ("", "[servce]\ndata = 'x'", "未知设置", "servce", "service"),
    ("", "pol_seconds = 5", "未知设置", "第 1 个 [[mailbox]]", "poll_seconds"),
    ("name", "", "缺少设置", "「name」", 'name = "ceacq"'),
    ("address", "address = '张三'", "地址不对", "「address」", "ceacq@163.com"),
    ("address", "address = 'a＠163.com'", "地址不对", "「address」", "半角"),
    ("campaigns", "campaigns = ['yugong-stroy']", "没有这个活动", "yugong-stroy", "yugong-story"),
    ("", "[service]\ncampaigns = 'rule'", "没有这个文件夹", "「campaigns」", "rules"),
    ("", "[digest]\nto = ['a@example.com，b@example.com']", "地址不对", "「to」", '"a@example.com", "b@example.com"'),
    ("imap", "imap = 'imap.163.com'", "服务器地址不对", "「imap」", "imaps://imap.163.com:993"),
    ("imap", "imap = 'imaps://imap.163.com:99999'", "服务器地址不对", "「imap」", "imaps://"),
    ("imap", "imap = 'smtps://smtp.163.com:465'", "服务器地址不对", "「imap」", "imaps://"),
    ("imap", "imap = 'maildir:'", "服务器地址不对", "「imap」", "maildir:"),
    ("imap", "imap = 'imap://imap.163.com'", "没有加密", "「imap」", "imaps://imap.163.com:993"),
    ("smtp", "smtp = 'smtp://smtp.163.com:25'", "没有加密", "「smtp」", "smtps://smtp.163.com:465"),
    ("", "password = 'secret'", "密码外露", "「password」", "INTAKE_MAIL_PASSWORD"),
    ("", "password_env = 'QWERTYUIOPASDFGH'", "密码外露", "「password_env」", "INTAKE_MAIL_PASSWORD"),
    ("", "password_env = 'A'\npassword_file = 'b'", "设置冲突", "password_file", "删去"),
    ("", "poll_seconds = -1", "数值不对", "「poll_seconds」", "0"),
    ("", "poll_seconds = '60'", "类型不符", "「poll_seconds」", "poll_seconds = 60"),
    ("", "send_per_day = 1.5", "类型不符", "「send_per_day」", "整数"),
    ("", "folders = 'INBOX'", "类型不符", "「folders」", '["INBOX"]'),
    ("", "retry_seconds = [60, -1]", "数值不对", "「retry_seconds」", "0"),
    ("", "after_filing = 'delete'", "没有这个选项", "「after_filing」", "move:"),
    ("", "after_filing = 'move:'", "没有这个选项", "「after_filing」", "move:"),
    ("", LEAST, "名称重复", "「ceacq」", "不同的名称"),
    ("", "[service]\ntimezone = 'Asia/Chongking'", "没有这个时区", "「timezone」", "Asia/Shanghai"),
    ("", "[reading]\nworkers = 0", "数值不对", "「workers」", "1"),
    ("", "[reading]\nmemory_mb = 100", "数值不对", "「memory_mb」", "256"),
    ("", "[reading]\nseconds = 0.5", "数值不对", "「seconds」", "1"),
    ("", "[reading]\nentries = 0", "数值不对", "「entries」", "1"),
    ("", "[reading]\nmegapixels = 5000", "数值不对", "「megapixels」", "1000"),
    ("", "[reading]\npages = 1.5", "类型不符", "「pages」", "整数"),
    ("", "[reading]\nocr = 'on'", "没有这个选项", "「ocr」", "auto"),
    ("", "[reading]\noffice = ''", "路径不对", "「office」", '"off"'),
    ("", "[reading]\nmegapixel = 5", "未知设置", "[reading]", "megapixels"),
    ("", "[service]\nworkers = 4", "设置换了地方", "「workers」", "[reading] 一段，写成 workers = 4"),
    ("", "[service]\nread_seconds = 30", "设置换了地方", "「read_seconds」", "seconds = 30"),
    ("", "[service]\nread_memory_mb = 512", "设置换了地方", "「read_memory_mb」", "memory_mb = 512"),
    ("", "[service]\nlog = 'colour'", "没有这个选项", "「log」", "human"),
    ("", "[database]\nurl = 'mysql://u:secret@h/db'", "数据库地址不对", "mysql://u:***@h/db", "sqlite:///"),
    ("", "[database]\nurl = 'sqlite:///:memory:'", "数据库地址不对", "「url」", "sqlite:///data"),
    ("", "[database]\nurl = 'postgresql+psycopg://u:secret@h:port/db'", "数据库地址不对", "u:***@h:port", "sqlite:///"),
    ("", '[service]\ndata = "a\\u0000b"', "多余的字符", "「data」", "删去"),
    ("", "[service]\ndata = ''", "路径不对", "「data」", 'data = "data"'),
    ("", "[reading]\nworkers = 100000000000000000000", "数值不对", "「workers」", "更小"),
    ("", "poll_seconds = 1e300", "数值不对", "「poll_seconds」", "更小"),
    ("imap", "imap = 'embedded:'", "设置冲突", "陌生人", 'smtp = "embedded:"'),
    ("", "[staff]\npeople = ['王芳']", "类型不符", "{ 设置名 = 内容, … }", "people = ["),
    ("", "[digest]\nat = '8点半'", "类型不符", "「at」", '"08:30"'),
    ("", "[digest]\nto = ['王芳']", "地址不对", "[digest] 的「to」", "name@example.com"),
    ("", "[staff]\npeople = [{ name = '王芳' }]", "缺少设置", "people 第 1 项", "address"),
    ("", "[console]\nlisten = '8080'", "地址不对", "「listen」", "127.0.0.1:8080"),
]  # fmt: skip


@pytest.mark.parametrize(("replaced", "text", "code", "says", "mend"), WRONG)
def test_what_is_wrong_is_named_with_its_mend(write, replaced, text, code, says, mend):
    kept = "\n".join(line for line in LEAST.splitlines() if not (replaced and line.startswith(replaced)))
    with pytest.raises(FaultyFile) as caught:
        load_config(write(f"{kept}\n{text}\n"))
    (fault,) = caught.value.faults
    assert (fault.code, fault.file.name, fault.line > 0) == (code, "config.toml", True)
    assert says in fault.message
    assert mend in fault.message + fault.mend
    assert "secret" not in fault.message + fault.mend


def test_all_faults_come_at_once(write):
    with pytest.raises(FaultyFile) as caught:
        load_config(write("[reading]\nworkers = '2'\n[service]\nlgo = 1\n[digest]\nat = 8\n"))
    assert [fault.code for fault in caught.value.faults] == ["缺少设置", "类型不符", "未知设置", "类型不符"]


def test_a_missing_file(tmp_path):
    with pytest.raises(FaultyFile, match=r"没有找到 .*nowhere\.toml"):
        load_config(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("host", "is_it"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("163.com", False),
    ],
)
def test_loopback_is_this_machine(host, is_it):
    assert is_loopback(host) is is_it


# --- the password ---


def mailbox(**settings):
    servers = {"imap": "imaps://imap.163.com:993", "smtp": "smtps://smtp.163.com:465"}
    return MailboxConfig(name="m", address="a@163.com", username="a@163.com", campaigns=(), **(servers | settings))


@pytest.fixture
def secret(tmp_path):
    def file(text, mode=0o600):
        path = tmp_path / "secret"
        path.write_text(text, "utf-8")
        path.chmod(mode)
        return path

    return file


def test_the_password_comes_from_the_environment_or_a_file(secret):
    environ = {"INTAKE_MAIL_PASSWORD": "one ", "OTHER": "two"}
    assert password(mailbox(), environ) == "one"
    assert password(mailbox(password_env="OTHER"), environ) == "two"
    assert password(mailbox(password_file=secret("three\n")), environ) == "three"
    assert password(mailbox(imap="embedded:", smtp="embedded:"), {}) is None
    assert password(mailbox(imap="maildir:/x", smtp="embedded:"), {}) is None


@pytest.mark.parametrize(
    ("text", "mode", "says"),
    [("code", 0o644, "chmod 600"), ("\n", 0o600, "空的"), ("密码", 0o600, "全角")],
)
def test_a_password_file_that_is_no_good(secret, text, mode, says):
    with pytest.raises(ConfigFault, match=says):
        password(mailbox(password_file=secret(text, mode)), {})


def test_a_missing_password_says_where_to_put_it(tmp_path):
    with pytest.raises(ConfigFault, match=r"「m」缺少密码.*INTAKE_MAIL_PASSWORD.*授权码"):
        password(mailbox(), {})
    with pytest.raises(ConfigFault, match="不存在"):
        password(mailbox(password_file=tmp_path / "none"), {})
    with pytest.raises(ConfigFault, match="是文件夹"):
        password(mailbox(password_file=tmp_path), {})
    with pytest.raises(ConfigFault, match="全角"):
        password(mailbox(), {"INTAKE_MAIL_PASSWORD": "ａｂｃ"})
