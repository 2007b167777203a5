"""Fixtures that more than one folder of tests needs."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from dovecot import Dovecot


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
