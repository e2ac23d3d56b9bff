# The only place that knows how a check is run.  What CI runs is what a contributor runs.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# A flow that a test writes anew has the time and the size of the one before: no bytecode of it.
# Ours is made beforehand, or each start of the command would make it again.
export PYTHONDONTWRITEBYTECODE := 1
SERVERS = $(patsubst tests/matrix/%.txt,.matrix/%/made,$(wildcard tests/matrix/*.txt))

.PHONY: help quickstart test coverage browser postgres matrix matrix-smoke first-run layouts soak controller-soak controller-scale crash-matrix on-prefect mutation fuzz lint gen docs bench bench-scale bench-guard screenshots release-check dist recording format clean

PYTHONS  ?= python3.11 python3.12 python3.13
PICTURES = page-overview-1280 page-web-1280 page-billing-360-dark terminal-plan html-plan schedule-heat-map

help:                    ## this list
	@grep -E '^[a-z-]+: ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/user: pyproject.toml constraints.txt
	@echo "installing into $(VENV): about a minute"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[embedded]'
	@touch $@

$(VENV)/dev: $(VENV)/user
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[embedded,dev]'
	@touch $@

quickstart: $(VENV)/user ## install, and deploy the example to a server in this process
	$(BIN)/deploy -f examples/quickstart/deploy.yaml --api-url embedded --yes

browser:                 ## Chromium for the tests of pages, from Debian's packages, if there is none
	@command -v chromium > /dev/null && command -v chromedriver > /dev/null || { \
		root=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$root apt-get update --quiet && \
		$$root apt-get install --quiet --yes --no-install-recommends chromium chromium-driver; }

test: $(VENV)/dev browser ## every test, against a real Prefect server and in a real browser
	$(BIN)/python -m compileall -q compiler reconciler controller deploy
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

coverage: $(VENV)/dev browser ## the same, and which lines none of them runs: half as long again
	$(BIN)/python -m coverage run -m pytest -n 2 --dist loadfile --no-loadscope-reorder
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report --skip-covered --skip-empty

postgres:                ## PostgreSQL from Debian's packages, if there is none
	@ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || command -v initdb > /dev/null || { \
		root=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$root apt-get update --quiet && \
		$$root apt-get install --quiet --yes --no-install-recommends postgresql; }

.matrix/%/made: tests/matrix/%.txt
	@echo "installing the server of Prefect $* into .matrix/$*: half a minute"
	$(PYTHON) -m venv --clear .matrix/$*
	.matrix/$*/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

matrix: $(VENV)/dev postgres $(SERVERS) ## tests that take a server, on other versions and PostgreSQL
	$(BIN)/python -m tests.matrix.run whole $(CELLS)

matrix-smoke: $(VENV)/dev postgres $(SERVERS) ## a change of each kind, there
	$(BIN)/python -m tests.matrix.run smoke

first-run:               ## what the README says of an empty folder, with each of PYTHONS: a minute each
	$(PYTHON) -m tests.first_run.run $(PYTHONS)

layouts: $(VENV)/dev     ## `deploy init` beside `prefect deploy` in every layout of a repository
	LAYOUTS=whole $(BIN)/python -m pytest tests/server/test_init_same_as_prefect_deploy.py

soak: $(VENV)/dev        ## the property tests, twenty times as long
	HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -m property
	DEPLOY_LOCKING_ROUNDS=50 $(BIN)/python -m pytest tests/server/test_locking.py -k two_applies

controller-soak: $(VENV)/dev ## a controller killed a hundred times while it applies, and the next
	CONTROLLER_KILLS=100 $(BIN)/python -m pytest tests/server/test_controller_killed.py

controller-scale: $(VENV)/dev ## 200 stacks of 50 deployments on one controller: memory, commits, requests
	$(BIN)/python -m benchmarks.controller

on-prefect: $(VENV)/dev  ## twenty stacks looked at by two workers, one of which is killed
	ON_PREFECT=whole $(BIN)/python -m pytest tests/server/test_on_prefect.py

crash-matrix: $(VENV)/dev ## a run that goes wrong at each request in each way, and the next; writes the table
	CRASH_MATRIX=whole $(BIN)/python -m pytest tests/server/test_crash_matrix.py

mutation: $(VENV)/dev    ## break every rule, one condition at a time: a spec has to notice
	$(BIN)/python -m tests.mutation.run

fuzz: $(VENV)/dev        ## bytes at random, led by coverage: a minute each
	$(BIN)/python -m tests.fuzz.run yaml 60
	$(BIN)/python -m tests.fuzz.run flow 60

screenshots: $(VENV)/dev browser ## pages, a plan at the terminal and a heat map as people see them; six pictures go into the docs
	$(BIN)/python -m pytest tests/server/test_page.py tests/server/test_pictures.py -k pictures
	@mkdir -p docs/images
	@for each in $(PICTURES); do cp .screenshots/$$each.png docs/images/; done

lint: $(VENV)/dev        ## format, style, types, walls, spelling
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

format: $(VENV)/dev      ## put the code in its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

gen: $(VENV)/dev         ## write what is generated: the schema, the pages of the rules
	$(BIN)/deploy schema > deploy.schema.json
	$(BIN)/deploy schema --controller > controller.schema.json
	$(BIN)/python docs/generate.py

$(VENV)/site: $(VENV)/user
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	@touch $@

docs: $(VENV)/site       ## the documents as a site, in site/; every warning is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

.bench/made: pyproject.toml constraints.txt
	@echo "installing what users have into .bench: half a minute"
	$(PYTHON) -m venv --clear .bench
	.bench/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt '.[embedded]'
	@touch $@

bench: $(VENV)/dev .bench/made postgres ## side by side with prefect deploy, and with the least that is possible; writes the docs
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python -m benchmarks --write
	$(BIN)/python -m benchmarks.plan
	$(BIN)/python -m benchmarks.slots

bench-scale: $(VENV)/dev .bench/made ## how time and memory grow to 10,000 deployments; writes the docs
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python -m benchmarks.scale --write

bench-guard: $(VENV)/dev ## that nothing takes more than benchmarks/bounds.toml allows: a part of `make test`
	$(BIN)/python -m pytest tests/speed

release-check: $(VENV)/dev ## wheel and sdist, built, looked at, and installed in an environment of their own
	RELEASE_CHECK=whole $(BIN)/python -m pytest tests/release

dist: $(VENV)/dev        ## wheel and sdist of this commit, in dist/
	rm -rf dist
	$(BIN)/python -m build
	$(BIN)/python -m twine check --strict dist/*

recording: $(VENV)/dev   ## what this version writes, for all later ones to read: VERSION=0.1.0
	$(BIN)/python -m tests.compatibility.record $(VERSION)

clean:                   ## remove what the others made
	rm -rf $(VENV) .matrix .bench dist site .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
