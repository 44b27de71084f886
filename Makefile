# Python ≥ 3.11 and make are all it takes: everything else comes from the lock files into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
LOCK := --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml

.PHONY: run test sequences bench lint format types browser-test setup messages lock clean help

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | sort

run: $(VENV)/run.stamp ## set everything up and serve the whole site with the demo
	@$(BIN)/python manage.py prepare --demo
	@$(BIN)/python manage.py up --port $(PORT)

test: $(VENV)/dev.stamp ## run all tests but the browser's, on the database that DATABASE_URL names
	$(BIN)/python -m pytest -q -n auto $(ARGS)

browser-test: $(VENV)/dev.stamp ## run the tests that need a browser
	DJANGO_ALLOW_ASYNC_UNSAFE=true $(BIN)/python -m pytest -q -c pyproject.toml --override-ini addopts=-ra -n auto tests/browser $(ARGS)

sequences: $(VENV)/dev.stamp ## try 500 sequences of what may happen against the plain rules of who may read
	SEQUENCES=500 $(BIN)/python -m pytest -q tests/access/test_whatever_happens.py $(ARGS)

bench: $(VENV)/dev.stamp ## measure mail, pages and collecting
	$(BIN)/python -m bench.mail
	$(BIN)/python -m bench.pages
	$(BIN)/python -m bench.collecting

# Bandit's findings go to standard output; its warnings say of each `nosec` which of the line's parts did not need it.
lint: $(VENV)/dev.stamp ## look over code and templates
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --check .
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml cop members discussions blogs events manage.py .ci 2>/dev/null
	$(BIN)/djlint --lint templates --quiet
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')

format: $(VENV)/dev.stamp ## put code and templates into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djade --target-version 5.2 $$(git ls-files 'templates/*.html')

types: $(VENV)/dev.stamp ## check types
	$(BIN)/mypy

messages: $(VENV)/dev.stamp ## collect the strings to translate (needs gettext)
	$(BIN)/python manage.py makemessages --all --ignore $(VENV) --ignore var --no-location

lock: ## write the lock files anew from pyproject.toml (needs uv)
	uv pip compile $(LOCK) -o requirements.lock
	uv pip compile $(LOCK) --group dev -c requirements.lock -o requirements-dev.lock
	uv pip compile $(LOCK) --extra s3 --extra sentry -c requirements.lock -o deploy/requirements-production.lock

setup: $(VENV)/dev.stamp ## install what development needs

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv is missing: on Debian, apt install python3-venv"; exit 1; }

$(VENV)/run.stamp: requirements.lock | $(VENV)/pyvenv.cfg
	@echo "Installing what the site needs…"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock | $(VENV)/pyvenv.cfg
	@echo "Installing what development needs…"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/run.stamp

clean: ## remove what set-up made; the data in var/ stays
	rm -rf $(VENV)
