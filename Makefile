# Everything a person runs. `make help` lists it.
# Each target makes the environment it needs in .venv; Python >= 3.11 (venv, pip) is all that must be there.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# A file of tests stays with one worker, which keeps what it prepares; the longest come first, as
# tests/conftest.py sorts them. One worker more than cores: some tests wait for other processes.
WORKERS := $(shell $(PYTHON) -c 'import os; print(min(4, (os.cpu_count() or 1) + 1))')
PYTEST := $(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help bands test quick cover lab bench check docs site pages format supply versions fuzz lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

bands: $(VENV)/recalibrate ## the main job: data/raw -> notebooks -> band table and reports
	$(BIN)/calib recalibrate

test: $(VENV)/dev ## the whole test suite
	$(PYTEST)

quick: $(VENV)/dev ## all of it but the files that take longest: a third of the time, between commits
	$(PYTEST) --quick

cover: $(VENV)/dev ## the package's own tests, which reach every line and branch of it
	$(PYTEST) tests/calib -p no:randomly --hypothesis-seed=0 \
		--cov=calib --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100

lab: $(VENV)/lab ## JupyterLab on the notebooks, with data and docs beside them
	$(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks

bench: $(VENV)/bench ## the simulation study (hours; it goes on where it stopped), errors, times, full Bayes, cohorts, look-ups
	$(BIN)/python bench/study.py
	$(BIN)/python bench/next_cycle.py
	$(BIN)/python bench/equal_slopes.py
	$(BIN)/python bench/bootstrap.py
	$(BIN)/python bench/scale.py
	$(BIN)/python bench/bayes.py
	$(BIN)/python bench/cohort_coverage.py
	$(BIN)/python bench/disclosure.py
	$(BIN)/python bench/cohorts.py
	$(BIN)/python bench/lookups.py
	$(BIN)/python bench/frames.py
	$(BIN)/python bench/kills.py
	$(BIN)/python bench/determinism.py
	for reader in tables descriptions cohorts exports typed editions; do $(BIN)/python bench/fuzz.py $$reader || exit 1; done

check: $(VENV)/dev ## lint, format, spelling, types, stale notebook outputs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/mypy
	@# What others import holds from the oldest Python to the newest.
	$(BIN)/mypy --python-version 3.14 src/calib
	$(BIN)/nbstripout --keep-id --verify notebooks/*.ipynb

docs: $(VENV)/dev ## the documentation as a site in build/docs, built strictly
	$(BIN)/python docs/make_site.py

# Where it will lie is CALIB_SITE's to say: without it there is no sitemap.
REPORTS ?= reports
EDITION ?= data/processed
site: $(VENV)/dev ## the whole site in build/site: the pages of `make bands`, docs and data beside them
	$(BIN)/python docs/whole_site.py --reports "$(REPORTS)" --edition "$(EDITION)"

pages: $(VENV)/dev ## write anew what scripts make of docs/: numbers of the edition, outputs of examples
	$(BIN)/python docs/benchmarks_page.py
	$(BIN)/python docs/data_dictionary.py
	$(BIN)/python docs/examples.py
	$(BIN)/python docs/news_page.py
	$(BIN)/python docs/read_a_band.py
	$(BIN)/python docs/readme_result.py
	$(BIN)/python docs/reliability_page.py
	$(BIN)/python docs/study_page.py
	$(BIN)/python docs/worked_cell.py

format: $(VENV)/dev ## format code and notebooks, strip notebook outputs
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/nbstripout --keep-id notebooks/*.ipynb

supply: $(VENV)/supply ## licences, bills of materials, a wheel built twice, and known weaknesses of what the lock holds
	$(BIN)/python requirements/supply.py

fuzz: $(VENV)/dev ## a minute of damaged files for every reader, other ones each time
	CALIB_FUZZ_SECONDS=60 $(BIN)/python -m pytest tests/bench/test_bench_fuzz.py -q

versions: $(VENV)/dev ## the main job with the oldest and newest allowed versions, compared with the edition
	$(BIN)/python requirements/versions.py

lock: $(VENV)/dev ## renew requirements/*.lock
	$(BIN)/python requirements/lock.py

clean: ## remove the environment and everything a run builds, not the edition
	rm -rf $(VENV) build dist data/processed.failed data/processed.refused .mypy_cache .ruff_cache .pytest_cache
	@# The picture of the README lies among the reports and belongs to the repository.
	[ ! -d reports ] || find reports -mindepth 1 ! -path reports/overview.png -delete

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# One stamp a lock: an environment that already satisfies the lock is left alone.
$(VENV)/recalibrate $(VENV)/dev $(VENV)/lab $(VENV)/spark $(VENV)/browser $(VENV)/supply $(VENV)/bench: $(VENV)/%: requirements/%.lock requirements/installer.lock pyproject.toml | $(BIN)/python
	$(BIN)/python requirements/install.py $*
	@touch $@
