"""Imports follow the mail: service -> console -> outbox -> storage -> intake -> rules; skipping is fine, going back is not."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ["service", "console", "outbox", "storage", "intake", "rules"]
MODULES = sorted(path for package in ORDER for path in (ROOT / package).rglob("*.py"))
HEAVY = ["sqlalchemy", "alembic", "lxml", "docx", "mailparser", "rich", "jinja2", "apscheduler", "imapclient", "loguru",
         "pypdfium2", "py7zr", "rarfile", "cv2", "onnxruntime"]  # fmt: skip


def imported(tree):
    """Every module that is named in an import, within functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative imports hide the direction"
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_stands_to_its_right(path):
    package = path.relative_to(ROOT).parts[0]
    forbidden = ORDER[: ORDER.index(package)]
    back = [name for name in imported(ast.parse(path.read_text("utf-8"))) if name.split(".")[0] in forbidden]
    assert back == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_first_what_it_is_in_charge_of(path):
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


@pytest.mark.parametrize("path", [p for p in MODULES if p.name == "__init__.py"], ids=lambda p: str(p.parent.name))
def test_a_package_s_init_holds_a_docstring_and_nothing_more(path):
    assert len(ast.parse(path.read_text("utf-8")).body) == 1


def test_every_package_is_installed():
    """A package that pyproject.toml forgets works in the clone and is missing in an installation."""
    import tomllib
    from fnmatch import fnmatch

    found = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]["find"]
    there = {".".join(p.parent.relative_to(ROOT).parts) for p in MODULES if p.name == "__init__.py"}
    assert [name for name in there if not any(fnmatch(name, pattern) for pattern in found["include"])] == []


@pytest.mark.parametrize("command", [["--help"], ["run", "--help"], ["cases", "--help"], ["inspect", "--help"]])
def test_help_comes_at_once_because_nothing_heavy_is_loaded(command):
    script = (
        "import sys; from service.cli import run; code = run(sys.argv[1:]); "
        f"heavy = set({HEAVY!r}) & set(sys.modules); print(sorted(heavy), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", script, *command], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "[]")
