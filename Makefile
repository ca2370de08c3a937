# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt $(PIP_FLAGS)

.PHONY: run test check audit install everything format bench clean

run: .venv/installed
	@exec $(BIN)/python app.py

test: .venv/installed-test
	$(BIN)/pytest -n auto --dist loadgroup $(ARGS)

check: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Asks a public service which pinned versions have known weaknesses; in an environment of its own.
audit: build/audit/bin/pip-audit
	build/audit/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip --vulnerability-service osv

build/audit/bin/pip-audit:
	$(PYTHON) -m venv build/audit
	build/audit/bin/python -m pip --disable-pip-version-check install --quiet pip-audit

format: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/installed-test
	$(BIN)/python benchmarks

install: .venv/installed .venv/installed-test .venv/installed-dev

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --editable .
	@touch $@

.venv/installed-test: .venv/installed
	$(PIP) --editable '.[test]'
	@touch $@

.venv/installed-dev: .venv/installed-test
	$(PIP) --editable '.[dev]'
	@touch $@

.venv/installed-pyaurorax: .venv/installed-test
	$(PIP) --editable '.[pyaurorax]'
	@touch $@

# All of these in one go, which saves CI a minute.
everything: .venv/bin/python
	$(PIP) --editable '.[test,dev,pyaurorax]'
	@touch .venv/installed .venv/installed-test .venv/installed-dev .venv/installed-pyaurorax

clean:
	rm -rf .venv .data build
