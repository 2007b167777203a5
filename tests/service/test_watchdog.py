"""What systemd is told, over a socket of its kind."""

import socket

import pytest

from service import watchdog


@pytest.mark.parametrize("name", ["{folder}/notify", "@intake-test-{folder}"])
def test_systemd_hears_of_each_step(tmp_path, monkeypatch, name):
    address = name.format(folder=tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0" + address[1:] if address.startswith("@") else address)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        watchdog.ready()
        watchdog.alive()
        watchdog.stopping()
        assert [systemd.recv(99) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


@pytest.mark.parametrize("address", [None, "/nowhere/at/all"])
def test_without_systemd_nothing_happens(monkeypatch, address):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    if address:
        monkeypatch.setenv("NOTIFY_SOCKET", address)
    watchdog.alive()
