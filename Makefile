# Every target sets up what it needs, says what it does, and is quick the second time.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
# Which stage: where flywheel.toml has none, dev; where it has one, that.
STAGE ?=
LIVE = -c stage=$(or $(STAGE),live) -c retain_data=false -c aws_services=false
LIVE_STACK = flywheel-$(or $(STAGE),live)
LIVE_APP = .cache/live-$(or $(STAGE),live)
CONTEXT = $(if $(STAGE),-c stage=$(STAGE)) $(ARGS)
VENV := .venv
BIN := $(VENV)/bin
SAY := @printf '\033[1m▸ %s\033[0m\n'
ifdef NO_COLOR
SAY := @printf '▸ %s\n'
endif

# Several targets at a time, each on half of the cores, what each says in one piece: no core waits for a download, for a
# server, or for the last test of a target. An old make does one after the other.
BESIDE := $(if $(filter output-sync,$(.FEATURES)),-j 3 --output-sync=target AMONG=2)
AMONG := 1
# As many processes as there are cores, four at most, among so many targets.
processes = -n $(shell $(BIN)/python -c 'import os; print(max(1, min(4, os.cpu_count() or 1) // $1))')
# What a file's tests share is made once; CI lists what took longest, by the second.
PYTEST = $(BIN)/pytest -q $(if $(CI),--durations 10 --durations-min 3) $(call processes,$(AMONG)) --no-loadscope-reorder --dist
# And one more where tests wait for servers and for other programs.
ONE_MORE = -n $(shell $(BIN)/python -c 'import os; print(min(4, 1 + max(1, (os.cpu_count() or 1) // $(AMONG))))')

# In the order in which they begin: what takes longest first, and last what fills gaps.
TESTS := lint rules downloads e2e unit types faults dynamodb contract infra packaging

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Node comes with the Python packages, so that every machine has the one that the CDK asks for.
export PATH := $(CURDIR)/$(VENV)/node:$(PATH)
# Networks that inspect TLS bring their own certificates: Node trusts what the machine trusts, as uv does.
export NODE_USE_SYSTEM_CA := 1
export UV_SYSTEM_CERTS := 1
# Each of many processes would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo up test test-full downloads quick judges test-browser pictures python314 published interpreter fast lint types rules unit contract packaging dynamodb infra faults e2e mutation fuzz bench bench-full audit sbom release synth bootstrap deploy destroy live fmt lock schemas clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: $(VENV)/.ready ## Python packages, hash-locked, into .venv

$(VENV)/.ready: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; point PYTHON at one: make PYTHON=python3.12 …" >&2; exit 2; }
	$(SAY) "Setting up Python packages in $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV) || { echo "python3 has no venv module: on Debian or Ubuntu, apt-get install python3-venv" >&2; exit 2; }
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/bootstrap.txt
	@$(BIN)/uv pip sync --quiet --require-hashes requirements/dev.txt
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@rm -rf $(VENV)/node && mkdir $(VENV)/node && node=$$($(BIN)/python -c 'import infra; print(infra.node())') && \
	  npm=$${node%/bin/node}/lib/node_modules/npm/bin && ln -s $$node $(VENV)/node/node && \
	  ln -s $$npm/npm-cli.js $(VENV)/node/npm && ln -s $$npm/npx-cli.js $(VENV)/node/npx
	@touch $@

node_modules/.ready: package-lock.json | $(VENV)/.ready
	$(SAY) "Setting up the CDK command line"
	@npm ci --silent --no-fund --no-audit
	@touch $@

demo: $(VENV)/.ready ## Twenty weeks of two teams through the real stack, here, no account needed
	@$(BIN)/flywheel demo

up: $(VENV)/.ready ## The stack on this machine until Ctrl-C
	@$(BIN)/flywheel up

test: $(VENV)/.ready ## All tests but those that need more than Python and Java, and tests of the tests
	$(SAY) "$(TESTS)$(if $(BESIDE),: three at a time; each prints once it has ended)"
	@$(MAKE) $(BESIDE) $(TESTS)

test-full: test ## Everything that CI runs: also on Lambda's Python, and of what a release consists
	@$(MAKE) $(BESIDE) mutation test-browser judges python314 published

fast: $(VENV)/.ready ## What to run while working: about a minute
	@$(MAKE) $(BESIDE) lint rules quick types

quick: $(VENV)/.ready
	$(SAY) "Unit and contract tests that take no seconds"
	@$(PYTEST) worksteal $(call processes,1) tests/unit tests/contract -k "not dynamodb-local" -m "not slow"

lint: $(VENV)/.ready ## ruff
	$(SAY) "Lint"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.ready ## mypy, strict
	$(SAY) "Types"
	@$(BIN)/mypy events shared functions infra engine cli value_flywheel tests

rules: $(VENV)/.ready ## Import rules
	$(SAY) "Import rules"
	@$(BIN)/lint-imports --no-cache

unit: $(VENV)/.ready
	$(SAY) "Unit tests"
	@$(PYTEST) worksteal $(call processes,1) tests/unit -k "not dynamodb-local"

contract: $(VENV)/.ready
	$(SAY) "Contract tests"
	@$(PYTEST) loadfile tests/contract

packaging: $(VENV)/.ready
	$(SAY) "The installed command, beside packages and folders of the same names"
	@$(PYTEST) loadfile tests/packaging

dynamodb: $(VENV)/.ready
	$(SAY) "The store's unit tests again, on DynamoDB Local"
	@$(PYTEST) worksteal tests/unit/store -k "dynamodb-local"

infra: $(VENV)/.ready
	$(SAY) "Infrastructure tests, cdk-nag included"
	@$(PYTEST) loadfile tests/infra

faults: $(VENV)/.ready
	$(SAY) "Faults: crashes, throttles, lost answers, lost streams"
	@$(PYTEST) worksteal tests/faults

judges: $(VENV)/.ready tests/judges/node_modules/.ready
	$(SAY) "Messages and forms against Slack's own types, its library, and blockkit"
	@$(PYTEST) loadfile tests/judges

tests/judges/node_modules/.ready: tests/judges/package-lock.json | $(VENV)/.ready
	@cd tests/judges && npm ci --silent --no-fund --no-audit
	@touch $@

python314: $(VENV)/.ready interpreter
	$(SAY) "Handlers on Lambda's own Python"
	@$(PYTEST) loadfile tests/python314

published: $(VENV)/.ready node_modules/.ready interpreter
	$(SAY) "A release: built, installed, deployed"
	@EVERY_PYTHON=1 $(BIN)/pytest -q $(if $(CI),--durations 10 --durations-min 3) tests/release tests/packaging

interpreter:
	@.ci/python3.14 >/dev/null

mutation: $(VENV)/.ready
	$(SAY) "Mutations: what must not be taken away, each caught by a named test"
	@$(BIN)/python -m tests.mutation

fuzz: $(VENV)/.ready ## Intake and every source against two minutes of random and changed deliveries (FUZZ_TIMES=25)
	@FUZZ_TIMES=$(or $(FUZZ_TIMES),25) $(BIN)/pytest -q tests/unit/intake/test_fuzz.py tests/unit/sources/test_fuzz.py tests/unit/sources/test_envelope.py

test-browser: $(VENV)/.ready tests/browser/node_modules/.ready ## Boards in Chromium: geometry, axe, keyboard, print (SCREENSHOTS=DIR)
	$(SAY) "Boards in a browser"
	@.ci/chromium
	@$(BIN)/pytest -q tests/browser

tests/browser/node_modules/.ready: tests/browser/package-lock.json | $(VENV)/.ready
	$(SAY) "Setting up the browser's driver"
	@cd tests/browser && npm ci --silent --no-fund --no-audit
	@touch $@

pictures: $(VENV)/.ready node_modules/.ready ## The pictures of README and docs, from the demo's data
	@.ci/chromium
	@$(BIN)/python -m tests.pictures

downloads: $(VENV)/.ready node_modules/.ready
	$(SAY) "What tests run of Amazon's own: DynamoDB Local and event-ruler"
	@$(BIN)/python -m tests.java

e2e: $(VENV)/.ready node_modules/.ready
	$(SAY) "End-to-end tests on the embedded engine, and each row of the bench, tiny"
	@$(PYTEST) loadfile $(ONE_MORE) tests/e2e tests/bench

bench: $(VENV)/.ready ## The figures to reach, measured here: a few minutes (ARGS="folding files": these alone)
	@$(BIN)/python -m tests.bench $(ARGS)

bench-full: $(VENV)/.ready ## The same at the sizes that the bars name, two years and 10⁶ events: most of an hour
	@$(BIN)/python -m tests.bench --full $(ARGS)

synth: $(VENV)/.ready node_modules/.ready ## The template, with cdk-nag
	@npx cdk synth --quiet $(CONTEXT)

deploy: $(VENV)/.ready node_modules/.ready ## Into the AWS account of your credentials (STAGE=prod); takes nothing away without FORCE=1
	@npx cdk synth --quiet --output cdk.out $(CONTEXT)
	@$(BIN)/python -m infra.upgrade cdk.out $(filter-out -c,$(CONTEXT))
	@npx cdk deploy $(CONTEXT)

live: $(VENV)/.ready node_modules/.ready ## End-to-end checks in a real account: a stack of its own, deployed, checked, taken away (STAGE=live)
	@$(BIN)/python -m tests.live $(LIVE_STACK) --absent
	$(SAY) "Deploying $(LIVE_STACK), which is taken away again"
	@rm -rf $(LIVE_APP) && npx cdk synth --quiet --output $(LIVE_APP) $(LIVE)
	@trap 'status=$$?; npx cdk destroy --force --app $(LIVE_APP) || status=1; $(BIN)/python -m tests.live $(LIVE_STACK) --gone || status=1; rm -rf $(LIVE_APP); exit $$status' EXIT; \
	  npx cdk deploy --require-approval never --app $(LIVE_APP); $(BIN)/python -m tests.live $(LIVE_STACK)

bootstrap: $(VENV)/.ready node_modules/.ready ## The CDK's own bucket and roles, once per account and Region
	@npx cdk bootstrap $(ARGS)

destroy: $(VENV)/.ready node_modules/.ready ## Take the stack away again (STAGE=prod)
	@npx cdk destroy $(CONTEXT)

audit: $(VENV)/.ready ## Known weaknesses of locked packages: asks advisory services, so no part of `make test`
	@.ci/audit

sbom: $(VENV)/.ready ## The bill of materials of a release, CycloneDX: dist/sbom.cdx.json
	@.ci/sbom dist/sbom.cdx.json

release: $(VENV)/.ready node_modules/.ready ## Wheel, sdist, flywheel.pyz, stack, bill of materials, checksums and notes, into dist/ (TAG=v1.2.3 to publish)
	@.ci/release "$${TAG:-}"

fmt: $(VENV)/.ready ## Format and mend what ruff can
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

schemas: $(VENV)/.ready ## Write the generated JSON Schemas and pages again
	@$(BIN)/python -m events.schema
	@$(BIN)/python -m cli.figures.documentation

lock: $(VENV)/.ready ## Resolve the locked requirements again
	$(SAY) "Locking requirements"
	@.ci/lock

clean: ## Remove everything that make made
	@rm -rf $(VENV) node_modules .cache cdk.out .mypy_cache .pytest_cache .ruff_cache .hypothesis
