# Two commands. Each works alone on a fresh clone; both set everything up in .venv first, and the tests need Node too.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test page

demo: .venv/demo
	$(BIN)/polariscope localize

test: .venv/test node_modules/.package-lock.json
	scripts/ensure_chromium.sh
	npm run --silent check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check
	$(BIN)/pytest

# The scripts of the risk page, built from web/page; what is built is committed, so nothing else needs Node.
page: node_modules/.package-lock.json
	npm run --silent build

.venv/demo: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/test: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	touch $@

node_modules/.package-lock.json: package.json package-lock.json .npmrc
	@command -v npm >/dev/null || { echo "This needs Node.js 20 or newer with npm (Debian: nodejs npm)"; exit 1; }
	npm ci --no-progress --loglevel=error
	touch $@
