"""Fixtures that more than one folder of tests needs."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from dovecot import Dovecot
from world import Embedded, World

from service.embedded.behaviour import Behaviour
from service.embedded.server import EmbeddedServer

# A shell that starts the tests in the background has them, and all that they start, ignore Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A real mail server. Where it is not installed its tests are skipped, but not unnoticed in CI."""
    if not Dovecot.installed():
        if os.environ.get("CI") == "true":
            pytest.fail("Dovecot is not installed: apt-get install dovecot-imapd")
        pytest.skip("Dovecot is not installed")
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))  # short: the path of a Unix socket holds 107 characters
    try:
        with Dovecot(folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def leaving() -> Iterator[EmbeddedServer]:
    """Where answers go."""
    with EmbeddedServer(behaviour=Behaviour(sent_copy=False)) as server:
        yield server


@pytest.fixture(params=["dovecot", "netease"])
def world(request: pytest.FixtureRequest, tmp_path: Path, leaving: EmbeddedServer) -> Iterator[World]:
    if request.param == "dovecot":
        user = f"u{os.urandom(4).hex()}@example.com"
        yield World(tmp_path, request.getfixturevalue("dovecot"), leaving, user)
        return
    with Embedded(behaviour=Behaviour.netease(password=Embedded.password, drop_every=17)) as server:
        yield World(tmp_path, server, leaving)


@pytest.fixture
def simple(tmp_path: Path, leaving: EmbeddedServer) -> Iterator[World]:
    """On a friendly server."""
    with Embedded(behaviour=Behaviour(password=Embedded.password)) as server:
        yield World(tmp_path, server, leaving)
