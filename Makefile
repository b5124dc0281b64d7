# `make` alone lists the targets.
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PORT ?= 8000
JOBS ?= auto
# What runs a second time, on PostgreSQL and Redis: whatever a store decides.
AT_SCALE := $(addprefix tests/,account_pages accounts backoffice contracts core email_door journeys legacy_bridge migrations oidc operations \
  test_retention.py $(addprefix spec/test_,consent.py consent_withdrawn.py rfc6749_token.py rfc7523_client_assertions.py \
  rfc7591_registration.py rfc7592_registration_management.py rfc8628_device.py rfc9126_par.py rfc9449_dpop.py))

.PHONY: help install system demo test conformance fuzz bench chaos lint lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(STAMP) ## make .venv with the newest CPython found, from the lock file

$(STAMP): requirements.lock pyproject.toml tools/newest-python
	@python="$$(sh tools/newest-python)" && echo "Using $$($$python --version)" && $$python -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

system: ## install what the tests need of the system (Chromium, PostgreSQL, Redis, nginx)
	@sh tools/system-packages

demo: install ## the provider, three sites and a mailbox on http://localhost:8000
	$(BIN)/mgen-connect demo --dir var/demo --port $(PORT)

test: export TMPDIR := $(shell sh tools/roomy-tmp)
test: install system ## every test, in parallel
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --engine scale $(AT_SCALE)

conformance: install ## the OpenID Foundation's plans, on the suite that OIDF_SUITE_URL names (see docs/conformance.md)
	@PYTHONPATH=tests $(BIN)/python -m conformance

fuzz: install ## 100,000 requests that nobody means, against every endpoint
	@PYTHONPATH=tests $(BIN)/python -m fuzz

bench: install system ## both engines beside the floors of this machine, and the peers that BENCH_DIR names (docs/performance.md)
	@PYTHONPATH=tests $(BIN)/python -m bench

chaos: install system ## break everything under load (SEED=… repeats a run; SOAK=1 for half an hour instead; docs/faults.md)
	@PYTHONPATH=tests $(BIN)/python -m chaos

lint: install ## style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: install ## refresh both lock files from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml --group dev -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --constraint requirements.lock \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml --extra tracing \
	  -o deploy/requirements.lock

clean: ## remove what make made
	rm -rf $(VENV) var build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
