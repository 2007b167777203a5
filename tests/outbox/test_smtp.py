"""An SMTP session against a real server with scripted answers, and what the answers of Chinese providers mean."""

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from outbox.smtp import MAILS_PER_SESSION, Action, CutAfterText, Refused, Transport, Unreachable, verdict

LATER, ONCE_MORE, PARK, PAUSE, LOGIN = Action.LATER, Action.ONCE_MORE, Action.PARK, Action.PAUSE, Action.LOGIN
DATA = b"Subject: x\r\n\r\n.leading dot\r\n..two\r\nend\r\n"


@pytest.mark.parametrize(
    ("code", "text", "action"),
    [
        (421, "HL:ICC 163 smtp10,x", LATER),  # concurrent connections
        (421, "HL:IFC", LATER),
        (421, "HL:REP", LATER),
        (450, "MI:DMC", LATER),  # too many mails on one connection
        (450, "RP:DRC", LATER),
        (450, "4.2.0 greylisted", LATER),
        (451, "DT:SPM, please try again", LATER),
        (452, "4.2.2 mailbox full", LATER),
        (-1, "", LATER),  # no answer that could be read
        (250, "odd", LATER),
        (550, "Invalid User", ONCE_MORE),
        (550, "User not found: a@b.com", ONCE_MORE),
        (550, "5.1.1 unknown user", ONCE_MORE),
        (552, "5.2.2 mailbox full", ONCE_MORE),
        (553, "Requested action not taken: mailbox name not allowed", ONCE_MORE),
        (554, "5.7.1 relay denied", ONCE_MORE),
        (554, "DT:SPM 163 smtp10,x,please see http://mail.163.com/help/help_spam_16.htm?ip=1", PARK),
        (550, "5.7.1 message looks like SPAM", PARK),
        (554, "DT:SUM 163 smtp", PARK),  # envelope and header From differ
        (552, "Illegal Attachment", PARK),
        (552, "exceeded mailsize limit", PARK),
        (451, "MI:SFQ 163 smtp", PAUSE),
        (554, "MI:SPB", PAUSE),
        (554, "HL:IPB", PAUSE),
        (554, "IP is rejected, smtp auth error limit exceed", PAUSE),
        (451, "Requested action aborted: too much fail authentication", PAUSE),
        (550, "User has no permission", PAUSE),
        (553, "Mail from must equal authorized user", PAUSE),
        (554, "MI:STC 163 smtp", Action.PAUSE_DAY),
        (535, "Error: authentication failed", LOGIN),
        (530, "5.7.0 Authentication required", LOGIN),
    ],
)
def test_verdict(code, text, action):
    answer = verdict(code, text)
    assert answer.action == action
    assert answer.sentence.endswith("。")
    assert (answer.wait > 0) == (action is PAUSE or "DT:SPM, please" in text)


def test_the_pause_outlasts_the_window_that_163_counts():
    assert verdict(451, "MI:SFQ").wait >= 15 * 60


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that nobody has signed but itself, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    file, key = (tmp_path_factory.mktemp("tls") / name for name in ("cert.pem", "key.pem"))
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    options = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    subprocess.run([openssl, "req", *options, *subject, "-keyout", key, "-out", file], check=True, capture_output=True)
    return file, key


class Script:
    """Answers by stage; None is the server's usual one. Keeps what arrived."""

    def __init__(self):
        self.sender = self.recipient = self.text = None
        self.mails = []
        self.sessions = 0
        self.logins = []
        self.cut = False

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802  aiosmtpd's names
        self.sessions += 1
        self.hostname = session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's names
        if self.sender is None:
            envelope.mail_from = address
        return self.sender or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's names
        if self.recipient is None:
            envelope.rcpt_tos.append(address)
        return self.recipient or "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's names
        if self.cut:
            server.transport.abort()
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self.text or "250 Mail OK queued as smtp11,abc 1772000000"

    def __call__(self, server, session, envelope, mechanism, data):
        self.logins.append((mechanism, data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)


class AnyPort(Controller):
    def _trigger_server(self):  # it connects to itself once, and does not know the port that it was given
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextlib.contextmanager
def serving(script, **options):
    controller = AnyPort(script, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def transport(port, password=None, timeout=5.0):
    return Transport("127.0.0.1", port, tls=False, username="ceacq@163.com", password=password, timeout=timeout)


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def port(script):
    with serving(script) as port:
        yield port


def send(session, before_text=lambda: None, to="a@example.com"):
    try:
        return session.send("ceacq@163.com", to, DATA, before_text)
    finally:
        session.close()


def test_a_mail_arrives_whole_and_the_answer_is_kept(script, port):
    assert send(transport(port)) == "250 Mail OK queued as smtp11,abc 1772000000"
    assert script.mails == [("ceacq@163.com", ["a@example.com"], DATA)]
    assert script.hostname == "localhost"


@pytest.mark.parametrize("stage", ["sender", "recipient", "text"])
@pytest.mark.parametrize("answer", ["550 Invalid User", "451 MI:SFQ later"])
def test_a_refusal_keeps_the_servers_words_and_the_stage(script, port, stage, answer):
    setattr(script, stage, answer)
    handed_over = []
    with pytest.raises(Refused) as refused:
        send(transport(port), lambda: handed_over.append(1))
    assert (f"{refused.value.code} {refused.value.text}", refused.value.stage) == (answer, stage)
    assert bool(handed_over) == (stage == "text")


def test_cut_after_the_text_is_in_doubt(script, port):
    script.cut = True
    with pytest.raises(CutAfterText):
        send(transport(port))


def test_nothing_leaves_when_the_caller_stops_before_the_text(script, port):
    def crash():
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="disk"):
        send(transport(port), crash)
    assert script.mails == []


def test_a_session_serves_a_few_mails_and_is_then_renewed(script, port):
    session = transport(port)
    for _ in range(MAILS_PER_SESSION + 1):
        session.send("ceacq@163.com", "a@example.com", DATA, lambda: None)
    session.close()
    session.close()
    assert (len(script.mails), script.sessions) == (MAILS_PER_SESSION + 1, 2)


def test_a_refused_mail_ends_the_session_and_the_next_one_gets_a_new_one(script, port):
    session = transport(port)
    script.recipient = "550 Invalid User"
    with pytest.raises(Refused):
        session.send("ceacq@163.com", "a@example.com", DATA, lambda: None)
    script.recipient = None
    send(session)
    assert script.sessions == 2


@pytest.mark.parametrize(
    ("password", "logins"),
    [("right", [("PLAIN", b"ceacq@163.com", b"right")]), (None, [])],
)
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_login_where_offered(script, password, logins):
    with serving(script, authenticator=script, auth_require_tls=False) as port:
        send(transport(port, password))
    assert script.logins == logins
    assert len(script.mails) == 1


def test_no_login_where_none_is_offered(script, port):
    send(transport(port, "whatever"))
    assert (len(script.mails), script.logins) == (1, [])


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_is_tried_once_and_named(script):
    with serving(script, authenticator=script, auth_require_tls=False) as port, pytest.raises(Refused) as refused:
        transport(port, "wrong").login()
    assert (refused.value.code, refused.value.stage, len(script.logins)) == (535, "login", 1)
    assert "wrong" not in str(refused.value)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_chinese_password_is_a_wrong_one(script):
    with serving(script, authenticator=script, auth_require_tls=False) as port, pytest.raises(Refused) as refused:
        transport(port, "授权码").login()
    assert (refused.value.code, script.logins) == (535, [])


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("trusted", [True, False])
def test_tls_checks_the_certificate(script, certificate, trusted):
    file, key = certificate
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file, key)
    ours = ssl.create_default_context(cafile=file) if trusted else None
    with serving(script, authenticator=script, auth_require_tls=False, ssl_context=server) as port:
        session = Transport(
            "127.0.0.1", port, tls=True, username="ceacq@163.com", password="right", timeout=5, context=ours
        )
        if trusted:
            assert send(session).startswith("250")
        else:
            with pytest.raises(Unreachable, match="证书"):
                send(session)
    assert len(script.logins) == len(script.mails) == int(trusted)


@contextlib.contextmanager
def saying(*lines, close=True):
    """A server that greets with the first line, answers each command with the next, then hangs up or falls silent."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            peer, _ = listener.accept()
            with peer, peer.makefile("rb") as commands:
                for line in lines:
                    peer.sendall(line)
                    if line is not lines[-1]:
                        commands.readline()
                if not close:
                    commands.read()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        thread.join(5)


def test_a_greeting_that_refuses():
    with saying(b"421 HL:ICC too many connections\r\n") as port, pytest.raises(Refused) as refused:
        transport(port).login()
    assert (refused.value.code, refused.value.stage) == (421, "connect")


def test_the_reason_before_the_hang_up_counts():
    with (
        saying(b"220 hi\r\n", b"250 mail\r\n", b"550 User has no permission\r\n") as port,
        pytest.raises(Refused) as refused,
    ):
        send(transport(port))
    assert (refused.value.code, refused.value.stage) == (550, "sender")


def test_an_answer_in_gbk_can_be_read():
    answer = b"550 " + "用户不存在".encode("gb18030") + b"\r\n"
    with saying(b"220 hi\r\n", b"250 mail\r\n", answer) as port, pytest.raises(Refused, match="用户不存在"):
        send(transport(port))


@pytest.mark.parametrize(
    "lines",
    [
        [b""],
        [b"220 hi\r\n"],
        [b"220 hi\r\n", b"250 mail\r\n", b"250 ok\r\n", b"250 ok\r\n", b""],
    ],
    ids=["no greeting", "after the greeting", "after DATA, before 354"],
)
def test_hanging_up_before_the_text_is_harmless(lines):
    asked = []
    with saying(*lines) as port, pytest.raises(Unreachable):
        send(transport(port), lambda: asked.append(1))
    assert not asked


def test_a_silent_server_is_given_up():
    with saying(b"", close=False) as port, pytest.raises(Unreachable):
        send(transport(port, timeout=0.2))


def test_a_silent_server_after_the_text_is_in_doubt():
    talk = [b"220 hi\r\n", b"250 mail\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"]
    with saying(*talk, close=False) as port, pytest.raises(CutAfterText, match="没有应答"):
        send(transport(port, timeout=0.2))


def test_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable, match="拒绝连接"):
        send(transport(port))
