PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test test-slow test-browser fuzz fuzz-guided soak check evaluate report docs bench package model clean

# What a newcomer types: the articles of data/raw/ go through the pipeline into data/processed/.
run: .venv/installed
	$(BIN)/khabar run data/raw --out data/processed

test: .venv/installed
	$(BIN)/pytest

test-slow: .venv/installed
	$(BIN)/pytest -m slow

# 20,000 examples of every fuzzed thing, hours of it; FUZZ="-k dates" chooses, a failure goes into tests/data/fuzz.
fuzz: .venv/installed
	$(BIN)/pytest tests/test_fuzz.py --hypothesis-profile=fuzz $(FUZZ)

# The same guided by coverage (atheris: Linux, Python 3.11 to 3.13), so many seconds a target; .fuzz/ keeps what reached new code.
GUIDED ?= tokens dates .txt .jsonl .csv .zip .jsonl.gz .txt.gz .ndjson .parquet
fuzz-guided: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[fuzz]'
	set -e; for target in $(GUIDED); do \
	    echo "fuzzing $$target"; $(BIN)/python tests/guided.py $$target -max_total_time=$(or $(SECONDS),600) -verbosity=0; \
	done

# Runs that are killed at random moments, memory over many articles, hostile articles in full length; KILLS is how often each run is killed.
soak: .venv/installed
	KHABAR_KILLS=$(or $(KILLS),100) $(BIN)/pytest -m "slow or not slow" tests/test_faults.py

check: .venv/installed
	$(BIN)/ruff check pipeline tests tools training benchmarks
	$(BIN)/ruff format --check pipeline tests tools training benchmarks
	$(BIN)/mypy

# The report and the error explorer in a headless Chromium (Debian: chromium, chromium-driver).
test-browser: .venv/installed
	$(BIN)/pytest -m slow tests/browser tests/test_docs.py

evaluate: .venv/installed
	$(BIN)/khabar evaluate data/gold/articles.jsonl --events data/gold/events.jsonl

# Every figure that README and docs state, measured anew.
report: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python tools/figures.py --measure

docs: .venv/installed
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[docs]'
	$(BIN)/mkdocs build --strict

bench: .venv/installed
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[bench]'
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/scale.py

# models/news-tagger anew, from the corpora beside the project; its card says how long that takes.
model: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[training]'
	sh training/model.sh

# The wheel, with the models in it.
package: .venv/installed
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf .venv data/processed build dist

# Made once, and again only when what is to be installed has changed.
.venv/installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@
