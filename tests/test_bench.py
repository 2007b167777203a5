"""The benchmarks load and make readable mails: they run seldom, and nobody would see that a rename broke them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

READS = """
from itertools import islice
from bench.mails import mails
from intake.mime.message import parse_message
for raw in islice(mails(12), 12):
    message = parse_message(raw)
    assert message.text and any(part.filename.endswith(".docx") for part in message.parts), message.defects
"""


@pytest.mark.parametrize("arguments", [["bench/run.py", "--help"], ["-c", "import bench.reading"], ["-c", READS]])
def test_it_runs(arguments):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
