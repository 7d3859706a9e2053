# Two commands for a reader: make lab, make test. Everything runs in .venv, which is made on the way.
PYTHON ?= python3
PORT ?= 8888
ARGS ?=
CHAPTER ?=

PY := .venv/bin/python
MADE := .venv/made-in
CELL_TIMEOUT := 300
# Under test two processes run side by side, so each takes half of the cores.
SHARE = OMP_NUM_THREADS=$$($(PY) -c 'import os; print(max(1, (os.cpu_count() or 2) // 2))')
LAB_FLAGS = --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/my/00_start_here.ipynb \
	--ServerApp.ip=127.0.0.1 --ServerApp.port=$(PORT) --log-level=WARN \
	--LabApp.extension_manager=readonly --LabApp.news_url=None \
	--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate

# Without these JupyterLab asks a new reader about news, and looks for updates.
LAB_SETTINGS := .venv/etc/jupyter/labconfig
NO_NEWS := {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}

.PHONY: help lab fresh test suite lowest lint train execute bench site environment

help:
	@echo 'make lab       open the course in JupyterLab         (PORT=9999 for another port)'
	@echo 'make fresh     a fresh copy of a chapter              (CHAPTER=05; yours is kept beside it)'
	@echo 'make test      run lint, every test and every notebook'
	@echo 'make lowest    run tests with the lowest versions   (ARGS=tests/engine/test_idx.py for one file)'
	@echo 'make lint      check style, imports and types'
	@echo 'make train     train a DCGAN on the digits           (ARGS="--steps 500 --seed 1")'
	@echo 'make execute   run the notebooks again and store them (ARGS=course/07_….ipynb for one)'
	@echo 'make bench     run the benchmarks'
	@echo 'make site      build the course as a web site        (it opens from site/_build/html/index.html)'
	@echo 'The environment is .venv; PYTHON=python3.12 chooses the Python that makes it.'

lab: environment
	@$(PY) course/copies.py
	@set --; [ "$$(id -u)" != 0 ] || set -- --allow-root; \
	if [ "$$(uname)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ]; then set -- "$$@" --no-browser; fi; \
	echo 'JupyterLab is starting; Ctrl-C stops it.'; \
	exec $(PY) -m jupyterlab $(LAB_FLAGS) "$$@" $(ARGS)

fresh: environment
	@[ -n "$(CHAPTER)" ] || { echo 'Say which chapter: make fresh CHAPTER=05' >&2; exit 1; }
	@$(PY) course/copies.py "$(CHAPTER)"

# Lint is one process for a minute, beside the two that run the tests.
test:
	@$(MAKE) --no-print-directory -j 2 lint suite

# In this order, since what takes longest comes first: all tests in the browser, in one process, then chapters. The
# short files of tests/engine come last, so that neither process waits long for the other. pytest leaves the order of
# folders alone as long as none of them is part of another.
suite: environment
	@$(SHARE) $(PY) -m pytest tests/browser course tests/course tests/faults tests/engine \
		--nbval --nbval-current-env --nbval-sanitize-with tests/nbval.cfg --nbval-cell-timeout $(CELL_TIMEOUT) \
		-n 2 --dist loadscope --no-loadscope-reorder --durations=30

# What comes first on the path is used: the lowest versions that pyproject.toml allows, of everything but PyTorch. The
# tests of the engine run with them, or those that ARGS names; plugins of pytest may want newer ones, and stay away.
lowest: environment
	@rm -rf .lowest
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --target .lowest $$($(PY) tests/helpers/lowest.py)
	@$(SHARE) PYTHONPATH=$(CURDIR)/.lowest PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 $(PY) -m pytest $(or $(ARGS),tests/engine)

# .pre-commit-config.yaml runs the same.
lint: environment
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/mypy

train: environment
	@$(PY) -m gancore train dcgan --data digits --out "runs/dcgan-$$(date +%Y%m%d-%H%M%S)" $(ARGS)

execute: environment
	@$(PY) course/execute.py $(ARGS)

bench: environment
	@$(PY) -m pip install --quiet -e '.[bench]'
	@$(PY) -m benchmarks $(ARGS)

site: environment
	@$(PY) site/build.py

# Fresh means: finished, in this very folder (a copied .venv still points at the old one), with a Python that
# still runs, and not older than pyproject.toml. An unfinished one that was made here is finished. A finished one
# that is older asks the network only for what it lacks, and is used as it is where there is no network. It gets the
# time of pyproject.toml, which may lie in the future of this machine's clock.
environment:
	@here=$$(pwd -P); \
	works() { $(PY) -c 'import pip' 2>/dev/null; }; \
	refuse() { echo "gancore needs $$1" >&2; exit 1; }; \
	if [ "$$(cat $(MADE) 2>/dev/null)" = "$$here" ] && works; then \
		if [ ! pyproject.toml -nt $(MADE) ]; then exit 0; fi; \
		echo 'Bringing .venv up to date with pyproject.toml'; \
		install='$(PY) -m pip install --quiet --disable-pip-version-check -e .[dev]'; \
		if $$install --no-index --no-build-isolation 2>/dev/null || $$install; then \
			touch -r pyproject.toml $(MADE); \
		else \
			echo 'That failed: going on with what is installed. The next start tries again.' >&2; \
		fi; \
		exit 0; \
	fi; \
	rm -f $(MADE); \
	if ! { grep -qsF "$$here/$(PY)" .venv/bin/pip && works; }; then \
		command -v "$(PYTHON)" >/dev/null || \
			refuse 'Python 3.11 or newer, and there is no "$(PYTHON)" here: install it, or name yours: PYTHON=python3.12.'; \
		"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
			refuse "Python 3.11 or newer, and $(PYTHON) is $$("$(PYTHON)" -V 2>&1): name another: PYTHON=python3.12."; \
		"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || \
			refuse "the venv module, and $(PYTHON) lacks it: on Debian and Ubuntu, apt install python3-venv."; \
		echo 'Making .venv'; \
		"$(PYTHON)" -m venv --clear .venv || exit 1; \
	fi; \
	echo 'Installing the course into .venv: some minutes the first time'; \
	if [ -t 1 ]; then quiet=; else quiet=--quiet; fi; \
	$(PY) -m pip install $$quiet --disable-pip-version-check -e '.[dev]' || exit 1; \
	mkdir -p $(LAB_SETTINGS); \
	echo '$(NO_NEWS)' > $(LAB_SETTINGS)/default_setting_overrides.json; \
	echo "$$here" > $(MADE); \
	touch -r pyproject.toml $(MADE)
