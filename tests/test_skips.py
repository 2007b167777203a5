"""A machine that lacks a program leaves out the tests that need it; on CI's a test left out is one that failed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

NEEDY = "tests/intake/test_put_out.py::test_strange_methods"  # unar and bsdtar
ROOT = Path(__file__).parent.parent


def test_what_is_missing_is_a_failure_in_ci(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", NEEDY],
        cwd=ROOT, env={**os.environ, "PATH": str(tmp_path), "CI": "true"}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, "no test is skipped: Skipped: not installed: unar, bsdtar" in done.stdout) == (1, True)
