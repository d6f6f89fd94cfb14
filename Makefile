# The analyzer's errands. `make help` lists them.

# Any Python from 3.11 on will do; name another with `make PYTHON=/path/to/python3 ...`.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$python; break; fi; done)
VENV ?= .venv
BIN := $(VENV)/bin/python
PIP := $(BIN) -m pip --disable-pip-version-check install --quiet -c constraints.txt
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
WORKERS ?= 2
# The tests start the command some thousand times: it is compiled once, where the environment forbids that too.
COMPILED := env -u PYTHONDONTWRITEBYTECODE
COG := $(BIN) -m cogapp -P -I tests --verbosity=1
PAGES := README.md docs/commands.md docs/alerts.md

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo serve test check tests bench proof docs picture clean

help: ## Say what each target does.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

setup: $(DEVELOPMENT) ## Make .venv with everything the tests need, in the pinned versions.

$(BIN):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; install it, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): pyproject.toml constraints.txt | $(BIN)
	@echo "installing the analyzer into $(VENV)"
	@$(PIP) hatchling editables
	@$(PIP) --no-build-isolation -e .
	@touch $@

$(DEVELOPMENT): $(RUNTIME)
	@echo "installing what the tests need into $(VENV)"
	@$(PIP) --no-build-isolation -e '.[dev]'
	@touch $@

demo: $(RUNTIME) ## Ingest sample_logs/ and write the dashboard demo/report.html.
	@mkdir -p demo && rm -f demo/analyzer.duckdb demo/analyzer.duckdb.wal
	@$(BIN) -m analyzer ingest sample_logs --db demo/analyzer.duckdb
	@$(BIN) -m analyzer report --db demo/analyzer.duckdb -o demo/report.html
	@echo "The dashboard is demo/report.html: open file://$$(pwd)/demo/report.html in a browser; 'make serve' shows it live."

serve: $(DEVELOPMENT) demo ## Show the demo's dashboard live, in the browser.
	@$(BIN) -m analyzer serve --db demo/analyzer.duckdb --open

test: check tests ## Run every check and every test.

tests: $(DEVELOPMENT) ## Run the tests alone.
	@$(COMPILED) $(BIN) -m pytest -q -n $(WORKERS) --dist loadgroup

check: $(DEVELOPMENT) ## Check format, lint, types, the order of the rooms and the help texts in the README.
	@$(BIN) -m ruff format --check .
	@$(BIN) -m ruff check .
	@$(BIN) -m mypy
	@$(VENV)/bin/lint-imports
	@$(COG) --check --check-fail-msg='the help texts are not those of the commands: run make docs' $(PAGES)

bench: $(DEVELOPMENT) ## Measure the ratios that the README quotes; nothing is asserted.
	@$(BIN) -m tests.benchmarks $(BENCH)

proof: $(DEVELOPMENT) ## Run the long proofs whole.
	@$(COMPILED) $(BIN) -m pytest -q -n $(WORKERS) --dist loadgroup -m proof

docs: $(DEVELOPMENT) ## Write the help texts and the shown output in README and docs anew.
	@$(COG) -r $(PAGES)

picture: demo $(DEVELOPMENT) ## Take the README's picture of the dashboard anew.
	@$(BIN) tests/take_picture.py demo/report.html docs/dashboard.png

clean: ## Take away what the targets made, and keep .venv.
	@rm -rf demo build dist .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find analyzer tests -name __pycache__ -type d -prune -exec rm -rf {} +
