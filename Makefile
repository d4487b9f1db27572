# One word to do anything. Everything else is behind these.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check bench matrix format

$(VENV)/run.stamp: requirements.txt
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install -q -r requirements.txt
	touch $@

$(VENV)/test.stamp: requirements.txt tests/requirements.txt
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install -q -r tests/requirements.txt
	touch $@ $(VENV)/run.stamp

# The server, with its own database and a demo county at the first start.
run: $(VENV)/run.stamp
	$(PY) -m server serve --demo

test: $(VENV)/test.stamp
	.ci/need-chromium
	$(PY) -m pytest -n auto --dist loadfile $(ARGS)

check: $(VENV)/test.stamp
	.ci/need-tsc
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	tsc -p tests/jsconfig.json

format: $(VENV)/test.stamp
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(VENV)/test.stamp
	$(PY) -m tests.bench

# Who may call what, of which thing: ARGS="--format markdown", "--format csv", "--route /desk/cases".
matrix: $(VENV)/test.stamp
	@$(PY) -m tests.matrix $(ARGS)
