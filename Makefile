# Everything a newcomer needs: make run, make test. Nothing has to be there before but Python >= 3.11 with venv.

PYTHON ?= python3
BIN := .venv/bin
TESTS ?= tests
SUDO_FREE := $(shell [ "$$(id -u)" = 0 ] && command -v apt-get)

.PHONY: run full test check bench accuracy venv clean servers tools

run: venv
	$(BIN)/intake run

# Everything that can be read: scans and photographs (the extra `ocr`), old office files, RAR archives.
full: .venv/.full tools

venv: .venv/.installed

# The stamps are files, so that nothing is installed twice, and everything again when the pins change.
.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	touch $@

.venv/.installed: requirements.txt pyproject.toml .venv/.made
	@echo "Installing what is needed into .venv; the first time this takes a minute or two."
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

.venv/.full: requirements-full.txt .venv/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-full.txt
	touch $@

.venv/.developing: requirements-dev.txt .venv/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

test: .venv/.developing servers tools
	$(BIN)/pytest -n 2 --dist worksteal $(TESTS)

# Installs Debian packages where we may, else says how. $(1) what for, $(2) the packages.
define packages
if [ -n "$(SUDO_FREE)" ]; then \
  { DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $(2) \
    || { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $(2); }; } >/dev/null \
    || echo "Could not be installed, so without $(1): $(2)"; \
else \
  echo "For $(1), on Debian, as root: apt-get install $(2)"; \
fi
endef

# Programs that read what Python cannot.
TOOLS := libreoffice-writer libreoffice-calc unar libarchive-tools
tools:
	@if command -v soffice >/dev/null && command -v unar >/dev/null && command -v bsdtar >/dev/null; then :; \
	else $(call packages,old office files and RAR archives,$(TOOLS)); fi

# Real servers for the tests (Dovecot and PostgreSQL, each started privately by the tests themselves), and what draws samples.
SERVERS := dovecot-imapd postgresql chromium fonts-noto-cjk
servers:
	@if [ -x /usr/sbin/dovecot ] && ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 \
	    && command -v chromium >/dev/null && [ -d /usr/share/fonts/opentype/noto ]; then :; \
	else $(call packages,the tests that need them,$(SERVERS)); fi

check: .venv/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q tests/test_imports.py

bench: .venv/.developing servers
	$(BIN)/python bench/run.py $(ARGS)

accuracy: .venv/.developing tools
	$(BIN)/python bench/accuracy.py $(ARGS)

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
