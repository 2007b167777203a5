"""Tells systemd that the service is ready, alive, or stopping. Without systemd it does nothing."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def ready() -> None:
    notify("READY=1")


def alive() -> None:
    notify("WATCHDOG=1")


def stopping() -> None:
    notify("STOPPING=1")


def notify(state: str) -> None:
    """One datagram to the socket that systemd named; a name that begins with @ is abstract."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as connection:
        connection.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)
