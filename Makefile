PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test test-slow check evaluate clean

# What a newcomer types: the articles of data/raw/ go through the pipeline into data/processed/.
run: .venv/installed
	$(BIN)/khabar run data/raw --out data/processed

test: .venv/installed
	$(BIN)/pytest

test-slow: .venv/installed
	$(BIN)/pytest -m slow

check: .venv/installed
	$(BIN)/ruff check pipeline tests tools training benchmarks
	$(BIN)/ruff format --check pipeline tests tools training benchmarks
	$(BIN)/mypy

evaluate: .venv/installed
	$(BIN)/khabar evaluate data/gold/articles.jsonl --events data/gold/events.jsonl

clean:
	rm -rf .venv data/processed build dist

# Made once, and again only when what is to be installed has changed.
.venv/installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@
