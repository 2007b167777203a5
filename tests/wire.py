"""A line between a client and a server that can be watched, cut and frozen."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from typing import Self


class Wire:
    """Passes loopback connections on; `commands` holds what the client asked, `cut_after` bytes from the server is its end."""

    def __init__(self, host: str, port: int) -> None:
        self.commands: list[str] = []
        self.cut_after: int | None = None
        self.frozen = False
        self.connections = 0
        self._to = (host, port)
        self._ends: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # wakes the thread in accept()
        self._listening.close()
        self.cut()

    def cut(self) -> None:
        for end in self._ends:
            _close(end)
        self._ends.clear()

    def take(self) -> list[str]:
        """The commands since the last call."""
        said, self.commands = self.commands, []
        return said

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
                server = socket.create_connection(self._to)
            except OSError:
                return
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            self._ends += [client, server]
            threading.Thread(target=self._pass, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()

    def _pass(self, here: socket.socket, there: socket.socket, asking: bool) -> None:
        with contextlib.suppress(OSError):
            while data := here.recv(65536):
                if asking:
                    self.commands += re.findall(r"^\S+ ((?:UID )?[A-Z]+)", data.decode("latin-1"), re.MULTILINE)
                elif self.cut_after is not None:
                    data = data[: self.cut_after]
                    self.cut_after -= len(data)
                if self.frozen:
                    continue
                there.sendall(data)
                if self.cut_after == 0:
                    self.cut_after = None
                    break
        _close(here)
        _close(there)


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
