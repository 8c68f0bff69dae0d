# Two commands set up everything on a machine with Python 3.11 or newer and make: `make demo` and `make test`.
# Stamps in .venv tell what is installed, so a second run starts at once.

.SUFFIXES:
.DELETE_ON_ERROR:

PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
JOBS = 2
ARGS =

.PHONY: help demo test install lint types desk bench clean

help:
	@echo "make demo     talk to the assistant in a browser phone, with throw-away keys   (ARGS='--port 9000')"
	@echo "make test     lint, types, import contracts, conversation, catalogues, all tests"
	@echo "make install  the program alone, in $(VENV)"
	@echo "make lint     ruff and the import contracts"
	@echo "make types    mypy, strict"
	@echo "make desk     the desk's page from bot/desk/web into bot/desk/static; needs Node 20.19 or newer, and npm"
	@echo "make bench    the ratios of the README, measured here"
	@echo "make clean    remove $(VENV) and the caches"

demo: $(VENV)/run.stamp
	@$(BIN)/panoh demo $(ARGS)

install: $(VENV)/run.stamp

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/test.stamp
	$(BIN)/mypy bot tests benchmarks hatch_build.py

test: lint types
	$(BIN)/panoh check
	$(BIN)/pytest -n $(JOBS) $(ARGS)

# Nobody who installs or runs the program needs this: what it builds is committed, and a test builds it again.
DESK = bot/desk/web

desk: $(DESK)/node_modules/.package-lock.json
	npm --prefix $(DESK) run --silent types
	npm --prefix $(DESK) run --silent build

$(DESK)/node_modules/.package-lock.json: $(DESK)/package-lock.json
	@command -v npm >/dev/null 2>&1 || { echo "make: npm is needed; on Debian: apt-get install npm" >&2; exit 1; }
	npm --prefix $(DESK) ci --ignore-scripts
	@touch $@

bench: $(VENV)/test.stamp
	$(BIN)/python -m benchmarks $(ARGS)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# uv, where there is one, only installs faster; the versions and hashes are the same.
INSTALL = if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python "$$@"; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check "$$@"; fi

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "make: Python 3.11 or newer is needed; on Debian: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "make: Python 3.11 or newer is needed, this is $$($(PYTHON) -V 2>&1); another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "make: Python's venv is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/python
	@set -- --require-hashes -r requirements/run.txt; $(INSTALL)
	@set -- --no-deps --no-build-isolation -e .; $(INSTALL)
	@touch $@

$(VENV)/test.stamp: requirements/test.txt $(VENV)/run.stamp
	@set -- --require-hashes -r requirements/test.txt; $(INSTALL)
	@touch $@
