# `make demo` and `make test` do all the set-up themselves; see Documentation/testing.md.
SHELL := bash
SUITE ?= zeromq
ARGS ?=
FOR ?= 600
SEED ?= 10000

.DEFAULT_GOAL := help
.PHONY: help demo test soak interop check bench lint format docs setup clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: ## run the pipeline example on this package's own files
	@bash scripts/demo.sh

test: ## format lint, build, all tests, examples
	@bash scripts/test.sh

soak: ## simulations with new seeds for FOR seconds (600), from SEED (10000) on
	@bash scripts/soak.sh $(FOR) $(SEED)

interop: ## install pyzmq and czmq, and run the tests against them
	@bash scripts/interop.sh

check: ## tests under the sanitizers, documentation without warnings
	@bash scripts/check.sh

bench: ## measure against C (SUITE=zeromq, subjects or bus, ARGS=--json)
	@bash scripts/bench.sh $(SUITE) $(ARGS)

lint: ## check the format of all Swift files
	@bash scripts/lint.sh

format: ## put the format of all Swift files right
	@bash scripts/lint.sh fix

docs: ## build the documentation
	@bash scripts/setup.sh
	@bash scripts/docs.sh

setup: ## install libzmq where it is missing
	@bash scripts/setup.sh

clean: ## remove everything that was built
	rm -rf .build .build-* Benchmarks/.build
