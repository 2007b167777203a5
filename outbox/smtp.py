"""One SMTP session: hand a mail over, and say what the server's answer means for the mail and for the mailbox."""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

TIMEOUT = 30.0  # seconds for each answer: a dead peer is noticed, a slow one is not given up
MAILS_PER_SESSION = 20  # 163 answers "450 MI:DMC" to many mails on one connection


class Action(StrEnum):
    """What to do after a refusal."""

    LATER = "later"  # this mail again, with the usual delays
    ONCE_MORE = "once_more"  # the address was refused: one further try, then a person
    PARK = "park"  # this text will never be taken: a person, at once
    PAUSE = "pause"  # nothing of this mailbox leaves for `wait` seconds; the mail stays deferred
    PAUSE_DAY = "pause_day"  # ... until tomorrow
    LOGIN = "login"  # ... because the password is refused: pauses that grow, a restart tries at once


@dataclass(frozen=True, slots=True)
class Verdict:
    action: Action
    sentence: str  # Chinese, for staff: what happened and what helps
    wait: float = 0  # seconds: not before that


MINUTE, HOUR = 60.0, 3600.0

#: What the answers of 163 and QQ say, first match wins. Codes alone say little: 163 answers 550 for a wrong
#: address and for a ban of the whole account, 554 for a text it dislikes and for a day's quota.
_TABLE: tuple[tuple[str, str, Verdict], ...] = (
    # (code, pattern in the text, verdict)
    (r"...", r"MI:STC", Verdict(Action.PAUSE_DAY, "本邮箱今天的发信量已达服务商上限，明天自动继续。")),
    (r"...", r"MI:SFQ", Verdict(Action.PAUSE, "本邮箱 15 分钟内发信过多，稍后自动继续。", 20 * MINUTE)),
    (
        r"5..",
        r"user has no permission",
        Verdict(
            Action.PAUSE,
            "服务商暂停了本邮箱的发信权限（或 SMTP 服务未开启、授权码失效）。请登录网页邮箱查看，稍后自动再试。",
            6 * HOUR,
        ),
    ),
    (
        r"...",
        r"fail authentication|auth error limit|login frequency limited",
        Verdict(Action.PAUSE, "登录失败次数过多，服务商暂时不接受登录。请核对授权码，稍后自动再试。", 30 * MINUTE),
    ),
    (r"53[0458]", r"", Verdict(Action.LOGIN, "登录发信服务器被拒绝：请核对用户名和授权码/密码（不是网页登录密码）。")),
    (
        r"5..",
        r"MI:SPB|HL:IPB|HL:IHU|IP is rejected",
        Verdict(Action.PAUSE, "服务商暂时屏蔽了本机或本邮箱的发信，稍后自动再试；持续出现请联系服务商。", 2 * HOUR),
    ),
    (
        r"553",
        r"authorized user|NULL sender",
        Verdict(Action.PAUSE, "发件地址与登录用户名不一致：请让 config.toml 里的 address 与 username 相同。", HOUR),
    ),
    (r"4..", r"DT:SPM", Verdict(Action.LATER, "服务商怀疑内容是垃圾邮件，稍后再试。", 2 * MINUTE)),
    (
        r"5..",
        r"DT:SPM|\bspam\b|content (is )?(rejected|refused)|message rejected due to content",
        Verdict(Action.PARK, "服务商判定内容为垃圾邮件而拒收。请人工改写后发送，原样重发没有用。"),
    ),
    (r"5..", r"DT:SUM", Verdict(Action.PARK, "信封发件人与信头发件人不一致而被拒收。请检查邮箱设置。")),
    (r"5..", r"illegal attachment", Verdict(Action.PARK, "附件类型被服务商拒收。请人工处理。")),
    (
        r"5..",
        r"mailsize|message size|size limit|too large",
        Verdict(Action.PARK, "邮件超过服务商允许的大小。请人工处理。"),
    ),
    (
        r"552",
        r"",
        Verdict(Action.ONCE_MORE, "对方邮箱已满，或拒收此邮件。请换一种方式联系。"),
    ),
    (r"5..", r"", Verdict(Action.ONCE_MORE, "收件地址被服务器拒绝，可能写错或已停用。")),
)

_LATER = Verdict(Action.LATER, "服务器暂时不收，稍后自动再试。")


def verdict(code: int, text: str) -> Verdict:
    """What a refusing answer means. Everything not known to be final is tried later."""
    for code_pattern, text_pattern, answer in _TABLE:
        if re.fullmatch(code_pattern, str(code)) and re.search(text_pattern, text, re.IGNORECASE):
            return answer
    return _LATER


class SendError(Exception):
    """The mail was not accepted. The message is a Chinese sentence."""


class Refused(SendError):
    """The server said no, in its own words."""

    def __init__(self, code: int, text: str, stage: str) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text
        self.stage = stage  # connect, login, sender, recipient, data, text


class Unreachable(SendError):
    """No connection, or it broke before the text was handed over: nothing was sent for certain."""


class CutAfterText(SendError):
    """The connection broke after the text was handed over: whether it was accepted is not known."""


class Transport:
    """A session that is opened when first needed and used for a few mails."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        tls: bool,
        username: str,
        password: str | None,
        timeout: float = TIMEOUT,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._tls = tls
        self._username = username
        self._password = password
        self._timeout = timeout
        self._context = context
        self._session: smtplib.SMTP | None = None
        self._mails = 0

    def send(self, sender: str, to: str, data: bytes, before_text: Callable[[], None]) -> str:
        """Send one mail and return the server's answer. `before_text` runs when the server asks for the text.

        Whatever goes wrong before it was called is harmless to repeat. Raises SendError; anything that
        `before_text` raises comes through, and the text stays here.
        """
        session = self._ready()
        try:
            with _broken_means(Unreachable):
                _accepted(session.mail(sender), "sender")
                _accepted(session.rcpt(to), "recipient")
                _accepted(session.docmd("DATA"), "data", 354)
            before_text()
            return _hand_over(session, data)
        except Refused:
            self.close()
            raise
        except BaseException:
            self._drop()  # in the middle of a mail there is no polite way to end
            raise
        finally:
            self._mails += 1

    def login(self) -> None:
        """Connect and log in, as `intake check` does. Raises SendError."""
        self._ready()

    def close(self) -> None:
        """End the session. Never raises."""
        if self._session is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if self._session.sock is not None:
                    self._session.sock.settimeout(2)  # politeness must not hold up a stop
                self._session.quit()
        self._drop()

    def _drop(self) -> None:
        session, self._session, self._mails = self._session, None, 0
        if session is not None:
            session.close()

    def _ready(self) -> smtplib.SMTP:
        if self._session is not None and (self._mails >= MAILS_PER_SESSION or not _alive(self._session)):
            self.close()
        if self._session is None:
            self._session = self._connect()
        return self._session

    def _connect(self) -> smtplib.SMTP:
        with _broken_means(Unreachable):
            session = self._dial()
            try:
                session.ehlo_or_helo_if_needed()
                self._log_in(session)
            except BaseException:
                session.close()
                raise
        return session

    def _dial(self) -> smtplib.SMTP:
        # A fixed EHLO name: the default asks for this machine's own, which may be Chinese and then breaks.
        name = "localhost"
        try:
            if self._tls:
                context = self._context or ssl.create_default_context()
                return smtplib.SMTP_SSL(self._host, self._port, name, timeout=self._timeout, context=context)
            return smtplib.SMTP(self._host, self._port, name, self._timeout)
        except smtplib.SMTPConnectError as error:
            raise Refused(error.smtp_code, _text(error.smtp_error), "connect") from None

    def _log_in(self, session: smtplib.SMTP) -> None:
        """One try with one mechanism: 163 hangs up after a 535, and a second try would hide the real reason."""
        offered = session.esmtp_features.get("auth", "").upper().split()
        mechanism = next((m for m in ("PLAIN", "LOGIN") if m in offered), None)
        if mechanism is None or self._password is None:
            return  # a server that wants a login will say so at MAIL FROM
        if not (self._username + self._password).isascii():
            raise Refused(535, "用户名或授权码含有中文或全角字符", "login")
        session.user, session.password = self._username, self._password
        method = session.auth_plain if mechanism == "PLAIN" else session.auth_login
        try:
            session.auth(mechanism, method)
        except smtplib.SMTPAuthenticationError as error:
            raise Refused(error.smtp_code, _text(error.smtp_error), "login") from None


@contextlib.contextmanager
def _broken_means(kind: type[SendError]) -> Iterator[None]:
    """Network trouble as `kind`; a refusal stays a refusal."""
    try:
        yield
    except (OSError, smtplib.SMTPException) as error:
        raise kind(_reason(error)) from error


def _accepted(answer: tuple[int, bytes], stage: str, wanted: int = 250) -> None:
    code, text = answer[0], _text(answer[1])
    if code // 100 != wanted // 100:
        raise Refused(code, text, stage)


def _hand_over(session: smtplib.SMTP, data: bytes) -> str:
    """Send the text and wait for the answer. From here on a broken connection leaves the mail in doubt."""
    whole = True
    try:
        assert session.sock is not None
        session.sock.sendall(_stuffed(data))
    except OSError:
        whole = False  # the server may have said why before it hung up: that is the real reason
    with _broken_means(CutAfterText):
        code, raw = session.getreply()
    text = _text(raw)
    if code >= 400:
        raise Refused(code, text, "text")
    if not whole or code // 100 != 2:
        raise CutAfterText(f"服务器的回答无法理解：{code} {text}")
    return f"{code} {text}"


def _stuffed(data: bytes) -> bytes:
    """A line that begins with a dot gets a second one, and a lone dot ends it all (RFC 5321, 4.5.2)."""
    end = b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n"
    return re.sub(rb"(?m)^\.", b"..", data) + end


def _alive(session: smtplib.SMTP) -> bool:
    try:
        return session.noop()[0] // 100 == 2
    except (OSError, smtplib.SMTPException):
        return False


def _text(raw: bytes | str) -> str:
    """A server's words on one line. Some Chinese servers answer in GBK."""
    if isinstance(raw, str):
        text = raw
    else:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("gb18030", "replace")
    return " ".join(text.split())[:500]


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"发信服务器的证书未通过校验：{error.verify_message}"
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "发信服务器长时间没有应答"
    if isinstance(error, ConnectionRefusedError):
        return "发信服务器拒绝连接（地址或端口可能不对，或服务器未启动）"
    if isinstance(error, socket.gaierror):
        return "找不到发信服务器的地址：请检查 smtp 设置和网络"
    return f"与发信服务器的连接中断：{_text(str(error))}"
