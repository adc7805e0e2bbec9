# Commands of the repository. Each one works from a fresh clone with python3 (>= 3.11), git and make.
#
#   make run        serve the quickstart application on http://127.0.0.1:8000
#   make test       run the tests without the long ones; make test-full runs all, and parts of those
#                   make test-browser (docs pages in a Chromium), make test-deployment (nginx and
#                   Caddy in front), both of which a Debian installs, and make test-soak (mixed
#                   traffic: for two minutes, in make test-full for half an hour)
#   make check      formatting, lint, types, architecture rules; each part is a target of its own
#   make docs-assets
#                   compare the files of the docs pages with the published packages (needs npm)
#   make build      wheel and source distribution in dist/
#   make clean      remove everything that these commands made, the environment included
#
# PYTHON picks the interpreter of a new environment, VENV its folder, ARGS adds arguments to
# pytest, for make run to bolide run (ARGS="--port 9000").

PYTHON ?= python3
VENV ?= .venv
ARGS ?=

BIN := $(VENV)/bin
# A file's tests run in one process, so that its servers start once.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CORE := $(VENV)/.core-installed
TEST := $(VENV)/.test-installed
DEV := $(VENV)/.dev-installed

# Without this pyright asks the network for a newer version of itself at every start.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.DELETE_ON_ERROR:
.PHONY: help run install test test-full test-browser test-soak test-deployment check format-check lint typing-tree mypy pyright architecture \
	docs-assets build clean

help:
	@sed -n 's/^#   //p' Makefile

run: $(CORE)
	@bin=$$(cd $(BIN) && pwd) && cd docs/examples/quickstart && exec "$$bin/bolide" run app:app $(ARGS)

install: $(DEV)

test: $(TEST)
	$(PYTEST) -m "not full" $(ARGS)

test-full: $(DEV)
	-tests/browser/install
	-tests/deployment/install
	$(PYTEST) $(ARGS)

test-browser: $(TEST)
	-tests/browser/install
	$(PYTEST) tests/browser $(ARGS)

test-soak: $(TEST)
	SOAK_SECONDS=120 $(BIN)/python -m pytest tests/soak $(ARGS)

test-deployment: $(TEST)
	-tests/deployment/install
	$(PYTEST) tests/deployment $(ARGS)

check: format-check lint mypy pyright architecture

format-check: $(DEV)
	$(BIN)/ruff format --check .

lint: $(DEV)
	$(BIN)/ruff check .

mypy: $(DEV) typing-tree
	$(BIN)/mypy

pyright: $(DEV) typing-tree
	$(BIN)/pyright --pythonpath $(BIN)/python

architecture: $(TEST)
	$(BIN)/python -m pytest tests/architecture -m "not full" -q $(ARGS)

# Type checkers cannot follow the editable install, so they read the packages through links that stand
# as the wheel does: the entries of framework/ and the other three folders under bolide/.
typing-tree:
	@mkdir -p build/typing/bolide
	@for entry in framework/* openapi server_adapters validation; do \
		ln -sfn "../../../$$entry" build/typing/bolide/; \
	done
	@find build/typing/bolide -xtype l -delete

# ARGS=--write takes them from there: after a change of version and integrity in openapi/assets/lock.json.
docs-assets: $(CORE)
	$(BIN)/python -m bolide.openapi._vendor_assets $(ARGS)

build: $(DEV)
	rm -rf build/export dist
	.ci/export build/export
	$(BIN)/python -m build --outdir dist build/export

clean:
	rm -rf $(VENV) .venv .venv313 build dist *.egg-info docs/examples/quickstart/*.sqlite3 .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; PYTHON=$(PYTHON) is: $$($(PYTHON) -V 2>&1)"; exit 1; }
	@echo "creating the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

# pip before 25.1 does not know dependency groups. The warning is about folders named like the package;
# there is none at the top of this repository, and everything is imported as bolide.
$(CORE): pyproject.toml | $(BIN)/python
	@echo "installing bolide into $(VENV)"
	@$(PIP) install --upgrade 'pip>=25.1'
	@PYTHONWARNINGS='ignore:Editable installation' $(PIP) install --editable .
	@touch $@

$(TEST): $(CORE)
	@echo "installing what the tests need into $(VENV)"
	@$(PIP) install --group test
	@touch $@

$(DEV): $(TEST)
	@echo "installing the development tools into $(VENV)"
	@$(PIP) install --group dev
	@touch $@
