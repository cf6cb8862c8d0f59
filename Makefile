# Everything a clone needs: `make review` to study, `make test` and `make check` to work on srs.
# Python 3.11 or newer, git and make are enough; everything else comes into .venv from the locks.

PYTHON ?= $(firstword $(foreach python,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
	command -v $(python) >/dev/null 2>&1 && \
	$(python) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(python))))
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
ARGS ?=

.PHONY: review status test check format bench lock clean
.DEFAULT_GOAL := review

review: .venv/run
	@$(BIN)/srs review $(ARGS)

status: .venv/run
	@$(BIN)/srs status

test: .venv/dev
	@$(BIN)/python -m pytest -n auto $(ARGS)

# Silent where there is nothing to say; pytest says its totals.
check: .venv/dev
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@said=$$($(BIN)/lint-imports --no-logo --no-cache 2>&1) || { echo "$$said" >&2; exit 1; }
	@echo "format, lint, types and arrows are as they should be"

format: .venv/dev
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

# ARGS=quick leaves out the 10,000 notes and the 1,000,000 reviews.
bench: .venv/dev
	@$(BIN)/python tests/bench.py $(ARGS)

# The environment. Each stamp says up to which lock it is installed; a plain `touch` of a stamp is
# all that remembers it. Bytecode is compiled now: some environments forbid writing it later.
.venv/run: requirements.lock pyproject.toml srs/__init__.py
	@test -n "$(PYTHON)" || { echo "srs needs Python 3.11 or newer: make review PYTHON=/path/to/python3" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Setting up .venv ..." >&2; $(PYTHON) -m venv .venv; }
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q srs
	@touch $@

.venv/dev: .venv/run requirements-dev.lock
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m compileall -q srs
	@touch $@

# Exact versions with hashes and without addresses, for every platform; needs uv.
lock:
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --upgrade \
		--custom-compile-command "make lock" --group build -o requirements.lock pyproject.toml
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --upgrade \
		--custom-compile-command "make lock" --group dev -o requirements-dev.lock pyproject.toml

clean:
	rm -rf build .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
