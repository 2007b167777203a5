"""The password of a mailbox (163 calls it 授权码): never in config.toml, but in the environment or a file of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from service.config.fault import ConfigFault
from service.config.mailbox import MailboxConfig


def password(mailbox: MailboxConfig, environ: Mapping[str, str]) -> str | None:
    """The 授权码, or None where no server asks for one. Raises ConfigFault."""
    if not any(server.startswith(("imap", "smtp")) for server in (mailbox.imap, mailbox.smtp)):
        return None
    if mailbox.password_file is not None:
        secret = _of_file(mailbox.name, mailbox.password_file)
    else:
        secret = _of_environment(mailbox.name, mailbox.password_env, environ)
    if not (secret.isascii() and secret.isprintable()):
        where = f"邮箱「{mailbox.name}」的密码（{place_of(mailbox)}）"
        raise ConfigFault(f"{where}里有全角或特殊字符。请重新复制授权码，只有英文字母和数字。")
    return secret


def place_of(mailbox: MailboxConfig) -> str:
    """Where an admin finds it."""
    if mailbox.password_file is not None:
        return str(mailbox.password_file)
    return f"环境变量 {mailbox.password_env}"


def _of_environment(name: str, variable: str, environ: Mapping[str, str]) -> str:
    secret = environ.get(variable, "").strip()
    if not secret:
        raise ConfigFault(
            f"邮箱「{name}」缺少密码：环境变量 {variable} 没有设置。"
            f"请设置 {variable}=授权码（在网页邮箱的「设置 → POP3/SMTP/IMAP」里生成，不是登录密码），"
            f"或在 [[mailbox]] 里写 password_file。"
        )
    return secret


def _of_file(name: str, file: Path) -> str:
    try:
        mode = file.stat().st_mode
        secret = file.read_text(encoding="utf-8-sig").strip()
    except FileNotFoundError:
        raise ConfigFault(f"邮箱「{name}」的密码文件 {file} 不存在。请新建这个文件，只写一行授权码。") from None
    except (OSError, UnicodeDecodeError) as error:
        causes = {PermissionError: "没有权限", IsADirectoryError: "是文件夹", UnicodeDecodeError: "不是文字"}
        why = causes.get(type(error), str(error))
        raise ConfigFault(f"读不了邮箱「{name}」的密码文件 {file}（{why}）。请检查文件的权限和内容。") from None
    if mode & 0o077:
        raise ConfigFault(f"密码文件 {file} 别人也能读。请执行：chmod 600 {file}")
    if not secret:
        raise ConfigFault(f"密码文件 {file} 是空的。请在里面写一行授权码。")
    return secret
