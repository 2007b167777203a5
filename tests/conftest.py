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
from hypothesis import settings
from world import Embedded, World

from service.embedded.behaviour import Behaviour
from service.embedded.server import EmbeddedServer

#: Where everything is installed that any test needs.
CI = os.environ.get("CI") == "true"

# The tests start this program a few hundred times: it need not be compiled anew for each.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# No test fails because the machine was busy.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# A shell that starts the tests in the background has them, and all that they start, ignore Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport():
    """In CI a skipped test is one that failed: whatever it lacks should have been there."""
    return unskipped((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report():
    return unskipped((yield))


def unskipped(report):
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        why = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longreprtext
        report.outcome, report.longrepr = "failed", f"with CI=true no test is skipped: {why}"
    return report


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A real mail server."""
    if not Dovecot.installed():
        pytest.skip("Dovecot is not installed: apt-get install dovecot-imapd")
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
