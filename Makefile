# Needs Python >= 3.11, git and make; everything else goes into .venv. `make help` lists the targets.

# The first interpreter that is new enough and can make a virtual environment; `make PYTHON=...` overrides.
PYTHON ?= $(shell for p in python3 python python3.11 python3.12 python3.13 python3.14; do \
	$$p -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV ?= .venv
PY = $(VENV)/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo test test-all test-services test-narwhals test-other lint format bench notebooks coverage docs build clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1	\2/p' $(MAKEFILE_LIST) | expand -t 14

# An environment is made once and installed into again only when pyproject.toml changed.
$(PY):
	@test -n "$(PYTHON)" || { echo "No Python >= 3.11 with the venv module was found; name one: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.installed-%: pyproject.toml | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check --editable ".[$*]"
	touch $@ $(VENV)/.installed

demo: $(VENV)/.installed ## run the main job: New York's flights, from CSV to a saved model
	$(PY) -m h2o_sklearn.demo $(ARGS)

# Two workers, each with a server of its own; a file's tests stay together, because they share what they make.
PYTEST = $(PY) -m pytest -n 2 --dist loadfile

test: lint ## what CI runs: linters and the fast tests
	$(PYTEST) $(ARGS)

test-all: lint ## every test, also as on a cluster without our extension, and on Python 3.13 where there is one
	$(PYTEST) -m "" $(ARGS)
	@# The dialect as on a cluster without our extension; tests/transfer and tests/rapids go both ways by themselves.
	H2O_COMPAT_TRANSPORT=stock $(PYTEST) tests/pandas $(ARGS)
	@if python3.13 -c 'import ensurepip' 2>/dev/null; \
	then $(MAKE) test-other VENV=.venv-3.13 PYTHON=python3.13; \
	else echo "Python 3.13 was not found; its run is left out."; fi

test-services: $(VENV)/.installed-test ## install and start databases and object stores on loopback (Debian; as root), and test with them
	PY=$(abspath $(PY)) tests/services/setup.sh
	$(PY) -m pytest -m services $(ARGS)

test-narwhals: $(VENV)/.installed-test ## narwhals' own suite on our backend, fetched from PyPI
	$(PY) tests/narwhals/suite.py $(ARGS)

test-other: $(VENV)/.installed-test
	$(PYTEST) -m "" $(ARGS)

lint: $(VENV)/.installed-test ## ruff, mypy, the contracts between the floors, docstrings
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/numpydoc lint --config . $$(find h2o_frame_compat h2o_sklearn -name '*.py')

format: $(VENV)/.installed-test ## let ruff put imports and layout in order
	$(PY) -m ruff check --select I --fix .
	$(PY) -m ruff format .

bench: $(VENV)/.installed-test ## run every benchmark
	for script in benchmarks/*.py; do $(PY) $$script || exit 1; done

notebooks: $(VENV)/.installed-test ## run the notebooks and store their outputs
	$(PY) notebooks/store.py

coverage: $(VENV)/.installed-test ## run the calls in docs/coverage on pandas and here, and write docs/coverage.md
	$(PY) docs/coverage/measure.py $(ARGS)

docs: $(VENV)/.installed-docs ## build the documentation into docs/_build/html
	$(PY) -m sphinx -W --keep-going -b html docs docs/_build/html

build: $(VENV)/.installed-test ## build the wheel and the source archive into dist
	$(PY) -m build

clean: ## remove what was built, and the environments
	rm -rf .venv .venv-* build dist docs/_build docs/api/generated .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
