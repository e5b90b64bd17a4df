# Everything a newcomer needs: make run, make test. The rest is for those who change the program.
PYTHON ?= python3
BIN := .venv/bin
# A screen's test waits more than it works, so there is a worker more than cores; which of them gets what: tests/conftest.py.
# Plain `.venv/bin/pytest FILE` runs without workers, as a debugger wants it.
WORKERS ?= $(shell expr $$(nproc) + 1)
TESTS := $(BIN)/pytest -n $(WORKERS) --no-loadscope-reorder --ignore=tests/lab
# The laboratory's VM gets the machine to itself: it measures seconds, and cameras that are late look like broken ones.
LABORATORY := $(BIN)/pytest tests/lab

.PHONY: run test setup setup-dev check format lint types contracts prove bench lock clean

run: setup
	@if [ -t 0 ] && [ -t 1 ]; then \
		exec $(BIN)/rekam17 --training; \
	else \
		echo "No terminal here: running the automatic rehearsal instead of the screens."; \
		exec $(BIN)/rekam17 rehearse --auto --pupils 8 --out rehearsal; \
	fi

test: setup-dev
	$(LABORATORY)
	$(TESTS)

setup: .venv/.runtime

setup-dev: .venv/.dev

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.runtime: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	$(BIN)/python -m compileall -q tui hw store reports
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

check: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(LABORATORY)
	$(TESTS)

format: setup-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: setup-dev
	$(BIN)/ruff check .

types: setup-dev
	$(BIN)/basedpyright

contracts: setup-dev
	$(BIN)/lint-imports

# The full counts of faults, fuzzing and scale; the checks run a smoke number of each.
prove: setup-dev
	REKAM17_PROVE=1 $(BIN)/pytest tests

bench: setup-dev
	$(BIN)/python -m bench

# Needs pip-tools; writes the two lock files from pyproject.toml, with hashes and without addresses.
lock:
	pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links \
		--no-header -o requirements.lock requirements.in pyproject.toml
	pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links \
		--no-header -c requirements.lock --extra dev -o requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv rehearsal .pytest_cache .ruff_cache
