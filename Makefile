# Two words to begin: `make demo`, `make test`. The first time sets up .venv (some minutes), later ones take seconds.
PYTHON ?= python3
PORT ?= 8080
BIN := .venv/bin
READY := .venv/.ready
export HF_HUB_OFFLINE := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false

.PHONY: demo test check format serve bench bench-models bench-evidence bench-soundness bench-scorer bench-speakers bench-boundaries train-speakers train-sentences bench-year bench-redaction bench-web bench-speed bench-flat bench-cache bench-scale bench-share bench-smoke sbom release clean

demo: $(READY)  ## the main job on the sample company; ends with a table and the path of the report
	@$(BIN)/verbatim demo

test: $(READY)  ## every test, on two cores; those that miss a program of the system say so and are skipped
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(READY)  ## format, lint, types, arrows, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist loadfile

format: $(READY)  ## put every file into the house's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

serve: $(READY)  ## the plans and reports of the demo in a browser, on this machine only
	@$(BIN)/verbatim serve --config demo/verbatim.toml --port $(PORT)

bench: bench-evidence bench-soundness bench-scorer bench-speakers bench-boundaries bench-year bench-web  ## every benchmark, written to docs/benchmarks.md

bench-models: $(READY)  ## models that were left something out of, both stages: bench-evidence measures them (an hour, once)
	$(BIN)/python -m bench.fold_models

bench-evidence: bench-models  ## how often the picked sentence is one that a reader accepts
	$(BIN)/python -m bench.evidence

bench-soundness: $(READY)  ## whether every quote is what the agent said, on every labelled set
	$(BIN)/python -m bench.soundness

bench-scorer: $(READY)  ## how often the built-in scorer answers as a reader does
	$(BIN)/python -m bench.scorer

bench-redaction: $(READY)  ## how much of what is private is masked, and how much else
	$(BIN)/python -m bench.redaction

bench-year: $(READY)  ## a simulated year with a known truth: no follow-up lost, doubled or late, no verdict false too often
	$(BIN)/python -m bench.year --agents 200 --seed 1 --write

bench-crash: $(READY)  ## killed at 200 drawn moments on each database, then run again: nothing lost, nothing doubled
	$(BIN)/python -m bench.crash --points 200 --seed 1 --database sqlite --write
	$(BIN)/python -m bench.crash --points 200 --seed 1 --database postgresql --write

bench-speakers: $(READY)  ## how often the agent is told by how people talk, and swapped speakers are found
	$(BIN)/python -m bench.speakers

bench-boundaries: $(READY)  ## where sentences begin in text without marks
	$(BIN)/python -m bench.boundaries

train-speakers: $(READY)  ## the model of speakers that ships, with its card; the bench runs first
	$(BIN)/python -m bench.speakers --ship models/artifacts/speakers

train-sentences: $(READY)  ## the weights of sentence beginnings that ship, with their card; the bench runs first
	$(BIN)/python -m bench.boundaries --ship nlp/artifacts/sentences

bench-web: $(READY)  ## the pages and the API under twenty readers, with 100,000 plans and 1,000,000 scores (15 minutes)
	$(BIN)/python -m bench.web --write

bench-speed: $(READY)  ## locate beside a plain loop on the same calls, in turns (14 minutes; nothing else should run)
	$(BIN)/python -m bench.speed --write

bench-flat: $(READY)  ## what a call costs and what memory is held at 1,000 and at 20,000 calls (45 minutes)
	$(BIN)/python -m bench.speed_flat --profiles fast --add
	$(BIN)/python -m bench.speed_flat --profiles default --turns 4 --add --write

bench-cache: $(READY)  ## what a file of vectors saves from night to night (6 minutes; nothing else should run)
	$(BIN)/python -m bench.speed_cache --write

bench-scale: $(READY)  ## what a night costs beside finding evidence, and docs/scale.md worked out from it (5 minutes; nothing else should run)
	$(BIN)/python -m bench.scale --write

bench-share: $(READY)  ## Prefect's share of a night of 10,000 calls (8 minutes; nothing else should run)
	$(BIN)/python -m bench.prefect_share --write

bench-smoke: $(READY)  ## whether locate has lost a third against the plain loop; a minute
	$(BIN)/python -m bench.smoke

sbom: $(READY)  ## the components and their versions, CycloneDX, in sbom.json
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --of JSON -o sbom.json $(BIN)/python

release: sbom  ## sbom.json, the wheel in dist/, and no dependency with a known vulnerability
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	@$(BIN)/pip-audit --strict --progress-spinner off --no-deps --disable-pip -r constraints.txt || \
	  { test "$(UNAUDITED)" = yes && echo "NOT AUDITED: released without knowing whether a dependency is vulnerable."; }

clean:  ## what the commands above made
	rm -rf .venv demo build dist *.egg-info

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up .venv: some minutes the first time."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch==2.13.0
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,train]'
	@touch $@
