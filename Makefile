# The workflow, executable. Needs python3 (3.11 to 3.13) with python3-venv, make and git; everything else is made here.
PYTHON ?= python3
IN_ENV = .venv/bin/python -m
UV = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --only-binary :all: \
	--no-emit-index-url --no-header --no-annotate

# One thread a process: the numeric libraries' own threads only fight each other for two cores.
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1

# So many processes of tests, each with engines and a browser of its own: the cores, and four at most.
PROCESSES ?= $(shell n=$$(nproc); echo $$((n < 4 ? n : 4)))

.PHONY: demo test histories steady races tampering distributed check house bench cases format messages lock dev browser

demo:  ## the exercise, from an empty checkout to the board: make demo, or make demo ARGS="--once --json"
	@$(PYTHON) app.py demo $(ARGS)

test: dev browser  ## all tests: TypeScript, then Python with a real browser; PROCESSES=1 runs them one after the other
	@$(PYTHON) app.py frontend test
	@$(IN_ENV) pytest -n $(PROCESSES) $(ARGS)

steady: dev browser  ## all Python tests ten times beside two busy loops: make steady ARGS="--into runs.jsonl --sitting 2"
	@$(IN_ENV) tests.support.steady --processes $(PROCESSES) $(ARGS)

histories: dev  ## 2,000 histories of statements, acts and their being taken back: make histories ARGS="--number 400 --seed 7"
	@$(IN_ENV) tests.support.ledger_histories $(ARGS)

races: dev  ## every pair of commands that can meet, 20 times at the same moment: make races ARGS="--times 5 referral"
	@$(IN_ENV) tests.support.races $(ARGS)

tampering: dev  ## 1,000 columns of governed rows and events changed as superuser, each found and named by the verifier
	@$(IN_ENV) tests.support.tampering $(ARGS)

distributed: dev browser  ## the distributed tests against PostgreSQL, Redis and S3 started by hand: only URLs change
	@$(IN_ENV) tests.support.by_hand

check: dev  ## format, lint, strict types (Python and TypeScript), who may import whom, what the guide quotes, how it stands
	@$(IN_ENV) ruff format --check .
	@$(IN_ENV) ruff check .
	@$(IN_ENV) djlint --check --quiet templates
	@$(IN_ENV) mypy
	@$(PYTHON) app.py frontend check
	@$(IN_ENV) pytest tests/test_architecture.py tests/test_add_a_command.py
	@$(IN_ENV) benchmarks.house

bench: dev  ## make bench NAME=pipeline ARGS=--quick
	@test -n "$(NAME)" || { echo "Name one: make bench NAME=$$(ls benchmarks | sed -n 's/^\([a-z][a-z_]*\)\.py$$/\1/p' | paste -sd '|')"; exit 2; }
	@$(IN_ENV) benchmarks.$(NAME) $(ARGS)

cases: dev  ## every file of a folder of cases on the real way, with what is right: make cases DIR=../shared/cases ARGS="motion gps"
	@test -n "$(DIR)" || { echo "Say where the cases are: make cases DIR=../shared/cases"; exit 2; }
	@$(IN_ENV) tests.support.cases $(DIR) $(ARGS)

house: dev  ## how the tree stands, counted: layout, circles, answers without a schema, long lines, functions
	@$(IN_ENV) benchmarks.house

format: dev  ## put Python and the templates into their form, sort imports, write the front end's types of answers
	@$(IN_ENV) ruff format .
	@$(IN_ENV) ruff check --fix .
	@$(IN_ENV) djlint --reformat --quiet templates
	@$(IN_ENV) workspace.web.typescript

messages: dev  ## bring the catalogues in locale/ up to date and say what is left to translate; ARGS=pt begins a language
	@$(IN_ENV) workspace.host.catalogues $(ARGS)

lock: dev  ## resolve pyproject.toml anew; the second lock agrees with the first and leaves out what it holds
	$(UV) $(ARGS) pyproject.toml --no-emit-package opencv-python --output-file requirements.lock
	$(UV) $(ARGS) --group pyproject.toml:dev --constraint requirements.lock --output-file requirements-dev.lock \
		$$(sed -nE 's/^([a-z0-9.-]+)==.*/--no-emit-package \1/p' requirements.lock)

dev:
	@$(PYTHON) app.py setup --dev

browser: dev  # the pinned Chromium, or the one that CONCORD_TEST_BROWSER names
	@$(IN_ENV) tests.support.chromium
