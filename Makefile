# diagnoser: run `make` to see the targets.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
PIP    := PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help diagnose test check pages bench serve wheel format clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

diagnose: $(READY) ## set up, and diagnose a real example
	@$(BIN)/diagnoser diagnose --evidence docs/examples/uplink_down.json || test $$? -eq 1

test: $(READY) ## set up, and run the tests
	$(BIN)/python -m pytest -n auto

check: $(READY) ## format, lint, types, imports, knowledge
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/diagnoser kb check

pages: $(READY) ## show in the READMEs what is printed now
	$(BIN)/python -m tests.pages

bench: $(READY) ## measure against CLIPS and others, side by side
	$(BIN)/python -m tests.benchmarks

serve: $(READY) ## the HTTP API on 127.0.0.1:8000
	$(BIN)/diagnoser serve

wheel: $(READY) ## build the wheel into dist/
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

format: $(READY) ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove everything that was made
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(READY): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV) ..." >&2
	@$(PIP) --editable '.[dev]'
	@touch $@
